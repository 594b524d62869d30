//! Tokens and recovery codes on the account, from their making to their end.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

mod common;

use common::*;
use pinbolt::{
    Refusal,
    op::{
        ConfirmToken, Describe, Evidence, IssueRecoveryCodes, RemoveToken, ResyncToken, TokenKind,
    },
};

#[test]
fn a_totp_is_added_confirmed_used_and_removed() {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    let step = step(NOW);
    let token = w.run(token(TokenKind::TOTP)).unwrap().token;
    let sign_in = |code: &str| w.run(verify_by("ana", "otp", Evidence::otp(code))).map(drop);
    assert_eq!(sign_in(&otp(step)), Err(Refusal::WrongCredentials), "a candidate signs nobody in");
    let confirm = |code: &str| w.run(ConfirmToken { account: "ana", token, code, caller: CALLER });
    assert_eq!(confirm("000000"), Err(Refusal::WrongCode { tries_left: 9 }));
    confirm(&otp(step)).unwrap();
    assert_eq!(sign_in(&otp(step)), Err(Refusal::AlreadyUsed), "the confirming code");
    w.clock.advance(30_000);
    sign_in(&otp(step + 1)).unwrap();
    assert_eq!(sign_in(&otp(step + 1)), Err(Refusal::AlreadyUsed));
    w.clock.advance(30_000);
    let both = |pin: &str, code: &str| {
        w.run(verify_by("ana", "pin-otp", Evidence::pin(pin).and_otp(code))).map(drop)
    };
    assert_eq!(both(WRONG_PIN, &otp(step + 2)), Err(Refusal::WrongCredentials));
    assert_eq!(both(PIN, "000000"), Err(Refusal::WrongCredentials));
    both(PIN, &otp(step + 2)).unwrap();
    w.clock.advance(30_000);
    let joined = format!("{PIN}{}", otp(step + 3));
    w.run(verify_by("ana", "pin-otp", Evidence::pin_then_otp(&joined))).unwrap();
    let shown = w.run(Describe { account: "ana" }).unwrap();
    assert_eq!((shown.tokens.len(), shown.tokens[0].label.as_str()), (1, "phone"));
    w.run(RemoveToken { account: "ana", token, authority: by_operator() }).unwrap();
    w.clock.advance(30_000);
    assert_eq!(sign_in(&otp(step + 4)), Err(Refusal::WrongCredentials));
}

#[test]
fn a_hotp_is_found_again_by_two_codes() {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    let token = w.run(standing(TokenKind::HOTP)).unwrap().token;
    let sign_in = |code: &str| w.run(verify_by("ana", "otp", Evidence::otp(code))).map(drop);
    sign_in(&otp(5)).unwrap();
    assert_eq!(sign_in(&otp(5)), Err(Refusal::AlreadyUsed));
    assert_eq!(sign_in(&otp(12)), Err(Refusal::WrongCredentials), "beyond the look-ahead");
    let resync = |first: &str, second: &str| {
        w.run(ResyncToken { account: "ana", token, first, second, caller: CALLER })
    };
    resync(&otp(40), &otp(41)).unwrap();
    assert_eq!(sign_in(&otp(41)), Err(Refusal::AlreadyUsed));
    sign_in(&otp(42)).unwrap();
    assert_eq!(resync(&otp(30), &otp(31)), Err(Refusal::WrongCredentials), "never back");
}

#[test]
fn recovery_codes_are_good_once_and_replaced_as_a_set() {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    let issue = || w.run(IssueRecoveryCodes { account: "ana", authority: by_operator() });
    let codes: Vec<String> = issue().unwrap().iter().map(Into::into).collect();
    assert_eq!(codes.len(), 10);
    let recover =
        |code: &str| w.run(verify_by("ana", "recover", Evidence::recovery_code(code))).map(drop);
    recover(&codes[3].to_lowercase()).unwrap();
    assert_eq!(recover(&codes[3]), Err(Refusal::AlreadyUsed));
    assert_eq!(w.run(Describe { account: "ana" }).unwrap().recovery_codes_left, Some(9));
    let newer: Vec<String> = issue().unwrap().iter().map(Into::into).collect();
    assert_eq!(recover(&codes[4]), Err(Refusal::WrongCredentials), "the older set is over");
    recover(&newer[0]).unwrap();
}
