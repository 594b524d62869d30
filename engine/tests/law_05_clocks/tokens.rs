//! Tokens under clocks that jump: no clock makes a step good twice, and none shuts the owner out.

use pinbolt::{
    Authenticator, Refusal,
    op::{
        ConfirmToken, Describe, Evidence, IssueRecoveryCodes, ResyncToken, TokenKind, Unlock,
        Verify,
    },
    testkit::MemoryStore,
};

use crate::{JUMPS, KNOWN, LONGEST, YEAR, common::*, until};

const USED: Refusal = Refusal::AlreadyUsed;
const WRONG: Refusal = Refusal::WrongCredentials;

fn with_token(kind: TokenKind) -> World<MemoryStore> {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll_as("ana", &[]);
    w.run(standing(kind)).unwrap();
    w
}

fn sign_in(w: &World<MemoryStore>, code: &str) -> Result<(), Refusal> {
    w.run(verify_by("ana", "otp", Evidence::otp(code))).map(drop)
}

/// The same, after what an empty throttle asks to be waited for.
fn sign_in_later(w: &World<MemoryStore>, code: impl Fn(u64) -> String) -> Result<(), Refusal> {
    match sign_in(w, &code(w.clock_now())) {
        Err(Refusal::Throttled { until }) => {
            assert!(until - w.clock_now() <= LONGEST, "{until}");
            w.clock.set(until);
            sign_in(w, &code(until))
        }
        other => other,
    }
}

#[test]
fn failure_33_a_totp_goes_by_the_real_time_however_far_it_jumped() {
    for jump in JUMPS {
        let w = with_token(TokenKind::TOTP);
        let now = jump.from(NOW);
        w.clock.set(now);
        // Within the tolerance the record's own clock stands still; the steps don't.
        assert_eq!(sign_in_later(&w, |now| otp(step(now) + 1)), Err(WRONG), "{jump:?}");
        assert_eq!(sign_in_later(&w, |now| otp(step(now))), Ok(()), "{jump:?}");
        assert_eq!(sign_in_later(&w, |_| otp(step(w.clock_now()))), Err(USED), "{jump:?}");
    }
}

#[test]
fn failure_33_so_do_its_confirming_code_and_the_two_that_find_it() {
    // The record's own clock stands still at the latest time that it has seen.
    let real = NOW - 100 * SECOND;
    let w = world_with(with_tokens().build().unwrap());
    w.enroll_as("ana", &[]);
    let token = w.run(token(TokenKind::TOTP)).unwrap().token;
    w.clock.set(real);
    let confirm =
        |code: &str| named(w.run(ConfirmToken { account: "ana", token, code, caller: CALLER }));
    assert_eq!(confirm(&otp(step(NOW))), "WrongCode");
    assert_eq!(confirm(&otp(step(real) - 3)), "granted", "the widest window's first");
    let pair = |first: u64| {
        let (first, second) = (&*otp(first), &*otp(first + 1));
        w.run(ResyncToken { account: "ana", token, first, second, caller: CALLER })
    };
    assert_eq!(pair(step(real) + 50), Err(WRONG));
    assert_eq!(pair(step(real) + 49), Ok(()), "the last within the bound");
}

#[test]
fn failure_33_a_clock_that_wavers_makes_no_step_good_twice() {
    let w = with_token(TokenKind::TOTP);
    let mut accepted = Vec::new();
    for round in 0..60u64 {
        let at = [0, 100, 600, 7_200, 30][round as usize % 5];
        w.clock.set(NOW + (at + round) * SECOND);
        let now = step(w.clock_now());
        for at in [now - 1, now] {
            if sign_in(&w, &otp(at)).is_ok() {
                accepted.push(at);
            }
        }
        let authenticator = Authenticator::OTP;
        w.run(Unlock { account: "ana", authenticator, authority: by_operator() }).unwrap();
    }
    assert!(accepted.windows(2).all(|two| two[0] < two[1]), "{accepted:?}");
    assert!(accepted.len() >= 5, "{accepted:?}");
}

