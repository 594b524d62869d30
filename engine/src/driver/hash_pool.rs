//! A bounded number of hash memories, kept between computations.

use alloc::vec::Vec;
use core::{num::NonZeroUsize, time::Duration};
use std::sync::{Condvar, Mutex, PoisonError};

use crate::pin::{Digest, HashMemory, Work};

/// Runs PIN hashes in at most so many memories at once; who comes later waits, within a bound.
#[derive(Debug)]
pub struct HashPool {
    free: Mutex<Vec<HashMemory>>,
    returned: Condvar,
    patience: Duration,
}

impl HashPool {
    /// A pool of `slots` memories, each of which grows to the costliest hash it has run. A hash
    /// that finds none free for `patience` is not run.
    #[must_use]
    pub fn new(slots: NonZeroUsize, patience: Duration) -> Self {
        let free = (0..slots.get()).map(|_| HashMemory::new()).collect();
        Self { free: Mutex::new(free), returned: Condvar::new(), patience }
    }

    /// Runs `work`; `None` where no memory came free in time.
    pub fn run(&self, work: &Work) -> Option<Digest> {
        let mut memory = self.take()?;
        let digest = work.run(&mut memory);
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        self.returned.notify_one();
        Some(digest)
    }

    fn take(&self) -> Option<HashMemory> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.returned.wait_timeout_while(free, self.patience, |free| free.is_empty());
        let (mut free, _) = waited.unwrap_or_else(PoisonError::into_inner);
        free.pop()
    }
}

impl Default for HashPool {
    /// One memory for each processor, and five seconds of patience.
    fn default() -> Self {
        let slots = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self::new(slots, Duration::from_secs(5))
    }
}
