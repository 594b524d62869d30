//! An issued code: 40 bits as eight letters and digits, told by an operator or posted.

use alloc::string::String;
use core::fmt;
use subtle::{Choice, ConstantTimeEq};

use super::letters;
use crate::{
    error::{Input, Refusal},
    secret::Secret,
};

/// Letters of a code: 40 bits (NIST SP 800-63B-4, 4.1.2.2).
const LENGTH: usize = 8;

/// Compared in constant time, wiped on drop, not shown by `Debug`.
pub(crate) struct IssuedCode(Secret<String>);

impl IssuedCode {
    /// The code of a MAC's output: each is as likely as any other.
    pub(super) fn of(output: &Secret<[u8; 32]>) -> Self {
        let [a, b, c, d, e, ..] = *output.expose();
        let bits = u64::from_be_bytes([0, 0, 0, a, b, c, d, e]);
        Self(letters::write(bits.into(), LENGTH))
    }

    /// A code as typed: ASCII in any case, blanks and hyphens dropped; O reads as 0, I and L as 1.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] for what isn't 8 of its letters: neither compared nor counted.
    pub(crate) fn parse(typed: &str) -> Result<Self, Refusal> {
        let letters = letters::read(typed, LENGTH).map(Self);
        letters.ok_or(Refusal::Malformed { input: Input::IssuedCode })
    }

    /// As it is shown: two groups of four.
    pub(crate) fn shown(&self) -> Secret<String> {
        letters::grouped(&self.0)
    }
}

impl ConstantTimeEq for IssuedCode {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.expose().as_bytes().ct_eq(other.0.expose().as_bytes())
    }
}

impl fmt::Debug for IssuedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuedCode(..)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn every_bit_of_the_forty_shows() {
        let mut seen = BTreeSet::new();
        for bit in 0..40 {
            let mut output = [0u8; 32];
            output.get_mut(bit / 8).map(|byte| *byte = 1 << (bit % 8)).unwrap();
            let code = IssuedCode::of(&Secret::new(output));
            assert_eq!(code.shown().expose().len(), 9);
            assert!(seen.insert(code.shown().expose().clone()));
        }
        let most = IssuedCode::of(&Secret::new([255; 32]));
        assert_eq!(most.shown().expose(), "ZZZZ-ZZZZ");
    }

    #[test]
    fn what_is_shown_can_be_typed() {
        let code = IssuedCode::of(&Secret::new(*b"thirty-two bytes of a mac's end."));
        let shown = code.shown().expose().clone();
        let spelled = shown.to_lowercase().replace('0', "o").replace('1', "l");
        for text in [shown.clone(), spelled, shown.replace('-', " "), shown.replace('-', "")] {
            assert!(bool::from(IssuedCode::parse(&text).unwrap().ct_eq(&code)), "{text}");
        }
        for bad in ["", "0000000", "000000000", "0000000U", "0000_000", "\0\0\0\0\0\0\0\0"] {
            assert!(IssuedCode::parse(bad).is_err(), "{bad}");
        }
    }
}
