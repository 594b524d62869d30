//! The loops that answer an operation's questions, and the traits that they answer from. The heart
//! knows none of this: a host with a loop of its own drives [`Step`](crate::op::Step) itself, or an
//! [`Operation`] where it lacks Rust's types.

#[cfg(feature = "std")]
mod asynchronous;
#[cfg(feature = "std")]
mod blocking;
mod clock;
mod delivery;
#[cfg(feature = "std")]
mod error;
#[cfg(feature = "std")]
mod frame;
#[cfg(feature = "std")]
mod hash_pool;
mod operation;
mod store;

#[cfg(feature = "std")]
pub use asynchronous::{AsyncDelivery, AsyncEngine, AsyncHost, AsyncStore, BoxFuture};
#[cfg(feature = "std")]
pub use blocking::Engine;
#[cfg(feature = "std")]
pub use clock::SystemClock;
pub use clock::{Clock, milliseconds};
pub use delivery::{Delivery, Handover, NoDelivery};
#[cfg(feature = "std")]
pub use error::Error;
#[cfg(feature = "std")]
pub use hash_pool::HashPool;
pub use operation::{Answer, Asked, Granted, Operation};
pub use store::{Store, StoreError, Swapped};
