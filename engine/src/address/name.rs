//! What a person types to say who he is.

use alloc::string::String;
use core::fmt;

use super::{Address, AddressError};

/// An account id: the integrator's own, opaque to the engine.
///
/// It appears in audit events, so it must not be personal data.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(String);

impl AccountId {
    /// The longest account id, in bytes.
    pub const MAX_LEN: usize = 256;

    /// Takes 1 to [`AccountId::MAX_LEN`] bytes of UTF-8 as they are, without control characters,
    /// `@`, a leading `+`, or white space at either end. Ids are equal if their bytes are.
    ///
    /// # Errors
    /// [`AddressError::Empty`], [`AddressError::AccountIdTooLong`] or
    /// [`AddressError::AccountIdCharacter`].
    pub fn parse(input: &str) -> Result<Self, AddressError> {
        if input.is_empty() {
            return Err(AddressError::Empty);
        }
        if input.len() > Self::MAX_LEN {
            return Err(AddressError::AccountIdTooLong);
        }
        let odd = |c: char| c == '@' || c.is_control();
        if input.contains(odd) || input.starts_with('+') || input.trim() != input {
            return Err(AddressError::AccountIdCharacter);
        }
        Ok(Self(input.into()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Never the id: a person may have typed a phone number without its `+`, or a PIN.
impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountId(..)")
    }
}

/// A name for an account: its id, or a phone number or e-mail address that may be bound to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// The account's own id.
    Account(AccountId),
    /// An address.
    Address(Address),
}

impl Name {
    /// Reads an e-mail address (anything with `@`), a phone number (anything that begins with
    /// `+`), or else an account id. Spaces are dropped around an address only.
    ///
    /// # Errors
    /// As [`Address::parse`] and [`AccountId::parse`]; [`AddressError::EndpointNamesNobody`].
    pub fn parse(input: &str) -> Result<Self, AddressError> {
        match Address::parse(input) {
            // Nobody signs in by what he shares with others.
            Ok(Address::Endpoint(_)) => Err(AddressError::EndpointNamesNobody),
            Ok(address) => Ok(Self::Address(address)),
            Err(AddressError::NotAnAddress) => AccountId::parse(input).map(Self::Account),
            Err(fault) => Err(fault),
        }
    }
}
