//! The smallest program: a person is enrolled and signs in with a PIN and a code.
use std::{error::Error, io};

use pinbolt::driver::{Delivery, Engine, Handover};
use pinbolt::op::{Begin, Enroll, Finish, Message};
use pinbolt::{Caller, Channel, Operator, Pinbolt, Policy, policy::Purpose};
use pinbolt_open::{keys, store};

struct Phone; // Yours sends a text message; this one prints it.

impl Delivery for Phone {
    fn deliver(&self, message: &Message) -> Handover {
        let code = message.code().unwrap_or("(no code, a notice)");
        println!("{}: {code} is your code.", message.to());
        Handover::Sent
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    keys::generate("keys.toml")?;
    let sign_in = Purpose::pin_and_code("sign-in", &[Channel::Sms]);
    let policy = Policy::builder().purpose(sign_in).build()?;
    let pinbolt = Pinbolt::open(keys::load("keys.toml")?, policy, "")?;
    let engine = Engine::new(pinbolt, store("sqlite://auth.db")?, Phone);

    let (account, pin, addresses) = ("person-1", Some("802714"), &["+351912000417"]);
    let asserted_by = Some(Operator::new("desk-1", "saw the phone ring")?);
    engine.run(Enroll { account, pin, addresses, asserted_by })?;

    let (name, purpose, channel) = ("+351 912 000 417", "sign-in", Channel::Sms);
    let (caller, context) = (Caller::new(b"the web session"), &b""[..]); // Yours is drawn anew.
    let begun = engine.run(Begin { name, purpose, pin, channel, caller, context })?;
    engine.deliver(begun.dispatch)?; // Yours first answers the person with the challenge.

    let (mut code, handle) = (String::new(), &begun.challenge.handle);
    io::stdin().read_line(&mut code)?;
    let finish = Finish { purpose, handle, code: code.trim(), caller, context };
    println!("{} is signed in.", engine.run(finish)?.account());
    Ok(())
}
