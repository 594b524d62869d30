//! Steam's codes: what makes them, what may be typed, and a token of them from its making to its end.
//! What an unknown name answers is in `law_07_tokens.rs`, absurd records are in
//! `bad_numbers_tokens.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod steps;

use common::*;
use data_encoding::HEXLOWER;
use pinbolt::{
    Authenticator, Input, Lane, Misuse, Refusal, driver,
    oath::{Algorithm, Code, Hotp, Totp},
    op::{
        AddToken, ConfirmToken, Describe, Evidence, Import, ImportedToken, RemoveToken,
        ResyncToken, TokenKind, TokenSecret, TokenState, Took, Weak,
    },
    testkit::MemoryStore,
};
use proptest::{prelude::*, test_runner::Config};
use serde_json::Value;
use steps::*;
use subtle::ConstantTimeEq;

const MALFORMED: Refusal = Refusal::Malformed { input: Input::Otp };
const LETTERS: &[u8] = b"23456789BCDFGHJKMNPQRTVWXY";

fn rows(of: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("vectors/steam.json")).unwrap();
    all[of].as_array().unwrap().clone()
}

/// The code of [`SECRET`] at a step.
fn steam(step: u64) -> String {
    Totp::steam(SECRET).unwrap().code(step).as_str().into()
}

// The functions.

#[test]
fn codes_are_as_another_implementation_makes_them() {
    let rows = rows("vectors");
    assert_eq!(rows.len(), 38);
    for row in rows {
        let secret = HEXLOWER.decode(row["secret"].as_str().unwrap().as_bytes()).unwrap();
        let totp = Totp::steam(&secret).unwrap();
        let (now, step) = (row["seconds"].as_u64().unwrap() * 1000, row["step"].as_u64().unwrap());
        let expected = row["code"].as_str().unwrap();
        assert_eq!((totp.step(now), totp.period(), totp.start()), (Some(step), 30, 0));
        assert_eq!(totp.code_at(now).unwrap().as_str(), expected);
        let typed = totp.hotp().parse(&expected.to_ascii_lowercase()).unwrap();
        assert_eq!(totp.hotp().matching(&typed, step, 1), Some(step));
        assert_eq!(totp.hotp().matching(&typed, step + 1, 2), None);
    }
}

#[test]
fn failure_31_what_may_be_typed() {
    let (rows, totp) = (rows("typed"), Totp::steam(SECRET).unwrap());
    assert_eq!(rows.len(), 48);
    for row in rows {
        let (text, expected) = (row["text"].as_str().unwrap(), row["code"].as_str());
        match (Code::parse_steam(text), expected) {
            (Ok(code), Some(expected)) => {
                assert_eq!((code.as_str(), code.digits()), (expected, 5), "{text:?}");
                let step = row["step"].as_u64().unwrap();
                assert_eq!(totp.hotp().matching(&code, step - 1, 3), Some(step), "{text:?}");
            }
            (Err(refusal), None) => assert_eq!(refusal, MALFORMED, "{text:?}"),
            (read, _) => panic!("{text:?}: {read:?}"),
        }
    }
}

#[test]
fn letters_that_are_all_digits_are_no_decimal_code() {
    let decimal = |number: u64| Code::parse(&format!("{number:05}"), 5).unwrap();
    for (nth, text) in [(0, "22222"), (1, "32222"), (26, "23222"), (5 * 26, "27222")] {
        let code = Code::parse_steam(text).unwrap();
        assert!(!bool::from(code.ct_eq(&decimal(nth))), "{text} writes {nth}");
        assert!(!bool::from(code.ct_eq(&decimal(text.parse().unwrap()))), "{text}");
        assert!(bool::from(code.ct_eq(&Code::parse_steam(text).unwrap())));
    }
}

