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
mod walking;

use std::{collections::BTreeMap, thread};

use common::*;
use pinbolt::{
    Authenticator, Caller, Channel, Failure, Lane, Pinbolt, Refusal,
    driver::Engine,
    op::{Begin, ChangePin, Describe, Finish, Step, Verify},
    row::{RowName, Version, Write},
    testkit::{FaultStore, MemoryStore},
};
use steps::*;
use walking::*;

const WRONG_PIN: &str = "135792";

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
    let (mut expected, mut confirmed) = (0, 0);
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
        confirmed += 1;
        assert_eq!(count(&w, Authenticator::CODE, Lane::FirstFactor), confirmed);
    }
    assert_eq!(count(&w, Authenticator::CODE, Lane::Stranger), expected);
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

/// What a walk guesses at, and how often a guess counts there.
const WALKED: [(Authenticator, u32); 4] = [
    (Authenticator::PIN, 1),
    (Authenticator::CODE, 1),
    (Authenticator::OTP, TOKENS),
    (Authenticator::RECOVERY_CODE, 1),
];

/// The strangers' counts.
fn strangers<S: pinbolt::driver::Store>(w: &World<S>) -> [u32; 4] {
    let ledgers = w.run(Describe { account: "ana" }).unwrap().ledgers;
    WALKED.map(|(what, _)| {
        let mut own =
            ledgers.iter().filter(|l| (l.authenticator, l.lane) == (what, Lane::Stranger));
        own.next().map_or(0, |ledger| ledger.failures)
    })
}

/// The strangers' counts after a guess that was answered so, and the writes that it took.
fn expected(guess: &Guess, answer: Result<(), Refusal>, before: [u32; 4]) -> ([u32; 4], usize) {
    let mut counts = before;
    let mut judged = |granted: bool| {
        for ((what, each), count) in WALKED.iter().zip(&mut counts) {
            match guess.parts.iter().find(|(part, _)| part == what) {
                Some(_) if granted => *count = 0,
                // Beside a wrong part what is right stays counted too.
                Some(_) => *count += each,
                None => {}
            }
        }
    };
    let (what, first) = guess.parts[0];
    let hashed = |(what, _): &(Authenticator, Part)| {
        [Authenticator::PIN, Authenticator::RECOVERY_CODE].contains(what)
    };
    // One hashed part that is wrong is counted before it is judged, and needs no second write.
    let settled = match guess.parts.len() {
        1 => hashed(&guess.parts[0]) && first != Part::Wrong,
        _ => true,
    };
    let writes = 1 + usize::from(settled);
    match answer {
        Ok(()) => judged(true),
        Err(Refusal::WrongCode { .. } | Refusal::WrongCredentials) => judged(false),
        // Beside a used code nothing is counted, so that no count shows whether the rest was right.
        Err(Refusal::AlreadyUsed) if what != Authenticator::CODE => {}
        // Only an older code typed into the newest handle is written.
        Err(Refusal::Superseded { .. }) => return (before, 1),
        Err(_) => return (before, 0),
    }
    (counts, writes)
}

#[test]
fn failure_07_every_released_comparison_is_written_and_counted_once() {
    let mut seen = BTreeMap::<&str, usize>::new();
    for seed in 0..30 {
        let (w, log) = watched(policy_of_the_walk());
        let (mut dice, mut walk) = (Dice(seed), Walk::new(&w));
        for _ in 0..160 {
            let (before, writes) = (strangers(&w), log.account_writes());
            let Some(guess) = walk.act(&w, &mut dice) else { continue };
            let answer = guess.answer.unwrap();
            let written = log.account_writes() - writes;
            *seen.entry(named(answer)).or_default() += 1;
            let expected = expected(&guess, answer, before);
            assert_eq!((strangers(&w), written), expected, "seed {seed}: {guess:?}");
        }
    }
    for name in [
        "granted",
        "WrongCode",
        "WrongCredentials",
        "AlreadyUsed",
        "Superseded",
        "Throttled",
        "Expired",
    ] {
        assert!(seen.get(name).is_some_and(|times| *times > 20), "{name}: {seen:?}");
    }
}

#[test]
fn failure_07_no_fault_of_the_store_lets_a_judged_guess_go_uncounted() {
    let mut released = 0;
    for seed in 0..30 {
        let store = MemoryStore::new();
        let w = world_on(store.clone(), policy_of_the_walk());
        w.enroll();
        let pinbolt = Pinbolt::open(keys(), policy_of_the_walk(), "tests").unwrap();
        let faulty = FaultStore::seeded(store, seed, 250);
        let engine = Engine::new(pinbolt, faulty, w.outbox.clone()).with_clock(w.clock.clone());
        let (clock, outbox) = (w.clock.clone(), w.outbox.clone());
        let hit = World { engine: engine.with_entropy(seeded(seed + 10)), clock, outbox };
        let (mut dice, mut walk) = (Dice(seed), Walk::new(&w));
        let mut guessed = [0; 4];
        for _ in 0..160 {
            let guess = walk.act(&hit, &mut dice);
            let Some(Guess { parts, answer }) = guess else { continue };
            let counted = strangers(&w);
            for (at, (what, each)) in WALKED.into_iter().enumerate() {
                let Some((_, part)) = parts.iter().find(|(part, _)| *part == what) else {
                    continue;
                };
                match answer {
                    Ok(Err(Refusal::WrongCode { .. } | Refusal::WrongCredentials))
                        if *part == Part::Wrong =>
                    {
                        released += 1;
                        guessed[at] += each;
                    }
                    // A success, or one whose answer was lost, starts the count over.
                    Ok(Ok(())) | Err(()) => guessed[at] = guessed[at].min(counted[at]),
                    Ok(Err(_)) => {}
                }
                assert!(counted[at] >= guessed[at], "seed {seed}: {counted:?}, {guessed:?}");
            }
        }
        hit.engine.store().release_delayed();
        assert!(hit.engine.store().injected() > 0);
    }
    assert!(released > 200, "{released} wrong guesses were judged");
}
