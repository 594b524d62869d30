//! Tokens on the account, from their making to their end. What may be tried with their codes is in
//! `failures_oath.rs`, with other parts beside them in `combinations.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod steps;

use common::*;
use pinbolt::{
    Accepted, Authenticator, Authority, Event, EventKind, Lane, Refusal,
    driver::Store,
    oath::{Algorithm, Hotp},
    op::{
        AddToken, Block, CancelAccount, ChangePin, ConfirmToken, Describe, Evidence, RemoveToken,
        ResyncToken, Step, TokenKind, TokenSecret, TokenState, Unblock, Verify,
    },
    testkit::MemoryStore,
};
use steps::*;

const WRONG: Refusal = Refusal::WrongCredentials;

fn with_ana() -> World<MemoryStore> {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    w
}

/// The same where accounts aren't hidden.
fn open_to_all() -> World<MemoryStore> {
    let w = world_with(with_tokens().set("accounts.hide", 0).unwrap().build().unwrap());
    w.enroll();
    w
}

fn sign_in<S: Store>(w: &World<S>, code: &str) -> Result<(), Refusal> {
    w.run(verify_by("ana", "otp", Evidence::otp(code))).map(drop)
}

fn confirm(w: &World<MemoryStore>, token: u32, code: &str) -> Result<(), Refusal> {
    w.run(ConfirmToken { account: "ana", token, code, caller: CALLER })
}

fn resync(w: &World<MemoryStore>, token: u32, pair: (&str, &str)) -> Result<(), Refusal> {
    w.run(ResyncToken { account: "ana", token, first: pair.0, second: pair.1, caller: CALLER })
}

fn remove(w: &World<MemoryStore>, token: u32) -> Result<(), Refusal> {
    w.run(RemoveToken { account: "ana", token, authority: by_operator() })
}

/// What adds the n-th of many tokens, each of a secret of its own.
fn nth(secret: &[u8; 20]) -> AddToken<'_> {
    AddToken { secret: TokenSecret::Given(secret), ..token(TokenKind::HOTP) }
}

fn code_of(secret: &[u8], counter: u64) -> String {
    Hotp::new(Algorithm::Sha1, 6, secret).unwrap().code(counter).as_str().into()
}

fn shown(w: &World<MemoryStore>) -> Vec<TokenState> {
    w.run(Describe { account: "ana" }).unwrap().tokens
}

fn numbers(w: &World<MemoryStore>) -> Vec<u32> {
    shown(w).iter().map(|token| token.token).collect()
}

fn failures(w: &World<MemoryStore>) -> u32 {
    count(w, Authenticator::OTP, Lane::Stranger)
}

/// A proof of PIN and one-time code, which authorizes.
fn proof(w: &World<MemoryStore>, code: &str) -> Accepted {
    w.run(verify_by("ana", "pin-otp", Evidence::pin(PIN).and_otp(code))).unwrap()
}

#[test]
fn a_totp_is_added_confirmed_used_and_removed() {
    let w = with_ana();
    let step = step(NOW);
    let token = w.run(token(TokenKind::TOTP)).unwrap().token;
    assert_eq!(sign_in(&w, &otp(step)), Err(WRONG), "a candidate signs nobody in");
    assert_eq!(confirm(&w, token, "000000"), Err(Refusal::WrongCode { tries_left: 9 }));
    confirm(&w, token, &otp(step)).unwrap();
    assert_eq!(sign_in(&w, &otp(step)), Err(Refusal::AlreadyUsed), "the confirming code");
    w.clock.advance(30_000);
    sign_in(&w, &otp(step + 1)).unwrap();
    assert_eq!(sign_in(&w, &otp(step + 1)), Err(Refusal::AlreadyUsed));
    w.clock.advance(30_000);
    drop(proof(&w, &otp(step + 2)));
    w.clock.advance(30_000);
    let joined = format!("{PIN}{}", otp(step + 3));
    w.run(verify_by("ana", "pin-otp", Evidence::pin_then_otp(&joined))).unwrap();
    remove(&w, token).unwrap();
    w.clock.advance(30_000);
    assert_eq!(sign_in(&w, &otp(step + 4)), Err(WRONG));
    assert_eq!(shown(&w), []);
}

