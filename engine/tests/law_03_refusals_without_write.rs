//! Law 3: a refusal without a write depends on no secret.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod common;
mod steps;

use common::*;
use pinbolt::{
    Authenticator, Authority, Caller, Channel, Lane,
    op::{
        Begin, Block, Cancel, ChangePin, Confirm, Enroll, Evidence, Finish, Resend, Unblock, Verify,
    },
    policy::Purpose,
    testkit::{MemoryStore, Observed},
};
use steps::*;

type Watched = World<Observed<MemoryStore>>;
const WRONG_PIN: &str = "135792";

/// A handle that is to be refused, the code that would be right for it, and who shows it.
struct Shown {
    handle: String,
    right: String,
    caller: Caller<'static>,
    context: &'static [u8],
}

fn begun(w: &Watched) -> Shown {
    let challenge = w.begin(look_up("ana")).unwrap();
    Shown { handle: challenge.handle, right: w.code(), caller: CALLER, context: b"" }
}

fn guess(w: &Watched, shown: &Shown, times: usize) {
    for _ in 0..times {
        assert_eq!(named(w.finish(&shown.handle, &wrong(&shown.right))), "WrongCode");
    }
}

/// A state in which a code is refused unseen, with the refusal's name.
type State = (&'static str, fn(&Watched) -> Shown);

fn states() -> Vec<State> {
    vec![
        ("WrongSession", |w| Shown { caller: Caller::new(b"session 2"), ..begun(w) }),
        ("WrongSession", |w| Shown { context: b"another text", ..begun(w) }),
        ("AlreadyUsed", |w| {
            let shown = begun(w);
            w.finish(&shown.handle, &shown.right).unwrap();
            shown
        }),
        ("Superseded", |w| {
            let shown = begun(w);
            w.clock.advance(30 * SECOND);
            begun(w);
            shown
        }),
        ("Superseded", |w| {
            let shown = begun(w);
            for _ in 0..5 {
                w.clock.advance(HOUR);
                begun(w);
            }
            shown
        }),
        ("Expired", |w| {
            let shown = begun(w);
            w.clock.advance(300 * SECOND);
            shown
        }),
        ("TriesUsedUp", |w| {
            let shown = begun(w);
            guess(w, &shown, 5);
            shown
        }),
        ("Throttled", |w| {
            let first = begun(w);
            guess(w, &first, 5);
            w.clock.advance(30 * SECOND);
            let second = begun(w);
            guess(w, &second, 5);
            w.clock.advance(HOUR);
            begun(w)
        }),
        ("Waiting", |w| {
            let caller = CALLER.in_lane(Lane::KnownDevice);
            let last = [4, 4, 2].map(|wrongs| {
                w.clock.advance(HOUR);
                let challenge = w.begin(Begin { caller, ..look_up("ana") }).unwrap();
                for _ in 0..wrongs {
                    assert_eq!(named(w.finish(&challenge.handle, &wrong(&w.code()))), "WrongCode");
                }
                challenge.handle
            });
            let [.., handle] = last;
            Shown { handle, right: w.code(), caller, context: b"" }
        }),
        ("Ended", |w| {
            let shown = begun(w);
            w.run(Cancel { handle: &shown.handle, caller: CALLER }).unwrap();
            shown
        }),
        ("Ended", |w| {
            let shown = begun(w);
            w.run(Block { account: "ana", operator: operator() }).unwrap();
            shown
        }),
        ("Ended", |w| {
            let shown = begun(w);
            w.run(Block { account: "ana", operator: operator() }).unwrap();
            w.run(Unblock { account: "ana", operator: operator() }).unwrap();
            shown
        }),
        ("Ended", |w| {
            let challenge = w.begin_by("ana", PIN).unwrap();
            let right = w.code();
            let change = ChangePin { account: "ana", old: PIN, new: "904173", caller: CALLER };
            w.run(change).unwrap();
            Shown { handle: challenge.handle, right, caller: CALLER, context: b"" }
        }),
        ("UnknownChallenge", |w| {
            let shown = begun(w);
            let handle = shown.handle.replacen("v1.", "v2.", 1);
            Shown { handle, ..shown }
        }),
        ("Ended", |w| {
            let shown = begun(w);
            let authority = by_operator();
            w.run(pinbolt::op::CancelAccount { account: "ana", authority }).unwrap();
            shown
        }),
    ]
}

#[test]
fn a_code_that_is_not_compared_is_refused_alike_and_writes_nothing() {
    for (index, (expected, state)) in states().into_iter().enumerate() {
        let mut traces = Vec::new();
        for pick in 0..3 {
            let (w, log) = watched(policy());
            let shown = state(&w);
            let codes = [shown.right.clone(), wrong(&shown.right), "000000".to_owned()];
            let before = (log.len(), counts_of(&w));
            let mut hand = hand(&w);
            let Shown { handle, caller, context, .. } = &shown;
            let (caller, code) = (*caller, &*codes[pick]);
            let done = hand.run(start(&w, Finish { caller, context, ..finish(handle, code) }));
            assert_eq!(ended(&done), expected, "state {index}");
            let questions = hand.outside();
            assert!(!questions.iter().any(|asked| matches!(asked, Asked::Commit(_))));
            assert_eq!((log.len(), counts_of(&w)), before, "{expected}: nothing is written");
            traces.push((format!("{:?}", done.result), done.events, questions));
        }
        assert!(traces.iter().all(|trace| *trace == traces[0]), "{expected}: {traces:?}");
    }
}

/// The counts, where the account still stands.
fn counts_of(w: &Watched) -> Option<[u32; 6]> {
    let stands = w.run(pinbolt::op::Describe { account: "ana" }).is_ok();
    stands.then(|| counts(w))
}

#[test]
fn a_pin_that_is_not_hashed_is_refused_alike_and_writes_nothing() {
    let lanes = [(Lane::Stranger, "Throttled"), (Lane::KnownDevice, "Waiting")];
    for (lane, expected) in lanes {
        let (w, log) = watched(policy());
        let typed = |pin| Verify { caller: CALLER.in_lane(lane), ..verify("ana", pin) };
        for _ in 0..10 {
            assert_eq!(named(w.run(typed(WRONG_PIN))), "WrongCredentials");
        }
        let before = log.len();
        let mut ends = Vec::new();
        for pin in [PIN, WRONG_PIN] {
            let mut hand = hand(&w);
            let done = hand.run(start(&w, typed(pin)));
            assert_eq!((ended(&done), hand.hashes(), log.len()), (expected, 0, before));
            ends.push((format!("{:?}", done.result), done.events, hand.outside()));
        }
        assert_eq!(ends[0], ends[1]);
    }
}

/// What is no code and no PIN: neither compared nor counted.
const MALFORMED: [&str; 16] = [
    "",
    " ",
    "      ",
    "\0",
    "\0\0\0\0\0\0",
    "-",
    "------",
    "\t123456",
    "12345",
    "1234567",
    "0x1234",
    "0_00123",
    "+123456",
    "12345a",
    "\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}",
    "\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}",
];

#[test]
fn failure_18_an_empty_or_malformed_code_is_neither_compared_nor_counted() {
    let (w, log) = watched(policy());
    let shown = begun(&w);
    let before = log.len();
    for code in MALFORMED {
        assert_eq!(named(w.finish(&shown.handle, code)), "Malformed", "{code:?}");
    }
    assert_eq!((log.len(), counts(&w)), (before, [0; 6]));
    let [a, b] = [&shown.right[..3], &shown.right[3..]];
    assert_eq!(named(w.finish(&shown.handle, &format!(" {a}-{b} "))), "granted");
}

#[test]
fn failure_18_an_empty_or_malformed_pin_asks_nothing_and_is_not_counted() {
    let (w, log) = watched(policy());
    let before = log.len();
    let no_pin = MALFORMED.iter().filter(|pin| !matches!(**pin, "12345" | "1234567"));
    for pin in no_pin.copied().chain(["123 456", "123-456"]) {
        let step_up = Verify { evidence: Evidence::pin(pin), ..verify("ana", PIN) };
        let begin = Begin { purpose: SIGN_IN, pin: Some(pin), ..look_up("ana") };
        let change = ChangePin { account: "ana", old: pin, new: "904173", caller: CALLER };
        let mut hand = hand(&w);
        assert_eq!(ended(&hand.run(start(&w, step_up))), "Malformed", "{pin:?}");
        assert_eq!(ended(&hand.run(start(&w, begin))), "Malformed", "{pin:?}");
        assert_eq!(ended(&hand.run(start(&w, change))), "Malformed", "{pin:?}");
        assert_eq!(hand.asked, []);
    }
    let none = Begin { purpose: SIGN_IN, pin: None, ..look_up("ana") };
    assert_eq!(ended(&hand(&w).run(start(&w, none))), "PinMissing");
    assert_eq!((log.len(), counts(&w)), (before, [0; 6]));
}

#[test]
fn failure_18_no_challenge_and_no_enrolment_pass_nobody() {
    let (w, log) = watched(policy());
    let before = log.len();
    for handle in ["", "v1.", "v1.AAAA", " ", "\0", &"A".repeat(100_000)] {
        for code in ["", "000000", "123456"] {
            assert_eq!(named(w.finish(handle, code)), "UnknownChallenge", "{handle:.8}");
        }
    }
    assert_eq!(log.len(), before);

    w.run(Enroll { account: "eva", pin: None, addresses: &[], asserted_by: None }).unwrap();
    for name in ["nobody", "eva", "nobody@example.com", "+351912000111"] {
        for pin in ["0", "000000", PIN] {
            assert_eq!(named(w.verify(name, pin)), "WrongCredentials", "{name}");
        }
        let challenge = w.begin(look_up(name)).unwrap();
        assert!(w.outbox.all().is_empty(), "{name}: nobody gets a message");
        for code in ["", "000000", "123456"] {
            assert_ne!(named(w.finish(&challenge.handle, code)), "granted", "{name}");
        }
    }
}

/// A way to a handle, which comes with its expiry.
type Issue = (&'static str, fn(&Watched) -> (String, u64));

/// `begin`, `resend` by rotation and by redelivery, `confirm`.
fn handles() -> Vec<Issue> {
    fn again(w: &Watched, purpose: &str) -> (String, u64) {
        let first = w.begin(Begin { purpose, ..look_up("ana") }).unwrap();
        w.clock.advance(30 * SECOND);
        let resend = Resend { handle: &first.handle, channel: Channel::Sms, caller: CALLER };
        let second = w.sent(w.run(resend).unwrap());
        (second.handle, second.expires)
    }
    vec![
        ("begin", |w| {
            let challenge = w.begin(look_up("ana")).unwrap();
            (challenge.handle, challenge.expires)
        }),
        ("begin with a PIN", |w| {
            let challenge = w.begin_by("ana", PIN).unwrap();
            (challenge.handle, challenge.expires)
        }),
        ("rotated", |w| again(w, "look-up")),
        ("redelivered", |w| again(w, "slow")),
        ("confirm", |w| {
            let authority = by_operator();
            let (account, address) = ("ana", "new@example.com");
            let confirm = Confirm { account, address, replaces: None, authority, caller: CALLER };
            let challenge = w.sent(w.run(confirm).unwrap());
            (challenge.handle, challenge.expires)
        }),
    ]
}

/// How each verb that takes a handle ends with it.
fn ends(w: &Watched, verb: &str, handle: &str) -> &'static str {
    match verb {
        "finish" => named(w.finish(handle, &w.code())),
        "finish, wrong" => named(w.finish(handle, &wrong(&w.code()))),
        "resend" => named(w.run(Resend {
            handle,
            channel: w.outbox.last().unwrap().channel,
            caller: CALLER,
        })),
        "cancel" => named(w.run(Cancel { handle, caller: CALLER })),
        _ => panic!("{verb}"),
    }
}

#[test]
fn failure_17_every_path_ends_at_the_very_millisecond_of_expiry() {
    let slow = Purpose::code("slow", &[Channel::Sms]).resend(pinbolt::policy::Resend::Redeliver);
    let policy = builder().purpose(slow).build().unwrap();
    let verbs = [
        ("finish", "granted"),
        ("finish, wrong", "WrongCode"),
        ("resend", "granted"),
        ("cancel", "granted"),
    ];
    for (issued, issue) in handles() {
        for (verb, open) in verbs {
            for (late, expected) in [(-1i64, open), (0, "Expired"), (1, "Expired")] {
                let (w, log) = watched(policy.clone());
                let (handle, expires) = issue(&w);
                w.clock.set(expires.checked_add_signed(late).unwrap());
                let before = log.len();
                let case = format!("{verb} of {issued}, {late} ms");
                assert_eq!(ends(&w, verb, &handle), expected, "{case}");
                assert_eq!(log.len() > before, late < 0, "{case}");
            }
        }
    }
}

#[test]
fn failure_17_a_redelivered_code_keeps_its_expiry_and_its_tries() {
    let slow = Purpose::code("slow", &[Channel::Sms]).resend(pinbolt::policy::Resend::Redeliver);
    let (w, _) = watched(builder().purpose(slow).build().unwrap());
    let first = w.begin(Begin { purpose: "slow", ..look_up("ana") }).unwrap();
    let code = w.code();
    for _ in 0..4 {
        assert_eq!(named(w.finish(&first.handle, &wrong(&code))), "WrongCode");
    }
    w.clock.advance(30 * SECOND);
    let resend = Resend { handle: &first.handle, channel: Channel::Sms, caller: CALLER };
    let second = w.sent(w.run(resend).unwrap());
    assert_eq!((second.expires, w.code()), (first.expires, code.clone()));
    assert_eq!(named(w.finish(&second.handle, &wrong(&code))), "WrongCode");
    assert_eq!(named(w.finish(&second.handle, &code)), "TriesUsedUp");
    assert_eq!(named(w.finish(&first.handle, &code)), "TriesUsedUp");
}

#[test]
fn an_act_without_its_authority_is_refused_before_anything_is_written() {
    let (w, log) = watched(policy());
    let accepted = w.verify("ana", PIN).unwrap();
    let authority = Authority::from(accepted);
    let unlock =
        pinbolt::op::Unlock { account: "ana", authenticator: Authenticator::PIN, authority };
    let mut hand = hand(&w);
    let before = log.len();
    assert_eq!(ended(&hand.run(start(&w, unlock))), "NotAuthorized");
    assert!(matches!(hand.asked.as_slice(), [Asked::Load(_)]));
    assert_eq!(log.len(), before);
}
