//! `otpauth` addresses, and secrets as letters that people can type.

use pinbolt_provision::{base32, otpauth};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyString},
};

use super::{fault::told, key::OathKey};
use crate::text::Text;

/// Reads an `otpauth` address (Google's "Key URI Format"), of at most 2048 bytes: an `OathKey`, or the
/// first `ProvisionFault` found.
#[pyfunction]
pub(crate) fn read_otpauth<'py>(py: Python<'py>, address: Text<'_>) -> PyResult<Bound<'py, PyAny>> {
    told(py, otpauth::read(&address), |key| Ok(Bound::new(py, OathKey(key))?.into_any()))
}

/// Writes a key with a name as an `otpauth` address, or says by a `ProvisionFault` why it has no place
/// in one. The address holds the secret: show it to its owner alone, once, and keep it nowhere.
#[pyfunction]
pub(crate) fn write_otpauth<'py>(py: Python<'py>, key: &OathKey) -> PyResult<Bound<'py, PyAny>> {
    told(py, otpauth::write(&key.0), |text| Ok(PyString::new(py, &text).into_any()))
}

/// The capitals and digits of plain bytes in base32 (RFC 4648, 6), without padding: as apps want them.
#[pyfunction]
pub(crate) fn write_base32<'py>(py: Python<'py>, secret: &[u8]) -> Bound<'py, PyString> {
    PyString::new(py, &base32::encode(secret))
}

/// The plain bytes, 1 to 128, of a secret in base32 as people hand it on: in either case, in groups
/// that blanks or hyphens part, with the right padding or none. Else a `ProvisionFault`.
#[pyfunction]
pub(crate) fn read_base32<'py>(py: Python<'py>, text: Text<'_>) -> PyResult<Bound<'py, PyAny>> {
    told(py, base32::decode(&text), |secret| Ok(PyBytes::new(py, &secret).into_any()))
}
