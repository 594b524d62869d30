//! Tokens and recovery codes: each has ledgers of its own, and a combination resets what it proved.

use pinbolt::{
    Authenticator, Lane, Refusal,
    driver::Store,
    op::{
        AddToken, ConfirmToken, Describe, Evidence, IssueRecoveryCodes, RemoveToken, ResyncToken,
        TokenKind, TokenSecret, Unlock, Verify,
    },
    testkit::MemoryStore,
};

use crate::{caller, common::*, steps::LANES};

const NOBODYS: &str = "0000-0000-0000-0000";
const WHAT: [Authenticator; 3] =
    [Authenticator::PIN, Authenticator::OTP, Authenticator::RECOVERY_CODE];
/// The counts at the beginning: PIN, one-time and recovery codes, from weak lane to strong.
const COUNTED: [[u32; 3]; 3] = [[1, 2, 3], [2, 3, 4], [3, 1, 2]];

/// A world in which each ledger holds another count, and its unused recovery codes.
fn counted() -> (World<MemoryStore>, Vec<String>) {
    let w = world_with(with_tokens().purpose(paper()).build().unwrap());
    w.enroll_as("ana", &[]);
    w.run(standing(TokenKind::HOTP)).unwrap();
    let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
    let codes = w.run(issue).unwrap().iter().map(Into::into).collect();
    let evidence =
        [Evidence::pin(WRONG_PIN), Evidence::otp("000000"), Evidence::recovery_code(NOBODYS)];
    for (at, purpose) in ["step-up", "otp", "recover"].into_iter().enumerate() {
        for (lane, times) in LANES.into_iter().zip(COUNTED[at]) {
            for _ in 0..times {
                assert_eq!(attempt(&w, lane, (purpose, evidence[at])), "WrongCredentials");
            }
        }
    }
    assert_eq!(counts(&w), COUNTED);
    (w, codes)
}

fn paper() -> pinbolt::policy::Purpose {
    pinbolt::policy::Purpose::otp("paper").and_recovery_code()
}

fn counts<S: Store>(w: &World<S>) -> [[u32; 3]; 3] {
    let ledgers = w.run(Describe { account: "ana" }).unwrap().ledgers;
    WHAT.map(|what| {
        LANES.map(|lane| {
            let mut own = ledgers.iter().filter(|l| (l.authenticator, l.lane) == (what, lane));
            own.next().map_or(0, |ledger| ledger.failures)
        })
    })
}

fn attempt(
    w: &World<MemoryStore>,
    lane: Lane,
    (purpose, evidence): (&str, Evidence<'_>),
) -> &'static str {
    named(w.run(Verify { caller: caller(lane), ..verify_by("ana", purpose, evidence) }))
}

/// The counts with these authenticators' at zero in a lane.
fn zeroed(which: &[usize], lane: Lane) -> [[u32; 3]; 3] {
    let at = LANES.iter().position(|other| *other == lane).unwrap();
    let mut counts = COUNTED;
    which.iter().for_each(|what| counts[*what][at] = 0);
    counts
}

#[test]
fn failure_44_each_success_resets_what_it_proved_in_its_own_lane() {
    for lane in LANES {
        for (purpose, which) in [
            ("step-up", &[0][..]),
            ("otp", &[1]),
            ("recover", &[2]),
            ("pin-otp", &[0, 1]),
            ("pin-recover", &[0, 2]),
            ("paper", &[1, 2]),
            ("all", &[0, 1, 2]),
        ] {
            let (w, codes) = counted();
            let code = otp(0);
            let has = |what| which.contains(&what);
            let evidence = Evidence {
                pin: has(0).then_some(PIN),
                otp: has(1).then_some(&code),
                recovery_code: has(2).then_some(&codes[0]),
                pin_then_otp: None,
            };
            assert_eq!(attempt(&w, lane, (purpose, evidence)), "granted");
            assert_eq!(counts(&w), zeroed(which, lane), "{purpose}, {lane:?}");
        }
    }
}

#[test]
fn failure_44_a_token_found_again_resets_codes_in_its_own_lane() {
    for lane in LANES {
        let (w, _) = counted();
        let (first, second, caller) = (&*otp(7), &*otp(8), caller(lane));
        w.run(ResyncToken { account: "ana", token: 1, first, second, caller }).unwrap();
        assert_eq!(counts(&w), zeroed(&[1], lane), "{lane:?}");
    }
}

