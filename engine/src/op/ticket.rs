//! Tickets: a link and a code that travel apart and are good only together. An activation is one
//! that is good once.

use alloc::{string::String, vec::Vec};
use core::fmt;

use super::{
    Dispatch, Op, Step, Verb,
    addresses::{destination, parse, told},
    authority::{audited, authorized},
    budget::spend,
    context,
    cx::Cx,
    dispatch::Parcel,
    issue,
    row::{Judged, Moment, Row},
    standing::Asked,
};
use crate::{
    address::Address,
    audit::{Event, EventKind},
    authority::{Authority, Operator},
    channel::Channel,
    code::{Handle, IssuedCode, Link, Origin, Receipt, Reference},
    error::{Error, Failure, Misuse, Refusal},
    guard::Lane,
    pinbolt::Pinbolt,
    policy::{Purpose, Uses},
    record::{Account, Challenge, HeldAddress, Progress, Series, State},
    row::RowName,
    secret::Secret,
};

/// Whoever holds a ticket's link has passed a first factor, so its guesses are counted there.
pub(super) const LANE: Lane = Lane::FirstFactor;
const DAY: u64 = 86_400_000;
/// The nonce of no address.
pub(super) const NO_ADDRESS: [u8; 16] = [0; 16];

/// Issues a ticket: a code for the operator to tell or to post, and a link that is sent to the
/// account's address. Only both together are good: see [`Redeem`](super::Redeem). An account has one
/// ticket of each purpose: an older one ends with it, also where its context differs. Of a [`Purpose::activation`] it activates the account, once, and binds the
/// address where it is still a candidate; of a [`Purpose::ticket`] it stays open until `CloseTicket` or
/// its expiry.
///
/// The code is shown this once and kept nowhere: whoever loses it gets another ticket. A clock that is
/// set back ends all tickets.
///
/// Refuses with `UnknownAccount`, `UnknownAddress`, `Blocked`, `Throttled` where the address was sent
/// too much, or `Malformed`.
pub struct IssueTicket<'a> {
    /// The account's id.
    pub account: &'a str,
    /// An activation or a ticket of the policy.
    pub purpose: &'a str,
    /// Where the link goes: an address of the account, bound, or for an activation a candidate. `None`:
    /// the link is returned, to travel by a way of your own that isn't the code's.
    pub address: Option<&'a str>,
    /// What the ticket is for, e.g. the matter's number, up to 4096 bytes: `redeem` must name the
    /// same. Empty for none.
    pub context: &'a [u8],
    /// Who issues it, and why.
    pub operator: Operator,
}

super::verb!(IssueTicket<'_>);

/// A ticket that was issued. Run its dispatch: nothing else sends the link.
#[must_use = "the code is shown this once, and the link goes out when the dispatch is run"]
pub struct IssuedTicket {
    code: Secret<String>,
    link: Option<Secret<String>>,
    /// The letters that the message carries, and by which the person tells this ticket from another.
    pub reference: Reference,
    /// It is valid before this Unix millisecond.
    pub expires: u64,
    /// What delivers the link; without an address it delivers nothing.
    pub dispatch: Dispatch,
}

impl IssuedTicket {
    /// The code, as it is to be told or printed: `7K3D-9QWX`, two groups of four letters and digits.
    #[must_use]
    pub fn code(&self) -> &str {
        self.code.expose()
    }

    /// The link; `None` where it is sent to an address.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.link.as_ref().map(|link| link.expose().as_str())
    }
}

impl fmt::Debug for IssuedTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reference, expires, .. } = self;
        let mut shown = f.debug_struct("IssuedTicket");
        shown.field("reference", reference).field("expires", expires).finish_non_exhaustive()
    }
}

impl Verb for IssueTicket<'_> {
    type Output = IssuedTicket;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<IssuedTicket> {
        let purpose = of_tickets(pinbolt, self.purpose);
        let address = self.address.map(parse).transpose();
        let context = context::hash(self.context);
        let (account, operator) = (String::from(self.account), self.operator);
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            let wanted = Wanted { purpose: purpose?, address: address?, context: context? };
            issue(cx, &account, wanted, operator).await
        })
    }
}

/// Closes a purpose's ticket: its link and code are dead. Without one it does nothing.
///
/// Refuses with `UnknownAccount` or `NotAuthorized`.
pub struct CloseTicket<'a> {
    /// The account's id.
    pub account: &'a str,
    /// An activation or a ticket of the policy.
    pub purpose: &'a str,
    /// By what right.
    pub authority: Authority,
}

super::verb!(CloseTicket<'_>);

impl Verb for CloseTicket<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let purpose = of_tickets(pinbolt, self.purpose);
        let (account, authority) = (String::from(self.account), self.authority);
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            close(cx, &account, &purpose?, authority).await
        })
    }
}

