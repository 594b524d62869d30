//! Phone numbers as people write them.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{
    ffi::{CStr, c_char},
    ptr,
};
use std::{collections::BTreeMap, ffi::CString, sync::OnceLock};

use ::pinbolt::{Input, Refusal, address::AddressError};
use pinbolt_phone::{Line, PhoneError, Reader};

use crate::{
    buffer::Buffer,
    guard::{clear, entry, free, get, guarded, hand},
    names::number as number_of,
    status::pinbolt_status,
    text::pinbolt_text,
};

/// The bytes of a buffer that holds any phone number and its NUL.
pub const PINBOLT_PHONE_CAPACITY: usize = 17;

/// A line: a mobile phone.
pub const PINBOLT_LINE_MOBILE: u32 = 1;
/// A line: to a place.
pub const PINBOLT_LINE_FIXED: u32 = 2;
/// A line: one of the two. North America doesn't tell them apart: who demands a mobile phone turns
/// everybody there away.
pub const PINBOLT_LINE_FIXED_OR_MOBILE: u32 = 3;
/// A line: a phone over the Internet.
pub const PINBOLT_LINE_VOIP: u32 = 4;
/// A line: a number that follows a person from line to line. In some countries it costs more than a
/// call.
pub const PINBOLT_LINE_PERSONAL: u32 = 5;
/// A line: a pager.
pub const PINBOLT_LINE_PAGER: u32 = 6;
/// A line: the called pays.
pub const PINBOLT_LINE_TOLL_FREE: u32 = 7;
/// A line: one number for all offices of a company.
pub const PINBOLT_LINE_COMPANY: u32 = 8;
/// A line: a voice mailbox.
pub const PINBOLT_LINE_VOICEMAIL: u32 = 9;

/// Why a phone number is refused: nothing was typed, or only spaces.
pub const PINBOLT_PHONE_EMPTY: u32 = 1;
/// Why a phone number is refused: a letter, an extension, a digit that isn't ASCII, or any other sign.
pub const PINBOLT_PHONE_CHARACTER: u32 = 2;
/// Why a phone number is refused: a parenthesis without its other, a `+` inside, a hyphen or a dot at
/// an end, or what a slash leaves open.
pub const PINBOLT_PHONE_SIGNS: u32 = 3;
/// Why a phone number is refused: no `+`, and no country whose national form it could be.
pub const PINBOLT_PHONE_NO_COUNTRY: u32 = 4;
/// Why a phone number is refused: no country has this code.
pub const PINBOLT_PHONE_UNKNOWN_COUNTRY: u32 = 5;
/// Why a phone number is refused: too few or too many digits for the country, or under 8 in all.
pub const PINBOLT_PHONE_LENGTH: u32 = 6;
/// Why a phone number is refused: not given out, as far as this version knows.
pub const PINBOLT_PHONE_UNASSIGNED: u32 = 7;
/// Why a phone number is refused: it can be read as more than one number.
pub const PINBOLT_PHONE_AMBIGUOUS: u32 = 8;
/// Why a phone number is refused: a premium-rate or shared-cost number.
pub const PINBOLT_PHONE_COSTLY: u32 = 9;

const LINES: &[(u32, Line)] = &[
    (PINBOLT_LINE_MOBILE, Line::Mobile),
    (PINBOLT_LINE_FIXED, Line::Fixed),
    (PINBOLT_LINE_FIXED_OR_MOBILE, Line::FixedOrMobile),
    (PINBOLT_LINE_VOIP, Line::Voip),
    (PINBOLT_LINE_PERSONAL, Line::Personal),
    (PINBOLT_LINE_PAGER, Line::Pager),
    (PINBOLT_LINE_TOLL_FREE, Line::TollFree),
    (PINBOLT_LINE_COMPANY, Line::Company),
    (PINBOLT_LINE_VOICEMAIL, Line::Voicemail),
];

const FAULTS: &[(u32, PhoneError)] = &[
    (PINBOLT_PHONE_EMPTY, PhoneError::Empty),
    (PINBOLT_PHONE_CHARACTER, PhoneError::Character),
    (PINBOLT_PHONE_SIGNS, PhoneError::Signs),
    (PINBOLT_PHONE_NO_COUNTRY, PhoneError::NoCountry),
    (PINBOLT_PHONE_UNKNOWN_COUNTRY, PhoneError::UnknownCountry),
    (PINBOLT_PHONE_LENGTH, PhoneError::Length),
    (PINBOLT_PHONE_UNASSIGNED, PhoneError::Unassigned),
    (PINBOLT_PHONE_AMBIGUOUS, PhoneError::Ambiguous),
    (PINBOLT_PHONE_COSTLY, PhoneError::Costly),
];

