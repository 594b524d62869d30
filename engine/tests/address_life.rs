//! An address from candidate to released: the cooling-off of a change, notices, suspension, age,
//! limits, and sharing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

mod common;
mod life;

use common::*;
use life::*;
use pinbolt::{
    Channel, EventKind, Refusal,
    op::{Begin, CONFIRM, CancelAccount, Describe, Enroll, Finish, ReleaseAddress, Resend},
};

#[test]
fn failure_39_a_change_waits_and_the_old_are_told_first() {
    let w = strict_world();
    let authority = w.proof();
    let before = w.outbox.all().len();
    let handle = w.ask((NEW, Some(PHONE)), authority).unwrap().handle;
    let sent: Vec<_> = w.outbox.all().split_off(before);
    let to: Vec<&str> = sent.iter().map(|message| message.to.as_str()).collect();
    assert_eq!(to, [PHONE, EMAIL, NEW], "the new address hears last");
    let codes: Vec<bool> = sent.iter().map(|message| message.code.is_empty()).collect();
    assert_eq!(codes, [true, true, false], "a notice carries no code");
    assert_eq!(sent.iter().map(|m| &m.id).collect::<std::collections::HashSet<_>>().len(), 3);
    assert!(w.kinds().contains(&EventKind::AddressChangeAsked));

    let open = w.begin(look_up("ana")).unwrap().handle;
    let open_code = w.code();
    let code = sent.last().unwrap().code.clone();
    w.run(Finish { purpose: CONFIRM, ..finish(&handle, &code) }).unwrap();
    assert_eq!(named(w.finish(&open, &open_code)), "Ended", "a change ends what is outstanding");
    let shown = w.run(Describe { account: "ana" }).unwrap().addresses;
    let [old, _, new] = &shown[..] else { panic!("{shown:?}") };
    let from = w.clock_now() + DAY;
    assert_eq!((old.until, new.from), (Some(from), Some(from)));

    w.clock.set(from - 1);
    assert!(w.names(PHONE) && !w.names(NEW), "until then all is as it was");
    w.clock.set(from - 11 * MINUTE);
    assert_eq!(w.reached(Channel::Sms).as_deref(), Some(PHONE));
    w.clock.set(from);
    assert!(!w.names(PHONE) && w.names(NEW));
    assert_eq!(w.reached(Channel::Sms).as_deref(), Some(NEW));
}

#[test]
fn failure_39_a_code_on_its_way_dies_when_its_address_leaves() {
    let w = strict_world();
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    w.clock.advance(DAY - MINUTE);
    let challenge = w.begin_by("ana", PIN).unwrap();
    let code = w.code();
    assert_eq!(w.outbox.last().unwrap().to, PHONE);
    w.clock.advance(MINUTE);
    assert_eq!(named(w.finish(&challenge.handle, &code)), "Ended");
}

#[test]
fn failure_39_the_old_address_ends_the_change() {
    let w = strict_world();
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    let until = w.clock_now() + DAY;
    let waits = Err(Refusal::AddressWaits { until });
    assert_eq!(w.ask((OTHER, Some(PHONE)), by_operator()).map(|_| ()), waits);
    assert_eq!(w.ask((NEW, None), by_operator()).map(|_| ()), waits);
    assert_eq!(named(w.ask((OTHER, Some(NEW)), by_operator())), "UnknownAddress");
    let authority = w.proof();
    w.release(NEW, authority).unwrap();
    w.clock.advance(3 * DAY);
    assert!(w.names(PHONE) && !w.names(NEW));
    assert_eq!(w.reached(Channel::Sms).as_deref(), Some(PHONE));
    w.enroll_as("eva", &[NEW]);
    assert!(w.names(NEW), "and another may have the number");
}

#[test]
fn failure_39_whoever_gives_all_up_first_still_waits_and_is_told_of() {
    let w = strict_world();
    for address in [PHONE, EMAIL] {
        w.clock.advance(10 * MINUTE);
        let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
        let begin = Begin { channel: Channel::Email, ..begin };
        let handle = w.begin(begin).unwrap().handle;
        let proof = w.finish(&handle, &w.code()).unwrap();
        w.release(address, proof.into()).unwrap();
    }
    w.clock.advance(DAY);
    assert!(w.run(Describe { account: "ana" }).unwrap().addresses.is_empty());
    let before = w.outbox.all().len();
    w.change((NEW, None), by_operator()).unwrap();
    let to: Vec<String> = w.outbox.all().split_off(before).into_iter().map(|m| m.to).collect();
    assert_eq!(to, [PHONE, EMAIL, NEW]);
    assert!(!w.names(NEW));
    w.enroll_as("eva", &[PHONE, EMAIL]);
    w.clock.advance(DAY);
    assert!(w.names(NEW) && w.names(PHONE), "the given up ones were free when they left");

    // An operator's release leaves nobody to be told.
    w.release(NEW, by_operator()).unwrap();
    w.clock.advance(30 * DAY);
    let before = w.outbox.all().len();
    w.change((OTHER, None), by_operator()).unwrap();
    assert_eq!(w.outbox.all().len(), before + 1);
    assert!(w.names(OTHER));
}

