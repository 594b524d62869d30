//! Rows of record format v1 as files: they open today, and must for ever.
//!
//! `records/v1/*.bin` were written once, from fixed keys, entropy and times, before there were tokens
//! and recovery codes. They are never edited and never written again: a build that can't read them
//! has broken every database in use. `challenge.bin` is text, the handle of an outstanding challenge
//! and its code on two lines. `golden_records_tokens` has the rows of accounts with tokens.
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

use std::path::PathBuf;

use common::*;
use pinbolt::{
    Authenticator, Channel, Event, EventKind, Lane, Pinbolt, Policy, Refusal,
    driver::Store,
    op::{Begin, Describe, Enroll, Evidence, Finish, IssueRecoveryCodes, TokenKind},
};
use stepping::Ground;

const SECOND_SECRET: [u8; 32] = *b"the second secret of the tests..";
const LANDLINE: &str = "+351212000417";
/// When the last of the rows was written.
const WRITTEN: u64 = NOW + 41 * MINUTE + 30 * SECOND;

fn folder() -> PathBuf {
    golden::folder("v1")
}

/// Two key ids: rows of both are among the files.
fn opened(policy: Policy) -> Pinbolt {
    let mut keys = keys();
    keys.rotate(2, SECOND_SECRET).unwrap();
    Pinbolt::open(keys, policy, "tests").unwrap()
}

/// The rows of the files in a store, at the time of the last write.
fn read() -> Ground {
    read_under(policy())
}

fn read_under(policy: Policy) -> Ground {
    let ground = Ground::of(opened(policy.clone()), golden::read(&folder()));
    let ground = ground.under(opened(policy));
    ground.now.set(WRITTEN);
    ground
}

fn challenge() -> (String, String) {
    let lines = golden::lines(&folder(), "challenge.bin");
    (lines[0].clone(), lines[1].clone())
}

#[test]
fn no_file_was_touched() {
    let digest = "980e16f7a98734aa86b8f8797171c89624c4a01a546df57fd6227f281f1868c4";
    assert_eq!(golden::digest(&folder()), digest);
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

#[test]
fn an_account_from_before_there_were_tokens_takes_them() {
    let ground = read_under(with_tokens().build().unwrap());
    let ana = ground.run(Describe { account: "ana" }).unwrap();
    assert_eq!((ana.tokens.len(), ana.recovery_codes_left), (0, None));
    let row = |ground: &Ground| {
        let rows = ground.store.rows();
        let own = rows.into_iter().max_by_key(|(_, snapshot)| snapshot.body.len());
        let (row, snapshot) = own.unwrap();
        assert_eq!(snapshot, ground.store.load(&row).unwrap().unwrap());
        let secret = &[*b"the first secret of the tests 32", SECOND_SECRET]
            [usize::from(snapshot.body[4]) - 1];
        let key = sealed::derived(secret, "pinbolt seal", snapshot.body[4].into());
        sealed::fields(&sealed::open(&key, &row, &snapshot))
    };
    assert_eq!(row(&ground), (0..=12).collect::<Vec<_>>());
    for (purpose, evidence) in [
        ("otp", Evidence::otp("000000")),
        ("recover", Evidence::recovery_code("0000-0000-0000-0000")),
    ] {
        assert_eq!(named(ground.run(verify_by("ana", purpose, evidence))), "WrongCredentials");
    }
    let added = ground.run(standing(TokenKind::HOTP)).unwrap();
    assert_eq!(added.token, 1, "none was added before");
    let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
    let codes: Vec<String> = ground.run(issue).unwrap().iter().map(Into::into).collect();
    assert_eq!(row(&ground), (0..=15).collect::<Vec<_>>());
    let (code, list) = (otp(0), &codes[0]);
    let all = Evidence::pin(PIN).and_otp(&code).and_recovery_code(list);
    assert_eq!(named(ground.run(verify_by("ana", "all", all))), "granted");
    let kept = ground.run(Describe { account: "ana" }).unwrap();
    assert_eq!((kept.enrolled, kept.pin_set, kept.addresses), (NOW, Some(NOW), ana.addresses));
}
