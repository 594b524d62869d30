//! Any text as an `otpauth` address, or its parts: no panic; what reads is written, and that reads the
//! same and is written the same. Secrets in base32 are held to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinbolt_provision::{OathKey, ProvisionError, base32, otpauth};

/// The text as it is; or type, label, secret and the rest of the query.
type Input<'a> = Result<&'a str, (bool, &'a str, &'a [u8], &'a str)>;

fuzz_target!(|input: Input<'_>| {
    let address = match input {
        Ok(text) => text.to_owned(),
        Err((timed, label, secret, rest)) => {
            let kind = if timed { "totp" } else { "hotp" };
            let secret = base32::encode(secret);
            format!("otpauth://{kind}/{label}?secret={}&{rest}", *secret)
        }
    };
    if let Ok(secret) = base32::decode(&address) {
        assert_eq!(base32::decode(&base32::encode(&secret)), Ok(secret));
    }
    let Ok(key) = otpauth::read(&address) else { return };
    written(&key);
});

fn written(key: &OathKey) {
    match otpauth::write(key) {
        Ok(written) => {
            let again = otpauth::read(&written).expect("what was written reads");
            assert!(again == *key);
            assert_eq!(otpauth::write(&again), Ok(written));
        }
        // A Steam token by its secret alone.
        Err(error) if key.name().is_empty() => assert_eq!(error, ProvisionError::Name),
        // Percent-encoding, and the issuer twice.
        Err(error) => assert_eq!(error, ProvisionError::TooLong),
    }
}
