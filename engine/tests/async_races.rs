//! Many tasks on the asynchronous driver at once: one code is accepted once, and no more guesses are
//! judged than are allowed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod awaiting;
mod common;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
};

use awaiting::{
    Awaited, awaited, block_on, count, enroll, name, script::WRONG_PIN, sign_in, together,
};
use common::*;
use pinbolt::{
    Authenticator,
    driver::BoxFuture,
    op::Describe,
    row::Write,
    testkit::{MemoryStore, Observed},
};

/// Tasks spread over threads, each of which polls its share in turn.
fn on_threads<T: Send>(tasks: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut shares: Vec<Vec<_>> = (0..8).map(|_| Vec::new()).collect();
    for (at, task) in tasks.into_iter().enumerate() {
        shares[at % 8].push(task);
    }
    thread::scope(|scope| {
        let threads: Vec<_> =
            shares.into_iter().map(|share| scope.spawn(|| together(share))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

fn tally(names: Vec<&'static str>) -> BTreeMap<&'static str, usize> {
    let mut tally = BTreeMap::new();
    for name in names {
        *tally.entry(name).or_default() += 1;
    }
    tally
}

/// An engine whose applied writes on accounts are counted.
fn watched() -> (Awaited<Observed<MemoryStore>>, Arc<Mutex<usize>>) {
    let writes = Arc::new(Mutex::new(0));
    let seen = writes.clone();
    let store = Observed::new(MemoryStore::new(), move |write: &Write| {
        *seen.lock().unwrap() += usize::from(write.row.as_str().starts_with('a'));
    });
    let w = awaited(store, policy());
    w.run(enroll()).unwrap();
    (w, writes)
}

#[test]
fn failure_02_two_hundred_tasks_with_the_right_code_get_one_acceptance() {
    let (w, writes) = watched();
    let challenge = w.sent(sign_in(PIN)).unwrap();
    let (code, before) = (w.code(), *writes.lock().unwrap());
    let guess = |_| w.engine.run(finish(&challenge.handle, &code));
    let ends = on_threads((0..200).map(guess).collect());
    let ends = tally(ends.iter().map(name).collect());
    assert_eq!(ends, BTreeMap::from([("granted", 1), ("AlreadyUsed", 199)]));
    assert_eq!(*writes.lock().unwrap() - before, 1);
    assert!(w.host.pauses().len() > 20, "they met: {:?}", w.host.pauses());
}

#[test]
fn failure_02_two_hundred_threads_with_the_right_code_get_one_acceptance() {
    let (w, _) = watched();
    let challenge = w.sent(sign_in(PIN)).unwrap();
    let code = w.code();
    let ends = thread::scope(|scope| {
        let guess = || name(&block_on(w.engine.run(finish(&challenge.handle, &code))));
        let threads: Vec<_> = (0..200).map(|_| scope.spawn(guess)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(tally(ends), BTreeMap::from([("granted", 1), ("AlreadyUsed", 199)]));
}

#[test]
fn failure_01_two_hundred_tasks_with_wrong_codes_get_five_verdicts() {
    let (w, writes) = watched();
    let challenge = w.sent(look_up("ana")).unwrap();
    let before = *writes.lock().unwrap();
    let mut code = w.code();
    let codes: Vec<_> = (0..200)
        .map(|_| {
            code = wrong(&code);
            code.clone()
        })
        .collect();
    let guess = |code| w.engine.run(finish(&challenge.handle, code));
    let ends = on_threads(codes.iter().map(String::as_str).map(guess).collect());
    let ends = tally(ends.iter().map(name).collect());
    assert_eq!(ends, BTreeMap::from([("WrongCode", 5), ("TriesUsedUp", 195)]));
    assert_eq!(*writes.lock().unwrap() - before, 5, "five writes carried a comparison");
    let seen = w.run(Describe { account: "ana" }).unwrap();
    assert_eq!(count(&seen, Authenticator::CODE), 5);
}

#[test]
fn failure_01_two_hundred_tasks_with_wrong_pins_run_ten_hashes() {
    let (w, writes) = watched();
    let (before, hashed) = (*writes.lock().unwrap(), w.host.hashes());
    let ends = on_threads((0..200).map(|_| w.engine.run(verify("ana", WRONG_PIN))).collect());
    let ends = tally(ends.iter().map(name).collect());
    assert_eq!(ends, BTreeMap::from([("WrongCredentials", 10), ("Throttled", 190)]));
    assert_eq!(w.host.hashes() - hashed, 10);
    assert_eq!(*writes.lock().unwrap() - before, 10);
}
