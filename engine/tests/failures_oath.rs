//! How software with one-time codes fails, line by line of the list, on the account: replays,
//! windows, numbers, spellings, short secrets, races. (Guessing for a year is in `guessing.rs`,
//! recovery codes are in `recovery_codes.rs`, the pure functions in `oath.rs`.)
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
#[path = "failures_oath/integers.rs"]
mod integers;
#[path = "failures_oath/rising.rs"]
mod rising;
mod steps;
#[path = "failures_oath/windows.rs"]
mod windows;

use std::{collections::HashSet, thread};

use common::*;
use pinbolt::{
    Authenticator, Caller, Input, Lane, Misuse, Pinbolt, Refusal,
    driver::{self, Engine, Store},
    oath::{Algorithm, Hotp},
    op::{
        AddToken, Block, ChangePin, ConfirmToken, Describe, Evidence, IssueRecoveryCodes,
        ResyncToken, TokenKind, TokenSecret, Unblock, Unlock, Verify,
    },
    testkit::{MemoryStore, Observed},
};
use steps::*;

/// A world with `ana` in it.
fn with_ana() -> World<MemoryStore> {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    w
}

fn sign_in<S: Store>(w: &World<S>, code: &str) -> Result<(), Refusal> {
    w.run(verify_by("ana", "otp", Evidence::otp(code))).map(drop)
}

fn with_pin<S: Store>(w: &World<S>, pin: &str, code: &str) -> Result<(), Refusal> {
    w.run(verify_by("ana", "pin-otp", Evidence::pin(pin).and_otp(code))).map(drop)
}

fn joined<S: Store>(w: &World<S>, typed: &str) -> Result<(), Refusal> {
    w.run(verify_by("ana", "pin-otp", Evidence::pin_then_otp(typed))).map(drop)
}

fn confirm<S: Store>(w: &World<S>, token: u32, code: &str) -> Result<(), Refusal> {
    w.run(ConfirmToken { account: "ana", token, code, caller: CALLER })
}

fn resync<S: Store>(w: &World<S>, token: u32, pair: (&str, &str)) -> Result<(), Refusal> {
    w.run(ResyncToken { account: "ana", token, first: pair.0, second: pair.1, caller: CALLER })
}

fn failures<S: Store>(w: &World<S>) -> u32 {
    LANES.iter().map(|lane| count(w, Authenticator::OTP, *lane)).sum()
}

/// Each kind of token, and the step or counter whose code is used first.
const KINDS: [(TokenKind, u64); 2] = [(TokenKind::TOTP, step(NOW)), (TokenKind::HOTP, 3)];
const USED: Refusal = Refusal::AlreadyUsed;
const WRONG: Refusal = Refusal::WrongCredentials;

/// Tries the code of a step or counter again, on the account of this token.
type Again = fn(&World<MemoryStore>, u32, u64) -> Result<(), Refusal>;

/// Every entry that takes a code.
const ENTRIES: [(&str, Again, Refusal); 12] = [
    ("the same", |w, _, at| sign_in(w, &otp(at)), USED),
    (
        "another session, source and lane",
        |w, _, at| {
            let caller = Caller::new(b"another").source("192.0.2.9").in_lane(Lane::KnownDevice);
            let code = otp(at);
            w.run(Verify { caller, ..verify_by("ana", "otp", Evidence::otp(&code)) }).map(drop)
        },
        USED,
    ),
    (
        "another name and context",
        |w, _, at| {
            let code = otp(at);
            let verify = verify_by(EMAIL, "otp", Evidence::otp(&code));
            w.run(Verify { context: b"transfer 100", ..verify }).map(drop)
        },
        USED,
    ),
    ("behind a PIN", |w, _, at| with_pin(w, PIN, &otp(at)), USED),
    ("behind a wrong PIN", |w, _, at| with_pin(w, WRONG_PIN, &otp(at)), USED),
    ("typed as one with the PIN", |w, _, at| joined(w, &format!("{PIN}{}", otp(at))), USED),
    (
        "beside a recovery code",
        |w, _, at| {
            let codes = w.run(IssueRecoveryCodes { account: "ana", authority: by_operator() });
            let codes = codes.unwrap();
            let (code, recovery) = (otp(at), codes.iter().next().unwrap());
            let all = Evidence::pin(PIN).and_otp(&code).and_recovery_code(recovery);
            w.run(verify_by("ana", "all", all)).map(drop)
        },
        USED,
    ),
    ("to resynchronize, first", |w, t, at| resync(w, t, (&otp(at), &otp(at + 1))), WRONG),
    ("to resynchronize, second", |w, t, at| resync(w, t, (&otp(at - 1), &otp(at))), WRONG),
    ("to resynchronize, twice", |w, t, at| resync(w, t, (&otp(at), &otp(at))), WRONG),
    ("to confirm the token", |w, t, at| confirm(w, t, &otp(at)), Refusal::UnknownToken),
    (
        "to confirm another token of the secret",
        |w, _, _| w.run(token(TokenKind::TOTP)).map(drop),
        Refusal::TokenExists,
    ),
];

