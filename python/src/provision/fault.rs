//! Why a text that describes tokens is refused.

use pinbolt_provision::ProvisionError;
use pyo3::{prelude::*, types::PyTuple};

use crate::error::{self, truth_test};

/// Why a text that describes tokens is refused, or a token can't be written in a form; as a text, a
/// sentence. It never contains what was read.
#[pyclass(frozen, eq, module = "pinbolt.provision")]
#[derive(PartialEq)]
pub(crate) struct ProvisionFault(ProvisionError);

#[pymethods]
impl ProvisionFault {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("name",)
    }

    /// The fault's name, such as `IssuerMismatch`: the same in C, Rust and Python.
    #[getter]
    const fn name(&self) -> &'static str {
        self.0.name()
    }

    /// Its number, the same in every version and language.
    #[getter]
    const fn code(&self) -> u16 {
        self.0.code()
    }

    fn __str__(&self) -> &'static str {
        self.0.sentence()
    }

    fn __repr__(&self) -> String {
        format!("ProvisionFault('{}')", self.0.name())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("ProvisionFault"))
    }
}

impl ProvisionFault {
    pub(crate) const fn of(fault: ProvisionError) -> Self {
        Self(fault)
    }

    pub(crate) const fn why(&self) -> ProvisionError {
        self.0
    }
}

/// What was read, or the fault, as a value.
pub(crate) fn told<'py, T>(
    py: Python<'py>,
    read: Result<T, ProvisionError>,
    given: impl FnOnce(T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    match read {
        Ok(read) => given(read),
        Err(fault) => Ok(Bound::new(py, ProvisionFault(fault))?.into_any()),
    }
}

/// Every one, as (code, name, sentence).
pub(crate) fn table(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    let rows: Vec<_> = ProvisionError::ALL
        .iter()
        .map(|fault| (fault.code(), fault.name(), fault.sentence()))
        .collect();
    error::table(py, &rows)
}
