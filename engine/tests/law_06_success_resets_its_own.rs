//! Law 6: a success resets the count of what succeeded, in its lane only, and never the throttle.
//! A count that has reached its cap is reset by an unlock alone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod common;
mod steps;
#[path = "law_06_success_resets_its_own/tokens.rs"]
mod tokens;

use common::*;
use pinbolt::{
    Accepted, Authenticator, Authority, Caller, Lane, Pinbolt, Policy, Refusal,
    driver::{Engine, Store},
    op::{Begin, Challenge, ChangePin, Confirm, Finish, ResetPin, Unlock, Verify},
    testkit::MemoryStore,
};
use steps::*;

const WRONG_PIN: &str = "135792";
const YEAR: u64 = 365 * DAY;

fn caller(lane: Lane) -> Caller<'static> {
    CALLER.in_lane(lane)
}

fn verify_in(lane: Lane, pin: &str) -> Verify<'_> {
    Verify { caller: caller(lane), ..verify("ana", pin) }
}

fn begin_in<S: Store>(w: &World<S>, lane: Lane) -> Challenge {
    w.clock.advance(HOUR);
    w.begin(Begin { caller: caller(lane), ..look_up("ana") }).unwrap()
}

fn finish_in<S: Store>(w: &World<S>, lane: Lane, (handle, code): (&str, &str)) -> &'static str {
    named(w.run(Finish { caller: caller(lane), ..finish(handle, code) }))
}

fn sign_in(w: &World<MemoryStore>, lane: Lane) -> Accepted {
    w.clock.advance(HOUR);
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
    let challenge = w.begin(Begin { caller: caller(lane), ..begin }).unwrap();
    let code = w.code();
    w.run(Finish { caller: caller(lane), ..finish(&challenge.handle, &code) }).unwrap()
}

/// A world in which each of the six ledgers holds another count: PIN 1, 2, 3, codes 4, 3, 2.
fn counted() -> World<MemoryStore> {
    let w = world();
    w.enroll();
    for (lane, pins, codes) in
        [(Lane::Stranger, 1, 4), (Lane::FirstFactor, 2, 3), (Lane::KnownDevice, 3, 2)]
    {
        for _ in 0..pins {
            assert_eq!(named(w.run(verify_in(lane, WRONG_PIN))), "WrongCredentials");
        }
        let challenge = begin_in(&w, lane);
        let bad = wrong(&w.code());
        for _ in 0..codes {
            assert_eq!(finish_in(&w, lane, (&challenge.handle, &bad)), "WrongCode");
        }
    }
    w.clock.advance(HOUR);
    assert_eq!(counts(&w), COUNTED);
    w
}

const COUNTED: [u32; 6] = [1, 2, 3, 4, 3, 2];

/// The counts with these ledgers at zero.
fn zeroed(which: &[usize]) -> [u32; 6] {
    let mut counts = COUNTED;
    which.iter().for_each(|at| counts[*at] = 0);
    counts
}

fn at(lane: Lane) -> usize {
    LANES.iter().position(|other| *other == lane).unwrap()
}

#[test]
fn failure_44_a_right_pin_resets_its_own_count_in_its_own_lane() {
    for lane in LANES {
        let w = counted();
        w.run(verify_in(lane, PIN)).unwrap();
        assert_eq!(counts(&w), zeroed(&[at(lane)]), "{lane:?}");
    }
}

#[test]
fn failure_44_a_right_code_resets_codes_in_its_own_lane() {
    for lane in LANES {
        let w = counted();
        let challenge = begin_in(&w, lane);
        assert_eq!(counts(&w), COUNTED, "asking for a code resets nothing");
        let code = w.code();
        assert_eq!(finish_in(&w, lane, (&challenge.handle, &code)), "granted");
        assert_eq!(counts(&w), zeroed(&[3 + at(lane)]), "{lane:?}");
    }
}

