//! The story that plays by itself: every step says what it expects.

use core::{error::Error, fmt};

use pinbolt::{
    Accepted,
    Channel::{Email, Sms},
    Refusal,
    op::Challenge,
};

use crate::{
    desk::{Desk, TENANT, Verdict},
    say::No,
};

const PERSON: &str = "person-1";
const PHONE: &str = "+351912000417";
const EMAIL: &str = "person-1@example.com";
const PIN: &str = "802714";
const NEW_PIN: &str = "904173";

const SECOND: &str = "person-2";
const SECOND_PHONE: &str = "+351963000258";

/// Plays the story to its end and gives the number of steps, or stops at the first that isn't as
/// expected.
pub(crate) fn play(desk: &Desk) -> Result<u32, Unexpected> {
    println!("There is no terminal, so the story plays by itself.");
    let story = &mut Story { desk, steps: 0 };
    enrolment(story)?;
    sign_in(story)?;
    only_the_newest_code(story)?;
    too_many_wrong_pins(story)?;
    a_new_pin(story)?;
    a_block(story)?;
    a_registration_ends(story)?;
    strangers_learn_nothing(story)?;
    println!("\n{PERSON} stays enrolled in {} (tenant {TENANT}):", desk.database());
    println!("phone {PHONE}, e-mail {EMAIL}, PIN {NEW_PIN}.");
    Ok(story.steps)
}

fn enrolment(story: &mut Story<'_>) -> Told<()> {
    story.chapter("Enrolment");
    let addresses = &[PHONE, EMAIL];
    let weak = "A PIN that many people have";
    story.refused(weak, "WeakPin", |desk| desk.enroll(PERSON, "123456", addresses))?;
    let good = "A better one, a phone number and an e-mail address";
    story.granted(good, |desk| desk.enroll(PERSON, PIN, addresses))?;
    for (address, what) in [(PHONE, "phone number"), (EMAIL, "e-mail address")] {
        let ask = format!("Confirm the {what}: a code goes there");
        let challenge = story.granted(&ask, |desk| desk.confirm(PERSON, address))?;
        let code = story.code();
        story.granted("Type that code", |desk| desk.confirmed(&challenge, &code))?;
    }
    Ok(())
}

fn sign_in(story: &mut Story<'_>) -> Told<()> {
    story.chapter("Sign in");
    story.whole("the phone number, code by SMS", |desk| desk.begin(PHONE, PIN, Sms))?;
    story.whole("the e-mail address, code by e-mail", |desk| desk.begin(EMAIL, PIN, Email))?;
    Ok(())
}

fn only_the_newest_code(story: &mut Story<'_>) -> Told<()> {
    story.chapter("Only the newest code counts");
    let by = "Sign in with the e-mail address";
    let first = story.granted(by, |desk| desk.begin(EMAIL, PIN, Email))?;
    let (old, wrong) = (story.code(), story.desk.inbox.wrong_code());
    story.refused("Mistype the code", "WrongCode", |desk| desk.finish(&first, &wrong))?;
    let again = "Ask for another code, to the phone this time";
    let second = story.granted(again, |desk| desk.resend(&first, Sms))?;
    let new = story.code();
    let superseded = Refusal::Superseded { newest: second.reference };
    let there = "Type the first code where it was asked for: it is dead";
    story.answered(there, superseded, |desk| desk.finish(&first, &old))?;
    let here = "Type it where the second one is asked for: the same";
    story.answered(here, superseded, |desk| desk.finish(&second, &old))?;
    let (elsewhere, session) = ("Type the second code in another session", "another session");
    story.refused(elsewhere, "WrongSession", |desk| desk.finish_in(session, &second, &new))?;
    story.granted("Type it where it was asked for", |desk| desk.finish(&second, &new))?;
    story.refused("Type it once more", "AlreadyUsed", |desk| desk.finish(&second, &new))?;
    Ok(())
}

