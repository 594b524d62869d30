//! Crockford's base 32, in which codes are written that people copy from paper.

use alloc::string::String;
use core::ops::RangeInclusive;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// Without I, L, O and U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The longest text that is looked at.
const MAX_TYPED: usize = 64;

/// The lowest `5 * count` of these bits, the lowest first.
pub(super) fn write(bits: u128, count: usize) -> Secret<String> {
    let mut text = String::with_capacity(count);
    let mut left = Zeroizing::new(bits);
    for _ in 0..count {
        let [low, ..] = left.to_le_bytes();
        text.push(LETTERS.get(usize::from(low & 31)).map_or('0', |letter| char::from(*letter)));
        *left >>= 5;
    }
    Secret::new(text)
}

/// In groups of four, as it is shown.
pub(super) fn grouped(text: &Secret<String>) -> Secret<String> {
    let text = text.expose();
    let mut grouped = String::with_capacity(text.len().saturating_add(text.len() / 4));
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            grouped.push('-');
        }
        grouped.push(letter);
    }
    Secret::new(grouped)
}

/// Exactly `count` letters as typed: ASCII in any case, blanks and hyphens dropped; O reads as 0, I
/// and L as 1. `None` for anything else.
pub(super) fn read(typed: &str, count: usize) -> Option<Secret<String>> {
    let own = |letter| {
        let letter = match letter {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        LETTERS.contains(&letter).then_some(letter)
    };
    spelled(typed, own).filter(|text| text.expose().len() == count)
}

/// So many letters and digits as typed, likewise: no letter stands for another.
pub(super) fn plain(typed: &str, count: RangeInclusive<usize>) -> Option<Secret<String>> {
    let any = |letter: u8| letter.is_ascii_alphanumeric().then_some(letter);
    spelled(typed, any).filter(|text| count.contains(&text.expose().len()))
}

fn spelled(typed: &str, letter: impl Fn(u8) -> Option<u8>) -> Option<Secret<String>> {
    if typed.len() > MAX_TYPED {
        return None;
    }
    let mut text = Secret::new(String::with_capacity(MAX_TYPED));
    for byte in typed.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
        text.0.push(char::from(letter(byte.to_ascii_uppercase())?));
    }
    Some(text)
}
