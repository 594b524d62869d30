//! Channels of the integrator's own: bound by one write, deliver, and name nobody.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use pinbolt::{
    Channel, Input, Policy, Refusal,
    address::AddressError,
    driver::Store,
    op::{Begin, CancelAccount, Confirm, Describe, Enroll, Resend},
    policy::{Builder, Purpose},
    row::RowName,
    testkit::MemoryStore,
};

const DEVICE: &str = "@push:installation-8f0c";

fn push() -> Channel {
    Channel::own("push").unwrap()
}

fn with_push() -> Builder {
    let each = [Channel::Sms, push()];
    builder()
        .purpose(Purpose::code("approve", &[push()]))
        .purpose(Purpose::pin_and_code("pay", &each).authorizes())
}

fn world() -> World<MemoryStore> {
    let world = world_with(with_push().build().unwrap());
    world.enroll();
    world
}

fn pay(channel: Channel) -> Begin<'static> {
    Begin { purpose: "pay", pin: Some(PIN), channel, ..look_up("ana") }
}

fn malformed(error: AddressError) -> Refusal {
    Refusal::Malformed { input: Input::Address(error) }
}

#[test]
fn an_endpoint_is_bound_by_its_code_and_delivers() {
    let w = world();
    let challenge = w.confirm("ana", DEVICE).unwrap();
    let message = w.outbox.last().unwrap();
    assert_eq!((message.channel, message.to.as_str()), (push(), "installation-8f0c"));
    assert_eq!(message.code.len(), 6);
    // A candidate receives nothing but its own confirmation.
    assert!(w.begin(pay(push())).is_err());
    w.clock.advance(2 * MINUTE);
    let wrong_code = wrong(&w.code());
    assert!(matches!(w.finish(&challenge.handle, &wrong_code), Err(Refusal::WrongCode { .. })));
    w.finish(&challenge.handle, &message.code).unwrap();

    let challenge = w.begin(pay(push())).unwrap();
    let message = w.outbox.last().unwrap();
    assert_eq!((message.channel, message.to.as_str()), (push(), "installation-8f0c"));
    let accepted = w.finish(&challenge.handle, &message.code).unwrap();
    assert_eq!((accepted.account(), accepted.purpose()), ("ana", "pay"));

    let shown = w.run(Describe { account: "ana" }).unwrap();
    let device = shown.addresses.iter().find(|address| address.channel == push()).unwrap();
    assert_eq!((device.masked.as_str(), device.bound.is_some()), ("@push:•••0c", true));
    assert!(!format!("{shown:?}").contains("installation"));
    assert_eq!(w.confirm("ana", DEVICE), Err(Refusal::AddressTaken));
}

#[test]
fn an_endpoint_names_nobody_and_is_nobodys_alone() {
    let w = world();
    w.enroll_as("rui", &["+351912000418", DEVICE]);
    w.enroll_as("eva", &[DEVICE]);
    let name = w.begin(Begin { purpose: "approve", channel: push(), ..look_up(DEVICE) });
    assert_eq!(name, Err(Refusal::Malformed { input: Input::Name }));
    for account in ["rui", "eva"] {
        let approve = Begin { purpose: "approve", channel: push(), ..look_up(account) };
        let challenge = w.begin(approve).unwrap();
        assert_eq!(w.finish(&challenge.handle, &w.code()).unwrap().account(), account);
    }
    // No claim row was made for it: cancelling one leaves the other's.
    w.run(CancelAccount { account: "rui", authority: by_operator() }).unwrap();
    w.clock.advance(10 * MINUTE);
    let approve = Begin { purpose: "approve", channel: push(), ..look_up("eva") };
    let challenge = w.begin(approve).unwrap();
    assert!(w.finish(&challenge.handle, &w.code()).is_ok());
}

/// A store that counts the rows of claims.
#[test]
fn no_claim_is_ever_made_of_an_endpoint() {
    use std::sync::{Arc, Mutex};
    #[derive(Clone, Default)]
    struct Watched(MemoryStore, Arc<Mutex<Vec<String>>>);
    impl Store for Watched {
        fn load(
            &self,
            row: &RowName,
        ) -> Result<Option<pinbolt::row::Snapshot>, pinbolt::driver::StoreError> {
            self.1.lock().unwrap().push(row.as_str().into());
            self.0.load(row)
        }
        fn swap(&self, write: &pinbolt::row::Write) -> pinbolt::driver::Swapped {
            self.1.lock().unwrap().push(write.row.as_str().into());
            self.0.swap(write)
        }
    }
    let store = Watched::default();
    let w = world_on(store.clone(), with_push().build().unwrap());
    let claims = || store.1.lock().unwrap().iter().filter(|row| row.starts_with("c:")).count();
    w.enroll_as("ana", &[DEVICE]);
    let challenge = w.confirm("ana", "@push:another").unwrap();
    w.finish(&challenge.handle, &w.code()).unwrap();
    w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
    assert_eq!(claims(), 0);
    w.enroll_as("ana", &[PHONE]);
    assert_ne!(claims(), 0, "the counting itself works");
}

