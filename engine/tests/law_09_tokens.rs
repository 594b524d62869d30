//! Law 9, for tokens and recovery codes: hash, digits, period, start and cost are the ones with which
//! they were made. A change of policy or of the active key breaks none of them; the windows are the
//! policy's, and change at once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod moving;
mod stepping;

use common::*;
use pinbolt::{
    Error, Failure, Keyring, Pinbolt, Policy,
    oath::{Algorithm, Hotp, Totp},
    op::{
        AddToken, Describe, Evidence, IssueRecoveryCodes, ResyncToken, TokenKind, TokenSecret,
        TokenState,
    },
    policy::Builder,
};
use stepping::{Asked, Ground, told};

const OLD_COST: (u32, u32, u32) = (8, 1, 1);
const NEW_COST: (u32, u32, u32) = (8, 2, 1);
const SECOND_SECRET: [u8; 32] = *b"the second secret of the tests..";

fn changed(changes: &[(&str, u64)]) -> Policy {
    let change = |builder: Builder, (path, value): &(&str, u64)| builder.set(path, *value);
    changes.iter().try_fold(with_tokens(), change).unwrap().build().unwrap()
}

/// Everything that can be different for tokens and recovery codes is.
fn another() -> Policy {
    changed(&[
        ("hash.passes", 2),
        ("code.digits", 8),
        ("pin.min_digits", 12),
        ("totp.back", 2),
        ("totp.ahead", 1),
        ("totp.drift", 0),
        ("hotp.look_ahead", 0),
        ("otp.resync", 2),
        ("recovery.codes", 3),
        ("throttle.burst", 20),
    ])
}

fn opened(keys: Keyring, policy: Policy) -> Pinbolt {
    Pinbolt::open(keys, policy, "tests").unwrap()
}

fn rotated() -> Keyring {
    let mut keys = keys();
    keys.rotate(2, SECOND_SECRET).unwrap();
    keys
}

fn only_the_second() -> Keyring {
    Keyring::new(*b"the index key of the tests, 32 b", 2, SECOND_SECRET).unwrap()
}

fn ground() -> Ground {
    let ground = Ground::new(changed(&[]));
    ground.enroll_ana();
    ground
}

fn ask(ground: &Ground, purpose: &str, evidence: Evidence<'_>) -> &'static str {
    named(ground.run(verify_by("ana", purpose, evidence)))
}

/// The code that a token of these parameters shows at a time, or after so many.
fn shown(state: &TokenState, (now, counter): (u64, u64)) -> String {
    let hotp = Hotp::new(state.algorithm, state.digits, SECRET).unwrap();
    let code = match state.kind {
        TokenKind::Totp { period, start } => {
            Totp::new(hotp, period, start).unwrap().code_at(now).unwrap()
        }
        _ => hotp.code(counter),
    };
    code.as_str().into()
}

/// A token of each hash, length and kind.
fn tokens() -> Vec<AddToken<'static>> {
    let kinds = [
        TokenKind::HOTP,
        TokenKind::TOTP,
        TokenKind::Totp { period: 1, start: 0 },
        TokenKind::Totp { period: 60, start: 1_111_111_109 },
        TokenKind::Totp { period: 86_400, start: NOW / 1000 - 5 },
    ];
    let mut all = Vec::new();
    for algorithm in Algorithm::ALL {
        for digits in Hotp::DIGITS {
            let of = |kind| AddToken { algorithm, digits, ..standing(kind) };
            all.extend(kinds.map(of));
        }
    }
    all
}

#[test]
fn a_change_of_policy_and_key_breaks_no_token() {
    let mut tried = 0;
    for add in tokens() {
        let (algorithm, digits, kind) = (add.algorithm, add.digits, add.kind);
        let before = ground();
        before.run(add).unwrap();
        let state = before.run(Describe { account: "ana" }).unwrap().tokens.remove(0);
        assert_eq!((state.algorithm, state.digits, state.kind), (algorithm, digits, kind));
        let sign_in = |ground: &Ground, counter| {
            ask(ground, "otp", Evidence::otp(&shown(&state, (ground.now.get(), counter))))
        };
        assert_eq!(sign_in(&before, 0), "granted", "{state:?}");
        let after = before.under(opened(rotated(), another()));
        assert_eq!(sign_in(&after, 0), "AlreadyUsed", "{state:?}");
        after.advance(2 * DAY);
        assert_eq!(sign_in(&after, 1), "granted", "{state:?}");
        let now = after.run(Describe { account: "ana" }).unwrap().tokens.remove(0);
        let counted = matches!(now.kind, TokenKind::Hotp { counter: 2 });
        assert!(now.kind == state.kind || counted, "{now:?}");
        assert_eq!((now.algorithm, now.digits, now.label), (algorithm, digits, state.label));
        tried += 1;
    }
    assert_eq!(tried, 3 * 5 * 5);
}

