//! Spellings of phone numbers, e-mail addresses and names: one key, or a refusal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{collections::BTreeMap, fs};

use pinbolt::address::{AccountId, Address, AddressError, Email, Kind, Name, Phone};
use serde_json::Value;

#[test]
fn failure_35_email_case_and_unicode() {
    let rows = rows("email.json");
    assert!(rows.len() >= 200);
    for row in &rows {
        let input = row["in"].as_str().unwrap();
        match Email::parse(input) {
            Ok(email) => {
                assert_eq!(row["key"], email.key(), "{input:?}");
                assert_eq!(row["delivery"], email.delivery(), "{input:?}");
                assert_eq!(row["mailbox"], email.mailbox(), "{input:?}");
                assert_eq!(Email::parse(email.delivery()), Ok(email.clone()));
                assert_eq!(Email::parse(email.key()).unwrap().key(), email.key());
            }
            Err(error) => assert_refused(row, input, error),
        }
    }
}

#[test]
fn failure_36_phone_spellings() {
    let rows = rows("phone.json");
    assert!(rows.len() >= 200);
    let mut spellings = BTreeMap::new();
    for row in &rows {
        let input = row["in"].as_str().unwrap();
        match Phone::parse(input) {
            Ok(phone) => {
                assert_eq!(row["key"], phone.as_str(), "{input:?}");
                assert_eq!(Phone::parse(phone.as_str()), Ok(phone.clone()));
                *spellings.entry(phone.as_str().to_owned()).or_insert(0) += 1;
            }
            Err(error) => assert_refused(row, input, error),
        }
    }
    assert_eq!(spellings["+351912345678"], 10);
    assert!(spellings.len() >= 45);
}

#[test]
fn an_address_is_told_by_its_syntax() {
    for (file, kind) in [("phone.json", Kind::Phone), ("email.json", Kind::Email)] {
        for row in rows(file) {
            let input = row["in"].as_str().unwrap();
            let signed = match kind {
                Kind::Phone => input.trim_matches(' ').starts_with('+'),
                Kind::Email | Kind::Endpoint => input.contains('@'),
            };
            if let Some(key) = row["key"].as_str() {
                let address = Address::parse(input).unwrap();
                assert_eq!((address.kind(), address.key()), (kind, key));
                assert_eq!(Address::parse(address.delivery()), Ok(address.clone()));
                assert_eq!(Name::parse(input), Ok(Name::Address(address)));
            } else if signed {
                let error = Address::parse(input).unwrap_err();
                assert_eq!(row["error"], format!("{error:?}"), "{input:?}");
            }
        }
    }
    assert_eq!(Address::parse("912345678"), Err(AddressError::NotAnAddress));
    assert_eq!(Address::parse("ana"), Err(AddressError::NotAnAddress));
    assert_eq!(Address::parse("\u{ff0b}351912345678"), Err(AddressError::NotAnAddress));
    assert_eq!(Address::parse("  "), Err(AddressError::Empty));
}

#[test]
fn a_name_without_the_signs_of_an_address_is_an_account_id() {
    let longest = "\u{e9}".repeat(128);
    for id in ["u-1", "912345678", "00351912345678", "Ana Reis", "jo\u{e3}o", "a+b", &longest] {
        assert_eq!(Name::parse(id), Ok(Name::Account(AccountId::parse(id).unwrap())));
        assert_eq!(AccountId::parse(id).unwrap().as_str(), id);
    }
    assert_ne!(AccountId::parse("Ana"), AccountId::parse("ana"));
    assert_eq!(Name::parse(""), Err(AddressError::Empty));
    assert_eq!(Name::parse(&format!("{longest}u")), Err(AddressError::AccountIdTooLong));
    let padded = [" u", "u ", "\tu", "u\n", "\u{a0}u", "u\u{3000}"];
    for id in padded.into_iter().chain(["u\0v", "u\nv", "u\u{7f}v", "u\u{85}v"]) {
        assert_eq!(Name::parse(id), Err(AddressError::AccountIdCharacter), "{id:?}");
    }
    for address in ["u@v", "+u", "+351912345678", "ana@example.com"] {
        assert_eq!(AccountId::parse(address), Err(AddressError::AccountIdCharacter));
    }
    assert_eq!(Name::parse("u@v"), Err(AddressError::EmailDomainNoDot));
    assert_eq!(Name::parse("+u"), Err(AddressError::PhoneCharacter));
}

#[test]
fn law_11_no_text_shows_an_address() {
    for file in ["phone.json", "email.json"] {
        for row in rows(file) {
            let input = row["in"].as_str().unwrap();
            let texts = match Address::parse(input) {
                Ok(address) => {
                    format!("{address:?} {:?} {:?}", Address::parse(input), Name::parse(input))
                }
                Err(error) => format!("{error} {error:?}"),
            };
            let typed = input.trim();
            assert!(typed.len() < 5 || !texts.contains(typed), "{texts}");
            for part in ["ana@", "example.com", "351912", "ample"] {
                assert!(!texts.contains(part), "{texts}");
            }
        }
    }
    assert_eq!(format!("{:?}", Address::parse("+351912345678").unwrap()), "Phone(..)");
    assert_eq!(format!("{:?}", Address::parse("ana@example.com").unwrap()), "Email(..)");
    assert_eq!(format!("{:?}", Name::parse("912345678").unwrap()), "Account(AccountId(..))");
}

#[test]
fn a_mask_hides_the_length_and_all_but_the_end() {
    let mask = |input| Address::parse(input).unwrap().mask();
    assert_eq!(
        mask("+351912345678"),
        "+\u{2022}\u{2022}\u{2022} \u{2022}\u{2022}\u{2022} \u{2022}78"
    );
    assert_eq!(mask("+29012378"), mask("+351912345678"));
    assert_eq!(mask("Ana.Reis@Example.com"), "A\u{2022}\u{2022}\u{2022}@example.com");
    assert_eq!(mask("A@example.com"), mask("Ana.Reis@example.com"));
}

fn assert_refused(row: &Value, input: &str, error: AddressError) {
    assert_eq!(row["key"], Value::Null, "{input:?}: {error:?}");
    assert_eq!(row["error"], format!("{error:?}"), "{input:?}");
}

fn rows(file: &str) -> Vec<Value> {
    let path = format!("{}/tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}
