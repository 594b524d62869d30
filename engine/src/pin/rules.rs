//! Rules for a new PIN: what is refused when its owner sets it.

use core::{cmp::Ordering, error::Error, fmt};

/// What a new PIN must keep to.
///
/// A rule is asked only while a PIN is being set, never while one is checked, so a stricter rule
/// locks nobody out (NIST SP 800-63B-4, 3.1.1.2 and 3.2.10: a blocklist, compared whole, with the
/// reason given). The rules read the PIN where it lies and keep no copy of it.
///
/// # What the rules cost
/// Of all 1,000,000 six-digit PINs, and of all 10,000 four-digit ones, so many are refused:
///
/// | rule | of six digits | share | of four digits | share |
/// | --- | --- | --- | --- | --- |
/// | [`WeakPin::Repeat`] | 1,090 | 0.11 % | 100 | 1.00 % |
/// | [`WeakPin::Run`] | 20 | 0.002 % | 20 | 0.20 % |
/// | [`WeakPin::KeypadLine`] | 2,260 | 0.23 % | 256 | 2.56 % |
/// | [`WeakPin::Date`] | 84,232 | 8.42 % | 764 | 7.64 % |
/// | [`WeakPin::Common`] | 170 | 0.02 % | 90 | 0.90 % |
/// | all together | 87,566 | 8.76 % | 1,185 | 11.85 % |
///
/// Some PINs break more than one rule. [`WeakPin::OwnNumber`] adds at most 33 six-digit PINs for
/// each number. So a person who draws six digits at random is turned away once in eleven times,
/// and whoever guesses at random knows 0.13 bit more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The fewest digits, read as at least [`Rules::MIN_DIGITS`] and at most
    /// [`Rules::MAX_DIGITS`]; by default 6 (NIST SP 800-63B-4, 3.2.10: at least 4, better 6).
    pub min_digits: u8,
}

impl Rules {
    /// The fewest digits that any rule may allow.
    pub const MIN_DIGITS: u8 = 4;
    /// The most digits of a PIN (NIST SP 800-63B-4, 3.1.1.2: at least 64 are allowed).
    pub const MAX_DIGITS: u8 = 64;

    /// Whether `pin` may be set by an account whose phone numbers are `own_numbers`: digits, with
    /// or without `+`; whatever else stands in them is skipped.
    ///
    /// The time it takes depends on the PIN. That tells its owner nothing new; don't use it to
    /// check a PIN that somebody claims to know.
    ///
    /// # Errors
    /// The first rule that `pin` breaks, in the order: form, length, [`WeakPin::Repeat`],
    /// [`WeakPin::Run`], [`WeakPin::KeypadLine`], [`WeakPin::Date`], [`WeakPin::OwnNumber`],
    /// [`WeakPin::Common`].
    pub fn check(&self, pin: &str, own_numbers: &[&str]) -> Result<(), WeakPin> {
        let digits = pin.as_bytes();
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(WeakPin::NotDigits);
        }
        let min = self.min_digits.clamp(Self::MIN_DIGITS, Self::MAX_DIGITS);
        if digits.len() < usize::from(min) {
            return Err(WeakPin::TooShort { min });
        }
        if digits.len() > usize::from(Self::MAX_DIGITS) {
            return Err(WeakPin::TooLong { max: Self::MAX_DIGITS });
        }
        let weak = if is_repeat(digits) {
            WeakPin::Repeat
        } else if is_run(digits) {
            WeakPin::Run
        } else if is_keypad_line(digits) {
            WeakPin::KeypadLine
        } else if is_date(digits) {
            WeakPin::Date
        } else if own_numbers.iter().any(|number| is_part_of(digits, number)) {
            WeakPin::OwnNumber
        } else if is_common(pin) {
            WeakPin::Common
        } else {
            return Ok(());
        };
        Err(weak)
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self { min_digits: 6 }
    }
}

/// Why a new PIN is refused. Its text can be shown to the person; it never contains the PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeakPin {
    /// Fewer digits than the rules ask for.
    TooShort {
        /// The fewest digits.
        min: u8,
    },
    /// More digits than any PIN may have.
    TooLong {
        /// The most digits.
        max: u8,
    },
    /// Something other than the ASCII digits 0 to 9; a space and a full-width digit are too.
    NotDigits,
    /// On the list of PINs that many people choose (4, 5, 6 and 8 digits).
    Common,
    /// The whole PIN reads as a date: DDMMYY, MMDDYY, YYMMDD; DDMMYYYY, MMDDYYYY, YYYYMMDD; or
    /// with four digits DDMM, MMDD or a year. Years are 1900 to 2099, 29 February is in each.
    Date,
    /// Each digit is the one before plus one, or minus one; 0 follows 9.
    Run,
    /// One digit, or a block of two or three, again and again; the last block may be cut short.
    Repeat,
    /// A path on the telephone keypad: each key is above, below or beside the one before, or the
    /// keys make up straight lines of three or four, of which the last may be cut to two.
    KeypadLine,
    /// A part of an own phone number, or that with zeros before it.
    OwnNumber,
}

