//! Holes that readers of the tokens found, each as the story of its attack.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod stepping;

use common::*;
use pinbolt::{
    Authenticator, Pinbolt, Refusal,
    driver::Store,
    op::{AddToken, Describe, Evidence, IssueRecoveryCodes, TokenKind, TokenSecret},
    row::Write,
};
use stepping::{Answered, Asked, Ground, Weather};

const WRONG: Refusal = Refusal::WrongCredentials;

/// Whoever has the token burns its code by another request while the hash runs.
struct Burn {
    done: u32,
}
impl Weather for Burn {
    fn commit(&mut self, ground: &Ground, write: &Write) -> Answered {
        self.done += 1;
        if self.done == 2 {
            let code = otp(step(ground.now.get()));
            ground.run(verify_by("ana", "otp", Evidence::otp(&code))).unwrap();
        }
        ground.apply(write)
    }
}

#[test]
fn a_burnt_code_makes_pin_guesses_free_and_the_rehash_tells() {
    let ground = Ground::new(with_tokens().build().unwrap());
    ground.enroll_ana();
    ground.run(standing(TokenKind::TOTP)).unwrap();
    let costlier = with_tokens().set("hash.passes", 2).unwrap().build().unwrap();
    let ground = ground.copied(Pinbolt::open(keys(), costlier, "tests").unwrap());
    let mut seen = Vec::new();
    for pin in [WRONG_PIN, PIN] {
        let g = ground.copy();
        let code = otp(step(g.now.get()));
        let start = g.start(verify_by("ana", "pin-otp", Evidence::pin(pin).and_otp(&code)));
        let (out, trace) = g.walk(start, &mut Burn { done: 0 });
        let hashes = trace.iter().filter(|a| matches!(a, Asked::Hash(_))).count();
        let counted: u32 = g
            .run(Describe { account: "ana" })
            .unwrap()
            .ledgers
            .iter()
            .filter(|l| l.authenticator == Authenticator::PIN)
            .map(|l| l.failures)
            .sum();
        assert!(out.is_err(), "{pin}");
        seen.push((hashes, counted));
    }
    assert!(seen[0].0 == seen[1].0 || seen[0].1 == 1, "an uncounted guess that shows: {seen:?}");
}

/// Two purposes ask for the PIN. One spends its throttle but for the last guess; the other makes that
/// guess beside a wrong code, and looks whether the throttle is closed.
#[test]
fn a_throttle_that_two_purposes_share_tells_nothing_of_the_pin() {
    let by_otp = |pin| ("pin-otp", Evidence::pin(pin).and_otp("000000"));
    let by_paper =
        |pin| ("pin-recover", Evidence::pin(pin).and_recovery_code("0000-0000-0000-0000"));
    for otp_spends in [true, false] {
        let told = [WRONG_PIN, PIN].map(|pin| {
            let w = world_with(with_tokens().build().unwrap());
            w.enroll();
            w.run(standing(TokenKind::TOTP)).unwrap();
            let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
            let _codes = w.run(issue).unwrap();
            let tried = |spends: bool, pin| {
                let (purpose, evidence) = if spends { by_otp(pin) } else { by_paper(pin) };
                w.run(verify_by("ana", purpose, evidence)).unwrap_err()
            };
            (0..9).for_each(|_| assert_eq!(tried(otp_spends, WRONG_PIN), WRONG));
            (tried(!otp_spends, pin), tried(!otp_spends, WRONG_PIN))
        });
        assert_eq!(told[0], told[1], "a wrong PIN, and the right one");
        assert_eq!(told[0], (WRONG, Refusal::Throttled { until: NOW + DAY / 2 }));
    }
}

fn narrow() -> pinbolt::policy::Builder {
    with_tokens().set("throttle.burst", 1).unwrap().set("throttle.per_day", 1).unwrap()
}

#[test]
fn a_decoy_keeps_a_throttle_as_long_as_it_said() {
    let w = world_with(narrow().build().unwrap());
    let wrong = Evidence::otp("000000");
    for n in 0..2000 {
        let name = format!("nobody{n}");
        w.run(verify_by(&name, "otp", wrong)).unwrap_err();
        let Refusal::Throttled { until } = w.run(verify_by(&name, "otp", wrong)).unwrap_err()
        else {
            panic!()
        };
        if until >= NOW + 7 * DAY {
            w.clock.set(NOW + 5 * DAY + HOUR);
            let later = w.run(verify_by(&name, "otp", wrong)).unwrap_err();
            assert_eq!(later, Refusal::Throttled { until }, "name {n}");
            return;
        }
    }
    panic!("none");
}

fn eight<S: Store>(w: &World<S>) {
    w.enroll();
    for n in 0..8u8 {
        let secret = [n + 1; 20];
        w.run(AddToken { secret: TokenSecret::Given(&secret), ..standing(TokenKind::TOTP) })
            .unwrap();
    }
}

#[test]
fn a_clock_set_back_does_not_open_a_throttle_sooner() {
    let w = world_with(narrow().build().unwrap());
    eight(&w);
    let wrong = Evidence::otp("000000");
    w.run(verify_by("ana", "otp", wrong)).unwrap_err();
    let closed = w.run(verify_by("ana", "otp", wrong)).unwrap_err();
    assert_eq!(closed, Refusal::Throttled { until: NOW + 8 * DAY });
    w.clock.set(NOW - HOUR);
    w.run(verify_by("ana", "otp", wrong)).unwrap_err();
    w.clock.set(NOW + 2 * DAY);
    assert!(matches!(w.run(verify_by("ana", "otp", wrong)), Err(Refusal::Throttled { .. })));
}

#[test]
fn describe_says_when_a_code_of_many_tokens_is_judged() {
    let w = world_with(with_tokens().build().unwrap());
    eight(&w);
    let wrong = Evidence::otp("000000");
    w.run(verify_by("ana", "otp", wrong)).unwrap_err();
    let Err(Refusal::Throttled { until }) = w.run(verify_by("ana", "otp", wrong)) else { panic!() };
    let seen = w.run(Describe { account: "ana" }).unwrap();
    assert_eq!(seen.ledgers[0].opens, Some(until));
}

#[test]
fn describe_says_that_it_is_disabled() {
    let w = world_with(with_tokens().set("accounts.hide", 0).unwrap().build().unwrap());
    eight(&w);
    let wrong = Evidence::otp("000000");
    for n in 0..6 {
        w.clock.set(NOW + n * 10 * DAY);
        assert_eq!(w.run(verify_by("ana", "otp", wrong)).unwrap_err(), Refusal::WrongCredentials);
    }
    w.clock.set(NOW + 100 * DAY);
    assert_eq!(w.run(verify_by("ana", "otp", wrong)).unwrap_err(), Refusal::Disabled);
    let seen = w.run(Describe { account: "ana" }).unwrap();
    assert!(seen.ledgers[0].disabled, "{:?}", seen.ledgers);
}

#[test]
fn a_label_is_in_no_debug_text() {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    w.run(AddToken { label: "ana.reis@example.com", ..standing(TokenKind::TOTP) }).unwrap();
    let seen = w.run(Describe { account: "ana" }).unwrap();
    assert!(!format!("{seen:?}").contains("ana.reis@"));
}
