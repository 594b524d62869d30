//! Law 2: every guess is counted, in the write that judges it or before a slow hash.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;
mod steps;

use std::{collections::BTreeMap, thread};

use common::*;
use pinbolt::{
    Authenticator, Caller, Channel, Failure, Lane, Pinbolt, Policy, Refusal,
    driver::Engine,
    op::{Begin, Challenge, ChangePin, Finish, Resend, Step, Verify},
    policy::Purpose,
    row::{RowName, Version, Write},
    testkit::{FaultStore, MemoryStore},
};
use steps::*;

const WRONG_PIN: &str = "135792";

/// Wrong codes, all different.
fn wrong_codes(right: &str, count: usize) -> Vec<String> {
    let mut code = right.to_owned();
    let next = |_| {
        code = wrong(&code);
        code.clone()
    };
    (0..count).map(next).collect()
}

/// How many there are of each.
fn tally(ended: Vec<&'static str>) -> BTreeMap<&'static str, usize> {
    let mut tally = BTreeMap::new();
    for name in ended {
        *tally.entry(name).or_default() += 1;
    }
    tally
}

#[test]
fn failure_01_two_hundred_wrong_codes_at_once_get_five_verdicts() {
    let (w, log) = watched(policy());
    let challenge = w.begin(look_up("ana")).unwrap();
    let before = log.account_writes();
    let wrong = wrong_codes(&w.code(), 200);
    let ended = thread::scope(|scope| {
        let guess = |code: &String| named(w.finish(&challenge.handle, code));
        let threads: Vec<_> = wrong.iter().map(|code| scope.spawn(move || guess(code))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(tally(ended), BTreeMap::from([("WrongCode", 5), ("TriesUsedUp", 195)]));
    assert_eq!(log.account_writes() - before, 5, "five writes carried a comparison");
    assert_eq!(count(&w, Authenticator::CODE, Lane::Stranger), 5);
}

#[test]
fn failure_01_two_hundred_wrong_pins_at_once_get_five_hashes() {
    let (w, log) = watched(builder().set("throttle.burst", 5).unwrap().build().unwrap());
    let before = log.account_writes();
    let run = || {
        let mut hand = hand(&w);
        let done = hand.run(start(&w, verify("ana", WRONG_PIN)));
        (ended(&done), hand.hashes())
    };
    let all: Vec<(&str, usize)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..200).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let hashed: usize = all.iter().map(|(_, hashes)| hashes).sum();
    let ended = tally(all.into_iter().map(|(ended, _)| ended).collect());
    assert_eq!(ended, BTreeMap::from([("WrongCredentials", 5), ("Throttled", 195)]));
    assert_eq!((hashed, log.account_writes() - before), (5, 5));
}

/// Waits out what a refusal asks for; `None` for another refusal.
fn until(refusal: Refusal) -> Option<u64> {
    match refusal {
        Refusal::Throttled { until } | Refusal::Waiting { until } => Some(until),
        _ => None,
    }
}

/// Loops {a new request, four wrong codes}, each from another session, source and channel and by
/// another name, until codes are disabled; gives the number of codes that were judged.
fn guess_until_disabled(lane: Lane, purposes: &[(&str, Option<&str>)]) -> (u32, usize) {
    let open = builder().set("accounts.hide", 0).unwrap().build().unwrap();
    let (w, log) = watched(open);
    let mut judged = (0, 0);
    for round in 0..2_000usize {
        let (session, source) = (format!("session {round}"), format!("192.0.2.{}", round % 256));
        let caller = Caller::new(session.as_bytes()).source(&source).in_lane(lane);
        let (purpose, pin) = purposes[round % purposes.len()];
        let channel = [Channel::Sms, Channel::Email][round / 2 % 2];
        let name = ["ana", PHONE, EMAIL][round % 3];
        let challenge = loop {
            match w.begin(Begin { name, purpose, pin, channel, caller, context: b"" }) {
                Ok(challenge) => break challenge,
                Err(refusal) => w.clock.set(until(refusal).unwrap()),
            }
        };
        for code in wrong_codes(&w.code(), 4) {
            let before = log.account_writes();
            let typed = Finish { caller, ..finish(&challenge.handle, &code) };
            match w.run(typed) {
                Err(Refusal::WrongCode { .. }) => {
                    judged.0 += 1;
                    judged.1 += log.account_writes() - before;
                }
                Err(Refusal::Disabled) => return judged,
                Err(Refusal::Expired) => break,
                Err(refusal) => w.clock.set(until(refusal).unwrap()),
                Ok(_) => panic!("a wrong code was accepted"),
            }
        }
    }
    panic!("codes are never disabled");
}

#[test]
fn failure_04_no_new_request_session_channel_or_flow_resets_the_budget() {
    let both = [("look-up", None), (SIGN_IN, Some(PIN))];
    assert_eq!(guess_until_disabled(Lane::Stranger, &both[..1]), (50, 50));
    assert_eq!(guess_until_disabled(Lane::FirstFactor, &both), (20, 20));
    assert_eq!(guess_until_disabled(Lane::KnownDevice, &both), (30, 30));
}

#[test]
fn failure_05_sources_a_restart_and_a_full_store_leave_the_budget_as_it_was() {
    let store = MemoryStore::new();
    let w = world_on(store.clone(), policy());
    w.enroll();
    let guess = |w: &World<MemoryStore>, i: usize| {
        let source = format!("198.51.100.{i}");
        let caller = Caller::new(source.as_bytes()).source(&source);
        named(w.run(Verify { caller, ..verify("ana", WRONG_PIN) }))
    };
    for i in 0..5 {
        assert_eq!(guess(&w, i), "WrongCredentials");
    }
    for i in 0u128..100_000 {
        let row = RowName::new(&format!("{}:{i:064x}", ["a", "c", "d", "t"][i as usize % 4]));
        let version = Version::from_bytes(i.to_be_bytes());
        let body = Some(vec![0; 16]);
        let filler = Write { row: row.unwrap(), expected: None, version, body, keep_until: 0 };
        let swapped = pinbolt::driver::Store::swap(&store, &filler);
        assert!(matches!(swapped, pinbolt::driver::Swapped::Applied));
    }
    for i in 0..200 {
        assert_eq!(named(w.verify(&format!("nobody {i}"), WRONG_PIN)), "WrongCredentials");
    }
    let pinbolt = Pinbolt::open(keys(), policy(), "tests").unwrap();
    let engine = Engine::new(pinbolt, store, w.outbox.clone()).with_clock(w.clock.clone());
    let again = World { engine: engine.with_entropy(seeded(2)), ..w };
    for i in 5..10 {
        assert_eq!(guess(&again, i), "WrongCredentials");
    }
    for i in 10..20 {
        assert_eq!(guess(&again, i), "Throttled");
    }
}

#[test]
fn failure_06_every_entry_and_every_spelling_hits_one_pin_counter() {
    let (w, _) = watched(builder().set("throttle.burst", 20).unwrap().build().unwrap());
    let spellings = [
        "ana",
        PHONE,
        "+351 912 000 417",
        "+351-912.000-417",
        " +351912000417 ",
        EMAIL,
        "ANA.REIS@EXAMPLE.COM",
        " ana.reis@example.com ",
    ];
    let mut expected = 0;
    for name in spellings {
        assert_eq!(named(w.verify(name, WRONG_PIN)), "WrongCredentials");
        assert_eq!(named(w.begin_by(name, WRONG_PIN)), "WrongCredentials");
        expected += 2;
        assert_eq!(count(&w, Authenticator::PIN, Lane::Stranger), expected, "{name}");
    }
    let change = ChangePin { account: "ana", old: WRONG_PIN, new: "904173", caller: CALLER };
    assert_eq!(named(w.run(change)), "WrongCredentials");
    // A reason that nobody foresaw: another work's digest, and a driver that just stops.
    let mut hand = hand(&w);
    let mut step = start(&w, verify("ana", PIN));
    while !matches!(step, Step::Hash(_)) {
        step = hand.answer(step);
    }
    let Step::Hash(mine) = step else { panic!("a hash was asked for") };
    let mut other = start(&w, verify("nobody", PIN));
    while !matches!(other, Step::Hash(_)) {
        other = hand.answer(other);
    }
    let Step::Hash(other) = other else { panic!("a hash was asked for") };
    let digest = other.work().run(&mut pinbolt::HashMemory::new());
    let Step::Done(done) = mine.done(w.clock_now(), digest) else { panic!("it ends") };
    assert_eq!(ended(&done), "WrongDigest");
    assert_eq!(count(&w, Authenticator::PIN, Lane::Stranger), expected + 2);
}

#[test]
fn failure_06_every_purpose_channel_and_name_hits_one_code_counter() {
    let (w, _) = watched(policy());
    let mut expected = 0;
    for (name, channel) in [("ana", Channel::Sms), (PHONE, Channel::Email), (EMAIL, Channel::Sms)] {
        let challenge = w.begin(Begin { channel, ..look_up(name) }).unwrap();
        assert_eq!(named(w.finish(&challenge.handle, &wrong(&w.code()))), "WrongCode");
        expected += 1;
        assert_eq!(count(&w, Authenticator::CODE, Lane::Stranger), expected);
        w.clock.advance(HOUR);
    }
    for address in ["new@example.com", "+351912000999"] {
        let challenge = w.confirm("ana", address).unwrap();
        assert_eq!(named(w.finish(&challenge.handle, &wrong(&w.code()))), "WrongCode");
        expected += 1;
        assert_eq!(count(&w, Authenticator::CODE, Lane::Stranger), expected);
    }
}

#[test]
fn only_what_was_surely_not_judged_is_given_back() {
    let (w, _) = watched(policy());
    let at_hash = || {
        let mut hand = hand(&w);
        let mut step = start(&w, verify("ana", WRONG_PIN));
        loop {
            match step {
                Step::Hash(hash) => return hash,
                other => step = hand.answer(other),
            }
        }
    };
    let not_run = |hash: pinbolt::op::Hash<_>| ended(&hand(&w).run(hash.not_run(w.clock_now())));
    let failures = || count(&w, Authenticator::PIN, Lane::Stranger);

    drop(at_hash());
    assert_eq!(failures(), 1, "a guess that was dropped stays counted");
    let overloaded = at_hash();
    assert_eq!(failures(), 2, "counted before it is judged");
    assert_eq!(not_run(overloaded), Failure::Overload.name());
    assert_eq!(failures(), 1);

    let late = at_hash();
    w.verify("ana", PIN).unwrap();
    drop(at_hash());
    assert_eq!(not_run(late), Failure::Overload.name());
    assert_eq!(failures(), 1, "a refund of an older epoch uncounts nobody's guess");
}

/// A right PIN that was never used for lack of a hash slot was not a wrong one.
#[test]
fn overload_at_the_hash_of_a_new_pin_leaves_no_failure() {
    let (w, _) = watched(policy());
    let change = ChangePin { account: "ana", old: PIN, new: "904173", caller: CALLER };
    let mut hand = hand(&w);
    let mut step = start(&w, change);
    while hand.hashes() == 0 || !matches!(step, Step::Hash(_)) {
        step = hand.answer(step);
    }
    let Step::Hash(second) = step else { panic!("the new PIN is hashed") };
    let done = hand.run(second.not_run(w.clock_now()));
    assert_eq!(ended(&done), "Overload");
    assert_eq!(count(&w, Authenticator::PIN, Lane::Stranger), 0);
}

/// The random walk's generator: nothing hides behind it.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % sides
    }
}

/// A walker's open challenge and the codes that he has seen, newest last.
#[derive(Default)]
struct Walk {
    open: Option<Challenge>,
    codes: Vec<String>,
}

fn policy_of_the_walk() -> Policy {
    let look_up = Purpose::code("look-up", &[Channel::Sms, Channel::Email]);
    Policy::builder()
        .cheapest_hash()
        .purpose(look_up.resend(pinbolt::policy::Resend::Rotate))
        .purpose(Purpose::pin("step-up"))
        .build()
        .unwrap()
}

/// A guess: at what, and how it was answered; `Err(())` is a failure.
type Guess = (Authenticator, Result<Result<(), Refusal>, ()>);

/// One random act, if it was a guess.
fn act<S: pinbolt::driver::Store>(
    w: &World<S>,
    (dice, walk): (&mut Dice, &mut Walk),
) -> Option<Guess> {
    let run = |result: Result<pinbolt::Accepted, _>| match result {
        Ok(_) => Ok(Ok(())),
        Err(pinbolt::driver::Error::Refused(refusal)) => Ok(Err(refusal)),
        Err(_) => Err(()),
    };
    let noted = |walk: &mut Walk, begun: Result<pinbolt::op::Begun, _>| {
        if let Ok(begun) = begun
            && begun.challenge.sent
        {
            walk.open = Some(begun.challenge);
            if w.engine.deliver(begun.dispatch).is_ok() {
                walk.codes.push(w.code());
            }
        }
    };
    match dice.roll(12) {
        0 => w.clock.advance(dice.roll(2 * HOUR)),
        1 => w.clock.advance(dice.roll(2 * DAY)),
        2 | 3 => noted(walk, w.engine.run(look_up(["ana", PHONE, EMAIL][dice.roll(3) as usize]))),
        4 => {
            let handle = walk.open.as_ref()?.handle.clone();
            let resend = Resend { handle: &handle, channel: Channel::Sms, caller: CALLER };
            noted(walk, w.engine.run(resend));
        }
        5 => return Some((Authenticator::PIN, run(w.engine.run(verify(EMAIL, PIN))))),
        6 | 7 => return Some((Authenticator::PIN, run(w.engine.run(verify("ana", WRONG_PIN))))),
        roll => {
            let handle = walk.open.as_ref()?.handle.clone();
            let newest = walk.codes.last()?.clone();
            let older = walk.codes.iter().rev().nth(1).cloned().unwrap_or_default();
            let code = match roll {
                8 => newest,
                9 => older,
                _ => wrong_codes(&newest, 9).remove(dice.roll(9) as usize),
            };
            return Some((Authenticator::CODE, run(w.engine.run(finish(&handle, &code)))));
        }
    }
    None
}

#[test]
fn failure_07_every_released_comparison_is_written_and_counted_once() {
    let mut seen = BTreeMap::<&str, usize>::new();
    for seed in 0..40 {
        let (w, log) = watched(policy_of_the_walk());
        let (mut dice, mut walk) = (Dice(seed), Walk::default());
        for _ in 0..120 {
            let of = |what| count(&w, what, Lane::Stranger);
            let before = [Authenticator::PIN, Authenticator::CODE].map(of);
            let writes = log.account_writes();
            let Some((what, Ok(result))) = act(&w, (&mut dice, &mut walk)) else { continue };
            let now = [Authenticator::PIN, Authenticator::CODE].map(of);
            let (mine, other) = if what == Authenticator::PIN { (0, 1) } else { (1, 0) };
            let written = log.account_writes() - writes;
            let is_pin = what == Authenticator::PIN;
            let rises = match result {
                Ok(()) => (0, if is_pin { 2 } else { 1 }),
                Err(Refusal::WrongCode { .. } | Refusal::WrongCredentials) => (before[mine] + 1, 1),
                // Only an older code typed into the newest handle is written.
                Err(Refusal::Superseded { .. }) => (before[mine], 1),
                Err(_) => (before[mine], 0),
            };
            *seen.entry(named(result)).or_default() += 1;
            assert_eq!((now[mine], written), rises, "seed {seed}: {what:?} {result:?}");
            assert_eq!(now[other], before[other], "seed {seed}");
        }
    }
    for name in ["granted", "WrongCode", "WrongCredentials", "Superseded", "Throttled", "Expired"] {
        assert!(seen.get(name).is_some_and(|times| *times > 20), "{name}: {seen:?}");
    }
}

#[test]
fn failure_07_no_fault_of_the_store_lets_a_judged_guess_go_uncounted() {
    let mut released = 0;
    for seed in 0..40 {
        let store = MemoryStore::new();
        let w = world_on(store.clone(), policy_of_the_walk());
        w.enroll();
        let pinbolt = Pinbolt::open(keys(), policy_of_the_walk(), "tests").unwrap();
        let faulty = FaultStore::seeded(store, seed, 250);
        let engine = Engine::new(pinbolt, faulty, w.outbox.clone()).with_clock(w.clock.clone());
        let (clock, outbox) = (w.clock.clone(), w.outbox.clone());
        let hit = World { engine: engine.with_entropy(seeded(seed + 10)), clock, outbox };
        let (mut dice, mut walk) = (Dice(seed), Walk::default());
        let mut guessed = [0, 0];
        for _ in 0..120 {
            let guess = act(&hit, (&mut dice, &mut walk));
            let of = |what| count(&w, what, Lane::Stranger);
            let counted = [Authenticator::PIN, Authenticator::CODE].map(of);
            let Some((what, result)) = guess else { continue };
            let mine = usize::from(what != Authenticator::PIN);
            match result {
                Ok(Err(Refusal::WrongCode { .. } | Refusal::WrongCredentials)) => {
                    released += 1;
                    guessed[mine] += 1;
                }
                // A success, or one whose answer was lost, starts the count over.
                Ok(Ok(())) | Err(()) => guessed[mine] = guessed[mine].min(counted[mine]),
                Ok(Err(_)) => {}
            }
            assert!(counted[mine] >= guessed[mine], "seed {seed}: {counted:?}, {guessed:?}");
        }
        hit.engine.store().release_delayed();
        assert!(hit.engine.store().injected() > 0);
    }
    assert!(released > 200, "{released} wrong guesses were judged");
}
