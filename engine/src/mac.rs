//! HMAC-SHA-256 (RFC 2104) over a label and parts, each behind its length, so that no two lists
//! of parts give the same input.

use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::Key;

/// A key with its inner and outer hash states kept, wiped on drop.
pub(crate) struct MacKey(Hmac<Sha256>);

impl MacKey {
    pub(crate) fn new(key: &Key) -> Self {
        // A key shorter than the hash's block is padded with zeros by definition (RFC 2104, 2).
        let mut block = Zeroizing::new([0u8; 64]);
        for (to, from) in block.iter_mut().zip(key.expose()) {
            *to = *from;
        }
        Self(Hmac::new((&*block).into()))
    }

    /// The MAC of `parts` in the domain `label`.
    pub(crate) fn mac(&self, label: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut hmac = self.0.clone();
        for part in core::iter::once(&label.as_bytes()).chain(parts) {
            hmac.update(&(part.len() as u64).to_be_bytes());
            hmac.update(part);
        }
        hmac.finalize().into_bytes().into()
    }

    /// The key that `label` names under this one (NIST SP 800-108r1, one block of the PRF).
    pub(crate) fn derive(&self, label: &str, parts: &[&[u8]]) -> Key {
        Key::new(self.mac(label, parts))
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(..)")
    }
}
