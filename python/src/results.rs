//! What the shorter acts grant.

use pinbolt::op;
use pyo3::prelude::*;

use crate::{error::truth_test, text::python_bool};

/// The act is done; there is nothing to hand out.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Done;

#[pymethods]
impl Done {
    fn __repr__(&self) -> &'static str {
        "Done()"
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Done"))
    }
}

/// What became of an enrolment.
#[pyclass(frozen, eq, get_all, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Enrolled {
    /// How many of the addresses are bound.
    bound: usize,
    /// How many are candidates, until `confirm`.
    candidates: usize,
}

#[pymethods]
impl Enrolled {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("bound", "candidates")
    }

    fn __repr__(&self) -> String {
        format!("Enrolled(bound={}, candidates={})", self.bound, self.candidates)
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Enrolled"))
    }
}

impl Enrolled {
    pub(crate) const fn of(enrolled: &op::Enrolled) -> Self {
        Self { bound: enrolled.bound, candidates: enrolled.candidates }
    }
}

/// What an unlock did.
#[pyclass(frozen, eq, get_all, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Unlocked {
    /// Whether the strangers' throttle was refilled: by an operator, and only so often in 30 days
    /// (`unlock.refills`).
    refilled: bool,
}

#[pymethods]
impl Unlocked {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("refilled",)
    }

    fn __repr__(&self) -> String {
        format!("Unlocked(refilled={})", python_bool(self.refilled))
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Unlocked"))
    }
}

impl Unlocked {
    pub(crate) const fn of(unlocked: op::Unlocked) -> Self {
        Self { refilled: unlocked.refilled }
    }
}

/// What became of a delivery. It is for the host, never for the person.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Delivered {
    delivered: op::Delivered,
    cause: Option<PyErr>,
}

#[pymethods]
impl Delivered {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("outcome",)
    }

    /// `sent`; `refused`: surely not sent; `unknown`: it may or may not have been sent; `nothing`:
    /// there was nothing to deliver, or the code had expired.
    #[getter]
    fn outcome(&self) -> &'static str {
        match self.delivered {
            op::Delivered::Sent => "sent",
            op::Delivered::Refused => "refused",
            op::Delivered::Nothing => "nothing",
            _ => "unknown",
        }
    }

    /// What the delivery raised, where that is why the outcome is unknown.
    #[getter]
    fn cause<'a>(
        &'a self,
        py: Python<'a>,
    ) -> Option<&'a Bound<'a, pyo3::exceptions::PyBaseException>> {
        self.cause.as_ref().map(|error| error.value(py))
    }

    fn __repr__(&self) -> String {
        format!("Delivered('{}')", self.outcome())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Delivered"))
    }
}

impl Delivered {
    pub(crate) const fn of(delivered: op::Delivered, cause: Option<PyErr>) -> Self {
        Self { delivered, cause }
    }
}
