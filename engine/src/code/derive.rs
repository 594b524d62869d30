//! The code of a challenge: HMAC-SHA-256 over everything that it is bound to, as digits or letters.

use alloc::vec::Vec;

use super::{Code, IssuedCode};
use crate::{mac::MacKey, row::RowName, secret::Secret};

/// What a code is bound to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) row: &'a RowName,
    pub(crate) purpose: &'a str,
    pub(crate) number: u64,
    pub(crate) salt: &'a [u8; 16],
    /// The address's keyed hash.
    pub(crate) to: &'a [u8; 32],
    pub(crate) context: &'a [u8; 32],
    /// How often it was renewed.
    pub(crate) turn: u32,
}

impl Origin<'_> {
    /// The code of `digits` digits, at most ten.
    pub(crate) fn code(&self, key: &MacKey, digits: u8) -> Code {
        in_digits(self.output(key, "pinbolt delivered code").expose(), digits)
    }

    /// The code that an operator hands out.
    pub(crate) fn issued_code(&self, key: &MacKey) -> IssuedCode {
        IssuedCode::of(&self.output(key, "pinbolt issued code"))
    }

    fn output(&self, key: &MacKey, label: &str) -> Secret<[u8; 32]> {
        let number = self.number.to_be_bytes();
        let parts: [&[u8]; 6] = [
            self.row.as_str().as_bytes(),
            self.purpose.as_bytes(),
            &number,
            self.salt,
            self.to,
            self.context,
        ];
        let turn = self.turn.to_be_bytes();
        let renewed = parts.into_iter().chain((self.turn > 0).then_some(turn.as_slice()));
        let parts: Vec<&[u8]> = renewed.collect();
        Secret::new(key.mac(label, &parts))
    }
}

/// A number below 10^digits, each as likely as any other: values of the last, incomplete run of
/// 10^digits are passed over.
fn in_digits(output: &[u8; 32], digits: u8) -> Code {
    let bound = 10u64.saturating_pow(u32::from(digits));
    let complete = u64::MAX.saturating_sub(u64::MAX.checked_rem(bound).unwrap_or_default());
    let (chunks, _) = output.as_chunks::<8>();
    let mut numbers = chunks.iter().map(|chunk| u64::from_be_bytes(*chunk));
    // All four are passed over once in 10^36 keys at ten digits.
    let number = numbers.find(|number| *number < complete).unwrap_or_default();
    Code::of(number.checked_rem(bound).unwrap_or_default(), digits)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn codes(count: u64, digits: u8) -> impl Iterator<Item = alloc::string::String> {
        let key = MacKey::new(&crate::secret::Key::new([7; 32]));
        let row = RowName::new("a:0").unwrap();
        (0..count).map(move |number| {
            let origin = Origin {
                row: &row,
                purpose: "sign-in",
                number,
                salt: &[0; 16],
                to: &[1; 32],
                context: &[2; 32],
                turn: 0,
            };
            origin.code(&key, digits).as_str().into()
        })
    }

    #[test]
    fn failure_23_codes_are_not_biased() {
        // Chi-square over 1000 classes: mean 999, standard deviation 44.7; the bound is 6 of them.
        let mut seen = [0u64; 1000];
        for code in codes(200_000, 6) {
            seen[code[3..].parse::<usize>().unwrap()] += 1;
        }
        let chi: u64 = seen.iter().map(|n| n.abs_diff(200).pow(2)).sum::<u64>() / 200;
        assert!(chi < 999 + 6 * 45, "chi-square {chi}");
        for digit in 0..6 {
            let mut seen = [0u64; 10];
            for code in codes(20_000, 6) {
                seen[usize::from(code.as_bytes()[digit] - b'0')] += 1;
            }
            assert!(seen.iter().all(|n| (1_750..2_250).contains(n)), "{seen:?}");
        }
    }

    #[test]
    fn failure_23_the_first_and_the_last_value_are_reachable() {
        let at = |number: u64| {
            let mut output = [0; 32];
            output[..8].copy_from_slice(&number.to_be_bytes());
            in_digits(&output, 6)
        };
        assert_eq!(at(0).as_str(), "000000");
        assert_eq!(at(999_999).as_str(), "999999");
        assert_eq!(at(1_000_000).as_str(), "000000");
        // The incomplete last run isn't used: the next eight bytes are.
        assert_eq!(at(u64::MAX).as_str(), "000000");
    }

    #[test]
    fn every_length_has_its_digits() {
        for digits in 1..=10 {
            assert!(codes(100, digits).all(|code| code.len() == usize::from(digits)));
        }
    }
}