#[test]
fn failure_10_a_code_is_good_once_whatever_the_entry() {
    for (kind, at) in KINDS {
        for (entry, again, expected) in ENTRIES {
            let w = with_ana();
            let token = w.run(standing(kind)).unwrap().token;
            sign_in(&w, &otp(at)).unwrap();
            assert_eq!(again(&w, token, at), Err(expected), "{kind:?}, {entry}");
            assert_eq!(failures(&w), u32::from(expected == WRONG), "{kind:?}, {entry}");
            w.clock.advance(30 * SECOND);
            assert_eq!(sign_in(&w, &otp(at + 1)), Ok(()), "{kind:?}, {entry}: and nothing else");
        }
    }
}

#[test]
fn failure_10_nothing_that_happens_since_makes_a_code_good_again() {
    type Act = fn(&World<MemoryStore>, u32);
    let acts: [(&str, Act); 14] = [
        ("an operator's unlock", |w, _| {
            let authenticator = Authenticator::OTP;
            w.run(Unlock { account: "ana", authenticator, authority: by_operator() }).unwrap();
        }),
        ("a block that was lifted", |w, _| {
            w.run(Block { account: "ana", operator: operator() }).unwrap();
            w.run(Unblock { account: "ana", operator: operator() }).unwrap();
        }),
        ("another PIN", |w, _| {
            let change = ChangePin { account: "ana", old: PIN, new: "904173", caller: CALLER };
            w.run(change).unwrap();
        }),
        ("wrong codes", |w, _| {
            for code in ["000000", "000001", "000002"] {
                assert_eq!(sign_in(w, code), Err(WRONG));
            }
        }),
        ("another token's success", |w, _| {
            let secret = TokenSecret::Given(b"a secret of another token");
            w.run(AddToken { secret, ..standing(TokenKind::HOTP) }).unwrap();
            let other = Hotp::new(Algorithm::Sha1, 6, b"a secret of another token").unwrap();
            sign_in(w, other.code(0).as_str()).unwrap();
        }),
        ("a resynchronization that failed", |w, token| {
            assert_eq!(resync(w, token, ("000000", "000001")), Err(WRONG));
        }),
        ("a second later", |w, _| w.clock.advance(SECOND)),
        ("the next step", |w, _| w.clock.advance(30 * SECOND)),
        ("an hour later", |w, _| w.clock.advance(HOUR)),
        ("the end of time", |w, _| w.clock.set(u64::MAX)),
        ("a clock a minute back", |w, _| w.clock.set(NOW - MINUTE)),
        ("a clock an hour back", |w, _| w.clock.set(NOW - HOUR)),
        ("a clock at its beginning", |w, _| w.clock.set(0)),
        ("a clock that was back", |w, _| {
            w.clock.set(NOW - DAY);
            w.verify("ana", PIN).unwrap();
            w.clock.set(NOW);
        }),
    ];
    for (kind, at) in KINDS {
        for (what, act) in acts {
            let w = with_ana();
            let token = w.run(standing(kind)).unwrap().token;
            sign_in(&w, &otp(at)).unwrap();
            act(&w, token);
            let mut again = sign_in(&w, &otp(at));
            // A clock set back so far empties the throttle.
            if let Err(Refusal::Throttled { until }) = again {
                assert_eq!(what, "a clock at its beginning");
                w.clock.set(until);
                again = sign_in(&w, &otp(at));
            }
            assert_eq!(again, Err(USED), "{kind:?}, {what}");
        }
    }
}

