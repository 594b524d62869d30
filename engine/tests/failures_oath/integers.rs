//! Line 30: every number at its ends. Nothing overflows, panics or is accepted twice.

use pinbolt::{
    Misuse, Policy, Refusal,
    driver::Error,
    oath::{Algorithm, Hotp, Totp},
    op::{AddToken, Describe, Enroll, TokenKind},
    policy::SETTINGS,
    testkit::MemoryStore,
};

use crate::{USED, WRONG, common::*, confirm, resync, sign_in};

const MAX: u64 = u64::MAX;

/// Every setting of tokens at its least, its default, its greatest.
fn policies() -> [Policy; 3] {
    let of = |value: fn(&pinbolt::policy::Setting) -> u64| {
        let tokens = SETTINGS
            .iter()
            .filter(|s| ["totp.", "hotp.", "otp."].iter().any(|prefix| s.path.starts_with(prefix)));
        let set = |builder: pinbolt::policy::Builder, s: &pinbolt::policy::Setting| {
            builder.set(s.path, value(s)).unwrap()
        };
        tokens.fold(with_tokens(), set).build().unwrap()
    };
    [of(|s| s.min), of(|s| s.default), of(|s| s.max)]
}

/// A world whose time is `now` from its beginning.
fn at(now: u64, policy: Policy) -> World<MemoryStore> {
    let w = world_with(policy);
    w.clock.set(now);
    w.run(Enroll { account: "ana", pin: None, addresses: &[], asserted_by: None }).unwrap();
    w
}

fn add(w: &World<MemoryStore>, kind: TokenKind) -> u32 {
    w.run(standing(kind)).unwrap().token
}

#[test]
fn failure_30_a_hotp_at_the_end_of_its_counter() {
    for policy in policies() {
        let w = at(NOW, policy.clone());
        let token = add(&w, TokenKind::Hotp { counter: MAX - 1 });
        assert_eq!(sign_in(&w, &otp(MAX)), Err(WRONG), "there is none after it to wait for");
        assert_eq!(sign_in(&w, &otp(MAX - 1)), Ok(()));
        assert_eq!(sign_in(&w, &otp(MAX - 1)), Err(USED));
        assert_eq!(sign_in(&w, &otp(MAX)), Err(WRONG));
        for first in [MAX - 3, MAX - 2, MAX - 1] {
            assert_eq!(resync(&w, token, (&otp(first), &otp(first + 1))), Err(WRONG));
        }
        assert_eq!(sign_in(&w, &otp(0)), Err(WRONG), "nor does it begin anew");
        let counter = w.run(Describe { account: "ana" }).unwrap().tokens[0].kind;
        assert_eq!(counter, TokenKind::Hotp { counter: MAX });

        let w = at(NOW, policy.clone());
        let token = add(&w, TokenKind::Hotp { counter: MAX });
        for code in [MAX, MAX - 1, 0] {
            let expected = if code == MAX - 1 { USED } else { WRONG };
            assert_eq!(sign_in(&w, &otp(code)), Err(expected), "{code}");
        }
        assert_eq!(resync(&w, token, (&otp(MAX), &otp(MAX))), Err(WRONG));

        let w = at(NOW, policy.clone());
        let token = add(&w, TokenKind::Hotp { counter: MAX - 3 });
        assert_eq!(resync(&w, token, (&otp(MAX - 1), &otp(MAX))), Err(WRONG));
        let last = w.run(Describe { account: "ana" }).unwrap().tokens[0].kind;
        assert_eq!(last, TokenKind::Hotp { counter: MAX - 3 });
        assert_eq!(resync(&w, token, (&otp(MAX - 3), &otp(MAX - 2))), Ok(()));
        assert_eq!(sign_in(&w, &otp(MAX - 1)), Ok(()));
        assert_eq!(sign_in(&w, &otp(MAX)), Err(WRONG));

        let w = at(NOW, policy);
        let token = w.run(crate::token(TokenKind::Hotp { counter: MAX })).unwrap().token;
        assert_eq!(confirm(&w, token, &otp(MAX)), Err(Refusal::WrongCode { tries_left: 9 }));
    }
}

