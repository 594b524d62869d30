//! What the tests of links and tickets share.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

use crate::common::*;
use pinbolt::{
    Accepted, Caller, Channel, Refusal,
    driver::Store,
    op::{
        Begin, Challenge, CloseTicket, Enroll, EnrollInactive, IssueTicket, PeekLink, PeekedLink,
        Redeem,
    },
    policy::{Builder, Purpose},
    row::{RowName, Snapshot},
    testkit::MemoryStore,
};

/// A code and a link beside it.
pub const BY_LINK: &str = "by-link";
/// Link and issued code, once.
pub const ACTIVATE: &str = "activate";
/// Link and issued code, until closed.
pub const DOSSIER: &str = "dossier";
pub const OTHER_SESSION: Caller<'static> = Caller::new(b"session 2");

pub fn with_links() -> Builder {
    builder()
        .purpose(Purpose::code(BY_LINK, &[Channel::Sms, Channel::Email]).link())
        .purpose(Purpose::activation(ACTIVATE))
        .purpose(Purpose::ticket(DOSSIER))
}

pub fn linked() -> World<MemoryStore> {
    world_with(
        with_links()
            .set("send.per_hour", 60)
            .unwrap()
            .set("send.per_day", 200)
            .unwrap()
            .build()
            .unwrap(),
    )
}

/// A ticket in two hands: the code told, the link received.
#[derive(Clone, Debug)]
pub struct Ticket {
    pub purpose: &'static str,
    pub code: String,
    pub link: String,
    pub expires: u64,
}

pub fn ticket_for<'a>(account: &'a str, purpose: &'a str) -> IssueTicket<'a> {
    IssueTicket { account, purpose, address: Some(EMAIL), context: b"", operator: operator() }
}

pub fn redeem<'a>(ticket: &'a Ticket) -> Redeem<'a> {
    let Ticket { purpose, link, code, .. } = ticket;
    Redeem { purpose, link, code: Some(code), caller: CALLER, context: b"" }
}

/// An issued code of the right form that isn't `right`.
pub fn wrong_code(right: &str) -> String {
    let (first, rest) = right.split_at(1);
    format!("{}{rest}", if first == "7" { "8" } else { "7" })
}

/// Everything that a store holds.
pub fn rows(w: &World<MemoryStore>) -> Vec<(RowName, Snapshot)> {
    let mut rows = w.engine.store().rows();
    rows.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
    rows
}

impl<S: Store> World<S> {
    /// Enrols `ana` with a candidate address, still to be activated.
    pub fn enroll_inactive(&self) {
        let addresses = &[EMAIL];
        let enroll = Enroll { account: "ana", pin: Some(PIN), addresses, asserted_by: None };
        self.run(EnrollInactive(enroll)).unwrap();
    }

    /// Issues a ticket and delivers its link.
    pub fn ticket(&self, account: &str, purpose: &'static str) -> Result<Ticket, Refusal> {
        let issued = self.run(ticket_for(account, purpose))?;
        let (code, expires) = (issued.code().into(), issued.expires);
        assert_eq!(issued.link(), None, "it goes another way than the code");
        self.engine.deliver(issued.dispatch).unwrap();
        let arrived = self.outbox.last().unwrap();
        assert_eq!((arrived.code.as_str(), &*arrived.to), ("", EMAIL));
        Ok(Ticket { purpose, code, link: arrived.link.unwrap(), expires })
    }

    pub fn redeem(&self, ticket: &Ticket) -> Result<Accepted, Refusal> {
        self.run(redeem(ticket))
    }

    pub fn peek(&self, link: &str, caller: Caller<'_>) -> Result<PeekedLink, Refusal> {
        self.run(PeekLink { link, caller })
    }

    pub fn close(&self, purpose: &str) {
        self.run(CloseTicket { account: "ana", purpose, authority: by_operator() }).unwrap();
    }

    /// Begins, delivers, and gives the link that arrived beside the code.
    pub fn begin_by_link(&self) -> (Challenge, String) {
        let begin = Begin { purpose: BY_LINK, channel: Channel::Email, ..look_up("ana") };
        let challenge = self.begin(begin).unwrap();
        (challenge, self.outbox.last().unwrap().link.unwrap())
    }
}

pub fn by_link(link: &str) -> Redeem<'_> {
    Redeem { purpose: BY_LINK, link, code: None, caller: CALLER, context: b"" }
}
