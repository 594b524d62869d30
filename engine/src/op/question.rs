//! The questions. Each owns its operation and offers only its own answers, so that a wrong answer
//! doesn't compile. Dropping one is safe: what is written stays, a counted guess stays counted.

use super::{Message, Op};
use crate::{
    outcome::Done,
    pin::{Digest, Work},
    row::{RowName, Snapshot, Write},
};

/// What an operation asks next, or how it ended.
#[derive(Debug)]
#[must_use = "an operation goes on only when its question is answered"]
pub enum Step<T> {
    /// A row is to be loaded.
    Load(Load<T>),
    /// A conditional write is to be made.
    Commit(Commit<T>),
    /// A PIN or a recovery code is to be hashed.
    Hash(Hash<T>),
    /// A message is to be delivered; only a dispatch asks this.
    Deliver(Deliver<T>),
    /// It is over.
    Done(Done<T>),
}

/// A question as the verb asks it.
#[derive(Debug)]
pub(crate) enum Question {
    Load(RowName),
    Commit(Write),
    Hash(Work),
    Deliver(Message),
}

/// An answer as the verb gets it.
#[derive(Debug)]
pub(crate) enum Reply {
    /// `Err`: the store can't be read.
    Loaded(Result<Option<Snapshot>, ()>),
    Applied,
    Conflict,
    /// With the write, which is sent again.
    InDoubt(Write),
    /// As above.
    Failed(Write),
    /// `None`: not run.
    Hashed(Option<Digest>),
    Sent,
    Refused,
    Unknown,
}

impl<T: 'static> Step<T> {
    /// The same operation, granting what `grant` makes of what it grants: `grant` runs at its end,
    /// so it sees no verdict before its write.
    pub(crate) fn map<U: 'static>(self, grant: fn(T) -> U) -> Step<U> {
        match self {
            Self::Load(Load { op, row }) => Step::Load(Load { op: op.map(grant), row }),
            Self::Commit(Commit { op, write }) => Step::Commit(Commit { op: op.map(grant), write }),
            Self::Hash(Hash { op, work }) => Step::Hash(Hash { op: op.map(grant), work }),
            Self::Deliver(Deliver { op, message }) => {
                Step::Deliver(Deliver { op: op.map(grant), message })
            }
            Self::Done(Done { result, events }) => {
                Step::Done(Done { result: result.map(grant), events })
            }
        }
    }
}

impl<T> Step<T> {
    pub(super) fn ask(op: Op<T>, question: Question) -> Self {
        match question {
            Question::Load(row) => Self::Load(Load { op, row }),
            Question::Commit(write) => Self::Commit(Commit { op, write }),
            Question::Hash(work) => Self::Hash(Hash { op, work }),
            Question::Deliver(message) => Self::Deliver(Deliver { op, message }),
        }
    }
}

/// A row is to be loaded.
#[derive(Debug)]
#[must_use]
pub struct Load<T> {
    op: Op<T>,
    row: RowName,
}

impl<T> Load<T> {
    /// Which.
    #[must_use]
    pub const fn row(&self) -> &RowName {
        &self.row
    }

    /// The row as it stands, or none. `now` is in Unix milliseconds, here and below.
    pub fn found(self, now: u64, snapshot: Option<Snapshot>) -> Step<T> {
        self.op.advance(now, Reply::Loaded(Ok(snapshot)))
    }

    /// The store can't be read.
    pub fn failed(self, now: u64) -> Step<T> {
        self.op.advance(now, Reply::Loaded(Err(())))
    }
}

/// A conditional write is to be made.
#[derive(Debug)]
#[must_use]
pub struct Commit<T> {
    op: Op<T>,
    write: Write,
}

impl<T> Commit<T> {
    /// Which.
    #[must_use]
    pub const fn write(&self) -> &Write {
        &self.write
    }

    /// It stands, durably.
    pub fn applied(self, now: u64) -> Step<T> {
        self.op.advance(now, Reply::Applied)
    }

    /// The row stood at another version.
    pub fn conflict(self, now: u64) -> Step<T> {
        self.op.advance(now, Reply::Conflict)
    }

    /// It may or may not stand.
    pub fn in_doubt(self, now: u64) -> Step<T> {
        self.op.advance(now, Reply::InDoubt(self.write))
    }

    /// It surely doesn't stand.
    pub fn failed(self, now: u64) -> Step<T> {
        self.op.advance(now, Reply::Failed(self.write))
    }
}

/// A PIN or a recovery code is to be hashed.
#[derive(Debug)]
#[must_use]
pub struct Hash<T> {
    op: Op<T>,
    work: Work,
}

impl<T> Hash<T> {
    /// The work; any thread may run it.
    #[must_use]
    pub fn work(&self) -> Work {
        self.work.clone()
    }

    /// What this very work gave; another's digest is misuse.
    pub fn done(self, now: u64, digest: Digest) -> Step<T> {
        self.op.advance(now, Reply::Hashed(Some(digest)))
    }

    /// It was not run, for lack of a free slot. The guess is given back.
    pub fn not_run(self, now: u64) -> Step<T> {
        self.op.advance(now, Reply::Hashed(None))
    }
}

/// A message is to be delivered.
#[derive(Debug)]
#[must_use]
pub struct Deliver<T> {
    op: Op<T>,
    message: Message,
}

impl<T> Deliver<T> {
    /// Which.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.message
    }

    /// It was handed over.
    pub fn sent(self, now: u64) -> Step<T> {
        self.op.advance(now, Reply::Sent)
    }

    /// It was surely not sent.
    pub fn refused(self, now: u64) -> Step<T> {
        self.op.advance(now, Reply::Refused)
    }

    /// It may or may not have been sent.
    pub fn unknown(self, now: u64) -> Step<T> {
        self.op.advance(now, Reply::Unknown)
    }
}
