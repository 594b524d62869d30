//! The table, and whose database a file is.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::{OpenError, Options, Synchronous};

/// "pinb", in the header of the file.
const APPLICATION_ID: u32 = 0x7069_6e62;
/// The newest schema that this release reads, and the one it writes.
const SCHEMA: u32 = 1;

// A rowid table: sealed records of 1 to 2 KB would spill out of the pages of a WITHOUT ROWID
// tree, which keeps a quarter page of a row. keep_until stands before body so that no spilled
// page is read for it. The partial index costs rows that are kept for ever nothing.
pub(crate) const TABLE: &str = "
    CREATE TABLE rows (
        name TEXT NOT NULL PRIMARY KEY,
        version BLOB NOT NULL CHECK (length(version) = 16),
        keep_until INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX rows_by_keep_until ON rows (keep_until)
        WHERE keep_until < 9223372036854775807;";

/// Opens the writing connection, and makes the table in an empty database.
pub(crate) fn open_writer(path: &Path, options: Options) -> Result<Connection, OpenError> {
    let failed = |e| OpenError::from_sqlite(e, options.busy_timeout);
    let connection = connect(path, options).map_err(failed)?;
    // Until the file is known as ours, closing it must not move its log into it.
    let keep_log = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    connection.set_db_config(keep_log, true).map_err(failed)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Err(OpenError::NotWritable("the file is read-only".into()));
    }
    if identify(&connection, options)? == Owner::Nobody {
        create(&connection, options)?;
    }
    use_log(&connection, options)?;
    connection.set_db_config(keep_log, false).map_err(failed)?;
    Ok(connection)
}

/// Opens a connection that only reads, to a file that `open_writer` has checked.
pub(crate) fn open_reader(path: &Path, options: Options) -> Result<Connection, OpenError> {
    let failed = |e| OpenError::from_sqlite(e, options.busy_timeout);
    let connection = connect(path, options).map_err(failed)?;
    connection.execute_batch("PRAGMA query_only = ON").map_err(failed)?;
    Ok(connection)
}

fn connect(path: &Path, options: Options) -> rusqlite::Result<Connection> {
    // Never CREATE: a file made by SQLite would be readable by others.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(options.busy_timeout)?;
    // fullfsync: on macOS a plain flush leaves the data in the drive's own memory.
    connection.execute_batch(match options.synchronous {
        Synchronous::Normal => "PRAGMA synchronous = NORMAL; PRAGMA checkpoint_fullfsync = ON;",
        Synchronous::Full => "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;",
    })?;
    connection.execute_batch("PRAGMA trusted_schema = OFF")?;
    Ok(connection)
}

#[derive(PartialEq)]
enum Owner {
    Us,
    Nobody,
}

fn identify(connection: &Connection, options: Options) -> Result<Owner, OpenError> {
    // One statement, so that all three belong to one moment.
    const ASK: &str = "SELECT
        (SELECT application_id FROM pragma_application_id),
        (SELECT user_version FROM pragma_user_version),
        (SELECT count(*) FROM sqlite_schema)";
    let (id, version, tables) = connection
        .query_row(ASK, [], |row| {
            Ok((row.get::<_, i32>(0)?, row.get::<_, i32>(1)?, row.get::<_, i64>(2)?))
        })
        .map_err(|e| OpenError::from_sqlite(e, options.busy_timeout))?;
    match (id.cast_unsigned(), version.cast_unsigned(), tables) {
        (APPLICATION_ID, SCHEMA, 1..) => Ok(Owner::Us),
        (APPLICATION_ID, version, _) if version > SCHEMA => Err(OpenError::Newer(version)),
        (APPLICATION_ID, ..) => Err(OpenError::Damaged),
        (0, 0, 0) => Ok(Owner::Nobody),
        (id, ..) => Err(OpenError::Foreign(id)),
    }
}

fn create(connection: &Connection, options: Options) -> Result<(), OpenError> {
    let failed = |e| OpenError::from_sqlite(e, options.busy_timeout);
    connection.execute_batch("BEGIN EXCLUSIVE").map_err(failed)?;
    // Another process may have been first. An early return rolls back by closing.
    if identify(connection, options)? == Owner::Nobody {
        let mark =
            format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA}");
        connection.execute_batch(TABLE).map_err(failed)?;
        connection.execute_batch(&mark).map_err(failed)?;
    }
    connection.execute_batch("COMMIT").map_err(failed)
}

/// Turns the write-ahead log on. SQLite doesn't wait by itself here: two that turn it on at once
/// would each wait for the other.
fn use_log(connection: &Connection, options: Options) -> Result<(), OpenError> {
    const PAUSE: Duration = Duration::from_millis(2);
    let started = Instant::now();
    loop {
        let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
        match mode.map(|mode: String| mode == "wal") {
            Ok(true) => return Ok(()),
            Ok(false) => return Err(OpenError::NoSharedMemory),
            Err(e) => match OpenError::from_sqlite(e, options.busy_timeout) {
                OpenError::Busy(bound) if started.elapsed() < bound => thread::sleep(PAUSE),
                error => return Err(error),
            },
        }
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The check before it has a race; this has none.
    #[test]
    fn sqlite_itself_refuses_a_link() {
        let folder = std::env::temp_dir().join(format!("pinbolt-schema-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let folder = folder.canonicalize().unwrap();
        let (file, link) = (folder.join("auth.db"), folder.join("link.db"));
        std::fs::write(&file, b"").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let refused = open_writer(&link, Options::default());
        let missing = open_writer(&folder.join("missing.db"), Options::default());
        let left = std::fs::read(&file).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(refused, Err(OpenError::Symlink)), "{refused:?}");
        assert!(missing.is_err());
        assert_eq!(left, b"");
    }
}
