//! Recovery codes on the account: made as a set, shown once, each good once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod steps;

use std::collections::HashSet;

use common::*;
use pinbolt::{
    Accepted, Authenticator, Authority, Event, EventKind, Input, Keyring, Lane, Pinbolt, Policy,
    Refusal,
    driver::{Engine, Store},
    op::{
        Block, CancelAccount, Describe, Enroll, Evidence, IssueRecoveryCodes, Step, TokenKind,
        Unlock, Verify,
    },
    testkit::MemoryStore,
};
use steps::*;

const WRONG: Refusal = Refusal::WrongCredentials;
const USED: Refusal = Refusal::AlreadyUsed;
/// Of the right form, and nobody's.
const NOBODYS: &str = "0000-0000-0000-0000";

fn with_ana() -> World<MemoryStore> {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    w
}

fn issue_by(authority: Authority) -> IssueRecoveryCodes<'static> {
    IssueRecoveryCodes { account: "ana", authority }
}

fn issue<S: Store>(w: &World<S>) -> Vec<String> {
    w.run(issue_by(by_operator())).unwrap().iter().map(Into::into).collect()
}

fn recover<S: Store>(w: &World<S>, code: &str) -> Result<(), Refusal> {
    w.run(verify_by("ana", "recover", Evidence::recovery_code(code))).map(drop)
}

fn left<S: Store>(w: &World<S>) -> Option<usize> {
    w.run(Describe { account: "ana" }).unwrap().recovery_codes_left
}

fn failures<S: Store>(w: &World<S>) -> u32 {
    count(w, Authenticator::RECOVERY_CODE, Lane::Stranger)
}

#[test]
fn recovery_codes_are_good_once_and_replaced_as_a_set() {
    let w = with_ana();
    assert_eq!(left(&w), None);
    assert_eq!(recover(&w, NOBODYS), Err(WRONG), "there are none");
    let codes = issue(&w);
    assert_eq!((codes.len(), left(&w)), (10, Some(10)));
    // In any order, the first and the last too.
    for (n, at) in [3, 0, 9, 4].into_iter().enumerate() {
        recover(&w, &codes[at]).unwrap();
        assert_eq!(recover(&w, &codes[at]), Err(USED));
        assert_eq!(left(&w), Some(9 - n));
    }
    let newer = issue(&w);
    for old in [&codes[3], &codes[5]] {
        assert_eq!(recover(&w, old), Err(WRONG), "the older set is over, used or not");
    }
    recover(&w, &newer[0]).unwrap();
    assert_eq!(left(&w), Some(9));
}

#[test]
fn failure_46_a_code_has_eighty_random_bits_and_is_nowhere_but_on_the_paper() {
    let (w, log) = watched(with_tokens().set("recovery.codes", 16).unwrap().build().unwrap());
    let (mut seen, mut letters) = (HashSet::new(), [0; 32]);
    for _ in 0..8 {
        let set = w.run(issue_by(by_operator())).unwrap();
        assert_eq!(format!("{set:?}"), "RecoveryCodes(16)");
        for code in set.iter() {
            let groups: Vec<&str> = code.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [4; 4]);
            for letter in groups.concat().bytes() {
                let at = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ".iter().position(|l| *l == letter);
                letters[at.unwrap()] += 1;
            }
            assert!(seen.insert(code.to_owned()), "no code comes twice");
            let shown = format!("{:?}", w.run(Describe { account: "ana" }).unwrap());
            assert!(groups.iter().all(|group| !shown.contains(group)), "{shown}");
        }
    }
    // 2,048 letters, 64 of each; about 8 is one standard deviation.
    assert!(letters.iter().all(|times| (24..=104).contains(times)), "{letters:?}");
    let plain = |code: &String| code.replace('-', "").into_bytes();
    let bodies: Vec<Vec<u8>> = log.all().into_iter().filter_map(|write| write.body).collect();
    let holds = |body: &[u8], part: &[u8]| body.windows(part.len()).any(|at| at == part);
    assert!(!seen.iter().any(|code| bodies.iter().any(|body| holds(body, &plain(code)))));
}

