//! An address that the person gave up by proof: it leaves after the cooling-off, and can be taken back.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod common;
mod life;

use common::*;
use life::*;
use pinbolt::{
    Channel, EventKind, Refusal,
    op::{Begin, CONFIRM, Describe, Enroll, Finish},
    testkit::MemoryStore,
};

/// Until when the account's addresses are in force, in their order.
fn untils(w: &World<MemoryStore>) -> Vec<Option<u64>> {
    let shown = w.run(Describe { account: "ana" }).unwrap().addresses;
    shown.into_iter().map(|held| held.until).collect()
}

/// The person gives the phone up; gives when it leaves.
fn given_up(w: &World<MemoryStore>) -> u64 {
    let proof = w.proof();
    w.release(PHONE, proof).unwrap();
    w.clock_now() + DAY
}

fn eva_takes(w: &World<MemoryStore>, address: &str) -> &'static str {
    let (addresses, asserted_by) = (&[address], Some(operator()));
    named(w.run(Enroll { account: "eva", pin: None, addresses, asserted_by }))
}

#[test]
fn it_leaves_at_the_very_millisecond() {
    let w = strict_world();
    let proof = w.proof();
    let open = w.begin(look_up("ana")).unwrap().handle;
    let code = w.code();
    w.release(PHONE, proof).unwrap();
    let until = w.clock_now() + DAY;
    assert_eq!(untils(&w), [Some(until), None]);
    assert_eq!(w.kinds().last(), Some(&EventKind::AddressReleased), "logged when it is asked");
    assert_eq!(named(w.finish(&open, &code)), "granted", "its challenges live");
    let waits = Err(Refusal::AddressWaits { until });
    assert_eq!(w.ask((NEW, Some(PHONE)), by_operator()).map(drop), waits, "nothing replaces it");

    w.clock.set(until - 11 * MINUTE);
    assert_eq!(w.reached(Channel::Sms).as_deref(), Some(PHONE));
    w.clock.set(until - 1);
    assert!(w.names(PHONE));
    assert_eq!(eva_takes(&w, PHONE), "AddressTaken");
    w.clock.set(until);
    assert!(!w.names(PHONE));
    assert_eq!(w.reached(Channel::Sms), None);
    assert_eq!(eva_takes(&w, PHONE), "granted");
}

#[test]
fn its_codes_die_as_it_leaves() {
    let w = strict_world();
    let until = given_up(&w);
    w.clock.set(until - MINUTE);
    let open = w.begin_by("ana", PIN).unwrap().handle;
    let code = w.code();
    let back = w.ask((PHONE, None), by_operator()).unwrap().handle;
    let back_code = w.code();
    w.clock.set(until);
    assert_eq!(named(w.finish(&open, &code)), "Ended");
    let back = Finish { purpose: CONFIRM, ..finish(&back, &back_code) };
    assert_eq!(named(w.run(back)), "Ended", "too late to take it back");
}

#[test]
fn the_next_write_of_its_account_lets_its_claim_go() {
    let w = strict_world();
    let until = given_up(&w);
    w.clock.set(until);
    let before = w.engine.store().rows().len();
    w.release(EMAIL, by_operator()).unwrap();
    assert_eq!(w.engine.store().rows().len(), before - 2, "the claims of both");
    assert_eq!(eva_takes(&w, PHONE), "granted");
}

#[test]
fn it_is_taken_back_by_confirming_it() {
    let w = strict_world();
    let until = given_up(&w);
    w.clock.set(until - MINUTE);
    let proof = w.sign_in().unwrap();
    w.change((PHONE, None), proof.into()).unwrap();
    assert_eq!(untils(&w), [None, None]);
    w.clock.advance(3 * DAY);
    assert!(w.names(PHONE));
    assert_eq!(eva_takes(&w, PHONE), "AddressTaken");
    // It is the account's as before: to be given up again, and no more to be confirmed.
    assert_eq!(named(w.ask((PHONE, None), by_operator())), "AddressTaken");
    let until = given_up(&w);
    assert_eq!(untils(&w), [Some(until), None]);
}

#[test]
fn to_ask_for_it_back_is_not_enough() {
    let w = strict_world();
    let until = given_up(&w);
    w.ask((PHONE, None), by_operator()).unwrap();
    assert_eq!(untils(&w), [Some(until), None]);
    // Nor is a code for something else.
    w.proof();
    assert_eq!(untils(&w), [Some(until), None]);
}

#[test]
fn what_is_to_be_replaced_is_not_taken_back() {
    let w = strict_world();
    let handle = w.ask((NEW, Some(PHONE)), by_operator()).unwrap().handle;
    let code = w.code();
    // Told of what is asked for, the owner gives the phone up nonetheless.
    let proof = {
        let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
        let begun = w.begin(Begin { channel: Channel::Email, ..begin }).unwrap().handle;
        w.finish(&begun, &w.code()).unwrap()
    };
    w.release(PHONE, proof.into()).unwrap();
    let until = w.clock_now() + DAY;
    w.clock.advance(MINUTE);
    w.run(Finish { purpose: CONFIRM, ..finish(&handle, &code) }).unwrap();
    assert_eq!(untils(&w), [Some(until), None, None], "the sooner of the two");
    assert_eq!(named(w.ask((PHONE, None), by_operator())), "AddressTaken");
    // The change is ended, and what was given up is so still; now it can be taken back.
    w.release(NEW, by_operator()).unwrap();
    assert_eq!(untils(&w), [Some(until), None]);
    w.clock.advance(10 * MINUTE);
    w.change((PHONE, None), by_operator()).unwrap();
    assert_eq!(untils(&w), [None, None]);
}

