//! Many writes, one commit: writes that wait for the same connection share one flush.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use pinbolt::{
    driver::Swapped,
    row::{Version, Write},
};
use rusqlite::{Connection, params};

use crate::{error::CallError, store::lock, wait::patiently};

const UPDATE: &str = "UPDATE rows SET version = ?3, keep_until = ?4, body = ?5
    WHERE name = ?1 AND version = ?2";
const INSERT: &str = "INSERT INTO rows (name, version, keep_until, body)
    VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO NOTHING";
const DELETE: &str = "DELETE FROM rows WHERE name = ?1 AND version = ?2";
const EXISTS: &str = "SELECT 1 FROM rows WHERE name = ?1";

/// One write on its way, and its answer.
#[derive(Debug)]
pub(crate) struct Job {
    write: Write,
    answer: Mutex<Option<Swapped>>,
}

impl Job {
    pub(crate) fn new(write: Write) -> Arc<Self> {
        Arc::new(Self { write, answer: Mutex::new(None) })
    }

    pub(crate) fn take_answer(&self) -> Option<Swapped> {
        lock(&self.answer).take()
    }
}

/// Carries the jobs out in one transaction, and answers each.
/// `in_place` says afterwards whether what was written is in the database that others see.
pub(crate) fn commit(
    connection: &Connection,
    jobs: &[Arc<Job>],
    busy: Duration,
    in_place: impl FnOnce() -> Result<(), CallError>,
) {
    let mut applied = Vec::with_capacity(jobs.len());
    let outcome = transact(connection, jobs, busy, &mut applied);
    if outcome.is_err() && !connection.is_autocommit() {
        // If this fails too, the next call tries again before it begins.
        drop(connection.execute_batch("ROLLBACK"));
    }
    let stage = outcome.map_err(|stage| stage.map(|e| CallError::from_sqlite(&e, busy)));
    let stage = stage.and_then(|()| in_place().map_err(Stage::Commit));
    for (n, job) in jobs.iter().enumerate() {
        let stands = applied.get(n).copied().unwrap_or(false);
        let answer = match &stage {
            Ok(()) if stands => Swapped::Applied,
            Ok(()) => Swapped::Conflict,
            Err(Stage::Commit(e)) if stands => Swapped::InDoubt(e.clone().into()),
            // A conflict may rest on a write of the same commit: it isn't told as one.
            Err(Stage::Commit(e) | Stage::Before(e)) => Swapped::Failed(e.clone().into()),
        };
        *lock(&job.answer) = Some(answer);
    }
}

/// How far a transaction came. A statement that fails inside one has written no commit record to
/// the log, so nothing stands. A COMMIT that fails may have written it whole before the flush
/// failed: this process sees the rows unchanged, yet a recovery of the log would apply it.
enum Stage<E> {
    Before(E),
    Commit(E),
}

impl<E> Stage<E> {
    fn map<F>(self, f: impl FnOnce(E) -> F) -> Stage<F> {
        match self {
            Self::Before(e) => Stage::Before(f(e)),
            Self::Commit(e) => Stage::Commit(f(e)),
        }
    }
}

fn transact(
    connection: &Connection,
    jobs: &[Arc<Job>],
    busy: Duration,
    applied: &mut Vec<bool>,
) -> Result<(), Stage<rusqlite::Error>> {
    let run = |sql| connection.prepare_cached(sql)?.execute([]).map(drop);
    if !connection.is_autocommit() {
        run("ROLLBACK").map_err(Stage::Before)?;
    }
    // IMMEDIATE waits here for the write lock: no later statement can be busy or see a snapshot
    // that has grown old (SQLITE_BUSY_SNAPSHOT).
    patiently(busy, || run("BEGIN IMMEDIATE")).map_err(Stage::Before)?;
    for job in jobs {
        applied.push(apply(connection, &job.write).map_err(Stage::Before)?);
    }
    run("COMMIT").map_err(Stage::Commit)
}

