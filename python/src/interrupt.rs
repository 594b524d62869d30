//! What Python raised in the middle of an operation and the driver has no place for.

use core::cell::RefCell;

use pinbolt::driver::StoreError;
use pyo3::{exceptions::PyException, marker::Ungil, prelude::*};

/// Of the operation that runs on this thread; the driver stays on its caller's.
#[derive(Default)]
struct Raised {
    /// `KeyboardInterrupt` and its like, or the clock's error: it reaches the caller as it is.
    interrupt: Option<PyErr>,
    /// Why it isn't known whether a message went out.
    undelivered: Option<PyErr>,
}

thread_local! {
    static RAISED: RefCell<Raised> = RefCell::default();
}

/// Runs `work` without the interpreter, and raises what interrupted it; with why a delivery's
/// outcome is unknown. Operations may nest: a store may stand on another engine.
pub(crate) fn scope<T: Ungil>(
    py: Python<'_>,
    work: impl FnOnce() -> T + Ungil,
) -> PyResult<(T, Option<PyErr>)> {
    let outer = RAISED.take();
    let value = py.detach(work);
    let raised = RAISED.replace(outer);
    match raised.interrupt {
        Some(interrupt) => Err(interrupt),
        None => Ok((value, raised.undelivered)),
    }
}

/// Remembers what interrupts the operation on this thread; the first stays.
pub(crate) fn interrupt(error: PyErr) {
    // Nothing of Python's is dropped while the cell is borrowed: that may run Python.
    if !is_interrupted() {
        RAISED.with_borrow_mut(|raised| raised.interrupt = Some(error));
    }
}

/// Remembers why a delivery's outcome is unknown.
pub(crate) fn undelivered(error: PyErr) {
    drop(RAISED.with_borrow_mut(|raised| raised.undelivered.replace(error)));
}

/// Whether the operation on this thread was interrupted: then it is only brought to its end, and
/// nothing is loaded, written or sent any more.
pub(crate) fn is_interrupted() -> bool {
    RAISED.with_borrow(|raised| raised.interrupt.is_some())
}

/// Asks Python, unless the operation was interrupted before.
pub(crate) fn ask<T>(call: impl FnOnce(Python<'_>) -> PyResult<T>) -> Result<T, Unasked> {
    if is_interrupted() {
        return Err(Unasked::Never);
    }
    let asked = Python::try_attach(|py| {
        call(py).map_err(|error| match error.is_instance_of::<PyException>(py) {
            true => Unasked::Raised(error),
            false => {
                interrupt(error);
                Unasked::Interrupted
            }
        })
    });
    asked.unwrap_or(Err(Unasked::Never))
}

/// Why there is no answer.
pub(crate) enum Unasked {
    /// An exception.
    Raised(PyErr),
    /// `KeyboardInterrupt` or the like, halfway.
    Interrupted,
    /// It wasn't called at all.
    Never,
}

impl From<Unasked> for StoreError {
    fn from(unasked: Unasked) -> Self {
        match unasked {
            Unasked::Raised(error) => Self::new(error),
            Unasked::Interrupted | Unasked::Never => Self::new("The call was interrupted."),
        }
    }
}
