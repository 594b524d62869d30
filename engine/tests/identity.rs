//! Civil identity: an account tied to a document, as many as the policy says.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use pinbolt::{
    Document, EventKind, Misuse, Refusal,
    op::{CancelAccount, Describe, Registrations, TieIdentity, UntieIdentity},
    testkit::MemoryStore,
};

fn card(number: &str) -> Document {
    Document::new("identity-card", "PT", number).unwrap()
}

impl World<MemoryStore> {
    fn tie(&self, account: &str, document: &Document) -> Result<(), Refusal> {
        self.run(TieIdentity { account, document, operator: operator() })
    }

    fn untie(&self, account: &str) -> Result<(), Refusal> {
        self.run(UntieIdentity { account, operator: operator() })
    }

    fn registered(&self, document: &Document) -> Vec<String> {
        self.run(Registrations { document, operator: operator() }).unwrap()
    }
}

fn people(sharers: u64) -> World<MemoryStore> {
    let policy = builder().set("identity.accounts", sharers).unwrap().build().unwrap();
    let w = world_with(policy);
    for account in ["ana", "eva", "mia"] {
        w.enroll_as(account, &[]);
    }
    w
}

#[test]
fn a_document_is_one_accounts() {
    let (w, one, other) = (people(1), card("12345678 9 ZZ4"), card("987654321ZZ9"));
    w.tie("ana", &one).unwrap();
    w.tie("ana", &card("123456789zz4")).unwrap();
    assert_eq!(w.tie("eva", &one), Err(Refusal::IdentityTaken));
    assert_eq!(w.tie("ana", &other), Err(Refusal::IdentityTaken), "one at a time");
    assert_eq!(w.registered(&one), ["ana"]);
    assert!(w.registered(&other).is_empty());
    let shown = w.run(Describe { account: "ana" }).unwrap();
    assert_eq!(shown.tied, Some(NOW));
    let tied = shown.events.iter().find(|event| event.kind == EventKind::IdentityTied).unwrap();
    assert_eq!(tied.operator, Some(operator()));

    w.untie("ana").unwrap();
    assert_eq!(w.untie("ana"), Err(Refusal::UnknownIdentity));
    w.tie("eva", &one).unwrap();
    w.run(CancelAccount { account: "eva", authority: by_operator() }).unwrap();
    assert!(w.registered(&one).is_empty(), "cancelling frees it");
    w.tie("mia", &one).unwrap();
    assert_eq!(w.tie("nobody", &other), Err(Refusal::UnknownAccount));
}

#[test]
fn the_registrations_of_one_person_are_listed() {
    let (w, one) = (people(2), card("1"));
    w.tie("eva", &one).unwrap();
    w.tie("ana", &one).unwrap();
    assert_eq!(w.registered(&one), ["ana", "eva"]);
    assert_eq!(w.tie("mia", &one), Err(Refusal::IdentityTaken));
    w.untie("eva").unwrap();
    w.tie("mia", &one).unwrap();
    assert_eq!(w.registered(&one), ["ana", "mia"]);
}

#[test]
fn a_document_of_no_form_is_misuse() {
    let long = "9".repeat(33);
    for (kind, country, number) in [
        ("", "PT", "1"),
        ("Card", "PT", "1"),
        ("a-word-of-17-long", "PT", "1"),
        ("card", "P", "1"),
        ("card", "P1", "1"),
        ("card", "PRT", "1"),
        ("card", "PT", ""),
        ("card", "PT", " - "),
        ("card", "PT", "1_2"),
        ("card", "PT", "\u{ff11}"),
        ("card", "PT", &long),
    ] {
        let document = Document::new(kind, country, number);
        assert_eq!(document, Err(Misuse::Document), "{kind} {country} {number}");
    }
    assert_ne!(card("1"), Document::new("passport", "PT", "1").unwrap());
    assert_ne!(card("1"), Document::new("identity-card", "ES", "1").unwrap());
    assert_eq!(format!("{:?}", card("123")), "Document(..)");
}
