//! Issuing a code: the challenge that is written, its handle, and the parcel to deliver.

use alloc::{
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};
use data_encoding::HEXLOWER;
use subtle::{Choice, ConstantTimeEq};

use super::{
    addresses::{destination, told as told_of},
    dispatch::Parcel,
    issued::{Challenge as Shown, Issued},
    offers,
    row::Moment,
};
use crate::{
    audit::{Event, EventKind},
    channel::Channel,
    code::{Code, Handle, Link, Origin, Receipt, Reference},
    error::{Failure, Refusal},
    guard::Lane,
    pinbolt::Pinbolt,
    policy::Purpose,
    record::{Account, Challenge, HeldAddress, Progress, Series},
    row::RowName,
    secret::Secret,
};

/// The most series of a record.
const MAX_SERIES: usize = 48;

/// What a code is asked for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) purpose: Purpose,
    pub(super) channel: Channel,
    /// [`session_mac`] of the session.
    pub(super) session: [u8; 32],
    /// SHA-256 of the context.
    pub(super) context: [u8; 32],
    pub(super) lane: Lane,
    pub(super) generation: Option<[u8; 16]>,
}

/// Purposes that the policy no longer has make room for one more series.
pub(super) fn make_room(record: &mut Account, pinbolt: &Pinbolt) {
    if record.series.len() >= MAX_SERIES {
        record.series.retain(|series| pinbolt.policy().purpose(&series.purpose).is_some());
    }
}

/// What the cooldown allows.
#[derive(Debug)]
pub(super) enum Plan {
    /// A new message.
    Send,
    /// The caller's own open challenge, again.
    Same(Box<Challenge>),
}

/// The address whose send budget was spent before the write that issues, or why it was not;
/// `None`: it was not asked.
pub(super) type Budget = Option<Result<[u8; 32], Refusal>>;

/// Where a message would go.
#[derive(Clone, Debug)]
pub(super) struct Recipient {
    /// The address's keyed hash, on which its budget runs; something like it where there is none.
    pub(super) key: [u8; 32],
    pub(super) held: Option<HeldAddress>,
}

impl Recipient {
    pub(super) const fn of(held: HeldAddress) -> Self {
        Self { key: held.key, held: Some(held) }
    }

    /// Nobody: the budget of the address that `row` lacks.
    pub(super) fn nobody(pinbolt: &Pinbolt, row: &RowName, channel: Channel) -> Self {
        Self { key: pinbolt.names().no_address(row, channel.name()), held: None }
    }
}

/// Whether a new message may go out now.
///
/// # Errors
/// [`Refusal::Throttled`] within the cooldown, for any request but the same one.
pub(super) fn plan(
    record: &Account,
    (wanted, pinbolt): (&Wanted, &Pinbolt),
    now: u64,
) -> Result<Plan, Refusal> {
    let (name, lane) = (wanted.purpose.name(), wanted.lane);
    let Some(series) = record.series(name, lane) else { return Ok(Plan::Send) };
    let until = cooldown_end(pinbolt, series);
    if now >= until {
        return Ok(Plan::Send);
    }
    match series.newest() {
        Some(open)
            if open.is_live(now)
                && is_same(open, wanted)
                && record.newer(name, (lane, open.number)).is_none() =>
        {
            Ok(Plan::Same(Box::new(open.clone())))
        }
        _ => Err(Refusal::Throttled { until }),
    }
}

