//! The store: one connection that writes, some that read beside it.

use std::{
    fmt, mem,
    path::Path,
    process,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use pinbolt::{
    driver::{Store, StoreError, Swapped},
    row::{RowName, Snapshot, Version, Write},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{
    OpenError, Options,
    commit::{Job, commit, to_integer},
    error::CallError,
    file::{self, Files},
    schema,
    wait::patiently,
};

/// How many loads run at once beside a write.
const READERS: usize = 4;

const LOAD: &str = "SELECT version, body FROM rows WHERE name = ?1";
// The second condition is the one of the partial index.
const REMOVE: &str = "DELETE FROM rows WHERE rowid IN (
    SELECT rowid FROM rows WHERE keep_until < ?1 AND keep_until < 9223372036854775807 LIMIT ?2)";

/// pinbolt's records in one SQLite file. See the [crate's page](crate) for what it keeps.
///
/// A write waits for other processes at most the busy timeout, then it answers
/// [`Swapped::Failed`]. A write whose commit failed on the disk answers [`Swapped::InDoubt`].
pub struct Sqlite {
    pool: Arc<Pool>,
}

struct Pool {
    writer: Mutex<Connection>,
    readers: [Mutex<Connection>; READERS],
    waiting: Mutex<Vec<Arc<Job>>>,
    busy: Duration,
    process: u32,
    files: Files,
    /// Whether the files were seen to be others than those that were opened.
    replaced: AtomicBool,
}

impl Sqlite {
    /// The most rows that one [`Sqlite::remove_expired`] removes.
    pub const REMOVED_PER_CALL: u32 = 1000;

    /// Opens the database at `path`, with [`Synchronous::Full`](crate::Synchronous::Full); a
    /// missing or empty file becomes a new one, with mode 0600.
    ///
    /// # Errors
    /// [`OpenError`] says why; what was there is left as it was.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::options().open(path)
    }

    /// The options, each at its default.
    #[must_use]
    pub fn options() -> Options {
        Options::default()
    }

    pub(crate) fn open_with(path: &Path, options: Options) -> Result<Self, OpenError> {
        file::with_private_file(path, |path| {
            let writer = Mutex::new(schema::open_writer(path, options)?);
            let reader = || schema::open_reader(path, options).map(Mutex::new);
            let readers = [reader()?, reader()?, reader()?, reader()?];
            let (waiting, busy) = (Mutex::default(), options.busy_timeout);
            let (process, files) = (process::id(), Files::of(path)?);
            let replaced = AtomicBool::new(false);
            let pool = Pool { writer, readers, waiting, busy, process, files, replaced };
            Ok(Self { pool: Arc::new(pool) })
        })
    }

    /// Removes rows whose keep-until lies before `now_ms`, in Unix milliseconds: at most
    /// [`Sqlite::REMOVED_PER_CALL`], so that no writer waits long. Gives the number removed; call
    /// again while it is the whole of that. Nothing calls it by itself.
    ///
    /// # Errors
    /// The database is busy, or failed; then some may have been removed.
    pub fn remove_expired(&self, now_ms: u64) -> Result<u32, StoreError> {
        self.pool.check()?;
        let writer = lock(&self.pool.writer);
        let remove = || {
            let bounds = params![to_integer(now_ms), Self::REMOVED_PER_CALL];
            writer.prepare_cached(REMOVE)?.execute(bounds)
        };
        patiently(self.pool.busy, remove)
            .map(|removed| u32::try_from(removed).unwrap_or(Self::REMOVED_PER_CALL))
            .map_err(|e| self.pool.failed(&e).into())
    }
}

