//! What the laws' tests share: an operation stepped by hand, and what the store was told.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use pinbolt::{
    Authenticator, Done, HashMemory, Lane, Policy,
    driver::{Clock, Store, Swapped},
    op::{Commit, Describe, Step, Verb},
    row::{RowName, Write},
    testkit::{MemoryStore, Observed, VirtualClock},
};

use crate::common::*;

/// A question, as the driver saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Load(RowName),
    Commit(Write),
    Hash((u32, u32, u32)),
    Deliver,
}

impl Asked {
    /// A write, if it is one on the row of an account or a decoy.
    pub fn account_write(&self) -> Option<&Write> {
        match self {
            Self::Commit(write) if is_account(write) => Some(write),
            _ => None,
        }
    }

    /// The question without the sealed body, which differs with what it holds.
    pub fn outside(&self) -> Self {
        match self {
            Self::Commit(write) => Self::Commit(Write { body: None, ..write.clone() }),
            other => other.clone(),
        }
    }
}

/// Answers questions from a store and a clock, and keeps what was asked.
pub struct Hand<'a> {
    pub store: &'a dyn Store,
    pub clock: &'a VirtualClock,
    pub asked: Vec<Asked>,
}

/// A hand on a world's own store and clock.
pub fn hand<S: Store>(w: &World<S>) -> Hand<'_> {
    Hand { store: w.engine.store(), clock: &w.clock, asked: Vec::new() }
}

impl Hand<'_> {
    /// Answers every question truly.
    pub fn run<T>(&mut self, step: Step<T>) -> Done<T> {
        self.run_with(step, |_, _| {})
    }

    /// The same; `before` is called with the number of each question before it is answered.
    pub fn run_with<T>(
        &mut self,
        mut step: Step<T>,
        mut before: impl FnMut(usize, &Step<T>),
    ) -> Done<T> {
        loop {
            before(self.asked.len(), &step);
            step = match self.answer(step) {
                Step::Done(done) => return done,
                next => next,
            }
        }
    }

    /// Answers one question truly.
    pub fn answer<T>(&mut self, step: Step<T>) -> Step<T> {
        self.asked.extend(asked(&step));
        match step {
            Step::Load(load) => match self.store.load(load.row()) {
                Ok(found) => load.found(self.clock.now(), found),
                Err(_) => load.failed(self.clock.now()),
            },
            Step::Commit(commit) => match self.store.swap(commit.write()) {
                Swapped::Applied => commit.applied(self.clock.now()),
                Swapped::Conflict => commit.conflict(self.clock.now()),
                Swapped::InDoubt(_) => commit.in_doubt(self.clock.now()),
                Swapped::Failed(_) => commit.failed(self.clock.now()),
            },
            Step::Hash(hash) => {
                let digest = hash.work().run(&mut HashMemory::new());
                hash.done(self.clock.now(), digest)
            }
            Step::Deliver(deliver) => deliver.sent(self.clock.now()),
            Step::Done(done) => Step::Done(done),
        }
    }

    /// Answers loads and hashes truly, and every write in one untrue way that writes nothing.
    pub fn run_unwritten<T>(
        &mut self,
        mut step: Step<T>,
        answer: fn(Commit<T>, u64) -> Step<T>,
    ) -> Done<T> {
        loop {
            step = match step {
                Step::Done(done) => return done,
                Step::Commit(commit) => {
                    self.asked.push(Asked::Commit(commit.write().clone()));
                    answer(commit, self.clock.now())
                }
                other => self.answer(other),
            }
        }
    }

    pub fn hashes(&self) -> usize {
        self.asked.iter().filter(|asked| matches!(asked, Asked::Hash(_))).count()
    }

    /// What was asked, without the bodies.
    pub fn outside(&self) -> Vec<Asked> {
        self.asked.iter().map(Asked::outside).collect()
    }
}

fn asked<T>(step: &Step<T>) -> Option<Asked> {
    match step {
        Step::Load(load) => Some(Asked::Load(load.row().clone())),
        Step::Commit(commit) => Some(Asked::Commit(commit.write().clone())),
        Step::Hash(hash) => Some(Asked::Hash(hash.work().cost())),
        Step::Deliver(_) => Some(Asked::Deliver),
        Step::Done(_) => None,
    }
}

/// Starts a verb with randomness that no other start has.
pub fn start<V: Verb, S: Store>(w: &World<S>, verb: V) -> Step<V::Output> {
    static STARTS: AtomicU64 = AtomicU64::new(0);
    start_as(w, verb, STARTS.fetch_add(1, Ordering::Relaxed))
}

/// Starts a verb with the randomness of this number.
pub fn start_as<V: Verb, S: Store>(w: &World<S>, verb: V, number: u64) -> Step<V::Output> {
    let mut entropy = [0x5a; 32];
    entropy[..8].copy_from_slice(&number.to_be_bytes());
    verb.start(w.engine.pinbolt(), w.clock_now(), entropy)
}

/// The name of how an operation ended: `granted`, the refusal, the misuse or the failure.
pub fn ended<T>(done: &Done<T>) -> &'static str {
    match &done.result {
        Ok(_) => "granted",
        Err(pinbolt::Error::Refused(refusal)) => refusal.name(),
        Err(pinbolt::Error::Misuse(misuse)) => misuse.name(),
        Err(pinbolt::Error::Failure(failure)) => failure.name(),
    }
}

/// Every write that the store applied, oldest first.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<Write>>>);

impl Log {
    pub fn all(&self) -> Vec<Write> {
        self.0.lock().unwrap().clone()
    }

    pub fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Applied writes on the rows of accounts and decoys.
    pub fn account_writes(&self) -> usize {
        self.0.lock().unwrap().iter().filter(|write| is_account(write)).count()
    }

    pub fn has(&self, write: &Write) -> bool {
        self.0.lock().unwrap().contains(write)
    }
}

fn is_account(write: &Write) -> bool {
    write.row.as_str().starts_with(['a', 'd'])
}

/// A memory store that tells what it applied.
pub fn observed(store: MemoryStore) -> (Observed<MemoryStore>, Log) {
    let log = Log::default();
    let told = log.clone();
    let observed = Observed::new(store, move |write| told.0.lock().unwrap().push(write.clone()));
    (observed, log)
}

/// A world with `ana` in it whose applied writes are told.
pub fn watched(policy: Policy) -> (World<Observed<MemoryStore>>, Log) {
    let (store, log) = observed(MemoryStore::new());
    let w = world_on(store, policy);
    w.enroll();
    (w, log)
}

/// The failures that a ledger of `ana` holds.
pub fn count<S: Store>(w: &World<S>, authenticator: Authenticator, lane: Lane) -> u32 {
    let seen = w.run(Describe { account: "ana" }).unwrap();
    let fits = |l: &&pinbolt::op::LedgerState| l.authenticator == authenticator && l.lane == lane;
    seen.ledgers.iter().find(fits).map_or(0, |ledger| ledger.failures)
}

/// All six ledgers, PIN first, from weak lane to strong.
pub fn counts<S: Store>(w: &World<S>) -> [u32; 6] {
    let mut all = [0; 6];
    let mut slots = all.iter_mut();
    for authenticator in [Authenticator::PIN, Authenticator::CODE] {
        for lane in LANES {
            *slots.next().unwrap() = count(w, authenticator, lane);
        }
    }
    all
}

pub const LANES: [Lane; 3] = [Lane::Stranger, Lane::FirstFactor, Lane::KnownDevice];
