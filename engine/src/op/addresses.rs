//! The addresses of an account, as the verbs take them in.

use crate::{
    address::{Address, Kind as AddressKind},
    error::{Input, Refusal},
    outcome::{Channel, Source},
    pinbolt::Pinbolt,
    record::HeldAddress,
};

/// The most addresses of an account.
pub(super) const MAX_ADDRESSES: usize = 8;

/// An address as typed.
pub(super) fn parse(text: &str) -> Result<Address, Refusal> {
    Address::parse(text).map_err(|error| Refusal::Malformed { input: Input::Address(error) })
}

/// The channel that reaches an address.
pub(super) fn channel(address: &Address) -> Channel {
    match address.kind() {
        AddressKind::Phone => Channel::Sms,
        AddressKind::Email => Channel::Email,
    }
}

/// A candidate: it names nobody and blocks nobody.
pub(super) fn candidate(pinbolt: &Pinbolt, address: &Address, nonce: [u8; 16]) -> HeldAddress {
    HeldAddress {
        address: address.delivery().into(),
        nonce,
        source: Source::Code,
        intent_until: None,
        bound_at: None,
        key: pinbolt.names().address(address.key()),
        channel: channel(address),
    }
}
