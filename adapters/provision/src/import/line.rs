//! What a format makes of one line.

use data_encoding::HEXLOWER_PERMISSIVE;
use zeroize::Zeroizing;

use super::lines::What;
use crate::ProvisionError;

/// What a line is.
pub(super) enum Line {
    /// Of this account.
    Of(Found),
    /// Of an account that nothing in reach tells.
    Orphan,
    /// Of nobody.
    Nobodys,
    /// Not to be read, so that it may be anyone's.
    Unreadable(ProvisionError),
}

/// A line of an account.
pub(super) struct Found {
    pub(super) account: String,
    /// The issuer or realm, within which a name is one person's.
    pub(super) within: Option<String>,
    /// Whose the line is, where the name doesn't tell alone.
    pub(super) person: Option<String>,
    pub(super) pin: Option<Zeroizing<String>>,
    pub(super) failures: Option<(u32, u64)>,
    pub(super) what: What,
}

impl Found {
    pub(super) const fn of(account: String, what: What) -> Self {
        Self { account, within: None, person: None, pin: None, failures: None, what }
    }
}

/// A secret of hexadecimal digits, in either case.
pub(super) fn from_hex(text: &str) -> Result<Zeroizing<Vec<u8>>, ProvisionError> {
    let decoded = HEXLOWER_PERMISSIVE.decode(text.as_bytes());
    decoded.map(Zeroizing::new).map_err(|_| ProvisionError::Secret)
}
