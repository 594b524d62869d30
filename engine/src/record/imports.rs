//! What was imported or removed, so that no import brings anything back that was removed here.

use alloc::vec::Vec;
use core::fmt;
use minicbor::{Decode, Encode};

use crate::error::Refusal;

/// Bytes of a mark.
const MARK: usize = 16;
/// The most marks: forgetting one would bring its token back.
const MOST: usize = 32;

/// What has come from another system, whatever became of it here.
#[derive(Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Imports {
    /// Keyed hashes of what the tokens' keys make of some messages, 16 bytes each.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    tokens: Vec<u8>,
    #[n(1)]
    pub(crate) recovery_codes: bool,
    #[n(2)]
    pub(crate) pin: bool,
    /// Whoever had the id before was cancelled: what a file has under it may be his.
    #[n(3)]
    #[cbor(default)]
    pub(crate) closed: bool,
    /// An import has run: the other system's failures are counted.
    #[n(4)]
    #[cbor(default)]
    pub(crate) ran: bool,
}

impl Imports {
    pub(crate) fn knows(&self, mark: &[u8; 32]) -> bool {
        self.tokens.chunks_exact(MARK).any(|kept| mark.starts_with(kept))
    }

    /// Remembers a token for good.
    ///
    /// # Errors
    /// [`Refusal::TooManyTokens`] for the 33rd.
    pub(crate) fn remember(&mut self, mark: &[u8; 32]) -> Result<(), Refusal> {
        if self.knows(mark) {
            return Ok(());
        }
        if self.tokens.len() >= MOST.saturating_mul(MARK) {
            return Err(Refusal::TooManyTokens);
        }
        self.tokens.extend(mark.iter().take(MARK));
        Ok(())
    }
}

impl fmt::Debug for Imports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Imports(..)")
    }
}
