//! What a host knows by its endpoint, and a test by opening the handle.

use alloc::string::String;

use crate::{Keyring, code::Handle, op::CONFIRM, record::Names};

/// The purpose that a handle was given for, as [`Finish`](crate::op::Finish) wants it named.
#[must_use]
pub fn purpose_of(handle: &str, keys: &Keyring, tenant: &str) -> Option<String> {
    let names = Names { index: keys.index(), tenant, decoy_bits: 20 };
    let purpose = Handle::open(handle, keys, &names)?.purpose;
    Some(if purpose.starts_with(CONFIRM) { CONFIRM.into() } else { purpose })
}
