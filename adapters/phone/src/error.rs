//! Why a phone number is refused.

use std::{error::Error, fmt};

/// Why a phone number is refused. Its text can be shown to the person; it never contains what was
/// typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PhoneError {
    /// Nothing was typed, or only spaces.
    Empty,
    /// A letter, an extension, a digit that isn't ASCII, or any other sign.
    Character,
    /// A parenthesis without its other, a `+` inside, a hyphen or a dot at an end, or what a slash
    /// leaves open: a second number, or other endings.
    Signs,
    /// No `+`, and no country whose national form it could be.
    NoCountry,
    /// No country has this code.
    UnknownCountry,
    /// Too few or too many digits for the country, or under the engine's 8.
    Length,
    /// Not given out, as far as this build knows.
    Unassigned,
    /// It can be read as more than one number.
    Ambiguous,
    /// A premium-rate or shared-cost number.
    Costly,
}

impl PhoneError {
    /// Every fault.
    pub const ALL: &[Self] = &[
        Self::Empty,
        Self::Character,
        Self::Signs,
        Self::NoCountry,
        Self::UnknownCountry,
        Self::Length,
        Self::Unassigned,
        Self::Ambiguous,
        Self::Costly,
    ];

    /// The fault's name, the same in every version and language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::Character => "Character",
            Self::Signs => "Signs",
            Self::NoCountry => "NoCountry",
            Self::UnknownCountry => "UnknownCountry",
            Self::Length => "Length",
            Self::Unassigned => "Unassigned",
            Self::Ambiguous => "Ambiguous",
            Self::Costly => "Costly",
        }
    }

    /// One sentence for the person.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "Nothing was given.",
            Self::Character => "A phone number has only digits and +; leave out any extension.",
            Self::Signs => "The signs between the digits don't fit together.",
            Self::NoCountry => "Begin the phone number with + and the country code.",
            Self::UnknownCountry => "No country has the code after the +.",
            Self::Length => "A phone number of this country has more digits, or fewer.",
            Self::Unassigned => "There is no such phone number.",
            Self::Ambiguous => {
                "This could be two numbers: begin with + and the country code, without a zero in parentheses."
            }
            Self::Costly => "No code is sent to a number that costs more than a call.",
        }
    }
}

impl fmt::Display for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl Error for PhoneError {}
