//! `begin`: a name, a PIN where the purpose asks for one, and then a code on its way.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    cx::{Cx, Stop, Written},
    dispatch::{Dispatch, Parcel},
    issue::{self, Plan, Recipient, Wanted},
    naming::{self, Target},
    pin::{self, Proof},
    row::{Judged, Moment, Row},
};
use crate::{
    caller::{Caller, Owned},
    code::Reference,
    error::{Failure, Misuse, Refusal},
    guard::Lane,
    outcome::Channel,
    pinbolt::Pinbolt,
    policy::Purpose,
    record::{Account, Budget, Kind},
    row::{RowName, Write},
    secret::Secret,
};

/// The longest context, in bytes.
const MAX_CONTEXT: usize = 4096;

/// Starts a sign-in or another purpose that ends with a delivered code.
///
/// Refuses with `WrongCredentials`, `Waiting`, `Throttled` or `Malformed`; where accounts aren't
/// hidden also with `UnknownAccount`, `Disabled`, `Blocked` or `NoPin`.
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

/// A code was issued. Answer the person with the challenge, then run the dispatch.
#[derive(Debug)]
#[must_use = "the code goes out when the dispatch is run"]
pub struct Begun {
    /// What the person's client keeps.
    pub challenge: Challenge,
    /// What delivers the code; one for an unknown account delivers nothing.
    pub dispatch: Dispatch,
}

/// An outstanding challenge, as its asker sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Challenge {
    /// Names the challenge in `finish`, `resend` and `cancel`. No secret, and useless in another
    /// session.
    pub handle: String,
    /// The letters that the message carries.
    pub reference: Reference,
    /// The code is valid before this Unix millisecond.
    pub expires: u64,
    /// From this Unix millisecond on another message may be asked for.
    pub resend_at: u64,
    /// Whether this call sends a message; `false` for a request repeated within the cooldown.
    pub sent: bool,
}

super::verb!(Begin<'_>);

impl Verb for Begin<'_> {
    type Output = Begun;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Begun> {
        let args = own(&self, pinbolt);
        let name = Secret::new(String::from(self.name));
        let source = args.as_ref().ok().and_then(|(.., caller)| caller.source.clone());
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            let (purpose, pin, channel, context, caller) = args?;
            begin(cx, name, (purpose, pin, channel, context), caller).await
        })
    }
}

type Args = (Purpose, Option<Secret<String>>, Channel, [u8; 32], Owned);

fn own(begin: &Begin<'_>, pinbolt: &Pinbolt) -> Result<Args, Stop> {
    let caller = begin.caller.own()?;
    let purpose = pinbolt.policy().purpose(begin.purpose).filter(|purpose| !purpose.confirms());
    let purpose = purpose.ok_or(Misuse::UnknownPurpose)?;
    if !purpose.factors().code {
        return Err(Misuse::WrongVerb.into());
    }
    if !purpose.channels().contains(&begin.channel) {
        return Err(Misuse::WrongChannel.into());
    }
    let context = context(begin.context)?;
    let pin = pin::asked(purpose.factors().pin, begin.pin)?;
    Ok((purpose, pin, begin.channel, context, caller))
}

pub(super) fn context(context: &[u8]) -> Result<[u8; 32], Misuse> {
    match context.len() <= MAX_CONTEXT {
        true => Ok(issue::context_hash(context)),
        false => Err(Misuse::Context),
    }
}

async fn begin(
    mut cx: Cx,
    name: Secret<String>,
    (purpose, pin, channel, context): (Purpose, Option<Secret<String>>, Channel, [u8; 32]),
    caller: Owned,
) -> Result<Begun, Stop> {
    let cx = &mut cx;
    let Target { mut row, named } = naming::target(cx, name.expose()).await?;
    let proof = match &pin {
        Some(pin) => Some(pin::check(cx, &mut row, (pin, caller.lane)).await?),
        None => None,
    };
    let lane = if proof.is_some() { caller.lane.max(Lane::FirstFactor) } else { caller.lane };
    let generation = proof.as_ref().map(Proof::generation);
    let session = caller.session;
    let wanted = Wanted { purpose, channel, session, context, lane, generation };
    let judge = Judge { wanted, proof, named };
    let budget = judge.budget(cx, &row).await?;
    let place = (row.kind, row.name.clone());
    let done = row.write(cx, |record, moment| {
        judge.settle_and_issue(record, moment, ((place.0, &place.1), budget))
    });
    let (challenge, parcel) = done.await??;
    Ok(Begun { challenge, dispatch: Dispatch::new(cx.pinbolt.clone(), parcel) })
}

/// What the issuing write is judged by.
struct Judge {
    wanted: Wanted,
    proof: Option<Proof>,
    named: Option<[u8; 32]>,
}

