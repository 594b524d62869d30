//! `enroll`: a new account, with a PIN and addresses.

use alloc::{string::String, vec::Vec};

use super::{
    Op, Step, Verb,
    addresses::{MAX_ADDRESSES, candidate, channel, reached},
    binding::{self, Intent},
    cx::Cx,
    pin,
    row::{Judged, Row},
};
use crate::{
    address::{AccountId, Address},
    audit::{Event, EventKind},
    authority::Operator,
    channel::Channel,
    error::{Error, Failure, Misuse, Refusal},
    outcome::Source,
    pinbolt::Pinbolt,
    record::{Account, HeldAddress, Kind, State},
    secret::Secret,
};

/// Creates an account.
///
/// Refuses with `AccountExists`, `AddressTaken`, `TooManyPhones`, `WeakPin` or `Malformed`. After a
/// failure the account may exist with addresses that are still candidates: `confirm` them, or cancel
/// the account and enrol again.
pub struct Enroll<'a> {
    /// The account's id: 1 to 256 bytes, without `@` and without a leading `+`. It appears in
    /// audit events, so it must not be personal data.
    pub account: &'a str,
    /// The PIN, held against the rules for new ones; `None` for an account without.
    pub pin: Option<&'a str>,
    /// Up to 8 phone numbers, of these up to `address.phones`, e-mail addresses, and
    /// `@name:endpoint` on channels of your own.
    pub addresses: &'a [&'a str],
    /// An operator who vouches for the addresses: they are bound at once. Without one they are
    /// candidates, until `confirm`.
    pub asserted_by: Option<Operator>,
}

super::verb!(Enroll<'_>);

/// What became of an enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Enrolled {
    /// How many of the addresses are bound.
    pub bound: usize,
    /// How many are candidates.
    pub candidates: usize,
}

impl Verb for Enroll<'_> {
    type Output = Enrolled;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Enrolled> {
        start(self, pinbolt, (now, entropy), false)
    }
}

/// Creates an account that is still to be activated: nothing of it passes until an
/// [activation](super::IssueTicket) of it was redeemed. To strangers it answers as an unknown one,
/// where accounts are hidden.
///
/// Refuses as `Enroll` does.
pub struct EnrollInactive<'a>(
    /// What is created.
    pub Enroll<'a>,
);

super::verb!(EnrollInactive<'_>);

impl Verb for EnrollInactive<'_> {
    type Output = Enrolled;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Enrolled> {
        start(self.0, pinbolt, (now, entropy), true)
    }
}

fn start(
    enrolled: Enroll<'_>,
    pinbolt: &Pinbolt,
    start: (u64, [u8; 32]),
    inactive: bool,
) -> Step<Enrolled> {
    let args = own(&enrolled, pinbolt);
    let operator = enrolled.asserted_by;
    Op::start(pinbolt, start, None, |cx| async move {
        let (account, pin, addresses) = args?;
        enroll(cx, account, (pin, addresses), (operator, inactive)).await
    })
}

type Args = (String, Option<Secret<String>>, Vec<Address>);

fn own(enroll: &Enroll<'_>, pinbolt: &Pinbolt) -> Result<Args, Error> {
    let account = AccountId::parse(enroll.account).map_err(|_| Misuse::AccountId)?;
    let addresses = enroll.addresses.iter().map(|address| reached(pinbolt, address));
    let addresses = addresses.collect::<Result<Vec<_>, _>>()?;
    let twice = |(at, a): (usize, &Address)| {
        addresses.iter().skip(at.saturating_add(1)).any(|b| a.key() == b.key())
    };
    if addresses.len() > MAX_ADDRESSES || addresses.iter().enumerate().any(twice) {
        return Err(Misuse::Addresses.into());
    }
    let phones = addresses.iter().filter(|address| channel(address) == Channel::Sms).count();
    if phones as u64 > pinbolt.policy().settings.phones {
        return Err(Refusal::TooManyPhones.into());
    }
    let named = addresses.iter().filter(|address| channel(address).names());
    let own: Vec<&str> = named.map(Address::key).collect();
    let pin = enroll.pin.map(|pin| pin::check_new(pinbolt.policy(), pin, &own)).transpose()?;
    Ok((account.as_str().into(), pin, addresses))
}

async fn enroll(
    mut cx: Cx,
    id: String,
    (pin, addresses): (Option<Secret<String>>, Vec<Address>),
    (operator, inactive): (Option<Operator>, bool),
) -> Result<Enrolled, Error> {
    let cx = &mut cx;
    let name = cx.pinbolt.names().account(&id)?;
    let blank = Account::new(&id, false, cx.now);
    let mut row = Row::load(cx, Kind::Account, name).await?.or_create(blank);
    free(row.record())?;
    for address in addresses.iter().filter(|_| operator.is_some()) {
        let held = candidate(&cx.pinbolt, address, [0; 16]);
        if binding::is_taken(cx, &id, &Intent::of_address(&cx.pinbolt, &held)).await? {
            return Err(Refusal::AddressTaken.into());
        }
    }
    let hashed = match &pin {
        Some(pin) => Some(pin::hash_new(cx, pin).await?.ok_or(Failure::Overload)?),
        None => None,
    };
    let intents = row.write(cx, |record, moment| {
        free((record.trail != Default::default()).then_some(&*record))?;
        // What was imported for who had the id before is not imported for who has it now.
        let Account { trail, set_backs, imports, .. } = record.clone();
        let blank = Account::new(&id, false, moment.now);
        *record = Account { trail, set_backs, inactive, imports, ..blank };
        let policy = moment.pinbolt.policy();
        record.pins = hashed.iter().map(|hashed| pin::record_of(hashed, policy, moment)).collect();
        let enrolled = Event::new(moment.now, EventKind::Enrolled);
        moment.log(record, Event { operator: operator.clone(), ..enrolled });
        let mut intents = Vec::new();
        for address in &addresses {
            let nonce = moment.entropy.bytes();
            let plain = candidate(moment.pinbolt, address, nonce);
            record.addresses.push(HeldAddress { enrolled: true, ..plain });
            if operator.is_some() {
                intents.extend(binding::intend_address(record, moment, (&nonce, Source::Operator)));
            }
        }
        let bound = record.addresses.iter().filter(|held| held.bound_at.is_some()).count();
        Ok(Judged::Write((bound, intents)))
    });
    let (mut bound, intents) = intents.await?;
    for intent in &intents {
        match binding::bind(cx, &mut row, intent).await {
            Ok(()) => bound = bound.saturating_add(1),
            // Somebody was faster; the address stays a candidate.
            Err(Error::Refused(Refusal::AddressTaken)) => {}
            Err(stop) => return Err(stop),
        }
    }
    Ok(Enrolled { bound, candidates: addresses.len().saturating_sub(bound) })
}

/// An id is free where there is no account, or a cancelled one.
fn free(record: Option<&Account>) -> Result<(), Refusal> {
    match record {
        Some(record) if record.state != State::Cancelled => Err(Refusal::AccountExists),
        _ => Ok(()),
    }
}
