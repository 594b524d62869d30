//! Known devices: lanes of their own, which no stranger's guesses and requests reach.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;

use common::*;
use pinbolt::{
    Accepted, Authority, Caller, Channel, EventKind, Lane, Refusal,
    op::{
        Begin, Challenge, Describe, Finish, ForgetDevice, Outstanding, RememberDevice, Renew,
        Resend, Verify,
    },
    testkit::MemoryStore,
};

const OWNER: &[u8] = b"the owner's session";
const STRANGER: Caller<'static> = Caller::new(b"a stranger's session");

/// A world in which `ana` has a known device, and its token.
fn known() -> (World<MemoryStore>, String) {
    let w = world_with(roomy());
    w.enroll();
    let token = remember(&w, "laptop").unwrap().1;
    (w, token)
}

fn remember(w: &World<MemoryStore>, label: &str) -> Result<(u32, String), Refusal> {
    let proof = w.sign_in()?;
    let device = w.run(RememberDevice { account: "ana", label, proof: proof.into() })?;
    w.clock.advance(HOUR);
    Ok((device.device, device.token().into()))
}

fn owner(token: &str) -> Caller<'_> {
    Caller::new(OWNER).device(token)
}

fn begin_on(w: &World<MemoryStore>, caller: Caller<'_>) -> Result<Challenge, Refusal> {
    w.begin(Begin { caller, ..look_up(PHONE) })
}

fn finish_on(
    w: &World<MemoryStore>,
    caller: Caller<'_>,
    (challenge, code): (&Challenge, &str),
) -> Result<Accepted, Refusal> {
    w.run(Finish { caller, ..finish(&challenge.handle, code) })
}

fn sent(w: &World<MemoryStore>) -> usize {
    w.outbox.all().len()
}

#[test]
fn a_known_device_has_its_lane_and_an_unknown_token_has_the_strangers() {
    let (w, token) = known();
    let (_, other) = {
        w.enroll_as("rui", &["+351912000418"]);
        let challenge = w.begin_by("rui", PIN).unwrap();
        let proof = w.finish(&challenge.handle, &w.code()).unwrap();
        let device =
            w.run(RememberDevice { account: "rui", label: "", proof: proof.into() }).unwrap();
        (device.device, String::from(device.token()))
    };
    let lane = |token: &str| {
        let caller = Caller::new(OWNER).device(token);
        w.run(Verify { caller, ..verify("ana", PIN) }).unwrap().lane()
    };
    assert_eq!(lane(&token), Lane::KnownDevice);
    let flipped = token.replacen(char::is_alphabetic, "d", 1).replace('A', "B");
    for bad in [other.as_str(), "", "d1.", &token[1..], &token.to_uppercase(), &flipped] {
        let expected = if bad == token { Lane::KnownDevice } else { Lane::Stranger };
        assert_eq!(lane(bad), expected, "{bad}");
    }
}

#[test]
fn failure_25_a_stranger_neither_locks_nor_delays_a_known_device() {
    let (w, token) = known();
    for _ in 0..10 {
        let guess = Verify { caller: STRANGER, ..verify(PHONE, WRONG_PIN) };
        assert_eq!(named(w.run(guess)), "WrongCredentials");
    }
    let throttled = w.run(Verify { caller: STRANGER, ..verify(PHONE, PIN) });
    assert_eq!(named(throttled), "Throttled");
    w.run(Verify { caller: owner(&token), ..verify(PHONE, PIN) }).unwrap();
    let stranger = begin_on(&w, STRANGER).unwrap();
    assert_eq!(named(begin_on(&w, CALLER)), "Throttled", "in the same lane");
    let own = begin_on(&w, owner(&token)).unwrap();
    assert!(own.sent);
    assert_eq!(named(finish_on(&w, owner(&token), (&own, &w.code()))), "granted");
    assert_eq!(named(finish_on(&w, STRANGER, (&stranger, "000000"))), "Superseded");
}

#[test]
fn failure_15_a_stranger_s_request_ends_no_code_of_a_known_device() {
    let (w, token) = known();
    let own = begin_on(&w, owner(&token)).unwrap();
    let (code, before) = (w.code(), sent(&w));
    let stranger = begin_on(&w, STRANGER).unwrap();
    assert_eq!(sent(&w), before, "nothing is sent beside it");
    // It looks like any other, and its right code is nobody's.
    assert!(stranger.sent && stranger.expires > w.clock_now());
    let guess = finish_on(&w, STRANGER, (&stranger, &wrong(&code)));
    assert_eq!(guess.unwrap_err(), Refusal::WrongCode { tries_left: 4 });
    assert_eq!(named(finish_on(&w, owner(&token), (&own, &code))), "granted");
    w.clock.advance(MINUTE);
    let again = w.run(Resend { handle: &stranger.handle, channel: Channel::Sms, caller: STRANGER });
    let again = w.sent(again.unwrap());
    assert_eq!(sent(&w), before + 1, "once nothing stronger lives it is sent");
    assert_eq!(named(finish_on(&w, STRANGER, (&again, &w.code()))), "granted");
}

