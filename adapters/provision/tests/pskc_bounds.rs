//! Failure 48: documents that are made to cost (failures.md), each within a bound that is linear in
//! its length.
#![allow(clippy::unwrap_used)]

use pinbolt::{oath::Algorithm, op::TokenKind};
use pinbolt_provision::{
    OathKey, ProvisionError,
    pskc::{Document, KeyPackage, Lock, MAX_KEYS, MAX_LEN, MAX_NODES, MAX_ROUNDS},
};

const NAMESPACE: &str = "urn:ietf:params:xml:ns:keyprov:pskc";

fn fault(text: &str) -> ProvisionError {
    Document::read(text, Lock::Plain).unwrap_err()
}

fn container(inner: &str) -> String {
    format!("<KeyContainer Version=\"1.0\" xmlns=\"{NAMESPACE}\">{inner}</KeyContainer>")
}

#[test]
fn failure_48_a_document_is_bounded_before_it_is_read() {
    let comment = |len: usize| format!("<!--{}-->", " ".repeat(len));
    let rest = container(&comment(0)).len();
    assert!(Document::read(&container(&comment(MAX_LEN - rest)), Lock::Plain).is_ok());
    assert_eq!(fault(&container(&comment(MAX_LEN - rest + 1))), ProvisionError::TooLong);
    let nodes = usize::try_from(MAX_NODES).unwrap();
    assert_eq!(fault(&"<".repeat(nodes + 1)), ProvisionError::TooMany);
    assert_eq!(fault(&"<".repeat(nodes)), ProvisionError::Xml);
    // Elements and the texts between them.
    assert_eq!(fault(&container(&"<a/> ".repeat(nodes / 2))), ProvisionError::TooMany);
}

#[test]
fn failure_48_nesting_costs_nothing_but_its_length() {
    let deep = 400_000;
    let nested = format!("{}{}", "<a>".repeat(deep), "</a>".repeat(deep));
    assert!(Document::read(&container(&nested), Lock::Plain).is_ok());
    assert_eq!(fault(&container(&"<a>".repeat(deep))), ProvisionError::Xml);
}

#[test]
fn failure_48_namespaces_and_attributes_are_few() {
    // Unbounded, the first costs the cube of its length, and the last the square.
    let nested = |n: usize| {
        let opened: String = (0..n).map(|n| format!("<a xmlns:n{n}=\"u\">")).collect();
        container(&format!("{opened}{}", "</a>".repeat(n)))
    };
    assert!(Document::read(&nested(16), Lock::Plain).is_ok());
    assert_eq!(fault(&nested(17)), ProvisionError::TooMany);
    let many: String = (0..16).map(|n| format!(" xmlns:n{n}=\"u\"")).collect();
    let inherited = format!("<a{many}>{}</a>", "<a xmlns=\"v\"/>".repeat(400_000));
    assert!(Document::read(&container(&inherited), Lock::Plain).is_ok());
    let each: String = (0..100_000).map(|n| format!("<a xmlns=\"{n}\"/>")).collect();
    assert_eq!(fault(&container(&each)), ProvisionError::TooMany);
    assert_eq!(fault(&"xmlns:".repeat(200_000)), ProvisionError::TooMany);
    let attributes: String = (0..500_000).map(|n| format!(" a{n} = ''")).collect();
    assert_eq!(fault(&container(&format!("<a{attributes}/>"))), ProvisionError::TooMany);
    // Markup can't be hidden from the count, in a comment, a declaration or a quoted sign.
    let hidden = format!("<?xml version=\"1.0\" encoding=\"?><!--\"?><a{attributes}/><!-- -->");
    assert_eq!(fault(&hidden), ProvisionError::TooMany);
}

#[test]
fn failure_48_keys_are_counted() {
    let packages = |n: usize| container(&"<KeyPackage/>".repeat(n));
    let most = Document::read(&packages(MAX_KEYS), Lock::Plain).unwrap();
    assert_eq!(most.packages.len(), MAX_KEYS);
    assert_eq!(fault(&packages(MAX_KEYS + 1)), ProvisionError::TooMany);
}

#[test]
fn failure_48_rounds_are_refused_before_one_is_made() {
    let rounds = |rounds: &str| {
        let xenc11 = "http://www.w3.org/2009/xmlenc11#";
        let pkcs5 = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#";
        let text = container(&format!(
            "<EncryptionKey><DerivedKey xmlns=\"{xenc11}\"><KeyDerivationMethod \
             Algorithm=\"{pkcs5}pbkdf2\"><PBKDF2-params xmlns=\"{pkcs5}\"><Salt><Specified>AAAA\
             </Specified></Salt><IterationCount>{rounds}</IterationCount><KeyLength>32</KeyLength>\
             </PBKDF2-params></KeyDerivationMethod></DerivedKey></EncryptionKey>"
        ));
        Document::read(&text, Lock::Password("password")).map(|document| document.packages.len())
    };
    assert_eq!(rounds("1"), Ok(0));
    for many in [u64::from(MAX_ROUNDS) + 1, 1 << 32, 1 << 40, u64::MAX] {
        assert_eq!(rounds(&many.to_string()), Err(ProvisionError::Rounds));
    }
}

#[test]
fn the_most_keys_are_written_and_read() {
    let key = OathKey::new(TokenKind::TOTP, Algorithm::Sha1, 6, &[7; 20]).unwrap();
    let mut document = Document::default();
    document.packages.extend((0..MAX_KEYS).map(|n| KeyPackage::new(&n.to_string(), &key)));
    let text = document.write(Lock::Plain).unwrap();
    let read = Document::read(&text, Lock::Plain).unwrap();
    assert!(read.packages == document.packages);
    document.packages.push(KeyPackage::new("one more", &key));
    assert_eq!(document.write(Lock::Plain).map(|_| ()), Err(ProvisionError::TooMany));
}
