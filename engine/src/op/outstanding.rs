//! For an app that receives codes: what is outstanding, how long it lives, and a new code for it.

use alloc::{string::String, vec::Vec};

use super::{
    Begun, Op, Step, Verb,
    budget::spend,
    cx::Cx,
    issue::{self, Recipient, Wanted},
    issued::Issued,
    row::{Judged, Moment, Row},
};
use crate::{
    caller::{Caller, Owned},
    channel::Channel,
    code::Reference,
    error::{Error, Failure, Misuse, Refusal},
    pinbolt::Pinbolt,
    policy::Purpose,
    record::{Account, Challenge, HeldAddress, Kind, Series},
};

/// The outstanding codes of an account, to a device that it knows.
///
/// Refuses with `UnknownDevice`, whether or not there is such an account.
#[derive(Clone, Copy)]
pub struct Outstanding<'a> {
    /// The account's id, as the app keeps it.
    pub account: &'a str,
    /// Who asks, with the token of a known device.
    pub caller: Caller<'a>,
}

super::verb!(Outstanding<'_>);

/// A code that was sent and is still good.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutstandingCode {
    /// The purpose.
    pub purpose: String,
    /// How it went.
    pub channel: Channel,
    /// The letters of its message.
    pub reference: Reference,
    /// It is valid before this Unix millisecond.
    pub expires: u64,
    /// From this Unix millisecond on a new one may be asked for.
    pub resend_at: u64,
}

impl Verb for Outstanding<'_> {
    type Output = Vec<OutstandingCode>;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Self::Output> {
        let (caller, source) = (self.caller.own(), self.caller.audited());
        let account = String::from(self.account);
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            outstanding(cx, &account, caller?).await
        })
    }
}

/// Sends a new code for a code that is outstanding, asked for by a device that the account knows: the
/// older code is superseded, and the handle of whoever began stays good.
///
/// Refuses with `UnknownDevice`, `UnknownChallenge` where none is outstanding, or `Throttled`.
#[derive(Clone, Copy)]
pub struct Renew<'a> {
    /// The account's id, as the app keeps it.
    pub account: &'a str,
    /// The purpose of the outstanding code.
    pub purpose: &'a str,
    /// Who asks, with the token of a known device.
    pub caller: Caller<'a>,
}

super::verb!(Renew<'_>);

impl Verb for Renew<'_> {
    type Output = Begun;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Begun> {
        let (caller, source) = (self.caller.own(), self.caller.audited());
        let account = String::from(self.account);
        let purpose = pinbolt.policy().purpose(self.purpose).ok_or(Misuse::UnknownPurpose);
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            renew(cx, &account, purpose?, caller?).await
        })
    }
}

async fn outstanding(
    mut cx: Cx,
    account: &str,
    caller: Owned,
) -> Result<Vec<OutstandingCode>, Error> {
    let cx = &mut cx;
    let row = load(cx, account).await?;
    let record = known(row.current(cx), (&caller, &cx.pinbolt))?;
    let live = |series: &Series| living(&record, series).cloned().map(|open| (series.lane, open));
    let all = record.series.iter().filter_map(|series| {
        let (lane, open) = live(series)?;
        let resend_at = issue::resend_at(&record, &cx.pinbolt, (&series.purpose, lane));
        let purpose = series.purpose.clone();
        let Challenge { channel, reference, expires, .. } = open;
        Some(OutstandingCode { purpose, channel, reference, expires, resend_at })
    });
    Ok(all.collect())
}

async fn renew(mut cx: Cx, account: &str, purpose: Purpose, caller: Owned) -> Result<Begun, Error> {
    let cx = &mut cx;
    let mut row = load(cx, account).await?;
    let record = known(row.current(cx), (&caller, &cx.pinbolt))?;
    let (challenge, to) = renewable(&record, &purpose, &cx.pinbolt)?;
    let (budget, paid) = (spend(cx, (&purpose, &to.key), challenge.lane).await?, to.key);
    let issued = row.write(cx, |record, moment| {
        known(Some(record.clone()), (&caller, moment.pinbolt))?;
        let (challenge, to) = renewable(record, &purpose, moment.pinbolt)?;
        budget?;
        if to.key != paid {
            return Err(Refusal::Throttled { until: moment.now }.into());
        }
        Ok(Judged::Write(again(record, moment, (&purpose, &challenge, &to))?))
    });
    let issued = issued.await?;
    Ok(Begun::of(&cx.pinbolt, issued))
}

/// An account by its id; none is refused as one that doesn't know the device.
async fn load(cx: &mut Cx, account: &str) -> Result<Row, Error> {
    let name = cx.pinbolt.names().account(account)?;
    Ok(Row::load(cx, Kind::Account, name).await?)
}

fn known(
    record: Option<Account>,
    (caller, pinbolt): (&Owned, &Pinbolt),
) -> Result<Account, Refusal> {
    let knows = |record: &Account| record.acts() && caller.known_device(record, pinbolt).is_some();
    record.filter(knows).ok_or(Refusal::UnknownDevice)
}

/// The newest challenge of a series, if its code is good for something: not where its address has
/// left. A ticket's was told to a person and is never made anew.
fn living<'a>(record: &Account, series: &'a Series) -> Option<&'a Challenge> {
    let confirms = Purpose::confirming(&series.purpose).is_some();
    let reaches = |open: &Challenge, held: &HeldAddress| {
        let serves =
            if confirms { !held.has_left(record.seen) } else { held.in_force(record.seen) };
        held.nonce == open.held && serves
    };
    let reached = |open: &Challenge| record.addresses.iter().any(|held| reaches(open, held));
    let delivered = |open: &&Challenge| open.uses.is_none() && !open.phantom && reached(open);
    let newest = series.newest().filter(|open| open.is_live(record.seen)).filter(delivered)?;
    let superseded = record.newer(&series.purpose, (series.lane, newest.number));
    superseded.is_none().then_some(newest)
}

/// The challenge whose code may be renewed now, and where that goes.
fn renewable(
    record: &Account,
    purpose: &Purpose,
    pinbolt: &Pinbolt,
) -> Result<(Challenge, Recipient), Refusal> {
    let all = record.all_series(purpose.name()).filter_map(|series| living(record, series));
    let newest = all.max_by_key(|open| open.number).ok_or(Refusal::UnknownChallenge)?;
    let until = issue::resend_at(record, pinbolt, (purpose.name(), newest.lane));
    if record.seen < until {
        return Err(Refusal::Throttled { until });
    }
    let held = record.addresses.iter().find(|held| held.nonce == newest.held);
    let held = held.ok_or(Refusal::UnknownChallenge)?;
    Ok((newest.clone(), Recipient::of(held.clone())))
}

/// Another code, life and reference for the same challenge.
fn again(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (purpose, open, to): (&Purpose, &Challenge, &Recipient),
) -> Result<Issued, Failure> {
    let wanted = Wanted {
        purpose: purpose.clone(),
        channel: open.channel,
        session: open.session,
        context: open.context,
        lane: open.lane,
        generation: open.generation,
    };
    issue::renew(record, moment, (&wanted, open))?;
    issue::send(record, moment, (&wanted, to))
}
