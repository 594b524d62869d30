//! Whether an authority allows an act, and how the act is told to auditors.

use super::{cx::Cx, row::Row};
use crate::{
    audit::Event, authority::Authority, error::Refusal, guard::Lane, pinbolt::Pinbolt,
    record::Account,
};

/// Whether the authority allows an act on this account: an operator, or the account's own fresh
/// proof of a purpose that authorizes, from another lane than a stranger's. Judged on the record
/// that is written: a block, or another PIN, since the proof was made ends it.
///
/// # Errors
/// [`Refusal::NotAuthorized`].
pub(super) fn authorized(
    pinbolt: &Pinbolt,
    authority: &Authority,
    record: &Account,
) -> Result<(), Refusal> {
    let Authority::Accepted(proof) = authority else { return Ok(()) };
    // By the record's own clock, by which the proof was made.
    let most = pinbolt.policy().settings.authority_age.saturating_mul(1000);
    let fresh = proof.set_backs == record.set_backs
        && proof.at >= record.created
        && proof.at <= record.seen
        && record.seen.saturating_sub(proof.at) <= most;
    let own = pinbolt.names().account(&record.id).is_ok_and(|row| row == proof.row);
    let stands = record.acts() && proof.generation == record.generation();
    match fresh && own && stands && proof.authorizes && proof.lane != Lane::Stranger {
        true => Ok(()),
        false => Err(Refusal::NotAuthorized),
    }
}

/// The same on the load, before anything costs.
pub(super) fn authorized_on_load(cx: &Cx, row: &Row, authority: &Authority) -> Result<(), Refusal> {
    let record = row.current(cx).ok_or(Refusal::UnknownAccount)?;
    authorized(&cx.pinbolt, authority, &record)
        .inspect_err(|refusal| cx.refused(&record.id, *refusal))
}

/// An event with who did it: the operator and his reason, or the proof's purpose and lane.
pub(super) fn audited(authority: &Authority, event: Event) -> Event {
    match authority {
        Authority::Operator(operator) => Event { operator: Some(operator.clone()), ..event },
        Authority::Accepted(proof) => {
            Event { purpose: Some(proof.purpose.clone()), lane: Some(proof.lane), ..event }
        }
    }
}
