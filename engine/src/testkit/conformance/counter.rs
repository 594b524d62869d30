//! The trial that does what the engine does: load, judge, swap, and again after a lost race.

use alloc::{format, vec::Vec};
use std::{
    collections::HashSet,
    sync::{
        Barrier, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    Finding, Promise,
    kit::{Kit, applies, found, load},
    races::{RIVALS, join},
};
use crate::{
    driver::{Store, Swapped},
    row::{RowName, Snapshot, Version, Write},
    testkit::random::SplitMix64,
};

/// Several threads count up one number, as parallel guesses do.
pub(super) fn counter<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let judge = kit.open();
    let row = kit.row("counter");
    let blank = kit.write(&row, None);
    let first = Write { body: Some(body(0, blank.version)), ..blank };
    applies(&judge, &first, Promise::Answers)?;

    let tally = Tally::default();
    let rivals: Vec<_> = (0..RIVALS).map(|_| (kit.open(), kit.fork())).collect();
    let start = &Barrier::new(RIVALS);
    thread::scope(|scope| {
        let run = |(store, random): (S, SplitMix64)| {
            let (tally, first) = (&tally, &first);
            scope.spawn(move || {
                start.wait();
                tally.end(count_up(&store, first, random, tally));
            })
        };
        let running: Vec<_> = rivals.into_iter().map(run).collect();
        running.into_iter().for_each(join);
    });
    tally.compare(&judge, &row)
}

fn count_up<S: Store>(
    store: &S,
    first: &Write,
    mut random: SplitMix64,
    tally: &Tally,
) -> Result<(), Finding> {
    let started = Instant::now();
    let mut steps = 0_u32;
    while steps < STEPS && !tally.broken() && started.elapsed() < TIME {
        // A store under pressure may fail; only what it applied counts.
        let Ok(loaded) = store.load(&first.row) else { continue };
        let (count, expected) = read(loaded.as_ref())?;
        let version = random.version();
        let body = Some(body(count.saturating_add(1), version));
        match store.swap(&Write { expected: Some(expected), version, body, ..first.clone() }) {
            Swapped::Applied => {
                tally.applied_over(expected)?;
                steps = steps.saturating_add(1);
            }
            Swapped::InDoubt(_) => tally.doubt(),
            Swapped::Conflict | Swapped::Failed(_) => {}
        }
    }
    Ok(())
}

/// A body that names its own version, so that a load of two halves shows.
fn body(count: u64, version: Version) -> Vec<u8> {
    [&count.to_be_bytes()[..], version.as_bytes()].concat()
}

fn read(loaded: Option<&Snapshot>) -> Result<(u64, Version), Finding> {
    let Some(snapshot) = loaded else {
        return Err(found(Promise::NoLostUpdate, "the row vanished among them"));
    };
    match snapshot.body.split_first_chunk() {
        Some((count, version)) if version == snapshot.version.as_bytes() => {
            Ok((u64::from_be_bytes(*count), snapshot.version))
        }
        _ => Err(found(Promise::WholeRow, "it gave a version with another write's body")),
    }
}

/// What the threads know together.
#[derive(Default)]
struct Tally {
    replaced: Mutex<HashSet<Version>>,
    in_doubt: AtomicU64,
    broken: AtomicBool,
    finding: Mutex<Option<Finding>>,
}

impl Tally {
    fn broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    fn doubt(&self) {
        self.in_doubt.fetch_add(1, Ordering::Relaxed);
    }

    /// Each version is replaced once: a second write over it has lost the first.
    fn applied_over(&self, expected: Version) -> Result<(), Finding> {
        let mut replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
        if replaced.insert(expected) {
            return Ok(());
        }
        Err(found(Promise::NoLostUpdate, format!("two were applied over version {expected:?}")))
    }

    fn end(&self, outcome: Result<(), Finding>) {
        if let Err(finding) = outcome {
            self.broken.store(true, Ordering::Relaxed);
            let mut first = self.finding.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert(finding);
        }
    }

    /// The number that stands must be the number of writes that applied.
    fn compare<S: Store>(self, judge: &S, row: &RowName) -> Result<(), Finding> {
        if let Some(finding) = self.finding.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(finding);
        }
        let replaced = self.replaced.into_inner().unwrap_or_else(PoisonError::into_inner);
        let applied = u64::try_from(replaced.len()).unwrap_or(u64::MAX);
        let (count, _) = read(load(judge, row)?.as_ref())?;
        if applied == 0 {
            return Err(found(
                Promise::Answers,
                format!("{RIVALS} threads applied none in {TIME:?}"),
            ));
        }
        let most = applied.saturating_add(self.in_doubt.into_inner());
        if (applied..=most).contains(&count) {
            return Ok(());
        }
        Err(found(Promise::NoLostUpdate, format!("{count} of {applied} stand")))
    }
}

/// Each thread stops after this many steps, which bounds the row, or when the time is up.
const STEPS: u32 = 20_000;
const TIME: Duration = Duration::from_secs(1);
