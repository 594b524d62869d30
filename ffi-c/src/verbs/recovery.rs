//! Recovery codes: `issue_recovery_codes`.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use ::pinbolt::op::IssueRecoveryCodes;

use super::start;
use crate::{
    accepted::pinbolt_accepted,
    caller::{authority, pinbolt_operator},
    guard::SizeFirst,
    installation::pinbolt,
    op::pinbolt_op,
    status::pinbolt_status,
    text::pinbolt_text,
};

/// The arguments of `pinbolt_start_issue_recovery_codes`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_issue_recovery_codes_args {
    /// `sizeof(pinbolt_issue_recovery_codes_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// By what right: an operator; or NULL, and `proof`.
    pub by: *const pinbolt_operator,
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    pub proof: *mut *mut pinbolt_accepted,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_issue_recovery_codes_args {}

/// Starts making a set of recovery codes: `pinbolt_op_recovery_codes` gives them, to be shown once.
/// An older set ends with it. Each code is good once; one hash is run for each. Authority as in
/// `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED` or `PINBOLT_UNKNOWN_ACCOUNT`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_issue_recovery_codes(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_issue_recovery_codes_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_issue_recovery_codes_args| {
            Ok(IssueRecoveryCodes {
                account: args.account.read()?,
                authority: authority(args.by, args.proof)?,
            })
        })
    }
}