impl Judge {
    /// Spends the send budget, unless the cooldown leaves nothing to send.
    async fn budget(&self, cx: &mut Cx, row: &Row) -> Result<issue::Budget, Stop> {
        let Some(record) = row.current(cx) else { return Ok(None) };
        if !matches!(issue::plan(&record, (&self.wanted, &cx.pinbolt), record.seen), Ok(Plan::Send))
        {
            return Ok(None);
        }
        let to = self.recipient(&record, &cx.pinbolt, &row.name);
        if to.held.is_none() && self.proof.is_some() {
            // Who knows the PIN may know that the account lacks the channel.
            return Ok(Some(Err(Refusal::UnknownAddress)));
        }
        spend(cx, &to.key, self.wanted.lane).await.map(Some)
    }

    fn recipient(&self, record: &Account, pinbolt: &Pinbolt, row: &RowName) -> Recipient {
        issue::recipient(record, (pinbolt, row), (self.wanted.channel, self.named))
    }

    /// One write: the PIN's count starts over and the code is issued. What the cooldown or the
    /// budget refuses is released only after the right PIN was settled.
    fn settle_and_issue(
        &self,
        record: &mut Account,
        moment: &mut Moment<'_>,
        (place, budget): ((Kind, &RowName), issue::Budget),
    ) -> Result<Judged<Result<Issued, Stop>>, Refusal> {
        if !naming::answers(record, self.named.filter(|_| !record.decoy)) {
            return Err(Refusal::WrongCredentials);
        }
        if let Some(proof) = &self.proof {
            pin::settle(record, moment, proof)?;
        }
        let plan = issue::plan(record, (&self.wanted, moment.pinbolt), moment.now);
        let to = self.recipient(record, moment.pinbolt, place.1);
        let issued = match (plan, budget) {
            (Ok(Plan::Same(open)), _) => self.again(record, moment, (place, &open)),
            (Err(refusal), _) | (_, Some(Err(refusal))) => Err(refusal.into()),
            // The cooldown ended between the budget and this write: ask again.
            (_, None) => Err(Refusal::Throttled { until: moment.now }.into()),
            (Ok(Plan::Send), Some(Ok(()))) => {
                let issued = issue::issue(record, moment, (place, &self.wanted, &to));
                return Ok(Judged::Write(deliverable(issued)));
            }
        };
        match (self.proof.is_some(), issued) {
            (true, issued) => Ok(Judged::Write(issued)),
            (false, Err(Stop::Refused(refusal))) => Err(refusal),
            (false, issued) => Ok(Judged::Keep(issued)),
        }
    }

    fn again(
        &self,
        record: &Account,
        moment: &mut Moment<'_>,
        (place, open): ((Kind, &RowName), &crate::record::Challenge),
    ) -> Result<Issued, Stop> {
        let name = self.wanted.purpose.name();
        let (sends, sent_at) = record.series(name).map_or((0, 0), |s| (s.sends, s.sent_at));
        let resend_at = issue::resend_at(moment.pinbolt, sends, sent_at);
        Ok((issue::shown(moment, (place, name), open, (false, resend_at))?, None))
    }
}

/// What the asker is shown, and what is to be delivered, if anything.
pub(super) type Issued = (Challenge, Option<Parcel>);

/// An issued challenge with its parcel.
pub(super) fn deliverable(issued: Result<(Challenge, Parcel), Failure>) -> Result<Issued, Stop> {
    let (challenge, parcel) = issued?;
    Ok((challenge, Some(parcel)))
}

/// Spends one message of an address's budget. It gates no safety: a row that can't be written in
/// three tries answers Throttled.
pub(super) async fn spend(
    cx: &mut Cx,
    address: &[u8; 32],
    lane: Lane,
) -> Result<Result<(), Refusal>, Stop> {
    let row = cx.pinbolt.names().budget(address)?;
    for _ in 0..3 {
        let snapshot = cx.load(&row).await?;
        let expected = snapshot.as_ref().map(|snapshot| snapshot.version);
        let mut budget: Budget = match &snapshot {
            Some(snapshot) => cx.open((Kind::Throttle, &row), snapshot)?,
            None => Budget::default(),
        };
        let set_back = budget.sends.set_back(cx.now);
        let spent = budget.sends.spend(&cx.pinbolt.policy().sends(), lane, cx.now);
        let spent = spent.map_err(|until| Refusal::Throttled { until });
        // A refusal writes nothing, but for a clock set back: else the wait would begin anew at
        // each request.
        if spent.is_err() && !set_back {
            return Ok(spent);
        }
        let version = cx.version();
        let body = cx.seal((Kind::Throttle, &row, version), &budget)?;
        let keep_until = budget.sends.keep_until();
        let write = Write { row: row.clone(), expected, version, body: Some(body), keep_until };
        if let Ok(Written::Applied) = cx.commit(&write).await {
            return Ok(spent);
        }
    }
    Ok(Err(Refusal::Throttled { until: cx.now.saturating_add(60_000) }))
}
