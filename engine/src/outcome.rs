//! What an operation gives: the proof of a person, and the audit events beside it.

use alloc::{string::String, vec::Vec};
use core::fmt;
use minicbor::{Decode, Encode};

use crate::{
    audit::AuditEvent, channel::Channel, error::Error, guard::Lane, key::Key, row::RowName,
};

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
    /// How the code travelled, where there was one.
    pub(crate) channel: Option<Channel>,
    pub(crate) rests: Rests,
}

/// What a proof rests on: while all of it stands, so does the proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rests {
    /// The record's count of clocks set back, and of blocks.
    pub(crate) set_backs: u32,
    /// The account's PIN when it was made, whether or not it was asked for.
    pub(crate) generation: Option<[u8; 16]>,
    /// The address that received a code or a link, by its nonce.
    pub(crate) address: Option<[u8; 16]>,
    /// The token's number.
    pub(crate) token: Option<u32>,
    /// The set of recovery codes.
    pub(crate) recovery: Option<[u8; 16]>,
    /// The ticket, by its salt.
    pub(crate) ticket: Option<[u8; 16]>,
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

    /// How the code travelled, where there was one.
    #[must_use]
    pub const fn channel(&self) -> Option<Channel> {
        self.channel
    }

    /// By which kinds of keys.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let Factors { pin, code, otp, recovery_code, link, issued_code } = self.factors;
        let code = self.channel.filter(|_| code).map(Key::Code);
        let all = [
            pin.then_some(Key::Pin),
            code,
            otp.then_some(Key::Token),
            recovery_code.then_some(Key::RecoveryCodes),
            (link && issued_code).then_some(Key::Ticket),
        ];
        all.into_iter().flatten().collect()
    }

    /// How strong that is.
    #[must_use]
    pub const fn assurance(&self) -> Assurance {
        self.factors.assurance(self.channel)
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
    /// Of a code that travels by this channel.
    pub(crate) const fn assurance(self, channel: Option<Channel>) -> Assurance {
        let by_email = matches!(channel, Some(Channel::Email));
        match (self.pin, self.otp || self.recovery_code || (self.code && !by_email)) {
            (true, true) => Assurance::TwoFactors,
            (true, false) if self.code => Assurance::TwoWithEmail,
            _ => Assurance::OneFactor,
        }
    }
}

/// How strong a proof is: how many independent factors it has, something known and something had.
///
/// | passed | of NIST SP 800-63B-4 | alone | beside a PIN |
/// | --- | --- | --- | --- |
/// | PIN | 3.1.1: a password | `OneFactor` | |
/// | code to a phone | 3.1.3.3: out of band, restricted | `OneFactor` | `TwoFactors` |
/// | code on a channel of your own | 3.1.3: out of band, if only one device gets it | `OneFactor` | `TwoFactors` |
/// | code to an e-mail address | 3.1.3: none; 4.2.1.2: a recovery code | `OneFactor` | `TwoWithEmail` |
/// | token (HOTP, TOTP) | 3.1.4: single-factor OTP | `OneFactor` | `TwoFactors` |
/// | recovery code | 3.1.2: look-up secret | `OneFactor` | `TwoFactors` |
/// | ticket: link and code | 4.1.2.2, 4.2.1.2: no authenticator | `OneFactor` | |
///
/// A token and a recovery code are both something had, and one factor. A known device is none. NIST's
/// levels ask for more than factors (2): AAL2 wants a PIN of 8 digits or more (3.1.1.2) beside the
/// rest, and an option that resists phishing, which no code does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Assurance {
    /// One factor.
    OneFactor,
    /// A PIN, and an e-mail address: an account behind a password of its own, and no thing had.
    TwoWithEmail,
    /// A PIN, and a phone, a device, a token or a paper.
    TwoFactors,
}

impl Assurance {
    /// Every one, weakest first.
    pub const ALL: [Self; 3] = [Self::OneFactor, Self::TwoWithEmail, Self::TwoFactors];

    /// Its name, as in a policy text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneFactor => "one-factor",
            Self::TwoWithEmail => "two-with-email",
            Self::TwoFactors => "two-factors",
        }
    }
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
