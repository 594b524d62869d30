//! What the shorter acts grant.

use pinbolt::op;
use pyo3::{
    prelude::*,
    types::{PyIterator, PyTuple},
};

use crate::{begun::Dispatch, clock::instant, error::truth_test, text::python_bool};

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

/// An address was given up.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Released {
    leaves: Option<u64>,
    dispatch: Py<Dispatch>,
}

#[pymethods]
impl Released {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("leaves", "dispatch")
    }

    /// It leaves at this `datetime`, in UTC; `None`: it has left.
    #[getter]
    fn leaves<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.leaves.map(|at| instant(py, at)).transpose()
    }

    /// What tells the account's addresses, by `deliver`; one that delivers nothing where nobody is
    /// told.
    #[getter]
    fn dispatch(&self, py: Python<'_>) -> Py<Dispatch> {
        self.dispatch.clone_ref(py)
    }

    fn __repr__(&self) -> &'static str {
        "Released()"
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Released"))
    }
}

impl Released {
    pub(crate) fn of(py: Python<'_>, released: op::Released) -> PyResult<Self> {
        let dispatch = Py::new(py, Dispatch::of(released.dispatch))?;
        Ok(Self { leaves: released.leaves, dispatch })
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

/// A set of recovery codes, for the person alone: a sequence of texts, as they are to be shown.
#[pyclass(frozen, sequence, module = "pinbolt")]
pub(crate) struct RecoveryCodes(pub(crate) op::RecoveryCodes);

#[pymethods]
impl RecoveryCodes {
    fn __len__(&self) -> usize {
        self.0.iter().len()
    }

    /// One by its place, or a tuple of several by a slice.
    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.codes(key.py())?.as_any().get_item(key)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.codes(py)?.try_iter()
    }

    fn __contains__(&self, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.codes(value.py())?.contains(value)
    }

    /// The place of the first from `start` on, and before `stop`, that is `value`.
    #[pyo3(signature = (value, start=0, stop=isize::MAX), text_signature = "($self, value, start=0, stop=9223372036854775807)")]
    fn index(&self, value: &Bound<'_, PyAny>, start: isize, stop: isize) -> PyResult<usize> {
        let codes = self.codes(value.py())?;
        codes.call_method1("index", (value, start, stop))?.extract()
    }

    /// How often there is `value`.
    fn count(&self, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        self.codes(value.py())?.as_sequence().count(value)
    }

    fn __repr__(&self) -> String {
        format!("RecoveryCodes({})", self.0.iter().len())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("RecoveryCodes"))
    }
}

impl RecoveryCodes {
    fn codes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.iter())
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
