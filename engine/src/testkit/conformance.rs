//! The conformance kit: the promises of a [`Store`], tried on a real one.
//!
//! Everything that pinbolt says of counting and replay rests on one conditional write, and an
//! adapter that checks in one statement and writes in the next looks right in every test that
//! runs alone. So no adapter is done before [`check`] passes it:
//!
//! ```
//! use pinbolt::testkit::{MemoryStore, conformance};
//!
//! let database = MemoryStore::new();
//! let passed = conformance::check(|| database.clone()).unwrap();
//! println!("{passed}");
//! ```
//!
//! It can't find what needs a failing machine: an `Applied` that a power cut or a failover takes
//! back, a `Failed` that is true only while the network is well, a row removed hours too early.

#![allow(clippy::disallowed_methods, reason = "real stores are raced on real threads and time")]

mod counter;
mod kit;
mod promise;
mod races;
mod rows;

use alloc::{string::String, vec::Vec};
use core::{error::Error, fmt};

use self::kit::Kit;
pub use self::promise::Promise;
use crate::driver::Store;

/// Tries every [`Promise`] on a store. `connect` opens one more connection to one and the same
/// storage, as another process would; up to nine are open at once, and at one point none is.
///
/// The storage may be shared and need not be empty: rows are named `kit-`, a number drawn for the
/// run, and so on. They are left behind, to be kept for an hour, but for one that says never.
///
/// On a store that takes 10 ms for each write it takes less than 5 s.
///
/// # Errors
/// [`Broken`] lists each promise that was not kept, with what it would cost.
pub fn check<S: Store>(connect: impl Fn() -> S) -> Result<Passed, Broken> {
    let kit = Kit::new(&connect);
    let mut broken = Broken(Vec::new());
    let extended = broken.note(rows::extend_keeping(&kit)).flatten();
    for trial in rows::trials().into_iter().chain(races::trials()) {
        broken.note(trial(&kit));
    }
    // Waiting for a row's time to pass is the one slow trial.
    if let Some(extended) = extended.filter(|_| broken.0.is_empty()) {
        broken.note(rows::extended_is_kept(&kit, &extended));
    }
    if broken.0.is_empty() { Ok(Passed { races: kit.races() }) } else { Err(broken) }
}

/// Every promise was kept, as far as a test can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The races that were run: how many times several threads tried to write over one version.
    /// A slow store has fewer of them in the same time, and so was tried less.
    pub races: u32,
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} promises kept, {} races run", Promise::ALL.len(), self.races)
    }
}

/// The promises that were not kept. `Debug` shows the same sentences as `Display`.
#[must_use]
pub struct Broken(Vec<Finding>);

impl Broken {
    /// What was found, each promise once, in the order of the trials; never empty.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    fn note<T>(&mut self, outcome: Result<T, Finding>) -> Option<T> {
        let finding = match outcome {
            Ok(value) => return Some(value),
            Err(finding) => finding,
        };
        if self.0.iter().all(|earlier| earlier.promise != finding.promise) {
            self.0.push(finding);
        }
        None
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this store must not carry pinbolt:")?;
        self.0.iter().try_for_each(|finding| write!(f, "\n- {finding}"))
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Broken {}

/// One promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The promise, with what it would cost.
    pub promise: Promise,
    /// What the kit saw.
    pub seen: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { promise, seen } = self;
        write!(f, "{}, but {seen}; {}.", promise.sentence(), promise.cost())
    }
}
