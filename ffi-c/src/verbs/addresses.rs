//! Accounts and their addresses: `enroll`, `enroll_inactive`, `confirm`, `release_address`,
//! `suspend_address`.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::slice;

use ::pinbolt::{
    Error, Misuse,
    op::{Confirm, Enroll, EnrollInactive, ReleaseAddress, SuspendAddress},
};

use super::start;
use crate::{
    accepted::pinbolt_accepted,
    caller::{authority, caller, operator, pinbolt_caller, pinbolt_operator},
    guard::SizeFirst,
    installation::pinbolt,
    op::pinbolt_op,
    status::pinbolt_status,
    text::{PINBOLT_MAX_LENGTH, pinbolt_text},
};

/// The arguments of `pinbolt_start_enroll`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_enroll_args {
    /// `sizeof(pinbolt_enroll_args)`.
    pub size: usize,
    /// The account's id: 1 to 256 bytes, without `@` and without a leading `+`. It appears in audit
    /// events, so it must not be personal data.
    pub account: pinbolt_text,
    /// The PIN, held against the rules for new ones; absent for an account without.
    pub pin: pinbolt_text,
    /// Up to 8 phone numbers, e-mail addresses, and `@name:endpoint` on channels of your own.
    pub addresses: *const pinbolt_text,
    /// How many.
    pub address_count: usize,
    /// An operator who vouches for the addresses: they are bound at once. NULL leaves them
    /// candidates, until `confirm`.
    pub asserted_by: *const pinbolt_operator,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_enroll_args {}

/// Starts creating an account.
///
/// Ends with `PINBOLT_ACCOUNT_EXISTS`, `PINBOLT_ADDRESS_TAKEN`, `PINBOLT_WEAK_PIN` or
/// `PINBOLT_MALFORMED`. After a failure the account may exist with addresses that are still
/// candidates: `confirm` them, or cancel the account and enrol again.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_enroll(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_enroll_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    let mut addresses = Vec::new();
    let list = &mut addresses;
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, move |args: pinbolt_enroll_args| enrolment(&args, list))
    }
}

/// Starts creating an account that is still to be activated: nothing of it passes until an activation
/// of it was redeemed, which `pinbolt_start_issue_ticket` issues. To strangers it answers as an unknown
/// one, where accounts are hidden.
///
/// Ends as `pinbolt_start_enroll`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_enroll_inactive(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_enroll_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    let mut addresses = Vec::new();
    let list = &mut addresses;
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, move |args: pinbolt_enroll_args| {
            enrolment(&args, list).map(EnrollInactive)
        })
    }
}

/// # Safety
/// As [`texts`] and [`operator`].
unsafe fn enrolment<'a>(
    args: &pinbolt_enroll_args,
    list: &'a mut Vec<&'a str>,
) -> Result<Enroll<'a>, Error> {
    // SAFETY: the caller's promises.
    unsafe {
        *list = texts(args.addresses, args.address_count)?;
        Ok(Enroll {
            account: args.account.read()?,
            pin: args.pin.read_maybe()?,
            addresses: list,
            asserted_by: match args.asserted_by.is_null() {
                true => None,
                false => Some(operator(args.asserted_by)?),
            },
        })
    }
}

/// The arguments of `pinbolt_start_confirm`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_confirm_args {
    /// `sizeof(pinbolt_confirm_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// The phone number or e-mail address, as typed; or `@name:endpoint` on a channel of your own.
    pub address: pinbolt_text,
    /// The address of the account that it takes the place of, in force or suspended; absent to have
    /// it beside the others.
    pub replaces: pinbolt_text,
    /// By what right: an operator; or NULL, and `proof`.
    pub by: *const pinbolt_operator,
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    pub proof: *mut *mut pinbolt_accepted,
    /// Where the code will be typed: the person's own session, also where an operator asks.
    pub caller: *const pinbolt_caller,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_confirm_args {}

