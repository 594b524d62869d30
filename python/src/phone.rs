//! Phone numbers as people write them.

use pinbolt_phone::PhoneError;
use pyo3::prelude::*;

use crate::{
    error::{misuse, truth_test},
    text::Text,
};

/// Reads phone numbers as the people of a country write them: two capital letters (ISO 3166-1), such
/// as `PT`. It never changes; any number of threads may use it. The first one that reads takes some
/// milliseconds, and some megabytes for good.
#[pyclass(frozen, module = "pinbolt.phone")]
pub(crate) struct Reader(pinbolt_phone::Reader);

#[pymethods]
impl Reader {
    #[new]
    fn new(py: Python<'_>, country: Text<'_>) -> PyResult<Self> {
        pinbolt_phone::Reader::new(&country).map(Self).map_err(|no| misuse(py, no))
    }

    /// Reads international forms alone: those that begin with `+`.
    #[staticmethod]
    const fn international() -> Self {
        Self(pinbolt_phone::Reader::international())
    }

    /// Reads a phone number: with `+`, with the country's own way out (`00`, `011` and so on), or as
    /// it is dialled within the country. A `Number`, or the first `Fault` found.
    fn read<'py>(&self, py: Python<'py>, text: Text<'_>) -> PyResult<Bound<'py, PyAny>> {
        match self.0.read(&text) {
            Ok(number) => Ok(Bound::new(py, Number(number))?.into_any()),
            Err(fault) => Ok(Bound::new(py, Fault(fault))?.into_any()),
        }
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// A phone number that was read.
#[pyclass(frozen, eq, module = "pinbolt.phone")]
#[derive(PartialEq)]
pub(crate) struct Number(pinbolt_phone::Number);

#[pymethods]
impl Number {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("phone", "line")
    }

    /// The number, in the form that the engine takes: `+` and digits (E.164).
    #[getter]
    fn phone(&self) -> &str {
        self.0.phone.as_str()
    }

    /// What kind of line it is, such as `mobile`.
    #[getter]
    const fn line(&self) -> &'static str {
        self.0.line.name()
    }

    fn __repr__(&self) -> String {
        format!("Number(.., '{}')", self.0.line)
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Number"))
    }
}

/// Why a phone number is refused; as a text, a sentence for the person. It never contains what was
/// typed.
#[pyclass(frozen, eq, module = "pinbolt.phone")]
#[derive(PartialEq)]
pub(crate) struct Fault(PhoneError);

#[pymethods]
impl Fault {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("name",)
    }

    /// The fault's name, such as `Ambiguous`: the same in C, Rust and Python.
    #[getter]
    const fn name(&self) -> &'static str {
        self.0.name()
    }

    fn __str__(&self) -> &'static str {
        self.0.sentence()
    }

    fn __repr__(&self) -> String {
        format!("Fault('{}')", self.0.name())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Fault"))
    }
}
