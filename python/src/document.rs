//! A civil document, and the accounts that are found by one, or by an address.

use pinbolt::{Document as Inner, Misuse};
use pyo3::{prelude::*, types::PyTuple};

use crate::{
    error::{misuse, truth_test},
    text::{Text, quoted},
};

/// A civil document, of which only a keyed hash is kept: what kind it is, a word of yours of 1 to 16
/// a-z, 0-9 and `-`; which country gave it out, two letters (ISO 3166-1); and its number, 1 to 32
/// ASCII letters and digits. Letters count in either case; spaces, dots, slashes and hyphens in the
/// number are dropped.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Document(pub(crate) Inner);

#[pymethods]
impl Document {
    #[new]
    fn new(py: Python<'_>, kind: Text<'_>, country: Text<'_>, number: Text<'_>) -> PyResult<Self> {
        let inner = Inner::new(&kind, &country, &number);
        inner.map(Self).map_err(|no: Misuse| misuse(py, no))
    }

    /// Never what is in it.
    fn __repr__(&self) -> &'static str {
        "Document(..)"
    }
}

/// The accounts that `suspend_address` or `registrations` found.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Accounts(pub(crate) Vec<String>);

#[pymethods]
impl Accounts {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("ids",)
    }

    /// Their ids, sorted.
    #[getter]
    fn ids<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let ids: Vec<String> = self.0.iter().map(|id| quoted(py, id)).collect();
        format!("Accounts({})", ids.join(", "))
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Accounts"))
    }
}
