//! Bindings that stop between two of their writes, while the same account and others go on: each a
//! way that the model of bindings found.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use pinbolt::{
    Document, Refusal,
    driver::{Store, Swapped},
    op::{
        CONFIRM, Challenge, Confirm, Describe, Finish, Registrations, ReleaseAddress, Step,
        TieIdentity, UntieIdentity, Verb,
    },
    testkit::MemoryStore,
};

const OTHER: &str = "+351912000951";
const THIRD: &str = "+351912000369";

impl World<MemoryStore> {
    /// Runs a verb up to the write that comes after `writes` others, which is yet to be made.
    fn stopped<V: Verb>(&self, verb: V, writes: u32) -> Step<V::Output> {
        let (now, store) = (self.clock_now(), self.engine.store());
        let mut step = verb.start(self.engine.pinbolt(), now, [9; 32]);
        let mut left = writes;
        loop {
            step = match step {
                Step::Load(load) => {
                    let found = store.load(load.row()).unwrap();
                    load.found(now, found)
                }
                Step::Commit(commit) if left == 0 => return Step::Commit(commit),
                Step::Commit(commit) => {
                    left = left.saturating_sub(1);
                    assert!(matches!(store.swap(commit.write()), Swapped::Applied));
                    commit.applied(now)
                }
                _ => panic!("stopped before its write"),
            };
        }
    }

    /// What it comes to when it goes on.
    fn goes_on<T>(&self, step: Step<T>) -> Result<T, Refusal> {
        self.engine.complete(step).0.result.map_err(|error| match error {
            pinbolt::Error::Refused(refusal) => refusal,
            other => panic!("{other}"),
        })
    }

    fn asked(&self, account: &str, address: &str, replaces: Option<&str>) -> (Challenge, String) {
        let authority = by_operator();
        let confirm = Confirm { account, address, replaces, authority, caller: CALLER };
        let challenge = self.run(confirm).map(|begun| self.sent(begun)).unwrap();
        (challenge, self.code())
    }

    fn bind(&self, account: &str, address: &str, replaces: Option<&str>) -> Result<(), Refusal> {
        let (challenge, code) = self.asked(account, address, replaces);
        self.run(typed(&challenge, &code)).map(drop)
    }

    /// Whether the address names an account whose PIN is right.
    fn names(&self, address: &str) -> bool {
        self.verify(address, PIN).is_ok()
    }

    fn release(&self, account: &str, address: &str) {
        let authority = by_operator();
        drop(self.run(ReleaseAddress { account, address, authority }).unwrap());
    }
}

fn typed<'a>(challenge: &'a Challenge, code: &'a str) -> Finish<'a> {
    Finish { purpose: CONFIRM, ..finish(&challenge.handle, code) }
}

#[test]
fn two_spellings_of_one_mailbox_stay_one_accounts() {
    let policy = builder().set("email.one_mailbox", 1).unwrap().build().unwrap();
    let w = world_with(policy);
    w.enroll_as("ana", &[]);
    w.enroll_as("eva", &[]);
    let (challenge, code) = w.asked("ana", "a.b@example.com", None);
    // The intent and both claims are written; then it stands still for longer than its intent.
    let slow = w.stopped(typed(&challenge, &code), 3);
    w.clock.advance(11 * MINUTE);
    w.bind("ana", "ab@example.com", None).unwrap();
    assert_eq!(named(w.goes_on(slow)), "AddressTaken", "its intent counts no more");
    assert_eq!(w.bind("eva", "ab+x@example.com", None), Err(Refusal::AddressTaken));
    w.release("ana", "ab@example.com");
    w.bind("eva", "ab+x@example.com", None).unwrap();
    assert!(!w.names("a.b@example.com") && w.names("ab+x@example.com"));
}

#[test]
fn an_address_that_two_changes_replace_leaves_though_one_of_them_ends() {
    let w = world_with(strict().build().unwrap());
    w.enroll_as("ana", &[EMAIL]);
    let (challenge, code) = w.asked("ana", "first@example.com", Some(EMAIL));
    let slow = w.stopped(typed(&challenge, &code), 1);
    w.bind("ana", "second@example.com", Some(EMAIL)).unwrap();
    w.goes_on(slow).unwrap();
    w.release("ana", "second@example.com");
    w.clock.advance(2 * DAY);
    assert!(w.names("first@example.com") && !w.names(EMAIL), "it was replaced");
}

