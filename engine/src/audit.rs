//! Audit events: returned values, and the newest sixteen of them in the record.

use alloc::string::String;
use minicbor::{Decode, Encode};

use crate::{authority::Operator, guard::Lane, outcome::Channel};

/// One entry of the audit trail: no secret, code, PIN, phone number or e-mail address is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent {
    /// The account's id; `None` for a name that is nobody's.
    pub account: Option<String>,
    /// What the caller gave as the request's source.
    pub source: Option<String>,
    /// What happened.
    pub event: Event,
}

/// What happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[non_exhaustive]
pub struct Event {
    /// Unix milliseconds.
    #[n(0)]
    pub at: u64,
    /// What.
    #[n(1)]
    pub kind: EventKind,
    /// The purpose, where there is one.
    #[n(2)]
    pub purpose: Option<String>,
    /// The lane, where there is one.
    #[n(3)]
    pub lane: Option<Lane>,
    /// The channel, where there is one.
    #[n(4)]
    pub channel: Option<Channel>,
    /// The operator and the reason, where a person did it.
    #[n(5)]
    pub operator: Option<Operator>,
    /// The code of the refusal, where it is one.
    #[n(6)]
    pub refusal: Option<u16>,
}

impl Event {
    pub(crate) const fn new(at: u64, kind: EventKind) -> Self {
        Self { at, kind, purpose: None, lane: None, channel: None, operator: None, refusal: None }
    }
}

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum EventKind {
    /// The account was created.
    #[n(0)]
    Enrolled,
    /// A PIN was typed and counted, before it was judged.
    #[n(1)]
    PinTried,
    /// The PIN was right.
    #[n(2)]
    PinAccepted,
    /// A code was issued.
    #[n(3)]
    CodeIssued,
    /// A code was right.
    #[n(4)]
    CodeAccepted,
    /// A code was wrong.
    #[n(5)]
    CodeRefused,
    /// An address is now the account's.
    #[n(6)]
    AddressBound,
    /// A challenge was cancelled.
    #[n(7)]
    Cancelled,
    /// The PIN was changed by who knew it.
    #[n(8)]
    PinChanged,
    /// The PIN was reset by another proof.
    #[n(9)]
    PinReset,
    /// An authenticator's counts were set to zero.
    #[n(10)]
    Unlocked,
    /// An operator blocked the account.
    #[n(11)]
    Blocked,
    /// An operator lifted the block.
    #[n(12)]
    Unblocked,
    /// The registration ended.
    #[n(13)]
    AccountCancelled,
    /// The clock was set back: challenges and proofs ended.
    #[n(14)]
    ClockSetBack,
    /// The gateway refused a message; its cooldown was given back.
    #[n(15)]
    DeliveryRefused,
    /// A request was refused.
    #[n(16)]
    Refused,
    /// A counted PIN was never judged, for lack of a hash slot, and was given back.
    #[n(17)]
    Refunded,
    /// The PIN was wrong. Not in the record, which says so by `PinTried` alone.
    #[n(18)]
    PinRefused,
    /// A code to a candidate address was asked for.
    #[n(19)]
    ConfirmAsked,
}
