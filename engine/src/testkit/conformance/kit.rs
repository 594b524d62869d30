//! What every trial needs: connections, fresh names, and calls that explain themselves.

use alloc::{format, string::String};
use core::{
    cell::{Cell, RefCell},
    sync::atomic::{AtomicU64, Ordering},
};
use std::{
    process,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{Finding, Promise};
use crate::{
    driver::{Store, Swapped},
    row::{RowName, Snapshot, Version, Write},
    testkit::random::SplitMix64,
};

pub(super) type Trial<S> = fn(&Kit<'_, S>) -> Result<(), Finding>;

pub(super) struct Kit<'a, S> {
    connect: &'a dyn Fn() -> S,
    tag: u64,
    random: RefCell<SplitMix64>,
    named: Cell<u32>,
    races: Cell<u32>,
}

impl<'a, S: Store> Kit<'a, S> {
    pub(super) fn new(connect: &'a dyn Fn() -> S) -> Self {
        // Two runs must not share a row name: not in one process, and not on one database.
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let nanos = since_1970.as_secs().wrapping_mul(1_000_000_000);
        let nanos = nanos.wrapping_add(u64::from(since_1970.subsec_nanos()));
        let mut random = SplitMix64::new(nanos ^ u64::from(process::id()).rotate_left(40));
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let tag = random.draw() ^ SplitMix64::new(run).draw();
        Self {
            connect,
            tag,
            random: RefCell::new(SplitMix64::new(tag)),
            named: Cell::new(0),
            races: Cell::new(0),
        }
    }

    pub(super) fn open(&self) -> S {
        (self.connect)()
    }

    /// A name that no run used before, ending in `label`.
    pub(super) fn row(&self, label: &str) -> RowName {
        let number = self.named.replace(self.named.get().wrapping_add(1));
        name(&format!("kit-{:016x}-{number}-{label}", self.tag))
    }

    pub(super) fn version(&self) -> Version {
        self.random.borrow_mut().version()
    }

    pub(super) fn fork(&self) -> SplitMix64 {
        SplitMix64::new(self.random.borrow_mut().draw())
    }

    pub(super) fn ran_race(&self) {
        self.races.set(self.races.get().saturating_add(1));
    }

    pub(super) fn races(&self) -> u32 {
        self.races.get()
    }

    /// A write with a version of its own and a short body, kept for an hour.
    pub(super) fn write(&self, row: &RowName, expected: Option<Version>) -> Write {
        let version = self.version();
        Write {
            row: row.clone(),
            expected,
            version,
            body: Some(version.as_bytes().to_vec()),
            keep_until: unix_now().saturating_add(HOUR),
        }
    }

    pub(super) fn delete(&self, row: &RowName, expected: Option<Version>) -> Write {
        Write { body: None, ..self.write(row, expected) }
    }

    /// Inserts a fresh row, for a trial of something else.
    pub(super) fn inserted(&self, store: &S, label: &str) -> Result<Write, Finding> {
        let insert = self.write(&self.row(label), None);
        applies(store, &insert, Promise::Answers)?;
        Ok(insert)
    }
}

/// The state that a write leaves.
pub(super) fn after(write: &Write) -> Option<Snapshot> {
    write.body.clone().map(|body| Snapshot { version: write.version, body })
}

pub(super) fn load<S: Store>(store: &S, row: &RowName) -> Result<Option<Snapshot>, Finding> {
    store.load(row).map_err(|e| found(Promise::Answers, format!("a load failed with \"{e}\"")))
}

/// The row must hold `state`, or `promise` is broken.
pub(super) fn holds<S: Store>(
    store: &S,
    row: &RowName,
    state: &Option<Snapshot>,
    promise: Promise,
) -> Result<(), Finding> {
    let standing = load(store, row)?;
    if standing == *state {
        return Ok(());
    }
    Err(found(promise, format!("{row:?} {}", difference(state.as_ref(), standing.as_ref()))))
}

/// The write must be answered `Applied` and stand, or `promise` is broken.
pub(super) fn applies<S: Store>(store: &S, write: &Write, promise: Promise) -> Result<(), Finding> {
    let what = if write.body.is_some() { "write" } else { "delete" };
    let answer = match store.swap(write) {
        Swapped::Applied => return holds(store, &write.row, &after(write), promise),
        Swapped::Conflict => String::from("Conflict"),
        Swapped::InDoubt(error) => format!("InDoubt with \"{error}\""),
        Swapped::Failed(error) => {
            failed_is_not_applied(store, write)?;
            format!("Failed with \"{error}\"")
        }
    };
    let row = &write.row;
    Err(found(promise, format!("a {what} of {row:?} over what stands was answered {answer}")))
}

/// The write must be answered `Conflict`, or `promise` is broken; `what` names the write.
pub(super) fn conflicts<S: Store>(
    store: &S,
    write: &Write,
    promise: Promise,
    what: &str,
) -> Result<(), Finding> {
    let (answer, error) = match store.swap(write) {
        Swapped::Conflict => return Ok(()),
        Swapped::Applied => {
            holds(store, &write.row, &after(write), Promise::AppliedStands)?;
            return Err(found(promise, format!("{what} applied")));
        }
        Swapped::InDoubt(error) => ("InDoubt", error),
        Swapped::Failed(error) => {
            // A row that isn't there may not have been there before.
            if write.body.is_some() {
                failed_is_not_applied(store, write)?;
            }
            ("Failed", error)
        }
    };
    Err(found(Promise::Answers, format!("{what} was answered {answer} with \"{error}\"")))
}

fn failed_is_not_applied<S: Store>(store: &S, write: &Write) -> Result<(), Finding> {
    if load(store, &write.row)? == after(write) {
        let seen = format!("{:?} stands as one of them left it", write.row);
        return Err(found(Promise::FailedIsNotApplied, seen));
    }
    Ok(())
}

pub(super) fn found(promise: Promise, seen: impl Into<String>) -> Finding {
    Finding { promise, seen: seen.into() }
}

#[allow(clippy::expect_used, reason = "the kit's own names are short visible ASCII")]
pub(super) fn name(text: &str) -> RowName {
    RowName::new(text).expect("1 to 80 visible ASCII bytes")
}

pub(super) fn unix_now() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX)
}

fn difference(expected: Option<&Snapshot>, standing: Option<&Snapshot>) -> String {
    let (expected, standing) = match (expected, standing) {
        (Some(expected), Some(standing)) => (expected, standing),
        (None, Some(standing)) => {
            return format!("holds version {:?} where no row should be", standing.version);
        }
        (Some(expected), None) => {
            return format!("is not there where version {:?} should be", expected.version);
        }
        (None, None) => return String::from("is not there"),
    };
    if expected.version != standing.version {
        let (is, should) = (standing.version, expected.version);
        return format!("holds version {is:?} where {should:?} should be");
    }
    let (is, should) = (standing.body.len(), expected.body.len());
    let same = expected.body.iter().zip(&standing.body).take_while(|(a, b)| a == b).count();
    format!("holds {is} bytes where {should} were written, the same up to byte {same}")
}

pub(super) const HOUR: u64 = 3_600_000;

static RUNS: AtomicU64 = AtomicU64::new(0);
