//! Law 4: safety needs only a linearizable `swap`. A stale load costs a retry or a false refusal,
//! never a false acceptance.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod common;
mod steps;
#[path = "law_04_stale_loads/tokens.rs"]
mod tokens;

use common::*;
use pinbolt::{
    Authenticator, Channel, Lane,
    op::{
        Block, Cancel, CancelAccount, ChangePin, Confirm, Describe, Enroll, Finish, Resend,
        ResetPin, Unlock, Verb, Verify,
    },
    testkit::{Fault, FaultStore, MemoryStore},
};
use steps::*;

type Stale = World<FaultStore<MemoryStore>>;
/// Runs the verb that must not be granted, and names how it ended.
type Attempt = Box<dyn Fn(&Stale) -> &'static str>;

const WRONG_PIN: &str = "135792";
const NEW_PIN: &str = "904173";
/// No verb of these loads more often, and no stale load reaches further back.
const LOADS: u64 = 8;
const DEPTH: u8 = 8;

fn stale_world() -> Stale {
    let policy = with_tokens().set("cap.known_device", 5).unwrap();
    let policy = policy.set("recovery.codes", 3).unwrap().build().unwrap();
    let w = world_on(FaultStore::new(MemoryStore::new()), policy);
    w.enroll();
    w
}

fn run<V: Verb>(w: &Stale, verb: V) -> &'static str {
    ended(&hand(w).run(start(w, verb)))
}

fn finishing(handle: String, code: String) -> Attempt {
    Box::new(move |w| run(w, finish(&handle, &code)))
}

fn verifying(name: &'static str, pin: &'static str) -> Attempt {
    Box::new(move |w| run(w, verify(name, pin)))
}

fn beginning(name: &'static str, pin: &'static str) -> Attempt {
    Box::new(move |w| {
        let begin = pinbolt::op::Begin { purpose: SIGN_IN, pin: Some(pin), ..look_up(name) };
        run(w, begin)
    })
}

fn known(pin: &str) -> Verify<'_> {
    Verify { caller: CALLER.in_lane(Lane::KnownDevice), ..verify("ana", pin) }
}

fn changed(w: &Stale) {
    w.run(ChangePin { account: "ana", old: PIN, new: NEW_PIN, caller: CALLER }).unwrap();
}

fn blocked(w: &Stale) {
    w.run(Block { account: "ana", operator: operator() }).unwrap();
}

fn cancelled(w: &Stale) {
    w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
}

