//! Any text as a handle, also behind the right prefix and of the right length: no panic, and
//! nothing that was made up is taken for one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinbolt::testkit::fuzz;

/// Base64url characters of a handle.
const LENGTH: usize = ((4 + 24 + (1 + 32 + 32 + 8 + 16 + 8 + 32) + 16) * 8_usize).div_ceil(6);
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fuzz_target!(|input: &[u8]| {
    if let Ok(text) = core::str::from_utf8(input) {
        assert!(fuzz::handle(text));
    }
    let mut likely = String::from("v1.");
    likely.extend(input.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 64)])));
    likely.extend(std::iter::repeat_n('A', LENGTH.saturating_sub(input.len())));
    assert!(fuzz::handle(&likely));
});
