//! A set of recovery codes: one salt, a slow hash of each, and which are used.

use alloc::vec::Vec;
use core::fmt;
use minicbor::{Decode, Encode};
use subtle::{Choice, ConditionallySelectable};

use crate::pin::{Cost, Digest};

/// The codes of an account; a new set ends the older one.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct RecoverySet {
    /// Random; another one for each set.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) generation: [u8; 16],
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) salt: [u8; 16],
    #[n(2)]
    pub(crate) cost: Cost,
    /// The key id whose pepper went in.
    #[n(3)]
    pub(crate) pepper: u32,
    #[n(4)]
    pub(crate) made_at: u64,
    #[n(5)]
    pub(crate) entries: Vec<Entry>,
    /// Made by another system.
    #[n(6)]
    #[cbor(default, skip_if = "is_own")]
    pub(crate) imported: bool,
}

/// One code of a set.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Entry {
    /// Argon2id's output.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) hash: [u8; 32],
    #[n(1)]
    pub(crate) used: Option<u64>,
}

const fn is_own(imported: &bool) -> bool {
    !*imported
}

impl RecoverySet {
    /// Which entry the digest is of; all are compared.
    pub(crate) fn find(&self, digest: &Digest) -> Option<usize> {
        let mut found = 0u32;
        for (at, entry) in (1u32..).zip(&self.entries) {
            found.conditional_assign(&at, Choice::from(u8::from(digest.matches(&entry.hash))));
        }
        usize::try_from(found).ok()?.checked_sub(1)
    }

    /// How many codes are left.
    pub(crate) fn left(&self) -> usize {
        self.entries.iter().filter(|entry| entry.used.is_none()).count()
    }
}

impl fmt::Debug for RecoverySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoverySet(..)")
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entry(..)")
    }
}
