//! What a face reads off: the parts of a refusal, and names that go there and back.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use pinbolt::{
    Authenticator, Channel, Input, Refusal, WeakPin,
    address::AddressError,
    oath::Algorithm,
    op::{Evidence, Resend},
};

#[test]
fn a_refusal_gives_its_parts_and_no_others() {
    let w = world_with(roomy());
    w.enroll();
    let first = w.begin_by("ana", PIN).unwrap();
    let code = w.code();
    let wrong = w.finish(&first.handle, &wrong(&code)).unwrap_err();
    assert_eq!((wrong.name(), wrong.tries_left()), ("WrongCode", Some(4)));
    w.clock.advance(MINUTE);
    let resend = Resend { handle: &first.handle, channel: Channel::Sms, caller: CALLER };
    let second = w.sent(w.run(resend).unwrap());
    let superseded = w.finish(&first.handle, &code).unwrap_err();
    assert_eq!(superseded.newest(), Some(second.reference));
    let throttled = w.run(Resend { handle: &second.handle, ..resend }).unwrap_err();
    assert_eq!((throttled.name(), throttled.until()), ("Throttled", Some(second.resend_at)));
    assert_eq!(Refusal::Waiting { until: NOW }.until(), Some(NOW));
    let parts = |refusal: Refusal| {
        let (tries, newest) = (refusal.tries_left().is_some(), refusal.newest().is_some());
        [tries, newest, refusal.until().is_some(), refusal.detail().is_some()]
    };
    assert_eq!(parts(wrong), [true, false, false, false]);
    assert_eq!(parts(superseded), [false, true, false, false]);
    assert_eq!(parts(throttled), [false, false, true, false]);
    assert_eq!(parts(Refusal::WeakPin { reason: WeakPin::OwnNumber }), [false, false, false, true]);
    let plain = [
        Refusal::WrongCredentials,
        Refusal::Expired,
        Refusal::TriesUsedUp,
        Refusal::NoToken,
        Refusal::UnknownToken,
        Refusal::TokenExists,
        Refusal::TooManyTokens,
        Refusal::NoRecoveryCodes,
    ];
    for plain in plain {
        assert_eq!(parts(plain), [false; 4]);
    }
}

#[test]
fn a_detail_is_a_sentence_for_the_person_without_what_he_typed() {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    let handle = w.begin_by("ana", PIN).unwrap().handle;
    let confirm = |address| w.confirm("ana", address).unwrap_err();
    let verify =
        |purpose, evidence| w.run(verify_by("ana", purpose, evidence)).map(drop).unwrap_err();
    for (refusal, typed) in [
        (verify("otp", Evidence::otp("canary")), "canary"),
        (verify("pin-otp", Evidence::pin_then_otp("canary")), "canary"),
        (verify("recover", Evidence::recovery_code("canary!")), "canary"),
        (w.finish(&handle, "canary").unwrap_err(), "canary"),
        (w.verify("ana", "canary").unwrap_err(), "canary"),
        (confirm("canary"), "canary"),
        (confirm("canary@"), "canary"),
        (Refusal::WeakPin { reason: WeakPin::OwnNumber }, "417"),
        (Refusal::Malformed { input: Input::Name }, "canary"),
        (Refusal::Malformed { input: Input::Address(AddressError::EmailShape) }, "canary"),
    ] {
        let detail = refusal.detail().unwrap();
        assert!(detail.ends_with('.') && !detail.contains(typed), "{detail}");
        assert!(detail.starts_with(|c: char| c.is_ascii_uppercase()), "{detail}");
        assert_ne!(detail, refusal.sentence());
    }
}

#[test]
fn names_go_there_and_back() {
    let (otp, recovery_code) = (Authenticator::OTP, Authenticator::RECOVERY_CODE);
    let (pin, code, issued_code) =
        (Authenticator::PIN, Authenticator::CODE, Authenticator::ISSUED_CODE);
    assert_eq!(Authenticator::ALL, [pin, code, otp, recovery_code, issued_code]);
    assert_eq!(Algorithm::ALL, [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]);
    for algorithm in Algorithm::ALL {
        assert_eq!(Algorithm::from_name(algorithm.name()), Some(algorithm));
    }
    for name in ["sms", "email", "push", "kiosk-2", "-", "0123456789abcdef"] {
        assert_eq!(Channel::from_name(name).as_ref().map(Channel::name), Some(name));
    }
    assert_eq!(Channel::from_name("sms"), Some(Channel::Sms));
    assert_eq!(Channel::from_name("email"), Some(Channel::Email));
    assert_eq!(Channel::from_name("push"), Channel::own("push").ok());
    for authenticator in Authenticator::ALL {
        assert_eq!(Authenticator::from_name(authenticator.name()), Some(*authenticator));
    }
    for name in ["", "SMS", "sms ", "phone", "sms\0", "0123456789abcdefg"] {
        assert_eq!(Channel::from_name(name), None);
    }
    for name in ["", "unknown", "PIN", "codes", "totp", "sha1"] {
        assert_eq!(Authenticator::from_name(name), None);
        assert_eq!(Algorithm::from_name(name), None);
    }
}
