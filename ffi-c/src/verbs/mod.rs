//! The verbs: one struct of arguments and one constructor each, of which all else is the engine's.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

pub mod accounts;
pub mod addresses;
pub mod devices;
pub mod identity;
pub mod import;
pub mod pins;
pub mod recovery;
pub mod sign_in;
pub mod tickets;
pub mod tokens;

use core::ptr;

use ::pinbolt::{
    Error, Failure,
    driver::{Granted, Operation, milliseconds},
    op::Verb,
};

use crate::{
    guard::{SizeFirst, clear, entry, get, hand, read},
    installation::pinbolt,
    op::pinbolt_op,
    status::pinbolt_status,
};

/// What every constructor does: `verb` makes the engine's verb of C's arguments, and takes a proof
/// last.
///
/// # Safety
/// As [`get`], [`read`] and [`clear`].
unsafe fn start<A: SizeFirst, V: Verb>(
    installation: *const pinbolt,
    now: u64,
    args: *const A,
    op: *mut *mut pinbolt_op,
    verb: impl FnOnce(A) -> Result<V, Error>,
) -> pinbolt_status
where
    Granted: From<V::Output>,
{
    entry(|| {
        // SAFETY: the caller's promises.
        let op = unsafe { clear(op, ptr::null_mut()) }?;
        // SAFETY: as above.
        let (installation, args) = unsafe { (get(installation)?, read(args)?) };
        let (now, seed) = (milliseconds(now)?, entropy()?);
        let operation = Operation::start(verb(args)?, &installation.shared, now, seed);
        hand(op, pinbolt_op::new(operation));
        Ok(())
    })
}

/// 32 random bytes of the system's.
pub(crate) fn entropy() -> Result<[u8; 32], Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| Failure::Randomness)?;
    Ok(seed)
}