#[test]
fn an_intent_that_ran_out_passes_no_limit() {
    let w = world_with(strict().build().unwrap());
    w.enroll_as("ana", &[]);
    let (challenge, code) = w.asked("ana", OTHER, None);
    let slow = w.stopped(typed(&challenge, &code), 2);
    w.clock.advance(11 * MINUTE);
    w.bind("ana", THIRD, None).unwrap();
    assert_eq!(named(w.goes_on(slow)), "AddressTaken");
    let addresses = w.run(Describe { account: "ana" }).unwrap().addresses;
    let bound = addresses.iter().filter(|address| address.bound.is_some()).count();
    assert_eq!(bound, 1, "one phone number");
}

#[test]
fn of_two_changes_of_one_address_the_first_in_force_ends_it() {
    let w = world_with(strict().build().unwrap());
    w.enroll_as("ana", &[EMAIL]);
    let (challenge, code) = w.asked("ana", "first@example.com", Some(EMAIL));
    let slow = w.stopped(typed(&challenge, &code), 1);
    w.bind("ana", "second@example.com", Some(EMAIL)).unwrap();
    w.clock.advance(MINUTE);
    w.goes_on(slow).unwrap();
    w.clock.advance(DAY - MINUTE);
    assert!(!w.names(EMAIL) && w.names("second@example.com"), "it left when that came");
}

#[test]
fn a_third_write_that_comes_late_finds_the_fence() {
    let w = world_with(policy());
    w.enroll_as("ana", &[]);
    w.enroll_as("eva", &[]);
    let (challenge, code) = w.asked("ana", OTHER, None);
    // Judged while its intent stood, and not yet made when that has run out.
    let slow = w.stopped(typed(&challenge, &code), 2);
    w.clock.advance(11 * MINUTE);
    w.bind("eva", OTHER, None).unwrap();
    assert_eq!(named(w.goes_on(slow)), "AddressTaken");
    let card = Document::new("passport", "PT", "AB123456").unwrap();
    let tie = |account| TieIdentity { account, document: &card, operator: operator() };
    let slow = w.stopped(tie("ana"), 2);
    w.clock.advance(11 * MINUTE);
    w.run(tie("eva")).unwrap();
    assert_eq!(named(w.goes_on(slow)), "IdentityTaken");
    let registered = w.run(Registrations { document: &card, operator: operator() }).unwrap();
    assert_eq!(registered, ["eva"]);
}

#[test]
fn a_release_that_comes_late_takes_no_newer_binding_away() {
    let w = world_with(policy());
    w.enroll_as("ana", &[OTHER]);
    w.enroll_as("eva", &[]);
    let authority = by_operator();
    let slow = w.stopped(ReleaseAddress { account: "ana", address: OTHER, authority }, 1);
    w.bind("ana", OTHER, None).unwrap();
    drop(w.goes_on(slow).unwrap());
    assert_eq!(w.bind("eva", OTHER, None), Err(Refusal::AddressTaken));
    assert!(w.names(OTHER));
}

#[test]
fn a_clock_set_back_ends_what_is_under_way() {
    let w = world_with(policy());
    w.enroll_as("ana", &[]);
    let (challenge, code) = w.asked("ana", OTHER, None);
    let slow = w.stopped(typed(&challenge, &code), 2);
    w.clock.set(NOW - DAY);
    // It notes the clock.
    drop(w.verify("ana", PIN));
    assert_eq!(named(w.goes_on(slow)), "AddressTaken");
    let addresses = w.run(Describe { account: "ana" }).unwrap().addresses;
    assert!(addresses.iter().all(|address| address.bound.is_none()));
}

#[test]
fn a_document_that_was_freed_lists_no_account_though_its_claim_still_stands() {
    let w = world_with(policy());
    w.enroll_as("ana", &[]);
    let card = |number| Document::new("passport", "PT", number).unwrap();
    let (one, other) = (card("1"), card("2"));
    let tie = |document| TieIdentity { account: "ana", document, operator: operator() };
    let registered = |document| w.run(Registrations { document, operator: operator() }).unwrap();
    w.run(tie(&one)).unwrap();
    drop(w.stopped(UntieIdentity { account: "ana", operator: operator() }, 1));
    assert!(registered(&one).is_empty());
    w.run(tie(&other)).unwrap();
    assert!(registered(&one).is_empty());
    assert_eq!(registered(&other), ["ana"]);
}
