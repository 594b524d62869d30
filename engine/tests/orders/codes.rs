//! Delivered codes and the links beside them.

use crate::{Story, common::*};
use pinbolt::{
    Caller, Channel,
    op::{Begin, Block, Cancel, Finish, PeekLink, Redeem, Resend, SuspendAddress, Unblock},
    policy::Purpose,
    testkit::MemoryStore,
};

const NAME: &str = "by-link";
const ELSEWHERE: Caller<'static> = Caller::new(b"session 2");
const LIFETIME: u64 = 5 * MINUTE;
const TRIES: u32 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Begin,
    Resend,
    RightCode,
    WrongCode,
    /// The code of the message before, where the newest is asked for.
    OlderCode,
    /// The same in the window that asked for it.
    OlderHandle,
    Link,
    LinkElsewhere,
    OlderLink,
    Peek,
    Cancel,
    Block,
    Unblock,
    Suspend,
    Wait,
}

/// A message that arrived, and the handle of whoever asked for it.
#[derive(Clone, Default)]
struct Message {
    handle: String,
    code: String,
    link: String,
}

#[derive(Clone, Default)]
pub(crate) struct Codes {
    handles: Vec<String>,
    arrived: Vec<Message>,
    // What the specification knows.
    open: Option<Open>,
    blocked: bool,
    suspended: bool,
}

/// The newest challenge, while it stands.
#[derive(Clone)]
struct Open {
    since: u64,
    tries: u32,
    /// Whether its message arrived.
    real: bool,
}

impl Codes {
    fn stands(&self, now: u64) -> Option<&Open> {
        self.open.as_ref().filter(|open| now < open.since + LIFETIME)
    }

    fn older(&self) -> Option<Message> {
        self.arrived.len().checked_sub(2).map(|at| self.arrived[at].clone())
    }

    fn newest(&self) -> Message {
        self.arrived.last().cloned().unwrap_or_default()
    }

    fn asked(&self) -> &str {
        self.handles.last().map_or("", String::as_str)
    }

    /// Keeps what came of a request.
    fn keep(&mut self, world: &World<MemoryStore>, before: usize, handle: String) {
        let all = world.outbox.all();
        if all.len() > before {
            let message = &all[all.len() - 1];
            let (code, link) = (message.code.clone(), message.link.clone().unwrap());
            self.arrived.push(Message { handle: handle.clone(), code, link });
        }
        self.handles.push(handle);
    }
}

fn typed(world: &World<MemoryStore>, handle: &str, code: &str) -> bool {
    let finish = Finish { purpose: NAME, handle, code, caller: CALLER, context: b"" };
    world.run(finish).is_ok()
}

fn clicked(world: &World<MemoryStore>, link: &str, caller: Caller<'_>) -> bool {
    world.run(Redeem { purpose: NAME, link, code: None, caller, context: b"" }).is_ok()
}

