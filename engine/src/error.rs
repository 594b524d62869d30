//! One table: each refusal, misuse and failure, its stable code and its sentence.
//!
//! A **refusal** is an answer to the person. A **misuse** is a mistake in the calling program. A
//! **failure** is the infrastructure's. They are different types and never stand for one another.
//! A code is never used twice, in any version.

use alloc::string::{String, ToString};
use core::fmt;

use crate::{code::Reference, key::Key, pin::WeakPin};

macro_rules! table {
    ($(#[$about:meta])* $kind:ident { $($(#[$doc:meta])* $name:ident $({ $($field:ident: $type:ty),* })? = $code:literal, $sentence:literal;)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $kind { $($(#[$doc])* #[doc = ""] #[doc = concat!("Code ", $code, ".")] $name $({ $(#[allow(missing_docs)] $field: $type),* })?,)* }

        impl $kind {
            /// Every code with its name and sentence, in rising order.
            pub const TABLE: &[(u16, &str, &str)] = &[$(($code, stringify!($name), $sentence)),*];

            /// The stable code, the same in Rust, C and Python.
            #[must_use]
            pub const fn code(&self) -> u16 {
                match self { $(Self::$name { .. } => $code,)* }
            }

            /// The variant's name, the same in Rust, C and Python.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name),)* }
            }

            /// One sentence for it, free of anything secret or personal.
            #[must_use]
            pub const fn sentence(&self) -> &'static str {
                match self { $(Self::$name { .. } => $sentence,)* }
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.sentence()) }
        }

        impl core::error::Error for $kind {}
    };
}

table! {
    /// "No" to the person. Times are Unix milliseconds: `UNIX_EPOCH + Duration::from_millis(until)`.
    Refusal {
        /// The name, the PIN or the code of a token or list does not fit; which of them is not said.
        WrongCredentials = 101, "The name, the PIN or the code is wrong.";
        /// The code is wrong; `tries_left` more are allowed for this one.
        WrongCode { tries_left: u8 } = 102, "The code is wrong.";
        /// A newer code was issued: only the newest counts.
        Superseded { newest: Reference } = 103, "A newer code was sent; only the newest one is valid.";
        /// It was right, and it was used before.
        AlreadyUsed = 104, "This code was already used.";
        /// Its time is over.
        Expired = 105, "This code has expired.";
        /// Too many wrong codes for this challenge; a new code may be asked for.
        TriesUsedUp = 106, "Too many wrong codes; ask for a new one.";
        /// Too many failures; the next try counts from `until` on.
        Waiting { until: u64 } = 107, "Too many failures; wait before the next try.";
        /// Too many tries or messages; the next is possible from `until` on.
        Throttled { until: u64 } = 108, "Too many tries or messages; wait before the next.";
        /// The authenticator is disabled (NIST SP 800-63B-4, 3.2.2). Only where accounts aren't hidden.
        Disabled = 109, "This authenticator is disabled after too many failures.";
        /// An operator blocked the account. Only where accounts aren't hidden.
        Blocked = 110, "This account is blocked.";
        /// What was typed has not the form of what was asked for. It was neither compared nor counted.
        Malformed { input: Input } = 111, "The input is not well-formed.";
        /// The challenge belongs to another session or another context.
        WrongSession = 112, "The code was asked for in another session.";
        /// The handle names no challenge.
        UnknownChallenge = 113, "There is no such challenge.";
        /// The challenge was cancelled, or what it rests on has changed.
        Ended = 114, "This was ended and is no longer valid.";
        /// Another account holds the address.
        AddressTaken = 115, "The address is held already.";
        /// The account has no such address, or not in the state that the act needs.
        UnknownAddress = 116, "The account has no such address.";
        /// There is an account of this id.
        AccountExists = 117, "An account of this id exists.";
        /// There is no account of this id. Where accounts are hidden, only to an operator or the account's own acts.
        UnknownAccount = 118, "There is no account of this id.";
        /// The new PIN is too easy to guess, for the reason given.
        WeakPin { reason: WeakPin } = 119, "The new PIN is too easy to guess.";
        /// The proof offered doesn't allow this act: another account, too old, or too weak.
        NotAuthorized = 120, "The proof offered does not allow this.";
        /// The account has no PIN. Only where accounts aren't hidden.
        NoPin = 121, "The account has no PIN.";
        /// The account holds as many addresses as it may.
        TooManyAddresses = 122, "The account holds as many addresses as it may.";
        /// The account has no confirmed token. Only where accounts aren't hidden.
        NoToken = 123, "The account has no token.";
        /// The account has no token of this number, or not in the state that the act needs.
        UnknownToken = 124, "The account has no such token.";
        /// The account has a token of this very secret.
        TokenExists = 125, "The account has this token already.";
        /// The account holds as many tokens as it may.
        TooManyTokens = 126, "The account holds as many tokens as it may.";
        /// The account has no recovery codes. Only where accounts aren't hidden.
        NoRecoveryCodes = 127, "The account has no recovery codes.";
        /// The account lacks a key that the purpose needs: no address in force for the channel asked for. Where accounts are hidden, only after the PIN.
        KeyMissing { key: Key } = 128, "The account lacks a key that is needed here.";
        /// The account knows no device of this token or number, or there is no such account.
        UnknownDevice = 129, "The account knows no such device.";
        /// The text is no link of this purpose, or one that is long forgotten.
        UnknownLink = 130, "There is no such link.";
        /// The link is one half of a ticket: its code is needed too. Nothing was counted.
        CodeNeeded = 131, "The link alone is not enough; its code is needed too.";
        /// The account was not activated yet. Only where accounts aren't hidden, or to who holds a ticket of it.
        Inactive = 132, "This account is not activated yet.";
        /// The civil document is tied to as many accounts as it may, or the account to another one.
        IdentityTaken = 133, "The document belongs to another account, or the account to another document.";
        /// The account is tied to no civil document.
        UnknownIdentity = 134, "The account is tied to no document.";
        /// The address is bound, and in force from `until` on; or one that is waits to take its place.
        AddressWaits { until: u64 } = 135, "The address is not in force yet.";
        /// The account holds as many phone numbers as it may; one of them can be replaced.
        TooManyPhones = 136, "The account holds as many phone numbers as it may.";
    }
}

