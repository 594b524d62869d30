//! Operations stepped by hand: every question is seen, and every answer is the test's to choose.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]

use std::cell::{Cell, RefCell};

use pinbolt::{
    Error, Failure, HashMemory, Misuse, Pinbolt, Policy, Refusal,
    driver::{Handover, Store, Swapped},
    op::{Begun, Challenge, Delivered, Dispatch, Enroll, Step, Verb},
    row::{RowName, Snapshot, Write},
    testkit::MemoryStore,
};

use crate::common::{NOW, PIN, answered, keys, operator};

/// A question as a store, a hash pool or a gateway sees it; a row by the letter of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Load(char),
    Insert(char),
    Swap(char),
    Delete(char),
    Hash((u32, u32, u32)),
    Deliver,
}

/// A store's answer to a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Applied,
    Conflict,
    InDoubt,
    Failed,
}

/// What becomes of loads and writes; by default what a true store does.
pub trait Weather {
    fn load(&mut self, ground: &Ground, row: &RowName) -> Option<Snapshot> {
        ground.store.load(row).unwrap()
    }

    fn commit(&mut self, ground: &Ground, write: &Write) -> Answered {
        ground.apply(write)
    }

    /// Whether hashes find a free slot.
    fn hashes(&self) -> bool {
        true
    }
}

pub struct Fair;

impl Weather for Fair {}

/// No hash finds a free slot.
pub struct Busy;

impl Weather for Busy {
    fn hashes(&self) -> bool {
        false
    }
}

/// A message as a gateway got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub id: String,
    pub to: String,
    pub code: String,
    pub link: String,
}

pub type Outcome<T> = Result<T, Error>;

/// A store, a clock that stands still, randomness that can be repeated, and a gateway.
pub struct Ground {
    pub pinbolt: Pinbolt,
    pub store: MemoryStore,
    pub now: Cell<u64>,
    pub handover: Cell<Handover>,
    pub mail: RefCell<Vec<Mail>>,
    seed: Cell<u64>,
    memory: RefCell<HashMemory>,
}

impl Ground {
    pub fn new(policy: Policy) -> Self {
        Self::of(Pinbolt::open(keys(), policy, "tests").unwrap(), MemoryStore::new())
    }

    pub fn of(pinbolt: Pinbolt, store: MemoryStore) -> Self {
        Self {
            pinbolt,
            store,
            now: Cell::new(NOW),
            handover: Cell::new(Handover::Sent),
            mail: RefCell::default(),
            seed: Cell::new(0),
            memory: RefCell::default(),
        }
    }

    /// The same rows and time under another installation.
    pub fn under(&self, pinbolt: Pinbolt) -> Self {
        let ground = Self::of(pinbolt, self.store.clone());
        ground.now.set(self.now.get());
        ground.seed.set(self.seed.get() + 1_000_000);
        ground
    }

    /// The same rows in a store of their own, under another installation. Two copies of one ground
    /// draw the same randomness.
    pub fn copied(&self, pinbolt: Pinbolt) -> Self {
        let store = MemoryStore::new();
        self.store
            .rows()
            .into_iter()
            .for_each(|(row, snapshot)| store.tamper(&row, Some(snapshot)));
        let ground = Self { store, ..self.under(pinbolt) };
        ground.handover.set(self.handover.get());
        ground
    }

    pub fn copy(&self) -> Self {
        self.copied(self.pinbolt.clone())
    }

    pub fn advance(&self, milliseconds: u64) {
        self.now.set(self.now.get() + milliseconds);
    }

