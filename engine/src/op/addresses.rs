//! The addresses of an account: taken in, limited, told of changes.

use alloc::{string::String, vec::Vec};

use crate::{
    address::{Address, AddressError},
    channel::Channel,
    error::{Input, Refusal},
    outcome::Source,
    pinbolt::Pinbolt,
    record::{Account, HeldAddress},
};

/// The most addresses of an account.
pub(super) const MAX_ADDRESSES: usize = 8;
const DAY: u64 = 86_400_000;

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

/// A held address with most of it hidden.
pub(super) fn masked(held: &HeldAddress) -> String {
    parse(&held.address).map(|address| address.mask()).unwrap_or_default()
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
    let mailbox = match address {
        Address::Email(email) if pinbolt.policy().settings.one_mailbox == 1 => {
            Some(pinbolt.names().mailbox(&email.mailbox()))
        }
        Address::Email(_) | Address::Phone(_) | Address::Endpoint(_) => None,
    };
    HeldAddress {
        address: address.delivery().into(),
        nonce,
        source: Source::Code,
        intent_until: None,
        bound_at: None,
        key: pinbolt.names().address(address.key()),
        channel: channel(address),
        proven_at: None,
        from: None,
        until: None,
        suspended: None,
        mailbox,
        enrolled: false,
        replaces: None,
        at_once: false,
        given_up: None,
    }
}

/// An address that the account is to have confirmed.
pub(super) struct Wish {
    pub(super) candidate: HeldAddress,
    /// The key of the address that it is to replace.
    pub(super) replaces: Option<[u8; 32]>,
    pub(super) by_operator: bool,
}

/// The account's entry for an address to confirm: its candidate, added where there is none, or a
/// bound one that has to be proven anew.
pub(super) fn stand(
    record: &mut Account,
    (pinbolt, now): (&Pinbolt, u64),
    wish: &Wish,
) -> Result<HeldAddress, Refusal> {
    if !record.acts() {
        return Err(Refusal::NotAuthorized);
    }
    let (_, fresh) = pinbolt.policy().address_times();
    let replaced = replaced(record, now, wish)?.cloned();
    let (replaces, key) = (replaced.as_ref().map(|held| held.nonce), wish.candidate.key);
    let own = record.addresses.iter().position(|held| held.key == key && !held.has_left(now));
    let own = own.and_then(|at| record.addresses.get(at));
    if let Some(held) = own.filter(|held| held.is_bound(now)) {
        let back = may_stay(record, now, held);
        let anew = back || held.suspended.is_some() || held.is_stale(now, fresh);
        return match held.waits(now) {
            Some(until) => Err(Refusal::AddressWaits { until }),
            None if replaces.is_none() && anew => {
                if back {
                    within_limits(record, (pinbolt, now), held)?;
                }
                Ok(held.clone())
            }
            None => Err(Refusal::AddressTaken),
        };
    }
    let mut held = own.unwrap_or(&wish.candidate).clone();
    held.replaces = replaces;
    held.at_once = wish.by_operator && replaced.is_some_and(|held| held.suspended.is_some());
    within_limits(record, (pinbolt, now), &held)?;
    match record.addresses.iter_mut().find(|own| own.nonce == held.nonce) {
        Some(own) => *own = held.clone(),
        None => {
            make_room(record, (pinbolt, now))?;
            record.addresses.push(held.clone());
        }
    }
    Ok(held)
}

/// The address that a wish is to replace, in force or suspended.
fn replaced<'a>(
    record: &'a Account,
    now: u64,
    wish: &Wish,
) -> Result<Option<&'a HeldAddress>, Refusal> {
    let Some(key) = wish.replaces else { return Ok(None) };
    let held = record.addresses.iter().find(|held| held.key == key && held.names(now));
    let held = held.ok_or(Refusal::UnknownAddress)?;
    match held.until {
        // Another change of it is under way, or it was given up.
        Some(until) => Err(Refusal::AddressWaits { until }),
        None => Ok(Some(held)),
    }
}