table! {
    /// A mistake in the calling program.
    Misuse {
        /// The policy names no such purpose.
        UnknownPurpose = 201, "The policy names no such purpose.";
        /// The purpose asks for a PIN and none was given.
        PinMissing = 202, "The purpose asks for a PIN.";
        /// The purpose asks for no PIN and one was given.
        PinUnasked = 203, "The purpose asks for no PIN.";
        /// The purpose isn't met by what this verb checks.
        WrongVerb = 204, "Begin and Finish take purposes with a delivered code, Redeem those with links, Verify all others.";
        /// The account id is empty, over 256 bytes, or has `@`, a leading `+`, control characters or outer blanks.
        AccountId = 205, "The account id is not well-formed.";
        /// The tenant is over 64 bytes.
        Tenant = 206, "The tenant is over 64 bytes.";
        /// The context is over 4096 bytes.
        Context = 207, "The context is over 4096 bytes.";
        /// The session is empty or over 256 bytes.
        Session = 208, "The session is empty or over 256 bytes.";
        /// The source is over 256 bytes, or has control characters.
        Caller = 209, "The source is over 256 bytes, or has control characters.";
        /// The operator's name or reason is empty, too long, or holds an address.
        Operator = 210, "The operator's name (1 to 64 bytes) or reason (1 to 256) is empty, too long, or has @ or +.";
        /// A key of one repeated byte.
        WeakKey = 211, "The key is a placeholder: all of its bytes are equal.";
        /// The keyring holds this id.
        KeyIdTaken = 212, "The keyring holds this key id.";
        /// The digest answers another piece of hash work.
        WrongDigest = 213, "The digest answers another hash.";
        /// The purpose doesn't use this channel.
        WrongChannel = 214, "The purpose does not use this channel.";
        /// More than 8 addresses, or one named twice.
        Addresses = 215, "More than 8 addresses, or one named twice.";
        /// The answer is to another question than the open one, which stays open.
        WrongAnswer = 216, "The operation asked another question.";
        /// The operation has ended, or its result was taken out.
        Over = 217, "The operation is over.";
        /// The result of an operation that still asks.
        NotOver = 218, "The operation is not over.";
        /// A proof or a dispatch is good once.
        UsedUp = 219, "This proof or dispatch was used before.";
        /// In C: a pointer is NULL where one is needed, or a struct's size is unknown.
        Pointer = 220, "A pointer is NULL, or a struct's size is none that this library knows.";
        /// In C: a length over the limit, or a buffer too short for what it is to hold.
        Length = 221, "A length is over the limit, or a buffer is too short.";
        /// A value that stands for nothing, such as a channel's number.
        Value = 222, "A value stands for nothing that this library knows.";
        /// Policy, keys or URL were refused; a text beside it says why.
        Configuration = 223, "The policy, the keys or the store's URL were refused.";
        /// In C and Python: another call is at work on the handle, maybe one further up this very stack.
        Busy = 224, "Another call is at work on this handle.";
        /// Neither an operator nor a proof is named, or both are.
        Authority = 225, "Name an operator or a proof, and only one of them.";
        /// The operation was granted, but grants something else than was asked for.
        WrongResult = 226, "The operation grants another kind of result.";
        /// The secret of a token is under 128 bits (RFC 4226, 4 R6): a door of its own takes it.
        ShortSecret = 227, "The secret is under 128 bits; only the door named for the danger takes it.";
        /// Digits, period, secret or label of a token are out of their bounds.
        Token = 228, "The token's digits (6 to 10, Steam's 5), period, secret or label are out of bounds.";
        /// The purpose asks for a one-time code or a recovery code, and none was given.
        EvidenceMissing = 229, "The purpose asks for more than was given.";
        /// The purpose doesn't ask for a one-time code or a recovery code, and one was given.
        EvidenceUnasked = 230, "The purpose does not ask for all that was given.";
        /// An OCRA suite that is not RFC 6287's.
        OcraSuite = 231, "The OCRA suite is not well-formed (RFC 6287, 6).";
        /// The inputs aren't those that the OCRA suite names, or not of its form.
        OcraInput = 232, "The inputs do not fit the OCRA suite.";
        /// The label of a device is over 64 bytes, or has control characters.
        Device = 233, "The device's label is over 64 bytes, or has control characters.";
        /// A channel's name is not 1 to 16 of a-z, 0-9 and `-`, or is one that the engine has.
        Channel = 234, "A channel's name is not well-formed.";
        /// A civil document's kind, country or number is not well-formed.
        Document = 235, "The document's kind, country or number is not well-formed.";
        /// The purpose is no ticket's and no activation's.
        NotATicket = 236, "The purpose has no tickets.";
        /// What is said of an imported token's use can't be: a last step in the future or of a counter, a counter over 2^32, a clock further off than `otp.resync`.
        Watermark = 237, "The token's last step, counter or clock is out of bounds.";
        /// A recovery code to import is not 8 to 32 letters and digits, or there are more than 16.
        RecoveryCode = 238, "A recovery code is not 8 to 32 letters and digits, or there are too many.";
        /// A recovery code to import has under 64 bits (NIST SP 800-63B-4, 4.2.1.1): it is taken only where the danger is named.
        ShortRecoveryCode = 239, "The recovery code is under 64 bits; it is taken only where the danger is named.";
    }
}

