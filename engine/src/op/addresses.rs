//! The addresses of an account, as the verbs take them in.

use alloc::vec::Vec;

use crate::{
    address::{Address, AddressError},
    channel::Channel,
    error::{Input, Refusal},
    outcome::Source,
    pinbolt::Pinbolt,
    record::HeldAddress,
};

/// The most addresses of an account.
pub(super) const MAX_ADDRESSES: usize = 8;

/// An address as typed.
pub(super) fn parse(text: &str) -> Result<Address, Refusal> {
    Address::parse(text).map_err(|error| Refusal::Malformed { input: Input::Address(error) })
}

/// An address as typed, of a channel that the policy reaches: no other is delivered.
pub(super) fn reached(pinbolt: &Pinbolt, text: &str) -> Result<Address, Refusal> {
    let address = parse(text)?;
    match pinbolt.policy().reaches(channel(&address)) {
        true => Ok(address),
        false => Err(Refusal::Malformed { input: Input::Address(AddressError::EndpointChannel) }),
    }
}

/// The channel that reaches an address.
pub(super) const fn channel(address: &Address) -> Channel {
    match address {
        Address::Phone(_) => Channel::Sms,
        Address::Email(_) => Channel::Email,
        Address::Endpoint(endpoint) => endpoint.channel(),
    }
}

/// The phone numbers and e-mail addresses among them, which no new PIN may be a part of.
pub(super) fn own_numbers(addresses: &[HeldAddress]) -> Vec<&str> {
    let named = addresses.iter().filter(|held| held.channel.names());
    named.map(|held| held.address.as_str()).collect()
}

/// What the channel of a held address knows it by.
pub(super) fn destination(held: &HeldAddress) -> &str {
    match held.channel {
        Channel::Own(_) => held.address.split_once(':').map_or("", |(_, endpoint)| endpoint),
        Channel::Sms | Channel::Email => &held.address,
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
