//! A PIN, then a code; a confirmation beside it; recovery codes.

use crate::{Story, common::*};
use pinbolt::{
    Channel,
    op::{Begin, Block, CONFIRM, Evidence, Finish, IssueRecoveryCodes, ResetPin, Unblock},
    testkit::MemoryStore,
};

const NEW_PIN: &str = "604281";
const NEW_EMAIL: &str = "new@example.com";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Begin,
    BeginByWrongPin,
    Finish,
    FinishByWrongCode,
    /// The sign-in's handle and code, for a purpose of a code alone and for a confirmation.
    FinishElsewhere,
    Confirm,
    FinishConfirm,
    /// The confirmation's handle and code, for the sign-in.
    ConfirmElsewhere,
    Recover,
    RecoverByUsed,
    RecoverWithWrongPin,
    ChangePin,
    Block,
    Unblock,
}

#[derive(Clone, Default)]
pub(crate) struct Factors {
    sign_in: (String, String),
    confirm: (String, String),
    codes: Vec<String>,
    /// The PIN now, and whether it is the first.
    pin: String,
    // What the specification knows.
    begun: bool,
    confirming: bool,
    confirmed: bool,
    recovered: usize,
    blocked: bool,
    tries: u32,
}

impl Factors {
    fn other_pin(&self) -> &'static str {
        if self.pin == PIN { NEW_PIN } else { PIN }
    }

    fn recover(&self, world: &World<MemoryStore>, pin: &str, code: &str) -> bool {
        let evidence =
            Evidence { pin: Some(pin), recovery_code: Some(code), ..Evidence::default() };
        world.run(verify_by("ana", "pin-recover", evidence)).is_ok()
    }
}

fn typed(world: &World<MemoryStore>, purpose: &str, (handle, code): (&str, &str)) -> bool {
    let code = if code.is_empty() { "123456" } else { code };
    world.run(Finish { purpose, handle, code, caller: CALLER, context: b"" }).is_ok()
}

impl Story for Factors {
    const NAME: &'static str = "two factors and recovery";
    const LENGTH: u32 = 3;
    type Event = Event;
    const EVENTS: &'static [Event] = &[
        Event::Begin,
        Event::BeginByWrongPin,
        Event::Finish,
        Event::FinishByWrongCode,
        Event::FinishElsewhere,
        Event::Confirm,
        Event::FinishConfirm,
        Event::ConfirmElsewhere,
        Event::Recover,
        Event::RecoverByUsed,
        Event::RecoverWithWrongPin,
        Event::ChangePin,
        Event::Block,
        Event::Unblock,
    ];

    fn begin() -> (World<MemoryStore>, Self) {
        let limits = with_tokens()
            .set("code.cooldown", 0)
            .and_then(|b| b.set("code.tries", 2))
            .and_then(|b| b.set("send.per_day", 200))
            .and_then(|b| b.set("send.per_hour", 60))
            .unwrap();
        let world = world_with(limits.build().unwrap());
        world.enroll();
        let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
        let codes = world.run(issue).unwrap().iter().map(str::to_owned).collect();
        (world, Self { codes, pin: PIN.into(), ..Self::default() })
    }

    fn permits(&self, event: Event, _: u64) -> bool {
        !self.blocked
            && match event {
                Event::Finish => self.begun && self.tries > 0,
                Event::FinishConfirm => self.confirming,
                Event::Recover => true,
                _ => false,
            }
    }

    fn act(&mut self, world: &World<MemoryStore>, event: Event) -> bool {
        let before = world.outbox.all().len();
        let code = |handle: &str| {
            (world.outbox.all().len() > before).then(|| (handle.to_owned(), world.code()))
        };
        match event {
            Event::Begin | Event::BeginByWrongPin => {
                let right = event == Event::Begin;
                let pin = Some(if right { &*self.pin } else { WRONG_PIN });
                let begin =
                    Begin { purpose: SIGN_IN, pin, channel: Channel::Sms, ..look_up("ana") };
                if let Ok(challenge) = world.begin(begin) {
                    self.sign_in = code(&challenge.handle).unwrap();
                }
            }
            Event::Finish => return typed(world, SIGN_IN, (&self.sign_in.0, &self.sign_in.1)),
            Event::FinishByWrongCode => {
                let (handle, code) = &self.sign_in;
                let code = if code.is_empty() { "654321".into() } else { wrong(code) };
                return typed(world, SIGN_IN, (handle, &code));
            }
            Event::FinishElsewhere => {
                let (handle, code) = &self.sign_in;
                let look_up = typed(world, "look-up", (handle, code));
                return look_up || typed(world, CONFIRM, (handle, code));
            }
            Event::Confirm => {
                if let Ok(challenge) = world.confirm("ana", NEW_EMAIL) {
                    self.confirm = code(&challenge.handle).unwrap();
                }
            }
            Event::FinishConfirm => {
                return typed(world, CONFIRM, (&self.confirm.0, &self.confirm.1));
            }
            Event::ConfirmElsewhere => {
                let (handle, code) = &self.confirm;
                let sign_in = typed(world, SIGN_IN, (handle, code));
                return sign_in || typed(world, "look-up", (handle, code));
            }
            Event::Recover => return self.recover(world, &self.pin, &self.codes[self.recovered]),
            Event::RecoverByUsed => {
                return self.recovered > 0
                    && self.recover(world, &self.pin, &self.codes[self.recovered - 1]);
            }
            Event::RecoverWithWrongPin => {
                return self.recover(world, WRONG_PIN, &self.codes[self.recovered]);
            }
            Event::ChangePin => {
                let (new, authority) = (self.other_pin(), by_operator());
                world.run(ResetPin { account: "ana", new, authority }).unwrap();
            }
            Event::Block => world.run(Block { account: "ana", operator: operator() }).unwrap(),
            Event::Unblock => {
                world.run(Unblock { account: "ana", operator: operator() }).unwrap();
            }
        }
        false
    }

    fn note(&mut self, event: Event, now: u64) {
        match event {
            Event::Begin if !self.blocked => (self.begun, self.tries) = (true, 2),
            Event::Finish if self.permits(event, now) => self.begun = false,
            Event::FinishByWrongCode if self.begun => self.tries = self.tries.saturating_sub(1),
            Event::Confirm if !self.blocked => self.confirming = true,
            Event::FinishConfirm if self.permits(event, now) => {
                // The change ends whatever else is outstanding, once.
                self.begun &= self.confirmed;
                (self.confirming, self.confirmed) = (false, true);
            }
            Event::Recover if self.permits(event, now) => self.recovered += 1,
            Event::ChangePin => {
                self.pin = self.other_pin().into();
                // A confirmation may have been asked for by who knew the old one.
                (self.begun, self.confirming) = (false, false);
            }
            Event::Block => (self.blocked, self.begun, self.confirming) = (true, false, false),
            Event::Unblock => self.blocked = false,
            _ => {}
        }
    }
}
