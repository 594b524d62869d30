//! RFC 6030's figures and the other vectors, and documents of our own, written and read.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use data_encoding::HEXLOWER;
use pinbolt::{oath::Algorithm, op::TokenKind};
use pinbolt_provision::{
    OathKey, ProvisionError,
    pskc::{Document, KeyPackage, Lock, PinPolicy, PinUsage},
};
use serde_json::{Map, Value, json};

#[test]
fn every_vector_reads_as_it_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../engine/tests/vectors/pskc.json");
    let rows: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (mut read, mut refused) = (0, 0);
    for row in &rows {
        let (name, text) = (&row["name"], row["text"].as_str().unwrap());
        let key = row["key"].as_str().map(|key| HEXLOWER.decode(key.as_bytes()).unwrap());
        let lock = match (&key, row["password"].as_str()) {
            (Some(key), _) => Lock::Key(key),
            (_, Some(password)) => Lock::Password(password),
            _ => Lock::Plain,
        };
        match (Document::read(text, lock), row["fault"].as_str()) {
            (Ok(document), None) => {
                read += 1;
                assert_eq!(document.signed, row["signed"] == true, "{name}");
                assert_eq!(document.id.as_deref(), row["id"].as_str(), "{name}");
                if let Some(key_name) = row["key_name"].as_str() {
                    assert_eq!(document.key_name.as_deref(), Some(key_name), "{name}");
                }
                let packages: Vec<_> = document.packages.iter().map(told).collect();
                assert_eq!(Value::Array(packages), row["packages"], "{name}");
            }
            (Err(error), Some(fault)) => {
                refused += 1;
                assert_eq!(error.name(), fault, "{name}");
            }
            (read, _) => panic!("{name}: {read:?}"),
        }
    }
    assert!(read >= 75 && refused >= 90, "{read} {refused}");
}

/// A package as the vectors tell it.
fn told(package: &KeyPackage) -> Value {
    let (device, policy) = (&package.device, &package.policy);
    let mut told = Map::new();
    told.insert("id".into(), json!(package.id));
    match &package.key {
        Err(error) => {
            told.insert("fault".into(), json!(error.name()));
        }
        Ok(key) => {
            let (kind, name, number) = match key.kind() {
                TokenKind::Hotp { counter } => ("hotp", "counter", counter),
                TokenKind::Totp { period, start: 0 } => ("totp", "period", period.into()),
                kind => panic!("{kind:?}"),
            };
            told.insert("kind".into(), json!(kind));
            told.insert(name.into(), json!(number));
            told.insert("digits".into(), json!(key.digits()));
            told.insert("algorithm".into(), json!(key.algorithm().name()));
            told.insert("secret".into(), json!(HEXLOWER.encode(key.secret())));
            assert!(key.issuer().is_none() && key.name().is_empty());
        }
    }
    for (name, text) in [
        ("manufacturer", &device.manufacturer),
        ("serial", &device.serial),
        ("model", &device.model),
        ("issue", &device.issue),
        ("binding", &device.binding),
        ("device_user", &device.user_id),
        ("module", &package.module_id),
        ("issuer", &package.issuer),
        ("friendly", &package.friendly_name),
        ("user", &package.user_id),
    ] {
        told.extend(text.as_ref().map(|text| (name.into(), json!(text))));
    }
    for (name, number) in [
        ("device_start", device.start),
        ("device_expiry", device.expiry),
        ("start", policy.start),
        ("expiry", policy.expiry),
        ("transactions", policy.transactions),
    ] {
        told.extend(number.map(|number| (name.into(), json!(number))));
    }
    if package.clock_ahead != 0 {
        told.insert("clock_ahead".into(), json!(package.clock_ahead));
    }
    told.extend(policy.pin.as_ref().map(|pin| ("pin".into(), pin_told(pin))));
    Value::Object(told)
}

fn pin_told(pin: &PinPolicy) -> Value {
    let mut told = Map::new();
    told.extend(pin.usage.map(|usage| ("usage".into(), json!(usage.name()))));
    told.extend(pin.key_id.as_ref().map(|id| ("key_id".into(), json!(id))));
    for (name, number) in [
        ("max_failures", pin.max_failures),
        ("min_length", pin.min_length),
        ("max_length", pin.max_length),
    ] {
        told.extend(number.map(|number| (name.into(), json!(number))));
    }
    Value::Object(told)
}

