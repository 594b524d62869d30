//! The life of an address where two things meet: what is outstanding, what is told, what counts, and
//! a clock set back.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

mod common;
mod life;

use common::*;
use life::*;
use pinbolt::{
    Authority, Caller, Channel, Pinbolt, Policy, Refusal,
    op::{
        Begin, CONFIRM, CancelAccount, Confirm, Describe, Enroll, Finish, Outstanding,
        RememberDevice, Renew, SuspendAddress,
    },
    testkit::MemoryStore,
};

impl World<MemoryStore> {
    /// The token of a device that the account knows.
    fn device(&self) -> String {
        let proof = self.sign_in().unwrap();
        let device = RememberDevice { account: "ana", label: "", proof: proof.into() };
        let token = self.run(device).unwrap().token().into();
        self.clock.advance(HOUR);
        token
    }

    /// How many codes the device sees outstanding.
    fn outstanding(&self, token: &str) -> usize {
        let caller = Caller::new(b"app").device(token);
        self.run(Outstanding { account: "ana", caller }).unwrap().len()
    }

    fn renew(&self, token: &str) -> &'static str {
        let caller = Caller::new(b"app").device(token);
        named(self.run(Renew { account: "ana", purpose: SIGN_IN, caller }))
    }

    /// The same rows under another policy.
    fn under(&self, policy: Policy) -> Self {
        let pinbolt = Pinbolt::open(keys(), policy, "tests").unwrap();
        let w = world_of(self.engine.store().clone(), pinbolt);
        w.clock.set(self.clock_now() + 1);
        w
    }

    fn told_of(&self, what: (&str, Option<&str>), authority: Authority) -> Vec<String> {
        let before = self.outbox.all().len();
        self.change(what, authority).unwrap();
        self.outbox.all().split_off(before).into_iter().map(|message| message.to).collect()
    }
}

#[test]
fn no_device_has_a_code_renewed_to_an_address_that_left() {
    let w = strict_world();
    let token = w.device();
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    w.clock.advance(DAY - MINUTE);
    w.begin_by("ana", PIN).unwrap();
    assert_eq!(w.outbox.last().unwrap().to, PHONE);
    assert_eq!(w.outstanding(&token), 1);
    w.clock.advance(MINUTE);
    let before = w.outbox.all().len();
    assert_eq!((w.outstanding(&token), w.renew(&token)), (0, "UnknownChallenge"));
    assert_eq!(w.outbox.all().len(), before);
}

#[test]
fn nothing_is_outstanding_at_an_address_given_up_or_suspended() {
    for gives_up in [true, false] {
        let w = strict_world();
        let token = w.device();
        w.begin_by("ana", PIN).unwrap();
        assert_eq!(w.outstanding(&token), 1);
        match gives_up {
            true => w.release(PHONE, by_operator()).unwrap(),
            false => drop(w.suspend(PHONE).unwrap()),
        }
        assert_eq!((w.outstanding(&token), w.renew(&token)), (0, "UnknownChallenge"));
    }
}

#[test]
fn a_candidate_is_nothing_to_suspend_and_given_up_it_is_told_nothing() {
    let w = strict_world();
    w.ask((NEW, Some(PHONE)), by_operator()).unwrap();
    let suspend = SuspendAddress { address: NEW, account: Some("ana"), operator: operator() };
    assert_eq!(w.run(suspend), Err(Refusal::UnknownAddress));
    let proof = w.proof();
    w.release(NEW, proof).unwrap();
    assert_eq!(w.told_of((OTHER, Some(PHONE)), by_operator()), [PHONE, EMAIL, OTHER]);
}

#[test]
fn nobody_is_told_of_his_own_address() {
    let w = strict_world();
    w.clock.advance(181 * DAY);
    assert_eq!(w.told_of((EMAIL, None), by_operator()), [PHONE, EMAIL], "stale, not changed");
    // Given up, and asked for again: it waits for nobody but the others.
    w.release(PHONE, by_operator()).unwrap();
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
    w.clock.advance(HOUR);
    let handle = w.begin(Begin { channel: Channel::Email, ..begin }).unwrap().handle;
    let proof = w.finish(&handle, &w.code()).unwrap();
    w.release(EMAIL, proof.into()).unwrap();
    w.clock.advance(DAY);
    assert_eq!(w.told_of((EMAIL, None), by_operator()), [EMAIL]);
    assert!(w.names(EMAIL));
}

