//! By what right an act on an account is done.

use pinbolt::{Authority, Misuse, Proofs};
use pyo3::{exceptions::PyTypeError, prelude::*, types::PyTuple};

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

/// Takes an `Operator`, or an `Accepted` or two of them, which are used up. Call it last: what is
/// refused before leaves a proof as it was.
pub(crate) fn authority(given: &Bound<'_, PyAny>) -> PyResult<Authority> {
    match given.cast::<Operator>() {
        Ok(operator) => Ok(operator.get().0.clone().into()),
        Err(_) => proofs(given).map(Authority::Proved),
    }
}

/// Takes an `Accepted` or two of them, which are used up. A pair of which one was used up before is left
/// as it was.
pub(crate) fn proofs(given: &Bound<'_, PyAny>) -> PyResult<Proofs> {
    let py = given.py();
    if let Ok(accepted) = given.cast::<Accepted>() {
        return Ok(accepted.get().take(py)?.into());
    }
    let pair: Result<(Bound<'_, Accepted>, Bound<'_, Accepted>), _> =
        given.cast::<PyTuple>().map_err(PyErr::from).and_then(|pair| pair.extract());
    let (first, second) = pair.map_err(|_| {
        PyTypeError::new_err("authority is an Operator, an Accepted or a tuple of two Accepted")
    })?;
    if first.is(&second) {
        return Err(misuse(py, Misuse::UsedUp));
    }
    let held = first.get().take(py)?;
    match second.get().take(py) {
        Ok(beside) => Ok((held, beside).into()),
        Err(used_up) => {
            first.get().give_back(held);
            Err(used_up)
        }
    }
}
