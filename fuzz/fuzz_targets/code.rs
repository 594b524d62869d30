//! Any text as a typed code of any number of digits: no panic, and what is one has so many.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinbolt::testkit::fuzz;

fuzz_target!(|input: (u8, &str)| {
    let (digits, text) = input;
    assert!(fuzz::code(text, digits));
    assert!(fuzz::code(text, 6));
});
