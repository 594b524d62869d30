//! Phone numbers in their international form.

use alloc::{format, string::String};
use core::fmt;

use super::AddressError;

/// A phone number as ITU-T E.164 writes it: `+`, the country code, the number; 8 to 15 digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// The fewest digits, without the `+`.
    pub const MIN_DIGITS: usize = 8;
    /// The most digits, without the `+` (E.164, 6.1).
    pub const MAX_DIGITS: usize = 15;

    /// Reads `+` and digits. A single space, dot or hyphen between two digits is dropped, and so
    /// are spaces around the whole.
    ///
    /// ```
    /// # use pinbolt::address::{AddressError, Phone};
    /// assert_eq!(Phone::parse("+351 912 345-678")?.as_str(), "+351912345678");
    /// assert_eq!(Phone::parse("912 345 678"), Err(AddressError::PhoneNoPlus));
    /// # Ok::<(), AddressError>(())
    /// ```
    ///
    /// A 0 after the country code is refused where no number begins with it, so that nobody holds
    /// a second number by an extra 0. Where some do, as in Italy, it is a digit like any other.
    ///
    /// # Errors
    /// [`AddressError::Empty`], or the `Phone…` that tells the first fault.
    pub fn parse(input: &str) -> Result<Self, AddressError> {
        let text = input.trim_matches(' ');
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let digits = digits(text.strip_prefix('+').ok_or(AddressError::PhoneNoPlus)?)?;
        let trunk = |code: &&str| digits.strip_prefix(code).is_some_and(|n| n.starts_with('0'));
        if digits.len() < Self::MIN_DIGITS {
            Err(AddressError::PhoneTooShort)
        } else if NO_LEADING_ZERO.iter().any(trunk) {
            Err(AddressError::PhoneTrunkZero)
        } else {
            Ok(Self(format!("+{digits}")))
        }
    }

    /// The number, `+351912345678`: its comparison key and its delivery form. It parses to itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with all but its last two digits hidden, its length too: `+••• ••• •78`.
    #[must_use]
    pub fn mask(&self) -> String {
        let shown = self.0.get(self.0.len().saturating_sub(2)..).unwrap_or_default();
        format!("+••• ••• •{shown}")
    }
}

/// Never the number.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(..)")
    }
}

/// The digits after the `+`, without what may stand between them.
fn digits(text: &str) -> Result<String, AddressError> {
    let mut digits = String::with_capacity(Phone::MAX_DIGITS);
    let mut after_digit = false;
    for c in text.chars() {
        match c {
            '0' if digits.is_empty() => return Err(AddressError::PhoneLeadingZero),
            '0'..='9' if digits.len() == Phone::MAX_DIGITS => {
                return Err(AddressError::PhoneTooLong);
            }
            '0'..='9' => digits.push(c),
            ' ' | '.' | '-' if after_digit => {}
            ' ' | '.' | '-' => return Err(AddressError::PhoneSeparator),
            '(' | ')' => return Err(AddressError::PhoneParenthesis),
            _ => return Err(AddressError::PhoneCharacter),
        }
        after_digit = c.is_ascii_digit();
    }
    if after_digit || digits.is_empty() { Ok(digits) } else { Err(AddressError::PhoneSeparator) }
}

/// Country codes whose numbers never begin with 0 when they are dialled from abroad: what stands
/// there is the prefix of the national form. Codes are prefix-free (E.164), so one that leads the
/// digits is the number's own. A country that is missing here is only read less strictly.
const NO_LEADING_ZERO: [&str; 68] = [
    "1", "7", "20", "27", "30", "31", "32", "33", "34", "36", "40", "41", "43", "44", "45", "46",
    "48", "49", "52", "54", "55", "60", "61", "62", "63", "64", "66", "81", "82", "84", "86", "90",
    "91", "92", "94", "98", "212", "213", "233", "234", "249", "251", "254", "255", "256", "351",
    "353", "355", "357", "358", "359", "371", "372", "380", "381", "385", "386", "387", "389",
    "421", "880", "961", "962", "966", "971", "972", "994", "995",
];