/// What a ticket is asked for.
struct Wanted {
    purpose: Purpose,
    address: Option<Address>,
    context: [u8; 32],
}

fn of_tickets(pinbolt: &Pinbolt, name: &str) -> Result<Purpose, Misuse> {
    let purpose = pinbolt.policy().purpose(name).filter(|purpose| !purpose.confirms());
    let purpose = purpose.ok_or(Misuse::UnknownPurpose)?;
    match purpose.uses() {
        Some(_) => Ok(purpose),
        None => Err(Misuse::NotATicket),
    }
}

async fn issue(
    mut cx: Cx,
    account: &str,
    wanted: Wanted,
    operator: Operator,
) -> Result<IssuedTicket, Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    let record = row.current(cx).ok_or(Refusal::UnknownAccount)?;
    let to = recipient(&record, (&cx.pinbolt, cx.now), &wanted);
    let to = to.inspect_err(|refusal| cx.refused(account, *refusal))?;
    let budget = match &to {
        Some(held) => spend(cx, (&wanted.purpose, &held.key), Lane::Stranger).await?,
        None => Ok(()),
    };
    let made = row.write(cx, |record, moment| {
        let held = recipient(record, (moment.pinbolt, moment.now), &wanted)?;
        budget?;
        let made = make(record, moment, (&wanted, held.as_ref()))?;
        let event = Event {
            purpose: Some(wanted.purpose.name().into()),
            channel: held.map(|held| held.channel),
            operator: Some(operator.clone()),
            ..Event::new(moment.now, EventKind::TicketIssued)
        };
        moment.log(record, event);
        Ok(Judged::Write(made))
    });
    let Made { code, link, challenge, parcel } = made.await?;
    let Challenge { reference, expires, .. } = challenge;
    let dispatch = Dispatch::new(cx.pinbolt.clone(), parcel);
    Ok(IssuedTicket { code, link, reference, expires, dispatch })
}

/// The address that the link goes to, if one is named.
fn recipient(
    record: &Account,
    (pinbolt, now): (&Pinbolt, u64),
    wanted: &Wanted,
) -> Result<Option<HeldAddress>, Refusal> {
    match record.state {
        State::Active => {}
        State::Blocked => return Err(Refusal::Blocked),
        State::Cancelled => return Err(Refusal::UnknownAccount),
    }
    let Some(address) = &wanted.address else { return Ok(None) };
    let key = pinbolt.names().address(address.key());
    let activates = wanted.purpose.uses() == Some(Uses::Once);
    let reaches = |held: &&HeldAddress| {
        held.in_force(now) || (activates && !held.is_bound(now) && !held.has_left(now))
    };
    let held = record.addresses.iter().filter(|held| held.key == key).find(reaches);
    held.cloned().map(Some).ok_or(Refusal::UnknownAddress)
}

struct Made {
    code: Secret<String>,
    link: Option<Secret<String>>,
    challenge: Challenge,
    parcel: Option<Parcel>,
}

/// Writes the ticket into the record and packs what is to be sent.
fn make(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (wanted, held): (&Wanted, Option<&HeldAddress>),
) -> Result<Made, Failure> {
    let name = wanted.purpose.name();
    issue::make_room(record, moment.pinbolt);
    let settings = &moment.pinbolt.policy().settings;
    let now = moment.now;
    let random = Reference::random(moment.entropy.bytes());
    let number = record.all_series(name).map(|series| series.number).max().unwrap_or(0);
    let number = number.saturating_add(1);
    let series = record.series_from((name, LANE), random);
    let reference = series.next(now, random);
    let challenge = Challenge {
        number,
        key_id: moment.pinbolt.keys().active()?.id,
        salt: moment.entropy.bytes(),
        digits: 0,
        channel: held.map_or(Channel::Email, |held| held.channel),
        to: held.map_or([0; 32], |held| held.key),
        held: held.map_or(NO_ADDRESS, |held| held.nonce),
        session: [0; 32],
        context: wanted.context,
        issued: now,
        expires: now.saturating_add(settings.ticket_lifetime.saturating_mul(DAY)),
        tries_left: u8::try_from(settings.ticket_tries).unwrap_or(1),
        send: 1,
        lane: LANE,
        generation: None,
        progress: Progress::Open,
        phantom: false,
        reference,
        turn: 0,
        uses: wanted.purpose.uses(),
    };
    series.push(challenge.clone());
    let code = code(moment.pinbolt, (moment.row, name), &challenge)?.shown();
    let link = link(moment, name, &challenge)?;
    let Some(held) = held else {
        return Ok(Made { code, link: Some(link), challenge, parcel: None });
    };
    let contents = (destination(held), (None, Some(link)));
    let message = Some(issue::message(moment, (name, &challenge), contents));
    let (kind, row, purpose) = (moment.kind, moment.row.clone(), name.into());
    let Challenge { number, send, expires, .. } = challenge;
    let notices = Vec::new();
    let mut parcel = Parcel { kind, row, purpose, number, send, expires, message, notices };
    if !held.is_bound(now) {
        // Redeemed, it is another address of the account.
        let told = told(record, (moment.pinbolt, now), held);
        parcel.notices = issue::notices_of(moment, (&parcel, reference), &told);
    }
    Ok(Made { code, link: None, challenge, parcel: Some(parcel) })
}