#[test]
fn a_candidate_is_confirmed_under_another_policy() {
    for (kind, at) in [(TokenKind::TOTP, step(NOW)), (TokenKind::HOTP, 0)] {
        let before = ground();
        let token = before.run(token(kind)).unwrap().token;
        let after = before.under(opened(rotated(), another()));
        let code = otp(at);
        let confirm =
            pinbolt::op::ConfirmToken { account: "ana", token, code: &code, caller: CALLER };
        assert_eq!(named(after.run(confirm)), "granted", "{kind:?}");
    }
}

#[test]
fn the_windows_are_the_policys_and_change_at_once() {
    let narrow = || opened(keys(), changed(&[("hotp.look_ahead", 0)]));
    let wide = || opened(keys(), changed(&[("hotp.look_ahead", 50)]));
    let before = ground();
    before.run(standing(TokenKind::HOTP)).unwrap();
    for (pinbolt, counter, expected) in [
        (narrow(), 1, "WrongCredentials"),
        (narrow(), 0, "granted"),
        (wide(), 52, "WrongCredentials"),
        (wide(), 51, "granted"),
    ] {
        let after = before.under(pinbolt);
        assert_eq!(ask(&after, "otp", Evidence::otp(&otp(counter))), expected, "{counter}");
    }
    let before = ground();
    before.run(standing(TokenKind::TOTP)).unwrap();
    let still = || opened(keys(), changed(&[("totp.back", 0), ("totp.drift", 0)]));
    let loose = || opened(keys(), changed(&[("totp.back", 10), ("totp.ahead", 10)]));
    let at = step(NOW);
    for (pinbolt, step, expected) in [
        (still(), at - 1, "WrongCredentials"),
        (loose(), at + 11, "WrongCredentials"),
        (loose(), at - 10, "granted"),
        (still(), at, "granted"),
        (loose(), at + 10, "granted"),
    ] {
        let after = before.under(pinbolt);
        assert_eq!(ask(&after, "otp", Evidence::otp(&otp(step))), expected, "{step}");
    }
}

#[test]
fn a_drift_seen_under_a_wider_policy_widens_a_narrower_one_only_so_far() {
    let wide = changed(&[("totp.back", 10), ("totp.drift", 10)]);
    for (drift, good) in [(0, 1), (2, 3), (10, 9)] {
        let before = Ground::new(wide.clone());
        before.enroll_ana();
        before.run(standing(TokenKind::TOTP)).unwrap();
        assert_eq!(ask(&before, "otp", Evidence::otp(&otp(step(NOW) - 8))), "granted");
        let after = before.under(opened(keys(), changed(&[("totp.drift", drift)])));
        after.advance(DAY);
        let now = step(after.now.get());
        let too_far = otp(now - good - 1);
        assert_eq!(ask(&after, "otp", Evidence::otp(&too_far)), "WrongCredentials", "{drift}");
        assert_eq!(ask(&after, "otp", Evidence::otp(&otp(now - good))), "granted", "{drift}");
    }
}

#[test]
fn a_clock_found_by_two_codes_stays_found_where_the_search_is_narrower() {
    let before = ground();
    let token = before.run(standing(TokenKind::TOTP)).unwrap().token;
    let at = step(NOW) + 40;
    let (first, second) = (&otp(at), &otp(at + 1));
    before.run(ResyncToken { account: "ana", token, first, second, caller: CALLER }).unwrap();
    let after = before.under(opened(rotated(), another()));
    after.advance(DAY);
    let code = otp(step(after.now.get()) + 41);
    assert_eq!(ask(&after, "otp", Evidence::otp(&code)), "granted");
}

fn issued(ground: &Ground) -> Vec<String> {
    let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
    ground.run(issue).unwrap().iter().map(Into::into).collect()
}

/// The answer, and the costs of the hashes.
fn costs(ground: &Ground, purpose: &str, evidence: Evidence<'_>) -> (&'static str, Vec<u32>) {
    let (outcome, trace) = ground.ask(verify_by("ana", purpose, evidence));
    let passes = |asked: &Asked| match asked {
        Asked::Hash((8, passes, 1)) => Some(*passes),
        Asked::Hash(other) => panic!("{other:?}"),
        _ => None,
    };
    (named(answered(outcome)), trace.iter().filter_map(passes).collect())
}

