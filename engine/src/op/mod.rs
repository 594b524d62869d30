//! The verbs, and the questions by which a host with a loop of its own drives them.
//!
//! ```
//! # #[cfg(feature = "std")] {
//! use pinbolt::driver::{Store, Swapped};
//! use pinbolt::op::Step;
//! use pinbolt::{Done, HashMemory};
//!
//! /// `Deliver` is asked by a dispatch alone.
//! fn drive<T>(mut step: Step<T>, store: &impl Store, now: impl Fn() -> u64) -> Done<T> {
//!     let mut memory = HashMemory::new();
//!     loop {
//!         step = match step {
//!             Step::Load(load) => match store.load(load.row()) {
//!                 Ok(snapshot) => load.found(now(), snapshot),
//!                 Err(_) => load.failed(now()),
//!             },
//!             Step::Commit(commit) => match store.swap(commit.write()) {
//!                 Swapped::Applied => commit.applied(now()),
//!                 Swapped::Conflict => commit.conflict(now()),
//!                 Swapped::InDoubt(_) => commit.in_doubt(now()),
//!                 Swapped::Failed(_) => commit.failed(now()),
//!             },
//!             Step::Hash(hash) => {
//!                 let digest = hash.work().run(&mut memory);
//!                 hash.done(now(), digest)
//!             }
//!             Step::Deliver(deliver) => deliver.refused(now()),
//!             Step::Done(done) => return done,
//!         }
//!     }
//! }
//! # }
//! ```
//!
//! A verb is written as an `async fn` over a `Cx`; what it awaits is the answer to a question.
//! No executor runs it: the operation polls it once for each answer and hands out the next
//! question. So the order of questions can be read off a verb from top to bottom, and its verdict
//! can't be seen before its last write was answered.

mod accounts;
mod addresses;
mod attempt;
mod authority;
mod begin;
mod binding;
mod budget;
mod change_pin;
mod combination;
mod confirm;
mod context;
mod cx;
mod describe;
mod devices;
mod dispatch;
mod enroll;
mod evidence;
mod finish;
mod identity;
mod import;
mod import_judge;
mod issue;
mod issued;
mod link;
mod naming;
mod offers;
mod otp;
mod outstanding;
mod pin;
mod question;
mod recovery;
mod redeem;
mod release;
mod resend;
mod row;
mod standing;
mod ticket;
mod token_codes;
mod tokens;
mod unlock;
mod verify;

pub use accounts::{Block, CancelAccount, Unblock};
pub use begin::Begin;
pub use change_pin::{ChangePin, ResetPin};
pub use confirm::Confirm;
pub use describe::{AddressState, Describe, Description, DeviceState, LedgerState, TokenState};
pub use devices::{ForgetDevice, RememberDevice, RememberedDevice};
pub use dispatch::{Delivered, Dispatch, Message};
pub use enroll::{Enroll, EnrollInactive, Enrolled};
pub use evidence::Evidence;
pub use finish::{Cancel, Finish};
pub use identity::{Registrations, TieIdentity, UntieIdentity};
pub use import::{Failures, Import, Imported, ImportedToken, Took, Weak};
pub use issued::{Begun, Challenge};
pub use link::{PeekLink, PeekedLink};
pub use offers::Offer;
pub use outstanding::{Outstanding, OutstandingCode, Renew};
pub use question::{Commit, Deliver, Hash, Load, Step};
pub use recovery::{IssueRecoveryCodes, RecoveryCodes};
pub use redeem::Redeem;
pub use release::{ReleaseAddress, Released, SuspendAddress};
pub use resend::Resend;
pub use ticket::{CloseTicket, IssueTicket, IssuedTicket};
pub use token_codes::{ConfirmToken, ResyncToken};
pub use tokens::{AddToken, AddedToken, RemoveToken, TokenKind, TokenSecret};
pub use unlock::{Unlock, Unlocked};
pub use verify::Verify;

pub(crate) use cx::Cx;

use alloc::{boxed::Box, string::String, sync::Arc};
use atomic_refcell::AtomicRefCell;
use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use crate::{
    entropy::Entropy,
    error::{Error, Failure},
    outcome::Done,
    pinbolt::Pinbolt,
};
use cx::Port;
use question::Reply;

/// The purpose of the codes that `confirm` sends, as `finish` wants it named. Messages and proofs
/// say which: `pinbolt:confirm-phone` or `pinbolt:confirm-email`.
pub const CONFIRM: &str = "pinbolt:confirm";
/// The purpose of the notices that `release_address` sends.
pub const RELEASE: &str = "pinbolt:release";

/// A thing to do: its arguments by name. [`Verb::start`] gives the first question.
pub trait Verb: sealed::Sealed {
    /// What it grants.
    type Output: Send + 'static;

    /// Starts the operation at `now` (Unix milliseconds, not seconds) with 32 fresh random bytes.
    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Self::Output>;
}

/// Makes a struct of arguments a verb's: sealed, and `Debug` without what a person typed.
macro_rules! verb {
    ($name:ident $(<$life:lifetime>)?) => {
        impl $crate::op::sealed::Sealed for $name $(<$life>)? {}

        impl core::fmt::Debug for $name $(<$life>)? {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}
use verb;

mod sealed {
    /// Keeps the list of verbs the engine's own.
    pub trait Sealed {}
}

/// An operation between two questions.
pub(crate) struct Op<T> {
    verb: Pin<Box<dyn Future<Output = Result<T, Error>> + Send + Sync>>,
    port: Arc<AtomicRefCell<Port>>,
}

impl<T> Op<T> {
    /// Starts `verb` and runs it to its first question.
    fn start<F>(
        pinbolt: &Pinbolt,
        (now, entropy): (u64, [u8; 32]),
        source: Option<String>,
        verb: impl FnOnce(Cx) -> F,
    ) -> Step<T>
    where
        F: Future<Output = Result<T, Error>> + Send + Sync + 'static,
    {
        let port = Arc::new(AtomicRefCell::new(Port::default()));
        let cx = Cx::new(pinbolt.clone(), port.clone(), (now, Entropy::new(entropy)), source);
        Self { verb: Box::pin(verb(cx)), port }.poll()
    }

    /// Answers the open question and runs to the next.
    fn advance(self, now: u64, reply: Reply) -> Step<T> {
        self.port.borrow_mut().reply = Some((now, reply));
        self.poll()
    }

    fn map<U>(self, grant: fn(T) -> U) -> Op<U>
    where
        T: 'static,
        U: 'static,
    {
        let Self { verb, port } = self;
        Op { verb: Box::pin(async move { verb.await.map(grant) }), port }
    }

    fn poll(mut self) -> Step<T> {
        let mut context = Context::from_waker(Waker::noop());
        let result = match self.verb.as_mut().poll(&mut context) {
            Poll::Ready(result) => result,
            Poll::Pending => {
                let question = self.port.borrow_mut().question.take();
                match question {
                    Some(question) => return Step::ask(self, question),
                    // A verb pauses at questions alone.
                    None => Err(Failure::Internal.into()),
                }
            }
        };
        let events = core::mem::take(&mut self.port.borrow_mut().events);
        Step::Done(Done { result, events })
    }
}

impl<T> fmt::Debug for Op<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Op(..)")
    }
}
