//! Tokens whose secrets anybody may know, and their codes.

use core::ops::Range;

use pinbolt::{
    oath::{Algorithm, Hotp},
    op::{AddToken, TokenKind, TokenSecret},
};

use crate::{ANA, Result, by_operator};

/// Digits of the tokens' codes: so many that two codes of a drill are never the same by chance.
const DIGITS: u8 = 8;

/// A token of the drills: the n-th has a secret of its own.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    secret: [u8; 20],
    /// Counter or time.
    pub kind: TokenKind,
}

impl Device {
    /// The n-th token that counts.
    #[must_use]
    pub const fn hotp(n: u8) -> Self {
        Self { secret: [n; 20], kind: TokenKind::HOTP }
    }

    /// The n-th token that goes by the time, in steps of so many seconds.
    #[must_use]
    pub const fn totp(n: u8, period: u32) -> Self {
        Self { secret: [n; 20], kind: TokenKind::Totp { period, start: 0 } }
    }

    /// The step at `now`, in Unix milliseconds; the first counter of one that counts.
    #[must_use]
    pub fn at(&self, now: u64) -> u64 {
        match self.kind {
            TokenKind::Totp { period, start } => {
                let since = (now / 1_000).saturating_sub(start);
                since.checked_div(period.into()).unwrap_or_default()
            }
            TokenKind::Hotp { counter } => counter,
            _ => 0,
        }
    }

    /// What it shows at a step or counter.
    ///
    /// # Errors
    /// None in practice: the secret is long enough.
    pub fn code(&self, at: u64) -> Result<String> {
        let hotp = Hotp::new(Algorithm::Sha1, DIGITS, &self.secret)?;
        Ok(hotp.code(at).as_str().into())
    }

    /// The call that adds it to [`ANA`], as a candidate or by the desk's word.
    ///
    /// # Errors
    /// As [`by_operator`].
    pub fn add(&self, confirmed: bool) -> Result<AddToken<'_>> {
        Ok(AddToken {
            account: ANA,
            label: "a drill's",
            kind: self.kind,
            algorithm: Algorithm::Sha1,
            digits: DIGITS,
            secret: TokenSecret::Given(&self.secret),
            confirmed,
            authority: by_operator()?,
        })
    }
}

/// A code after which as many follow as are wanted, none of which these devices show at these steps
/// or counters.
///
/// # Errors
/// All codes are shown.
pub fn clear_of(shown: &[(Device, Range<u64>)], wanted: u32) -> Result<String> {
    let mut codes = Vec::new();
    for (device, range) in shown {
        for at in range.clone() {
            codes.push(device.code(at)?.parse::<u32>()?);
        }
    }
    let shows = |base: u32| {
        codes.iter().any(|code| code.checked_sub(base).is_some_and(|past| past <= wanted))
    };
    let base = (0..999_000).step_by(1_000).find(|base| !shows(*base));
    Ok(format!("{:0width$}", base.ok_or("all codes are shown")?, width = DIGITS.into()))
}
