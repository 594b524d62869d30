//! What an operation gives: an answer, the proof in it, and the audit events beside it.

use alloc::{string::String, vec::Vec};
use core::fmt;
use minicbor::{CborLen, Decode, Encode};

use crate::{
    error::{Error, Refusal},
    guard::Lane,
};

/// How an operation ended.
#[derive(Debug)]
pub struct Done<T> {
    /// The answer, or why there is none.
    pub result: Result<Answer<T>, Error>,
    /// What an auditor wants to know of it, in order.
    pub events: Vec<AuditEvent>,
}

/// "Yes", with what was asked for, or "no" to the person. Never a bool.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a refusal that isn't looked at lets the person in"]
pub enum Answer<T> {
    /// It was done.
    Granted(T),
    /// It was not, for the person's part.
    Refused(Refusal),
}

impl<T> Answer<T> {
    /// What was granted; the refusal as an error otherwise.
    ///
    /// # Errors
    /// The refusal.
    pub fn granted(self) -> Result<T, Refusal> {
        match self {
            Self::Granted(value) => Ok(value),
            Self::Refused(refusal) => Err(refusal),
        }
    }
}

/// The proof that a person passed what a purpose asks for. Only a check makes it; it isn't `Clone`,
/// and it is meant for one request.
#[derive(PartialEq, Eq)]
pub struct Accepted {
    pub(crate) tenant: String,
    pub(crate) account: String,
    pub(crate) purpose: String,
    pub(crate) factors: Factors,
    pub(crate) lane: Lane,
    pub(crate) session: Vec<u8>,
    pub(crate) context: [u8; 32],
    pub(crate) at: u64,
    pub(crate) authorizes: bool,
}

impl Accepted {
    /// The account's id.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The purpose that was met.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// What was proved.
    #[must_use]
    pub const fn factors(&self) -> Factors {
        self.factors
    }

    /// How strong that is.
    #[must_use]
    pub const fn assurance(&self) -> Assurance {
        match self.factors {
            Factors { pin: true, code: true } => Assurance::TwoFactors,
            Factors { .. } => Assurance::OneFactor,
        }
    }

    /// The lane in which it was proved.
    #[must_use]
    pub const fn lane(&self) -> Lane {
        self.lane
    }

    /// The caller's session.
    #[must_use]
    pub fn session(&self) -> &[u8] {
        &self.session
    }

    /// SHA-256 of the context that it covers.
    #[must_use]
    pub const fn context(&self) -> &[u8; 32] {
        &self.context
    }

    /// When, in Unix milliseconds.
    #[must_use]
    pub const fn at(&self) -> u64 {
        self.at
    }
}

impl fmt::Debug for Accepted {
    /// Without the session, which may be a bearer's token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accepted")
            .field("account", &self.account)
            .field("purpose", &self.purpose)
            .field("factors", &self.factors)
            .field("lane", &self.lane)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// The factors of a purpose or a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factors {
    /// A PIN: something known.
    pub pin: bool,
    /// A delivered code: control of an address.
    pub code: bool,
}

/// How many independent factors were passed. NIST's levels ask for more than that (SP 800-63B-4,
/// 2): a PIN under 8 digits, or a code by e-mail, doesn't count there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Assurance {
    /// One.
    OneFactor,
    /// A PIN and control of an address.
    TwoFactors,
}

/// How a code travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, CborLen)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum Channel {
    /// A text message; restricted in NIST SP 800-63B-4, 3.1.3.3.
    #[n(0)]
    Sms,
    /// An e-mail; outside of NIST SP 800-63B-4, 3.1.3.
    #[n(1)]
    Email,
}

impl Channel {
    /// Its name: `sms` or `email`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }
}

/// On whose word an address was bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum Source {
    /// A code sent there came back.
    #[n(0)]
    Code,
    /// An operator asserted it.
    #[n(1)]
    Operator,
}

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
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum EventKind {
    /// The account was created.
    #[n(0)]
    Enrolled,
    /// A PIN was typed and counted, before it was judged.
    #[n(1)]
    PinTried,
    /// It was right.
    #[n(2)]
    PinAccepted,
    /// It was wrong. Not in the record, which says so by `PinTried` alone.
    #[n(18)]
    PinRefused,
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
    /// The clock was set back; challenges ended and waits began anew.
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
}

/// A named person who acts by his office, and why.
#[derive(Clone, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(map)]
pub struct Operator {
    #[n(0)]
    name: String,
    #[n(1)]
    reason: String,
}

impl Operator {
    /// An operator of 1 to 64 bytes and a reason of 1 to 256, both without `@`: they stand in the
    /// audit events, where no address may.
    ///
    /// # Errors
    /// [`Misuse::Operator`](crate::Misuse::Operator).
    pub fn new(name: &str, reason: &str) -> Result<Self, crate::error::Misuse> {
        let fits = |text: &str, most| {
            (1..=most).contains(&text.len())
                && !text.contains('@')
                && !text.contains(char::is_control)
        };
        match fits(name, 64) && fits(reason, 256) && !name.starts_with('+') {
            true => Ok(Self { name: name.into(), reason: reason.into() }),
            false => Err(crate::error::Misuse::Operator),
        }
    }

    /// Who.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.reason)
    }
}

/// By what right an act is done.
#[derive(Debug)]
pub enum Authority {
    /// A named operator.
    Operator(Operator),
    /// The person's own fresh proof, used up by the act.
    Accepted(Accepted),
}
