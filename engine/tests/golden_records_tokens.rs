//! Rows of record format v1 with tokens and recovery codes in them, as files: they open today, and
//! must for ever.
//!
//! `records/v1/tokens/*.bin` were written once, from fixed keys, entropy and times, and are never
//! edited; `codes.bin` is text, the recovery codes of two accounts line by line. While format v1 isn't
//! released yet, `PINBOLT_WRITE_GOLDEN=1 cargo test -p pinbolt --test golden_records_tokens` writes
//! them anew, and the digest here with them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods
)]

mod common;
mod golden;
mod sealed;
mod stepping;

use std::{env, path::PathBuf, sync::Once};

use common::*;
use pinbolt::{
    Authenticator, EventKind, Lane, Pinbolt, Refusal,
    oath::{Algorithm, Hotp},
    op::{
        AddToken, ConfirmToken, Describe, Evidence, IssueRecoveryCodes, RemoveToken, ResyncToken,
        TokenKind, TokenSecret, TokenState, Verify,
    },
    testkit::MemoryStore,
};
use stepping::Ground;

const SECOND_SECRET: [u8; 32] = *b"the second secret of the tests..";
const SHA256: &[u8] = b"12345678901234567890123456789012";
const SHA512: &[u8] = b"1234567890123456789012345678901234567890123456789012345678901234";
const RUIS: &[u8] = b"the secret of a token of rui";
const CANDIDATE: &[u8] = b"the secret of a candidate";
const SLOW: TokenKind = TokenKind::Totp { period: 60, start: 600 };
/// When the last of the rows was written.
const WRITTEN: u64 = NOW + 10 * MINUTE;

fn folder() -> PathBuf {
    golden::folder("v1/tokens")
}

fn opened(rotated: bool) -> Pinbolt {
    let mut keys = keys();
    if rotated {
        keys.rotate(2, SECOND_SECRET).unwrap();
    }
    Pinbolt::open(keys, with_tokens().build().unwrap(), "tests").unwrap()
}

fn add<'a>(account: &'a str, secret: &'static [u8], kind: TokenKind) -> AddToken<'a> {
    let algorithm = match secret.len() {
        32 => Algorithm::Sha256,
        64 => Algorithm::Sha512,
        _ => Algorithm::Sha1,
    };
    let digits = [6, 8, 10][algorithm as usize];
    let secret = TokenSecret::Given(secret);
    AddToken { account, label: "bank app \u{e9}", algorithm, digits, secret, ..standing(kind) }
}

/// The code of a secret at a step or counter.
fn code(secret: &[u8], counter: u64) -> String {
    let add = match secret.len() {
        32 => (Algorithm::Sha256, 8),
        64 => (Algorithm::Sha512, 10),
        _ => (Algorithm::Sha1, 6),
    };
    Hotp::new(add.0, add.1, secret).unwrap().code(counter).as_str().into()
}

/// The step of a minute since 600 s at a time.
const fn slow(now: u64) -> u64 {
    (now / SECOND - 600) / 60
}

fn typed(ground: &Ground, account: &str, code: &str) -> &'static str {
    named(ground.run(verify_by(account, "otp", Evidence::otp(code))))
}

fn recover(ground: &Ground, account: &str, code: &str) -> &'static str {
    named(ground.run(verify_by(account, "recover", Evidence::recovery_code(code))))
}

fn issued(ground: &Ground, account: &str) -> Vec<String> {
    let issue = IssueRecoveryCodes { account, authority: by_operator() };
    ground.run(issue).unwrap().iter().map(Into::into).collect()
}