#[test]
fn a_hotp_is_found_again_by_two_codes() {
    let w = with_ana();
    let token = w.run(standing(TokenKind::HOTP)).unwrap().token;
    sign_in(&w, &otp(5)).unwrap();
    assert_eq!(sign_in(&w, &otp(5)), Err(Refusal::AlreadyUsed));
    assert_eq!(sign_in(&w, &otp(12)), Err(WRONG), "beyond the look-ahead");
    assert_eq!(failures(&w), 1);
    resync(&w, token, (&otp(40), &otp(41))).unwrap();
    assert_eq!(failures(&w), 0, "it is a success");
    assert_eq!(sign_in(&w, &otp(41)), Err(Refusal::AlreadyUsed));
    sign_in(&w, &otp(42)).unwrap();
    assert_eq!(resync(&w, token, (&otp(30), &otp(31))), Err(WRONG), "never back");
    assert_eq!(failures(&w), 1, "a wrong pair is one guess");
}

#[test]
fn describe_shows_a_token_and_no_secret() {
    let w = with_ana();
    w.clock.advance(MINUTE);
    let (algorithm, digits) = (Algorithm::Sha256, 8);
    let kind = TokenKind::Totp { period: 60, start: 7 };
    let secret = TokenSecret::Generated;
    let made = AddToken { algorithm, digits, secret, label: "work phone", ..token(kind) };
    let made = w.run(made).unwrap();
    let hotp = w.run(standing(TokenKind::Hotp { counter: 9 })).unwrap().token;
    let seen = shown(&w);
    assert_eq!((seen[0].token, seen[0].label.as_str()), (made.token, "work phone"));
    assert_eq!((seen[0].kind, seen[0].algorithm, seen[0].digits), (kind, algorithm, digits));
    assert_eq!((seen[0].added, seen[0].confirmed, seen[0].used), (NOW + MINUTE, None, None));
    assert_eq!((seen[1].token, seen[1].kind), (hotp, TokenKind::Hotp { counter: 9 }));
    assert_eq!((seen[1].confirmed, seen[1].used), (Some(NOW + MINUTE), None));
    w.clock.advance(MINUTE);
    let own = Hotp::new(algorithm, digits, made.secret().unwrap()).unwrap();
    let step = ((NOW + 2 * MINUTE) / 1000 - 7) / 60;
    confirm(&w, made.token, own.code(step - 2).as_str()).unwrap();
    sign_in(&w, &otp(9)).unwrap();
    let seen = shown(&w);
    let now = Some(NOW + 2 * MINUTE);
    assert_eq!((seen[0].confirmed, seen[0].used, seen[0].clock_ahead), (now, now, -2));
    assert_eq!((seen[1].kind, seen[1].used), (TokenKind::Hotp { counter: 10 }, now));
    let text = format!("{made:?} {seen:?}");
    let secret = format!("{:?}", made.secret().unwrap());
    assert!(!text.contains(&secret) && !text.contains("12345678901234567890"), "{text}");
}

#[test]
fn a_token_is_found_again_by_the_clock_and_the_counter_that_it_has() {
    for (kind, now) in [(TokenKind::TOTP, step(NOW)), (TokenKind::HOTP, 0)] {
        let w = with_ana();
        let token = w.run(standing(kind)).unwrap().token;
        resync(&w, token, (&otp(now + 20), &otp(now + 21))).unwrap();
        let seen = &shown(&w)[0];
        let expected = if kind == TokenKind::TOTP { 21 } else { 0 };
        assert_eq!((seen.clock_ahead, seen.used), (expected, Some(NOW)));
        w.clock.advance(30_000);
        sign_in(&w, &otp(now + 22)).unwrap();
    }
}

#[test]
fn a_candidate_has_ten_tries_of_its_own_and_then_is_gone() {
    let w = with_ana();
    let other = w.run(nth(&[1; 20])).unwrap().token;
    let token = w.run(token(TokenKind::HOTP)).unwrap().token;
    assert_eq!(confirm(&w, token, "12345"), malformed());
    for left in (0..10).rev() {
        assert_eq!(confirm(&w, token, "000000"), Err(Refusal::WrongCode { tries_left: left }));
    }
    assert_eq!(confirm(&w, token, &otp(0)), Err(Refusal::UnknownToken));
    assert_eq!(numbers(&w), [other], "and nothing else is");
    assert_eq!(failures(&w), 0, "its account's tokens don't pay for it");
    let w = with_ana();
    let token = w.run(common::token(TokenKind::HOTP)).unwrap().token;
    for _ in 0..9 {
        confirm(&w, token, "000000").unwrap_err();
    }
    assert_eq!(confirm(&w, token, &otp(0)), Ok(()), "the tenth");
    assert_eq!(confirm(&w, token, &otp(1)), Err(Refusal::UnknownToken), "no candidate any more");
    assert_eq!(sign_in(&w, &otp(1)), Ok(()));
}

