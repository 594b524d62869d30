//! The two small rows: who holds an address, and how many messages it was sent.

use alloc::string::String;
use minicbor::{Decode, Encode};

use crate::guard::Sends;

/// A pointer from an address to the account that holds it. The account record is the authority.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Claim {
    #[n(0)]
    pub(crate) account: String,
    /// The binding's own nonce: a release deletes only the claim that it made.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) nonce: [u8; 16],
}

/// An address's send budget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Budget {
    #[n(0)]
    pub(crate) sends: Sends,
}
