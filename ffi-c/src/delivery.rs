//! A delivery that C brings.
#![allow(unsafe_code, reason = "a delivery of C's is called here")]

use core::ffi::c_void;

use ::pinbolt::{
    driver::{Delivery, Handover},
    op::Message,
};

use crate::{
    guard::SizeFirst,
    question::{message_view, pinbolt_message},
    shelf::Kept,
};

/// A delivery: the gateway took the message.
pub const PINBOLT_DELIVERY_SENT: u32 = 21;
/// A delivery: the message was surely not sent.
pub const PINBOLT_DELIVERY_NOT_SENT: u32 = 22;
/// A delivery: it may or may not have been sent. When unsure, this.
pub const PINBOLT_DELIVERY_UNKNOWN: u32 = 23;
/// What became of a delivery: there was nothing to deliver, or the code had expired. No answer of a
/// callback.
pub const PINBOLT_DELIVERY_NOTHING: u32 = 24;

/// A gateway of the host's. It is copied; `context` must live as long as the engine. `deliver` may
/// be called from several threads at once, and must return: an exception out of it aborts the
/// program, a `longjmp` is undefined.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_delivery {
    /// `sizeof(pinbolt_delivery)`.
    pub size: usize,
    /// Given to the callback as it is.
    pub context: *mut c_void,
    /// Hands one message over and answers `PINBOLT_DELIVERY_...`: `NOT_SENT` only where it surely
    /// wasn't sent, since another may then be asked for at once. Any other number is taken for
    /// `PINBOLT_DELIVERY_UNKNOWN`. The message is wiped when it returns. Each message comes once;
    /// sending it again is the host's, under the message's id.
    pub deliver: Option<
        unsafe extern "C-unwind" fn(context: *mut c_void, message: *const pinbolt_message) -> u32,
    >,
}

// SAFETY: C's, its size first, and all zeros are NULL.
unsafe impl SizeFirst for pinbolt_delivery {}

/// A delivery of C's, with its callback there.
pub(crate) struct Gateway {
    context: *mut c_void,
    deliver:
        unsafe extern "C-unwind" fn(context: *mut c_void, message: *const pinbolt_message) -> u32,
}

// SAFETY: pinbolt.h asks that the callback may be called from any thread with its context.
unsafe impl Send for Gateway {}
// SAFETY: as above.
unsafe impl Sync for Gateway {}

impl Gateway {
    /// `None` without a callback.
    pub(crate) fn new(delivery: pinbolt_delivery) -> Option<Self> {
        Some(Self { context: delivery.context, deliver: delivery.deliver? })
    }
}

impl Delivery for Gateway {
    fn deliver(&self, message: &Message) -> Handover {
        let kept = Kept::new(|shelf| message_view(shelf, message));
        // SAFETY: the host's own callback, with the context that it gave for it.
        match unsafe { (self.deliver)(self.context, kept.as_ptr()) } {
            PINBOLT_DELIVERY_SENT => Handover::Sent,
            PINBOLT_DELIVERY_NOT_SENT => Handover::Refused,
            _ => Handover::Unknown,
        }
    }
}
