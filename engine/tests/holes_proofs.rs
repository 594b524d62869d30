//! Holes that were found in proofs, tickets and known devices, each by the attack that went through it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod attacks;
mod common;
mod redeeming;

use attacks::*;
use common::*;
use pinbolt::{
    Authority, Caller, Channel, Pinbolt, Refusal,
    driver::Error,
    op::{
        Begin, Block, CancelAccount, CloseTicket, Enroll, EnrollInactive, Finish, ReleaseAddress,
        RememberDevice, ResetPin, Unblock,
    },
    policy::{Builder, Purpose},
    testkit::MemoryStore,
};
use redeeming::*;

#[test]
fn a_tickets_link_dies_with_the_own_address_it_went_to() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, PUSH]);
    confirmed(&w, confirm_of(PUSH_2, Some(PUSH), by_operator())).unwrap();
    let held = ticket(&w, issue(DOSSIER, Some(PUSH)));
    w.clock.advance(DAY);
    assert_eq!(named(w.run(redeemed(DOSSIER, &held))), "Ended");
}

#[test]
fn a_tickets_link_dies_with_the_mailbox_it_went_to() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    confirmed(&w, confirm_of("ana@example.org", Some(EMAIL), by_operator())).unwrap();
    let held = ticket(&w, issue(DOSSIER, Some(EMAIL)));
    w.clock.advance(DAY);
    match w.engine.run(redeemed(DOSSIER, &held)) {
        Err(Error::Refused(Refusal::Ended)) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_activation_by_an_own_channel_authorizes() {
    let w = world_with(built(all()));
    let addresses = &[PUSH];
    let ana = Enroll { account: "ana", pin: None, addresses, asserted_by: None };
    w.run(EnrollInactive(ana)).unwrap();
    let held = ticket(&w, issue(ACTIVATE, Some(PUSH)));
    let authority = w.run(redeemed(ACTIVATE, &held)).unwrap().into();
    assert_eq!(named(w.run(ResetPin { account: "ana", new: PIN, authority })), "granted");
}

#[test]
fn a_proof_of_an_ended_account_is_nothing_to_the_next_of_its_id() {
    let w = world_with(built(all()));
    let plain = || Enroll { account: "ana", pin: None, addresses: &[], asserted_by: None };
    w.run(plain()).unwrap();
    let held = ticket(&w, issue("desk", None));
    let proof = w.run(redeemed("desk", &held)).unwrap();
    // The next minute and a half is served by a machine whose clock is two minutes behind.
    w.clock.set(NOW - 100 * SECOND);
    w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
    w.clock.advance(MINUTE);
    w.run(plain()).unwrap();
    let reset = ResetPin { account: "ana", new: PIN, authority: proof.into() };
    assert_eq!(named(w.run(reset)), "NotAuthorized");
}

#[test]
fn a_proof_from_before_a_block_stays_dead_after_it() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE]);
    let proof = w.sign_in().unwrap();
    w.run(Block { account: "ana", operator: operator() }).unwrap();
    w.run(Unblock { account: "ana", operator: operator() }).unwrap();
    let release = ReleaseAddress { account: "ana", address: PHONE, authority: proof.into() };
    assert_eq!(named(w.run(release)), "NotAuthorized");
}

/// The same store under another policy.
fn under(w: &World<MemoryStore>, store: &MemoryStore, builder: Builder) -> World<MemoryStore> {
    let other = world_of(store.clone(), Pinbolt::open(keys(), built(builder), "tests").unwrap());
    other.clock.set(w.clock_now());
    other
}

#[test]
fn a_ticket_whose_purpose_now_sends_codes_does_not_keep_strangers_out() {
    let store = MemoryStore::new();
    let w = world_on(store.clone(), built(builder().purpose(Purpose::ticket("matter"))));
    w.enroll_as("ana", &[PHONE]);
    drop(ticket(&w, issue("matter", None)));
    let w = under(&w, &store, builder().purpose(Purpose::code("matter", &[Channel::Sms])));
    w.clock.advance(HOUR);
    w.begin(Begin { purpose: "matter", ..look_up("ana") }).unwrap();
    assert_eq!(to(&w), [PHONE]);
}

