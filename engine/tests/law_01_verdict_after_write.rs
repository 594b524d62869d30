//! Law 1: no verdict that depends on a secret can be read before its write was applied.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod common;
mod steps;
#[path = "law_01_verdict_after_write/tokens.rs"]
mod tokens;

use std::{collections::BTreeSet, thread};

use common::*;
use pinbolt::{
    Authenticator, Channel, EventKind, Failure, Lane, Refusal,
    driver::Store,
    op::{Begun, ChangePin, Commit, Resend, Step, Verb},
    testkit::{Fault, FaultStore, MemoryStore, Observed},
};
use steps::*;

/// A challenge whose code was sent anew, so that there is a right, an older and a wrong one.
struct Open {
    handle: String,
    right: String,
    older: String,
}

fn open<S: Store>(w: &World<S>) -> Open {
    let first = w.begin(look_up("ana")).unwrap();
    let older = w.code();
    w.clock.advance(30 * SECOND);
    let resend = Resend { handle: &first.handle, channel: Channel::Sms, caller: CALLER };
    let second = w.sent(w.run(resend).unwrap());
    Open { handle: second.handle, right: w.code(), older }
}

/// Neither of the two codes.
fn wrong_for(open: &Open) -> String {
    let next = wrong(&open.right);
    if next == open.older { wrong(&next) } else { next }
}

type Answered<T> = fn(Commit<T>, u64) -> Step<T>;

/// The answers that leave a write unwritten.
fn unwritten<T>() -> [Answered<T>; 3] {
    [Commit::conflict, Commit::in_doubt, Commit::failed]
}

#[test]
fn until_its_write_is_applied_a_code_can_not_be_told_from_another() {
    let expected = ["Contended", "Unresolved", "Store"];
    for (answer, expected) in unwritten().into_iter().zip(expected) {
        let mut traces = Vec::new();
        for pick in 0..3 {
            let (w, log) = watched(policy());
            let open = open(&w);
            let codes = [open.right.clone(), open.older.clone(), wrong_for(&open)];
            let before = log.len();
            let mut hand = hand(&w);
            let step = start_as(&w, finish(&open.handle, &codes[pick]), 1);
            let done = hand.run_unwritten(step, answer);
            assert_eq!(ended(&done), expected, "whatever the code was");
            assert_eq!(done.events, [], "an event would tell it too");
            assert_eq!(log.len(), before);
            traces.push(hand.outside());
        }
        assert!(traces.iter().all(|trace| *trace == traces[0]), "{expected}");
        assert!(traces[0].len() > 1, "a write was asked for");
    }
}

#[test]
fn a_code_is_judged_by_exactly_one_write() {
    for (pick, verdict) in ["granted", "Superseded", "WrongCode"].into_iter().enumerate() {
        let (w, log) = watched(policy());
        let open = open(&w);
        let codes = [open.right.clone(), open.older.clone(), wrong_for(&open)];
        let before = log.len();
        let mut hand = hand(&w);
        let done = hand.run(start(&w, finish(&open.handle, &codes[pick])));
        assert_eq!(ended(&done), verdict);
        assert_eq!(log.len() - before, 1);
        assert!(matches!(hand.asked.as_slice(), [Asked::Load(_), Asked::Commit(_)]));
    }
}

#[test]
fn a_pin_is_hashed_only_after_its_reservation_was_applied() {
    for (answer, expected) in unwritten().into_iter().zip(["Contended", "Unresolved", "Store"]) {
        let mut traces = Vec::new();
        for pin in [PIN, "135792"] {
            let (w, _) = watched(policy());
            let mut hand = hand(&w);
            let done = hand.run_unwritten(start_as(&w, verify("ana", pin), 1), answer);
            assert_eq!((ended(&done), hand.hashes()), (expected, 0));
            assert_eq!(done.events, []);
            traces.push(hand.outside());
        }
        assert_eq!(traces[0], traces[1]);
    }
}

