//! A recovery code: 80 random bits as 16 letters and digits of Crockford's base 32.

use alloc::string::String;

use super::letters;
use crate::{
    error::{Input, Refusal},
    secret::Secret,
};

/// Letters of a code.
const LENGTH: usize = 16;

/// The code of 80 bits (NIST SP 800-63B-4, 4.2.1.1: at least 64), without hyphens.
pub(crate) fn from_bits(bits: &Secret<[u8; 10]>) -> Secret<String> {
    let all = bits.expose().iter().fold(0u128, |all, byte| (all << 8) | u128::from(*byte));
    letters::write(all, LENGTH)
}

/// A code as it is shown: four groups of four.
pub(crate) fn shown(code: &Secret<String>) -> Secret<String> {
    letters::grouped(code)
}

/// A code as typed: ASCII in any case, blanks and hyphens dropped; O reads as 0, I and L as 1.
///
/// # Errors
/// [`Refusal::Malformed`] for what isn't 16 of its letters: neither compared nor counted.
pub(crate) fn parse(text: &str) -> Result<Secret<String>, Refusal> {
    letters::read(text, LENGTH).ok_or(Refusal::Malformed { input: Input::RecoveryCode })
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
        let long = " ".repeat(1000);
        for bad in ["", " ", "0000", "000000000000000U", "00000000000000000", "0000000000000_00"] {
            assert!(parse(bad).is_err() && parse(&long).is_err());
        }
    }
}
