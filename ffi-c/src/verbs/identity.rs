//! Civil documents: `tie_identity`, `untie_identity`, `registrations`.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use ::pinbolt::{
    Document, Error,
    op::{Registrations, TieIdentity, UntieIdentity},
};

use super::start;
use crate::{
    caller::{operator, pinbolt_operator},
    guard::{SizeFirst, read},
    installation::pinbolt,
    op::pinbolt_op,
    status::pinbolt_status,
    text::pinbolt_text,
};

/// A civil document, of which only a keyed hash is kept. `PINBOLT_DOCUMENT` where it has not this
/// form.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_document {
    /// `sizeof(pinbolt_document)`.
    pub size: usize,
    /// A word of yours, such as `passport`: 1 to 16 of a-z, 0-9 and `-`.
    pub kind: pinbolt_text,
    /// Two letters (ISO 3166-1), in either case.
    pub country: pinbolt_text,
    /// 1 to 32 ASCII letters and digits, in either case; spaces, dots, slashes and hyphens are
    /// dropped.
    pub number: pinbolt_text,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_document {}

/// The arguments of `pinbolt_start_tie_identity`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_tie_identity_args {
    /// `sizeof(pinbolt_tie_identity_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// The document, as the operator saw it.
    pub document: *const pinbolt_document,
    /// Who does it, and why.
    pub by: *const pinbolt_operator,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_tie_identity_args {}

/// Starts tying an account to a civil document, which at most `identity.accounts` accounts share.
///
/// Ends with `PINBOLT_IDENTITY_TAKEN` where they do, or where the account is tied to another document
/// (`pinbolt_start_untie_identity` first), or with `PINBOLT_UNKNOWN_ACCOUNT`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_tie_identity(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_tie_identity_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    let mut shown = None;
    let shown = &mut shown;
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, move |args: pinbolt_tie_identity_args| {
            Ok(TieIdentity {
                account: args.account.read()?,
                document: shown.insert(document(args.document)?),
                operator: operator(args.by)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_untie_identity`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_untie_identity_args {
    /// `sizeof(pinbolt_untie_identity_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// Who does it, and why.
    pub by: *const pinbolt_operator,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_untie_identity_args {}

/// Starts freeing an account's civil document.
///
/// Ends with `PINBOLT_UNKNOWN_IDENTITY` or `PINBOLT_UNKNOWN_ACCOUNT`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_untie_identity(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_untie_identity_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_untie_identity_args| {
            Ok(UntieIdentity { account: args.account.read()?, operator: operator(args.by)? })
        })
    }
}

/// The arguments of `pinbolt_start_registrations`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_registrations_args {
    /// `sizeof(pinbolt_registrations_args)`.
    pub size: usize,
    /// The document.
    pub document: *const pinbolt_document,
    /// Who asks, and why; an audit event of each account says so.
    pub by: *const pinbolt_operator,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_registrations_args {}

/// Starts listing the accounts that are tied to a civil document: `pinbolt_op_accounts` gives them.
/// None is an answer too.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_registrations(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_registrations_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    let mut shown = None;
    let shown = &mut shown;
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, move |args: pinbolt_registrations_args| {
            Ok(Registrations {
                document: shown.insert(document(args.document)?),
                operator: operator(args.by)?,
            })
        })
    }
}

/// # Safety
/// As [`read`], and for the texts in it.
unsafe fn document(pointer: *const pinbolt_document) -> Result<Document, Error> {
    // SAFETY: the caller's promise.
    let args = unsafe { read(pointer) }?;
    // SAFETY: as above.
    let (kind, country, number) =
        unsafe { (args.kind.read()?, args.country.read()?, args.number.read()?) };
    Ok(Document::new(kind, country, number)?)
}
