//! PINs: `change_pin`, `reset_pin`, `unlock`.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use ::pinbolt::op::{ChangePin, ResetPin, Unlock};

use super::start;
use crate::{
    accepted::pinbolt_accepted,
    caller::{authority, caller, pinbolt_caller, pinbolt_operator},
    guard::SizeFirst,
    installation::pinbolt,
    names,
    op::pinbolt_op,
    status::pinbolt_status,
    text::pinbolt_text,
};

/// The arguments of `pinbolt_start_change_pin`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_change_pin_args {
    /// `sizeof(pinbolt_change_pin_args)`.
    pub size: usize,
    /// The account's id, from the host's own session and not as typed.
    pub account: pinbolt_text,
    /// The present PIN. (`new` is a word of C++, hence these names.)
    pub old_pin: pinbolt_text,
    /// The new one, held against the rules for new PINs.
    pub new_pin: pinbolt_text,
    /// Who asks.
    pub caller: *const pinbolt_caller,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_change_pin_args {}

/// Starts setting a new PIN for who knows the old one. Challenges that rest on the old one end.
///
/// Ends with `PINBOLT_WRONG_CREDENTIALS`, `PINBOLT_WEAK_PIN`, `PINBOLT_WAITING`,
/// `PINBOLT_THROTTLED`, `PINBOLT_UNKNOWN_ACCOUNT` or `PINBOLT_MALFORMED`; where accounts aren't
/// hidden also with `PINBOLT_DISABLED`, `PINBOLT_BLOCKED` or `PINBOLT_NO_PIN`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_change_pin(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_change_pin_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_change_pin_args| {
            Ok(ChangePin {
                account: args.account.read()?,
                old: args.old_pin.read()?,
                new: args.new_pin.read()?,
                caller: caller(args.caller)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_reset_pin`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_reset_pin_args {
    /// `sizeof(pinbolt_reset_pin_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// The new PIN, held against the rules for new ones.
    pub new_pin: pinbolt_text,
    /// By what right: an operator; or NULL, and `proof`.
    pub by: *const pinbolt_operator,
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    pub proof: *mut *mut pinbolt_accepted,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_reset_pin_args {}

/// Starts setting a new PIN by an operator, or by a fresh proof of a purpose that authorizes: one by two
/// keys, or two that were put together by `pinbolt_accepted_beside`, as for all acts that take one. The
/// count of wrong PINs stays: that is `unlock`'s.
///
/// `PINBOLT_AUTHORITY` unless exactly one of `by` and `proof` is there, `PINBOLT_USED_UP` for a
/// proof that is NULL, `PINBOLT_OPERATOR`. With any other status than `PINBOLT_OK` the proof is
/// still yours.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED`, `PINBOLT_WEAK_PIN`, `PINBOLT_UNKNOWN_ACCOUNT` or
/// `PINBOLT_MALFORMED`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_reset_pin(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_reset_pin_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_reset_pin_args| {
            Ok(ResetPin {
                account: args.account.read()?,
                new: args.new_pin.read()?,
                authority: authority(args.by, args.proof)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_unlock`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_unlock_args {
    /// `sizeof(pinbolt_unlock_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// By what right: an operator; or NULL, and `proof`.
    pub by: *const pinbolt_operator,
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    pub proof: *mut *mut pinbolt_accepted,
    /// What is unlocked: `PINBOLT_AUTHENTICATOR_...`.
    pub authenticator: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_unlock_args {}

/// Starts setting an authenticator's counts to zero in all lanes, which enables it again. Authority
/// as in `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED` or `PINBOLT_UNKNOWN_ACCOUNT`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_unlock(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_unlock_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_unlock_args| {
            Ok(Unlock {
                account: args.account.read()?,
                authenticator: names::authenticator(args.authenticator)?,
                authority: authority(args.by, args.proof)?,
            })
        })
    }
}
