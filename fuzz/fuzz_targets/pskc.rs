//! Any text as a PSKC document, and documents of any parts: no panic, what is read can be written
//! and reads the same, and a changed document gives no secret that wasn't sealed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinbolt::{oath::Algorithm, op::TokenKind};
use pinbolt_provision::{
    OathKey, ProvisionError,
    pskc::{Document, KeyPackage, Lock, PinPolicy, PinUsage},
};

/// A text and where it stands, or packages; the key; where the written text is changed, and how.
type Input<'a> = (Result<(&'a str, u8), Vec<Parts<'a>>>, [u8; 32], Vec<(u16, u8)>);

/// Id, names and number of them, secret, kind with algorithm and digits, number, times, drift.
type Parts<'a> =
    (&'a str, (&'a str, u16), &'a [u8], (u8, u8, u8), u64, [Option<u32>; 4], Option<i32>);

fuzz_target!(|input: Input<'_>| {
    let (what, key, changes) = input;
    match what {
        Ok((text, place)) => any(&placed(text, place), &key),
        Err(parts) => written(parts, &key, &changes),
    }
});

fn any(text: &str, key: &[u8; 32]) {
    for lock in [Lock::Plain, Lock::Key(&key[..16]), Lock::Key(key), Lock::Password("p")] {
        // More rounds are no finding, but they take time.
        if matches!(lock, Lock::Password(_))
            && text.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() > 2)
        {
            continue;
        }
        if let Ok(document) = Document::read(text, lock) {
            again(document, key);
        }
    }
}

/// What was read is written and reads the same, but for the keys that are none.
fn again(mut document: Document, key: &[u8; 32]) {
    document.packages.retain(|package| package.key.is_ok());
    document.signed = false;
    for lock in [Lock::Plain, Lock::Key(key)] {
        match document.write(lock) {
            Ok(text) => {
                let mut read = Document::read(&text, lock).expect("what is written reads");
                read.key_name.clone_from(&document.key_name);
                assert!(read == document);
            }
            // What a document may say and ours may not: no id, an id that is no name.
            Err(error) => assert!(matches!(
                error,
                ProvisionError::Name | ProvisionError::TooMany | ProvisionError::Period
            )),
        }
    }
}

fn written(parts: Vec<Parts<'_>>, key: &[u8; 32], changes: &[(u16, u8)]) {
    let mut document = Document::default();
    document.packages = parts.into_iter().filter_map(package).collect();
    let lock = Lock::Key(key);
    let Ok(text) = document.write(lock) else {
        return;
    };
    let read = Document::read(&text, lock).expect("what is written reads");
    assert!(read.packages == document.packages);
    assert!(Document::read(&text, Lock::Plain).is_err());
    let mut bytes = text.as_bytes().to_vec();
    for (at, change) in changes {
        let at = usize::from(*at) % bytes.len();
        bytes[at] ^= change;
    }
    let Some(read) =
        String::from_utf8(bytes).ok().and_then(|text| Document::read(&text, lock).ok())
    else {
        return;
    };
    let secrets: Vec<_> =
        document.packages.iter().flat_map(|p| &p.key).map(OathKey::secret).collect();
    assert!(read.packages.iter().flat_map(|p| &p.key).all(|key| secrets.contains(&key.secret())));
}

fn package(
    (id, (name, names), secret, (kind, hash, digits), number, times, drift): Parts<'_>,
) -> Option<KeyPackage> {
    let kind = match kind % 4 {
        0 => TokenKind::Steam,
        1 => TokenKind::Hotp { counter: number },
        _ => TokenKind::Totp { period: u32::try_from(number).unwrap_or(30), start: 0 },
    };
    let hash = Algorithm::ALL[usize::from(hash) % 3];
    let key = OathKey::new(kind, hash, 4 + digits % 8, secret).ok()?;
    let mut package = KeyPackage::new(id, &key);
    let said = |bit: u16| (names & 1 << bit != 0).then(|| name.to_owned());
    package.module_id = said(0);
    package.issuer = said(1);
    package.friendly_name = said(2);
    package.user_id = said(3);
    package.device.manufacturer = said(4);
    package.device.serial = said(5);
    package.device.model = said(6);
    package.device.issue = said(7);
    package.device.binding = said(8);
    package.device.user_id = said(9);
    let [start, expiry, failures, transactions] = times;
    package.device.start = start.map(|time| u64::from(time) * 12_345);
    package.policy.expiry = expiry.map(|time| u64::from(time) * 54_321);
    package.policy.transactions = transactions.map(u64::from);
    if matches!(kind, TokenKind::Totp { .. }) {
        package.clock_ahead = drift.unwrap_or(0);
    }
    if let Some(failures) = failures {
        let mut pin = PinPolicy::default();
        pin.usage = PinUsage::ALL.get(usize::from(names >> 14)).copied();
        (pin.key_id, pin.max_failures) = (said(10), Some(failures));
        package.policy.pin = Some(pin);
    }
    Some(package)
}

/// The text at some depth of a document.
fn placed(text: &str, place: u8) -> String {
    const OPEN: &str = "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\" \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" \
         xmlns:x=\"http://www.w3.org/2001/04/xmlenc#\">";
    const KEY: &str = "<KeyPackage><Key Id=\"1\" Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:";
    const SECRET: &str = "<Secret><PlainValue>MTIz</PlainValue></Secret>";
    let end = "</Key></KeyPackage></KeyContainer>";
    match place % 8 {
        0 | 1 => text.to_owned(),
        2 => format!("{OPEN}{text}</KeyContainer>"),
        3 => format!("{OPEN}<KeyPackage>{text}</KeyPackage></KeyContainer>"),
        4 => format!("{OPEN}{KEY}hotp\"><Data>{SECRET}</Data>{text}{end}"),
        5 => format!("{OPEN}{KEY}totp\"><Data>{SECRET}{text}</Data>{end}"),
        6 => format!("{OPEN}{KEY}hotp\"><Data>{SECRET}</Data><Policy>{text}</Policy>{end}"),
        _ => format!("{OPEN}{KEY}totp\"><Data><Secret>{text}</Secret></Data>{end}"),
    }
}