#[test]
fn failure_44_a_sign_in_resets_each_factor_where_it_was_proved() {
    for lane in LANES {
        let w = counted();
        let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
        let challenge = w.begin(Begin { caller: caller(lane), ..begin }).unwrap();
        assert_eq!(counts(&w), zeroed(&[at(lane)]), "the PIN alone so far");
        let code = w.code();
        assert_eq!(finish_in(&w, lane, (&challenge.handle, &code)), "granted");
        // Behind a right PIN a code is counted as after a first factor at least.
        let code_lane = lane.max(Lane::FirstFactor);
        assert_eq!(counts(&w), zeroed(&[at(lane), 3 + at(code_lane)]), "{lane:?}");
    }
}

#[test]
fn failure_44_what_proves_nothing_resets_nothing() {
    type Act = fn(&World<MemoryStore>);
    let acts: [(&str, Act); 6] = [
        ("enroll another", |w| w.enroll_as("rui", &["+351912000999"])),
        ("a double click", |w| {
            let challenge = begin_in(w, Lane::KnownDevice);
            let code = w.code();
            let typed = (&*challenge.handle, &*code);
            assert_eq!(finish_in(w, Lane::KnownDevice, typed), "granted");
            assert_eq!(finish_in(w, Lane::KnownDevice, typed), "AlreadyUsed");
        }),
        ("cancel", |w| {
            let challenge = begin_in(w, Lane::Stranger);
            w.run(pinbolt::op::Cancel { handle: &challenge.handle, caller: CALLER }).unwrap();
        }),
        ("another's success", |w| {
            w.enroll_as("rui", &[]);
            w.verify("rui", PIN).unwrap();
        }),
        ("block and unblock", |w| {
            w.run(pinbolt::op::Block { account: "ana", operator: operator() }).unwrap();
            w.run(pinbolt::op::Unblock { account: "ana", operator: operator() }).unwrap();
        }),
        ("an operator's reset", |w| {
            let reset = ResetPin { account: "ana", new: "904173", authority: by_operator() };
            w.run(reset).unwrap();
        }),
    ];
    for (what, act) in acts {
        let w = counted();
        act(&w);
        let expected = if what == "a double click" { zeroed(&[5]) } else { COUNTED };
        assert_eq!(counts(&w), expected, "{what}");
    }
}

#[test]
fn failure_44_changing_the_pin_resets_the_count_of_the_pin_that_was_proved() {
    let w = counted();
    let change = ChangePin { account: "ana", old: PIN, new: "904173", caller: CALLER };
    w.run(change).unwrap();
    assert_eq!(counts(&w), zeroed(&[0]));
}

#[test]
fn failure_44_confirming_an_address_resets_codes_in_its_own_lane() {
    for lane in LANES {
        let w = counted();
        let (address, authority) = ("new@example.com", by_operator());
        let confirm =
            Confirm { account: "ana", address, replaces: None, authority, caller: caller(lane) };
        let challenge = w.sent(w.run(confirm).unwrap());
        let code = w.code();
        assert_eq!(finish_in(&w, lane, (&challenge.handle, &code)), "granted");
        // Who may add an address is more than a stranger.
        assert_eq!(counts(&w), zeroed(&[3 + at(lane).max(1)]), "{lane:?}");
    }
}

#[test]
fn a_success_gives_its_own_guess_back_to_the_throttle_and_no_other() {
    let w = world();
    w.enroll();
    for _ in 0..9 {
        assert_eq!(named(w.verify("ana", WRONG_PIN)), "WrongCredentials");
    }
    for _ in 0..5 {
        w.verify("ana", PIN).unwrap();
    }
    assert_eq!(count(&w, Authenticator::PIN, Lane::Stranger), 0);
    assert_eq!(named(w.verify("ana", WRONG_PIN)), "WrongCredentials");
    let until = w.clock_now() + 12 * HOUR;
    assert_eq!(w.verify("ana", PIN), Err(Refusal::Throttled { until }), "the tenth was the last");
    w.clock.set(until);
    w.verify("ana", PIN).unwrap();
}