table! {
    /// The infrastructure didn't do its part; nothing was accepted and nothing delivered.
    Failure {
        /// The store answered that it failed.
        Store = 301, "The store failed.";
        /// Too many writers on one row.
        Contended = 302, "Too many writers on one row.";
        /// A write's answer was lost and can't be found out.
        Unresolved = 303, "A write's answer was lost and could not be resolved.";
        /// A record of a newer version than this build knows.
        UnknownVersion = 304, "The record has a version that this build does not know.";
        /// A record that was truncated, changed or moved.
        Corrupt = 305, "The record was changed, truncated or moved.";
        /// The keyring lacks the key id that a record or handle names.
        UnknownKey = 306, "The keyring lacks a key id that is in use.";
        /// The keyring holds another key under this id.
        WrongKey = 307, "The keyring holds another key under this id.";
        /// No hash slot was free.
        Overload = 308, "No hash slot was free.";
        /// The record would exceed what a row may hold.
        TooLarge = 309, "The record is too large.";
        /// The system gave no randomness.
        Randomness = 310, "The system gave no randomness.";
        /// A defect of pinbolt's own.
        Internal = 311, "Internal error; please report it.";
    }
}

impl Refusal {
    /// How many more codes may be typed for this challenge.
    #[must_use]
    pub const fn tries_left(&self) -> Option<u8> {
        match self {
            Self::WrongCode { tries_left } => Some(*tries_left),
            _ => None,
        }
    }

