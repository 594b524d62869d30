//! pinbolt checks PINs and one-time codes.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod address;
mod caller;
mod code;
pub mod driver;
mod entropy;
mod error;
mod guard;
mod keys;
mod mac;
pub mod op;
mod outcome;
pub mod pin;
mod pinbolt;
pub mod policy;
mod record;
pub mod row;
mod secret;
#[cfg(feature = "testkit")]
#[allow(clippy::disallowed_methods, reason = "test stores sleep, and time races")]
pub mod testkit;

pub use caller::Caller;
pub use code::Reference;
pub use error::{Error, Failure, Input, Misuse, Refusal};
pub use guard::{Authenticator, Lane};
pub use keys::Keyring;
pub use outcome::{
    Accepted, Answer, Assurance, AuditEvent, Authority, Channel, Done, Event, EventKind, Factors,
    Operator, Source,
};
pub use pin::{Digest, HashMemory, WeakPin, Work};
pub use pinbolt::Pinbolt;
pub use policy::Policy;
pub use secret::Secret;