#[test]
fn failure_10_an_older_code_of_the_window_is_used_too() {
    for (kind, at) in KINDS {
        let w = with_ana();
        w.run(standing(kind)).unwrap();
        sign_in(&w, &otp(at)).unwrap();
        // Of a step that was skipped; a HOTP has no window behind it.
        let expected = if kind == TokenKind::HOTP { WRONG } else { USED };
        assert_eq!(sign_in(&w, &otp(at - 1)), Err(expected), "{kind:?}");
    }
}

#[test]
fn failure_10_a_wider_policy_and_a_restart_forget_nothing() {
    for (kind, at) in KINDS {
        let store = MemoryStore::new();
        let w = world_on(store.clone(), with_tokens().build().unwrap());
        w.enroll();
        w.run(standing(kind)).unwrap();
        sign_in(&w, &otp(at)).unwrap();
        let wide = with_tokens().set("totp.back", 10).unwrap().set("totp.ahead", 10).unwrap();
        let wide = wide.set("hotp.look_ahead", 50).unwrap().build().unwrap();
        let pinbolt = Pinbolt::open(keys(), wide, "tests").unwrap();
        let engine = Engine::new(pinbolt, store, w.outbox.clone()).with_clock(w.clock.clone());
        let again = World { engine: engine.with_entropy(seeded(2)), ..w };
        assert_eq!(sign_in(&again, &otp(at)), Err(USED), "{kind:?}");
    }
}

#[test]
fn failure_11_the_confirming_code_signs_nobody_in() {
    for (kind, at) in KINDS {
        for (entry, again, expected) in ENTRIES {
            let w = with_ana();
            let token = w.run(token(kind)).unwrap().token;
            confirm(&w, token, &otp(at)).unwrap();
            assert_eq!(again(&w, token, at), Err(expected), "{kind:?}, {entry}");
            w.clock.advance(30 * SECOND);
            assert_eq!(sign_in(&w, &otp(at + 1)), Ok(()), "{kind:?}, {entry}");
        }
    }
}

#[test]
fn failure_11_nor_does_a_code_that_resynchronized() {
    for (kind, at) in KINDS {
        for used in [at, at + 1] {
            let w = with_ana();
            let token = w.run(standing(kind)).unwrap().token;
            resync(&w, token, (&otp(at), &otp(at + 1))).unwrap();
            let expected = if kind == TokenKind::HOTP && used == at { WRONG } else { USED };
            assert_eq!(sign_in(&w, &otp(used)), Err(expected), "{kind:?}, {used}");
            w.clock.advance(30 * SECOND);
            assert_eq!(sign_in(&w, &otp(at + 2)), Ok(()));
        }
    }
}

#[test]
fn failure_12_the_guard_is_on_the_step_and_not_on_the_text() {
    let spelled = |code: &str| {
        let (a, b) = code.split_at(3);
        let wide: String = code.chars().flat_map(|digit| [digit, ' ']).collect();
        [code.into(), format!(" {code}"), format!("{a}-{b}"), format!("{a} {b} "), wide]
    };
    for (kind, at) in KINDS {
        for first in 0..spelled("000000").len() {
            let w = with_ana();
            let token = w.run(standing(kind)).unwrap().token;
            sign_in(&w, &spelled(&otp(at))[first]).unwrap();
            for again in spelled(&otp(at)) {
                assert_eq!(sign_in(&w, &again), Err(USED), "{again:?}");
                assert_eq!(with_pin(&w, PIN, &again), Err(USED), "{again:?}");
                let pair = (again.as_str(), &*otp(at + 1));
                assert_eq!(resync(&w, token, pair), Err(WRONG), "{again:?}");
            }
            assert_eq!(failures(&w), 5, "the pairs alone");
        }
    }
}

