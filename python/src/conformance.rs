//! The conformance kit over a factory of Python's.

use std::sync::{Arc, Mutex, PoisonError};

use pinbolt::{
    driver::{Store, StoreError, Swapped},
    row::{RowName, Snapshot, Write},
    testkit::conformance,
};
use pyo3::prelude::*;

use crate::store::{OpenedStore, PythonStore};

/// A connection, or none: then the kit is brought to its end and the reason raised.
struct Connection(Option<Arc<dyn Store>>);

impl Store for Connection {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        self.0.as_ref().map_or_else(|| Err(closed()), |store| store.load(row))
    }

    fn swap(&self, write: &Write) -> Swapped {
        self.0.as_ref().map_or_else(|| Swapped::Failed(closed()), |store| store.swap(write))
    }
}

/// Tries every promise of a store: how many races were run, and the promises that were not kept,
/// each with what it would cost and what was seen.
#[pyfunction]
pub(crate) fn check(py: Python<'_>, connect: Py<PyAny>) -> PyResult<(u32, Vec<Finding>)> {
    let raised = Mutex::new(None);
    let open = || {
        let made = Python::attach(|py| {
            let store = connect.bind(py).call0()?;
            match store.cast::<OpenedStore>() {
                Ok(opened) => Ok(opened.get().0.clone()),
                Err(_) => PythonStore::new(store).map(|store| Arc::new(store) as Arc<dyn Store>),
            }
        });
        Connection(made.map_err(|error: PyErr| keep(&raised, error)).ok())
    };
    let checked = py.detach(|| conformance::check(open));
    if let Some(error) = raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(error);
    }
    Ok(match checked {
        Ok(passed) => (passed.races, Vec::new()),
        Err(broken) => {
            let findings = broken.findings().iter();
            let told =
                |f: &conformance::Finding| (f.promise.sentence(), f.promise.cost(), f.seen.clone());
            (0, findings.map(told).collect())
        }
    })
}

/// A promise, its cost, and what was seen.
type Finding = (&'static str, &'static str, String);

/// The first reason stays.
fn keep(raised: &Mutex<Option<PyErr>>, error: PyErr) {
    raised.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
}

fn closed() -> StoreError {
    StoreError::new("There is no connection.")
}
