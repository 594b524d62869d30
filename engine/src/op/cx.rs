//! What a verb works with: its questions, the time, randomness, the audit events.

use alloc::{string::String, sync::Arc, vec::Vec};
use atomic_refcell::AtomicRefCell;
use core::{future::poll_fn, task::Poll};
use minicbor::{Decode, Encode};

use super::{
    Message,
    question::{Question, Reply},
};
use crate::{
    audit::{AuditEvent, Event, EventKind},
    entropy::Entropy,
    error::{Error, Failure, Misuse, Refusal},
    pin::{Digest, Work},
    pinbolt::Pinbolt,
    record::{Kind, decode, encode, open, seal},
    row::{RowName, Snapshot, Version, Write},
};

/// How often an in-doubt write is sent.
const SENDS: u32 = 3;

/// Where a verb and its operation meet.
#[derive(Debug, Default)]
pub(crate) struct Port {
    pub(super) question: Option<Question>,
    pub(super) reply: Option<(u64, Reply)>,
    pub(super) events: Vec<AuditEvent>,
}

/// What became of a write, its lost answers included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Applied,
    /// Another write came first; nothing was written.
    Lost,
    /// An answer was lost: it may stand, or may yet.
    InDoubt,
}

/// The verb's side of an operation.
#[derive(Debug)]
pub(crate) struct Cx {
    pub(crate) pinbolt: Pinbolt,
    /// Unix milliseconds, of the last answer.
    pub(crate) now: u64,
    pub(crate) entropy: Entropy,
    source: Option<String>,
    port: Arc<AtomicRefCell<Port>>,
}

impl Cx {
    pub(super) fn new(
        pinbolt: Pinbolt,
        port: Arc<AtomicRefCell<Port>>,
        (now, entropy): (u64, Entropy),
        source: Option<String>,
    ) -> Self {
        Self { pinbolt, now, entropy, source, port }
    }

    /// Loads a row.
    pub(crate) async fn load(&mut self, row: &RowName) -> Result<Option<Snapshot>, Failure> {
        match self.ask(Question::Load(row.clone())).await {
            Reply::Loaded(Ok(snapshot)) => Ok(snapshot),
            _ => Err(Failure::Store),
        }
    }

    /// Makes a conditional write; while its answer is lost, the identical write is sent again.
    ///
    /// # Errors
    /// [`Failure::Store`] where it surely doesn't stand.
    pub(crate) async fn commit(&mut self, mut write: Write) -> Result<Written, Failure> {
        if i64::try_from(write.keep_until).is_err() {
            write.keep_until = u64::MAX;
        }
        for sent in 0..SENDS {
            match self.ask(Question::Commit(write)).await {
                Reply::Applied => return Ok(Written::Applied),
                Reply::Conflict if sent == 0 => return Ok(Written::Lost),
                Reply::Failed(_) if sent == 0 => return Err(Failure::Store),
                // After a lost answer a failure says nothing of the earlier write.
                Reply::InDoubt(again) | Reply::Failed(again) => write = again,
                _ => break,
            }
        }
        Ok(Written::InDoubt)
    }

    /// Runs a hash; `None` where the driver didn't run it.
    ///
    /// # Errors
    /// [`Misuse::WrongDigest`] for the digest of another work.
    pub(crate) async fn hash(&mut self, work: Work) -> Result<Option<Digest>, Error> {
        let id = work.id();
        match self.ask(Question::Hash(work)).await {
            Reply::Hashed(Some(digest)) if digest.answers(id) => Ok(Some(digest)),
            Reply::Hashed(Some(_)) => Err(Misuse::WrongDigest.into()),
            _ => Ok(None),
        }
    }

    pub(super) async fn deliver(&mut self, message: Message) -> Reply {
        self.ask(Question::Deliver(message)).await
    }

    /// A record sealed for its row and version.
    pub(crate) fn seal<R: Encode<()>>(
        &mut self,
        (kind, row, version): (Kind, &RowName, Version),
        record: &R,
    ) -> Result<Vec<u8>, Failure> {
        let nonce = self.entropy.bytes();
        seal(self.pinbolt.keys(), (kind, row, version), nonce, &encode(record)?)
    }

    /// The record in a snapshot of its row.
    pub(crate) fn open<R: for<'b> Decode<'b, ()>>(
        &self,
        (kind, row): (Kind, &RowName),
        snapshot: &Snapshot,
    ) -> Result<R, Failure> {
        decode(&open(self.pinbolt.keys(), (kind, row, snapshot.version), &snapshot.body)?)
    }

    pub(crate) fn version(&mut self) -> Version {
        Version::from_bytes(self.entropy.bytes())
    }

    /// Adds an audit event; `account` is empty for a name that is nobody's.
    pub(crate) fn audit(&self, account: &str, event: Event) {
        let account = (!account.is_empty()).then(|| account.into());
        let source = self.source.clone();
        self.port.borrow_mut().events.push(AuditEvent { account, source, event });
    }

    /// Tells the auditor of a refusal that writes nothing.
    pub(crate) fn refused(&self, account: &str, refusal: Refusal) {
        let refusal = Some(refusal.code());
        self.audit(account, Event { refusal, ..Event::new(self.now, EventKind::Refused) });
    }

    async fn ask(&mut self, question: Question) -> Reply {
        self.port.borrow_mut().question = Some(question);
        let (now, reply) = poll_fn(|_| match self.port.borrow_mut().reply.take() {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        })
        .await;
        self.now = now;
        reply
    }
}