#[test]
fn a_right_code_gives_nothing_back_to_the_throttle() {
    let w = world();
    w.enroll();
    for failures in [5, 4] {
        let challenge = begin_in(&w, Lane::Stranger);
        let bad = wrong(&w.code());
        for _ in 0..failures {
            assert_eq!(finish_in(&w, Lane::Stranger, (&challenge.handle, &bad)), "WrongCode");
        }
    }
    let challenge = begin_in(&w, Lane::Stranger);
    let code = w.code();
    assert_eq!(finish_in(&w, Lane::Stranger, (&challenge.handle, &code)), "granted");
    assert_eq!(count(&w, Authenticator::CODE, Lane::Stranger), 0);
    let challenge = begin_in(&w, Lane::Stranger);
    let (code, bad) = (w.code(), wrong(&w.code()));
    assert_eq!(finish_in(&w, Lane::Stranger, (&challenge.handle, &bad)), "WrongCode");
    assert_eq!(finish_in(&w, Lane::Stranger, (&challenge.handle, &code)), "Throttled");
}

#[test]
fn the_owner_signs_in_while_a_stranger_has_used_up_his_guesses() {
    let w = world();
    w.enroll();
    for _ in 0..10 {
        assert_eq!(named(w.verify("ana", WRONG_PIN)), "WrongCredentials");
    }
    assert_eq!(named(w.verify("ana", PIN)), "Throttled");
    w.run(verify_in(Lane::KnownDevice, PIN)).unwrap();
    assert_eq!(named(w.verify("ana", PIN)), "Throttled", "the stranger's lane stays as it was");
}

fn unlock(what: Authenticator, authority: Authority) -> Unlock<'static> {
    Unlock { account: "ana", authenticator: what, authority }
}

#[test]
fn an_operator_unlocks_the_named_authenticator_in_all_lanes() {
    for (what, expected) in
        [(Authenticator::PIN, zeroed(&[0, 1, 2])), (Authenticator::CODE, zeroed(&[3, 4, 5]))]
    {
        let w = counted();
        w.run(unlock(what, by_operator())).unwrap();
        assert_eq!(counts(&w), expected, "{what:?}");
    }
}

#[test]
fn only_an_operator_refills_the_throttle_and_twice_in_thirty_days() {
    let w = world();
    w.enroll();
    let use_up = || {
        let before = count(&w, Authenticator::PIN, Lane::Stranger);
        while named(w.verify("ana", WRONG_PIN)) == "WrongCredentials" {}
        count(&w, Authenticator::PIN, Lane::Stranger) - before
    };
    assert_eq!(use_up(), 10);
    let accepted = sign_in_on(&w, Lane::KnownDevice);
    let own = w.run(unlock(Authenticator::PIN, Authority::from(accepted))).unwrap();
    assert!(!own.refilled);
    assert_eq!(use_up(), 0, "the person's own unlock enables, and refills nothing");
    for (refilled, more) in [(true, 10), (true, 10), (false, 0)] {
        let done = w.run(unlock(Authenticator::PIN, by_operator())).unwrap();
        assert_eq!(done.refilled, refilled);
        assert_eq!(use_up(), more);
    }
    w.clock.advance(30 * DAY);
    assert!(w.run(unlock(Authenticator::PIN, by_operator())).unwrap().refilled);
}

/// A sign-in at once, in another lane than the stranger's.
fn sign_in_on(w: &World<MemoryStore>, lane: Lane) -> Accepted {
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
    let challenge = w.begin(Begin { caller: caller(lane), ..begin }).unwrap();
    let code = w.code();
    w.run(Finish { caller: caller(lane), ..finish(&challenge.handle, &code) }).unwrap()
}

#[test]
fn a_person_unlocks_only_by_a_proof_that_carries_that_far() {
    let w = counted();
    let refused = |accepted: Accepted, after: u64| {
        w.clock.advance(after);
        let unlock = unlock(Authenticator::PIN, Authority::from(accepted));
        assert_eq!(named(w.run(unlock)), "NotAuthorized");
        let held = counts(&w);
        assert!(held[1] == 2, "nothing was unlocked: {held:?}");
    };
    w.enroll_as("rui", &["+351912000999"]);
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("rui") };
    let challenge = w.begin(begin).unwrap();
    refused(w.finish(&challenge.handle, &w.code()).unwrap(), 0);
    refused(w.verify("ana", PIN).unwrap(), 0);
    let challenge = begin_in(&w, Lane::KnownDevice);
    let code = w.code();
    let typed = Finish { caller: caller(Lane::KnownDevice), ..finish(&challenge.handle, &code) };
    refused(w.run(typed).unwrap(), 0);
    refused(sign_in(&w, Lane::KnownDevice), 300 * SECOND + 1);
    let accepted = sign_in(&w, Lane::KnownDevice);
    w.clock.advance(300 * SECOND);
    w.run(unlock(Authenticator::PIN, Authority::from(accepted))).unwrap();
    assert_eq!(counts(&w)[..3], [0, 0, 0]);
}

