//! Law 5: numbers only rise; no clock error makes a code or a grant live longer, and none keeps an
//! account waiting beyond the schedule's maximum.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;
mod steps;
#[path = "law_05_clocks/tokens.rs"]
mod tokens;

use std::collections::HashSet;

use common::*;
use pinbolt::{
    Accepted, Authenticator, Authority, Caller, Channel, Lane, Refusal,
    driver::Store,
    op::{Begin, Finish, Unlock, Verify},
    testkit::MemoryStore,
};
use steps::*;

const WRONG_PIN: &str = "135792";
const YEAR: u64 = 365 * DAY;
/// The longest that anything keeps anybody waiting: one interval of the strangers' throttle.
const LONGEST: u64 = 12 * HOUR;
const KNOWN: Caller<'static> = CALLER.in_lane(Lane::KnownDevice);

/// Where a clock may jump.
#[derive(Clone, Copy, Debug)]
enum Jump {
    Back(u64),
    Forth(u64),
    End,
}

const JUMPS: [Jump; 7] = [
    Jump::Back(SECOND),
    Jump::Back(119 * SECOND),
    Jump::Back(121 * SECOND),
    Jump::Back(DAY),
    Jump::Forth(DAY),
    Jump::Forth(100 * YEAR),
    Jump::End,
];

impl Jump {
    fn from(self, now: u64) -> u64 {
        match self {
            Self::Back(by) => now - by,
            Self::Forth(by) => now + by,
            Self::End => u64::MAX,
        }
    }
}

fn enrolled() -> World<MemoryStore> {
    let w = world();
    w.enroll();
    w
}

fn known(pin: &str) -> Verify<'_> {
    Verify { caller: KNOWN, ..verify("ana", pin) }
}

/// A sign-in in a lane, right in everything.
fn sign_in<S: Store>(w: &World<S>, caller: Caller<'static>) -> Result<Accepted, Refusal> {
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), caller, ..look_up("ana") };
    let challenge = w.begin(begin)?;
    let code = w.code();
    w.run(Finish { caller, ..finish(&challenge.handle, &code) })
}

#[test]
fn a_sign_in_bears_any_jump_at_any_question() {
    for jump in JUMPS {
        for at in 0..12 {
            let w = enrolled();
            let mut asked = 0;
            let strike = |now: usize| {
                if now == at {
                    w.clock.set(jump.from(w.clock_now()));
                }
            };
            let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up(PHONE) };
            let mut hand = hand(&w);
            let done = hand.run_with(start(&w, begin), |n, _| strike(n));
            asked += hand.asked.len();
            if let Ok(begun) = done.result {
                drop(w.engine.deliver(begun.dispatch));
                let challenge = begun.challenge;
                if let Some(message) = w.outbox.last() {
                    let typed = finish(&challenge.handle, &message.code);
                    hand.asked.clear();
                    let done = hand.run_with(start(&w, typed), |n, _| strike(asked + n));
                    let read = if at <= asked { jump.from(NOW) } else { NOW };
                    let issued = challenge.expires - 300 * SECOND;
                    let alive = issued - 120 * SECOND <= read && read < challenge.expires;
                    assert_eq!(ended(&done) == "granted", alive, "{jump:?} at {at}: {done:?}");
                }
            }
            comes_back(&w, &format!("{jump:?} at {at}"));
        }
    }
}

/// After the clock was put right the owner is let in within the schedule's maximum.
fn comes_back(w: &World<MemoryStore>, case: &str) {
    w.clock.set(NOW + MINUTE);
    let first = named(w.verify("ana", PIN));
    w.clock.advance(LONGEST);
    assert_eq!(named(w.verify("ana", PIN)), "granted", "{case}: {first} at first");
    wait_out(w, || sign_in(w, CALLER).map(drop));
    assert!(w.clock_now() <= NOW + LONGEST + 2 * HOUR, "{case}");
}

/// Comes back each time when he was told to, at most three times.
fn wait_out(w: &World<MemoryStore>, act: impl Fn() -> Result<(), Refusal>) {
    for _ in 0..3 {
        match act() {
            Ok(()) => return,
            refused => w.clock.set(until(refused)),
        }
    }
    assert_eq!(named(act()), "granted");
}

#[test]
fn failure_33_a_clock_that_was_far_ahead_locks_nobody_out() {
    type Act = fn(&World<MemoryStore>);
    let acts: [(&str, Act); 5] = [
        ("a right PIN", |w| assert_eq!(named(w.verify("ana", PIN)), "granted")),
        ("a wrong PIN", |w| assert_eq!(named(w.verify("ana", WRONG_PIN)), "WrongCredentials")),
        ("many wrong PINs", |w| {
            for _ in 0..30 {
                drop(w.verify("ana", WRONG_PIN));
                drop(w.run(known(WRONG_PIN)));
            }
        }),
        ("a code", |w| drop(w.begin(look_up("ana")).unwrap())),
        ("many codes", |w| {
            for _ in 0..10 {
                drop(w.begin(look_up("ana")));
                w.clock.advance(2 * MINUTE);
            }
        }),
    ];
    for (what, act) in acts {
        for jump in [Jump::Forth(DAY), Jump::Forth(100 * YEAR), Jump::End] {
            let w = enrolled();
            w.clock.set(jump.from(NOW));
            act(&w);
            comes_back(&w, &format!("{what}, {jump:?}"));
        }
    }
}

