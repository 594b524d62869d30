//! Holes that were found in the life of addresses, each by the attack that went through it.
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
    Caller, Channel,
    op::{
        CONFIRM, ChangePin, Confirm, Describe, Enroll, EnrollInactive, Finish, Outstanding,
        ReleaseAddress, RememberDevice, Renew, Resend, SuspendAddress,
    },
};
use redeeming::*;

#[test]
fn a_notice_reaches_a_channel_of_ones_own() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PUSH]);
    w.run(confirm_of(EMAIL, None, by_operator())).map(|begun| w.sent(begun)).unwrap();
    let notice = &w.outbox.all()[0];
    assert_eq!((notice.channel, notice.to.as_str()), (push(), "installation-1"));
}

#[test]
fn a_resend_tells_the_owner_where_the_first_dispatch_was_lost() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    // A crash, or a request dropped, between the answer and the dispatch.
    let challenge = w.run(confirm_of(NEW, Some(PHONE), by_operator())).unwrap().challenge;
    w.clock.advance(MINUTE);
    let resend = Resend { handle: &challenge.handle, channel: Channel::Sms, caller: CALLER };
    let challenge = w.run(resend).map(|begun| w.sent(begun)).unwrap();
    w.run(Finish { purpose: CONFIRM, ..finish(&challenge.handle, &w.code()) }).unwrap();
    assert_eq!(to(&w), [PHONE, EMAIL, NEW], "the change stands; were its owners told?");
}

#[test]
fn who_gives_all_up_and_sits_it_out_is_told_of() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    counted(&w);
    for (counter, address) in [PHONE, EMAIL].into_iter().enumerate() {
        let authority = by_token(&w, counter as u64).into();
        drop(w.run(ReleaseAddress { account: "ana", address, authority }).unwrap());
    }
    w.clock.advance(DAY);
    let proof = by_token(&w, 2);
    confirmed(&w, confirm_of(NEW, None, proof.into())).unwrap();
    let in_force = w.verify(NEW, PIN).is_ok();
    assert!(
        to(&w).iter().any(|to| to == PHONE || to == EMAIL) && !in_force,
        "in force: {in_force}; told: {:?}",
        to(&w)
    );
}

#[test]
fn a_candidate_from_enrolment_waits_years_later() {
    let w = world_with(built(all()));
    let addresses = &[PHONE, EMAIL];
    w.run(Enroll { account: "ana", pin: Some(PIN), addresses, asserted_by: None }).unwrap();
    confirmed(&w, confirm_of(PHONE, None, by_operator())).unwrap();
    counted(&w);
    w.clock.advance(3 * 365 * DAY);
    let before = w.outbox.all().len();
    let proof = by_token(&w, 0);
    confirmed(&w, confirm_of(EMAIL, Some(PHONE), proof.into())).unwrap();
    assert!(w.verify(PHONE, PIN).is_ok(), "the phone left at once, told: {:?}", &to(&w)[before..]);
}

#[test]
fn another_account_cannot_use_up_what_activations_are_sent_by() {
    let w = world_with(built(all()));
    w.enroll_as("eva", &["+351912000951", "eva@example.com"]);
    let addresses = &[EMAIL];
    let ana = Enroll { account: "ana", pin: None, addresses, asserted_by: None };
    w.run(EnrollInactive(ana)).unwrap();
    // Eva, who is nobody to ana, names ana's address as her own, as often as she may.
    for _ in 0..3 {
        let challenge = w.begin_by("eva", PIN).unwrap();
        let proof = w.finish(&challenge.handle, &w.code()).unwrap();
        let confirm = Confirm {
            account: "eva",
            address: EMAIL,
            replaces: None,
            authority: proof.into(),
            caller: CALLER,
        };
        w.run(confirm).map(|begun| w.sent(begun)).unwrap();
        w.clock.advance(15 * MINUTE);
    }
    assert_eq!(named(w.run(issue(ACTIVATE, Some(EMAIL)))), "granted");
}

#[test]
fn a_change_of_address_under_way_ends_with_the_pin_that_asked_for_it() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    let proof = w.sign_in().unwrap();
    let challenge = w.run(confirm_of(NEW, Some(PHONE), proof.into())).map(|b| w.sent(b)).unwrap();
    let code = w.code();
    let change = ChangePin { account: "ana", old: PIN, new: "604281", caller: OTHER_SESSION };
    w.run(change).unwrap();
    let finish = Finish { purpose: CONFIRM, ..finish(&challenge.handle, &code) };
    assert_eq!(named(w.run(finish)), "Ended");
}

