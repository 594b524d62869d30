//! The asynchronous driver: what it promises of its futures, and that it answers as the blocking one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod awaiting;
mod common;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
};

use awaiting::{
    Awaited, Lent, Slow, awaited, block_on, count, elsewhere, enroll, name,
    script::{WRONG_PIN, play},
    sign_in,
};
use common::*;
use pinbolt::{
    AuditEvent, Authenticator, Digest, Failure, HashMemory, Misuse, Pinbolt, Work,
    driver::{
        self, AsyncDelivery, AsyncEngine, AsyncHost, AsyncStore, BoxFuture, Clock, Handover,
        NoDelivery, Store, StoreError, Swapped,
    },
    op::{Begin, Delivered, Describe, Message, Verb},
    row::{RowName, Snapshot, Write},
    testkit::{Fault, FaultStore, MemoryStore, Outbox, VirtualClock},
};

fn fresh() -> Awaited<MemoryStore> {
    let w = awaited(MemoryStore::new(), policy());
    w.run(enroll()).unwrap();
    w
}

fn opened() -> Pinbolt {
    Pinbolt::open(keys(), policy(), "tests").unwrap()
}

fn send<T: Send>(value: T) -> T {
    value
}

fn send_and_sync<T: Send + Sync>(value: T) -> T {
    value
}

#[test]
fn a_sign_in_runs_on_pointers_to_anything_and_its_futures_may_change_threads() {
    let (store, outbox) = (Slow(MemoryStore::new()), Slow(Outbox::new()));
    let host = Lent::new(VirtualClock::at(NOW));
    let pinbolt = opened();
    let boxed = AsyncEngine::new(
        pinbolt.clone(),
        Box::new(store.clone()) as Box<dyn AsyncStore>,
        Box::new(outbox.clone()) as Box<dyn AsyncDelivery>,
        Box::new(host.clone()) as Box<dyn AsyncHost>,
    );
    let shared = AsyncEngine::new(
        pinbolt.clone(),
        Arc::new(store.clone()) as Arc<dyn AsyncStore>,
        Arc::new(outbox.clone()) as Arc<dyn AsyncDelivery>,
        Arc::new(host.clone()) as Arc<dyn AsyncHost>,
    );
    let lent = AsyncEngine::new(
        pinbolt,
        &store as &dyn AsyncStore,
        &outbox as &dyn AsyncDelivery,
        &host as &dyn AsyncHost,
    );
    let (boxed, shared, lent) = (send_and_sync(boxed), send_and_sync(shared), send_and_sync(lent));
    block_on(send(boxed.run(enroll()))).unwrap();
    let begun = block_on(send(shared.run(sign_in(PIN)))).unwrap();
    assert_eq!(block_on(send(lent.deliver(begun.dispatch))).unwrap(), Delivered::Sent);
    let code = outbox.0.last().unwrap().code;
    let challenge = begun.challenge;
    let accepted = thread::scope(|scope| {
        let finish = send(boxed.run(finish(&challenge.handle, &code)));
        scope.spawn(|| block_on(finish)).join().unwrap().unwrap()
    });
    assert_eq!((accepted.account(), accepted.purpose()), ("ana", SIGN_IN));
    assert_eq!(accepted.session(), b"session 1");
}

#[test]
fn a_future_borrows_the_engine_alone() {
    let w = fresh();
    let begun = {
        let (name, pin) = (String::from("ana"), String::from(PIN));
        w.engine.run(Begin { name: &name, ..sign_in(&pin) })
    };
    assert_eq!(name(&block_on(begun)), "granted");
}

#[test]
fn an_engine_is_shared_by_tasks_that_own_it() {
    let w = fresh();
    let engine = Arc::new(w.engine);
    let task = |engine: Arc<AsyncEngine<_, _, _>>| async move {
        engine.run(Describe { account: "ana" }).await.unwrap().addresses.len()
    };
    let threads = [0; 4].map(|_| {
        let task = send(task(engine.clone()));
        thread::spawn(move || block_on(task))
    });
    assert_eq!(threads.map(|thread| thread.join().unwrap()), [2; 4]);
}

/// A store and a host that answer from threads of their own, so that nothing goes on before its
/// waker was called.
struct Far<T>(T);

impl AsyncStore for Far<MemoryStore> {
    fn load<'a>(&'a self, row: &'a RowName) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>> {
        let (store, row) = (self.0.clone(), row.clone());
        Box::pin(elsewhere(move || store.load(&row)))
    }

    fn swap<'a>(&'a self, write: &'a Write) -> BoxFuture<'a, Swapped> {
        let (store, write) = (self.0.clone(), write.clone());
        Box::pin(elsewhere(move || store.swap(&write)))
    }
}

