//! A recovery code: 80 random bits as 16 letters and digits of Crockford's base 32.

use alloc::string::String;
use zeroize::Zeroizing;

use crate::{
    error::{Input, Refusal},
    secret::Secret,
};

/// Without I, L, O and U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code.
const LENGTH: usize = 16;
/// The longest text that is looked at.
const MAX_TYPED: usize = 64;

/// The code of 80 bits (NIST SP 800-63B-4, 4.2.1.1: at least 64), without hyphens.
pub(crate) fn from_bits(bits: &Secret<[u8; 10]>) -> Secret<String> {
    let mut code = String::with_capacity(LENGTH);
    let all = bits.expose().iter().fold(0u128, |all, byte| (all << 8) | u128::from(*byte));
    let mut left = Zeroizing::new(all);
    for _ in 0..LENGTH {
        let [low, ..] = left.to_le_bytes();
        code.push(LETTERS.get(usize::from(low & 31)).map_or('0', |letter| char::from(*letter)));
        *left >>= 5;
    }
    Secret::new(code)
}

/// A code as it is shown: four groups of four.
pub(crate) fn shown(code: &Secret<String>) -> Secret<String> {
    let mut shown = String::with_capacity(LENGTH.saturating_add(3));
    for (at, letter) in code.expose().chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            shown.push('-');
        }
        shown.push(letter);
    }
    Secret::new(shown)
}

/// A code as typed: ASCII in any case, blanks and hyphens dropped; O reads as 0, I and L as 1.
///
/// # Errors
/// [`Refusal::Malformed`] for what isn't 16 of its letters: neither compared nor counted.
pub(crate) fn parse(text: &str) -> Result<Secret<String>, Refusal> {
    let malformed = Refusal::Malformed { input: Input::RecoveryCode };
    let mut code = Secret::new(String::with_capacity(MAX_TYPED));
    if text.len() > MAX_TYPED {
        return Err(malformed);
    }
    for letter in text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
        let letter = match letter.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        if !LETTERS.contains(&letter) {
            return Err(malformed);
        }
        code.0.push(char::from(letter));
    }
    match code.expose().len() == LENGTH {
        true => Ok(code),
        false => Err(malformed),
    }
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
