//! Google Authenticator's exports: the vectors, and keys of every kind written and read the same.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

use data_encoding::HEXLOWER;
use pinbolt::{oath::Algorithm, op::TokenKind};
use pinbolt_provision::{
    OathKey, ProvisionError,
    migration::{self, Batches},
};
use serde_json::{Value, json};

#[test]
fn every_vector_reads_as_it_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../engine/tests/vectors/migration.json");
    let rows: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (mut read, mut refused) = (0, 0);
    for row in &rows {
        let about = &row["about"];
        let mut batches = Batches::new();
        let addresses = row["addresses"].as_array().unwrap();
        let mut faults = Vec::new();
        for address in addresses {
            let batch = migration::read(address.as_str().unwrap());
            let before = batches.keys().count();
            faults.push(batch.and_then(|batch| batches.add(batch)).err());
            assert!(faults[faults.len() - 1].is_none() || batches.keys().count() == before);
        }
        let last = faults.pop().unwrap();
        assert!(faults.iter().all(Option::is_none), "{about}: {faults:?}");
        assert_eq!(last.map(ProvisionError::name), row["fault"].as_str(), "{about}");
        if last.is_some() {
            refused += 1;
            continue;
        }
        read += 1;
        let keys: Vec<_> = batches.keys().map(told).collect();
        assert_eq!(Value::Array(keys), row["keys"], "{about}");
        assert_eq!(json!(batches.missing().collect::<Vec<_>>()), row["missing"], "{about}");
        assert_eq!(batches.size(), addresses.len() + batches.missing().count(), "{about}");
    }
    assert!(read >= 55 && refused >= 50, "{read} {refused}");
}

/// A key as the vectors tell it.
fn told(key: &Result<OathKey, ProvisionError>) -> Value {
    let key = match key {
        Ok(key) => key,
        Err(error) => return json!({ "fault": error.name() }),
    };
    let mut told = json!({
        "name": key.name(),
        "secret": HEXLOWER.encode(key.secret()),
        "algorithm": key.algorithm().name(),
        "digits": key.digits(),
    });
    if let Some(issuer) = key.issuer() {
        told["issuer"] = json!(issuer);
    }
    (
        told["kind"],
        told[if matches!(key.kind(), TokenKind::Hotp { .. }) { "counter" } else { "period" }],
    ) = match key.kind() {
        // What no double holds is told as a text.
        TokenKind::Hotp { counter } if counter >= 1 << 53 => {
            (json!("hotp"), json!(counter.to_string()))
        }
        TokenKind::Hotp { counter } => (json!("hotp"), json!(counter)),
        TokenKind::Totp { period, start: 0 } => (json!("totp"), json!(period)),
        kind => panic!("{kind:?}"),
    };
    told
}

fn keys(count: usize, name: &str, secret: usize) -> Vec<OathKey> {
    let kinds = [TokenKind::TOTP, TokenKind::Hotp { counter: i64::MAX as u64 }];
    let hashes = Algorithm::ALL.iter().cycle();
    let key = |(at, hash): (usize, &Algorithm)| {
        let secret = vec![at as u8; secret];
        let key = OathKey::new(kinds[at % 2], *hash, [6, 8][at / 2 % 2], &secret).unwrap();
        key.named([Some("Example Co"), None][at / 4 % 2], &format!("{name}{at}")).unwrap()
    };
    (0..count).zip(hashes).map(key).collect()
}

fn read_again(addresses: &[impl AsRef<str>]) -> Vec<OathKey> {
    let mut batches = Batches::new();
    for address in addresses.iter().rev() {
        let batch = migration::read(address.as_ref()).unwrap();
        assert!(batch.keys.len() <= 10 && batch.version == 1);
        batches.add(batch).unwrap();
    }
    assert_eq!((batches.missing().count(), batches.size()), (0, addresses.len()));
    batches.keys().cloned().map(Result::unwrap).collect()
}

