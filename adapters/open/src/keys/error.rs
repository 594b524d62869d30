//! Why keys could not be read or written.

use core::{error::Error, fmt};
use std::io;

/// A field of the keys' file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `index`
    Index,
    /// `active`
    Active,
    /// `[secrets]`
    Secrets,
    /// One of the secrets, by its number.
    Secret(u32),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index => f.write_str("index"),
            Self::Active => f.write_str("active"),
            Self::Secrets => f.write_str("[secrets]"),
            Self::Secret(id) => write!(f, "{id} in [secrets]"),
        }
    }
}

/// Why keys could not be read or written. No text of the file is in it.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeysError {
    /// There is no such file, or no such variable.
    NotFound,
    /// Something is at the path already.
    Exists,
    /// The path names a symbolic link.
    Symlink,
    /// The path names a folder, a device or the like.
    NotAFile,
    /// The group or others may read or write the file; the mode, as `0o644`.
    Permissions(u32),
    /// The file is over 64 KiB, or is no UTF-8.
    NotText,
    /// The line is no TOML.
    Syntax {
        /// Counted from 1.
        line: usize,
    },
    /// The line holds a field that there isn't.
    UnknownField {
        /// Counted from 1.
        line: usize,
    },
    /// The line names a secret by something other than a whole number from 0 to 4294967295.
    KeyId {
        /// Counted from 1.
        line: usize,
    },
    /// The field isn't there.
    Missing(Field),
    /// The field holds another type of value.
    Type(Field),
    /// The field isn't base64.
    Base64(Field),
    /// The field isn't 32 bytes.
    Length(Field),
    /// The field's bytes are all equal: a placeholder.
    Placeholder(Field),
    /// `active` names a secret that isn't there.
    UnknownActive(u32),
    /// The system gave no randomness.
    Randomness,
    /// The system refused.
    Io(io::Error),
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys: ")?;
        match self {
            Self::NotFound => f.write_str("there is no such file or variable"),
            Self::Exists => f.write_str("something is at this path already; it was left as it is"),
            Self::Symlink => f.write_str("the path is a symbolic link"),
            Self::NotAFile => f.write_str("the path is not a regular file"),
            Self::Permissions(mode) => {
                write!(f, "the file is open to others (mode {mode:04o}): make it 0600")
            }
            Self::NotText => f.write_str("this is not a text of at most 64 KiB"),
            Self::Syntax { line } => write!(f, "line {line} is not TOML"),
            Self::UnknownField { line } => write!(
                f,
                "line {line} has a field that there isn't; there are index, active and [secrets]"
            ),
            Self::KeyId { line } => {
                write!(f, "line {line} names a secret by something else than a whole number")
            }
            Self::Missing(field) => write!(f, "{field} is missing"),
            Self::Type(Field::Active) => f.write_str("active is not a whole number"),
            Self::Type(Field::Secrets) => f.write_str("[secrets] is not a table"),
            Self::Type(field) => write!(f, "{field} is not a text in quotes"),
            Self::Base64(field) => write!(f, "{field} is not base64"),
            Self::Length(field) => write!(f, "{field} is not 32 bytes"),
            Self::Placeholder(field) => {
                write!(f, "{field} is a placeholder: all of its bytes are equal")
            }
            Self::UnknownActive(id) => write!(f, "active names {id}, which is not in [secrets]"),
            Self::Randomness => f.write_str("the system gave no randomness"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl Error for KeysError {}
