//! The asynchronous driver: the same loop, awaiting each answer. It names no runtime.

use alloc::boxed::Box;
use core::{fmt, pin::Pin};

use super::{
    Error, StoreError, Swapped,
    delivery::Handover,
    frame::{Frame, Run},
};
use crate::{
    audit::AuditEvent,
    op::{Delivered, Dispatch, Message, Step, Verb},
    outcome::Done,
    pin::{Digest, Work},
    pinbolt::Pinbolt,
    row::{RowName, Snapshot, Write},
};

/// A future on the heap, as the traits here give it; `Box::pin(async move { .. })` makes one.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A [`Store`](super::Store) whose calls are awaited; it keeps the same promises. A call that is
/// dropped halfway may or may not have written.
pub trait AsyncStore: Send + Sync {
    /// The row as it stands, or `None`.
    fn load<'a>(&'a self, row: &'a RowName) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>>;

    /// Applies `write` if the row stands at `write.expected`.
    fn swap<'a>(&'a self, write: &'a Write) -> BoxFuture<'a, Swapped>;
}

/// A [`Delivery`](super::Delivery) whose call is awaited; it keeps the same promises.
pub trait AsyncDelivery: Send + Sync {
    /// Hands one message over.
    fn deliver<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Handover>;
}

/// What the host's runtime lends: the time, a pause, and a thread to hash on.
pub trait AsyncHost: Send + Sync {
    /// Unix milliseconds.
    fn now(&self) -> u64;

    /// Waits about this many milliseconds before a lost race is run again.
    fn pause(&self, milliseconds: u64) -> BoxFuture<'_, ()>;

    /// Runs `work` away from the threads that poll futures, for it takes some milliseconds of one
    /// processor: [`HashPool::run`](super::HashPool::run) on the runtime's threads for blocking
    /// work. `None`: it was not run, for want of a free memory.
    fn hash(&self, work: Work) -> BoxFuture<'_, Option<Digest>>;
}

/// Runs verbs on an asynchronous store and delivery. Share it between tasks.
///
/// Its futures are `Send`, and dropping one at any point is safe: what is written stays, a counted
/// guess stays counted, a code that wasn't delivered waits for its cooldown.
pub struct AsyncEngine<S, D, H> {
    frame: Frame,
    store: S,
    delivery: D,
    host: H,
}

impl<S: AsyncStore, D: AsyncDelivery, H: AsyncHost> AsyncEngine<S, D, H> {
    /// An engine on the system's randomness.
    pub fn new(pinbolt: Pinbolt, store: S, delivery: D, host: H) -> Self {
        Self { frame: Frame::new(pinbolt), store, delivery, host }
    }

    /// Tells every audit event to `audit`, after its write was applied.
    #[must_use]
    pub fn with_audit(mut self, audit: impl Fn(&AuditEvent) + Send + Sync + 'static) -> Self {
        self.frame.audit = Box::new(audit);
        self
    }

    /// For tests (`testkit`): takes randomness from `entropy` instead of the system.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub fn with_entropy(
        mut self,
        entropy: impl Fn() -> Option<[u8; 32]> + Send + Sync + 'static,
    ) -> Self {
        self.frame.entropy = Box::new(entropy);
        self
    }

    /// What the engine was opened with.
    pub const fn pinbolt(&self) -> &Pinbolt {
        &self.frame.pinbolt
    }

    /// Runs a verb to its end. The verb takes copies at once: the future borrows the engine alone.
    ///
    /// # Errors
    /// As [`Engine::run`](super::Engine::run).
    pub fn run<V: Verb>(
        &self,
        verb: V,
    ) -> impl Future<Output = Result<V::Output, Error>> + Send + use<'_, V, S, D, H> {
        let step = self.frame.start(verb, self.host.now());
        async move { self.frame.end(self.complete(step?).await) }
    }

    /// Delivers an issued code, once the person has been answered.
    ///
    /// # Errors
    /// As [`Engine::deliver`](super::Engine::deliver).
    pub async fn deliver(&self, dispatch: Dispatch) -> Result<Delivered, Error> {
        let step = self.frame.dispatch(dispatch, self.host.now())?;
        self.frame.end(self.complete(step).await)
    }

    async fn complete<T: 'static>(&self, mut step: Step<T>) -> (Done<T>, Option<StoreError>) {
        let now = || self.host.now();
        let mut run = Run::default();
        loop {
            step = match step {
                Step::Load(load) => match self.store.load(load.row()).await {
                    Ok(snapshot) => load.found(now(), snapshot),
                    Err(error) => {
                        run.trouble(error);
                        load.failed(now())
                    }
                },
                Step::Commit(commit) => match self.store.swap(commit.write()).await {
                    Swapped::Applied => commit.applied(now()),
                    Swapped::Conflict => {
                        self.host.pause(run.lost()).await;
                        commit.conflict(now())
                    }
                    Swapped::InDoubt(error) => {
                        run.trouble(error);
                        commit.in_doubt(now())
                    }
                    Swapped::Failed(error) => {
                        run.trouble(error);
                        commit.failed(now())
                    }
                },
                Step::Hash(hash) => match self.host.hash(hash.work()).await {
                    Some(digest) => hash.done(now(), digest),
                    None => hash.not_run(now()),
                },
                Step::Deliver(deliver) => match self.delivery.deliver(deliver.message()).await {
                    Handover::Sent => deliver.sent(now()),
                    Handover::Refused => deliver.refused(now()),
                    Handover::Unknown => deliver.unknown(now()),
                },
                Step::Done(done) => return (done, run.detail),
            };
        }
    }
}

impl<S, D, H> fmt::Debug for AsyncEngine<S, D, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncEngine").field("pinbolt", &self.frame.pinbolt).finish_non_exhaustive()
    }
}

macro_rules! forward {
    ($($pointer:ty),*) => { $(
        impl<T: AsyncStore + ?Sized> AsyncStore for $pointer {
            fn load<'a>(
                &'a self,
                row: &'a RowName,
            ) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>> {
                (**self).load(row)
            }
            fn swap<'a>(&'a self, write: &'a Write) -> BoxFuture<'a, Swapped> {
                (**self).swap(write)
            }
        }

        impl<T: AsyncDelivery + ?Sized> AsyncDelivery for $pointer {
            fn deliver<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Handover> {
                (**self).deliver(message)
            }
        }

        impl<T: AsyncHost + ?Sized> AsyncHost for $pointer {
            fn now(&self) -> u64 {
                (**self).now()
            }
            fn pause(&self, milliseconds: u64) -> BoxFuture<'_, ()> {
                (**self).pause(milliseconds)
            }
            fn hash(&self, work: Work) -> BoxFuture<'_, Option<Digest>> {
                (**self).hash(work)
            }
        }
    )* };
}

forward!(&T, Box<T>, alloc::sync::Arc<T>);
