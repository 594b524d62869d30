//! A PIN in an operation: counted as failed before it is hashed, settled in the write that follows.

use alloc::string::String;

use super::{
    attempt::{self, Guess},
    cx::Cx,
    row::{Judged, Moment, Row},
};
use crate::{
    audit::{Event, EventKind},
    caller::Owned,
    error::{Error, Failure, Input, Misuse, Refusal},
    guard::{Authenticator, Reservation},
    pin::{Cost, Digest, Rules, Work},
    policy::Policy,
    record::{Account, PinRecord},
    secret::Secret,
};

/// The longest PIN that is looked at, in bytes.
const LONGEST: usize = Rules::MAX_DIGITS as usize;

/// A PIN that was right. Whether it counts is judged again in the write that settles it.
#[derive(Debug)]
pub(super) struct Proof {
    reservation: Reservation,
    generation: [u8; 16],
    /// Whether the stored hash is of another cost or pepper than the present.
    renew: bool,
    /// The hash at the policy's present cost and pepper, where the stored one is another.
    rehashed: Option<Hashed>,
}

impl Proof {
    pub(super) const fn reservation(&self) -> &Reservation {
        &self.reservation
    }

    /// The PIN that was right.
    pub(super) const fn generation(&self) -> [u8; 16] {
        self.generation
    }
}

/// A hash and what made it.
#[derive(Debug)]
pub(super) struct Hashed {
    hash: [u8; 32],
    salt: [u8; 16],
    cost: Cost,
    pepper: u32,
}

/// A PIN as typed: 1 to 64 ASCII digits, else malformed. Older rules don't lock anybody out.
pub(super) fn typed(pin: &str) -> Result<Secret<String>, Refusal> {
    let fits = (1..=LONGEST).contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit());
    match fits {
        true => Ok(Secret::new(pin.into())),
        false => Err(Refusal::Malformed { input: Input::Pin }),
    }
}

/// Counts the guess, hashes, compares. A wrong PIN needs no second write: its reservation is its
/// count. Nobody's row asks, writes and hashes in the same way and never passes.
pub(super) async fn check(
    cx: &mut Cx,
    row: &mut Row,
    (pin, caller): (&Secret<String>, &Owned),
) -> Result<Proof, Error> {
    // A hash that can't be computed here is a failure, and no guess. Nobody's takes as long.
    let work = match row.record().and_then(Account::pin) {
        Some(stored) => stored_work(cx, pin, stored)?,
        None => blank_work(cx, pin)?,
    };
    drop(work);
    let (reservation, stored) =
        row.write(cx, |record, moment| reserve(record, moment, caller)).await?;
    let work = match &stored {
        Some(stored) => stored_work(cx, pin, stored)?,
        None => fresh_work(cx, pin)?.0,
    };
    let Some(digest) = cx.hash(work).await? else {
        refund(cx, row, &[reservation]).await?;
        return Err(Failure::Overload.into());
    };
    let (hash, generation) = stored.as_ref().map_or(([0; 32], [0; 16]), |s| (s.hash, s.generation));
    let right = digest.matches(&hash);
    let passable = stored.is_some() && reservation.within_cap && row.record().is_some_and(may_pass);
    if !(right & passable) {
        let id = row.record().map(|record| record.id.clone()).unwrap_or_default();
        let lane = Some(reservation.lane);
        cx.audit(&id, Event { lane, ..Event::new(cx.now, EventKind::PinRefused) });
        return Err(Refusal::WrongCredentials.into());
    }
    let renew = stored.as_ref().is_some_and(|stored| !is_current(cx, stored));
    Ok(Proof { reservation, generation, renew, rehashed: None })
}

/// Hashes a right PIN again where its cost or pepper is no longer the present one. Not run, it is
/// left for the next success.
pub(super) async fn renewed(
    cx: &mut Cx,
    pin: &Secret<String>,
    proof: Proof,
) -> Result<Proof, Error> {
    match proof.renew {
        true => Ok(Proof { rehashed: hash_new(cx, pin).await?, ..proof }),
        false => Ok(proof),
    }
}

/// Settles a right PIN in the write that uses it: the count starts over. Refused, with no refund,
/// where the PIN or the account is no longer what was checked.
pub(super) fn settle(
    record: &mut Account,
    moment: &mut Moment<'_>,
    proof: &Proof,
) -> Result<(), Refusal> {
    if record.generation() != Some(proof.generation) || !may_pass(record) {
        return Err(Refusal::WrongCredentials);
    }
    attempt::succeed(record, moment, &proof.reservation);
    renew(record, proof.rehashed.as_ref());
    let lane = Some(proof.reservation.lane);
    let event = Event { lane, ..Event::new(moment.now, EventKind::PinAccepted) };
    moment.log(record, event);
    Ok(())
}

/// The right PIN's hash at the present cost and pepper takes the older one's place.
pub(super) fn renew(record: &mut Account, new: Option<&Hashed>) {
    let pin = record.pins.iter_mut().find(|pin| pin.authenticator == Authenticator::PIN);
    if let (Some(pin), Some(new)) = (pin, new) {
        (pin.hash, pin.salt, pin.cost, pin.pepper) = (new.hash, new.salt, new.cost, new.pepper);
    }
}

