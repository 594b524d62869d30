//! The conformance kit itself: it passes the good stores and finds every broken one.
//!
//! failures.md, line 3: a hand-written store adapter breaks atomicity.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::{
    collections::HashSet,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use pinbolt::{
    driver::{Store, StoreError, Swapped},
    row::{RowName, Snapshot, Version, Write},
    testkit::{
        FaultStore, MemoryStore, Observed,
        conformance::{Broken, Promise, check},
        racy::{
            AppliedBeforeDurable, CheckThenWrite, CutsBodies, DeletesUnconditionally,
            FailsAfterApplying, FoldsCase, ForgetsDelete, ForgetsForever, IgnoresRowCount,
            InsertOverwrites, LastWriterWins, LocksOwnProcess, ReadsTwice, ShortVersions,
        },
    },
};

#[test]
fn good_stores_pass() {
    let rows = MemoryStore::new();
    let passed = check(|| rows.clone()).unwrap();
    assert!(passed.races >= 9, "{passed}");
    // A second run on the same, no longer empty rows.
    check(|| &rows).unwrap();
    check(|| FaultStore::new(rows.clone())).unwrap();
    check(|| Box::new(Observed::new(rows.clone(), |_| ())) as Box<dyn Store>).unwrap();
}

#[test]
fn a_store_that_fails_truthfully_under_pressure_passes() {
    let (kit, calls) = (thread::current().id(), AtomicUsize::new(0));
    let racing = || thread::current().id() != kit;
    let pressed = || racing().then(|| calls.fetch_add(1, Ordering::Relaxed) % 7);
    let down = || StoreError::new("too many connections");
    let load = |rows: &MemoryStore, row: &RowName| match pressed() {
        Some(0) => Err(down()),
        _ => rows.load(row),
    };
    let swap = |rows: &MemoryStore, write: &Write| match pressed() {
        Some(1 | 4) => Swapped::Failed(down()),
        Some(2) => match rows.swap(write) {
            Swapped::Applied | Swapped::Conflict => Swapped::InDoubt(down()),
            unsure => unsure,
        },
        Some(5) => Swapped::InDoubt(down()),
        _ => rows.swap(write),
    };
    let rows = MemoryStore::new();
    check(|| Bent { rows: &rows, load, swap }).unwrap();
}

#[test]
fn failure_03_a_store_that_lies_under_pressure_fails() {
    use Promise::*;
    let kit = thread::current().id();
    let pressed = || thread::current().id() != kit;
    let failed = || Swapped::Failed(StoreError::new("timed out"));

    let swap = |rows: &MemoryStore, write: &Write| match rows.swap(write) {
        Swapped::Applied if pressed() => failed(),
        answer => answer,
    };
    assert_eq!(run(MemoryStore::load, swap), [FailedIsNotApplied, Answers]);

    let swap = |rows: &MemoryStore, write: &Write| match rows.swap(write) {
        Swapped::Applied if pressed() => Swapped::Conflict,
        answer => answer,
    };
    assert_eq!(run(MemoryStore::load, swap), [ConflictWritesNothing, Answers]);

    let swap = |rows: &MemoryStore, write: &Write| match pressed() {
        true => Swapped::Conflict,
        false => rows.swap(write),
    };
    assert_eq!(run(MemoryStore::load, swap), [OneInsertWins, OneSwapWins, SwapOrDelete, Answers]);

    let swap = |rows: &MemoryStore, write: &Write| match pressed() {
        true => failed(),
        false => rows.swap(write),
    };
    assert_eq!(run(MemoryStore::load, swap), [Answers]);

    let swap = |rows: &MemoryStore, write: &Write| {
        let mut mangled = write.clone();
        mangled.body.iter_mut().flatten().take(1).for_each(|byte| *byte = !*byte | 1);
        rows.swap(if pressed() { &mangled } else { write })
    };
    assert_eq!(run(MemoryStore::load, swap), [AppliedStands, NoLostUpdate]);
}

#[test]
fn failure_03_a_racy_store_fails_the_kit_each_time() {
    let runs = || {
        for _ in 0..25 {
            let rows = MemoryStore::new();
            let broken = check(|| CheckThenWrite::over(rows.clone())).unwrap_err();
            let races = [Promise::OneInsertWins, Promise::OneSwapWins, Promise::NoLostUpdate];
            assert!(races.iter().all(|race| promises(&broken).contains(race)), "{broken}");
        }
    };
    // 100 of 100.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(runs);
        }
    });
}

