//! The whole path of a person, from enrolment to the end of the registration.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use pinbolt::{
    Authenticator, Channel, Refusal,
    op::{CancelAccount, ChangePin, Describe, Enroll, Resend, Unlock},
};

#[test]
fn a_person_signs_in_fails_is_locked_out_and_comes_back() {
    let w = world();
    let addresses = &[PHONE, EMAIL];
    let enrolled = w.run(Enroll { account: "ana", pin: Some(PIN), addresses, asserted_by: None });
    assert_eq!(enrolled.unwrap().candidates, 2);
    assert_eq!(named(w.begin_by(PHONE, PIN)), "WrongCredentials", "a candidate names nobody");
    for address in addresses {
        let challenge = w.confirm("ana", address).unwrap();
        w.finish(&challenge.handle, &w.code()).unwrap();
    }

    for name in ["ana", PHONE, "+351 912 000 417", EMAIL, "ana.reis@EXAMPLE.com"] {
        let challenge = w.begin_by(name, PIN).unwrap();
        let accepted = w.finish(&challenge.handle, &w.code()).unwrap();
        assert_eq!(accepted.account(), "ana");
        w.clock.advance(HOUR);
    }

    let first = w.begin_by(PHONE, PIN).unwrap();
    let old = w.code();
    w.clock.advance(30 * SECOND);
    let resend = Resend { handle: &first.handle, channel: Channel::Email, caller: CALLER };
    let second = w.sent(w.run(resend).unwrap());
    assert_eq!(w.outbox.last().unwrap().to, "Ana.Reis@example.com");
    let superseded = Refusal::Superseded { newest: second.reference };
    assert_eq!(w.finish(&first.handle, &old), Err(superseded));
    assert_eq!(w.finish(&second.handle, &old), Err(superseded));
    w.finish(&second.handle, &w.code()).unwrap();
    assert_eq!(named(w.finish(&second.handle, &w.code())), "AlreadyUsed");

    for _ in 0..10 {
        assert_eq!(named(w.begin_by(PHONE, "135792")), "WrongCredentials");
    }
    let until = w.clock_now() + 12 * HOUR;
    assert_eq!(w.begin_by(PHONE, PIN), Err(Refusal::Throttled { until }));
    let unlock =
        Unlock { account: "ana", authenticator: Authenticator::PIN, authority: by_operator() };
    assert!(w.run(unlock).unwrap().refilled);
    let challenge = w.begin_by(EMAIL, PIN).unwrap();
    w.finish(&challenge.handle, &w.code()).unwrap();

    w.run(ChangePin { account: "ana", old: PIN, new: "904173", caller: CALLER }).unwrap();
    assert_eq!(named(w.verify("ana", PIN)), "WrongCredentials");
    w.verify("ana", "904173").unwrap();
    let seen = w.run(Describe { account: "ana" }).unwrap();
    assert_eq!((seen.addresses.len(), seen.events.len()), (2, 16));

    w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
    assert_eq!(named(w.verify("ana", "904173")), "WrongCredentials");
    w.enroll_as("rui", &[PHONE]);
    assert_eq!(w.begin_by(PHONE, PIN).map(|_| ()), Ok(()));
}
