//! Many tasks on the asynchronous driver at once: one code is accepted once, and no more guesses are
//! judged than are allowed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod awaiting;
mod common;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
};

use awaiting::{
    Awaited, awaited, block_on, count, enroll, name, script::WRONG_PIN, sign_in, together,
};
use common::*;
use pinbolt::{
    Authenticator,
    driver::BoxFuture,
    op::{Describe, Evidence, IssueRecoveryCodes, TokenKind},
    row::Write,
    testkit::{MemoryStore, Observed},
};

/// Tasks spread over threads, each of which polls its share in turn.
fn on_threads<T: Send>(tasks: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut shares: Vec<Vec<_>> = (0..8).map(|_| Vec::new()).collect();
    for (at, task) in tasks.into_iter().enumerate() {
        shares[at % 8].push(task);
    }
    thread::scope(|scope| {
        let threads: Vec<_> =
            shares.into_iter().map(|share| scope.spawn(|| together(share))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

fn tally(names: Vec<&'static str>) -> BTreeMap<&'static str, usize> {
    let mut tally = BTreeMap::new();
    for name in names {
        *tally.entry(name).or_default() += 1;
    }
    tally
}

/// An engine whose applied writes on accounts are counted.
fn watched() -> (Awaited<Observed<MemoryStore>>, Arc<Mutex<usize>>) {
    let writes = Arc::new(Mutex::new(0));
    let seen = writes.clone();
    let store = Observed::new(MemoryStore::new(), move |write: &Write| {
        *seen.lock().unwrap() += usize::from(write.row.as_str().starts_with('a'));
    });
    let w = awaited(store, with_tokens().build().unwrap());
    w.run(enroll()).unwrap();
    (w, writes)
}

#[test]
fn failure_02_two_hundred_tasks_with_the_right_code_get_one_acceptance() {
    let (w, writes) = watched();
    let challenge = w.sent(sign_in(PIN)).unwrap();
    let (code, before) = (w.code(), *writes.lock().unwrap());
    let guess = |_| w.engine.run(finish(&challenge.handle, &code));
    let ends = on_threads((0..200).map(guess).collect());
    let ends = tally(ends.iter().map(name).collect());
    assert_eq!(ends, BTreeMap::from([("granted", 1), ("AlreadyUsed", 199)]));
    assert_eq!(*writes.lock().unwrap() - before, 1);
    assert!(w.host.pauses().len() > 20, "they met: {:?}", w.host.pauses());
}

#[test]
fn failure_02_two_hundred_threads_with_the_right_code_get_one_acceptance() {
    let (w, _) = watched();
    let challenge = w.sent(sign_in(PIN)).unwrap();
    let code = w.code();
    let ends = thread::scope(|scope| {
        let guess = || name(&block_on(w.engine.run(finish(&challenge.handle, &code))));
        let threads: Vec<_> = (0..200).map(|_| scope.spawn(guess)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(tally(ends), BTreeMap::from([("granted", 1), ("AlreadyUsed", 199)]));
}

#[test]
fn failure_01_two_hundred_tasks_with_wrong_codes_get_five_verdicts() {
    let (w, writes) = watched();
    let challenge = w.sent(look_up("ana")).unwrap();
    let before = *writes.lock().unwrap();
    let mut code = w.code();
    let codes: Vec<_> = (0..200)
        .map(|_| {
            code = wrong(&code);
            code.clone()
        })
        .collect();
    let guess = |code| w.engine.run(finish(&challenge.handle, code));
    let ends = on_threads(codes.iter().map(String::as_str).map(guess).collect());
    let ends = tally(ends.iter().map(name).collect());
    assert_eq!(ends, BTreeMap::from([("WrongCode", 5), ("TriesUsedUp", 195)]));
    assert_eq!(*writes.lock().unwrap() - before, 5, "five writes carried a comparison");
    let seen = w.run(Describe { account: "ana" }).unwrap();
    assert_eq!(count(&seen, Authenticator::CODE), 5);
}

#[test]
fn failure_01_two_hundred_tasks_with_wrong_pins_run_ten_hashes() {
    let (w, writes) = watched();
    let (before, hashed) = (*writes.lock().unwrap(), w.host.hashes());
    let ends = on_threads((0..200).map(|_| w.engine.run(verify("ana", WRONG_PIN))).collect());
    let ends = tally(ends.iter().map(name).collect());
    assert_eq!(ends, BTreeMap::from([("WrongCredentials", 10), ("Throttled", 190)]));
    assert_eq!(w.host.hashes() - hashed, 10);
    assert_eq!(*writes.lock().unwrap() - before, 10);
}

/// A counter, a recovery code, and what is written from here on.
fn watched_tokens() -> (Awaited<Observed<MemoryStore>>, String, Arc<Mutex<usize>>) {
    let (w, writes) = watched();
    w.run(standing(TokenKind::HOTP)).unwrap();
    let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
    let code = w.run(issue).unwrap().iter().next().unwrap().to_owned();
    *writes.lock().unwrap() = 0;
    (w, code, writes)
}

#[test]
fn failure_02_forty_tasks_with_one_one_time_code_get_one_acceptance() {
    let (w, _, writes) = watched_tokens();
    let code = otp(0);
    let verify = |_| w.engine.run(verify_by("ana", "otp", Evidence::otp(&code)));
    let ends = on_threads((0..40).map(verify).collect());
    let ends = tally(ends.iter().map(name).collect());
    // What was used up is written, and not counted.
    assert_eq!(ends, BTreeMap::from([("granted", 1), ("AlreadyUsed", 39)]));
    assert_eq!(*writes.lock().unwrap(), 40);
    let seen = w.run(Describe { account: "ana" }).unwrap();
    assert_eq!((count(&seen, Authenticator::OTP), seen.tokens[0].kind), (0, ONE));
}

const ONE: TokenKind = TokenKind::Hotp { counter: 1 };

#[test]
fn failure_02_forty_tasks_with_all_three_get_one_acceptance() {
    for purpose in ["recover", "pin-otp", "all"] {
        let (w, recovery, _) = watched_tokens();
        let code = otp(0);
        let both = Evidence::pin(PIN).and_otp(&code);
        let evidence = match purpose {
            "recover" => Evidence::recovery_code(&recovery),
            "pin-otp" => both,
            _ => both.and_recovery_code(&recovery),
        };
        let verify = |_| w.engine.run(verify_by("ana", purpose, evidence));
        let ends = on_threads((0..40).map(verify).collect());
        let ends = tally(ends.iter().map(name).collect());
        assert_eq!(ends.get("granted"), Some(&1), "{purpose}: {ends:?}");
        // Those that came while ten were being hashed were not looked at.
        let others = ["AlreadyUsed", "Throttled"].map(|end| ends.get(end).copied().unwrap_or(0));
        assert_eq!(others.iter().sum::<usize>(), 39, "{purpose}: {ends:?}");
        let seen = w.run(Describe { account: "ana" }).unwrap();
        let left = if purpose == "pin-otp" { 10 } else { 9 };
        assert_eq!(seen.recovery_codes_left, Some(left), "{purpose}");
        assert!(purpose == "recover" || seen.tokens[0].kind == ONE, "{purpose}");
        assert!(seen.ledgers.iter().all(|ledger| ledger.failures == 0), "{purpose}");
    }
}

#[test]
fn failure_01_two_hundred_tasks_with_wrong_codes_are_judged_ten_times() {
    for (purpose, evidence, authenticator) in [
        ("otp", Evidence::otp("000000"), Authenticator::OTP),
        ("recover", Evidence::recovery_code("0000-0000-0000-0000"), Authenticator::RECOVERY_CODE),
    ] {
        let (w, ..) = watched_tokens();
        let hashed = w.host.hashes();
        let verify = |_| w.engine.run(verify_by("ana", purpose, evidence));
        let ends = on_threads((0..200).map(verify).collect());
        let ends = tally(ends.iter().map(name).collect());
        assert_eq!(ends, BTreeMap::from([("WrongCredentials", 10), ("Throttled", 190)]));
        let hashes = if purpose == "otp" { 0 } else { 10 };
        assert_eq!(w.host.hashes() - hashed, hashes, "{purpose}");
        let seen = w.run(Describe { account: "ana" }).unwrap();
        assert_eq!(count(&seen, authenticator), 10, "{purpose}");
    }
}
