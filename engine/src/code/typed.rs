//! A code, as it was derived or as a person typed it.

use core::fmt;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use crate::error::{Input, Refusal};

/// The most digits of a code.
pub(crate) const MAX_DIGITS: usize = 10;
/// The longest text that is looked at.
const MAX_TYPED: usize = 64;

/// The digits of a code: compared in constant time, wiped on drop, not shown by `Debug`.
#[derive(Clone)]
pub struct Code {
    number: u64,
    count: u8,
    /// All ten digits; the last `count` are the code's.
    text: [u8; MAX_DIGITS],
}

impl Code {
    /// A one-time code as typed: exactly `digits` ASCII digits (4 to 10; HOTP and TOTP from 6 on),
    /// with ASCII blanks and hyphens around and between them, which are dropped.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] with [`Input::Otp`] for anything else, and for any text where `digits`
    /// is out of its bounds.
    pub fn parse(text: &str, digits: u8) -> Result<Self, Refusal> {
        let code = (4..=10).contains(&digits).then(|| Self::read(text, digits)).flatten();
        code.ok_or(Refusal::Malformed { input: Input::Otp })
    }

    /// Takes exactly `count` ASCII digits, at most ten, dropping ASCII blanks and hyphens around and
    /// between them; `None` for anything else.
    pub(crate) fn read(text: &str, count: u8) -> Option<Self> {
        if text.len() > MAX_TYPED || usize::from(count) > MAX_DIGITS {
            return None;
        }
        let (mut number, mut left) = (0u64, count);
        for byte in text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
            left = left.checked_sub(1)?;
            number = number.wrapping_mul(10).wrapping_add(digit.into());
        }
        (left == 0).then(|| Self::of(number, count))
    }

    /// The code that writes `number`, which is below 10^`count`, in `count` digits, at most ten.
    pub(crate) fn of(number: u64, count: u8) -> Self {
        Self { number, count, text: in_digits(number) }
    }

    /// The digits, with leading zeros.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let left_out = MAX_DIGITS.saturating_sub(self.count.into());
        let digits = self.text.get(left_out..).unwrap_or_default();
        core::str::from_utf8(digits).unwrap_or_default()
    }

    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    /// How many digits it has.
    #[must_use]
    pub const fn digits(&self) -> u8 {
        self.count
    }
}

/// Ten digits of a number, each a multiplication away from it: no table, and no divider of a
/// processor, sees a code.
fn in_digits(number: u64) -> [u8; MAX_DIGITS] {
    let mut left = number;
    let mut text = [0; MAX_DIGITS];
    for digit in text.iter_mut().rev() {
        let tenth = u128::from(left).wrapping_mul((u64::MAX / 10 + 1).into()) >> 64;
        #[allow(clippy::cast_possible_truncation, reason = "the high half; a digit")]
        let (tenth, low) = (tenth as u64, left.wrapping_sub((tenth as u64).wrapping_mul(10)) as u8);
        *digit = b'0'.wrapping_add(low);
        left = tenth;
    }
    text
}

impl ConstantTimeEq for Code {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.number.ct_eq(&other.number) & self.count.ct_eq(&other.count)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.number.zeroize();
        self.text.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_31_leading_zeros_and_foreign_digits() {
        for good in ["000123", "000 123", " 000-123 ", "0 0 0 1 2 3", "0-0-0-1-2-3"] {
            assert_eq!(
                Code::read(good, 6).map(|code| code.as_str() == "000123"),
                Some(true),
                "{good:?}"
            );
        }
        let full_width = "\u{ff10}\u{ff10}\u{ff10}\u{ff11}\u{ff12}\u{ff13}";
        for bad in
            ["123", "0_00123", full_width, "+00123", "000123\0", "0001234", "000123\n", "000.123"]
        {
            assert!(Code::read(bad, 6).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn failure_18_an_empty_code_is_no_code() {
        let long = " ".repeat(100_000);
        for bad in ["", " ", "-", "\0", "      ", "\0\0\0\0\0\0", long.as_str()] {
            assert!(Code::read(bad, 6).is_none());
        }
    }
}
