//! The blocking driver: answers each question in turn, on the caller's thread.

use alloc::boxed::Box;
use core::fmt;

use super::{
    Clock, Delivery, Error, HashPool, Store, StoreError, Swapped, SystemClock,
    delivery::Handover,
    frame::{Frame, Run},
};
use crate::{
    audit::AuditEvent,
    op::{Delivered, Dispatch, Step, Verb},
    outcome::Done,
    pinbolt::Pinbolt,
};

/// Runs verbs on a store, a delivery and a clock. Share it between threads.
pub struct Engine<S, D, C = SystemClock> {
    frame: Frame,
    store: S,
    delivery: D,
    clock: C,
    hashes: HashPool,
}

impl<S: Store, D: Delivery> Engine<S, D> {
    /// An engine on the system's clock and randomness.
    pub fn new(pinbolt: Pinbolt, store: S, delivery: D) -> Self {
        let (frame, hashes) = (Frame::new(pinbolt), HashPool::default());
        Self { frame, store, delivery, clock: SystemClock, hashes }
    }
}

impl<S: Store, D: Delivery, C: Clock> Engine<S, D, C> {
    /// Takes another clock.
    #[must_use]
    pub fn with_clock<C2: Clock>(self, clock: C2) -> Engine<S, D, C2> {
        let Self { frame, store, delivery, hashes, .. } = self;
        Engine { frame, store, delivery, clock, hashes }
    }

    /// Takes another pool of hash memories.
    #[must_use]
    pub fn with_hashes(self, hashes: HashPool) -> Self {
        Self { hashes, ..self }
    }

    /// Tells every audit event to `audit`, after its write was applied.
    #[must_use]
    pub fn with_audit(mut self, audit: impl Fn(&AuditEvent) + Send + Sync + 'static) -> Self {
        self.frame.audit = Box::new(audit);
        self
    }

    /// For tests (`testkit`): takes randomness from `entropy` instead of the system, so that a test
    /// can be repeated.
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

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The clock.
    pub const fn clock(&self) -> &C {
        &self.clock
    }

    /// Runs a verb to its end.
    ///
    /// # Errors
    /// [`Error::Refused`], "no" to the person; [`Error::Misuse`]; [`Error::Failure`]. `Ok` is "yes",
    /// and nothing else is.
    pub fn run<V: Verb>(&self, verb: V) -> Result<V::Output, Error> {
        let step = self.frame.start(verb, self.clock.now())?;
        self.frame.end(self.complete(step))
    }

    /// Delivers an issued code. Run it once the person has been answered: how long it takes would
    /// tell whether there is anybody to deliver to.
    ///
    /// # Errors
    /// [`Error::Failure`] where the store failed after the gateway refused the message.
    pub fn deliver(&self, dispatch: Dispatch) -> Result<Delivered, Error> {
        let step = self.frame.dispatch(dispatch, self.clock.now())?;
        self.frame.end(self.complete(step))
    }

    /// Answers the questions of an operation that was started elsewhere, to its end; with what the
    /// store said of its last trouble. The audit events are in [`Done`] and told to nobody else.
    pub fn complete<T>(&self, mut step: Step<T>) -> (Done<T>, Option<StoreError>) {
        let now = || self.clock.now();
        let mut run = Run::default();
        loop {
            step = match step {
                Step::Load(load) => match self.store.load(load.row()) {
                    Ok(snapshot) => load.found(now(), snapshot),
                    Err(error) => {
                        run.trouble(error);
                        load.failed(now())
                    }
                },
                Step::Commit(commit) => match self.store.swap(commit.write()) {
                    Swapped::Applied => commit.applied(now()),
                    Swapped::Conflict => {
                        self.clock.pause(run.lost());
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
                Step::Hash(hash) => match self.hashes.run(&hash.work()) {
                    Some(digest) => hash.done(now(), digest),
                    None => hash.not_run(now()),
                },
                Step::Deliver(deliver) => match self.delivery.deliver(deliver.message()) {
                    Handover::Sent => deliver.sent(now()),
                    Handover::Refused => deliver.refused(now()),
                    Handover::Unknown => deliver.unknown(now()),
                },
                Step::Done(done) => return (done, run.detail),
            };
        }
    }
}

impl<S, D, C> fmt::Debug for Engine<S, D, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("pinbolt", &self.frame.pinbolt).finish_non_exhaustive()
    }
}
