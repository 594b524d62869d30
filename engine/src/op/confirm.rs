//! `confirm`: a code to a candidate address; the `finish` that follows binds it.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    addresses::{MAX_ADDRESSES, candidate, channel, reached},
    authority::{audited, authorized, authorized_on_load},
    budget::spend,
    context,
    cx::Cx,
    issue::{self, Plan, Recipient, Wanted},
    issued::{Begun, Issued},
    row::{Judged, Moment, Row},
};
use crate::{
    address::Address,
    audit::{Event, EventKind},
    authority::Authority,
    caller::{Caller, Owned},
    error::{Error, Refusal},
    guard::Lane,
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
    /// The phone number or e-mail address, as typed; or `@name:endpoint` on a channel of your own.
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
        let address = reached(pinbolt, self.address);
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
    let purpose = Purpose::confirm(channel);
    let session = issue::session_mac(&cx.pinbolt, &caller.session);
    let context = context::hash(&[])?;
    // Who adds an address has shown his right, which is more than a stranger does.
    let lane = row.record().map_or(Lane::Stranger, |record| caller.lane(record, &cx.pinbolt));
    let lane = lane.max(Lane::FirstFactor);
    let wanted = Wanted { purpose, channel, session, context, lane, generation: None };
    let judge = Judge { wanted, address, authority };
    let budget = judge.budget(cx, &row).await?;
    let issued = row.write(cx, |record, moment| judge.issue(record, moment, budget)).await?;
    Ok(Begun::of(&cx.pinbolt, issued))
}

/// What the issuing write is judged by.
struct Judge {
    wanted: Wanted,
    address: Address,
    authority: Authority,
}

impl Judge {
    /// Spends the send budget, unless the cooldown leaves nothing to send, or the account can't take
    /// the address.
    async fn budget(&self, cx: &mut Cx, row: &Row) -> Result<issue::Budget, Error> {
        let mut record = row.current(cx).ok_or(Refusal::UnknownAccount)?;
        let now = record.seen;
        let held = stand(&mut record, &candidate(&cx.pinbolt, &self.address, [0; 16]), now)?;
        match issue::plan(&record, (&self.wanted, &cx.pinbolt), now) {
            Ok(Plan::Send) => {
                let spent = spend(cx, (&self.wanted.purpose, &held.key), self.wanted.lane).await?;
                Ok(Some(spent.map(|()| held.key)))
            }
            _ => Ok(None),
        }
    }

    fn issue(
        &self,
        record: &mut Account,
        moment: &mut Moment<'_>,
        budget: issue::Budget,
    ) -> Result<Judged<Issued>, Error> {
        authorized(moment.pinbolt, &self.authority, record)?;
        let fresh = candidate(moment.pinbolt, &self.address, moment.entropy.bytes());
        let held = stand(record, &fresh, moment.now)?;
        match issue::plan(record, (&self.wanted, moment.pinbolt), moment.now)? {
            Plan::Same(open) if open.held == held.nonce => {
                Ok(Judged::Keep(issue::again(record, moment, (&self.wanted, &open))?))
            }
            Plan::Same(open) => {
                let purpose = self.wanted.purpose.name();
                let until = issue::resend_at(record, moment.pinbolt, (purpose, open.lane));
                Err(Refusal::Throttled { until }.into())
            }
            Plan::Send => {
                budget.unwrap_or(Err(Refusal::Throttled { until: moment.now }))?;
                let channel = Some(self.wanted.channel);
                let asked = Event { channel, ..Event::new(moment.now, EventKind::ConfirmAsked) };
                moment.log(record, audited(&self.authority, asked));
                let to = Recipient::of(held);
                Ok(Judged::Write(issue::issue(record, moment, (&self.wanted, &to))?))
            }
        }
    }
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