/// Starts sending a code to an address that the account has as a candidate, or gets as one by this.
/// It grants what `begin` does; who types the code into `finish`, with the purpose
/// `PINBOLT_CONFIRM` and in the same session, has the address bound. Authority as in
/// `pinbolt_start_reset_pin`.
///
/// Where the account has other addresses in force, each of them is sent a notice first, and the new
/// one is in force only `address.cooling` hours after it was bound; the one that it replaces stays so
/// until then. Until then `pinbolt_start_release_address` ends the change. An address that was named
/// at enrolment and replaces none waits for nothing while the others were bound within
/// `address.cooling`, or a day; nor does one that an operator asks for in place of a suspended one.
/// An address of the account that was suspended, or went stale, is confirmed anew in the same way. So
/// is one that the person gave up and that hasn't left yet, where no other is to take its place: it
/// stays.
///
/// Ends with `PINBOLT_MALFORMED`, `PINBOLT_NOT_AUTHORIZED`, `PINBOLT_UNKNOWN_ACCOUNT`,
/// `PINBOLT_UNKNOWN_ADDRESS` for one to replace that isn't in force, `PINBOLT_ADDRESS_TAKEN`,
/// `PINBOLT_ADDRESS_WAITS` for one that isn't in force yet, or to replace one that leaves already,
/// `PINBOLT_TOO_MANY_PHONES`, `PINBOLT_TOO_MANY_ADDRESSES` or `PINBOLT_THROTTLED`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_confirm(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_confirm_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_confirm_args| {
            Ok(Confirm {
                account: args.account.read()?,
                address: args.address.read()?,
                caller: caller(args.caller)?,
                replaces: args.replaces.read_maybe()?,
                authority: authority(args.by, args.proof)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_release_address`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_release_address_args {
    /// `sizeof(pinbolt_release_address_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// The address, as typed.
    pub address: pinbolt_text,
    /// By what right: an operator; or NULL, and `proof`.
    pub by: *const pinbolt_operator,
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    pub proof: *mut *mut pinbolt_accepted,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_release_address_args {}

/// Starts giving an address up. By an operator it leaves at once: its challenges end, and another
/// account may have it. So does a candidate. Of one that isn't in force yet this ends the change, and
/// the one that it was to replace stays. Authority as in `pinbolt_start_reset_pin`.
///
/// What the person himself gives up by proof stays in force for `address.cooling` hours more, and
/// nobody else can have it before. All of the account's addresses, this one too, are sent a notice of
/// it: by `pinbolt_op_dispatch`. Until then `pinbolt_start_confirm` of it takes that back, and to
/// give it up again changes nothing and tells nobody. After it has left it is still told of the account's changes for
/// 30 days, or `address.cooling` where that is longer, and new addresses wait as if it were in force:
/// otherwise a thief could remove it first and then act unseen. `pinbolt_op_released` says when it
/// leaves.
///
/// Ends with `PINBOLT_UNKNOWN_ADDRESS`, `PINBOLT_NOT_AUTHORIZED`, `PINBOLT_UNKNOWN_ACCOUNT`,
/// `PINBOLT_MALFORMED`, or `PINBOLT_THROTTLED` where so many notices were sent that the owner can't be
/// told of another.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_release_address(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_release_address_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_release_address_args| {
            Ok(ReleaseAddress {
                account: args.account.read()?,
                address: args.address.read()?,
                authority: authority(args.by, args.proof)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_suspend_address`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_suspend_address_args {
    /// `sizeof(pinbolt_suspend_address_args)`.
    pub size: usize,
    /// The address, as typed.
    pub address: pinbolt_text,
    /// The account's id; absent for whichever accounts hold the address.
    pub account: pinbolt_text,
    /// Who does it, and why.
    pub by: *const pinbolt_operator,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_suspend_address_args {}

/// Starts suspending an address that may have changed hands, such as a recycled number or one whose
/// SIM was swapped: nothing is delivered there any more and its challenges end, until it is confirmed
/// anew. The account still answers to it as a name, and nobody else can have it until it is released.
/// `pinbolt_op_accounts` gives the accounts that hold it.
///
/// Ends with `PINBOLT_UNKNOWN_ADDRESS` where no account has it bound, `PINBOLT_UNKNOWN_ACCOUNT` or
/// `PINBOLT_MALFORMED`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_suspend_address(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_suspend_address_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_suspend_address_args| {
            Ok(SuspendAddress {
                address: args.address.read()?,
                account: args.account.read_maybe()?,
                operator: operator(args.by)?,
            })
        })
    }
}

/// # Safety
/// `data` is NULL or points to `count` texts, which keep what [`pinbolt_text::read`] asks for.
pub(super) unsafe fn texts<'a>(
    data: *const pinbolt_text,
    count: usize,
) -> Result<Vec<&'a str>, Error> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if data.is_null() || !data.is_aligned() {
        return Err(Misuse::Pointer.into());
    }
    if count.saturating_mul(size_of::<pinbolt_text>()) > PINBOLT_MAX_LENGTH {
        return Err(Misuse::Length.into());
    }
    // SAFETY: the caller's promise.
    let texts = unsafe { slice::from_raw_parts(data, count) };
    // SAFETY: as above.
    texts.iter().map(|text| unsafe { text.read() }).collect()
}
