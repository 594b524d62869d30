//! HOTP (RFC 4226): a code of a counter, and which counter a code is of.

use core::{fmt, ops::RangeInclusive};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{Algorithm, Code, hmac::Key, modulus::Modulus};
use crate::{
    code::Form,
    error::{Misuse, Refusal},
};

/// How many counters of a window are worked on together.
const LANES: usize = 4;

/// A generator of one secret: its two hash states, wiped on drop; the secret itself isn't kept.
///
/// Neither generating nor matching allocates, and neither takes a time that depends on a code, on
/// the counter that matched, or on the secret.
pub struct Hotp {
    key: Key,
    modulus: Modulus,
    algorithm: Algorithm,
}

impl Hotp {
    /// How many digits a code may have (RFC 4226, 5.3). At 10 digits the first is 0, 1 or 2: 31 bits
    /// hold no more.
    pub const DIGITS: RangeInclusive<u8> = 6..=10;
    /// The least bytes of a secret: 128 bits (RFC 4226, 4 R6). 160 are advised, or as many as
    /// [`Algorithm::output_len`] (RFC 6238, 5.1).
    pub const MIN_SECRET: usize = 16;

    /// A generator for `secret`, which is [`Hotp::MIN_SECRET`] bytes or longer, in plain bytes (no
    /// base32). The caller's copy is his to wipe.
    ///
    /// # Errors
    /// [`Misuse::ShortSecret`] for a shorter one; [`Misuse::Token`] for digits outside
    /// [`Hotp::DIGITS`].
    pub fn new(algorithm: Algorithm, digits: u8, secret: &[u8]) -> Result<Self, Misuse> {
        if secret.len() < Self::MIN_SECRET {
            return Err(Misuse::ShortSecret);
        }
        Self::with_dangerously_short_secret(algorithm, digits, secret)
    }

    /// As [`Hotp::new`], for a secret of one byte or more. For tokens that somebody else has issued:
    /// a secret under 128 bits can be found from a few codes by trying all.
    ///
    /// # Errors
    /// [`Misuse::ShortSecret`] for an empty secret; [`Misuse::Token`] for digits outside
    /// [`Hotp::DIGITS`].
    pub fn with_dangerously_short_secret(
        algorithm: Algorithm,
        digits: u8,
        secret: &[u8],
    ) -> Result<Self, Misuse> {
        let allowed = Self::DIGITS.contains(&digits);
        let modulus = Modulus::new(Form::Digits(digits)).filter(|_| allowed);
        Self::keyed(algorithm, modulus, secret)
    }

    /// A generator of Steam's codes of five letters by the step, for a secret of one byte or more.
    pub(crate) fn steam(secret: &[u8]) -> Result<Self, Misuse> {
        Self::keyed(Algorithm::Sha1, Modulus::new(Form::Steam), secret)
    }

    fn keyed(
        algorithm: Algorithm,
        modulus: Option<Modulus>,
        secret: &[u8],
    ) -> Result<Self, Misuse> {
        let modulus = modulus.ok_or(Misuse::Token)?;
        if secret.is_empty() {
            return Err(Misuse::ShortSecret);
        }
        Ok(Self { key: Key::new(algorithm, secret), modulus, algorithm })
    }

    /// The hash.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The digits of a code; of a Steam code its five letters.
    #[must_use]
    pub const fn digits(&self) -> u8 {
        self.modulus.form().len()
    }

    /// A code as typed, in this generator's form: as [`Code::parse`] takes it, or
    /// [`Code::parse_steam`].
    ///
    /// # Errors
    /// [`Refusal::Malformed`] with [`Input::Otp`](crate::Input::Otp) for anything else.
    pub fn parse(&self, typed: &str) -> Result<Code, Refusal> {
        match self.modulus.form() {
            Form::Digits(digits) => Code::parse(typed, digits),
            Form::Steam => Code::parse_steam(typed),
        }
    }

    /// The code of `counter` (RFC 4226, 5.3).
    #[must_use]
    pub fn code(&self, counter: u64) -> Code {
        Code::written(self.number(counter), self.modulus.form())
    }