#[test]
fn failure_09_a_disabled_authenticator_stays_so_after_a_restart_and_under_any_clock() {
    for hide in [0, 1] {
        let policy = || builder().set("accounts.hide", hide).unwrap().build().unwrap();
        let store = MemoryStore::new();
        let w = world_on(store.clone(), policy());
        w.enroll();
        let mut judged = 0;
        while judged < 30 {
            match w.run(verify_in(Lane::KnownDevice, WRONG_PIN)) {
                Err(Refusal::WrongCredentials) => judged += 1,
                Err(refusal) => w.clock.set(until(refusal)),
                Ok(_) => panic!("a wrong PIN was accepted"),
            }
        }
        let w = restarted(store, policy(), w);
        let expected = if hide == 1 { "WrongCredentials" } else { "Disabled" };
        let then = w.clock_now() + HOUR;
        for now in [then, then + 100 * YEAR, u64::MAX, then, then - DAY, then + YEAR] {
            w.clock.set(now);
            let refused = match w.run(verify_in(Lane::KnownDevice, PIN)) {
                Err(Refusal::Waiting { until }) => {
                    w.clock.set(until);
                    named(w.run(verify_in(Lane::KnownDevice, PIN)))
                }
                other => named(other),
            };
            assert_eq!(refused, expected, "hide {hide}, {now}");
        }
        assert_eq!(count(&w, Authenticator::PIN, Lane::KnownDevice), 30);
        w.run(Unlock {
            account: "ana",
            authenticator: Authenticator::PIN,
            authority: by_operator(),
        })
        .unwrap();
        w.run(verify_in(Lane::KnownDevice, PIN)).unwrap();
    }
}

#[test]
fn failure_09_where_accounts_are_hidden_a_right_code_passes_nobody_after_the_cap() {
    let w = world();
    w.enroll();
    let device = caller(Lane::KnownDevice);
    let known =
        |handle: &str, code: &str| named(w.run(Finish { caller: device, ..finish(handle, code) }));
    let asked = || loop {
        match w.begin(Begin { caller: device, ..look_up("ana") }) {
            Ok(challenge) => return challenge.handle,
            Err(refusal) => w.clock.set(until(refusal)),
        }
    };
    for _ in 0..30 {
        let handle = asked();
        assert_eq!(known(&handle, &wrong(&w.code())), "WrongCode");
        w.clock.advance(HOUR);
    }
    let then = w.clock_now();
    for now in [then + DAY, then + 100 * DAY, then, then - DAY] {
        w.clock.set(now);
        // It notes that its clock was set back, which restarts a wait.
        drop(w.verify("ana", PIN));
        w.clock.advance(2 * HOUR);
        let handle = asked();
        let code = w.code();
        assert_eq!(known(&handle, &code), "WrongCode", "{now}: it answers as a wrong one");
        w.clock.advance(HOUR);
    }
    assert_eq!(count(&w, Authenticator::CODE, Lane::KnownDevice), 30);
    let authenticator = Authenticator::CODE;
    w.run(Unlock { account: "ana", authenticator, authority: by_operator() }).unwrap();
    let handle = asked();
    assert_eq!(known(&handle, &w.code()), "granted");
}

/// The same rows and clock under a new engine.
fn restarted(store: MemoryStore, policy: Policy, w: World<MemoryStore>) -> World<MemoryStore> {
    let pinbolt = Pinbolt::open(keys(), policy, "tests").unwrap();
    let engine = Engine::new(pinbolt, store, w.outbox.clone()).with_clock(w.clock.clone());
    World { engine: engine.with_entropy(seeded(2)), ..w }
}

/// Until when a refusal keeps somebody waiting.
fn until(refusal: Refusal) -> u64 {
    match refusal {
        Refusal::Waiting { until } | Refusal::Throttled { until } => until,
        other => panic!("no wait: {other}"),
    }
}
