//! `tie_identity`, `untie_identity` and `registrations`: accounts and the civil document behind them.

use alloc::{string::String, vec::Vec};

use super::{
    Op, Step, Verb,
    accounts::present,
    binding::{self, Intent},
    cx::Cx,
    row::{Judged, Row},
};
use crate::{
    audit::{Event, EventKind},
    authority::Operator,
    document::Document,
    error::{Error, Refusal},
    pinbolt::Pinbolt,
    record::{Account, Identity, Kind, State},
};

/// Ties an account to a civil document, which at most `identity.accounts` accounts share.
///
/// Refuses with `IdentityTaken` where they do, or where the account is tied to another document
/// ([`UntieIdentity`] first), or with `UnknownAccount`.
pub struct TieIdentity<'a> {
    /// The account's id.
    pub account: &'a str,
    /// The document, as the operator saw it.
    pub document: &'a Document,
    /// Who does it, and why.
    pub operator: Operator,
}

super::verb!(TieIdentity<'_>);

impl Verb for TieIdentity<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let (account, operator) = (String::from(self.account), self.operator);
        let key = pinbolt.names().identity(self.document.parts());
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            tie(cx, &account, key, operator).await
        })
    }
}

/// Frees an account's civil document.
///
/// Refuses with `UnknownIdentity` or `UnknownAccount`.
pub struct UntieIdentity<'a> {
    /// The account's id.
    pub account: &'a str,
    /// Who does it, and why.
    pub operator: Operator,
}

super::verb!(UntieIdentity<'_>);

impl Verb for UntieIdentity<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let (account, operator) = (String::from(self.account), self.operator);
        Op::start(
            pinbolt,
            (now, entropy),
            None,
            |cx| async move { untie(cx, &account, operator).await },
        )
    }
}

/// Lists the accounts that are tied to a civil document: the registrations of one person. The list may
/// be empty.
pub struct Registrations<'a> {
    /// The document.
    pub document: &'a Document,
    /// Who asks, and why; an audit event of each account says so.
    pub operator: Operator,
}

super::verb!(Registrations<'_>);

impl Verb for Registrations<'_> {
    /// The ids of the accounts, sorted.
    type Output = Vec<String>;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Vec<String>> {
        let key = pinbolt.names().identity(self.document.parts());
        let operator = self.operator;
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            registrations(cx, key, operator).await
        })
    }
}

async fn tie(mut cx: Cx, account: &str, key: [u8; 32], operator: Operator) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    let wanted = Identity { key, nonce: [0; 16], intent_until: None, bound_at: None };
    if binding::is_taken(cx, account, &Intent::of_identity(&cx.pinbolt, &wanted)).await? {
        cx.refused(account, Refusal::IdentityTaken);
        return Err(Refusal::IdentityTaken.into());
    }
    let intent = row.write(cx, |record, moment| {
        present(record)?;
        match &record.identity {
            Some(own) if own.bound_at.is_some() && own.key == key => return Ok(Judged::Keep(None)),
            Some(own) if own.key != key && own.is_live(moment.now) => {
                return Err(Refusal::IdentityTaken.into());
            }
            Some(_) | None => {}
        }
        let (nonce, intent_until) = binding::intend(moment);
        let identity = Identity { nonce, intent_until, ..wanted.clone() };
        record.identity = Some(identity.clone());
        Ok(Judged::Write(Some(Intent::of_identity(moment.pinbolt, &identity))))
    });
    let Some(intent) = intent.await? else { return Ok(()) };
    let operator = Some(operator);
    let event = Event { operator, ..Event::new(cx.now, EventKind::IdentityTied) };
    binding::tie(cx, &mut row, (&intent, &event)).await
}

async fn untie(mut cx: Cx, account: &str, operator: Operator) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    let freed = row.write(cx, |record, moment| {
        present(record)?;
        let freed = record.identity.take().ok_or(Refusal::UnknownIdentity)?;
        let operator = Some(operator.clone());
        let event = Event::new(moment.now, EventKind::IdentityUntied);
        moment.log(record, Event { operator, ..event });
        Ok(Judged::Write(freed))
    });
    let freed = freed.await?;
    binding::untie(cx, account, &freed).await;
    Ok(())
}

async fn registrations(
    mut cx: Cx,
    key: [u8; 32],
    operator: Operator,
) -> Result<Vec<String>, Error> {
    let cx = &mut cx;
    let tied = |record: &Account| {
        let own = record.identity.as_ref();
        let own = own.is_some_and(|identity| identity.key == key && identity.bound_at.is_some());
        record.state != State::Cancelled && own
    };
    let mut accounts = Vec::new();
    for account in binding::holders(cx, &key).await? {
        let name = cx.pinbolt.names().account(&account)?;
        let row = Row::load(cx, Kind::Account, name).await?;
        if row.record().is_some_and(tied) {
            let operator = Some(operator.clone());
            let listed = Event::new(cx.now, EventKind::IdentityListed);
            cx.audit(&account, Event { operator, ..listed });
            accounts.push(account);
        }
    }
    Ok(accounts)
}
