//! Law 8: a write whose answer was lost is resolved from the record itself, or ends as a failure
//! with nothing accepted and nothing delivered. It is never guessed. Versions never repeat.
//!
//! Every commit of every verb is hit by every storm. A verb that comes through has done exactly
//! what it does in fair weather; one that fails has let nobody in.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod stepping;
mod storms;

use std::cell::Cell;

use common::*;
use pinbolt::{
    Authenticator, Channel, Failure,
    driver::Handover,
    op::{
        Begin, Block, Cancel, CancelAccount, ChangePin, Confirm, Enroll, Resend, ResetPin, Unblock,
        Unlock,
    },
    row::Write,
    testkit::{Fault, FaultStore, MemoryStore},
};
use stepping::{Answered, Asked, Ground, Weather};
use storms::{End, STORMS, Scene, Sky, end, expected, in_every_storm, walk};

const NEW_PIN: &str = "904173";
const LANDLINE: &str = "+351212000417";

fn ana(ground: &Ground) -> String {
    ground.enroll_ana();
    String::new()
}

fn in_sign_in(ground: &Ground) -> String {
    ground.enroll_ana();
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
    let challenge = ground.sent(begin).unwrap();
    ground.advance(30 * SECOND);
    challenge.handle
}

fn in_confirmation(ground: &Ground) -> String {
    ground.enroll_ana();
    let authority = by_operator();
    let confirm =
        Confirm { account: "ana", address: LANDLINE, replaces: None, authority, caller: CALLER };
    ground.sent(confirm).unwrap().handle
}

fn blocked(ground: &Ground) -> String {
    ground.enroll_ana();
    ground.run(Block { account: "ana", operator: operator() }).unwrap();
    String::new()
}