#[test]
fn failure_39_a_released_candidate_leaves_no_trace_that_hurries_a_change() {
    let w = strict_world();
    drop(
        w.run(ReleaseAddress { account: "ana", address: EMAIL, authority: by_operator() }).unwrap(),
    );
    let authority = w.proof();
    w.release(PHONE, authority).unwrap();
    w.clock.advance(DAY);
    // The number that has just left becomes a candidate again, and is given up again.
    w.ask((PHONE, None), by_operator()).unwrap();
    w.release(PHONE, by_operator()).unwrap();
    w.clock.advance(HOUR);
    w.change((NEW, None), by_operator()).unwrap();
    assert!(!w.names(NEW), "the older life of the number still counts");
}

#[test]
fn an_operator_need_not_wait_for_a_suspended_one() {
    let w = strict_world();
    assert_eq!(w.suspend(PHONE), Ok(vec!["ana".into()]));
    let before = w.outbox.all().len();
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    let to: Vec<String> = w.outbox.all().split_off(before).into_iter().map(|m| m.to).collect();
    assert_eq!(to, [EMAIL, NEW], "nothing goes to the suspended one");
    assert!(w.names(NEW) && !w.names(PHONE));
    assert!(w.kinds().contains(&EventKind::AddressReplaced));
    w.enroll_as("eva", &[PHONE]);

    // By proof it waits all the same, even where an operator asked before.
    let w = strict_world();
    w.suspend(PHONE).unwrap();
    w.ask((NEW, Some(PHONE)), by_operator()).unwrap();
    w.clock.advance(HOUR);
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
    let handle = w.begin(Begin { channel: Channel::Email, ..begin }).unwrap().handle;
    let proof = w.finish(&handle, &w.code()).unwrap();
    w.change((NEW, Some(PHONE)), proof.into()).unwrap();
    assert!(!w.names(NEW));
}

#[test]
fn a_suspended_address_names_and_delivers_nothing_until_confirmed_anew() {
    let w = strict_world();
    let open = w.begin_by("ana", PIN).unwrap();
    let code = w.code();
    assert_eq!(named(w.suspend("+351 912 000 417")), "granted");
    assert_eq!(named(w.finish(&open.handle, &code)), "Ended");
    assert!(w.names(PHONE));
    assert_eq!(w.reached(Channel::Sms), None);
    assert_eq!(w.reached(Channel::Email).as_deref(), Some(EMAIL));
    assert_eq!(named(w.suspend(NEW)), "UnknownAddress");
    let eva = Enroll { account: "eva", pin: None, addresses: &[PHONE], asserted_by: None };
    w.run(eva).unwrap();
    let handle = w.confirm("eva", PHONE).unwrap().handle;
    assert_eq!(named(w.finish(&handle, &w.code())), "AddressTaken", "it is still ana's");

    let before = w.outbox.all().len();
    w.clock.advance(HOUR);
    w.change((PHONE, None), by_operator()).unwrap();
    let to: Vec<String> = w.outbox.all().split_off(before).into_iter().map(|m| m.to).collect();
    assert_eq!(to, [EMAIL, PHONE]);
    assert_eq!(w.reached(Channel::Sms).as_deref(), Some(PHONE));
    assert_eq!(named(w.ask((PHONE, None), by_operator())), "AddressTaken", "it needs none now");
}

#[test]
fn failure_37_a_code_alone_on_a_stale_number_proves_nothing() {
    let w = strict_world();
    w.clock.advance(180 * DAY - 1);
    let fresh = w.begin(look_up("ana")).unwrap();
    let code = w.code();
    w.clock.advance(1);
    assert_eq!(named(w.finish(&fresh.handle, &code)), "WrongCode", "judged again at finish");
    w.clock.advance(HOUR);
    let before = w.outbox.all().len();
    let stale = w.begin(look_up("ana")).unwrap();
    assert!(stale.sent, "the answer is as ever");
    assert_eq!(w.outbox.all().len(), before, "and nothing is sent");
    w.clock.advance(HOUR);
    let resend = Resend { handle: &stale.handle, channel: Channel::Sms, caller: CALLER };
    assert_eq!(named(w.run(resend)), "Expired");
    assert!(w.run(Describe { account: "ana" }).unwrap().addresses.iter().all(|a| a.stale));

    // Beside a PIN it serves, and is proven anew by it.
    w.sign_in().unwrap();
    let challenge = w.begin(look_up("ana")).unwrap();
    assert_eq!(w.outbox.last().unwrap().to, PHONE);
    w.finish(&challenge.handle, &w.code()).unwrap();
    w.clock.advance(HOUR);
    let before = w.outbox.all().len();
    w.begin(Begin { purpose: "help", channel: Channel::Email, ..look_up("ana") }).unwrap();
    assert_eq!(w.outbox.all().len(), before, "the e-mail is stale still");
    w.change((EMAIL, None), by_operator()).unwrap();
    w.clock.advance(HOUR);
    w.begin(Begin { purpose: "help", channel: Channel::Email, ..look_up("ana") }).unwrap();
    assert_eq!(w.outbox.last().unwrap().to, EMAIL, "a confirmation proves it anew");
}

