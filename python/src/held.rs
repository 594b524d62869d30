//! An object of Python's that native code holds.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::{PyTraverseError, PyVisit, prelude::*};

/// Let go with the interpreter attached, so that what it holds is closed at once and not whenever
/// Python is entered next. A clone is the same hold: Python's garbage collector sees it, and may
/// end it, through the object that stands in a cycle.
#[derive(Clone)]
pub(crate) struct Held(Arc<Inner>);

struct Inner(Mutex<Option<Py<PyAny>>>);

impl Held {
    pub(crate) fn new(object: Bound<'_, PyAny>) -> Self {
        Self(Arc::new(Inner(Mutex::new(Some(object.unbind())))))
    }

    /// The object; `None` once the collector ended it.
    pub(crate) fn bind<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        let held = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().map_or_else(|| py.None(), |object| object.clone_ref(py)).into_bound(py)
    }

    pub(crate) fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // One that is being bound this moment is in use, and no garbage.
        self.0.0.try_lock().map_or(Ok(()), |held| visit.call(&*held))
    }

    pub(crate) fn clear(&self) {
        self.0.take();
    }
}

impl Inner {
    fn take(&self) {
        let object = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // At the interpreter's end there is nothing left to close.
        if let Some(object) = object {
            let _ended = Python::try_attach(|_| drop(object));
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.take();
    }
}
