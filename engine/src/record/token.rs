//! A token of an account: its secret, its parameters, and the step or counter that only rises.

use alloc::{string::String, vec::Vec};
use core::fmt;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    code::Form,
    error::{Failure, Refusal},
    guard::{Span, Windows},
    oath::{Algorithm, Code, Hotp, Totp},
};

/// Codes that a candidate may be tried with.
pub(crate) const CONFIRM_TRIES: u8 = 10;

/// A code a second for 136 years: no device has come further.
const MOST_COUNTER: u64 = 1 << 32;

const NOWHERE: Span = Span { first: 0, count: 0 };

/// A token's secret; wiped when it goes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Seed(pub(crate) Zeroizing<Vec<u8>>);

/// A token, with the parameters under which it was added.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Token {
    /// Never given twice on one account.
    #[n(0)]
    pub(crate) number: u32,
    #[n(1)]
    pub(crate) label: String,
    #[n(2)]
    pub(crate) seed: Seed,
    #[n(3)]
    pub(crate) algorithm: Algorithm,
    #[n(4)]
    pub(crate) digits: u8,
    /// Seconds of a TOTP's step; `None`: a HOTP.
    #[n(5)]
    pub(crate) period: Option<u32>,
    /// Unix second of a TOTP's step 0.
    #[n(6)]
    pub(crate) start: u64,
    /// The lowest step or counter that may still be accepted; it only rises.
    #[n(7)]
    pub(crate) next: u64,
    /// Steps by which its clock is ahead, as two consecutive codes showed.
    #[n(8)]
    pub(crate) offset: i32,
    /// The same beyond that, as the last code showed.
    #[n(9)]
    pub(crate) drift: i32,
    #[n(10)]
    pub(crate) added: u64,
    /// `None`: a candidate.
    #[n(11)]
    pub(crate) confirmed: Option<u64>,
    #[n(12)]
    pub(crate) used: Option<u64>,
    /// Of a candidate.
    #[n(13)]
    pub(crate) tries_left: u8,
    /// Its codes are Steam's five letters.
    #[n(14)]
    #[cbor(default, skip_if = "is_digits")]
    pub(crate) steam: bool,
}

const fn is_digits(steam: &bool) -> bool {
    !*steam
}

/// What a code is to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// The code of this step or counter, which may be accepted.
    Fresh(u64),
    /// A code of a step or counter that is over.
    Used,
    None,
}

impl Token {
    /// What nobody's row has in its place, so that a guess there costs the like. Also the blank of a
    /// new token.
    pub(crate) fn nobody(digits: u8) -> Self {
        Self {
            number: 0,
            label: String::new(),
            seed: Seed(Zeroizing::new(alloc::vec![0; 20])),
            algorithm: Algorithm::Sha1,
            digits,
            period: Some(30),
            start: 0,
            next: 0,
            offset: 0,
            drift: 0,
            added: 0,
            confirmed: None,
            used: None,
            tries_left: 0,
            steam: false,
        }
    }

    /// A code as typed, in the form that the token's have.
    pub(crate) fn parse(&self, typed: &str) -> Result<Code, Refusal> {
        match self.steam {
            true => Code::parse_steam(typed),
            false => Code::parse(typed, self.digits),
        }
    }

    /// Compares a code with the whole window and the last code used. `now` is the real time: the
    /// watermark alone stops a replay.
    pub(crate) fn compare(
        &self,
        (windows, now): (&Windows, u64),
        code: &Code,
    ) -> Result<Fit, Failure> {
        let hotp = self.hotp()?;
        let window = match (self.step(now), self.period) {
            (Some(step), _) => windows.steps(step, self.drift),
            (None, Some(_)) => NOWHERE,
            (None, None) => self.counters(windows),
        };
        Ok(self.judge(&hotp, window, code))
    }

    /// The same for a candidate, whose clock was not seen before.
    pub(crate) fn compare_first(
        &self,
        (windows, now): (&Windows, u64),
        code: &Code,
    ) -> Result<Fit, Failure> {
        let hotp = self.hotp()?;
        let window = match (self.step(now), self.period) {
            (Some(step), _) => windows.widest(step),
            (None, Some(_)) => NOWHERE,
            (None, None) => self.counters(windows),
        };
        Ok(self.judge(&hotp, window, code))
    }

    /// Uses the matched step or counter up, and all before it.
    pub(crate) fn accept(&mut self, (windows, now): (&Windows, u64), at: u64) {
        if let Some(step) = self.step(now) {
            self.drift = windows.drift(step, at);
        }
        self.next = at.saturating_add(1);
        self.used = Some(now);
    }

    /// Finds the token's counter or clock again by two consecutive codes (RFC 4226, 7.4), never
    /// below the watermark, and uses both up.
    pub(crate) fn resynchronize(
        &mut self,
        (windows, now): (&Windows, u64),
        (first, second): (&Code, &Code),
    ) -> Result<Option<u64>, Failure> {
        let hotp = self.hotp()?;
        let plain = self.plain_step(now);
        let window = match (plain, self.period) {
            (Some(step), _) => windows.far(step).since(self.next),
            (None, Some(_)) => NOWHERE,
            (None, None) => Span { first: self.next, count: windows.resync },
        };
        let found = hotp.resynchronize((first, second), window.first, window.count);
        let Some(at) = found.filter(|at| *at < u64::MAX) else { return Ok(None) };
        if let Some(step) = plain {
            (self.offset, self.drift) = (windows.offset(step, at), 0);
        }
        self.next = at.saturating_add(1);
        self.used = Some(now);
        Ok(Some(at))
    }