impl fmt::Display for WeakPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort { min } => return write!(f, "The PIN needs at least {min} digits."),
            Self::TooLong { max } => return write!(f, "The PIN can have at most {max} digits."),
            Self::NotDigits => "The PIN can have only the digits 0 to 9, without spaces.",
            Self::Common => "Many people choose this PIN; choose one that is harder to guess.",
            Self::Date => "This PIN reads as a date; choose one that is not.",
            Self::Run => "This PIN counts up or down; choose one that does not.",
            Self::Repeat => "This PIN repeats the same digits; choose one that does not.",
            Self::KeypadLine => "This PIN draws a line on the keypad; choose one that does not.",
            Self::OwnNumber => "This PIN is part of your phone number; choose one that is not.",
        })
    }
}

impl Error for WeakPin {}

/// Whether a block of one to three digits makes up the whole, twice at least.
fn is_repeat(pin: &[u8]) -> bool {
    let again = |block| pin.iter().zip(pin.iter().skip(block)).all(|(a, b)| a == b);
    (1..=3).any(|block| pin.len() / 2 >= block && again(block))
}

fn is_run(pin: &[u8]) -> bool {
    let follows = |a: u8, b: u8| value(b) == value(a).wrapping_add(1) % 10;
    pairs(pin).all(|(a, b)| follows(a, b)) || pairs(pin).all(|(a, b)| follows(b, a))
}

fn is_keypad_line(pin: &[u8]) -> bool {
    let beside = |(across, down): (i8, i8)| across == 0 || down == 0;
    let walk = pairs(pin).all(|(a, b)| step(a, b).is_some_and(beside));
    walk || is_made_of_lines(pin)
}

/// Whether each key lies in a straight line of three, but for the last two: these may be a line of
/// two. Lines may share a key, as at a corner.
fn is_made_of_lines(pin: &[u8]) -> bool {
    let mut covered = 0_usize;
    for (start, three) in pin.windows(3).enumerate() {
        if let [a, b, c] = *three
            && step(a, b).is_some()
            && step(a, b) == step(b, c)
        {
            if start > covered {
                return false;
            }
            covered = start.saturating_add(3);
        }
    }
    match pin {
        _ if covered == pin.len() => true,
        [.., a, b] => covered.saturating_add(2) >= pin.len() && step(*a, *b).is_some(),
        _ => false,
    }
}

/// The way from one key to another that touches it, corners included: keys across and down.
fn step(from: u8, to: u8) -> Option<(i8, i8)> {
    let ((x0, y0), (x1, y1)) = (key(from)?, key(to)?);
    let way = (x1.wrapping_sub(x0), y1.wrapping_sub(y0));
    (way != (0, 0) && way.0.abs() <= 1 && way.1.abs() <= 1).then_some(way)
}

/// Where a digit's key lies: column, row.
fn key(digit: u8) -> Option<(i8, i8)> {
    KEYPAD.get(usize::from(value(digit))).copied()
}

fn is_date(pin: &[u8]) -> bool {
    let two = |a: u8, b: u8| value(a).wrapping_mul(10).wrapping_add(value(b));
    let century = |number| number == 19 || number == 20;
    match *pin {
        [a, b, c, d] => {
            let (ab, cd) = (two(a, b), two(c, d));
            is_day(ab, cd) || is_day(cd, ab) || century(ab)
        }
        [a, b, c, d, e, f] => {
            let (ab, cd, ef) = (two(a, b), two(c, d), two(e, f));
            is_day(ab, cd) || is_day(cd, ab) || is_day(ef, cd)
        }
        [a, b, c, d, e, f, g, h] => {
            let (ab, cd, ef, gh) = (two(a, b), two(c, d), two(e, f), two(g, h));
            (century(ef) && (is_day(ab, cd) || is_day(cd, ab))) || (century(ab) && is_day(gh, ef))
        }
        _ => false,
    }
}

