//! What stands for rows that aren't there: it is opened and read as one that is, and takes as long.

use alloc::{string::String, vec, vec::Vec};

use super::{Account, Claim, HeldAddress, Holder, Kind, PinRecord, codec, name, seal};
use crate::{
    audit::{Event, EventKind},
    authority::Operator,
    channel::Channel,
    error::Failure,
    guard::Authenticator,
    keys::Keyring,
    outcome::Source,
    pin::Cost,
    row::{RowName, Version},
};

/// Of the length of any time that a record may have.
const LATER: u64 = 1_700_000_000_000;
const VERSION: Version = Version::from_bytes([0; 16]);

/// A sealed decoy and a sealed claim, which are never stored.
#[derive(Debug)]
pub(crate) struct Blanks {
    row: RowName,
    decoy: Vec<u8>,
    claim: Vec<u8>,
}

impl Blanks {
    pub(crate) fn new(keys: &Keyring, row: RowName, cost: Cost) -> Result<Self, Failure> {
        let holder = Holder { account: String::from("nobody"), nonce: [1; 16] };
        let claim = Claim::of(vec![holder]).ok_or(Failure::Internal)?;
        let sealed =
            |kind, nonce, plain: &[u8]| seal::seal(keys, (kind, &row, VERSION), [nonce; 24], plain);
        let decoy = sealed(Kind::Decoy, 0, &codec::encode(&furnished(cost))?)?;
        let claim = sealed(Kind::Claim, 1, &codec::encode(&claim)?)?;
        Ok(Self { row, decoy, claim })
    }

    /// A decoy's first record.
    pub(crate) fn decoy(
        &self,
        keys: &Keyring,
        (row, now): (&RowName, u64),
    ) -> Result<Account, Failure> {
        let plain = seal::open(keys, (Kind::Decoy, &self.row, VERSION), &self.decoy)?;
        let mut decoy: Account = codec::decode(&plain)?;
        (decoy.created, decoy.seen) = (now, now);
        decoy.events.iter_mut().for_each(|event| event.at = now);
        let (_, own) = name::parse(row).ok_or(Failure::Internal)?;
        // Its budgets run on keys of its own, as an account's on its addresses'.
        for (held, place) in decoy.addresses.iter_mut().zip(1u8..) {
            held.key = own;
            if let Some(last) = held.key.last_mut() {
                *last ^= place;
            }
            (held.bound_at, held.proven_at) = (Some(now), Some(now));
        }
        Ok(decoy)
    }

    pub(crate) fn claim(&self, keys: &Keyring) -> Result<Claim, Failure> {
        // A loaded one is freed after it was read.
        let loaded = self.claim.clone();
        codec::decode(&seal::open(keys, (Kind::Claim, &self.row, VERSION), &loaded)?)
    }
}

/// An account as an operator enrols one, with a PIN, a phone number and an e-mail address; but what
/// stands for the PIN is none, and no address can be typed that has these keys.
fn furnished(cost: Cost) -> Account {
    let pin = PinRecord {
        authenticator: Authenticator::CODE,
        hash: [0xff; 32],
        salt: [0xff; 16],
        cost,
        pepper: 1,
        generation: [0xff; 16],
        set_at: LATER,
        min_digits: 6,
    };
    let event = |kind, channel| Event { channel, ..Event::new(LATER, kind) };
    let operator = Operator::new(
        "desk 7",
        "asked in person, with a card of identity that was shown at the desk",
    )
    .ok();
    let enrolled = Event { operator, ..event(EventKind::Enrolled, None) };
    let addresses = [
        ("+351000000000", Channel::Sms, [1; 16]),
        ("nobody@nowhere.invalid", Channel::Email, [2; 16]),
    ];
    let bound = addresses.map(|(_, channel, _)| event(EventKind::AddressBound, Some(channel)));
    Account {
        pins: vec![pin],
        addresses: addresses.into_iter().map(held).collect(),
        events: core::iter::once(enrolled).chain(bound).collect(),
        ..Account::new("", true, LATER)
    }
}

fn held((address, channel, nonce): (&str, Channel, [u8; 16])) -> HeldAddress {
    HeldAddress {
        address: address.into(),
        nonce,
        source: Source::Operator,
        intent_until: None,
        bound_at: Some(LATER),
        key: [0; 32],
        channel,
        proven_at: Some(LATER),
        from: None,
        until: None,
        suspended: None,
        mailbox: None,
        enrolled: true,
        replaces: None,
        at_once: false,
        given_up: None,
    }
}