#[test]
fn failure_14_a_hotp_below_the_counter_is_never_accepted() {
    for look_ahead in [0, 1, 5, 50] {
        for next in [0, 1, 2, 10] {
            let policy = with_tokens().set("hotp.look_ahead", look_ahead).unwrap();
            let w = world_with(policy.build().unwrap());
            w.enroll();
            w.run(standing(TokenKind::Hotp { counter: next })).unwrap();
            for below in (0..next).rev().take(9) {
                let expected = if below + 1 == next { USED } else { WRONG };
                let case = format!("{below} of {next}, look-ahead {look_ahead}");
                assert_eq!(sign_in(&w, &otp(below)), Err(expected), "{case}");
            }
            assert_eq!(sign_in(&w, &otp(next)), Ok(()));
        }
    }
}

#[test]
fn failure_28_which_step_matched_changes_nothing_that_is_asked() {
    for (kind, at) in [(TokenKind::TOTP, step(NOW)), (TokenKind::Hotp { counter: 7 }, 8)] {
        let mut traces = HashSet::new();
        // Of a TOTP the last two are outside and used; of a HOTP the third is used.
        for code in [otp(at), otp(at - 1), otp(at - 2), otp(at + 5), "000000".into()] {
            let (w, _) = watched(with_tokens().build().unwrap());
            w.run(standing(kind)).unwrap();
            let mut hand = hand(&w);
            hand.run(start_as(&w, verify_by("ana", "otp", Evidence::otp(&code)), 1));
            traces.insert(format!("{:?}", hand.outside()));
        }
        assert_eq!(traces.len(), 1, "{kind:?}: {traces:?}");
    }
}

#[test]
fn failure_31_leading_zeros_are_digits_and_foreign_ones_are_none() {
    let zeros = (0..).find(|at| otp(*at).starts_with("00")).unwrap();
    let code = otp(zeros);
    let short = code.trim_start_matches('0').to_owned();
    let full_width: String =
        code.bytes().filter_map(|b| char::from_u32(0xff10 + u32::from(b - b'0'))).collect();
    let (store, log) = observed(MemoryStore::new());
    let w: World<Observed<MemoryStore>> = world_on(store, with_tokens().build().unwrap());
    w.enroll();
    let counter = TokenKind::Hotp { counter: zeros };
    let standing = w.run(standing(counter)).unwrap().token;
    let secret = TokenSecret::Given(b"a secret of another token");
    let candidate = w.run(AddToken { secret, ..token(counter) }).unwrap().token;
    let before = log.len();
    let underscored = format!("{}_{}", &code[..3], &code[3..]);
    let bad = ["", " ", &short, &underscored, &full_width, &format!("{code}\0"), "+00123"];
    for text in bad {
        let malformed = Err(Refusal::Malformed { input: Input::Otp });
        assert_eq!(sign_in(&w, text), malformed, "{text:?}");
        assert_eq!(with_pin(&w, PIN, text), malformed, "{text:?}");
        assert_eq!(confirm(&w, candidate, text), malformed, "{text:?}");
        assert_eq!(resync(&w, standing, (text, "000000")), malformed, "{text:?}");
        assert_eq!(resync(&w, standing, ("000000", text)), malformed, "{text:?}");
    }
    for text in ["", "123456", &full_width, &format!("{PIN} {code}"), &"1".repeat(75)] {
        let malformed = Err(Refusal::Malformed { input: Input::Joined });
        assert_eq!(joined(&w, text), malformed, "{text:?}");
    }
    assert_eq!((log.len() - before, failures(&w)), (0, 0), "neither compared nor counted");
    assert_eq!(confirm(&w, candidate, "000000"), Err(Refusal::WrongCode { tries_left: 9 }));
    assert_eq!(sign_in(&w, &code), Ok(()));
}