/// Reads phone numbers as the people of a country write them, into the one form that the engine
/// takes. Give it every name that a person types, if it isn't an e-mail address or an account id,
/// before the engine sees it: at enrolment and at sign-in alike, with the same country. What can be
/// read as two numbers is refused, never guessed; so are premium-rate and shared-cost numbers. The
/// numbering plans are those of this version: a range given out later is refused, and its numbers can
/// be given to the engine itself, with `+` and the country code.
///
/// It never changes; any number of threads may use it. The first one in a process takes some
/// milliseconds, and some megabytes for good.
pub struct pinbolt_phone_reader {
    reader: Reader,
}

/// Makes a reader of international forms and of a country's national ones: two capital letters (ISO
/// 3166-1), such as `PT`. An absent text: of international forms alone, which begin with `+`.
/// `*reader` is yours to free.
///
/// `PINBOLT_VALUE` for what is no country with a numbering plan.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_phone_reader_open(
    country: pinbolt_text,
    reader: *mut *mut pinbolt_phone_reader,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (place, country) = unsafe { (clear(reader, ptr::null_mut())?, country.read_maybe()?) };
        let reader = country.map_or_else(|| Ok(Reader::international()), Reader::new)?;
        hand(place, pinbolt_phone_reader { reader });
        Ok(())
    })
}

/// Reads a phone number: with `+`, with the country's own way out (`00`, `011` and so on), or as it is
/// dialled within the country. `number` becomes `+` and digits (E.164) and a NUL, in its `capacity`
/// bytes, of which `PINBOLT_PHONE_CAPACITY` are always enough; `*line` what kind of line it is,
/// `PINBOLT_LINE_...`.
///
/// `PINBOLT_MALFORMED` where it is refused: then `*fault` is why, `PINBOLT_PHONE_...`. `PINBOLT_LENGTH`
/// where it doesn't fit. What isn't told is an empty text, or 0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_phone_read(
    reader: *const pinbolt_phone_reader,
    typed: pinbolt_text,
    number: *mut c_char,
    capacity: usize,
    line: *mut u32,
    fault: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (number, line, fault) =
            unsafe { (Buffer::clear(number, capacity), clear(line, 0), clear(fault, 0)) };
        let (mut number, line, fault) = (number?, line?, fault?);
        // SAFETY: as above.
        let (reader, typed) = unsafe { (&get(reader)?.reader, typed.read()?) };
        match reader.read(typed) {
            Ok(read) => {
                number.fill(read.phone.as_str())?;
                *line = number_of(LINES, &read.line);
                Ok(())
            }
            Err(why) => {
                *fault = number_of(FAULTS, &why);
                let input = Input::Address(AddressError::NotAnAddress);
                Err(Refusal::Malformed { input }.into())
            }
        }
    })
}

/// The name of a kind of line, such as `fixed-or-mobile`: the same in C, Rust and Python. `unknown`
/// for a number that this version doesn't know. It lives for ever and is never NULL; any thread may
/// call this.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn pinbolt_line_name(line: u32) -> *const c_char {
    static NAMES: Texts = Texts::new();
    said(&NAMES, LINES, |line| line.name(), (line, c"unknown"))
}

/// The name of a reason why a phone number is refused, such as `Ambiguous`: the same in C, Rust and
/// Python. `Unknown` for a number that this version doesn't know. It lives for ever and is never NULL;
/// any thread may call this.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn pinbolt_phone_fault_name(fault: u32) -> *const c_char {
    static NAMES: Texts = Texts::new();
    said(&NAMES, FAULTS, |fault| fault.name(), (fault, c"Unknown"))
}

/// One sentence for the person, about a reason why a phone number is refused. It lives for ever and is
/// never NULL; any thread may call this.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn pinbolt_phone_fault_sentence(fault: u32) -> *const c_char {
    static SENTENCES: Texts = Texts::new();
    let unknown = c"This version does not know this fault.";
    said(&SENTENCES, FAULTS, |fault| fault.sentence(), (fault, unknown))
}

/// Frees a reader, and sets `*reader` to NULL. NULL, or a pointer to NULL, is fine. No thread may be
/// using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_phone_reader_free(reader: *mut *mut pinbolt_phone_reader) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(reader) }
}

/// The adapter's words, with the NUL that C wants behind them.
type Texts = OnceLock<BTreeMap<u32, CString>>;

fn said<T>(
    texts: &'static Texts,
    table: &[(u32, T)],
    text: impl Fn(&T) -> &'static str,
    (number, unknown): (u32, &'static CStr),
) -> *const c_char {
    guarded(unknown.as_ptr(), || {
        let owned = |(number, it): &(u32, T)| (*number, CString::new(text(it)).unwrap_or_default());
        let texts = texts.get_or_init(|| table.iter().map(owned).collect());
        texts.get(&number).map_or(unknown, |text| text).as_ptr()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_number() {
        assert!(Line::ALL.iter().all(|line| number_of(LINES, line) > 0));
        assert!(PhoneError::ALL.iter().all(|fault| number_of(FAULTS, fault) > 0));
    }
}
