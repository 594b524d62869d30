//! The start gate of one process.

use std::sync::Barrier;

/// Holds a number of calls until all have arrived and it is opened.
#[derive(Debug)]
pub(crate) struct Gate {
    arrived: Barrier,
    opened: Barrier,
    counted: Barrier,
}

impl Gate {
    /// A closed gate for so many calls.
    pub(crate) fn new(calls: usize) -> Self {
        let with_keeper = calls.saturating_add(1);
        Self {
            arrived: Barrier::new(with_keeper),
            opened: Barrier::new(with_keeper),
            counted: Barrier::new(calls),
        }
    }

    /// A call waits here, once.
    pub(crate) fn pass(&self) {
        self.arrived.wait();
        self.opened.wait();
    }

    /// A call that has counted its guess waits here, once, until all have.
    pub(crate) fn wait_for_all(&self) {
        self.counted.wait();
    }

    /// The keeper waits until every call stands before the gate.
    pub(crate) fn fill(&self) {
        self.arrived.wait();
    }

    /// Lets them all go at once.
    pub(crate) fn open(&self) {
        self.opened.wait();
    }
}