#[test]
fn what_is_suspended_and_given_up_is_told_nothing() {
    let w = strict_world();
    w.suspend(EMAIL).unwrap();
    let proof = w.proof();
    w.release(EMAIL, proof).unwrap();
    w.clock.advance(DAY);
    assert_eq!(w.told_of((NEW, Some(PHONE)), by_operator()), [PHONE, NEW]);
}

#[test]
fn of_two_changes_the_first_in_force_ends_the_old_one() {
    let w = strict_world();
    let first = w.ask((NEW, Some(PHONE)), by_operator()).unwrap().handle;
    let code = w.code();
    w.clock.advance(MINUTE);
    let second = w.ask(("next@example.com", Some(PHONE)), by_operator()).unwrap().handle;
    let other = w.code();
    // Each ends what else is outstanding, so only one of them can be typed.
    w.run(Finish { purpose: CONFIRM, ..finish(&first, &code) }).unwrap();
    assert_eq!(named(w.run(Finish { purpose: CONFIRM, ..finish(&second, &other) })), "Ended");
}

#[test]
fn what_leaves_counts_no_more_and_what_waits_does() {
    let w = world_with(set("address.phones", 2));
    w.enroll();
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    w.change((OTHER, None), by_operator()).unwrap();
    w.clock.advance(HOUR);
    let third = w.ask(("+351912000123", None), by_operator());
    assert_eq!(named(third), "TooManyPhones");
}

#[test]
fn the_limit_of_the_day_on_which_the_code_is_typed_holds() {
    let w = world_with(set("address.phones", 2));
    w.enroll();
    let handle = w.ask((NEW, None), by_operator()).unwrap().handle;
    let (code, w) = (w.code(), w.under(set("address.phones", 1)));
    let typed = w.run(Finish { purpose: CONFIRM, ..finish(&handle, &code) });
    assert_eq!(named(typed), "TooManyPhones");
    assert!(!w.names(NEW));
}

#[test]
fn an_address_proven_in_the_future_is_stale_in_time() {
    let w = strict_world();
    w.clock.advance(1000 * DAY);
    w.sign_in().unwrap();
    w.clock.set(NOW + DAY);
    // It notes the clock.
    drop(w.verify("ana", PIN));
    let stale = |w: &World<MemoryStore>| {
        let shown = w.run(Describe { account: "ana" }).unwrap().addresses;
        shown.iter().filter(|address| address.stale).count()
    };
    assert_eq!(stale(&w), 0);
    w.clock.advance(180 * DAY - 1);
    assert_eq!(stale(&w), 1, "the e-mail, proven a day before");
    w.clock.advance(1);
    assert_eq!(stale(&w), 2);
}

#[test]
fn an_account_is_reached_where_it_was_proven_of_late() {
    let w = strict_world();
    w.clock.advance(179 * DAY);
    w.change(("next@example.com", None), by_operator()).unwrap();
    w.clock.advance(DAY - 30 * MINUTE);
    assert_eq!(w.reached(Channel::Email).as_deref(), Some(EMAIL), "the other waits still");
    w.clock.advance(DAY);
    assert_eq!(w.reached(Channel::Email).as_deref(), Some("next@example.com"));
}

#[test]
fn the_account_holds_what_it_may_and_nothing_bound_or_told_makes_room() {
    let w = world_with(set("address.cooling", 24));
    let mails: Vec<String> = (0..8).map(|n| format!("a{n}@example.com")).collect();
    let mails: Vec<&str> = mails.iter().map(String::as_str).collect();
    w.enroll_as("ana", &mails);
    assert_eq!(named(w.ask((PHONE, None), by_operator())), "TooManyAddresses");
    w.suspend("a6@example.com").unwrap();
    assert_eq!(named(w.ask((PHONE, None), by_operator())), "TooManyAddresses", "it is held still");
    let handle = w.begin(Begin {
        purpose: SIGN_IN,
        pin: Some(PIN),
        channel: Channel::Email,
        ..look_up("ana")
    });
    let handle = handle.unwrap().handle;
    let proof = w.finish(&handle, &w.code()).unwrap();
    w.release("a7@example.com", proof.into()).unwrap();
    assert_eq!(named(w.ask((PHONE, None), by_operator())), "TooManyAddresses", "in force still");
    w.clock.advance(DAY);
    w.clock.advance(30 * DAY - 1);
    assert_eq!(named(w.ask((PHONE, None), by_operator())), "TooManyAddresses", "it is told still");
    w.clock.advance(1);
    assert_eq!(named(w.ask((PHONE, None), by_operator())), "granted");
}

