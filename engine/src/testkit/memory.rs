//! A store in memory.

use alloc::{sync::Arc, vec::Vec};
use core::fmt;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    driver::{Store, StoreError, Swapped},
    row::{RowName, Snapshot, Write},
};

/// A store in memory: it keeps every promise of a [`Store`] but one, that a row outlives the
/// process. A clone is another connection to the same rows. It never removes a row by itself.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<HashMap<RowName, Snapshot>>>);

impl MemoryStore {
    /// A store without rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rows stand.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether no row stands.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// A copy of every row, in the order of their names.
    #[must_use]
    pub fn rows(&self) -> Vec<(RowName, Snapshot)> {
        let mut rows: Vec<_> = self.lock().iter().map(|(n, s)| (n.clone(), s.clone())).collect();
        rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        rows
    }

    /// Puts a row into this state, or removes it, and asks no version: what somebody who can
    /// write to the database may do.
    pub fn tamper(&self, row: &RowName, state: Option<Snapshot>) {
        self.update(row, |standing| *standing = state);
    }

    /// Changes a row under the lock.
    pub(super) fn update<R>(
        &self,
        row: &RowName,
        change: impl FnOnce(&mut Option<Snapshot>) -> R,
    ) -> R {
        let mut rows = self.lock();
        let mut state = rows.remove(row);
        let answer = change(&mut state);
        if let Some(snapshot) = state {
            rows.insert(row.clone(), snapshot);
        }
        answer
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RowName, Snapshot>> {
        // A panic elsewhere leaves whole rows: none is ever half written under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.lock().get(row).cloned())
    }

    fn swap(&self, write: &Write) -> Swapped {
        let mut rows = self.lock();
        let standing = rows.get_mut(&write.row);
        if standing.as_ref().map(|snapshot| snapshot.version) != write.expected {
            return Swapped::Conflict;
        }
        match (standing, &write.body) {
            (Some(snapshot), Some(body)) => {
                snapshot.version = write.version;
                snapshot.body.clone_from(body);
            }
            (None, Some(body)) => {
                let snapshot = Snapshot { version: write.version, body: body.clone() };
                rows.insert(write.row.clone(), snapshot);
            }
            (_, None) => {
                rows.remove(&write.row);
            }
        }
        Swapped::Applied
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("rows", &self.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::{panic, thread, vec};

    use super::*;
    use crate::row::Version;

    fn write(name: &str, expected: Option<u8>, version: u8) -> Write {
        Write {
            row: RowName::new(name).unwrap(),
            expected: expected.map(|byte| Version::from_bytes([byte; 16])),
            version: Version::from_bytes([version; 16]),
            body: Some(vec![version]),
            keep_until: 0,
        }
    }

    #[test]
    fn a_clone_shares_the_rows_and_the_rows_are_sorted() {
        let store = MemoryStore::new();
        let other = store.clone();
        for name in ["b", "c", "a"] {
            assert!(matches!(store.swap(&write(name, None, 1)), Swapped::Applied));
        }
        let names: Vec<_> = other.rows().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "c"].map(|name| RowName::new(name).unwrap()));
        assert_eq!((other.len(), other.is_empty()), (3, false));
    }

    #[test]
    fn tampering_asks_no_version() {
        let store = MemoryStore::new();
        let row = RowName::new("a").unwrap();
        let state = Snapshot { version: Version::from_bytes([9; 16]), body: vec![9] };
        store.tamper(&row, Some(state.clone()));
        assert_eq!(store.load(&row).unwrap(), Some(state));
        store.tamper(&row, None);
        assert!(store.is_empty());
    }

    #[test]
    fn a_thread_that_panics_with_the_lock_takes_no_row_away() {
        let store = MemoryStore::new();
        assert!(matches!(store.swap(&write("a", None, 1)), Swapped::Applied));
        let other = store.clone();
        let panicked = thread::spawn(move || {
            let _lock = other.lock();
            panic::resume_unwind(std::boxed::Box::new("a bug elsewhere"));
        });
        assert!(panicked.join().is_err());
        assert!(matches!(store.swap(&write("a", Some(1), 2)), Swapped::Applied));
        assert_eq!(store.len(), 1);
    }
}
