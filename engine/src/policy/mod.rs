//! What is allowed: the settings, each with its bounds, and the purposes.

mod purpose;
mod settings;

use alloc::{string::String, vec::Vec};
use core::fmt;

pub use purpose::{Purpose, Resend, Uses};
pub(crate) use settings::Settings;
pub use settings::{SETTINGS, Setting};

use crate::{
    channel::Channel,
    guard::{Rate, Rules as LedgerRules, SendRules, Windows},
    pin::{Cost, Rules},
};

/// A checked policy. Changing one breaks no enrolment: what an authenticator was made with is
/// stored with it.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) settings: Settings,
    purposes: Vec<Purpose>,
}

impl Policy {
    /// The most purposes of a policy, and channels of your own, together.
    pub const MAX_PURPOSES: usize = 14;

    /// A builder with every default and no purpose.
    #[must_use]
    pub fn builder() -> Builder {
        Builder { settings: Settings::default(), purposes: Vec::new() }
    }

    /// The purposes, the engine's own excepted.
    #[must_use]
    pub fn purposes(&self) -> &[Purpose] {
        &self.purposes
    }

    /// A setting by its path; `None` for a path that there isn't.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<u64> {
        self.settings.get(path)
    }

    /// The rules for new PINs, for a form that checks while a person types.
    #[must_use]
    pub fn pin_rules(&self) -> Rules {
        Rules { min_digits: u8::try_from(self.settings.pin_min).unwrap_or(u8::MAX) }
    }

    /// Whether any purpose's codes travel by this channel, or may without being named.
    pub(crate) fn reaches(&self, channel: Channel) -> bool {
        channel.names() || self.purposes.iter().any(|purpose| purpose.channels().contains(&channel))
    }

    pub(crate) fn purpose(&self, name: &str) -> Option<Purpose> {
        let reached = |own: &Purpose| own.channels().iter().all(|channel| self.reaches(*channel));
        let own = || Purpose::confirming(name).filter(reached);
        self.purposes.iter().find(|purpose| purpose.name() == name).cloned().or_else(own)
    }

    pub(crate) fn ledger(&self) -> LedgerRules {
        let s = &self.settings;
        let rate = Rate {
            burst: u32::try_from(s.throttle_burst).unwrap_or(1),
            interval: 86_400_000u64.checked_div(s.throttle_per_day).unwrap_or(86_400_000),
        };
        let cap = |setting: u64| u32::try_from(setting).unwrap_or(0);
        LedgerRules {
            throttle: (s.throttle_on == 1).then_some(rate),
            free: u32::try_from(s.wait_after).unwrap_or(0),
            first_wait: s.wait_first.saturating_mul(1000),
            longest_wait: s.wait_longest.saturating_mul(1000),
            caps: [cap(s.cap_stranger), cap(s.cap_first_factor), cap(s.cap_known_device)],
        }
    }

    pub(crate) fn sends(&self) -> SendRules {
        let count = |setting: u64| usize::try_from(setting).unwrap_or(0);
        let s = &self.settings;
        SendRules { per_hour: count(s.send_per_hour), per_day: count(s.send_per_day) }
    }

    /// In milliseconds: how long a new address waits, and a proven one is fresh.
    pub(crate) const fn address_times(&self) -> (u64, u64) {
        let s = &self.settings;
        (s.cooling.saturating_mul(3_600_000), s.fresh.saturating_mul(86_400_000))
    }

    pub(crate) fn windows(&self) -> Windows {
        let s = &self.settings;
        let small = |setting: u64| u32::try_from(setting).unwrap_or(0);
        Windows {
            back: small(s.totp_back),
            ahead: small(s.totp_ahead),
            drift: small(s.totp_drift),
            look_ahead: small(s.hotp_look_ahead),
            resync: small(s.otp_resync),
        }
    }

    /// How long a device that isn't used stays known, in milliseconds.
    pub(crate) const fn device_lifetime(&self) -> u64 {
        self.settings.device_lifetime.saturating_mul(86_400_000)
    }

    pub(crate) fn cost(&self) -> Cost {
        let s = &self.settings;
        let small = |setting: u64| u32::try_from(setting).unwrap_or(u32::MAX);
        Cost {
            memory: small(s.hash_memory),
            passes: small(s.hash_passes),
            lanes: small(s.hash_lanes),
        }
    }
}

/// Builds a [`Policy`] and refuses what is out of bounds.
#[derive(Clone, Debug)]
pub struct Builder {
    settings: Settings,
    purposes: Vec<Purpose>,
}

impl Builder {
    /// Sets the setting of this path.
    ///
    /// # Errors
    /// [`PolicyError`] naming the path, for an unknown path or a value out of its bounds.
    pub fn set(mut self, path: &str, value: u64) -> Result<Self, PolicyError> {
        self.settings.set(path, value)?;
        Ok(self)
    }

    /// Adds a purpose.
    #[must_use]
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purposes.push(purpose);
        self
    }

    /// The cheapest hash that there is, so that tests are fast. Never in production.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub const fn cheapest_hash(mut self) -> Self {
        self.settings.hash_memory = 8;
        self.settings.hash_passes = 1;
        self
    }

    /// So few decoys that a test can fill them. Never in production.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub const fn few_decoys(mut self) -> Self {
        self.settings.decoy_bits = 8;
        self
    }

    /// The policy.
    ///
    /// # Errors
    /// [`PolicyError`] for purposes that are too many, named twice, misnamed or empty, and for
    /// settings that don't fit together.
    pub fn build(self) -> Result<Policy, PolicyError> {
        let Self { settings, purposes } = self;
        settings.fit_together()?;
        let mut own: Vec<_> = purposes.iter().flat_map(Purpose::channels).collect();
        own.retain(|channel| !channel.names());
        own.sort_unstable();
        own.dedup();
        // Each has a row of challenges of its own in a record, as each purpose has.
        if purposes.len().saturating_add(own.len()) > Policy::MAX_PURPOSES {
            let reason = "there are more than 14, channels of your own among them";
            return Err(PolicyError::new("purposes", reason));
        }
        for (at, purpose) in purposes.iter().enumerate() {
            purpose.check()?;
            if purposes
                .iter()
                .skip(at.saturating_add(1))
                .any(|other| other.name() == purpose.name())
            {
                return Err(PolicyError::new(purpose.name(), "a purpose is named twice"));
            }
        }
        Ok(Policy { settings, purposes })
    }
}

/// Why a policy was refused: the offending setting or purpose, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    path: String,
    reason: String,
}

impl PolicyError {
    pub(crate) fn new(path: &str, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }

    /// The path of the setting, or the purpose's name.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The sentence.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl core::error::Error for PolicyError {}
