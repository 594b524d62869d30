//! HOTP, TOTP and Steam's codes as pure functions.

use pinbolt::{
    Misuse,
    oath::{self, Algorithm},
};
use pyo3::{prelude::*, types::PyString};

use crate::{
    error::{misuse, truth_test},
    text::{Text, Whole, algorithm},
};

/// More codes than this, some microseconds' work, are computed without the interpreter.
pub(crate) const MANY: u32 = 64;

const SHA1: Text<'static> = Text::of("SHA1");
const SIX: Whole = Whole::of(6);
const HALF_A_MINUTE: Whole = Whole::of(30);
const EPOCH: Whole = Whole::of(0);

/// Codes of a counter (RFC 4226). It keeps what the codes are computed from, and not the secret.
#[pyclass(frozen, module = "pinbolt.oath")]
pub(crate) struct Hotp(oath::Hotp);

#[pymethods]
impl Hotp {
    #[new]
    #[pyo3(
        signature = (secret, *, algorithm=SHA1, digits=SIX),
        text_signature = "(secret, *, algorithm='SHA1', digits=6)"
    )]
    fn new(py: Python<'_>, secret: &[u8], algorithm: Text<'_>, digits: Whole) -> PyResult<Self> {
        hotp(py, oath::Hotp::new, (secret, &algorithm, &digits)).map(Self)
    }

    /// As `Hotp`, for a secret of one byte or more: of tokens that somebody else has issued. Under
    /// 128 bits a secret can be found from a few codes by trying all.
    #[staticmethod]
    #[pyo3(
        signature = (secret, *, algorithm=SHA1, digits=SIX),
        text_signature = "(secret, *, algorithm='SHA1', digits=6)"
    )]
    fn with_dangerously_short_secret(
        py: Python<'_>,
        secret: &[u8],
        algorithm: Text<'_>,
        digits: Whole,
    ) -> PyResult<Self> {
        let door = oath::Hotp::with_dangerously_short_secret;
        hotp(py, door, (secret, &algorithm, &digits)).map(Self)
    }

    /// The code of a counter, 0 to 2**64 - 1.
    fn code<'py>(&self, py: Python<'py>, counter: Whole) -> PyResult<Bound<'py, PyString>> {
        code(py, &self.0, &counter)
    }

    /// Which of `count` counters from `first` on a code is of; the lowest where several are, and
    /// None where none is. What isn't well-formed is of none. All of them are always computed.
    fn matching(
        &self,
        py: Python<'_>,
        code: Text<'_>,
        first: Whole,
        count: Whole,
    ) -> PyResult<Option<Matched>> {
        matching(py, &self.0, (&code, &first, &count))
    }

    /// The counter of the second of two codes whose counters follow each other, both among `count`
    /// counters from `first_counter` on (RFC 4226, 7.4); None where none do.
    fn resynchronize(
        &self,
        py: Python<'_>,
        first: Text<'_>,
        second: Text<'_>,
        first_counter: Whole,
        count: Whole,
    ) -> PyResult<Option<Matched>> {
        resynchronize(py, &self.0, (&first, &second), (&first_counter, &count))
    }

    /// The hash: `SHA1`, `SHA256` or `SHA512`.
    #[getter]
    fn algorithm(&self) -> &'static str {
        self.0.algorithm().name()
    }

    /// The digits of a code.
    #[getter]
    fn digits(&self) -> u8 {
        self.0.digits()
    }

    fn __repr__(&self) -> String {
        format!("Hotp(algorithm='{}', digits={})", self.0.algorithm(), self.0.digits())
    }
}

/// Codes of the time, in steps of `period` seconds from the Unix second `start` on (RFC 6238). It
/// keeps what the codes are computed from, and not the secret.
#[pyclass(frozen, module = "pinbolt.oath")]
pub(crate) struct Totp(oath::Totp);

