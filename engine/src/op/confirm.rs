//! `confirm`: a code to a candidate address; the `finish` that follows binds it.

use alloc::{string::String, vec::Vec};

use super::{
    Op, Step, Verb,
    addresses::{Wish, candidate, channel, parse, reached, stand, told},
    authority::{audited, authorized, authorized_on_load},
    budget::{spend, spend_on_notices},
    context,
    cx::Cx,
    issue::{self, Plan, Recipient, Wanted},
    issued::{Begun, Issued},
    offers::{self, Offer},
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
    record::{Account, HeldAddress},
};

/// Sends a code to an address that the account has as a candidate, or gets as one by this. Who
/// types it into `finish` in the same session has it bound.
///
/// Where the account has other addresses in force, each of them is sent a notice first. Where it has
/// others in force or suspended, the new one is in force only `address.cooling` hours after it was
/// bound; until then the one that it replaces remains in force, and
/// [`ReleaseAddress`](super::ReleaseAddress) of the new one ends the change. An address that was named
/// at enrolment and replaces none is in force at once while no other was bound longer ago than a day,
/// or `address.cooling` where that is longer; so is one that an operator asks for in place of a
/// suspended one.
///
/// An address of the account that was suspended, or went stale, is confirmed anew in the same way and
/// waits for nothing. So is one that the person gave up and that hasn't left yet, where no other is to
/// take its place: it stays.
///
/// Refuses with `Malformed`, `NotAuthorized`, `UnknownAccount`, `UnknownAddress` for one to replace
/// that is neither in force nor suspended, `AddressTaken` for an address that the account already has, `AddressWaits`
/// for one that isn't in force yet, or to replace one that leaves already, `TooManyPhones`,
/// `TooManyAddresses` or `Throttled`.
pub struct Confirm<'a> {
    /// The account's id.
    pub account: &'a str,
    /// The phone number or e-mail address, as typed; or `@name:endpoint` on a channel of your own.
    pub address: &'a str,
    /// The address of the account that it takes the place of, in force or suspended; `None` to have
    /// it beside the others.
    pub replaces: Option<&'a str>,
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
        let replaces = self.replaces.map(parse).transpose();
        let (account, authority) = (String::from(self.account), self.authority);
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            confirm(cx, (account, address?, replaces?), authority, caller?).await
        })
    }
}

async fn confirm(
    mut cx: Cx,
    (account, address, replaces): (String, Address, Option<Address>),
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
    let judge = Judge { wanted, address, replaces, authority };
    let budget = judge.budget(cx, &row).await?;
    let issued = row.write(cx, |record, moment| judge.issue(record, moment, budget)).await?;
    Ok(Begun::of(&cx.pinbolt, issued))
}

/// What the issuing write is judged by.
struct Judge {
    wanted: Wanted,
    address: Address,
    replaces: Option<Address>,
    authority: Authority,
}

impl Judge {
    fn wish(&self, pinbolt: &Pinbolt, nonce: [u8; 16]) -> Wish {
        Wish {
            candidate: candidate(pinbolt, &self.address, nonce),
            replaces: self.replaces.as_ref().map(|old| pinbolt.names().address(old.key())),
            by_operator: matches!(self.authority, Authority::Operator(_)),
        }
    }

    /// Spends the send budget, unless the cooldown leaves nothing to send, or the account can't take
    /// the address.
    async fn budget(&self, cx: &mut Cx, row: &Row) -> Result<issue::Budget, Error> {
        let mut record = row.current(cx).ok_or(Refusal::UnknownAccount)?;
        let now = record.seen;
        let wish = self.wish(&cx.pinbolt, [0; 16]);
        let held = stand(&mut record, (&cx.pinbolt, now), &wish)?;
        match issue::plan(&record, (&self.wanted, &cx.pinbolt), now) {
            Ok(Plan::Send) => {
                let lane = self.wanted.lane;
                let mut spent = spend(cx, (&self.wanted.purpose, &held.key), lane).await?;
                if spent.is_ok() && !told(&record, (&cx.pinbolt, now), &held).is_empty() {
                    // Each new address has a budget of its own; those that are told have this.
                    let account = (&self.wanted.purpose, &row.name);
                    spent = spend_on_notices(cx, account, lane).await?;
                }
                Ok(Some(spent.map(|()| held.key)))
            }
            _ => Ok(None),
        }
    }

    fn offers(
        &self,
        record: &Account,
        moment: &Moment<'_>,
        to: Option<&HeldAddress>,
    ) -> Vec<Offer> {
        let place = (moment.pinbolt, moment.row);
        offers::of_account(record, place, (&self.wanted.purpose, to))
    }

    fn issue(
        &self,
        record: &mut Account,
        moment: &mut Moment<'_>,
        budget: issue::Budget,
    ) -> Result<Judged<Issued>, Error> {
        authorized(moment.pinbolt, &self.authority, record)?;
        let wish = self.wish(moment.pinbolt, moment.entropy.bytes());
        let before = record.addresses.clone();
        let place = (moment.pinbolt, moment.now);
        let held = stand(record, place, &wish)?;
        let tells = !told(record, place, &held).is_empty();
        match issue::plan(record, (&self.wanted, moment.pinbolt), moment.now)? {
            Plan::Same(open) if open.held == held.nonce && before.contains(&held) => {
                let mut again = issue::again(record, moment, (&self.wanted, &open))?;
                again.0.offers = self.offers(record, moment, Some(&held));
                Ok(Judged::Keep(again))
            }
            Plan::Same(open) => {
                let purpose = self.wanted.purpose.name();
                let until = issue::resend_at(record, moment.pinbolt, (purpose, open.lane));
                Err(Refusal::Throttled { until }.into())
            }
            Plan::Send => {
                budget.unwrap_or(Err(Refusal::Throttled { until: moment.now }))?;
                let channel = Some(self.wanted.channel);
                let kind = match tells {
                    true => EventKind::AddressChangeAsked,
                    false => EventKind::ConfirmAsked,
                };
                let asked = Event { channel, ..Event::new(moment.now, kind) };
                moment.log(record, audited(&self.authority, asked));
                let to = Recipient::of(held);
                let (mut shown, parcel) = issue::issue(record, moment, (&self.wanted, &to))?;
                shown.offers = self.offers(record, moment, to.held.as_ref());
                Ok(Judged::Write((shown, parcel)))
            }
        }
    }
}
