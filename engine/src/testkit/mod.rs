//! What tests, demonstrations and benches stand on instead of a database and a clock: never a
//! production store.
//!
//! - [`MemoryStore`] is a true store, only not durable.
//! - [`Observed`] tells a test of every write that any store applied.
//! - [`FaultStore`] makes any store lose, delay, refuse and forget answers, by script or by seed.
//! - [`VirtualClock`] stands still until it is told.
//! - [`Outbox`] keeps the messages that would have gone out.
//! - [`conformance`] is the kit that every store must pass before pinbolt may stand on it.
//! - [`racy`] holds stores with the usual mistakes, all of which the kit must find.

mod clock;
pub mod conformance;
mod endpoint;
mod fault;
pub mod fuzz;
mod memory;
mod observed;
mod outbox;
pub mod racy;
mod random;

pub use clock::VirtualClock;
pub use endpoint::purpose_of;
pub use fault::{Fault, FaultStore};
pub use memory::MemoryStore;
pub use observed::Observed;
pub use outbox::{Outbox, Received};
