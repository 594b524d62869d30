//! HOTP (RFC 4226): a code of a counter, and which counter a code is of.

use core::{fmt, ops::RangeInclusive};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{Algorithm, Code, hmac::Key, modulus::Modulus};
use crate::error::Misuse;

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
        let modulus = Modulus::new(digits).filter(|_| allowed).ok_or(Misuse::Token)?;
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

    /// The digits of a code.
    #[must_use]
    pub const fn digits(&self) -> u8 {
        self.modulus.digits()
    }

    /// The code of `counter` (RFC 4226, 5.3).
    #[must_use]
    pub fn code(&self, counter: u64) -> Code {
        Code::of(self.number(counter), self.digits())
    }

    /// Which of the `count` counters from `first` on `code` is of; the lowest where several are.
    /// Counters past `u64::MAX` don't exist. A code of another length is of none.
    ///
    /// All of them are always computed: the time tells nothing but `count`.
    #[must_use]
    pub fn matching(&self, code: &Code, first: u64, count: u32) -> Option<u64> {
        let mut found = Found::none();
        for (counter, number) in self.numbers(first, count) {
            found.note(counter, self.is(code, number));
        }
        found.counter()
    }

    /// The counter of the second of two `codes` whose counters follow each other, both among the
    /// `count` counters from `from` on (RFC 4226, 7.4); the lowest where several do.
    ///
    /// Takes `count` codes' work, whatever matches.
    #[must_use]
    pub fn resynchronize(&self, codes: (&Code, &Code), from: u64, count: u32) -> Option<u64> {
        let mut found = Found::none();
        let mut before = Choice::from(0);
        for (counter, number) in self.numbers(from, count) {
            found.note(counter, before & self.is(codes.1, number));
            before = self.is(codes.0, number);
        }
        found.counter()
    }

    fn number(&self, counter: u64) -> u64 {
        self.modulus.number(&self.key.counter(counter))
    }

    /// The counters of a window, each with its number.
    fn numbers(&self, first: u64, count: u32) -> impl Iterator<Item = (u64, u64)> {
        let counters = (0..count).map_while(move |offset| first.checked_add(offset.into()));
        counters.map(|counter| (counter, self.number(counter)))
    }

    fn is(&self, code: &Code, number: u64) -> Choice {
        code.number().ct_eq(&number) & code.digits().ct_eq(&self.digits())
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

    fn counter(&self) -> Option<u64> {
        bool::from(self.any).then_some(self.counter)
    }
}
