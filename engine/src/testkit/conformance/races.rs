//! The trials of several threads, each on a connection of its own.

use alloc::{format, vec, vec::Vec};
use std::{
    panic,
    sync::Barrier,
    thread::{self, ScopedJoinHandle},
    time::{Duration, Instant},
};

use super::{
    Finding, Promise,
    counter::counter,
    kit::{Kit, Trial, after, applies, found, holds, load},
};
use crate::{
    driver::{Store, Swapped},
    row::{RowName, Snapshot, Version, Write},
};

pub(super) fn trials<S: Store>() -> Vec<Trial<S>> {
    vec![inserts, swaps, swaps_and_deletes, counter]
}

fn inserts<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    rounds(kit, Promise::OneInsertWins, |_| {
        let row = kit.row("inserts");
        Ok((None, (0..RIVALS).map(|_| kit.write(&row, None)).collect()))
    })
}

fn swaps<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let row = kit.row("swaps");
    rounds(kit, Promise::OneSwapWins, |store| {
        let (before, expected) = standing(kit, store, &row)?;
        Ok((before, (0..RIVALS).map(|_| kit.write(&row, Some(expected))).collect()))
    })
}

fn swaps_and_deletes<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let row = kit.row("deletes");
    rounds(kit, Promise::SwapOrDelete, |store| {
        let (before, expected) = standing(kit, store, &row)?;
        let write = |rival| match rival % 2 {
            0 => kit.write(&row, Some(expected)),
            _ => kit.delete(&row, Some(expected)),
        };
        Ok((before, (0..RIVALS).map(write).collect()))
    })
}

/// The row's state and version; inserts it first where a delete has won.
fn standing<S: Store>(
    kit: &Kit<'_, S>,
    store: &S,
    row: &RowName,
) -> Result<(Option<Snapshot>, Version), Finding> {
    if let Some(snapshot) = load(store, row)? {
        let version = snapshot.version;
        return Ok((Some(snapshot), version));
    }
    let insert = kit.write(row, None);
    applies(store, &insert, Promise::Answers)?;
    Ok((after(&insert), insert.version))
}

/// Runs races as long as there is time. `prepare` gives the state of a row and the writes to it.
fn rounds<S: Store>(
    kit: &Kit<'_, S>,
    promise: Promise,
    prepare: impl Fn(&S) -> Result<(Option<Snapshot>, Vec<Write>), Finding>,
) -> Result<(), Finding> {
    let rivals: Vec<S> = (0..RIVALS).map(|_| kit.open()).collect();
    let judge = kit.open();
    let started = Instant::now();
    for round in 0..MOST_ROUNDS {
        if round >= LEAST_ROUNDS && started.elapsed() >= ROUNDS_TIME {
            break;
        }
        let (before, writes) = prepare(&judge)?;
        let Some(first) = writes.first() else { break };
        let ended: Vec<_> = writes.iter().zip(race(&rivals, &writes)).collect();
        judged(&judge, &first.row, before.as_ref(), &ended, promise)?;
        kit.ran_race();
    }
    Ok(())
}

fn race<S: Store>(rivals: &[S], writes: &[Write]) -> Vec<Swapped> {
    let start = &Barrier::new(rivals.len().min(writes.len()));
    let run = |(rival, write): (&S, &Write)| {
        start.wait();
        rival.swap(write)
    };
    thread::scope(|scope| {
        let pairs = rivals.iter().zip(writes);
        let running: Vec<_> = pairs.map(|pair| scope.spawn(move || run(pair))).collect();
        running.into_iter().map(join).collect()
    })
}

/// A store that panics is shown with its own panic.
pub(super) fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))
}

/// Compares the answers with what stands. A store under pressure may be unsure of every one.
fn judged<S: Store>(
    judge: &S,
    row: &RowName,
    before: Option<&Snapshot>,
    ended: &[(&Write, Swapped)],
    promise: Promise,
) -> Result<(), Finding> {
    let applied: Vec<_> = ended.iter().filter(|(_, a)| matches!(a, Swapped::Applied)).collect();
    match applied.as_slice() {
        [] => {}
        [(winner, _)] => return holds(judge, row, &after(winner), Promise::AppliedStands),
        several => {
            let seen = format!("{} of {} were answered Applied", several.len(), ended.len());
            return Err(found(promise, seen));
        }
    }
    let standing = load(judge, row)?;
    if standing.as_ref() == before {
        let all_lost = ended.iter().all(|(_, answer)| matches!(answer, Swapped::Conflict));
        return if all_lost { Err(found(promise, "all were answered Conflict")) } else { Ok(()) };
    }
    // Several deletes leave the same state; the most truthful answer among them is taken.
    let authors = ended.iter().filter(|(write, _)| after(write) == standing);
    let answers: Vec<_> = authors.map(|(_, answer)| answer).collect();
    if answers.iter().any(|answer| matches!(answer, Swapped::InDoubt(_))) {
        return Ok(());
    }
    let seen = format!("{row:?} stands as one of them left it");
    Err(if answers.iter().any(|answer| matches!(answer, Swapped::Failed(_))) {
        found(Promise::FailedIsNotApplied, seen)
    } else if answers.is_empty() {
        found(promise, format!("{row:?} stands as none of them left it"))
    } else {
        found(Promise::ConflictWritesNothing, seen)
    })
}

/// So many threads race; every trial of this kind has so many connections, and one more.
pub(super) const RIVALS: usize = 8;
const LEAST_ROUNDS: u32 = 3;
/// So many that time ends them: a fast store is raced as long as a slow one, for its gap is narrow.
const MOST_ROUNDS: u32 = 100_000;
const ROUNDS_TIME: Duration = Duration::from_millis(250);
