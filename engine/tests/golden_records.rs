//! Rows of record format v1 as files: they open today, and must for ever.
//!
//! `records/v1/*.bin` were written once, from fixed keys, entropy and times, and are never edited
//! and never written again: a build that can't read them has broken every database in use. A file
//! is the row's name behind its length (one byte), the version (16 bytes), and the sealed body;
//! `challenge.bin` is text, the handle of an outstanding challenge and its code on two lines.
//!
//! While format v1 isn't released yet, `PINBOLT_WRITE_GOLDEN=1 cargo test -p pinbolt --test
//! golden_records` writes them anew; the next run, without it, reads them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods
)]

mod common;
mod sealed;
mod stepping;

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Once,
};

use common::*;
use pinbolt::{
    Authenticator, Channel, Event, EventKind, Lane, Pinbolt, Policy, Refusal,
    op::{Begin, Block, CancelAccount, Confirm, Describe, Enroll, Finish, Resend, Unblock, Unlock},
    row::{RowName, Snapshot, Version},
    testkit::MemoryStore,
};
use stepping::{Ground, Mail};

const SECOND_SECRET: [u8; 32] = *b"the second secret of the tests..";
const LANDLINE: &str = "+351212000417";
/// When the last of the rows was written.
const WRITTEN: u64 = NOW + 41 * MINUTE + 30 * SECOND;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/records/v1")
}

/// Two key ids: rows of both are among the files.
fn opened(rotated: bool, policy: Policy) -> Pinbolt {
    let mut keys = keys();
    if rotated {
        keys.rotate(2, SECOND_SECRET).unwrap();
    }
    Pinbolt::open(keys, policy, "tests").unwrap()
}

/// Lives through everything that a record can hold.
fn write() -> (Ground, String, Mail) {
    let old = Ground::of(opened(false, roomy()), MemoryStore::new());
    old.enroll("rui", Some(PIN), &["+351912000999"]);
    old.enroll("bia", Some(PIN), &[]);
    old.run(CancelAccount { account: "bia", authority: by_operator() }).unwrap();
    old.enroll_ana();
    let confirm = Confirm {
        account: "ana",
        address: LANDLINE,
        authority: by_operator(),
        caller: CALLER.source("192.0.2.7"),
    };
    old.sent(confirm).unwrap();
    let ground = old.under(opened(true, roomy()));
    for name in ["ana", "eva", "+351912000888"] {
        let failed = ground.run(verify(name, "135792")).map(|_| ());
        assert_eq!(failed, Err(Refusal::WrongCredentials));
    }
    ground.sent(look_up("eva")).unwrap();
    ground.run(Block { account: "ana", operator: operator() }).unwrap();
    ground.run(Unblock { account: "ana", operator: operator() }).unwrap();
    let (authenticator, authority) = (Authenticator::PIN, by_operator());
    ground.run(Unlock { account: "ana", authenticator, authority }).unwrap();
    ground.run(verify("ana", "135792")).unwrap_err();
    for _ in 0..4 {
        ground.advance(10 * MINUTE);
        let known = CALLER.in_lane(Lane::KnownDevice);
        ground.run(pinbolt::op::Verify { caller: known, ..verify("ana", "135792") }).unwrap_err();
        let challenge = ground.sent(look_up("ana")).unwrap();
        let code = wrong(&ground.code());
        let typed = Finish { purpose: "look-up", ..finish(&challenge.handle, &code) };
        assert_eq!(named(ground.run(typed)), "WrongCode");
    }
    ground.advance(MINUTE);
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), context: b"pay 10", ..look_up(EMAIL) };
    let first = ground.sent(begin).unwrap();
    ground.advance(30 * SECOND);
    let resend = Resend { handle: &first.handle, channel: Channel::Email, caller: CALLER };
    let challenge = ground.sent(resend).unwrap();
    assert_eq!(ground.now.get(), WRITTEN);
    let mail = ground.mail.borrow().last().unwrap().clone();
    (ground, challenge.handle, mail)
}

