//! A policy, and the table of its settings.

use pinbolt::policy::SETTINGS;
use pyo3::{prelude::*, types::PyTuple};

use crate::{error::configuration, text::Text};

/// A checked policy. Changing one breaks no enrolment: what an authenticator was made with is
/// stored with it.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Policy(pub(crate) pinbolt::Policy);

#[pymethods]
impl Policy {
    /// Reads a policy from TOML: settings by the paths of `pinbolt.SETTINGS`, and the purposes.
    /// Raises ConfigurationError with the path and the line of what was refused.
    ///
    ///     [code]
    ///     lifetime = 180
    ///
    ///     [purposes.sign-in]    # a name of 1 to 32 of a-z 0-9 - _ .
    ///     pin = true            # false without this
    ///     code = ["sms", "email"]
    ///     resend = "redeliver"  # the same code again; "rotate", a new one, holds without this
    ///     authorizes = true     # whether its proof may stand for an operator's word
    #[staticmethod]
    fn parse(py: Python<'_>, text: Text<'_>) -> PyResult<Self> {
        pinbolt_open::policy::parse(&text).map(Self).map_err(|refused| {
            configuration(py, (refused.to_string(), refused.path().into(), refused.line()))
        })
    }

    /// A setting by its path, or None for a path that there isn't.
    fn get(&self, path: Text<'_>) -> Option<u64> {
        self.0.get(&path)
    }

    /// The names of its purposes.
    #[getter]
    fn purposes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.purposes().iter().map(pinbolt::policy::Purpose::name))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Policy(purposes={})", self.purposes(py)?.repr()?))
    }
}

/// The engine's table as tuples of path, default, min, max, unit, source and about.
pub(crate) fn settings(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(
        py,
        SETTINGS.iter().map(|s| (s.path, s.default, s.min, s.max, s.unit, s.source, s.about)),
    )
}
