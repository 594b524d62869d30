//! The race, in memory and with its control.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::LazyLock;

use common::{line, run};

const RACE: &str = env!("CARGO_BIN_EXE_race");

/// Every scenario in memory, once for all tests.
static MEMORY: LazyLock<String> = LazyLock::new(|| run(RACE, &["memory"]));

/// The lines of tokens and recovery codes, but for how many writes lost their race.
const WRONG: [(&str, &str); 7] = [
    ("wrong-totp", "limit=5 judged=5 hashed=0 accepted=0 reused=0 failures=5"),
    ("wrong-hotp", "limit=5 judged=5 hashed=0 accepted=0 reused=0 failures=5"),
    ("wrong-three-tokens", "limit=3 judged=3 hashed=0 accepted=0 reused=0 failures=9"),
    ("wrong-recovery-code", "limit=5 judged=5 hashed=5 accepted=0 reused=0 failures=5"),
    ("wrong-otp-right-pin", "limit=5 judged=5 hashed=5 accepted=0 reused=0 failures=10"),
    ("wrong-pin-right-otp", "limit=5 judged=5 hashed=5 accepted=0 reused=0 failures=10"),
    ("wrong-pin-wrong-otp", "limit=5 judged=5 hashed=5 accepted=0 reused=0 failures=10"),
];
const SAME: [(&str, &str); 5] = [
    ("same-totp", "limit=1 judged=1 hashed=0 accepted=1 reused=49 failures=0"),
    ("same-hotp", "limit=1 judged=1 hashed=0 accepted=1 reused=49 failures=0"),
    ("same-of-three-tokens", "limit=1 judged=1 hashed=0 accepted=1 reused=49 failures=0"),
    ("same-recovery-code", "limit=1 judged=1 hashed=50 accepted=1 reused=49 failures=0"),
    ("same-pin-and-otp", "limit=1 judged=1 hashed=50 accepted=1 reused=49 failures=0"),
];
const TWICE: [(&str, &str); 2] = [
    (
        "double-click-recovery-code",
        "limit=1 judged=1 hashed=2 accepted=1 reused=1 failures=0 left=5",
    ),
    ("double-click-pin-and-otp", "limit=1 judged=1 hashed=2 accepted=1 reused=1 failures=0 left=5"),
];

#[test]
fn failure_01_parallel_guesses() {
    let codes = line(&MEMORY, "race memory wrong-codes ");
    assert!(codes.starts_with("calls=200 limit=5 judged=5 discarded="), "{codes}");
    assert!(codes.ends_with(" accepted=0"), "{codes}");
    let pins = line(&MEMORY, "race memory wrong-pins ");
    assert_eq!(pins, "calls=200 limit=5 hashed=5 accepted=0");
    says(&MEMORY, "memory", 200, &WRONG);
}

#[test]
fn failure_02_one_code_in_parallel() {
    let codes = line(&MEMORY, "race memory same-code ");
    assert_eq!(codes, "calls=100 limit=1 judged=1 discarded=99 accepted=1");
    let clicks = line(&MEMORY, "race memory double-click ");
    assert_eq!(clicks, "calls=2 limit=1 judged=1 accepted=1 failures=0");
    says(&MEMORY, "memory", 50, &SAME);
    says(&MEMORY, "memory", 2, &TWICE);
}

#[test]
fn failure_03_a_racy_store_goes_over_the_limit() {
    let said = run(RACE, &["control"]);
    assert!(line(&said, "control racy wrong-codes ").starts_with("calls=200 limit=5 judged="));
    assert!(line(&said, "control racy same-totp ").starts_with("calls=50 limit=1 judged="));
}

#[test]
fn the_processes_race_on_one_file() {
    let said = run(RACE, &["sqlite"]);
    assert_eq!(said.lines().filter(|line| line.starts_with("race sqlite ")).count(), 18, "{said}");
    says(&said, "sqlite", 200, &WRONG);
    says(&said, "sqlite", 50, &SAME);
    says(&said, "sqlite", 2, &TWICE);
}

fn says(said: &str, store: &str, calls: u32, lines: &[(&str, &str)]) {
    for (scenario, counts) in lines {
        let line = line(said, &format!("race {store} {scenario} "));
        let kept = line.split(' ').filter(|word| !word.starts_with("discarded="));
        let kept = kept.collect::<Vec<_>>().join(" ");
        assert_eq!(kept, format!("calls={calls} {counts}"), "{scenario}");
    }
}
