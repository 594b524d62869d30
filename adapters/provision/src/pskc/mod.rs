//! PSKC: token keys in XML, as makers of devices ship them (RFC 6030).
//!
//! A document has packages: a key, its device, its owner, its conditions. Secrets are legible,
//! or sealed by AES-CBC with a MAC, under a key that both sides have or under a password.
//!
//! What is sealed is the secret alone. Serial numbers, counters, owners and conditions stand there
//! as anybody on the way can write them; so let a package's owner be decided by someone who knows,
//! not by the document. A signature is told ([`Document::signed`]) and **not checked**.
//!
//! Read with [`Lock::Key`] or [`Lock::Password`], a document whose secrets aren't sealed by it is
//! refused: nobody can slip in a legible one. A wrong key and a changed document are one error. The
//! standard seals the MAC's key without a MAC of its own, so don't read a stranger's documents again
//! and again for him, telling him each time whether it worked.
//!
//! Not read: AES key wrap, Triple DES, GCM and asymmetric keys
//! ([`ProvisionError::Cipher`]), and drafts before the RFC.
//!
//! # Bounds
//! 16 MiB, 10,000 keys, 1,000,000 elements and texts, 64 attributes an element, 16 prefixes
//! of namespaces, 1024 bytes a text, 1,000,000 rounds of PBKDF2 with a salt of 128 bytes. No document type, so no
//! entities. The time is linear in the text, and a second or so for the rounds.
//!
//! # Secrets
//! Texts that are written, and all copies of secrets, are wiped. The XML reader borrows from the
//! text that it is given; where a value has character references or carriage returns it makes a
//! copy which isn't wiped.
//!
//! # From a document into an account
//! ```
//! use pinbolt_provision::pskc::{Document, KeyPackage, Lock};
//! # use pinbolt_provision::OathKey;
//! # use pinbolt::{oath::Algorithm, op::TokenKind};
//! # let key = OathKey::new(TokenKind::TOTP, Algorithm::Sha1, 6, b"12345678901234567890")?;
//! # let mut made = Document::default();
//! # made.packages.push(KeyPackage::new("1", &key));
//! # let (psk, now) = ([7; 16], 0);
//! # let text = made.write(Lock::Key(&psk))?;
//! let document = Document::read(&text, Lock::Key(&psk))?;
//! for package in &document.packages {
//!     match &package.key {
//!         // Whose is it? Ask your stock list for `package.device.serial`. Then `AddToken`, or
//!         // `Import` where the token was in use: with `key.kind()`, `key.algorithm()`,
//!         // `key.digits()`, `key.secret()` and `package.clock_ahead`.
//!         Ok(key) if package.holds(now) => assert_eq!(key.secret().len(), 20),
//!         Ok(_) => println!("{}: not now, or under conditions", package.id),
//!         Err(error) => println!("{}: {error}", package.id),
//!     }
//! }
//! # Ok::<(), pinbolt_provision::ProvisionError>(())
//! ```

mod date;
mod lock;
mod package;
mod read;
mod write;
mod xml;

use std::fmt;

use zeroize::Zeroizing;

use crate::ProvisionError;

pub use lock::Lock;
pub use package::{Device, KeyPackage, PinPolicy, PinUsage, Policy};

/// The longest document, in bytes.
pub const MAX_LEN: usize = 16 << 20;
/// The most keys in a document.
pub const MAX_KEYS: usize = 10_000;
/// The most elements, texts and comments in a document.
pub const MAX_NODES: u32 = 1_000_000;
/// The longest name, number or other text, in bytes.
pub const MAX_TEXT: usize = 1024;
/// The longest password, in bytes.
pub const MAX_PASSWORD: usize = 1024;
/// The most rounds of PBKDF2 that a document may ask for.
pub const MAX_ROUNDS: u32 = 1_000_000;
/// The rounds of PBKDF2-HMAC-SHA-256 in a document that is written.
pub const ROUNDS: u32 = 600_000;

const HMAC_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
const HMAC_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
const HMAC_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512";
const PBKDF2_XENC11: &str = "http://www.w3.org/2009/xmlenc11#pbkdf2";
const PBKDF2: &str = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2";

/// A PSKC document.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// Its id: an XML name.
    pub id: Option<String>,
    /// What its key or password is called, so that a reader knows which one to take.
    pub key_name: Option<String>,
    /// Whether it has a signature. It is not checked, and not written.
    pub signed: bool,
    /// The keys, in their order.
    pub packages: Vec<KeyPackage>,
}

impl Document {
    /// The document in this text, its secrets unlocked.
    ///
    /// # Errors
    /// Any that concerns the whole of it; what concerns one key stands in [`KeyPackage::key`].
    pub fn read(text: &str, lock: Lock<'_>) -> Result<Self, ProvisionError> {
        read::document(text, lock)
    }

    /// The text of this document. A key seals by AES of its own length, a password by AES-256 under
    /// PBKDF2-HMAC-SHA-256 of [`ROUNDS`] rounds, both with HMAC-SHA-256. Of the key's start
    /// ([`Totp`](pinbolt::op::TokenKind::Totp)) only 1970 has a place.
    ///
    /// # Errors
    /// - A package's own where it has no key.
    /// - [`ProvisionError::Name`], [`ProvisionError::Date`], [`ProvisionError::Counter`],
    ///   [`ProvisionError::Period`], [`ProvisionError::NoPlace`] for what has no place there.
    /// - [`ProvisionError::TooMany`] for none or too many packages, [`ProvisionError::TooLong`].
    /// - [`ProvisionError::LockKey`] for a key or password that is none.
    /// - [`ProvisionError::Entropy`] without random bytes.
    pub fn write(&self, lock: Lock<'_>) -> Result<Zeroizing<String>, ProvisionError> {
        write::document(self, lock)
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("signed", &self.signed)
            .field("packages", &self.packages)
            .finish_non_exhaustive()
    }
}
