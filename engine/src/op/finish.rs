//! `finish`: the code, compared and counted in one write. `cancel`: the challenge given up.

use alloc::string::String;
use subtle::{Choice, ConstantTimeEq};

use super::{
    CONFIRM, Op, Step, Verb,
    addresses::{may_stay, told, within_limits},
    binding::{self, Intent},
    context,
    cx::Cx,
    issue::code,
    row::{Judged, Moment},
    standing::{Asked, asked, row, standing},
};
use crate::{
    audit::{Event, EventKind},
    caller::{Caller, Owned},
    code::Code,
    error::{Error, Failure, Input, Misuse, Refusal},
    guard::{Authenticator, Gate},
    outcome::{Accepted, Factors, Rests, Source},
    pinbolt::Pinbolt,
    record::{Account, Challenge, HeldAddress, Progress},
    secret::Secret,
};

/// Ends a challenge with its code. A code of `confirm` binds its address: at once, or to be in force
/// after `address.cooling` where the account has another, whose challenges and all others end then
/// and there.
///
/// Refuses with `WrongCode`, `Superseded`, `AlreadyUsed`, `Expired`, `TriesUsedUp`, `Waiting`,
/// `Throttled`, `Malformed`, `WrongSession`, `UnknownChallenge` or `Ended`; a confirmation also
/// with `AddressTaken` or `TooManyPhones`.
#[derive(Clone, Copy)]
pub struct Finish<'a> {
    /// The purpose that this call is for, or [`CONFIRM`](super::CONFIRM). Write it in your program,
    /// never take it from the request: the handle is the client's, and one of another purpose is
    /// refused.
    pub purpose: &'a str,
    /// The handle that `begin`, `resend` or `confirm` gave.
    pub handle: &'a str,
    /// The code as typed: digits, with blanks and hyphens around and between them.
    pub code: &'a str,
    /// Who asks: the session that began.
    pub caller: Caller<'a>,
    /// The context that `begin` was given; empty for none.
    pub context: &'a [u8],
}

super::verb!(Finish<'_>);

impl Verb for Finish<'_> {
    type Output = Accepted;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Accepted> {
        let caller = self.caller.own();
        let source = self.caller.audited();
        let context = context::hash(self.context);
        let (handle, purpose) = (String::from(self.handle), String::from(self.purpose));
        let code = Secret::new(String::from(self.code));
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            finish(cx, (handle, purpose, code), context?, caller?).await
        })
    }
}

/// Gives a challenge up: its code is dead.
#[derive(Clone, Copy)]
pub struct Cancel<'a> {
    /// The handle that `begin`, `resend` or `confirm` gave.
    pub handle: &'a str,
    /// Who asks: the session that began.
    pub caller: Caller<'a>,
}

super::verb!(Cancel<'_>);

impl Verb for Cancel<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let caller = self.caller.own();
        let source = self.caller.audited();
        let handle = String::from(self.handle);
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            cancel(cx, &handle, caller?).await
        })
    }
}

async fn finish(
    mut cx: Cx,
    (handle, purpose, typed): (String, String, Secret<String>),
    context: [u8; 32],
    caller: Owned,
) -> Result<Accepted, Error> {
    let cx = &mut cx;
    if purpose != CONFIRM {
        let own = cx.pinbolt.policy().purpose(&purpose).filter(|purpose| !purpose.confirms());
        if !own.ok_or(Misuse::UnknownPurpose)?.factors().code {
            return Err(Misuse::WrongVerb.into());
        }
    }
    let asked = asked(cx, &handle, &caller)?;
    if !asked.is_for(&purpose) {
        cx.refused("", Refusal::UnknownChallenge);
        return Err(Refusal::UnknownChallenge.into());
    }
    end(cx, (&asked, &|digits| Code::read(typed.expose(), digits)), context, &caller).await
}

