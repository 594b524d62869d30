//! `redeem`: a link, and a ticket's code beside it, judged and counted in one write.

use alloc::string::String;
use subtle::{Choice, ConstantTimeEq};

use super::{
    Op, Step, Verb,
    addresses::{told, within_limits},
    attempt::{self, Guess},
    binding::{self, Intent},
    context,
    cx::Cx,
    finish,
    issue::session_mac,
    link,
    row::{Judged, Moment},
    standing::{self, Asked},
    ticket,
};
use crate::{
    audit::{Event, EventKind},
    caller::{Caller, Owned},
    code::{IssuedCode, Receipt},
    error::{Error, Failure, Misuse, Refusal},
    guard::Authenticator,
    outcome::{Accepted, Rests, Source},
    pinbolt::Pinbolt,
    policy::{Purpose, Uses},
    record::{Account, Challenge, Progress},
    secret::Secret,
};

/// Redeems a link.
///
/// Beside a delivered code the link alone finishes, in the session that asked for the code; it is
/// `Finish` without typing. In any other it answers `WrongSession`, whatever else is right: then the
/// person types the code where it was asked for. So nobody's click finishes what a stranger began.
///
/// A ticket's link wants the ticket's code beside it, in any session. Both right together are one
/// proof; a wrong code is counted, `ticket.tries` for the ticket in sum and among the account's issued
/// codes, and uses nothing up. An activation is used up by it, the account is active from then on, and
/// the address of the link is bound.
///
/// Refuses with `UnknownLink`, `WrongSession`, `CodeNeeded`, `WrongCode`, `Superseded`, `AlreadyUsed`,
/// `Expired`, `TriesUsedUp`, `Waiting`, `Throttled`, `Malformed`, `Ended`, `Inactive`, `AddressTaken`,
/// `TooManyPhones` or `UnknownChallenge`; where accounts aren't hidden also with `Disabled`.
#[derive(Clone, Copy)]
pub struct Redeem<'a> {
    /// The purpose that this call is for. Write it in your program, never take it from the request: a
    /// link of another purpose is refused.
    pub purpose: &'a str,
    /// The link, as `Message::link` or `IssuedTicket::link` gave it.
    pub link: &'a str,
    /// A ticket's code as typed, in any case, with or without its hyphen; `None` beside a delivered
    /// code's link, and where the person hasn't typed it yet.
    pub code: Option<&'a str>,
    /// Who asks.
    pub caller: Caller<'a>,
    /// The context that `begin` or `issue_ticket` was given; empty for none. Another answers
    /// `WrongSession`.
    pub context: &'a [u8],
}

super::verb!(Redeem<'_>);

impl Verb for Redeem<'_> {
    type Output = Accepted;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Accepted> {
        let args = own(&self, pinbolt);
        let source = self.caller.audited();
        let link = Secret::new(String::from(self.link));
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            let args = args?;
            redeem(cx, &link, args).await
        })
    }
}

struct Args {
    purpose: Purpose,
    code: Option<IssuedCode>,
    context: [u8; 32],
    caller: Owned,
}

fn own(redeem: &Redeem<'_>, pinbolt: &Pinbolt) -> Result<Args, Error> {
    let caller = redeem.caller.own()?;
    let purpose = pinbolt.policy().purpose(redeem.purpose).filter(|purpose| !purpose.confirms());
    let purpose = purpose.ok_or(Misuse::UnknownPurpose)?;
    let context = context::hash(redeem.context)?;
    match (purpose.uses(), redeem.code) {
        (None, _) if !purpose.links() => return Err(Misuse::WrongVerb.into()),
        (None, Some(_)) => return Err(Misuse::EvidenceUnasked.into()),
        _ => {}
    }
    let code = redeem.code.map(IssuedCode::parse).transpose()?;
    Ok(Args { purpose, code, context, caller })
}

async fn redeem(mut cx: Cx, text: &Secret<String>, args: Args) -> Result<Accepted, Error> {
    let cx = &mut cx;
    let (link, purpose) = link::opened(cx, text, Some(&args.purpose))?;
    let asked = Asked { handle: link.handle, purpose };
    match link.receipt {
        Receipt::Ticket => both(cx, &asked, &args).await,
        Receipt::Code(code) => {
            if asked.handle.session != session_mac(&cx.pinbolt, &args.caller.session) {
                cx.refused("", Refusal::WrongSession);
                return Err(Refusal::WrongSession.into());
            }
            let code = &|digits| Some(&code).filter(|code| code.digits() == digits).cloned();
            finish::end(cx, (&asked, code), args.context, &args.caller).await
        }
    }
}

/// What became of a ticket whose link and code are both right.
enum Redeemed {
    Accepted(Accepted),
    /// The address is to be bound first: nothing is used up before.
    Binds(Intent),
}

/// A ticket. An address that is still a candidate is bound between two judgements of the same kind,
/// so that a crash or a lost race on the way costs the person nothing.
async fn both(cx: &mut Cx, asked: &Asked, args: &Args) -> Result<Accepted, Error> {
    let mut row = standing::row(cx, asked).await?;
    for _ in 0..2 {
        let judged = row.write(cx, |record, moment| judge(record, moment, (asked, args))).await?;
        match judged {
            Redeemed::Accepted(accepted) => return Ok(accepted),
            Redeemed::Binds(intent) => binding::bind(cx, &mut row, &intent).await?,
        }
    }
    Err(Failure::Contended.into())
}

