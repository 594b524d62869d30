//! What a person may pick: the channels of a purpose before a first factor, of the account after it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use pinbolt::{
    Caller, Channel, Key, Policy, Refusal,
    address::Address,
    op::{
        Begin, Block, CancelAccount, Challenge, Finish, Outstanding, RememberDevice, Renew, Resend,
        SuspendAddress,
    },
    policy::{Builder, Purpose},
    testkit::MemoryStore,
};

const DEVICE: &str = "@push:installation-8f0c";

fn push() -> Channel {
    Channel::own("push").unwrap()
}

fn each() -> [Channel; 3] {
    [Channel::Sms, Channel::Email, push()]
}

fn policy_of(builder: Builder) -> Policy {
    let builder = builder.purpose(Purpose::code("code", &each()));
    let pay = Purpose::pin_and_code("pay", &each()).authorizes();
    let builder = builder.purpose(pay).set("send.per_hour", 60).unwrap();
    builder.set("send.per_day", 200).unwrap().build().unwrap()
}

fn world() -> World<MemoryStore> {
    let w = world_with(policy_of(builder()));
    w.enroll_as("ana", &[PHONE, EMAIL, DEVICE]);
    w
}

fn shown(challenge: &Challenge) -> Vec<(Channel, Option<&str>)> {
    challenge.offers.iter().map(|offer| (offer.channel, offer.masked.as_deref())).collect()
}

fn mask(address: &str) -> String {
    Address::parse(address).unwrap().mask()
}

fn code(name: &str) -> Begin<'_> {
    Begin { purpose: "code", ..look_up(name) }
}

fn pay(channel: Channel) -> Begin<'static> {
    Begin { purpose: "pay", pin: Some(PIN), channel, ..look_up("ana") }
}

fn resend(w: &World<MemoryStore>, handle: &str, channel: Channel) -> Result<Challenge, Refusal> {
    w.clock.advance(3 * MINUTE);
    w.run(Resend { handle, channel, caller: CALLER }).map(|begun| w.sent(begun))
}

#[test]
fn before_a_first_factor_every_name_is_offered_the_same() {
    let w = world();
    w.enroll_as("bob", &["bob@example.org"]);
    w.enroll_as("sue", &["+351912000418"]);
    let suspend = SuspendAddress { address: "+351912000418", account: None, operator: operator() };
    w.run(suspend).unwrap();
    w.enroll_as("dan", &["+351912000419"]);
    w.run(Block { account: "dan", operator: operator() }).unwrap();
    w.enroll_as("eva", &["+351912000420"]);
    w.run(CancelAccount { account: "eva", authority: by_operator() }).unwrap();
    let proof = w.sign_in().unwrap().into();
    let device = w.run(RememberDevice { account: "ana", label: "", proof }).unwrap();
    w.clock.advance(HOUR);

    let known = CALLER.device(device.token());
    let plain = [(Channel::Sms, None), (Channel::Email, None), (push(), None)];
    let begins = [
        code("ana"),
        Begin { caller: known, ..code("ana") },
        Begin { channel: push(), ..code("ana") },
        code("bob"),
        code("sue"),
        code("dan"),
        code("eva"),
        code("nobody"),
    ];
    for begin in begins {
        w.clock.advance(10 * MINUTE);
        let challenge = w.begin(begin).unwrap();
        assert_eq!(shown(&challenge), plain, "{}", begin.name);
        let again = w.begin(begin).unwrap();
        assert!(!again.sent);
        assert_eq!(shown(&again), plain, "shown again: {}", begin.name);
        // Every channel can be picked, and nothing more is seen by it.
        for channel in each() {
            w.clock.advance(3 * MINUTE);
            let fresh = w.begin(begin).unwrap();
            w.clock.advance(3 * MINUTE);
            let resend = Resend { handle: &fresh.handle, channel, caller: begin.caller };
            let other = w.run(resend).unwrap().challenge;
            assert_eq!(shown(&other), plain, "{} by {channel:?}", begin.name);
        }
    }
    // By an address: what was typed is shown, masked, whoever has it.
    let stranger = "+351912000777";
    for name in [PHONE, "+351912000419", "+351912000420", stranger] {
        w.clock.advance(10 * MINUTE);
        let (challenge, masked) = (w.begin(code(name)).unwrap(), mask(name));
        let typed = [(Channel::Sms, Some(masked.as_str())), (Channel::Email, None), (push(), None)];
        assert_eq!(shown(&challenge), typed, "{name}");
        let again = w.begin(code(name)).unwrap();
        assert_eq!(shown(&again), typed, "shown again: {name}");
        let other = resend(&w, &challenge.handle, Channel::Sms).unwrap();
        assert_eq!(shown(&other), plain, "a handle doesn't tell what was typed");
    }
    for name in [EMAIL, "bob@example.org", "nobody@example.org"] {
        let typed = Begin { channel: Channel::Email, ..code(name) };
        w.clock.advance(10 * MINUTE);
        let (challenge, masked) = (w.begin(typed).unwrap(), mask(name));
        let typed = [(Channel::Sms, None), (Channel::Email, Some(masked.as_str())), (push(), None)];
        assert_eq!(shown(&challenge), typed, "{name}");
    }
}

