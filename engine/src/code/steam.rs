//! The five letters in which Steam writes a code: a number in base 26, the lowest letter first.

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::typed::divide;

/// Without 0, 1, A, E, I, L, O, S, U and Z.
const LETTERS: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";
/// How many letters a code has.
pub(super) const LEN: u8 = 5;

/// The letters of a number below 26^5. All of the alphabet is read for each: no table is indexed by a
/// code.
pub(super) fn write(number: u64) -> [u8; LEN as usize] {
    let (mut left, mut text) = (number, [0; LEN as usize]);
    for letter in &mut text {
        let higher = divide::<26>(left);
        let value = left.wrapping_sub(higher.wrapping_mul(26));
        for (nth, sign) in (0u64..).zip(LETTERS) {
            letter.conditional_assign(sign, nth.ct_eq(&value));
        }
        left = higher;
    }
    text
}

/// The number that exactly five letters write, in either case; `None` for anything else.
pub(super) fn read(letters: impl Iterator<Item = u8>) -> Option<u64> {
    let (mut number, mut place, mut count) = (0u64, 1u64, 0u8);
    for letter in letters {
        let (mut value, mut known) = (0, Choice::from(0));
        for (nth, sign) in (0u64..).zip(LETTERS) {
            let same = sign.ct_eq(&letter.to_ascii_uppercase());
            value.conditional_assign(&nth, same);
            known |= same;
        }
        if !bool::from(known) {
            return None;
        }
        number = number.wrapping_add(place.wrapping_mul(value));
        place = place.wrapping_mul(26);
        count = count.saturating_add(1);
    }
    (count == LEN).then_some(number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    /// With a table and a division.
    fn plainly(mut number: usize) -> [u8; 5] {
        [(); 5].map(|()| {
            let letter = LETTERS[number % 26];
            number /= 26;
            letter
        })
    }

    #[test]
    fn every_code_is_written_and_read() {
        // Each pair of neighbouring letters, and a step that meets every letter at every place.
        let last = 26usize.pow(5) - 1;
        let all = (0..=last).step_by(127).chain([last]).chain(0..676);
        for number in all {
            let text = write(u64::try_from(number).unwrap());
            assert_eq!(text, plainly(number));
            assert_eq!(read(text.into_iter()), Some(u64::try_from(number).unwrap()));
            assert_eq!(read(text.to_ascii_lowercase().into_iter()), read(text.into_iter()));
        }
    }

    #[test]
    fn failure_31_only_its_letters_and_five_of_them() {
        for letter in 0..=u8::MAX {
            let known = LETTERS.contains(&letter.to_ascii_uppercase());
            assert_eq!(read([b'2', b'2', letter, b'2', b'2'].into_iter()).is_some(), known);
        }
        for count in (0..=20).filter(|count| *count != 5) {
            assert_eq!(read([b'Y'; 20].into_iter().take(count)), None, "{count}");
        }
    }
}
