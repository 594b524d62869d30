//! The loops that answer an operation's questions, and the traits that they answer from. The heart
//! knows none of this: a host with a loop of its own drives [`Step`](crate::op::Step) itself.

#[cfg(feature = "std")]
mod blocking;
mod clock;
mod delivery;
#[cfg(feature = "std")]
mod hash_pool;
mod store;

#[cfg(feature = "std")]
pub use blocking::{Engine, Error};
pub use clock::Clock;
#[cfg(feature = "std")]
pub use clock::SystemClock;
pub use delivery::{Delivery, Handover, NoDelivery};
#[cfg(feature = "std")]
pub use hash_pool::HashPool;
pub use store::{Store, StoreError, Swapped};
