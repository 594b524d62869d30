//! The verbs, each in a situation, and what must hold where its future was dropped.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]

pub mod tokens;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use pinbolt::{
    Authenticator, Channel, Lane, Reference,
    driver::{BoxFuture, Handover},
    op::{
        Begin, Block, CONFIRM, Cancel, CancelAccount, ChangePin, Confirm, Delivered, Describe,
        Description, Dispatch, Enroll, Finish, LedgerState, Resend, ResetPin, Unblock, Unlock,
        Verb,
    },
    row::Write,
    testkit::{MemoryStore, Observed},
};

use crate::{
    awaiting::{Awaited, awaited, enroll, name, sign_in},
    common::*,
};

pub const WRONG_PIN: &str = "135792";
const NEW_PIN: &str = "904173";
/// An address that nobody holds.
const OTHER: &str = "+351912000369";

/// A world whose writes are counted, and what a case prepared in it.
pub struct Scene {
    pub w: Awaited<Observed<MemoryStore>>,
    /// Applied writes on accounts.
    pub writes: Arc<AtomicUsize>,
    pub handle: String,
    pub code: String,
    pub reference: Option<Reference>,
    pub dispatch: Mutex<Option<Dispatch>>,
}

type Ending<'a> = BoxFuture<'a, &'static str>;

/// A verb in one situation.
pub struct Case {
    pub verb: &'static str,
    /// How it ends when it isn't dropped.
    pub ends: &'static str,
    pub prepare: fn(&mut Scene),
    pub start: for<'a> fn(&'a Scene) -> Ending<'a>,
    /// What must hold where it was dropped after so many writes on accounts.
    pub dropped: fn(&Scene, usize),
    /// How it may end when it is run again.
    pub again: &'static [&'static str],
    /// What must hold after that.
    pub after: fn(&Scene),
}

/// Of a verb that is granted, by one write or by a rerun.
pub const PLAIN: Case = Case {
    verb: "",
    ends: "granted",
    prepare: |_| {},
    start: |_| Box::pin(async { "" }),
    dropped: |_, _| {},
    again: &["granted"],
    after: signs_in,
};

