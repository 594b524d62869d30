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
    /// So that nobody holds a second number by an extra digit, what is dialled before a number within
    /// its country is refused after the country code: a 0 wherever no number begins with one, and the
    /// few other prefixes. Where numbers do begin with 0, as in Italy, it is a digit like any other.
    ///
    /// # Errors
    /// [`AddressError::Empty`], or the `Phone…` that tells the first fault.
    pub fn parse(input: &str) -> Result<Self, AddressError> {
        let text = input.trim_matches(' ');
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let digits = digits(text.strip_prefix('+').ok_or(AddressError::PhoneNoPlus)?)?;
        if digits.len() < Self::MIN_DIGITS {
            Err(AddressError::PhoneTooShort)
        } else if has_trunk_zero(&digits) {
            Err(AddressError::PhoneTrunkZero)
        } else if TRUNK_PREFIXES.iter().any(|(p, n)| digits.starts_with(p) && digits.len() >= *n) {
            Err(AddressError::PhoneTrunkPrefix)
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

/// Whether a 0 follows the country code that is no part of the number. A country that begins to give
/// out numbers with 0 must be added below; until then these are refused.
fn has_trunk_zero(digits: &str) -> bool {
    let (code, number) = digits.split_at_checked(code_len(digits)).unwrap_or((digits, ""));
    number.starts_with('0') && !LEADING_ZERO.contains(&code)
}

/// How many digits of an international number are its country code (E.164, annex D): codes are
/// prefix-free.
const fn code_len(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

/// Country codes of which people's numbers may begin with 0, dialled from abroad too. Free-phone
/// numbers within a country don't count: no code can be sent to one.
const LEADING_ZERO: [&str; 12] =
    ["39", "225", "226", "229", "241", "242", "250", "378", "800", "881", "888", "992"];

/// What else stands before a number within its country only: the country code with it, and the
/// fewest digits of the whole. Shorter ones, which begin alike, are numbers of their own.
const TRUNK_PREFIXES: [(&str, usize); 15] = [
    ("11", 12),   // North America
    ("2410", 12), // Gabon: a 0 that shorter numbers keep
    ("2500", 13), // Rwanda: the same
    ("2981", 13), // Faroe Islands: a carrier's
    ("3708", 12), // Lithuania
    ("3758", 13), // Belarus
    ("4231", 14), // Liechtenstein: a carrier's
    ("5061", 15), // Costa Rica: a carrier's
    ("521", 13),  // Mexico: what mobile numbers had until 2019
    ("54", 14),   // Argentina: what stands before a mobile number, behind its area
    ("5590", 14), // Brazil: a call that the other pays for
    ("6118", 13), // Australia: what shows or hides the caller
    ("6921", 11), // Marshall Islands
    ("78", 12),   // Russia, Kazakhstan
    ("9938", 12), // Turkmenistan
];