#[test]
fn after_the_pin_the_accounts_own_are_offered_and_another_is_picked() {
    let w = world();
    let masks = [PHONE, EMAIL, DEVICE].map(mask);
    let all: Vec<_> = each().into_iter().zip(masks.iter().map(|m| Some(m.as_str()))).collect();
    let challenge = w.begin(pay(Channel::Sms)).unwrap();
    assert_eq!(shown(&challenge), all);
    assert_eq!(shown(&w.begin(pay(Channel::Sms)).unwrap()), all, "shown again");
    let mut handle = challenge.handle;
    for offer in challenge.offers.iter().rev() {
        let picked = resend(&w, &handle, offer.channel).unwrap();
        assert_eq!(w.outbox.last().unwrap().channel, offer.channel);
        assert_eq!(shown(&picked), all);
        handle = picked.handle;
    }
    let accepted = w.finish(&handle, &w.code()).unwrap();
    assert_eq!(accepted.keys(), [Key::Pin, Key::Code(Channel::Sms)]);

    // One that is suspended is offered no more, and picking it says what is missing.
    w.run(SuspendAddress { address: EMAIL, account: None, operator: operator() }).unwrap();
    let challenge = w.begin(pay(push())).unwrap();
    let left: Vec<_> = all.iter().copied().filter(|(c, _)| *c != Channel::Email).collect();
    assert_eq!(shown(&challenge), left);
    let missing = Refusal::KeyMissing { key: Key::Code(Channel::Email) };
    assert_eq!(resend(&w, &challenge.handle, Channel::Email).unwrap_err(), missing);
    assert_eq!((missing.key(), missing.code()), (Some(Key::Code(Channel::Email)), 128));
    w.clock.advance(10 * MINUTE);
    assert_eq!(w.begin(pay(Channel::Email)).unwrap_err(), missing);
    let wrong = Begin { pin: Some(WRONG_PIN), ..pay(Channel::Email) };
    assert_eq!(w.begin(wrong).unwrap_err(), Refusal::WrongCredentials);
}

#[test]
fn the_offer_is_where_the_next_message_goes() {
    let w = world();
    let second = "+351912000555";
    let challenge = w.confirm("ana", second).unwrap();
    assert_eq!(shown(&challenge), [(Channel::Sms, Some(mask(second).as_str()))]);
    let again = resend(&w, &challenge.handle, Channel::Sms).unwrap();
    assert_eq!(shown(&again), [(Channel::Sms, Some(mask(second).as_str()))]);
    w.finish(&again.handle, &w.code()).unwrap();
    // Named by the second phone, that one; by the id, the first.
    for (name, phone) in [("ana", PHONE), (second, second)] {
        w.clock.advance(10 * MINUTE);
        let challenge = w.begin(Begin { name, ..pay(Channel::Sms) }).unwrap();
        assert_eq!(w.outbox.last().unwrap().to, phone);
        assert_eq!(shown(&challenge).first(), Some(&(Channel::Sms, Some(mask(phone).as_str()))));
        let again = resend(&w, &challenge.handle, Channel::Sms).unwrap();
        assert_eq!(w.outbox.last().unwrap().to, phone);
        assert_eq!(shown(&again).first(), Some(&(Channel::Sms, Some(mask(phone).as_str()))));
    }
}

