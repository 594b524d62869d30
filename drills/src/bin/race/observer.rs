//! The observer in the store.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use pinbolt::{
    driver::{Store, StoreError, Swapped},
    row::{RowName, Snapshot, Write},
};

use crate::gate::Gate;

/// One call's way to the store: its first write waits at the gate, and every write on the
/// account's row is counted by its answer. Where calls count before they settle, all may be made to
/// count first.
pub(crate) struct Observer<'a> {
    store: &'a dyn Store,
    row: &'a RowName,
    gate: &'a Gate,
    passed: AtomicBool,
    /// Whether this call's settling still has to wait for all the others' counting.
    waits: AtomicBool,
    applied: AtomicU32,
    lost: AtomicU32,
}

impl<'a> Observer<'a> {
    pub(crate) const fn new(
        store: &'a dyn Store,
        (row, gate, all_count_first): (&'a RowName, &'a Gate, bool),
    ) -> Self {
        let (applied, lost) = (AtomicU32::new(0), AtomicU32::new(0));
        let waits = AtomicBool::new(all_count_first);
        Self { store, row, gate, passed: AtomicBool::new(false), waits, applied, lost }
    }

    pub(crate) fn applied(&self) -> u32 {
        self.applied.load(Ordering::Relaxed)
    }

    pub(crate) fn lost(&self) -> u32 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits at the gate, unless this call did so before.
    fn pass(&self) {
        if !self.passed.swap(true, Ordering::Relaxed) {
            self.gate.pass();
        }
    }

    /// Waits until all have counted, unless this call did so before.
    fn let_all_count(&self) {
        if self.waits.swap(false, Ordering::Relaxed) {
            self.gate.wait_for_all();
        }
    }
}

impl Store for Observer<'_> {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        self.store.load(row)
    }

    fn swap(&self, write: &Write) -> Swapped {
        self.pass();
        if self.applied() > 0 {
            self.let_all_count();
        }
        let answer = self.store.swap(write);
        let count = match answer {
            Swapped::Applied => Some(&self.applied),
            Swapped::Conflict => Some(&self.lost),
            Swapped::InDoubt(_) | Swapped::Failed(_) => None,
        };
        if let Some(count) = count.filter(|_| write.row == *self.row) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        answer
    }
}

impl Drop for Observer<'_> {
    /// A call that ended without a write mustn't keep the others waiting.
    fn drop(&mut self) {
        self.pass();
        self.let_all_count();
    }
}