#[test]
fn failure_46_a_try_is_hashed_slowly_and_once_whatever_the_number_of_codes() {
    for codes in [1, 10, 16] {
        let policy = with_tokens().set("recovery.codes", codes).unwrap();
        let (w, log) = watched(policy.set("hash.memory", 7_168).unwrap().build().unwrap());
        let mut hand = hand(&w);
        let issued = hand.run(start(&w, issue_by(by_operator()))).result.unwrap();
        assert_eq!(issued.iter().len() as u64, codes);
        assert_eq!(hand.hashes() as u64, codes);
        let right: String = issued.iter().last().unwrap().into();
        for (code, verdict, writes) in
            [(NOBODYS, "WrongCredentials", 1), (&right, "granted", 2), (&right, "AlreadyUsed", 2)]
        {
            let before = log.account_writes();
            let mut hand = steps::hand(&w);
            let verify = verify_by("ana", "recover", Evidence::recovery_code(code));
            let done = hand.run(start(&w, verify));
            assert_eq!((ended(&done), hand.hashes()), (verdict, 1));
            assert!(hand.asked.contains(&Asked::Hash((7_168, 1, 1))), "the policy's cost");
            assert_eq!(log.account_writes() - before, writes, "{verdict}");
        }
    }
}

#[test]
fn failure_46_wrong_codes_are_counted_and_throttled_and_used_ones_are_not() {
    let w = with_ana();
    let codes = issue(&w);
    recover(&w, &codes[0]).unwrap();
    for n in 1..=10 {
        assert_eq!(recover(&w, &codes[0]), Err(USED));
        assert_eq!(recover(&w, NOBODYS), Err(WRONG));
        assert_eq!(failures(&w), n);
    }
    let until = NOW + 12 * HOUR;
    for code in [NOBODYS, &codes[0], &codes[1]] {
        assert_eq!(recover(&w, code), Err(Refusal::Throttled { until }));
    }
    let again = issue(&w);
    assert_eq!(failures(&w), 10, "another set resets no count");
    assert_eq!(recover(&w, &again[0]), Err(Refusal::Throttled { until }));
    let authenticator = Authenticator::RECOVERY_CODE;
    w.run(Unlock { account: "ana", authenticator, authority: by_operator() }).unwrap();
    recover(&w, &again[0]).unwrap();
    assert_eq!(failures(&w), 0);
}

#[test]
fn failure_46_two_sets_and_two_accounts_have_nothing_in_common() {
    let w = with_ana();
    w.enroll_as("rui", &[]);
    let mine = issue(&w);
    let rui = IssueRecoveryCodes { account: "rui", authority: by_operator() };
    let theirs: Vec<String> = w.run(rui).unwrap().iter().map(Into::into).collect();
    assert!(mine.iter().all(|code| !theirs.contains(code)));
    assert_eq!(recover(&w, &theirs[0]), Err(WRONG));
    recover(&w, &mine[0]).unwrap();
}

#[test]
fn a_code_is_read_however_it_is_spelled_and_what_is_none_is_not_compared() {
    let (w, log) = watched(with_tokens().build().unwrap());
    let codes = issue(&w);
    let spellings: [fn(&str) -> String; 5] = [
        str::to_lowercase,
        |code| code.replace('-', ""),
        |code| code.replace('-', " "),
        |code| format!("  {code} - "),
        |code| code.replace('0', "o").replace('1', "l").to_lowercase(),
    ];
    for (code, spelled) in codes.iter().zip(spellings) {
        recover(&w, &spelled(code)).unwrap();
        assert_eq!(recover(&w, code), Err(USED), "the guard is on the code, not on its spelling");
    }
    let before = log.len();
    let last = &codes[9];
    let long = "0".repeat(33);
    let bad = ["", " ", "----", "12-345", &long, &last.replace('-', "_"), "12345\u{661}6"];
    for text in bad {
        let malformed = Err(Refusal::Malformed { input: Input::RecoveryCode });
        assert_eq!(recover(&w, text), malformed, "{text:?}");
    }
    assert_eq!((log.len(), failures(&w)), (before, 0));
}

