//! What the attacks on a registration share.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use pinbolt::{
    Accepted, Authority, Channel, Policy, Refusal,
    op::{CONFIRM, Confirm, Evidence, Finish, IssueTicket, Redeem, TokenKind},
    policy::{Builder, Purpose},
    testkit::MemoryStore,
};

use crate::{common::*, redeeming::*};

pub const NEW: &str = "+351912000369";
pub const PUSH: &str = "@push:installation-1";
pub const PUSH_2: &str = "@push:installation-2";

pub fn push() -> Channel {
    Channel::own("push").unwrap()
}

/// Cooling-off and limits at their defaults; a channel of its own, tokens, tickets.
pub fn all() -> Builder {
    strict()
        .purpose(Purpose::code("approve", &[push()]))
        .purpose(Purpose::pin("pin-otp").and_otp().authorizes())
        .purpose(Purpose::activation(ACTIVATE))
        .purpose(Purpose::ticket(DOSSIER))
        .purpose(Purpose::ticket("desk").authorizes())
}

pub fn built(builder: Builder) -> Policy {
    builder.build().unwrap()
}

pub fn to(w: &World<MemoryStore>) -> Vec<String> {
    w.outbox.all().into_iter().map(|message| message.to).collect()
}

pub fn confirm_of<'a>(
    address: &'a str,
    replaces: Option<&'a str>,
    authority: Authority,
) -> Confirm<'a> {
    Confirm { account: "ana", address, replaces, authority, caller: CALLER }
}

pub fn confirmed(w: &World<MemoryStore>, confirm: Confirm<'_>) -> Result<Accepted, Refusal> {
    let challenge = w.run(confirm).map(|begun| w.sent(begun))?;
    w.run(Finish { purpose: CONFIRM, ..finish(&challenge.handle, &w.code()) })
}

/// A proof by PIN and token, as a thief has it who has both.
pub fn by_token(w: &World<MemoryStore>, counter: u64) -> Accepted {
    let code = otp(counter);
    let evidence = Evidence::pin(PIN).and_otp(&code);
    w.run(verify_by("ana", "pin-otp", evidence)).unwrap()
}

pub fn counted(w: &World<MemoryStore>) {
    w.run(standing(TokenKind::Hotp { counter: 0 })).unwrap();
}

pub fn issue<'a>(purpose: &'a str, address: Option<&'a str>) -> IssueTicket<'a> {
    IssueTicket { account: "ana", purpose, address, context: b"", operator: operator() }
}

/// The link of the last message and the code told.
pub fn ticket(w: &World<MemoryStore>, issue: IssueTicket<'_>) -> (String, String) {
    let issued = w.run(issue).unwrap();
    let (code, link) = (String::from(issued.code()), issued.link().map(String::from));
    w.engine.deliver(issued.dispatch).unwrap();
    (link.unwrap_or_else(|| w.outbox.last().unwrap().link.unwrap()), code)
}

pub fn redeemed<'a>(purpose: &'a str, (link, code): &'a (String, String)) -> Redeem<'a> {
    Redeem { purpose, link, code: Some(code), caller: CALLER, context: b"" }
}
