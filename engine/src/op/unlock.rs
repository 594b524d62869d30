//! `unlock`, and by what right acts on an account are done.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    authority::{audited, authorized},
    cx::Cx,
    row::{Judged, Moment, Row},
};
use crate::{
    audit::{Event, EventKind},
    authority::Authority,
    error::Error,
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
    /// By what right: an operator, or the person's own [`Proofs`](crate::Proofs).
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
