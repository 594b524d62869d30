//! One-time codes, recovery codes and combinations: "already used" is a verdict as well.

use std::collections::BTreeSet;

use pinbolt::{
    Authenticator, EventKind, Lane,
    op::{ConfirmToken, Evidence, IssueRecoveryCodes, ResyncToken, Step, TokenKind},
    testkit::{Fault, FaultStore, MemoryStore},
};

use crate::{Answered, Faulty, Outcome, common::*, steps::*, struck, unwritten};

const NOBODYS: &str = "0000-0000-0000-0000";
const ENDS: [&str; 3] = ["Contended", "Unresolved", "Store"];

/// Gives `ana` a token whose first code is used, and recovery codes of which the first is.
fn provided<S: pinbolt::driver::Store>(w: &World<S>) -> Vec<String> {
    w.run(standing(TokenKind::HOTP)).unwrap();
    let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
    let codes: Vec<String> = w.run(issue).unwrap().iter().map(Into::into).collect();
    w.run(verify_by("ana", "otp", Evidence::otp(&otp(0)))).unwrap();
    w.run(verify_by("ana", "recover", Evidence::recovery_code(&codes[0]))).unwrap();
    codes
}

#[test]
fn until_its_write_is_applied_a_tokens_code_can_not_be_told_from_another() {
    for (answer, expected) in unwritten().into_iter().zip(ENDS) {
        let mut traces = Vec::new();
        for code in [otp(1), otp(0), "000000".into()] {
            let (w, log) = watched(with_tokens().build().unwrap());
            provided(&w);
            let before = log.len();
            let mut hand = hand(&w);
            let verify = verify_by("ana", "otp", Evidence::otp(&code));
            let done = hand.run_unwritten(start_as(&w, verify, 1), answer);
            assert_eq!(ended(&done), expected, "whatever the code was");
            assert_eq!((done.events, log.len()), (vec![], before));
            traces.push(hand.outside());
        }
        assert!(traces.iter().all(|trace| *trace == traces[0]), "{expected}");
        assert!(traces[0].iter().any(|asked| asked.account_write().is_some()));
    }
}

#[test]
fn until_its_write_is_applied_a_pair_or_a_candidates_code_tells_nothing() {
    for (answer, expected) in unwritten().into_iter().zip(ENDS) {
        for right in [true, false] {
            let (w, _) = watched(with_tokens().build().unwrap());
            provided(&w);
            let first = if right { otp(5) } else { "000000".into() };
            let second = &otp(6);
            let pair =
                ResyncToken { account: "ana", token: 1, first: &first, second, caller: CALLER };
            let done = hand(&w).run_unwritten(start(&w, pair), answer);
            assert_eq!((ended(&done), done.events), (expected, vec![]));
            let (w, _) = watched(with_tokens().build().unwrap());
            let token = w.run(token(TokenKind::HOTP)).unwrap().token;
            let code = if right { otp(0) } else { "000000".into() };
            let confirm = ConfirmToken { account: "ana", token, code: &code, caller: CALLER };
            let done = hand(&w).run_unwritten(start(&w, confirm), answer);
            assert_eq!((ended(&done), done.events), (expected, vec![]));
        }
    }
}

/// What is typed for everything at once: the parts right, one used, one wrong.
fn typed<'a>(what: usize, codes: &'a [String], otps: &'a [String; 2]) -> Evidence<'a> {
    let (used, right) = (&otps[0], &otps[1]);
    match what {
        0 => Evidence::pin(PIN).and_otp(right).and_recovery_code(&codes[1]),
        1 => Evidence::pin(PIN).and_otp(used).and_recovery_code(&codes[1]),
        2 => Evidence::pin(PIN).and_otp(right).and_recovery_code(&codes[0]),
        3 => Evidence::pin(WRONG_PIN).and_otp(right).and_recovery_code(&codes[1]),
        4 => Evidence::pin(PIN).and_otp("000000").and_recovery_code(&codes[1]),
        _ => Evidence::pin(PIN).and_otp(right).and_recovery_code(NOBODYS),
    }
}

#[test]
fn a_combination_is_hashed_only_after_its_reservation_was_applied() {
    let otps = [otp(0), otp(1)];
    for (answer, expected) in unwritten().into_iter().zip(ENDS) {
        let mut traces = BTreeSet::new();
        for what in 0..6 {
            let (w, _) = watched(with_tokens().build().unwrap());
            let codes = provided(&w);
            let mut hand = hand(&w);
            let verify = verify_by("ana", "all", typed(what, &codes, &otps));
            let done = hand.run_unwritten(start_as(&w, verify, 1), answer);
            assert_eq!((ended(&done), hand.hashes()), (expected, 0));
            assert_eq!(done.events, []);
            traces.insert(format!("{:?}", hand.outside()));
        }
        assert_eq!(traces.len(), 1);
    }
}

