//! HMAC-SHA-256 (RFC 2104) over a label and parts, each behind its length, so that no two lists
//! of parts give the same input.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::Key;

/// The MAC of `parts` under `key`, in the domain `label`.
pub(crate) fn mac(key: &Key, label: &str, parts: &[&[u8]]) -> [u8; 32] {
    // A key shorter than the hash's block is padded with zeros by definition (RFC 2104, 2).
    let mut block = Zeroizing::new([0u8; 64]);
    for (to, from) in block.iter_mut().zip(key.expose()) {
        *to = *from;
    }
    let mut hmac = Hmac::<Sha256>::new((&*block).into());
    for part in core::iter::once(&label.as_bytes()).chain(parts) {
        hmac.update(&(part.len() as u64).to_be_bytes());
        hmac.update(part);
    }
    hmac.finalize().into_bytes().into()
}

/// The key that `label` names under a master key (NIST SP 800-108r1, one block of the PRF).
pub(crate) fn derive(master: &Key, label: &str, parts: &[&[u8]]) -> Key {
    Key::new(mac(master, label, parts))
}