pub const CASES: &[Case] = &[
    Case {
        verb: "enroll",
        start: |s| {
            let (addresses, asserted_by) =
                (&["+351912000741", "eva@example.org"], Some(operator()));
            go(s, Enroll { account: "eva", pin: Some(PIN), addresses, asserted_by })
        },
        again: &["granted", "AccountExists"],
        after: |s| {
            // Addresses on their way to be bound are there, or are confirmed as any other.
            let authority = by_operator();
            let (account, address) = ("eva", "+351912000741");
            let confirm = Confirm { account, address, replaces: None, authority, caller: CALLER };
            if let Ok(challenge) = s.w.sent(confirm) {
                let code = s.w.code();
                let done = s.w.run(Finish { purpose: CONFIRM, ..finish(&challenge.handle, &code) });
                assert_eq!(name(&done), "granted");
            }
            signs_in_as(s, "eva", PIN);
        },
        ..PLAIN
    },
    Case {
        verb: "begin",
        start: |s| go(s, sign_in(PIN)),
        dropped: |s, writes| {
            assert_eq!(failures(s, Authenticator::PIN, Lane::Stranger), [0, 1, 0][writes]);
            assert!(s.w.outbox.all().is_empty());
            // What was issued and never delivered waits for its cooldown; without it, one is sent.
            let begun = s.w.run(sign_in(PIN)).unwrap();
            assert_eq!(begun.challenge.sent, writes < 2);
            s.w.clock.set(begun.challenge.resend_at);
            let begun = s.w.run(sign_in(PIN)).unwrap();
            assert!(begun.challenge.sent);
            s.w.clock.advance(10 * MINUTE);
        },
        ..PLAIN
    },
    Case {
        verb: "begin, with a wrong PIN",
        ends: "WrongCredentials",
        start: |s| go(s, sign_in(WRONG_PIN)),
        dropped: |s, writes| counted(s, Authenticator::PIN, writes),
        again: &["WrongCredentials"],
        ..PLAIN
    },
    Case {
        verb: "begin, without a PIN",
        start: |s| go(s, look_up("ana")),
        dropped: |s, _| s.w.clock.advance(MINUTE),
        ..PLAIN
    },
    Case {
        verb: "resend",
        prepare: |s| {
            begun(s);
            s.w.clock.advance(MINUTE);
        },
        start: |s| go(s, Resend { handle: &s.handle, channel: Channel::Email, caller: CALLER }),
        dropped: |s, writes| {
            let answer = s.w.run(finish(&s.handle, &s.code));
            // The older code is dead from the write on that issued the newer one.
            assert_eq!(name(&answer), ["granted", "Superseded"][writes]);
        },
        again: &["AlreadyUsed", "Superseded", "Throttled"],
        ..PLAIN
    },
    Case {
        verb: "finish",
        prepare: begun,
        start: |s| go(s, finish(&s.handle, &s.code)),
        // Nobody holds the proof: a code that was used up grants nothing, and one that wasn't does.
        again: &["granted", "AlreadyUsed"],
        ..PLAIN
    },
    Case {
        verb: "finish, with a wrong code",
        ends: "WrongCode",
        prepare: begun,
        start: |s| {
            let code = wrong(&s.code);
            go(s, finish(&s.handle, &code))
        },
        dropped: |s, writes| {
            assert_eq!(failures(s, Authenticator::CODE, Lane::FirstFactor), [0, 1][writes]);
            assert_eq!(name(&s.w.run(finish(&s.handle, &s.code))), "granted");
        },
        again: &["AlreadyUsed"],
        ..PLAIN
    },
    Case {
        verb: "confirm",
        start: |s| go(s, confirm()),
        dropped: |s, _| s.w.clock.advance(MINUTE),
        ..PLAIN
    },
    Case {
        verb: "finish of a confirmation",
        prepare: |s| {
            s.handle = s.w.sent(confirm()).unwrap().handle;
            s.code = s.w.code();
        },
        start: |s| go(s, Finish { purpose: CONFIRM, ..finish(&s.handle, &s.code) }),
        again: &["granted", "AlreadyUsed"],
        after: |s| {
            // The binding that was under way is finished by whatever comes next, or begun anew.
            s.w.clock.advance(10 * MINUTE);
            if let Ok(challenge) = s.w.sent(confirm()) {
                let code = s.w.code();
                let done = s.w.run(Finish { purpose: CONFIRM, ..finish(&challenge.handle, &code) });
                assert_eq!(name(&done), "granted");
            }
            assert_eq!(described(s).addresses.iter().filter(|a| a.bound.is_some()).count(), 3);
            s.w.clock.advance(10 * MINUTE);
            let begun = s.w.sent(Begin { name: OTHER, ..look_up("") }).unwrap();
            assert_eq!(name(&s.w.run(finish(&begun.handle, &s.w.code()))), "granted");
        },
        ..PLAIN
    },
    Case {
        verb: "verify",
        start: |s| go(s, verify("ana", PIN)),
        dropped: |s, writes| {
            assert_eq!(failures(s, Authenticator::PIN, Lane::Stranger), [0, 1, 0][writes]);
        },
        ..PLAIN
    },
    Case {
        verb: "verify, with a wrong PIN",
        ends: "WrongCredentials",
        start: |s| go(s, verify("ana", WRONG_PIN)),
        dropped: |s, writes| counted(s, Authenticator::PIN, writes),
        again: &["WrongCredentials"],
        ..PLAIN
    },
    Case {
        verb: "change_pin",
        start: |s| go(s, ChangePin { account: "ana", old: PIN, new: NEW_PIN, caller: CALLER }),
        dropped: |s, writes| {
            assert_eq!(failures(s, Authenticator::PIN, Lane::Stranger), [0, 1, 0][writes]);
            let works = |pin| name(&s.w.run(verify("ana", pin))) == "granted";
            assert_eq!((works(PIN), works(NEW_PIN)), (writes < 2, writes == 2));
        },
        again: &["granted", "WrongCredentials"],
        after: |s| signs_in_as(s, "ana", NEW_PIN),
        ..PLAIN
    },
    Case {
        verb: "reset_pin",
        start: |s| go(s, ResetPin { account: "ana", new: NEW_PIN, authority: by_operator() }),
        dropped: |s, writes| {
            let works = |pin| name(&s.w.run(verify("ana", pin))) == "granted";
            assert_eq!((works(PIN), works(NEW_PIN)), (writes == 0, writes == 1));
        },
        after: |s| signs_in_as(s, "ana", NEW_PIN),
        ..PLAIN
    },
    Case {
        verb: "unlock",
        prepare: |s| {
            for _ in 0..3 {
                s.w.run(verify("ana", WRONG_PIN)).unwrap_err();
            }
        },
        start: |s| {
            let (authenticator, authority) = (Authenticator::PIN, by_operator());
            go(s, Unlock { account: "ana", authenticator, authority })
        },
        dropped: |s, writes| {
            assert_eq!(failures(s, Authenticator::PIN, Lane::Stranger), [3, 0][writes]);
        },
        ..PLAIN
    },
    Case {
        verb: "block",
        start: |s| go(s, Block { account: "ana", operator: operator() }),
        dropped: |s, writes| assert_eq!(described(s).blocked, writes == 1),
        after: |s| {
            assert_eq!(name(&s.w.run(sign_in(PIN))), "WrongCredentials");
            s.w.run(Unblock { account: "ana", operator: operator() }).unwrap();
            signs_in(s);
        },
        ..PLAIN
    },
    Case {
        verb: "unblock",
        prepare: |s| s.w.run(Block { account: "ana", operator: operator() }).unwrap(),
        start: |s| go(s, Unblock { account: "ana", operator: operator() }),
        dropped: |s, writes| assert_eq!(described(s).blocked, writes == 0),
        ..PLAIN
    },
    Case {
        verb: "cancel",
        prepare: begun,
        start: |s| go(s, Cancel { handle: &s.handle, caller: CALLER }),
        again: &["granted", "Ended"],
        after: |s| {
            assert_eq!(name(&s.w.run(finish(&s.handle, &s.code))), "Ended");
            signs_in(s);
        },
        ..PLAIN
    },
    Case {
        verb: "cancel_account",
        start: |s| go(s, CancelAccount { account: "ana", authority: by_operator() }),
        again: &["granted", "UnknownAccount"],
        after: |s| {
            assert_eq!(name(&s.w.run(sign_in(PIN))), "WrongCredentials");
            s.w.run(enroll()).unwrap();
            signs_in(s);
        },
        ..PLAIN
    },
    Case { verb: "describe", start: |s| go(s, Describe { account: "ana" }), ..PLAIN },
    Case {
        verb: "deliver",
        prepare: issued,
        start: |s| {
            let dispatch = s.dispatch.lock().unwrap().take();
            Box::pin(async {
                let Some(dispatch) = dispatch else { return "taken" };
                name(&s.w.engine.deliver(dispatch).await)
            })
        },
        dropped: undelivered,
        again: &["taken"],
        ..PLAIN
    },
    Case {
        verb: "deliver, refused by the gateway",
        prepare: |s| {
            issued(s);
            s.w.outbox.answer(Handover::Refused);
        },
        start: |s| {
            let dispatch = s.dispatch.lock().unwrap().take();
            Box::pin(async {
                let Some(dispatch) = dispatch else { return "taken" };
                let delivered = s.w.engine.deliver(dispatch).await;
                assert!(matches!(delivered, Ok(Delivered::Refused)));
                "granted"
            })
        },
        dropped: |s, writes| {
            s.w.outbox.answer(Handover::Sent);
            match writes {
                0 => undelivered(s, 0),
                // After a first factor the cooldown is given back.
                _ => assert!(s.w.run(sign_in(PIN)).unwrap().challenge.sent),
            }
        },
        again: &["taken"],
        ..PLAIN
    },
];

