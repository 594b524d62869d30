//! Time.
#![allow(unsafe_code, reason = "a clock of C's is called here")]

use core::ffi::c_void;

use ::pinbolt::driver::{Clock, SystemClock};

use crate::guard::{SizeFirst, guarded};

/// A clock of the host's. It is copied; `context` must live as long as the engine. `now` may be
/// called from several threads at once, and must return: an exception out of it aborts the program,
/// a `longjmp` is undefined.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_clock {
    /// `sizeof(pinbolt_clock)`.
    pub size: usize,
    /// Given to the callback as it is.
    pub context: *mut c_void,
    /// Unix milliseconds. It may jump either way: no jump lets a code live longer.
    pub now: Option<unsafe extern "C-unwind" fn(context: *mut c_void) -> u64>,
}

/// The system's time in Unix milliseconds, as every `now` wants it. Any thread may call this.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn pinbolt_now() -> u64 {
    guarded(0, || SystemClock.now())
}

// SAFETY: C's, its size first, and all zeros are NULL.
unsafe impl SizeFirst for pinbolt_clock {}

/// A clock of C's, with its callback there.
pub(crate) struct Ticking {
    context: *mut c_void,
    now: unsafe extern "C-unwind" fn(context: *mut c_void) -> u64,
}

// SAFETY: pinbolt.h asks that the callback may be called from any thread with its context.
unsafe impl Send for Ticking {}
// SAFETY: as above.
unsafe impl Sync for Ticking {}

impl Ticking {
    /// `None` without a callback.
    pub(crate) fn new(clock: pinbolt_clock) -> Option<Self> {
        Some(Self { context: clock.context, now: clock.now? })
    }
}

impl Clock for Ticking {
    fn now(&self) -> u64 {
        // SAFETY: the host's own callback, with the context that it gave for it.
        unsafe { (self.now)(self.context) }
    }

    fn pause(&self, milliseconds: u64) {
        SystemClock.pause(milliseconds);
    }
}
