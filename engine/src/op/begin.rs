//! `begin`: a name, a PIN where the purpose asks for one, and then a code on its way.

use alloc::{string::String, vec::Vec};

use super::{
    Op, Step, Verb, attempt,
    budget::spend,
    context,
    cx::Cx,
    issue::{self, Plan, Recipient, Wanted},
    issued::{Begun, Issued},
    naming::{self, Target},
    offers::{self, Offer},
    pin::{self, Proof},
    row::{Judged, Moment, Row},
};
use crate::{
    address::Address,
    audit::{Event, EventKind},
    caller::{Caller, Owned},
    channel::Channel,
    error::{Error, Misuse, Refusal},
    guard::Lane,
    key::Key,
    pinbolt::Pinbolt,
    policy::Purpose,
    record::{Account, HeldAddress},
    row::RowName,
    secret::Secret,
};

/// Starts a sign-in or another purpose that ends with a delivered code.
///
/// Refuses with `WrongCredentials`, `Waiting`, `Throttled` or `Malformed`; with `KeyMissing` where the
/// account has no address in force for the channel, if the PIN was right or accounts aren't hidden;
/// where they aren't also with `UnknownAccount`, `Disabled`, `Blocked`, `Inactive` or `NoPin`.
#[derive(Clone, Copy)]
pub struct Begin<'a> {
    /// Account id, phone number or e-mail address, as typed.
    pub name: &'a str,
    /// A purpose of the policy that asks for a code.
    pub purpose: &'a str,
    /// The PIN, if the purpose asks for one.
    pub pin: Option<&'a str>,
    /// How the code shall travel.
    pub channel: Channel,
    /// Who asks.
    pub caller: Caller<'a>,
    /// What the code is for, e.g. a transaction's text, up to 4096 bytes: `finish` must name the
    /// same. Empty for none.
    pub context: &'a [u8],
}

super::verb!(Begin<'_>);

impl Verb for Begin<'_> {
    type Output = Begun;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Begun> {
        let args = own(&self, pinbolt);
        let name = Secret::new(String::from(self.name));
        let source = self.caller.audited();
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            let (purpose, pin, channel, context, caller) = args?;
            begin(cx, name, (purpose, pin, channel, context), caller).await
        })
    }
}

type Args = (Purpose, Option<Secret<String>>, Channel, [u8; 32], Owned);

fn own(begin: &Begin<'_>, pinbolt: &Pinbolt) -> Result<Args, Error> {
    let caller = begin.caller.own()?;
    let purpose = pinbolt.policy().purpose(begin.purpose).filter(|purpose| !purpose.confirms());
    let purpose = purpose.ok_or(Misuse::UnknownPurpose)?;
    if !purpose.factors().code {
        return Err(Misuse::WrongVerb.into());
    }
    if !purpose.channels().contains(&begin.channel) {
        return Err(Misuse::WrongChannel.into());
    }
    let context = context::hash(begin.context)?;
    let pin = pin::asked(purpose.factors().pin, begin.pin)?;
    Ok((purpose, pin, begin.channel, context, caller))
}

async fn begin(
    mut cx: Cx,
    name: Secret<String>,
    (purpose, pin, channel, context): (Purpose, Option<Secret<String>>, Channel, [u8; 32]),
    caller: Owned,
) -> Result<Begun, Error> {
    let cx = &mut cx;
    let Target { mut row, named, typed } = naming::target(cx, name.expose()).await?;
    let proof = match &pin {
        Some(pin) => {
            let proof = pin::check(cx, &mut row, (pin, &caller)).await?;
            Some(pin::renewed(cx, pin, proof).await?)
        }
        None => None,
    };
    let generation = proof.as_ref().map(Proof::generation);
    let session = issue::session_mac(&cx.pinbolt, &caller.session);
    let lane = proof.as_ref().map_or(Lane::Stranger, |_| Lane::FirstFactor);
    let wanted = Wanted { purpose, channel, session, context, lane, generation };
    let judge = Judge { wanted, caller, proof, named, typed };
    let budget = judge.budget(cx, &row).await?;
    let issued =
        row.write(cx, |record, moment| judge.settle_and_issue(record, moment, budget)).await?;
    Ok(Begun::of(&cx.pinbolt, issued))
}