/// Runs what is right until it has been hashed, lets `rival` act, and says how it ends.
fn overtaken(rival: impl Fn(&World<MemoryStore>, &[String])) -> (&'static str, u32) {
    let w = with_ana();
    let codes = issue(&w);
    let mut hand = hand(&w);
    let verify = verify_by("ana", "recover", Evidence::recovery_code(&codes[2]));
    let mut step = start(&w, verify);
    while hand.hashes() == 0 {
        step = hand.answer(step);
    }
    rival(&w, &codes);
    (ended(&hand.run(step)), failures(&w))
}

#[test]
fn what_changes_while_a_code_is_hashed_is_judged_again() {
    assert_eq!(overtaken(|_, _| ()), ("granted", 0));
    let used = overtaken(|w, codes| recover(w, &codes[2]).unwrap());
    assert_eq!(used, ("AlreadyUsed", 0));
    assert_eq!(overtaken(|w, codes| recover(w, &codes[5]).unwrap()), ("granted", 0));
    let replaced = overtaken(|w, _| drop(issue(w)));
    assert_eq!(replaced, ("WrongCredentials", 1), "of the newer set it is none");
    let blocked = overtaken(|w, _| {
        w.run(Block { account: "ana", operator: operator() }).unwrap();
    });
    assert_eq!(blocked, ("WrongCredentials", 1));
    let gone = overtaken(|w, _| {
        w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
        w.enroll();
        issue(w);
    });
    assert_eq!(gone.0, "WrongCredentials", "another person's account");
    let removed = overtaken(|w, _| {
        w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
        w.run(Enroll { account: "ana", pin: None, addresses: &[], asserted_by: None }).unwrap();
    });
    assert_eq!(removed.0, "WrongCredentials", "one without any");
}

#[test]
fn a_set_keeps_its_cost_and_its_pepper() {
    let store = MemoryStore::new();
    let w = world_on(store.clone(), with_tokens().build().unwrap());
    w.enroll();
    let codes = issue(&w);
    let dearer = with_tokens().set("hash.passes", 2).unwrap().build().unwrap();
    let mut both = keys();
    both.rotate(2, SECOND_KEY).unwrap();
    let again = reopened(&w, store.clone(), (both, dearer.clone()));
    let cost_of = |code: &str| {
        let mut hand = hand(&again);
        let verify = verify_by("ana", "recover", Evidence::recovery_code(code));
        let done = hand.run(start(&again, verify));
        let hash = hand.asked.iter().find(|asked| matches!(asked, Asked::Hash(_))).cloned();
        (ended(&done), hash.unwrap())
    };
    assert_eq!(cost_of(&codes[0]), ("granted", Asked::Hash((8, 1, 1))));
    // Without the key of its pepper nobody can say that a code is wrong.
    let index = *b"the index key of the tests, 32 b";
    let newest = Keyring::new(index, 2, SECOND_KEY).unwrap();
    let without = reopened(&w, store, (newest, dearer));
    let verify = |code| verify_by("ana", "recover", Evidence::recovery_code(code));
    for code in [&codes[1], NOBODYS] {
        let mut hand = hand(&without);
        let done = hand.run(start(&without, verify(code)));
        assert_eq!((ended(&done), hand.hashes()), ("UnknownKey", 0));
    }
    assert_eq!(failures(&again), 0, "and none was a guess");
    let newer = issue(&again);
    assert_eq!(cost_of(&newer[0]), ("granted", Asked::Hash((8, 2, 1))));
    assert_eq!(recover(&without, &newer[1]), Ok(()));
}

const SECOND_KEY: [u8; 32] = *b"the second secret of the tests 3";

/// The same rows and clock under another keyring and policy.
fn reopened(
    w: &World<MemoryStore>,
    store: MemoryStore,
    (keys, policy): (Keyring, Policy),
) -> World<MemoryStore> {
    let pinbolt = Pinbolt::open(keys, policy, "tests").unwrap();
    let engine = Engine::new(pinbolt, store, w.outbox.clone()).with_clock(w.clock.clone());
    let (clock, outbox) = (w.clock.clone(), w.outbox.clone());
    World { engine: engine.with_entropy(seeded(2)), clock, outbox }
}

