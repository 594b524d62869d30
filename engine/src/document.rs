//! A civil document, by which a registration may be tied to a person.

use alloc::string::String;
use core::fmt;

use crate::error::Misuse;

/// A civil document: what kind it is, which country gave it out, and its number. Only a keyed hash of
/// the three is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    kind: String,
    country: String,
    number: String,
}

impl Document {
    /// The longest kind, in bytes.
    pub const MAX_KIND: usize = 16;
    /// The longest number, in bytes.
    pub const MAX_NUMBER: usize = 32;

    /// A document. Its kind is a word of yours, 1 to 16 of a-z, 0-9 and `-`. The country is two
    /// letters (ISO 3166-1), the number 1 to 32 ASCII letters and digits, both in either case; spaces,
    /// dots, slashes and hyphens in the number are dropped.
    ///
    /// ```
    /// # use pinbolt::{Document, Misuse};
    /// let one = Document::new("identity-card", "PT", "12345678 9 ZZ4")?;
    /// assert_eq!(one, Document::new("identity-card", "pt", "123456789zz4")?);
    /// # Ok::<(), Misuse>(())
    /// ```
    ///
    /// # Errors
    /// [`Misuse::Document`].
    pub fn new(kind: &str, country: &str, number: &str) -> Result<Self, Misuse> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let well = (1..=Self::MAX_KIND).contains(&kind.len()) && kind.bytes().all(plain);
        let letters = country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic());
        let number: String =
            number.chars().filter(|c| !matches!(c, ' ' | '.' | '/' | '-')).collect();
        let fits = (1..=Self::MAX_NUMBER).contains(&number.len());
        match well && letters && fits && number.bytes().all(|b| b.is_ascii_alphanumeric()) {
            true => Ok(Self {
                kind: kind.into(),
                country: country.to_ascii_uppercase(),
                number: number.to_ascii_uppercase(),
            }),
            false => Err(Misuse::Document),
        }
    }

    pub(crate) fn parts(&self) -> [&str; 3] {
        [&self.kind, &self.country, &self.number]
    }
}

/// Never what is in it.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Document(..)")
    }
}
