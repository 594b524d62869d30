//! Any text as an export of Google Authenticator's, any bytes as its data, any parts in any order: no
//! panic; keys that read are written, and read the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinbolt_provision::{
    OathKey, ProvisionError,
    migration::{self, Batches},
};

/// Texts as they are, or data.
type Input<'a> = Vec<Result<&'a str, &'a [u8]>>;

fuzz_target!(|input: Input<'_>| {
    let mut batches = Batches::new();
    for part in input {
        let address = match part {
            Ok(text) => text.to_owned(),
            // Six bits a letter, so that any input is well-formed base64.
            Err(data) => {
                let letters = data.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)]));
                "otpauth-migration://offline?data=".chars().chain(letters).collect()
            }
        };
        let Ok(batch) = migration::read(&address) else { continue };
        assert!(batch.index < batch.size && batch.size <= migration::MAX_BATCHES);
        let before = batches.keys().count();
        let keys = batch.keys.len();
        let taken = batches.add(batch).is_ok();
        assert_eq!(batches.keys().count(), before + if taken { keys } else { 0 });
    }
    let keys: Vec<OathKey> = batches.keys().flatten().cloned().collect();
    match migration::write(&keys) {
        Ok(written) => {
            let mut again = Batches::new();
            for address in written {
                let batch = migration::read(&address).expect("what was written reads");
                again.add(batch).expect("and belongs together");
            }
            assert!(again.keys().flatten().eq(&keys) && again.missing().count() == 0);
        }
        // A key without a name; or very many keys.
        Err(ProvisionError::Name) => assert!(keys.iter().any(|key| key.name().is_empty())),
        Err(error) => assert!(error == ProvisionError::TooLong && keys.len() > 100),
    }
});

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
