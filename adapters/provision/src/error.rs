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
    /// Digits other than 6 to 10, or of a Steam token other than 5.
    Digits = 404, "The number of digits is none that tokens have here.";
    /// A period of 0, or one that is no number or too large a one.
    Period = 405, "The period is out of bounds.";
    /// A counter that is missing where there must be one, is no number, or is too large a one.
    Counter = 406, "The counter is missing or out of bounds.";
    /// A name or an issuer that is empty, too long, or has signs that it may not have.
    Name = 407, "The name or the issuer is empty, too long, or has signs that it may not have.";
    /// The form has no place for this token.
    NoPlace = 408, "This form has no place for such a token.";
    /// Another scheme or type than `otpauth://totp/`, `otpauth://hotp/` and Steam's, or a fragment.
    NotOtpauth = 409, "This is no otpauth address.";
    /// Percent-encoding that is broken or of no UTF-8, or a sign that must be percent-encoded.
    Encoding = 410, "The percent-encoding is broken, or is missing where it must be.";
    /// The issuer in the label and the one beside it are two.
    IssuerMismatch = 411, "The address names two issuers.";
    /// A parameter that is there twice, or more than 32 of them.
    Parameter = 412, "A parameter is there twice, or there are too many.";

    /// Another scheme than `otpauth-migration://offline`, or no data.
    NotMigration = 420, "This is no export of an authenticator app.";
    /// The data of an export: no base64, no well-formed message, or numbers that can't be.
    Payload = 421, "The data of the export is broken.";
    /// A part of another export, or one that is there already.
    Batch = 422, "This is a part of another export, or was read already.";

    /// No well-formed XML, or a document type or entity in it.
    Xml = 430, "The text is no well-formed XML, or declares a document type or entities.";
    /// More keys, elements, attributes or namespaces than a document may have, or no key.
    TooMany = 431, "There are more keys, elements or attributes than there may be, or no key.";
    /// Another document, or one with an element missing, twice, or where it may not stand.
    Structure = 432, "An element of the document is missing, stands twice, or isn't as it must be.";
    /// Another version of PSKC than 1.0.
    Version = 433, "The document has another version than 1.0.";
    /// Sealed in a way that isn't read here.
    Cipher = 434, "The document is sealed in a way that isn't read here.";
    /// Sealed, and by something else than what was given.
    Locked = 435, "The document is sealed, and not by what was given to open it.";
    /// A key or password was given, and the document has a legible secret.
    NotEncrypted = 436, "A secret is legible in a document that should be sealed.";
    /// The wrong key or password, or a changed document.
    Unlock = 437, "The key or the password doesn't fit, or the document was changed.";
    /// Sealed without a MAC.
    Mac = 438, "A sealed value has no MAC.";
    /// Rounds, salt or key length of PBKDF2 out of bounds.
    Rounds = 439, "The rounds, the salt or the key length of PBKDF2 are out of bounds.";
    /// A key for something else than HOTP and TOTP.
    KeyAlgorithm = 440, "The key is for something else than HOTP and TOTP.";
    /// A key without its secret.
    NoSecret = 441, "The document doesn't contain the secret of this key.";
    /// A policy that isn't understood, or that allows no one-time codes.
    Policy = 442, "The key's policy isn't understood or allows no one-time codes, so it can't be used.";
    /// Codes that aren't plain decimal digits.
    ResponseFormat = 443, "The key's codes aren't plain decimal digits.";
    /// A clock's drift out of bounds.
    Drift = 444, "The drift of the clock is out of bounds.";
    /// A time that is none, has no zone, or is before 1970 or after 9999.
    Date = 445, "A time isn't well-formed, or is before 1970 or after 9999.";
    /// A key of another length than AES has; a password that is empty or over 1024 bytes.
    LockKey = 446, "The key isn't 16, 24 or 32 bytes long, or the password is empty or too long.";
    /// The operating system gave no random bytes.
    Entropy = 447, "The operating system gave no random bytes.";

    /// The line is not of the format.
    Line = 460, "The line is not well-formed.";
    /// A kind of token that the engine has not.
    Kind = 461, "There is no such kind of token here.";
    /// A clock's shift or a time out of bounds.
    Clock = 462, "What is told of a clock or a time is out of bounds.";
    /// Two lines of an account name different PINs.
    Pins = 463, "The lines of the account name different PINs.";
    /// Another issuer or realm than that of the lines before, of which nothing is taken, or another
    /// person: one name may be two people there.
    Mixed = 464, "The line is of another issuer, realm or person than those before.";
    /// The account's lines don't stand together.
    Scattered = 465, "The lines of the account do not stand together.";
    /// More lines, tokens or recovery codes than an account may have.
    TooManyLines = 466, "The account has more lines, tokens or recovery codes than it may.";
    /// The name is no account id, and nobody said whose it is.
    Account = 467, "The name is no account id here.";
    /// A line before or after the account's can't be read, and may be the account's.
    Beside = 468, "A line beside the account's can't be read, and may be the account's.";
    /// A recovery code whose set is not among the account's lines; nothing of the file is taken.
    Orphan = 469, "A recovery code stands apart from its set.";
    /// Passed over: the person has never confirmed it.
    Unconfirmed = 470, "It was never confirmed there.";
    /// Passed over: it is switched off.
    Disabled = 471, "It is switched off there.";
    /// Passed over: it belongs to nobody.
    Nobody = 472, "It belongs to nobody there.";
    /// Another line of the account was refused: nothing of the account is taken.
    HeldBack = 473, "Another line of the account was refused.";
    /// A token that is good for a time or a number of uses alone.
    Conditions = 474, "It is good there under conditions that can't be kept here.";
    /// The passes over the file didn't read the same.
    Changed = 475, "The file was changed while it was read.";
    /// Passed over: a set of recovery codes with none left.
    AllUsed = 476, "All codes of the set were used there.";
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