#[test]
fn failure_03_check_then_write_is_told_that_two_guesses_are_judged() {
    let rows = MemoryStore::new();
    let broken = check(|| CheckThenWrite::over(rows.clone()));
    let sentence = "Of several writes over one version at the same time exactly one applies";
    told(broken, Promise::OneSwapWins, sentence, "two guesses would both be judged");
}

#[test]
fn failure_03_a_lock_of_its_own_process_fails() {
    let rows = MemoryStore::new();
    // Alone, as a unit test would have it, it does.
    let process = LocksOwnProcess::over(rows.clone());
    check(|| process.clone()).unwrap();

    let broken = check(|| LocksOwnProcess::over(rows.clone()));
    let sentence = "Of many writes, each over the version that it loaded, none is lost";
    told(broken, Promise::NoLostUpdate, sentence, "guesses made in parallel would not all be");
}

#[test]
fn failure_03_last_writer_wins_fails() {
    let rows = MemoryStore::new();
    let broken = check(|| LastWriterWins::over(rows.clone()));
    let sentence = "A write applies only over exactly the version that it expects";
    told(broken, Promise::ExactVersion, sentence, "would erase the count of the earlier");
}

#[test]
fn failure_03_an_insert_that_overwrites_fails() {
    let rows = MemoryStore::new();
    let broken = check(|| InsertOverwrites::over(rows.clone()));
    let sentence = "A write that expects no row applies only where no row is";
    told(broken, Promise::InsertsOnlyWhereNothingIs, sentence, "enrolling twice would replace");
}

#[test]
fn failure_03_an_ignored_row_count_fails() {
    let rows = MemoryStore::new();
    let broken = check(|| IgnoresRowCount::over(rows.clone()));
    let sentence = "A write that was answered Applied stands";
    told(broken, Promise::AppliedStands, sentence, "though its guess was never counted");
}

#[test]
fn failure_03_an_unconditional_delete_fails() {
    let rows = MemoryStore::new();
    let broken = check(|| DeletesUnconditionally::over(rows.clone()));
    let sentence = "A delete applies only over exactly the version that it expects";
    told(broken, Promise::DeletesConditionally, sentence, "would be freed for a third");
}

#[test]
fn failure_03_a_forgotten_delete_fails() {
    let rows = MemoryStore::new();
    let broken = check(|| ForgetsDelete::over(rows.clone()));
    let sentence = "A delete that applied leaves no row";
    told(broken, Promise::DeleteRemoves, sentence, "an address once released");
}

#[test]
fn failure_03_short_versions_fail() {
    let rows = MemoryStore::new();
    let broken = check(|| ShortVersions::over(rows.clone()));
    let sentence = "but a write over a version that differs in bit 0 applied";
    told(broken, Promise::ExactVersion, sentence, "two guesses would both be judged");
}

#[test]
fn failure_03_folded_names_fail() {
    let rows = MemoryStore::new();
    let broken = check(|| FoldsCase::over(rows.clone()));
    let sentence = "only the same bytes name the same row";
    told(broken, Promise::NameBytes, sentence, "two accounts would share one row");
}

#[test]
fn failure_03_cut_bodies_fail() {
    let rows = MemoryStore::new();
    let broken = check(|| CutsBodies::over(rows.clone()));
    let sentence = "holds 65535 bytes where 65536 were written";
    told(broken, Promise::BodyBytes, sentence, "the account would be lost");
}

#[test]
fn failure_03_a_row_that_is_not_kept_fails() {
    let rows = MemoryStore::new();
    let broken = check(|| ForgetsForever::over(rows.clone()));
    let sentence = "A row is kept until its keep-until, where u64::MAX means forever";
    told(broken, Promise::Keeps, sentence, "guessing could start anew");
}

#[test]
fn failure_03_an_expiry_that_is_not_taken_back_fails() {
    // As a key whose time to live is set by the insert alone; sweeps at each insert.
    let expiries = Mutex::new(Vec::new());
    let swap = |rows: &MemoryStore, write: &Write| {
        if write.expected.is_none() {
            let mut expiries = expiries.lock().unwrap();
            let passed = expiries.extract_if(.., |(_, until)| *until <= unix_now());
            passed.for_each(|(row, _)| rows.tamper(&row, None));
            expiries.push((write.row.clone(), write.keep_until));
        }
        rows.swap(write)
    };
    let rows = MemoryStore::new();
    let broken = check(|| Bent { rows: &rows, load: MemoryStore::load, swap });
    told(broken, Promise::Keeps, "A row is kept until its keep-until", "is not there where");
}

#[test]
fn failure_03_a_write_that_a_restart_takes_back_fails() {
    let server = AppliedBeforeDurable::default();
    let broken = check(|| server.connect());
    let sentence = "A write that was answered Applied outlives the connections";
    told(broken, Promise::Durable, sentence, "each restart would give guesses back");
}

