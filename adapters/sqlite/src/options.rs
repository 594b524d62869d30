//! How a database is opened.

use core::time::Duration;
use std::path::Path;

use crate::{OpenError, Sqlite};

/// How a database is opened; made by [`Sqlite::options`].
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub(crate) synchronous: Synchronous,
    pub(crate) busy_timeout: Duration,
}

impl Options {
    /// How long a call waits for another process's write: 5 s.
    pub const DEFAULT_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
    /// The longest such wait: 60 s; more is cut to it.
    pub const MAX_BUSY_TIMEOUT: Duration = Duration::from_secs(60);

    /// When a write reaches the disk. Default: [`Synchronous::Full`].
    #[must_use]
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// How long a call waits for another process's write before it fails, in whole milliseconds.
    /// A write that finds its own process waiting already may wait twice as long.
    /// Default: [`Options::DEFAULT_BUSY_TIMEOUT`].
    #[must_use]
    pub fn busy_timeout(mut self, bound: Duration) -> Self {
        self.busy_timeout = bound.min(Self::MAX_BUSY_TIMEOUT);
        self
    }

    /// Opens the database at `path`; a missing or empty file becomes a new one, with mode 0600.
    ///
    /// # Errors
    /// [`OpenError`] says why; what was there is left as it was.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Sqlite, OpenError> {
        Sqlite::open_with(path.as_ref(), self)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { synchronous: Synchronous::Full, busy_timeout: Self::DEFAULT_BUSY_TIMEOUT }
    }
}

/// When a write reaches the disk. SQLite's `EXTRA` adds nothing to `FULL` in its write-ahead
/// mode, so it isn't offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synchronous {
    /// At the next checkpoint. A killed process loses nothing; a power loss or a system crash
    /// takes back the newest writes, and with them counted guesses and used codes.
    Normal,
    /// Before the write is answered. Neither a killed process nor a power loss loses anything.
    Full,
}
