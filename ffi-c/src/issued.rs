//! What an operation made for the person, to be shown once: a token's secret, recovery codes, a
//! device's token, a ticket's code; and what a link is.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use ::pinbolt::{
    Refusal,
    op::{AddedToken, IssuedTicket, OutstandingCode, PeekedLink, RecoveryCodes, RememberedDevice},
};

use crate::{
    end::{Grant, other, result},
    guard::{clear, entry, get},
    op::pinbolt_op,
    shelf::Kept,
    status::{PINBOLT_OK, pinbolt_status},
    text::{pinbolt_bytes, pinbolt_text},
};

/// A token that was added. Read it only through the pointer that the library gives: later versions
/// may append fields.
#[repr(C)]
pub struct pinbolt_added_token {
    /// The secret that was made, plain (no base32), for the person's app; absent where it was given.
    /// It is wiped when the operation is freed, and no other function shows it.
    pub secret: pinbolt_bytes,
    /// Its number, by which `confirm_token`, `resync_token` and `remove_token` name it; never given
    /// twice on an account.
    pub token: u32,
}

/// The token that `add_token` added. It belongs to the operation. Else the operation's status, or
/// `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_added_token(
    op: *const pinbolt_op,
    added: *mut *const pinbolt_added_token,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        result(op, added, ptr::null(), |grant| match grant {
            Grant::AddedToken(added) => Some(added.as_ptr()),
            _ => None,
        })
    }
}

/// The codes that `issue_recovery_codes` made, as they are to be shown: `*count` texts. They belong
/// to the operation, are wiped when it is freed, and no other function shows them. Else the
/// operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_recovery_codes(
    op: *const pinbolt_op,
    codes: *mut *const pinbolt_text,
    count: *mut usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (codes, count) = unsafe { (clear(codes, ptr::null()), clear(count, 0)) };
        let (codes, count) = (codes?, count?);
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| {
            let Grant::RecoveryCodes(made) = end.granted()? else { return Err(other()) };
            (*codes, *count) = (made.get().as_ptr(), made.get().len());
            Ok(())
        })
    })
}

/// A device that the account knows from now on. Read it only through the pointer that the library
/// gives: later versions may append fields.
#[repr(C)]
pub struct pinbolt_remembered_device {
    /// The token, for that device alone: 46 bytes of ASCII. It is wiped when the operation is freed,
    /// and no other function shows it.
    pub token: pinbolt_text,
    /// The device's number, by which `forget_device` names it; never given twice on an account.
    pub device: u32,
}

/// The device that `remember_device` made known. It belongs to the operation. Else the operation's
/// status, or `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_remembered_device(
    op: *const pinbolt_op,
    remembered: *mut *const pinbolt_remembered_device,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        result(op, remembered, ptr::null(), |grant| match grant {
            Grant::RememberedDevice(remembered) => Some(remembered.as_ptr()),
            _ => None,
        })
    }
}

/// A code that was sent and is still good. Read it only through the pointer that the library gives:
/// later versions may append fields.
#[repr(C)]
pub struct pinbolt_outstanding_code {
    /// The purpose.
    pub purpose: pinbolt_text,
    /// The letters of its message.
    pub reference: pinbolt_text,
    /// It is valid before this Unix millisecond.
    pub expires: u64,
    /// From this Unix millisecond on a new one may be asked for.
    pub resend_at: u64,
    /// How it went: `sms`, `email`, or the name of a channel of your own.
    pub channel: pinbolt_text,
}

/// The codes that `outstanding` shows: `*count` pointers. They belong to the operation. Else the
/// operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_outstanding(
    op: *const pinbolt_op,
    codes: *mut *const *const pinbolt_outstanding_code,
    count: *mut usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (codes, count) = unsafe { (clear(codes, ptr::null()), clear(count, 0)) };
        let (codes, count) = (codes?, count?);
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| {
            let Grant::Outstanding(list) = end.granted()? else { return Err(other()) };
            (*codes, *count) = (list.as_ptr(), list.len());
            Ok(())
        })
    })
}

