//! Whole files on an engine: what signs in afterwards, what doesn't, and what is told of each line.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod moving;

use std::{cell::Cell, io};

use moving::*;
use pinbolt::{
    Refusal,
    driver::Clock,
    op::{Evidence, RemoveToken, Weak},
    testkit::{Fault, FaultStore, MemoryStore},
};
use pinbolt_provision::import::{Format, Importer, Options, Pass, run};

#[test]
fn a_file_is_moved_in_line_by_line_and_can_be_run_again() {
    let engine = engine();
    let file = format!(
        "HOTP ana - {HEX} 7 {} 2026-11-22T06:30:04L\n\
         # between\n\
         HOTP ben - {HEX}xx 7\n\
         HOTP ben - {HEX} 7\n\
         HOTP cid - 3132333435363738393031323334353637383931\n",
        code(7)
    );
    let expected = "1 ana: Added\n3 ben: Refused Secret\n4 ben: HeldBack HeldBack\n5 cid: Added\n";
    let (told, totals) = moved(&engine, &file, &options(Format::OathUsers));
    assert_eq!(told, expected);
    let counts = (totals.accounts, totals.accounts_left, totals.added, totals.refused);
    assert_eq!((counts, totals.held_back), ((2, 1, 2, 1), 1));
    assert!(!exists(&engine, "ben"), "all or nothing");

    assert_eq!(sign_in(&engine, "ana", &code(7)), Err(Refusal::AlreadyUsed));
    sign_in(&engine, "ana", &code(8)).unwrap();

    let account = "cid";
    engine.run(RemoveToken { account, token: 1, authority: operator().into() }).unwrap();
    let (told, totals) = moved(&engine, &file, &options(Format::OathUsers));
    assert_eq!(
        told,
        expected.replace("ana: Added", "ana: Kept").replace("cid: Added", "cid: Gone")
    );
    assert_eq!((totals.accounts, totals.kept, totals.gone, totals.added), (2, 1, 1, 0));
    assert_eq!(sign_in(&engine, "ana", &code(8)), Err(Refusal::AlreadyUsed));
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let store = FaultStore::new(MemoryStore::new());
    // Whatever it asked the store would fail.
    store.next(Fault::CrashBefore);
    let engine = on(store);
    let file = format!(
        "HOTP ana - {HEX}\nHOTP b@home - {HEX}\nHOTP cid 1 {HEX}\nHOTP dan - 0000\nHOTP dan - {HEX}\n"
    );
    let dry = Options { dry_run: true, ..options(Format::OathUsers) };
    let (told, totals) = moved(&engine, &file, &dry);
    assert_eq!(
        told,
        "1 ana: Ready\n2 b@home: Refused AccountId\n3 cid: Refused WeakPin\n\
         4 dan: Refused ShortSecret\n5 dan: HeldBack HeldBack\n"
    );
    let counts = (totals.ready, totals.accounts, totals.accounts_left, totals.refused);
    assert_eq!((counts, totals.held_back), ((1, 1, 3, 3), 1));
}

#[test]
fn names_that_are_no_ids_are_looked_up() {
    let engine = engine();
    let file = format!("HOTP ana@home - {HEX}\nHOTP ben@home - {HEX}\n");
    let ids = |name: &str| (name == "ana@home").then(|| String::from("a-1"));
    let known = Options { account: Some(&ids), ..options(Format::OathUsers) };
    let (told, _) = moved(&engine, &file, &known);
    assert_eq!(told, "1 ana@home: Added\n2 ben@home: HeldBack Account\n");
    sign_in(&engine, "a-1", &code(0)).unwrap();
}

