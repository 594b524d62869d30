//! Text as Python gives it, and the words that stand for the engine's enums.

use core::ops::Deref;

use pinbolt::{Authenticator, Channel, Misuse, oath::Algorithm};
use pyo3::{exceptions::PyOverflowError, prelude::*, types::PyString};

use crate::error::misuse;

/// A text, borrowed from Python. One that UTF-8 can't hold (a lone surrogate, as JSON may bring)
/// reads as a control character, which no name, PIN, code, address or handle may have: so it ends
/// as the engine's own answer.
pub(crate) struct Text<'a>(&'a str);

impl Text<'static> {
    /// What an argument says where it isn't given.
    pub(crate) const fn of(text: &'static str) -> Self {
        Self(text)
    }
}

impl<'a> Text<'a> {
    /// The text, for as long as Python's lives.
    pub(crate) const fn whole(&self) -> &'a str {
        self.0
    }
}

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

/// A whole number, as Python gives it. One that 64 bits can't hold is none that anything has.
pub(crate) struct Whole(pub(crate) Option<u64>);

impl Whole {
    /// What an argument says where it isn't given.
    pub(crate) const fn of(number: u64) -> Self {
        Self(Some(number))
    }

    /// The number, if it fits.
    pub(crate) fn fits<N: TryFrom<u64>>(&self) -> Option<N> {
        self.0.and_then(|number| number.try_into().ok())
    }

    /// The same; else the call is a mistake.
    pub(crate) fn or_misuse<N: TryFrom<u64>>(&self, py: Python<'_>, no: Misuse) -> PyResult<N> {
        self.fits().ok_or_else(|| misuse(py, no))
    }
}

impl<'a> FromPyObject<'a, '_> for Whole {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        match object.extract::<u64>() {
            Ok(number) => Ok(Self(Some(number))),
            Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => Ok(Self(None)),
            Err(error) => Err(error),
        }
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
    Channel::from_name(name).ok_or_else(|| misuse(py, Misuse::Channel))
}

/// The authenticator of this name.
pub(crate) fn authenticator(py: Python<'_>, name: &str) -> PyResult<Authenticator> {
    Authenticator::from_name(name).ok_or_else(|| misuse(py, Misuse::Value))
}

/// The algorithm of this name.
pub(crate) fn algorithm(py: Python<'_>, name: &str) -> PyResult<Algorithm> {
    Algorithm::from_name(name).ok_or_else(|| misuse(py, Misuse::Value))
}
