//! QR codes: a text as a picture that a phone's camera reads.

use pinbolt::Misuse;
use pyo3::{
    prelude::*,
    types::{PyBytes, PyString},
};

use crate::{
    error::misuse,
    text::{Text, Whole},
};

/// A QR code (ISO/IEC 18004): a text of at most 2331 bytes as a picture that a phone's camera reads. 15 %
/// of it may be damaged. The picture of an address is its secret: show it to its owner alone, once, and
/// keep it nowhere.
#[pyclass(frozen, module = "pinbolt.provision")]
pub(crate) struct Qr(pinbolt_provision::Qr);

#[pymethods]
impl Qr {
    #[new]
    fn new(py: Python<'_>, text: Text<'_>) -> PyResult<Self> {
        pinbolt_provision::Qr::new(&text).map(Self).map_err(|no| misuse(py, no))
    }

    /// As SVG: black on white, without a size of its own, without scripts and links, so that it can be
    /// put into a page as it is.
    fn svg<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        PyString::new(py, &self.0.svg())
    }

    /// As text for a terminal that knows UTF-8 and 256 colours: half a line for a module's height, black
    /// on white on dark and on light ones. Lines end with a newline.
    fn terminal<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        PyString::new(py, &self.0.terminal())
    }

    /// As PNG: black on white, one bit a pixel, `scale` pixels to a module's side, 1 to 32.
    #[pyo3(signature = (scale=Whole::of(8)), text_signature = "($self, scale=8)")]
    fn png<'py>(&self, py: Python<'py>, scale: Whole) -> PyResult<Bound<'py, PyBytes>> {
        let drawn = self.0.png(scale.or_misuse(py, Misuse::Value)?);
        drawn.map(|png| PyBytes::new(py, &png)).map_err(|no| misuse(py, no))
    }

    fn __repr__(&self) -> &'static str {
        "Qr(..)"
    }
}