#[test]
fn failure_03_failed_after_applying_fails() {
    let rows = MemoryStore::new();
    let broken = check(|| FailsAfterApplying::over(rows.clone()));
    let sentence = "A write that was answered Failed does not stand";
    told(broken, Promise::FailedIsNotApplied, sentence, "told its caller it did nothing");
}

#[test]
fn failure_03_a_load_in_two_queries_fails() {
    let rows = MemoryStore::new();
    let broken = check(|| ReadsTwice::over(rows.clone()));
    let sentence = "A load gives the version and the body of one and the same write";
    told(broken, Promise::WholeRow, sentence, "its seal would not open");
}

#[test]
fn failure_03_each_promise_is_broken_by_some_store() {
    let mut broken = HashSet::new();
    let mut note = |name: &str, promise: Promise, found: Vec<Promise>| {
        assert!(found.contains(&promise), "{name}: {found:?}");
        broken.insert(promise);
    };
    use Promise::*;

    let zeros = || Snapshot { version: Version::from_bytes([0; 16]), body: Vec::new() };
    let load = |rows: &MemoryStore, row: &RowName| Ok(Some(rows.load(row)?.unwrap_or_else(zeros)));
    note("an empty row for none", AbsentIsNone, run(load, MemoryStore::swap));

    let load = |_: &MemoryStore, _: &RowName| Err(StoreError::new("no such table"));
    note("a load that fails", Answers, run(load, MemoryStore::swap));

    let swap = |_: &MemoryStore, _: &Write| Swapped::InDoubt(StoreError::new("no such table"));
    note("a swap that fails", Answers, run(MemoryStore::load, swap));

    let swap = |_: &MemoryStore, _: &Write| Swapped::Conflict;
    note("a swap that never applies", Answers, run(MemoryStore::load, swap));

    let swap = |rows: &MemoryStore, write: &Write| match version(rows, &write.row) {
        Some(version) if Some(version) != write.expected => Swapped::Conflict,
        _ => put(rows, write),
    };
    note("an upsert", AbsentHasNoVersion, run(MemoryStore::load, swap));

    let swap = |rows: &MemoryStore, write: &Write| match write.expected {
        Some(_) if rows.rows().iter().all(|(_, s)| Some(s.version) != write.expected) => {
            Swapped::Conflict
        }
        Some(_) => put(rows, write),
        None => rows.swap(write),
    };
    note("a version looked up in every row", OwnRowOnly, run(MemoryStore::load, swap));

    let swap = |rows: &MemoryStore, write: &Write| {
        let answer = rows.swap(write);
        for (row, _) in rows.rows() {
            if write.body.is_none() && matches!(answer, Swapped::Applied) {
                rows.tamper(&row, None);
            }
        }
        answer
    };
    note("a delete of every row", OwnRowOnly, run(MemoryStore::load, swap));

    let load = |rows: &MemoryStore, row: &RowName| {
        let trimmed = |s: Snapshot| Snapshot { version: trimmed(s.version), ..s };
        Ok(rows.load(row)?.map(trimmed))
    };
    note("a version without its leading zeros", VersionBytes, run(load, MemoryStore::swap));

    let swap = |rows: &MemoryStore, write: &Write| {
        let stem = write.row.as_str().trim_end_matches('%');
        let mut alike = rows.rows().into_iter().map(|(row, _)| row);
        let like = alike.find(|row| row.as_str().starts_with(stem) && row.as_str() != stem);
        match like.filter(|_| write.row.as_str().ends_with("a%") && write.expected.is_some()) {
            Some(row) => rows.swap(&Write { row, ..write.clone() }),
            None => rows.swap(write),
        }
    };
    note("a name taken for a pattern", NameBytes, run(MemoryStore::load, swap));

    let cut = |row: &RowName| RowName::new(&row.as_str()[..row.as_str().len().min(79)]).unwrap();
    let load = |rows: &MemoryStore, row: &RowName| rows.load(&cut(row));
    let swap = |rows: &MemoryStore, write: &Write| {
        rows.swap(&Write { row: cut(&write.row), ..write.clone() })
    };
    note("a name column of 79 bytes", NameBytes, run(load, swap));

    let sent = Mutex::new(HashSet::new());
    let swap = |rows: &MemoryStore, write: &Write| {
        let again = !sent.lock().unwrap().insert(write.version);
        if again { put(rows, write) } else { rows.swap(write) }
    };
    note("a retry that writes", ResendWritesNothing, run(MemoryStore::load, swap));

    let swap = |rows: &MemoryStore, write: &Write| match rows.swap(write) {
        Swapped::Conflict => {
            rows.tamper(&write.row, after(write));
            Swapped::Conflict
        }
        answer => answer,
    };
    note("a conflict that writes", ConflictWritesNothing, run(MemoryStore::load, swap));

    let swap = |rows: &MemoryStore, write: &Write| match rows.swap(write) {
        Swapped::Applied if write.body.is_none() => Swapped::Failed(StoreError::new("timed out")),
        answer => answer,
    };
    note("a delete that applies and fails", FailedIsNotApplied, run(MemoryStore::load, swap));

    let swap = |rows: &MemoryStore, write: &Write| match write.keep_until {
        0..2 => Swapped::Failed(StoreError::new("invalid expire time")),
        _ => rows.swap(write),
    };
    note("a keep-until that is past", Keeps, run(MemoryStore::load, swap));

    let swap = |rows: &MemoryStore, write: &Write| {
        let answer = rows.swap(write);
        // As an i64 it is -1, which lies in the past.
        if write.keep_until == u64::MAX {
            rows.tamper(&write.row, None);
        }
        answer
    };
    note("a signed keep-until", Keeps, run(MemoryStore::load, swap));

    let swap = |rows: &MemoryStore, write: &Write| match version(rows, &write.row) {
        standing if standing == write.expected => put(rows, write),
        _ => Swapped::Conflict,
    };
    let narrow = run(MemoryStore::load, swap);
    assert!(!narrow.is_empty(), "a gap of some nanoseconds between check and write");

    let separate = check(MemoryStore::new);
    note("a storage for each connection", OneStorage, promises(&separate.unwrap_err()));

    let rows = MemoryStore::new();
    let racy = promises(&check(|| CheckThenWrite::over(rows.clone())).unwrap_err());
    for promise in [OneInsertWins, OneSwapWins, SwapOrDelete, NoLostUpdate] {
        note("check, then write", promise, racy.clone());
    }

    // Each of the others has a test of its own.
    broken.extend([InsertsOnlyWhereNothingIs, ExactVersion, BodyBytes, DeletesConditionally]);
    broken.extend([DeleteRemoves, AppliedStands, Durable, WholeRow]);
    let missing = |promise: &&Promise| !broken.contains(promise);
    assert_eq!(Promise::ALL.iter().filter(missing).collect::<Vec<_>>(), [] as [&Promise; 0]);
}

