//! The clock, and instants as Python has them.

use core::time::Duration;

use pinbolt::driver::{self, SystemClock};
use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyRuntimeError, PyStopIteration, PyTypeError, PyValueError},
    prelude::*,
    sync::PyOnceLock,
};

use crate::{
    held::Held,
    interrupt::{self, Unasked},
};

/// 9999-12-31T23:59:59.999Z: the last millisecond that a `datetime` can name.
const LAST: u64 = 253_402_300_799_999;

/// The system's clock, or a callable that gives Unix milliseconds.
pub(crate) enum Clock {
    System,
    Python(Held),
}

impl Clock {
    pub(crate) fn new(call: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        match call {
            None => Ok(Self::System),
            Some(call) if call.is_callable() => Ok(Self::Python(Held::new(call))),
            Some(_) => {
                Err(PyTypeError::new_err("clock is a callable that gives Unix milliseconds"))
            }
        }
    }

    pub(crate) fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::System => Ok(()),
            Self::Python(call) => call.traverse(visit),
        }
    }

    pub(crate) fn clear(&self) {
        if let Self::Python(call) = self {
            call.clear();
        }
    }

    /// Unix milliseconds.
    pub(crate) fn read(&self, py: Python<'_>) -> PyResult<u64> {
        let Self::Python(call) = self else { return Ok(driver::Clock::now(&SystemClock)) };
        let now = call.bind(py).call0().map_err(|error| not_an_end(py, error))?;
        let now = now.extract::<u64>().map_err(|_| {
            PyTypeError::new_err("the clock gave no whole number of Unix milliseconds")
        })?;
        driver::milliseconds(now).map_err(|_| {
            PyValueError::new_err(
                "the clock gave a time before 2001 or after 5138: it is in Unix milliseconds",
            )
        })
    }
}

impl driver::Clock for Clock {
    fn now(&self) -> u64 {
        let Self::Python(_) = self else { return SystemClock.now() };
        match interrupt::ask(|py| self.read(py)) {
            Ok(now) => now,
            Err(unasked) => {
                if let Unasked::Raised(error) = unasked {
                    interrupt::interrupt(error);
                }
                // No clock set back is written for this: nothing is written any more.
                0
            }
        }
    }

    fn pause(&self, milliseconds: u64) {
        SystemClock.pause(milliseconds);
    }
}

/// A `StopIteration` would be lost in a future of asyncio's, which then never ends.
fn not_an_end(py: Python<'_>, error: PyErr) -> PyErr {
    if !error.is_instance_of::<PyStopIteration>(py) {
        return error;
    }
    let told = PyRuntimeError::new_err("the clock raised StopIteration");
    told.set_cause(py, Some(error));
    told
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
