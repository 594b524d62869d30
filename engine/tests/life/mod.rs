//! Short words for the life of an address.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use pinbolt::{
    Accepted, Authority, Channel, EventKind, Policy, Refusal,
    op::{Begin, CONFIRM, Challenge, Confirm, Describe, Finish, ReleaseAddress, SuspendAddress},
    policy::Purpose,
    testkit::MemoryStore,
};

use crate::common::*;

/// Another phone, that nobody holds.
pub const NEW: &str = "+351912000369";
pub const OTHER: &str = "+351912000951";

pub fn strict_world() -> World<MemoryStore> {
    let w = world_with(strict().purpose(Purpose::code("help", &[Channel::Email])).build().unwrap());
    w.enroll();
    w
}

pub fn set(path: &str, value: u64) -> Policy {
    strict().set(path, value).unwrap().build().unwrap()
}

impl World<MemoryStore> {
    pub fn proof(&self) -> Authority {
        self.clock.advance(10 * MINUTE);
        Authority::from(self.sign_in().unwrap())
    }

    pub fn ask(
        &self,
        (address, replaces): (&str, Option<&str>),
        authority: Authority,
    ) -> Result<Challenge, Refusal> {
        let confirm = Confirm { account: "ana", address, replaces, authority, caller: CALLER };
        self.run(confirm).map(|begun| self.sent(begun))
    }

    /// Asks and ends it with its code.
    pub fn change(
        &self,
        what: (&str, Option<&str>),
        authority: Authority,
    ) -> Result<Accepted, Refusal> {
        let handle = self.ask(what, authority)?.handle;
        self.run(Finish { purpose: CONFIRM, ..finish(&handle, &self.code()) })
    }

    pub fn release(&self, address: &str, authority: Authority) -> Result<(), Refusal> {
        self.run(ReleaseAddress { account: "ana", address, authority }).map(drop)
    }

    /// Gives up and tells; gives when it leaves, and who was told.
    pub fn release_and_tell(
        &self,
        address: &str,
        authority: Authority,
    ) -> Result<(Option<u64>, Vec<String>), Refusal> {
        let released = self.run(ReleaseAddress { account: "ana", address, authority })?;
        let before = self.outbox.all().len();
        self.engine.deliver(released.dispatch).unwrap();
        let sent = self.outbox.all().split_off(before);
        assert!(sent.iter().all(|sent| sent.code.is_empty() && sent.link.is_none()));
        Ok((released.leaves, sent.into_iter().map(|sent| sent.to).collect()))
    }

    pub fn suspend(&self, address: &str) -> Result<Vec<String>, Refusal> {
        self.run(SuspendAddress { address, account: None, operator: operator() })
    }

    /// Whether the address names an account whose PIN is right.
    pub fn names(&self, address: &str) -> bool {
        self.verify(address, PIN).is_ok()
    }

    /// To whom a sign-in's code goes on this channel.
    pub fn reached(&self, channel: Channel) -> Option<String> {
        self.clock.advance(10 * MINUTE);
        let before = self.outbox.all().len();
        let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), channel, ..look_up("ana") };
        self.begin(begin).ok()?;
        let all = self.outbox.all();
        all.get(before).map(|message| message.to.clone())
    }

    pub fn kinds(&self) -> Vec<EventKind> {
        let events = self.run(Describe { account: "ana" }).unwrap().events;
        events.into_iter().map(|event| event.kind).collect()
    }
}