impl AsyncHost for Far<VirtualClock> {
    fn now(&self) -> u64 {
        self.0.now()
    }

    fn pause(&self, _: u64) -> BoxFuture<'_, ()> {
        Box::pin(elsewhere(thread::yield_now))
    }

    fn hash(&self, work: Work) -> BoxFuture<'_, Option<Digest>> {
        Box::pin(elsewhere(move || Some(work.run(&mut HashMemory::new()))))
    }
}

#[test]
fn answers_may_come_from_other_threads() {
    let (store, host) = (Far(MemoryStore::new()), Far(VirtualClock::at(NOW)));
    let engine = AsyncEngine::new(opened(), store, NoDelivery, host);
    block_on(engine.run(enroll())).unwrap();
    assert_eq!(block_on(engine.run(verify("ana", PIN))).unwrap().account(), "ana");
    assert_eq!(name(&block_on(engine.run(verify("ana", WRONG_PIN)))), "WrongCredentials");
    let begun = block_on(engine.run(sign_in(PIN))).unwrap();
    let delivered = block_on(engine.deliver(begun.dispatch)).unwrap();
    assert_eq!(delivered, Delivered::Refused, "no delivery sends nothing, and says so");
}

#[test]
fn both_drivers_give_the_same_answers_events_and_rows() {
    let waited = awaited(MemoryStore::new(), roomy());
    let blocked = world_on(MemoryStore::new(), roomy());
    let heard = Arc::new(Mutex::new(Vec::<AuditEvent>::new()));
    let told = heard.clone();
    let listening = blocked.engine.with_audit(move |e| told.lock().unwrap().push(e.clone()));
    let blocked = World { engine: listening, ..blocked };
    let (one, other) = (play(&waited), play(&blocked));
    assert_eq!(one, other);
    assert_eq!(waited.outbox.all(), blocked.outbox.all());
    assert_eq!(waited.engine.pinbolt().policy().purposes().len(), 3);
    assert_eq!(*waited.heard.lock().unwrap(), *heard.lock().unwrap());
    assert!(heard.lock().unwrap().len() > 20, "the auditor was told");
    let rows = |store: &MemoryStore| store.rows();
    let Slow(store) = waited.store();
    assert_eq!(rows(store), rows(blocked.engine.store()));
    let granted = one.iter().filter(|told| told.starts_with("granted ")).count();
    assert!((16..one.len() - 8).contains(&granted), "{granted} of {} {one:#?}", one.len());
}

#[test]
fn both_drivers_meet_the_same_faults_alike() {
    let mut ends = BTreeMap::<String, usize>::new();
    for seed in 0..40 {
        let faulty = || FaultStore::seeded(MemoryStore::new(), seed, 150);
        let (waited, blocked) = (awaited(faulty(), roomy()), world_on(faulty(), roomy()));
        let (one, other) = (play(&waited), play(&blocked));
        assert_eq!(one, other, "seed {seed}");
        let Slow(store) = waited.store();
        assert_eq!(store.inner().rows(), blocked.engine.store().inner().rows(), "seed {seed}");
        assert_eq!(store.injected(), blocked.engine.store().injected());
        for end in one {
            let end = end.split(' ').next().unwrap().to_owned();
            *ends.entry(end).or_default() += 1;
        }
    }
    for end in ["granted", "Store", "WrongCode", "AlreadyUsed"] {
        assert!(ends.contains_key(end), "{end} is not among {ends:?}");
    }
}

fn faulty() -> Awaited<FaultStore<MemoryStore>> {
    let w = awaited(FaultStore::new(MemoryStore::new()), policy());
    w.run(enroll()).unwrap();
    w
}

#[test]
fn a_lost_answer_is_resolved_and_a_write_that_failed_is_not_retried() {
    for (fault, ends, writes) in [
        (Fault::LoseAnswer, "granted", 1),
        (Fault::LoseWrite, "granted", 1),
        (Fault::Delay(1), "granted", 1),
        (Fault::Conflict, "granted", 1),
        // A stale load may cost a false refusal, which writes nothing.
        (Fault::StaleLoad(1), "UnknownChallenge", 0),
        (Fault::Fail, "Store", 0),
        (Fault::FailLoad, "Store", 0),
        (Fault::CrashBefore, "Store", 0),
    ] {
        let w = faulty();
        let challenge = w.sent(sign_in(PIN)).unwrap();
        let Slow(store) = w.store();
        let before = store.inner().rows();
        store.next(fault);
        let answer = w.run(finish(&challenge.handle, &w.code()));
        assert_eq!(name(&answer), ends, "{fault:?}");
        store.revive();
        let after = store.inner().rows();
        assert_eq!(before.iter().zip(&after).filter(|(a, b)| a != b).count(), writes, "{fault:?}");
        // What ended as a failure was used up by nobody.
        let again = w.run(finish(&challenge.handle, &w.code()));
        assert_eq!(name(&again), ["granted", "AlreadyUsed"][writes], "{fault:?}");
    }
}

