//! The blocking loop: the engine's own driver, without the interpreter but for what Python gave.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use pinbolt::driver::{self, Delivery, HashPool, NoDelivery, Store};
use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
};

use crate::{
    audit::AuditEvent,
    clock::Clock,
    delivery::PythonDelivery,
    held::Held,
    installation::Pinbolt,
    interrupt,
    operation::{Operation, outcome},
    store::{Native, OpenedStore, PythonStore},
};

/// How long an operation waits for a free hash slot.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs operations to their end, on the caller's thread.
#[pyclass(frozen, module = "pinbolt._native")]
pub(crate) struct Engine {
    driver: driver::Engine<Arc<dyn Store>, Box<dyn Delivery>, Arc<Clock>>,
    audit: Option<Held>,
    /// What the collector is shown: store and delivery, held by this engine alone.
    plugged: Vec<Held>,
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (*, pinbolt, store, delivery, audit, hash_slots))]
    fn new(
        pinbolt: &Pinbolt,
        store: &Bound<'_, PyAny>,
        delivery: Option<Bound<'_, PyAny>>,
        audit: Option<Bound<'_, PyAny>>,
        hash_slots: Option<usize>,
    ) -> PyResult<Self> {
        if audit.as_ref().is_some_and(|audit| !audit.is_callable()) {
            return Err(PyTypeError::new_err("audit is a callable that takes an AuditEvent"));
        }
        let mut plugged = Vec::new();
        let store: Arc<dyn Store> = match store.cast::<OpenedStore>() {
            Ok(opened) => Arc::new(Native(opened.get().0.clone())),
            Err(_) => {
                let store = PythonStore::new(store.clone())?;
                plugged.push(store.held());
                Arc::new(store)
            }
        };
        let delivery: Box<dyn Delivery> = match delivery {
            Some(delivery) => {
                let delivery = PythonDelivery::new(delivery)?;
                plugged.push(delivery.held());
                Box::new(delivery)
            }
            None => Box::new(NoDelivery),
        };
        let driver = driver::Engine::new(pinbolt.inner.clone(), store, delivery)
            .with_clock(pinbolt.clock.clone());
        let driver = match hash_slots.map(NonZeroUsize::new) {
            None => driver,
            Some(Some(slots)) => driver.with_hashes(HashPool::new(slots, PATIENCE)),
            Some(None) => return Err(PyValueError::new_err("hash_slots is 1 or more")),
        };
        Ok(Self { driver, audit: audit.map(Held::new), plugged })
    }

    /// Runs an operation to its end.
    fn run(&self, py: Python<'_>, operation: &Operation) -> PyResult<Py<PyAny>> {
        let ((done, trouble), undelivered) = operation.lend(py, |step| {
            let run = interrupt::scope(py, || self.driver.complete(step))?;
            Ok((run, None))
        })?;
        if let Some(audit) = &self.audit {
            for event in done.events {
                audit.bind(py).call1((AuditEvent(event),))?;
            }
        }
        outcome(py, done.result, trouble.or(undelivered.map(driver::StoreError::new)))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.plugged.iter().chain(&self.audit).try_for_each(|held| held.traverse(visit))
    }

    fn __clear__(&self) {
        self.plugged.iter().chain(&self.audit).for_each(Held::clear);
    }
}
