//! `unlock`, and by what right acts on an account are done.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    cx::Cx,
    row::{Judged, Moment, Row},
};
use crate::{
    audit::{Event, EventKind},
    authority::Authority,
    error::{Error, Refusal},
    guard::{Authenticator, Lane},
    pinbolt::Pinbolt,
    record::{Account, State},
};

/// How long an operator's refill is remembered, in milliseconds.
const THIRTY_DAYS: u64 = 30 * 86_400_000;

/// Sets an authenticator's counts to zero in all lanes and enables it again.
///
/// Refuses with `NotAuthorized` or `UnknownAccount`.
pub struct Unlock<'a> {
    /// The account's id.
    pub account: &'a str,
    /// What is unlocked.
    pub authenticator: Authenticator,
    /// By what right: an operator, or the person's own proof from another lane than a stranger's.
    pub authority: Authority,
}

super::verb!(Unlock<'_>);

/// What an unlock did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unlocked {
    /// Whether the strangers' throttle was refilled: by an operator, and only so often in 30 days
    /// (`unlock.refills`), for each refill is ten more guesses.
    pub refilled: bool,
}

impl Verb for Unlock<'_> {
    type Output = Unlocked;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Unlocked> {
        let (account, what) = (String::from(self.account), self.authenticator);
        let authority = self.authority;
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            unlock(cx, &account, what, authority).await
        })
    }
}

async fn unlock(
    mut cx: Cx,
    account: &str,
    what: Authenticator,
    authority: Authority,
) -> Result<Unlocked, Error> {
    let cx = &mut cx;
    let by_operator = matches!(authority, Authority::Operator(_));
    let mut row = Row::account(cx, account).await?;
    row.write(cx, |record, moment| {
        authorized(moment.pinbolt, &authority, record)?;
        let refilled = by_operator && may_refill(record, moment);
        if refilled {
            record.refills.push(moment.now);
        }
        for lane in [Lane::Stranger, Lane::FirstFactor, Lane::KnownDevice] {
            record.ledger_mut(what, lane).unlock(refilled);
        }
        moment.log(record, audited(&authority, Event::new(moment.now, EventKind::Unlocked)));
        Ok(Judged::Write(Unlocked { refilled }))
    })
    .await
}

fn may_refill(record: &mut Account, moment: &Moment<'_>) -> bool {
    record.refills.retain(|at| moment.now.saturating_sub(*at) < THIRTY_DAYS);
    (record.refills.len() as u64) < moment.pinbolt.policy().settings.refills
}

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
    let stands = record.state == State::Active && proof.generation == record.generation();
    match fresh && own && stands && proof.authorizes && proof.lane != Lane::Stranger {
        true => Ok(()),
        false => Err(Refusal::NotAuthorized),
    }
}

/// The same on the load, before anything costs.
pub(super) fn early(cx: &Cx, row: &Row, authority: &Authority) -> Result<(), Refusal> {
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
