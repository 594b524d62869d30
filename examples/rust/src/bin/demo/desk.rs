//! What a service does with pinbolt: each act runs one verb and says its verdict.

use std::{error::Error, path::Path};

use pinbolt::{
    Accepted, Authenticator, Authority, Caller, Channel, Operator, Pinbolt, Policy,
    driver::{self, Engine, Store},
    op::{
        Begin, Begun, Block, CONFIRM, Cancel, CancelAccount, Challenge, ChangePin, Confirm,
        Describe, Enroll, Finish, Resend, Unblock, Unlock, Verb,
    },
    policy::{PolicyError, Purpose},
};
use pinbolt_open::keys;

use crate::{
    inbox::Inbox,
    say::{self, No},
};

/// What an act came to: granted, or not.
pub(crate) type Verdict<T> = Result<T, No>;

/// Part of every row's name: two tenants can share a database.
pub(crate) const TENANT: &str = "demo";
const SIGN_IN: &str = "sign-in";

/// The service.
pub(crate) struct Desk {
    engine: Engine<Box<dyn Store>, Inbox>,
    operator: Operator,
    database: String,
    keys: String,
    /// What the person sees of phone and mailbox.
    pub(crate) inbox: Inbox,
}

/// Few guesses, so that the wait comes soon; messages without a pause and many of them, so that
/// nobody waits for one. Everything else is as by default.
fn policy() -> Result<Policy, PolicyError> {
    Policy::builder()
        .set("throttle.burst", 3)?
        .set("throttle.per_day", 24)?
        .set("unlock.refills", 4)?
        .set("code.cooldown", 0)?
        .set("send.per_day", 200)?
        .set("send.per_hour", 60)?
        .purpose(Purpose::pin_and_code(SIGN_IN, &[Channel::Sms, Channel::Email]).authorizes())
        .build()
}

impl Desk {
    /// Makes keys and a database in the folder.
    pub(crate) fn open(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let keys = folder.join("keys.toml");
        keys::generate(&keys)?;
        let pinbolt = Pinbolt::open(keys::load(&keys)?, policy()?, TENANT)?;
        let database = folder.join("auth.db").display().to_string();
        let store = pinbolt_open::store(&format!("sqlite://{database}"))?;
        let inbox = Inbox::default();
        let engine = Engine::new(pinbolt, store, inbox.clone());
        let operator = Operator::new("desk-1", "the person came to the desk")?;
        Ok(Self { engine, operator, database, keys: keys.display().to_string(), inbox })
    }

    /// Where the records are.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    /// Where the keys are.
    pub(crate) fn keys(&self) -> &str {
        &self.keys
    }

    /// Enrols somebody whose addresses are still to be confirmed.
    pub(crate) fn enroll(&self, account: &str, pin: &str, addresses: &[&str]) -> Verdict<()> {
        self.enrolled(Enroll { account, pin: Some(pin), addresses, asserted_by: None })
    }

    /// Enrols somebody for whose addresses the operator vouches.
    pub(crate) fn vouch(&self, account: &str, pin: &str, addresses: &[&str]) -> Verdict<()> {
        let asserted_by = Some(self.operator.clone());
        self.enrolled(Enroll { account, pin: Some(pin), addresses, asserted_by })
    }

    /// Sends a code to an address of the account; who types it has the address confirmed.
    pub(crate) fn confirm(&self, account: &str, address: &str) -> Verdict<Challenge> {
        let authority = Authority::Operator(self.operator.clone());
        self.send(self.run(Confirm {
            account,
            address,
            replaces: None,
            authority,
            caller: caller(HERE),
        }))
    }

    /// The first half of a sign-in: a name and the PIN.
    pub(crate) fn begin(&self, name: &str, pin: &str, channel: Channel) -> Verdict<Challenge> {
        let (purpose, pin, caller, context) = (SIGN_IN, Some(pin), caller(HERE), &b""[..]);
        self.send(self.run(Begin { name, purpose, pin, channel, caller, context }))
    }

    /// Another code for the same sign-in.
    pub(crate) fn resend(&self, challenge: &Challenge, channel: Channel) -> Verdict<Challenge> {
        self.send(self.run(Resend { handle: &challenge.handle, channel, caller: caller(HERE) }))
    }