/// The record of a newly set PIN, of a new generation.
pub(super) fn record_of(hashed: &Hashed, policy: &Policy, moment: &mut Moment<'_>) -> PinRecord {
    PinRecord {
        authenticator: Authenticator::PIN,
        hash: hashed.hash,
        salt: hashed.salt,
        cost: hashed.cost,
        pepper: hashed.pepper,
        generation: moment.entropy.bytes(),
        set_at: moment.now,
        min_digits: policy.pin_rules().min_digits,
    }
}

/// The rules for a new PIN.
///
/// # Errors
/// [`Refusal::WeakPin`] with the reason; [`Refusal::Malformed`] for what is no PIN.
pub(super) fn check_new(
    policy: &Policy,
    pin: &str,
    own: &[&str],
) -> Result<Secret<String>, Refusal> {
    policy.pin_rules().check(pin, own).map_err(|reason| Refusal::WeakPin { reason })?;
    typed(pin)
}

/// Hashes a PIN at the present cost and pepper; `None` where the driver didn't run it.
pub(super) async fn hash_new(cx: &mut Cx, pin: &Secret<String>) -> Result<Option<Hashed>, Error> {
    let (work, salt, pepper) = fresh_work(cx, pin)?;
    let cost = cx.pinbolt.policy().cost();
    let digest = cx.hash(work).await?;
    let hash = digest.as_ref().and_then(Digest::bytes);
    Ok(hash.map(|hash| Hashed { hash, salt, cost, pepper }))
}

fn reserve(
    record: &mut Account,
    moment: &mut Moment<'_>,
    caller: &Owned,
) -> Result<Judged<(Reservation, Option<PinRecord>)>, Error> {
    let lane = caller.lane(record, moment.pinbolt);
    let guess = Guess::one(Authenticator::PIN, lane);
    attempt::open(record, moment, &[guess])?;
    if !moment.pinbolt.hides_accounts() && record.pin().is_none() {
        return Err(Refusal::NoPin.into());
    }
    let reservation = guess.reserve(record, moment);
    let event = Event { lane: Some(lane), ..Event::new(moment.now, EventKind::PinTried) };
    moment.log(record, event);
    Ok(Judged::Write((reservation, record.pin().cloned())))
}

/// Gives back guesses that were never judged, or right and never used.
pub(super) async fn refund(
    cx: &mut Cx,
    row: &mut Row,
    reservations: &[Reservation],
) -> Result<(), Error> {
    row.write(cx, |record, moment| {
        reservations.iter().for_each(|given| attempt::refund(record, moment, given));
        moment.log(record, Event::new(moment.now, EventKind::Refunded));
        Ok(Judged::Write(()))
    })
    .await
}

/// The work that made a stored hash, if its pepper is at hand and its cost within bounds.
pub(super) fn stored_work(
    cx: &mut Cx,
    pin: &Secret<String>,
    stored: &PinRecord,
) -> Result<Work, Failure> {
    work(cx, pin, (stored.salt, stored.pepper, stored.cost))
}

/// The work of a salt, a pepper's key id and a cost.
pub(super) fn work(
    cx: &mut Cx,
    secret: &Secret<String>,
    (salt, pepper, cost): ([u8; 16], u32, Cost),
) -> Result<Work, Failure> {
    let pepper = &cx.pinbolt.keys().get(pepper)?.pepper;
    Work::new(cx.entropy.bytes(), secret.expose(), (salt, pepper, cost))
}

pub(super) fn fresh_work(
    cx: &mut Cx,
    pin: &Secret<String>,
) -> Result<(Work, [u8; 16], u32), Failure> {
    let (id, salt) = (cx.entropy.bytes(), cx.entropy.bytes());
    let set = cx.pinbolt.keys().active()?;
    let made = (salt, &set.pepper, cx.pinbolt.policy().cost());
    Ok((Work::new(id, pin.expose(), made)?, salt, set.id))
}

fn blank_work(cx: &Cx, pin: &Secret<String>) -> Result<Work, Failure> {
    let set = cx.pinbolt.keys().active()?;
    Work::new([0; 16], pin.expose(), ([0; 16], &set.pepper, cx.pinbolt.policy().cost()))
}

pub(super) fn is_current(cx: &Cx, stored: &PinRecord) -> bool {
    let active = cx.pinbolt.keys().active().map(|set| set.id);
    stored.cost == cx.pinbolt.policy().cost() && active == Ok(stored.pepper)
}

pub(super) fn may_pass(record: &Account) -> bool {
    !record.decoy && record.acts()
}

/// A purpose and its PIN fit together.
pub(super) fn asked(needs: bool, pin: Option<&str>) -> Result<Option<Secret<String>>, Error> {
    match (needs, pin) {
        (true, Some(pin)) => Ok(Some(typed(pin)?)),
        (true, None) => Err(Misuse::PinMissing.into()),
        (false, Some(_)) => Err(Misuse::PinUnasked.into()),
        (false, None) => Ok(None),
    }
}
