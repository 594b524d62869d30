//! Law 3, for tokens and recovery codes: what is refused without a write depends on no secret. A
//! right code, a wrong one and a used one are refused alike, and what has not the form of a code is
//! neither compared nor counted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod common;
mod steps;

use common::*;
use pinbolt::{
    Authenticator, Event, Lane,
    op::{
        AddedToken, Block, CancelAccount, ConfirmToken, Describe, Evidence, IssueRecoveryCodes,
        ResyncToken, TokenKind, Verb, Verify,
    },
    testkit::{MemoryStore, Observed},
};
use steps::*;

type Watched = World<Observed<MemoryStore>>;

/// An account with a counter and recovery codes, of which the first ones are used.
struct Scene {
    w: Watched,
    log: Log,
    token: u32,
    codes: Vec<String>,
}

fn scene() -> Scene {
    let (w, log) = watched(with_tokens().build().unwrap());
    let AddedToken { token, .. } = w.run(standing(TokenKind::HOTP)).unwrap();
    let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
    let codes: Vec<String> = w.run(issue).unwrap().iter().map(Into::into).collect();
    w.run(verify_by("ana", "otp", Evidence::otp(&otp(0)))).unwrap();
    w.run(verify_by("ana", "recover", Evidence::recovery_code(&codes[0]))).unwrap();
    Scene { w, log, token, codes }
}

