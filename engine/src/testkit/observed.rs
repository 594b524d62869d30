//! A store that tells of what it applied.

use alloc::sync::Arc;
use core::fmt;

use crate::{
    driver::{Store, StoreError, Swapped},
    row::{RowName, Snapshot, Write},
};

/// A store that calls back once for each write that the store inside answered with `Applied`,
/// before that answer goes out.
///
/// Put it innermost: around a [`FaultStore`](super::FaultStore) it would not hear of a write that
/// was applied and whose answer was lost. Of writes to one row in parallel the calls may come in
/// another order than the writes; `expected` and `version` give the true one.
#[derive(Clone)]
pub struct Observed<S> {
    inner: S,
    on_applied: Arc<dyn Fn(&Write) + Send + Sync>,
}

impl<S> Observed<S> {
    /// Observes `inner`. `on_applied` runs on the thread that writes, and holds no lock of the
    /// store.
    pub fn new(inner: S, on_applied: impl Fn(&Write) + Send + Sync + 'static) -> Self {
        Self { inner, on_applied: Arc::new(on_applied) }
    }

    /// The store inside.
    pub const fn inner(&self) -> &S {
        &self.inner
    }
}

impl<S: Store> Store for Observed<S> {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        self.inner.load(row)
    }

    fn swap(&self, write: &Write) -> Swapped {
        let answer = self.inner.swap(write);
        if matches!(answer, Swapped::Applied) {
            (self.on_applied)(write);
        }
        answer
    }
}

impl<S: fmt::Debug> fmt::Debug for Observed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Observed").field(&self.inner).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{sync::Mutex, vec, vec::Vec};

    use super::*;
    use crate::{row::Version, testkit::MemoryStore};

    #[test]
    fn only_applied_writes_are_told() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = told.clone();
        let store =
            Observed::new(MemoryStore::new(), move |w| heard.lock().unwrap().push(w.clone()));
        let write = Write {
            row: RowName::new("a").unwrap(),
            expected: None,
            version: Version::from_bytes([1; 16]),
            body: Some(vec![1]),
            keep_until: 0,
        };
        assert!(matches!(store.swap(&write), Swapped::Applied));
        assert!(matches!(store.clone().swap(&write), Swapped::Conflict));
        assert_eq!(*told.lock().unwrap(), [write]);
        assert_eq!(store.inner().len(), 1);
    }
}
