//! Law 8, for tickets: a write whose answer was lost is resolved from the record. An activation is
//! accepted once at most, and a code is shown only where its ticket stands.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod stepping;
mod steps;
mod storms;

use common::*;
use pinbolt::{
    Authenticator, Error, Lane, Policy,
    op::{CloseTicket, Describe, Enroll, EnrollInactive, IssueTicket, Redeem},
    policy::Purpose,
};
use std::{collections::BTreeMap, thread};
use stepping::{Fair, Ground};
use steps::{count, watched};
use storms::{End, STORMS, Scene, Sky, in_every_storm, walk};

const ACTIVATE: &str = "activate";
const DOSSIER: &str = "dossier";

fn policy() -> Policy {
    builder()
        .purpose(Purpose::activation(ACTIVATE))
        .purpose(Purpose::ticket(DOSSIER))
        .build()
        .unwrap()
}

fn ticket<'a>(purpose: &'a str, address: Option<&'a str>) -> IssueTicket<'a> {
    IssueTicket { account: "ana", purpose, address, context: b"", operator: operator() }
}

/// Link and code of a ticket, as one text.
fn issue(ground: &Ground, purpose: &str, address: Option<&str>) -> String {
    let issued = ground.run(ticket(purpose, address)).unwrap();
    let (code, link) = (issued.code().to_owned(), issued.link().map(str::to_owned));
    ground.dispatch(issued.dispatch);
    let link = link.unwrap_or_else(|| ground.mail.borrow().last().unwrap().link.clone());
    format!("{link} {code}")
}

fn dossier(ground: &Ground) -> String {
    ground.enroll_ana();
    issue(ground, DOSSIER, None)
}

/// An account that is still to be activated; its address is a candidate.
fn activation(ground: &Ground) -> String {
    let addresses = &[EMAIL];
    let enroll = Enroll { account: "ana", pin: Some(PIN), addresses, asserted_by: None };
    ground.run(EnrollInactive(enroll)).unwrap();
    issue(ground, ACTIVATE, Some(EMAIL))
}

fn redeem<'a>(purpose: &'a str, pair: &'a str) -> Redeem<'a> {
    let (link, code) = pair.split_once(' ').unwrap();
    Redeem { purpose, link, code: Some(code), caller: CALLER, context: b"" }
}

fn guess(pair: &str) -> String {
    let (link, code) = pair.split_once(' ').unwrap();
    format!("{link} {}{}", if code.starts_with('7') { "8" } else { "7" }, &code[1..])
}

const SCENES: [Scene; 4] = [
    ("redeem", dossier, |g, pair, sky| walk(g, redeem(DOSSIER, pair), sky)),
    ("a wrong code", dossier, |g, pair, sky| walk(g, redeem(DOSSIER, &guess(pair)), sky)),
    ("issue", dossier, |g, _, sky| walk(g, ticket(DOSSIER, None), sky)),
    ("close", dossier, |g, _, sky| {
        walk(g, CloseTicket { account: "ana", purpose: DOSSIER, authority: by_operator() }, sky)
    }),
];

const ACTIVATES: [Scene; 1] =
    [("activate", activation, |g, pair, sky| walk(g, redeem(ACTIVATE, pair), sky))];

#[test]
fn every_write_of_every_verb_in_every_storm() {
    assert_eq!(in_every_storm(&SCENES, &policy()), (4 * 6, 4 * 4));
    // Intent, claim, bound, used up: the claim's write comes through, unless the store fails.
    assert_eq!(in_every_storm(&ACTIVATES, &policy()), (3 * 6 + 9, 3 * 4 + 1));
}

