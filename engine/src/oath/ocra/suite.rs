//! The suite: one line of text that says what a response is made of (RFC 6287, 6).

use core::{
    fmt,
    iter::Peekable,
    ops::RangeInclusive,
    str::{FromStr, Split},
};

use super::super::Algorithm;
use crate::error::Misuse;

/// A suite, as `OCRA-1:HOTP-SHA512-8:C-QN08-PSHA1-S064-T1M` (RFC 6287, 6).
///
/// ```
/// use pinbolt::oath::ocra::Suite;
///
/// let suite = Suite::parse("OCRA-1:HOTP-SHA1-6:QN08-T30S")?;
/// assert_eq!((suite.digits(), suite.step()), (6, Some(30)));
/// assert!(Suite::parse("OCRA-1:HOTP-SHA1-6:T30S-QN08").is_err());
/// # Ok::<(), pinbolt::Misuse>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Suite {
    /// As it was written: it is part of what is hashed.
    text: [u8; Suite::MAX_LEN],
    len: usize,
    algorithm: Algorithm,
    digits: u8,
    counter: bool,
    format: Format,
    length: u8,
    pin: Option<Algorithm>,
    session: Option<u16>,
    step: Option<u32>,
}

impl Suite {
    /// The longest suite, in bytes.
    pub const MAX_LEN: usize = "OCRA-1:HOTP-SHA512-10:C-QA64-PSHA512-S512-T59M".len();

    /// Reads a suite, exactly as RFC 6287 writes it: capitals, `[C-]Qfnn[-Phash][-Snnn][-Tstep]`
    /// in this order, each at most once, nothing around it.
    ///
    /// | part | values |
    /// | --- | --- |
    /// | hash, `P` | SHA1, SHA256, SHA512 |
    /// | digits | 4 to 10; 0 is the whole HMAC |
    /// | `Q` | A, N or H, and the longest challenge: 04 to 64 |
    /// | `S` | the session's length in bytes: 001 to 512; the typical ones are 064, 128, 256, 512. Alone it is 064, the RFC's default: a large deployment (tiqr) writes it so |
    /// | `T` | 1 to 59 `S` or `M`, 1 to 48 `H`, without leading zeros. The RFC also lists 0 hours, but time doesn't pass in steps of no length |
    ///
    /// # Errors
    /// [`Misuse::OcraSuite`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Misuse> {
        read(text).ok_or(Misuse::OcraSuite)
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The hash of the HMAC.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The response's digits, 4 to 10; 0 is the whole HMAC.
    #[must_use]
    pub const fn digits(&self) -> u8 {
        self.digits
    }

    /// Whether a counter is an input.
    #[must_use]
    pub const fn counter(&self) -> bool {
        self.counter
    }

    /// The challenge's characters.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The most characters of one challenge, 4 to 64.
    #[must_use]
    pub const fn length(&self) -> u8 {
        self.length
    }

    /// The hash of the PIN, if a PIN is an input.
    #[must_use]
    pub const fn pin(&self) -> Option<Algorithm> {
        self.pin
    }

    /// The session's length in bytes, 1 to 512, if a session is an input.
    #[must_use]
    pub const fn session(&self) -> Option<u16> {
        self.session
    }

    /// The length of a time step in seconds, 1 to 172,800, if the time is an input.
    #[must_use]
    pub const fn step(&self) -> Option<u32> {
        self.step
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.get(..self.len).unwrap_or_default()
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Suite({self})")
    }
}

/// What a challenge is written with (RFC 6287, 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `A`: printable ASCII. The RFC says "alphanumeric" and no more; tokens that sign take
    /// spaces and signs too.
    Alphanumeric,
    /// `N`: decimal digits.
    Numeric,
    /// `H`: hexadecimal digits of either case.
    Hexadecimal,
}

fn read(suite: &str) -> Option<Suite> {
    let (function, inputs) = suite.strip_prefix("OCRA-1:HOTP-")?.split_once(':')?;
    let (algorithm, digits) = function.split_once('-')?;
    let mut inputs = inputs.split('-').peekable();
    let counter = inputs.next_if(|input| *input == "C").is_some();
    let (format, length) = question(inputs.next()?)?;
    let pin = after('P', &mut inputs, Algorithm::from_name)?;
    let session = after('S', &mut inputs, session)?;
    let step = after('T', &mut inputs, step)?;
    if inputs.next().is_some() {
        return None;
    }
    let mut text = [0; Suite::MAX_LEN];
    text.get_mut(..suite.len())?.copy_from_slice(suite.as_bytes());
    Some(Suite {
        text,
        len: suite.len(),
        algorithm: Algorithm::from_name(algorithm)?,
        digits: plain(digits, 0..=10).filter(|digits| !matches!(digits, 1..=3))?,
        counter,
        format,
        length,
        pin,
        session,
        step,
    })
}

/// What stands after `letter`, if the next input begins with it; `None` if that is malformed.
fn after<T>(
    letter: char,
    inputs: &mut Peekable<Split<'_, char>>,
    read: impl Fn(&str) -> Option<T>,
) -> Option<Option<T>> {
    match inputs.next_if(|input| input.starts_with(letter)) {
        Some(input) => input.strip_prefix(letter).and_then(read).map(Some),
        None => Some(None),
    }
}

fn question(input: &str) -> Option<(Format, u8)> {
    let (format, length) = input.strip_prefix('Q')?.split_at_checked(1)?;
    let format = match format {
        "A" => Format::Alphanumeric,
        "N" => Format::Numeric,
        "H" => Format::Hexadecimal,
        _ => return None,
    };
    Some((format, number(length, 2).filter(|length| (4..=64).contains(length))?))
}

fn session(length: &str) -> Option<u16> {
    if length.is_empty() {
        return Some(64);
    }
    number(length, 3).filter(|length| (1..=512).contains(length))
}

fn step(size: &str) -> Option<u32> {
    let (count, unit) = size.split_at_checked(size.len().checked_sub(1)?)?;
    let (most, seconds) = match unit {
        "S" => (59, 1),
        "M" => (59, 60),
        "H" => (48, 3600),
        _ => return None,
    };
    Some(u32::from(plain(count, 1..=most)?).saturating_mul(seconds))
}

/// Exactly `width` digits.
fn number<T: FromStr>(text: &str, width: usize) -> Option<T> {
    let digits = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// One or two digits without a leading zero.
fn plain(text: &str, bounds: RangeInclusive<u8>) -> Option<u8> {
    let zeros = text.len() > 1 && text.starts_with('0');
    number(text, text.len()).filter(|number| !zeros && bounds.contains(number))
}
