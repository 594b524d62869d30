//! Secrets as letters that people can type: base32 (RFC 4648, 6).
//!
//! ```
//! use pinbolt_provision::{ProvisionError, base32};
//!
//! assert_eq!(*base32::encode(b"a secret of 20 bytes"), "MEQHGZLDOJSXIIDPMYQDEMBAMJ4XIZLT");
//! assert_eq!(*base32::decode("mzxw 6ytb")?, *b"fooba");
//! # Ok::<(), ProvisionError>(())
//! ```

use zeroize::Zeroizing;

use crate::{ProvisionError, key::MAX_SECRET};

/// The longest text that is looked at, in bytes: twice what the longest secret takes.
pub const MAX_LEN: usize = 512;

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The capitals and digits of plain bytes, without padding: as apps want them.
#[must_use]
pub fn encode(bytes: &[u8]) -> Zeroizing<String> {
    // The full size at once, so that no copy is left behind by a text that grew.
    let letters = bytes.len().saturating_mul(8).div_ceil(5);
    let mut text = Zeroizing::new(String::with_capacity(letters));
    for group in bytes.chunks(5) {
        let mut five = Zeroizing::new([0; 8]);
        five.iter_mut().skip(3).zip(group).for_each(|(place, byte)| *place = *byte);
        let bits = u64::from_be_bytes(*five);
        let used = group.len().saturating_mul(8).div_ceil(5);
        text.extend((0..8_u32).take(used).map(|at| letter(bits, at)));
    }
    text
}

/// The plain bytes, 1 to 128, of a secret in base32 as people hand it on: in either case, in groups
/// that blanks or hyphens part, with the right padding or none.
///
/// Bits that fill no byte are dropped, as apps drop them: nothing is computed from them.
///
/// # Errors
/// [`ProvisionError::TooLong`] over [`MAX_LEN`]; [`ProvisionError::Secret`] for any other letter, for
/// a number of letters that no bytes have, for other padding, and for no byte or more than 128.
pub fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, ProvisionError> {
    if text.len() > MAX_LEN {
        return Err(ProvisionError::TooLong);
    }
    let unpadded = text.trim_end_matches('=');
    let padding = text.len().saturating_sub(unpadded.len());
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SECRET));
    let (mut bits, mut held, mut letters) = (0_u16, 0_u32, 0_usize);
    for letter in unpadded.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
        bits = (bits << 5) | value(letter).ok_or(ProvisionError::Secret)?;
        letters = letters.saturating_add(1);
        held = held.saturating_add(5);
        if held >= 8 {
            held = held.saturating_sub(8);
            let [_, byte] = (bits >> held).to_be_bytes();
            bytes.push(byte);
            if bytes.len() > MAX_SECRET {
                return Err(ProvisionError::Secret);
            }
        }
    }
    let whole = matches!(letters % 8, 0 | 2 | 4 | 5 | 7);
    let padded = padding == 0 || (padding < 8 && letters.saturating_add(padding) % 8 == 0);
    match whole && padded && !bytes.is_empty() {
        true => Ok(bytes),
        false => Err(ProvisionError::Secret),
    }
}

/// The `at`th of the eight letters of 40 bits.
fn letter(bits: u64, at: u32) -> char {
    let value = (bits >> 35_u32.saturating_sub(at.saturating_mul(5))) & 31;
    let place = usize::try_from(value).unwrap_or_default();
    LETTERS.get(place).map_or('A', |letter| char::from(*letter))
}

fn value(letter: u8) -> Option<u16> {
    Some(match letter {
        b'A'..=b'Z' => u16::from(letter.wrapping_sub(b'A')),
        b'a'..=b'z' => u16::from(letter.wrapping_sub(b'a')),
        b'2'..=b'7' => u16::from(letter.wrapping_sub(b'2')).saturating_add(26),
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_the_same() {
        let bytes: Vec<u8> = (0..=255).map(|byte: u8| byte.wrapping_mul(37)).collect();
        for length in 1..=MAX_SECRET {
            let secret = bytes.get(..length).unwrap();
            let text = encode(secret);
            assert_eq!(text.capacity(), text.len(), "it grew");
            assert_eq!(decode(&text).as_deref().map(Vec::as_slice), Ok(secret));
            assert_eq!(decode(&text.to_lowercase()).as_deref().map(Vec::as_slice), Ok(secret));
            let padded = text.len().next_multiple_of(8);
            assert_eq!(decode(&format!("{:=<padded$}", *text)).as_deref().unwrap(), secret);
        }
    }

    /// RFC 4648, 10.
    #[test]
    fn the_rfcs_own() {
        let known = ["MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"];
        for (length, text) in (1..).zip(known) {
            assert_eq!(*encode(&b"foobar"[..length]), text);
        }
    }

    #[test]
    fn a_secret_in_groups_is_read_and_what_is_none_is_refused() {
        for text in ["MZXW 6YTB", "mzxw-6ytb", " MZXW6YTB ", "MZXW6YTB"] {
            assert_eq!(decode(text).as_deref().map(Vec::as_slice), Ok(&b"fooba"[..]), "{text}");
        }
        // The bits behind the last byte: apps drop them.
        assert_eq!(decode("MZ").as_deref().map(Vec::as_slice), Ok(&b"f"[..]));
        let too_much = "A".repeat(207);
        for text in [
            "",
            " ",
            "=",
            "========",
            "M",
            "MZX",
            "MZXW6Y",
            "MY=",
            "MY=======",
            "MZXW6YTB=",
            "MZXW6YTB========",
            "M1",
            "M0",
            "M8",
            "MY==MY",
            "MÄ",
            "M\u{ff39}",
            "MY\n",
            "MY\0",
            &too_much,
        ] {
            assert_eq!(decode(text), Err(ProvisionError::Secret), "{text:?}");
        }
        assert_eq!(decode(&" ".repeat(MAX_LEN + 1)), Err(ProvisionError::TooLong));
        assert_eq!(decode(&" ".repeat(MAX_LEN)), Err(ProvisionError::Secret));
    }
}
