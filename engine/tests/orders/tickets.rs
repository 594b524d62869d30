//! An activation and a ticket of an account that is still to be activated.

use crate::{Story, common::*};
use pinbolt::{
    Channel,
    op::{
        Begin, Block, CloseTicket, Enroll, EnrollInactive, Finish, IssueTicket, PeekLink, Redeem,
        Unblock,
    },
    policy::Purpose,
    testkit::MemoryStore,
};

const ACTIVATE: &str = "activate";
const DOSSIER: &str = "dossier";
const LIFETIME: u64 = 14 * DAY;
const TRIES: u32 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    IssueActivation,
    Activate,
    ActivateByLinkAlone,
    ActivateByWrongCode,
    /// Link and code of the activation before.
    ActivateByOlder,
    /// The newest link with the code before.
    ActivateByMixed,
    /// The activation's link with the ticket's code.
    ActivateByOther,
    CloseActivation,
    IssueTicket,
    Redeem,
    RedeemByWrongCode,
    /// The ticket's link and code, for the activation.
    RedeemElsewhere,
    CloseTicket,
    Peek,
    Block,
    Unblock,
    /// A delivered code, asked for and typed.
    SignIn,
    Wait,
}

#[derive(Clone, Default)]
struct Pair {
    link: String,
    code: String,
}

#[derive(Clone, Default)]
pub(crate) struct Tickets {
    activations: Vec<Pair>,
    tickets: Vec<Pair>,
    // What the specification knows.
    activation: Option<Open>,
    ticket: Option<Open>,
    active: bool,
    blocked: bool,
}

/// The newest of a purpose, while it stands.
#[derive(Clone)]
struct Open {
    since: u64,
    tries: u32,
}

impl Open {
    fn serves(open: Option<&Self>, now: u64) -> bool {
        open.is_some_and(|open| now < open.since + LIFETIME && open.tries > 0)
    }

    fn guessed(open: &mut Option<Self>, now: u64) {
        if Self::serves(open.as_ref(), now) {
            open.iter_mut().for_each(|open| open.tries -= 1);
        }
    }
}

fn issue(world: &World<MemoryStore>, purpose: &str, address: Option<&str>) -> Option<Pair> {
    let issue =
        IssueTicket { account: "ana", purpose, address, context: b"", operator: operator() };
    let issued = world.run(issue).ok()?;
    let (code, link) = (issued.code().to_owned(), issued.link().map(str::to_owned));
    world.engine.deliver(issued.dispatch).unwrap();
    let link = link.unwrap_or_else(|| world.outbox.last().unwrap().link.unwrap());
    Some(Pair { link, code })
}

fn redeem(world: &World<MemoryStore>, purpose: &str, link: &str, code: Option<&str>) -> bool {
    world.run(Redeem { purpose, link, code, caller: CALLER, context: b"" }).is_ok()
}

fn close(world: &World<MemoryStore>, purpose: &str) {
    world.run(CloseTicket { account: "ana", purpose, authority: by_operator() }).unwrap();
}

/// Begins and types what arrived, or anything where nothing did.
fn sign_in(world: &World<MemoryStore>) -> bool {
    let before = world.outbox.all().len();
    let begin = Begin { channel: Channel::Email, ..look_up("ana") };
    let Ok(challenge) = world.begin(begin) else { return false };
    let arrived = world.outbox.all().len() > before;
    let code = if arrived { world.code() } else { "123456".into() };
    let (handle, code) = (&*challenge.handle, &*code);
    let finish = Finish { purpose: "look-up", handle, code, caller: CALLER, context: b"" };
    world.run(finish).is_ok()
}