#[test]
fn failure_33_messages_sent_under_a_wrong_clock_block_an_address_for_an_hour_at_most() {
    for jump in [Jump::Forth(DAY), Jump::Forth(100 * YEAR)] {
        let w = enrolled();
        w.clock.set(jump.from(NOW));
        for _ in 0..3 {
            w.begin(look_up("ana")).unwrap();
            w.clock.advance(2 * MINUTE);
        }
        w.clock.set(NOW);
        assert_eq!(named(w.begin(look_up("ana"))), "Throttled", "nothing is given back");
        // Who comes back when he was told to waits out the cooldown, then the hour.
        wait_out(&w, || w.begin(look_up("ana")).map(drop));
        let waited = w.clock_now() - NOW;
        assert!(waited <= HOUR + 2 * MINUTE, "{jump:?}: {waited} ms");
    }
}

/// Ten wrong PINs of a known device, or of a stranger; gives until when he must wait.
fn kept_waiting(w: &World<MemoryStore>, caller: Caller<'static>) -> u64 {
    let typed = |pin| Verify { caller, ..verify("ana", pin) };
    for _ in 0..10 {
        assert_eq!(named(w.run(typed(WRONG_PIN))), "WrongCredentials");
    }
    until(w.run(typed(PIN)))
}

fn until<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> u64 {
    match refused {
        Err(Refusal::Waiting { until } | Refusal::Throttled { until }) => until,
        other => panic!("no wait: {other:?}"),
    }
}

#[test]
fn failure_33_within_the_tolerance_a_clock_set_back_changes_nothing() {
    for (caller, wait) in [(KNOWN, 30 * SECOND), (CALLER, LONGEST)] {
        for back in [1, SECOND, 119 * SECOND, 120 * SECOND] {
            let w = enrolled();
            assert_eq!(kept_waiting(&w, caller), NOW + wait);
            w.clock.set(NOW - back);
            let typed = Verify { caller, ..verify("ana", PIN) };
            assert_eq!(until(w.run(typed)), NOW + wait, "{back} ms");
            w.clock.set(NOW + wait - 1);
            assert_eq!(until(w.run(typed)), NOW + wait);
            w.clock.set(NOW + wait);
            w.run(typed).unwrap();
        }
    }
}

#[test]
fn failure_33_beyond_it_a_wait_restarts_in_full_and_ends_when_it_said() {
    for (caller, wait) in [(KNOWN, 30 * SECOND), (CALLER, LONGEST)] {
        for back in [120 * SECOND + 1, 121 * SECOND, HOUR, DAY, 10 * YEAR] {
            let w = enrolled();
            kept_waiting(&w, caller);
            let typed = Verify { caller, ..verify("ana", PIN) };
            let now = NOW - back;
            w.clock.set(now);
            assert_eq!(until(w.run(typed)), now + wait, "{back} ms back");
            w.clock.set(now + wait - 1);
            assert_eq!(until(w.run(typed)), now + wait, "{back} ms back");
            w.clock.set(now + wait);
            assert_eq!(named(w.run(typed)), "granted", "{back} ms back");
        }
    }
}

#[test]
fn failure_33_a_wait_or_a_budget_at_the_end_of_time_is_not_lost() {
    let w = enrolled();
    w.clock.set(u64::MAX);
    for _ in 0..10 {
        assert_eq!(named(w.run(known(WRONG_PIN))), "WrongCredentials");
    }
    assert_eq!(named(w.run(known(PIN))), "Waiting");
    let asked = (0..10).map(|_| named(w.begin(look_up("ana"))));
    assert_eq!(asked.filter(|asked| *asked == "granted").count(), 3);
    w.clock.set(NOW);
    assert_eq!(until(w.run(known(PIN))), NOW + 30 * SECOND);
    wait_out(&w, || w.begin(look_up("ana")).map(drop));
    assert!(w.clock_now() >= NOW + HOUR);
}

#[test]
fn failure_33_no_clock_makes_a_wait_longer_than_the_longest() {
    for jump in JUMPS {
        let w = enrolled();
        let mut now = NOW;
        for _ in 0..19 {
            while let Err(Refusal::Waiting { until }) = w.run(known(WRONG_PIN)) {
                let wait = until - w.clock_now();
                assert!(wait <= HOUR + 120 * SECOND, "{jump:?}: {wait} ms");
                w.clock.set(until);
            }
            now = now.max(w.clock_now().min(NOW + YEAR));
        }
        w.clock.set(jump.from(now));
        if let Err(Refusal::Waiting { until }) = w.run(known(PIN)) {
            assert!(until - w.clock_now() <= HOUR + 120 * SECOND, "{jump:?}");
            w.clock.set(until);
            assert_eq!(named(w.run(known(PIN))), "granted", "{jump:?}");
        }
    }
}