/// Check and write in one statement; whether it took hold.
fn apply(connection: &Connection, write: &Write) -> rusqlite::Result<bool> {
    let name = write.row.as_str();
    let expected = write.expected.as_ref().map(Version::as_bytes);
    let version = write.version.as_bytes();
    let keep_until = to_integer(write.keep_until);
    match (expected, &write.body) {
        (Some(expected), Some(body)) => connection
            .prepare_cached(UPDATE)?
            .execute(params![name, expected, version, keep_until, body]),
        (None, Some(body)) => {
            connection.prepare_cached(INSERT)?.execute(params![name, version, keep_until, body])
        }
        (Some(expected), None) => {
            connection.prepare_cached(DELETE)?.execute(params![name, expected])
        }
        (None, None) => {
            return connection.prepare_cached(EXISTS)?.exists(params![name]).map(|found| !found);
        }
    }
    .map(|changed| changed == 1)
}

/// SQLite's integers end at 2^63 - 1, which so stands for "for ever" as `u64::MAX` does.
pub(crate) fn to_integer(milliseconds: u64) -> i64 {
    i64::try_from(milliseconds).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use pinbolt::row::RowName;

    use super::*;

    #[test]
    fn writes_of_one_commit_see_each_other() {
        let answers = run(&connection(), &[insert("a", 1), insert("a", 2), insert("b", 3)]);
        assert!(matches!(
            answers.as_slice(),
            [Swapped::Applied, Swapped::Conflict, Swapped::Applied]
        ));
    }

    #[test]
    fn a_failed_commit_is_in_doubt_and_tells_no_conflict() {
        let connection = connection();
        // The check of a deferred foreign key is the one thing that can be made to fail in COMMIT.
        let fail = "CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
            CREATE TABLE children (id REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED);
            CREATE TRIGGER fails AFTER INSERT ON rows BEGIN INSERT INTO children VALUES (1); END";
        connection.execute_batch(fail).unwrap();
        let answers = run(&connection, &[insert("a", 1), insert("a", 2)]);
        assert!(matches!(answers.as_slice(), [Swapped::InDoubt(_), Swapped::Failed(_)]));
        assert!(connection.is_autocommit(), "the lock is given back");
        connection.execute_batch("DROP TRIGGER fails").unwrap();
        assert!(matches!(run(&connection, &[insert("a", 3)]).as_slice(), [Swapped::Applied]));
    }

    #[test]
    fn a_failed_statement_fails_the_whole_commit() {
        let connection = connection();
        let fail = "CREATE TRIGGER fails BEFORE INSERT ON rows WHEN new.name = 'b'
            BEGIN SELECT RAISE (ABORT, 'no'); END";
        connection.execute_batch(fail).unwrap();
        let answers = run(&connection, &[insert("a", 1), insert("b", 2), insert("c", 3)]);
        assert!(answers.iter().all(|answer| matches!(answer, Swapped::Failed(_))), "{answers:?}");
        assert!(connection.is_autocommit(), "the lock is given back");
        assert!(matches!(run(&connection, &[insert("a", 4)]).as_slice(), [Swapped::Applied]));
    }

    #[test]
    fn an_open_transaction_is_rolled_back_first() {
        let connection = connection();
        connection.execute_batch("BEGIN; DROP TABLE rows").unwrap();
        assert!(matches!(run(&connection, &[insert("a", 1)]).as_slice(), [Swapped::Applied]));
    }

    fn connection() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(crate::schema::TABLE).unwrap();
        connection
    }

    fn run(connection: &Connection, jobs: &[Arc<Job>]) -> Vec<Swapped> {
        commit(connection, jobs, Duration::ZERO, || Ok(()));
        jobs.iter().map(|job| job.take_answer().expect("every job is answered")).collect()
    }

    fn insert(name: &str, version: u8) -> Arc<Job> {
        Job::new(Write {
            row: RowName::new(name).unwrap(),
            expected: None,
            version: Version::from_bytes([version; 16]),
            body: Some(Vec::new()),
            keep_until: u64::MAX,
        })
    }
}