#[test]
fn a_set_is_issued_by_an_operator_or_a_fresh_proof_of_the_account() {
    let w = with_ana();
    w.run(standing(TokenKind::HOTP)).unwrap();
    w.enroll_as("rui", &[]);
    let proof = |counter: u64| -> Accepted {
        let code = otp(counter);
        w.run(verify_by("ana", "pin-otp", Evidence::pin(PIN).and_otp(&code))).unwrap()
    };
    drop(w.run(issue_by(Authority::from(proof(0)))).unwrap());
    let rui = IssueRecoveryCodes { account: "rui", authority: Authority::from(proof(1)) };
    assert_eq!(w.run(rui).map(drop), Err(Refusal::NotAuthorized));
    let stale = proof(2);
    w.clock.advance(301 * SECOND);
    let mut hand = hand(&w);
    let done = hand.run(start(&w, issue_by(Authority::from(stale))));
    assert_eq!((ended(&done), hand.hashes()), ("NotAuthorized", 0), "and nothing costs anything");
    let nobody = IssueRecoveryCodes { account: "nobody", authority: by_operator() };
    assert_eq!(w.run(nobody).map(drop), Err(Refusal::UnknownAccount));
    assert_eq!(left(&w), Some(10));
}

#[test]
fn an_issue_that_is_cut_short_leaves_the_older_set() {
    let w = with_ana();
    let codes = issue(&w);
    for hashes in 0..10 {
        let mut hand = hand(&w);
        let mut step = start(&w, issue_by(by_operator()));
        loop {
            step = match step {
                Step::Hash(hash) if hand.hashes() == hashes => {
                    let done = hand.run(hash.not_run(w.clock_now()));
                    assert_eq!(ended(&done), "Overload");
                    break;
                }
                other => hand.answer(other),
            }
        }
    }
    // Cancelled before the last write: that set is nobody's.
    let mut hand = hand(&w);
    let mut step = start(&w, issue_by(by_operator()));
    while hand.hashes() < 10 {
        step = hand.answer(step);
    }
    recover(&w, &codes[0]).unwrap();
    w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
    assert_eq!(ended(&hand.run(step)), "UnknownAccount");
}

#[test]
fn where_accounts_are_not_hidden_it_says_that_there_are_none() {
    let w = world_with(with_tokens().set("accounts.hide", 0).unwrap().build().unwrap());
    w.enroll();
    assert_eq!(recover(&w, NOBODYS), Err(Refusal::NoRecoveryCodes));
    assert_eq!(failures(&w), 0);
    let codes = issue(&w);
    w.run(Block { account: "ana", operator: operator() }).unwrap();
    assert_eq!(recover(&w, &codes[0]), Err(Refusal::Blocked));
}

#[test]
fn auditors_are_told_of_each_try() {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll_as("ana", &[]);
    let codes = issue(&w);
    let device = CALLER.in_lane(Lane::KnownDevice);
    let mut told = Vec::new();
    for code in [&codes[0], &codes[0], NOBODYS] {
        let verify = verify_by("ana", "recover", Evidence::recovery_code(code));
        let done = hand(&w).run(start(&w, Verify { caller: device, ..verify }));
        told.push(done.events.iter().map(|event| event.event.kind).collect::<Vec<_>>());
    }
    let tried = EventKind::RecoveryCodeTried;
    let (accepted, refused) = (EventKind::RecoveryCodeAccepted, EventKind::RecoveryCodeRefused);
    assert_eq!(told, [[tried, accepted], [tried, refused], [tried, refused]]);
    let events = w.run(Describe { account: "ana" }).unwrap().events;
    let of = |event: &Event| (event.kind, event.lane, event.operator.clone(), event.refusal);
    let kept: Vec<_> = events.iter().skip(1).map(of).collect();
    let lane = Some(Lane::KnownDevice);
    let used = Some(USED.code());
    assert_eq!(
        kept,
        [
            (EventKind::RecoveryCodesIssued, None, Some(operator()), None),
            (tried, lane, None, None),
            (accepted, lane, None, None),
            (tried, lane, None, None),
            (refused, lane, None, used),
            // A wrong one is written once, before it is judged.
            (tried, lane, None, None),
        ]
    );
    let purpose = events.last().unwrap().purpose.as_deref();
    assert_eq!(purpose, Some("recover"));
}
