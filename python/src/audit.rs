//! Audit events.

use pyo3::prelude::*;

use crate::{clock::instant, operator::Operator, text::quoted};

/// One entry of the audit trail: no secret, code, PIN, phone number or e-mail address is in it.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct AuditEvent(pub(crate) pinbolt::AuditEvent);

#[pymethods]
impl AuditEvent {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("account", "source", "event")
    }

    /// The account's id; `None` for a name that is nobody's.
    #[getter]
    fn account(&self) -> Option<&str> {
        self.0.account.as_deref()
    }

    /// What the caller gave as the request's source.
    #[getter]
    fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// What happened.
    #[getter]
    fn event(&self) -> Event {
        Event(self.0.event.clone())
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let pinbolt::AuditEvent { account, event, .. } = &self.0;
        let account = account.as_ref().map_or_else(|| "None".into(), |account| quoted(py, account));
        format!("AuditEvent(account={account}, {})", Event::text(event))
    }
}

/// What happened to an account.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Event(pub(crate) pinbolt::Event);

#[pymethods]
impl Event {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("kind",)
    }

    /// When.
    #[getter]
    fn at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.0.at)
    }

    /// What, such as `CodeAccepted`: the engine's own name.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind.name()
    }

    /// The purpose, where there is one.
    #[getter]
    fn purpose(&self) -> Option<&str> {
        self.0.purpose.as_deref()
    }

    /// The lane, where there is one.
    #[getter]
    fn lane(&self) -> Option<&'static str> {
        self.0.lane.map(pinbolt::Lane::name)
    }

    /// The channel, where there is one.
    #[getter]
    fn channel(&self) -> Option<&str> {
        self.0.channel.as_ref().map(pinbolt::Channel::name)
    }

    /// The operator and the reason, where a person did it.
    #[getter]
    fn operator(&self) -> Option<Operator> {
        self.0.operator.clone().map(Operator)
    }

    /// The code of the refusal, where it is one.
    #[getter]
    fn refusal(&self) -> Option<u16> {
        self.0.refusal
    }

    /// The token's number, where there is one.
    #[getter]
    fn token(&self) -> Option<u32> {
        self.0.token
    }

    /// The known device's number, where there is one.
    #[getter]
    fn device(&self) -> Option<u32> {
        self.0.device
    }

    /// The purpose of the second proof, where two allowed it.
    #[getter]
    fn beside(&self) -> Option<&str> {
        self.0.beside.as_deref()
    }

    fn __repr__(&self) -> String {
        Self::text(&self.0)
    }
}

impl Event {
    fn text(event: &pinbolt::Event) -> String {
        match &event.purpose {
            Some(purpose) => format!("Event('{}', purpose='{purpose}')", event.kind.name()),
            None => format!("Event('{}')", event.kind.name()),
        }
    }
}
