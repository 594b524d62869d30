//! A store, a clock and an outbox, and short words for what is done in them.

use core::fmt;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use pinbolt::{
    Pinbolt, Refusal,
    driver::{self, Clock, Delivery, Engine, Store},
    op::{Begin, Begun, Challenge, Describe, Description, Enroll, Finish, Step, Verb},
    testkit::Outbox,
};

use crate::{CALLER, Cut, Drive, Result, operator};

/// Where 32 fresh bytes come from.
type Entropy = Arc<dyn Fn() -> Option<[u8; 32]> + Send + Sync>;

/// An engine with all that it stands on.
pub struct World<S, C> {
    /// The engine.
    pub engine: Engine<S, Outbox, C>,
    /// Its clock.
    pub clock: C,
    /// Where its messages arrive.
    pub outbox: Outbox,
    entropy: Entropy,
}

/// An outstanding challenge and its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// What it is for.
    pub purpose: String,
    /// The handle.
    pub handle: String,
    /// The code that arrived.
    pub code: String,
}

/// An operation's result, its misuses and failures apart.
///
/// # Errors
/// A misuse or a failure.
pub fn answered<T>(result: std::result::Result<T, pinbolt::Error>) -> Result<Answer<T>> {
    match result {
        Ok(granted) => Ok(Ok(granted)),
        Err(pinbolt::Error::Refused(refusal)) => Ok(Err(refusal)),
        Err(error) => Err(error.into()),
    }
}

/// What was granted, or why the person was refused.
pub type Answer<T> = std::result::Result<T, Refusal>;

impl Open {
    /// The call that ends it with its own code.
    #[must_use]
    pub fn finish(&self) -> Finish<'_> {
        self.guess(&self.code)
    }

    /// The call that tries another code.
    #[must_use]
    pub fn guess<'a>(&'a self, code: &'a str) -> Finish<'a> {
        let Self { purpose, handle, .. } = self;
        Finish { purpose, handle, code, caller: CALLER, context: b"" }
    }
}

impl<S: Store, C: Clock + Clone> World<S, C> {
    /// A world on this store, at this clock.
    pub fn new(pinbolt: Pinbolt, (store, clock): (S, C), entropy: Entropy) -> Self {
        let (outbox, bytes) = (Outbox::new(), entropy.clone());
        let engine = Engine::new(pinbolt, store, outbox.clone()).with_clock(clock.clone());
        let engine = engine.with_entropy(move || bytes());
        Self { engine, clock, outbox, entropy }
    }

    /// The same engine on another store and clock, with an empty outbox.
    pub fn beside<S2: Store, C2: Clock + Clone>(&self, on: (S2, C2)) -> World<S2, C2> {
        World::new(self.engine.pinbolt().clone(), on, self.entropy.clone())
    }

    /// Runs a verb to its answer.
    ///
    /// # Errors
    /// A misuse or a failure.
    pub fn run<V: Verb>(&self, verb: V) -> Result<Answer<V::Output>> {
        match self.engine.run(verb) {
            Ok(granted) => Ok(Ok(granted)),
            Err(driver::Error::Refused(refusal)) => Ok(Err(refusal)),
            Err(error) => Err(error.into()),
        }
    }

    /// Runs a verb that must be granted.
    ///
    /// # Errors
    /// A refusal too.
    pub fn granted<V: Verb + fmt::Debug>(&self, verb: V) -> Result<V::Output> {
        let about = format!("{verb:?}");
        let answer = self.run(verb)?;
        answer.map_err(|refusal| format!("{about} was refused: {refusal:?}").into())
    }

    /// Runs a verb: the name of its refusal, or `Granted`.
    ///
    /// # Errors
    /// A misuse or a failure.
    pub fn named<V: Verb>(&self, verb: V) -> Result<&'static str> {
        Ok(named(&self.run(verb)?))
    }

    /// Enrols an account whose addresses an operator asserts.
    ///
    /// # Errors
    /// A refusal too.
    pub fn enroll(&self, account: &str, pin: &str, addresses: &[&str]) -> Result<()> {
        let asserted_by = Some(operator()?);
        self.granted(Enroll { account, pin: Some(pin), addresses, asserted_by }).map(|_| ())
    }

    /// Begins, delivers, and reads the message.
    ///
    /// # Errors
    /// A refusal too.
    pub fn begin(&self, begin: Begin<'_>) -> Result<Open> {
        self.arrived(begin.purpose, self.granted(begin)?)
    }

    /// Delivers what was issued and reads the message.
    ///
    /// # Errors
    /// Nothing arrived.
    pub fn arrived(&self, purpose: &str, begun: Begun) -> Result<Open> {
        let Begun { challenge: Challenge { handle, .. }, dispatch } = begun;
        let before = self.outbox.all().len();
        self.engine.deliver(dispatch)?;
        let arrived = self.outbox.all();
        let last = arrived.last().filter(|_| arrived.len() > before).ok_or("nothing arrived")?;
        Ok(Open { purpose: purpose.into(), handle, code: last.code.clone() })
    }

    /// An account as an operator sees it, or none.
    ///
    /// # Errors
    /// Its record can't be read.
    pub fn describe(&self, account: &str) -> Result<Option<Description>> {
        match self.run(Describe { account })? {
            Ok(seen) => Ok(Some(seen)),
            Err(Refusal::UnknownAccount) => Ok(None),
            Err(refusal) => Err(format!("describe was refused: {refusal:?}").into()),
        }
    }

    /// The first question of a verb, for a driver of one's own.
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn start<V: Verb>(&self, verb: V) -> Result<Step<V::Output>> {
        let entropy = self.fresh()?;
        Ok(verb.start(self.engine.pinbolt(), self.clock.now(), entropy))
    }

    /// 32 fresh bytes.
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn fresh(&self) -> Result<[u8; 32]> {
        Ok((self.entropy)().ok_or("the system gave no randomness")?)
    }

    /// A driver over this world's store and clock.
    pub fn drive<'a>(&'a self, delivery: &'a dyn Delivery, cut: Option<Cut>) -> Drive<'a> {
        Drive::new(self.engine.store(), delivery, &self.clock).cut(cut)
    }
}

impl<S, C> fmt::Debug for World<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

/// The name of an answer's refusal, or `Granted`.
#[must_use]
pub const fn named<T>(answer: &Answer<T>) -> &'static str {
    match answer {
        Ok(_) => "Granted",
        Err(refusal) => refusal.name(),
    }
}

/// The system's randomness.
#[must_use]
pub fn system() -> Entropy {
    Arc::new(|| {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).ok().map(|()| bytes)
    })
}

/// Bytes that differ at each call and are the same in each run.
#[must_use]
pub fn seeded() -> Entropy {
    let count = AtomicU64::new(0);
    Arc::new(move || {
        let n = count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        Some(core::array::from_fn(|at| n.get(at).copied().unwrap_or(0x5a)))
    })
}
