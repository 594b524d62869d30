//! Futures without a runtime: a thread that waits for one, a loop that polls many, and a store, a
//! gateway and a host that answer only when they are polled again.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

pub mod script;

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use pinbolt::{
    AuditEvent, Authenticator, Digest, HashMemory, Lane, Pinbolt, Policy, Work,
    driver::{
        self, AsyncDelivery, AsyncEngine, AsyncHost, AsyncStore, BoxFuture, Clock, Delivery,
        Handover, Store, StoreError, Swapped,
    },
    op::{Begin, Begun, Challenge, Delivered, Description, Dispatch, Enroll, LedgerState, Verb},
    row::{RowName, Snapshot, Write},
    testkit::{Outbox, VirtualClock},
};

use crate::common::{EMAIL, NOW, PHONE, PIN, SIGN_IN, keys, look_up, operator, seeded};

/// Polls a future on this thread, which sleeps until it is woken.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// Polls a future until it has paused `pauses` times, and drops it there; its value where it
/// ended before.
pub fn dropped_at<T>(pauses: usize, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut context) = (pin!(future), Context::from_waker(Waker::noop()));
    for _ in 0..pauses {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
    }
    None
}

/// Polls all of these in turn on this thread until each has ended.
pub fn together<T>(tasks: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut context = Context::from_waker(Waker::noop());
    let mut tasks: Vec<_> = tasks.into_iter().map(|task| (task, None)).collect();
    while tasks.iter().any(|(_, ended)| ended.is_none()) {
        for (task, ended) in tasks.iter_mut().filter(|(_, ended)| ended.is_none()) {
            if let Poll::Ready(value) = task.as_mut().poll(&mut context) {
                *ended = Some(value);
            }
        }
    }
    tasks.into_iter().filter_map(|(_, ended)| ended).collect()
}