#[test]
fn a_crash_in_doubt_accepts_nothing() {
    for fault in [Fault::CrashBefore, Fault::CrashAfter] {
        let w = faulty();
        let challenge = w.sent(sign_in(PIN)).unwrap();
        let Slow(store) = w.store();
        store.at(1, fault);
        let answer = w.run(finish(&challenge.handle, &w.code()));
        let Err(error) = &answer else { panic!("{fault:?}: {answer:?}") };
        assert!(matches!(error, driver::Error::Failure(Failure::Unresolved, Some(_))), "{error:?}");
        store.revive();
        let again = w.run(finish(&challenge.handle, &w.code()));
        let wrote = fault == Fault::CrashAfter;
        assert_eq!(name(&again), ["granted", "AlreadyUsed"][usize::from(wrote)]);
    }
}

#[test]
fn the_stores_own_words_come_with_the_failure() {
    for (fault, says) in [
        (Fault::FailLoad, "The store failed. injected: load failed"),
        (Fault::Fail, "The store failed. injected: write failed"),
        (Fault::CrashBefore, "The store failed. injected: crash"),
    ] {
        let w = faulty();
        w.store().0.next(fault);
        let error = w.run(verify("ana", PIN)).unwrap_err();
        assert_eq!(error.to_string(), says);
        let driver::Error::Failure(Failure::Store, Some(detail)) = error else { panic!("{says}") };
        assert!(says.ends_with(&detail.into_inner().to_string()));
    }
    // Trouble that was overcome is nobody's failure.
    let w = faulty();
    w.store().0.next(Fault::LoseAnswer);
    let answer = w.run(verify("ana", WRONG_PIN));
    assert!(matches!(answer, Err(driver::Error::Refused(_))), "{answer:?}");
}

#[test]
fn a_lost_race_pauses_within_its_bound_before_it_runs_again() {
    let w = faulty();
    assert_eq!(w.host.pauses(), []);
    let Slow(store) = w.store();
    for n in 0..3 {
        store.at(n, Fault::Conflict);
    }
    assert_eq!(name(&w.run(verify("ana", WRONG_PIN))), "WrongCredentials");
    let pauses = w.host.pauses();
    assert_eq!(pauses.len(), 3);
    for (pause, most) in pauses.iter().zip([2, 4, 8]) {
        assert!(*pause < most, "{pauses:?}");
    }
    for n in 0..300 {
        store.at(n, Fault::Conflict);
    }
    assert_eq!(name(&w.run(verify("ana", PIN))), "Contended");
    let pauses = w.host.pauses().split_off(3);
    assert_eq!(pauses.len(), 256);
    assert!(pauses.iter().all(|pause| *pause < 64), "{pauses:?}");
    assert!(pauses.iter().any(|pause| *pause >= 32), "{pauses:?}");
}

/// Notes the order of calls.
struct Noted<T>(T, Arc<Mutex<String>>);

impl<S: Store> Store for Noted<S> {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        self.1.lock().unwrap().push('l');
        self.0.load(row)
    }

    fn swap(&self, write: &Write) -> Swapped {
        let answer = self.0.swap(write);
        let lost = matches!(answer, Swapped::Conflict);
        self.1.lock().unwrap().push(if lost { 'c' } else { 's' });
        answer
    }
}

impl AsyncHost for Noted<Lent> {
    fn now(&self) -> u64 {
        self.0.now()
    }

    fn pause(&self, milliseconds: u64) -> BoxFuture<'_, ()> {
        self.1.lock().unwrap().push('p');
        self.0.pause(milliseconds)
    }

    fn hash(&self, work: Work) -> BoxFuture<'_, Option<Digest>> {
        self.1.lock().unwrap().push('h');
        self.0.hash(work)
    }
}

#[test]
fn the_pause_stands_between_the_lost_write_and_the_next_load() {
    let calls = Arc::new(Mutex::new(String::new()));
    let host = Noted(Lent::new(VirtualClock::at(NOW)), calls.clone());
    let store = Arc::new(Noted(FaultStore::new(MemoryStore::new()), calls.clone()));
    let engine = AsyncEngine::new(opened(), Slow(store.clone()), NoDelivery, host);
    block_on(engine.run(enroll())).unwrap();
    calls.lock().unwrap().clear();
    store.0.next(Fault::Conflict);
    block_on(engine.run(verify("ana", PIN))).unwrap();
    assert_eq!(*calls.lock().unwrap(), "llcplshs");
}