#[test]
fn a_right_pin_is_accepted_only_after_it_was_settled() {
    for (answer, expected) in unwritten().into_iter().zip(["Contended", "Unresolved", "Store"]) {
        let (w, _) = watched(policy());
        let mut hand = hand(&w);
        let mut step = start(&w, verify("ana", PIN));
        while hand.hashes() == 0 {
            step = hand.answer(step);
        }
        let done = hand.run_unwritten(step, answer);
        assert_eq!(ended(&done), expected);
        let kinds: Vec<EventKind> = done.events.iter().map(|event| event.event.kind).collect();
        assert_eq!(kinds, [EventKind::PinTried], "only the reservation stands");
        assert_eq!(count(&w, Authenticator::PIN, Lane::Stranger), 1);
    }
}

/// What is tried in the matrix of faults: each gives how it ended, and what was asked.
#[derive(Clone, Copy, Debug)]
enum Attempt {
    RightCode,
    OlderCode,
    WrongCode,
    RightPin,
    WrongPin,
    BeginRight,
    BeginWrong,
    ChangeRight,
    ChangeWrong,
    ConfirmRight,
    ConfirmWrong,
}

const ATTEMPTS: [Attempt; 11] = [
    Attempt::RightCode,
    Attempt::OlderCode,
    Attempt::WrongCode,
    Attempt::RightPin,
    Attempt::WrongPin,
    Attempt::BeginRight,
    Attempt::BeginWrong,
    Attempt::ChangeRight,
    Attempt::ChangeWrong,
    Attempt::ConfirmRight,
    Attempt::ConfirmWrong,
];

/// Refusals that a comparison gives in these attempts.
const JUDGED: [&str; 4] = ["granted", "WrongCode", "Superseded", "WrongCredentials"];

type Faulty = FaultStore<Observed<MemoryStore>>;

/// Runs one attempt; the fault hits its n-th fitting call.
fn attempt(what: Attempt, (n, fault): (u64, Fault)) -> (Outcome, u64) {
    let (store, log) = observed(MemoryStore::new());
    let w: World<Faulty> = world_on(FaultStore::new(store), policy());
    w.enroll();
    let begin = |pin| pinbolt::op::Begin { purpose: SIGN_IN, pin: Some(pin), ..look_up("ana") };
    let change = |old| ChangePin { account: "ana", old, new: "904173", caller: CALLER };
    let outcome = match what {
        Attempt::RightCode | Attempt::OlderCode | Attempt::WrongCode => {
            let open = open(&w);
            let code = match what {
                Attempt::RightCode => open.right.clone(),
                Attempt::OlderCode => open.older.clone(),
                _ => wrong_for(&open),
            };
            struck(&w, &log, (n, fault), finish(&open.handle, &code))
        }
        Attempt::RightPin => struck(&w, &log, (n, fault), verify(PHONE, PIN)),
        Attempt::WrongPin => struck(&w, &log, (n, fault), verify(PHONE, "135792")),
        Attempt::BeginRight => struck(&w, &log, (n, fault), begin(PIN)),
        Attempt::BeginWrong => struck(&w, &log, (n, fault), begin("135792")),
        Attempt::ChangeRight => struck(&w, &log, (n, fault), change(PIN)),
        Attempt::ChangeWrong => struck(&w, &log, (n, fault), change("135792")),
        Attempt::ConfirmRight | Attempt::ConfirmWrong => {
            let challenge = w.confirm("ana", "new@example.com").unwrap();
            let right = w.code();
            let code = if matches!(what, Attempt::ConfirmRight) { right } else { wrong(&right) };
            struck(&w, &log, (n, fault), finish(&challenge.handle, &code))
        }
    };
    (outcome, w.engine.store().injected())
}

/// How an attempt ended, and whether the last write that it asked for stands.
struct Outcome {
    ended: &'static str,
    /// The last write asked for on the account's row was applied.
    written: bool,
    /// The kinds of its events.
    events: Vec<EventKind>,
    writes: usize,
}