/// A state that was once good for what is tried then, and no longer is.
type Scenario = (&'static str, fn(&Stale) -> Attempt);

fn codes() -> Vec<Scenario> {
    vec![
        ("a used code", |w| {
            let (handle, code) = begun(w);
            w.finish(&handle, &code).unwrap();
            finishing(handle, code)
        }),
        ("a superseded code", |w| {
            let (handle, code) = begun(w);
            w.clock.advance(30 * SECOND);
            let resend = Resend { handle: &handle, channel: Channel::Sms, caller: CALLER };
            w.sent(w.run(resend).unwrap());
            finishing(handle, code)
        }),
        ("a cancelled challenge", |w| {
            let (handle, code) = begun(w);
            w.run(Cancel { handle: &handle, caller: CALLER }).unwrap();
            finishing(handle, code)
        }),
        ("tries used up", |w| {
            let (handle, code) = begun(w);
            for _ in 0..5 {
                assert_eq!(named(w.finish(&handle, &wrong(&code))), "WrongCode");
            }
            finishing(handle, code)
        }),
        ("codes throttled", |w| {
            for _ in 0..2 {
                let (handle, code) = begun(w);
                for _ in 0..5 {
                    assert_eq!(named(w.finish(&handle, &wrong(&code))), "WrongCode");
                }
                w.clock.advance(60 * SECOND);
            }
            let (handle, code) = begun(w);
            finishing(handle, code)
        }),
        ("a blocked account's code", |w| {
            let (handle, code) = begun(w);
            blocked(w);
            finishing(handle, code)
        }),
        ("a cancelled account's code", |w| {
            let (handle, code) = begun(w);
            cancelled(w);
            finishing(handle, code)
        }),
        ("a code behind a PIN that was changed", |w| {
            let challenge = w.begin_by("ana", PIN).unwrap();
            let code = w.code();
            changed(w);
            finishing(challenge.handle, code)
        }),
    ]
}

fn begun(w: &Stale) -> (String, String) {
    let challenge = w.begin(look_up("ana")).unwrap();
    (challenge.handle, w.code())
}

fn pins() -> Vec<Scenario> {
    vec![
        ("a changed PIN", |w| {
            changed(w);
            verifying(PHONE, PIN)
        }),
        ("a changed PIN, to begin", |w| {
            changed(w);
            beginning(EMAIL, PIN)
        }),
        ("a changed PIN, to change it", |w| {
            changed(w);
            Box::new(|w| {
                run(w, ChangePin { account: "ana", old: PIN, new: "618204", caller: CALLER })
            })
        }),
        ("a reset PIN", |w| {
            let authority = by_operator();
            w.run(ResetPin { account: "ana", new: NEW_PIN, authority }).unwrap();
            verifying("ana", PIN)
        }),
        ("a blocked account's PIN", |w| {
            blocked(w);
            verifying(PHONE, PIN)
        }),
        ("a blocked account's PIN, to begin", |w| {
            blocked(w);
            beginning(PHONE, PIN)
        }),
        ("a cancelled account's PIN", |w| {
            cancelled(w);
            verifying("ana", PIN)
        }),
        ("an address that another account holds by now", |w| {
            cancelled(w);
            let (addresses, asserted_by) = (&[PHONE][..], Some(operator()));
            w.run(Enroll { account: "rui", pin: Some(NEW_PIN), addresses, asserted_by }).unwrap();
            verifying(PHONE, PIN)
        }),
        ("PINs throttled", |w| {
            for _ in 0..10 {
                assert_eq!(named(w.verify("ana", WRONG_PIN)), "WrongCredentials");
            }
            verifying("ana", PIN)
        }),
        ("PINs disabled", |w| {
            for _ in 0..5 {
                assert_eq!(named(w.run(known(WRONG_PIN))), "WrongCredentials");
            }
            Box::new(|w| run(w, known(PIN)))
        }),
        ("an id that is taken", |_| {
            let enroll =
                || Enroll { account: "ana", pin: Some(NEW_PIN), addresses: &[], asserted_by: None };
            Box::new(move |w| run(w, enroll()))
        }),
    ]
}

/// Which loads of an attempt are stale.
fn plans() -> impl Iterator<Item = Vec<(u64, Fault)>> {
    let depths = (1..=DEPTH).map(Fault::StaleLoad);
    depths.flat_map(|fault| {
        let one = (0..LOADS).map(move |n| vec![(n, fault)]);
        // All of the first loads, or all that there will ever be.
        let many = [2, 3, 600].map(|all| (0..all).map(|n| (n, fault)).collect());
        one.chain(many)
    })
}

#[test]
fn no_stale_load_makes_good_what_is_no_longer() {
    let mut struck = 0;
    for (what, scenario) in codes().into_iter().chain(pins()).chain(tokens::scenarios()) {
        let w = stale_world();
        let fresh = scenario(&w)(&w);
        assert_ne!(fresh, "granted", "{what}");
        for plan in plans() {
            let w = stale_world();
            let attempt = scenario(&w);
            for (n, fault) in &plan {
                w.engine.store().at(*n, *fault);
            }
            let before = w.engine.store().injected();
            let ended = attempt(&w);
            struck += w.engine.store().injected() - before;
            assert_ne!(ended, "granted", "{what}: {:?} at {}", plan[0].1, plan[0].0);
        }
    }
    assert!(struck > 15_000, "{struck} loads were stale");
}

/// Something that somebody else does meanwhile, which ends what PINs and codes were good for.
const RIVALS: [fn(&Stale); 4] = [changed, blocked, cancelled, |w| {
    cancelled(w);
    let enroll = Enroll { account: "ana", pin: Some(NEW_PIN), addresses: &[], asserted_by: None };
    w.run(enroll).unwrap();
}];

#[test]
fn what_changes_between_two_questions_is_judged_again() {
    for (index, rival) in RIVALS.into_iter().enumerate() {
        for at in 0..=4 {
            let w = stale_world();
            overtaken(&w, (at, rival), verify(EMAIL, PIN), index);
            let w = stale_world();
            let change = ChangePin { account: "ana", old: PIN, new: "618204", caller: CALLER };
            overtaken(&w, (at, rival), change, index);
            let w = stale_world();
            let begin = pinbolt::op::Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
            overtaken(&w, (at, rival), begin, index);
            let w = stale_world();
            let challenge = w.begin_by("ana", PIN).unwrap();
            let code = w.code();
            overtaken(&w, (at.min(1), rival), finish(&challenge.handle, &code), index);
        }
    }
}

/// Runs a verb that is right in everything, until the rival acts before its `at`-th answer.
fn overtaken<V: Verb>(w: &Stale, (at, rival): (usize, fn(&Stale)), verb: V, index: usize) {
    let done = hand(w).run_with(start(w, verb), |now, _| {
        if now == at {
            rival(w);
        }
    });
    assert_ne!(ended(&done), "granted", "rival {index} before answer {at}");
}

#[test]
fn no_stale_load_uncounts_a_guess() {
    for plan in plans() {
        let w = stale_world();
        let (handle, code) = begun(&w);
        for _ in 0..3 {
            assert_eq!(named(w.verify("ana", WRONG_PIN)), "WrongCredentials");
            assert_eq!(named(w.finish(&handle, &wrong(&code))), "WrongCode");
        }
        let before = counted(&w);
        for (n, fault) in &plan {
            w.engine.store().at(*n, *fault);
        }
        let pin = run(&w, verify("ana", WRONG_PIN));
        let code = run(&w, finish(&handle, &wrong(&code)));
        let judged = [(pin, "WrongCredentials"), (code, "WrongCode")];
        for ((before, now), (ended, verdict)) in before.into_iter().zip(counted(&w)).zip(judged) {
            assert_eq!(now, before + u32::from(ended == verdict), "{ended} after {plan:?}");
        }
    }
}

/// The strangers' counts of PIN and code, read from the store inside.
fn counted(w: &Stale) -> [u32; 2] {
    let inner = Hand { store: w.engine.store().inner(), clock: &w.clock, asked: Vec::new() };
    let seen = { inner }.run(start(w, Describe { account: "ana" }));
    let seen = seen.result.unwrap();
    [Authenticator::PIN, Authenticator::CODE].map(|what| {
        let fits =
            |l: &&pinbolt::op::LedgerState| (l.authenticator, l.lane) == (what, Lane::Stranger);
        seen.ledgers.iter().find(fits).map_or(0, |ledger| ledger.failures)
    })
}

#[test]
fn a_stale_load_costs_a_retry_at_most_where_the_state_is_good() {
    let mut retried = 0;
    for n in 0..LOADS {
        let w = stale_world();
        let (handle, code) = begun(&w);
        assert_eq!(named(w.finish(&handle, &wrong(&code))), "WrongCode");
        w.engine.store().at(n, Fault::StaleLoad(1));
        let mut hand = hand(&w);
        let done = hand.run(start(&w, finish(&handle, &code)));
        assert_eq!(ended(&done), "granted");
        retried += usize::from(hand.asked.len() > 2);
    }
    assert_eq!(retried, 1, "the first load was stale once, and its write was lost");
}

#[test]
fn no_stale_load_gives_an_address_two_owners() {
    for plan in plans() {
        for asserted in [true, false] {
            let w = stale_world();
            w.enroll_as("rui", &[]);
            let address = "shared@example.com";
            let handles = ["ana", "rui"].map(|account| {
                let challenge = w.confirm(account, address).unwrap();
                let code = w.code();
                (challenge.handle, code)
            });
            assert_eq!(named(w.finish(&handles[0].0, &handles[0].1)), "granted");
            for (n, fault) in &plan {
                w.engine.store().at(*n, *fault);
            }
            let ended = match asserted {
                true => {
                    let (addresses, asserted_by) = (&[address][..], Some(operator()));
                    run(&w, Enroll { account: "eva", pin: None, addresses, asserted_by })
                }
                false => run(&w, finish(&handles[1].0, &handles[1].1)),
            };
            let owners = ["ana", "rui", "eva"].into_iter().filter(|name| owns(&w, name)).count();
            assert_eq!(owners, 1, "{ended}: {:?}", plan[0]);
        }
    }
}

/// Whether the account's record says that it is bound to more e-mail addresses than it began with.
fn owns(w: &Stale, account: &str) -> bool {
    let inner = Hand { store: w.engine.store().inner(), clock: &w.clock, asked: Vec::new() };
    let seen = { inner }.run(start(w, Describe { account }));
    let Ok(seen) = seen.result else { return false };
    let bound = |a: &&pinbolt::op::AddressState| a.bound.is_some() && a.channel == Channel::Email;
    seen.addresses.iter().filter(bound).count() > usize::from(account == "ana")
}

#[test]
fn no_stale_load_sends_more_messages_or_refills_more_often() {
    for plan in plans() {
        let w = stale_world();
        for _ in 0..12 {
            for (n, fault) in &plan {
                w.engine.store().at(*n, *fault);
            }
            let mut hand = hand(&w);
            let done = hand.run(start(&w, look_up("ana")));
            if let Ok(begun) = done.result {
                drop(w.sent(begun));
            }
            w.clock.advance(2 * MINUTE);
        }
        assert!(w.outbox.all().len() <= 5, "{} messages: {:?}", w.outbox.all().len(), plan[0]);

        let w = stale_world();
        let mut refilled = 0;
        for _ in 0..6 {
            for (n, fault) in &plan {
                w.engine.store().at(*n, *fault);
            }
            let authenticator = Authenticator::PIN;
            let unlock = Unlock { account: "ana", authenticator, authority: by_operator() };
            let done = hand(&w).run(start(&w, unlock));
            if let Ok(unlocked) = done.result {
                refilled += usize::from(unlocked.refilled);
            }
        }
        assert!(refilled <= 2, "{refilled} refills: {:?}", plan[0]);
    }
}

#[test]
fn a_confirmation_of_a_candidate_that_no_longer_stands_is_refused() {
    for plan in plans() {
        let w = stale_world();
        let (account, address, authority) = ("ana", "new@example.com", by_operator());
        let confirm = Confirm { account, address, replaces: None, authority, caller: CALLER };
        let challenge = w.sent(w.run(confirm).unwrap());
        let code = w.code();
        cancelled(&w);
        w.enroll();
        for (n, fault) in &plan {
            w.engine.store().at(*n, *fault);
        }
        let typed = Finish { caller: CALLER, ..finish(&challenge.handle, &code) };
        assert_ne!(run(&w, typed), "granted", "{:?}", plan[0]);
    }
}
