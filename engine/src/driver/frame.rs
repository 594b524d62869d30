//! What both drivers do alike: how an operation starts and how it ends.

use alloc::boxed::Box;
use core::hash::BuildHasher;
use std::hash::RandomState;

use super::{Error, StoreError};
use crate::{
    audit::AuditEvent,
    error::Failure,
    op::{Delivered, Dispatch, Step, Verb},
    outcome::Done,
    pinbolt::Pinbolt,
};

/// The longest pause after a lost race, in milliseconds.
const LONGEST_PAUSE: u64 = 64;

/// An installation with its source of randomness and its auditor.
pub(super) struct Frame {
    pub(super) pinbolt: Pinbolt,
    pub(super) entropy: Box<dyn Fn() -> Option<[u8; 32]> + Send + Sync>,
    pub(super) audit: Box<dyn Fn(&AuditEvent) + Send + Sync>,
}

impl Frame {
    pub(super) fn new(pinbolt: Pinbolt) -> Self {
        Self { pinbolt, entropy: Box::new(system_entropy), audit: Box::new(|_| {}) }
    }

    pub(super) fn start<V: Verb>(&self, verb: V, now: u64) -> Result<Step<V::Output>, Error> {
        Ok(verb.start(&self.pinbolt, now, self.seed()?))
    }

    pub(super) fn dispatch(&self, dispatch: Dispatch, now: u64) -> Result<Step<Delivered>, Error> {
        Ok(dispatch.start(now, self.seed()?))
    }

    /// Tells the auditor, and gives the result.
    pub(super) fn end<T>(&self, (done, detail): Ended<T>) -> Result<T, Error> {
        done.events.iter().for_each(|event| (self.audit)(event));
        done.result.map_err(|error| Error::new(error, detail))
    }

    fn seed(&self) -> Result<[u8; 32], Error> {
        (self.entropy)().ok_or(Error::Failure(Failure::Randomness, None))
    }
}

/// How an operation ended, and what the store said of its last trouble.
pub(super) type Ended<T> = (Done<T>, Option<StoreError>);

/// What went on while an operation ran.
#[derive(Default)]
pub(super) struct Run {
    losses: u32,
    pub(super) detail: Option<StoreError>,
}

impl Run {
    /// A race was lost: how long to pause, so that those who lost it don't meet again; up to two
    /// to the power of the losses, in milliseconds.
    pub(super) fn lost(&mut self) -> u64 {
        self.losses = self.losses.saturating_add(1);
        let most = 1u64.checked_shl(self.losses).unwrap_or(u64::MAX).min(LONGEST_PAUSE);
        RandomState::new().hash_one(self.losses).checked_rem(most).unwrap_or(0)
    }

    /// The store had trouble.
    pub(super) fn trouble(&mut self, error: StoreError) {
        self.detail = Some(error);
    }
}

fn system_entropy() -> Option<[u8; 32]> {
    let mut seed = [0; 32];
    #[allow(clippy::disallowed_methods, reason = "the driver's randomness, outside of the heart")]
    getrandom::fill(&mut seed).ok()?;
    Some(seed)
}
