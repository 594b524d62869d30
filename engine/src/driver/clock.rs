//! Time: read with every answer.

use core::ops::Range;

use crate::error::Misuse;

/// Milliseconds from 2001 to 5138. Seconds, microseconds and nanoseconds of this age lie outside.
const PLAUSIBLE: Range<u64> = 1_000_000_000_000..100_000_000_000_000;

/// For hosts without Rust's types: `now`, if it can be in Unix milliseconds. By a clock in seconds a
/// code would live a thousand times as long.
///
/// # Errors
/// [`Misuse::Value`] for a time before 2001 or after 5138.
pub fn milliseconds(now: u64) -> Result<u64, Misuse> {
    match PLAUSIBLE.contains(&now) {
        true => Ok(now),
        false => Err(Misuse::Value),
    }
}

/// A clock. It may jump either way: no jump lets a code live longer or a wait end sooner.
pub trait Clock: Send + Sync {
    /// Unix milliseconds.
    fn now(&self) -> u64;

    /// Waits about this many milliseconds before a lost race is run again.
    fn pause(&self, milliseconds: u64);
}

macro_rules! forward {
    ($($pointer:ty),*) => { $(
        impl<C: Clock + ?Sized> Clock for $pointer {
            fn now(&self) -> u64 {
                (**self).now()
            }
            fn pause(&self, milliseconds: u64) {
                (**self).pause(milliseconds);
            }
        }
    )* };
}

forward!(&C, alloc::boxed::Box<C>, alloc::sync::Arc<C>);

/// The system's clock. A time before 1970 reads as 1970.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(feature = "std")]
impl Clock for SystemClock {
    fn now(&self) -> u64 {
        #[allow(clippy::disallowed_methods, reason = "the driver's clock, outside of the heart")]
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn pause(&self, milliseconds: u64) {
        #[allow(clippy::disallowed_methods, reason = "the driver's pause, outside of the heart")]
        std::thread::sleep(core::time::Duration::from_millis(milliseconds));
    }
}
