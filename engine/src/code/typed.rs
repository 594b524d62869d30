//! A code, as it was derived or as a person typed it.

use core::fmt;
use subtle::{Choice, ConstantTimeEq};
use zeroize::optimization_barrier;

use super::steam;
use crate::error::{Input, Refusal};

/// The most digits of a code.
const MAX_DIGITS: usize = 10;
/// The longest text that is looked at.
const MAX_TYPED: usize = 64;

/// What a code is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// So many decimal digits.
    Digits(u8),
    /// The five letters of Steam.
    Steam,
}

impl Form {
    /// How many digits or letters.
    pub(crate) const fn len(self) -> u8 {
        match self {
            Self::Digits(count) => count,
            Self::Steam => steam::LEN,
        }
    }
}

/// The digits, or the five letters of Steam, of a code: compared in constant time, wiped on drop, not
/// shown by `Debug`.
#[derive(Clone)]
pub struct Code {
    number: u64,
    form: Form,
    /// Its last bytes, as many as the form has, are the digits or letters.
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

    /// A Steam code as typed: exactly five of `23456789BCDFGHJKMNPQRTVWXY`, in either case, with ASCII
    /// blanks and hyphens around and between them, which are dropped. It may be of digits alone, and
    /// still equals no other code.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] with [`Input::Otp`] for anything else.
    pub fn parse_steam(text: &str) -> Result<Self, Refusal> {
        Self::read_steam(text).ok_or(Refusal::Malformed { input: Input::Otp })
    }

    /// Takes exactly `count` ASCII digits, at most ten, dropping ASCII blanks and hyphens around and
    /// between them; `None` for anything else.
    pub(crate) fn read(typed: &str, count: u8) -> Option<Self> {
        if typed.len() > MAX_TYPED || usize::from(count) > MAX_DIGITS {
            return None;
        }
        let mut code = Self { number: 0, form: Form::Digits(count), text: [0; MAX_DIGITS] };
        let mut left = usize::from(count);
        for byte in typed.bytes().filter(is_sign) {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
            *code.text.get_mut(MAX_DIGITS.checked_sub(left)?)? = byte;
            code.number = code.number.wrapping_mul(10).wrapping_add(digit.into());
            left = left.checked_sub(1)?;
        }
        (left == 0).then_some(code)
    }

    fn read_steam(typed: &str) -> Option<Self> {
        if typed.len() > MAX_TYPED {
            return None;
        }
        steam::read(typed.bytes().filter(is_sign)).map(|number| Self::written(number, Form::Steam))
    }

    /// The code that writes `number`, which is below 10^`count`, in `count` digits, at most ten.
    pub(crate) fn of(number: u64, count: u8) -> Self {
        Self::written(number, Form::Digits(count))
    }

    /// The code that writes `number` in this form, which has room for it.
    pub(crate) fn written(number: u64, form: Form) -> Self {
        let text = match form {
            Form::Digits(count) => in_digits(number, count),
            Form::Steam => {
                let [a, b, c, d, e] = steam::write(number);
                [0, 0, 0, 0, 0, a, b, c, d, e]
            }
        };
        Self { number, form, text }
    }

    /// The digits, with leading zeros, or a Steam code's letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let left_out = MAX_DIGITS.saturating_sub(self.form.len().into());
        let digits = self.text.get(left_out..).unwrap_or_default();
        core::str::from_utf8(digits).unwrap_or_default()
    }

    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    pub(crate) const fn form(&self) -> Form {
        self.form
    }

    /// How many digits, or letters, it has.
    #[must_use]
    pub const fn digits(&self) -> u8 {
        self.form.len()
    }
}

/// Whether a byte isn't a blank or a hyphen, which people type between digits.
fn is_sign(byte: &u8) -> bool {
    !matches!(byte, b' ' | b'-')
}

/// A number's digits, right-aligned. Each division is a multiplication: no table, and no divider of a
/// processor, sees a code.
fn in_digits(number: u64, count: u8) -> [u8; MAX_DIGITS] {
    let high = if count > 8 { divide::<100_000_000>(number) } else { 0 };
    let [.., a, b] = if count > 8 { eight_digits(high) } else { [0; 8] };
    let low = number.wrapping_sub(high.wrapping_mul(100_000_000));
    let [c, d, e, f, g, h, i, j] = eight_digits(low);
    [a, b, c, d, e, f, g, h, i, j]
}

/// The digits of a number below 10^8: split into twice four, four times two, eight times one, the
/// first in the lowest bits.
fn eight_digits(number: u64) -> [u8; 8] {
    let fours = side_by_side(number, divide::<10_000>(number), 10_000, 32);
    let hundreds = (fours.wrapping_mul(10_486) >> 20) & 0x7f_0000_007f;
    let twos = side_by_side(fours, hundreds, 100, 16);
    let tens = (twos.wrapping_mul(103) >> 10) & 0xf_000f_000f_000f;
    let ones = side_by_side(twos, tens, 10, 8);
    (ones | 0x3030_3030_3030_3030).to_le_bytes()
}

/// Puts each quotient where its number was, and the remainder `shift` bits above it.
const fn side_by_side(numbers: u64, quotients: u64, by: u64, shift: u32) -> u64 {
    let rests = numbers.wrapping_sub(quotients.wrapping_mul(by));
    quotients | rests.wrapping_shl(shift)
}

/// number / BY for numbers below 2^34 and BY to 10^9: the reciprocal, rounded up, makes the quotient
/// too large by less than 2^-30.
pub(super) fn divide<const BY: u64>(number: u64) -> u64 {
    let reciprocal = const { u64::MAX / BY + 1 };
    let quotient = u128::from(number).wrapping_mul(reciprocal.into()) >> 64;
    #[allow(clippy::cast_possible_truncation, reason = "the high half")]
    let quotient = quotient as u64;
    quotient
}

impl ConstantTimeEq for Code {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.number.ct_eq(&other.number) & Choice::from(u8::from(self.form == other.form))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

impl Code {
    fn wipe(&mut self) {
        self.number = 0;
        self.text = [0; MAX_DIGITS];
        optimization_barrier(self);
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn numbers_are_written_as_the_standard_library_writes_them() {
        let shifted = |n: u64| [n.saturating_sub(1), n, n.saturating_add(1)];
        let powers = (0..=10).flat_map(|n| shifted(10u64.pow(n)));
        for number in powers.chain((0..200_000).map(|n| n * 49_999 % 10_000_000_000)) {
            let number = number.min(9_999_999_999);
            assert_eq!(Code::of(number, 10).as_str(), format!("{number:010}"));
        }
    }

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
    fn nothing_of_a_wiped_code_is_left() {
        let mut code = Code::of(9_876_543_210, 10);
        code.wipe();
        assert_eq!((code.number, code.text), (0, [0; MAX_DIGITS]));
    }

    #[test]
    fn failure_18_an_empty_code_is_no_code() {
        let long = " ".repeat(100_000);
        for bad in ["", " ", "-", "\0", "      ", "\0\0\0\0\0\0", long.as_str()] {
            assert!(Code::read(bad, 6).is_none());
        }
    }
}
