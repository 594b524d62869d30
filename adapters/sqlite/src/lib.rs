//! pinbolt's records in one SQLite file: the embedded default.
//!
//! [`Sqlite`] is a [`Store`](pinbolt::driver::Store). Threads share one value; any number of
//! processes on one machine share one file. It isn't for network file systems: SQLite's
//! write-ahead log needs shared memory, and true locks.
//!
//! ```
//! use pinbolt::{driver::{Store, Swapped}, row::{RowName, Version, Write}};
//! use pinbolt_sqlite::Sqlite;
//!
//! # let folder = std::env::temp_dir().join(format!("pinbolt-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("auth.db");
//! let store = Sqlite::open(&path)?;
//! let row = RowName::new("a-row").ok_or("a bad name")?;
//! let version = Version::from_bytes([7; 16]);
//! let write = Write {
//!     row: row.clone(), expected: None, version, body: Some(b"sealed".to_vec()), keep_until: u64::MAX,
//! };
//! assert!(matches!(store.swap(&write), Swapped::Applied));
//! assert!(matches!(store.swap(&write), Swapped::Conflict));
//! assert_eq!(store.load(&row)?.map(|found| found.version), Some(version));
//! # drop(store);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What can be lost
//!
//! | | a process killed, at any moment | power lost, or the system crashed |
//! | --- | --- | --- |
//! | [`Synchronous::Full`], the default | nothing | nothing, if the disk tells the truth about a flush |
//! | [`Synchronous::Normal`] | nothing | the writes since the last checkpoint, newest first; the file stays sound |
//!
//! A lost write is more than lost data: a counted guess is forgotten, and a code that was used up
//! works again. `Normal` breaks the promise of a `Store` that applied means durable.
//!
//! # The file
//!
//! It is created with mode 0600, and so are the `-wal` and `-shm` files beside it. An existing
//! file that its group or others may read or write is refused: bodies are sealed, but whoever can
//! write can put an older row back. A symbolic link is refused; links among the folders above are
//! followed. The folder must be one in which only trusted users can write.
//! The three files belong together: copy or move them only while no process has them open, or
//! back up by `VACUUM INTO`.
//!
//! No other copy of SQLite in the same process may open the file: this crate has its own built in,
//! and where a program's own (`libsqlite3`, Python's `sqlite3`) closes the same file, POSIX takes
//! this one's locks away with it. Look into the file from another process.
//!
//! After a `fork` the child must open the store again; its inherited one answers every call with
//! a failure, because SQLite's locks don't cross a fork.

mod commit;
mod error;
mod file;
mod options;
mod schema;
mod store;
mod wait;

pub use error::OpenError;
pub use options::{Options, Synchronous};
pub use store::Sqlite;
