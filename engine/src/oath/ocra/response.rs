//! A response, as it was computed or as a person typed it.

use core::fmt;
use subtle::{Choice, ConstantTimeEq};

use super::{
    super::{Code, hmac::Mac, modulus::Modulus, wipe::Wiped},
    suite::Suite,
};
use crate::{
    code,
    error::{Input, Refusal},
};

/// The longest text that is looked at.
const MAX_TYPED: usize = 256;

/// A response: compared in constant time, wiped on drop, not shown by `Debug`.
pub struct Response(Form);

enum Form {
    Code(Code),
    Whole(Whole),
}

impl Response {
    /// A response as typed: exactly the suite's digits, with ASCII blanks and hyphens around and
    /// between them, which are dropped. For a suite of 0 digits the whole HMAC in hexadecimal of
    /// either case: 40, 64 or 128 of its digits.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] with [`Input::Otp`] for anything else.
    pub fn parse(text: &str, suite: &Suite) -> Result<Self, Refusal> {
        let form = match suite.digits() {
            0 => Whole::read(text, suite.algorithm().output_len()).map(Form::Whole),
            digits => Code::read(text, digits).map(Form::Code),
        };
        form.map(Self).ok_or(Refusal::Malformed { input: Input::Otp })
    }

    /// The digits, with leading zeros; at 10 digits the first is 0, 1 or 2. For a suite of 0 digits
    /// the whole HMAC in lower-case hexadecimal: the RFC names no text for it, and this is what
    /// other implementations give.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Form::Code(code) => code.as_str(),
            Form::Whole(whole) => whole.as_str(),
        }
    }

    /// The response that a MAC writes (RFC 6287, 5.2).
    pub(super) fn of(mac: &Mac, suite: &Suite) -> Self {
        Self(match Modulus::new(code::Form::Digits(suite.digits())) {
            Some(modulus) => Form::Code(Code::of(modulus.number(mac), suite.digits())),
            None => Form::Whole(Whole::of(mac.as_bytes())),
        })
    }
}

impl ConstantTimeEq for Response {
    fn ct_eq(&self, other: &Self) -> Choice {
        match (&self.0, &other.0) {
            (Form::Code(ours), Form::Code(theirs)) => ours.ct_eq(theirs),
            (Form::Whole(ours), Form::Whole(theirs)) => ours.ct_eq(theirs),
            _ => Choice::from(0),
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Response(..)")
    }
}

/// A whole HMAC as hexadecimal text, zeros behind it.
struct Whole {
    text: Wiped<[u8; 128]>,
    len: usize,
}

impl Whole {
    fn of(mac: &[u8]) -> Self {
        let digits = mac.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let mut whole = Self { text: Wiped::empty(), len: 0 };
        for (to, digit) in whole.text.iter_mut().zip(digits) {
            *to = hexadecimal(digit);
            whole.len = whole.len.saturating_add(1);
        }
        whole
    }

    /// Takes exactly `bytes` bytes, dropping ASCII blanks and hyphens around and between their digits.
    fn read(text: &str, bytes: usize) -> Option<Self> {
        if text.len() > MAX_TYPED {
            return None;
        }
        let mut whole = Self { text: Wiped::empty(), len: 0 };
        for byte in text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
            let digit = Some(byte.to_ascii_lowercase()).filter(u8::is_ascii_hexdigit)?;
            *whole.text.get_mut(whole.len)? = digit;
            whole.len = whole.len.saturating_add(1);
        }
        (whole.len == bytes.saturating_mul(2)).then_some(whole)
    }

    fn as_str(&self) -> &str {
        let text = self.text.get(..self.len).unwrap_or_default();
        core::str::from_utf8(text).unwrap_or_default()
    }
}

impl ConstantTimeEq for Whole {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.text.ct_eq(&*other.text)
    }
}

/// A digit's letter, without a table or a branch that would see it.
const fn hexadecimal(digit: u8) -> u8 {
    let letter = 9u8.wrapping_sub(digit) >> 7;
    b'0'.wrapping_add(digit).wrapping_add(letter.wrapping_mul(b'a' - b'9' - 1))
}
