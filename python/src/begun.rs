//! A challenge, and the dispatch that delivers its code.

use std::sync::{Mutex, PoisonError};

use pinbolt::{Misuse, op};
use pyo3::{prelude::*, types::PyTuple};

use crate::{
    clock::instant,
    error::{misuse, no_copy, truth_test},
    text::python_bool,
};

/// A code was issued. Answer the person with the challenge, then run the dispatch: nothing else
/// sends it.
#[pyclass(frozen, get_all, module = "pinbolt")]
pub(crate) struct Begun {
    /// What the person's client keeps.
    challenge: Py<Challenge>,
    /// What delivers the code, for `Engine.deliver`.
    dispatch: Py<Dispatch>,
}

#[pymethods]
impl Begun {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("challenge", "dispatch")
    }

    fn __repr__(&self) -> String {
        format!("Begun({}, Dispatch(..))", self.challenge.get().__repr__())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Begun"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(no_copy("Begun"))
    }
}

impl Begun {
    pub(crate) fn of(py: Python<'_>, begun: op::Begun) -> PyResult<Self> {
        let dispatch = Dispatch::of(begun.dispatch);
        let challenge = Py::new(py, Challenge(begun.challenge))?;
        Ok(Self { challenge, dispatch: Py::new(py, dispatch)? })
    }
}

/// An outstanding challenge, as its asker sees it. Nothing in it is secret.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Challenge(op::Challenge);

#[pymethods]
impl Challenge {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("handle", "reference")
    }

    /// Names the challenge in `finish`, `resend` and `cancel`: ASCII of fixed length, under 256
    /// characters, useless in another session.
    #[getter]
    fn handle(&self) -> &str {
        &self.0.handle
    }

    /// The three letters that the message carries.
    #[getter]
    fn reference(&self) -> String {
        self.0.reference.to_string()
    }

    /// The code is valid before this `datetime`, in UTC.
    #[getter]
    fn expires<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.0.expires)
    }

    /// From when on another message may be asked for.
    #[getter]
    fn resend_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.0.resend_at)
    }

    /// Whether running the dispatch sends a message, or would if there were somebody to send to;
    /// `False` for a request repeated within the cooldown.
    #[getter]
    fn sent(&self) -> bool {
        self.0.sent
    }

    /// The channels by which the person may have a message with `resend`. After the PIN those by
    /// which the account can be reached; before, the purpose's, for every name the same.
    #[getter]
    fn offers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.offers.iter().cloned().map(Offer))
    }

    fn __repr__(&self) -> String {
        format!("Challenge(reference='{}', sent={})", self.0.reference, python_bool(self.0.sent))
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Challenge"))
    }
}

/// A channel by which a challenge's code may travel.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Offer(op::Offer);

#[pymethods]
impl Offer {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("channel", "masked")
    }

    /// What `resend` takes.
    #[getter]
    fn channel(&self) -> &str {
        self.0.channel.name()
    }

    /// Enough to recognise the address by. Before a first factor only what was typed as the name is
    /// shown; else `None`.
    #[getter]
    fn masked(&self) -> Option<&str> {
        self.0.masked.as_deref()
    }

    fn __repr__(&self) -> String {
        format!("Offer('{}')", self.0.channel.name())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Offer"))
    }
}

/// The delivery of an issued code or of a ticket's link, good once. Dropped, the code isn't
/// delivered, and another may be asked for after the cooldown.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Dispatch(Mutex<Option<op::Dispatch>>);

#[pymethods]
impl Dispatch {
    fn __repr__(&self) -> &'static str {
        "Dispatch(..)"
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Dispatch"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(no_copy("Dispatch"))
    }
}

impl Dispatch {
    pub(crate) const fn of(dispatch: op::Dispatch) -> Self {
        Self(Mutex::new(Some(dispatch)))
    }

    /// The dispatch itself, once.
    pub(crate) fn take(&self, py: Python<'_>) -> PyResult<op::Dispatch> {
        let dispatch = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        dispatch.ok_or_else(|| misuse(py, Misuse::UsedUp))
    }
}