#[test]
fn one_key_makes_codes_of_another_form_that_never_match() {
    let (letters, digits) =
        (Totp::steam(SECRET).unwrap(), Hotp::new(Algorithm::Sha1, 6, SECRET).unwrap());
    for step in 0..2_000 {
        assert_eq!(digits.matching(&letters.code(step), step, 1), None);
        assert_eq!(letters.hotp().matching(&digits.code(step), step, 1), None);
        let pair = (&letters.code(step), &letters.code(step + 1));
        assert_eq!(digits.resynchronize(pair, step, 5), None);
        assert_eq!(letters.hotp().resynchronize(pair, step, 5), Some(step + 1));
    }
}

#[test]
fn failure_32_short_secrets_and_none() {
    for length in 0..16 {
        let secret = &SECRET[..length];
        assert_eq!(Totp::steam(secret).err(), Some(Misuse::ShortSecret));
        let short = Totp::steam_with_dangerously_short_secret(secret);
        assert_eq!(short.is_err(), length == 0);
    }
    Totp::steam(&SECRET[..16]).unwrap();
}

proptest! {
    #![proptest_config(Config { cases: 2_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_letters_are_all_of_the_31_bits_below_26_to_the_fifth(
        secret in prop::collection::vec(any::<u8>(), 16..100),
        step in any::<u64>(),
    ) {
        let whole = Hotp::new(Algorithm::Sha1, 10, &secret).unwrap().code(step);
        let mut number: usize = whole.as_str().parse().unwrap();
        let expected: Vec<u8> = (0..5)
            .map(|_| {
                let letter = LETTERS[number % 26];
                number /= 26;
                letter
            })
            .collect();
        let code = Totp::steam(&secret).unwrap().code(step);
        prop_assert_eq!(code.as_str().as_bytes(), &expected);
    }
}

// A token.

/// What adds a token of [`SECRET`] to `ana`, as a candidate.
fn added() -> AddToken<'static> {
    AddToken { digits: 5, ..token(TokenKind::Steam) }
}

fn with_ana() -> World<MemoryStore> {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    w
}

fn sign_in(w: &World<MemoryStore>, code: &str) -> &'static str {
    named(w.run(verify_by("ana", "otp", Evidence::otp(code))))
}

fn confirm(w: &World<MemoryStore>, token: u32, code: &str) -> Result<(), Refusal> {
    w.run(ConfirmToken { account: "ana", token, code, caller: CALLER })
}

fn resync(w: &World<MemoryStore>, token: u32, pair: (&str, &str)) -> Result<(), Refusal> {
    w.run(ResyncToken { account: "ana", token, first: pair.0, second: pair.1, caller: CALLER })
}

fn shown(w: &World<MemoryStore>) -> Vec<TokenState> {
    w.run(Describe { account: "ana" }).unwrap().tokens
}

fn failures(w: &World<MemoryStore>) -> u32 {
    count(w, Authenticator::OTP, Lane::Stranger)
}

#[test]
fn a_steam_token_is_added_confirmed_used_and_removed() {
    let w = with_ana();
    let now = step(NOW);
    let token = w.run(added()).unwrap().token;
    assert_eq!(sign_in(&w, &steam(now)), "WrongCredentials", "a candidate signs nobody in");
    for bad in [otp(now).as_str(), "", "2222", "222222", "A2222"] {
        assert_eq!(confirm(&w, token, bad), Err(MALFORMED), "{bad:?}");
    }
    assert_eq!(confirm(&w, token, "22222"), Err(Refusal::WrongCode { tries_left: 9 }));
    confirm(&w, token, &steam(now).to_ascii_lowercase()).unwrap();
    assert_eq!(sign_in(&w, &steam(now)), "AlreadyUsed", "the confirming code");
    w.clock.advance(30_000);
    let code = steam(now + 1).to_ascii_lowercase();
    assert_eq!(sign_in(&w, &format!(" {}-{} ", &code[..2], &code[2..])), "granted");
    for again in [code.clone(), code.to_ascii_uppercase(), format!("{} {}", &code[..3], &code[3..])]
    {
        assert_eq!(sign_in(&w, &again), "AlreadyUsed", "failure 12: the step, not the string");
    }
    w.clock.advance(30_000);
    let both = |code| verify_by("ana", "pin-otp", Evidence::pin(PIN).and_otp(code));
    assert_eq!(named(w.run(both(&steam(now + 2)))), "granted");
    let state = &shown(&w)[0];
    let form = (state.kind, state.algorithm, state.digits, state.clock_ahead);
    assert_eq!(form, (TokenKind::Steam, Algorithm::Sha1, 5, 0));
    w.run(RemoveToken { account: "ana", token, authority: by_operator() }).unwrap();
    w.clock.advance(30_000);
    assert_eq!(sign_in(&w, &steam(now + 3)), "WrongCredentials");
    assert_eq!(shown(&w), []);
}

