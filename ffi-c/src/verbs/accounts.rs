//! Accounts, by an operator: `block`, `unblock`, `cancel_account`, `describe`.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use ::pinbolt::op::{Block, CancelAccount, Describe, Unblock};

use super::start;
use crate::{
    accepted::pinbolt_accepted,
    caller::{authority, operator, pinbolt_operator},
    guard::SizeFirst,
    installation::pinbolt,
    op::pinbolt_op,
    status::pinbolt_status,
    text::pinbolt_text,
};

/// The arguments of `pinbolt_start_block`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_block_args {
    /// `sizeof(pinbolt_block_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// Who does it, and why.
    pub by: *const pinbolt_operator,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_block_args {}

/// Starts blocking an account: nothing of it passes, and its outstanding challenges end. To
/// strangers it answers as an unknown one, where accounts are hidden.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_block(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_block_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_block_args| {
            Ok(Block { account: args.account.read()?, operator: operator(args.by)? })
        })
    }
}

/// The arguments of `pinbolt_start_unblock`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_unblock_args {
    /// `sizeof(pinbolt_unblock_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// Who does it, and why.
    pub by: *const pinbolt_operator,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_unblock_args {}

/// Starts lifting a block. The counts of failures stay as they were.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_unblock(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_unblock_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_unblock_args| {
            Ok(Unblock { account: args.account.read()?, operator: operator(args.by)? })
        })
    }
}

/// The arguments of `pinbolt_start_cancel_account`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_cancel_account_args {
    /// `sizeof(pinbolt_cancel_account_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// By what right: an operator; or NULL, and `proof`.
    pub by: *const pinbolt_operator,
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    pub proof: *mut *mut pinbolt_accepted,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_cancel_account_args {}

/// Starts ending a registration: its PIN, challenges and codes are gone and its addresses free.
/// Authority as in `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT` or `PINBOLT_NOT_AUTHORIZED`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_cancel_account(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_cancel_account_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_cancel_account_args| {
            Ok(CancelAccount {
                account: args.account.read()?,
                authority: authority(args.by, args.proof)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_describe`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_describe_args {
    /// `sizeof(pinbolt_describe_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_describe_args {}

/// Starts showing an account to an operator: `pinbolt_op_description` gives it.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_describe(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_describe_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_describe_args| {
            Ok(Describe { account: args.account.read()? })
        })
    }
}
