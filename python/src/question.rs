//! The questions of an operation.

use pinbolt::{Secret, op, row::RowName};
use pyo3::prelude::*;

use crate::{clock::instant, row::Write, work::Work};

/// A row is to be loaded: `answer_found` or `answer_load_failed`.
#[pyclass(frozen, get_all, module = "pinbolt")]
pub(crate) struct Load {
    /// The row's name.
    row: String,
}

#[pymethods]
impl Load {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("row",)
    }

    fn __repr__(&self) -> String {
        format!("Load(row='{}')", self.row)
    }
}

impl Load {
    pub(crate) fn of(row: &RowName) -> Self {
        Self { row: row.as_str().into() }
    }
}

/// A conditional write is to be made: `answer_applied`, `answer_conflict`, `answer_in_doubt` or
/// `answer_not_applied`.
#[pyclass(frozen, get_all, module = "pinbolt")]
pub(crate) struct Commit {
    /// Which.
    pub(crate) write: Py<Write>,
}

#[pymethods]
impl Commit {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("write",)
    }

    fn __repr__(&self) -> String {
        format!("Commit(row={:?})", self.write.get().0.row)
    }
}

/// A PIN is to be hashed: `answer_hashed` or `answer_not_hashed`.
#[pyclass(frozen, get_all, module = "pinbolt")]
pub(crate) struct Hash {
    /// Which; run it on another thread than the event loop's.
    pub(crate) work: Py<Work>,
}

#[pymethods]
impl Hash {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("work",)
    }

    fn __repr__(&self) -> &'static str {
        "Hash(..)"
    }
}

/// A message is to be delivered: `answer_sent`, `answer_not_sent` or `answer_unknown`. Only a
/// dispatch asks this.
#[pyclass(frozen, get_all, module = "pinbolt")]
pub(crate) struct Deliver {
    /// Which.
    pub(crate) message: Py<Message>,
}

#[pymethods]
impl Deliver {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("message",)
    }

    fn __repr__(&self) -> &'static str {
        "Deliver(..)"
    }
}

/// A message to deliver. Its text is yours to write; no repr shows its code or its address.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Message {
    id: String,
    channel: pinbolt::Channel,
    to: String,
    code: Option<Secret<String>>,
    link: Option<Secret<String>>,
    reference: pinbolt::Reference,
    purpose: String,
    expires: u64,
}

#[pymethods]
impl Message {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("channel", "to", "code")
    }

    /// The same for the same message, another for any other: an idempotency key.
    #[getter]
    fn id(&self) -> &str {
        &self.id
    }

    /// How it travels: `sms`, `email`, or the name of a channel of your own.
    #[getter]
    fn channel(&self) -> &str {
        self.channel.name()
    }

    /// The phone number (E.164), the e-mail address, or the endpoint on a channel of your own.
    #[getter]
    fn to(&self) -> &str {
        &self.to
    }

    /// The code's digits; `None` in a message that carries a link alone, and in a notice.
    #[getter]
    fn code(&self) -> Option<&str> {
        self.code.as_ref().map(|code| code.expose().as_str())
    }

    /// What the page behind a link is given; `None` where the purpose sends none. With neither code
    /// nor link it is a notice: an address of the account is being changed, or given up, as its
    /// purpose says.
    #[getter]
    fn link(&self) -> Option<&str> {
        self.link.as_ref().map(|link| link.expose().as_str())
    }

    /// The three letters by which the person tells this message from another.
    #[getter]
    fn reference(&self) -> String {
        self.reference.to_string()
    }

    /// The purpose.
    #[getter]
    fn purpose(&self) -> &str {
        &self.purpose
    }

    /// What it carries is valid before this `datetime`, in UTC.
    #[getter]
    fn expires<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.expires)
    }

    fn __repr__(&self) -> String {
        let Self { id, channel, reference, .. } = self;
        format!("Message(id='{id}', channel='{}', reference='{reference}')", channel.name())
    }
}

impl Message {
    pub(crate) fn of(message: &op::Message) -> Self {
        Self {
            id: message.id().into(),
            channel: message.channel(),
            to: message.to().into(),
            code: message.code().map(|code| Secret::new(code.into())),
            link: message.link().map(|link| Secret::new(link.into())),
            reference: message.reference(),
            purpose: message.purpose().into(),
            expires: message.expires(),
        }
    }
}
