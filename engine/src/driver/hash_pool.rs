//! A bounded number of hash memories, kept between computations.

use alloc::vec::Vec;
use core::{num::NonZeroUsize, time::Duration};
use std::sync::{Condvar, Mutex, PoisonError};

use crate::pin::{Digest, HashMemory, Work};

/// Runs PIN hashes in at most so many memories at once; who comes later waits, within a bound.
#[derive(Debug)]
pub struct HashPool {
    slots: Mutex<Slots>,
    returned: Condvar,
    patience: Duration,
}

#[derive(Debug)]
struct Slots {
    free: Vec<HashMemory>,
    /// How many more memories may be made.
    unmade: usize,
}

impl HashPool {
    /// A pool of `slots` memories, each of which grows to the costliest hash it has run. A hash
    /// that finds none free for `patience` is not run.
    #[must_use]
    pub fn new(slots: NonZeroUsize, patience: Duration) -> Self {
        let slots = Slots { free: Vec::new(), unmade: slots.get() };
        Self { slots: Mutex::new(slots), returned: Condvar::new(), patience }
    }

    /// Runs `work`; `None` where no memory came free in time.
    pub fn run(&self, work: &Work) -> Option<Digest> {
        let mut memory = self.take()?;
        let digest = work.run(&mut memory);
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).free.push(memory);
        self.returned.notify_one();
        Some(digest)
    }

    fn take(&self) -> Option<HashMemory> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let none = |slots: &mut Slots| slots.free.is_empty() && slots.unmade == 0;
        let waited = self.returned.wait_timeout_while(slots, self.patience, none);
        let (mut slots, _) = waited.unwrap_or_else(PoisonError::into_inner);
        slots.free.pop().or_else(|| {
            slots.unmade = slots.unmade.checked_sub(1)?;
            Some(HashMemory::new())
        })
    }
}

impl Default for HashPool {
    /// One memory for each processor, and five seconds of patience.
    fn default() -> Self {
        let slots = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self::new(slots, Duration::from_secs(5))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_makes_so_many_memories_and_no_more() {
        let pool = HashPool::new(NonZeroUsize::new(2).unwrap(), Duration::ZERO);
        assert!(pool.take().is_some() && pool.take().is_some());
        assert!(pool.take().is_none());
    }

    #[test]
    fn a_pool_of_any_size_allocates_nothing_before_it_is_used() {
        assert!(HashPool::new(NonZeroUsize::MAX, Duration::ZERO).take().is_some());
    }
}
