//! Any bytes as a record: no panic, and what is one is also one after writing it again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinbolt::testkit::fuzz;

fuzz_target!(|input: &[u8]| assert!(fuzz::record(input)));
