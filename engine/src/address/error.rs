//! Why an address or a name is refused.

use core::{error::Error, fmt};

/// Why an address or a name is refused: the first fault found. Its text can be shown to the
/// person; it never contains what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing was typed, or only spaces.
    Empty,
    /// Neither an `@` nor a leading `+`.
    NotAnAddress,

    /// No leading `+`: a national form, or 00.
    PhoneNoPlus,
    /// 0 follows the `+`.
    PhoneLeadingZero,
    /// The 0 of the national form follows the country code, in a country that drops it abroad.
    PhoneTrunkZero,
    /// Another prefix of the national form follows the country code.
    PhoneTrunkPrefix,
    /// Under 8 digits.
    PhoneTooShort,
    /// Over 15 digits.
    PhoneTooLong,
    /// A space, dot or hyphen that isn't single and between two digits.
    PhoneSeparator,
    /// A parenthesis, as in `+44 (0)20`.
    PhoneParenthesis,
    /// Anything else, such as an extension, a slash or a digit that isn't ASCII.
    PhoneCharacter,

    /// Over 254 bytes.
    EmailTooLong,
    /// A space, a line break or another ASCII control character inside.
    EmailBlank,
    /// Nothing before the `@`, nothing after it, or not exactly one.
    EmailShape,
    /// Over 64 bytes before the `@`.
    EmailLocalTooLong,
    /// A character that isn't ASCII before the `@`.
    EmailLocalNotAscii,
    /// A quotation mark before the `@`.
    EmailLocalQuoted,
    /// A dot at either end of the part before the `@`, or two in a row.
    EmailLocalDots,
    /// A character before the `@` that needs quoting.
    EmailLocalCharacter,
    /// An IP address, or a name with only digits after its last dot.
    EmailIpAddress,
    /// A character that isn't ASCII in the domain, which wants A-labels.
    EmailDomainNotAscii,
    /// No dot in the domain.
    EmailDomainNoDot,
    /// A label of the domain that isn't 1 to 63 letters, digits and inner hyphens.
    EmailDomainLabel,

    /// No channel of the integrator's own stands between the `@` and the `:`, or none that the policy
    /// names.
    EndpointChannel,
    /// The endpoint isn't 1 to 256 visible ASCII characters.
    EndpointCharacters,
    /// An endpoint where a name is needed.
    EndpointNamesNobody,

    /// Over 256 bytes.
    AccountIdTooLong,
    /// A control character, an `@`, a leading `+`, or white space at either end.
    AccountIdCharacter,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Nothing was given.",
            Self::NotAnAddress => "This is neither an e-mail address nor a phone number with +.",
            Self::PhoneNoPlus => {
                "A phone number begins with + and the country code, not with 0 or 00."
            }
            Self::PhoneLeadingZero => "The country code after + never begins with 0.",
            Self::PhoneTrunkZero => "Leave out the 0 between the country code and the number.",
            Self::PhoneTrunkPrefix => {
                "Leave out what is dialled before the number within its country."
            }
            Self::PhoneTooShort => "A phone number has at least 8 digits with its country code.",
            Self::PhoneTooLong => "A phone number has at most 15 digits with its country code.",
            Self::PhoneSeparator => {
                "Only single spaces, dots or hyphens can stand between two digits."
            }
            Self::PhoneParenthesis => "A phone number is written without parentheses.",
            Self::PhoneCharacter => {
                "A phone number has only + and digits; leave out any extension."
            }
            Self::EmailTooLong => "An e-mail address has at most 254 characters.",
            Self::EmailBlank => "An e-mail address has no spaces, line breaks or control codes.",
            Self::EmailShape => "An e-mail address has one @, with something on both sides.",
            Self::EmailLocalTooLong => "At most 64 characters can stand before the @.",
            Self::EmailLocalNotAscii => "Only letters without accents can stand before the @.",
            Self::EmailLocalQuoted => "An e-mail address in quotation marks is not taken.",
            Self::EmailLocalDots => "Before the @, dots stand single and between characters.",
            Self::EmailLocalCharacter => "A character before the @ is not allowed there.",
            Self::EmailIpAddress => "The part after the @ is a domain name, not an IP address.",
            Self::EmailDomainNotAscii => {
                "Give the domain in its ASCII form, in which such labels begin with xn--."
            }
            Self::EmailDomainNoDot => "The domain after the @ has at least one dot.",
            Self::EmailDomainLabel => {
                "Between its dots, the domain has 1 to 63 letters, digits and inner hyphens."
            }
            Self::EndpointChannel => "There is no such channel.",
            Self::EndpointCharacters => "An endpoint has 1 to 256 characters, none of them blank.",
            Self::EndpointNamesNobody => "An endpoint of a channel names no account.",
            Self::AccountIdTooLong => "An account id has at most 256 bytes.",
            Self::AccountIdCharacter => {
                "An account id has no @, leading +, control codes, or blanks at its ends."
            }
        })
    }
}

impl Error for AddressError {}
