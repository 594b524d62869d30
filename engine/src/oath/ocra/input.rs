//! What a response is computed from (RFC 6287, 5.1).

use core::fmt;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512, digest::Output};

use super::{
    super::{
        Algorithm,
        hmac::{Key, Mac},
        wipe::Wiped,
    },
    question::{self, FIELD},
    suite::Suite,
};
use crate::error::Misuse;

/// The longest session's filling.
static ZEROS: [u8; 512] = [0; 512];

/// The challenge, or both parties' challenges: which of them stands first follows from who
/// answers (RFC 6287, 5.1: the other party's before one's own).
///
/// One alone has 1 character to the suite's length. Of two, each has the suite's full length (fill
/// a number with zeros on the left): else a character moved from the end of one to the start of
/// the other would give the same response, and a signed amount could grow a digit.
#[derive(Clone, Copy)]
pub enum Challenge<'a> {
    /// The only one: the server's question (7.1), or what the client is to sign (7.3.1).
    One(&'a str),
    /// Both, and the server answers (7.2, 7.3.2): it computes this, and the client compares it.
    ServerAnswers {
        /// What the client asked.
        client: &'a str,
        /// What the server asked, or gave to sign.
        server: &'a str,
    },
    /// Both, and the client answers (7.2, 7.3.2): it computes this, and the server compares it.
    ClientAnswers {
        /// What the client asked.
        client: &'a str,
        /// What the server asked, or gave to sign.
        server: &'a str,
    },
}

/// Without its text: what is signed may name somebody.
impl fmt::Debug for Challenge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One(_) => "One(..)",
            Self::ServerAnswers { .. } => "ServerAnswers(..)",
            Self::ClientAnswers { .. } => "ClientAnswers(..)",
        })
    }
}

/// The PIN of a suite with `P`: never printed.
///
/// A PIN of a few digits can be tried out from its hash alone: who stores the hash seals it as he
/// seals the secret.
#[derive(Clone, Copy)]
pub enum Pin<'a> {
    /// As it was typed, 1 to 128 bytes of UTF-8; hashed here with the suite's hash.
    Text(&'a str),
    /// Its hash, as a server stores it: 20, 32 or 64 bytes, as the suite's hash gives.
    Hash(&'a [u8]),
}

impl Pin<'_> {
    /// The longest PIN, in bytes.
    pub const MAX_LEN: usize = 128;
}

impl fmt::Debug for Pin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// The inputs of one response: exactly those that the suite names.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    challenge: Challenge<'a>,
    counter: Option<u64>,
    pin: Option<Pin<'a>>,
    session: Option<&'a [u8]>,
    now: Option<u64>,
}

impl<'a> Inputs<'a> {
    /// A challenge alone.
    #[must_use]
    pub const fn new(challenge: Challenge<'a>) -> Self {
        Self { challenge, counter: None, pin: None, session: None, now: None }
    }

    /// `C`: the counter of the response; when matching, the lowest one tried.
    #[must_use]
    pub const fn counter(self, counter: u64) -> Self {
        Self { counter: Some(counter), ..self }
    }

    /// `P`: the PIN.
    #[must_use]
    pub const fn pin(self, pin: Pin<'a>) -> Self {
        Self { pin: Some(pin), ..self }
    }

    /// `S`: 1 byte to the suite's length; a shorter one is filled with zeros on the left, as the
    /// RFC's appendix A does. The RFC means UTF-8; any bytes are taken.
    #[must_use]
    pub const fn session(self, session: &'a [u8]) -> Self {
        Self { session: Some(session), ..self }
    }

    /// `T`: the time in Unix milliseconds.
    #[must_use]
    pub const fn now(self, now: u64) -> Self {
        Self { now: Some(now), ..self }
    }
}

impl fmt::Debug for Inputs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inputs(..)")
    }
}

