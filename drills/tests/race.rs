//! The race, in memory and with its control.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{line, run};

const RACE: &str = env!("CARGO_BIN_EXE_race");

#[test]
fn failure_01_parallel_guesses() {
    let said = run(RACE, &["memory"]);
    let codes = line(&said, "race memory wrong-codes ");
    assert!(codes.starts_with("calls=200 limit=5 judged=5 discarded="), "{codes}");
    assert!(codes.ends_with(" accepted=0"), "{codes}");
    let pins = line(&said, "race memory wrong-pins ");
    assert_eq!(pins, "calls=200 limit=5 hashed=5 accepted=0");
}

#[test]
fn failure_02_one_code_in_parallel() {
    let said = run(RACE, &["memory"]);
    let codes = line(&said, "race memory same-code ");
    assert_eq!(codes, "calls=100 limit=1 judged=1 discarded=99 accepted=1");
    let clicks = line(&said, "race memory double-click ");
    assert_eq!(clicks, "calls=2 limit=1 judged=1 accepted=1 failures=0");
}

#[test]
fn failure_03_a_racy_store_goes_over_the_limit() {
    let said = run(RACE, &["control"]);
    assert!(line(&said, "control racy wrong-codes ").starts_with("calls=200 limit=5 judged="));
}

#[test]
fn the_processes_race_on_one_file() {
    let said = run(RACE, &["sqlite"]);
    assert_eq!(said.lines().filter(|line| line.starts_with("race sqlite ")).count(), 4, "{said}");
}
