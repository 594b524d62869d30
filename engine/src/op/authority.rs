//! Whether an authority allows an act, and how the act is told to auditors.

use alloc::vec::Vec;

use super::{cx::Cx, row::Row};
use crate::{
    audit::Event,
    authority::{Authority, Proofs},
    error::Refusal,
    key::Key,
    outcome::{Accepted, Rests},
    pinbolt::Pinbolt,
    record::{Account, HeldAddress, Progress},
};

/// Whether the authority allows an act on this account: an operator, or the account's own fresh
/// proofs of purposes that authorize, by two keys in one session. Judged on the record that is
/// written: a block, or the end of what a proof rests on, ends the proof.
///
/// # Errors
/// [`Refusal::NotAuthorized`].
pub(super) fn authorized(
    pinbolt: &Pinbolt,
    authority: &Authority,
    record: &Account,
) -> Result<(), Refusal> {
    let Authority::Proved(Proofs(proofs)) = authority else { return Ok(()) };
    let own = pinbolt.names().account(&record.id).map_err(|_| Refusal::NotAuthorized)?;
    let allows =
        |proof: &Accepted| proof.authorizes && proof.row == own && is_fresh(proof, pinbolt, record);
    let stands = |proof: &Accepted| record.acts() && rests(proof, record);
    let together = proofs.iter().zip(proofs.iter().skip(1)).all(|(a, b)| a.session == b.session);
    match proofs.iter().all(|proof| allows(proof) && stands(proof)) && together && is_enough(proofs)
    {
        true => Ok(()),
        false => Err(Refusal::NotAuthorized),
    }
}

/// By the record's own clock, by which the proof was made.
fn is_fresh(proof: &Accepted, pinbolt: &Pinbolt, record: &Account) -> bool {
    let most = pinbolt.policy().settings.authority_age.saturating_mul(1000);
    proof.rests.set_backs == record.set_backs
        && proof.at >= record.created
        && proof.at <= record.seen
        && record.seen.saturating_sub(proof.at) <= most
}

/// Whether all that it rests on still stands.
fn rests(proof: &Accepted, record: &Account) -> bool {
    let Rests { set_backs: _, generation, address, token, recovery, ticket } = proof.rests;
    let received = |held: &HeldAddress| {
        Some(held.nonce) == address && held.suspended.is_none() && !held.has_left(record.seen)
    };
    let tickets = record.series.iter().flat_map(|series| &series.kept);
    let tickets = tickets.filter(|ticket| ticket.progress != Progress::Ended);
    let set = record.recovery.as_ref().map(|set| set.generation);
    generation == record.generation()
        && (address.is_none() || record.addresses.iter().any(received))
        && token.is_none_or(|number| record.tokens.iter().any(|token| token.number == number))
        && (recovery.is_none() || recovery == set)
        && ticket.is_none_or(|salt| tickets.clone().any(|ticket| ticket.salt == salt))
}

/// Two keys of different kinds, in one proof or in two. A ticket's halves came by two ways.
fn is_enough(proofs: &[Accepted]) -> bool {
    let mut keys: Vec<Key> = proofs.iter().flat_map(Accepted::keys).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.len() > 1 || keys.contains(&Key::Ticket)
}

/// The same on the load, before anything costs.
pub(super) fn authorized_on_load(cx: &Cx, row: &Row, authority: &Authority) -> Result<(), Refusal> {
    let record = row.current(cx).ok_or(Refusal::UnknownAccount)?;
    authorized(&cx.pinbolt, authority, &record)
        .inspect_err(|refusal| cx.refused(&record.id, *refusal))
}

/// An event with who did it: the operator and his reason, or the proof's purpose and lane, and the
/// second's purpose.
pub(super) fn audited(authority: &Authority, event: Event) -> Event {
    match authority {
        Authority::Operator(operator) => Event { operator: Some(operator.clone()), ..event },
        Authority::Proved(Proofs(proofs)) => {
            let mut purposes = proofs.iter().map(|proof| proof.purpose.clone());
            let (purpose, beside) = (purposes.next(), purposes.next());
            let lane = proofs.first().map(|proof| proof.lane);
            Event { purpose, beside, lane, ..event }
        }
    }
}
