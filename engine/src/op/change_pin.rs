//! `change_pin`: by who knows the old one. `reset_pin`: by another proof.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    addresses::own_numbers,
    authority::{audited, authorized, authorized_on_load},
    cx::Cx,
    pin::{self, Proof},
    row::{Judged, Row},
};
use crate::{
    audit::{Event, EventKind},
    authority::Authority,
    caller::{Caller, Owned},
    error::{Error, Failure, Refusal},
    pinbolt::Pinbolt,
    policy::{Policy, Purpose},
    record::Account,
    secret::Secret,
};

/// Sets a new PIN for who knows the old one. Challenges that rest on the old one end, and
/// confirmations of addresses.
///
/// Refuses with `WrongCredentials`, `WeakPin`, `Waiting`, `Throttled`, `UnknownAccount` or
/// `Malformed`; where accounts aren't hidden also with `NoPin`, `Disabled`, `Blocked` or `Inactive`.
#[derive(Clone, Copy)]
pub struct ChangePin<'a> {
    /// The account's id, from the host's own session and not as typed: an unknown one answers
    /// `UnknownAccount` here even where accounts are hidden.
    pub account: &'a str,
    /// The present PIN.
    pub old: &'a str,
    /// The new one, held against the rules for new PINs.
    pub new: &'a str,
    /// Who asks.
    pub caller: Caller<'a>,
}

super::verb!(ChangePin<'_>);

impl Verb for ChangePin<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let caller = self.caller.own();
        let source = self.caller.audited();
        let (account, old) = (String::from(self.account), pin::typed(self.old));
        let new = Secret::new(String::from(self.new));
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            change(cx, &account, (old?, new), caller?).await
        })
    }
}

/// Sets a new PIN by an operator, or by the person's own [`Proofs`](crate::Proofs). The count of
/// wrong PINs stays: that is `unlock`'s. Proofs are used up, also where the new PIN is weak. Known
/// devices stay known: where a thief may have had one, forget them.
///
/// Refuses with `NotAuthorized`, `WeakPin`, `UnknownAccount` or `Malformed`.
pub struct ResetPin<'a> {
    /// The account's id.
    pub account: &'a str,
    /// The new PIN, held against the rules for new ones.
    pub new: &'a str,
    /// By what right.
    pub authority: Authority,
}

super::verb!(ResetPin<'_>);

impl Verb for ResetPin<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let account = String::from(self.account);
        let new = Secret::new(String::from(self.new));
        let authority = self.authority;
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            reset(cx, &account, new, authority).await
        })
    }
}

async fn change(
    mut cx: Cx,
    account: &str,
    (old, new): (Secret<String>, Secret<String>),
    caller: Owned,
) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    // What the new PIN shows by itself; the account's own numbers are for who knows the old one.
    let new = pin::check_new(cx.pinbolt.policy(), new.expose(), &[])?;
    let proof = pin::check(cx, &mut row, (&old, &caller)).await?;
    set(cx, &mut row, &new, Right::Old(proof)).await
}

async fn reset(
    mut cx: Cx,
    account: &str,
    new: Secret<String>,
    authority: Authority,
) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    authorized_on_load(cx, &row, &authority)?;
    let new = pin::check_new(cx.pinbolt.policy(), new.expose(), &[])?;
    set(cx, &mut row, &new, Right::Authority(authority)).await
}

/// The rules for a new PIN, the account's own numbers among them.
fn fit(record: &Account, policy: &Policy, new: &Secret<String>) -> Result<(), Refusal> {
    pin::check_new(policy, new.expose(), &own_numbers(&record.addresses)).map(|_| ())
}

enum Right {
    Old(Proof),
    Authority(Authority),
}

async fn set(cx: &mut Cx, row: &mut Row, new: &Secret<String>, right: Right) -> Result<(), Error> {
    let Some(hashed) = pin::hash_new(cx, new).await? else {
        if let Right::Old(proof) = &right {
            pin::refund(cx, row, &[*proof.reservation()]).await?;
        }
        return Err(Failure::Overload.into());
    };
    let set = row.write(cx, |record, moment| {
        let policy = moment.pinbolt.policy();
        let event = match &right {
            Right::Old(proof) => {
                pin::settle(record, moment, proof)?;
                if let Err(weak) = fit(record, policy, new) {
                    return Ok(Judged::Refuse(weak));
                }
                Event::new(moment.now, EventKind::PinChanged)
            }
            Right::Authority(authority) => {
                authorized(moment.pinbolt, authority, record)?;
                fit(record, policy, new)?;
                audited(authority, Event::new(moment.now, EventKind::PinReset))
            }
        };
        let fresh = pin::record_of(&hashed, policy, moment);
        replace(record, fresh);
        moment.log(record, event);
        Ok(Judged::Write(()))
    });
    set.await
}

/// The new PIN stands; what rested on the old one ends in the same write.
pub(super) fn replace(record: &mut Account, fresh: crate::record::PinRecord) {
    record.pins.retain(|pin| pin.authenticator != fresh.authenticator);
    record.pins.push(fresh);
    for series in &mut record.series {
        // Whoever asked for an address may have asked by the old one.
        let confirms = Purpose::confirming(&series.purpose).is_some();
        series.end(|challenge| confirms || challenge.generation.is_some());
    }
}