#[test]
fn what_is_too_weak_is_taken_only_where_the_danger_is_named() {
    let engine = engine();
    let file = "KRSXG5A\n\" HOTP_COUNTER 1\n12345678\n";
    let format = Format::GoogleAuthenticator("ana");
    let (told, _) = moved(&engine, file, &options(format));
    assert_eq!(told, "1 ana: Refused ShortSecret\n3 ana: Refused ShortRecoveryCode\n");
    let short = Weak { short_secrets: true, ..Weak::default() };
    let half = Options { dangerously_accept: short, ..options(format) };
    assert_eq!(
        moved(&engine, file, &half).0,
        "1 ana: HeldBack HeldBack\n3 ana: Refused ShortRecoveryCode\n"
    );
    assert!(!exists(&engine, "ana"));
    let weak = Weak { recovery_codes: true, ..short };
    let all = Options { dangerously_accept: weak, ..options(format) };
    assert_eq!(moved(&engine, file, &all).0, "1 ana: Added\n3 ana: Added\n");
    verified(&engine, "ana", ("recover", Evidence::recovery_code("12345678"))).unwrap();
}

#[test]
fn an_account_whose_write_fails_is_told_and_taken_the_next_time() {
    let store = FaultStore::new(MemoryStore::new());
    store.next(Fault::FailLoad);
    let engine = on(store);
    let file = format!("HOTP ana - {HEX}\nHOTP ben - {HEX}\n");
    let (told, totals) = moved(&engine, &file, &options(Format::OathUsers));
    assert_eq!(told, "1 ana: Failed Store\n2 ben: Added\n");
    assert_eq!((totals.failed, totals.accounts_left), (1, 1));
    let (told, _) = moved(&engine, &file, &options(Format::OathUsers));
    assert_eq!(told, "1 ana: Added\n2 ben: Kept\n");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_a_long_line_is_none() {
    let engine = engine();
    let opened = Cell::new(0);
    let open = || match opened.replace(opened.get() + 1) {
        0 => Ok(&b"HOTP ana"[..]),
        _ => Err(io::Error::other("gone")),
    };
    run(&engine, open, &options(Format::OathUsers), |_| panic!("nothing is told")).unwrap_err();

    // A line without an end, of 64 MB.
    struct Endless(u64);
    impl io::Read for Endless {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let most = into.len().min(usize::try_from(self.0).unwrap());
            into[..most].fill(b'x');
            self.0 -= most as u64;
            Ok(most)
        }
    }
    let open = || Ok(io::BufReader::with_capacity(1 << 20, Endless(1 << 26)));
    let mut told = Vec::new();
    let totals = run(&engine, open, &options(Format::OathUsers), |report| {
        told.push((report.line, report.fate.why().map(|why| why.name)));
    });
    assert_eq!(told, [(1, Some("TooLong"))]);
    assert_eq!(totals.unwrap().refused, 1);
}

#[test]
fn law_11_nothing_of_a_line_is_in_any_text() {
    let engine = engine();
    let file = format!("HOTP canary1 802714 {HEX}\nHOTP canary2 - {HEX}\n");
    let run_options = options(Format::GoogleAuthenticator("canary3"));
    let mut texts = format!("{run_options:?}");
    run(
        &engine,
        || Ok(file.as_bytes()),
        &options(Format::OathUsers),
        |report| {
            texts += &format!("{report:?}");
        },
    )
    .unwrap();
    let mut importer = Importer::new(Format::GoogleAuthenticator("canary4"), NOW);
    let mut lines = None;
    while importer.pass() != Pass::Over {
        for line in ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "\" TOTP_AUTH", "12345678"] {
            assert!(importer.line(line.as_bytes()).is_none());
        }
        texts += &format!("{importer:?}");
        lines = importer.end();
    }
    let lines = lines.unwrap();
    let moving = lines.moving().unwrap();
    texts +=
        &format!("{lines:?} {moving:?} {:?}", moving.import("a", (operator(), Weak::default())));
    for secret in ["canary", "802714", HEX, "GEZD", "12345678"] {
        assert!(!texts.contains(secret), "{secret} in {texts}");
    }
    assert_eq!(engine.clock().now(), NOW);
}
