//! What a person may pick with `resend`: the channels by which a purpose's code can travel.

use alloc::{string::String, vec::Vec};

use super::{
    addresses::{channel, masked},
    issue,
};
use crate::{
    address::Address,
    channel::Channel,
    pinbolt::Pinbolt,
    policy::Purpose,
    record::{Account, HeldAddress},
    row::RowName,
};

/// A channel by which the code may travel: what [`Resend`](super::Resend) takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offer {
    /// The channel.
    pub channel: Channel,
    /// Enough to recognise the address by. Before a first factor only what was typed as the name is
    /// shown.
    pub masked: Option<String>,
}

/// Before a first factor: the purpose's channels, whoever the account is and whatever it has.
pub(super) fn of_policy(purpose: &Purpose, typed: Option<&Address>) -> Vec<Offer> {
    let shown = |own: Channel| typed.filter(|typed| channel(typed) == own).map(Address::mask);
    purpose.channels().iter().map(|own| Offer { channel: *own, masked: shown(*own) }).collect()
}

/// After one: the channels by which the account can be reached, and where.
pub(super) fn of_account(
    record: &Account,
    place: (&Pinbolt, &RowName),
    (purpose, to): (&Purpose, Option<&HeldAddress>),
) -> Vec<Offer> {
    let offer = |own: &Channel| {
        // Where this code went, another message goes too.
        let held = match to.filter(|held| held.channel == *own) {
            Some(held) => held.clone(),
            None => issue::recipient(record, place, (*own, None)).held?,
        };
        Some(Offer { channel: *own, masked: Some(masked(&held)) })
    };
    purpose.channels().iter().filter_map(offer).collect()
}
