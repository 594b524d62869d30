//! Why something that describes tokens can't be read, or can't be written.

use std::fmt;

macro_rules! table {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $sentence:literal;)*) => {
        /// Why a text that describes tokens can't be read, or a token not be written in a form. Its
        /// sentence never contains what was read. A code is never used twice, in any version.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum ProvisionError { $($(#[$doc])* #[doc = ""] #[doc = concat!("Code ", $code, ".")] $name,)* }

        impl ProvisionError {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> u16 {
                match self { $(Self::$name => $code,)* }
            }

            /// Its name, the same in every version and language.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// One sentence about it.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

// 401 to 419 keys and otpauth, 420 to 429 migration and QR, 430 to 459 PSKC, 460 to 489 imports.
table! {
    /// Longer than this form may be.
    TooLong = 401, "The text is longer than it may be.";
    /// The secret is empty, over 128 bytes, or not in the form's letters.
    Secret = 402, "The secret is empty, too long, or not well-formed.";
    /// A hash other than SHA-1, SHA-256 and SHA-512.
    Algorithm = 403, "The hash is none that tokens have here.";
    /// Digits other than 6 to 10.
    Digits = 404, "The number of digits is none that tokens have here.";
    /// A period of 0, or one that is no number or too large a one.
    Period = 405, "The period is out of bounds.";
    /// A counter that is missing where there must be one, is no number, or is too large a one.
    Counter = 406, "The counter is missing or out of bounds.";
    /// A name or an issuer that is empty, too long, or has signs that it may not have.
    Name = 407, "The name or the issuer is empty, too long, or has signs that it may not have.";
    /// The form has no place for this token.
    NoPlace = 408, "This form has no place for such a token.";
    /// Another scheme or type than `otpauth://totp/` and `otpauth://hotp/`, or a fragment.
    NotOtpauth = 409, "This is no otpauth address.";
    /// Percent-encoding that is broken or of no UTF-8, or a sign that must be percent-encoded.
    Encoding = 410, "The percent-encoding is broken, or is missing where it must be.";
    /// The issuer in the label and the one beside it are two.
    IssuerMismatch = 411, "The address names two issuers.";
    /// A parameter that is there twice, or more than 32 of them.
    Parameter = 412, "A parameter is there twice, or there are too many.";
}

impl fmt::Display for ProvisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl std::error::Error for ProvisionError {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_names_are_each_ones_own() {
        let codes: BTreeSet<_> = ProvisionError::ALL.iter().map(|error| error.code()).collect();
        let names: BTreeSet<_> = ProvisionError::ALL.iter().map(|error| error.name()).collect();
        assert_eq!(
            (codes.len(), names.len()),
            (ProvisionError::ALL.len(), ProvisionError::ALL.len())
        );
        assert!(codes.iter().all(|code| (401..490).contains(code)));
    }
}
