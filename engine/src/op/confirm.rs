//! `confirm`: a code to a candidate address; the `finish` that follows binds it.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    begin::{Begun, deliverable, spend},
    cx::{Cx, Stop},
    dispatch::Dispatch,
    enroll::MAX_ADDRESSES,
    issue::{self, Plan, Recipient, Wanted},
    row::{Judged, Row},
    unlock::authorized,
};
use crate::{
    address::{Address, Kind as AddressKind},
    caller::{Caller, Owned},
    error::{Input, Refusal},
    guard::Lane,
    outcome::{Authority, Channel},
    pinbolt::Pinbolt,
    policy::Purpose,
    record::{Account, HeldAddress, State},
};

/// Sends a code to an address that the account has as a candidate, or gets as one by this. Who
/// types it into `finish` in the same session has it bound.
///
/// Refuses with `Malformed`, `NotAuthorized`, `UnknownAccount`, `AddressTaken` for an address that
/// the account already has, `TooManyAddresses` or `Throttled`.
pub struct Confirm<'a> {
    /// The account's id.
    pub account: &'a str,
    /// The phone number or e-mail address, as typed.
    pub address: &'a str,
    /// By what right an address is added.
    pub authority: Authority,
    /// Who asks.
    pub caller: Caller<'a>,
}

super::verb!(Confirm<'_>);

impl Verb for Confirm<'_> {
    type Output = Begun;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Begun> {
        let caller = self.caller.own();
        let source = caller.as_ref().ok().and_then(|caller| caller.source.clone());
        let address = parse(self.address);
        let (account, authority) = (String::from(self.account), self.authority);
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            confirm(cx, (account, address?), authority, caller?).await
        })
    }
}

/// An address as typed.
pub(super) fn parse(text: &str) -> Result<Address, Refusal> {
    Address::parse(text).map_err(|error| Refusal::Malformed { input: Input::Address(error) })
}

/// The channel that reaches an address.
pub(super) fn channel(address: &Address) -> Channel {
    match address.kind() {
        AddressKind::Phone => Channel::Sms,
        AddressKind::Email => Channel::Email,
    }
}

/// A candidate: it names nobody and blocks nobody.
pub(super) fn candidate(pinbolt: &Pinbolt, address: &Address, nonce: [u8; 16]) -> HeldAddress {
    HeldAddress {
        address: address.delivery().into(),
        nonce,
        source: crate::outcome::Source::Code,
        intent_until: None,
        bound_at: None,
        key: pinbolt.names().address(address.key()),
        channel: channel(address),
    }
}

async fn confirm(
    mut cx: Cx,
    (account, address): (String, Address),
    authority: Authority,
    caller: Owned,
) -> Result<Begun, Stop> {
    let cx = &mut cx;
    let mut row = Row::account(cx, &account).await?;
    authorized(cx, &authority, &row)?;
    let channel = channel(&address);
    let purpose = match channel {
        Channel::Sms => Purpose::confirm_phone(),
        Channel::Email => Purpose::confirm_email(),
    };
    let lane = match authority {
        Authority::Operator(_) => caller.lane,
        Authority::Accepted(_) => caller.lane.max(Lane::FirstFactor),
    };
    let (session, context) = (caller.session, issue::context_hash(&[]));
    let wanted = Wanted { purpose, channel, session, context, lane, generation: None };
    let key = cx.pinbolt.names().address(address.key());
    let planned = row.current(cx);
    let planned = planned.map(|record| issue::plan(&record, (&wanted, &cx.pinbolt), record.seen));
    let budget = match planned {
        Some(Ok(Plan::Send)) => Some(spend(cx, &key, lane).await?),
        _ => None,
    };
    let place = (row.kind, row.name.clone());
    let done = row.write(cx, |record, moment| {
        let place = (place.0, &place.1);
        let fresh = candidate(moment.pinbolt, &address, moment.entropy.bytes());
        let held = stand(record, &fresh, moment.now)?;
        match issue::plan(record, (&wanted, moment.pinbolt), moment.now)? {
            Plan::Same(open) if open.held == held.nonce => {
                let series = record.series(wanted.purpose.name());
                let (sends, sent_at) = series.map_or((0, 0), |s| (s.sends, s.sent_at));
                let until = issue::resend_at(moment.pinbolt, sends, sent_at);
                let name = wanted.purpose.name();
                let shown = issue::shown(moment, (place, name), &open, (false, until));
                Ok(Judged::Keep(shown.map(|shown| (shown, None)).map_err(Stop::from)))
            }
            Plan::Same(_) => {
                let series = record.series(wanted.purpose.name());
                let (sends, sent_at) = series.map_or((0, 0), |s| (s.sends, s.sent_at));
                Err(Refusal::Throttled { until: issue::resend_at(moment.pinbolt, sends, sent_at) })
            }
            Plan::Send => {
                budget.unwrap_or(Err(Refusal::Throttled { until: moment.now }))?;
                let to = Recipient::of(held);
                let issued = issue::issue(record, moment, (place, &wanted, &to));
                Ok(Judged::Write(deliverable(issued)))
            }
        }
    });
    let (challenge, parcel) = done.await??;
    Ok(Begun { challenge, dispatch: Dispatch::new(cx.pinbolt.clone(), parcel) })
}

/// The account's candidate for an address, added where there is none.
fn stand(record: &mut Account, candidate: &HeldAddress, now: u64) -> Result<HeldAddress, Refusal> {
    if record.state != State::Active {
        return Err(Refusal::NotAuthorized);
    }
    match record.addresses.iter().find(|held| held.key == candidate.key) {
        Some(held) if held.bound_at.is_some() => return Err(Refusal::AddressTaken),
        Some(held) => return Ok(held.clone()),
        None => {}
    }
    if record.addresses.len() >= MAX_ADDRESSES {
        // The oldest mere candidate makes room.
        let mere = record.addresses.iter().position(|held| !held.is_live(now));
        record.addresses.remove(mere.ok_or(Refusal::TooManyAddresses)?);
    }
    record.addresses.push(candidate.clone());
    Ok(candidate.clone())
}
