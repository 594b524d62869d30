//! What a code or a proof is for: only its hash is kept.

use sha2::{Digest as _, Sha256};

use crate::error::Misuse;

/// The longest context, in bytes.
const MAX_LEN: usize = 4096;

/// SHA-256 of a context.
///
/// # Errors
/// [`Misuse::Context`] for one that is too long.
pub(super) fn hash(context: &[u8]) -> Result<[u8; 32], Misuse> {
    match context.len() <= MAX_LEN {
        true => Ok(Sha256::digest(context).into()),
        false => Err(Misuse::Context),
    }
}
