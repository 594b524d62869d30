//! A device that an account knows: its token is the device's own, only a keyed hash is kept.

use alloc::string::String;
use core::fmt;
use minicbor::{Decode, Encode};
use subtle::ConstantTimeEq;

/// A known device.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Device {
    /// Its number in the account; no other device ever has it.
    #[n(0)]
    pub(crate) number: u32,
    /// The token's keyed hash.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) token: [u8; 32],
    /// What the person knows it by.
    #[n(2)]
    pub(crate) label: String,
    #[n(3)]
    pub(crate) added: u64,
    /// When somebody last proved himself on it.
    #[n(4)]
    pub(crate) used: u64,
}

impl Device {
    /// Whether this is its token; in constant time.
    pub(crate) fn has(&self, token: &[u8; 32]) -> bool {
        self.token.ct_eq(token).into()
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Device(..)")
    }
}