/// Lives through everything that a record can hold of tokens and recovery codes.
fn write() -> (Ground, Vec<String>) {
    let old = Ground::of(opened(false), MemoryStore::new());
    old.enroll("rui", Some(PIN), &["+351912000999"]);
    old.run(add("rui", RUIS, TokenKind::Hotp { counter: 7 })).unwrap();
    let ruis = issued(&old, "rui");
    old.enroll_ana();
    let ground = old.under(opened(true));
    assert_eq!(typed(&ground, "rui", &code(RUIS, 7)), "granted");
    assert_eq!(recover(&ground, "rui", &ruis[9]), "granted");

    ground.run(add("ana", SECRET, TokenKind::HOTP)).unwrap();
    assert_eq!(typed(&ground, "ana", &otp(3)), "granted");
    ground.advance(MINUTE);
    ground.run(add("ana", SHA256, SLOW)).unwrap();
    let behind = slow(ground.now.get()) - 1;
    assert_eq!(typed(&ground, "ana", &code(SHA256, behind)), "granted");
    ground.advance(MINUTE);
    let token = ground.run(add("ana", SHA512, TokenKind::TOTP)).unwrap().token;
    let ahead = step(ground.now.get()) + 20;
    let (first, second) = (&code(SHA512, ahead - 1), &code(SHA512, ahead));
    ground.run(ResyncToken { account: "ana", token, first, second, caller: CALLER }).unwrap();
    let gone = ground.run(AddToken { confirmed: false, ..add("ana", RUIS, SLOW) }).unwrap().token;
    ground.run(RemoveToken { account: "ana", token: gone, authority: by_operator() }).unwrap();
    ground.advance(MINUTE);
    let mere = AddToken { confirmed: false, ..add("ana", CANDIDATE, TokenKind::TOTP) };
    let token = ground.run(mere).unwrap().token;
    let confirm = ConfirmToken { account: "ana", token, code: "000000", caller: CALLER };
    assert_eq!(named(ground.run(confirm)), "WrongCode");
    ground.advance(MINUTE);

    let anas = issued(&ground, "ana");
    for code in &anas[..2] {
        assert_eq!(recover(&ground, "ana", code), "granted");
    }
    let caller = CALLER.in_lane(Lane::KnownDevice);
    let wrong = verify_by("ana", "recover", Evidence::recovery_code("0000-0000-0000-0000"));
    ground.run(Verify { caller, ..wrong }).unwrap_err();
    for name in ["ana", "eva"] {
        assert_eq!(typed(&ground, name, "000000"), "WrongCredentials");
        assert_eq!(recover(&ground, name, "0000-0000-0000-0000"), "WrongCredentials");
    }
    ground.now.set(WRITTEN);
    assert_eq!(typed(&ground, "ana", &otp(3)), "AlreadyUsed");
    (ground, [anas, ruis].concat())
}

/// The rows of the files, at the time of the last write, and the codes of both accounts.
fn read() -> (Ground, [Vec<String>; 2]) {
    static WRITE: Once = Once::new();
    WRITE.call_once(|| {
        if env::var_os("PINBOLT_WRITE_GOLDEN").is_some() {
            let (ground, codes) = write();
            golden::write(&folder(), &ground.store, ("codes.bin", &codes));
        }
    });
    let ground = Ground::of(opened(true), golden::read(&folder())).under(opened(true));
    ground.now.set(WRITTEN);
    let mut anas = golden::lines(&folder(), "codes.bin");
    let ruis = anas.split_off(10);
    (ground, [anas, ruis])
}

#[test]
fn no_file_was_touched() {
    let (ground, _) = read();
    let counts = ['a', 'c', 'd', 't'].map(|kind| ground.rows(kind).len());
    assert_eq!(counts, [2, 3, 1, 0]);
    let digest = "20e0cbc833e09fa1d4ddd05cb90cf97fa6ec9482e058dbcfc34e66133bba0964";
    assert_eq!(golden::digest(&folder()), digest);
}

#[test]
fn the_tokens_are_what_they_were() {
    let (ground, _) = read();
    let ana = ground.run(Describe { account: "ana" }).unwrap();
    let shown = |t: &TokenState| (t.token, t.kind, t.algorithm, t.digits, t.clock_ahead);
    let expected = [
        (1, TokenKind::Hotp { counter: 4 }, Algorithm::Sha1, 6, 0),
        (2, SLOW, Algorithm::Sha256, 8, -1),
        (3, TokenKind::TOTP, Algorithm::Sha512, 10, 20),
        (5, TokenKind::TOTP, Algorithm::Sha1, 6, 0),
    ];
    assert_eq!(ana.tokens.iter().map(shown).collect::<Vec<_>>(), expected);
    let times: Vec<_> = ana.tokens.iter().map(|t| (t.added, t.confirmed, t.used)).collect();
    let at = |minutes| NOW + minutes * MINUTE;
    let stands = |minutes| (at(minutes), Some(at(minutes)), Some(at(minutes)));
    assert_eq!(times, [stands(0), stands(1), stands(2), (at(3), None, None)]);
    assert!(ana.tokens.iter().all(|token| token.label == "bank app \u{e9}"));
    assert_eq!(ana.recovery_codes_left, Some(8));
    let ledgers = ana.ledgers.iter().map(|l| (l.authenticator, l.lane, l.failures));
    let expected = [
        (Authenticator::OTP, Lane::Stranger, 3),
        (Authenticator::RECOVERY_CODE, Lane::Stranger, 1),
        (Authenticator::RECOVERY_CODE, Lane::KnownDevice, 1),
    ];
    assert_eq!(ledgers.collect::<Vec<_>>(), expected);
    let last = ana.events.last().unwrap();
    assert_eq!((last.at, last.kind, last.refusal), (WRITTEN, EventKind::OtpRefused, Some(104)));
    let of_it = ana.events.iter().filter(|event| event.token == Some(5));
    let of_it: Vec<_> = of_it.map(|event| (event.at, event.kind)).collect();
    assert_eq!(of_it, [(at(3), EventKind::TokenAdded), (at(3), EventKind::OtpRefused)]);
    let rui = ground.run(Describe { account: "rui" }).unwrap();
    assert_eq!(rui.tokens[0].kind, TokenKind::Hotp { counter: 8 });
    assert_eq!(rui.recovery_codes_left, Some(9));
}

