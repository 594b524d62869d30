//! Stops at every question, and a few of the kills.
#![allow(clippy::unwrap_used)]

mod common;

use common::{line, run};

const CRASH: &str = env!("CARGO_BIN_EXE_crash");

#[test]
fn a_stop_at_any_question_loses_nothing() {
    let said = run(CRASH, &["stops"]);
    let stops = line(&said, "crash stops verbs=32 stops=").strip_suffix(" ok").unwrap();
    assert!(stops.parse::<u32>().unwrap() >= 200, "{said}");
}

#[test]
fn ten_kills_lose_nothing() {
    let said = run(CRASH, &["kills", "10"]);
    assert!(line(&said, "crash kills=10 ").ends_with(" lost=0 twice=0 unreadable=0"), "{said}");
    let tokens = line(&said, "crash token-kills=10 ");
    assert!(tokens.ends_with(" lost=0 twice=0 back=0 half=0 unreadable=0"), "{said}");
}