#[test]
fn a_forgotten_or_long_unused_device_is_a_stranger_s() {
    let (w, first) = known();
    let (number, second) = remember(&w, "phone").unwrap();
    let lane =
        |token: &str| w.run(Verify { caller: owner(token), ..verify("ana", PIN) }).unwrap().lane();
    assert_eq!((lane(&first), lane(&second)), (Lane::KnownDevice, Lane::KnownDevice));
    let forget = |device| ForgetDevice { account: "ana", device, authority: by_operator() };
    w.run(forget(Some(number))).unwrap();
    assert_eq!((lane(&first), lane(&second)), (Lane::KnownDevice, Lane::Stranger));
    assert_eq!(named(w.run(forget(Some(number)))), "UnknownDevice");
    for (days, expected) in
        [(179, Lane::KnownDevice), (179, Lane::KnownDevice), (180, Lane::Stranger)]
    {
        w.clock.advance(days * DAY);
        assert_eq!(lane(&first), expected, "used each time");
    }
    let (_, third) = remember(&w, "tablet").unwrap();
    w.run(forget(None)).unwrap();
    assert_eq!(lane(&third), Lane::Stranger);
    assert!(w.run(Describe { account: "ana" }).unwrap().devices.is_empty());
}

#[test]
fn sixteen_devices_and_the_longest_unused_makes_room() {
    let (w, first) = known();
    for n in 2..=16 {
        assert_eq!(remember(&w, &format!("device {n}")).unwrap().0, n);
    }
    w.run(Verify { caller: owner(&first), ..verify("ana", PIN) }).unwrap();
    remember(&w, "one more").unwrap();
    let ana = w.run(Describe { account: "ana" }).unwrap();
    let numbers: Vec<u32> = ana.devices.iter().map(|device| device.device).collect();
    assert_eq!(numbers, [1].into_iter().chain(3..=17).collect::<Vec<_>>());
    let told = |event: &pinbolt::Event| {
        event.kind == EventKind::DeviceForgotten && event.device == Some(2)
    };
    assert!(ana.events.iter().any(told));
}

#[test]
fn only_the_account_s_own_proof_of_two_factors_makes_a_device_known() {
    let (w, token) = known();
    let alone = w.run(Verify { caller: owner(&token), ..verify("ana", PIN) }).unwrap();
    let remember = RememberDevice { account: "ana", label: "", proof: alone.into() };
    assert_eq!(named(w.run(remember)), "NotAuthorized");
    w.enroll_as("rui", &[]);
    let remember = RememberDevice { account: "rui", label: "", proof: w.sign_in().unwrap().into() };
    assert_eq!(named(w.run(remember)), "NotAuthorized");
    let proof = || w.sign_in();
    w.clock.advance(HOUR);
    let long = "x".repeat(65);
    for label in [long.as_str(), "a\nb"] {
        let remember = RememberDevice { account: "ana", label, proof: proof().unwrap().into() };
        assert!(matches!(w.engine.run(remember), Err(pinbolt::driver::Error::Misuse(_))));
        w.clock.advance(HOUR);
    }
    let authority = Authority::from(proof().unwrap());
    w.run(ForgetDevice { account: "ana", device: None, authority }).unwrap();
}

#[test]
fn an_app_sees_what_is_outstanding_and_renews_it() {
    let (w, token) = known();
    let browser = begin_on(&w, CALLER).unwrap();
    let (old, app) = (w.code(), owner(&token));
    let outstanding = || w.run(Outstanding { account: "ana", caller: app });
    let shown = outstanding().unwrap();
    assert_eq!((shown.len(), shown[0].purpose.as_str()), (1, "look-up"));
    assert_eq!((shown[0].expires, shown[0].resend_at), (browser.expires, browser.resend_at));
    let renew = || Renew { account: "ana", purpose: "look-up", caller: app };
    assert_eq!(named(w.run(renew())), "Throttled");
    w.clock.advance(MINUTE);
    let renewed = w.sent(w.run(renew()).unwrap());
    let new = w.code();
    assert!(new != old && renewed.expires > browser.expires);
    assert_eq!(named(finish_on(&w, CALLER, (&browser, &old))), "Superseded");
    assert_eq!(named(finish_on(&w, CALLER, (&browser, &new))), "granted");
    assert_eq!(named(finish_on(&w, CALLER, (&browser, &new))), "AlreadyUsed");
    assert_eq!(outstanding().unwrap(), []);
    assert_eq!(named(w.run(renew())), "UnknownChallenge");
    for account in ["ana", "nobody"] {
        let refused = w.run(Outstanding { account, caller: STRANGER });
        assert_eq!(named(refused), "UnknownDevice");
        let renew = Renew { account, purpose: "look-up", caller: STRANGER };
        assert_eq!(named(w.run(renew)), "UnknownDevice");
    }
}