#[test]
fn it_is_taken_back_within_the_limit_of_phones() {
    let w = strict_world();
    given_up(&w);
    let back = w.ask((PHONE, None), by_operator()).unwrap().handle;
    let code = w.code();
    w.clock.advance(2 * MINUTE);
    w.change((NEW, None), by_operator()).unwrap();
    assert_eq!(named(w.ask((PHONE, None), by_operator())), "TooManyPhones");
    let back = Finish { purpose: CONFIRM, ..finish(&back, &code) };
    assert_ne!(named(w.run(back)), "granted");
    // Once the other is given up, it can be.
    w.release(NEW, by_operator()).unwrap();
    w.clock.advance(HOUR);
    w.change((PHONE, None), by_operator()).unwrap();
    assert_eq!(untils(&w), [None, None]);
}

#[test]
fn to_give_it_up_again_changes_nothing() {
    let w = strict_world();
    let until = given_up(&w);
    w.clock.advance(HOUR);
    let proof = w.proof();
    assert_eq!(w.release(PHONE, proof), Ok(()));
    assert_eq!(untils(&w), [Some(until), None]);
    let released = w.kinds().iter().filter(|kind| **kind == EventKind::AddressReleased).count();
    assert_eq!(released, 1);

    // So it is with one that is being replaced: when that change ends, it stays.
    let w = strict_world();
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    given_up(&w);
    w.release(NEW, by_operator()).unwrap();
    assert_eq!(untils(&w), [None, None]);
}

#[test]
fn all_addresses_are_told_of_it_once() {
    let w = strict_world();
    let proof = w.proof();
    let leaves = Some(w.clock_now() + DAY);
    let told = vec![PHONE.into(), EMAIL.into()];
    assert_eq!(w.release_and_tell(PHONE, proof), Ok((leaves, told)), "itself among them");
    let proof = w.proof();
    assert_eq!(w.release_and_tell(PHONE, proof), Ok((leaves, vec![])), "nothing new");
    // The other one hears of it from both, for a month.
    let proof = w.proof();
    let both = w.release_and_tell(EMAIL, proof).unwrap().1;
    assert_eq!(both, [PHONE, EMAIL]);
    w.clock.advance(2 * DAY);
    assert_eq!(named(w.release(PHONE, by_operator())), "UnknownAddress");
}

#[test]
fn what_an_operator_or_nobody_gives_up_is_told_to_nobody() {
    let w = strict_world();
    w.ask((NEW, Some(PHONE)), by_operator()).unwrap();
    let proof = w.proof();
    assert_eq!(w.release_and_tell(NEW, proof), Ok((None, vec![])), "a candidate");
    assert_eq!(w.release_and_tell(PHONE, by_operator()), Ok((None, vec![])));
}

#[test]
fn without_a_cooling_off_they_are_told_too() {
    let w = world_with(set("address.cooling", 0));
    w.enroll();
    let proof = w.proof();
    let told = vec![PHONE.into(), EMAIL.into()];
    assert_eq!(w.release_and_tell(PHONE, proof), Ok((None, told)));
}

#[test]
fn who_cannot_be_told_any_more_keeps_his_address() {
    let w = strict_world();
    for number in 0..3 {
        let address = format!("x{number}@example.com");
        w.ask((&address, None), by_operator()).unwrap();
        w.clock.advance(2 * MINUTE);
    }
    let proof = w.proof();
    assert_eq!(named(w.release(PHONE, proof)), "Throttled");
    assert_eq!(untils(&w)[0], None);
}

#[test]
fn a_clock_set_back_restarts_the_wait_in_full() {
    let w = strict_world();
    let until = given_up(&w);
    for hours in [12, 20] {
        w.clock.set(until - DAY + hours * HOUR);
        drop(w.verify("ana", PIN));
        w.clock.set(until - DAY + (hours - 6) * HOUR);
        assert!(w.names(PHONE));
        assert_eq!(untils(&w), [Some(w.clock_now() + DAY), None], "a day, no more and no less");
    }
    let until = w.clock_now() + DAY;
    w.clock.set(until - 1);
    assert!(w.names(PHONE));
    w.clock.set(until);
    assert!(!w.names(PHONE));
    // What is over stays over, once a write has seen it.
    drop(w.verify("ana", PIN));
    w.clock.set(until - HOUR);
    assert!(!w.names(PHONE));
}

#[test]
fn an_operators_release_is_at_once() {
    let w = strict_world();
    given_up(&w);
    w.release(PHONE, by_operator()).unwrap();
    assert!(!w.names(PHONE));
    assert_eq!(eva_takes(&w, PHONE), "granted");
}

#[test]
fn without_a_cooling_off_it_leaves_at_once() {
    let w = world_with(set("address.cooling", 0));
    w.enroll();
    given_up(&w);
    assert!(!w.names(PHONE));
    assert_eq!(eva_takes(&w, PHONE), "granted");
}

#[test]
fn a_suspended_one_given_up_stays_suspended() {
    let w = strict_world();
    w.suspend(EMAIL).unwrap();
    let proof = w.proof();
    w.release(EMAIL, proof).unwrap();
    let until = w.clock_now() + DAY;
    assert_eq!((untils(&w), w.reached(Channel::Email)), (vec![None, Some(until)], None));
    assert_eq!(eva_takes(&w, EMAIL), "AddressTaken");
    w.change((EMAIL, None), by_operator()).unwrap();
    assert_eq!(untils(&w), [None, None]);
    assert_eq!(w.reached(Channel::Email).as_deref(), Some(EMAIL));
}
