//! OCRA as pure functions.

use pinbolt::{
    Misuse,
    oath::{
        self,
        ocra::{self, Challenge, Inputs, Pin, Response, Window},
    },
};
use pyo3::{exceptions::PyTypeError, prelude::*, types::PyString};

use crate::{
    error::{misuse, truth_test},
    oath::MANY,
    text::{Text, Whole},
};

const ONE: Whole = Whole::of(1);
const NONE: Whole = Whole::of(0);

/// Responses to a challenge (RFC 6287), of a suite as the RFC writes it. It keeps what the responses
/// are computed from, and not the secret.
#[pyclass(frozen, module = "pinbolt.oath")]
pub(crate) struct Ocra(oath::Ocra);

#[pymethods]
#[allow(clippy::too_many_arguments, reason = "they have names in Python")]
impl Ocra {
    #[new]
    fn new(py: Python<'_>, suite: Text<'_>, secret: &[u8]) -> PyResult<Self> {
        oath::Ocra::new(&suite, secret).map(Self).map_err(|no| misuse(py, no))
    }

    /// As `Ocra`, for a secret of one byte or more: of tokens that somebody else has issued. Under
    /// 128 bits a secret can be found from a few responses by trying all.
    #[staticmethod]
    fn with_dangerously_short_secret(
        py: Python<'_>,
        suite: Text<'_>,
        secret: &[u8],
    ) -> PyResult<Self> {
        let made = oath::Ocra::with_dangerously_short_secret(&suite, secret);
        made.map(Self).map_err(|no| misuse(py, no))
    }

    /// The response to a challenge: what the token shows, or what the server proves itself with. Of
    /// a suite with 0 digits the whole HMAC in hexadecimal.
    ///
    /// `counter`, `pin` or `pin_hash`, `session` and `now_ms` (Unix milliseconds) are given if, and
    /// only if, the suite names them.
    #[pyo3(signature = (challenge, *, counter=None, pin=None, pin_hash=None, session=None, now_ms=None))]
    fn response<'py>(
        &self,
        py: Python<'py>,
        challenge: &Bound<'_, PyAny>,
        counter: Option<Whole>,
        pin: Option<Text<'_>>,
        pin_hash: Option<&[u8]>,
        session: Option<&[u8]>,
        now_ms: Option<Whole>,
    ) -> PyResult<Bound<'py, PyString>> {
        let (challenge, pins) = (self::challenge(challenge)?, (pin.as_deref(), pin_hash));
        let inputs = inputs(py, challenge, (counter, now_ms), pins, session)?;
        let response = self.0.response(&inputs).map_err(|no| misuse(py, no))?;
        Ok(PyString::new(py, response.as_str()))
    }

    /// Where a typed response to a challenge is right; the lowest counter, and then the lowest step,
    /// where it is several times, and None where it isn't. What isn't well-formed is right nowhere.
    ///
    /// The other arguments are those of `response`, looked for at `counters` counters from `counter`
    /// on, and from `back` steps before the time to `ahead` after it; at most 1000 places, all of
    /// which are always computed.
    #[pyo3(signature = (response, challenge, *, counter=None, pin=None, pin_hash=None, session=None, now_ms=None, counters=ONE, back=NONE, ahead=NONE), text_signature = "($self, response, challenge, *, counter=None, pin=None, pin_hash=None, session=None, now_ms=None, counters=1, back=0, ahead=0)")]
    fn matching(
        &self,
        py: Python<'_>,
        response: Text<'_>,
        challenge: &Bound<'_, PyAny>,
        counter: Option<Whole>,
        pin: Option<Text<'_>>,
        pin_hash: Option<&[u8]>,
        session: Option<&[u8]>,
        now_ms: Option<Whole>,
        counters: Whole,
        back: Whole,
        ahead: Whole,
    ) -> PyResult<Option<OcraMatched>> {
        let (challenge, pins) = (self::challenge(challenge)?, (pin.as_deref(), pin_hash));
        let inputs = inputs(py, challenge, (counter, now_ms), pins, session)?;
        let small = |number: &Whole| number.or_misuse::<u32>(py, Misuse::OcraInput);
        let (counters, back, ahead) = (small(&counters)?, small(&back)?, small(&ahead)?);
        let window = Window::ONE.counters(counters).steps(back, ahead);
        let compute = || match Response::parse(&response, self.0.suite()) {
            Ok(response) => self.0.matching(&inputs, &response, window),
            // Inputs that don't fit are told, whatever was typed.
            Err(_) => self.0.response(&inputs).and_then(|own| {
                let told = self.0.matching(&inputs, &own, window);
                told.map(|_| None)
            }),
        };
        let places = counters.saturating_mul(back.saturating_add(ahead).saturating_add(1));
        let found = if places > MANY { py.detach(compute) } else { compute() };
        Ok(found.map_err(|no| misuse(py, no))?.map(OcraMatched))
    }

    /// The suite's text.
    #[getter]
    fn suite(&self) -> &str {
        self.0.suite().as_str()
    }

    fn __repr__(&self) -> String {
        format!("Ocra('{}')", self.0.suite())
    }
}

