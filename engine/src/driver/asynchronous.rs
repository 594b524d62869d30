//! The asynchronous driver: the same loop, awaiting each answer. It names no runtime.

use alloc::boxed::Box;
use core::{fmt, pin::Pin};

use super::{
    Error, NoDelivery, StoreError, Swapped,
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
///
/// With tokio each is one line: `now` is that of [`SystemClock`](super::SystemClock), `pause` awaits
/// `tokio::time::sleep`, and `hash` awaits `tokio::task::spawn_blocking` around
/// [`HashPool::run`](super::HashPool::run), where a task that couldn't be joined is `None`.
///
/// # A host without a runtime
///
/// ```
/// use std::{
///     future::poll_fn,
///     sync::{Arc, Mutex, PoisonError},
///     task::{Poll, Waker},
///     thread,
/// };
///
/// use pinbolt::driver::{AsyncHost, BoxFuture, Clock, HashPool, SystemClock};
/// use pinbolt::{Digest, Work};
///
/// struct Threads(Arc<HashPool>);
///
/// impl AsyncHost for Threads {
///     fn now(&self) -> u64 {
///         SystemClock.now()
///     }
///
///     fn pause(&self, milliseconds: u64) -> BoxFuture<'_, ()> {
///         on_a_thread(move || SystemClock.pause(milliseconds))
///     }
///
///     fn hash(&self, work: Work) -> BoxFuture<'_, Option<Digest>> {
///         let pool = self.0.clone();
///         on_a_thread(move || pool.run(&work))
///     }
/// }
///
/// /// What a runtime has ready: a value from another thread, which wakes whoever awaits it.
/// fn on_a_thread<T: Send + 'static>(
///     make: impl FnOnce() -> T + Send + 'static,
/// ) -> BoxFuture<'static, T> {
///     let slot = Arc::new(Mutex::new((None, None::<Waker>)));
///     let theirs = slot.clone();
///     thread::spawn(move || {
///         let value = make();
///         let mut slot = theirs.lock().unwrap_or_else(PoisonError::into_inner);
///         slot.0 = Some(value);
///         slot.1.take().into_iter().for_each(Waker::wake);
///     });
///     Box::pin(poll_fn(move |context| {
///         let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
///         slot.1 = Some(context.waker().clone());
///         slot.0.take().map_or(Poll::Pending, Poll::Ready)
///     }))
/// }
/// # let pool = HashPool::new(std::num::NonZeroUsize::MIN, std::time::Duration::ZERO);
/// # let host = Threads(Arc::new(pool));
/// # assert!(host.now() > 0);
/// # struct Unpark(thread::Thread);
/// # impl std::task::Wake for Unpark {
/// #     fn wake(self: Arc<Self>) {
/// #         self.0.unpark();
/// #     }
/// # }
/// # let waker = Waker::from(Arc::new(Unpark(thread::current())));
/// # let mut pause = host.pause(1);
/// # while pause.as_mut().poll(&mut std::task::Context::from_waker(&waker)).is_pending() {
/// #     thread::park();
/// # }
/// ```
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
/// guess stays counted, a code that wasn't delivered waits for its cooldown. What it would have
/// granted is granted to nobody, and its audit events are told to nobody; the record keeps them.
///
/// # A code asked for and sent
///
/// ```
/// use pinbolt::driver::{AsyncDelivery, AsyncEngine, AsyncHost, AsyncStore, Error};
/// use pinbolt::op::{Begin, Challenge};
///
/// async fn begin(
///     engine: &AsyncEngine<impl AsyncStore, impl AsyncDelivery, impl AsyncHost>,
///     request: Begin<'_>,
///     answer: impl AsyncFnOnce(Challenge),
/// ) -> Result<(), Error> {
///     let begun = engine.run(request).await?;
///     answer(begun.challenge).await; // the person first: how long a delivery takes would tell
///     engine.deliver(begun.dispatch).await?;
///     Ok(())
/// }
/// ```
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
    /// The operation begins with this call, and the first question is asked when it is polled.
    ///
    /// # Errors
    /// As [`Engine::run`](super::Engine::run).
    pub fn run<V: Verb>(&self, verb: V) -> BoxFuture<'_, Result<V::Output, Error>> {
        // On the heap, for an `impl Future` would also borrow what the verb borrows.
        let step = self.frame.start(verb, self.host.now());
        Box::pin(async move { self.frame.end(self.complete(step?).await) })
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

impl AsyncDelivery for NoDelivery {
    fn deliver<'a>(&'a self, _: &'a Message) -> BoxFuture<'a, Handover> {
        Box::pin(async { Handover::Refused })
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
