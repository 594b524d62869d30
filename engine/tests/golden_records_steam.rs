//! A row of record format v1 with a Steam token and a candidate of that kind, as a file: it opens
//! today, and must for ever.
//!
//! `records/v1/steam/*.bin` were written once, from fixed keys, entropy and times, and are never
//! edited; `codes.bin` is text, the code that was used last. While format v1 isn't released yet,
//! `PINBOLT_WRITE_GOLDEN=1 cargo test -p pinbolt --test golden_records_steam` writes them anew, and the
//! digest here with them.
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
    Pinbolt,
    oath::{Algorithm, Totp},
    op::{
        AddToken, ConfirmToken, Describe, Evidence, ResyncToken, TokenKind, TokenSecret, TokenState,
    },
    testkit::MemoryStore,
};
use stepping::Ground;

const CANDIDATE: &[u8] = b"the secret of a candidate";

fn folder() -> PathBuf {
    golden::folder("v1/steam")
}

fn opened() -> Pinbolt {
    Pinbolt::open(keys(), with_tokens().build().unwrap(), "tests").unwrap()
}

fn code(secret: &[u8], step: u64) -> String {
    Totp::steam(secret).unwrap().code(step).as_str().into()
}

fn typed(ground: &Ground, code: &str) -> &'static str {
    named(ground.run(verify_by("ana", "otp", Evidence::otp(code))))
}

fn add(secret: &'static [u8], confirmed: bool) -> AddToken<'static> {
    let secret = TokenSecret::Given(secret);
    AddToken { digits: 5, secret, confirmed, ..token(TokenKind::Steam) }
}

/// A token whose clock is 7 steps ahead, and a candidate; the code used last.
fn write() -> (Ground, String) {
    let ground = Ground::of(opened(), MemoryStore::new());
    ground.enroll("ana", Some(PIN), &[]);
    let token = ground.run(add(SECRET, true)).unwrap().token;
    let ahead = step(NOW) + 7;
    let (first, second) = (&code(SECRET, ahead - 1), &code(SECRET, ahead));
    ground.run(ResyncToken { account: "ana", token, first, second, caller: CALLER }).unwrap();
    ground.run(add(CANDIDATE, false)).unwrap();
    (ground, second.clone())
}

/// The row of the file, at the time of the last write, and the code used last.
fn read() -> (Ground, String) {
    static WRITE: Once = Once::new();
    WRITE.call_once(|| {
        if env::var_os("PINBOLT_WRITE_GOLDEN").is_some() {
            let (ground, code) = write();
            golden::write(&folder(), &ground.store, ("codes.bin", &[code]));
        }
    });
    let ground = Ground::of(opened(), golden::read(&folder()));
    (ground, golden::lines(&folder(), "codes.bin").remove(0))
}

#[test]
fn no_file_was_touched() {
    let (ground, _) = read();
    assert_eq!(['a', 'c', 'd', 't'].map(|kind| ground.rows(kind).len()), [1, 0, 0, 0]);
    let digest = "e9863c73eb8b48a4828aac2d634fa3a1aa0545ae64c95fa71976940484f1525f";
    assert_eq!(golden::digest(&folder()), digest);
}

#[test]
fn the_tokens_are_what_they_were() {
    let (ground, _) = read();
    let ana = ground.run(Describe { account: "ana" }).unwrap();
    let shown =
        |t: &TokenState| (t.token, t.kind, t.algorithm, t.digits, t.clock_ahead, t.confirmed);
    let expected = [
        (1, TokenKind::Steam, Algorithm::Sha1, 5, 7, Some(NOW)),
        (2, TokenKind::Steam, Algorithm::Sha1, 5, 0, None),
    ];
    assert_eq!(ana.tokens.iter().map(shown).collect::<Vec<_>>(), expected);
}

#[test]
fn it_signs_in_years_later_and_never_by_the_code_that_was_used() {
    let (ground, used) = read();
    assert_eq!(typed(&ground, &used), "AlreadyUsed");
    let candidates = code(CANDIDATE, step(NOW));
    assert_eq!(typed(&ground, &candidates), "WrongCredentials");
    let confirm = ConfirmToken { account: "ana", token: 2, code: &candidates, caller: CALLER };
    assert_eq!(ground.run(confirm), Ok(()));
    ground.advance(10 * 365 * DAY);
    assert_eq!(typed(&ground, &code(SECRET, step(ground.now.get()))), "WrongCredentials");
    assert_eq!(typed(&ground, &code(SECRET, step(ground.now.get()) + 7)), "granted");
}

/// The shape that v1 has for ever, by a reader that knows nothing of the engine's code.
#[test]
fn a_stranger_to_the_code_reads_the_format() {
    let (ground, _) = read();
    let (row, snapshot) = ground.store.rows().remove(0);
    let seal = sealed::derived(b"the first secret of the tests 32", "pinbolt seal", 1);
    let plain = sealed::open(&seal, &row, &snapshot);
    assert_eq!(sealed::stolen_secrets(&plain), [SECRET, CANDIDATE]);
    // Field 14 of both: true.
    assert_eq!(plain.windows(2).filter(|two| *two == [14, 0xf5]).count(), 2);
}
