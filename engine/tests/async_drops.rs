//! Futures of the asynchronous driver, dropped at every point where they can pause.
//!
//! Each call to the store, the gateway and the host pauses before it acts and after: dropped at the
//! one nothing was called, at the other nobody heard the answer. What must hold then: nothing was
//! granted, a counted guess stays counted, and whoever tries again gets what is his.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

mod awaiting;
mod common;
mod dropping;

use std::sync::atomic::Ordering;

use awaiting::{block_on, dropped_at, name};
use common::*;
use dropping::{CASES, PLAIN, WRONG_PIN, failures, go, scene, tokens, told};
use pinbolt::{Authenticator, Lane};

#[test]
fn dropped_at_any_point_a_verb_loses_nothing_and_grants_nothing() {
    let mut points = 0;
    for case in CASES.iter().chain(tokens::CASES) {
        let mut pauses = 0;
        loop {
            let s = scene(case);
            let (written, heard) = (s.writes.load(Ordering::SeqCst), told(&s));
            if let Some(ended) = dropped_at(pauses, (case.start)(&s)) {
                assert_eq!(ended, case.ends, "{}", case.verb);
                break;
            }
            let context = format!("{}, dropped at its pause {pauses}", case.verb);
            assert_eq!(told(&s), heard, "{context}: events of what has not ended");
            let hint = Hint(&context);
            (case.dropped)(&s, s.writes.load(Ordering::SeqCst) - written);
            let again = block_on((case.start)(&s));
            assert!(case.again.contains(&again), "{context}: {again}");
            (case.after)(&s);
            drop(hint);
            (pauses, points) = (pauses + 1, points + 1);
        }
        // One call at the least, with a pause before it and one after.
        assert!(pauses > 2, "{} pauses {pauses} times", case.verb);
    }
    assert!(points > 250, "{points} points");
}

/// Says which case was at work when a check failed.
struct Hint<'a>(&'a str);

impl Drop for Hint<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.0);
        }
    }
}

#[test]
fn a_hash_runs_only_after_its_guess_was_counted() {
    for pauses in 0..40 {
        let s = scene(&PLAIN);
        let ended = dropped_at(pauses, go(&s, verify("ana", WRONG_PIN)));
        let hashes = s.w.host.hashes() - 1;
        let counted = failures(&s, Authenticator::PIN, Lane::Stranger);
        assert!(counted as usize >= hashes, "{pauses}");
        assert_eq!(ended.is_some(), pauses > 8, "{pauses}");
        assert!(ended.is_none() || (counted, hashes) == (1, 1));
    }
}

#[test]
fn dropped_guesses_count_up_to_the_bound() {
    // A client that hangs up after each guess gets no more of them.
    let s = scene(&PLAIN);
    let mut hashed = 0;
    for _ in 0..30 {
        let before = s.w.host.hashes();
        let mut pauses = 0;
        while s.w.host.hashes() == before && pauses < 40 {
            pauses += 1;
            if dropped_at(pauses, go(&s, verify("ana", WRONG_PIN))).is_some() {
                break;
            }
        }
        hashed += s.w.host.hashes() - before;
    }
    assert!(hashed <= 10, "{hashed}");
    assert_eq!(failures(&s, Authenticator::PIN, Lane::Stranger), 10);
    assert_eq!(name(&s.w.run(verify("ana", PIN))), "Throttled");
}
