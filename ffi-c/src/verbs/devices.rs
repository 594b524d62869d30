//! Known devices: `remember_device`, `forget_device`, `outstanding`, `renew`.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use ::pinbolt::{
    Authority, Misuse,
    op::{ForgetDevice, Outstanding, RememberDevice, Renew},
};

use super::start;
use crate::{
    accepted::pinbolt_accepted,
    caller::{authority, caller, pinbolt_caller, pinbolt_operator},
    guard::SizeFirst,
    installation::pinbolt,
    op::pinbolt_op,
    status::pinbolt_status,
    text::pinbolt_text,
};

/// The arguments of `pinbolt_start_remember_device`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_remember_device_args {
    /// `sizeof(pinbolt_remember_device_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// What the person knows the device by: up to 64 bytes without control characters. `describe`
    /// shows it.
    pub label: pinbolt_text,
    /// The person's own fresh proof, of two factors, of a purpose that authorizes. It is used up,
    /// `*proof` NULL afterwards.
    pub proof: *mut *mut pinbolt_accepted,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_remember_device_args {}

/// Starts making the caller's device a known one of the account: `pinbolt_op_remembered_device`
/// gives its number and its token. Keep the token on that device alone, as a session cookie is kept,
/// and give it as `device` of every `pinbolt_caller` from there. It signs nobody in: it chooses the
/// lane, in which no stranger's guesses and requests count.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED` or `PINBOLT_UNKNOWN_ACCOUNT`. An account knows 16 devices; the
/// one longest unused makes room for another.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_remember_device(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_remember_device_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_remember_device_args| {
            let (account, label) = (args.account.read()?, args.label.read()?);
            match authority(core::ptr::null(), args.proof)? {
                Authority::Proved(proof) => Ok(RememberDevice { account, label, proof }),
                Authority::Operator(_) => Err(Misuse::Authority.into()),
            }
        })
    }
}

/// The arguments of `pinbolt_start_forget_device`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_forget_device_args {
    /// `sizeof(pinbolt_forget_device_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// By what right: an operator; or NULL, and `proof`.
    pub by: *const pinbolt_operator,
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    pub proof: *mut *mut pinbolt_accepted,
    /// The device's number; 0 for all, as after a theft.
    pub device: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_forget_device_args {}

/// Starts forgetting a device, or all of them: its token is worth nothing from then on. Authority as
/// in `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_UNKNOWN_DEVICE`, `PINBOLT_NOT_AUTHORIZED` or `PINBOLT_UNKNOWN_ACCOUNT`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_forget_device(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_forget_device_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_forget_device_args| {
            Ok(ForgetDevice {
                account: args.account.read()?,
                device: (args.device > 0).then_some(args.device),
                authority: authority(args.by, args.proof)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_outstanding`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_outstanding_args {
    /// `sizeof(pinbolt_outstanding_args)`.
    pub size: usize,
    /// The account's id, as the app keeps it.
    pub account: pinbolt_text,
    /// Who asks, with the token of a known device.
    pub caller: *const pinbolt_caller,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_outstanding_args {}

/// Starts showing the outstanding codes of an account to a device that it knows, such as an app that
/// receives codes by push: `pinbolt_op_outstanding` gives them.
///
/// Ends with `PINBOLT_UNKNOWN_DEVICE`, whether or not there is such an account.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_outstanding(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_outstanding_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_outstanding_args| {
            Ok(Outstanding { account: args.account.read()?, caller: caller(args.caller)? })
        })
    }
}

/// The arguments of `pinbolt_start_renew`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_renew_args {
    /// `sizeof(pinbolt_renew_args)`.
    pub size: usize,
    /// The account's id, as the app keeps it.
    pub account: pinbolt_text,
    /// The purpose of the outstanding code.
    pub purpose: pinbolt_text,
    /// Who asks, with the token of a known device.
    pub caller: *const pinbolt_caller,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_renew_args {}

/// Starts sending a new code for one that is outstanding, asked for by a device that the account
/// knows. It grants what `begin` does; the older code is superseded, and the handle of whoever began
/// stays good.
///
/// Ends with `PINBOLT_UNKNOWN_DEVICE`, with `PINBOLT_UNKNOWN_CHALLENGE` where none is outstanding, or
/// with `PINBOLT_THROTTLED`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_renew(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_renew_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_renew_args| {
            Ok(Renew {
                account: args.account.read()?,
                purpose: args.purpose.read()?,
                caller: caller(args.caller)?,
            })
        })
    }
}
