//! Stores with the mistakes that adapters are usually made with: each has one, works in any test
//! that runs alone and hasn't heard of it, and must not pass the [conformance
//! kit](super::conformance).

#![allow(clippy::disallowed_methods, reason = "real stores are raced on real threads and time")]

use alloc::{
    boxed::Box,
    sync::{Arc, Weak},
};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use super::MemoryStore;
use crate::{
    driver::{Store, StoreError, Swapped},
    row::{RowName, Snapshot, Version, Write},
};

macro_rules! mistakes_in_swap {
    ($($(#[$doc:meta])* $name:ident = |$rows:ident, $write:ident| $swap:expr;)+) => {$(
        $(#[$doc])*
        ///
        /// A clone is another connection.
        #[derive(Clone, Debug, Default)]
        pub struct $name(MemoryStore);

        impl $name {
            /// A connection to these rows.
            #[must_use]
            pub const fn over(rows: MemoryStore) -> Self {
                Self(rows)
            }
        }

        impl Store for $name {
            fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
                self.0.load(row)
            }

            fn swap(&self, $write: &Write) -> Swapped {
                let $rows = &self.0;
                $swap
            }
        }
    )+};
}

mistakes_in_swap! {
    /// Reads the version in one step and writes in the next, a millisecond later.
    CheckThenWrite = |rows, write| match rows.load(&write.row) {
        Ok(standing) if standing.as_ref().map(|snapshot| snapshot.version) == write.expected => {
            thread::sleep(A_MOMENT);
            overwrite(rows, write)
        }
        Ok(_) => Swapped::Conflict,
        Err(error) => Swapped::Failed(error),
    };

    /// Writes whatever version stands: a plain `UPDATE`, or `SET` in a cache.
    LastWriterWins = |rows, write| overwrite(rows, write);

    /// Compares when it updates, but inserts with `INSERT OR REPLACE`.
    InsertOverwrites = |rows, write| match write.expected {
        Some(_) => rows.swap(write),
        None => overwrite(rows, write),
    };

    /// Has the database compare, and doesn't look how many rows were changed.
    IgnoresRowCount = |rows, write| match rows.swap(write) {
        Swapped::Conflict => Swapped::Applied,
        answer => answer,
    };

    /// Deletes by name alone.
    DeletesUnconditionally = |rows, write| match write.body {
        Some(_) => rows.swap(write),
        None => rows.update(&write.row, |standing| match standing.take() {
            Some(_) => Swapped::Applied,
            None => Swapped::Conflict,
        }),
    };

    /// Takes a write without a body for one that leaves the body as it is.
    ForgetsDelete = |rows, write| rows.update(&write.row, |standing| {
        if standing.as_ref().map(|snapshot| snapshot.version) != write.expected {
            return Swapped::Conflict;
        }
        let body = write.body.clone().or_else(|| standing.take().map(|snapshot| snapshot.body));
        *standing = body.map(|body| Snapshot { version: write.version, body });
        Swapped::Applied
    });

    /// Keeps the whole version, and compares it in a 64-bit column.
    ShortVersions = |rows, write| rows.update(&write.row, |standing| {
        let column = |version: Version| u128::from_be_bytes(*version.as_bytes()) >> 64;
        if standing.as_ref().map(|s| column(s.version)) != write.expected.map(column) {
            return Swapped::Conflict;
        }
        *standing = after(write);
        Swapped::Applied
    });

    /// Cuts a body to 65,535 bytes without a word, as a MySQL `BLOB` does outside strict mode.
    CutsBodies = |rows, write| {
        let mut cut = write.clone();
        cut.body.iter_mut().for_each(|body| body.truncate(65_535));
        rows.swap(&cut)
    };

    /// Keeps `keep_until` in a signed column, where "never" is a millisecond before 1970, and so
    /// removes at once what must stay for ever.
    ForgetsForever = |rows, write| {
        let answer = rows.swap(write);
        if matches!(answer, Swapped::Applied) && write.keep_until.cast_signed() < 0 {
            rows.tamper(&write.row, None);
        }
        answer
    };

    /// Applies, runs out of time on the way back, and calls that `Failed`: here whenever a body is
    /// over 32 KiB.
    FailsAfterApplying = |rows, write| match rows.swap(write) {
        Swapped::Applied if write.body.as_ref().is_some_and(|body| body.len() > 32 * 1024) => {
            Swapped::Failed(StoreError::new("timed out"))
        }
        answer => answer,
    };
}

/// Checks and writes under a lock, but one of its own process, not of the database: another
/// process has another lock.
#[derive(Clone, Debug, Default)]
pub struct LocksOwnProcess {
    rows: CheckThenWrite,
    lock: Arc<Mutex<()>>,
}

impl LocksOwnProcess {
    /// A process of its own that works on these rows; a clone is another thread of it.
    #[must_use]
    pub fn over(rows: MemoryStore) -> Self {
        Self { rows: CheckThenWrite::over(rows), lock: Arc::default() }
    }
}

impl Store for LocksOwnProcess {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        self.rows.load(row)
    }

    fn swap(&self, write: &Write) -> Swapped {
        let _alone = locked(&self.lock);
        self.rows.swap(write)
    }
}

