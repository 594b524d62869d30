//! Known devices of an account, and what is outstanding on it.

use pinbolt::op;
use pyo3::{prelude::*, types::PyTuple};

use crate::{clock::instant, error::truth_test};

/// A device that the account knows from now on.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct RememberedDevice(pub(crate) op::RememberedDevice);

#[pymethods]
impl RememberedDevice {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("device", "token")
    }

    /// Its number, by which it is forgotten; never given twice on an account.
    #[getter]
    fn device(&self) -> u32 {
        self.0.device
    }

    /// The token, for that device alone.
    #[getter]
    fn token(&self) -> &str {
        self.0.token()
    }

    fn __repr__(&self) -> String {
        format!("RememberedDevice(device={})", self.0.device)
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("RememberedDevice"))
    }
}

/// A known device of an account.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct DeviceState(pub(crate) op::DeviceState);

#[pymethods]
impl DeviceState {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("device", "label")
    }

    /// Its number.
    #[getter]
    fn device(&self) -> u32 {
        self.0.device
    }

    /// What the person knows it by.
    #[getter]
    fn label(&self) -> &str {
        &self.0.label
    }

    /// When it was added.
    #[getter]
    fn added<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.0.added)
    }

    /// When somebody last proved himself on it.
    #[getter]
    fn used<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.0.used)
    }

    /// Without the label: a person may have typed anything there.
    fn __repr__(&self) -> String {
        format!("DeviceState(device={})", self.0.device)
    }
}

/// The outstanding codes of an account, to a device that it knows.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Outstanding(pub(crate) Vec<op::OutstandingCode>);

#[pymethods]
impl Outstanding {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("codes",)
    }

    /// Each an `OutstandingCode`.
    #[getter]
    fn codes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.iter().cloned().map(OutstandingCode))
    }

    fn __repr__(&self) -> String {
        format!("Outstanding({})", self.0.len())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Outstanding"))
    }
}

/// A code that was sent and is still good.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct OutstandingCode(op::OutstandingCode);

#[pymethods]
impl OutstandingCode {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("purpose", "reference")
    }

    /// The purpose.
    #[getter]
    fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// How it went.
    #[getter]
    fn channel(&self) -> &str {
        self.0.channel.name()
    }

    /// The letters of its message.
    #[getter]
    fn reference(&self) -> String {
        self.0.reference.to_string()
    }

    /// It is valid before this `datetime`, in UTC.
    #[getter]
    fn expires<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.0.expires)
    }

    /// From when on a new one may be asked for.
    #[getter]
    fn resend_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.0.resend_at)
    }

    fn __repr__(&self) -> String {
        format!("OutstandingCode('{}', reference='{}')", self.0.purpose, self.0.reference)
    }
}
