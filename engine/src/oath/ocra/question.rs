//! The question: the challenge, or the two of a pair, as 128 bytes (RFC 6287, 5.1 and 6.3).

use super::{
    input::Challenge,
    suite::{Format, Suite},
};

/// The bytes of the field; what a challenge leaves of it is zeros.
pub(super) const FIELD: usize = 128;

/// The words of the largest number: two challenges of 64 digits are under 2^448.
const WORDS: usize = 14;

/// The field of a challenge; `None` if that isn't of the suite's form.
///
/// The texts of a pair are joined before they are read, as the RFC's appendix B does it: two
/// numbers make one number.
pub(super) fn encode(suite: &Suite, challenge: &Challenge<'_>) -> Option<[u8; FIELD]> {
    let (first, second) = match *challenge {
        Challenge::One(only) => (only, ""),
        Challenge::ServerAnswers { client, server } => (client, server),
        Challenge::ClientAnswers { client, server } => (server, client),
    };
    let most = usize::from(suite.length());
    let fits = match challenge {
        Challenge::One(only) => (1..=most).contains(&only.len()),
        _ => first.len() == most && second.len() == most,
    };
    if !fits {
        return None;
    }
    let mut text = first.bytes().chain(second.bytes());
    match suite.format() {
        Format::Alphanumeric => alphanumeric(&mut text),
        Format::Numeric => numeric(&mut text),
        Format::Hexadecimal => hexadecimal(&mut text),
    }
}

fn alphanumeric(text: &mut impl Iterator<Item = u8>) -> Option<[u8; FIELD]> {
    let mut field = [0; FIELD];
    for (to, byte) in field.iter_mut().zip(text) {
        *to = Some(byte).filter(|byte| matches!(byte, b' '..=b'~'))?;
    }
    Some(field)
}

/// The number in base 16, its highest digit first in the field: an odd count of digits ends in the
/// middle of a byte, as appendix A of the RFC has it.
fn numeric(text: &mut impl Iterator<Item = u8>) -> Option<[u8; FIELD]> {
    let mut number = [0u32; WORDS];
    for byte in text {
        let mut carry = u64::from(value(byte).filter(|digit| *digit < 10)?);
        for word in number.iter_mut().rev() {
            // At most 10 * (2^32 - 1) + 9.
            carry = u64::from(*word).wrapping_mul(10).wrapping_add(carry);
            *word = (carry & 0xffff_ffff) as u32;
            carry >>= 32;
        }
    }
    let digits = number.iter().flat_map(|word| (0..32).step_by(4).rev().map(move |at| word >> at));
    Some(field(digits.map(|digit| (digit & 15) as u8).skip_while(|digit| *digit == 0)))
}

fn hexadecimal(text: &mut impl Iterator<Item = u8>) -> Option<[u8; FIELD]> {
    let mut malformed = false;
    let digits = field(text.map(|byte| {
        value(byte).unwrap_or_else(|| {
            malformed = true;
            0
        })
    }));
    (!malformed).then_some(digits)
}

/// Half a byte after the other.
fn field(digits: impl Iterator<Item = u8>) -> [u8; FIELD] {
    let mut digits = digits.fuse();
    let mut field = [0; FIELD];
    for byte in &mut field {
        *byte = digits.next().unwrap_or(0) << 4 | digits.next().unwrap_or(0);
    }
    field
}

fn value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| (value & 15) as u8)
}