/// Writes a new challenge into the record. Without an address to deliver to, on nobody's account,
/// or beside a living challenge of a stronger lane, it is a phantom: like any other, but no code
/// matches it and nothing is sent.
pub(super) fn issue(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (wanted, to): (&Wanted, &Recipient),
) -> Result<Issued, Failure> {
    let (_, fresh) = moment.pinbolt.policy().address_times();
    let alone = wanted.purpose.is_code_alone();
    // Whoever holds a number now may not be who proved it long ago.
    let proves = |held: &&HeldAddress| !(alone && held.is_stale(moment.now, fresh));
    let held = to.held.as_ref().filter(|_| !record.decoy && record.acts());
    let held = held.filter(proves);
    make_room(record, moment.pinbolt);
    let settings = &moment.pinbolt.policy().settings;
    let now = moment.now;
    let random = Reference::random(moment.entropy.bytes());
    let (name, lane) = (wanted.purpose.name(), wanted.lane);
    let outranked = record.outranked(name, lane, now);
    let number = record.all_series(name).map(|series| series.number).max().unwrap_or(0);
    let number = number.saturating_add(1);
    let old = old_codes(moment, record, name);
    let series = record.series_from((name, lane), random);
    let reference = series.next(now, random);
    let key = moment.pinbolt.keys().active()?;
    let mut challenge = Challenge {
        number,
        key_id: key.id,
        salt: moment.entropy.bytes(),
        digits: u8::try_from(settings.code_digits).unwrap_or(6),
        channel: wanted.channel,
        to: to.key,
        held: held.map_or([0; 16], |held| held.nonce),
        session: wanted.session,
        context: wanted.context,
        issued: now,
        expires: now.saturating_add(settings.code_lifetime.saturating_mul(1000)),
        tries_left: u8::try_from(settings.code_tries).unwrap_or(1),
        send: 0,
        lane,
        generation: wanted.generation,
        progress: Progress::Open,
        phantom: held.is_none() || outranked,
        reference,
        turn: 0,
        uses: None,
    };
    while is_among(&old, &code(moment.pinbolt, (moment.row, name), &challenge)?) {
        challenge.salt = moment.entropy.bytes();
    }
    if series.newest().is_none_or(|last| last.progress != Progress::Open || now >= last.expires) {
        series.sends = 0;
    }
    series.push(challenge);
    send(record, moment, (wanted, to))
}

/// Gives an open challenge another code, which lives and may be tried like a new one's; what was
/// counted stays counted.
pub(super) fn renew(
    record: &mut Account,
    moment: &Moment<'_>,
    (wanted, open): (&Wanted, &Challenge),
) -> Result<(), Failure> {
    let name = wanted.purpose.name();
    let old = old_codes(moment, record, name);
    let settings = &moment.pinbolt.policy().settings;
    let series = record.series_of(name, open).ok_or(Failure::Internal)?;
    series.reference = series.reference.next();
    let reference = series.reference;
    let challenge = series.get(open).ok_or(Failure::Internal)?;
    challenge.turn = challenge.turn.saturating_add(1);
    while is_among(&old, &code(moment.pinbolt, (moment.row, name), challenge)?) {
        challenge.turn = challenge.turn.saturating_add(1);
    }
    challenge.reference = reference;
    challenge.expires = moment.now.saturating_add(settings.code_lifetime.saturating_mul(1000));
    challenge.tries_left = u8::try_from(settings.code_tries).unwrap_or(1);
    Ok(())
}

/// Counts one more message of the series' newest challenge and packs it.
pub(super) fn send(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (wanted, to): (&Wanted, &Recipient),
) -> Result<Issued, Failure> {
    let name = wanted.purpose.name();
    let series = record.series.iter_mut().find(|s| s.purpose == name && s.lane == wanted.lane);
    let series = series.ok_or(Failure::Internal)?;
    series.sends = series.sends.saturating_add(1);
    series.sent_at = moment.now;
    let resend_at = cooldown_end(moment.pinbolt, series);
    let challenge = series.kept.last_mut().ok_or(Failure::Internal)?;
    challenge.send = challenge.send.saturating_add(1);
    let challenge = challenge.clone();
    let issued = shown(moment, &wanted.purpose, &challenge, (true, resend_at))?;
    // Packed for nobody too, so that nobody costs the same.
    let address = to.held.as_ref().map_or("", destination);
    let code = code(moment.pinbolt, (moment.row, name), &challenge)?;
    let link = wanted.purpose.links().then(|| link(moment, name, (&challenge, &code)));
    let contents = (Some(Secret::new(code.as_str().to_string())), link.transpose()?);
    let message = message(moment, (name, &challenge), (address, contents));
    let message = (!challenge.phantom && !address.is_empty()).then_some(message);
    let event = Event {
        purpose: Some(name.into()),
        channel: Some(challenge.channel),
        lane: Some(challenge.lane),
        ..Event::new(moment.now, EventKind::CodeIssued)
    };
    moment.log(record, event);
    let (kind, row, purpose) = (moment.kind, moment.row.clone(), name.into());
    let told = to.held.as_ref().filter(|_| wanted.purpose.confirms());
    let told = told.map(|new| told_of(record, (moment.pinbolt, moment.now), new));
    let Challenge { number, send, expires, .. } = challenge;
    let notices = Vec::new();
    let mut parcel = Parcel { kind, row, purpose, number, send, expires, notices, message };
    // With every message, for the one before may never have gone out.
    let place = (&parcel, challenge.reference);
    parcel.notices = told.map(|told| notices_of(moment, place, &told)).unwrap_or_default();
    Ok((issued, Some(parcel)))
}

