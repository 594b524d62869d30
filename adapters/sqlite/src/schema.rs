//! The table, and whose database a file is.

use core::time::Duration;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::{OpenError, Options, Synchronous, wait::patiently};

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
    let connection = connect(path, options)?;
    if connection.is_readonly("main").map_err(failed(options))? {
        return Err(OpenError::NotWritable("the file is read-only".into()));
    }
    if identify(&connection, options)? == Owner::Nobody {
        create(&connection, options)?;
    }
    use_log(&connection, options)?;
    keep_log_at_close(&connection, false).map_err(failed(options))?;
    Ok(connection)
}

/// Opens a connection that only reads, to a file that `open_writer` has checked.
pub(crate) fn open_reader(path: &Path, options: Options) -> Result<Connection, OpenError> {
    let connection = connect(path, options)?;
    run(&connection, options, "PRAGMA query_only = ON")?;
    keep_log_at_close(&connection, false).map_err(failed(options))?;
    Ok(connection)
}

fn connect(path: &Path, options: Options) -> Result<Connection, OpenError> {
    // Never CREATE: a file made by SQLite would be readable by others.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let connection = Connection::open_with_flags(path, flags).map_err(failed(options))?;
    // `patiently` waits instead.
    connection.busy_timeout(Duration::ZERO).map_err(failed(options))?;
    keep_log_at_close(&connection, true).map_err(failed(options))?;
    let synchronous = match options.synchronous {
        Synchronous::Normal => "PRAGMA synchronous = NORMAL",
        Synchronous::Full => "PRAGMA synchronous = FULL",
    };
    run(&connection, options, synchronous)?;
    // On macOS a plain flush leaves the data in the drive's own memory.
    run(&connection, options, "PRAGMA fullfsync = ON")?;
    run(&connection, options, "PRAGMA trusted_schema = OFF")?;
    Ok(connection)
}

/// Until the file is known as ours, closing it must not move its log into it.
fn keep_log_at_close(connection: &Connection, keep: bool) -> rusqlite::Result<bool> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep)
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
    let ask = || {
        connection.query_row(ASK, [], |row| {
            Ok((row.get::<_, i32>(0)?, row.get::<_, i32>(1)?, row.get::<_, i64>(2)?))
        })
    };
    let (id, version, tables) = patiently(options.busy_timeout, ask).map_err(failed(options))?;
    match (id.cast_unsigned(), version.cast_unsigned(), tables) {
        (APPLICATION_ID, SCHEMA, 1..) => Ok(Owner::Us),
        (APPLICATION_ID, version, _) if version > SCHEMA => Err(OpenError::Newer(version)),
        (APPLICATION_ID, ..) => Err(OpenError::Damaged),
        (0, 0, 0) => Ok(Owner::Nobody),
        (id, ..) => Err(OpenError::Foreign(id)),
    }
}

fn create(connection: &Connection, options: Options) -> Result<(), OpenError> {
    run(connection, options, "BEGIN EXCLUSIVE")?;
    // Another process may have been first. An early return rolls back by closing.
    if identify(connection, options)? == Owner::Nobody {
        run(connection, options, TABLE)?;
        run(connection, options, &format!("PRAGMA application_id = {APPLICATION_ID}"))?;
        run(connection, options, &format!("PRAGMA user_version = {SCHEMA}"))?;
    }
    run(connection, options, "COMMIT")
}

/// Turns the write-ahead log on, which stays on in the file.
fn use_log(connection: &Connection, options: Options) -> Result<(), OpenError> {
    let ask = || connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
    let mode: String = patiently(options.busy_timeout, ask).map_err(failed(options))?;
    if mode == "wal" { Ok(()) } else { Err(OpenError::NoSharedMemory) }
}

fn run(connection: &Connection, options: Options, sql: &str) -> Result<(), OpenError> {
    patiently(options.busy_timeout, || connection.execute_batch(sql)).map_err(failed(options))
}

fn failed(options: Options) -> impl FnOnce(rusqlite::Error) -> OpenError {
    move |e| OpenError::from_sqlite(e, options.busy_timeout)
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The check before it has a race; this has none.
    #[test]
    fn sqlite_itself_refuses_a_link() {
        let folder = Folder::new("link");
        let (file, link) = (folder.0.join("auth.db"), folder.0.join("link.db"));
        std::fs::write(&file, b"").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let refused = open_writer(&link, Options::default());
        assert!(matches!(refused, Err(OpenError::Symlink)), "{refused:?}");
        assert_eq!(std::fs::read(&file).unwrap(), b"");
    }

    #[test]
    fn sqlite_itself_makes_no_file() {
        let folder = Folder::new("missing");
        let path = folder.0.join("missing.db");
        assert!(open_writer(&path, Options::default()).is_err());
        assert!(!path.exists());
    }

    #[test]
    fn the_second_to_create_finds_the_first() {
        let folder = Folder::new("create");
        let path = folder.0.join("auth.db");
        std::fs::write(&path, b"").unwrap();
        let both = [(); 2].map(|()| connect(&path, Options::default()).unwrap());
        for connection in &both {
            assert!(identify(connection, Options::default()).unwrap() == Owner::Nobody);
        }
        for connection in &both {
            create(connection, Options::default()).unwrap();
            assert!(identify(connection, Options::default()).unwrap() == Owner::Us);
        }
    }

    #[test]
    fn each_connection_is_set_as_asked() {
        let folder = Folder::new("settings");
        let path = folder.0.join("auth.db");
        std::fs::write(&path, b"").unwrap();
        for (synchronous, number) in [(Synchronous::Full, 2), (Synchronous::Normal, 1)] {
            let options = Options::default().synchronous(synchronous);
            for open in [open_writer, open_reader] {
                let connection = open(&path, options).unwrap();
                let ask = |name| -> i64 {
                    connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0)).unwrap()
                };
                let found = ["synchronous", "fullfsync", "busy_timeout", "trusted_schema"].map(ask);
                assert_eq!(found, [number, 1, 0, 0]);
            }
        }
    }

    struct Folder(std::path::PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("pinbolt-schema-{name}-{}", std::process::id());
            let path = std::env::temp_dir().canonicalize().unwrap().join(name);
            std::fs::create_dir(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }
}
