//! Phone numbers, e-mail addresses and account ids: one form for delivery, one key for comparison.
//!
//! Two spellings of one address have one key, or one of them is refused. Nothing here guesses:
//! national phone numbers and Unicode domains are for an adapter to rewrite before they come in.
//! The three kinds of name are disjoint by syntax: an e-mail address contains `@`, a phone number
//! begins with `+`, an account id does neither. An endpoint begins with `@`, and names nobody.

mod email;
mod endpoint;
mod error;
mod name;
mod phone;

use alloc::string::String;
use core::fmt;

pub use email::Email;
pub use endpoint::Endpoint;
pub use error::AddressError;
pub use name::{AccountId, Name};
pub use phone::Phone;

/// Where a code can be delivered.
///
/// Values are equal if both forms are; addresses are the same one if their [`Address::key`]s are.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A phone number.
    Phone(Phone),
    /// An e-mail address.
    Email(Email),
    /// An address on a channel of the integrator's own.
    Endpoint(Endpoint),
}

impl Address {
    /// Reads an endpoint (anything that begins with `@` and has a `:`), an e-mail address (anything
    /// else with `@`) or a phone number (anything that begins with `+`). Spaces around it are
    /// dropped.
    ///
    /// # Errors
    /// [`AddressError::NotAnAddress`] if it is none; otherwise as [`Endpoint::parse`],
    /// [`Email::parse`] and [`Phone::parse`].
    pub fn parse(input: &str) -> Result<Self, AddressError> {
        let text = input.trim_matches(' ');
        if text.is_empty() {
            Err(AddressError::Empty)
        } else if text.starts_with('@') && text.contains(':') {
            Endpoint::parse(text).map(Self::Endpoint)
        } else if text.contains('@') {
            Email::parse(text).map(Self::Email)
        } else if text.starts_with('+') {
            Phone::parse(text).map(Self::Phone)
        } else {
            Err(AddressError::NotAnAddress)
        }
    }

    /// The comparison key: one for all spellings of this address, ASCII. It parses to itself.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Phone(phone) => phone.as_str(),
            Self::Email(email) => email.key(),
            Self::Endpoint(endpoint) => endpoint.as_str(),
        }
    }

    /// The form that messages are sent to, ASCII; of an endpoint the whole. It parses to itself.
    #[must_use]
    pub fn delivery(&self) -> &str {
        match self {
            Self::Phone(phone) => phone.as_str(),
            Self::Email(email) => email.delivery(),
            Self::Endpoint(endpoint) => endpoint.as_str(),
        }
    }

    /// Which of them it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Phone(_) => Kind::Phone,
            Self::Email(_) => Kind::Email,
            Self::Endpoint(_) => Kind::Endpoint,
        }
    }

    /// The address with most of it hidden, for a person who has passed a first factor.
    #[must_use]
    pub fn mask(&self) -> String {
        match self {
            Self::Phone(phone) => phone.mask(),
            Self::Email(email) => email.mask(),
            Self::Endpoint(endpoint) => endpoint.mask(),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(phone) => phone.fmt(f),
            Self::Email(email) => email.fmt(f),
            Self::Endpoint(endpoint) => endpoint.fmt(f),
        }
    }
}

/// The kinds of address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// An address on a channel of the integrator's own.
    Endpoint,
}