#[test]
fn its_form_is_fixed() {
    let w = with_ana();
    for digits in (0..=u8::MAX).filter(|digits| *digits != 5) {
        let error = w.engine.run(AddToken { digits, ..added() }).map(drop);
        assert!(matches!(error, Err(driver::Error::Misuse(Misuse::Token))), "{digits} digits");
    }
    for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
        let error = w.engine.run(AddToken { algorithm, ..added() }).map(drop);
        assert!(matches!(error, Err(driver::Error::Misuse(Misuse::Token))), "{algorithm}");
    }
    for kind in [TokenKind::TOTP, TokenKind::HOTP] {
        let error = w.engine.run(AddToken { kind, ..added() }).map(drop);
        assert!(matches!(error, Err(driver::Error::Misuse(Misuse::Token))), "5 digits of {kind:?}");
    }
    assert_eq!(shown(&w), []);
}

#[test]
fn failure_32_a_short_secret_is_entered_by_name_alone() {
    let w = with_ana();
    let short = &SECRET[..15];
    let given = w.engine.run(AddToken { secret: TokenSecret::Given(short), ..added() }).map(drop);
    assert!(matches!(given, Err(driver::Error::Misuse(Misuse::ShortSecret))));
    let named = AddToken { secret: TokenSecret::DangerouslyShort(short), ..added() };
    w.run(AddToken { confirmed: true, ..named }).unwrap();
    let code = Totp::steam_with_dangerously_short_secret(short).unwrap().code(step(NOW));
    assert_eq!(sign_in(&w, code.as_str()), "granted");
    let made = w.run(AddToken { secret: TokenSecret::Generated, ..added() }).unwrap();
    assert_eq!(made.secret().map(<[u8]>::len), Some(20));
}

#[test]
fn failure_13_its_clock_is_found_again_and_never_goes_back() {
    let w = with_ana();
    let now = step(NOW);
    let token = w.run(AddToken { confirmed: true, ..added() }).unwrap().token;
    assert_eq!(sign_in(&w, &steam(now + 20)), "WrongCredentials", "beyond the window");
    let (first, second) = (steam(now + 20), steam(now + 21).to_ascii_lowercase());
    assert_eq!(resync(&w, token, (&otp(now + 20), &second)), Err(MALFORMED));
    assert_eq!(failures(&w), 1, "what is malformed isn't counted");
    resync(&w, token, (&first, &second)).unwrap();
    assert_eq!(failures(&w), 0, "it is a success");
    assert_eq!(shown(&w)[0].clock_ahead, 21);
    assert_eq!(sign_in(&w, &second), "AlreadyUsed");
    assert_eq!(resync(&w, token, (&first, &second)), Err(Refusal::WrongCredentials));
    w.clock.advance(30_000);
    assert_eq!(sign_in(&w, &steam(now + 22)), "granted");
}

#[test]
fn law_2_a_wrong_one_counts_and_a_malformed_one_does_not() {
    let w = with_ana();
    w.run(AddToken { confirmed: true, ..added() }).unwrap();
    for bad in ["", "BCDF", "BCDFGH", "BCDFA", "12345", "BCDF\n"] {
        assert_eq!(sign_in(&w, bad), "Malformed", "{bad:?}");
        assert_eq!(failures(&w), 0);
    }
    // A code of digits is compared with it too: what is typed tells nothing of the account.
    for (nth, wrong) in (1..).zip(["22222", "bcdfg", "000000", "0000000000"]) {
        assert_eq!(sign_in(&w, wrong), "WrongCredentials", "{wrong:?}");
        assert_eq!(failures(&w), nth);
    }
}