#[test]
fn a_renewed_code_goes_nowhere_where_its_address_has_left() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    let proof = w.sign_in().unwrap();
    let device = w.run(RememberDevice { account: "ana", label: "", proof: proof.into() }).unwrap();
    let token = String::from(device.token());
    w.clock.advance(10 * MINUTE);
    confirmed(&w, confirm_of(NEW, Some(PHONE), by_operator())).unwrap();
    w.clock.advance(DAY - MINUTE);
    w.begin(look_up("ana")).unwrap();
    w.clock.advance(2 * MINUTE);
    let before = w.outbox.all().len();
    let caller = Caller::new(b"the app").device(&token);
    let shown = w.run(Outstanding { account: "ana", caller }).unwrap();
    let renewed = w.run(Renew { account: "ana", purpose: "look-up", caller }).map(|b| w.sent(b));
    let sent = &to(&w)[before..];
    assert!(shown.is_empty() && renewed.is_err(), "outstanding: {shown:?}; sent to {sent:?}");
}

#[test]
fn two_set_backs_make_no_change_wait_longer_than_it_may() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    confirmed(&w, confirm_of(NEW, Some(PHONE), by_operator())).unwrap();
    for hours in [12, 20] {
        w.clock.set(NOW + hours * HOUR);
        drop(w.verify("ana", PIN));
        w.clock.set(NOW + hours * HOUR - 3 * MINUTE);
        drop(w.verify("ana", PIN));
    }
    let shown = w.run(Describe { account: "ana" }).unwrap().addresses;
    let from = shown.iter().filter_map(|held| held.from).max().unwrap();
    assert!(from - w.clock_now() <= DAY, "{} hours more", (from - w.clock_now()) / HOUR);
}

#[test]
fn an_activation_that_adds_an_address_is_told_of() {
    let w = world_with(built(all()));
    let addresses = &[PHONE, EMAIL];
    w.run(Enroll { account: "ana", pin: Some(PIN), addresses, asserted_by: None }).unwrap();
    confirmed(&w, confirm_of(PHONE, None, by_operator())).unwrap();
    w.clock.advance(365 * DAY);
    let before = w.outbox.all().len();
    let held = ticket(&w, issue(ACTIVATE, Some(EMAIL)));
    w.run(redeemed(ACTIVATE, &held)).unwrap();
    assert_eq!(to(&w)[before..], [PHONE, EMAIL]);
}

#[test]
fn a_link_redeemed_late_proves_what_was_received_then() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[EMAIL]);
    let held = ticket(&w, issue(DOSSIER, Some(EMAIL)));
    w.clock.advance(13 * DAY);
    w.run(redeemed(DOSSIER, &held)).unwrap();
    let shown = w.run(Describe { account: "ana" }).unwrap().addresses;
    assert_eq!(shown[0].proven, Some(NOW), "a link of two weeks ago is no receipt of today");
}

#[test]
fn a_thief_need_not_be_in_a_hurry_because_the_only_number_was_suspended() {
    for gives_up in [false, true] {
        let w = world_with(built(all()));
        w.enroll_as("ana", &[PHONE]);
        counted(&w);
        w.run(SuspendAddress { address: PHONE, account: None, operator: operator() }).unwrap();
        let mut replaces = Some(PHONE);
        if gives_up {
            let authority = by_token(&w, 0).into();
            drop(w.run(ReleaseAddress { account: "ana", address: PHONE, authority }).unwrap());
            replaces = None;
        }
        let proof = by_token(&w, 1);
        confirmed(&w, confirm_of(NEW, replaces, proof.into())).unwrap();
        assert!(w.verify(NEW, PIN).is_err(), "in force at once; given up: {gives_up}");
    }
}

#[test]
fn notices_flood_nobody() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE]);
    counted(&w);
    for number in 0..20 {
        let proof = by_token(&w, number);
        let address = format!("x{number}@example.com");
        drop(w.run(confirm_of(&address, None, proof.into())).map(|begun| w.sent(begun)));
        w.clock.advance(2 * MINUTE + SECOND);
    }
    let sent = to(&w).iter().filter(|to| *to == PHONE).count();
    assert!(sent <= 5, "{sent} messages to one phone in 40 minutes; the budget is 5 an hour");
}

#[test]
fn the_owner_can_end_a_change_until_it_is_in_force() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    counted(&w);
    // A thief who has the PIN and the token, and neither phone nor mailbox.
    confirmed(&w, confirm_of(NEW, Some(PHONE), by_token(&w, 0).into())).unwrap();
    for (address, counter) in [(PHONE, 1), (EMAIL, 2)] {
        let authority = by_token(&w, counter).into();
        drop(w.run(ReleaseAddress { account: "ana", address, authority }).unwrap());
    }
    // The owner reads the notice within the minute, phone in hand, and ends all of it.
    w.clock.advance(MINUTE);
    let proof = w.sign_in().unwrap();
    drop(w.run(ReleaseAddress { account: "ana", address: NEW, authority: proof.into() }).unwrap());
    w.clock.advance(10 * MINUTE);
    let proof = w.sign_in().unwrap();
    confirmed(&w, confirm_of(EMAIL, None, proof.into())).unwrap();
    w.clock.advance(3 * DAY);
    assert!(w.verify(PHONE, PIN).is_ok() && w.verify(EMAIL, PIN).is_ok());
    assert!(w.verify(NEW, PIN).is_err());
}