pub fn scene(case: &Case) -> Scene {
    let writes = Arc::new(AtomicUsize::new(0));
    let seen = writes.clone();
    let store = Observed::new(MemoryStore::new(), move |write: &Write| {
        let account = write.row.as_str().starts_with('a');
        seen.fetch_add(usize::from(account), Ordering::SeqCst);
    });
    let (handle, code) = (String::new(), String::new());
    let policy = with_tokens().set("send.per_hour", 20).unwrap().set("send.per_day", 40).unwrap();
    let w = awaited(store, policy.build().unwrap());
    w.run(enroll()).unwrap();
    let mut scene = Scene { w, writes, handle, code, reference: None, dispatch: Mutex::default() };
    (case.prepare)(&mut scene);
    scene
}

pub fn go<'a, V: Verb>(s: &'a Scene, verb: V) -> Ending<'a> {
    let running = s.w.engine.run(verb);
    Box::pin(async move { name(&running.await) })
}

fn confirm<'a>() -> Confirm<'a> {
    Confirm {
        account: "ana",
        address: OTHER,
        replaces: None,
        authority: by_operator(),
        caller: CALLER,
    }
}

/// A sign-in under way, its code delivered.
fn begun(s: &mut Scene) {
    s.handle = s.w.sent(sign_in(PIN)).unwrap().handle;
    s.code = s.w.code();
}

