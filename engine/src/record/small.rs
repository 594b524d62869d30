//! The two small rows: who holds an address or a document, and how many messages it was sent.

use alloc::{string::String, vec::Vec};
use minicbor::{Decode, Encode};

use crate::guard::Sends;

/// Pointers from an address or a civil document to the accounts that hold it, at least one. The
/// account records are the authority.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Claim {
    #[n(0)]
    account: String,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    nonce: [u8; 16],
    /// Where the policy allows more than one.
    #[n(2)]
    #[cbor(skip_if = "Vec::is_empty")]
    others: Vec<Holder>,
}

/// One binding.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Holder {
    #[n(0)]
    pub(crate) account: String,
    /// The binding's own nonce: a release deletes only the claim that it made.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) nonce: [u8; 16],
}

impl Claim {
    /// `None` for no holder: then there is no row.
    pub(crate) fn of(holders: Vec<Holder>) -> Option<Self> {
        let mut holders = holders.into_iter();
        let Holder { account, nonce } = holders.next()?;
        Some(Self { account, nonce, others: holders.collect() })
    }

    pub(crate) fn holders(self) -> Vec<Holder> {
        let first = Holder { account: self.account, nonce: self.nonce };
        core::iter::once(first).chain(self.others).collect()
    }

    /// The account that alone holds it.
    pub(crate) fn sole(&self) -> Option<&str> {
        let alone = self.others.iter().all(|other| other.account == self.account);
        alone.then_some(&self.account)
    }
}

/// An address's send budget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Budget {
    #[n(0)]
    pub(crate) sends: Sends,
}