/// Pending once, and ready when it is polled again.
pub async fn pause() {
    let mut paused = false;
    poll_fn(|context| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What a thread of its own makes of this.
pub async fn elsewhere<T: Send + 'static>(make: impl FnOnce() -> T + Send + 'static) -> T {
    let slot = Arc::new(Mutex::new((None, None::<Waker>)));
    let theirs = slot.clone();
    thread::spawn(move || {
        let made = make();
        let (value, waker) = &mut *theirs.lock().unwrap();
        *value = Some(made);
        if let Some(waker) = waker.take() {
            waker.wake();
        }
    });
    poll_fn(|context| {
        let (value, waker) = &mut *slot.lock().unwrap();
        *waker = Some(context.waker().clone());
        value.take().map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

/// A blocking store, gateway or clock behind futures that pause before each call and after it:
/// dropped at the one, nothing was called; at the other, nobody heard the answer.
#[derive(Clone, Debug)]
pub struct Slow<S>(pub S);

impl<S: Store> AsyncStore for Slow<S> {
    fn load<'a>(&'a self, row: &'a RowName) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>> {
        Box::pin(around(|| self.0.load(row)))
    }

    fn swap<'a>(&'a self, write: &'a Write) -> BoxFuture<'a, Swapped> {
        Box::pin(around(|| self.0.swap(write)))
    }
}

impl<D: Delivery> AsyncDelivery for Slow<D> {
    fn deliver<'a>(&'a self, message: &'a pinbolt::op::Message) -> BoxFuture<'a, Handover> {
        Box::pin(around(|| self.0.deliver(message)))
    }
}

async fn around<T>(call: impl FnOnce() -> T) -> T {
    pause().await;
    let answer = call();
    pause().await;
    answer
}

/// A host on a clock that stands still, which notes what it was asked for.
#[derive(Clone, Debug)]
pub struct Lent {
    pub clock: VirtualClock,
    pub hashes: Arc<AtomicUsize>,
    /// The pauses that were asked for, in milliseconds.
    pub pauses: Arc<Mutex<Vec<u64>>>,
}

impl Lent {
    pub fn new(clock: VirtualClock) -> Self {
        Self { clock, hashes: Arc::default(), pauses: Arc::default() }
    }

    pub fn pauses(&self) -> Vec<u64> {
        self.pauses.lock().unwrap().clone()
    }

    pub fn hashes(&self) -> usize {
        self.hashes.load(Ordering::SeqCst)
    }
}

impl AsyncHost for Lent {
    fn now(&self) -> u64 {
        self.clock.now()
    }

    fn pause(&self, milliseconds: u64) -> BoxFuture<'_, ()> {
        Box::pin(around(move || self.pauses.lock().unwrap().push(milliseconds)))
    }

    fn hash(&self, work: Work) -> BoxFuture<'_, Option<Digest>> {
        Box::pin(around(move || {
            self.hashes.fetch_add(1, Ordering::SeqCst);
            Some(work.run(&mut HashMemory::new()))
        }))
    }
}

pub type Heard = Arc<Mutex<Vec<AuditEvent>>>;
pub type Answer<T> = Result<T, driver::Error>;

/// An asynchronous engine on a store of the test's choice.
pub struct Awaited<S> {
    pub engine: AsyncEngine<Arc<Slow<S>>, Slow<Outbox>, Lent>,
    store: Arc<Slow<S>>,
    pub clock: VirtualClock,
    pub outbox: Outbox,
    pub host: Lent,
    pub heard: Heard,
}

pub fn awaited<S: Store>(store: S, policy: Policy) -> Awaited<S> {
    let pinbolt = Pinbolt::open(keys(), policy, "tests").unwrap();
    let (clock, outbox) = (VirtualClock::at(NOW), Outbox::new());
    let (host, heard) = (Lent::new(clock.clone()), Heard::default());
    let (told, store) = (heard.clone(), Arc::new(Slow(store)));
    let engine = AsyncEngine::new(pinbolt, store.clone(), Slow(outbox.clone()), host.clone())
        .with_entropy(seeded(1))
        .with_audit(move |event| told.lock().unwrap().push(event.clone()));
    Awaited { engine, store, clock, outbox, host, heard }
}

impl<S: Store> Awaited<S> {
    pub fn store(&self) -> &Slow<S> {
        &self.store
    }

    pub fn run<V: Verb>(&self, verb: V) -> Answer<V::Output> {
        block_on(self.engine.run(verb))
    }

    pub fn deliver(&self, dispatch: Dispatch) -> Answer<Delivered> {
        block_on(self.engine.deliver(dispatch))
    }

    /// Runs what issues a code and delivers it.
    pub fn sent<V: Verb<Output = Begun>>(&self, verb: V) -> Answer<Challenge> {
        let begun = self.run(verb)?;
        self.deliver(begun.dispatch)?;
        Ok(begun.challenge)
    }

    /// The code that arrived last.
    pub fn code(&self) -> String {
        self.outbox.last().unwrap().code
    }
}

/// `granted`, or the name of the refusal, misuse or failure.
pub fn name<T>(answer: &Answer<T>) -> &'static str {
    match answer {
        Ok(_) => "granted",
        Err(driver::Error::Refused(refusal)) => refusal.name(),
        Err(driver::Error::Misuse(misuse)) => misuse.name(),
        Err(driver::Error::Failure(failure, _)) => failure.name(),
    }
}

/// `ana`, with bound addresses.
pub fn enroll<'a>() -> Enroll<'a> {
    let asserted_by = Some(operator());
    Enroll { account: "ana", pin: Some(PIN), addresses: &[PHONE, EMAIL], asserted_by }
}

pub fn sign_in(pin: &str) -> Begin<'_> {
    Begin { purpose: SIGN_IN, pin: Some(pin), ..look_up("ana") }
}

/// Failures in the stranger's lane.
pub fn count(seen: &Description, of: Authenticator) -> u32 {
    let fits = |l: &&LedgerState| l.authenticator == of && l.lane == Lane::Stranger;
    seen.ledgers.iter().find(fits).map_or(0, |ledger| ledger.failures)
}
