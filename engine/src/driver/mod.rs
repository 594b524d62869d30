//! The loops that answer an operation's questions, and the traits that they answer from.

mod store;

pub use store::{Store, StoreError, Swapped};
