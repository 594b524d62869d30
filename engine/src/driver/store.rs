//! Storage: two verbs.

use alloc::boxed::Box;
use core::{error::Error, fmt};

use crate::row::{RowName, Snapshot, Write};

/// A database that can carry pinbolt: any with a conditional write.
///
/// What an implementor must keep, per row:
/// - `swap` is linearizable: of two writes that expect the same version, one applies.
/// - `Applied` means durable: no crash or failover takes it back.
/// - A row isn't removed before its `keep_until`.
///
/// What an implementor may get wrong without letting anybody in: a `load` that is stale. It costs
/// a retry or a false refusal. A `swap` that checks and writes in two steps lets people in; the
/// conformance kit of the `testkit` feature finds it.
pub trait Store: Send + Sync {
    /// The row as it stands, or `None`.
    ///
    /// # Errors
    /// The store can't be read.
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError>;

    /// Applies `write` if the row stands at `write.expected`.
    fn swap(&self, write: &Write) -> Swapped;
}

macro_rules! forward {
    ($($pointer:ty),*) => { $(
        impl<S: Store + ?Sized> Store for $pointer {
            fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
                (**self).load(row)
            }
            fn swap(&self, write: &Write) -> Swapped {
                (**self).swap(write)
            }
        }
    )* };
}

forward!(&S, Box<S>, alloc::sync::Arc<S>);

/// What became of a conditional write.
#[derive(Debug)]
#[must_use]
pub enum Swapped {
    /// It stands, durably.
    Applied,
    /// The row stood at another version; nothing was written.
    Conflict,
    /// It may or may not stand: a time-out, a lost connection. When unsure, answer this.
    InDoubt(StoreError),
    /// It surely doesn't stand.
    Failed(StoreError),
}

/// A store's own error, carried to the integrator beside the engine's failure.
pub struct StoreError(Box<dyn Error + Send + Sync>);

impl StoreError {
    /// Wraps the store's error, or a sentence.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }

    /// The store's error itself.
    #[must_use]
    pub fn into_inner(self) -> Box<dyn Error + Send + Sync> {
        self.0
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
