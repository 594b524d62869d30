//! Randomness enters once, as 32 bytes when an operation is made, and is expanded here.

use crate::{mac::MacKey, secret::Key};

/// The generator of one operation: HMAC-SHA-256 in counter mode over its seed.
#[derive(Debug)]
pub(crate) struct Entropy {
    seed: MacKey,
    drawn: u64,
}

impl Entropy {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self { seed: MacKey::new(&Key::new(seed)), drawn: 0 }
    }

    /// The next `N` bytes, at most 32; never the same twice.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        const { assert!(N <= 32) };
        self.drawn = self.drawn.wrapping_add(1);
        let block = self.seed.mac("pinbolt entropy", &[&self.drawn.to_be_bytes()]);
        let mut out = [0; N];
        for (to, from) in out.iter_mut().zip(block) {
            *to = from;
        }
        out
    }
}