#[test]
fn failure_44_a_part_that_was_right_in_vain_resets_nothing_and_stays_counted() {
    for lane in LANES {
        for (wrong, name) in [([false, true, true], "pin"), ([true, false, false], "codes")] {
            let (w, codes) = counted();
            let code = if wrong[1] { "000000".into() } else { otp(0) };
            let recovery = if wrong[2] { NOBODYS } else { &codes[0] };
            let evidence = Evidence::pin(if wrong[0] { WRONG_PIN } else { PIN });
            let evidence = evidence.and_otp(&code).and_recovery_code(recovery);
            assert_eq!(attempt(&w, lane, ("all", evidence)), "WrongCredentials");
            let mut expected = COUNTED;
            let at = LANES.iter().position(|other| *other == lane).unwrap();
            expected.iter_mut().for_each(|lanes| lanes[at] += 1);
            assert_eq!(counts(&w), expected, "{name} right, {lane:?}");
        }
    }
}

#[test]
fn failure_44_what_is_used_resets_nothing() {
    for lane in LANES {
        let (w, codes) = counted();
        let code = otp(0);
        let evidence = Evidence::otp(&code).and_recovery_code(&codes[0]);
        assert_eq!(attempt(&w, lane, ("paper", evidence)), "granted");
        let counted = counts(&w);
        for (purpose, evidence) in [
            ("otp", Evidence::otp(&code)),
            ("recover", Evidence::recovery_code(&codes[0])),
            ("pin-otp", Evidence::pin(PIN).and_otp(&code)),
        ] {
            for other in LANES {
                assert_eq!(attempt(&w, other, (purpose, evidence)), "AlreadyUsed");
                assert_eq!(counts(&w), counted, "{purpose}, {lane:?}");
            }
        }
    }
}

#[test]
fn failure_44_acts_on_tokens_and_codes_reset_nothing() {
    let (w, _) = counted();
    let secret = TokenSecret::Given(b"a secret of another token");
    let added = w.run(AddToken { secret, ..token(TokenKind::TOTP) }).unwrap().token;
    assert_eq!(counts(&w), COUNTED, "a candidate");
    let hotp =
        pinbolt::oath::Hotp::new(pinbolt::oath::Algorithm::Sha1, 6, b"a secret of another token");
    let code = hotp.unwrap().code(step(NOW));
    let confirm = |code| ConfirmToken { account: "ana", token: added, code, caller: CALLER };
    assert_eq!(named(w.run(confirm("000000"))), "WrongCode");
    assert_eq!(counts(&w), COUNTED, "a candidate's own try");
    w.run(confirm(code.as_str())).unwrap();
    assert_eq!(counts(&w), COUNTED, "confirmed");
    w.run(RemoveToken { account: "ana", token: added, authority: by_operator() }).unwrap();
    assert_eq!(counts(&w), COUNTED, "removed");
    let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
    assert_eq!(w.run(issue).unwrap().iter().len(), 10);
    assert_eq!(counts(&w), COUNTED, "another set");
}

#[test]
fn an_operator_unlocks_tokens_and_recovery_codes_apart_and_in_all_lanes() {
    for (what, authenticator) in WHAT.into_iter().enumerate() {
        let (w, _) = counted();
        w.run(Unlock { account: "ana", authenticator, authority: by_operator() }).unwrap();
        let mut expected = COUNTED;
        expected[what] = [0; 3];
        assert_eq!(counts(&w), expected, "{authenticator:?}");
    }
}

#[test]
fn a_success_gives_back_to_the_throttle_as_much_as_it_had_reserved() {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll_as("ana", &[]);
    w.run(standing(TokenKind::HOTP)).unwrap();
    let secret = TokenSecret::Given(b"a secret of another token");
    w.run(AddToken { secret, ..standing(TokenKind::HOTP) }).unwrap();
    let sign_in = |code: &str| w.run(verify_by("ana", "otp", Evidence::otp(code))).map(drop);
    for _ in 0..4 {
        assert_eq!(sign_in("000000"), Err(Refusal::WrongCredentials));
    }
    for counter in 0..5 {
        assert_eq!(sign_in(&otp(counter)), Ok(()));
        assert_eq!(sign_in(&otp(counter)), Err(Refusal::AlreadyUsed), "gives back too");
    }
    assert_eq!(counts(&w), [[0; 3]; 3]);
    assert_eq!(sign_in("000000"), Err(Refusal::WrongCredentials), "the fifth of two each");
    let throttled = Err(Refusal::Throttled { until: NOW + 24 * HOUR });
    assert_eq!(sign_in("000000"), throttled);
    assert_eq!(sign_in(&otp(5)), throttled);
}
