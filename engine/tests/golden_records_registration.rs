//! Rows of record format v1 with the life of a registration in them, as files: they open today, and
//! must for ever.
//!
//! `records/v1/registration/*.bin` were written once and are never edited; `codes.bin` is text: a
//! device's token, then the code and the link of a ticket and of an activation. While format v1 isn't
//! released yet, `PINBOLT_WRITE_GOLDEN=1 cargo test -p pinbolt --test golden_records_registration`
//! writes them anew, and the digest here with them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods
)]

mod common;
mod golden;
mod redeeming;

use std::{env, path::PathBuf, sync::Once};

use common::*;
use pinbolt::{
    Caller, Channel, Document, Policy,
    op::{
        AddressState, CONFIRM, Confirm, Describe, Enroll, EnrollInactive, Finish, IssueTicket,
        Outstanding, Registrations, ReleaseAddress, RememberDevice, SuspendAddress, TieIdentity,
    },
    policy::Purpose,
    testkit::MemoryStore,
};
use redeeming::*;

const NEW: &str = "+351912000369";
const PUSH: &str = "@push:installation-1";
const EVAS: &str = "eva@example.com";

fn folder() -> PathBuf {
    golden::folder("v1/registration")
}

fn kept() -> Policy {
    let approve = Purpose::code("approve", &[Channel::own("push").unwrap()]);
    let both = [Channel::Sms, Channel::Email];
    let by_link = Purpose::code(BY_LINK, &both).link();
    let purposes = strict().purpose(approve).purpose(by_link);
    let tickets = purposes.purpose(Purpose::activation(ACTIVATE)).purpose(Purpose::ticket(DOSSIER));
    tickets.set("email.one_mailbox", 1).unwrap().build().unwrap()
}

fn card() -> Document {
    Document::new("identity-card", "PT", "123456789ZZ4").unwrap()
}

/// Lives through everything that a record can hold of a registration.
fn write() -> (World<MemoryStore>, Vec<String>) {
    let w = world_with(kept());
    w.enroll_as("ana", &[PHONE, EMAIL, PUSH]);
    let addresses = &[EVAS];
    let eva = Enroll { account: "eva", pin: None, addresses, asserted_by: None };
    w.run(EnrollInactive(eva)).unwrap();
    let proof = w.sign_in().unwrap().into();
    let device = RememberDevice { account: "ana", label: "Ana's phone", proof };
    let device = w.run(device).unwrap().token().to_string();
    let (account, document) = ("ana", &card());
    w.run(TieIdentity { account, document, operator: operator() }).unwrap();
    w.clock.advance(HOUR);
    // A change that waits, one given up, one suspended.
    let (address, replaces, authority) = (NEW, Some(PHONE), by_operator());
    let change = Confirm { account, address, replaces, authority, caller: CALLER };
    let begun = w.run(change).unwrap();
    let handle = w.sent(begun).handle;
    w.run(Finish { purpose: CONFIRM, ..finish(&handle, &w.code()) }).unwrap();
    w.clock.advance(HOUR);
    let authority = w.sign_in().unwrap().into();
    drop(w.run(ReleaseAddress { account, address: PUSH, authority }).unwrap());
    let (account, operator) = (Some("ana"), operator());
    w.run(SuspendAddress { address: PHONE, account, operator }).unwrap();
    w.clock.advance(HOUR);
    let dossier = w.ticket("ana", DOSSIER).unwrap();
    let dossier = [dossier.code, dossier.link];
    let address = Some(EVAS);
    let admit = w.run(IssueTicket { address, ..ticket_for("eva", ACTIVATE) }).unwrap();
    let code = admit.code().to_string();
    w.engine.deliver(admit.dispatch).unwrap();
    let link = w.outbox.last().unwrap().link.unwrap();
    let codes = [vec![device], dossier.to_vec(), vec![code, link]].concat();
    (w, codes)
}

/// The rows of the files, at the time of the last write, and what is text beside them.
fn read() -> (World<MemoryStore>, Vec<String>) {
    static WRITE: Once = Once::new();
    WRITE.call_once(|| {
        if env::var_os("PINBOLT_WRITE_GOLDEN").is_some() {
            let (w, codes) = write();
            golden::write(&folder(), w.engine.store(), ("codes.bin", &codes));
        }
    });
    let w = world_on(golden::read(&folder()), kept());
    w.clock.set(NOW + 3 * HOUR);
    (w, golden::lines(&folder(), "codes.bin"))
}

#[test]
fn no_file_was_touched() {
    read();
    assert_eq!(
        golden::digest(&folder()),
        "83bf017f2ae4eee1bbf19612a8c1b119a9652ca9970ce44832a21b8010c7c626"
    );
}

#[test]
fn the_registration_is_what_it_was() {
    let (w, codes) = read();
    let ana = w.run(Describe { account: "ana" }).unwrap();
    let at = |hours| Some(NOW + hours * HOUR);
    let shown = |a: &AddressState| (a.channel, a.bound, a.proven, a.from, a.until, a.suspended);
    let push = Channel::own("push").unwrap();
    let expected = [
        (Channel::Sms, at(0), at(2), None, at(25), at(2)),
        (Channel::Email, at(0), at(0), None, None, None),
        (push, at(0), at(0), None, at(26), None),
        (Channel::Sms, at(1), at(1), at(25), None, None),
    ];
    assert_eq!(ana.addresses.iter().map(shown).collect::<Vec<_>>(), expected);
    assert_eq!((ana.tied, ana.devices.len(), ana.inactive), (at(0), 1, false));
    assert!(w.run(Describe { account: "eva" }).unwrap().inactive);
    let (document, operator) = (&card(), operator());
    assert_eq!(w.run(Registrations { document, operator }), Ok(vec!["ana".to_string()]));
    let caller = Caller::new(b"the app").device(&codes[0]);
    assert_eq!(w.run(Outstanding { account: "ana", caller }).map(|codes| codes.len()), Ok(0));
}

#[test]
fn what_was_issued_then_serves_and_what_waited_comes() {
    let (w, codes) = read();
    let [_, code, link, admit, admits] = <[String; 5]>::try_from(codes).unwrap();
    let expires = 0;
    let dossier = Ticket { purpose: DOSSIER, code, link, expires };
    for _ in 0..2 {
        assert_eq!(w.redeem(&dossier).unwrap().account(), "ana");
    }
    let activation = Ticket { purpose: ACTIVATE, code: admit, link: admits, expires };
    assert_eq!(w.redeem(&activation).unwrap().account(), "eva");
    assert_eq!(named(w.redeem(&activation)), "AlreadyUsed");
    w.clock.set(NOW + 25 * HOUR);
    let begin = || w.begin_by(NEW, PIN).map(|_| ());
    assert_eq!(begin(), Ok(()));
    assert_eq!(w.outbox.last().unwrap().to, NEW);
}