#[test]
fn what_is_written_reads_the_same_ten_at_a_time() {
    for (count, addresses) in [(0, 0), (1, 1), (10, 1), (11, 2), (100, 10), (1000, 100)] {
        let keys = keys(count, "n", 20);
        let written: Vec<_> = migration::write(&keys).unwrap();
        let texts: Vec<&str> = written.iter().map(|text| text.as_str()).collect();
        assert_eq!(texts.len(), addresses);
        assert_eq!(read_again(&texts), keys);
        // Each fits into a code.
        assert!(texts.iter().all(|text| pinbolt_provision::Qr::new(text).is_ok()));
    }
    assert_eq!(migration::write(&keys(1001, "n", 20)), Err(ProvisionError::TooLong));
}

#[test]
fn long_names_make_more_addresses_and_each_still_fits_into_a_code() {
    let keys = keys(20, &"name ".repeat(50), 128);
    let written = migration::write(&keys).unwrap();
    let texts: Vec<&str> = written.iter().map(|text| text.as_str()).collect();
    assert!(texts.len() > 6, "{}", texts.len());
    assert_eq!(read_again(&texts), keys);
    assert!(texts.iter().all(|text| pinbolt_provision::Qr::new(text).is_ok()));
}

#[test]
fn an_exports_number_is_its_own() {
    let id = |keys: &[OathKey]| {
        let written = migration::write(keys).unwrap();
        migration::read(&written[0]).unwrap().id
    };
    assert_eq!(id(&keys(3, "n", 20)), id(&keys(3, "n", 20)));
    assert_ne!(id(&keys(3, "n", 20)), id(&keys(3, "m", 20)));
}

#[test]
fn what_the_app_has_no_place_for_is_told() {
    let key = |kind, digits| {
        OathKey::new(kind, Algorithm::Sha1, digits, &[7; 20]).unwrap().named(None, "ana").unwrap()
    };
    let other = [
        key(TokenKind::Totp { period: 60, start: 0 }, 6),
        key(TokenKind::Totp { period: 30, start: 1 }, 6),
        key(TokenKind::Hotp { counter: 1 << 63 }, 6),
        key(TokenKind::TOTP, 7),
        key(TokenKind::TOTP, 10),
    ];
    for other in other {
        let keys = [key(TokenKind::TOTP, 6), other];
        assert_eq!(migration::write(&keys), Err(ProvisionError::NoPlace));
    }
    let nameless = OathKey::new(TokenKind::TOTP, Algorithm::Sha1, 6, &[7; 20]).unwrap();
    assert_eq!(migration::write(&[nameless]), Err(ProvisionError::Name));
}

#[test]
fn nothing_secret_is_shown() {
    let written = migration::write(&keys(1, "ana", 20)).unwrap();
    let batch = migration::read(&written[0]).unwrap();
    let mut batches = Batches::new();
    batches.add(batch.clone()).unwrap();
    let shown = format!("{batch:?} {batches:?}");
    assert!(!shown.contains("ana") && !shown.contains("Example"), "{shown}");
    assert_eq!(shown, "Batch { keys: 1, size: 1, index: 0, .. } Batches { size: 1, .. }");
}

/// Line 48 of the failures: lengths that lie, keys and parts without end.
#[test]
fn failure_48_an_export_is_bounded() {
    let read = |payload: &[u8]| {
        let data = data_encoding::BASE64URL_NOPAD.encode(payload);
        migration::read(&format!("otpauth-migration://offline?data={data}"))
    };
    for length in [1_u64, 127, 1 << 31, 1 << 32, 1 << 62, u64::MAX] {
        let mut bytes = vec![0x0a];
        let mut rest = length;
        while rest > 127 {
            bytes.push(0x80 | (rest & 127) as u8);
            rest >>= 7;
        }
        bytes.push(rest as u8);
        assert_eq!(read(&bytes), Err(ProvisionError::Payload), "{length}");
        bytes.splice(0..0, [0x0a, bytes.len() as u8]);
        assert_eq!(read(&bytes), Err(ProvisionError::Payload), "{length} within a key");
    }
    assert_eq!(read(&[0x0a, 0].repeat(3000)), Err(ProvisionError::TooLong));
    assert_eq!(read(&[0x18, 0xff, 0xff, 0xff, 0xff, 0x07]), Err(ProvisionError::Payload));
    let long = format!("otpauth-migration://offline?data={}", "A".repeat(1 << 20));
    assert_eq!(migration::read(&long), Err(ProvisionError::TooLong));
}