#[test]
fn a_blocked_account_gets_no_address() {
    let w = strict_world();
    w.run(pinbolt::op::Block { account: "ana", operator: operator() }).unwrap();
    assert_eq!(named(w.ask((NEW, Some(PHONE)), by_operator())), "NotAuthorized");
}

#[test]
fn a_proof_dies_with_the_address_that_it_rests_on() {
    for gives_up in [true, false] {
        let w = strict_world();
        let proof = w.proof();
        match gives_up {
            true => w.release(PHONE, by_operator()).unwrap(),
            false => drop(w.suspend(PHONE).unwrap()),
        }
        assert_eq!(w.release(EMAIL, proof), Err(Refusal::NotAuthorized));
    }
    // And when the address leaves by itself.
    let w = strict_world();
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    w.clock.advance(DAY - MINUTE);
    let proof = w.sign_in().unwrap();
    w.clock.advance(MINUTE);
    assert_eq!(w.release(EMAIL, proof.into()), Err(Refusal::NotAuthorized));
}

#[test]
fn who_enrols_again_after_the_end_finds_nothing_left() {
    let w = strict_world();
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
    let asserted_by = Some(operator());
    let enroll = Enroll { account: "eva", pin: Some(PIN), addresses: &[PHONE, EMAIL], asserted_by };
    w.run(enroll).unwrap();
    let mia = Enroll { account: "mia", pin: Some(PIN), addresses: &[NEW], asserted_by: None };
    w.run(mia).unwrap();
    let (authority, address) = (by_operator(), NEW);
    let confirm = Confirm { account: "mia", address, replaces: None, authority, caller: CALLER };
    let handle = w.sent(w.run(confirm).unwrap()).handle;
    w.run(Finish { purpose: CONFIRM, ..finish(&handle, &w.code()) }).unwrap();
    assert!(w.names(NEW) && w.names(PHONE));
}

#[test]
fn an_address_that_was_replaced_is_free_though_its_account_rests() {
    let w = strict_world();
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    w.clock.advance(DAY - 1);
    let asserted_by = Some(operator());
    let eva = || Enroll {
        account: "eva",
        pin: Some(PIN),
        addresses: &[PHONE],
        asserted_by: asserted_by.clone(),
    };
    assert_eq!(named(w.run(eva())), "AddressTaken");
    w.clock.advance(1);
    w.run(eva()).unwrap();
    assert!(w.names(PHONE) && w.names(NEW));
}

#[test]
fn what_left_a_shared_address_is_taken_out_of_its_claim() {
    let w = world_with(set("address.accounts", 2));
    w.enroll_as("ana", &[PHONE]);
    w.enroll_as("eva", &[PHONE]);
    w.change((NEW, Some(PHONE)), by_operator()).unwrap();
    w.clock.advance(DAY);
    assert!(!w.names(PHONE));
    w.release(NEW, by_operator()).unwrap();
    assert!(w.names(PHONE), "eva's alone");
}

#[test]
fn two_lives_of_one_address_are_told_once() {
    let w = strict_world();
    let proof = w.proof();
    w.release(EMAIL, proof).unwrap();
    w.change((EMAIL, None), by_operator()).unwrap();
    w.clock.advance(DAY);
    assert_eq!(w.told_of((NEW, Some(PHONE)), by_operator()), [PHONE, EMAIL, NEW]);
}

#[test]
fn an_address_is_suspended_since_the_first_time() {
    let w = strict_world();
    w.suspend(PHONE).unwrap();
    let since = w.clock_now();
    w.clock.advance(HOUR);
    w.suspend(PHONE).unwrap();
    let shown = w.run(Describe { account: "ana" }).unwrap().addresses;
    let suspended: Vec<_> = shown.iter().filter_map(|address| address.suspended).collect();
    assert_eq!(suspended, [since]);
}