/// A store whose two verbs are given by a test.
struct Bent<'a, L, W> {
    rows: &'a MemoryStore,
    load: L,
    swap: W,
}

impl<L, W> Store for Bent<'_, L, W>
where
    L: Fn(&MemoryStore, &RowName) -> Result<Option<Snapshot>, StoreError> + Send + Sync,
    W: Fn(&MemoryStore, &Write) -> Swapped + Send + Sync,
{
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        (self.load)(self.rows, row)
    }

    fn swap(&self, write: &Write) -> Swapped {
        (self.swap)(self.rows, write)
    }
}

fn run<L, W>(load: L, swap: W) -> Vec<Promise>
where
    L: Fn(&MemoryStore, &RowName) -> Result<Option<Snapshot>, StoreError> + Send + Sync,
    W: Fn(&MemoryStore, &Write) -> Swapped + Send + Sync,
{
    let rows = MemoryStore::new();
    promises(&check(|| Bent { rows: &rows, load: &load, swap: &swap }).unwrap_err())
}

fn promises(broken: &Broken) -> Vec<Promise> {
    broken.findings().iter().map(|finding| finding.promise).collect()
}

/// The report names `promise`, and holds both texts.
fn told<T: std::fmt::Debug>(outcome: Result<T, Broken>, promise: Promise, one: &str, two: &str) {
    let broken = outcome.unwrap_err();
    assert!(promises(&broken).contains(&promise), "{broken}");
    let report = broken.to_string();
    assert!(report.contains(one) && report.contains(two), "{report}");
}

fn version(rows: &MemoryStore, row: &RowName) -> Option<Version> {
    rows.load(row).unwrap().map(|snapshot| snapshot.version)
}

fn put(rows: &MemoryStore, write: &Write) -> Swapped {
    rows.tamper(&write.row, after(write));
    Swapped::Applied
}

fn after(write: &Write) -> Option<Snapshot> {
    write.body.clone().map(|body| Snapshot { version: write.version, body })
}

fn trimmed(version: Version) -> Version {
    let mut bytes = *version.as_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.rotate_left(zeros);
    Version::from_bytes(bytes)
}

fn unix_now() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since_1970.as_millis()).unwrap()
}
