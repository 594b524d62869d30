//! Tokens, recovery codes and combinations under stale loads.

use pinbolt::{
    Authenticator,
    op::{
        Block, ChangePin, ConfirmToken, Describe, Evidence, IssueRecoveryCodes, RemoveToken,
        ResyncToken, TokenKind, Unlock,
    },
};

use crate::{Attempt, Scenario, Stale, common::*, overtaken, plans, run, stale_world, steps::*};

const NOBODYS: &str = "0000-0000-0000-0000";

fn signing_in(code: String) -> Attempt {
    Box::new(move |w| run(w, verify_by("ana", "otp", Evidence::otp(&code))))
}

fn recovering(code: String) -> Attempt {
    Box::new(move |w| run(w, verify_by("ana", "recover", Evidence::recovery_code(&code))))
}

fn behind_pin(code: String) -> Attempt {
    Box::new(move |w| run(w, verify_by("ana", "pin-otp", Evidence::pin(PIN).and_otp(&code))))
}

fn resynchronizing(first: u64) -> Attempt {
    let codes = (otp(first), otp(first + 1));
    Box::new(move |w| {
        let (first, second) = (&*codes.0, &*codes.1);
        run(w, ResyncToken { account: "ana", token: 1, first, second, caller: CALLER })
    })
}

fn printed(w: &Stale) -> Vec<String> {
    let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
    w.run(issue).unwrap().iter().map(Into::into).collect()
}

fn sign_in(w: &Stale, code: &str) -> &'static str {
    named(w.run(verify_by("ana", "otp", Evidence::otp(code))))
}

fn removed(w: &Stale) {
    w.run(RemoveToken { account: "ana", token: 1, authority: by_operator() }).unwrap();
}

/// States that were once good for a token's or a recovery code, and no longer are.
pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        ("a used code of a clock", |w| {
            w.run(standing(TokenKind::TOTP)).unwrap();
            assert_eq!(sign_in(w, &otp(step(NOW))), "granted");
            signing_in(otp(step(NOW)))
        }),
        ("a used code of a counter, behind a PIN", |w| {
            w.run(standing(TokenKind::HOTP)).unwrap();
            assert_eq!(sign_in(w, &otp(3)), "granted");
            behind_pin(otp(3))
        }),
        ("a code below the counter", |w| {
            w.run(standing(TokenKind::HOTP)).unwrap();
            assert_eq!(sign_in(w, &otp(3)), "granted");
            signing_in(otp(1))
        }),
        ("two codes below the counter", |w| {
            w.run(standing(TokenKind::HOTP)).unwrap();
            assert_eq!(sign_in(w, &otp(3)), "granted");
            resynchronizing(2)
        }),
        ("the confirming code", |w| {
            let token = w.run(token(TokenKind::TOTP)).unwrap().token;
            let (account, code) = ("ana", otp(step(NOW)));
            w.run(ConfirmToken { account, token, code: &code, caller: CALLER }).unwrap();
            signing_in(code)
        }),
        ("a code that resynchronized", |w| {
            w.run(standing(TokenKind::HOTP)).unwrap();
            assert_eq!(resynchronizing(3)(w), "granted");
            signing_in(otp(4))
        }),
        ("a removed token's code", |w| {
            w.run(standing(TokenKind::HOTP)).unwrap();
            removed(w);
            behind_pin(otp(0))
        }),
        ("a candidate whose tries are used up", |w| {
            let token = w.run(token(TokenKind::HOTP)).unwrap().token;
            let confirm = |code| ConfirmToken { account: "ana", token, code, caller: CALLER };
            for _ in 0..10 {
                assert_eq!(named(w.run(confirm("000000"))), "WrongCode");
            }
            Box::new(|w| {
                let code = &otp(0);
                run(w, ConfirmToken { account: "ana", token: 1, code, caller: CALLER })
            })
        }),
        ("codes throttled", |w| {
            w.run(standing(TokenKind::HOTP)).unwrap();
            for _ in 0..10 {
                assert_eq!(sign_in(w, "000000"), "WrongCredentials");
            }
            signing_in(otp(0))
        }),
        ("a used recovery code", |w| {
            let codes = printed(w);
            assert_eq!(recovering(codes[2].clone())(w), "granted");
            recovering(codes[2].clone())
        }),
        ("a recovery code of an older set", |w| {
            let codes = printed(w);
            printed(w);
            recovering(codes[2].clone())
        }),
        ("a blocked account's recovery code", |w| {
            let codes = printed(w);
            w.run(Block { account: "ana", operator: operator() }).unwrap();
            recovering(codes[2].clone())
        }),
    ]
}