fn judge(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (asked, args): (&Asked, &Args),
) -> Result<Judged<Redeemed>, Error> {
    let open = ticket::standing(record, asked, moment.now)?.clone();
    if open.context != args.context {
        return Err(Refusal::WrongSession.into());
    }
    let typed = args.code.as_ref().ok_or(Refusal::CodeNeeded)?;
    if open.tries_left == 0 {
        return Err(Refusal::TriesUsedUp.into());
    }
    let guess = Guess::one(Authenticator::ISSUED_CODE, ticket::LANE);
    attempt::ledgers(record, moment, &[guess])?;
    let rules = moment.pinbolt.policy().ledger();
    let ledger = record.ledger(Authenticator::ISSUED_CODE, ticket::LANE);
    let passable = Choice::from(u8::from(!ledger.is_disabled(&rules, 1)));
    let place = (&asked.handle.row, asked.purpose.name());
    let right = ticket::code(moment.pinbolt, place, &open)?.ct_eq(typed) & passable;
    if right.into() {
        return match accept(record, moment, (asked, args), &open) {
            // That the code was right comes out only when it is written.
            Err(Error::Refused(refusal)) => Ok(Judged::Refuse(refusal)),
            accepted => accepted.map(Judged::Write),
        };
    }
    let tries_left = open.tries_left.saturating_sub(1);
    change(record, asked, |ticket| ticket.tries_left = tries_left)?;
    let refused = event(EventKind::TicketRefused, moment.now, asked);
    if is_older(record, moment.pinbolt, (asked, typed)) {
        let superseded = Refusal::Superseded { newest: open.reference };
        moment.log(record, Event { refusal: Some(superseded.code()), ..refused });
        return Ok(Judged::Refuse(superseded));
    }
    guess.reserve(record, moment);
    moment.log(record, refused);
    Ok(Judged::Refuse(Refusal::WrongCode { tries_left }))
}

/// Whether it is the code of a ticket before this one: a letter and a message of two tickets.
fn is_older(record: &Account, pinbolt: &Pinbolt, (asked, typed): (&Asked, &IssuedCode)) -> bool {
    let place = (&asked.handle.row, asked.purpose.name());
    let mut older = Choice::from(0);
    let before = ticket::kept(record, place.1).filter(|old| old.number < asked.handle.number);
    for old in before {
        // An older code whose key was retired can't be told apart any more.
        if let Ok(code) = ticket::code(pinbolt, place, old) {
            older |= code.ct_eq(typed);
        }
    }
    older.into()
}

fn accept(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (asked, args): (&Asked, &Args),
    open: &Challenge,
) -> Result<Redeemed, Error> {
    let at = record.addresses.iter().position(|held| held.nonce == open.held);
    let own = at.and_then(|at| record.addresses.get_mut(at));
    match own {
        Some(held) if held.is_bound(moment.now) => {
            // The link arrived when it was sent, or a little later.
            held.proven_at = held.proven_at.max(Some(open.issued));
        }
        Some(held) => {
            let candidate = held.clone();
            let place = (moment.pinbolt, moment.now);
            within_limits(record, place, &candidate)?;
            // As a confirmation does, a change ends whatever else is outstanding.
            if !told(record, place, &candidate).is_empty() {
                record.end_challenges();
                change(record, asked, |ticket| ticket.progress = Progress::Open)?;
            }
            let source = (&open.held, Source::Code);
            if let Some(intent) = binding::intend_address(record, moment, source) {
                // It has a nonce of its own, and the ticket rests on it from now on.
                change(record, asked, |ticket| ticket.held = intent.nonce)?;
                return Ok(Redeemed::Binds(intent));
            }
        }
        None => {}
    }
    record.ledger_mut(Authenticator::ISSUED_CODE, ticket::LANE).unlock(false);
    args.caller.used_device(record, moment.pinbolt);
    moment.log(record, event(EventKind::TicketRedeemed, moment.now, asked));
    if open.uses == Some(Uses::Once) {
        change(record, asked, |ticket| ticket.progress = Progress::Consumed)?;
        if core::mem::take(&mut record.inactive) {
            moment.log(record, event(EventKind::Activated, moment.now, asked));
        }
    }
    // One that claims nothing was bound just now, under a nonce of its own.
    let address = at.and_then(|at| record.addresses.get(at)).map(|held| held.nonce);
    Ok(Redeemed::Accepted(Accepted {
        row: asked.handle.row.clone(),
        account: record.id.clone(),
        purpose: asked.purpose.name().into(),
        factors: asked.purpose.factors(),
        lane: ticket::LANE,
        session: args.caller.session.clone(),
        context: open.context,
        at: moment.now,
        authorizes: asked.purpose.may_authorize(),
        channel: None,
        rests: Rests { address, ticket: Some(open.salt), ..record.rests() },
    }))
}

fn change(
    record: &mut Account,
    asked: &Asked,
    change: impl FnOnce(&mut Challenge),
) -> Result<(), Failure> {
    let name = asked.purpose.name();
    let own = record.series.iter_mut().filter(|series| series.purpose == name);
    let mut kept = own.flat_map(|series| &mut series.kept);
    let same = |c: &&mut Challenge| c.number == asked.handle.number && c.salt == asked.handle.salt;
    kept.find(same).map(change).ok_or(Failure::Internal)
}

fn event(kind: EventKind, now: u64, asked: &Asked) -> Event {
    Event {
        purpose: Some(asked.purpose.name().into()),
        lane: Some(ticket::LANE),
        ..Event::new(now, kind)
    }
}