#[test]
fn failure_30_a_totp_under_every_period_start_and_time() {
    let (mut accepted, mut before) = (0, 0);
    for policy in policies() {
        for now in [0, 1, 999, 1_000, NOW, MAX - 1, MAX] {
            for period in [1, 2, 30, u32::MAX] {
                for start in [0, 1, NOW / 1000, NOW / 1000 + 1, MAX / 1000, MAX] {
                    let case = format!("{period} s from {start} at {now}");
                    let w = at(now, policy.clone());
                    let token = add(&w, TokenKind::Totp { period, start });
                    let hotp = Hotp::new(Algorithm::Sha1, 6, SECRET).unwrap();
                    let Some(step) = Totp::new(hotp, period, start).unwrap().step(now) else {
                        before += 1;
                        for none in [0, 1, MAX - 1, MAX] {
                            assert_eq!(sign_in(&w, &otp(none)), Err(WRONG), "{case}");
                        }
                        let pair = (&*otp(0), &*otp(1));
                        assert_eq!(resync(&w, token, pair), Err(WRONG), "{case}");
                        continue;
                    };
                    accepted += 1;
                    assert_eq!(sign_in(&w, &otp(step)), Ok(()), "{case}");
                    assert_eq!(sign_in(&w, &otp(step)), Err(USED), "{case}");
                    assert_eq!(sign_in(&w, &otp(step + 2_000)), Err(WRONG), "{case}");
                    let pair = (&*otp(step + 1), &*otp(step + 2));
                    assert_eq!(resync(&w, token, pair), Ok(()), "{case}");
                    assert_eq!(sign_in(&w, &otp(step + 2)), Err(USED), "{case}");
                    let shown = w.run(Describe { account: "ana" }).unwrap();
                    assert_eq!(shown.tokens[0].clock_ahead, 2, "{case}");
                    assert_eq!(shown.tokens[0].used, Some(now), "{case}");
                }
            }
        }
    }
    assert!(accepted > 150 && before > 150, "{accepted} with a step, {before} before the first");
}

#[test]
fn failure_30_a_step_beyond_32_bits() {
    let now = (1u64 << 33) * 1000;
    for period in [1, 2] {
        let w = at(now, with_tokens().build().unwrap());
        add(&w, TokenKind::Totp { period, start: 0 });
        let step = (1u64 << 33) / u64::from(period);
        assert_eq!(sign_in(&w, &otp(step & 0xffff_ffff)), Err(WRONG), "its low half");
        assert_eq!(sign_in(&w, &otp(step)), Ok(()));
    }
}

#[test]
fn failure_30_an_offset_never_carries_a_step_out_of_its_range() {
    // At step 0 and behind: the window begins at 0, and so does the search for two codes.
    for policy in policies() {
        let w = at(0, policy);
        let token = add(&w, TokenKind::TOTP);
        let refused = resync(&w, token, (&otp(MAX), &otp(0)));
        assert_eq!(refused, Err(WRONG), "no step is before the first");
        assert_eq!(resync(&w, token, (&otp(0), &otp(1))), Ok(()));
        w.clock.set(1_000 * DAY);
        let now = step(1_000 * DAY);
        let behind = now - 1;
        assert_eq!(resync(&w, token, (&otp(behind - 1), &otp(behind))), Ok(()));
        // Its clock is now a step behind a time at which there is none; the throttle is empty.
        w.clock.set(0);
        assert_eq!(sign_in(&w, &otp(MAX)), Err(Refusal::Throttled { until: 12 * HOUR }));
        w.clock.set(12 * HOUR);
        assert_eq!(sign_in(&w, &otp(behind)), Err(USED));
        w.clock.set(MAX);
        assert_eq!(sign_in(&w, &otp(step(MAX) - 1)), Ok(()));
    }
}

#[test]
fn failure_30_what_is_added_out_of_bounds_is_misuse_and_nothing_is_written() {
    let w = at(NOW, with_tokens().build().unwrap());
    let (long, before) = ("l".repeat(65), w.engine.store().rows());
    let totp = |period| TokenKind::Totp { period, start: 0 };
    let bad: [AddToken<'_>; 9] = [
        AddToken { digits: 0, ..standing(TokenKind::HOTP) },
        AddToken { digits: 5, ..standing(TokenKind::HOTP) },
        AddToken { digits: 11, ..standing(TokenKind::HOTP) },
        AddToken { digits: u8::MAX, ..standing(TokenKind::HOTP) },
        standing(totp(0)),
        AddToken { label: "", ..standing(TokenKind::HOTP) },
        AddToken { label: &long, ..standing(TokenKind::HOTP) },
        AddToken { label: "a\nb", ..standing(TokenKind::HOTP) },
        AddToken { label: "a\u{7f}", ..standing(TokenKind::HOTP) },
    ];
    for add in bad {
        let (digits, label) = (add.digits, add.label.len());
        let added = w.engine.run(add);
        assert!(matches!(added, Err(Error::Misuse(Misuse::Token))), "{digits}, {label}: {added:?}");
    }
    assert_eq!(w.engine.store().rows(), before);
    for digits in Hotp::DIGITS {
        let secret = [digits; 20];
        let secret = pinbolt::op::TokenSecret::Given(&secret);
        let add = AddToken { digits, secret, label: &long[..64], ..standing(totp(1)) };
        w.run(add).unwrap();
    }
}