#[test]
fn failure_32_a_secret_under_128_bits_needs_the_door_that_names_the_danger() {
    let w = with_ana();
    let add = |secret| {
        let added = w.engine.run(AddToken { secret, ..standing(TokenKind::HOTP) });
        added.map(|added| added.token).map_err(|error| match error {
            driver::Error::Misuse(misuse) => misuse,
            other => panic!("{other}"),
        })
    };
    let bytes = [7; 129];
    for short in [0, 1, 10, 15] {
        let added = add(TokenSecret::Given(&bytes[..short]));
        assert_eq!(added, Err(Misuse::ShortSecret), "{short} bytes");
    }
    assert_eq!(add(TokenSecret::DangerouslyShort(&[])), Err(Misuse::ShortSecret));
    assert_eq!(add(TokenSecret::Given(&bytes)), Err(Misuse::Token), "129 bytes");
    assert_eq!(add(TokenSecret::DangerouslyShort(&bytes)), Err(Misuse::Token));
    assert_eq!(w.run(Describe { account: "ana" }).unwrap().tokens, []);
    assert_eq!(add(TokenSecret::DangerouslyShort(&bytes[..1])), Ok(1));
    assert_eq!(add(TokenSecret::Given(&bytes[..16])), Ok(2));
    assert_eq!(add(TokenSecret::Given(&bytes[..128])), Ok(3));
    let short = Hotp::with_dangerously_short_secret(Algorithm::Sha1, 6, &bytes[..1]).unwrap();
    assert_eq!(sign_in(&w, short.code(0).as_str()), Ok(()), "such a token works like any other");
}

#[test]
fn failure_32_a_generated_secret_is_as_long_as_the_hash_and_another_each_time() {
    let mut seen = HashSet::new();
    for algorithm in Algorithm::ALL {
        let w = with_ana();
        for _ in 0..6 {
            let secret = TokenSecret::Generated;
            let made = AddToken { algorithm, secret, ..standing(TokenKind::TOTP) };
            let made = w.run(made).unwrap();
            let secret = made.secret().unwrap();
            assert_eq!(secret.len(), algorithm.output_len());
            assert!(secret.windows(6).all(|bytes| bytes != [0; 6]), "each byte is drawn");
            assert!(seen.insert(secret.to_vec()), "no two are alike");
            // Of a longer secret no part is drawn twice.
            let parts: Vec<&[u8]> = secret.chunks(16).collect();
            assert!(parts.iter().all(|part| parts.iter().filter(|p| *p == part).count() == 1));
            let code = Hotp::new(algorithm, 6, secret).unwrap().code(step(NOW));
            assert_eq!(sign_in(&w, code.as_str()), Ok(()), "it is the token's");
        }
    }
    let given = with_ana();
    assert!(given.run(token(TokenKind::TOTP)).unwrap().secret().is_none());
}

#[test]
fn failure_02_one_code_two_hundred_times_at_once_is_accepted_once() {
    for (kind, at) in KINDS {
        let (w, log) = watched(with_tokens().build().unwrap());
        w.run(standing(kind)).unwrap();
        let before = log.account_writes();
        let ended: Vec<_> = thread::scope(|scope| {
            let redeem = || sign_in(&w, &otp(at));
            let threads: Vec<_> = (0..200).map(|_| scope.spawn(redeem)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let of = |answer| ended.iter().filter(|ended| **ended == answer).count();
        assert_eq!((of(Ok(())), of(Err(USED))), (1, 199), "{kind:?}");
        assert_eq!((failures(&w), log.account_writes() - before), (0, 200));
    }
}

#[test]
fn failure_01_two_hundred_wrong_codes_at_once_get_ten_comparisons() {
    for (kind, at) in KINDS {
        let (w, log) = watched(with_tokens().build().unwrap());
        w.run(standing(kind)).unwrap();
        let before = log.account_writes();
        let good: Vec<String> = (0..8).map(|near| otp(at - 1 + near)).collect();
        let wrong = (0..).map(|n| format!("{n:06}")).filter(|code| !good.contains(code));
        let wrong: Vec<String> = wrong.take(200).collect();
        let ended: Vec<_> = thread::scope(|scope| {
            let guess = |code: &String| sign_in(&w, code);
            let threads: Vec<_> =
                wrong.iter().map(|code| scope.spawn(move || guess(code))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let judged = ended.iter().filter(|ended| **ended == Err(WRONG)).count();
        let until = NOW + 12 * HOUR;
        let late =
            ended.iter().filter(|ended| **ended == Err(Refusal::Throttled { until })).count();
        assert_eq!((judged, late), (10, 190), "{kind:?}");
        assert_eq!((failures(&w), log.account_writes() - before), (10, 10));
    }
}