#[test]
fn without_a_first_factor_a_missing_key_is_told_only_where_accounts_are_not_hidden() {
    let missing = Refusal::KeyMissing { key: Key::Code(push()) };
    for hide in [1, 0] {
        let w = world_with(policy_of(builder().set("accounts.hide", hide).unwrap()));
        w.enroll();
        let begin = Begin { channel: push(), ..code("ana") };
        let challenge = w.begin(code("ana")).unwrap();
        let picked = resend(&w, &challenge.handle, push());
        w.clock.advance(10 * MINUTE);
        match hide {
            1 => {
                assert!(picked.is_ok());
                assert!(w.begin(begin).is_ok());
                assert!(w.begin(Begin { name: "nobody", ..begin }).is_ok());
            }
            _ => {
                assert_eq!(picked.unwrap_err(), missing);
                assert_eq!(w.begin(begin).unwrap_err(), missing);
                let nobody = w.begin(Begin { name: "nobody", ..begin });
                assert_eq!(nobody.unwrap_err(), Refusal::UnknownAccount);
            }
        }
        let wrong = Begin { pin: Some(WRONG_PIN), ..pay(push()) };
        assert_eq!(w.begin(wrong).unwrap_err(), Refusal::WrongCredentials, "hide {hide}");
        w.clock.advance(10 * MINUTE);
        assert_eq!(w.begin(pay(push())).unwrap_err(), missing, "hide {hide}");
    }
}

/// The app on the phone is pushed a code, sees how long it lives, and asks for another in place of it;
/// the window that began is none the wiser and takes the newer code.
#[test]
fn an_app_that_gets_codes_by_push_sees_their_life_and_renews_them() {
    let w = world();
    let proof = w.sign_in().unwrap().into();
    let device = w.run(RememberDevice { account: "ana", label: "app", proof }).unwrap();
    let app = Caller::new(b"the app").device(device.token());
    w.clock.advance(HOUR);
    let began = w.begin(Begin { caller: app, ..pay(push()) }).unwrap();
    let old = w.code();
    let seen = || w.run(Outstanding { account: "ana", caller: app }).unwrap();
    let [before] = <[_; 1]>::try_from(seen()).unwrap();
    assert_eq!((before.purpose.as_str(), before.channel), ("pay", push()));
    assert_eq!((before.expires, before.resend_at), (began.expires, began.resend_at));
    let renew = Renew { account: "ana", purpose: "pay", caller: app };
    let early = w.run(renew).unwrap_err();
    assert_eq!(early, Refusal::Throttled { until: before.resend_at });
    w.clock.set(before.resend_at);
    let renewed = w.run(renew).map(|begun| w.sent(begun)).unwrap();
    assert_eq!(w.outbox.last().unwrap().to, "installation-8f0c");
    // The device is no factor: it is shown no more than a stranger.
    assert!(renewed.offers.iter().all(|offer| offer.masked.is_none()));
    assert_eq!(renewed.offers.len(), 3);
    let [after] = <[_; 1]>::try_from(seen()).unwrap();
    assert_eq!(after.expires, before.resend_at + 5 * MINUTE);
    let finish = |code: &str| w.run(Finish { caller: app, ..finish(&began.handle, code) });
    assert_eq!(named(finish(&old)), "Superseded");
    let accepted = finish(&w.code()).unwrap();
    assert_eq!(accepted.keys(), [Key::Pin, Key::Code(push())]);
    assert!(seen().is_empty());
}
