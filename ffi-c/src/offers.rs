//! The channels that a challenge offers.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use ::pinbolt::op::Offer;

use crate::{
    end::{Grant, other},
    guard::{clear, entry, get},
    op::pinbolt_op,
    shelf::Kept,
    status::pinbolt_status,
    text::pinbolt_text,
};

/// A channel by which a challenge's code may travel. Read it only through the pointer that the library
/// gives: later versions may append fields.
#[repr(C)]
pub struct pinbolt_offer {
    /// What `resend` takes: `sms`, `email`, or the name of a channel of your own.
    pub channel: pinbolt_text,
    /// Enough to recognise the address by. Before a first factor only what was typed as the name is
    /// shown; else absent.
    pub masked: pinbolt_text,
}

/// The channels by which the person may have a message with `resend`: `*count` pointers. After the PIN
/// those by which the account can be reached; before, the purpose's, for every name the same. They
/// belong to the operation. Else the operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_offers(
    op: *const pinbolt_op,
    offers: *mut *const *const pinbolt_offer,
    count: *mut usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (offers, count) = unsafe { (clear(offers, ptr::null()), clear(count, 0)) };
        let (offers, count) = (offers?, count?);
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| {
            let Grant::Begun(begun, _) = end.granted()? else { return Err(other()) };
            (*offers, *count) = (begun.offers.as_ptr(), begun.offers.len());
            Ok(())
        })
    })
}

pub(crate) fn offer(offer: &Offer) -> Kept<pinbolt_offer> {
    Kept::new(|shelf| pinbolt_offer {
        channel: shelf.text(offer.channel.name()),
        masked: shelf.maybe_text(offer.masked.as_deref()),
    })
}