fn write_files() {
    let (ground, handle, mail) = write();
    fs::create_dir_all(folder()).unwrap();
    for file in files() {
        fs::remove_file(file).unwrap();
    }
    let mut counts = [0; 128];
    for (row, snapshot) in ground.store.rows() {
        let name = row.as_str();
        let kind = match name.as_bytes()[0] {
            b'a' => "account",
            b'c' => "claim",
            b'd' => "decoy",
            _ => "throttle",
        };
        let nth: &mut u32 = &mut counts[usize::from(name.as_bytes()[0])];
        *nth += 1;
        let mut bytes = vec![name.len() as u8];
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(snapshot.version.as_bytes());
        bytes.extend_from_slice(&snapshot.body);
        fs::write(folder().join(format!("{kind}-{nth}.bin")), bytes).unwrap();
    }
    fs::write(folder().join("challenge.bin"), format!("{handle}\n{}\n", mail.code)).unwrap();
}

fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some()).collect();
    files.sort();
    files
}

fn is_challenge(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "challenge.bin")
}

fn row(bytes: &[u8]) -> (RowName, Snapshot) {
    let (name, rest) = bytes[1..].split_at(usize::from(bytes[0]));
    let (version, body) = rest.split_at(16);
    let version = Version::from_bytes(version.try_into().unwrap());
    let name = RowName::new(std::str::from_utf8(name).unwrap()).unwrap();
    (name, Snapshot { version, body: body.to_vec() })
}

/// The rows of the files in a store, at the time of the last write.
fn read() -> Ground {
    static WRITE: Once = Once::new();
    WRITE.call_once(|| {
        if env::var_os("PINBOLT_WRITE_GOLDEN").is_some() {
            write_files();
        }
    });
    let store = MemoryStore::new();
    for file in files().iter().filter(|file| !is_challenge(file)) {
        let (name, snapshot) = row(&fs::read(file).unwrap());
        store.tamper(&name, Some(snapshot));
    }
    let ground = Ground::of(opened(true, policy()), store).under(opened(true, policy()));
    ground.now.set(WRITTEN);
    ground
}

fn challenge() -> (String, String) {
    let text = fs::read_to_string(folder().join("challenge.bin")).unwrap();
    let (handle, code) = text.trim_end().split_once('\n').unwrap();
    (handle.into(), code.into())
}

#[test]
fn every_kind_of_row_is_there() {
    let ground = read();
    let counts = ['a', 'c', 'd', 't'].map(|kind| ground.rows(kind).len());
    assert_eq!(counts, [3, 3, 2, 4]);
    for (name, snapshot) in ground.store.rows() {
        assert_eq!(snapshot.body[0], 1, "{name:?} is of format v1");
    }
    let ids: Vec<u8> = ground.store.rows().iter().map(|(_, s)| s.body[4]).collect();
    assert!(ids.contains(&1) && ids.contains(&2), "of both key ids");
}

#[test]
fn the_account_is_what_it_was() {
    let ground = read();
    let ana = ground.run(Describe { account: "ana" }).unwrap();
    assert_eq!((ana.enrolled, ana.pin_set, ana.blocked), (NOW, Some(NOW), false));
    let addresses = ana.addresses.iter().map(|a| (a.masked.as_str(), a.channel, a.bound));
    let expected = [
        ("+\u{2022}\u{2022}\u{2022} \u{2022}\u{2022}\u{2022} \u{2022}17", Channel::Sms, Some(NOW)),
        ("A\u{2022}\u{2022}\u{2022}@example.com", Channel::Email, Some(NOW)),
        ("+\u{2022}\u{2022}\u{2022} \u{2022}\u{2022}\u{2022} \u{2022}17", Channel::Sms, None),
    ];
    assert_eq!(addresses.collect::<Vec<_>>(), expected);
    let ledgers = ana.ledgers.iter().map(|l| (l.authenticator, l.lane, l.failures));
    let expected =
        [(Authenticator::PIN, Lane::KnownDevice, 4), (Authenticator::CODE, Lane::Stranger, 4)];
    assert_eq!(ledgers.collect::<Vec<_>>(), expected);
    let Event { at, kind, purpose, lane, channel, .. } = ana.events.last().unwrap();
    assert_eq!((*at, *kind), (WRITTEN, EventKind::CodeIssued));
    assert_eq!(purpose.as_deref(), Some(SIGN_IN));
    assert_eq!((*lane, *channel), (Some(Lane::FirstFactor), Some(Channel::Email)));
    assert_eq!(ana.events.len(), 16);
}

