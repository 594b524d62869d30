//! Who asks, and by what right.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use ::pinbolt::{Authority, Caller, Error, Misuse, Operator};

use crate::{
    accepted::pinbolt_accepted,
    guard::{SizeFirst, get, read, take},
    text::{pinbolt_bytes, pinbolt_text},
};

/// The request's own marks, as the host knows them.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_caller {
    /// `sizeof(pinbolt_caller)`.
    pub size: usize,
    /// The host's own session id, 1 to 256 bytes. A code is only good in the session that asked for
    /// it, so never a constant; and give a new id once somebody is signed in.
    pub session: pinbolt_bytes,
    /// Where the request came from, up to 256 bytes, for the audit events; or absent.
    pub source: pinbolt_text,
    /// The device token that the person's browser or app holds, as it sent it; or absent. One that the
    /// account doesn't know is nobody's, and no misuse.
    pub device: pinbolt_text,
}

/// A named person who acts by his office, and why. Both stand in the audit events, so neither may
/// have `@` or `+`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_operator {
    /// `sizeof(pinbolt_operator)`.
    pub size: usize,
    /// Who: 1 to 64 bytes.
    pub name: pinbolt_text,
    /// Why: 1 to 256 bytes.
    pub reason: pinbolt_text,
}

// SAFETY: C's, its size first, and all zeros are absent texts.
unsafe impl SizeFirst for pinbolt_caller {}
// SAFETY: as above.
unsafe impl SizeFirst for pinbolt_operator {}

/// # Safety
/// As [`read`], and for the texts and bytes in it.
pub(crate) unsafe fn caller<'a>(pointer: *const pinbolt_caller) -> Result<Caller<'a>, Error> {
    // SAFETY: the caller's promise.
    let args = unsafe { read(pointer) }?;
    // SAFETY: as above.
    let (session, source) = unsafe { (args.session.read()?, args.source.read_maybe()?) };
    // SAFETY: as above.
    let device = unsafe { args.device.read_maybe()? };
    let caller = Caller::new(session.unwrap_or_default());
    let caller = device.map_or(caller, |device| caller.device(device));
    Ok(source.map_or(caller, |source| caller.source(source)))
}

/// # Safety
/// As [`caller`].
pub(crate) unsafe fn operator(pointer: *const pinbolt_operator) -> Result<Operator, Error> {
    // SAFETY: the caller's promise.
    let args = unsafe { read(pointer) }?;
    // SAFETY: as above.
    let (name, reason) = unsafe { (args.name.read()?, args.reason.read()?) };
    Ok(Operator::new(name, reason)?)
}

/// An operator or a proof, of which exactly one must be there. The proof is taken, and cleared: do
/// this last, when nothing else can be misuse.
///
/// # Safety
/// As [`caller`] and [`take`].
pub(crate) unsafe fn authority(
    by: *const pinbolt_operator,
    proof: *mut *mut pinbolt_accepted,
) -> Result<Authority, Error> {
    match (by.is_null(), proof.is_null()) {
        // SAFETY: the caller's promise.
        (false, true) => Ok(unsafe { operator(by) }?.into()),
        (true, false) => {
            // SAFETY: as above.
            let empty = unsafe { get(proof) }?.is_null();
            // A proof that was used up left NULL behind.
            if empty {
                return Err(Misuse::UsedUp.into());
            }
            // SAFETY: as above.
            let proof = unsafe { take(proof) }.ok_or(Misuse::Pointer)?;
            Ok(Authority::Proved(proof.into_proofs()))
        }
        _ => Err(Misuse::Authority.into()),
    }
}