    /// Which of the `count` counters from `first` on `code` is of; the lowest where several are.
    /// Counters past `u64::MAX` don't exist. A code of another form is of none.
    ///
    /// All of them are always computed: the time tells nothing but `count`.
    /// Keep it small: each counter more is a guess more for whoever guesses. The caller keeps the
    /// counter after the one matched, and next time begins there.
    #[must_use]
    pub fn matching(&self, code: &Code, first: u64, count: u32) -> Option<u64> {
        let mut found = Found::none();
        self.each(first, count, |counter, number| {
            found.note(counter, code.number().ct_eq(&number))
        });
        found.counter(self.fits(code))
    }

    /// The counter of the second of two `codes` whose counters follow each other, both among the
    /// `count` counters from `from` on (RFC 4226, 7.4); the lowest where several do.
    ///
    /// Takes `count` codes' work, whatever matches.
    #[must_use]
    pub fn resynchronize(&self, codes: (&Code, &Code), from: u64, count: u32) -> Option<u64> {
        let mut found = Found::none();
        let mut first_before = Choice::from(0);
        self.each(from, count, |counter, number| {
            found.note(counter, first_before & codes.1.number().ct_eq(&number));
            first_before = codes.0.number().ct_eq(&number);
        });
        found.counter(self.fits(codes.0) & self.fits(codes.1))
    }

    fn number(&self, counter: u64) -> u64 {
        let [truncated] = *self.key.counters(&[counter]);
        self.modulus.reduce(truncated)
    }

    /// Shows `visit` the counters of a window in rising order, each with its code's number.
    #[inline]
    fn each(&self, first: u64, count: u32, mut visit: impl FnMut(u64, u64)) {
        let mut window = (0..count).map_while(|offset| first.checked_add(offset.into()));
        loop {
            let (mut lanes, mut taken) = ([0; LANES], 0usize);
            for (lane, counter) in lanes.iter_mut().zip(&mut window) {
                *lane = counter;
                taken = taken.saturating_add(1);
            }
            let lanes = lanes.get(..taken).unwrap_or_default();
            if lanes.is_empty() {
                return;
            }
            let truncated = self.key.counters::<LANES>(lanes);
            for (counter, truncated) in lanes.iter().zip(truncated.iter()) {
                visit(*counter, self.modulus.reduce(*truncated));
            }
        }
    }

    fn fits(&self, code: &Code) -> Choice {
        Choice::from(u8::from(code.form() == self.modulus.form()))
    }
}

impl fmt::Debug for Hotp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (algorithm, digits) = (self.algorithm, self.digits());
        f.debug_struct("Hotp")
            .field("algorithm", &algorithm)
            .field("digits", &digits)
            .finish_non_exhaustive()
    }
}

/// The lowest counter noted, selected without a branch.
struct Found {
    counter: u64,
    any: Choice,
}

impl Found {
    fn none() -> Self {
        Self { counter: 0, any: Choice::from(0) }
    }

    /// Counters come in rising order.
    fn note(&mut self, counter: u64, matches: Choice) {
        self.counter.conditional_assign(&counter, matches & !self.any);
        self.any |= matches;
    }

    fn counter(&self, counts: Choice) -> Option<u64> {
        bool::from(self.any & counts).then_some(self.counter)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn failure_28_every_counter_of_a_window_is_computed_and_once() {
        let hotp = Hotp::new(Algorithm::Sha1, 6, b"12345678901234567890").unwrap();
        for first in [0, 1, u64::MAX - 7] {
            for count in (0..30).chain([1_000]) {
                let mut seen = Vec::new();
                hotp.each(first, count, |counter, number| seen.push((counter, number)));
                let window = (0..count).filter_map(|offset| first.checked_add(offset.into()));
                let expected: Vec<_> = window.map(|at| (at, hotp.code(at).number())).collect();
                assert_eq!(seen, expected);
            }
        }
    }

    #[test]
    fn failure_28_what_was_found_first_stays() {
        let mut found = Found::none();
        for (counter, matches) in [(3, 0), (4, 1), (5, 0), (6, 1), (7, 0)] {
            found.note(counter, Choice::from(matches));
        }
        assert_eq!(found.counter(Choice::from(1)), Some(4));
        assert_eq!(found.counter(Choice::from(0)), None);
    }
}