/// Ends the challenge with its code, typed or read out of its link.
pub(super) async fn end(
    cx: &mut Cx,
    (asked, typed): (&Asked, &(dyn Fn(u8) -> Option<Code> + Send + Sync)),
    context: [u8; 32],
    caller: &Owned,
) -> Result<Accepted, Error> {
    let mut row = row(cx, asked).await?;
    let judged = row.write(cx, |record, moment| {
        let challenge = standing(record, asked, moment.now)?.clone();
        if challenge.context != context {
            return Err(Refusal::WrongSession.into());
        }
        let typed = typed(challenge.digits).ok_or(Refusal::Malformed { input: Input::Code })?;
        gate(record, moment, &challenge)?;
        Ok(match compare(record, moment, (asked, &challenge, &typed))? {
            Compared::Right => match accept(record, moment, asked, &challenge) {
                Ok(intent) => {
                    caller.used_device(record, moment.pinbolt);
                    let accepted = proof(record, moment, (asked, &caller.session), &challenge);
                    Judged::Write((accepted, intent))
                }
                Err(refusal) => Judged::Refuse(refusal),
            },
            Compared::Older => Judged::Refuse(Refusal::Superseded { newest: challenge.reference }),
            Compared::Wrong { tries_left } => Judged::Refuse(Refusal::WrongCode { tries_left }),
        })
    });
    let (accepted, intent): (Accepted, Option<Intent>) = judged.await?;
    if let Some(intent) = intent {
        binding::bind(cx, &mut row, &intent).await?;
    }
    Ok(accepted)
}

/// What the ledger and the challenge's own tries say before a comparison.
fn gate(record: &Account, moment: &Moment<'_>, challenge: &Challenge) -> Result<(), Refusal> {
    if challenge.tries_left == 0 {
        return Err(Refusal::TriesUsedUp);
    }
    let ledger = record.ledger(Authenticator::CODE, challenge.lane);
    match ledger.gate(&moment.pinbolt.policy().ledger(), moment.now, 1) {
        Gate::Waiting(until) => Err(Refusal::Waiting { until }),
        Gate::Throttled(until) => Err(Refusal::Throttled { until }),
        Gate::Disabled if !moment.pinbolt.hides_accounts() => Err(Refusal::Disabled),
        Gate::Disabled | Gate::Open => Ok(()),
    }
}

enum Compared {
    Right,
    /// The code of one of the last three challenges before this one.
    Older,
    Wrong {
        tries_left: u8,
    },
}

/// Compares, in constant time, and counts on the record that is about to be written.
fn compare(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (asked, challenge, typed): (&Asked, &Challenge, &Code),
) -> Result<Compared, Failure> {
    let rules = moment.pinbolt.policy().ledger();
    let place = (&asked.handle.row, asked.purpose.name());
    let ledger = record.ledger(Authenticator::CODE, challenge.lane);
    let nobody = record.decoy || challenge.phantom || !record.acts();
    let nobody = nobody || proves_nothing(record, moment, (asked, challenge));
    let passable = !nobody && !ledger.is_disabled(&rules, 1);
    let right = code(moment.pinbolt, place, challenge)?.ct_eq(typed) & choice(passable);
    let decoy = record.decoy;
    let series = record.series_of(asked.purpose.name(), challenge).ok_or(Failure::Internal)?;
    let open = series.get(challenge).ok_or(Failure::Internal)?;
    open.tries_left = open.tries_left.saturating_sub(1);
    let tries_left = open.tries_left;
    if right.into() {
        return Ok(Compared::Right);
    }
    let mut older = Choice::from(0);
    let before = record.all_series(asked.purpose.name()).flat_map(|series| &series.kept);
    let before = before.filter(|old| old.number < challenge.number).cloned();
    for old in before.chain(challenge.before_renewals()) {
        // An older code whose key was retired can't be told apart any more.
        if let Ok(code) = code(moment.pinbolt, place, &old) {
            older |= code.ct_eq(typed) & choice(!old.phantom && !decoy);
        }
    }
    if older.into() {
        let refusal = Some(Refusal::Superseded { newest: challenge.reference }.code());
        let refused = event(EventKind::CodeRefused, moment.now, asked, challenge);
        moment.log(record, Event { refusal, ..refused });
        return Ok(Compared::Older);
    }
    record.ledger_mut(Authenticator::CODE, challenge.lane).reserve(&rules, moment.now, 1);
    moment.log(record, event(EventKind::CodeRefused, moment.now, asked, challenge));
    Ok(Compared::Wrong { tries_left })
}

