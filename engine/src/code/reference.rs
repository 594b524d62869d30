//! The three letters by which a person tells one message from another.

use core::fmt;
use minicbor::{Decode, Encode};

const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const COUNT: u16 = 24 * 24 * 24;

/// A message's reference: three of the letters A to Z without I and O. It is no secret.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Reference(#[n(0)] u16);

impl Reference {
    /// A random one; no secrecy hangs on it, so the bias of a remainder doesn't matter.
    pub(crate) const fn random(bytes: [u8; 2]) -> Self {
        let [a, b] = bytes;
        Self(u16::from_be_bytes([a, b]) % COUNT)
    }

    /// The one after it.
    pub(crate) const fn next(self) -> Self {
        Self(self.0.saturating_add(1) % COUNT)
    }

    /// The letters.
    #[must_use]
    pub fn letters(self) -> [char; 3] {
        let (high, low) = (self.0 / 24, self.0 % 24);
        [high / 24, high % 24, low].map(|at| {
            let at = usize::from(at);
            LETTERS.get(at).map_or('?', |letter| char::from(*letter))
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.letters().into_iter().try_for_each(|letter| fmt::Write::write_char(f, letter))
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{collections::BTreeSet, string::ToString};

    #[test]
    fn each_is_another_and_none_has_i_or_o() {
        let mut seen = BTreeSet::new();
        let mut reference = Reference(0);
        for _ in 0..COUNT {
            let text = reference.to_string();
            assert!(text.len() == 3 && !text.contains(['I', 'O']));
            assert!(seen.insert(text));
            reference = reference.next();
        }
        assert_eq!(reference, Reference(0));
    }
}