impl Store for Sqlite {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        self.pool.check()?;
        let connection = self.pool.any();
        let load = || connection.prepare_cached(LOAD)?.query_row([row.as_str()], read).optional();
        patiently(self.pool.busy, load).map_err(|e| self.pool.failed(&e).into())
    }

    fn swap(&self, write: &Write) -> Swapped {
        if let Err(e) = self.pool.check() {
            return Swapped::Failed(e.into());
        }
        let job = Job::new(write.clone());
        lock(&self.pool.waiting).push(Arc::clone(&job));
        // Whoever gets the connection carries out all that wait, and finds his own answered.
        let writer = lock(&self.pool.writer);
        if let Some(answer) = job.take_answer() {
            return answer;
        }
        let jobs = mem::take(&mut *lock(&self.pool.waiting));
        commit(&writer, &jobs, self.pool.busy, || self.pool.check_files());
        job.take_answer().unwrap_or_else(|| Swapped::InDoubt(CallError::Abandoned.into()))
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        if self.pool.check_process().is_err() {
            // Closing an inherited connection would touch files that the parent has open.
            mem::forget(Arc::clone(&self.pool));
        }
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

impl Pool {
    /// Locks held by a process aren't inherited by its fork.
    fn check_process(&self) -> Result<(), CallError> {
        if self.process == process::id() { Ok(()) } else { Err(CallError::Forked) }
    }

    /// A write into a file that has lost its name is seen by nobody else, and by nobody later. Once
    /// seen, loads fail too: they would find such a write.
    fn check_files(&self) -> Result<(), CallError> {
        if !self.files.stand() {
            self.replaced.store(true, Ordering::Release);
        }
        self.check()
    }

    fn check(&self) -> Result<(), CallError> {
        self.check_process()?;
        if self.replaced.load(Ordering::Acquire) { Err(CallError::Replaced) } else { Ok(()) }
    }

    /// A free connection, the writing one first: what it just wrote is in its memory.
    fn any(&self) -> MutexGuard<'_, Connection> {
        let [first, ..] = &self.readers;
        // A writer whose transaction was left open by a panic would read what isn't committed.
        try_lock(&self.writer)
            .filter(|writer| writer.is_autocommit())
            .or_else(|| self.readers.iter().find_map(try_lock))
            .unwrap_or_else(|| lock(first))
    }

    fn failed(&self, error: &rusqlite::Error) -> CallError {
        CallError::from_sqlite(error, self.busy)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Snapshot> {
    Ok(Snapshot { version: Version::from_bytes(row.get(0)?), body: row.get(1)? })
}

/// A panic leaves a connection usable: an open transaction is rolled back by the next.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(e)) => Some(e.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_store_from_before_a_fork_answers_failures() {
        let folder = std::env::temp_dir().join(format!("pinbolt-store-{}", process::id()));
        std::fs::create_dir(&folder).unwrap();
        let mut store = Sqlite::open(folder.join("auth.db")).unwrap();
        let pool = Arc::get_mut(&mut store.pool).unwrap();
        pool.process = pool.process.wrapping_add(1);
        let row = RowName::new("a").unwrap();
        let (version, body) = (Version::from_bytes([1; 16]), Some(Vec::new()));
        let write = Write { row: row.clone(), expected: None, version, body, keep_until: 0 };
        assert!(store.load(&row).is_err());
        assert!(store.remove_expired(1).is_err());
        assert!(matches!(store.swap(&write), Swapped::Failed(_)));
        let pool = Arc::downgrade(&store.pool);
        drop(store);
        assert!(pool.upgrade().is_some(), "the parent's files stay untouched");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_not_committed_is_not_loaded() {
        let folder = std::env::temp_dir().join(format!("pinbolt-open-write-{}", process::id()));
        std::fs::create_dir(&folder).unwrap();
        let store = Sqlite::open(folder.join("auth.db")).unwrap();
        let row = RowName::new("a").unwrap();
        let write = |version, expected| Write {
            row: row.clone(),
            expected,
            version: Version::from_bytes([version; 16]),
            body: Some(vec![version]),
            keep_until: 0,
        };
        assert!(matches!(store.swap(&write(1, None)), Swapped::Applied));
        // As a panic between BEGIN and COMMIT leaves it.
        let open = "BEGIN IMMEDIATE; UPDATE rows SET body = x'ff'";
        lock(&store.pool.writer).execute_batch(open).unwrap();
        assert_eq!(store.load(&row).unwrap().unwrap().body, [1]);
        let first = Version::from_bytes([1; 16]);
        assert!(matches!(store.swap(&write(2, Some(first))), Swapped::Applied));
        assert_eq!(store.load(&row).unwrap().unwrap().body, [2]);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