/// Whether a bound address that the person gave up stays where it is confirmed anew: not where another
/// is to take its place.
pub(super) fn may_stay(record: &Account, now: u64, held: &HeldAddress) -> bool {
    let takes = |new: &HeldAddress| new.replaces == Some(held.nonce) && new.waits(now).is_some();
    held.given_up.is_some() && !record.addresses.iter().any(takes)
}

/// Whether the account may hold one more phone number, less the one that it replaces.
pub(super) fn within_limits(
    record: &Account,
    (pinbolt, now): (&Pinbolt, u64),
    new: &HeldAddress,
) -> Result<(), Refusal> {
    let counts = |held: &&HeldAddress| {
        held.channel == Channel::Sms
            && held.nonce != new.nonce
            && Some(held.nonce) != new.replaces
            && held.until.is_none()
            && held.is_live(now)
    };
    let others = record.addresses.iter().filter(counts).count() as u64;
    match new.channel == Channel::Sms && others >= pinbolt.policy().settings.phones {
        true => Err(Refusal::TooManyPhones),
        false => Ok(()),
    }
}

/// The oldest mere candidate makes room.
fn make_room(record: &mut Account, (pinbolt, now): (&Pinbolt, u64)) -> Result<(), Refusal> {
    let (cooling, _) = pinbolt.policy().address_times();
    if record.addresses.len() >= MAX_ADDRESSES {
        let mere = |held: &HeldAddress| !held.is_live(now) && !held.holds_up(now, cooling);
        let mere = record.addresses.iter().position(mere);
        record.addresses.remove(mere.ok_or(Refusal::TooManyAddresses)?);
    }
    Ok(())
}

/// The addresses that are told when `new` is to be the account's, and for which it waits; each once.
pub(super) fn told<'a>(
    record: &'a Account,
    (pinbolt, now): (&Pinbolt, u64),
    new: &HeldAddress,
) -> Vec<&'a HeldAddress> {
    let (cooling, _) = pinbolt.policy().address_times();
    let mut told = all_told(record, (pinbolt, now));
    told.retain(|held| held.key != new.key);
    // An enrolment's own addresses come one after the other, while none is older than a day.
    let young = |held: &&HeldAddress| {
        held.bound_at.is_some_and(|at| now.saturating_sub(at) < cooling.max(DAY))
    };
    let enrols = new.enrolled && !new.is_bound(now) && new.replaces.is_none();
    match enrols && told.iter().all(young) {
        true => Vec::new(),
        false => told,
    }
}

/// The addresses that hear of the account's changes; each once.
pub(super) fn all_told<'a>(
    record: &'a Account,
    (pinbolt, now): (&Pinbolt, u64),
) -> Vec<&'a HeldAddress> {
    let (cooling, _) = pinbolt.policy().address_times();
    let mut told: Vec<&HeldAddress> = Vec::new();
    for held in record.addresses.iter().filter(|held| held.is_told(now, cooling)) {
        if !told.iter().any(|other| other.key == held.key) {
            told.push(held);
        }
    }
    told
}

/// Whether `new` waits before it is in force: for those that are told, and for a suspended one, whose
/// owner can't be.
pub(super) fn waits(record: &Account, place: (&Pinbolt, u64), new: &HeldAddress) -> bool {
    let ((pinbolt, now), (cooling, _)) = (place, place.0.policy().address_times());
    let suspended = |held: &HeldAddress| {
        held.key != new.key && held.suspended.is_some() && held.holds_up(now, cooling)
    };
    let told = told(record, (pinbolt, now), new);
    !new.at_once && cooling > 0 && (!told.is_empty() || record.addresses.iter().any(suspended))
}

/// Takes out what left so long ago that nobody is told any more; gives all that left and may still
/// be claimed.
pub(super) fn sweep(record: &mut Account, (pinbolt, now): (&Pinbolt, u64)) -> Vec<HeldAddress> {
    let (cooling, _) = pinbolt.policy().address_times();
    let gone = |held: &&mut HeldAddress| held.has_left(now) && held.bound_at.is_some();
    let mut left = Vec::new();
    for held in record.addresses.iter_mut().filter(gone) {
        left.push(held.clone());
        held.bound_at = None;
    }
    record.addresses.retain(|held| !held.has_left(now) || held.holds_up(now, cooling));
    left
}