fn malformed<T>() -> Result<T, Refusal> {
    Err(Refusal::Malformed { input: pinbolt::Input::Otp })
}

#[test]
fn only_a_candidate_is_confirmed_and_only_a_standing_token_is_found_again() {
    let w = with_ana();
    let candidate = w.run(token(TokenKind::HOTP)).unwrap().token;
    assert_eq!(resync(&w, candidate, (&otp(0), &otp(1))), Err(Refusal::UnknownToken));
    assert_eq!(resync(&w, 7, (&otp(0), &otp(1))), Err(Refusal::UnknownToken));
    assert_eq!(confirm(&w, 7, &otp(0)), Err(Refusal::UnknownToken));
    assert_eq!(confirm(&w, candidate, &otp(0)), Ok(()));
    assert_eq!(resync(&w, candidate, (&otp(1), &otp(2))), Ok(()));
    let nobody = ConfirmToken { account: "nobody", token: 1, code: "000000", caller: CALLER };
    assert_eq!(w.run(nobody), Err(Refusal::UnknownAccount));
    let (first, second) = ("000000", "000001");
    let nobody = ResyncToken { account: "nobody", token: 1, first, second, caller: CALLER };
    assert_eq!(w.run(nobody), Err(Refusal::UnknownAccount));
}

#[test]
fn two_tokens_of_one_secret_never_stand_beside_each_other() {
    let w = with_ana();
    let first = w.run(token(TokenKind::HOTP)).unwrap().token;
    let second = w.run(token(TokenKind::TOTP)).unwrap().token;
    assert_eq!(numbers(&w), [second], "a newer candidate takes an older one's place");
    assert_eq!(confirm(&w, first, &otp(0)), Err(Refusal::UnknownToken));
    confirm(&w, second, &otp(step(NOW))).unwrap();
    for again in [token(TokenKind::HOTP), standing(TokenKind::TOTP)] {
        assert_eq!(w.run(again).map(drop), Err(Refusal::TokenExists));
    }
    let digits = AddToken { digits: 8, ..standing(TokenKind::HOTP) };
    assert_eq!(w.run(digits).map(drop), Err(Refusal::TokenExists), "whatever its digits");
    let other = AddToken { algorithm: Algorithm::Sha512, ..standing(TokenKind::HOTP) };
    assert!(w.run(other).is_ok(), "another hash makes other codes");
    w.enroll_as("rui", &[]);
    w.run(AddToken { account: "rui", ..standing(TokenKind::HOTP) }).unwrap();
}

#[test]
fn a_number_is_never_given_twice() {
    let w = with_ana();
    let secrets: Vec<[u8; 20]> = (1..=12).map(|n| [n; 20]).collect();
    for (n, secret) in (1..).zip(&secrets) {
        let added = w.run(nth(secret)).unwrap().token;
        assert_eq!(added, n);
        remove(&w, added).unwrap();
        assert_eq!(remove(&w, added), Err(Refusal::UnknownToken));
    }
    w.run(standing(TokenKind::HOTP)).unwrap();
    assert_eq!(numbers(&w), [13]);
}

#[test]
fn an_account_has_eight_tokens_and_the_oldest_candidate_makes_room() {
    let w = with_ana();
    let secrets: Vec<[u8; 20]> = (1..=20).map(|n| [n; 20]).collect();
    for (n, secret) in secrets[..8].iter().enumerate() {
        // The third and the fifth are candidates.
        w.run(AddToken { confirmed: ![2, 4].contains(&n), ..nth(secret) }).unwrap();
    }
    w.run(AddToken { confirmed: true, ..nth(&secrets[8]) }).unwrap();
    assert_eq!(numbers(&w), [1, 2, 4, 5, 6, 7, 8, 9]);
    w.run(nth(&secrets[9])).unwrap();
    assert_eq!(numbers(&w), [1, 2, 4, 6, 7, 8, 9, 10]);
    w.run(AddToken { confirmed: true, ..nth(&secrets[10]) }).unwrap();
    for confirmed in [false, true] {
        let ninth = AddToken { confirmed, ..nth(&secrets[11]) };
        assert_eq!(w.run(ninth).map(drop), Err(Refusal::TooManyTokens));
    }
    assert_eq!(numbers(&w), [1, 2, 4, 6, 7, 8, 9, 11]);
    for secret in [0, 10] {
        assert_eq!(sign_in(&w, &code_of(&secrets[secret], 0)), Ok(()), "each of them signs in");
    }
}

