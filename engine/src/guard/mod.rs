//! Guarding: who is counted where, what waits, what is throttled, what is disabled.

mod ledger;
mod sends;
mod throttle;
mod windows;

use core::fmt;
use minicbor::{Decode, Encode};

pub(crate) use ledger::{Gate, Ledger, Reservation, Rules};
pub(crate) use sends::{SendRules, Sends};
pub(crate) use throttle::Rate;
pub(crate) use windows::{Span, Windows};

/// What is counted by itself. One ledger for each authenticator and [`Lane`].
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Authenticator(#[n(0)] u8);

impl Authenticator {
    /// The account's PIN.
    pub const PIN: Self = Self(0);
    /// Delivered codes of all channels and purposes.
    pub const CODE: Self = Self(16);
    /// The one-time codes of all tokens (HOTP and TOTP).
    pub const OTP: Self = Self(32);
    /// The recovery codes.
    pub const RECOVERY_CODE: Self = Self(48);

    /// The codes of all tickets.
    pub const ISSUED_CODE: Self = Self(64);

    /// Every authenticator.
    pub const ALL: &[Self] =
        &[Self::PIN, Self::CODE, Self::OTP, Self::RECOVERY_CODE, Self::ISSUED_CODE];

    /// The authenticator of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|authenticator| authenticator.name() == name)
    }

    /// Its name: `pin`, `code`, `otp`, `recovery-code` or `issued-code`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            0 => "pin",
            16 => "code",
            32 => "otp",
            48 => "recovery-code",
            64 => "issued-code",
            _ => "unknown",
        }
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How far the caller has come, from weak to strong. Each lane has ledgers of its own, so that a
/// stranger's guesses don't lock out the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Lane {
    /// Nothing is known of the caller.
    #[n(0)]
    Stranger,
    /// A first factor was passed.
    #[n(1)]
    FirstFactor,
    /// A device that the account knows.
    #[n(2)]
    KnownDevice,
}

impl Lane {
    /// Its name: `stranger`, `first-factor` or `known-device`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::FirstFactor => "first-factor",
            Self::KnownDevice => "known-device",
        }
    }
}
