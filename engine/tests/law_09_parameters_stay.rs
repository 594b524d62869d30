//! Law 9: what an authenticator or a code was made with is stored with it. A change of policy or of
//! the active key breaks no enrolment and no outstanding code; a PIN's hash is renewed at its next
//! success, and only then.
#![allow(clippy::unwrap_used)]

mod common;
mod stepping;

use common::*;
use pinbolt::{
    Keyring, Pinbolt, Policy, Refusal,
    op::{Begin, ChangePin, Enroll, Resend},
};
use stepping::{Asked, Ground};

const OLD_COST: (u32, u32, u32) = (8, 1, 1);
const NEW_COST: (u32, u32, u32) = (8, 2, 1);
const SECOND_SECRET: [u8; 32] = *b"the second secret of the tests..";

/// Everything that can be different is.
fn another() -> Policy {
    let changes = [
        ("pin.min_digits", 12),
        ("hash.passes", 2),
        ("code.digits", 8),
        ("code.lifetime", 600),
        ("code.tries", 2),
        ("code.cooldown", 60),
        ("send.per_hour", 7),
        ("cap.stranger", 40),
        ("throttle.burst", 9),
        ("wait.after", 5),
    ];
    let change = |builder: pinbolt::policy::Builder, (path, value)| builder.set(path, value);
    changes.into_iter().try_fold(builder(), change).unwrap().build().unwrap()
}

fn costlier() -> Policy {
    builder().set("hash.passes", 2).unwrap().build().unwrap()
}

fn opened(keys: Keyring, policy: Policy) -> Pinbolt {
    Pinbolt::open(keys, policy, "tests").unwrap()
}

fn rotated() -> Keyring {
    let mut keys = keys();
    keys.rotate(2, SECOND_SECRET).unwrap();
    keys
}

fn only_the_second() -> Keyring {
    Keyring::new(*b"the index key of the tests, 32 b", 2, SECOND_SECRET).unwrap()
}

fn ground() -> Ground {
    let ground = Ground::new(policy());
    ground.enroll_ana();
    ground
}

fn costs(ground: &Ground, pin: &str) -> (&'static str, Vec<(u32, u32, u32)>) {
    let (outcome, trace) = ground.ask(verify("ana", pin));
    let hash = |asked| match asked {
        Asked::Hash(cost) => Some(cost),
        _ => None,
    };
    (named(answered(outcome)), trace.into_iter().filter_map(hash).collect())
}

#[test]
fn a_change_of_policy_breaks_no_enrolment() {
    let before = ground();
    let after = before.under(opened(keys(), another()));
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up(PHONE) };
    let challenge = after.sent(begin).unwrap();
    assert_eq!(after.code().len(), 8, "a new code is made by the new policy");
    assert_eq!(after.run(finish(&challenge.handle, &after.code())).unwrap().account(), "ana");
    assert_eq!(named(after.run(verify("ana", PIN))), "granted", "a PIN shorter than new ones");
}

#[test]
fn only_a_new_pin_meets_the_new_rules() {
    let after = ground().under(opened(keys(), another()));
    let change = ChangePin { account: "ana", old: PIN, new: "904173", caller: CALLER };
    let weak = Refusal::WeakPin { reason: pinbolt::WeakPin::TooShort { min: 12 } };
    assert_eq!(after.run(change), Err(weak));
    let asserted_by = None;
    let enroll = Enroll { account: "rui", pin: Some(PIN), addresses: &[], asserted_by };
    assert_eq!(after.run(enroll).map(|_| ()), Err(weak));
    after.run(ChangePin { new: "904173550281", ..change }).unwrap();
    assert_eq!(named(after.run(verify("ana", "904173550281"))), "granted");
}

#[test]
fn a_change_of_policy_breaks_no_outstanding_code() {
    let before = ground();
    let challenge = before.sent(look_up("ana")).unwrap();
    let code = before.code();
    let after = before.under(opened(keys(), another()));
    let guess = |code: &str| after.run(finish(&challenge.handle, code)).map(|_| ());
    assert_eq!(named(guess("12345678")), "Malformed", "it has its own six digits");
    for tries_left in [4, 3, 2] {
        assert_eq!(guess(&wrong(&code)), Err(Refusal::WrongCode { tries_left }), "and its tries");
    }
    assert_eq!(guess(&code), Ok(()));
}

