//! E-mail addresses.

use alloc::{format, string::String};
use core::fmt;

use super::AddressError;

/// An e-mail address: a dot-atom and a domain name (RFC 5321, 4.1.2), ASCII only.
///
/// Values are equal if both forms are; mailboxes are the same one if their [`Email::key`]s are.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    delivery: String,
    key: String,
}

impl Email {
    /// The longest address, in bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
    pub const MAX_LEN: usize = 254;
    /// The longest part before the `@`, in bytes (RFC 5321, 4.5.3.1.1).
    pub const MAX_LOCAL_LEN: usize = 64;
    /// The longest label of the domain, in bytes (RFC 1035, 2.3.4).
    pub const MAX_LABEL_LEN: usize = 63;

    /// Reads `local@domain`. Spaces around it are dropped.
    ///
    /// ```
    /// # use pinbolt::address::{AddressError, Email};
    /// let email = Email::parse("Ana.Reis+bank@Example.COM")?;
    /// assert_eq!(email.delivery(), "Ana.Reis+bank@example.com");
    /// assert_eq!(email.key(), "ana.reis+bank@example.com");
    /// # Ok::<(), AddressError>(())
    /// ```
    ///
    /// Quoted local parts, comments, IP addresses and domains without a dot are refused. So is all
    /// that isn't ASCII: a look-alike never becomes another person's key. A domain outside ASCII
    /// is given as A-labels (`xn--…`, RFC 5890). Dots and `+` tags are kept: which of them lead to
    /// one mailbox only its host knows ([`Email::mailbox`]).
    ///
    /// # Errors
    /// [`AddressError::Empty`], or the `Email…` that tells the first fault.
    pub fn parse(input: &str) -> Result<Self, AddressError> {
        let text = input.trim_matches(' ');
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.len() > Self::MAX_LEN {
            return Err(AddressError::EmailTooLong);
        }
        if text.bytes().any(|b| b == b' ' || b.is_ascii_control()) {
            return Err(AddressError::EmailBlank);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::EmailShape)?;
        check_local(local)?;
        check_domain(domain)?;
        let delivery = format!("{local}@{}", domain.to_ascii_lowercase());
        let key = delivery.to_ascii_lowercase();
        Ok(Self { delivery, key })
    }

    /// What messages are sent to: as it was typed, with the domain in lower case.
    #[must_use]
    pub fn delivery(&self) -> &str {
        &self.delivery
    }

    /// The comparison key: the whole address in lower case. It parses to itself.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The comparison key without the dots before the `@`, and without what follows the first `+`
    /// there: what many hosts, and by no means all, deliver to one mailbox. A part that would be
    /// left empty stays as it is.
    #[must_use]
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.key.rsplit_once('@').unwrap_or_default();
        let plain = local.split('+').next().unwrap_or_default().replace('.', "");
        let plain = if plain.is_empty() { local } else { &plain };
        format!("{plain}@{domain}")
    }

    /// The first character and the domain: `a•••@example.com`, whatever the length between.
    #[must_use]
    pub fn mask(&self) -> String {
        let (local, domain) = self.delivery.rsplit_once('@').unwrap_or_default();
        format!("{}•••@{domain}", local.get(..1).unwrap_or_default())
    }
}

/// Never the address.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}

/// A dot-atom (RFC 5322, 3.2.3).
fn check_local(local: &str) -> Result<(), AddressError> {
    let fault = if local.contains('"') {
        AddressError::EmailLocalQuoted
    } else if local.is_empty() || local.contains('@') {
        AddressError::EmailShape
    } else if !local.is_ascii() {
        AddressError::EmailLocalNotAscii
    } else if local.len() > Email::MAX_LOCAL_LEN {
        AddressError::EmailLocalTooLong
    } else if local.split('.').any(str::is_empty) {
        AddressError::EmailLocalDots
    } else if !local.bytes().all(|b| b == b'.' || is_atext(b)) {
        AddressError::EmailLocalCharacter
    } else {
        return Ok(());
    };
    Err(fault)
}

/// A host name with at least one dot, and a letter or hyphen after the last: only digits there
/// would be an IPv4 address (RFC 1123, 2.1).
fn check_domain(domain: &str) -> Result<(), AddressError> {
    let last = domain.rsplit('.').next().unwrap_or_default();
    let fault = if domain.is_empty() {
        AddressError::EmailShape
    } else if domain.starts_with('[') {
        AddressError::EmailIpAddress
    } else if !domain.is_ascii() {
        AddressError::EmailDomainNotAscii
    } else if !domain.split('.').all(is_label) {
        AddressError::EmailDomainLabel
    } else if last.bytes().all(|b| b.is_ascii_digit()) {
        AddressError::EmailIpAddress
    } else if !domain.contains('.') {
        AddressError::EmailDomainNoDot
    } else {
        return Ok(());
    };
    Err(fault)
}

/// Letters, digits and inner hyphens (RFC 5321, 4.1.2: sub-domain).
fn is_label(label: &str) -> bool {
    (1..=Email::MAX_LABEL_LEN).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

const fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~'
        )
}
