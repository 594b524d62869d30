//! `unlock`, and by what right acts on an account are done.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    cx::{Cx, Stop},
    row::{Judged, Moment, Row},
};
use crate::{
    audit::{Event, EventKind},
    authority::{Authority, Operator},
    error::Refusal,
    guard::{Authenticator, Lane},
    pinbolt::Pinbolt,
    record::Account,
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
) -> Result<Unlocked, Stop> {
    let cx = &mut cx;
    let operator = operator_of(&authority);
    let mut row = Row::account(cx, account).await?;
    authorized(cx, &authority, &row)?;
    row.write(cx, |record, moment| {
        let refilled = operator.is_some() && may_refill(record, moment);
        if refilled {
            record.refills.push(moment.now);
        }
        for lane in [Lane::Stranger, Lane::FirstFactor, Lane::KnownDevice] {
            record.ledger_mut(what, lane).unlock(refilled);
        }
        let operator = operator.clone();
        moment.log(record, Event { operator, ..Event::new(moment.now, EventKind::Unlocked) });
        Ok(Judged::Write(Unlocked { refilled }))
    })
    .await
}

fn may_refill(record: &mut Account, moment: &Moment<'_>) -> bool {
    record.refills.retain(|at| moment.now.saturating_sub(*at) < THIRTY_DAYS);
    (record.refills.len() as u64) < moment.pinbolt.policy().settings.refills
}

/// Whether the authority allows an act on this account: an operator, or the account's own fresh
/// proof of a purpose that authorizes, from another lane than a stranger's.
///
/// # Errors
/// [`Refusal::NotAuthorized`].
pub(super) fn authorized(cx: &Cx, authority: &Authority, row: &Row) -> Result<(), Refusal> {
    let Authority::Accepted(proof) = authority else { return Ok(()) };
    // By the record's own clock, by which the proof was made.
    let record = row.current(cx).ok_or(Refusal::UnknownAccount)?;
    let most = cx.pinbolt.policy().settings.authority_age.saturating_mul(1000);
    let fresh = proof.at <= record.seen && record.seen.saturating_sub(proof.at) <= most;
    let own = proof.account == record.id && proof.tenant == cx.pinbolt.tenant();
    match fresh && own && proof.authorizes && proof.lane != Lane::Stranger {
        true => Ok(()),
        false => Err(Refusal::NotAuthorized),
    }
}

pub(super) fn operator_of(authority: &Authority) -> Option<Operator> {
    match authority {
        Authority::Operator(operator) => Some(operator.clone()),
        Authority::Accepted(_) => None,
    }
}
