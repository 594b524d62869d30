//! Audit events.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use ::pinbolt::{Channel, Event, Operator};

use crate::{
    guard::{clear, entry, get},
    names::lane_number,
    op::pinbolt_op,
    shelf::Kept,
    status::pinbolt_status,
    text::pinbolt_text,
};

/// One entry of the audit trail: no secret, code, PIN, phone number or e-mail address is in it.
/// Read it only through the pointer that the library gives: later versions may append fields.
#[repr(C)]
pub struct pinbolt_event {
    /// The account's id; absent for a name that is nobody's.
    pub account: pinbolt_text,
    /// What the caller gave as the request's source, or absent. A client may have chosen it: escape
    /// line breaks where you log it.
    pub source: pinbolt_text,
    /// What happened, such as `PinAccepted`: the same in C, Rust and Python.
    pub kind: pinbolt_text,
    /// The purpose, or absent.
    pub purpose: pinbolt_text,
    /// The operator's name where a person did it, or absent.
    pub operator_name: pinbolt_text,
    /// The operator's reason where a person did it, or absent.
    pub operator_reason: pinbolt_text,
    /// Unix milliseconds.
    pub at: u64,
    /// `PINBOLT_LANE_...`, or 0.
    pub lane: u32,
    /// The channel, or absent.
    pub channel: pinbolt_text,
    /// The refusal's status where it is one, or 0.
    pub refusal: pinbolt_status,
    /// The token's number where it is about one, or 0.
    pub token: u32,
    /// The known device's number where it is about one, or 0.
    pub device: u32,
    /// The purpose of the second proof where two allowed it, or absent.
    pub beside: pinbolt_text,
}

/// What an auditor wants to know of an operation that is over, in order: `*count` pointers. They
/// belong to the operation. No other function tells these events: log them.
///
/// `PINBOLT_NOT_OVER` while it asks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_events(
    op: *const pinbolt_op,
    events: *mut *const *const pinbolt_event,
    count: *mut usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (events, count) = unsafe { (clear(events, ptr::null()), clear(count, 0)) };
        let (events, count) = (events?, count?);
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| {
            (*events, *count) = (end.events().as_ptr(), end.events().len());
            Ok(())
        })
    })
}

pub(crate) fn kept(
    account: Option<&str>,
    source: Option<&str>,
    event: &Event,
) -> Kept<pinbolt_event> {
    let operator = event.operator.as_ref();
    Kept::new(|shelf| pinbolt_event {
        account: shelf.maybe_text(account),
        source: shelf.maybe_text(source),
        kind: shelf.text(event.kind.name()),
        purpose: shelf.maybe_text(event.purpose.as_deref()),
        operator_name: shelf.maybe_text(operator.map(Operator::name)),
        operator_reason: shelf.maybe_text(operator.map(Operator::reason)),
        at: event.at,
        lane: event.lane.map_or(0, lane_number),
        channel: shelf.maybe_text(event.channel.as_ref().map(Channel::name)),
        refusal: event.refusal.map_or(0, u32::from),
        token: event.token.unwrap_or_default(),
        device: event.device.unwrap_or_default(),
        beside: shelf.maybe_text(event.beside.as_deref()),
    })
}
