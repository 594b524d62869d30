//! TOTP (RFC 6238): HOTP over the number of a time step. And Steam's codes, which are that in letters.

use super::{Code, Hotp};
use crate::error::Misuse;

/// A generator whose counter is the time, in steps of `period` seconds since `start`.
#[derive(Debug)]
pub struct Totp {
    hotp: Hotp,
    period: u32,
    start: u64,
}

impl Totp {
    /// Period and start of a Steam code's step.
    pub(crate) const STEAM: (u32, u64) = (30, 0);

    /// Steps of `period` seconds, 30 as a rule (RFC 6238, 5.2), from `start` on, in Unix seconds, 0
    /// as a rule (RFC 6238, 4.2).
    ///
    /// # Errors
    /// [`Misuse::Token`] for a period of 0.
    pub fn new(hotp: Hotp, period: u32, start: u64) -> Result<Self, Misuse> {
        match period {
            0 => Err(Misuse::Token),
            _ => Ok(Self { hotp, period, start }),
        }
    }

    /// A generator of the codes that Steam's app shows, five of `23456789BCDFGHJKMNPQRTVWXY`: the 31
    /// bits of a TOTP of SHA-1 and 30 seconds since 1970, written in base 26, the lowest letter first.
    /// Such a code is harder to guess than one of seven digits. The secret is
    /// [`Hotp::MIN_SECRET`] bytes or longer, plain (no base32); Steam's own are 20.
    ///
    /// # Errors
    /// [`Misuse::ShortSecret`] for a shorter one.
    pub fn steam(secret: &[u8]) -> Result<Self, Misuse> {
        match secret.len() {
            Hotp::MIN_SECRET.. => Self::steam_with_dangerously_short_secret(secret),
            _ => Err(Misuse::ShortSecret),
        }
    }

    /// As [`Totp::steam`], for a secret of one byte or more: as
    /// [`Hotp::with_dangerously_short_secret`].
    ///
    /// # Errors
    /// [`Misuse::ShortSecret`] for an empty secret.
    pub fn steam_with_dangerously_short_secret(secret: &[u8]) -> Result<Self, Misuse> {
        let (period, start) = Self::STEAM;
        Self::new(Hotp::steam(secret)?, period, start)
    }

    /// The generator by step; its windows are of steps: `totp.hotp().matching(&code, step, 1)`.
    #[must_use]
    pub const fn hotp(&self) -> &Hotp {
        &self.hotp
    }

    /// The generator by step, alone.
    #[must_use]
    pub fn into_hotp(self) -> Hotp {
        self.hotp
    }

    /// Seconds of a step.
    #[must_use]
    pub const fn period(&self) -> u32 {
        self.period
    }

    /// The Unix second at which step 0 begins.
    #[must_use]
    pub const fn start(&self) -> u64 {
        self.start
    }

    /// The step of `now`, in Unix milliseconds; `None` before the start. It is 64 bits wide
    /// (RFC 6238, 4.2). Seconds can't be told from milliseconds of 1970: a code would be good for
    /// hours.
    #[must_use]
    pub fn step(&self, now: u64) -> Option<u64> {
        Self::step_of(now, (self.period, self.start))
    }

    /// The same for any token of this `period` and `start`; `None` also for a period of 0.
    #[must_use]
    pub fn step_of(now: u64, (period, start): (u32, u64)) -> Option<u64> {
        (now / 1000).checked_sub(start)?.checked_div(period.into())
    }

    /// The code of `step`.
    #[must_use]
    pub fn code(&self, step: u64) -> Code {
        self.hotp.code(step)
    }

    /// The code at `now`, in Unix milliseconds; `None` before the start.
    #[must_use]
    pub fn code_at(&self, now: u64) -> Option<Code> {
        self.step(now).map(|step| self.code(step))
    }
}