#[test]
fn what_is_written_reads_the_same_under_every_lock() {
    let document = full();
    let keys: [&[u8]; 3] = [&[1; 16], &[2; 24], &[3; 32]];
    let locks = keys.map(Lock::Key).into_iter().chain([Lock::Plain, Lock::Password("pässword")]);
    for lock in locks {
        let text = document.write(lock).unwrap();
        assert_eq!(text.capacity(), text.len());
        let read = Document::read(&text, lock).unwrap();
        assert!(read.packages == document.packages && read.id == document.id, "{lock:?}");
        let legible = text.contains("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=");
        assert_eq!(legible, matches!(lock, Lock::Plain), "{lock:?}");
        assert_eq!(read.key_name.is_some(), !legible, "{lock:?}");
        let others = [Lock::Plain, Lock::Key(&[4; 16]), Lock::Key(&[4; 32])];
        for other in others.into_iter().filter(|other| !legible || !matches!(other, Lock::Plain)) {
            assert!(Document::read(&text, other).is_err(), "{lock:?} {other:?}");
        }
    }
}

#[test]
fn no_two_texts_share_a_vector_a_salt_or_a_mac_key() {
    let document = full();
    let values = |text: &str| {
        let parts = text.split("<xenc:CipherValue>").skip(1);
        parts.map(|part| part[..22].to_owned()).collect::<Vec<_>>()
    };
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let text = document.write(Lock::Key(&[5; 32])).unwrap();
        assert!(values(&text).into_iter().all(|iv| seen.insert(iv)));
    }
    assert_eq!(seen.len(), 20 * (1 + document.packages.len()));
}

#[test]
fn what_has_no_place_is_refused_when_it_is_written() {
    use ProvisionError as E;
    let refused = |change: &dyn Fn(&mut Document), lock| {
        let mut document = full();
        change(&mut document);
        document.write(lock).map(|_| ()).unwrap_err()
    };
    let first = |change: fn(&mut KeyPackage)| {
        refused(&|document| change(&mut document.packages[0]), Lock::Plain)
    };
    assert_eq!(refused(&|document| document.packages.clear(), Lock::Plain), E::TooMany);
    for id in ["", "1", "a b", "ü", "a:b"] {
        assert_eq!(refused(&|document| document.id = Some(id.into()), Lock::Plain), E::Name);
    }
    let psk = Lock::Key(&[0; 16]);
    assert_eq!(refused(&|document| document.key_name = Some("\n".into()), psk), E::Name);
    assert_eq!(first(|package| package.id = String::new()), E::Name);
    assert_eq!(first(|package| package.issuer = Some(" x".into())), E::Name);
    assert_eq!(first(|package| package.user_id = Some("x".repeat(1025))), E::Name);
    assert_eq!(first(|package| package.device.serial = Some("\u{ffff}".into())), E::Name);
    assert_eq!(first(|package| package.policy.expiry = Some(u64::MAX)), E::Date);
    assert_eq!(first(|package| package.key = Err(E::NoSecret)), E::NoSecret);
    for (kind, error) in [
        (TokenKind::Hotp { counter: 1 << 63 }, E::Counter),
        (TokenKind::Totp { period: 1 << 31, start: 0 }, E::Period),
        (TokenKind::Totp { period: 30, start: 1 }, E::NoPlace),
        (TokenKind::Steam, E::NoPlace),
    ] {
        let refused = refused(
            &|document| {
                document.packages[0].key = OathKey::new(
                    kind,
                    Algorithm::Sha1,
                    if kind == TokenKind::Steam { 5 } else { 6 },
                    b"1",
                )
            },
            Lock::Plain,
        );
        assert_eq!(refused, error);
    }
    for lock in [Lock::Key(&[]), Lock::Key(&[0; 17]), Lock::Password("")] {
        assert_eq!(refused(&|_| {}, lock), E::LockKey);
    }
}

