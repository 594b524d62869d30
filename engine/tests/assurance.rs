//! Which purposes are worth what, and which policies promise more than that.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use pinbolt::{
    Assurance::{self, OneFactor, TwoFactors, TwoWithEmail},
    Channel, Policy,
    op::{Begin, Evidence},
    policy::Purpose,
};

fn purposes() -> Vec<(Purpose, Assurance)> {
    let (sms, email) = (Channel::Sms, Channel::Email);
    let push = Channel::own("push").unwrap();
    vec![
        (Purpose::pin("p"), OneFactor),
        (Purpose::code("p", &[sms]), OneFactor),
        (Purpose::code("p", &[sms, email, push]), OneFactor),
        (Purpose::otp("p"), OneFactor),
        (Purpose::recovery_code("p"), OneFactor),
        (Purpose::otp("p").and_recovery_code(), OneFactor),
        (Purpose::activation("p"), OneFactor),
        (Purpose::ticket("p"), OneFactor),
        (Purpose::pin_and_code("p", &[email]), TwoWithEmail),
        (Purpose::pin_and_code("p", &[sms, email]), TwoWithEmail),
        (Purpose::pin_and_code("p", &[email, push]), TwoWithEmail),
        (Purpose::pin_and_code("p", &[email]).link(), TwoWithEmail),
        (Purpose::pin_and_code("p", &[sms]), TwoFactors),
        (Purpose::pin_and_code("p", &[push]), TwoFactors),
        (Purpose::pin_and_code("p", &[sms, push]), TwoFactors),
        (Purpose::pin("p").and_otp(), TwoFactors),
        (Purpose::pin("p").and_recovery_code(), TwoFactors),
        (Purpose::pin("p").and_otp().and_recovery_code(), TwoFactors),
    ]
}

#[test]
fn a_purpose_is_worth_what_its_weakest_channel_makes_of_it() {
    for (purpose, worth) in purposes() {
        assert_eq!(purpose.assurance(), worth, "{purpose:?}");
    }
    assert!(OneFactor < TwoWithEmail && TwoWithEmail < TwoFactors);
    let names = Assurance::ALL.map(Assurance::name);
    assert_eq!(names, ["one-factor", "two-with-email", "two-factors"]);
}

#[test]
fn a_policy_that_promises_more_than_a_purpose_is_worth_is_refused() {
    for (purpose, worth) in purposes() {
        for needs in Assurance::ALL {
            let built = Policy::builder().purpose(purpose.clone().needs(needs)).build();
            assert_eq!(built.is_ok(), needs <= worth, "{needs:?} of {purpose:?}");
            if let Err(refused) = built {
                assert_eq!(refused.path(), "p");
                assert!(refused.reason().contains(needs.name()), "{refused}");
            }
        }
    }
}

#[test]
fn a_proof_is_worth_what_was_passed() {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    w.run(standing(pinbolt::op::TokenKind::Hotp { counter: 0 })).unwrap();
    for (channel, worth) in [(Channel::Sms, TwoFactors), (Channel::Email, TwoWithEmail)] {
        let sign_in = Begin { purpose: SIGN_IN, pin: Some(PIN), channel, ..look_up("ana") };
        let challenge = w.begin(sign_in).unwrap();
        assert_eq!(w.finish(&challenge.handle, &w.code()).unwrap().assurance(), worth);
    }
    let challenge = w.begin(look_up("ana")).unwrap();
    assert_eq!(w.finish(&challenge.handle, &w.code()).unwrap().assurance(), OneFactor);
    assert_eq!(w.verify("ana", PIN).unwrap().assurance(), OneFactor);
    let code = otp(0);
    let evidence = Evidence::pin(PIN).and_otp(&code);
    assert_eq!(w.run(verify_by("ana", "pin-otp", evidence)).unwrap().assurance(), TwoFactors);
}