/// How a verb ends, what it asks and what auditors hear.
type Told = (&'static str, String, Vec<Asked>, Vec<Event>);

fn tell<V: Verb>(w: &Watched, verb: V) -> Told {
    let mut hand = hand(w);
    let done = hand.run(start(w, verb));
    let error = done.result.as_ref().err().map(|error| format!("{error:?}"));
    let events = done.events.iter().map(|told| told.event.clone()).collect();
    (ended(&done), error.unwrap_or_default(), hand.outside(), events)
}

/// All of them are refused so, alike, and nothing is written.
fn alike(s: &Scene, expected: &str, tries: Vec<impl FnOnce(&Watched) -> Told>) {
    let before = (s.log.len(), s.w.run(Describe { account: "ana" }).ok());
    let tries: Vec<Told> = tries.into_iter().map(|one| one(&s.w)).collect();
    assert!(tries.len() > 1);
    for told in &tries {
        assert_eq!(told.0, expected);
        assert_eq!(*told, tries[0]);
        assert!(!told.2.iter().any(|asked| matches!(asked, Asked::Commit(_) | Asked::Hash(_))));
    }
    assert_eq!((s.log.len(), s.w.run(Describe { account: "ana" }).ok()), before, "{expected}");
}

/// Right, used and wrong, for each purpose that one authenticator stands in.
fn evidence(s: &Scene) -> Vec<(&'static str, Vec<String>)> {
    let wrong = "0000-0000-0000-0000".to_owned();
    let joined = [otp(1), otp(0), "000000".into()].map(|code| format!("{PIN}{code}"));
    vec![
        ("otp", vec![otp(1), otp(0), "000000".into()]),
        ("recover", vec![s.codes[1].clone(), s.codes[0].clone(), wrong]),
        ("pin-otp", joined.into()),
    ]
}

fn typed<'a>(purpose: &'a str, text: &'a str, lane: Lane) -> Verify<'a> {
    let evidence = match purpose {
        "otp" => Evidence::otp(text),
        "recover" => Evidence::recovery_code(text),
        _ => Evidence::pin_then_otp(text),
    };
    Verify { caller: CALLER.in_lane(lane), ..verify_by("ana", purpose, evidence) }
}

#[test]
fn a_throttled_or_waiting_code_is_refused_alike_and_writes_nothing() {
    for (lane, expected) in [
        (Lane::Stranger, "Throttled"),
        (Lane::FirstFactor, "Waiting"),
        (Lane::KnownDevice, "Waiting"),
    ] {
        for at in 0..3 {
            let s = scene();
            let (purpose, texts) = evidence(&s).swap_remove(at);
            for _ in 0..10 {
                let wrong = s.w.run(typed(purpose, &texts[2], lane));
                assert_eq!(named(wrong), "WrongCredentials", "{purpose}");
            }
            let tries = texts.iter().map(|text| move |w: &_| tell(w, typed(purpose, text, lane)));
            alike(&s, expected, tries.collect());
        }
    }
}

#[test]
fn two_codes_that_would_find_a_token_again_are_refused_as_any() {
    for (lane, expected) in [(Lane::Stranger, "Throttled"), (Lane::KnownDevice, "Waiting")] {
        let s = scene();
        let caller = CALLER.in_lane(lane);
        let resync =
            |first, second| ResyncToken { account: "ana", token: s.token, first, second, caller };
        for _ in 0..10 {
            assert_eq!(named(s.w.run(resync("000000", "000000"))), "WrongCredentials");
        }
        let pairs = [(otp(7), otp(8)), (otp(7), "000000".into()), (otp(0), otp(1))];
        let tries = pairs.iter().map(|(a, b)| move |w: &_| tell(w, resync(a, b)));
        alike(&s, expected, tries.collect());
    }
}

/// What is no one-time code: of a wrong length, or with something else in it.
const NO_OTP: [&str; 14] = [
    "",
    " ",
    "      ",
    "\0",
    "\0\0\0\0\0\0",
    "------",
    "12345",
    "12345678901",
    "0x1234",
    "0_00123",
    "+123456",
    "12345a",
    "123456\n",
    "\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}",
];
/// What is no PIN with a code behind it.
const NO_JOINED: [&str; 9] = [
    "",
    "123456",
    "802714 755224",
    "802714-755224",
    "802714755224\n",
    "80271475522a",
    "-802714755224",
    "\0\0\0\0\0\0\0",
    "\u{ff18}802714755224",
];
/// What is no recovery code.
const NO_RECOVERY: [&str; 9] = [
    "",
    "----",
    "0000",
    "0000-000",
    "0000-0000-0000-0000-0000-0000-0000-0000-0",
    "000-000U",
    "0000_0000_0000_0000",
    "0000-0000-0000-0000\n",
    "\u{ff10}000-0000-0000-0000",
];

#[test]
fn failure_18_what_is_no_code_asks_nothing_and_is_not_counted() {
    let s = scene();
    let (long, digits) = (" ".repeat(100_000), "8".repeat(75));
    let before = s.log.len();
    let cases = [
        ("otp", NO_OTP.to_vec()),
        ("pin-otp", NO_JOINED.to_vec()),
        ("recover", NO_RECOVERY.to_vec()),
    ];
    for (purpose, none) in cases {
        for text in none.into_iter().chain([long.as_str(), &digits]) {
            let (ended, error, asked, _) = tell(&s.w, typed(purpose, text, Lane::Stranger));
            assert_eq!((ended, asked), ("Malformed", vec![]), "{purpose}: {text:.20?}");
            let input = ["Otp", "Joined", "RecoveryCode"];
            assert!(input.iter().any(|input| error.contains(input)), "{error}");
        }
    }
    for all in [
        Evidence::pin(PIN).and_otp("12345").and_recovery_code(&s.codes[1]),
        Evidence::pin(PIN).and_otp(&otp(1)).and_recovery_code("0000"),
        Evidence::pin("x").and_otp(&otp(1)).and_recovery_code(&s.codes[1]),
    ] {
        let (ended, _, asked, _) = tell(&s.w, verify_by("ana", "all", all));
        assert_eq!((ended, asked), ("Malformed", vec![]));
    }
    assert_eq!(s.log.len(), before);
    assert_eq!(s.w.run(Describe { account: "ana" }).unwrap().ledgers, []);
    let spaced = format!(" {}-{} ", &otp(1)[..3], &otp(1)[3..]);
    assert_eq!(named(s.w.run(typed("otp", &spaced, Lane::Stranger))), "granted");
    let lower = s.codes[1].to_lowercase().replace('-', " ");
    assert_eq!(named(s.w.run(typed("recover", &lower, Lane::Stranger))), "granted");
}

#[test]
fn failure_18_a_candidates_tries_are_its_own_and_malformed_ones_none() {
    let s = scene();
    let kind = TokenKind::Hotp { counter: 100 };
    let other = pinbolt::op::TokenSecret::Given(b"another secret, of 20");
    let add = pinbolt::op::AddToken { secret: other, ..token(kind) };
    let candidate = s.w.run(add).unwrap().token;
    let confirm = |token, code| ConfirmToken { account: "ana", token, code, caller: CALLER };
    let none: Vec<&str> = NO_OTP.into_iter().chain(["1234567", "12345678"]).collect();
    let tries = none.iter().map(|code| move |w: &_| tell(w, confirm(candidate, code)));
    alike(&s, "Malformed", tries.collect());
    let resync = |first, second| ResyncToken {
        account: "ana",
        token: s.token,
        first,
        second,
        caller: CALLER,
    };
    let (right, next) = (otp(1), otp(2));
    let tries = none.iter().flat_map(|code| [(*code, next.as_str()), (right.as_str(), *code)]);
    alike(&s, "Malformed", tries.map(|(a, b)| move |w: &_| tell(w, resync(a, b))).collect());
    let wrong = s.w.run(confirm(candidate, "000000"));
    assert_eq!(wrong, Err(pinbolt::Refusal::WrongCode { tries_left: 9 }));
}

/// A number that is nobody's, a token in another state, an account that may not act.
#[test]
fn a_token_that_is_not_asked_for_is_refused_before_its_code_is_read() {
    let s = scene();
    let candidate = {
        let secret = pinbolt::op::TokenSecret::Given(b"another secret, of 20");
        let add = pinbolt::op::AddToken { secret, ..token(TokenKind::HOTP) };
        s.w.run(add).unwrap().token
    };
    let codes = [otp(1), "000000".into(), "no code".into(), String::new()];
    let confirm = |token: u32, code: &str| {
        let (account, caller, code) = ("ana", CALLER, code.to_owned());
        move |w: &Watched| tell(w, ConfirmToken { account, token, code: &code, caller })
    };
    let resync = |token: u32, code: &str| {
        let (account, caller, first, second) = ("ana", CALLER, code.to_owned(), otp(2));
        move |w: &Watched| {
            tell(w, ResyncToken { account, token, first: &first, second: &second, caller })
        }
    };
    for other in [0, s.token, candidate + 1, u32::MAX] {
        alike(&s, "UnknownToken", codes.iter().map(|code| confirm(other, code)).collect());
    }
    for other in [0, candidate, candidate + 1, u32::MAX] {
        alike(&s, "UnknownToken", codes.iter().map(|code| resync(other, code)).collect());
    }
    s.w.run(Block { account: "ana", operator: operator() }).unwrap();
    alike(&s, "NotAuthorized", codes.iter().map(|code| confirm(candidate, code)).collect());
    s.w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
    alike(&s, "UnknownAccount", codes.iter().map(|code| confirm(candidate, code)).collect());
    alike(&s, "UnknownAccount", codes.iter().map(|code| resync(s.token, code)).collect());
}

#[test]
fn a_code_whose_ledger_waits_beside_a_pin_leaves_the_pin_uncounted() {
    let s = scene();
    for _ in 0..10 {
        assert_eq!(named(s.w.run(typed("otp", "000000", Lane::Stranger))), "WrongCredentials");
    }
    let both = |pin| Evidence::pin(pin).and_otp("000000");
    let tries =
        [PIN, WRONG_PIN].map(|pin| move |w: &_| tell(w, verify_by("ana", "pin-otp", both(pin))));
    alike(&s, "Throttled", tries.into());
    assert_eq!(count(&s.w, Authenticator::PIN, Lane::Stranger), 0);
    assert_eq!(named(s.w.verify("ana", PIN)), "granted");
}
