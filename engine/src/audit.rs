//! Audit events: returned values, and the newest sixteen of them in the record.

use alloc::string::String;
use minicbor::{Decode, Encode};

use crate::{authority::Operator, channel::Channel, guard::Lane};

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
    /// The token's number, where there is one.
    #[n(7)]
    pub token: Option<u32>,
    /// The purpose of the second proof, where two allowed it.
    #[n(8)]
    pub beside: Option<String>,
    /// The number of the known device, where there is one.
    #[n(9)]
    pub device: Option<u32>,
}

impl Event {
    pub(crate) const fn new(at: u64, kind: EventKind) -> Self {
        Self {
            at,
            kind,
            purpose: None,
            lane: None,
            channel: None,
            operator: None,
            refusal: None,
            token: None,
            beside: None,
            device: None,
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        /// The kinds of events.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
        #[cbor(index_only)]
        #[non_exhaustive]
        pub enum EventKind { $($(#[$doc])* #[n($number)] $name,)* }

        impl EventKind {
            /// The variant's name, the same in Rust, C and Python.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

kinds! {
    /// The account was created.
    Enrolled = 0;
    /// A PIN was typed and counted, before it was judged.
    PinTried = 1;
    /// The PIN was right.
    PinAccepted = 2;
    /// A code was issued.
    CodeIssued = 3;
    /// A code was right.
    CodeAccepted = 4;
    /// A code was wrong.
    CodeRefused = 5;
    /// An address is now the account's.
    AddressBound = 6;
    /// A challenge was cancelled.
    Cancelled = 7;
    /// The PIN was changed by who knew it.
    PinChanged = 8;
    /// The PIN was reset by another proof.
    PinReset = 9;
    /// An authenticator's counts were set to zero.
    Unlocked = 10;
    /// An operator blocked the account.
    Blocked = 11;
    /// An operator lifted the block.
    Unblocked = 12;
    /// The registration ended.
    AccountCancelled = 13;
    /// The clock was set back: challenges and proofs ended.
    ClockSetBack = 14;
    /// The gateway refused a message; its cooldown was given back.
    DeliveryRefused = 15;
    /// A request was refused.
    Refused = 16;
    /// What was counted was never judged, for lack of a hash slot, and was given back.
    Refunded = 17;
    /// The PIN was wrong. Asked for alone, it is not in the record, which says so by `PinTried`.
    PinRefused = 18;
    /// A code to a candidate address was asked for.
    ConfirmAsked = 19;
    /// A token's code was right.
    OtpAccepted = 20;
    /// A token's code was wrong, or used before.
    OtpRefused = 21;
    /// A token was added.
    TokenAdded = 22;
    /// A token was confirmed by a code of its own.
    TokenConfirmed = 23;
    /// A token's counter or clock was found again by two codes.
    TokenResynchronized = 24;
    /// A token was removed.
    TokenRemoved = 25;
    /// A set of recovery codes was made; an older set ended.
    RecoveryCodesIssued = 26;
    /// A recovery code was typed and counted, before it was judged.
    RecoveryCodeTried = 27;
    /// A recovery code was right, and is used up.
    RecoveryCodeAccepted = 28;
    /// A recovery code was wrong, or used before.
    RecoveryCodeRefused = 29;
    /// A device is known from now on.
    DeviceRemembered = 30;
    /// A device is known no longer; without a number, all of them.
    DeviceForgotten = 31;
    /// A code to a new address was asked for, of which the account's own addresses are told.
    AddressChangeAsked = 33;
    /// An operator suspended an address: it delivers nothing until it is confirmed anew.
    AddressSuspended = 34;
    /// An address was given up.
    AddressReleased = 35;
    /// An address was replaced; it leaves when the new one is in force.
    AddressReplaced = 36;
    /// The account was tied to a civil document.
    IdentityTied = 37;
    /// The account is no longer tied to a civil document.
    IdentityUntied = 38;
    /// An operator issued a ticket; an older one of its purpose ended.
    TicketIssued = 39;
    /// A ticket's link and code were right.
    TicketRedeemed = 40;
    /// A ticket's code was wrong.
    TicketRefused = 41;
    /// A purpose's ticket was closed.
    TicketClosed = 42;
    /// The account was activated.
    Activated = 43;
    /// An operator listed the accounts of a civil document.
    IdentityListed = 45;
    /// An operator imported what the account had in another system.
    Imported = 46;
}
