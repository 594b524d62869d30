//! Stores: of Python's, and by URL.

use std::sync::Arc;

use pinbolt::{
    driver::{self, StoreError, Swapped},
    row::{self, RowName},
};
use pyo3::{exceptions::PyTypeError, intern, prelude::*, types::PyString};

use crate::{
    error::configuration,
    held::Held,
    interrupt::{self, Unasked, ask},
    operation::Operation,
    row::{Snapshot, Write},
    text::Text,
};

/// A store of Python's. What it raises is a store's failure at a load and doubt at a write, and so
/// is what answers nothing.
pub(crate) struct PythonStore(Held);

impl PythonStore {
    pub(crate) fn new(store: Bound<'_, PyAny>) -> PyResult<Self> {
        for verb in ["load", "swap"] {
            if !store.getattr_opt(verb)?.is_some_and(|verb| verb.is_callable()) {
                return Err(PyTypeError::new_err(format!("a store needs a method {verb}")));
            }
        }
        Ok(Self(Held::new(store)))
    }

    pub(crate) fn held(&self) -> Held {
        self.0.clone()
    }
}

impl driver::Store for PythonStore {
    fn load(&self, row: &RowName) -> Result<Option<row::Snapshot>, StoreError> {
        Ok(ask(|py| {
            let answer = self.0.bind(py).call_method1(intern!(py, "load"), (row.as_str(),))?;
            loaded(&answer)
        })?)
    }

    fn swap(&self, write: &row::Write) -> Swapped {
        let answer = ask(|py| {
            let write = Write(write.clone());
            let answer = self.0.bind(py).call_method1(intern!(py, "swap"), (write,))?;
            swapped(&answer)
        });
        match answer {
            Ok(answer) => answer,
            // It wasn't called, so it wrote nothing.
            Err(Unasked::Never) => Swapped::Failed(Unasked::Never.into()),
            Err(unasked) => Swapped::InDoubt(unasked.into()),
        }
    }
}

/// What a load gave.
pub(crate) fn loaded(answer: &Bound<'_, PyAny>) -> PyResult<Option<row::Snapshot>> {
    if answer.is_none() {
        return Ok(None);
    }
    let snapshot = answer.cast::<Snapshot>().map_err(|_| odd("load", "a Snapshot or None", answer));
    Ok(Some(snapshot?.get().to_engine()))
}

/// What a swap gave.
fn swapped(answer: &Bound<'_, PyAny>) -> PyResult<Swapped> {
    let unsaid = || StoreError::new("The store gave no reason.");
    let text = answer.cast::<PyString>().ok().and_then(|text| text.to_str().ok());
    match text {
        Some("applied") => Ok(Swapped::Applied),
        Some("conflict") => Ok(Swapped::Conflict),
        Some("in_doubt") => Ok(Swapped::InDoubt(unsaid())),
        Some("failed") => Ok(Swapped::Failed(unsaid())),
        _ => Err(odd("swap", "'applied', 'conflict', 'in_doubt' or 'failed'", answer)),
    }
}

/// The type alone: a value may hold anything.
pub(crate) fn odd(verb: &str, wanted: &str, answer: &Bound<'_, PyAny>) -> PyErr {
    let name = answer.get_type().qualname().map_or_else(|_| "?".into(), |name| name.to_string());
    PyTypeError::new_err(format!("{verb} answers {wanted}, and gave something else: {name}"))
}

/// A store that was opened by its URL. It is a `Store` like any other; an engine runs it without
/// the interpreter.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct OpenedStore(pub(crate) Arc<dyn driver::Store>);

#[pymethods]
impl OpenedStore {
    /// The row as it stands, or None. Raises OSError where the store can't be read.
    fn load(&self, py: Python<'_>, row: &str) -> PyResult<Option<Snapshot>> {
        let name = RowName::new(row);
        let name = name.ok_or_else(|| crate::error::misuse(py, pinbolt::Misuse::Value))?;
        let loaded = py.detach(|| self.0.load(&name)).map_err(raised)?;
        Ok(loaded.map(Snapshot::of))
    }

    /// Applies `write` if the row stands at `write.expected`: `applied`, `conflict`, `in_doubt` or
    /// `failed`.
    fn swap(&self, py: Python<'_>, write: &Write) -> &'static str {
        match py.detach(|| self.0.swap(&write.0)) {
            Swapped::Applied => "applied",
            Swapped::Conflict => "conflict",
            Swapped::InDoubt(_) => "in_doubt",
            Swapped::Failed(_) => "failed",
        }
    }

    /// Answers an operation's loads and writes, up to a question of another kind or a lost race,
    /// which it tells. For the asyncio driver: one trip to a thread instead of one for each.
    fn _serve(&self, py: Python<'_>, operation: &Operation) -> PyResult<bool> {
        operation.serve(py, &Native(self.0.clone()))
    }

    fn __repr__(&self) -> &'static str {
        "OpenedStore(..)"
    }
}

/// A native store, left alone once the operation was interrupted.
pub(crate) struct Native(pub(crate) Arc<dyn driver::Store>);

impl driver::Store for Native {
    fn load(&self, row: &RowName) -> Result<Option<row::Snapshot>, StoreError> {
        match interrupt::is_interrupted() {
            true => Err(Unasked::Never.into()),
            false => self.0.load(row),
        }
    }

    fn swap(&self, write: &row::Write) -> Swapped {
        match interrupt::is_interrupted() {
            true => Swapped::Failed(Unasked::Never.into()),
            false => self.0.swap(write),
        }
    }
}

/// Opens the store that a URL names: `sqlite:///absolute/path.db`, `sqlite://relative/path.db`, or
/// `memory:` for demonstrations. Three slashes are an absolute path; SQLAlchemy counts one more.
/// Raises ConfigurationError, which never repeats the URL.
///
/// Nothing else in this process may open that file, not even to look: when Python's own `sqlite3`
/// closes it, this store's locks are gone, and its writes fail. Look from another process.
#[pyfunction]
pub(crate) fn open_store(py: Python<'_>, url: Text<'_>) -> PyResult<OpenedStore> {
    let opened = py.detach(|| pinbolt_open::store(&url));
    let opened =
        opened.map_err(|refused| configuration(py, (refused.to_string(), "url".into(), None)))?;
    Ok(OpenedStore(opened.into()))
}

fn raised(error: StoreError) -> PyErr {
    match error.into_inner().downcast::<PyErr>() {
        Ok(error) => *error,
        Err(other) => pyo3::exceptions::PyOSError::new_err(other.to_string()),
    }
}
