//! The blocking driver: answers each question in turn, on the caller's thread.

use alloc::boxed::Box;
use core::{fmt, hash::BuildHasher};
use std::hash::RandomState;

use super::{
    Clock, Delivery, HashPool, Store, StoreError, Swapped, SystemClock, delivery::Handover,
};
use crate::{
    audit::AuditEvent,
    error::{Failure, Misuse, Refusal},
    op::{Delivered, Dispatch, Step, Verb},
    pinbolt::Pinbolt,
};

/// The longest pause after a lost race, in milliseconds.
const LONGEST_PAUSE: u64 = 64;

/// Runs verbs on a store, a delivery and a clock. Share it between threads.
pub struct Engine<S, D, C = SystemClock> {
    pinbolt: Pinbolt,
    store: S,
    delivery: D,
    clock: C,
    hashes: HashPool,
    entropy: Box<dyn Fn() -> Option<[u8; 32]> + Send + Sync>,
    audit: Box<dyn Fn(&AuditEvent) + Send + Sync>,
}

impl<S: Store, D: Delivery> Engine<S, D> {
    /// An engine on the system's clock and randomness.
    pub fn new(pinbolt: Pinbolt, store: S, delivery: D) -> Self {
        let hashes = HashPool::default();
        let (entropy, audit) = (Box::new(system_entropy), Box::new(|_: &AuditEvent| {}));
        Self { pinbolt, store, delivery, clock: SystemClock, hashes, entropy, audit }
    }
}

impl<S: Store, D: Delivery, C: Clock> Engine<S, D, C> {
    /// Takes another clock.
    #[must_use]
    pub fn with_clock<C2: Clock>(self, clock: C2) -> Engine<S, D, C2> {
        let Self { pinbolt, store, delivery, hashes, entropy, audit, .. } = self;
        Engine { pinbolt, store, delivery, clock, hashes, entropy, audit }
    }

    /// Takes another pool of hash memories.
    #[must_use]
    pub fn with_hashes(self, hashes: HashPool) -> Self {
        Self { hashes, ..self }
    }

    /// Tells every audit event to `audit`, after its write was applied.
    #[must_use]
    pub fn with_audit(self, audit: impl Fn(&AuditEvent) + Send + Sync + 'static) -> Self {
        Self { audit: Box::new(audit), ..self }
    }

    /// For tests (`testkit`): takes randomness from `entropy` instead of the system, so that a test
    /// can be repeated.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub fn with_entropy(
        self,
        entropy: impl Fn() -> Option<[u8; 32]> + Send + Sync + 'static,
    ) -> Self {
        Self { entropy: Box::new(entropy), ..self }
    }

    /// What the engine was opened with.
    pub const fn pinbolt(&self) -> &Pinbolt {
        &self.pinbolt
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Runs a verb to its end.
    ///
    /// # Errors
    /// [`Error::Refused`], "no" to the person; [`Error::Misuse`]; [`Error::Failure`]. `Ok` is "yes",
    /// and nothing else is.
    pub fn run<V: Verb>(&self, verb: V) -> Result<V::Output, Error> {
        let entropy = self.entropy()?;
        self.drive(verb.start(&self.pinbolt, self.clock.now(), entropy))
    }

    /// Delivers an issued code. Run it once the person has been answered: how long it takes would
    /// tell whether there is anybody to deliver to.
    ///
    /// # Errors
    /// [`Error::Failure`] where the store failed after the gateway refused the message.
    pub fn deliver(&self, dispatch: Dispatch) -> Result<Delivered, Error> {
        let entropy = self.entropy()?;
        match self.drive(dispatch.start(self.clock.now(), entropy)) {
            // The account was cancelled meanwhile: there is nobody to deliver to.
            Err(Error::Refused(_)) => Ok(Delivered::Nothing),
            delivered => delivered,
        }
    }

    fn entropy(&self) -> Result<[u8; 32], Error> {
        (self.entropy)().ok_or(Error::Failure(Failure::Randomness, None))
    }

    fn drive<T>(&self, mut step: Step<T>) -> Result<T, Error> {
        let now = || self.clock.now();
        let (mut losses, mut detail) = (0u32, None);
        loop {
            step = match step {
                Step::Load(load) => match self.store.load(load.row()) {
                    Ok(snapshot) => load.found(now(), snapshot),
                    Err(error) => {
                        detail = Some(error);
                        load.failed(now())
                    }
                },
                Step::Commit(commit) => match self.store.swap(commit.write()) {
                    Swapped::Applied => commit.applied(now()),
                    Swapped::Conflict => {
                        losses = losses.saturating_add(1);
                        self.clock.pause(jitter(losses));
                        commit.conflict(now())
                    }
                    Swapped::InDoubt(error) => {
                        detail = Some(error);
                        commit.in_doubt(now())
                    }
                    Swapped::Failed(error) => {
                        detail = Some(error);
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
                Step::Done(done) => {
                    done.events.iter().for_each(|event| (self.audit)(event));
                    return done.result.map_err(|error| match error {
                        crate::Error::Refused(refusal) => Error::Refused(refusal),
                        crate::Error::Misuse(misuse) => Error::Misuse(misuse),
                        crate::Error::Failure(failure) => Error::Failure(failure, detail),
                    });
                }
            };
        }
    }
}

impl<S, D, C> fmt::Debug for Engine<S, D, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("pinbolt", &self.pinbolt).finish_non_exhaustive()
    }
}

/// Why nothing was granted, with the store's own words where it has any.
#[derive(Debug)]
pub enum Error {
    /// "No" to the person.
    Refused(Refusal),
    /// A mistake in the calling program.
    Misuse(Misuse),
    /// The infrastructure's failure.
    Failure(Failure, Option<StoreError>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Misuse(misuse) => misuse.fmt(f),
            Self::Failure(failure, None) => failure.fmt(f),
            Self::Failure(failure, Some(detail)) => write!(f, "{failure} {detail}"),
        }
    }
}

impl core::error::Error for Error {}

/// A random pause of up to two to the power of `losses` milliseconds, so that those who lost the
/// same race don't meet again.
fn jitter(losses: u32) -> u64 {
    let most = 1u64.checked_shl(losses).unwrap_or(u64::MAX).min(LONGEST_PAUSE);
    RandomState::new().hash_one(losses).checked_rem(most).unwrap_or(0)
}

fn system_entropy() -> Option<[u8; 32]> {
    let mut seed = [0; 32];
    #[allow(clippy::disallowed_methods, reason = "the driver's randomness, outside of the heart")]
    getrandom::fill(&mut seed).ok()?;
    Some(seed)
}
