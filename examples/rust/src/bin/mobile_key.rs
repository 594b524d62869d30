//! A mobile key, as in Portugal's Chave Móvel Digital: a phone number and a PIN, then a code by text
//! message. Whoever forgot the PIN proves himself in two ways, by phone and by e-mail, and sets it anew.
use std::{error::Error, sync::Mutex};

use pinbolt::driver::{Delivery, Engine, Handover};
use pinbolt::op::{Begin, Enroll, Finish, Message, ResetPin};
use pinbolt::{Accepted, Caller, Channel, Operator, Pinbolt, Policy, policy::Purpose};
use pinbolt_open::{keys, store};

#[derive(Default)]
struct Person(Mutex<String>); // Yours sends messages; this one remembers the last code.

impl Delivery for Person {
    fn deliver(&self, message: &Message) -> Handover {
        if let (Some(code), Ok(mut last)) = (message.code(), self.0.lock()) {
            println!("{} reads a code to {}.", message.to(), message.purpose());
            *last = code.into();
        }
        Handover::Sent
    }
}

const PHONE: &str = "+351 912 000 417";

fn main() -> Result<(), Box<dyn Error>> {
    keys::generate("keys.toml")?;
    let policy = Policy::builder()
        .purpose(Purpose::pin_and_code("sign-in", &[Channel::Sms]))
        .purpose(Purpose::code("recover-by-phone", &[Channel::Sms]).authorizes())
        .purpose(Purpose::code("recover-by-email", &[Channel::Email]).authorizes())
        .build()?;
    let pinbolt = Pinbolt::open(keys::load("keys.toml")?, policy, "")?;
    let person = Person::default();
    let engine = Engine::new(pinbolt, store("sqlite://auth.db")?, &person);
    let account = "person-1";
    let enroll = Enroll {
        account,
        pin: Some("802714"),
        addresses: &[PHONE, "ana.reis@example.com"],
        asserted_by: Some(Operator::new("desk-1", "identity card and phone seen")?),
    };
    engine.run(enroll)?;

    let (caller, context) = (Caller::new(b"the web session"), &b""[..]); // Yours is drawn anew.
    let prove = |purpose, pin, channel| -> Result<Accepted, Box<dyn Error>> {
        let begun = engine.run(Begin { name: PHONE, purpose, pin, channel, caller, context })?;
        engine.deliver(begun.dispatch)?;
        let (handle, code) = (&*begun.challenge.handle, person.0.lock().map_err(|_| "")?.clone());
        Ok(engine.run(Finish { purpose, handle, code: &code, caller, context })?)
    };
    let signed_in = prove("sign-in", Some("802714"), Channel::Sms)?;
    println!("{} is signed in.", signed_in.account());

    println!("The PIN is forgotten.");
    let by_phone = || prove("recover-by-phone", None, Channel::Sms);
    let reset = |authority| engine.run(ResetPin { account, new: "935107", authority });
    if let Err(refused) = reset(by_phone()?.into()) {
        println!("By phone alone: {refused}");
    }
    let by_phone = by_phone()?;
    let by_email = prove("recover-by-email", None, Channel::Email)?;
    reset((by_phone, by_email).into())?;
    println!("By phone and by e-mail: the PIN is set anew.");
    prove("sign-in", Some("935107"), Channel::Sms)?;
    println!("{account} is signed in.");
    Ok(())
}
