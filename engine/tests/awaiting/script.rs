//! One script of every verb for both drivers.

use std::fmt::Debug;

use pinbolt::{
    Authenticator, Authority, Channel,
    driver::{Handover, Store},
    op::{
        Begin, Begun, Block, CONFIRM, Cancel, CancelAccount, ChangePin, Confirm, Delivered,
        Describe, Dispatch, Finish, Resend, ResetPin, Unblock, Unlock, Verb,
    },
    testkit::{Outbox, VirtualClock},
};

use super::{Answer, Awaited, enroll, name, sign_in};
use crate::common::*;

pub const WRONG_PIN: &str = "135792";
const NEW_PIN: &str = "904173";
/// An address that nobody holds.
const OTHER: &str = "+351912000369";

/// Either driver, as a script needs it.
pub trait Runs {
    fn run<V: Verb>(&self, verb: V) -> Answer<V::Output>;
    fn deliver(&self, dispatch: Dispatch) -> Answer<Delivered>;
    fn outbox(&self) -> &Outbox;
    fn clock(&self) -> &VirtualClock;
}

impl<S: Store> Runs for Awaited<S> {
    fn run<V: Verb>(&self, verb: V) -> Answer<V::Output> {
        self.run(verb)
    }
    fn deliver(&self, dispatch: Dispatch) -> Answer<Delivered> {
        self.deliver(dispatch)
    }
    fn outbox(&self) -> &Outbox {
        &self.outbox
    }
    fn clock(&self) -> &VirtualClock {
        &self.clock
    }
}

impl<S: Store> Runs for World<S> {
    fn run<V: Verb>(&self, verb: V) -> Answer<V::Output> {
        self.engine.run(verb)
    }
    fn deliver(&self, dispatch: Dispatch) -> Answer<Delivered> {
        self.engine.deliver(dispatch)
    }
    fn outbox(&self) -> &Outbox {
        &self.outbox
    }
    fn clock(&self) -> &VirtualClock {
        &self.clock
    }
}

/// A script, and every answer that it got, as text.
struct Script<'a, R> {
    runs: &'a R,
    told: Vec<String>,
}

impl<R: Runs> Script<'_, R> {
    fn run<V: Verb<Output: Debug>>(&mut self, verb: V) -> Option<V::Output> {
        let answer = self.runs.run(verb);
        self.told.push(format!("{} {answer:?}", name(&answer)));
        answer.ok()
    }

    /// Runs what issues a code and delivers it: the handle, or that of no challenge.
    fn sent<V: Verb<Output = Begun>>(&mut self, verb: V) -> String {
        let Some(begun) = self.run(verb) else { return "v1.none".into() };
        self.told.push(format!("{:?}", self.runs.deliver(begun.dispatch)));
        begun.challenge.handle
    }

    fn code(&self) -> String {
        self.runs.outbox().last().map_or_else(|| "000000".into(), |last| last.code)
    }

    /// Every verb, right and wrong; whatever the store makes of it, it goes on.
    fn play(mut self) -> Vec<String> {
        let (account, caller, channel) = ("ana", CALLER, Channel::Email);
        self.run(enroll());
        self.run(enroll());
        let first = self.sent(sign_in(PIN));
        self.run(finish(&first, &wrong(&self.code())));
        self.runs.clock().advance(MINUTE);
        let second = self.sent(Resend { handle: &first, channel, caller });
        self.run(finish(&first, "000000"));
        let proof = self.run(finish(&second, &self.code()));
        self.run(finish(&second, &self.code()));
        let authority = proof.map_or_else(by_operator, Authority::from);
        let address = OTHER;
        let confirmation =
            self.sent(Confirm { account, address, replaces: None, authority, caller });
        let code = self.code();
        self.run(Finish { purpose: CONFIRM, ..finish(&confirmation, &code) });
        for pin in [WRONG_PIN, PIN, "no digits"] {
            self.run(verify(PHONE, pin));
            self.run(verify("nobody", pin));
        }
        self.run(ChangePin { account, old: PIN, new: NEW_PIN, caller });
        self.run(ResetPin { account, new: PIN, authority: by_operator() });
        self.runs.outbox().answer(Handover::Refused);
        let third = self.sent(look_up(PHONE));
        self.run(Cancel { handle: &third, caller });
        let authenticator = Authenticator::PIN;
        self.run(Unlock { account, authenticator, authority: by_operator() });
        self.run(Block { account, operator: operator() });
        self.run(sign_in(PIN));
        self.run(Unblock { account, operator: operator() });
        self.run(Describe { account });
        self.run(CancelAccount { account, authority: by_operator() });
        self.run(Begin { purpose: "no such purpose", ..look_up(account) });
        self.told
    }
}

pub fn play(runs: &impl Runs) -> Vec<String> {
    Script { runs, told: Vec::new() }.play()
}
