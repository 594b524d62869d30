//! A recovery code: 80 random bits as 16 letters and digits of Crockford's base 32.

use alloc::string::String;
use core::ops::RangeInclusive;

use super::letters;
use crate::{
    error::{Input, Refusal},
    secret::Secret,
};

/// Letters of a code.
const LENGTH: usize = 16;
/// Letters of another system's code.
const FOREIGN: RangeInclusive<usize> = 8..=32;

/// The code of 80 bits (NIST SP 800-63B-4, 4.2.1.1: at least 64), without hyphens.
pub(crate) fn from_bits(bits: &Secret<[u8; 10]>) -> Secret<String> {
    let all = bits.expose().iter().fold(0u128, |all, byte| (all << 8) | u128::from(*byte));
    letters::write(all, LENGTH)
}

/// A code as it is shown: four groups of four.
pub(crate) fn shown(code: &Secret<String>) -> Secret<String> {
    letters::grouped(code)
}

/// A code as typed or imported: ASCII in any case, blanks and hyphens dropped. Of 16 letters of ours O
/// reads as 0, I and L as 1; a code of another system is 8 to 32 letters and digits.
///
/// # Errors
/// [`Refusal::Malformed`] for what is neither: not compared and not counted.
pub(crate) fn parse(text: &str) -> Result<Secret<String>, Refusal> {
    let code = letters::read(text, LENGTH).or_else(|| letters::plain(text, FOREIGN));
    code.ok_or(Refusal::Malformed { input: Input::RecoveryCode })
}

/// Whether a parsed code can't have 64 random bits (NIST SP 800-63B-4, 4.2.1.1), by the fewest letters
/// that it may be drawn from: ten digits, hexadecimal, or base 32.
pub(crate) fn is_short(code: &Secret<String>) -> bool {
    let (text, most) = (code.expose(), code.expose().len());
    // In hundredths of a bit.
    let each = match () {
        () if text.bytes().all(|byte| byte.is_ascii_digit()) => 332,
        () if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => 400,
        () => 500,
    };
    most.saturating_mul(each) < 6_400
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn failure_46_a_code_has_eighty_bits() {
        let mut seen = BTreeSet::new();
        for bit in 0..80 {
            let mut bits = [0u8; 10];
            bits.iter_mut().rev().nth(bit / 8).map(|byte| *byte = 1 << (bit % 8)).unwrap();
            assert!(seen.insert(from_bits(&Secret::new(bits)).expose().clone()), "each bit shows");
        }
        assert_eq!(from_bits(&Secret::new([0; 10])).expose(), "0000000000000000");
        assert_eq!(from_bits(&Secret::new([255; 10])).expose(), "ZZZZZZZZZZZZZZZZ");
    }

    #[test]
    fn what_is_shown_can_be_typed() {
        let code = from_bits(&Secret::new(*b"ten bytes!"));
        let shown = shown(&code);
        assert_eq!((shown.expose().len(), shown.expose().matches('-').count()), (19, 3));
        let spelled = shown.expose().to_lowercase().replace('0', "o").replace('1', "l");
        for text in [shown.expose().as_str(), code.expose(), &spelled] {
            assert_eq!(parse(text).unwrap().expose(), code.expose());
        }
    }

    #[test]
    fn a_foreign_code_is_eight_to_thirty_two_letters_and_digits() {
        let long = [" ".repeat(65), "0".repeat(33)];
        let bad = [
            "",
            " ",
            "0000000",
            "0-0-0-0-0-0-0",
            "0000000000000_00",
            "00000000\n",
            "0000000\u{660}",
        ];
        for bad in bad.into_iter().chain(long.iter().map(String::as_str)) {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
        for (text, code) in [
            ("12345678", "12345678"),
            ("abcd-efgh ij", "ABCDEFGHIJ"),
            ("oiloiloi", "OILOILOI"),
            ("000000000000000u", "000000000000000U"),
            ("ooooooooooooooo-l", "0000000000000001"),
        ] {
            assert_eq!(parse(text).unwrap().expose(), code, "{text}");
        }
        assert!(parse(&"z".repeat(32)).is_ok());
    }

    #[test]
    fn failure_46_under_sixty_four_bits_is_short() {
        for (code, short) in [
            ("1234567890123456789", true),
            ("12345678901234567890", false),
            ("0123456789abcde", true),
            ("0123456789abcdef", false),
            ("K3PQZW7MNTX2", true),
            ("K3PQZW7MNTX2A", false),
            ("zzzzzzzz", true),
        ] {
            assert_eq!(is_short(&parse(code).unwrap()), short, "{code}");
        }
    }
}