#[pymethods]
impl Totp {
    #[new]
    #[pyo3(
        signature = (secret, *, algorithm=SHA1, digits=SIX, period=HALF_A_MINUTE, start=EPOCH),
        text_signature = "(secret, *, algorithm='SHA1', digits=6, period=30, start=0)"
    )]
    fn new(
        py: Python<'_>,
        secret: &[u8],
        algorithm: Text<'_>,
        digits: Whole,
        period: Whole,
        start: Whole,
    ) -> PyResult<Self> {
        let hotp = hotp(py, oath::Hotp::new, (secret, &algorithm, &digits))?;
        totp(py, hotp, (&period, &start)).map(Self)
    }

    /// As `Totp`, for a secret of one byte or more: of tokens that somebody else has issued. Under
    /// 128 bits a secret can be found from a few codes by trying all.
    #[staticmethod]
    #[pyo3(
        signature = (secret, *, algorithm=SHA1, digits=SIX, period=HALF_A_MINUTE, start=EPOCH),
        text_signature = "(secret, *, algorithm='SHA1', digits=6, period=30, start=0)"
    )]
    fn with_dangerously_short_secret(
        py: Python<'_>,
        secret: &[u8],
        algorithm: Text<'_>,
        digits: Whole,
        period: Whole,
        start: Whole,
    ) -> PyResult<Self> {
        let door = oath::Hotp::with_dangerously_short_secret;
        let hotp = hotp(py, door, (secret, &algorithm, &digits))?;
        totp(py, hotp, (&period, &start)).map(Self)
    }

    /// The codes that Steam's app shows: five of `23456789BCDFGHJKMNPQRTVWXY`, of SHA-1 and 30
    /// seconds since 1970; a code may be typed in either case. Steam's own secrets are 20 bytes.
    #[staticmethod]
    fn steam(py: Python<'_>, secret: &[u8]) -> PyResult<Self> {
        oath::Totp::steam(secret).map(Self).map_err(|no| misuse(py, no))
    }

    /// As `Totp.steam`, for a secret of one byte or more.
    #[staticmethod]
    fn steam_with_dangerously_short_secret(py: Python<'_>, secret: &[u8]) -> PyResult<Self> {
        let made = oath::Totp::steam_with_dangerously_short_secret(secret);
        made.map(Self).map_err(|no| misuse(py, no))
    }

    /// The step of a time in Unix milliseconds; None before the start. Seconds, as of `time.time()`,
    /// pass for a time in 1970, and a code of them would be good for hours.
    fn step(&self, py: Python<'_>, now_ms: Whole) -> PyResult<Option<u64>> {
        Ok(self.0.step(now_ms.or_misuse(py, Misuse::Value)?))
    }

    /// The code of a step.
    fn code<'py>(&self, py: Python<'py>, step: Whole) -> PyResult<Bound<'py, PyString>> {
        code(py, self.0.hotp(), &step)
    }

    /// The code at a time in Unix milliseconds; None before the start.
    fn code_at<'py>(
        &self,
        py: Python<'py>,
        now_ms: Whole,
    ) -> PyResult<Option<Bound<'py, PyString>>> {
        let code = self.0.code_at(now_ms.or_misuse(py, Misuse::Value)?);
        Ok(code.map(|code| PyString::new(py, code.as_str())))
    }

    /// Which of `count` steps from `first` on a code is of; the lowest where several are, and None
    /// where none is. What isn't well-formed is of none. All of them are always computed.
    fn matching(
        &self,
        py: Python<'_>,
        code: Text<'_>,
        first: Whole,
        count: Whole,
    ) -> PyResult<Option<Matched>> {
        matching(py, self.0.hotp(), (&code, &first, &count))
    }

    /// The step of the second of two codes whose steps follow each other, both among `count` steps
    /// from `first_step` on (RFC 6238, 6); None where none do.
    fn resynchronize(
        &self,
        py: Python<'_>,
        first: Text<'_>,
        second: Text<'_>,
        first_step: Whole,
        count: Whole,
    ) -> PyResult<Option<Matched>> {
        resynchronize(py, self.0.hotp(), (&first, &second), (&first_step, &count))
    }

    /// The hash: `SHA1`, `SHA256` or `SHA512`.
    #[getter]
    fn algorithm(&self) -> &'static str {
        self.0.hotp().algorithm().name()
    }

    /// The digits of a code; of a Steam code its five letters.
    #[getter]
    fn digits(&self) -> u8 {
        self.0.hotp().digits()
    }

    /// Seconds of a step.
    #[getter]
    fn period(&self) -> u32 {
        self.0.period()
    }

    /// The Unix second at which step 0 begins.
    #[getter]
    fn start(&self) -> u64 {
        self.0.start()
    }

    fn __repr__(&self) -> String {
        let (algorithm, digits) = (self.algorithm(), self.digits());
        let (period, start) = (self.0.period(), self.0.start());
        format!("Totp(algorithm='{algorithm}', digits={digits}, period={period}, start={start})")
    }
}