#[test]
fn failure_33_the_owner_signs_in_when_the_clock_is_right_again() {
    for jump in JUMPS {
        for kind in [TokenKind::TOTP, TokenKind::HOTP] {
            let w = with_token(kind);
            // While the clock was wrong the owner's token showed the right time.
            let right = |n: u64| if kind == TokenKind::HOTP { otp(n) } else { otp(step(NOW) + n) };
            w.clock.set(jump.from(NOW));
            drop(w.run(verify_by("ana", "otp", Evidence::otp("000000"))));
            let early = sign_in(&w, &right(0)).is_ok();
            w.clock.set(NOW + MINUTE);
            let then = sign_in_later(&w, |now| match kind {
                TokenKind::HOTP => otp(u64::from(early)),
                _ => otp(step(now)),
            });
            assert_eq!(then, Ok(()), "{jump:?}, {kind:?}");
        }
    }
}

#[test]
fn failure_33_what_was_accepted_under_a_clock_ahead_stays_used_and_above_all_before() {
    let w = with_token(TokenKind::TOTP);
    let ahead = NOW + YEAR;
    w.clock.set(ahead);
    sign_in(&w, &otp(step(ahead))).unwrap();
    w.clock.set(NOW);
    for at in [step(NOW), step(NOW) - 1] {
        let answer = sign_in_later(&w, |_| otp(at));
        assert!(answer.is_err(), "a step below the last one accepted: {answer:?}");
    }
    w.clock.advance(2 * DAY);
    let now = step(w.clock_now());
    let (first, second) = (&*otp(now), &*otp(now + 1));
    let pair = ResyncToken { account: "ana", token: 1, first, second, caller: CALLER };
    assert_eq!(w.run(pair), Err(WRONG), "two codes don't bring it back either");
    w.clock.set(ahead);
    assert_eq!(sign_in_later(&w, |_| otp(step(ahead))), Err(USED));
    w.clock.set(ahead + LONGEST + MINUTE);
    assert_eq!(sign_in_later(&w, |now| otp(step(now))), Ok(()));
}

#[test]
fn failure_33_no_clock_fills_the_throttle_of_codes_or_ends_their_wait() {
    for authenticator in [Authenticator::OTP, Authenticator::RECOVERY_CODE] {
        let w = with_token(TokenKind::HOTP);
        let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
        drop(w.run(issue).unwrap());
        let guess = || match authenticator {
            Authenticator::OTP => sign_in(&w, "000000"),
            _ => {
                let evidence = Evidence::recovery_code("0000-0000-0000-0000");
                w.run(verify_by("ana", "recover", evidence)).map(drop)
            }
        };
        let mut judged = 0;
        for step in 0..200u64 {
            let swing = [0, 100 * SECOND, 10 * MINUTE, 2 * HOUR][step as usize % 4];
            w.clock.set(NOW + swing + step);
            judged += usize::from(guess() == Err(WRONG));
        }
        assert_eq!(judged, 10, "{authenticator:?}");
    }
}

#[test]
fn failure_33_waits_of_codes_keep_to_the_schedule_under_any_clock() {
    for jump in JUMPS {
        let w = with_token(TokenKind::HOTP);
        let typed = |code| Verify { caller: KNOWN, ..verify_by("ana", "otp", code) };
        for _ in 0..12 {
            while let Err(Refusal::Waiting { until }) = w.run(typed(Evidence::otp("000000"))) {
                w.clock.set(until);
            }
        }
        let code = otp(0);
        let right = typed(Evidence::otp(&code));
        w.clock.set(jump.from(w.clock_now()));
        if let Err(Refusal::Waiting { until: then }) = w.run(right) {
            assert!(then - w.clock_now() <= HOUR + 120 * SECOND, "{jump:?}");
            w.clock.set(then - 1);
            assert_eq!(until(w.run(right)), then, "{jump:?}");
            w.clock.set(then);
            assert_eq!(named(w.run(right)), "granted", "{jump:?}");
        }
    }
}

#[test]
fn failure_33_what_a_clock_was_when_a_code_was_used_is_what_is_shown() {
    let w = with_token(TokenKind::TOTP);
    w.clock.set(NOW - 100 * SECOND);
    sign_in(&w, &otp(step(NOW - 100 * SECOND))).unwrap();
    let shown = w.run(Describe { account: "ana" }).unwrap();
    assert_eq!(shown.tokens[0].used, Some(NOW - 100 * SECOND), "the real time");
    assert_eq!(shown.tokens[0].clock_ahead, 0, "and so is the drift's");
    assert_eq!(shown.events.last().unwrap().at, NOW, "the record's own clock never falls");
}
