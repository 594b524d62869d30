//! What Google Authenticator's "transfer accounts" shows.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pinbolt_provision::migration::{self, Batches};
use pyo3::{
    prelude::*,
    types::{PyList, PyString},
};

use super::{
    fault::{ProvisionFault, told},
    key::OathKey,
};
use crate::{error::truth_test, text::Text};

/// Collects the parts of one export of Google Authenticator's, as its "transfer accounts" shows them in
/// QR codes, in any order.
#[pyclass(frozen, module = "pinbolt.provision")]
pub(crate) struct Migration(Mutex<Batches>);

#[pymethods]
impl Migration {
    #[new]
    const fn new() -> Self {
        Self(Mutex::new(Batches::new()))
    }

    /// Takes a part: an `otpauth-migration://offline?data=...` address of at most 8192 bytes. The first
    /// one says which export it is, and how many parts it has. None; or a `ProvisionFault`, which is
    /// `Batch` for a part of another export and one that is here already: what was collected stays.
    fn add(&self, address: Text<'_>) -> Option<ProvisionFault> {
        let read = migration::read(&address);
        read.and_then(|batch| self.batches().add(batch)).err().map(ProvisionFault::of)
    }

    /// How many parts the export has; 0 before the first.
    #[getter]
    fn size(&self) -> usize {
        self.batches().size()
    }

    /// Which parts are still missing, from 0.
    #[getter]
    fn missing(&self) -> Vec<usize> {
        self.batches().missing().collect()
    }

    /// The keys of all parts that are here, in the export's order. One that tokens can't have here is a
    /// `ProvisionFault` in its place, and spoils no other.
    #[getter]
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let keys: Vec<_> = self.batches().keys().cloned().collect();
        let list = PyList::empty(py);
        for key in keys {
            list.append(told(py, key, |key| Ok(Bound::new(py, OathKey(key))?.into_any()))?)?;
        }
        Ok(list)
    }

    fn __repr__(&self) -> String {
        format!("Migration(size={}, ..)", self.size())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Migration"))
    }
}

impl Migration {
    /// A panic leaves whole parts.
    fn batches(&self) -> MutexGuard<'_, Batches> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes keys with names as an export: addresses, one for each QR code, with ten keys at most. They
/// hold the secrets. Or a `ProvisionFault` for a key that such an export has no place for.
#[pyfunction]
pub(crate) fn write_migration<'py>(
    py: Python<'py>,
    keys: Vec<Bound<'py, OathKey>>,
) -> PyResult<Bound<'py, PyAny>> {
    let keys: Vec<_> = keys.iter().map(|key| key.get().0.clone()).collect();
    told(py, migration::write(&keys), |addresses| {
        let texts = addresses.iter().map(|address| PyString::new(py, address));
        Ok(PyList::new(py, texts)?.into_any())
    })
}
