//! The engine's "no" as Python raises it. The classes are Python's own, in `pinbolt._errors`.

use pinbolt::{Failure, Misuse, driver::StoreError};
use pyo3::{
    exceptions::{PyImportError, PyTypeError},
    prelude::*,
    sync::PyOnceLock,
    types::{PyTuple, PyType},
};

/// A mistake in the calling program.
pub(crate) fn misuse(py: Python<'_>, misuse: Misuse) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    raised(py, (&CLASS, "Misuse"), (misuse.code(), misuse.name(), misuse.sentence()))
}

/// A failure of the infrastructure, with what the store said last: an exception of Python's as its
/// cause, anything else after its sentence.
pub(crate) fn failure(py: Python<'_>, failure: Failure, trouble: Option<StoreError>) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = (&CLASS, "Failure");
    let (code, name, sentence) = (failure.code(), failure.name(), failure.sentence());
    let Some(trouble) = trouble else { return raised(py, class, (code, name, sentence)) };
    match trouble.into_inner().downcast::<PyErr>() {
        Ok(cause) => {
            let error = raised(py, class, (code, name, sentence));
            error.set_cause(py, Some(*cause));
            error
        }
        Err(other) => raised(py, class, (code, name, format!("{sentence} {other}"))),
    }
}

/// A policy, keys or a URL that were refused.
pub(crate) fn configuration(
    py: Python<'_>,
    (message, path, line): (String, String, Option<usize>),
) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    raised(py, (&CLASS, "ConfigurationError"), (message, path, line))
}

/// Why a result can't be asked whether it is true: a refusal would be, too.
pub(crate) fn truth_test(name: &str) -> PyErr {
    PyTypeError::new_err(format!(
        "{name} is neither true nor false: match the result, or ask isinstance(result, ..) for what was granted, such as pinbolt.Accepted"
    ))
}

/// Why what is good once can't be copied or pickled.
pub(crate) fn no_copy(name: &str) -> PyErr {
    PyTypeError::new_err(format!("{name} is good once: it can't be copied or pickled"))
}

/// What is kept here for the process is one interpreter's: another would be handed its classes.
pub(crate) fn alone(py: Python<'_>) -> PyResult<()> {
    static SYS: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let sys = py.import("sys")?;
    match SYS.get_or_init(py, || sys.clone().unbind()).is(&sys) {
        true => Ok(()),
        false => Err(PyImportError::new_err(
            "pinbolt is in use by another interpreter of this process, and serves one alone",
        )),
    }
}

/// A table of the engine's as a tuple of (code, name, sentence).
pub(crate) fn table<'py>(
    py: Python<'py>,
    table: &[(u16, &str, &str)],
) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, table)
}

fn raised<A>(
    py: Python<'_>,
    (class, name): (&'static PyOnceLock<Py<PyType>>, &str),
    arguments: A,
) -> PyErr
where
    A: for<'py> pyo3::call::PyCallArgs<'py>,
{
    let made = class.import(py, "pinbolt._errors", name).and_then(|class| class.call1(arguments));
    made.map_or_else(|error| error, PyErr::from_value)
}
