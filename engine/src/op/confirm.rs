//! `confirm`: a code to a candidate address; the `finish` that follows binds it.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    addresses::{MAX_ADDRESSES, candidate, channel, parse},
    authority::{audited, authorized, authorized_on_load},
    budget::spend,
    context,
    cx::Cx,
    issue::{self, Plan, Recipient, Wanted},
    issued::{Begun, deliverable},
    row::{Judged, Row},
};
use crate::{
    address::Address,
    audit::{Event, EventKind},
    authority::Authority,
    caller::{Caller, Owned},
    error::{Error, Refusal},
    guard::Lane,
    outcome::Channel,
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
        let source = self.caller.audited();
        let address = parse(self.address);
        let (account, authority) = (String::from(self.account), self.authority);
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            confirm(cx, (account, address?), authority, caller?).await
        })
    }
}

async fn confirm(
    mut cx: Cx,
    (account, address): (String, Address),
    authority: Authority,
    caller: Owned,
) -> Result<Begun, Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, &account).await?;
    authorized_on_load(cx, &row, &authority)?;
    let channel = channel(&address);
    let purpose = match channel {
        Channel::Sms => Purpose::confirm_phone(),
        Channel::Email => Purpose::confirm_email(),
    };
    let lane = match &authority {
        Authority::Operator(_) => caller.lane,
        Authority::Accepted(_) => caller.lane.max(Lane::FirstFactor),
    };
    let session = issue::session_mac(&cx.pinbolt, &caller.session);
    let context = context::hash(&[])?;
    let wanted = Wanted { purpose, channel, session, context, lane, generation: None };
    let key = cx.pinbolt.names().address(address.key());
    let mut record = row.current(cx).ok_or(Refusal::UnknownAccount)?;
    let now = record.seen;
    // Nothing is spent for an address that the account can't take.
    stand(&mut record, &candidate(&cx.pinbolt, &address, [0; 16]), now)?;
    let budget = match issue::plan(&record, (&wanted, &cx.pinbolt), now) {
        Ok(Plan::Send) => Some(spend(cx, (&wanted.purpose, &key), lane).await?),
        _ => None,
    };
    let place = (row.kind, row.name.clone());
    let done = row.write(cx, |record, moment| {
        authorized(moment.pinbolt, &authority, record)?;
        let place = (place.0, &place.1);
        let fresh = candidate(moment.pinbolt, &address, moment.entropy.bytes());
        let held = stand(record, &fresh, moment.now)?;
        match issue::plan(record, (&wanted, moment.pinbolt), moment.now)? {
            Plan::Same(open) if open.held == held.nonce => {
                let shown = issue::again(record, moment, (place, &wanted, &open));
                Ok(Judged::Keep(shown.map(|shown| (shown, None)).map_err(Error::from)))
            }
            Plan::Same(_) => {
                let until = issue::resend_at(record, moment.pinbolt, wanted.purpose.name());
                Err(Refusal::Throttled { until })
            }
            Plan::Send => {
                budget.unwrap_or(Err(Refusal::Throttled { until: moment.now }))?;
                let asked = Event {
                    channel: Some(channel),
                    ..Event::new(moment.now, EventKind::ConfirmAsked)
                };
                moment.log(record, audited(&authority, asked));
                let to = Recipient::of(held);
                let issued = issue::issue(record, moment, (place, &wanted, &to));
                Ok(Judged::Write(deliverable(issued)))
            }
        }
    });
    let issued = done.await??;
    Ok(Begun::of(&cx.pinbolt, issued))
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
