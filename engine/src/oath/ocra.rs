//! OCRA (RFC 6287): responses to a challenge, over whatever else the suite names: a counter, a
//! PIN, a session, the time.
//!
//! | RFC 6287 | who answers | [`Challenge`] |
//! | --- | --- | --- |
//! | 7.1 one-way, 7.3.1 signature | the client | [`One`](Challenge::One) |
//! | 7.2 mutual, 7.3.2 signature with server authentication | the server, first | [`ServerAnswers`](Challenge::ServerAnswers) |
//! | the same | then the client | [`ClientAnswers`](Challenge::ClientAnswers) |
//!
//! These are pure functions: they keep no challenge, no counter and no count of failures. Whoever
//! calls them draws a random challenge of the suite's full length, takes it once, and counts wrong
//! answers.
//!
//! ```
//! use pinbolt::oath::ocra::{Challenge, Inputs, Ocra, Pin, Response, Window};
//!
//! # fn main() -> Result<(), pinbolt::Error> {
//! let ocra = Ocra::new("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", b"12345678901234567890123456789012")?;
//! // The token: its counter stands at 5, its owner types the PIN and the challenge.
//! let asked = Inputs::new(Challenge::One("12345678")).pin(Pin::Text("1234"));
//! let response = ocra.response(&asked.counter(5))?;
//! assert_eq!(response.as_str(), "65983500");
//!
//! // The server: it expects counter 3 or one of the nine after it.
//! let typed = Response::parse("6598 3500", ocra.suite())?;
//! let matched = ocra.matching(&asked.counter(3), &typed, Window::ONE.counters(10))?;
//! assert_eq!(matched.and_then(|matched| matched.counter()), Some(5));
//! # Ok(()) }
//! ```

mod input;
mod question;
mod response;
mod suite;
mod window;

use core::fmt;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::hmac::Key;
use crate::error::Misuse;
use input::Message;

pub use input::{Challenge, Inputs, Pin};
pub use response::Response;
pub use suite::{Format, Suite};
pub use window::{Matched, Window};

/// A suite and a secret: the secret's two hash states, wiped on drop; the secret itself isn't kept.
///
/// Neither generating nor matching allocates, and neither takes a time that depends on a response,
/// on what matched, on the secret or on the PIN's hash.
pub struct Ocra {
    suite: Suite,
    key: Key,
}

impl Ocra {
    /// The least bytes of a secret: 128 bits (RFC 4226, 4 R6).
    pub const MIN_SECRET: usize = 16;

    /// A generator for a suite, in [`Suite::parse`]'s text, and a secret of
    /// [`Ocra::MIN_SECRET`] bytes or more; 20, 32 or 64 are advised, as the suite's hash gives. The
    /// caller's copy is his to wipe.
    ///
    /// # Errors
    /// [`Misuse::OcraSuite`] as [`Suite::parse`] gives; [`Misuse::ShortSecret`] for a shorter
    /// secret.
    pub fn new(suite: &str, secret: &[u8]) -> Result<Self, Misuse> {
        Self::keyed(Suite::parse(suite)?, secret, Self::MIN_SECRET)
    }

    /// As [`Ocra::new`], for a secret of one byte or more. For tokens that somebody else has
    /// issued: a secret under 128 bits can be found from a few responses by trying all.
    ///
    /// # Errors
    /// [`Misuse::OcraSuite`] as [`Suite::parse`] gives; [`Misuse::ShortSecret`] for an empty
    /// secret.
    pub fn with_dangerously_short_secret(suite: &str, secret: &[u8]) -> Result<Self, Misuse> {
        Self::keyed(Suite::parse(suite)?, secret, 1)
    }

    /// The suite.
    #[must_use]
    pub const fn suite(&self) -> &Suite {
        &self.suite
    }

    /// The response to `inputs` (RFC 6287, 5): what the token shows, or what the server proves
    /// itself with.
    ///
    /// # Errors
    /// [`Misuse::OcraInput`] if the inputs aren't those that the suite names, or not of its form.
    pub fn response(&self, inputs: &Inputs<'_>) -> Result<Response, Misuse> {
        let message = Message::new(&self.suite, inputs)?;
        Ok(self.answer(&message, message.counter(), message.step()))
    }

    /// At which counter and step of the window `response` is right: among the inputs' counter and
    /// those after it, and the steps around the inputs' time; the lowest counter, and then the
    /// lowest step, where several are. Counters past `u64::MAX` don't exist: the RFC lets them
    /// start over, and one that was used would come back. A response of another suite's length is
    /// right nowhere.
    ///
    /// All of the window is always computed: the time tells nothing but its size.
    ///
    /// Who accepts a match expects the counter after [`Matched::counter`] from then on, and takes
    /// the challenge no second time.
    ///
    /// # Errors
    /// [`Misuse::OcraInput`] as [`Ocra::response`] gives, or if the window moves what the suite
    /// doesn't name, or has over [`Window::MAX`] places.
    pub fn matching(
        &self,
        inputs: &Inputs<'_>,
        response: &Response,
        window: Window,
    ) -> Result<Option<Matched>, Misuse> {
        let message = Message::new(&self.suite, inputs)?;
        window.check(&self.suite)?;
        let mut any = Choice::from(0);
        let mut at = (0, 0);
        for counter in window.counters_from(message.counter()) {
            for step in window.steps_around(message.step()) {
                let matches = self.answer(&message, counter, step).ct_eq(response);
                at.0.conditional_assign(&counter, matches & !any);
                at.1.conditional_assign(&step, matches & !any);
                any |= matches;
            }
        }
        Ok(bool::from(any).then(|| Matched::at(&self.suite, at)))
    }

    fn keyed(suite: Suite, secret: &[u8], least: usize) -> Result<Self, Misuse> {
        if secret.len() < least {
            return Err(Misuse::ShortSecret);
        }
        Ok(Self { suite, key: Key::new(suite.algorithm(), secret) })
    }

    fn answer(&self, message: &Message<'_>, counter: u64, step: u64) -> Response {
        Response::of(&message.mac(&self.key, counter, step), &self.suite)
    }
}

impl fmt::Debug for Ocra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ocra({})", self.suite)
    }
}
