//! The conversation: a menu, and the same acts as in the story.

use std::io::{self, Write};

use pinbolt::{
    Accepted,
    Channel::{self, Email, Sms},
    Refusal,
    op::Challenge,
};

use crate::{
    desk::{Desk, Verdict},
    say::No,
};

const MENU: &str = "
  1  sign in                    5  the operator looks at an account
  2  change the PIN             6  the operator unlocks it
  3  end the registration       7  the operator blocks it
  4  enrol somebody else        8  the operator lifts the block
                                q  quit";

/// Talks until the person quits, or closes the input.
pub(crate) fn hold(desk: &Desk) -> io::Result<()> {
    println!("You are the person, the operator, the phone and the mailbox. Return takes what");
    println!("stands in brackets. Three wrong PINs, and you will have to wait.");
    let (account, phone, pin) = <(String, String, String)>::default();
    let mut talk = Talk { desk, people: 0, account, phone, pin };
    match talk.enroll().and_then(|()| talk.menu()) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        _ => {
            println!("Good-bye.");
            Ok(())
        }
    }
}

struct Talk<'a> {
    desk: &'a Desk,
    /// How many were enrolled.
    people: u32,
    /// The latest of them, offered in brackets.
    account: String,
    phone: String,
    pin: String,
}

impl Talk<'_> {
    fn menu(&mut self) -> io::Result<()> {
        println!("{MENU}");
        loop {
            match ask("\nWhat now", "1")?.as_str() {
                "1" => drop(self.sign_in()?),
                "2" => self.change_pin()?,
                "3" => self.end()?,
                "4" => self.enroll()?,
                "5" => drop(self.desk.describe(&self.which()?)),
                "6" => drop(self.desk.unlock(&self.which()?)),
                "7" => drop(self.desk.block(&self.which()?)),
                "8" => drop(self.desk.unblock(&self.which()?)),
                "q" => return Ok(()),
                _ => println!("{MENU}"),
            }
        }
    }

    fn enroll(&mut self) -> io::Result<()> {
        self.people = self.people.saturating_add(1);
        let account = format!("person-{}", self.people);
        println!("\nEnrolment of {account}");
        let (phone, email, pin) = loop {
            let phone = ask("Phone number", &format!("+3519120004{:02}", self.people))?;
            let email = ask("E-mail address", &format!("{account}@example.com"))?;
            let pin = ask("PIN", "802714")?;
            if self.desk.enroll(&account, &pin, &[&phone, &email]).is_ok() {
                break (phone, email, pin);
            }
        };
        for address in [&phone, &email] {
            println!("A code goes to {address}, to confirm it.");
            let confirmed = match self.desk.confirm(&account, address) {
                Ok(challenge) => self.code(challenge, Desk::confirmed)?,
                Err(_) => None,
            };
            if confirmed.is_none() {
                println!("It isn't confirmed: no code will ever be sent there. 4 starts anew.");
            }
        }
        (self.account, self.phone, self.pin) = (account, phone, pin);
        Ok(())
    }

    fn sign_in(&self) -> io::Result<Option<Accepted>> {
        println!("Your name is your phone number, your e-mail address or {}.", self.account);
        let (name, pin) = (ask("Name", &self.phone)?, ask("PIN", &self.pin)?);
        let channel = match ask("Code to the phone (p) or the mailbox (m)", "p")?.as_str() {
            "m" => Email,
            _ => Sms,
        };
        match self.desk.begin(&name, &pin, channel) {
            Ok(challenge) => self.code(challenge, Desk::finish),
            Err(_) => Ok(None),
        }
    }

    /// Takes codes until one is right or none can be any more.
    fn code(
        &self,
        mut challenge: Challenge,
        finish: fn(&Desk, &Challenge, &str) -> Verdict<Accepted>,
    ) -> io::Result<Option<Accepted>> {
        loop {
            let typed = ask("Code (p or m: another to phone or mailbox, x: give up)", "")?;
            let verdict = match typed.as_str() {
                "x" => {
                    self.desk.cancel(&challenge).ok();
                    return Ok(None);
                }
                "p" => self.another(&mut challenge, Sms),
                "m" => self.another(&mut challenge, Email),
                code => finish(self.desk, &challenge, code).map(Some),
            };
            match verdict {
                Ok(Some(accepted)) => return Ok(Some(accepted)),
                Err(no) if is_over(&no) => return Ok(None),
                Ok(None) | Err(_) => {}
            }
        }
    }

    fn another(&self, challenge: &mut Challenge, channel: Channel) -> Verdict<Option<Accepted>> {
        *challenge = self.desk.resend(challenge, channel)?;
        Ok(None)
    }

    fn change_pin(&mut self) -> io::Result<()> {
        let account = self.which()?;
        let (old, new) = (ask("PIN", &self.pin)?, ask("New PIN", "904173")?);
        if self.desk.change_pin(&account, &old, &new).is_ok() {
            self.pin = new;
        }
        Ok(())
    }

    fn end(&self) -> io::Result<()> {
        println!("Only who has just signed in may do that.");
        if let Some(proof) = self.sign_in()? {
            self.desk.cancel_account(proof).ok();
        }
        Ok(())
    }

    fn which(&self) -> io::Result<String> {
        ask("Account", &self.account)
    }
}

/// Whether no code can end this challenge any more.
fn is_over(no: &No) -> bool {
    match no {
        No::Refused(refusal) => matches!(
            refusal,
            Refusal::AlreadyUsed
                | Refusal::Expired
                | Refusal::Ended
                | Refusal::UnknownChallenge
                | Refusal::AddressTaken
        ),
        No::Error(_) => true,
    }
}

/// One line from the person, without the blanks around it; the default for an empty one.
fn ask(question: &str, default: &str) -> io::Result<String> {
    match default {
        "" => print!("{question}: "),
        _ => print!("{question} [{default}]: "),
    }
    io::stdout().flush()?;
    let mut line = String::new();
    if io::stdin().read_line(&mut line)? == 0 {
        println!();
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    match line.trim() {
        "" => Ok(default.into()),
        line => Ok(line.into()),
    }
}