    /// The letters of the newest message, whose code alone is valid.
    #[must_use]
    pub const fn newest(&self) -> Option<Reference> {
        match self {
            Self::Superseded { newest } => Some(*newest),
            _ => None,
        }
    }

    /// From which Unix millisecond on the next try is possible.
    #[must_use]
    pub const fn until(&self) -> Option<u64> {
        match self {
            Self::Waiting { until } | Self::Throttled { until } | Self::AddressWaits { until } => {
                Some(*until)
            }
            _ => None,
        }
    }

    /// The kind of key that the account lacks.
    #[must_use]
    pub const fn key(&self) -> Option<Key> {
        match self {
            Self::KeyMissing { key } => Some(*key),
            _ => None,
        }
    }

    /// What exactly is wrong with what was typed, in a sentence for the person.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Malformed { input } => Some(input.to_string()),
            Self::WeakPin { reason } => Some(reason.to_string()),
            _ => None,
        }
    }
}

/// Which input wasn't well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// The account id, phone number or e-mail address typed as a name.
    Name,
    /// The PIN.
    Pin,
    /// The delivered code.
    Code,
    /// The one-time code of a token.
    Otp,
    /// The PIN and the one-time code, typed as one.
    Joined,
    /// The recovery code.
    RecoveryCode,
    /// The code that an operator handed out.
    IssuedCode,
    /// A phone number or e-mail address.
    Address(crate::address::AddressError),
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("This is no account id, phone number or e-mail address."),
            Self::Pin => f.write_str("A PIN is 1 to 64 digits."),
            Self::Code => f.write_str("A code is digits only, of the length that was sent."),
            Self::Otp => f.write_str("A one-time code is digits only, as many as the token shows, or Steam's five letters."),
            Self::Joined => {
                f.write_str("PIN and one-time code are digits only, without blanks, the PIN first.")
            }
            Self::RecoveryCode => f.write_str("A recovery code is 8 to 32 letters and digits."),
            Self::IssuedCode => f.write_str("This code is 8 letters and digits."),
            Self::Address(error) => error.fmt(f),
        }
    }
}

/// Why an operation granted nothing: three kinds that never stand for one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// "No" to the person.
    Refused(Refusal),
    /// A mistake in the calling program.
    Misuse(Misuse),
    /// The infrastructure's failure.
    Failure(Failure),
}

impl Error {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Misuse(misuse) => misuse.code(),
            Self::Failure(failure) => failure.code(),
        }
    }

    /// The variant's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.name(),
            Self::Misuse(misuse) => misuse.name(),
            Self::Failure(failure) => failure.name(),
        }
    }

    /// Its sentence.
    #[must_use]
    pub const fn sentence(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.sentence(),
            Self::Misuse(misuse) => misuse.sentence(),
            Self::Failure(failure) => failure.sentence(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Misuse(misuse) => misuse.fmt(f),
            Self::Failure(failure) => failure.fmt(f),
        }
    }
}

impl core::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Misuse> for Error {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}