#[test]
fn a_registration_holds_as_many_phones_as_it_may() {
    let w = strict_world();
    let two = [NEW, OTHER];
    let enroll = Enroll { account: "eva", pin: None, addresses: &two, asserted_by: None };
    assert_eq!(named(w.run(enroll)), "TooManyPhones");
    assert_eq!(named(w.ask((NEW, None), by_operator())), "TooManyPhones");
    let handle = w.ask((NEW, Some(PHONE)), by_operator()).unwrap().handle;
    let code = w.code();
    w.change(("other@example.com", None), by_operator()).unwrap();
    w.clock.advance(HOUR);
    assert_eq!(named(w.finish(&handle, &code)), "Ended");
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    w.clock.advance(DAY);
    assert_eq!(named(w.ask((OTHER, None), by_operator())), "TooManyPhones");
    assert_eq!(named(w.ask((OTHER, Some(NEW)), by_operator())), "granted");
}

#[test]
fn the_limit_is_judged_again_when_the_code_is_typed() {
    let policy = set("address.phones", 2);
    let w = world_with(policy);
    w.enroll();
    // Two at once would make three.
    w.ask((NEW, None), by_operator()).unwrap();
    w.clock.advance(HOUR);
    let handle = w.ask((OTHER, None), by_operator()).unwrap().handle;
    let code = w.code();
    w.run(Finish { purpose: CONFIRM, ..finish(&handle, &code) }).unwrap();
    assert_eq!(named(w.ask((NEW, None), by_operator())), "TooManyPhones");
}

#[test]
fn a_clock_set_back_restarts_what_waits_and_brings_nothing_back() {
    let w = strict_world();
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    w.clock.advance(23 * HOUR);
    drop(w.verify("ana", PIN));
    w.clock.set(NOW - DAY);
    assert!(w.names(PHONE) && !w.names(NEW));
    w.clock.set(NOW - 1);
    assert!(w.names(PHONE) && !w.names(NEW), "it waits anew, in full");
    w.clock.set(NOW + MINUTE);
    assert!(!w.names(PHONE) && w.names(NEW));
    w.clock.set(NOW - 30 * DAY);
    // It notes the clock; whoever asks is throttled for a while.
    drop(w.verify("ana", PIN));
    let shown = w.run(Describe { account: "ana" }).unwrap().addresses;
    let shown: Vec<_> = shown.iter().map(|held| (held.channel, held.from, held.until)).collect();
    let in_force = [(Channel::Email, None, None), (Channel::Sms, None, None)];
    assert_eq!(shown, in_force, "what took effect stays, what left stays away");
    w.clock.advance(10 * DAY);
    assert_eq!(w.reached(Channel::Sms).as_deref(), Some(NEW));
}

#[test]
fn an_address_of_several_accounts_delivers_and_names_none() {
    let w = world_with(set("address.accounts", 2));
    w.enroll_as("ana", &[PHONE]);
    assert!(w.names(PHONE), "while it has one it names that one");
    w.enroll_as("eva", &[PHONE]);
    assert!(!w.names(PHONE));
    for account in ["ana", "eva"] {
        w.clock.advance(HOUR);
        w.begin(look_up(account)).unwrap();
        assert_eq!(w.outbox.last().unwrap().to, PHONE);
    }
    let asserted_by = Some(operator());
    let third = Enroll { account: "mia", pin: None, addresses: &[PHONE], asserted_by };
    assert_eq!(named(w.run(third)), "AddressTaken");
    assert_eq!(w.suspend(PHONE), Ok(vec!["ana".into(), "eva".into()]));
    let cancel = CancelAccount { account: "eva", authority: by_operator() };
    w.run(cancel).unwrap();
    assert!(w.names(PHONE), "ana's alone again");
    w.enroll_as("mia", &[PHONE]);
    assert!(!w.names(PHONE));
}

#[test]
fn failure_35_tags_and_dots_are_policy() {
    let (plain, tagged) = ("anareis@example.com", "Ana.Reis+bank@example.com");
    let w = world();
    w.enroll_as("ana", &[plain]);
    w.enroll_as("eva", &[tagged]);
    assert!(w.names(plain) && w.names(tagged), "without the policy they are two");

    let w = world_with(set("email.one_mailbox", 1));
    w.enroll_as("ana", &[tagged]);
    let eva = |address: &str| {
        let (addresses, asserted_by) = (&[address], Some(operator()));
        w.run(Enroll { account: "eva", pin: None, addresses, asserted_by })
    };
    assert_eq!(named(eva(plain)), "AddressTaken");
    assert!(w.names(tagged) && !w.names(plain), "it is no other name");
    // Another spelling of the own mailbox may stand beside the first.
    let handle = w.ask((plain, None), by_operator()).unwrap().handle;
    w.run(Finish { purpose: CONFIRM, ..finish(&handle, &w.code()) }).unwrap();
    w.release(tagged, by_operator()).unwrap();
    assert_eq!(named(eva(tagged)), "AddressTaken", "the other spelling holds it still");
    w.release(plain, by_operator()).unwrap();
    eva(tagged).unwrap();
}