/// The caller's own open challenge, shown again: nothing is sent.
pub(super) fn again(
    record: &Account,
    moment: &mut Moment<'_>,
    (wanted, open): (&Wanted, &Challenge),
) -> Result<Issued, Failure> {
    let name = wanted.purpose.name();
    let resend_at = resend_at(record, moment.pinbolt, (name, open.lane));
    Ok((shown(moment, &wanted.purpose, open, (false, resend_at))?, None))
}

/// When the next message of a purpose may go out in a lane, in Unix milliseconds.
pub(super) fn resend_at(record: &Account, pinbolt: &Pinbolt, (purpose, lane): (&str, Lane)) -> u64 {
    record.series(purpose, lane).map_or(0, |series| cooldown_end(pinbolt, series))
}

fn shown(
    moment: &mut Moment<'_>,
    purpose: &Purpose,
    challenge: &Challenge,
    (sent, resend_at): (bool, u64),
) -> Result<Shown, Failure> {
    let Challenge { number, salt, session, reference, issued, expires, .. } = *challenge;
    // Unless its asker is known to know more.
    let offers = offers::of_policy(purpose, None);
    let (kind, row, purpose) = (moment.kind, moment.row.clone(), purpose.name().into());
    let handle = Handle { row, kind, purpose, number, salt, issued, session };
    let pinbolt = moment.pinbolt;
    let handle = handle.seal(pinbolt.keys(), pinbolt.tenant(), moment.entropy.bytes())?;
    Ok(Shown { handle, reference, expires, resend_at, sent, offers })
}

/// The codes by which older messages of a purpose can be told from the newest.
fn old_codes(moment: &Moment<'_>, record: &Account, purpose: &str) -> Vec<Code> {
    let kept = record.all_series(purpose).flat_map(|series| &series.kept);
    let kept = kept.flat_map(|old| core::iter::once(old.clone()).chain(old.before_renewals()));
    // An older code whose key was retired can't be told apart any more.
    kept.filter_map(|old| code(moment.pinbolt, (moment.row, purpose), &old).ok()).collect()
}

/// A new code never equals an older one, so that each can be told apart.
fn is_among(old: &[Code], new: &Code) -> bool {
    old.iter().fold(Choice::from(0), |among, old| among | old.ct_eq(new)).into()
}

/// The code of a challenge, derived again.
pub(super) fn code(
    pinbolt: &Pinbolt,
    (row, purpose): (&RowName, &str),
    challenge: &Challenge,
) -> Result<Code, Failure> {
    let key = &pinbolt.keys().get(challenge.key_id)?.code;
    let Challenge { number, salt, to, context, turn, .. } = challenge;
    let origin = Origin { row, purpose, number: *number, salt, to, context, turn: *turn };
    Ok(origin.code(key, challenge.digits))
}

/// The keyed hash by which challenges and handles know their session.
pub(super) fn session_mac(pinbolt: &Pinbolt, session: &[u8]) -> [u8; 32] {
    let parts = [pinbolt.tenant().as_bytes(), session];
    pinbolt.keys().index().mac("pinbolt session", &parts)
}