fn too_many_wrong_pins(story: &mut Story<'_>) -> Told<()> {
    story.chapter("Too many wrong PINs");
    for guess in ["271828", "161803", "141421"] {
        let title = format!("Guess {guess}");
        story.refused(&title, "WrongCredentials", |desk| desk.begin(PHONE, guess, Sms))?;
    }
    let right = "Now the right PIN has to wait, too";
    story.refused(right, "Throttled", |desk| desk.begin(PHONE, PIN, Sms))?;
    story.granted("The operator looks at the account", |desk| desk.describe(PERSON))?;
    story.granted("The operator unlocks it", |desk| desk.unlock(PERSON))?;
    story.whole("the e-mail address, code by e-mail", |desk| desk.begin(EMAIL, PIN, Email))?;
    Ok(())
}

fn a_new_pin(story: &mut Story<'_>) -> Told<()> {
    story.chapter("A new PIN");
    let weak = "The end of the own phone number will not do";
    story.refused(weak, "WeakPin", |desk| desk.change_pin(PERSON, PIN, "12000417"))?;
    story.granted("A better one", |desk| desk.change_pin(PERSON, PIN, NEW_PIN))?;
    let old = "The old PIN is refused";
    story.refused(old, "WrongCredentials", |desk| desk.begin(PHONE, PIN, Sms))?;
    story.whole("the new PIN, code by SMS", |desk| desk.begin(PHONE, NEW_PIN, Sms))?;
    Ok(())
}

fn a_block(story: &mut Story<'_>) -> Told<()> {
    story.chapter("A block");
    let vouched = "Enrol person-2; the operator vouches for the phone number";
    story.granted(vouched, |desk| desk.vouch(SECOND, PIN, &[SECOND_PHONE]))?;
    let by = "person-2 signs in";
    let begun = story.granted(by, |desk| desk.begin(SECOND_PHONE, PIN, Sms))?;
    let code = story.code();
    story.granted("The operator blocks person-2", |desk| desk.block(SECOND))?;
    let dead = "The code on its way is worth nothing now";
    story.refused(dead, "Ended", |desk| desk.finish(&begun, &code))?;
    let right = "The right PIN is answered as a wrong one";
    story.answered(right, Refusal::WrongCredentials, |desk| desk.begin(SECOND, PIN, Sms))?;
    story.granted("The operator lifts the block", |desk| desk.unblock(SECOND))?;
    let begun = story.granted("person-2 tries again", |desk| desk.begin(SECOND, PIN, Sms))?;
    let code = story.code();
    story.granted("But gives up", |desk| desk.cancel(&begun))?;
    story.refused("That code is dead, too", "Ended", |desk| desk.finish(&begun, &code))?;
    Ok(())
}

fn a_registration_ends(story: &mut Story<'_>) -> Told<()> {
    story.chapter("A registration ends");
    let (phone, third) = (&[SECOND_PHONE], "person-3");
    let taken = "person-3 wants the phone number of person-2";
    story.refused(taken, "AddressTaken", |desk| desk.vouch(third, PIN, phone))?;
    let by = "that phone number";
    let proof = story.whole(by, |desk| desk.begin(SECOND_PHONE, PIN, Sms))?;
    let ends = "person-2, just signed in, ends the registration";
    story.granted(ends, |desk| desk.cancel_account(proof))?;
    let unknown = Refusal::WrongCredentials;
    for (title, name) in [
        ("person-2 is unknown now", SECOND),
        ("So is the phone number", SECOND_PHONE),
        ("A number that never was anybody's is answered in the same way", "+351963000259"),
    ] {
        story.answered(title, unknown, |desk| desk.begin(name, PIN, Sms))?;
    }
    story.granted("person-3 can have the number", |desk| desk.vouch(third, PIN, phone))?;
    let proof = story.whole(by, |desk| desk.begin(SECOND_PHONE, PIN, Sms))?;
    story.granted("person-3 leaves as well", |desk| desk.cancel_account(proof))
}