/// The inputs in the form in which they are hashed; counter and step are given apart, for a window
/// moves them.
pub(super) struct Message<'a> {
    suite: &'a Suite,
    question: [u8; FIELD],
    pin: Hashed,
    filling: &'static [u8],
    session: &'a [u8],
    counter: u64,
    step: u64,
}

impl<'a> Message<'a> {
    pub(super) fn new(suite: &'a Suite, inputs: &Inputs<'a>) -> Result<Self, Misuse> {
        Self::read(suite, inputs).ok_or(Misuse::OcraInput)
    }

    fn read(suite: &'a Suite, inputs: &Inputs<'a>) -> Option<Self> {
        let counter = both(suite.counter().then_some(()), inputs.counter)?;
        let pin = both(suite.pin(), inputs.pin)?;
        let session = both(suite.session(), inputs.session)?;
        let time = both(suite.step(), inputs.now)?;
        let (filling, session) = match session {
            Some((length, session)) => (filling(length, session)?, session),
            None => (Default::default(), Default::default()),
        };
        Some(Self {
            suite,
            question: question::encode(suite, &inputs.challenge)?,
            pin: pin.map_or_else(|| Some(Hashed::none()), Hashed::of)?,
            filling,
            session,
            counter: counter.map_or(0, |((), counter)| counter),
            step: time.map_or(Some(0), |(step, now)| (now / 1000).checked_div(step.into()))?,
        })
    }

    /// The counter of the inputs; 0 if the suite has none.
    pub(super) const fn counter(&self) -> u64 {
        self.counter
    }

    /// The step of the inputs' time; 0 if the suite has none.
    pub(super) const fn step(&self) -> u64 {
        self.step
    }

    pub(super) fn mac(&self, key: &Key, counter: u64, step: u64) -> Mac {
        let (counter, step) = (counter.to_be_bytes(), step.to_be_bytes());
        key.mac(&[
            self.suite.as_bytes(),
            &[0],
            if self.suite.counter() { &counter } else { &[] },
            &self.question,
            self.pin.as_bytes(),
            self.filling,
            self.session,
            if self.suite.step().is_some() { &step } else { &[] },
        ])
    }
}

/// What is given, if and only if it is asked for.
fn both<A, G>(asked: Option<A>, given: Option<G>) -> Option<Option<(A, G)>> {
    match (asked, given) {
        (Some(asked), Some(given)) => Some(Some((asked, given))),
        (None, None) => Some(None),
        _ => None,
    }
}

/// The zeros before a session that is shorter than its field.
fn filling(length: u16, session: &[u8]) -> Option<&'static [u8]> {
    let zeros = usize::from(length).checked_sub(session.len())?;
    ZEROS.get(..zeros).filter(|_| !session.is_empty())
}

/// The PIN's hash; nothing where no PIN is asked for.
struct Hashed {
    bytes: Wiped<[u8; 64]>,
    len: usize,
}

impl Hashed {
    const fn none() -> Self {
        Self { bytes: Wiped::empty(), len: 0 }
    }

    fn of((hash, pin): (Algorithm, Pin<'_>)) -> Option<Self> {
        let mut hashed = Self { bytes: Wiped::empty(), len: hash.output_len() };
        let bytes = hashed.bytes.get_mut(..hashed.len)?;
        match pin {
            Pin::Hash(given) if given.len() == bytes.len() => bytes.copy_from_slice(given),
            Pin::Text(text) if (1..=Pin::MAX_LEN).contains(&text.len()) => match hash {
                Algorithm::Sha1 => digest::<Sha1>(text, bytes)?,
                Algorithm::Sha256 => digest::<Sha256>(text, bytes)?,
                Algorithm::Sha512 => digest::<Sha512>(text, bytes)?,
            },
            Pin::Hash(_) | Pin::Text(_) => return None,
        }
        Some(hashed)
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

fn digest<H: Digest>(text: &str, to: &mut [u8]) -> Option<()> {
    let to: &mut Output<H> = to.try_into().ok()?;
    H::new_with_prefix(text).finalize_into(to);
    Some(())
}