#[test]
fn a_packages_names_are_the_keys() {
    let key = OathKey::new(TokenKind::TOTP, Algorithm::Sha1, 6, b"12345678901234567890").unwrap();
    let package = KeyPackage::new("1", &key.clone().named(Some("Acme"), "ann").unwrap());
    assert_eq!(package.issuer.as_deref(), Some("Acme"));
    assert_eq!(package.friendly_name.as_deref(), Some("ann"));
    assert_eq!(package.key, Ok(key.clone()));
    assert_eq!(KeyPackage::new("1", &key).friendly_name, None);
}

#[test]
fn a_key_under_a_condition_that_nobody_keeps_holds_not() {
    let key = OathKey::new(TokenKind::TOTP, Algorithm::Sha1, 6, b"12345678901234567890").unwrap();
    let holds = |set: fn(&mut KeyPackage)| {
        let mut package = KeyPackage::new("1", &key);
        set(&mut package);
        [99, 100, 199, 200].map(|now| package.holds(now))
    };
    assert_eq!(holds(|_| {}), [true; 4]);
    assert_eq!(holds(|package| package.policy.start = Some(100)), [false, true, true, true]);
    assert_eq!(holds(|package| package.device.start = Some(100)), [false, true, true, true]);
    assert_eq!(holds(|package| package.policy.expiry = Some(200)), [true, true, true, false]);
    assert_eq!(holds(|package| package.device.expiry = Some(200)), [true, true, true, false]);
    assert_eq!(holds(|package| package.policy.transactions = Some(9)), [false; 4]);
    assert_eq!(holds(|package| package.policy.pin = Some(PinPolicy::default())), [false; 4]);
}

#[test]
fn nothing_secret_or_personal_is_shown() {
    let mut document = full();
    document.packages[1].user_id = Some("canary".into());
    let shown = format!(
        "{document:?} {:?} {:?} {:?} {:?}",
        document.packages[1].device,
        document.packages[1].policy,
        Lock::Key(b"canary canary ca"),
        Lock::Password("canary"),
    );
    assert!(!shown.contains("canary") && !shown.contains("987654321"), "{shown}");
    assert!(!shown.contains("49, 50, 51") && !shown.contains("12345678"), "{shown}");
}

/// A document with all that it can have.
fn full() -> Document {
    let secret = b"12345678901234567890";
    let mut packages = Vec::new();
    for (id, kind, algorithm, digits) in [
        ("1", TokenKind::Hotp { counter: u64::MAX >> 1 }, Algorithm::Sha1, 6),
        ("two & \"2\"", TokenKind::TOTP, Algorithm::Sha256, 8),
        ("3", TokenKind::Totp { period: 60, start: 0 }, Algorithm::Sha512, 10),
    ] {
        let key = OathKey::new(kind, algorithm, digits, secret).unwrap();
        packages.push(KeyPackage::new(id, &key));
    }
    let package = &mut packages[1];
    let device = &mut package.device;
    device.manufacturer = Some("A & <B> \"c\" 'd' ]]>".into());
    device.serial = Some("987654321".into());
    device.model = Some("m".into());
    device.issue = Some("2".into());
    device.binding = Some("b".into());
    device.start = Some(1);
    device.expiry = Some(253_402_300_799_999);
    device.user_id = Some("CN=Zoë".into());
    package.module_id = Some("c".into());
    package.issuer = Some("Issuer".into());
    package.friendly_name = Some("键".into());
    package.user_id = Some("CN=u".into());
    package.clock_ahead = -2;
    package.policy.start = Some(0);
    package.policy.expiry = Some(1_795_348_800_250);
    package.policy.transactions = Some(9);
    let mut pin = PinPolicy::default();
    pin.usage = Some(PinUsage::Append);
    pin.key_id = Some("<p>".into());
    (pin.max_failures, pin.min_length, pin.max_length) = (Some(8), Some(4), Some(u32::MAX));
    package.policy.pin = Some(pin);
    let mut document = Document::default();
    document.id = Some("_id-1.x".into());
    document.key_name = Some("key & name".into());
    document.packages = packages;
    document
}