fn strangers_learn_nothing(story: &mut Story<'_>) -> Told<()> {
    story.chapter("A stranger learns nothing");
    let known = "A wrong PIN for a name that somebody has";
    let answer =
        story.refused(known, "WrongCredentials", |desk| desk.begin(PHONE, "314159", Sms))?;
    let unknown = "The same PIN for a name that nobody has: the same answer";
    story.answered(unknown, answer, |desk| desk.begin("+351912000999", "314159", Sms))
}

/// The result of a step.
type Told<T> = Result<T, Unexpected>;

/// Numbers the steps and holds each to its word.
struct Story<'a> {
    desk: &'a Desk,
    steps: u32,
}

impl Story<'_> {
    fn chapter(&self, title: &str) {
        println!("\n{title}");
    }

    fn title(&mut self, title: &str) {
        self.steps = self.steps.saturating_add(1);
        println!("{:>2}. {title}", self.steps);
    }

    /// The code that arrived last.
    fn code(&self) -> String {
        self.desk.inbox.code()
    }

    /// A step that must be granted.
    fn granted<T>(&mut self, title: &str, act: impl FnOnce(&Desk) -> Verdict<T>) -> Told<T> {
        self.title(title);
        act(self.desk).map_err(|_| self.unexpected("granted"))
    }

    /// A step that must be refused with this refusal.
    fn refused<T>(
        &mut self,
        title: &str,
        expected: &'static str,
        act: impl FnOnce(&Desk) -> Verdict<T>,
    ) -> Told<Refusal> {
        self.title(title);
        match act(self.desk) {
            Err(No::Refused(refusal)) if refusal.name() == expected => Ok(refusal),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// A step that must be refused with this very refusal, to the last detail.
    fn answered<T>(
        &mut self,
        title: &str,
        expected: Refusal,
        act: impl FnOnce(&Desk) -> Verdict<T>,
    ) -> Told<()> {
        match self.refused(title, expected.name(), act)? == expected {
            true => Ok(()),
            false => Err(self.unexpected(expected.name())),
        }
    }

    /// Two steps: name and PIN, then the code that arrived.
    fn whole(
        &mut self,
        by: &str,
        begin: impl FnOnce(&Desk) -> Verdict<Challenge>,
    ) -> Told<Accepted> {
        let challenge = self.granted(&format!("Sign in with {by}"), begin)?;
        let code = self.code();
        self.granted("Type that code", |desk| desk.finish(&challenge, &code))
    }

    fn unexpected(&self, expected: &'static str) -> Unexpected {
        Unexpected { step: self.steps, expected }
    }
}

/// A step that isn't as expected.
#[derive(Debug)]
pub(crate) struct Unexpected {
    step: u32,
    expected: &'static str,
}

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {} should have been: {}", self.step, self.expected)
    }
}

impl Error for Unexpected {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::{env, fs};

    #[test]
    fn a_step_that_is_not_as_expected_is_told() {
        let folder = env::temp_dir().join(format!("pinbolt-story-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let desk = Desk::open(&folder).unwrap();
        let story = &mut Story { desk: &desk, steps: 0 };
        let fits = |desk: &Desk| desk.enroll(PERSON, PIN, &[PHONE]);
        let weak = |desk: &Desk| desk.enroll(SECOND, "123456", &[]);
        let refused = story.granted("refused", weak).unwrap_err();
        assert_eq!(refused.to_string(), "step 1 should have been: granted");
        let granted = story.refused("granted", "WeakPin", fits).unwrap_err();
        assert_eq!(granted.to_string(), "step 2 should have been: WeakPin");
        story.refused("refused otherwise", "AccountExists", weak).unwrap_err();
        let until = Refusal::Throttled { until: 7 };
        let other = |_: &Desk| -> Verdict<()> { Err(No::Refused(Refusal::Throttled { until: 8 })) };
        story.answered("another detail", until, other).unwrap_err();
        story.refused("as expected", "AccountExists", fits).unwrap();
        drop(desk);
        fs::remove_dir_all(&folder).unwrap();
    }
}