impl Story for Codes {
    const NAME: &'static str = "codes and links";
    const LENGTH: u32 = 4;
    type Event = Event;
    const EVENTS: &'static [Event] = &[
        Event::Begin,
        Event::Resend,
        Event::RightCode,
        Event::WrongCode,
        Event::OlderCode,
        Event::OlderHandle,
        Event::Link,
        Event::LinkElsewhere,
        Event::OlderLink,
        Event::Peek,
        Event::Cancel,
        Event::Block,
        Event::Unblock,
        Event::Suspend,
        Event::Wait,
    ];

    fn begin() -> (World<MemoryStore>, Self) {
        let limits = builder()
            .set("code.cooldown", 0)
            .and_then(|b| b.set("code.tries", TRIES.into()))
            .and_then(|b| b.set("send.per_day", 200))
            .and_then(|b| b.set("send.per_hour", 60))
            .unwrap();
        let purpose = Purpose::code(NAME, &[Channel::Email]).link();
        let world = world_with(limits.purpose(purpose).build().unwrap());
        world.enroll();
        (world, Self::default())
    }

    fn permits(&self, event: Event, now: u64) -> bool {
        let usable = self.stands(now).is_some_and(|open| open.real && open.tries > 0);
        matches!(event, Event::RightCode | Event::Link) && usable && !self.blocked
    }

    fn act(&mut self, world: &World<MemoryStore>, event: Event) -> bool {
        let before = world.outbox.all().len();
        let (asked, newest) = (self.asked().to_owned(), self.newest());
        match event {
            Event::Begin => {
                let begin = Begin { purpose: NAME, channel: Channel::Email, ..look_up("ana") };
                let handle = world.begin(begin).unwrap().handle;
                self.keep(world, before, handle);
            }
            Event::Resend => {
                let resend = Resend { handle: &asked, channel: Channel::Email, caller: CALLER };
                if let Ok(begun) = world.run(resend) {
                    let handle = world.sent(begun).handle;
                    self.keep(world, before, handle);
                }
            }
            Event::RightCode => return typed(world, &asked, &or_any(&newest.code)),
            Event::WrongCode => return typed(world, &asked, &wrong(&or_any(&newest.code))),
            Event::OlderCode => {
                return self.older().is_some_and(|older| typed(world, &asked, &older.code));
            }
            Event::OlderHandle => {
                return self.older().is_some_and(|old| typed(world, &old.handle, &old.code));
            }
            Event::Link => return clicked(world, &newest.link, CALLER),
            Event::LinkElsewhere => return clicked(world, &newest.link, ELSEWHERE),
            Event::OlderLink => {
                return self.older().is_some_and(|older| clicked(world, &older.link, CALLER));
            }
            Event::Peek => {
                for message in &self.arrived {
                    for caller in [CALLER, ELSEWHERE] {
                        world.run(PeekLink { link: &message.link, caller }).unwrap();
                    }
                }
            }
            Event::Cancel => {
                let (Ok(()) | Err(_)) = world.run(Cancel { handle: &asked, caller: CALLER });
            }
            Event::Block => {
                world.run(Block { account: "ana", operator: operator() }).unwrap();
            }
            Event::Unblock => {
                world.run(Unblock { account: "ana", operator: operator() }).unwrap();
            }
            Event::Suspend => {
                let suspend =
                    SuspendAddress { address: EMAIL, account: None, operator: operator() };
                world.run(suspend).unwrap();
            }
            Event::Wait => world.clock.advance(LIFETIME),
        }
        false
    }

    fn note(&mut self, event: Event, now: u64) {
        let stands = self.stands(now).is_some();
        let arrived = self.arrived.len();
        match event {
            Event::Begin => {
                let real = !self.blocked && !self.suspended;
                self.open = Some(Open { since: now, tries: TRIES, real });
            }
            // What went to nobody goes to nobody again.
            Event::Resend if stands => {
                let real = self.open.as_ref().is_some_and(|open| open.real);
                self.open = Some(Open { since: now, tries: TRIES, real });
            }
            Event::RightCode | Event::Link if self.permits(event, now) => self.open = None,
            Event::RightCode | Event::WrongCode => self.guessed(now),
            Event::OlderCode if arrived > 1 => self.guessed(now),
            Event::Cancel if stands => self.open = None,
            Event::Block => (self.blocked, self.open) = (true, None),
            Event::Unblock => self.blocked = false,
            Event::Suspend => {
                self.suspended = true;
                self.open.take_if(|open| open.real);
            }
            _ => {}
        }
    }
}

impl Codes {
    /// A comparison was used up.
    fn guessed(&mut self, now: u64) {
        if let Some(open) = self.open.as_mut().filter(|open| now < open.since + LIFETIME) {
            open.tries = open.tries.saturating_sub(1);
        }
    }
}

/// Something to type where nothing arrived.
fn or_any(code: &str) -> String {
    if code.is_empty() { "123456" } else { code }.into()
}