/// A host whose hashes go wrong.
struct Broken(fn(Work) -> Option<Digest>);

impl AsyncHost for Broken {
    fn now(&self) -> u64 {
        NOW
    }

    fn pause(&self, _: u64) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }

    fn hash(&self, work: Work) -> BoxFuture<'_, Option<Digest>> {
        let digest = self.0(work);
        Box::pin(async move { digest })
    }
}

#[test]
fn a_hash_that_is_not_run_gives_the_guess_back_and_a_foreign_digest_does_not() {
    fn kept(work: Work) -> Option<Digest> {
        static FIRST: Mutex<Option<Work>> = Mutex::new(None);
        let first = FIRST.lock().unwrap().get_or_insert(work).clone();
        Some(first.run(&mut HashMemory::new()))
    }
    let store = Slow(fresh().store().0.clone());
    let ends = |host| {
        let engine = AsyncEngine::new(opened(), store.clone(), NoDelivery, Broken(host));
        name(&block_on(engine.run(verify("ana", PIN))))
    };
    let failures = || {
        let host = Lent::new(VirtualClock::at(NOW));
        let engine = AsyncEngine::new(opened(), store.clone(), NoDelivery, host);
        count(&block_on(engine.run(Describe { account: "ana" })).unwrap(), Authenticator::PIN)
    };
    assert_eq!(ends(|_| None), Failure::Overload.name());
    assert_eq!(failures(), 0);
    assert_eq!(ends(kept), "granted");
    assert_eq!(ends(kept), Misuse::WrongDigest.name());
    assert_eq!(failures(), 1, "it was never judged, and stays counted");
}

#[test]
fn without_randomness_nothing_starts() {
    let host = Lent::new(VirtualClock::at(NOW));
    let engine = AsyncEngine::new(opened(), Slow(MemoryStore::new()), NoDelivery, host);
    let engine = engine.with_entropy(|| None);
    assert_eq!(name(&block_on(engine.run(enroll()))), Failure::Randomness.name());
    let w = fresh();
    let begun = w.run(sign_in(PIN)).unwrap();
    let answer = block_on(engine.deliver(begun.dispatch));
    assert_eq!(name(&answer), Failure::Randomness.name());
    assert!(w.outbox.all().is_empty());
}

#[test]
fn an_engine_shows_nothing_of_its_parts() {
    let shown = format!("{:?}", fresh().engine);
    assert!(shown.starts_with("AsyncEngine { pinbolt"), "{shown}");
    for canary in ["index key", "first secret", PHONE, "Slow"] {
        assert!(!shown.contains(canary), "{shown}");
    }
}

/// A gateway that looks at what it is given; a message must be readable for as long as it is sent.
struct Looking(Arc<Mutex<Vec<String>>>);

impl AsyncDelivery for Looking {
    fn deliver<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Handover> {
        Box::pin(async move {
            awaiting::pause().await;
            self.0.lock().unwrap().push(format!(
                "{} {}",
                message.to(),
                message.code().unwrap().len()
            ));
            Handover::Unknown
        })
    }
}

#[test]
fn a_gateways_answer_comes_out() {
    let seen = Arc::default();
    let (store, host) = (Slow(fresh().store().0.clone()), Lent::new(VirtualClock::at(NOW)));
    let engine = AsyncEngine::new(opened(), store, Looking(Arc::clone(&seen)), host);
    let begun = block_on(engine.run(look_up("ana"))).unwrap();
    assert_eq!(block_on(engine.deliver(begun.dispatch)).unwrap(), Delivered::Unknown);
    assert_eq!(*seen.lock().unwrap(), [format!("{PHONE} 6")]);
}

#[test]
fn the_blocking_engine_completes_what_was_started_elsewhere() {
    let w = world();
    w.enroll();
    let step = verify("ana", PIN).start(w.engine.pinbolt(), NOW, [9; 32]);
    let (done, detail) = w.engine.complete(step);
    assert_eq!(done.result.unwrap().account(), "ana");
    assert!(detail.is_none());
    assert!(!done.events.is_empty(), "the events are in the end");

    let w = world_on(FaultStore::new(MemoryStore::new()), policy());
    w.enroll();
    w.engine.store().next(Fault::FailLoad);
    let step = verify("ana", PIN).start(w.engine.pinbolt(), NOW, [9; 32]);
    let (done, detail) = w.engine.complete(step);
    assert_eq!(done.result.unwrap_err(), pinbolt::Error::Failure(Failure::Store));
    assert_eq!(detail.unwrap().to_string(), "injected: load failed");
}
