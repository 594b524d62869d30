//! What Google Authenticator's "transfer accounts" shows: QR codes of `otpauth-migration` addresses,
//! with ten keys each at most.
//!
//! ```
//! use pinbolt::{oath::Algorithm, op::TokenKind};
//! use pinbolt_provision::{OathKey, ProvisionError, migration, migration::Batches};
//!
//! let key = OathKey::new(TokenKind::TOTP, Algorithm::Sha1, 6, b"12345678901234567890")?
//!     .named(Some("Example"), "ana")?;
//! let addresses = migration::write(&[key.clone()])?;
//!
//! let mut batches = Batches::new();
//! for address in addresses {
//!     batches.add(migration::read(&address)?)?; // In any order.
//! }
//! assert_eq!(batches.missing().count(), 0);
//! assert_eq!(batches.keys().collect::<Vec<_>>(), [&Ok(key)]);
//! # Ok::<(), ProvisionError>(())
//! ```

mod batches;
mod wire;
mod writing;

use std::fmt;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};
use pinbolt::{oath::Algorithm, op::TokenKind};
use zeroize::Zeroizing;

use crate::{
    OathKey, ProvisionError, otpauth,
    query::{Parameters, behind},
};
use wire::{Field, Message};

pub use batches::Batches;
pub use writing::write;

/// The longest address, in bytes.
pub const MAX_LEN: usize = 8192;
/// The most keys of one address that are read. The app itself puts ten into each.
pub const MAX_KEYS: usize = 100;
/// The most addresses of one export.
pub const MAX_BATCHES: u32 = 100;

const SCHEME: &str = "otpauth-migration://offline";
/// The period of every such token that counts by the time, in seconds.
const PERIOD: u32 = 30;

/// What one address says: a part of an export.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// Its keys in their order. One that tokens can't have here is told in its place, and spoils no
    /// other.
    pub keys: Vec<Result<OathKey, ProvisionError>>,
    /// The version of the export, as it says.
    pub version: u32,
    /// How many addresses the export has, 1 to [`MAX_BATCHES`].
    pub size: u32,
    /// Which of them this is, from 0.
    pub index: u32,
    /// The export's number, the same in each.
    pub id: i32,
}

/// Reads one address. Its data may be base64 of either kind, padded or not, percent-encoded or not.
/// What it says nothing about is SHA-1, 6 digits and the time, as apps take it; a token of the time
/// has periods of 30 seconds; a token without a name is named by its issuer.
///
/// # Errors
/// [`ProvisionError::TooLong`] over [`MAX_LEN`] bytes or [`MAX_KEYS`]; `Encoding` and `Parameter` as
/// [`otpauth::read`] has them; [`ProvisionError::NotMigration`] and [`ProvisionError::Payload`].
pub fn read(address: &str) -> Result<Batch, ProvisionError> {
    if address.len() > MAX_LEN {
        return Err(ProvisionError::TooLong);
    }
    let rest = behind(address, SCHEME).ok_or(ProvisionError::NotMigration)?;
    let query = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('?');
    let given = Parameters::read(query.ok_or(ProvisionError::NotMigration)?)?;
    let data = decoded(given.get("data").ok_or(ProvisionError::NotMigration)?)?;

    let mut batch = Batch { keys: Vec::new(), version: 0, size: 1, index: 0, id: 0 };
    for field in Message::of(&data) {
        match field? {
            Field { number: 1, value } => {
                if batch.keys.len() >= MAX_KEYS {
                    return Err(ProvisionError::TooLong);
                }
                batch.keys.push(Parts::read(value.bytes()?)?.key());
            }
            Field { number: 2, value } => batch.version = value.small()?,
            Field { number: 3, value } => batch.size = value.small()?.max(1),
            Field { number: 4, value } => batch.index = value.small()?,
            Field { number: 5, value } => batch.id = value.whole()?,
            Field { .. } => {}
        }
    }
    match batch.size <= MAX_BATCHES && batch.index < batch.size {
        true => Ok(batch),
        false => Err(ProvisionError::Payload),
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("keys", &self.keys.len())
            .field("size", &self.size)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

/// What the message of a key says.
#[derive(Default)]
struct Parts<'a> {
    secret: &'a [u8],
    name: &'a str,
    issuer: &'a str,
    algorithm: u64,
    digits: u64,
    kind: u64,
    counter: u64,
}

impl<'a> Parts<'a> {
    fn read(message: &'a [u8]) -> Result<Self, ProvisionError> {
        let mut parts = Self::default();
        for field in Message::of(message) {
            let Field { number, value } = field?;
            match number {
                1 => parts.secret = value.bytes()?,
                2 => parts.name = value.text()?,
                3 => parts.issuer = value.text()?,
                4 => parts.algorithm = value.number()?,
                5 => parts.digits = value.number()?,
                6 => parts.kind = value.number()?,
                7 => parts.counter = value.number()?,
                _ => {}
            }
        }
        Ok(parts)
    }

    /// 0 is what apps take for "not said".
    fn key(&self) -> Result<OathKey, ProvisionError> {
        let algorithm = match self.algorithm {
            0 | 1 => Algorithm::Sha1,
            2 => Algorithm::Sha256,
            3 => Algorithm::Sha512,
            _ => return Err(ProvisionError::Algorithm),
        };
        let digits = match self.digits {
            0 | 1 => 6,
            2 => 8,
            _ => return Err(ProvisionError::Digits),
        };
        let kind = match self.kind {
            // The field is signed.
            1 if i64::try_from(self.counter).is_err() => return Err(ProvisionError::Counter),
            1 => TokenKind::Hotp { counter: self.counter },
            0 | 2 => TokenKind::Totp { period: PERIOD, start: 0 },
            _ => return Err(ProvisionError::NoPlace),
        };
        let key = OathKey::new(kind, algorithm, digits, self.secret)?;
        match (self.issuer, self.name) {
            ("", "") => Ok(key),
            (issuer, "") => key.named(None, issuer),
            (issuer, name) => {
                let (issuer, name) = otpauth::names(name, Some(issuer))?;
                key.named(issuer, name)
            }
        }
    }
}

/// The data's bytes.
fn decoded(data: &str) -> Result<Zeroizing<Vec<u8>>, ProvisionError> {
    let unpadded = data.trim_end_matches('=');
    let padding = data.len().saturating_sub(unpadded.len());
    if padding > 0 && (padding > 2 || !data.len().is_multiple_of(4)) {
        return Err(ProvisionError::Payload);
    }
    let kind = if unpadded.contains(['-', '_']) { BASE64URL_NOPAD } else { BASE64_NOPAD };
    let length = kind.decode_len(unpadded.len()).map_err(|_| ProvisionError::Payload)?;
    // Where what was decoded until a fault was found is wiped, too.
    let mut bytes = Zeroizing::new(vec![0; length]);
    kind.decode_mut(unpadded.as_bytes(), &mut bytes).map_err(|_| ProvisionError::Payload)?;
    Ok(bytes)
}