/// A sign-in under way, its code not delivered yet.
fn issued(s: &mut Scene) {
    let begun = s.w.run(sign_in(PIN)).unwrap();
    (s.handle, s.reference) = (begun.challenge.handle, Some(begun.challenge.reference));
    s.dispatch = Mutex::new(Some(begun.dispatch));
}

/// Whether a dropped delivery sent its message or not, the person waits out the cooldown and asks
/// for another.
fn undelivered(s: &Scene, _: usize) {
    assert!(s.w.outbox.all().len() <= 1);
    let waiting = s.w.run(sign_in(PIN)).unwrap().challenge;
    // The same challenge under another seal of its handle.
    assert_eq!((waiting.sent, waiting.reference), (false, s.reference.unwrap()));
    let resend = || Resend { handle: &s.handle, channel: Channel::Sms, caller: CALLER };
    s.w.clock.set(waiting.resend_at - 1);
    assert_eq!(name(&s.w.run(resend())), "Throttled");
    s.w.clock.set(waiting.resend_at);
    let challenge = s.w.sent(resend()).unwrap();
    assert_eq!(name(&s.w.run(finish(&challenge.handle, &s.w.code()))), "granted");
}

/// A wrong guess is counted by its one write and by nothing else.
fn counted(s: &Scene, authenticator: Authenticator, writes: usize) {
    assert_eq!(failures(s, authenticator, Lane::Stranger), [0, 1][writes]);
}

fn signs_in(s: &Scene) {
    signs_in_as(s, "ana", PIN);
}

fn signs_in_as(s: &Scene, account: &str, pin: &str) {
    s.w.clock.advance(10 * MINUTE);
    let challenge = s.w.sent(Begin { name: account, ..sign_in(pin) }).unwrap();
    let accepted = s.w.run(finish(&challenge.handle, &s.w.code())).unwrap();
    assert_eq!(accepted.account(), account);
}

pub fn described(s: &Scene) -> Description {
    s.w.run(Describe { account: "ana" }).unwrap()
}

pub fn failures(s: &Scene, authenticator: Authenticator, lane: Lane) -> u32 {
    let fits = |l: &&LedgerState| l.authenticator == authenticator && l.lane == lane;
    described(s).ledgers.iter().find(fits).map_or(0, |ledger| ledger.failures)
}

pub fn told(s: &Scene) -> usize {
    s.w.heard.lock().unwrap().len()
}
