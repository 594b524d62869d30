//! An operation as one handle, for hosts without Rust's types: there a wrong answer is misuse.

use alloc::{boxed::Box, string::String, vec::Vec};

use crate::{
    error::Misuse,
    op::{
        AddedToken, Begun, Delivered, Description, Dispatch, Enrolled, Imported, IssuedTicket,
        Message, OutstandingCode, PeekedLink, RecoveryCodes, Released, RememberedDevice, Step,
        Unlocked, Verb,
    },
    outcome::{Accepted, Done},
    pin::{Digest, Work},
    pinbolt::Pinbolt,
    row::{RowName, Snapshot, Write},
};

/// Any verb's operation. In Rust take [`Verb::start`], where a wrong answer doesn't compile.
///
/// # Driving one
///
/// ```
/// use pinbolt::driver::{Answer, Asked, Granted, Operation, Store, Swapped};
/// use pinbolt::{Done, HashMemory, Misuse};
///
/// fn drive(
///     operation: &mut Operation,
///     store: &dyn Store,
///     now: impl Fn() -> u64,
/// ) -> Result<Done<Granted>, Misuse> {
///     loop {
///         let answer = match operation.asked()? {
///             Asked::Load(row) => match store.load(row) {
///                 Ok(snapshot) => Answer::Found(snapshot),
///                 Err(_) => Answer::LoadFailed,
///             },
///             Asked::Commit(write) => match store.swap(write) {
///                 Swapped::Applied => Answer::Applied,
///                 Swapped::Conflict => Answer::Conflict,
///                 Swapped::InDoubt(_) => Answer::InDoubt,
///                 Swapped::Failed(_) => Answer::NotApplied,
///             },
///             Asked::Hash(work) => Answer::Hashed(work.run(&mut HashMemory::new())),
///             Asked::Deliver(_) => Answer::NotSent,
///             Asked::Nothing => return operation.end(),
///         };
///         operation.answer(now(), answer)?;
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Operation(Option<Step<Granted>>);

/// What any verb grants.
#[derive(Debug)]
#[non_exhaustive]
pub enum Granted {
    /// The act is done; there is nothing to hand out.
    Nothing,
    /// By `Finish`, `Redeem` and `Verify`.
    Accepted(Accepted),
    /// By `Begin`, `Resend`, `Renew` and `Confirm`.
    Begun(Begun),
    /// By `Enroll`.
    Enrolled(Enrolled),
    /// By `Import`.
    Imported(Imported),
    /// By `Unlock`.
    Unlocked(Unlocked),
    /// By `AddToken`.
    AddedToken(AddedToken),
    /// By `IssueRecoveryCodes`.
    RecoveryCodes(RecoveryCodes),
    /// By `RememberDevice`.
    RememberedDevice(RememberedDevice),
    /// By `Outstanding`.
    Outstanding(Vec<OutstandingCode>),
    /// By `ReleaseAddress`.
    Released(Released),
    /// By `IssueTicket`.
    IssuedTicket(IssuedTicket),
    /// By `PeekLink`.
    PeekedLink(PeekedLink),
    /// By `Describe`.
    Description(Box<Description>),
    /// By `SuspendAddress` and `Registrations`: the ids of accounts.
    Accounts(Vec<String>),
    /// By a dispatch.
    Delivered(Delivered),
}

