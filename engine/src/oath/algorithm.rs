//! The hash under the HMAC of a one-time code.

use core::fmt;
use minicbor::{Decode, Encode};

/// The hash of an HMAC: RFC 4226 has SHA-1 alone, RFC 6238 (1.2) and RFC 6287 all three.
///
/// SHA-1's collisions don't touch HMAC; it is what most authenticator apps compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC-SHA-1: 20 bytes.
    #[n(0)]
    Sha1 = 0,
    /// HMAC-SHA-256: 32 bytes.
    #[n(1)]
    Sha256 = 1,
    /// HMAC-SHA-512: 64 bytes.
    #[n(2)]
    Sha512 = 2,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// Its name, as an `otpauth` address writes it: `SHA1`, `SHA256` or `SHA512`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// The one of this very name; `None` for any other text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The bytes of its output, and so of a good secret (RFC 6238, 5.1).
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
