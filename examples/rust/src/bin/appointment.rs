//! An appointment and an activation, as in Belgium's CSAM: an official registers a person and hands
//! out a code, a link goes to the person's e-mail address, and only both together activate.
use std::{error::Error, sync::Mutex};

use pinbolt::driver::{Delivery, Engine, Handover};
use pinbolt::op::{Enroll, EnrollInactive, IssueTicket, Message, PeekLink, Redeem, ResetPin};
use pinbolt::{Caller, Channel, Operator, Pinbolt, Policy, policy::Purpose};
use pinbolt_open::{keys, store};

#[derive(Default)]
struct Mailbox(Mutex<String>); // Yours sends an e-mail; this one keeps the last link.

impl Delivery for Mailbox {
    fn deliver(&self, message: &Message) -> Handover {
        if let (Some(link), Ok(mut last)) = (message.link(), self.0.lock()) {
            *last = link.into();
        }
        Handover::Sent
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    keys::generate("keys.toml")?;
    let policy = Policy::builder()
        .purpose(Purpose::activation("activate"))
        .purpose(Purpose::pin_and_code("sign-in", &[Channel::Email]))
        .build()?;
    let pinbolt = Pinbolt::open(keys::load("keys.toml")?, policy, "")?;
    let mailbox = Mailbox::default();
    let engine = Engine::new(pinbolt, store("sqlite://auth.db")?, &mailbox);

    // At the appointment.
    let desk = Operator::new("desk-7", "identity card seen")?;
    let (account, address) = ("person-1", "ana.reis@example.com");
    let addresses = &[address];
    engine.run(EnrollInactive(Enroll { account, pin: None, addresses, asserted_by: None }))?;
    let (purpose, context) = ("activate", &b""[..]);
    let ticket = IssueTicket { account, purpose, address: Some(address), context, operator: desk };
    let ticket = engine.run(ticket)?;
    let code = ticket.code().to_owned();
    println!("The letter that is handed out: {code}.");
    engine.deliver(ticket.dispatch)?;

    // At home. A scanner of the mail server opens the link first: that uses nothing up.
    let link = &mailbox.0.lock().map_err(|_| "poisoned")?.clone();
    let caller = Caller::new(b"the web session"); // Yours is drawn anew.
    let peeked = engine.run(PeekLink { link, caller })?;
    if peeked.needs_code {
        println!("The page of the link asks for a code.");
    }
    let redeem = |code| engine.run(Redeem { purpose, link, code, caller, context });
    if let Err(refused) = redeem(None) {
        println!("The link alone: {refused}");
    }
    let proof = redeem(Some(&code))?;
    println!("Link and code: {} is activated.", proof.account());
    engine.run(ResetPin { account, new: "802714", authority: proof.into() })?;
    println!("The first PIN is set.");
    if let Err(refused) = redeem(Some(&code)) {
        println!("Once more: {refused}");
    }
    Ok(())
}