/// What the issuing write is judged by.
struct Judge {
    /// Its lane is what was proved; the caller's own may be stronger.
    wanted: Wanted,
    caller: Owned,
    proof: Option<Proof>,
    named: Option<[u8; 32]>,
    typed: Option<Address>,
}

impl Judge {
    /// Spends the send budget, unless the cooldown leaves nothing to send.
    async fn budget(&self, cx: &mut Cx, row: &Row) -> Result<issue::Budget, Error> {
        let Some(record) = row.current(cx) else { return Ok(None) };
        let wanted = self.wanted(&record, &cx.pinbolt);
        if !matches!(issue::plan(&record, (&wanted, &cx.pinbolt), record.seen), Ok(Plan::Send)) {
            return Ok(None);
        }
        let to = self.recipient(&record, &cx.pinbolt, &row.name);
        if to.held.is_none() && (self.proof.is_some() || !cx.pinbolt.hides_accounts()) {
            // Who knows the PIN may know that the account lacks the channel.
            return Ok(Some(Err(Refusal::KeyMissing { key: Key::Code(wanted.channel) })));
        }
        Ok(Some(spend(cx, (&wanted.purpose, &to.key), wanted.lane).await?.map(|()| to.key)))
    }

    fn wanted(&self, record: &Account, pinbolt: &Pinbolt) -> Wanted {
        let lane = self.caller.lane(record, pinbolt).max(self.wanted.lane);
        Wanted { lane, ..self.wanted.clone() }
    }

    fn recipient(&self, record: &Account, pinbolt: &Pinbolt, row: &RowName) -> Recipient {
        issue::recipient(record, (pinbolt, row), (self.wanted.channel, self.named))
    }

    fn offers(
        &self,
        record: &Account,
        moment: &Moment<'_>,
        to: Option<&HeldAddress>,
    ) -> Vec<Offer> {
        let purpose = &self.wanted.purpose;
        match self.proof {
            Some(_) => offers::of_account(record, (moment.pinbolt, moment.row), (purpose, to)),
            None => offers::of_policy(purpose, self.typed.as_ref()),
        }
    }

    /// One write: the PIN's count starts over and the code is issued. What the cooldown or the
    /// budget refuses is released only after the right PIN was settled.
    fn settle_and_issue(
        &self,
        record: &mut Account,
        moment: &mut Moment<'_>,
        budget: issue::Budget,
    ) -> Result<Judged<Issued>, Error> {
        if !naming::answers(record, self.named.filter(|_| !record.decoy)) {
            return Err(Refusal::WrongCredentials.into());
        }
        match &self.proof {
            Some(proof) => pin::settle(record, moment, proof)?,
            None => attempt::open(record, moment, &[])?,
        }
        let wanted = self.wanted(record, moment.pinbolt);
        let plan = issue::plan(record, (&wanted, moment.pinbolt), moment.now);
        let to = self.recipient(record, moment.pinbolt, moment.row);
        let refusal = match (plan, budget) {
            (Ok(Plan::Same(open)), _) => {
                let mut shown = issue::again(record, moment, (&wanted, &open))?;
                let held = record.addresses.iter().find(|held| held.nonce == open.held);
                shown.0.offers = self.offers(record, moment, held);
                return Ok(match self.proof {
                    Some(_) => Judged::Write(shown),
                    None => Judged::Keep(shown),
                });
            }
            (Ok(Plan::Send), Some(Ok(paid))) if paid == to.key => {
                let mut issued = issue::issue(record, moment, (&wanted, &to))?;
                issued.0.offers = self.offers(record, moment, to.held.as_ref());
                return Ok(Judged::Write(issued));
            }
            (Err(refusal), _) | (_, Some(Err(refusal))) => refusal,
            // Another cooldown or address than the budget was asked for: ask again.
            _ => Refusal::Throttled { until: moment.now },
        };
        if self.proof.is_none() {
            return Err(refusal.into());
        }
        let code = Some(refusal.code());
        let event = Event { refusal: code, ..Event::new(moment.now, EventKind::Refused) };
        moment.log(record, event);
        Ok(Judged::Refuse(refusal))
    }
}