#[test]
fn they_sign_in_years_later_and_never_by_a_code_that_was_used() {
    let (ground, _) = read();
    assert_eq!(typed(&ground, "ana", &otp(3)), "AlreadyUsed");
    assert_eq!(typed(&ground, "rui", &code(RUIS, 7)), "AlreadyUsed");
    assert_eq!(typed(&ground, "rui", &code(RUIS, 13)), "granted", "within the look-ahead");
    ground.advance(10 * 365 * DAY);
    type Shown = fn(u64) -> String;
    let shown: [(Shown, &str); 7] = [
        (|_| otp(10), "WrongCredentials"),
        (|_| otp(9), "granted"),
        (|now| code(SHA256, slow(now) - 3), "WrongCredentials"),
        (|now| code(SHA256, slow(now) - 2), "granted"),
        (|now| code(SHA512, step(now)), "WrongCredentials"),
        (|now| code(SHA512, step(now) + 21), "WrongCredentials"),
        (|now| code(SHA512, step(now) + 20), "granted"),
    ];
    for (nth, (shown, expected)) in shown.into_iter().enumerate() {
        ground.advance(2 * DAY);
        assert_eq!(typed(&ground, "ana", &shown(ground.now.get())), expected, "{nth}");
    }
}

#[test]
fn the_candidate_has_the_tries_that_were_left() {
    let (ground, _) = read();
    let confirm = |code| ConfirmToken { account: "ana", token: 5, code, caller: CALLER };
    assert_eq!(ground.run(confirm("000000")), Err(Refusal::WrongCode { tries_left: 8 }));
    let code = code(CANDIDATE, step(WRITTEN));
    assert_eq!(ground.run(confirm(&code)), Ok(()));
    let next = ground.run(AddToken { confirmed: false, ..add("ana", RUIS, SLOW) });
    assert_eq!(next.map(|added| added.token), Ok(6), "four and five are given");
    let twice = ground.run(add("ana", SECRET, TokenKind::TOTP)).map(|added| added.token);
    assert_eq!(twice, Err(Refusal::TokenExists));
}

#[test]
fn each_recovery_code_is_good_once() {
    let (ground, [anas, ruis]) = read();
    for (account, codes, used) in [("ana", anas, 0..2), ("rui", ruis, 9..10)] {
        for (nth, code) in codes.iter().enumerate() {
            let expected = if used.contains(&nth) { "AlreadyUsed" } else { "granted" };
            assert_eq!(recover(&ground, account, code), expected, "{account}, {nth}");
            assert_eq!(recover(&ground, account, code), "AlreadyUsed", "{account}, {nth}");
        }
        let left = ground.run(Describe { account }).unwrap().recovery_codes_left;
        assert_eq!(left, Some(0), "{account}");
    }
}

#[test]
fn counts_and_decoys_go_on_where_they_were() {
    let (ground, _) = read();
    // Three tokens: the throttle has room for two guesses more, and one failure each stands.
    for _ in 0..2 {
        assert_eq!(typed(&ground, "ana", "000000"), "WrongCredentials");
    }
    assert_eq!(typed(&ground, "ana", "000000"), "Throttled");
    for name in ["ana", "eva"] {
        for _ in 0..9 {
            assert_eq!(recover(&ground, name, "0000-0000-0000-0000"), "WrongCredentials");
        }
        assert_eq!(recover(&ground, name, "0000-0000-0000-0000"), "Throttled", "{name}");
    }
}

/// The shape that v1 has for ever, by a reader that knows nothing of the engine's code.
#[test]
fn a_stranger_to_the_code_reads_the_format() {
    let (ground, [anas, _]) = read();
    let secrets = [*b"the first secret of the tests 32", SECOND_SECRET];
    let mut most = 0;
    for (row, snapshot) in ground.store.rows() {
        let id = snapshot.body[4];
        let seal = sealed::derived(&secrets[usize::from(id) - 1], "pinbolt seal", id.into());
        let plain = sealed::open(&seal, &row, &snapshot);
        let expected = match row.as_str().as_bytes()[0] {
            b'a' => (0..=15).collect::<Vec<_>>(),
            b'd' => [(0..=12).collect(), vec![14]].concat(),
            _ => vec![0, 1],
        };
        assert_eq!(sealed::fields(&plain), expected, "{row:?}");
        if expected.contains(&15) {
            let tokens = sealed::stolen_secrets(&plain);
            most = most.max(tokens.len());
            let whole = tokens.len() == 4;
            let expected = if whole { vec![SECRET, SHA256, SHA512, CANDIDATE] } else { vec![RUIS] };
            assert_eq!(tokens, expected);
            assert_eq!(sealed::stolen_codes(&plain).hashes.len(), anas.len());
        }
    }
    assert_eq!(most, 4);
}