fn is_day(day: u8, month: u8) -> bool {
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Whether the PIN stands somewhere in the number's digits. Zeros before it are passed over, as
/// they begin a national or a 00 form, if enough of it is left.
fn is_part_of(pin: &[u8], number: &str) -> bool {
    let zeros = pin.iter().take_while(|d| **d == b'0').count();
    let rest = pin.get(zeros..).unwrap_or_default();
    let part = if rest.len() >= usize::from(Rules::MIN_DIGITS) { rest } else { pin };
    let mut digits = number.bytes().filter(u8::is_ascii_digit);
    loop {
        if digits.clone().take(part.len()).eq(part.iter().copied()) {
            return true;
        }
        if digits.next().is_none() {
            return false;
        }
    }
}

/// Halves the sorted list at the line in its middle.
fn is_common(pin: &str) -> bool {
    let mut lines = COMMON;
    while !lines.is_empty() {
        let half = lines.get(..lines.len() / 2).unwrap_or_default();
        let before = half.rfind('\n').and_then(|end| half.get(..end)).unwrap_or_default();
        let rest = lines.get(before.len()..).unwrap_or_default().trim_start();
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        lines = match pin.cmp(line) {
            Ordering::Less => before,
            Ordering::Greater => after,
            Ordering::Equal => return true,
        };
    }
    false
}

/// The digits beside each other.
fn pairs(pin: &[u8]) -> impl Iterator<Item = (u8, u8)> {
    pin.iter().copied().zip(pin.iter().skip(1).copied())
}

/// The value of an ASCII digit is its low half.
const fn value(digit: u8) -> u8 {
    digit & 0x0f
}

/// Column and row of the keys 0 to 9.
const KEYPAD: [(i8, i8); 10] =
    [(1, 3), (0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 2)];

/// PINs that many people choose and no other rule refuses: sorted, one a line.
const COMMON: &str = include_str!("common.txt");

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    #![allow(clippy::arithmetic_side_effects)]

    use alloc::format;

    use super::*;

    const ANY: Rules = Rules { min_digits: 4 };

    /// How many PINs of `width` digits each rule refuses by itself, then how many `check` does.
    fn refused(width: usize, count: u32) -> [u32; 6] {
        let mut sums = [0; 6];
        for number in 0..count {
            let pin = format!("{number:0width$}");
            let digits = pin.as_bytes();
            let checked = ANY.check(&pin, &[]);
            let rules = [
                is_repeat(digits),
                is_run(digits),
                is_keypad_line(digits),
                is_date(digits),
                checked == Err(WeakPin::Common),
                checked.is_err(),
            ];
            for (sum, hit) in sums.iter_mut().zip(rules) {
                *sum += u32::from(hit);
            }
        }
        sums
    }

    #[test]
    fn refused_share_of_four_digits_is_as_documented() {
        let sums = refused(4, 10_000);
        assert_eq!(sums, [100, 20, 256, 764, 90, 1_185]);
        assert!(sums[5] < 1_250, "an eighth is the most that four digits can spare");
    }

    #[test]
    fn refused_share_of_six_digits_is_as_documented() {
        let sums = refused(6, 1_000_000);
        assert_eq!(sums, [1_090, 20, 2_260, 84_232, 170, 87_566]);
        assert!(sums[5] < 90_000, "nine in a hundred is the most that six digits can spare");
    }

    #[test]
    fn an_own_number_refuses_few_six_digit_pins() {
        let longest = "+351928374658174";
        let hits = (0..1_000_000).map(|n| format!("{n:06}"));
        assert_eq!(hits.filter(|pin| is_part_of(pin.as_bytes(), longest)).count(), 33);
    }

    #[test]
    fn common_is_sorted_and_only_what_no_other_rule_refuses() {
        assert!(COMMON.is_ascii() && COMMON.ends_with('\n'));
        assert!(COMMON.lines().is_sorted_by(|a, b| a < b));
        for pin in COMMON.lines() {
            assert!(matches!(pin.len(), 4 | 5 | 6 | 8), "{pin}");
            assert_eq!(ANY.check(pin, &[]), Err(WeakPin::Common), "{pin}");
        }
    }

    #[test]
    fn length_is_kept_within_the_constants() {
        let (none, huge) = (Rules { min_digits: 0 }, Rules { min_digits: u8::MAX });
        let (three, longest, longer) = ("927", "8136".repeat(16), "8136".repeat(17));
        assert_eq!(none.check(three, &[]), Err(WeakPin::TooShort { min: 4 }));
        assert_eq!(none.check("", &[]), Err(WeakPin::TooShort { min: 4 }));
        assert_eq!(huge.check(&longest, &[]), Ok(()));
        assert_eq!(huge.check(&longest[1..], &[]), Err(WeakPin::TooShort { min: 64 }));
        assert_eq!(ANY.check(&longer, &[]), Err(WeakPin::TooLong { max: 64 }));
    }

    #[test]
    fn the_text_never_contains_the_pin() {
        for pin in ["927", "9273x1", "121212", "654321", "258025", "311299", "345678", "999888"] {
            let weak = Rules::default().check(pin, &["351912345678"]).unwrap_err();
            assert!(!format!("{weak} {weak:?}").contains(pin), "{weak:?}");
        }
    }
}
