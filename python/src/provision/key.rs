//! The key of a token with its parameters, as every form carries them.

use pinbolt::{Misuse, op::TokenKind};
use pinbolt_provision::ProvisionError;
use pyo3::{prelude::*, types::PyBytes};

use super::fault::told;
use crate::{
    error::{misuse, truth_test},
    text::{Text, Whole, algorithm},
    tokens::kind,
};

/// The key of an OATH token (HOTP or TOTP) with its parameters, and the names under which an app shows
/// it: what every form of a token carries. Its secret is 1 to 128 plain bytes (no base32); whether it
/// is too short is asked where it enters an account.
#[pyclass(frozen, eq, module = "pinbolt.provision")]
#[derive(PartialEq)]
pub(crate) struct OathKey(pub(crate) pinbolt_provision::OathKey);

#[pymethods]
impl OathKey {
    #[new]
    #[pyo3(
        signature = (secret, *, kind=Text::of("totp"), algorithm=Text::of("SHA1"),
                     digits=Whole::of(6), period=Whole::of(30), start=Whole::of(0),
                     counter=Whole::of(0)),
        text_signature = "(secret, *, kind='totp', algorithm='SHA1', digits=6, period=30, start=0, counter=0)"
    )]
    #[allow(clippy::too_many_arguments, reason = "Python's keywords")]
    fn new(
        py: Python<'_>,
        secret: &[u8],
        kind: Text<'_>,
        algorithm: Text<'_>,
        digits: Whole,
        period: Whole,
        start: Whole,
        counter: Whole,
    ) -> PyResult<Self> {
        made(py, (secret, &kind, &algorithm), &digits, (&period, &start, &counter)).map(Self)
    }

    /// The same with the names that an app shows: whose it is, and who issued it. Each 1 to 256 bytes
    /// of UTF-8 without control characters, outer blanks and `:`; else a `ProvisionFault`.
    #[pyo3(signature = (name, *, issuer=None))]
    fn named<'py>(
        &self,
        py: Python<'py>,
        name: Text<'_>,
        issuer: Option<Text<'_>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let named = self.0.clone().named(issuer.as_ref().map(Text::whole), &name);
        told(py, named, |key| Ok(Bound::new(py, Self(key))?.into_any()))
    }

    /// Who issued it, if that is known.
    #[getter]
    fn issuer(&self) -> Option<&str> {
        self.0.issuer()
    }

    /// Whose it is; empty where nobody said so.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// What it counts by: `totp`, `hotp` or `steam`.
    #[getter]
    const fn kind(&self) -> &'static str {
        match self.0.kind() {
            TokenKind::Hotp { .. } => "hotp",
            TokenKind::Steam => "steam",
            _ => "totp",
        }
    }

    /// The hash: `SHA1`, `SHA256` or `SHA512`.
    #[getter]
    const fn algorithm(&self) -> &'static str {
        self.0.algorithm().name()
    }

    /// Digits of a code; of a Steam code its five letters.
    #[getter]
    const fn digits(&self) -> u8 {
        self.0.digits()
    }

    /// Seconds of a TOTP's step; else `None`.
    #[getter]
    const fn period(&self) -> Option<u32> {
        match self.0.kind() {
            TokenKind::Totp { period, .. } => Some(period),
            _ => None,
        }
    }

    /// The Unix second of a TOTP's step 0; else `None`.
    #[getter]
    const fn start(&self) -> Option<u64> {
        match self.0.kind() {
            TokenKind::Totp { start, .. } => Some(start),
            _ => None,
        }
    }

    /// The next counter; `None` for the time.
    #[getter]
    const fn counter(&self) -> Option<u64> {
        match self.0.kind() {
            TokenKind::Hotp { counter } => Some(counter),
            _ => None,
        }
    }

    /// Its secret, in plain bytes.
    #[getter]
    fn secret<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.secret())
    }

    fn __repr__(&self) -> String {
        format!("OathKey(kind='{}', ..)", self.kind())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("OathKey"))
    }
}

/// Numbers are the program's own: out of their bounds they are a mistake.
fn made(
    py: Python<'_>,
    (secret, kind_name, hash): (&[u8], &Text<'_>, &str),
    digits: &Whole,
    numbers: (&Whole, &Whole, &Whole),
) -> PyResult<pinbolt_provision::OathKey> {
    let kind = kind(py, kind_name, numbers)?;
    let (hash, digits) = (algorithm(py, hash)?, digits.or_misuse(py, Misuse::Token)?);
    pinbolt_provision::OathKey::new(kind, hash, digits, secret).map_err(|fault| {
        let empty = fault == ProvisionError::Secret && secret.is_empty();
        misuse(py, if empty { Misuse::ShortSecret } else { Misuse::Token })
    })
}
