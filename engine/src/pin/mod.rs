//! PINs: the rules for new ones and the hash that checks them.

mod hash;
mod rules;

pub(crate) use hash::Cost;
pub use hash::{Digest, HashMemory, Work};
pub use rules::{Rules, WeakPin};