#[test]
fn no_stale_load_lets_a_step_or_a_counter_fall() {
    for plan in plans() {
        let w = stale_world();
        w.run(standing(TokenKind::HOTP)).unwrap();
        let mut granted = Vec::new();
        for counter in [0, 1, 0, 3, 1, 2, 4, 3] {
            for (n, fault) in &plan {
                w.engine.store().at(*n, *fault);
            }
            if signing_in(otp(counter))(&w) == "granted" {
                granted.push(counter);
            }
        }
        assert!(granted.windows(2).all(|two| two[0] < two[1]), "{granted:?}: {:?}", plan[0]);
        let inner = Hand { store: w.engine.store().inner(), clock: &w.clock, asked: Vec::new() };
        let seen = { inner }.run(start(&w, Describe { account: "ana" })).result.unwrap();
        let next = granted.last().map_or(0, |last| last + 1);
        assert_eq!(seen.tokens[0].kind, TokenKind::Hotp { counter: next }, "{:?}", plan[0]);
    }
}

#[test]
fn no_stale_load_uncounts_a_guess_at_a_token_or_a_recovery_code() {
    for plan in plans() {
        let w = stale_world();
        w.run(standing(TokenKind::HOTP)).unwrap();
        printed(&w);
        let counted = || {
            let store = w.engine.store().inner();
            let inner = Hand { store, clock: &w.clock, asked: Vec::new() };
            let seen = { inner }.run(start(&w, Describe { account: "ana" })).result.unwrap();
            [Authenticator::OTP, Authenticator::RECOVERY_CODE].map(|what| {
                let mut own = seen.ledgers.iter().filter(|ledger| ledger.authenticator == what);
                own.next().map_or(0, |ledger| ledger.failures)
            })
        };
        for _ in 0..3 {
            assert_eq!(sign_in(&w, "000000"), "WrongCredentials");
        }
        for (n, fault) in &plan {
            w.engine.store().at(*n, *fault);
        }
        let before = counted();
        let guesses = [signing_in("000000".into()), recovering(NOBODYS.into())];
        let judged = guesses.map(|guess| u32::from(guess(&w) == "WrongCredentials"));
        let expected = [before[0] + judged[0], before[1] + judged[1]];
        assert_eq!(counted(), expected, "{:?}", plan[0]);
    }
}

/// What somebody else does meanwhile that ends what these codes were good for.
const RIVALS: [fn(&Stale); 5] = [
    |w| w.run(Block { account: "ana", operator: operator() }).unwrap(),
    |w| w.run(ChangePin { account: "ana", old: PIN, new: "904173", caller: CALLER }).unwrap(),
    |w| assert_eq!(sign_in(w, &otp(2)), "granted"),
    removed,
    |w| drop(printed(w)),
];

#[test]
fn a_combination_is_judged_again_after_what_changed_at_any_question() {
    for (index, rival) in RIVALS.into_iter().enumerate() {
        for at in 0..=6 {
            let w = stale_world();
            w.run(standing(TokenKind::HOTP)).unwrap();
            let (codes, code) = (printed(&w), otp(1));
            let all = Evidence::pin(PIN).and_otp(&code).and_recovery_code(&codes[0]);
            overtaken(&w, (at, rival), verify_by(EMAIL, "all", all), index);
        }
    }
}

#[test]
fn an_unlock_meanwhile_makes_no_second_use() {
    for plan in plans() {
        let w = stale_world();
        w.run(standing(TokenKind::TOTP)).unwrap();
        let code = otp(step(NOW));
        assert_eq!(sign_in(&w, &code), "granted");
        for (n, fault) in &plan {
            w.engine.store().at(*n, *fault);
        }
        let authenticator = Authenticator::OTP;
        drop(w.engine.run(Unlock { account: "ana", authenticator, authority: by_operator() }));
        assert_ne!(signing_in(code)(&w), "granted", "{:?}", plan[0]);
    }
}