#[test]
fn recovery_codes_keep_their_number_and_their_cost() {
    let before = ground();
    let codes = issued(&before);
    assert_eq!(codes.len(), 10);
    assert_eq!(ask(&before, "recover", Evidence::recovery_code(&codes[0])), "granted");
    let after = before.under(opened(rotated(), another()));
    let (old, new) = (OLD_COST.1, NEW_COST.1);
    let wrong = Evidence::recovery_code("0000-0000-0000-0000");
    assert_eq!(costs(&after, "recover", wrong), ("WrongCredentials", vec![old]));
    for (nth, code) in codes.iter().enumerate() {
        let expected = if nth == 0 { "AlreadyUsed" } else { "granted" };
        let typed = Evidence::recovery_code(code);
        assert_eq!(costs(&after, "recover", typed), (expected, vec![old]), "{nth}");
    }
    let left = |ground: &Ground| ground.run(Describe { account: "ana" }).unwrap();
    assert_eq!(left(&after).recovery_codes_left, Some(0));
    let newer = issued(&after);
    assert_eq!((newer.len(), left(&after).recovery_codes_left), (3, Some(3)));
    let typed = Evidence::recovery_code(&newer[0]);
    assert_eq!(costs(&after, "recover", typed), ("granted", vec![new]));
}

#[test]
fn beside_an_older_list_the_pin_alone_is_renewed() {
    let before = ground();
    before.run(standing(TokenKind::TOTP)).unwrap();
    let codes = issued(&before);
    let after = before.under(opened(keys(), another()));
    let (old, new) = (OLD_COST.1, NEW_COST.1);
    let code = otp(step(NOW));
    let all = |pin| Evidence::pin(pin).and_otp(&code).and_recovery_code(&codes[1]);
    let wrong = costs(&after, "all", all(WRONG_PIN));
    assert_eq!(wrong, ("WrongCredentials", vec![old, old]));
    let right = costs(&after, "all", all(PIN));
    assert_eq!(right, ("granted", vec![old, old, new]));
    after.advance(MINUTE);
    let next = Evidence::pin(PIN).and_recovery_code(&codes[2]);
    assert_eq!(costs(&after, "pin-recover", next), ("granted", vec![new, old]));
}

#[test]
fn failure_40_a_missing_pepper_is_no_wrong_recovery_code() {
    let before = ground();
    let codes = issued(&before);
    // Sealed anew under the second key; the list's pepper is still the first one's.
    let after = before.under(opened(rotated(), changed(&[])));
    let wrong = Evidence::recovery_code("0000-0000-0000-0000");
    assert_eq!(ask(&after, "recover", wrong), "WrongCredentials");
    let without = before.under(opened(only_the_second(), changed(&[])));
    let counted = without.run(Describe { account: "ana" }).unwrap().ledgers;
    for code in [&codes[1], "0000-0000-0000-0000"] {
        for (purpose, typed) in [
            ("recover", Evidence::recovery_code(code)),
            ("pin-recover", Evidence::pin(PIN).and_recovery_code(code)),
        ] {
            let (outcome, _) = without.ask(verify_by("ana", purpose, typed));
            let Err(Error::Failure(failure)) = outcome else { panic!("{purpose}") };
            assert_eq!(failure, Failure::UnknownKey, "{purpose}");
        }
    }
    assert_eq!(without.run(Describe { account: "ana" }).unwrap().ledgers, counted);
    assert_eq!(ask(&after, "recover", Evidence::recovery_code(&codes[1])), "granted");
    let newer = issued(&after);
    assert_eq!(ask(&without, "recover", Evidence::recovery_code(&newer[0])), "granted");
}

#[test]
fn a_short_secret_let_in_by_its_door_goes_on() {
    let before = ground();
    let secret = TokenSecret::DangerouslyShort(b"0123456789");
    before.run(AddToken { secret, ..standing(TokenKind::HOTP) }).unwrap();
    let after = before.under(opened(rotated(), another()));
    let hotp = Hotp::with_dangerously_short_secret(Algorithm::Sha1, 6, b"0123456789").unwrap();
    let code = hotp.code(0);
    let verify = verify_by("ana", "otp", Evidence::otp(code.as_str()));
    assert_eq!(told(&after, verify).0, stepping::Told::Granted);
}

#[test]
fn an_imported_set_keeps_its_salt_cost_and_pepper_over_all_runs() {
    let before = ground();
    let import = || moving::listed(&moving::CODES);
    let hashes = |ground: &Ground| {
        let trace = ground.ask(import()).1;
        trace.into_iter().filter(|asked| matches!(asked, Asked::Hash(_))).collect::<Vec<_>>()
    };
    let hash = |(memory, passes, lanes)| vec![Asked::Hash((memory, passes, lanes)); 3];
    assert_eq!(hashes(&before), hash(OLD_COST));
    assert_eq!(ask(&before, "recover", Evidence::recovery_code(moving::CODES[1])), "granted");
    let after = before.under(opened(rotated(), another()));
    assert_eq!(hashes(&after), hash(OLD_COST), "under what it was made with");
    for (code, expected) in moving::CODES.into_iter().zip(["granted", "AlreadyUsed", "granted"]) {
        assert_eq!(ask(&after, "recover", Evidence::recovery_code(code)), expected);
    }
    let without = after.under(opened(only_the_second(), another()));
    let (outcome, _) = without.ask(import());
    assert_eq!(outcome.unwrap_err(), Error::Failure(Failure::UnknownKey));
}
