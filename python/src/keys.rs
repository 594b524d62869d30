//! The keys of an installation.

use std::{path::PathBuf, sync::Arc};

use pinbolt::Keyring;
use pinbolt_open::keys::{self, Field, KeysError};
use pyo3::prelude::*;

use crate::{error::configuration, text::Text};

/// The keys of an installation. They may be shared by several engines, and are wiped with the last.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Keys(pub(crate) Arc<Keyring>);

#[pymethods]
impl Keys {
    /// Draws new keys and writes them to `path`: with mode 0600, whole or not at all, and never
    /// over what is there. Raises ConfigurationError.
    #[staticmethod]
    fn generate(py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| keys::generate(path)).map_err(|refused| raised(py, &refused))
    }

    /// Reads the keys from a private file. Raises ConfigurationError, which names the field or the
    /// line and never a secret.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        opened(py, py.detach(|| keys::load(path)))
    }

    /// Reads the keys from a text, such as a vault gives. Raises ConfigurationError.
    #[staticmethod]
    fn parse(py: Python<'_>, text: Text<'_>) -> PyResult<Self> {
        opened(py, keys::parse(&text))
    }

    /// Reads the keys from an environment variable that holds what the file would, as this process
    /// was started with it or as `os.environ` was changed since. Raises ConfigurationError.
    #[staticmethod]
    fn from_env(py: Python<'_>, name: Text<'_>) -> PyResult<Self> {
        opened(py, keys::from_env(&name))
    }

    /// The numbers of the secrets, the active one last.
    #[getter]
    fn ids(&self) -> Vec<u32> {
        self.0.ids().collect()
    }

    fn __repr__(&self) -> String {
        format!("Keys(ids={:?})", self.ids())
    }
}

fn opened(py: Python<'_>, keys: Result<Keyring, KeysError>) -> PyResult<Keys> {
    keys.map(|keys| Keys(Arc::new(keys))).map_err(|refused| raised(py, &refused))
}

fn raised(py: Python<'_>, refused: &KeysError) -> PyErr {
    let (path, line) = match refused {
        KeysError::Syntax { line } | KeysError::UnknownField { line } => {
            (String::new(), Some(*line))
        }
        KeysError::KeyId { line } => ("secrets".into(), Some(*line)),
        KeysError::Missing(field)
        | KeysError::Type(field)
        | KeysError::Base64(field)
        | KeysError::Length(field)
        | KeysError::Placeholder(field) => (path_of(*field), None),
        KeysError::UnknownActive(_) => ("active".into(), None),
        _ => (String::new(), None),
    };
    configuration(py, (refused.to_string(), path, line))
}

fn path_of(field: Field) -> String {
    match field {
        Field::Index => "index".into(),
        Field::Active => "active".into(),
        Field::Secrets => "secrets".into(),
        Field::Secret(id) => format!("secrets.{id}"),
    }
}