/// Where a response was right. It has no truth: ask `is not None`.
#[pyclass(frozen, eq, module = "pinbolt.oath")]
#[derive(PartialEq)]
pub(crate) struct OcraMatched(ocra::Matched);

#[pymethods]
impl OcraMatched {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("counter", "step")
    }

    /// The counter; None if the suite has none. The next one is expected from now on.
    #[getter]
    fn counter(&self) -> Option<u64> {
        self.0.counter()
    }

    /// The time step, in the suite's steps since 1970; None if the suite has none.
    #[getter]
    fn step(&self) -> Option<u64> {
        self.0.step()
    }

    fn __repr__(&self) -> String {
        let shown = |at: Option<u64>| at.map_or_else(|| "None".into(), |at| at.to_string());
        format!("OcraMatched(counter={}, step={})", shown(self.0.counter()), shown(self.0.step()))
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("OcraMatched"))
    }
}

macro_rules! both {
    ($(#[$about:meta])* $name:ident, $shown:literal) => {
        $(#[$about])*
        #[pyclass(frozen, eq, get_all, module = "pinbolt.oath")]
        #[derive(PartialEq)]
        pub(crate) struct $name {
            /// What the client asked.
            client: String,
            /// What the server asked, or gave to sign.
            server: String,
        }

        #[pymethods]
        impl $name {
            #[new]
            #[pyo3(signature = (*, client, server))]
            fn new(client: Text<'_>, server: Text<'_>) -> Self {
                Self { client: (*client).into(), server: (*server).into() }
            }

            fn __repr__(&self) -> &'static str {
                $shown
            }
        }
    };
}

both! {
    /// Both parties' challenges, and the server answers: it computes the response, and the client
    /// compares it. Each has the suite's full length.
    ServerAnswers, "ServerAnswers(..)"
}

both! {
    /// Both parties' challenges, and the client answers: it computes the response, and the server
    /// compares it. Each has the suite's full length.
    ClientAnswers, "ClientAnswers(..)"
}

/// The challenge, or both parties'.
fn challenge<'a>(given: &'a Bound<'_, PyAny>) -> PyResult<Challenge<'a>> {
    if let Ok(both) = given.cast::<ServerAnswers>() {
        let ServerAnswers { client, server } = both.get();
        return Ok(Challenge::ServerAnswers { client, server });
    }
    if let Ok(both) = given.cast::<ClientAnswers>() {
        let ClientAnswers { client, server } = both.get();
        return Ok(Challenge::ClientAnswers { client, server });
    }
    match given.extract::<Text<'a>>() {
        Ok(text) => Ok(Challenge::One(text.whole())),
        Err(_) => {
            Err(PyTypeError::new_err("a challenge is a text, a ServerAnswers or a ClientAnswers"))
        }
    }
}

/// What stands beside the challenge.
fn inputs<'a>(
    py: Python<'_>,
    challenge: Challenge<'a>,
    (counter, now_ms): (Option<Whole>, Option<Whole>),
    (pin, pin_hash): (Option<&'a str>, Option<&'a [u8]>),
    session: Option<&'a [u8]>,
) -> PyResult<Inputs<'a>> {
    let mut inputs = Inputs::new(challenge);
    if let Some(counter) = counter {
        inputs = inputs.counter(counter.or_misuse(py, Misuse::Value)?);
    }
    if let Some(now) = now_ms {
        inputs = inputs.now(now.or_misuse(py, Misuse::Value)?);
    }
    if let Some(session) = session {
        inputs = inputs.session(session);
    }
    match (pin, pin_hash) {
        (None, None) => Ok(inputs),
        (Some(text), None) => Ok(inputs.pin(Pin::Text(text))),
        (None, Some(hash)) => Ok(inputs.pin(Pin::Hash(hash))),
        (Some(_), Some(_)) => Err(PyTypeError::new_err("give one of pin and pin_hash")),
    }
}