/// The open question.
#[derive(Debug)]
pub enum Asked<'a> {
    /// Load this row.
    Load(&'a RowName),
    /// Make this conditional write.
    Commit(&'a Write),
    /// Run this hash.
    Hash(Work),
    /// Deliver this message.
    Deliver(&'a Message),
    /// None: it is over. [`Operation::end`] says how.
    Nothing,
}

/// An answer, to the question of its first word.
#[derive(Debug)]
pub enum Answer {
    /// Load: the row as it stands, or none.
    Found(Option<Snapshot>),
    /// Load: the store can't be read.
    LoadFailed,
    /// Commit: it stands, durably.
    Applied,
    /// Commit: the row stood at another version.
    Conflict,
    /// Commit: it may or may not stand.
    InDoubt,
    /// Commit: it surely doesn't stand.
    NotApplied,
    /// Hash: what the work gave.
    Hashed(Digest),
    /// Hash: it was not run.
    NotHashed,
    /// Deliver: it was handed over.
    Sent,
    /// Deliver: it was surely not sent.
    NotSent,
    /// Deliver: it may or may not have been sent.
    Unknown,
}

impl Operation {
    /// Starts a verb at `now` (Unix milliseconds) with 32 fresh random bytes.
    pub fn start<V: Verb>(verb: V, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Self
    where
        Granted: From<V::Output>,
    {
        verb.start(pinbolt, now, entropy).map(Granted::from).into()
    }

    /// Starts a delivery, as [`Operation::start`] a verb.
    #[must_use]
    pub fn deliver(dispatch: Dispatch, now: u64, entropy: [u8; 32]) -> Self {
        dispatch.start(now, entropy).map(Granted::from).into()
    }

    /// What it asks.
    ///
    /// # Errors
    /// [`Misuse::Over`] once its end was taken out.
    pub fn asked(&self) -> Result<Asked<'_>, Misuse> {
        match self.0.as_ref().ok_or(Misuse::Over)? {
            Step::Load(load) => Ok(Asked::Load(load.row())),
            Step::Commit(commit) => Ok(Asked::Commit(commit.write())),
            Step::Hash(hash) => Ok(Asked::Hash(hash.work())),
            Step::Deliver(deliver) => Ok(Asked::Deliver(deliver.message())),
            Step::Done(_) => Ok(Asked::Nothing),
        }
    }

    /// Answers the open question at `now` (Unix milliseconds).
    ///
    /// # Errors
    /// [`Misuse::WrongAnswer`] for an answer to another question, [`Misuse::WrongDigest`] for the
    /// digest of another work: the question stays open. [`Misuse::Over`] where none is.
    pub fn answer(&mut self, now: u64, answer: Answer) -> Result<(), Misuse> {
        let step = self.0.take().ok_or(Misuse::Over)?;
        let (step, answered) = match (step, answer) {
            (Step::Load(load), Answer::Found(snapshot)) => (load.found(now, snapshot), Ok(())),
            (Step::Load(load), Answer::LoadFailed) => (load.failed(now), Ok(())),
            (Step::Commit(commit), Answer::Applied) => (commit.applied(now), Ok(())),
            (Step::Commit(commit), Answer::Conflict) => (commit.conflict(now), Ok(())),
            (Step::Commit(commit), Answer::InDoubt) => (commit.in_doubt(now), Ok(())),
            (Step::Commit(commit), Answer::NotApplied) => (commit.failed(now), Ok(())),
            (Step::Hash(hash), Answer::Hashed(digest)) => match digest.answers(hash.work().id()) {
                true => (hash.done(now, digest), Ok(())),
                false => (Step::Hash(hash), Err(Misuse::WrongDigest)),
            },
            (Step::Hash(hash), Answer::NotHashed) => (hash.not_run(now), Ok(())),
            (Step::Deliver(deliver), Answer::Sent) => (deliver.sent(now), Ok(())),
            (Step::Deliver(deliver), Answer::NotSent) => (deliver.refused(now), Ok(())),
            (Step::Deliver(deliver), Answer::Unknown) => (deliver.unknown(now), Ok(())),
            (Step::Done(done), _) => (Step::Done(done), Err(Misuse::Over)),
            (step, _) => (step, Err(Misuse::WrongAnswer)),
        };
        self.0 = Some(step);
        answered
    }

    /// Takes the step out, for a driver to complete; it is put back by `Operation::from`.
    ///
    /// # Errors
    /// [`Misuse::Over`] where it was taken out.
    pub fn take(&mut self) -> Result<Step<Granted>, Misuse> {
        self.0.take().ok_or(Misuse::Over)
    }

    /// Takes the end out, once.
    ///
    /// # Errors
    /// [`Misuse::NotOver`] while a question is open; [`Misuse::Over`] where it was taken out.
    pub fn end(&mut self) -> Result<Done<Granted>, Misuse> {
        match self.take()? {
            Step::Done(done) => Ok(done),
            asking => {
                self.0 = Some(asking);
                Err(Misuse::NotOver)
            }
        }
    }
}

impl From<Step<Granted>> for Operation {
    fn from(step: Step<Granted>) -> Self {
        Self(Some(step))
    }
}

macro_rules! granted {
    ($($output:ty => $make:expr;)*) => { $(
        impl From<$output> for Granted {
            fn from(output: $output) -> Self {
                $make(output)
            }
        }
    )* };
}

granted! {
    () => |()| Granted::Nothing;
    Accepted => Granted::Accepted;
    Begun => Granted::Begun;
    Enrolled => Granted::Enrolled;
    Imported => Granted::Imported;
    Unlocked => Granted::Unlocked;
    AddedToken => Granted::AddedToken;
    RecoveryCodes => Granted::RecoveryCodes;
    RememberedDevice => Granted::RememberedDevice;
    Vec<OutstandingCode> => Granted::Outstanding;
    Released => Granted::Released;
    IssuedTicket => Granted::IssuedTicket;
    PeekedLink => Granted::PeekedLink;
    Description => |description| Granted::Description(Box::new(description));
    Vec<String> => Granted::Accounts;
    Delivered => Granted::Delivered;
}