#[test]
fn failure_33_a_code_is_good_within_the_tolerance_and_dead_beyond_it() {
    for back in [1, SECOND, 119 * SECOND, 120 * SECOND, 120 * SECOND + 1, 121 * SECOND, DAY] {
        let w = enrolled();
        let challenge = w.begin(look_up("ana")).unwrap();
        w.clock.set(NOW - back);
        let expected = if back <= 120 * SECOND { "granted" } else { "Ended" };
        assert_eq!(named(w.finish(&challenge.handle, &w.code())), expected, "{back} ms");
    }
}

#[test]
fn failure_33_a_code_whose_end_was_seen_is_dead_under_every_later_clock() {
    for jump in JUMPS {
        let w = enrolled();
        let challenge = w.begin(look_up("ana")).unwrap();
        w.clock.set(challenge.expires);
        w.verify("ana", PIN).unwrap();
        for now in [jump.from(challenge.expires), NOW, NOW + MINUTE, challenge.expires - 1] {
            w.clock.set(now);
            let ended = ended(&hand(&w).run(start(&w, finish(&challenge.handle, &w.code()))));
            assert!(
                matches!(ended, "Expired" | "Ended" | "UnknownChallenge"),
                "{jump:?}, {now}: {ended}"
            );
        }
    }
}

#[test]
fn failure_33_a_code_ended_by_the_clock_stays_ended_when_the_clock_is_right_again() {
    let w = enrolled();
    let challenge = w.begin(look_up("ana")).unwrap();
    w.clock.set(NOW - DAY);
    assert_eq!(named(w.finish(&challenge.handle, &w.code())), "Ended");
    w.clock.set(NOW + MINUTE);
    assert_eq!(named(w.finish(&challenge.handle, &w.code())), "Ended");
}

#[test]
fn failure_33_a_clock_that_wavers_never_fills_the_throttle() {
    let w = enrolled();
    let mut judged = 0;
    for step in 0..400 {
        // Forth and back around a time that hardly moves.
        let swing = [0, 100 * SECOND, 10 * MINUTE, 2 * HOUR][step % 4];
        w.clock.set(NOW + swing + step as u64);
        judged += usize::from(named(w.verify("ana", WRONG_PIN)) == "WrongCredentials");
    }
    assert_eq!(judged, 10);
}

fn unlock(accepted: Accepted) -> Unlock<'static> {
    let authority = Authority::from(accepted);
    Unlock { account: "ana", authenticator: Authenticator::PIN, authority }
}

#[test]
fn failure_33_a_grant_lives_no_longer_than_it_may() {
    let cases: [(u64, Option<u64>, bool, &str); 7] = [
        (300 * SECOND, None, false, "granted"),
        (298 * SECOND, None, true, "granted"),
        (300 * SECOND + 1, None, false, "NotAuthorized"),
        (100 * YEAR, None, false, "NotAuthorized"),
        // The account has seen a later time than the clock now shows.
        (300 * SECOND, Some(301 * SECOND), false, "NotAuthorized"),
        (10 * SECOND, Some(290 * SECOND), false, "NotAuthorized"),
        // The same, and the account has noted since that its clock was set back.
        (10 * SECOND, Some(290 * SECOND), true, "NotAuthorized"),
    ];
    for (age, seen, noted, expected) in cases {
        let w = enrolled();
        let accepted = sign_in(&w, KNOWN).unwrap();
        if let Some(seen) = seen {
            w.clock.set(NOW + seen);
            w.verify("ana", PIN).unwrap();
        }
        w.clock.set(NOW + age);
        if noted {
            w.verify("ana", PIN).unwrap();
            w.clock.advance(SECOND);
        }
        let case = format!("{age} ms old, seen {seen:?}, noted {noted}");
        assert_eq!(named(w.run(unlock(accepted))), expected, "{case}");
    }
}

#[test]
fn challenges_and_versions_never_repeat_whatever_the_clock_does() {
    let (w, log) = watched(policy());
    let mut old: Vec<(String, String)> = Vec::new();
    let mut references = Vec::new();
    for round in 0..21 {
        let true_now = NOW + round * 3 * HOUR;
        w.clock.set(true_now);
        let Ok(challenge) = w.begin(look_up("ana")) else { continue };
        references.push(challenge.reference);
        for (handle, code) in &old {
            let ended = named(w.finish(handle, code));
            assert!(matches!(ended, "Superseded" | "Ended"), "round {round}: {ended}");
        }
        old.push((challenge.handle, w.code()));
        w.clock.set(JUMPS[round as usize % 7].from(true_now));
        drop(w.engine.run(verify("ana", PIN)));
        drop(w.engine.run(Begin { channel: Channel::Email, ..look_up("ana") }));
    }
    assert!(old.len() > 10);
    references.dedup();
    assert_eq!(references.len(), old.len(), "each reference is another than the one before");
    let versions: Vec<_> = log.all().iter().map(|write| write.version).collect();
    assert_eq!(versions.iter().collect::<HashSet<_>>().len(), versions.len());
}