/// A ticket that was issued. Read it only through the pointer that the library gives: later versions
/// may append fields.
#[repr(C)]
pub struct pinbolt_issued_ticket {
    /// The code, as it is to be told or printed: `7K3D-9QWX`, two groups of four letters and digits. It
    /// is wiped when the operation is freed, and no other function shows it.
    pub code: pinbolt_text,
    /// The link; absent where it is sent to an address. Wiped as the code is.
    pub link: pinbolt_text,
    /// The letters that the message carries, and by which the person tells this ticket from another.
    pub reference: pinbolt_text,
    /// It is valid before this Unix millisecond.
    pub expires: u64,
}

/// The ticket that `issue_ticket` issued; `pinbolt_op_dispatch` gives what sends its link. It belongs
/// to the operation. Else the operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_issued_ticket(
    op: *const pinbolt_op,
    ticket: *mut *const pinbolt_issued_ticket,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        result(op, ticket, ptr::null(), |grant| match grant {
            Grant::IssuedTicket(ticket, _) => Some(ticket.as_ptr()),
            _ => None,
        })
    }
}

/// A link, as its holder may see it. Read it only through the pointer that the library gives: later
/// versions may append fields.
#[repr(C)]
pub struct pinbolt_peeked_link {
    /// What it is for.
    pub purpose: pinbolt_text,
    /// It is valid before this Unix millisecond; 0 where its challenge is forgotten.
    pub expires: u64,
    /// The status with which it would be refused as it stands; `PINBOLT_OK` while it is open.
    pub refusal: pinbolt_status,
    /// Whether this session may redeem it: the one that asked for the code beside it. A ticket's link
    /// is good in any.
    pub same_session: bool,
    /// Whether the link alone isn't enough here: a ticket's code is to be typed beside it, and a
    /// delivered code where it was asked for.
    pub needs_code: bool,
    /// With `PINBOLT_SUPERSEDED`: the letters of the newest message. Else absent.
    pub newest: pinbolt_text,
}

/// What `peek_link` saw. It belongs to the operation. Else the operation's status, or
/// `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_peeked_link(
    op: *const pinbolt_op,
    link: *mut *const pinbolt_peeked_link,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        result(op, link, ptr::null(), |grant| match grant {
            Grant::PeekedLink(link) => Some(link.as_ptr()),
            _ => None,
        })
    }
}

pub(crate) fn issued_ticket(ticket: &IssuedTicket) -> Kept<pinbolt_issued_ticket> {
    Kept::new(|shelf| pinbolt_issued_ticket {
        code: shelf.text(ticket.code()),
        link: shelf.maybe_text(ticket.link()),
        reference: shelf.text(&ticket.reference.to_string()),
        expires: ticket.expires,
    })
}

pub(crate) fn peeked_link(link: &PeekedLink) -> Kept<pinbolt_peeked_link> {
    let newest = link.refusal.as_ref().and_then(Refusal::newest).map(|newest| newest.to_string());
    Kept::new(|shelf| pinbolt_peeked_link {
        purpose: shelf.text(&link.purpose),
        expires: link.expires.unwrap_or_default(),
        refusal: link.refusal.map_or(PINBOLT_OK, |refusal| refusal.code().into()),
        same_session: link.same_session,
        needs_code: link.needs_code,
        newest: shelf.maybe_text(newest.as_deref()),
    })
}

pub(crate) fn remembered_device(remembered: &RememberedDevice) -> Kept<pinbolt_remembered_device> {
    Kept::new(|shelf| pinbolt_remembered_device {
        token: shelf.text(remembered.token()),
        device: remembered.device,
    })
}

pub(crate) fn outstanding(code: &OutstandingCode) -> Kept<pinbolt_outstanding_code> {
    Kept::new(|shelf| pinbolt_outstanding_code {
        purpose: shelf.text(&code.purpose),
        reference: shelf.text(&code.reference.to_string()),
        expires: code.expires,
        resend_at: code.resend_at,
        channel: shelf.text(code.channel.name()),
    })
}

pub(crate) fn added_token(added: &AddedToken) -> Kept<pinbolt_added_token> {
    Kept::new(|shelf| pinbolt_added_token {
        secret: match added.secret() {
            Some(secret) => shelf.bytes(secret),
            None => pinbolt_bytes::ABSENT,
        },
        token: added.token,
    })
}

pub(crate) fn recovery_codes(codes: &RecoveryCodes) -> Kept<Vec<pinbolt_text>> {
    Kept::new(|shelf| codes.iter().map(|code| shelf.text(code)).collect())
}