/// Where a code was found. It has no truth, which counter 0 would lack: ask `is not None`.
#[pyclass(frozen, eq, module = "pinbolt.oath")]
#[derive(PartialEq)]
pub(crate) struct Matched(u64);

#[pymethods]
impl Matched {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("counter",)
    }

    /// The counter; of a `Totp` the step.
    #[getter]
    fn counter(&self) -> u64 {
        self.0
    }

    fn __repr__(&self) -> String {
        format!("Matched({})", self.0)
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Matched"))
    }
}

fn hotp(
    py: Python<'_>,
    door: impl FnOnce(Algorithm, u8, &[u8]) -> Result<oath::Hotp, Misuse>,
    (secret, name, digits): (&[u8], &str, &Whole),
) -> PyResult<oath::Hotp> {
    let digits = digits.or_misuse(py, Misuse::Token)?;
    door(algorithm(py, name)?, digits, secret).map_err(|no| misuse(py, no))
}

fn totp(
    py: Python<'_>,
    hotp: oath::Hotp,
    (period, start): (&Whole, &Whole),
) -> PyResult<oath::Totp> {
    let period = period.or_misuse(py, Misuse::Token)?;
    let start = start.or_misuse(py, Misuse::Token)?;
    oath::Totp::new(hotp, period, start).map_err(|no| misuse(py, no))
}

#[inline]
fn code<'py>(
    py: Python<'py>,
    hotp: &oath::Hotp,
    counter: &Whole,
) -> PyResult<Bound<'py, PyString>> {
    let code = hotp.code(counter.or_misuse(py, Misuse::Value)?);
    Ok(PyString::new(py, code.as_str()))
}

#[inline]
fn matching(
    py: Python<'_>,
    hotp: &oath::Hotp,
    (code, first, count): (&str, &Whole, &Whole),
) -> PyResult<Option<Matched>> {
    let (first, count) = window(py, (first, count))?;
    let Ok(code) = hotp.parse(code) else { return Ok(None) };
    Ok(computed(py, count, || hotp.matching(&code, first, count)))
}

fn resynchronize(
    py: Python<'_>,
    hotp: &oath::Hotp,
    (first, second): (&str, &str),
    (from, count): (&Whole, &Whole),
) -> PyResult<Option<Matched>> {
    let (from, count) = window(py, (from, count))?;
    let (Ok(first), Ok(second)) = (hotp.parse(first), hotp.parse(second)) else {
        return Ok(None);
    };
    Ok(computed(py, count, || hotp.resynchronize((&first, &second), from, count)))
}

#[inline]
fn window(py: Python<'_>, (first, count): (&Whole, &Whole)) -> PyResult<(u64, u32)> {
    Ok((first.or_misuse(py, Misuse::Value)?, count.or_misuse(py, Misuse::Value)?))
}

#[inline]
fn computed(
    py: Python<'_>,
    count: u32,
    compute: impl FnOnce() -> Option<u64> + Send,
) -> Option<Matched> {
    let found = if count > MANY { py.detach(compute) } else { compute() };
    found.map(Matched)
}