    /// Whether both are of one HMAC key, whatever the digits and steps: by what it makes of three
    /// messages, for a key can be written in several ways (RFC 2104, 2: zero bytes at its end; 3: its
    /// hash).
    pub(crate) fn shares_key(&self, other: &Self) -> bool {
        let (Some(one), Some(two)) = (self.marks(), other.marks()) else { return false };
        self.algorithm == other.algorithm && one.ct_eq(&*two).into()
    }

    /// What its key makes of three messages, and its hash: the same for all spellings of the key.
    pub(crate) fn mark(&self) -> Option<Zeroizing<Vec<u8>>> {
        let marks = self.marks()?;
        let mut mark = Zeroizing::new(Vec::with_capacity(32));
        mark.extend(marks.iter().flat_map(|number| number.to_be_bytes()));
        mark.extend_from_slice(self.algorithm.name().as_bytes());
        Some(mark)
    }

    fn marks(&self) -> Option<Zeroizing<[u64; 3]>> {
        let (algorithm, digits) = (self.algorithm, *Hotp::DIGITS.end());
        let key = Hotp::with_dangerously_short_secret(algorithm, digits, &self.seed.0).ok()?;
        Some(Zeroizing::new([u64::MAX, u64::MAX - 1, u64::MAX - 2].map(|at| key.code(at).number())))
    }

    /// Whether both count alike: by a counter, or by the same steps; and show as many digits.
    pub(crate) fn counts_as(&self, other: &Self) -> bool {
        let of = |token: &Self| (token.period, token.start, token.digits, token.steam);
        of(self) == of(other)
    }

    /// Whether no token's use can have come so far by now: its step, counter or clock.
    pub(crate) fn is_beyond(&self, (windows, now): (&Windows, u64)) -> bool {
        let most = match self.period {
            Some(_) => {
                let step = self.plain_step(now).unwrap_or(0);
                step.saturating_add(windows.resync.into()).saturating_add(1)
            }
            None => MOST_COUNTER,
        };
        self.next > most || self.offset.unsigned_abs() > windows.resync
    }

    /// Takes the clock as the last code showed it: a code that was typed late shows a right clock as
    /// slow, so the window is widened toward it, and moved by what lies beyond alone.
    pub(crate) fn set_clock(&mut self, windows: &Windows, ahead: i32) {
        let most = i32::try_from(windows.drift).unwrap_or(i32::MAX);
        self.drift = ahead.clamp(most.saturating_neg(), most);
        self.offset = ahead.saturating_sub(self.drift);
    }

    fn hotp(&self) -> Result<Hotp, Failure> {
        let (algorithm, seed) = (self.algorithm, &self.seed.0);
        let steam = (Algorithm::Sha1, Form::Steam.len(), Some(Totp::STEAM.0), Totp::STEAM.1);
        match self.steam {
            true if (algorithm, self.digits, self.period, self.start) != steam => {
                return Err(Failure::Corrupt);
            }
            true => Hotp::steam(seed),
            false => Hotp::with_dangerously_short_secret(algorithm, self.digits, seed),
        }
        .map_err(|_| Failure::Corrupt)
    }

    fn counters(&self, windows: &Windows) -> Span {
        Span { first: self.next, count: windows.look_ahead.saturating_add(1) }
    }

    /// The step that the token's clock shows; `None` for a HOTP, and before the first.
    fn step(&self, now: u64) -> Option<u64> {
        let plain = self.plain_step(now)?;
        Some(plain.saturating_add_signed(self.offset.into()))
    }

    fn plain_step(&self, now: u64) -> Option<u64> {
        Totp::step_of(now, (self.period?, self.start))
    }

    /// All of the window is computed, and the code before the watermark where it lies outside:
    /// nothing that is skipped depends on the code.
    fn judge(&self, hotp: &Hotp, window: Span, code: &Code) -> Fit {
        let (over, open) = (window.until(self.next), window.since(self.next));
        let last = match self.next.checked_sub(1) {
            Some(last) if !over.contains(last) => Span { first: last, count: 1 },
            _ => NOWHERE,
        };
        let fresh = hotp.matching(code, open.first, open.count).filter(|at| *at < u64::MAX);
        let used = hotp.matching(code, over.first, over.count);
        let used = used.or(hotp.matching(code, last.first, last.count));
        match (fresh, used) {
            (_, Some(_)) => Fit::Used,
            (Some(at), None) => Fit::Fresh(at),
            (None, None) => Fit::None,
        }
    }
}

impl fmt::Debug for Token {
    /// Without the label: a person may have typed anything there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.number)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

impl<C> Encode<C> for Seed {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Seed {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Ok(Self(Zeroizing::new(d.bytes()?.to_vec())))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use sha1::{Digest, Sha1};

    fn token(algorithm: Algorithm, secret: &[u8]) -> Token {
        Token { algorithm, seed: Seed(Zeroizing::new(secret.into())), ..Token::nobody(6) }
    }

    #[test]
    fn failure_10_one_key_in_all_its_spellings() {
        let long = [7; 65];
        let hashed = Sha1::digest(long);
        let padded = [hashed.as_slice(), &[0; 4]].concat();
        let one = token(Algorithm::Sha1, &long);
        for same in [long.as_slice(), &hashed, &padded] {
            assert!(one.shares_key(&Token { digits: 8, ..token(Algorithm::Sha1, same) }));
        }
        assert!(!one.shares_key(&token(Algorithm::Sha1, &[7; 64])));
        assert!(!one.shares_key(&token(Algorithm::Sha256, &long)), "its codes are others");
    }
}
