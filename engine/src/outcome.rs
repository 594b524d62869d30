//! What an operation gives: the proof of a person, and the audit events beside it.

use alloc::{string::String, vec::Vec};
use core::fmt;
use minicbor::{Decode, Encode};

use crate::{audit::AuditEvent, error::Error, guard::Lane, row::RowName};

/// How an operation ended.
#[derive(Debug)]
pub struct Done<T> {
    /// What was asked for, or why it isn't granted: `Ok` is "yes", and nothing else is.
    pub result: Result<T, Error>,
    /// What an auditor wants to know of it, in order.
    pub events: Vec<AuditEvent>,
}

/// The proof that a person passed what a purpose asks for. Only a check makes it; it isn't `Clone`,
/// and it is meant for one request.
#[derive(PartialEq, Eq)]
pub struct Accepted {
    /// The account's row: it stands for tenant, id and keyring.
    pub(crate) row: RowName,
    pub(crate) account: String,
    pub(crate) purpose: String,
    pub(crate) factors: Factors,
    pub(crate) lane: Lane,
    pub(crate) session: Vec<u8>,
    pub(crate) context: [u8; 32],
    pub(crate) at: u64,
    pub(crate) authorizes: bool,
    /// The record's count of clocks set back.
    pub(crate) set_backs: u32,
    /// The account's PIN when it was made.
    pub(crate) generation: Option<[u8; 16]>,
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
        self.factors.assurance()
    }

    /// The lane in which it was proved; of two factors at once, at least that of who passed a first.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// A PIN: something known.
    pub pin: bool,
    /// A delivered code: control of an address.
    pub code: bool,
    /// A token's one-time code: something had.
    pub otp: bool,
    /// A recovery code: a paper had.
    pub recovery_code: bool,
    /// A ticket's link: receipt by the way on which it was sent.
    pub link: bool,
    /// A ticket's code, told by an operator or posted: receipt by another way.
    pub issued_code: bool,
}

impl Factors {
    pub(crate) const fn assurance(self) -> Assurance {
        match self.pin && (self.code || self.otp || self.recovery_code) {
            true => Assurance::TwoFactors,
            false => Assurance::OneFactor,
        }
    }
}

/// How many independent factors were passed. NIST's levels ask for more than that (SP 800-63B-4,
/// 2): a PIN under 8 digits, or a code by e-mail, doesn't count there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Assurance {
    /// One.
    OneFactor,
    /// A PIN, and an address, a token or a paper.
    TwoFactors,
}

/// On whose word an address was bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum Source {
    /// A code sent there came back.
    #[n(0)]
    Code,
    /// An operator asserted it.
    #[n(1)]
    Operator,
}
