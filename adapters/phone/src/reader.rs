//! Reads what a person typed.

use std::fmt;

use pinbolt::{Misuse, address::Phone};
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat,
    PhoneNumberType, Region,
};

use crate::{Line, PhoneError, typed::Typed};

/// A phone number that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Number {
    /// The number, in the form that the engine takes.
    pub phone: Phone,
    /// What kind of line it is.
    pub line: Line,
}

/// Reads phone numbers as the people of a country write them. It never changes; any number of threads
/// may use it. The first one in a process takes some milliseconds, and some megabytes for good.
#[derive(Clone, Copy)]
pub struct Reader {
    country: Option<(Region, i32)>,
}

impl Reader {
    /// The longest text that is looked at, in bytes.
    pub const MAX_LEN: usize = crate::typed::MAX_LEN;

    /// Reads international forms, and the national ones of a country: two capital letters (ISO
    /// 3166-1), such as `PT`.
    ///
    /// # Errors
    /// [`Misuse::Value`] for what is no country with a numbering plan.
    pub fn new(country: &str) -> Result<Self, Misuse> {
        let capital = |code: &&str| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        let region = Some(country).filter(capital).and_then(|code| Region::from_code(code).ok());
        let known = region.and_then(|region| {
            Some((region, PHONE_NUMBER_UTIL.get_country_code_for_region(region)?))
        });
        known.map(|country| Self { country: Some(country) }).ok_or(Misuse::Value)
    }

    /// Reads international forms alone: those that begin with `+`.
    #[must_use]
    pub const fn international() -> Self {
        Self { country: None }
    }

    /// Reads a phone number: with `+`, with the country's own way out (`00`, `011` and so on), or as
    /// it is dialled within the country. Blanks, hyphens, dots, slashes and parentheses between digits
    /// are dropped, and so is a national prefix behind the country code, as in `+44 (0)20`.
    ///
    /// Refused as ambiguous are digits that are a valid number in two ways, and fixed lines without
    /// the `0` with which their country writes them: without it, another line of the town may answer.
    ///
    /// # Errors
    /// The first fault found, as [`PhoneError`] tells them.
    pub fn read(&self, text: &str) -> Result<Number, PhoneError> {
        let typed = Typed::parse(text)?;
        let mut readings = self.readings(typed.plus, &typed.digits);
        if let Some(digits) = &typed.without_zero {
            readings.add(self.readings(typed.plus, digits));
        }
        let number = match (readings.valid.as_slice(), readings.fault) {
            ([number], _) => number,
            ([], fault) => return Err(fault),
            ([_, _, ..], _) => return Err(PhoneError::Ambiguous),
        };
        let line = line_of(number).ok_or(PhoneError::Costly)?;
        if line == Line::Fixed && !typed.plus && lacks_zero(&typed.digits, number) {
            return Err(PhoneError::Ambiguous);
        }
        let text = number.format_as(PhoneNumberFormat::E164);
        // What doesn't read as itself would be a second spelling of what it reads as.
        match PHONE_NUMBER_UTIL.parse(&*text, None).is_ok_and(|again| same(&again, number)) {
            true => Phone::parse(&text).map(|phone| Number { phone, line }).map_err(refused),
            false => Err(PhoneError::Ambiguous),
        }
    }

    /// Every number that digits can stand for, once.
    fn readings(&self, plus: bool, digits: &str) -> Readings {
        let mut readings = Readings::default();
        match (plus, self.country) {
            (true, _) => readings.parsed(&format!("+{digits}"), None),
            (false, None) => readings.fault = PhoneError::NoCountry,
            (false, Some((region, code))) => {
                readings.parsed(digits, Some(region));
                // The country code without its `+`.
                if digits.starts_with(&code.to_string()) {
                    let fault = readings.fault;
                    readings.parsed(&format!("+{digits}"), None);
                    readings.fault = fault;
                }
            }
        }
        readings
    }
}

/// Which country.
impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.country {
            Some((region, _)) => write!(f, "Reader({region})"),
            None => f.write_str("Reader"),
        }
    }
}

/// The valid numbers found, each once, and why there was none.
struct Readings {
    valid: Vec<PhoneNumber>,
    fault: PhoneError,
}

impl Default for Readings {
    fn default() -> Self {
        Self { valid: Vec::new(), fault: PhoneError::Unassigned }
    }
}

impl Readings {
    /// What the metadata makes of it.
    fn parsed(&mut self, text: &str, region: Option<Region>) {
        match PHONE_NUMBER_UTIL.parse(text, region) {
            Ok(number) => {
                self.fault = match number.is_possible_with_reason() {
                    Ok(NumberLengthType::IsPossible) => PhoneError::Unassigned,
                    Ok(NumberLengthType::IsPossibleLocalOnly) | Err(_) => PhoneError::Length,
                };
                self.take(number);
            }
            Err(fault) => {
                self.fault = match fault {
                    ParseError::InvalidCountryCode => PhoneError::UnknownCountry,
                    ParseError::NotANumber(_)
                    | ParseError::TooShortAfterIdd
                    | ParseError::TooShortNsn
                    | ParseError::TooLongNsn => PhoneError::Length,
                };
            }
        }
    }

    fn take(&mut self, number: PhoneNumber) {
        if number.is_valid() && !self.valid.iter().any(|taken| same(taken, &number)) {
            self.valid.push(number);
        }
    }

    fn add(&mut self, other: Self) {
        other.valid.into_iter().for_each(|number| self.take(number));
    }
}

fn same(one: &PhoneNumber, other: &PhoneNumber) -> bool {
    one.format_as(PhoneNumberFormat::E164) == other.format_as(PhoneNumberFormat::E164)
}

/// Whether the country writes a 0 before digits that were typed without.
fn lacks_zero(typed: &str, number: &PhoneNumber) -> bool {
    let written = number.format_as(PhoneNumberFormat::National);
    written.chars().filter(char::is_ascii_digit).eq("0".chars().chain(typed.chars()))
}

/// None for what costs more than a call.
fn line_of(number: &PhoneNumber) -> Option<Line> {
    Some(match number.get_type() {
        PhoneNumberType::Mobile => Line::Mobile,
        PhoneNumberType::FixedLine => Line::Fixed,
        PhoneNumberType::FixedLineOrMobile => Line::FixedOrMobile,
        PhoneNumberType::VoIP => Line::Voip,
        PhoneNumberType::PersonalNumber => Line::Personal,
        PhoneNumberType::Pager => Line::Pager,
        PhoneNumberType::TollFree => Line::TollFree,
        PhoneNumberType::UAN => Line::Company,
        PhoneNumberType::VoiceMail => Line::Voicemail,
        PhoneNumberType::PremiumRate | PhoneNumberType::SharedCost | PhoneNumberType::Unknown => {
            return None;
        }
    })
}

/// The engine is stricter about length, and about zeros of which no code can follow.
fn refused(fault: pinbolt::address::AddressError) -> PhoneError {
    match fault {
        pinbolt::address::AddressError::PhoneTooShort => PhoneError::Length,
        _ => PhoneError::Unassigned,
    }
}
