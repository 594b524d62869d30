//! Activations, tickets and links: `issue_ticket`, `close_ticket`, `peek_link`, `redeem`.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use ::pinbolt::op::{CloseTicket, IssueTicket, PeekLink, Redeem};

use super::start;
use crate::{
    accepted::pinbolt_accepted,
    caller::{authority, caller, operator, pinbolt_caller, pinbolt_operator},
    guard::SizeFirst,
    installation::pinbolt,
    op::pinbolt_op,
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
};

/// The arguments of `pinbolt_start_issue_ticket`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_issue_ticket_args {
    /// `sizeof(pinbolt_issue_ticket_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// An activation or a ticket of the policy.
    pub purpose: pinbolt_text,
    /// Where the link goes: an address of the account, confirmed, or for an activation a candidate.
    /// Absent: the link is given out, to travel by a way of your own that isn't the code's.
    pub address: pinbolt_text,
    /// What the ticket is for, e.g. the matter's number, up to 4096 bytes: `redeem` must name the
    /// same.
    pub context: pinbolt_bytes,
    /// Who issues it, and why.
    pub by: *const pinbolt_operator,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_issue_ticket_args {}

/// Starts issuing a ticket: a code for the operator to tell or to post, and a link that is sent to the
/// account's address. Only both together are good: see `pinbolt_start_redeem`. An older ticket of the
/// purpose ends with it. `pinbolt_op_issued_ticket` gives the code, `pinbolt_op_dispatch` what sends
/// the link.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT`, `PINBOLT_UNKNOWN_ADDRESS`, `PINBOLT_BLOCKED`,
/// `PINBOLT_THROTTLED` where the address was sent too much, or `PINBOLT_MALFORMED`; with
/// `PINBOLT_NOT_A_TICKET`, which is misuse, for another kind of purpose.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_issue_ticket(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_issue_ticket_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_issue_ticket_args| {
            Ok(IssueTicket {
                account: args.account.read()?,
                purpose: args.purpose.read()?,
                address: args.address.read_maybe()?,
                context: args.context.read()?.unwrap_or_default(),
                operator: operator(args.by)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_close_ticket`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_close_ticket_args {
    /// `sizeof(pinbolt_close_ticket_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// An activation or a ticket of the policy.
    pub purpose: pinbolt_text,
    /// By what right: an operator; or NULL, and `proof`.
    pub by: *const pinbolt_operator,
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    pub proof: *mut *mut pinbolt_accepted,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_close_ticket_args {}

/// Starts closing a purpose's ticket: its link and code are dead. Without one it does nothing.
/// Authority as in `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT` or `PINBOLT_NOT_AUTHORIZED`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_close_ticket(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_close_ticket_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_close_ticket_args| {
            Ok(CloseTicket {
                account: args.account.read()?,
                purpose: args.purpose.read()?,
                authority: authority(args.by, args.proof)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_peek_link`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_peek_link_args {
    /// `sizeof(pinbolt_peek_link_args)`.
    pub size: usize,
    /// The link.
    pub link: pinbolt_text,
    /// Who looks.
    pub caller: *const pinbolt_caller,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_peek_link_args {}

/// Starts looking at a link without using it: `pinbolt_op_peeked_link` says what it is for and whether
/// it still stands. It writes nothing. Let a page do this when it is opened, and redeem only when its
/// form is sent: scanners of mail open every link.
///
/// Ends with `PINBOLT_UNKNOWN_LINK`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_peek_link(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_peek_link_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_peek_link_args| {
            Ok(PeekLink { link: args.link.read()?, caller: caller(args.caller)? })
        })
    }
}

/// The arguments of `pinbolt_start_redeem`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_redeem_args {
    /// `sizeof(pinbolt_redeem_args)`.
    pub size: usize,
    /// The purpose that this call is for. Write it in your program, never take it from the request.
    pub purpose: pinbolt_text,
    /// The link.
    pub link: pinbolt_text,
    /// A ticket's code as typed, in any case, with or without its hyphen; absent beside a delivered
    /// code's link, and where the person hasn't typed it yet.
    pub code: pinbolt_text,
    /// Who asks.
    pub caller: *const pinbolt_caller,
    /// The context that `begin` or `issue_ticket` was given, or absent.
    pub context: pinbolt_bytes,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_redeem_args {}

/// Starts redeeming a link: `pinbolt_op_verdict` says whether the person is accepted.
///
/// Beside a delivered code the link alone finishes, in the session that asked for the code; in any
/// other it ends with `PINBOLT_WRONG_SESSION`, and the person types the code where it was asked for. A
/// ticket's link wants the ticket's code beside it, in any session: both right together are one proof,
/// a wrong code is counted and uses nothing up. An activation is used up by it, and the account is
/// active from then on.
///
/// Ends with `PINBOLT_UNKNOWN_LINK`, `PINBOLT_WRONG_SESSION`, which also another context is,
/// `PINBOLT_CODE_NEEDED`, `PINBOLT_WRONG_CODE`, `PINBOLT_SUPERSEDED`, `PINBOLT_ALREADY_USED`,
/// `PINBOLT_EXPIRED`, `PINBOLT_TRIES_USED_UP`, `PINBOLT_WAITING`, `PINBOLT_THROTTLED`,
/// `PINBOLT_MALFORMED`, `PINBOLT_ENDED`, `PINBOLT_INACTIVE`, `PINBOLT_ADDRESS_TAKEN` or
/// `PINBOLT_UNKNOWN_CHALLENGE`; where accounts aren't hidden also with `PINBOLT_DISABLED`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_redeem(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_redeem_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_redeem_args| {
            Ok(Redeem {
                purpose: args.purpose.read()?,
                link: args.link.read()?,
                code: args.code.read_maybe()?,
                caller: caller(args.caller)?,
                context: args.context.read()?.unwrap_or_default(),
            })
        })
    }
}