/// Loads the version and the body by two queries, a millisecond apart.
#[derive(Clone, Debug, Default)]
pub struct ReadsTwice(MemoryStore);

impl ReadsTwice {
    /// A connection to these rows.
    #[must_use]
    pub const fn over(rows: MemoryStore) -> Self {
        Self(rows)
    }
}

impl Store for ReadsTwice {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        let Some(first) = self.0.load(row)? else { return Ok(None) };
        thread::sleep(A_MOMENT);
        let second = self.0.load(row)?;
        Ok(second.map(|snapshot| Snapshot { version: first.version, ..snapshot }))
    }

    fn swap(&self, write: &Write) -> Swapped {
        self.0.swap(write)
    }
}

/// Takes names that differ only by case for the same, as many databases do by default.
#[derive(Clone, Debug, Default)]
pub struct FoldsCase(MemoryStore);

impl FoldsCase {
    /// A connection to these rows.
    #[must_use]
    pub const fn over(rows: MemoryStore) -> Self {
        Self(rows)
    }

    fn folded(row: &RowName) -> RowName {
        RowName::new(&row.as_str().to_ascii_lowercase()).unwrap_or_else(|| row.clone())
    }
}

impl Store for FoldsCase {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        self.0.load(&Self::folded(row))
    }

    fn swap(&self, write: &Write) -> Swapped {
        self.0.swap(&Write { row: Self::folded(&write.row), ..write.clone() })
    }
}

/// A server that answers `Applied` from a buffer of one write, and loses it when the last
/// connection is closed. Every connection comes from [`AppliedBeforeDurable::connect`].
#[derive(Debug, Default)]
pub struct AppliedBeforeDurable {
    disk: MemoryStore,
    running: Mutex<Weak<Buffer>>,
}

impl AppliedBeforeDurable {
    /// One more connection; the first starts the server on what the disk holds.
    pub fn connect(&self) -> Box<dyn Store> {
        let mut running = locked(&self.running);
        let buffer = running.upgrade().unwrap_or_default();
        *running = Arc::downgrade(&buffer);
        Box::new(Buffered { disk: self.disk.clone(), buffer })
    }
}

type Buffer = Mutex<Option<Write>>;

struct Buffered {
    disk: MemoryStore,
    buffer: Arc<Buffer>,
}

impl Buffered {
    fn read(&self, buffer: &Option<Write>, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        match buffer {
            Some(write) if write.row == *row => Ok(after(write)),
            _ => self.disk.load(row),
        }
    }
}

impl Store for Buffered {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        self.read(&locked(&self.buffer), row)
    }

    fn swap(&self, write: &Write) -> Swapped {
        let mut buffer = locked(&self.buffer);
        let standing = match self.read(&buffer, &write.row) {
            Ok(standing) => standing,
            Err(error) => return Swapped::Failed(error),
        };
        if standing.map(|snapshot| snapshot.version) != write.expected {
            return Swapped::Conflict;
        }
        match buffer.replace(write.clone()) {
            Some(earlier) => overwrite(&self.disk, &earlier),
            None => Swapped::Applied,
        }
    }
}

fn overwrite(rows: &MemoryStore, write: &Write) -> Swapped {
    rows.tamper(&write.row, after(write));
    Swapped::Applied
}

/// The state that a write leaves.
fn after(write: &Write) -> Option<Snapshot> {
    write.body.clone().map(|body| Snapshot { version: write.version, body })
}

fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As long as a query takes.
const A_MOMENT: Duration = Duration::from_millis(1);
