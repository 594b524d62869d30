//! Holes that readers of the code found, each told as the story that showed it.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use pinbolt::{
    Accepted, Authority, Caller, Channel, EventKind, Misuse, Refusal, WeakPin, driver,
    op::{
        Block, CONFIRM, CancelAccount, ChangePin, Confirm, Describe, Enroll, Finish, Resend,
        ResetPin, Unblock,
    },
    testkit::MemoryStore,
};

fn reset(account: &str, by: Accepted) -> ResetPin<'_> {
    ResetPin { account, new: "904173", authority: by.into() }
}

#[test]
fn a_new_pin_tells_a_stranger_no_phone_number() {
    let w = world();
    w.enroll();
    let change = |old, new| w.run(ChangePin { account: "ana", old, new, caller: CALLER });
    assert_eq!(change("135792", "912000"), Err(Refusal::WrongCredentials));
    let own = Refusal::WeakPin { reason: WeakPin::OwnNumber };
    assert_eq!(change(PIN, "912000"), Err(own), "but its owner is told");
    w.verify("ana", PIN).unwrap();
}

#[test]
fn failure_21_a_handle_finishes_its_own_purpose_alone() {
    let w = world();
    w.enroll();
    let challenge = w.begin(look_up("ana")).unwrap();
    let code = w.code();
    for purpose in [SIGN_IN, CONFIRM] {
        let typed = Finish { purpose, ..finish(&challenge.handle, &code) };
        assert_eq!(w.run(typed), Err(Refusal::UnknownChallenge), "{purpose}");
    }
    let unknown = Finish { purpose: "signin", ..finish(&challenge.handle, &code) };
    let misuse = w.engine.run(unknown);
    assert!(matches!(misuse, Err(driver::Error::Misuse(Misuse::UnknownPurpose))));
    w.finish(&challenge.handle, &code).unwrap();
}

#[test]
fn a_proof_ends_with_a_block_another_pin_or_the_registration() {
    type End = fn(&World<MemoryStore>);
    let ends: [(&str, End); 3] = [
        ("block", |w| w.run(Block { account: "ana", operator: operator() }).unwrap()),
        ("another PIN", |w| {
            let authority = by_operator();
            w.run(ResetPin { account: "ana", new: "715038", authority }).unwrap();
        }),
        ("another registration", |w| {
            w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
            w.enroll();
        }),
    ];
    for (what, end) in ends {
        let w = world();
        w.enroll();
        let proof = w.sign_in().unwrap();
        end(&w);
        assert_eq!(w.run(reset("ana", proof)), Err(Refusal::NotAuthorized), "{what}");
    }
    let w = world();
    w.enroll();
    let proof = w.sign_in().unwrap();
    w.run(Block { account: "ana", operator: operator() }).unwrap();
    let cancel = CancelAccount { account: "ana", authority: Authority::from(proof) };
    assert_eq!(w.run(cancel), Err(Refusal::NotAuthorized), "a block isn't evaded by leaving");
    w.run(Unblock { account: "ana", operator: operator() }).unwrap();
    let proof = w.sign_in();
    assert_eq!(named(proof.and_then(|proof| w.run(reset("ana", proof)))), "granted");
}

#[test]
fn a_proof_of_another_tenant_or_account_authorizes_nothing() {
    let w = world();
    w.enroll();
    w.enroll_as("rui", &["+351912000999"]);
    let proof = w.sign_in().unwrap();
    assert_eq!(w.run(reset("rui", proof)), Err(Refusal::NotAuthorized));
    let pinbolt = pinbolt::Pinbolt::open(keys(), policy(), "elsewhere").unwrap();
    let other = world_of(w.engine.store().clone(), pinbolt);
    other.enroll();
    let proof = w.sign_in().unwrap();
    assert_eq!(other.run(reset("ana", proof)), Err(Refusal::NotAuthorized));
}

#[test]
fn failure_26_a_handle_of_five_days_ago_tells_nothing() {
    let w = world();
    w.enroll();
    for name in ["ana", "nobody"] {
        let challenge = w.begin(look_up(name)).unwrap();
        w.clock.advance(5 * DAY);
        assert_eq!(w.finish(&challenge.handle, "000000"), Err(Refusal::Expired), "{name}");
        w.clock.advance(1);
        let told = w.finish(&challenge.handle, "000000");
        assert_eq!(told, Err(Refusal::UnknownChallenge), "{name}");
    }
}

