//! The civil document to which an account is tied: only its keyed hash.

use core::fmt;
use minicbor::{Decode, Encode};

/// A tie, bound in the same three writes as an address.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Identity {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) key: [u8; 32],
    /// Fresh for each intent.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) nonce: [u8; 16],
    /// While it is under way: the Unix millisecond at which it lapses.
    #[n(2)]
    pub(crate) intent_until: Option<u64>,
    #[n(3)]
    pub(crate) bound_at: Option<u64>,
}

impl Identity {
    /// Bound, or under way to be.
    pub(crate) fn is_live(&self, now: u64) -> bool {
        self.bound_at.is_some() || self.intent_until.is_some_and(|until| now < until)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}
