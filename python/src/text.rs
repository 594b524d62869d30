//! Text as Python gives it, and the words that stand for the engine's enums.

use core::ops::Deref;

use pinbolt::{Authenticator, Channel, Misuse};
use pyo3::{prelude::*, types::PyString};

use crate::error::misuse;

/// A text, borrowed from Python. One that UTF-8 can't hold (a lone surrogate, as JSON may bring)
/// reads as a control character, which no name, PIN, code, address or handle may have: so it ends
/// as the engine's own answer.
pub(crate) struct Text<'a>(&'a str);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl<'a> FromPyObject<'a, '_> for Text<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        object.cast::<PyString>()?;
        Ok(Self(object.extract::<&'a str>().unwrap_or("\0")))
    }
}

/// A text as Python writes it.
pub(crate) fn quoted(py: Python<'_>, text: &str) -> String {
    PyString::new(py, text).repr().map_or_else(|_| "'..'".into(), |quoted| quoted.to_string())
}

/// As Python writes it.
pub(crate) const fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// The channel of this name.
pub(crate) fn channel(py: Python<'_>, name: &str) -> PyResult<Channel> {
    Channel::from_name(name).ok_or_else(|| misuse(py, Misuse::Value))
}

/// The authenticator of this name.
pub(crate) fn authenticator(py: Python<'_>, name: &str) -> PyResult<Authenticator> {
    Authenticator::from_name(name).ok_or_else(|| misuse(py, Misuse::Value))
}