#[test]
fn an_operators_word_binds_an_endpoint_at_once() {
    let w = world_with(with_push().build().unwrap());
    let enroll = Enroll {
        account: "ana",
        pin: Some(PIN),
        addresses: &[PHONE, DEVICE],
        asserted_by: Some(operator()),
    };
    let enrolled = w.run(enroll).unwrap();
    assert_eq!((enrolled.bound, enrolled.candidates), (2, 0));
    let enroll =
        Enroll { account: "eva", pin: None, addresses: &[EMAIL, DEVICE], asserted_by: None };
    let enrolled = w.run(enroll).unwrap();
    assert_eq!((enrolled.bound, enrolled.candidates), (0, 2));
}

#[test]
fn a_channel_that_no_purpose_names_is_refused() {
    let w = world();
    let none = malformed(AddressError::EndpointChannel);
    let characters = malformed(AddressError::EndpointCharacters);
    for (address, refusal) in [
        ("@pigeon:loft-7", none),
        ("@sms:+351912000417", none),
        ("@phone:1", none),
        ("@Push:1", none),
        ("@:1", none),
        ("@push:", characters),
        ("@push:a b", characters),
        ("@push:a\n", characters),
        ("@push:é", characters),
        ("@push", malformed(AddressError::EmailShape)),
    ] {
        assert_eq!(w.confirm("ana", address), Err(refusal), "{address:?}");
        let enroll = Enroll { account: "rui", pin: None, addresses: &[address], asserted_by: None };
        assert_eq!(w.run(enroll).map(drop), Err(refusal), "{address:?}");
    }
    let long = |len| format!("@push:{}", "a".repeat(len));
    assert!(w.confirm("ana", &long(256)).is_ok());
    assert_eq!(w.confirm("ana", &long(257)), Err(characters));
}

#[test]
fn a_confirmation_of_one_channel_is_worth_nothing_on_another() {
    let w = world();
    let first = w.confirm("ana", DEVICE).unwrap();
    let code = w.code();
    let second = w.confirm("ana", "+351912000419").unwrap();
    assert!(matches!(w.finish(&second.handle, &code), Err(Refusal::WrongCode { .. })));
    w.clock.advance(MINUTE);
    let channel = Channel::Sms;
    let resend = w.engine.run(Resend { handle: &first.handle, channel, caller: CALLER });
    assert!(matches!(resend, Err(pinbolt::driver::Error::Misuse(pinbolt::Misuse::WrongChannel))));
    let resend = Resend { handle: &first.handle, channel: push(), caller: CALLER };
    let begun = w.run(resend).unwrap();
    let again = w.sent(begun);
    w.finish(&again.handle, &w.code()).unwrap();
}

#[test]
fn a_clock_set_back_ends_a_confirmation_and_a_proof_confirms_too() {
    let w = world();
    let challenge = w.confirm("ana", DEVICE).unwrap();
    w.clock.set(NOW - DAY);
    assert_eq!(w.finish(&challenge.handle, &w.code()), Err(Refusal::Ended));
    w.clock.advance(2 * DAY);
    let proof = w.sign_in().unwrap();
    let authority = proof.into();
    let confirm =
        Confirm { account: "ana", address: DEVICE, replaces: None, authority, caller: CALLER };
    let begun = w.run(confirm).unwrap();
    let challenge = w.sent(begun);
    w.finish(&challenge.handle, &w.code()).unwrap();
}

#[test]
fn a_channel_of_ones_own_counts_as_a_purpose_does() {
    let names = ["a", "b", "c", "d"].map(|name| Channel::own(name).unwrap());
    let policy = |purposes: usize, of: &[Channel]| {
        let named: Vec<_> = (1..purposes).map(|at| format!("purpose-{at}")).collect();
        let first = Policy::builder().purpose(Purpose::code("first", of));
        let purpose = |name: &String| Purpose::code(name, of.get(..1).unwrap());
        named.iter().fold(first, |builder, name| builder.purpose(purpose(name))).build()
    };
    assert!(policy(10, &names).is_ok());
    assert_eq!(policy(11, &names).unwrap_err().path(), "purposes");
    assert!(policy(14, &[Channel::Sms]).is_ok());
    assert_eq!(policy(15, &[Channel::Sms]).unwrap_err().path(), "purposes");
}
