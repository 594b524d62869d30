//! Tokens of an account: what adds one, and what is seen of it.

use pinbolt::{Misuse, op};
use pyo3::{exceptions::PyTypeError, prelude::*, types::PyBytes};

use crate::{
    clock::instant,
    error::{misuse, truth_test},
    text::{Text, Whole},
};

/// A token that was added.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct AddedToken(pub(crate) op::AddedToken);

#[pymethods]
impl AddedToken {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("token", "secret")
    }

    /// Its number, by which the other verbs name it; never given twice on an account.
    #[getter]
    fn token(&self) -> u32 {
        self.0.token
    }

    /// The secret that was made for it, for the person's app; `None` where it was given.
    #[getter]
    fn secret<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.secret().map(|secret| PyBytes::new(py, secret))
    }

    fn __repr__(&self) -> String {
        format!("AddedToken(token={})", self.0.token)
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("AddedToken"))
    }
}

/// A token of an account, for an operator.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct TokenState(op::TokenState);

#[pymethods]
impl TokenState {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("token", "kind")
    }

    /// Its number.
    #[getter]
    fn token(&self) -> u32 {
        self.0.token
    }

    /// What the person knows it by.
    #[getter]
    fn label(&self) -> &str {
        &self.0.label
    }

    /// What it counts by: `totp`, `hotp` or `steam`.
    #[getter]
    fn kind(&self) -> &'static str {
        match self.0.kind {
            op::TokenKind::Hotp { .. } => "hotp",
            op::TokenKind::Steam => "steam",
            _ => "totp",
        }
    }

    /// The hash: `SHA1`, `SHA256` or `SHA512`.
    #[getter]
    fn algorithm(&self) -> &'static str {
        self.0.algorithm.name()
    }

    /// Digits of a code; of a Steam code its five letters.
    #[getter]
    fn digits(&self) -> u8 {
        self.0.digits
    }

    /// Seconds of a TOTP's step; else `None`.
    #[getter]
    fn period(&self) -> Option<u32> {
        match self.0.kind {
            op::TokenKind::Totp { period, .. } => Some(period),
            _ => None,
        }
    }

    /// The Unix second of a TOTP's step 0; else `None`.
    #[getter]
    fn start(&self) -> Option<u64> {
        match self.0.kind {
            op::TokenKind::Totp { start, .. } => Some(start),
            _ => None,
        }
    }

    /// The next counter; `None` for the time.
    #[getter]
    fn counter(&self) -> Option<u64> {
        match self.0.kind {
            op::TokenKind::Hotp { counter } => Some(counter),
            _ => None,
        }
    }

    /// When it was added.
    #[getter]
    fn added<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.0.added)
    }

    /// When it was confirmed; `None` for a candidate.
    #[getter]
    fn confirmed<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.confirmed.map(|at| instant(py, at)).transpose()
    }

    /// When a code of it was last accepted.
    #[getter]
    fn used<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.used.map(|at| instant(py, at)).transpose()
    }

    /// Steps by which its clock was ahead when last seen; negative: behind.
    #[getter]
    fn clock_ahead(&self) -> i32 {
        self.0.clock_ahead
    }

    fn __repr__(&self) -> String {
        format!("TokenState({}, '{}')", self.0.token, self.kind())
    }
}

impl TokenState {
    pub(crate) const fn of(token: op::TokenState) -> Self {
        Self(token)
    }
}

/// What a token counts by, of the arguments that say so. One that says something of the other kind
/// is a mistake.
pub(crate) fn kind(
    py: Python<'_>,
    name: &Text<'_>,
    (period, start, counter): (&Whole, &Whole, &Whole),
) -> PyResult<op::TokenKind> {
    let bounds = Misuse::Token;
    let as_they_are =
        [(period, 30), (start, 0)].iter().all(|(given, usual)| given.0 == Some(*usual));
    match &**name {
        "totp" if counter.0 == Some(0) => Ok(op::TokenKind::Totp {
            period: period.or_misuse(py, bounds)?,
            start: start.or_misuse(py, bounds)?,
        }),
        "hotp" if as_they_are => {
            Ok(op::TokenKind::Hotp { counter: counter.or_misuse(py, bounds)? })
        }
        "steam" if as_they_are && counter.0 == Some(0) => Ok(op::TokenKind::Steam),
        _ => Err(misuse(py, Misuse::Value)),
    }
}

/// Where a token's secret comes from.
pub(crate) fn secret<'a>(
    given: Option<&'a [u8]>,
    short: Option<&'a [u8]>,
) -> PyResult<op::TokenSecret<'a>> {
    match (given, short) {
        (None, None) => Ok(op::TokenSecret::Generated),
        (Some(secret), None) => Ok(op::TokenSecret::Given(secret)),
        (None, Some(secret)) => Ok(op::TokenSecret::DangerouslyShort(secret)),
        (Some(_), Some(_)) => {
            Err(PyTypeError::new_err("give one of secret and dangerously_short_secret"))
        }
    }
}
