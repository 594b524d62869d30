//! A refusal: an answer to the person.

use pinbolt::Refusal;
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBool, PyInt, PyString, PyType},
};

use crate::{clock::instant, error::truth_test};

/// "No" to the person: a value, not an exception. `str()` is the sentence for the person; names,
/// codes and sentences are those of `pinbolt.REFUSALS`, the same in every language.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Refused(pub(crate) Refusal);

#[pymethods]
impl Refused {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("name",)
    }

    /// The stable code, 101 and up.
    #[getter]
    fn code(&self) -> u16 {
        self.0.code()
    }

    /// The stable name, such as `WrongCode`.
    #[getter]
    fn name(&self) -> &'static str {
        self.0.name()
    }

    /// One sentence for the person, free of anything secret.
    #[getter]
    fn sentence(&self) -> &'static str {
        self.0.sentence()
    }

    /// What exactly is wrong with what was typed, for `Malformed` and `WeakPin`.
    #[getter]
    fn detail(&self) -> Option<String> {
        self.0.detail()
    }

    /// How many more codes may be typed for this challenge, for `WrongCode`.
    #[getter]
    fn tries_left(&self) -> Option<u8> {
        self.0.tries_left()
    }

    /// The letters of the newest message, for `Superseded`.
    #[getter]
    fn newest(&self) -> Option<String> {
        self.0.newest().map(|reference| reference.to_string())
    }

    /// From when on the next try is possible, for `Waiting` and `Throttled`.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.until().map(|until| instant(py, until)).transpose()
    }

    /// The kind of key that the account lacks, for `KeyMissing`.
    #[getter]
    fn key(&self) -> Option<String> {
        self.0.key().map(|key| key.name().into())
    }

    fn __str__(&self) -> &'static str {
        self.0.sentence()
    }

    fn __repr__(&self) -> String {
        format!("Refused({}, '{}')", self.0.code(), self.0.name())
    }

    /// With its own kind. A name, a code or a class would never be equal, and the refusal be
    /// passed over in silence.
    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = other.py();
        if let Ok(other) = other.cast::<Self>() {
            return Ok(PyBool::new(py, self.0 == other.get().0).to_owned().into_any().unbind());
        }
        let (text, number) = (other.is_instance_of::<PyString>(), other.is_instance_of::<PyInt>());
        match text || number || other.is_instance_of::<PyType>() {
            true => Err(PyTypeError::new_err(
                "a Refused equals another Refused alone: look at its name or code, or ask isinstance",
            )),
            false => Ok(py.NotImplemented()),
        }
    }

    fn __hash__(&self) -> u64 {
        u64::from(self.0.code())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Refused"))
    }
}