impl Story for Tickets {
    const NAME: &'static str = "tickets and activations";
    const LENGTH: u32 = 4;
    type Event = Event;
    const EVENTS: &'static [Event] = &[
        Event::IssueActivation,
        Event::Activate,
        Event::ActivateByLinkAlone,
        Event::ActivateByWrongCode,
        Event::ActivateByOlder,
        Event::ActivateByMixed,
        Event::ActivateByOther,
        Event::CloseActivation,
        Event::IssueTicket,
        Event::Redeem,
        Event::RedeemByWrongCode,
        Event::RedeemElsewhere,
        Event::CloseTicket,
        Event::Peek,
        Event::Block,
        Event::Unblock,
        Event::SignIn,
        Event::Wait,
    ];

    fn begin() -> (World<MemoryStore>, Self) {
        let limits = builder()
            .set("ticket.tries", TRIES.into())
            .and_then(|b| b.set("code.cooldown", 0))
            .and_then(|b| b.set("send.per_day", 200))
            .and_then(|b| b.set("send.per_hour", 60))
            .unwrap();
        let policy =
            limits.purpose(Purpose::activation(ACTIVATE)).purpose(Purpose::ticket(DOSSIER));
        let world = world_with(policy.build().unwrap());
        let enroll = Enroll { account: "ana", pin: None, addresses: &[EMAIL], asserted_by: None };
        world.run(EnrollInactive(enroll)).unwrap();
        (world, Self::default())
    }

    fn permits(&self, event: Event, now: u64) -> bool {
        let of = |open: &Option<Open>| Open::serves(open.as_ref(), now);
        !self.blocked
            && match event {
                Event::Activate => of(&self.activation),
                Event::Redeem => of(&self.ticket) && self.active,
                Event::SignIn => self.active,
                _ => false,
            }
    }

    fn act(&mut self, world: &World<MemoryStore>, event: Event) -> bool {
        let newest = |pairs: &[Pair]| pairs.last().cloned().unwrap_or_default();
        let (activation, ticket) = (newest(&self.activations), newest(&self.tickets));
        let older = self.activations.len().checked_sub(2).map(|at| self.activations[at].clone());
        let older = older.unwrap_or_default();
        match event {
            Event::IssueActivation => {
                self.activations.extend(issue(world, ACTIVATE, Some(EMAIL)));
            }
            Event::IssueTicket => self.tickets.extend(issue(world, DOSSIER, None)),
            Event::Activate => {
                return redeem(world, ACTIVATE, &activation.link, Some(&activation.code));
            }
            Event::ActivateByLinkAlone => return redeem(world, ACTIVATE, &activation.link, None),
            Event::ActivateByWrongCode => {
                return redeem(world, ACTIVATE, &activation.link, Some(&other(&activation.code)));
            }
            Event::ActivateByOlder => {
                return redeem(world, ACTIVATE, &older.link, Some(&older.code));
            }
            Event::ActivateByMixed => {
                return redeem(world, ACTIVATE, &activation.link, Some(&older.code));
            }
            Event::ActivateByOther => {
                return redeem(world, ACTIVATE, &activation.link, Some(&ticket.code));
            }
            Event::Redeem => return redeem(world, DOSSIER, &ticket.link, Some(&ticket.code)),
            Event::RedeemByWrongCode => {
                return redeem(world, DOSSIER, &ticket.link, Some(&other(&ticket.code)));
            }
            Event::RedeemElsewhere => {
                return redeem(world, ACTIVATE, &ticket.link, Some(&ticket.code));
            }
            Event::CloseActivation => close(world, ACTIVATE),
            Event::CloseTicket => close(world, DOSSIER),
            Event::Peek => {
                for pair in self.activations.iter().chain(&self.tickets) {
                    world.run(PeekLink { link: &pair.link, caller: CALLER }).unwrap();
                }
            }
            Event::Block => world.run(Block { account: "ana", operator: operator() }).unwrap(),
            Event::Unblock => {
                world.run(Unblock { account: "ana", operator: operator() }).unwrap();
            }
            Event::SignIn => return sign_in(world),
            Event::Wait => world.clock.advance(LIFETIME),
        }
        false
    }

    fn note(&mut self, event: Event, now: u64) {
        let fresh = Some(Open { since: now, tries: TRIES });
        let acts = !self.blocked;
        match event {
            Event::IssueActivation if acts => self.activation = fresh,
            Event::IssueTicket if acts => self.ticket = fresh,
            Event::Activate if self.permits(event, now) => {
                (self.active, self.activation) = (true, None);
            }
            Event::ActivateByWrongCode if acts => Open::guessed(&mut self.activation, now),
            Event::ActivateByMixed if self.activations.len() > 1 => {
                Open::guessed(&mut self.activation, now);
            }
            Event::ActivateByOther if !self.tickets.is_empty() => {
                Open::guessed(&mut self.activation, now);
            }
            Event::RedeemByWrongCode if self.active => Open::guessed(&mut self.ticket, now),
            Event::CloseActivation => self.activation = None,
            Event::CloseTicket => self.ticket = None,
            Event::Block => {
                (self.blocked, self.activation, self.ticket) = (true, None, None);
            }
            Event::Unblock => self.blocked = false,
            _ => {}
        }
    }
}

/// Another code of the right form.
fn other(code: &str) -> String {
    match code.strip_prefix('7') {
        Some(rest) => format!("8{rest}"),
        None => format!("7{}", code.get(1..).unwrap_or("0000000")),
    }
}
