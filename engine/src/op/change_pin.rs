//! `change_pin`: by who knows the old one. `reset_pin`: by another proof.

use alloc::{string::String, vec::Vec};

use super::{
    Op, Step, Verb,
    cx::{Cx, Stop},
    pin::{self, Hashed, Proof},
    row::{Judged, Row},
    unlock::{authorized, operator_of},
};
use crate::{
    audit::{Event, EventKind},
    authority::{Authority, Operator},
    caller::{Caller, Owned},
    error::Refusal,
    pinbolt::Pinbolt,
    record::Account,
    secret::Secret,
};

/// Sets a new PIN for who knows the old one. Challenges that rest on the old one end.
///
/// Refuses with `WrongCredentials`, `WeakPin`, `Waiting`, `Throttled`, `UnknownAccount` or
/// `Malformed`.
#[derive(Clone, Copy)]
pub struct ChangePin<'a> {
    /// The account's id.
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
        let source = caller.as_ref().ok().and_then(|caller| caller.source.clone());
        let (account, old) = (String::from(self.account), pin::typed(self.old));
        let new = Secret::new(String::from(self.new));
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            change(cx, &account, (old?, new), caller?).await
        })
    }
}

/// Sets a new PIN by an operator, or by a fresh proof of a purpose that authorizes. The count of
/// wrong PINs stays: that is `unlock`'s.
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
) -> Result<(), Stop> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    let new = fit(&row, &cx.pinbolt, &new)?;
    let proof = pin::check(cx, &mut row, (&old, caller.lane)).await?;
    set(cx, &mut row, &new, Right::Old(proof)).await
}

async fn reset(
    mut cx: Cx,
    account: &str,
    new: Secret<String>,
    authority: Authority,
) -> Result<(), Stop> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    authorized(cx, &authority, &row)?;
    let new = fit(&row, &cx.pinbolt, &new)?;
    set(cx, &mut row, &new, Right::Authority(operator_of(&authority))).await
}

/// The new PIN, if it keeps the rules, the account's own numbers among them.
fn fit(row: &Row, pinbolt: &Pinbolt, new: &Secret<String>) -> Result<Secret<String>, Refusal> {
    let held = row.record().map(|record| record.addresses.as_slice()).unwrap_or_default();
    let own: Vec<&str> = held.iter().map(|held| held.address.as_str()).collect();
    pin::check_new(pinbolt.policy(), new.expose(), &own)
}

enum Right {
    Old(Proof),
    Authority(Option<Operator>),
}

async fn set(cx: &mut Cx, row: &mut Row, new: &Secret<String>, right: Right) -> Result<(), Stop> {
    let hashed: Hashed = pin::hash_new(cx, new).await?.ok_or_else(pin::overload)?;
    row.write(cx, |record, moment| {
        let event = match &right {
            Right::Old(proof) => {
                pin::settle(record, moment, proof)?;
                Event::new(moment.now, EventKind::PinChanged)
            }
            Right::Authority(operator) => {
                let operator = operator.clone();
                Event { operator, ..Event::new(moment.now, EventKind::PinReset) }
            }
        };
        let fresh = pin::record_of(&hashed, moment.pinbolt.policy(), moment);
        replace(record, fresh);
        moment.log(record, event);
        Ok(Judged::Write(()))
    })
    .await
}

/// The new PIN stands; what rested on the old one ends in the same write.
fn replace(record: &mut Account, fresh: crate::record::PinRecord) {
    record.pins.retain(|pin| pin.authenticator != fresh.authenticator);
    record.pins.push(fresh);
    for series in &mut record.series {
        series.end(|challenge| challenge.generation.is_some());
    }
}