fn struck<V: Verb>(w: &World<Faulty>, log: &Log, fault: (u64, Fault), verb: V) -> Outcome {
    let before = log.account_writes();
    w.engine.store().at(fault.0, fault.1);
    let mut hand = hand(w);
    let done = hand.run(start(w, verb));
    let last = hand.asked.iter().filter_map(Asked::account_write).next_back();
    Outcome {
        ended: ended(&done),
        written: last.is_some_and(|write| log.has(write)),
        events: done.events.iter().map(|event| event.event.kind).collect(),
        writes: log.account_writes() - before,
    }
}

#[test]
fn no_fault_at_any_call_of_any_verb_lets_a_verdict_out_before_its_write() {
    let faults = [
        Fault::Conflict,
        Fault::Fail,
        Fault::LoseAnswer,
        Fault::LoseWrite,
        Fault::Delay(1),
        Fault::Delay(0),
        Fault::CrashBefore,
        Fault::CrashAfter,
        Fault::FailLoad,
        Fault::StaleLoad(1),
        Fault::StaleLoad(3),
    ];
    let mut seen = BTreeSet::new();
    let mut hits = 0;
    for what in ATTEMPTS {
        for fault in faults {
            for n in 0..10 {
                let (outcome, injected) = attempt(what, (n, fault));
                hits += injected;
                let Outcome { ended, written, events, writes } = outcome;
                seen.insert(ended);
                let case = format!("{what:?}, {fault:?} at {n}: {ended}");
                assert!(!JUDGED.contains(&ended) || written, "{case}");
                let told = events.iter().filter(|kind| **kind != EventKind::Refused).count();
                assert!(told <= 2 * writes, "{case}: {told} events of {writes} writes");
                if injected == 0 {
                    break;
                }
            }
        }
    }
    assert!(hits > 200, "{hits} faults hit");
    for verdict in JUDGED.iter().chain(&["Store"]) {
        assert!(seen.contains(verdict), "{verdict} was never met: {seen:?}");
    }
}

#[test]
fn an_operation_dropped_at_any_question_releases_nothing_and_loses_no_count() {
    for asked in 0..5 {
        let (w, _) = watched(policy());
        let mut hand = hand(&w);
        let mut step = start(&w, verify("ana", PIN));
        for _ in 0..asked {
            step = hand.answer(step);
        }
        let reserved = hand.asked.iter().any(|asked| asked.account_write().is_some());
        drop(step);
        let failures = count(&w, Authenticator::PIN, Lane::Stranger);
        assert_eq!(failures, u32::from(reserved), "after {asked}");
    }
}

#[test]
fn a_dispatch_holds_no_verdict_and_its_message_comes_after_the_write() {
    let (w, log) = watched(policy());
    let before = log.account_writes();
    let Begun { dispatch, .. } = w.run(look_up("ana")).unwrap();
    assert_eq!(log.account_writes() - before, 1);
    assert!(w.outbox.all().is_empty(), "nothing goes out before the dispatch is run");
    w.engine.deliver(dispatch).unwrap();
    assert_eq!(w.outbox.all().len(), 1);
}

#[test]
fn failure_02_one_code_a_hundred_times_at_once_is_accepted_once() {
    let (w, log) = watched(policy());
    let challenge = w.begin(look_up("ana")).unwrap();
    let code = w.code();
    let before = log.account_writes();
    let ended: Vec<&str> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..100).map(|_| scope.spawn(|| named(w.finish(&challenge.handle, &code)))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let of = |name| ended.iter().filter(|ended| **ended == name).count();
    assert_eq!((of("granted"), of("AlreadyUsed")), (1, 99), "{ended:?}");
    assert_eq!(log.account_writes() - before, 1, "one write judged");
    assert_eq!(count(&w, Authenticator::CODE, Lane::Stranger), 0, "a double click isn't counted");
}

#[test]
fn a_failure_is_never_a_refusal() {
    let w = world_on(FaultStore::new(MemoryStore::new()), policy());
    w.enroll();
    w.engine.store().next(Fault::FailLoad);
    let failed = w.engine.run(verify("ana", PIN));
    assert!(matches!(failed, Err(pinbolt::driver::Error::Failure(Failure::Store, Some(_)))));
    assert_eq!(w.verify("ana", "135792"), Err(Refusal::WrongCredentials));
}