/// The address of the account that a channel reaches: the one that named it, else the first that
/// isn't stale, else the first.
pub(super) fn recipient(
    record: &Account,
    (pinbolt, row): (&Pinbolt, &RowName),
    (channel, named): (Channel, Option<[u8; 32]>),
) -> Recipient {
    let (now, (_, fresh)) = (record.seen, pinbolt.policy().address_times());
    let own = || record.addresses.iter().filter(|a| a.channel == channel && a.in_force(now));
    let held = own().find(|held| Some(held.key) == named);
    let held = held.or_else(|| own().find(|held| !held.is_stale(now, fresh)));
    let held = held.or_else(|| own().next());
    held.map_or_else(
        || Recipient::nobody(pinbolt, row, channel),
        |held| Recipient::of(held.clone()),
    )
}

/// The wait doubles with each message of a row of requests.
fn cooldown_end(pinbolt: &Pinbolt, series: &Series) -> u64 {
    let Some(doublings) = series.sends.checked_sub(1) else { return 0 };
    let settings = &pinbolt.policy().settings;
    let doubled = 1u64.checked_shl(doublings).unwrap_or(u64::MAX);
    let seconds = settings.cooldown_first.saturating_mul(doubled).min(settings.cooldown_longest);
    series.sent_at.saturating_add(seconds.saturating_mul(1000))
}

fn is_same(open: &Challenge, wanted: &Wanted) -> bool {
    open.session == wanted.session
        && open.channel == wanted.channel
        && open.context == wanted.context
        && open.generation == wanted.generation
        && open.lane == wanted.lane
}

/// What the page behind a message's link is given: the code, for the session that asked.
fn link(
    moment: &mut Moment<'_>,
    purpose: &str,
    (challenge, code): (&Challenge, &Code),
) -> Result<Secret<String>, Failure> {
    let Challenge { number, salt, session, issued, .. } = *challenge;
    let (kind, row, purpose) = (moment.kind, moment.row.clone(), purpose.into());
    let handle = Handle { row, kind, purpose, number, salt, issued, session };
    let receipt = Receipt::Code(code.clone());
    let (pinbolt, nonce) = (moment.pinbolt, moment.entropy.bytes());
    Link { handle, receipt }.seal(pinbolt.keys(), pinbolt.tenant(), nonce)
}

/// What a message carries: a code, a link, or both.
pub(super) type Contents = (Option<Secret<String>>, Option<Secret<String>>);

/// A message of a challenge.
pub(super) fn message(
    moment: &Moment<'_>,
    (purpose, challenge): (&str, &Challenge),
    (address, (code, link)): (&str, Contents),
) -> super::Message {
    let (number, send) = (challenge.number.to_be_bytes(), challenge.send.to_be_bytes());
    let parts = [moment.row.as_str().as_bytes(), purpose.as_bytes(), &number, &send];
    super::Message {
        id: message_id(moment.pinbolt, "pinbolt message", &parts),
        channel: challenge.channel,
        to: address.into(),
        code,
        link,
        reference: challenge.reference,
        purpose: purpose.into(),
        expires: challenge.expires,
    }
}

/// What an account's own addresses are told, before anything else of this parcel goes out.
pub(super) fn notices_of(
    moment: &Moment<'_>,
    (parcel, reference): (&Parcel, Reference),
    told: &[&HeldAddress],
) -> Vec<super::Message> {
    let notice = |held: &&HeldAddress| {
        let (row, number) = (parcel.row.as_str().as_bytes(), parcel.number.to_be_bytes());
        let parts = [row, parcel.purpose.as_bytes(), &number, &held.nonce];
        super::Message {
            id: message_id(moment.pinbolt, "pinbolt notice", &parts),
            channel: held.channel,
            to: destination(held).into(),
            code: None,
            link: None,
            reference,
            purpose: parcel.purpose.clone(),
            expires: parcel.expires,
        }
    };
    told.iter().map(notice).collect()
}

fn message_id(pinbolt: &Pinbolt, label: &str, parts: &[&[u8]]) -> String {
    let id = pinbolt.keys().index().mac(label, parts);
    HEXLOWER.encode(id.get(..16).unwrap_or_default())
}
