//! Law 8, for the life of an address and for civil documents: in every storm over every write each
//! verb has done exactly what it does in fair weather, or has failed and can be called again.
#![allow(clippy::unwrap_used)]

mod common;
mod stepping;
mod storms;

use common::*;
use pinbolt::{
    Document,
    op::{CONFIRM, Confirm, Finish, ReleaseAddress, SuspendAddress, TieIdentity, UntieIdentity},
};
use stepping::{Ground, Weather};
use storms::{End, Scene, in_every_storm, walk};

const NEW: &str = "+351912000369";

fn ana(ground: &Ground) -> String {
    ground.enroll_ana();
    String::new()
}

fn card() -> Document {
    Document::new("passport", "PT", "AB123456").unwrap()
}

fn asked(ground: &Ground) -> String {
    let confirm = Confirm {
        account: "ana",
        address: NEW,
        replaces: Some(PHONE),
        authority: by_operator(),
        caller: CALLER,
    };
    ground.sent(confirm).unwrap().handle
}

fn in_change(ground: &Ground) -> String {
    ground.enroll_ana();
    asked(ground)
}

fn in_change_of_a_suspended_one(ground: &Ground) -> String {
    ground.enroll_ana();
    ground.run(suspending()).unwrap();
    asked(ground)
}

fn changed(ground: &Ground) -> String {
    let handle = in_change(ground);
    ground.run(Finish { purpose: CONFIRM, ..finish(&handle, &ground.code()) }).unwrap();
    String::new()
}

/// What was replaced has left, and its claim stands until somebody sees that.
fn overdue(ground: &Ground) -> String {
    changed(ground);
    ground.advance(3 * DAY);
    String::new()
}

fn tied(ground: &Ground) -> String {
    ground.enroll_ana();
    ground.run(tying()).unwrap();
    String::new()
}

fn suspending() -> SuspendAddress<'static> {
    SuspendAddress { address: PHONE, account: None, operator: operator() }
}

fn tying() -> TieIdentity<'static> {
    static CARD: std::sync::OnceLock<Document> = std::sync::OnceLock::new();
    TieIdentity { account: "ana", document: CARD.get_or_init(card), operator: operator() }
}

fn release(ground: &Ground, address: &str, sky: &mut dyn Weather) -> End {
    walk(ground, ReleaseAddress { account: "ana", address, authority: by_operator() }, sky)
}

fn ends(ground: &Ground, handle: &str, sky: &mut dyn Weather) -> End {
    walk(ground, Finish { purpose: CONFIRM, ..finish(handle, &ground.code()) }, sky)
}

const SCENES: [Scene; 8] = [
    ("release_address", ana, |ground, _, sky| release(ground, PHONE, sky)),
    ("release_address of one that waits", changed, |ground, _, sky| release(ground, NEW, sky)),
    ("release_address after a change", overdue, |ground, _, sky| release(ground, NEW, sky)),
    ("suspend_address", ana, |ground, _, sky| walk(ground, suspending(), sky)),
    ("finish a change", in_change, ends),
    ("finish a change at once", in_change_of_a_suspended_one, ends),
    ("tie_identity", ana, |ground, _, sky| walk(ground, tying(), sky)),
    ("untie_identity", tied, |ground, _, sky| {
        walk(ground, UntieIdentity { account: "ana", operator: operator() }, sky)
    }),
];

#[test]
fn a_lost_answer_loses_no_address_and_no_document() {
    let (through, failed) = in_every_storm(&SCENES, &strict().build().unwrap());
    println!("verbs {}, came through {through}, failed and called again {failed}", SCENES.len());
    assert!(through >= 80 && failed >= 40, "{through} {failed}");
}
