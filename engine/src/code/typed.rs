//! A code as a person typed it.

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

/// The most digits of a code.
pub(crate) const MAX_DIGITS: usize = 10;
/// The longest text that is looked at.
const MAX_TYPED: usize = 64;

/// The digits of a code; always compared over their whole length.
pub(crate) struct Typed {
    digits: [u8; MAX_DIGITS],
    count: u8,
}

impl Typed {
    /// Takes exactly `count` ASCII digits, dropping ASCII spaces and hyphens around and between
    /// them; `None` for anything else.
    pub(crate) fn parse(text: &str, count: u8) -> Option<Self> {
        let mut typed = Self { digits: [0; MAX_DIGITS], count: 0 };
        if text.len() > MAX_TYPED {
            return None;
        }
        for byte in text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
            if !byte.is_ascii_digit() || typed.count >= count {
                return None;
            }
            *typed.digits.get_mut(usize::from(typed.count))? = byte;
            typed.count = typed.count.saturating_add(1);
        }
        (typed.count == count).then_some(typed)
    }

    pub(crate) const fn of(digits: [u8; MAX_DIGITS], count: u8) -> Self {
        Self { digits, count }
    }

    pub(crate) fn as_str(&self) -> &str {
        let digits = self.digits.get(..usize::from(self.count)).unwrap_or_default();
        core::str::from_utf8(digits).unwrap_or_default()
    }
}

impl ConstantTimeEq for Typed {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.digits.ct_eq(&other.digits) & self.count.ct_eq(&other.count)
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        self.digits.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_31_leading_zeros_and_foreign_digits() {
        for good in ["000123", "000 123", " 000-123 ", "0 0 0 1 2 3", "0-0-0-1-2-3"] {
            assert_eq!(
                Typed::parse(good, 6).map(|t| t.as_str() == "000123"),
                Some(true),
                "{good:?}"
            );
        }
        let full_width = "\u{ff10}\u{ff10}\u{ff10}\u{ff11}\u{ff12}\u{ff13}";
        for bad in
            ["123", "0_00123", full_width, "+00123", "000123\0", "0001234", "000123\n", "000.123"]
        {
            assert!(Typed::parse(bad, 6).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn failure_18_an_empty_code_is_no_code() {
        let long = " ".repeat(100_000);
        for bad in ["", " ", "-", "\0", "      ", "\0\0\0\0\0\0", long.as_str()] {
            assert!(Typed::parse(bad, 6).is_none());
        }
    }
}
