//! What a store holds: a named row, its version, and one conditional write.

use alloc::{string::String, vec::Vec};
use core::fmt;

/// The name of a row: ASCII, at most [`RowName::MAX_LEN`] bytes, no person readable in it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowName(String);

impl RowName {
    /// The longest row name, in bytes.
    pub const MAX_LEN: usize = 80;

    /// Takes a name of 1 to [`RowName::MAX_LEN`] visible ASCII bytes; `None` for any other.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let fits = (1..=Self::MAX_LEN).contains(&name.len());
        (fits && name.bytes().all(|b| b.is_ascii_graphic())).then(|| Self(name.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A version of a row: a random 128-bit write id. Versions never repeat and have no order;
/// a store compares them as bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version([u8; 16]);

impl Version {
    /// The version with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes, as a store keeps them.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// A row as a store gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The write that made it.
    pub version: Version,
    /// The sealed record, at most [`Write::MAX_BODY`] bytes.
    pub body: Vec<u8>,
}

/// One conditional write: it applies if, and only if, the row stands at `expected`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The row.
    pub row: RowName,
    /// The version that must stand; `None`: the row must not exist.
    pub expected: Option<Version>,
    /// The version that stands afterwards.
    pub version: Version,
    /// The new body; `None` deletes the row.
    pub body: Option<Vec<u8>>,
    /// Unix milliseconds before which the store must not remove the row by itself, up to
    /// `i64::MAX`; `u64::MAX`: never.
    pub keep_until: u64,
}

impl Write {
    /// The largest body, in bytes.
    pub const MAX_BODY: usize = 64 * 1024;
}
