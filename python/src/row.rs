//! Rows as a store of Python's sees them.

use pinbolt::{
    Misuse,
    row::{self, RowName, Version},
};
use pyo3::{prelude::*, types::PyBytes};

use crate::error::misuse;

/// A row as a store gives it back: its version (16 bytes) and its body, both as they were written.
#[pyclass(frozen, eq, hash, module = "pinbolt")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Snapshot {
    version: [u8; 16],
    body: Vec<u8>,
}

#[pymethods]
impl Snapshot {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("version", "body")
    }

    #[new]
    fn new(py: Python<'_>, version: &[u8], body: &[u8]) -> PyResult<Self> {
        match version.try_into() {
            Ok(version) if body.len() <= row::Write::MAX_BODY => {
                Ok(Self { version, body: body.into() })
            }
            _ => Err(misuse(py, Misuse::Length)),
        }
    }

    /// The write that made it: 16 bytes.
    #[getter]
    fn version<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.version)
    }

    /// The sealed record.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.body)
    }

    fn __repr__(&self) -> String {
        format!("Snapshot(version={:?}, {} bytes)", self.to_engine().version, self.body.len())
    }
}

impl Snapshot {
    pub(crate) fn of(snapshot: row::Snapshot) -> Self {
        Self { version: *snapshot.version.as_bytes(), body: snapshot.body }
    }

    pub(crate) fn to_engine(&self) -> row::Snapshot {
        row::Snapshot { version: Version::from_bytes(self.version), body: self.body.clone() }
    }
}

/// One conditional write: it applies if, and only if, the row stands at `expected`.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq, Eq)]
pub(crate) struct Write(pub(crate) row::Write);

#[pymethods]
impl Write {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str, &'static str, &'static str) {
        ("row", "expected", "version", "body", "keep_until")
    }

    #[new]
    #[pyo3(signature = (*, row, expected, version, body, keep_until))]
    fn new(
        py: Python<'_>,
        row: &str,
        expected: Option<&[u8]>,
        version: &[u8],
        body: Option<&[u8]>,
        keep_until: Option<u64>,
    ) -> PyResult<Self> {
        let row = RowName::new(row).ok_or_else(|| misuse(py, Misuse::Value))?;
        let version_of = |bytes: &[u8]| {
            bytes.try_into().map(Version::from_bytes).map_err(|_| misuse(py, Misuse::Length))
        };
        if body.is_some_and(|body| body.len() > row::Write::MAX_BODY) {
            return Err(misuse(py, Misuse::Length));
        }
        Ok(Self(row::Write {
            row,
            expected: expected.map(version_of).transpose()?,
            version: version_of(version)?,
            body: body.map(Into::into),
            keep_until: keep_until.unwrap_or(u64::MAX),
        }))
    }

    /// The row's name: up to 80 visible ASCII characters.
    #[getter]
    fn row(&self) -> &str {
        self.0.row.as_str()
    }

    /// The version that must stand, or `None`: the row must not exist.
    #[getter]
    fn expected<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.expected.map(|version| PyBytes::new(py, version.as_bytes()))
    }

    /// The version that stands afterwards: 16 bytes.
    #[getter]
    fn version<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.version.as_bytes())
    }

    /// The new body, at most 64 KiB, or `None`: the row is deleted.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.body.as_ref().map(|body| PyBytes::new(py, body))
    }

    /// The Unix millisecond before which the store must not remove the row by itself, or `None`:
    /// never.
    #[getter]
    fn keep_until(&self) -> Option<u64> {
        Some(self.0.keep_until).filter(|until| *until != u64::MAX)
    }

    fn __repr__(&self) -> String {
        let row::Write { row, expected, version, body, .. } = &self.0;
        let body = body.as_ref().map_or_else(|| "deletes".into(), |b| format!("{} bytes", b.len()));
        format!("Write(row={row:?}, expected={expected:?}, version={version:?}, {body})")
    }
}