#[test]
fn it_stands_beside_a_token_of_digits_and_each_takes_its_own() {
    let w = with_ana();
    let now = step(NOW);
    let own = *b"the secret of a Steam app.....";
    let letters = |step| Totp::steam(&own).unwrap().code(step);
    w.run(AddToken { secret: TokenSecret::Given(&own), confirmed: true, ..added() }).unwrap();
    w.run(standing(TokenKind::TOTP)).unwrap();
    assert_eq!(sign_in(&w, letters(now).as_str()), "granted");
    assert_eq!(sign_in(&w, &otp(now)), "granted");
    assert_eq!(sign_in(&w, &steam(now)), "WrongCredentials", "the other's number in letters");
    assert_eq!(failures(&w), 2, "two tokens: two guesses");
    w.clock.advance(30_000);
    let joined = format!("{PIN}{}", otp(now + 1));
    let joined = verify_by("ana", "pin-otp", Evidence::pin_then_otp(&joined));
    assert_eq!(named(w.run(joined)), "granted", "a Steam token stands in nobody's way");
}

#[test]
fn failure_10_what_was_used_in_another_system_is_used_here() {
    let (w, now) = (world_with(with_tokens().build().unwrap()), step(NOW));
    let tokens = [ImportedToken {
        label: "phone",
        kind: TokenKind::Steam,
        algorithm: Algorithm::Sha1,
        digits: 5,
        secret: SECRET,
        last_step: Some(now),
        clock_ahead: 0,
    }];
    let import = || Import {
        account: "ana",
        tokens: &tokens,
        recovery_codes: None,
        pin: None,
        failures: None,
        dangerously_accept: Weak::default(),
        operator: operator(),
    };
    assert_eq!(w.run(import()).unwrap().tokens, [(Took::Added, 1)]);
    assert_eq!(shown(&w)[0].kind, TokenKind::Steam);
    assert_eq!(sign_in(&w, &steam(now)), "AlreadyUsed");
    w.clock.advance(30_000);
    assert_eq!(sign_in(&w, &steam(now + 1)), "granted");
    assert_eq!(w.run(import()).unwrap().tokens, [(Took::Kept, 1)]);
    assert_eq!(sign_in(&w, &steam(now + 1)), "AlreadyUsed");
}

#[test]
fn one_key_is_one_token_in_letters_or_in_digits() {
    let w = with_ana();
    w.run(AddToken { confirmed: true, ..added() }).unwrap();
    for add in [standing(TokenKind::TOTP), standing(TokenKind::HOTP), added()] {
        assert_eq!(w.run(add).map(drop), Err(Refusal::TokenExists));
    }
}

#[test]
fn behind_a_pin_as_one_it_is_never_taken() {
    // The first step whose code is of digits alone.
    let (w, mut at) = (with_ana(), step(NOW));
    while !steam(at).bytes().all(|letter| letter.is_ascii_digit()) {
        at += 1;
    }
    w.clock.advance(at * 30_000 - NOW);
    w.run(AddToken { confirmed: true, ..added() }).unwrap();
    let joined = format!("{PIN}{}", steam(at));
    let joined = verify_by("ana", "pin-otp", Evidence::pin_then_otp(&joined));
    assert_eq!(named(w.run(joined)), "WrongCredentials");
    let letters = verify_by("ana", "pin-otp", Evidence::pin_then_otp("802714BCDFG"));
    assert_eq!(w.run(letters).map(drop), Err(Refusal::Malformed { input: Input::Joined }));
    let code = steam(at);
    let both = verify_by("ana", "pin-otp", Evidence::pin(PIN).and_otp(&code));
    assert_eq!(named(w.run(both)), "granted");
}
