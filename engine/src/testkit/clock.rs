//! A clock that stands still until a test moves it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use crate::driver::Clock;

/// A clock that only a test moves. A clone shows, and sets, the same time.
#[derive(Clone, Debug, Default)]
pub struct VirtualClock(Arc<AtomicU64>);

impl VirtualClock {
    /// A clock that stands at this Unix time, in milliseconds.
    #[must_use]
    pub fn at(milliseconds: u64) -> Self {
        Self(Arc::new(AtomicU64::new(milliseconds)))
    }

    /// Sets the time, in Unix milliseconds: back as well as forth.
    pub fn set(&self, milliseconds: u64) {
        self.0.store(milliseconds, Ordering::SeqCst);
    }

    /// Moves the time forth by this many milliseconds, to `u64::MAX` at most.
    pub fn advance(&self, milliseconds: u64) {
        let later = |now: u64| Some(now.saturating_add(milliseconds));
        // The closure never declines, so both arms hold the time before.
        let (Ok(_) | Err(_)) = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Lets other threads run, and doesn't move the time: a lost race costs a test nothing.
    fn pause(&self, _milliseconds: u64) {
        thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_shows_the_same_time() {
        let clock = VirtualClock::at(1_000);
        let shown = clock.clone();
        clock.advance(5);
        assert_eq!(shown.now(), 1_005);
        shown.set(7);
        assert_eq!(clock.now(), 7);
    }

    #[test]
    fn a_pause_moves_no_time_and_the_end_of_time_holds() {
        let clock = VirtualClock::at(u64::MAX - 1);
        clock.pause(1_000);
        assert_eq!(clock.now(), u64::MAX - 1);
        clock.advance(1_000);
        assert_eq!(clock.now(), u64::MAX);
    }
}