    pub fn entropy(&self) -> [u8; 32] {
        self.seed.set(self.seed.get() + 1);
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&self.seed.get().to_be_bytes());
        bytes
    }

    pub fn start<V: Verb>(&self, verb: V) -> Step<V::Output> {
        verb.start(&self.pinbolt, self.now.get(), self.entropy())
    }

    pub fn apply(&self, write: &Write) -> Answered {
        match self.store.swap(write) {
            Swapped::Applied => Answered::Applied,
            Swapped::Conflict => Answered::Conflict,
            _ => unreachable!("a memory store knows what it did"),
        }
    }

    /// Answers every question until the end.
    pub fn walk<T>(
        &self,
        mut step: Step<T>,
        weather: &mut dyn Weather,
    ) -> (Outcome<T>, Vec<Asked>) {
        let mut trace = Vec::new();
        loop {
            let now = self.now.get();
            step = match step {
                Step::Load(load) => {
                    trace.push(Asked::Load(kind(load.row())));
                    let found = weather.load(self, load.row());
                    load.found(now, found)
                }
                Step::Commit(commit) => {
                    trace.push(store_call(commit.write()));
                    match weather.commit(self, commit.write()) {
                        Answered::Applied => commit.applied(now),
                        Answered::Conflict => commit.conflict(now),
                        Answered::InDoubt => commit.in_doubt(now),
                        Answered::Failed => commit.failed(now),
                    }
                }
                Step::Hash(hash) if !weather.hashes() => {
                    trace.push(Asked::Hash(hash.work().cost()));
                    hash.not_run(now)
                }
                Step::Hash(hash) => {
                    trace.push(Asked::Hash(hash.work().cost()));
                    let digest = hash.work().run(&mut self.memory.borrow_mut());
                    hash.done(now, digest)
                }
                Step::Deliver(deliver) => {
                    trace.push(Asked::Deliver);
                    let message = deliver.message();
                    let (id, to, code) =
                        (message.id(), message.to(), message.code().unwrap_or_default());
                    let link = message.link().unwrap_or_default();
                    let mail =
                        Mail { id: id.into(), to: to.into(), code: code.into(), link: link.into() };
                    self.mail.borrow_mut().push(mail);
                    match self.handover.get() {
                        Handover::Sent => deliver.sent(now),
                        Handover::Refused => deliver.refused(now),
                        Handover::Unknown => deliver.unknown(now),
                    }
                }
                Step::Done(done) => return (done.result, trace),
            };
        }
    }

    pub fn ask<V: Verb>(&self, verb: V) -> (Outcome<V::Output>, Vec<Asked>) {
        self.walk(self.start(verb), &mut Fair)
    }

    /// Runs a verb that neither misuse nor failure may end.
    pub fn run<V: Verb>(&self, verb: V) -> Result<V::Output, Refusal> {
        answered(self.ask(verb).0)
    }

    pub fn dispatch(&self, dispatch: Dispatch) -> (Delivered, Vec<Asked>) {
        let step = dispatch.start(self.now.get(), self.entropy());
        let (done, trace) = self.walk(step, &mut Fair);
        (answered(done).unwrap(), trace)
    }

    /// Runs what issues a code and delivers it.
    pub fn sent<V: Verb<Output = Begun>>(&self, verb: V) -> Result<Challenge, Refusal> {
        let begun = self.run(verb)?;
        self.dispatch(begun.dispatch);
        Ok(begun.challenge)
    }

    pub fn enroll(&self, account: &str, pin: Option<&str>, addresses: &[&str]) {
        let asserted_by = Some(operator());
        self.run(Enroll { account, pin, addresses, asserted_by }).unwrap();
    }

    pub fn enroll_ana(&self) {
        self.enroll("ana", Some(PIN), &[crate::common::PHONE, crate::common::EMAIL]);
    }

    /// The code that arrived last.
    pub fn code(&self) -> String {
        self.mail.borrow().last().expect("a message arrived").code.clone()
    }

    /// The rows of a kind, by its letter.
    pub fn rows(&self, letter: char) -> Vec<RowName> {
        let rows = self.store.rows().into_iter().map(|(name, _)| name);
        rows.filter(|name| kind(name) == letter).collect()
    }
}

/// What an entry point told, without what it may have granted.
#[derive(Debug, PartialEq, Eq)]
pub enum Told {
    Granted,
    Refused(Refusal),
    Misused(Misuse),
    Failed(Failure),
}

pub fn told<V: Verb>(ground: &Ground, verb: V) -> (Told, Vec<Asked>) {
    let (outcome, trace) = ground.ask(verb);
    let told = match outcome {
        Ok(_) => Told::Granted,
        Err(Error::Refused(refusal)) => Told::Refused(refusal),
        Err(Error::Misuse(misuse)) => Told::Misused(misuse),
        Err(Error::Failure(failure)) => Told::Failed(failure),
    };
    (told, trace)
}

/// Which row was asked for is for the store to know; that a decoy's first write is an insert is
/// the stated residue.
pub fn plain(trace: Vec<Asked>) -> Vec<Asked> {
    let plain = trace.into_iter().map(|asked| match asked {
        Asked::Load(_) => Asked::Load('*'),
        Asked::Insert('d') | Asked::Swap('a' | 'd') => Asked::Swap('*'),
        asked => asked,
    });
    plain.collect()
}

fn kind(row: &RowName) -> char {
    row.as_str().chars().next().unwrap()
}

fn store_call(write: &Write) -> Asked {
    let kind = kind(&write.row);
    match (&write.body, write.expected) {
        (None, _) => Asked::Delete(kind),
        (Some(_), None) => Asked::Insert(kind),
        (Some(_), Some(_)) => Asked::Swap(kind),
    }
}