#[test]
fn a_combination_is_answered_only_after_it_was_settled() {
    let otps = [otp(0), otp(1)];
    for (answer, expected) in unwritten().into_iter().zip(ENDS) {
        let mut traces = BTreeSet::new();
        for what in 0..6 {
            let (w, _) = watched(with_tokens().build().unwrap());
            let codes = provided(&w);
            let mut hand = hand(&w);
            let verify = verify_by("ana", "all", typed(what, &codes, &otps));
            let done = after_hashes(&mut hand, start_as(&w, verify, 1), (2, answer));
            assert_eq!(ended(&done), expected, "{what}");
            let told: Vec<EventKind> = done.events.iter().map(|event| event.event.kind).collect();
            assert_eq!(told, [EventKind::PinTried, EventKind::RecoveryCodeTried]);
            for what in [Authenticator::PIN, Authenticator::OTP, Authenticator::RECOVERY_CODE] {
                assert_eq!(count(&w, what, Lane::Stranger), 1, "the reservation stands");
            }
            traces.insert(format!("{:?}", hand.outside()));
        }
        assert_eq!(traces.len(), 1, "{expected}: whichever part was right");
    }
}

#[test]
fn a_used_recovery_code_is_answered_only_after_its_write() {
    for (answer, expected) in unwritten().into_iter().zip(ENDS) {
        for used in [0, 1] {
            let (w, _) = watched(with_tokens().build().unwrap());
            let codes = provided(&w);
            let verify = verify_by("ana", "recover", Evidence::recovery_code(&codes[used]));
            let done = after_hashes(&mut hand(&w), start(&w, verify), (1, answer));
            assert_eq!(ended(&done), expected, "{used}");
        }
    }
}

/// Answers truly until so many hashes are run, and then every write in one untrue way.
fn after_hashes<T>(
    hand: &mut Hand<'_>,
    mut step: Step<T>,
    (hashes, answer): (usize, Answered<T>),
) -> pinbolt::Done<T> {
    while hand.hashes() < hashes {
        step = hand.answer(step);
    }
    hand.run_unwritten(step, answer)
}

/// What is tried in the matrix of faults.
const ATTEMPTS: [&str; 12] = [
    "right code",
    "used code",
    "wrong code",
    "right pair",
    "wrong pair",
    "right recovery code",
    "used recovery code",
    "wrong recovery code",
    "all right",
    "one used",
    "wrong PIN",
    "wrong code behind a right PIN",
];

/// Runs one attempt; the fault hits its n-th fitting call.
fn attempt(what: &str, fault: (u64, Fault)) -> (Outcome, u64) {
    let (store, log) = observed(MemoryStore::new());
    let w: World<Faulty> = world_on(FaultStore::new(store), with_tokens().build().unwrap());
    w.enroll();
    let codes = provided(&w);
    let otps = [otp(0), otp(1)];
    let strike = |purpose, evidence| struck(&w, &log, fault, verify_by("ana", purpose, evidence));
    let pair = |first: &str, second: &str| {
        let (account, token, caller) = ("ana", 1, CALLER);
        struck(&w, &log, fault, ResyncToken { account, token, first, second, caller })
    };
    let outcome = match what {
        "right code" => strike("otp", Evidence::otp(&otps[1])),
        "used code" => strike("otp", Evidence::otp(&otps[0])),
        "wrong code" => strike("otp", Evidence::otp("000000")),
        "right pair" => pair(&otp(5), &otp(6)),
        "wrong pair" => pair(&otp(5), "000000"),
        "right recovery code" => strike("recover", Evidence::recovery_code(&codes[1])),
        "used recovery code" => strike("recover", Evidence::recovery_code(&codes[0])),
        "wrong recovery code" => strike("recover", Evidence::recovery_code(NOBODYS)),
        "all right" => strike("all", typed(0, &codes, &otps)),
        "one used" => strike("all", typed(1, &codes, &otps)),
        "wrong PIN" => strike("all", typed(3, &codes, &otps)),
        _ => strike("pin-otp", Evidence::pin(PIN).and_otp("000000")),
    };
    (outcome, w.engine.store().injected())
}

#[test]
fn no_fault_at_any_call_lets_a_verdict_out_before_its_write() {
    let faults = [
        Fault::Conflict,
        Fault::Fail,
        Fault::LoseAnswer,
        Fault::LoseWrite,
        Fault::Delay(1),
        Fault::CrashBefore,
        Fault::CrashAfter,
        Fault::FailLoad,
        Fault::StaleLoad(1),
        Fault::StaleLoad(3),
    ];
    let judged = ["granted", "WrongCredentials", "AlreadyUsed"];
    let (mut seen, mut hits) = (BTreeSet::new(), 0);
    for what in ATTEMPTS {
        for fault in faults {
            for n in 0..8 {
                let (Outcome { ended, written, events, writes }, injected) =
                    attempt(what, (n, fault));
                hits += injected;
                seen.insert((what, ended));
                let case = format!("{what}, {fault:?} at {n}: {ended}");
                assert!(!judged.contains(&ended) || written, "{case}");
                assert!(ended != "granted" || what.contains("right"), "{case}");
                let told = events.iter().filter(|kind| **kind != EventKind::Refused).count();
                assert!(told <= 3 * writes, "{case}: {told} events of {writes} writes");
                if injected == 0 {
                    break;
                }
            }
        }
    }
    assert!(hits > 200, "{hits} faults hit");
    for (what, verdict) in [
        ("right code", "granted"),
        ("used code", "AlreadyUsed"),
        ("wrong pair", "WrongCredentials"),
        ("used recovery code", "AlreadyUsed"),
        ("all right", "granted"),
        ("one used", "AlreadyUsed"),
        ("wrong PIN", "WrongCredentials"),
        ("wrong code behind a right PIN", "WrongCredentials"),
    ] {
        assert!(seen.contains(&(what, verdict)), "{what}: {seen:?}");
    }
}