#[test]
fn a_ticket_is_no_activation_because_the_policy_changed() {
    let store = MemoryStore::new();
    let w = world_on(store.clone(), built(builder().purpose(Purpose::ticket("matter"))));
    w.enroll_as("ana", &[PHONE]);
    let held = ticket(&w, issue("matter", None));
    let w = under(&w, &store, builder().purpose(Purpose::activation("matter")));
    let twice = [(); 2].map(|()| w.run(redeemed("matter", &held)));
    let [first, second] = twice;
    assert!(second.is_err(), "an activation is good once");
    if let Ok(proof) = first {
        let authority = Authority::from(proof);
        assert_eq!(
            named(w.run(ResetPin { account: "ana", new: "604281", authority })),
            "NotAuthorized"
        );
    }
}

#[test]
fn a_code_on_a_channel_that_the_purpose_lost_proves_nothing() {
    let store = MemoryStore::new();
    let pay = |channels: &[Channel]| builder().purpose(Purpose::pin_and_code("pay", channels));
    let w = world_on(store.clone(), built(pay(&[Channel::Sms, Channel::Email])));
    w.enroll();
    let begin = Begin { purpose: "pay", pin: Some(PIN), ..look_up("ana") };
    let challenge = w.begin(Begin { channel: Channel::Email, ..begin }).unwrap();
    let code = w.code();
    let w = under(&w, &store, pay(&[Channel::Sms]));
    let finish = Finish { purpose: "pay", ..finish(&challenge.handle, &code) };
    assert_eq!(named(w.run(finish)), "Ended");
}

#[test]
fn a_tickets_proof_ends_with_the_ticket() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE]);
    let held = ticket(&w, issue("desk", None));
    let proof = w.run(redeemed("desk", &held)).unwrap();
    w.run(CloseTicket { account: "ana", purpose: "desk", authority: by_operator() }).unwrap();
    let reset = ResetPin { account: "ana", new: "604281", authority: proof.into() };
    assert_eq!(named(w.run(reset)), "NotAuthorized");
}

#[test]
fn what_the_owner_does_on_a_known_device_shows_no_stranger_anything() {
    let answers = |name: &str| {
        let w = world_with(built(all()));
        w.enroll_as("ana", &[PHONE]);
        let proof = w.sign_in().unwrap();
        let device =
            w.run(RememberDevice { account: "ana", label: "", proof: proof.into() }).unwrap();
        let owner = Caller::new(b"the owner").device(device.token());
        w.clock.advance(DAY);
        for _ in 0..4 {
            w.begin(Begin { caller: owner, purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") })
                .unwrap();
            w.clock.advance(5 * MINUTE);
        }
        let stranger = Caller::new(b"a stranger");
        [(); 3].map(|()| {
            w.clock.advance(5 * MINUTE);
            named(w.run(Begin { caller: stranger, ..look_up(name) }))
        })
    };
    assert_eq!(answers("ana"), answers("nobody"));
}

#[test]
fn a_blocked_account_says_so_where_accounts_are_not_hidden() {
    let w = world_with(built(all().set("accounts.hide", 0).unwrap()));
    w.enroll_as("ana", &[PHONE]);
    w.run(Block { account: "ana", operator: operator() }).unwrap();
    assert_eq!(named(w.run(look_up("ana"))), "Blocked");
}

#[test]
fn law_1_a_right_tickets_code_shows_nothing_before_a_write() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[EMAIL]);
    // A phone asked for and never confirmed, and then another that was.
    w.run(confirm_of(NEW, None, by_operator())).map(|begun| w.sent(begun)).unwrap();
    w.clock.advance(HOUR);
    confirmed(&w, confirm_of(PHONE, None, by_operator())).unwrap();
    let held = ticket(&w, issue(ACTIVATE, Some(NEW)));
    let before = rows(&w);
    let answer = named(w.run(redeemed(ACTIVATE, &held)));
    assert!(answer == "TooManyPhones" && rows(&w) != before, "{answer}, and nothing written");
}

#[test]
fn a_stranger_takes_no_message_from_who_is_on_a_known_device() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE]);
    let proof = w.sign_in().unwrap();
    let device = w.run(RememberDevice { account: "ana", label: "", proof: proof.into() }).unwrap();
    let owner = Caller::new(b"the owner").device(device.token());
    w.clock.advance(DAY);
    for _ in 0..3 {
        w.begin(Begin { caller: Caller::new(b"a stranger"), ..look_up(PHONE) }).unwrap();
        w.clock.advance(6 * MINUTE);
    }
    let answers = [(); 5].map(|()| {
        w.clock.advance(6 * MINUTE);
        let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), caller: owner, ..look_up("ana") };
        named(w.begin(begin))
    });
    assert_eq!(answers, ["granted"; 5], "as many as without the stranger");
}