const SCENES: [Scene; 15] = [
    (
        "enroll",
        |_| String::new(),
        |ground, _, sky| {
            let asserted_by = Some(operator());
            let enroll =
                Enroll { account: "ana", pin: Some(PIN), addresses: &[PHONE, EMAIL], asserted_by };
            walk(ground, enroll, sky)
        },
    ),
    ("confirm", ana, |ground, _, sky| {
        let authority = by_operator();
        let confirm = Confirm {
            account: "ana",
            address: LANDLINE,
            replaces: None,
            authority,
            caller: CALLER,
        };
        walk(ground, confirm, sky)
    }),
    ("begin with a PIN", ana, |ground, _, sky| {
        walk(ground, Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") }, sky)
    }),
    ("begin without", ana, |ground, _, sky| walk(ground, look_up(PHONE), sky)),
    ("resend", in_sign_in, |ground, handle, sky| {
        walk(ground, Resend { handle, channel: Channel::Email, caller: CALLER }, sky)
    }),
    ("finish", in_sign_in, |ground, handle, sky| walk(ground, finish(handle, &ground.code()), sky)),
    ("finish a confirmation", in_confirmation, |ground, handle, sky| {
        walk(ground, finish(handle, &ground.code()), sky)
    }),
    ("verify", ana, |ground, _, sky| walk(ground, verify("ana", PIN), sky)),
    ("change_pin", ana, |ground, _, sky| {
        walk(ground, ChangePin { account: "ana", old: PIN, new: NEW_PIN, caller: CALLER }, sky)
    }),
    ("reset_pin", ana, |ground, _, sky| {
        let authority = by_operator();
        walk(ground, ResetPin { account: "ana", new: NEW_PIN, authority }, sky)
    }),
    ("unlock", ana, |ground, _, sky| {
        let (authenticator, authority) = (Authenticator::PIN, by_operator());
        walk(ground, Unlock { account: "ana", authenticator, authority }, sky)
    }),
    ("block", ana, |ground, _, sky| {
        walk(ground, Block { account: "ana", operator: operator() }, sky)
    }),
    ("unblock", blocked, |ground, _, sky| {
        walk(ground, Unblock { account: "ana", operator: operator() }, sky)
    }),
    ("cancel", in_sign_in, |ground, handle, sky| {
        walk(ground, Cancel { handle, caller: CALLER }, sky)
    }),
    ("cancel_account", ana, |ground, _, sky| {
        walk(ground, CancelAccount { account: "ana", authority: by_operator() }, sky)
    }),
];

#[test]
fn every_write_of_every_verb_in_every_storm() {
    let (granted, failed) = in_every_storm(&SCENES, &policy());
    assert!(granted > 180 && failed > 80, "{granted} came through, {failed} failed");
}

#[test]
fn versions_never_repeat_over_everything() {
    let written = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = written.clone();
    let told = move |write: &Write| heard.lock().unwrap().push(write.version);
    let observed = pinbolt::testkit::Observed::new(MemoryStore::new(), told);
    let w = world_on(FaultStore::seeded(observed, 17, 100), policy());
    let enroll =
        || Enroll { account: "ana", pin: Some(PIN), addresses: &[PHONE], asserted_by: None };
    while w.engine.run(enroll()).is_err() {}
    for round in 0..300 {
        let pin = if round % 7 == 0 { NEW_PIN } else { PIN };
        let _maybe = w.engine.run(verify("ana", pin));
        if let Ok(begun) = w.engine.run(look_up("eva")) {
            let _maybe = w.engine.run(finish(&begun.challenge.handle, "000000"));
        }
        w.clock.advance(12 * HOUR);
    }
    assert!(w.engine.store().injected() > 100);
    let mut versions = written.lock().unwrap().clone();
    let all = versions.len();
    versions.sort_unstable_by_key(|version| *version.as_bytes());
    versions.dedup();
    assert!(all > 1_000, "{all}");
    assert_eq!(versions.len(), all);
}

/// Other writers get in between a lost answer and its resolution.
struct Crowd {
    applied: bool,
    others: u32,
    name: &'static str,
    sent: Cell<u32>,
}

impl Weather for Crowd {
    fn commit(&mut self, ground: &Ground, write: &Write) -> Answered {
        self.sent.set(self.sent.get() + 1);
        if self.sent.get() != 1 {
            return ground.apply(write);
        }
        if self.applied {
            ground.apply(write);
        }
        for _ in 0..self.others {
            let refused = named(ground.run(verify(self.name, NEW_PIN)));
            assert_eq!(refused, "WrongCredentials");
        }
        Answered::InDoubt
    }
}

fn in_a_crowd(name: &'static str, applied: bool, others: u32) -> (End, usize) {
    let ground = Ground::new(builder().set("throttle.burst", 20).unwrap().build().unwrap());
    ground.enroll_ana();
    let mut crowd = Crowd { applied, others, name, sent: Cell::new(0) };
    let (outcome, trace) = ground.walk(ground.start(verify(name, PIN)), &mut crowd);
    (end(outcome), trace.iter().filter(|asked| matches!(asked, Asked::Hash(_))).count())
}

#[test]
fn a_record_that_moved_on_tells_for_seven_writes_and_no_more() {
    let unresolved = (End::Failed(Failure::Unresolved), 0);
    for others in 1..=12 {
        for applied in [true, false] {
            let what = format!("{others} others, applied: {applied}");
            let told = if others <= 7 { (End::Granted, 1) } else { unresolved.clone() };
            assert_eq!(in_a_crowd("ana", applied, others), told, "{what}");
        }
    }
}

#[test]
fn so_does_one_that_others_created() {
    let nobody = (End::Refused("WrongCredentials"), 1);
    let unresolved = (End::Failed(Failure::Unresolved), 0);
    for (applied, known) in [(true, 7), (false, 8)] {
        for others in 1..=12 {
            let told = if others <= known { &nobody } else { &unresolved };
            let what = format!("{others} others, applied: {applied}");
            assert_eq!(in_a_crowd("eva", applied, others), *told, "{what}");
        }
    }
}

#[test]
fn a_refused_message_whose_write_is_lost_says_so() {
    for storm in STORMS {
        let shown = builder().set("accounts.hide", 0).unwrap().build().unwrap();
        let ground = Ground::new(shown);
        ground.enroll_ana();
        let begun = ground.run(look_up("ana")).unwrap();
        ground.handover.set(Handover::Refused);
        let mut sky = Sky::over(0, storm);
        let step = begun.dispatch.start(ground.now.get(), ground.entropy());
        let (outcome, _) = ground.walk(step, &mut sky);
        let write = &sky.writes[0];
        assert_eq!(end(outcome), expected(storm, ('a', write)), "{storm:?}");
        assert_eq!(ground.mail.borrow().len(), 1, "asked of the gateway once");
    }
}

#[test]
fn a_store_of_faults_lets_nobody_in_and_no_code_in_twice() {
    let faults = [Fault::LoseAnswer, Fault::LoseWrite, Fault::Delay(1), Fault::Delay(3)];
    for fault in faults {
        for at in 0..6 {
            let w = world_on(FaultStore::new(MemoryStore::new()), policy());
            w.enroll();
            let challenge = w.begin_by("ana", PIN).unwrap();
            let code = w.code();
            w.engine.store().at(at, fault);
            let mut accepted = 0;
            for _ in 0..4 {
                if w.engine.run(finish(&challenge.handle, &code)).is_ok() {
                    accepted += 1;
                }
            }
            assert_eq!(accepted, 1, "{fault:?} at {at}");
            assert_eq!(w.engine.store().injected(), u64::from(at == 0), "one write is made");
        }
    }
}
