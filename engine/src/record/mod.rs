//! Rows: what is in them, how they are named, encoded and sealed.

mod account;
mod blank;
mod challenge;
mod codec;
mod device;
mod held;
mod identity;
mod imports;
mod name;
mod recovery;
mod seal;
mod small;
mod token;

pub(crate) use account::{Account, PinRecord, State, Trail};
pub(crate) use blank::Blanks;
pub(crate) use challenge::{Challenge, Progress, Series};
pub(crate) use codec::{decode, encode};
pub(crate) use device::Device;
pub(crate) use held::Held as HeldAddress;
pub(crate) use identity::Identity;
pub(crate) use imports::Imports;
pub(crate) use name::{Kind, Names, parse as parse_name};
pub(crate) use recovery::{Entry as RecoveryEntry, RecoverySet};
pub(crate) use seal::{open, seal};
pub(crate) use small::{Budget, Claim, Holder};
pub(crate) use token::{CONFIRM_TRIES, Fit, Seed, Token};