#[test]
fn only_an_operators_word_makes_a_token_stand_at_once() {
    let w = with_ana();
    w.run(standing(TokenKind::HOTP)).unwrap();
    let (own, other) = ([1; 20], [2; 20]);
    let authority = || Authority::from(proof(&w, &code_of(SECRET, next(&w))));
    let stands = AddToken { confirmed: true, authority: authority(), ..nth(&own) };
    assert_eq!(w.run(stands).map(drop), Err(Refusal::NotAuthorized));
    let candidate = w.run(AddToken { authority: authority(), ..nth(&own) }).unwrap().token;
    confirm(&w, candidate, &code_of(&own, 0)).unwrap();
    let removal = RemoveToken { account: "ana", token: candidate, authority: authority() };
    w.run(removal).unwrap();
    // A stale proof, one of somebody else, and one that authorizes nothing.
    let stale = authority();
    w.clock.advance(301 * SECOND);
    let add = AddToken { authority: stale, ..nth(&other) };
    assert_eq!(w.run(add).map(drop), Err(Refusal::NotAuthorized));
    w.enroll_as("rui", &[]);
    let add = AddToken { account: "rui", authority: authority(), ..nth(&other) };
    assert_eq!(w.run(add).map(drop), Err(Refusal::NotAuthorized));
    let token = w.run(AddToken { account: "rui", ..nth(&other) }).unwrap().token;
    let removal = RemoveToken { account: "rui", token, authority: authority() };
    assert_eq!(w.run(removal), Err(Refusal::NotAuthorized));
    let code = code_of(SECRET, next(&w));
    let otp_alone = w.run(verify_by("ana", "otp", Evidence::otp(&code))).unwrap();
    let add = AddToken { authority: Authority::from(otp_alone), ..nth(&other) };
    assert_eq!(w.run(add).map(drop), Err(Refusal::NotAuthorized));
    assert_eq!(numbers(&w), [1]);
}

#[test]
fn a_proof_that_is_void_by_the_time_of_the_write_adds_and_removes_nothing() {
    let changed = |w: &World<MemoryStore>| {
        w.run(ChangePin { account: "ana", old: PIN, new: "904173", caller: CALLER }).unwrap();
    };
    for added in [true, false] {
        let w = with_ana();
        let token = w.run(standing(TokenKind::HOTP)).unwrap().token;
        let authority = Authority::from(proof(&w, &otp(0)));
        let mut rivals = 0;
        // Before the write is answered.
        let mut rival = |writes: bool| {
            rivals += u32::from(writes);
            if writes && rivals == 1 {
                changed(&w);
            }
        };
        let ended = match added {
            true => {
                let add = start(&w, AddToken { authority, ..nth(&[1; 20]) });
                ended(&hand(&w).run_with(add, |_, step| rival(matches!(step, Step::Commit(_)))))
            }
            false => {
                let remove = start(&w, RemoveToken { account: "ana", token, authority });
                ended(&hand(&w).run_with(remove, |_, step| rival(matches!(step, Step::Commit(_)))))
            }
        };
        assert_eq!((ended, numbers(&w)), ("NotAuthorized", vec![token]), "added {added}");
    }
}

/// The next counter of the first token.
fn next(w: &World<MemoryStore>) -> u64 {
    match shown(w)[0].kind {
        TokenKind::Hotp { counter } => counter,
        other => panic!("no counter: {other:?}"),
    }
}

#[test]
fn a_blocked_account_takes_no_code_and_says_so_only_where_accounts_are_not_hidden() {
    for (w, blocked) in [(with_ana(), WRONG), (open_to_all(), Refusal::Blocked)] {
        let standing = w.run(standing(TokenKind::HOTP)).unwrap().token;
        let candidate = w.run(nth(&[1; 20])).unwrap().token;
        w.run(Block { account: "ana", operator: operator() }).unwrap();
        assert_eq!(sign_in(&w, &otp(0)), Err(blocked));
        assert_eq!(resync(&w, standing, (&otp(0), &otp(1))), Err(blocked));
        assert_eq!(confirm(&w, candidate, &code_of(&[1; 20], 0)), Err(Refusal::NotAuthorized));
        assert_eq!(w.run(nth(&[2; 20])).map(drop), Err(Refusal::NotAuthorized));
        let counted = if blocked == WRONG { 2 } else { 0 };
        assert_eq!(failures(&w), counted, "as a wrong one is, where it seems one");
        w.run(Unblock { account: "ana", operator: operator() }).unwrap();
        assert_eq!(confirm(&w, candidate, &code_of(&[1; 20], 0)), Ok(()));
        assert_eq!(resync(&w, standing, (&otp(0), &otp(1))), Ok(()), "nothing was used up");
        remove(&w, standing).unwrap();
        w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
        assert_eq!(w.run(nth(&[3; 20])).map(drop), Err(Refusal::UnknownAccount));
    }
}

