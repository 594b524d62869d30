//! Moving in from another system: a token as that system knows it, and what became of an import.

use pinbolt::{Misuse, Secret, oath::Algorithm, op};
use pyo3::{exceptions::PyOverflowError, prelude::*, types::PyTuple};

use crate::{
    error::{misuse, truth_test},
    text::{Text, Whole, algorithm, python_bool},
    tokens::kind,
};

/// A token as another system knows it.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct ImportedToken {
    label: String,
    kind: op::TokenKind,
    algorithm: Algorithm,
    digits: u8,
    secret: Secret<Vec<u8>>,
    last_step: Option<u64>,
    clock_ahead: i32,
}

#[pymethods]
impl ImportedToken {
    #[new]
    #[pyo3(
        signature = (label, secret, *, kind=Text::of("totp"), algorithm=Text::of("SHA1"),
                     digits=Whole::of(6), period=Whole::of(30), start=Whole::of(0),
                     counter=Whole::of(0), last_step=None, clock_ahead=Steps(0)),
        text_signature = "(label, secret, *, kind='totp', algorithm='SHA1', digits=6, period=30, start=0, counter=0, last_step=None, clock_ahead=0)"
    )]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn new(
        py: Python<'_>,
        label: Text<'_>,
        secret: &[u8],
        kind: Text<'_>,
        algorithm: Text<'_>,
        digits: Whole,
        period: Whole,
        start: Whole,
        counter: Whole,
        last_step: Option<Whole>,
        clock_ahead: Steps,
    ) -> PyResult<Self> {
        let last_step = last_step.map(|last| last.or_misuse(py, Misuse::Watermark)).transpose()?;
        Ok(Self {
            label: (*label).into(),
            kind: self::kind(py, &kind, (&period, &start, &counter))?,
            algorithm: self::algorithm(py, &algorithm)?,
            digits: digits.or_misuse(py, Misuse::Token)?,
            secret: Secret::new(secret.into()),
            last_step,
            clock_ahead: clock_ahead.0,
        })
    }

    fn __repr__(&self) -> &'static str {
        "ImportedToken(..)"
    }
}

impl ImportedToken {
    pub(crate) fn given(&self) -> op::ImportedToken<'_> {
        op::ImportedToken {
            label: &self.label,
            kind: self.kind,
            algorithm: self.algorithm,
            digits: self.digits,
            secret: self.secret.expose(),
            last_step: self.last_step,
            clock_ahead: self.clock_ahead,
        }
    }
}

/// Steps ahead or behind. So many that 32 bits can't hold them are more than any clock is off.
struct Steps(i32);

impl<'a> FromPyObject<'a, '_> for Steps {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        match object.extract::<i32>() {
            Ok(steps) => Ok(Self(steps)),
            Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => {
                Ok(Self(i32::MAX))
            }
            Err(error) => Err(error),
        }
    }
}

/// What became of an import.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Imported(pub(crate) op::Imported);

#[pymethods]
impl Imported {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("created", "tokens")
    }

    /// Whether the account was created.
    #[getter]
    const fn created(&self) -> bool {
        self.0.created
    }

    /// What became of each token, in their order, and its number here; `None` where it is gone.
    #[getter]
    fn tokens<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let told =
            |(took, number): &(op::Took, u32)| (took.name(), (*number > 0).then_some(*number));
        PyTuple::new(py, self.0.tokens.iter().map(told))
    }

    /// What became of the recovery codes, where there were some, or had been.
    #[getter]
    fn recovery_codes(&self) -> Option<&'static str> {
        self.0.recovery_codes.map(op::Took::name)
    }

    /// What became of the PIN, where there was one.
    #[getter]
    fn pin(&self) -> Option<&'static str> {
        self.0.pin.map(op::Took::name)
    }

    fn __repr__(&self) -> String {
        let (created, tokens) = (python_bool(self.0.created), self.0.tokens.len());
        format!("Imported(created={created}, tokens={tokens})")
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Imported"))
    }
}

/// What is taken although it is too weak, by its names.
pub(crate) fn weak(py: Python<'_>, names: &[Text<'_>]) -> PyResult<op::Weak> {
    let mut weak = op::Weak::default();
    for name in names {
        match &**name {
            "short-secrets" => weak.short_secrets = true,
            "recovery-codes" => weak.recovery_codes = true,
            "pins" => weak.pins = true,
            _ => return Err(misuse(py, Misuse::Value)),
        }
    }
    Ok(weak)
}

/// The failures of another system; a time without any is a mistake.
pub(crate) fn failures(
    py: Python<'_>,
    (count, last): (&Whole, &Whole),
) -> PyResult<Option<op::Failures>> {
    let count = u32::try_from(count.0.unwrap_or(u64::MAX)).unwrap_or(u32::MAX);
    let last = last.0.unwrap_or(u64::MAX);
    match (count, last) {
        (0, 0) => Ok(None),
        (0, _) => Err(misuse(py, Misuse::Value)),
        (count, last) => Ok(Some(op::Failures { count, last })),
    }
}