#[test]
fn a_code_keeps_its_expiry() {
    for (before, after, lifetime) in [(policy(), another(), 300), (another(), policy(), 600)] {
        let ground = Ground::new(before);
        let pin = Some("802714663905");
        ground.enroll("ana", pin, &[PHONE]);
        let challenge = ground.sent(look_up("ana")).unwrap();
        assert_eq!(challenge.expires, NOW + lifetime * SECOND);
        let after = ground.under(opened(keys(), after));
        after.now.set(challenge.expires);
        let late = after.run(finish(&challenge.handle, &ground.code()));
        assert_eq!(late.map(|_| ()), Err(Refusal::Expired));
        after.now.set(challenge.expires - 1);
        assert_eq!(named(after.run(finish(&challenge.handle, &ground.code()))), "granted");
    }
}

#[test]
fn a_code_resent_under_another_policy_is_made_by_it() {
    let before = ground();
    let challenge = before.sent(look_up("ana")).unwrap();
    let after = before.under(opened(keys(), another()));
    after.advance(60 * SECOND);
    let channel = pinbolt::Channel::Sms;
    let resend = Resend { handle: &challenge.handle, channel, caller: CALLER };
    let second = after.sent(resend).unwrap();
    assert_eq!(after.code().len(), 8);
    assert_eq!(named(after.run(finish(&second.handle, &after.code()))), "granted");
}

#[test]
fn a_costlier_hash_comes_with_the_next_success_alone() {
    let after = ground().under(opened(keys(), costlier()));
    assert_eq!(costs(&after, "135792"), ("WrongCredentials", vec![OLD_COST]));
    assert_eq!(costs(&after, PIN), ("granted", vec![OLD_COST, NEW_COST]));
    assert_eq!(costs(&after, "135792"), ("WrongCredentials", vec![NEW_COST]));
    assert_eq!(costs(&after, PIN), ("granted", vec![NEW_COST]));
}

#[test]
fn a_sign_in_renews_it_too_and_ends_no_challenge() {
    let before = ground();
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
    let challenge = before.sent(begin).unwrap();
    let after = before.under(opened(rotated(), costlier()));
    assert_eq!(costs(&after, PIN), ("granted", vec![OLD_COST, NEW_COST]));
    let accepted = after.run(finish(&challenge.handle, &before.code())).unwrap();
    assert!(accepted.factors().pin, "the same PIN: what rests on it stands");
}

#[test]
fn a_new_pepper_comes_with_the_next_success_alone() {
    let before = ground();
    let after = before.under(opened(rotated(), policy()));
    assert_eq!(costs(&after, "135792"), ("WrongCredentials", vec![OLD_COST]));
    assert_eq!(costs(&after, PIN), ("granted", vec![OLD_COST, OLD_COST]));
    assert_eq!(costs(&after, PIN), ("granted", vec![OLD_COST]));
    let retired = after.under(opened(only_the_second(), policy()));
    assert_eq!(costs(&retired, "135792"), ("WrongCredentials", vec![OLD_COST]));
    assert_eq!(costs(&retired, PIN), ("granted", vec![OLD_COST]), "the old id is no longer needed");
}

#[test]
fn an_outstanding_code_outlives_the_rotation_of_its_key() {
    let before = ground();
    let challenge = before.sent(look_up("ana")).unwrap();
    let after = before.under(opened(rotated(), policy()));
    assert_eq!(named(after.run(finish(&challenge.handle, &before.code()))), "granted");
}

#[test]
fn a_renewal_without_a_slot_waits_for_the_next_success() {
    struct OneSlot(std::cell::Cell<bool>);
    impl stepping::Weather for OneSlot {
        fn hashes(&self) -> bool {
            self.0.replace(false)
        }
    }
    let after = ground().under(opened(keys(), costlier()));
    let mut once = OneSlot(true.into());
    let (outcome, _) = after.walk(after.start(verify("ana", PIN)), &mut once);
    assert_eq!(named(answered(outcome)), "granted");
    assert_eq!(costs(&after, PIN), ("granted", vec![OLD_COST, NEW_COST]));
}
