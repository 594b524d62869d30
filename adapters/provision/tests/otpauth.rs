//! `otpauth` addresses: the vectors, and keys of every kind written and read the same.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects)]

use data_encoding::HEXLOWER;
use pinbolt::{
    Keyring, Misuse, Operator, Pinbolt, Policy,
    driver::{self, Engine, NoDelivery},
    oath::Algorithm,
    op::{AddToken, Enroll, TokenKind, TokenSecret},
    testkit::{MemoryStore, VirtualClock},
};
use pinbolt_provision::{OathKey, ProvisionError, otpauth};
use serde_json::Value;

#[test]
fn every_vector_reads_as_it_says_and_is_written_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../engine/tests/vectors/otpauth.json");
    let rows: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (mut read, mut refused) = (0, 0);
    for row in &rows {
        let about = &row["about"];
        match (otpauth::read(row["address"].as_str().unwrap()), row["fault"].as_str()) {
            (Ok(key), None) => {
                read += 1;
                checked(&key, row);
                let written = otpauth::write(&key).unwrap();
                assert_eq!(Some(written.as_str()), row["written"].as_str(), "{about}");
                assert_eq!(otpauth::read(&written), Ok(key), "{about}");
            }
            (Err(error), Some(fault)) => {
                refused += 1;
                assert_eq!(error.name(), fault, "{about}");
            }
            (read, _) => panic!("{about}: {read:?}"),
        }
    }
    assert!(read >= 85 && refused >= 130, "{read} {refused}");
}

fn checked(key: &OathKey, row: &Value) {
    let about = &row["about"];
    assert_eq!((Some(key.name()), key.issuer()), (row["name"].as_str(), row["issuer"].as_str()));
    assert_eq!(Some(&*HEXLOWER.encode(key.secret())), row["secret"].as_str(), "{about}");
    assert_eq!(Some(key.algorithm().name()), row["algorithm"].as_str(), "{about}");
    assert_eq!(row["digits"], key.digits(), "{about}");
    let number =
        |value: &Value| value.as_u64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap());
    match key.kind() {
        TokenKind::Totp { period, start: 0 } => {
            assert_eq!((&row["kind"], number(&row["period"])), (&"totp".into(), period.into()));
        }
        TokenKind::Hotp { counter } => {
            assert_eq!((&row["kind"], number(&row["counter"])), (&"hotp".into(), counter));
        }
        TokenKind::Steam => assert_eq!(row["kind"], "steam", "{about}"),
        kind => panic!("{about}: {kind:?}"),
    }
}

/// As Bitwarden keeps it: a key without names.
#[test]
fn a_steam_token_by_its_secret_alone() {
    let secret = b"12345678901234567890";
    let expected = OathKey::new(TokenKind::Steam, Algorithm::Sha1, 5, secret).unwrap();
    let text = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    for address in [format!("steam://{text}"), format!("Steam://{}", text.to_lowercase())] {
        assert_eq!(otpauth::read(&address).as_ref(), Ok(&expected), "{address}");
    }
    assert_eq!(otpauth::write(&expected), Err(ProvisionError::Name));
}

fn key(kind: TokenKind, secret: &[u8]) -> OathKey {
    OathKey::new(kind, Algorithm::Sha1, 6, secret).unwrap()
}

#[test]
fn keys_of_every_kind_read_as_they_are_written() {
    let names =
        ["ana", "Ana Reis", "100 %", "+351912345678", "a/b?c#d&e=f", "ñ", "例 太郎", "\"<>\\^`{|}"];
    let kinds = [
        TokenKind::TOTP,
        TokenKind::HOTP,
        TokenKind::Totp { period: 1, start: 0 },
        TokenKind::Totp { period: u32::MAX, start: 0 },
        TokenKind::Hotp { counter: u64::MAX },
    ];
    for (at, name) in names.iter().enumerate() {
        for issuer in names.iter().map(Some).chain([None]) {
            for (kind, algorithm) in kinds.iter().zip(Algorithm::ALL.iter().cycle()) {
                for digits in 6..=10 {
                    let secret = vec![0xa5; 1 + at * 18];
                    let key = OathKey::new(*kind, *algorithm, digits, &secret).unwrap();
                    let key = key.named(issuer.copied(), name).unwrap();
                    let written = otpauth::write(&key).unwrap();
                    assert!(written.bytes().all(|byte| byte.is_ascii_graphic()));
                    assert_eq!(otpauth::read(&written), Ok(key));
                }
            }
        }
    }
}