#[test]
fn a_disabled_authenticator_takes_no_code_by_any_entry() {
    let device = CALLER.in_lane(Lane::KnownDevice);
    for (w, disabled) in [(with_ana(), WRONG), (open_to_all(), Refusal::Disabled)] {
        let token = w.run(standing(TokenKind::HOTP)).unwrap().token;
        let by_device = |code: &str| {
            let verify = verify_by("ana", "otp", Evidence::otp(code));
            w.run(Verify { caller: device, ..verify }).map(drop)
        };
        let mut judged = 0;
        while judged < 30 {
            match by_device("000000") {
                Err(Refusal::WrongCredentials) => judged += 1,
                Err(Refusal::Waiting { until }) => w.clock.set(until),
                other => panic!("{other:?}"),
            }
        }
        w.clock.advance(HOUR);
        assert_eq!(by_device(&otp(0)), Err(disabled));
        w.clock.advance(HOUR);
        let (first, second) = (&*otp(0), &*otp(1));
        let pair = ResyncToken { account: "ana", token, first, second, caller: device };
        assert_eq!(w.run(pair), Err(disabled), "two right codes open it no more");
        assert_eq!(count(&w, Authenticator::OTP, Lane::KnownDevice), 30);
        assert_eq!(sign_in(&w, &otp(0)), Ok(()), "the other lanes are open");
    }
}

#[test]
fn a_guess_at_nobodys_token_counts_one_at_least() {
    let w = with_ana();
    let mut most = 0;
    for n in 0..24 {
        let name = format!("nobody-{n}");
        let mut judged = 0;
        while named(w.run(verify_by(&name, "otp", Evidence::otp("000000")))) == "WrongCredentials" {
            judged += 1;
            assert!(judged <= 10, "{name} is never throttled");
        }
        most = most.max(judged);
    }
    assert_eq!(most, 10, "as at one token");
    assert_eq!(sign_in(&w, "000000"), Err(WRONG));
    assert!((1..=8).contains(&failures(&w)), "nor is an account without any let off");
}

#[test]
fn a_throttled_account_finds_no_token_again() {
    let w = with_ana();
    let token = w.run(standing(TokenKind::HOTP)).unwrap().token;
    for _ in 0..10 {
        assert_eq!(resync(&w, token, ("000000", "000001")), Err(WRONG));
    }
    let throttled = Err(Refusal::Throttled { until: NOW + 12 * HOUR });
    assert_eq!(resync(&w, token, (&otp(0), &otp(1))), throttled);
    assert_eq!(sign_in(&w, &otp(0)), throttled);
    assert_eq!((failures(&w), next(&w)), (10, 0));
}

#[test]
fn auditors_are_told_of_each_act_with_the_token_and_who_did_it() {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll_as("ana", &[]);
    let candidate = w.run(token(TokenKind::HOTP)).unwrap().token;
    confirm(&w, candidate, "000000").unwrap_err();
    confirm(&w, candidate, &otp(0)).unwrap();
    sign_in(&w, &otp(1)).unwrap();
    sign_in(&w, &otp(1)).unwrap_err();
    sign_in(&w, "000000").unwrap_err();
    resync(&w, candidate, ("000000", "000001")).unwrap_err();
    resync(&w, candidate, (&otp(20), &otp(21))).unwrap();
    remove(&w, candidate).unwrap();
    let events = w.run(Describe { account: "ana" }).unwrap().events;
    let (lane, token) = (Some(Lane::Stranger), Some(candidate));
    let by_operator = Some(operator());
    let of = |event: &Event| {
        (event.kind, event.token, event.lane, event.operator.clone(), event.refusal)
    };
    let told: Vec<_> = events.iter().skip(1).map(of).collect();
    let used = Some(Refusal::AlreadyUsed.code());
    assert_eq!(
        told,
        [
            (EventKind::TokenAdded, token, None, by_operator.clone(), None),
            (EventKind::OtpRefused, token, lane, None, None),
            (EventKind::TokenConfirmed, token, lane, None, None),
            (EventKind::OtpAccepted, token, lane, None, None),
            (EventKind::OtpRefused, None, lane, None, used),
            (EventKind::OtpRefused, None, lane, None, None),
            (EventKind::OtpRefused, token, lane, None, None),
            (EventKind::TokenResynchronized, token, lane, None, None),
            (EventKind::TokenRemoved, token, None, by_operator, None),
        ]
    );
}
