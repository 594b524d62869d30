//! Tickets, and what a link is.

use pinbolt::{Secret, op};
use pyo3::prelude::*;

use crate::{
    begun::Dispatch,
    clock::instant,
    error::{no_copy, truth_test},
    refused::Refused,
    text::python_bool,
};

/// A ticket that was issued. Tell or print its code, then run the dispatch: nothing else sends the
/// link.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct IssuedTicket {
    code: Secret<String>,
    link: Option<Secret<String>>,
    reference: String,
    expires: u64,
    dispatch: Py<Dispatch>,
}

#[pymethods]
impl IssuedTicket {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("code", "dispatch")
    }

    /// The code, as it is to be told or printed: two groups of four letters and digits. It is kept
    /// nowhere.
    #[getter]
    fn code(&self) -> &str {
        self.code.expose()
    }

    /// The link; `None` where it is sent to an address.
    #[getter]
    fn link(&self) -> Option<&str> {
        self.link.as_ref().map(|link| link.expose().as_str())
    }

    /// The letters that the message carries, and by which the person tells this ticket from another.
    #[getter]
    fn reference(&self) -> &str {
        &self.reference
    }

    /// It is valid before this `datetime`, in UTC.
    #[getter]
    fn expires<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.expires)
    }

    /// What delivers the link, for `Engine.deliver`; without an address it delivers nothing.
    #[getter]
    fn dispatch(&self, py: Python<'_>) -> Py<Dispatch> {
        self.dispatch.clone_ref(py)
    }

    /// Without code and link.
    fn __repr__(&self) -> String {
        format!("IssuedTicket(reference='{}')", self.reference)
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("IssuedTicket"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(no_copy("IssuedTicket"))
    }
}

impl IssuedTicket {
    pub(crate) fn of(py: Python<'_>, ticket: op::IssuedTicket) -> PyResult<Self> {
        Ok(Self {
            code: Secret::new(ticket.code().into()),
            link: ticket.link().map(|link| Secret::new(link.into())),
            reference: ticket.reference.to_string(),
            expires: ticket.expires,
            dispatch: Py::new(py, Dispatch::of(ticket.dispatch))?,
        })
    }
}

/// A link, as its holder may see it.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct PeekedLink(pub(crate) op::PeekedLink);

#[pymethods]
impl PeekedLink {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("purpose", "refusal")
    }

    /// What it is for.
    #[getter]
    fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// It is valid before this `datetime`, in UTC; `None` where its challenge is forgotten.
    #[getter]
    fn expires<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.expires.map(|expires| instant(py, expires)).transpose()
    }

    /// Whether this session may redeem it: the one that asked for the code beside it. A ticket's link
    /// is good in any.
    #[getter]
    fn same_session(&self) -> bool {
        self.0.same_session
    }

    /// Whether the link alone isn't enough here: a ticket's code is to be typed beside it, and a
    /// delivered code where it was asked for.
    #[getter]
    fn needs_code(&self) -> bool {
        self.0.needs_code
    }

    /// Why it would be refused as it stands; `None` while it is open.
    #[getter]
    fn refusal(&self) -> Option<Refused> {
        self.0.refusal.map(Refused)
    }

    fn __repr__(&self) -> String {
        let op::PeekedLink { purpose, same_session, needs_code, .. } = &self.0;
        let (same, needs) = (python_bool(*same_session), python_bool(*needs_code));
        format!("PeekedLink('{purpose}', same_session={same}, needs_code={needs})")
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("PeekedLink"))
    }
}
