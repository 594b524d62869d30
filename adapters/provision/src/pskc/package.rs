//! A key with all that a document says about it.

use std::fmt;

use crate::{OathKey, ProvisionError};

/// A key with all that a document says about it. Texts have 1 to 1024 bytes without control
/// characters and outer blanks; times are Unix milliseconds from 1970 to 9999.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyPackage {
    /// The device that holds it.
    pub device: Device,
    /// The module in the device.
    pub module_id: Option<String>,
    /// The key's id; empty where the document has none.
    pub id: String,
    /// Who issued it.
    pub issuer: Option<String>,
    /// A name for people.
    pub friendly_name: Option<String>,
    /// Whose it is: as a rule a distinguished name.
    pub user_id: Option<String>,
    /// Under which conditions it may be used.
    pub policy: Policy,
    /// Steps by which the device's clock was found ahead; negative if it is behind.
    pub clock_ahead: i32,
    /// The key without names, or why it is none that pinbolt can check. One such key spoils none of
    /// the others.
    pub key: Result<OathKey, ProvisionError>,
}

/// The device that holds a key.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Device {
    /// Who made it.
    pub manufacturer: Option<String>,
    /// Its serial number, as a rule what is printed on it.
    pub serial: Option<String>,
    /// Its model.
    pub model: Option<String>,
    /// Which of several issues with one serial number it is.
    pub issue: Option<String>,
    /// What the key is bound to in the device.
    pub binding: Option<String>,
    /// Not before this time.
    pub start: Option<u64>,
    /// From this time on no longer.
    pub expiry: Option<u64>,
    /// Whose it is.
    pub user_id: Option<String>,
}

/// Under which conditions a key may be used. Nothing here is enforced by the engine: a host that
/// can't keep a condition mustn't use the key.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Not before this time.
    pub start: Option<u64>,
    /// From this time on no longer.
    pub expiry: Option<u64>,
    /// How a PIN guards it.
    pub pin: Option<PinPolicy>,
    /// How many codes it may give.
    pub transactions: Option<u64>,
}

/// How a PIN guards a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PinPolicy {
    /// Where it is typed, if the document says so.
    pub usage: Option<PinUsage>,
    /// The package whose key is the PIN.
    pub key_id: Option<String>,
    /// Wrong PINs in a row.
    pub max_failures: Option<u32>,
    /// Its least length.
    pub min_length: Option<u32>,
    /// Its greatest length.
    pub max_length: Option<u32>,
}

/// Where a PIN is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PinUsage {
    /// Into the device, which checks it.
    Local,
    /// Before the code.
    Prepend,
    /// After the code.
    Append,
}

impl PinUsage {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Local, Self::Prepend, Self::Append];

    /// Its name, as a document writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "Local",
            Self::Prepend => "Prepend",
            Self::Append => "Append",
        }
    }
}

impl KeyPackage {
    /// A package for this key: its issuer and name become the package's issuer and friendly name.
    /// What has no place in a document is found when it is written.
    #[must_use]
    pub fn new(id: &str, key: &OathKey) -> Self {
        let nameless = OathKey::new(key.kind(), key.algorithm(), key.digits(), key.secret());
        Self {
            issuer: key.issuer().map(Into::into),
            friendly_name: Some(key.name().to_owned()).filter(|name| !name.is_empty()),
            key: nameless,
            ..Self::empty(id)
        }
    }

    /// Whether a host that keeps no conditions may use the key at this time (Unix milliseconds): it is
    /// within the device's times and the policy's, and the policy has no PIN and no number of codes.
    #[must_use]
    pub fn holds(&self, now: u64) -> bool {
        let spans =
            [(self.device.start, self.device.expiry), (self.policy.start, self.policy.expiry)];
        let within = |(start, expiry): &(Option<u64>, Option<u64>)| {
            start.is_none_or(|start| start <= now) && expiry.is_none_or(|expiry| now < expiry)
        };
        spans.iter().all(within) && self.policy.pin.is_none() && self.policy.transactions.is_none()
    }

    /// A package that says nothing yet.
    pub(super) fn empty(id: &str) -> Self {
        Self {
            device: Device::default(),
            module_id: None,
            id: id.to_owned(),
            issuer: None,
            friendly_name: None,
            user_id: None,
            policy: Policy::default(),
            clock_ahead: 0,
            key: Err(ProvisionError::NoSecret),
        }
    }
}

impl fmt::Debug for KeyPackage {
    /// Without names and numbers: they may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPackage").field("key", &self.key).finish_non_exhaustive()
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").finish_non_exhaustive()
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").finish_non_exhaustive()
    }
}