    /// The second half: the code, in the session that began.
    pub(crate) fn finish(&self, challenge: &Challenge, code: &str) -> Verdict<Accepted> {
        self.finish_for((SIGN_IN, HERE), challenge, code)
    }

    /// The same from any session.
    pub(crate) fn finish_in(
        &self,
        session: &str,
        challenge: &Challenge,
        code: &str,
    ) -> Verdict<Accepted> {
        self.finish_for((SIGN_IN, session), challenge, code)
    }

    /// The same for the code that an address was sent.
    pub(crate) fn confirmed(&self, challenge: &Challenge, code: &str) -> Verdict<Accepted> {
        self.finish_for((CONFIRM, HERE), challenge, code)
    }

    fn finish_for(
        &self,
        (purpose, session): (&str, &str),
        challenge: &Challenge,
        code: &str,
    ) -> Verdict<Accepted> {
        let caller = caller(session);
        let handle = &challenge.handle;
        let finish = Finish { purpose, handle, code, caller, context: b"" };
        say::verdict(self.run(finish), say::accepted)
    }

    /// Gives a begun sign-in up.
    pub(crate) fn cancel(&self, challenge: &Challenge) -> Verdict<()> {
        let cancel = Cancel { handle: &challenge.handle, caller: caller(HERE) };
        say::verdict(self.run(cancel), |()| "the code is dead".into())
    }

    /// A new PIN, for who knows the old one.
    pub(crate) fn change_pin(&self, account: &str, old: &str, new: &str) -> Verdict<()> {
        let change = ChangePin { account, old, new, caller: caller(HERE) };
        say::verdict(self.run(change), |()| "the new PIN holds".into())
    }

    /// The operator forgives the wrong PINs.
    pub(crate) fn unlock(&self, account: &str) -> Verdict<()> {
        let (authenticator, authority) =
            (Authenticator::PIN, Authority::Operator(self.operator.clone()));
        let unlocked = self.run(Unlock { account, authenticator, authority });
        say::verdict(unlocked, |unlocked| say::unlocked(*unlocked)).map(drop)
    }

    /// The operator blocks the account.
    pub(crate) fn block(&self, account: &str) -> Verdict<()> {
        let block = Block { account, operator: self.operator.clone() };
        say::verdict(self.run(block), |()| "the account is blocked".into())
    }

    /// The operator lifts the block.
    pub(crate) fn unblock(&self, account: &str) -> Verdict<()> {
        let unblock = Unblock { account, operator: self.operator.clone() };
        say::verdict(self.run(unblock), |()| "the account is open again".into())
    }

    /// What the operator sees of an account.
    pub(crate) fn describe(&self, account: &str) -> Verdict<()> {
        say::verdict(self.run(Describe { account }), say::description).map(drop)
    }

    /// The person ends the registration, on the strength of a fresh sign-in.
    pub(crate) fn cancel_account(&self, proof: Accepted) -> Verdict<()> {
        let account = proof.account().to_string();
        let authority = Authority::from(proof);
        let cancelled = self.run(CancelAccount { account: &account, authority });
        say::verdict(cancelled, |()| format!("{account} is gone, and its addresses are free"))
    }

    fn enrolled(&self, enroll: Enroll<'_>) -> Verdict<()> {
        say::verdict(self.run(enroll), say::enrolled).map(drop)
    }

    /// The person is answered first, then the message goes out: how long that takes would tell
    /// whether there is anybody to send it to.
    fn send(&self, begun: Verdict<Begun>) -> Verdict<Challenge> {
        let begun = say::verdict(begun, |begun| say::challenge(&begun.challenge))?;
        self.engine.deliver(begun.dispatch)?;
        Ok(begun.challenge)
    }

    fn run<V: Verb>(&self, verb: V) -> Verdict<V::Output> {
        Ok(self.engine.run(verb)?)
    }
}

/// The session in which this demonstration sits; a web service has one for each browser.
const HERE: &str = "this session";

fn caller(session: &str) -> Caller<'_> {
    Caller::new(session.as_bytes()).source("demo")
}

impl From<driver::Error> for No {
    fn from(error: driver::Error) -> Self {
        match error {
            driver::Error::Refused(refusal) => Self::Refused(refusal),
            other => Self::Error(other),
        }
    }
}