#[test]
fn strangers_leave_the_owner_his_messages() {
    let w = world();
    w.enroll();
    for _ in 0..3 {
        w.begin(look_up("ana")).unwrap();
        w.clock.advance(2 * MINUTE);
    }
    assert_eq!(named(w.begin(look_up("ana"))), "Throttled");
    let first = w.begin_by("ana", PIN).unwrap();
    w.clock.advance(30 * SECOND);
    let resend = Resend { handle: &first.handle, channel: Channel::Sms, caller: CALLER };
    assert_eq!(named(w.run(resend)), "granted", "he isn't held to a stranger's part");
}

#[test]
fn confirmations_spend_no_owners_budget_and_show_none() {
    let w = world();
    w.enroll();
    w.enroll_as("eva", &["+351912000555"]);
    for name in [PHONE, "+351912000888"] {
        for _ in 0..3 {
            w.clock.advance(5 * MINUTE);
            w.confirm("eva", name).unwrap();
        }
        w.clock.advance(5 * MINUTE);
        assert_eq!(named(w.confirm("eva", name)), "Throttled");
        assert_eq!(named(w.begin(look_up(name))), "granted", "alike, held or not");
        w.clock.advance(HOUR);
    }
    let full: Vec<String> = (0..8).map(|n| format!("m{n}@example.com")).collect();
    let full: Vec<&str> = full.iter().map(String::as_str).collect();
    w.enroll_as("mallory", &full);
    for _ in 0..6 {
        assert_eq!(w.confirm("mallory", PHONE).map(|_| ()), Err(Refusal::TooManyAddresses));
    }
    w.clock.advance(DAY);
    assert_eq!(named(w.confirm("eva", PHONE)), "granted", "nothing was spent for what can't be");
}

#[test]
fn a_clock_set_back_while_enrolling_leaves_no_blank_account() {
    let w = world();
    let enroll = Enroll {
        account: "ana",
        pin: Some(PIN),
        addresses: &[PHONE],
        asserted_by: Some(operator()),
    };
    let pinbolt = w.engine.pinbolt();
    let mut step = pinbolt::op::Verb::start(enroll, pinbolt, NOW, [9; 32]);
    let (store, mut now) = (w.engine.store(), NOW);
    let done = loop {
        use pinbolt::{driver::Store, op::Step};
        step = match step {
            Step::Load(load) => {
                let found = store.load(load.row()).unwrap();
                load.found(now, found)
            }
            Step::Commit(commit) => match store.swap(commit.write()) {
                driver::Swapped::Applied => commit.applied(now),
                _ => commit.conflict(now),
            },
            Step::Hash(hash) => {
                now = NOW - 10 * MINUTE;
                let digest = hash.work().run(&mut pinbolt::HashMemory::new());
                hash.done(now, digest)
            }
            Step::Deliver(deliver) => deliver.refused(now),
            Step::Done(done) => break done,
        };
    };
    assert_eq!(done.result.map(|done| done.bound), Ok(1));
}

#[test]
fn refusals_that_load_nothing_are_audited_too() {
    use std::sync::{Arc, Mutex};
    let w = world();
    w.enroll();
    let challenge = w.begin(look_up("ana")).unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = heard.clone();
    let engine = w.engine.with_audit(move |event| ear.lock().unwrap().push(event.event.clone()));
    let stolen = Finish { caller: Caller::new(b"another"), ..finish(&challenge.handle, "000000") };
    assert!(engine.run(stolen).is_err());
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 1);
    assert!(
        heard.iter().all(|event| event.kind == EventKind::Refused && event.refusal == Some(112))
    );
}

#[test]
fn who_asked_for_a_confirmation_is_audited() {
    let w = world();
    w.enroll();
    let address = "new@example.com";
    let confirm = Confirm {
        account: "ana",
        address,
        replaces: None,
        authority: by_operator(),
        caller: CALLER,
    };
    drop(w.run(confirm).unwrap());
    let events = w.run(Describe { account: "ana" }).unwrap().events;
    let asked = events.iter().find(|event| event.kind == EventKind::AddressChangeAsked).unwrap();
    assert_eq!(asked.operator, Some(operator()));
}

#[test]
fn a_step_can_be_held_across_an_await_of_any_runtime() {
    fn shared<T: Send + Sync>() {}
    shared::<pinbolt::op::Step<Accepted>>();
    shared::<pinbolt::op::Dispatch>();
}
