//! By what right an act on an account is done.

use pinbolt::Authority;
use pyo3::{exceptions::PyTypeError, prelude::*};

use crate::{
    accepted::Accepted,
    error::misuse,
    text::{Text, quoted},
};

/// A named person who acts by his office, and why: 1 to 64 and 1 to 256 bytes, both without `@`
/// and `+`, for they stand in the audit events, where no address may.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Operator(pub(crate) pinbolt::Operator);

#[pymethods]
impl Operator {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("name", "reason")
    }

    #[new]
    fn new(py: Python<'_>, name: Text<'_>, reason: Text<'_>) -> PyResult<Self> {
        pinbolt::Operator::new(&name, &reason).map(Self).map_err(|refused| misuse(py, refused))
    }

    /// Who.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Why.
    #[getter]
    fn reason(&self) -> &str {
        self.0.reason()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("Operator({}, {})", quoted(py, self.0.name()), quoted(py, self.0.reason()))
    }
}

/// Takes an `Operator`, or an `Accepted`, which is used up. Call it last: what is refused before
/// leaves a proof as it was.
pub(crate) fn authority(given: &Bound<'_, PyAny>) -> PyResult<Authority> {
    if let Ok(operator) = given.cast::<Operator>() {
        return Ok(operator.get().0.clone().into());
    }
    match given.cast::<Accepted>() {
        Ok(accepted) => Ok(accepted.get().take(given.py())?.into()),
        Err(_) => Err(PyTypeError::new_err("authority is an Operator or an Accepted")),
    }
}
