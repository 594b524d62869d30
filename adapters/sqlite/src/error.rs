//! What goes wrong: while opening, and in a call.

use core::{error::Error, fmt, time::Duration};
use std::io;

use pinbolt::driver::StoreError;
use rusqlite::ErrorCode;

/// Why a file could not be opened as a store. Nothing in a refused file was changed.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// The path names a symbolic link.
    Symlink,
    /// The path names a folder, a device or the like.
    NotAFile,
    /// The group or others may read or write the file; the mode, as `0o644`.
    Permissions(u32),
    /// The file is no SQLite database.
    NotADatabase,
    /// The file is another application's database; its application id.
    Foreign(u32),
    /// A newer release made the file; its schema's number.
    Newer(u32),
    /// The file is cut short or inconsistent.
    Damaged,
    /// The file, or the folder for the files beside it, can't be written.
    NotWritable(Box<dyn Error + Send + Sync>),
    /// Another process kept the database locked for longer than the busy timeout.
    Busy(Duration),
    /// The file system gives no shared memory, which the write-ahead log needs.
    NoSharedMemory,
    /// The folder doesn't exist, or the system refused in another way.
    Io(io::Error),
    /// SQLite refused in another way.
    Database(Box<dyn Error + Send + Sync>),
}

impl OpenError {
    pub(crate) fn from_sqlite(error: rusqlite::Error, busy: Duration) -> Self {
        const CANTOPEN_SYMLINK: i32 = 14 | (6 << 8);
        let Some(code) = error.sqlite_error() else {
            return Self::Database(error.into());
        };
        match code.code {
            ErrorCode::CannotOpen if code.extended_code == CANTOPEN_SYMLINK => Self::Symlink,
            ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
                Self::NotWritable(error.into())
            }
            ErrorCode::NotADatabase => Self::NotADatabase,
            ErrorCode::DatabaseCorrupt => Self::Damaged,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy(busy),
            _ => Self::Database(error.into()),
        }
    }

    pub(crate) fn from_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotWritable(error.into())
            }
            _ => Self::Io(error),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Symlink => f.write_str("the database path is a symbolic link"),
            Self::NotAFile => f.write_str("the database path is not a regular file"),
            Self::Permissions(mode) => {
                write!(f, "the database file is open to others (mode {mode:04o}): make it 0600")
            }
            Self::NotADatabase => f.write_str("the file is not an SQLite database"),
            Self::Foreign(0) => {
                f.write_str("the database holds other tables: give pinbolt a file of its own")
            }
            Self::Foreign(id) => {
                write!(f, "the database belongs to another application (id {id:#010x})")
            }
            Self::Newer(version) => {
                write!(f, "a newer release made the database (schema {version})")
            }
            Self::Damaged => f.write_str("the database file is damaged or cut short"),
            Self::NotWritable(e) => {
                write!(f, "the database file or its folder can't be written: {e}")
            }
            Self::Busy(bound) => write_busy(f, *bound),
            Self::NoSharedMemory => {
                f.write_str("the file system can't hold a write-ahead log: use a local disk")
            }
            Self::Io(e) => write!(f, "the database path can't be used: {e}"),
            Self::Database(e) => write!(f, "the database can't be opened: {e}"),
        }
    }
}

impl Error for OpenError {}

/// Why a call failed, in one sentence; shared by all writes of one commit.
#[derive(Clone, Debug)]
pub(crate) enum CallError {
    Busy(Duration),
    Sqlite(String),
    Forked,
    Replaced,
    Abandoned,
}

impl CallError {
    pub(crate) fn from_sqlite(error: &rusqlite::Error, busy: Duration) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(busy),
            _ => Self::Sqlite(error.to_string()),
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(bound) => write_busy(f, *bound),
            Self::Sqlite(e) => write!(f, "the database failed: {e}"),
            Self::Forked => f.write_str("the store was opened before a fork: open it again"),
            Self::Replaced => f.write_str(
                "the database's files were moved, removed or replaced, or another copy of SQLite in \
                 this process has closed them: drop the store, and open the store again",
            ),
            Self::Abandoned => f.write_str("the thread that wrote for this call has panicked"),
        }
    }
}

impl Error for CallError {}

impl From<CallError> for StoreError {
    fn from(error: CallError) -> Self {
        Self::new(error)
    }
}

fn write_busy(f: &mut fmt::Formatter<'_>, bound: Duration) -> fmt::Result {
    write!(f, "another process kept the database locked for {} ms", bound.as_millis())
}
