//! `block`, `unblock` and `cancel_account`: the account as a whole.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    authority::{audited, authorized},
    binding,
    cx::Cx,
    row::{Judged, Row},
};
use crate::{
    audit::{Event, EventKind},
    authority::{Authority, Operator},
    error::{Error, Refusal},
    pinbolt::Pinbolt,
    record::{Account, State},
};

/// Blocks an account: nothing of it passes, and its outstanding challenges end. To strangers it
/// answers as an unknown one, where accounts are hidden.
///
/// Refuses with `UnknownAccount`.
pub struct Block<'a> {
    /// The account's id.
    pub account: &'a str,
    /// Who does it, and why.
    pub operator: Operator,
}

super::verb!(Block<'_>);

impl Verb for Block<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let (account, operator) = (String::from(self.account), self.operator);
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            switch(cx, &account, operator, (State::Blocked, EventKind::Blocked)).await
        })
    }
}

/// Lifts a block. The counts of failures stay as they were.
///
/// Refuses with `UnknownAccount`.
pub struct Unblock<'a> {
    /// The account's id.
    pub account: &'a str,
    /// Who does it, and why.
    pub operator: Operator,
}

super::verb!(Unblock<'_>);

impl Verb for Unblock<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let (account, operator) = (String::from(self.account), self.operator);
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            switch(cx, &account, operator, (State::Active, EventKind::Unblocked)).await
        })
    }
}

/// Ends a registration: its PIN, tokens, challenges and codes are gone, its addresses
/// and its civil document free.
///
/// Refuses with `UnknownAccount` or `NotAuthorized`.
pub struct CancelAccount<'a> {
    /// The account's id.
    pub account: &'a str,
    /// By what right.
    pub authority: Authority,
}

super::verb!(CancelAccount<'_>);

impl Verb for CancelAccount<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let (account, authority) = (String::from(self.account), self.authority);
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            cancel(cx, &account, authority).await
        })
    }
}

async fn switch(
    mut cx: Cx,
    account: &str,
    operator: Operator,
    (state, kind): (State, EventKind),
) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    row.write(cx, |record, moment| {
        present(record)?;
        record.state = state;
        if state == State::Blocked {
            record.end_challenges();
            // Proofs too: the end of the block brings none back.
            record.set_backs = record.set_backs.saturating_add(1);
        }
        let operator = Some(operator.clone());
        moment.log(record, Event { operator, ..Event::new(moment.now, kind) });
        Ok(Judged::Write(()))
    })
    .await
}

async fn cancel(mut cx: Cx, account: &str, authority: Authority) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    let freed = row.write(cx, |record, moment| {
        present(record)?;
        authorized(moment.pinbolt, &authority, record)?;
        let Account { trail, addresses, identity, created, imports, .. } = record.clone();
        // No proof of it is one of who gets its id next.
        let set_backs = record.set_backs.saturating_add(1);
        let blank = Account::new(&record.id, false, moment.now);
        let state = State::Cancelled;
        let mut imports = imports.unwrap_or_default();
        imports.closed = true;
        let imports = Some(imports);
        *record = Account { state, created, trail, set_backs, imports, ..blank };
        let event = Event::new(moment.now, EventKind::AccountCancelled);
        moment.log(record, audited(&authority, event));
        Ok(Judged::Write((addresses, identity)))
    });
    let (addresses, identity) = freed.await?;
    binding::let_go(cx, account, &addresses).await;
    if let Some(identity) = identity {
        binding::untie(cx, account, &identity).await;
    }
    Ok(())
}

pub(super) fn present(record: &Account) -> Result<(), Refusal> {
    match record.state {
        State::Cancelled => Err(Refusal::UnknownAccount),
        State::Active | State::Blocked => Ok(()),
    }
}