fn link(
    moment: &mut Moment<'_>,
    purpose: &str,
    challenge: &Challenge,
) -> Result<Secret<String>, Failure> {
    let Challenge { number, salt, session, issued, .. } = *challenge;
    let (kind, row, purpose) = (moment.kind, moment.row.clone(), purpose.into());
    let handle = Handle { row, kind, purpose, number, salt, issued, session };
    let (pinbolt, nonce) = (moment.pinbolt, moment.entropy.bytes());
    Link { handle, receipt: Receipt::Ticket }.seal(pinbolt.keys(), pinbolt.tenant(), nonce)
}

/// The code of a ticket, derived again.
pub(super) fn code(
    pinbolt: &Pinbolt,
    (row, purpose): (&RowName, &str),
    challenge: &Challenge,
) -> Result<IssuedCode, Failure> {
    let key = &pinbolt.keys().get(challenge.key_id)?.code;
    let Challenge { number, salt, to, context, turn, .. } = challenge;
    let origin = Origin { row, purpose, number: *number, salt, to, context, turn: *turn };
    Ok(origin.issued_code(key))
}

/// The tickets of a purpose that the record keeps.
pub(super) fn kept<'a>(
    record: &'a Account,
    purpose: &str,
) -> impl Iterator<Item = &'a Challenge> + use<'a> {
    let own: Vec<&Series> = record.all_series(purpose).collect();
    own.into_iter().flat_map(|series| &series.kept).filter(|challenge| challenge.uses.is_some())
}

/// The ticket of a link, if its code may still be compared. Nothing here depends on a code: these
/// refusals write nothing and count nothing.
pub(super) fn standing<'a>(
    record: &'a Account,
    asked: &Asked,
    now: u64,
) -> Result<&'a Challenge, Refusal> {
    if record.state == State::Cancelled {
        return Err(Refusal::Ended);
    }
    let name = asked.purpose.name();
    let Handle { number, salt, .. } = asked.handle;
    let newer = kept(record, name).filter(|other| other.number > number).max_by_key(|c| c.number);
    let superseded = newer.map(|newer| Refusal::Superseded { newest: newer.reference });
    let ticket = kept(record, name).find(|c| c.number == number && c.salt == salt);
    let ticket = ticket.ok_or(superseded.unwrap_or(Refusal::UnknownLink))?;
    if record.state != State::Active {
        return Err(Refusal::Ended);
    }
    // What a ticket rests on: the address to which its link went, until it leaves.
    let stands = |held: &HeldAddress| held.nonce == ticket.held && !held.has_left(now);
    let rests = ticket.held == NO_ADDRESS || record.addresses.iter().any(stands);
    match (ticket.progress, superseded) {
        (Progress::Consumed, _) => Err(Refusal::AlreadyUsed),
        (_, Some(superseded)) => Err(superseded),
        // A ticket isn't good for what its purpose has become.
        (Progress::Open, None) if !rests || ticket.uses != asked.purpose.uses() => {
            Err(Refusal::Ended)
        }
        (Progress::Ended, None) => Err(Refusal::Ended),
        (Progress::Open, None) if !ticket.is_live(now) => Err(Refusal::Expired),
        (Progress::Open, None) if record.inactive && ticket.uses != Some(Uses::Once) => {
            Err(Refusal::Inactive)
        }
        (Progress::Open, None) => Ok(ticket),
    }
}

async fn close(
    mut cx: Cx,
    account: &str,
    purpose: &Purpose,
    authority: Authority,
) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    row.write(cx, |record, moment| {
        authorized(moment.pinbolt, &authority, record)?;
        if record.state == State::Cancelled {
            return Err(Refusal::UnknownAccount.into());
        }
        for series in record.series.iter_mut().filter(|series| series.purpose == purpose.name()) {
            series.end(|challenge| challenge.uses.is_some());
        }
        let event = audited(&authority, Event::new(moment.now, EventKind::TicketClosed));
        moment.log(record, Event { purpose: Some(purpose.name().into()), ..event });
        Ok(Judged::Write(()))
    })
    .await
}
