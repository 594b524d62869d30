//! `resend`: another message for an open challenge, without the PIN again.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    budget::spend,
    cx::Cx,
    issue::{self, Recipient, Wanted},
    issued::{Begun, Issued},
    offers,
    row::{Judged, Moment},
    standing::{self, Asked},
};
use crate::{
    caller::{Caller, Owned},
    channel::Channel,
    error::{Error, Failure, Misuse, Refusal},
    key::Key,
    pinbolt::Pinbolt,
    record::{Account, Challenge},
};

/// Sends another message. By the purpose's policy a new code, which ends the older one, or the
/// same code again with its old expiry and tries. Keep the handle that this gives in place of the old
/// one, which answers `Superseded` after a new code.
///
/// The person may pick another channel, of those that the challenge offers.
///
/// Refuses with `Throttled` before `resend_at` or over the send budget, with `KeyMissing` where the
/// account has no address in force for the channel and the PIN was right or accounts aren't hidden,
/// and as `finish` does for a handle that is no longer open. A channel that the purpose lacks is misuse.
#[derive(Clone, Copy)]
pub struct Resend<'a> {
    /// The handle that `begin` gave.
    pub handle: &'a str,
    /// How the code shall travel this time.
    pub channel: Channel,
    /// Who asks: the session that began.
    pub caller: Caller<'a>,
}

super::verb!(Resend<'_>);

impl Verb for Resend<'_> {
    type Output = Begun;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Begun> {
        let caller = self.caller.own();
        let source = self.caller.audited();
        let (handle, channel) = (String::from(self.handle), self.channel);
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            resend(cx, &handle, channel, caller?).await
        })
    }
}

async fn resend(mut cx: Cx, handle: &str, channel: Channel, caller: Owned) -> Result<Begun, Error> {
    let cx = &mut cx;
    let asked = standing::asked(cx, handle, &caller)?;
    if !asked.purpose.channels().contains(&channel) {
        return Err(Misuse::WrongChannel.into());
    }
    let mut row = standing::row(cx, &asked).await?;
    let record = row.current(cx).ok_or(Refusal::UnknownChallenge)?;
    let (old, to) = open(&record, &asked, (&cx.pinbolt, channel), record.seen)?;
    // Whoever passed the PIN isn't held to a stranger's part.
    let (budget, paid) = (spend(cx, (&asked.purpose, &to.key), old.lane).await?, to.key);
    let done = row.write(cx, |record, moment| {
        let (challenge, to) = open(record, &asked, (moment.pinbolt, channel), moment.now)?;
        budget?;
        if to.key != paid {
            // Another address than the budget was asked for: ask again.
            return Err(Refusal::Throttled { until: moment.now }.into());
        }
        Ok(Judged::Write(again(record, moment, (&asked, &challenge, &to, channel))?))
    });
    let issued = done.await?;
    Ok(Begun::of(&cx.pinbolt, issued))
}

/// The open challenge of a handle and the address to send to, if another message may go now.
fn open(
    record: &Account,
    asked: &Asked,
    (pinbolt, channel): (&Pinbolt, Channel),
    now: u64,
) -> Result<(Challenge, Recipient), Refusal> {
    let challenge = standing::standing(record, asked, now)?.clone();
    let until = issue::resend_at(record, pinbolt, (asked.purpose.name(), challenge.lane));
    if now < until {
        return Err(Refusal::Throttled { until });
    }
    let held = record.addresses.iter().find(|held| held.nonce == challenge.held);
    let to = match (challenge.channel == channel, held) {
        (true, Some(held)) => Recipient::of(held.clone()),
        (true, None) => Recipient { key: challenge.to, held: None },
        (false, _) => issue::recipient(record, (pinbolt, &asked.handle.row), (channel, None)),
    };
    let told = challenge.generation.is_some() || !pinbolt.hides_accounts();
    if to.held.is_none() && told {
        // As at `begin`: who knows the PIN may know that the account lacks the channel.
        return Err(Refusal::KeyMissing { key: Key::Code(channel) });
    }
    if asked.purpose.redelivers() && challenge.channel == channel && challenge.tries_left == 0 {
        return Err(Refusal::TriesUsedUp);
    }
    Ok((challenge, to))
}

/// The same code again where the purpose redelivers on the same channel; else a new challenge of
/// the same session, context and rest.
fn again(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (asked, old, to, channel): (&Asked, &Challenge, &Recipient, Channel),
) -> Result<Issued, Failure> {
    let wanted = Wanted {
        purpose: asked.purpose.clone(),
        channel,
        session: asked.handle.session,
        context: old.context,
        lane: old.lane,
        generation: old.generation,
    };
    let mut issued = match asked.purpose.redelivers() && old.channel == channel {
        true => issue::send(record, moment, (&wanted, to))?,
        false => issue::issue(record, moment, (&wanted, to))?,
    };
    // Who confirms an address has shown his right.
    if old.generation.is_some() || asked.purpose.confirms() {
        let own = (&asked.purpose, to.held.as_ref());
        issued.0.offers = offers::of_account(record, (moment.pinbolt, moment.row), own);
    }
    Ok(issued)
}
