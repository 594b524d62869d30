//! Rows of record format v1 of accounts that were imported, as files: they open today, and must for
//! ever. What was imported and is gone stays gone.
//!
//! `records/v1/imports/*.bin` were written once, from fixed keys, entropy and times, and are never
//! edited. While format v1 isn't released yet,
//! `PINBOLT_WRITE_GOLDEN=1 cargo test -p pinbolt --test golden_records_imports` writes them anew, and
//! the digest here with them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods
)]

mod common;
mod golden;
mod moving;
mod sealed;
mod stepping;

use std::{env, path::PathBuf, sync::Once};

use common::*;
use moving::*;
use pinbolt::{
    Pinbolt,
    op::{
        CancelAccount, Describe, Evidence, Failures, Import, ImportedToken, RemoveToken, TokenKind,
        Took,
    },
    testkit::MemoryStore,
};
use stepping::Ground;

fn folder() -> PathBuf {
    golden::folder("v1/imports")
}

fn opened() -> Pinbolt {
    Pinbolt::open(keys(), with_tokens().build().unwrap(), "tests").unwrap()
}

fn typed(ground: &Ground, purpose: &str, evidence: Evidence<'_>) -> &'static str {
    named(ground.run(verify_by("ana", purpose, evidence)))
}

fn tokens() -> [ImportedToken<'static>; 2] {
    let last_step = Some(step(NOW) - 1);
    [ImportedToken { last_step, clock_ahead: 2, ..phone() }, fob(7)]
}

fn import<'a>(account: &'a str, tokens: &'a [ImportedToken<'a>]) -> Import<'a> {
    let failures = Some(Failures { count: 3, last: NOW - 5 });
    let codes = Some(&CODES[..]);
    Import { account, tokens, recovery_codes: codes, pin: Some(PIN), failures, ..bare("") }
}

/// `ana`, whose fob was removed and whose first recovery code is used; `rui`, cancelled.
fn write() -> Ground {
    let ground = Ground::of(opened(), MemoryStore::new());
    for account in ["ana", "rui"] {
        ground.run(import(account, &tokens())).unwrap();
    }
    ground.run(RemoveToken { account: "ana", token: 2, authority: by_operator() }).unwrap();
    ground.run(verify_by("ana", "recover", Evidence::recovery_code(CODES[0]))).unwrap();
    ground.run(CancelAccount { account: "rui", authority: by_operator() }).unwrap();
    ground
}

fn read() -> Ground {
    static WRITE: Once = Once::new();
    WRITE.call_once(|| {
        if env::var_os("PINBOLT_WRITE_GOLDEN").is_some() {
            let codes = CODES.map(String::from);
            golden::write(&folder(), &write().store, ("codes.bin", &codes));
        }
    });
    Ground::of(opened(), golden::read(&folder()))
}

#[test]
fn no_file_was_touched() {
    let ground = read();
    assert_eq!(['a', 'c', 'd', 't'].map(|kind| ground.rows(kind).len()), [2, 0, 0, 0]);
    let digest = "36f31b01a1b1ec046a0bab630adc6332d081537863ad862fab9a96fde237694a";
    assert_eq!(golden::digest(&folder()), digest);
}

#[test]
fn the_account_is_what_it_was() {
    let ground = read();
    let ana = ground.run(Describe { account: "ana" }).unwrap();
    assert_eq!(ana.tokens.len(), 1);
    assert_eq!((ana.tokens[0].kind, ana.tokens[0].clock_ahead), (TokenKind::TOTP, 2));
    assert_eq!((ana.pin_set, ana.recovery_codes_left), (Some(NOW), Some(2)));
    assert_eq!(typed(&ground, "otp", Evidence::otp(&otp(step(NOW) - 1))), "AlreadyUsed");
    assert_eq!(typed(&ground, "otp", Evidence::otp(&otp(step(NOW) + 2))), "granted");
    assert_eq!(typed(&ground, "recover", Evidence::recovery_code(CODES[0])), "AlreadyUsed");
    assert_eq!(typed(&ground, "recover", Evidence::recovery_code(CODES[2])), "granted");
    assert_eq!(typed(&ground, "step-up", Evidence::pin(PIN)), "granted");
}

#[test]
fn a_run_years_later_brings_nothing_back() {
    let ground = read();
    ground.advance(10 * 365 * DAY);
    let again = ground.run(import("ana", &tokens())).unwrap();
    assert_eq!(again.tokens, [(Took::Kept, 1), (Took::Gone, 0)]);
    assert_eq!((again.recovery_codes, again.pin), (Some(Took::Kept), Some(Took::Kept)));
    let left = ground.run(Describe { account: "ana" }).unwrap().recovery_codes_left;
    assert_eq!(left, Some(2));
    assert_eq!(named(ground.run(import("rui", &tokens()))), "Ended");
}

/// The shape that v1 has for ever, by a reader that knows nothing of the engine's code.
#[test]
fn a_stranger_to_the_code_reads_the_format() {
    let ground = read();
    let seal = sealed::derived(b"the first secret of the tests 32", "pinbolt seal", 1);
    let mut plains: Vec<_> =
        ground.store.rows().iter().map(|(row, held)| sealed::open(&seal, row, held)).collect();
    plains.sort_by_key(Vec::len);
    // Field 20: a map of two marks of 16 bytes, and that codes and a PIN came along.
    let holds = |plain: &[u8], part: &[u8]| plain.windows(part.len()).any(|at| at == part);
    for plain in &plains {
        assert!(holds(plain, &[20, 0xa3, 0, 0x58, 32]), "{plain:x?}");
        assert!(holds(plain, &[1, 0xf5, 2, 0xf5]));
    }
    // Field 6 of the set: true.
    assert!(holds(&plains[1], &[6, 0xf5]) && !holds(&plains[0], SECRET));
}
