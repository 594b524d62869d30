//! The clock, and instants as Python has them.

use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use pinbolt::driver::{self, SystemClock};
use pyo3::{exceptions::PyTypeError, prelude::*, sync::PyOnceLock};

use crate::{
    held::Held,
    interrupt::{self, Unasked},
};

/// 9999-12-31T23:59:59.999Z: the last millisecond that a `datetime` can name.
const LAST: u64 = 253_402_300_799_999;

/// The system's clock, or a callable that gives Unix milliseconds.
pub(crate) enum Clock {
    System,
    Python { call: Held, last: AtomicU64 },
}

impl Clock {
    pub(crate) fn new(call: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        match call {
            None => Ok(Self::System),
            Some(call) if call.is_callable() => {
                Ok(Self::Python { call: Held::new(call), last: AtomicU64::new(0) })
            }
            Some(_) => {
                Err(PyTypeError::new_err("clock is a callable that gives Unix milliseconds"))
            }
        }
    }

    /// Unix milliseconds.
    pub(crate) fn read(&self, py: Python<'_>) -> PyResult<u64> {
        let Self::Python { call, last } = self else { return Ok(driver::Clock::now(&SystemClock)) };
        let now = call.bind(py).call0()?.extract::<u64>().map_err(|_| {
            PyTypeError::new_err("the clock gave no whole number of Unix milliseconds")
        })?;
        last.store(now, Ordering::Relaxed);
        Ok(now)
    }
}

impl driver::Clock for Clock {
    fn now(&self) -> u64 {
        let Self::Python { last, .. } = self else { return SystemClock.now() };
        match interrupt::ask(|py| self.read(py)) {
            Ok(now) => now,
            Err(unasked) => {
                if let Unasked::Raised(error) = unasked {
                    interrupt::interrupt(error);
                }
                // Read when the operation started: no clock set back is written for this.
                last.load(Ordering::Relaxed)
            }
        }
    }

    fn pause(&self, milliseconds: u64) {
        SystemClock.pause(milliseconds);
    }
}

/// An aware `datetime` in UTC; what lies beyond the year 9999 is its last millisecond.
pub(crate) fn instant<'py>(py: Python<'py>, milliseconds: u64) -> PyResult<Bound<'py, PyAny>> {
    static EPOCH: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let epoch = EPOCH.get_or_try_init(py, || {
        let datetime = py.import("datetime")?;
        let utc = datetime.getattr("timezone")?.getattr("utc")?;
        datetime.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc)).map(Bound::unbind)
    })?;
    epoch.bind(py).add(Duration::from_millis(milliseconds.min(LAST)))
}