#[test]
fn in_no_storm_is_an_activation_accepted_twice() {
    for at in 0..4 {
        for storm in STORMS {
            let ground = Ground::new(policy());
            let pair = activation(&ground);
            let mut sky = Sky::over(at, storm);
            let first = walk(&ground, redeem(ACTIVATE, &pair), &mut sky);
            if let Some((write, _)) = sky.hit {
                ground.apply(&write);
            }
            let more = [0; 3].map(|_| walk(&ground, redeem(ACTIVATE, &pair), &mut Fair));
            let granted = more.iter().chain([&first]).filter(|end| **end == End::Granted).count();
            assert!(granted <= 1, "write {at}, {storm:?}: {first:?}, {more:?}");
            assert_eq!(more[2], End::Refused("AlreadyUsed"), "write {at}, {storm:?}");
            let seen = ground.run(Describe { account: "ana" }).unwrap();
            assert!(!seen.inactive && seen.addresses[0].bound.is_some(), "write {at}, {storm:?}");
        }
    }
}

#[test]
fn a_code_is_shown_only_where_its_ticket_stands_and_ends_the_older_one_then() {
    let mut shown = 0;
    for storm in STORMS {
        let ground = Ground::new(policy());
        let older = dossier(&ground);
        let mut sky = Sky::over(0, storm);
        let (outcome, _) = ground.walk(ground.start(ticket(DOSSIER, None)), &mut sky);
        let answers = |pair: &str| named(ground.run(redeem(DOSSIER, pair)));
        match outcome {
            Ok(issued) => {
                shown += 1;
                let pair = format!("{} {}", issued.link().unwrap(), issued.code());
                assert_eq!((answers(&pair), answers(&older)), ("granted", "Superseded"));
            }
            Err(Error::Failure(_)) => {
                let written = sky.writes[0].version;
                let stands = ground.store.rows().iter().any(|(_, row)| row.version == written);
                let expected = if stands { "Superseded" } else { "granted" };
                assert_eq!(answers(&older), expected, "{storm:?}: one ticket or the other");
            }
            Err(error) => panic!("{storm:?}: {error:?}"),
        }
    }
    assert_eq!(shown, 6);
}

#[test]
fn failure_01_two_hundred_wrong_codes_at_once_get_five_verdicts() {
    let (w, log) = watched(policy());
    let issued = w.run(ticket(DOSSIER, None)).unwrap();
    let (link, code) = (issued.link().unwrap(), issued.code());
    let before = log.account_writes();
    let letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let others = |at: usize| letters.chars().filter(move |l| !code[at..].starts_with(*l));
    let wrong: Vec<String> = (0..8)
        .filter(|at| *at != 4)
        .flat_map(|at| others(at).map(move |l| format!("{}{l}{}", &code[..at], &code[at + 1..])))
        .take(200)
        .collect();
    assert_eq!(wrong.len(), 200);
    let mut ended = BTreeMap::new();
    thread::scope(|scope| {
        let run = |code: &String| {
            let redeem =
                Redeem { purpose: DOSSIER, link, code: Some(code), caller: CALLER, context: b"" };
            named(w.run(redeem))
        };
        let threads: Vec<_> = wrong.iter().map(|code| scope.spawn(move || run(code))).collect();
        for thread in threads {
            *ended.entry(thread.join().unwrap()).or_insert(0) += 1;
        }
    });
    assert_eq!(ended, BTreeMap::from([("WrongCode", 5), ("TriesUsedUp", 195)]));
    assert_eq!(log.account_writes() - before, 5, "five writes carried a comparison");
    assert_eq!(count(&w, Authenticator::ISSUED_CODE, Lane::FirstFactor), 5);
}

#[test]
fn failure_02_of_a_hundred_redemptions_at_once_one_activates() {
    let (w, _) = watched(policy());
    let issued = w.run(ticket(ACTIVATE, None)).unwrap();
    let pair = format!("{} {}", issued.link().unwrap(), issued.code());
    let mut ended = BTreeMap::new();
    thread::scope(|scope| {
        let run = || named(w.run(redeem(ACTIVATE, &pair)));
        let threads: Vec<_> = (0..100).map(|_| scope.spawn(run)).collect();
        for thread in threads {
            *ended.entry(thread.join().unwrap()).or_insert(0) += 1;
        }
    });
    assert_eq!(ended, BTreeMap::from([("granted", 1), ("AlreadyUsed", 99)]));
}
