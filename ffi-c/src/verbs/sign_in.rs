//! Signing in: `begin`, `resend`, `finish`, `verify`, `cancel`.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use ::pinbolt::op::{Begin, Cancel, Evidence, Finish, Resend, Verify};

use super::start;
use crate::{
    caller::{caller, pinbolt_caller},
    guard::SizeFirst,
    installation::pinbolt,
    names,
    op::pinbolt_op,
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
};

/// The arguments of `pinbolt_start_begin`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_begin_args {
    /// `sizeof(pinbolt_begin_args)`.
    pub size: usize,
    /// Account id, phone number or e-mail address, as typed.
    pub name: pinbolt_text,
    /// A purpose of the policy that asks for a code.
    pub purpose: pinbolt_text,
    /// The PIN as typed, if the purpose asks for one; else absent.
    pub pin: pinbolt_text,
    /// Who asks.
    pub caller: *const pinbolt_caller,
    /// What the code is for, such as the text of a payment, up to 4096 bytes; `finish` must name
    /// the same.
    pub context: pinbolt_bytes,
    /// How the code shall travel: `sms`, `email`, or the name of a channel of your own.
    pub channel: pinbolt_text,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_begin_args {}

/// Starts a sign-in or another purpose that ends with a delivered code: `pinbolt_op_challenge`
/// gives what the person's client keeps, `pinbolt_op_dispatch` what sends the code.
///
/// `PINBOLT_OK` says that the operation has started, here and in every other `pinbolt_start_`; only
/// its end says what is granted. `now` is in Unix milliseconds. `*op` is yours to free. Else
/// `PINBOLT_POINTER`, `PINBOLT_LENGTH`, `PINBOLT_CALLER`, `PINBOLT_CHANNEL`, `PINBOLT_VALUE` or
/// `PINBOLT_RANDOMNESS`, and there is no operation. All arguments are copied.
///
/// Ends with `PINBOLT_WRONG_CREDENTIALS`, `PINBOLT_WAITING`, `PINBOLT_THROTTLED` or
/// `PINBOLT_MALFORMED`; after the right PIN with `PINBOLT_UNKNOWN_ADDRESS`, where the account has
/// no confirmed address for the channel; where accounts aren't hidden also with
/// `PINBOLT_UNKNOWN_ACCOUNT`, `PINBOLT_DISABLED`, `PINBOLT_BLOCKED` or `PINBOLT_NO_PIN`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_begin(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_begin_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_begin_args| {
            Ok(Begin {
                name: args.name.read()?,
                purpose: args.purpose.read()?,
                pin: args.pin.read_maybe()?,
                channel: names::channel(args.channel)?,
                caller: caller(args.caller)?,
                context: args.context.read()?.unwrap_or_default(),
            })
        })
    }
}

/// The arguments of `pinbolt_start_resend`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_resend_args {
    /// `sizeof(pinbolt_resend_args)`.
    pub size: usize,
    /// The handle that `begin` gave.
    pub handle: pinbolt_text,
    /// Who asks: the session that began.
    pub caller: *const pinbolt_caller,
    /// How the code shall travel this time.
    pub channel: pinbolt_text,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_resend_args {}