#[test]
fn what_has_no_place_in_an_address_is_told() {
    let late = TokenKind::Totp { period: 30, start: 1 };
    let named = |key: OathKey| key.named(None, "ana").unwrap();
    assert_eq!(otpauth::write(&named(key(late, &[7; 20]))), Err(ProvisionError::NoPlace));
    assert_eq!(otpauth::write(&key(TokenKind::TOTP, &[7; 20])), Err(ProvisionError::Name));
    // Each of its bytes takes three, in the label and beside it.
    let long = key(TokenKind::TOTP, &[7; 128]).named(Some(&"%".repeat(256)), &"%".repeat(256));
    assert_eq!(otpauth::write(&long.unwrap()), Err(ProvisionError::TooLong));
    assert_eq!(otpauth::read("otpauth://totp/a\0na?secret=ME"), Err(ProvisionError::Encoding));
}

#[test]
fn a_key_shows_neither_secret_nor_names() {
    let key = key(TokenKind::TOTP, b"a secret of 20 bytes").named(Some("Example"), "ana").unwrap();
    let shown = format!("{key:?}");
    assert!(
        !shown.contains("ana") && !shown.contains("Example") && !shown.contains("97"),
        "{shown}"
    );
    for error in ProvisionError::ALL {
        assert!(error.sentence().ends_with('.') && error.to_string() == error.sentence());
    }
}

/// Line 48 of the failures: what is longest, and what a hostile address says, is told at once.
#[test]
fn failure_48_an_address_is_bounded() {
    let address = |rest: &str| format!("otpauth://totp/ana?secret=ME{rest}");
    for (rest, fault) in [
        ("&period=0", ProvisionError::Period),
        ("&period=99999999999999999999", ProvisionError::Period),
        ("&digits=99", ProvisionError::Digits),
        ("&digits=0", ProvisionError::Digits),
        ("&digits=18446744073709551622", ProvisionError::Digits),
    ] {
        assert_eq!(otpauth::read(&address(rest)), Err(fault), "{rest}");
    }
    let long = |times: usize, part: &str| otpauth::read(&address(&part.repeat(times)));
    for part in ["&", "%41", "=", "a", "\u{0}", "&x=", "/"] {
        assert_eq!(long(1 << 20, part), Err(ProvisionError::TooLong), "{part:?}");
    }
    let names: String = (0..300).map(|number| format!("&{number}")).collect();
    assert_eq!(otpauth::read(&address(&names)), Err(ProvisionError::Parameter));
    assert_eq!(long(2000, "&").map(|key| key.secret().len()), Ok(1));
}

/// Line 32: reading refuses no short secret; entering an account does, unless its danger is named.
#[test]
fn failure_32_a_short_secret_is_read_and_does_not_enter_an_account() {
    let key = otpauth::read("otpauth://totp/ana?secret=GEZDGNBVGY3TQOJQ").unwrap();
    assert_eq!(key.secret().len(), 10);
    let (pinbolt, clock) = (installation(), VirtualClock::at(1_800_000_000_000));
    let engine = Engine::new(pinbolt, MemoryStore::new(), NoDelivery).with_clock(clock);
    let account = "person-1";
    engine.run(Enroll { account, pin: Some("802714"), addresses: &[], asserted_by: None }).unwrap();
    let add = |secret| {
        engine.run(AddToken {
            account,
            label: "phone",
            kind: key.kind(),
            algorithm: key.algorithm(),
            digits: key.digits(),
            secret,
            confirmed: true,
            authority: Operator::new("desk-1", "moved in").unwrap().into(),
        })
    };
    let refused = add(TokenSecret::Given(key.secret()));
    assert!(matches!(refused, Err(driver::Error::Misuse(Misuse::ShortSecret))));
    assert!(add(TokenSecret::DangerouslyShort(key.secret())).is_ok());
}

fn installation() -> Pinbolt {
    let (index, seal) =
        (*b"32 random bytes that name rows..", *b"32 random bytes that seal rows..");
    let keys = Keyring::new(index, 1, seal).unwrap();
    Pinbolt::open(keys, Policy::builder().build().unwrap(), "").unwrap()
}