#[test]
fn the_outstanding_code_is_still_good_and_its_elders_are_not() {
    let ground = read();
    let (handle, code) = challenge();
    ground.advance(270 * SECOND);
    let typed = |code| Finish { context: b"pay 10", ..finish(&handle, code) };
    let other = wrong(&code);
    assert_eq!(ground.run(typed(&other)).map(|_| ()), Err(Refusal::WrongCode { tries_left: 4 }));
    let accepted = ground.run(typed(&code)).unwrap();
    assert_eq!((accepted.account(), accepted.purpose()), ("ana", SIGN_IN));
    assert_eq!(named(ground.run(typed(&code))), "AlreadyUsed");
}

#[test]
fn people_sign_in_years_later() {
    let ground = read();
    ground.advance(10 * 365 * DAY);
    for name in ["ana", PHONE, EMAIL] {
        ground.advance(HOUR);
        let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up(name) };
        let challenge = ground.sent(begin).unwrap();
        assert_eq!(named(ground.run(finish(&challenge.handle, &ground.code()))), "granted");
    }
    assert_eq!(named(ground.run(verify("rui", PIN))), "granted", "from the older key id");
    assert_eq!(named(ground.run(verify("+351912000999", PIN))), "granted");
    assert_eq!(named(ground.run(verify("bia", PIN))), "WrongCredentials", "a tombstone");
    ground.enroll("bia", Some(PIN), &[LANDLINE]);
    assert_eq!(named(ground.run(verify(LANDLINE, PIN))), "granted");
}

#[test]
fn claims_decoys_and_budgets_go_on_where_they_were() {
    let ground = read();
    let taken =
        Enroll { account: "eva", pin: None, addresses: &[PHONE], asserted_by: Some(operator()) };
    assert_eq!(ground.run(taken).map(|_| ()), Err(Refusal::AddressTaken));
    // One guess stands in the decoy already: nine more, and it is full.
    for _ in 0..9 {
        assert_eq!(named(ground.run(verify("eva", "135792"))), "WrongCredentials");
    }
    assert_eq!(named(ground.run(verify("eva", "135792"))), "Throttled");
    // A stranger asked for four messages; of the three that an hour allows, the first was the
    // second, after twenty minutes.
    ground.advance(2 * MINUTE);
    let until = NOW + 80 * MINUTE;
    assert_eq!(ground.run(look_up("ana")).map(|_| ()), Err(Refusal::Throttled { until }));
    ground.now.set(until);
    assert_eq!(named(ground.run(look_up("ana"))), "granted");
}

/// The shape that v1 has for ever, by a reader that knows nothing of the engine's code.
#[test]
fn a_stranger_to_the_code_reads_the_format() {
    let ground = read();
    let secrets = [*b"the first secret of the tests 32", SECOND_SECRET];
    for (row, snapshot) in ground.store.rows() {
        let id = u32::from(snapshot.body[4]);
        let secret = &secrets[usize::from(snapshot.body[4]) - 1];
        let plain = sealed::open(&sealed::derived(secret, "pinbolt seal", id), &row, &snapshot);
        let fields = sealed::fields(&plain);
        let most = match row.as_str().as_bytes()[0] {
            b'a' | b'd' => 12,
            b'c' => 1,
            _ => 0,
        };
        assert_eq!(fields, (0..=most).collect::<Vec<_>>(), "{row:?}");
    }
}