/// A code alone, to an address that went stale since it was issued.
fn proves_nothing(
    record: &Account,
    moment: &Moment<'_>,
    (asked, challenge): (&Asked, &Challenge),
) -> bool {
    let (_, fresh) = moment.pinbolt.policy().address_times();
    let stale =
        |held: &HeldAddress| held.nonce == challenge.held && held.is_stale(moment.now, fresh);
    asked.purpose.is_code_alone() && record.addresses.iter().any(stale)
}

/// Uses the code up and starts its ledger over. It proves the address anew; a confirmation of one
/// that isn't bound notes the intent to bind it, and of a change ends all other challenges.
fn accept(
    record: &mut Account,
    moment: &mut Moment<'_>,
    asked: &Asked,
    challenge: &Challenge,
) -> Result<Option<Intent>, Refusal> {
    record.ledger_mut(Authenticator::CODE, challenge.lane).unlock(false);
    if let Some(series) = record.series_of(asked.purpose.name(), challenge) {
        // Who had the code may ask for another at once; the send budget goes on.
        (series.sends, series.sent_at) = (0, 0);
        if let Some(open) = series.get(challenge) {
            open.progress = Progress::Consumed;
        }
    }
    moment.log(record, event(EventKind::CodeAccepted, moment.now, asked, challenge));
    let (now, place) = (moment.now, (moment.pinbolt, moment.now));
    let at = record.addresses.iter().position(|held| held.nonce == challenge.held);
    let Some(held) = at.and_then(|at| record.addresses.get_mut(at)) else { return Ok(None) };
    held.proven_at = Some(now);
    if !asked.purpose.confirms() {
        return Ok(None);
    }
    if held.is_bound(now) {
        held.suspended = None;
        take_back(record, place, &challenge.held)?;
        let bound = Event::new(now, EventKind::AddressBound);
        moment.log(record, Event { channel: Some(challenge.channel), ..bound });
        return Ok(None);
    }
    let candidate = held.clone();
    within_limits(record, place, &candidate)?;
    if !told(record, place, &candidate).is_empty() {
        record.end_challenges();
    }
    Ok(binding::intend_address(record, moment, (&challenge.held, Source::Code)))
}

/// What the person gave up and confirmed anew before it left stays.
fn take_back(
    record: &mut Account,
    place: (&Pinbolt, u64),
    nonce: &[u8; 16],
) -> Result<(), Refusal> {
    let held = record.addresses.iter().find(|held| held.nonce == *nonce).cloned();
    let Some(held) = held.filter(|held| may_stay(record, place.1, held)) else { return Ok(()) };
    within_limits(record, place, &held)?;
    for held in record.addresses.iter_mut().filter(|held| held.nonce == *nonce) {
        (held.until, held.given_up) = (None, None);
    }
    Ok(())
}

fn proof(
    record: &Account,
    moment: &Moment<'_>,
    (asked, session): (&Asked, &[u8]),
    challenge: &Challenge,
) -> Accepted {
    Accepted {
        row: asked.handle.row.clone(),
        account: record.id.clone(),
        purpose: asked.purpose.name().into(),
        factors: Factors { pin: challenge.generation.is_some(), code: true, ..Factors::default() },
        lane: challenge.lane,
        session: session.into(),
        context: challenge.context,
        at: moment.now,
        authorizes: asked.purpose.may_authorize(),
        channel: Some(challenge.channel),
        rests: Rests { address: Some(challenge.held), ..record.rests() },
    }
}

async fn cancel(mut cx: Cx, handle: &str, caller: Owned) -> Result<(), Error> {
    let cx = &mut cx;
    let asked = asked(cx, handle, &caller)?;
    let mut row = row(cx, &asked).await?;
    row.write(cx, |record, moment| {
        let challenge = standing(record, &asked, moment.now)?.clone();
        if let Some(series) = record.series_of(asked.purpose.name(), &challenge) {
            series.end(|open| open.number == challenge.number);
        }
        moment.log(record, event(EventKind::Cancelled, moment.now, &asked, &challenge));
        Ok(Judged::Write(()))
    })
    .await
}

fn event(kind: EventKind, now: u64, asked: &Asked, challenge: &Challenge) -> Event {
    Event {
        purpose: Some(asked.purpose.name().into()),
        lane: Some(challenge.lane),
        channel: Some(challenge.channel),
        ..Event::new(now, kind)
    }
}

fn choice(value: bool) -> Choice {
    Choice::from(u8::from(value))
}