/// Starts sending another message: by the purpose's policy a new code, which ends the older one, or
/// the same code again. It grants what `begin` does: keep the new challenge's handle in place of the
/// old one, which answers `PINBOLT_SUPERSEDED` after a new code, to that code, too.
///
/// Ends with `PINBOLT_THROTTLED` before `resend_at` or over the send budget, with
/// `PINBOLT_UNKNOWN_ADDRESS`, or as `finish` does for a handle that is no longer open.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_resend(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_resend_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_resend_args| {
            Ok(Resend {
                handle: args.handle.read()?,
                channel: names::channel(args.channel)?,
                caller: caller(args.caller)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_finish`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_finish_args {
    /// `sizeof(pinbolt_finish_args)`.
    pub size: usize,
    /// The purpose that this call is for, or `PINBOLT_CONFIRM`. Write it in your program, never
    /// take it from the request.
    pub purpose: pinbolt_text,
    /// The handle that `begin`, `resend` or `confirm` gave.
    pub handle: pinbolt_text,
    /// The code as typed.
    pub code: pinbolt_text,
    /// Who asks: the session that began.
    pub caller: *const pinbolt_caller,
    /// The context that `begin` was given, or absent.
    pub context: pinbolt_bytes,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_finish_args {}

/// Starts ending a challenge with its code: `pinbolt_op_verdict` says whether the person is
/// accepted. A code of `confirm` binds its address.
///
/// Ends with `PINBOLT_WRONG_CODE`, `PINBOLT_SUPERSEDED`, `PINBOLT_ALREADY_USED`, `PINBOLT_EXPIRED`,
/// `PINBOLT_TRIES_USED_UP`, `PINBOLT_WAITING`, `PINBOLT_THROTTLED`, `PINBOLT_MALFORMED`,
/// `PINBOLT_WRONG_SESSION`, which also another context is, `PINBOLT_UNKNOWN_CHALLENGE` or
/// `PINBOLT_ENDED`; a confirmation also with `PINBOLT_ADDRESS_TAKEN`; where accounts aren't hidden
/// also with `PINBOLT_DISABLED`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_finish(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_finish_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_finish_args| {
            Ok(Finish {
                purpose: args.purpose.read()?,
                handle: args.handle.read()?,
                code: args.code.read()?,
                caller: caller(args.caller)?,
                context: args.context.read()?.unwrap_or_default(),
            })
        })
    }
}

/// The arguments of `pinbolt_start_verify`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_verify_args {
    /// `sizeof(pinbolt_verify_args)`.
    pub size: usize,
    /// Account id, phone number or e-mail address, as typed.
    pub name: pinbolt_text,
    /// A purpose of the policy that asks for no delivered code.
    pub purpose: pinbolt_text,
    /// The PIN as typed, if the purpose asks for one; else absent.
    pub pin: pinbolt_text,
    /// A token's one-time code as typed, if the purpose asks for one; else absent.
    pub otp: pinbolt_text,
    /// In place of `pin` and `otp`: both typed as one string of digits, the PIN first, as RADIUS and
    /// PAM have it. The token's number of digits splits it. Digits alone: unlike `otp`, no blank,
    /// hyphen or line end, so cut what `fgets` left.
    pub pin_then_otp: pinbolt_text,
    /// A recovery code as typed, if the purpose asks for one; else absent.
    pub recovery_code: pinbolt_text,
    /// Who asks.
    pub caller: *const pinbolt_caller,
    /// What the proof is for, up to 4096 bytes; or absent.
    pub context: pinbolt_bytes,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_verify_args {}

/// Starts checking what a purpose without a delivered code asks for: a PIN, a token's one-time code,
/// a recovery code, or several of them at once. `pinbolt_op_verdict` says whether the person is
/// accepted. Of a combination either all parts pass or none is used up, and the refusal doesn't say
/// which was wrong.
///
/// Ends with `PINBOLT_WRONG_CREDENTIALS`, `PINBOLT_ALREADY_USED`, `PINBOLT_WAITING`,
/// `PINBOLT_THROTTLED` or `PINBOLT_MALFORMED`; where accounts aren't hidden also with
/// `PINBOLT_UNKNOWN_ACCOUNT`, `PINBOLT_DISABLED`, `PINBOLT_BLOCKED`, `PINBOLT_NO_PIN`,
/// `PINBOLT_NO_TOKEN` or `PINBOLT_NO_RECOVERY_CODES`. What was given must be what the purpose asks
/// for: else `PINBOLT_PIN_MISSING`, `PINBOLT_PIN_UNASKED`, `PINBOLT_EVIDENCE_MISSING` or
/// `PINBOLT_EVIDENCE_UNASKED`, which are misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_verify(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_verify_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_verify_args| {
            Ok(Verify {
                name: args.name.read()?,
                purpose: args.purpose.read()?,
                evidence: Evidence {
                    pin: args.pin.read_maybe()?,
                    otp: args.otp.read_maybe()?,
                    pin_then_otp: args.pin_then_otp.read_maybe()?,
                    recovery_code: args.recovery_code.read_maybe()?,
                },
                caller: caller(args.caller)?,
                context: args.context.read()?.unwrap_or_default(),
            })
        })
    }
}

/// The arguments of `pinbolt_start_cancel`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_cancel_args {
    /// `sizeof(pinbolt_cancel_args)`.
    pub size: usize,
    /// The handle that `begin`, `resend` or `confirm` gave.
    pub handle: pinbolt_text,
    /// Who asks: the session that began.
    pub caller: *const pinbolt_caller,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_cancel_args {}

/// Starts giving a challenge up: its code is dead then.
///
/// Ends with `PINBOLT_WRONG_SESSION`, `PINBOLT_UNKNOWN_CHALLENGE` or as `finish` does for a handle
/// that is no longer open.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_cancel(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_cancel_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_cancel_args| {
            Ok(Cancel { handle: args.handle.read()?, caller: caller(args.caller)? })
        })
    }
}
