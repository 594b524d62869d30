//! Numbers and times as other systems write them.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use zeroize::Zeroize;

/// A number that is written as such or as a text, perhaps with a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Without its fraction.
    pub(super) whole: i64,
    /// The lowest whole number that isn't below it.
    pub(super) ceiling: i64,
}

impl Number {
    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if !fraction.bytes().all(|b| b.is_ascii_digit()) || whole.starts_with('+') {
            return None;
        }
        let number = whole.parse().ok()?;
        let above = !whole.starts_with('-') && fraction.bytes().any(|b| b != b'0');
        Some(Self { whole: number, ceiling: number.checked_add(above.into())? })
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl Visitor<'_> for Read {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Number, E> {
                self.visit_i64(i64::try_from(value).map_err(E::custom)?)
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
                Ok(Number { whole: value, ceiling: value })
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Number, E> {
                self.visit_str(&value.to_string())
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Number, E> {
                Number::parse(value).ok_or_else(|| E::custom("no number"))
            }
        }

        deserializer.deserialize_any(Read)
    }
}

/// A text that may be secret: borrowed from the line, or wiped.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl Drop for Text<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.0 {
            text.zeroize();
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(value)))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(value.into())))
            }
        }

        deserializer.deserialize_str(Read)
    }
}

// No number here has more than four digits, or comes of such: nothing overflows.
#[allow(clippy::arithmetic_side_effects)]
mod calendar {
    /// The Unix milliseconds of an ISO 8601 time, such as `2026-11-22T08:30:05.125Z` or `…+02:00`; without
    /// a zone it is taken for UTC. Years 1970 to 9999.
    pub(in crate::import) fn time(text: &str) -> Option<u64> {
        let (clock, zone) = text.split_at_checked(19)?;
        let number = |range: std::ops::Range<usize>| -> Option<i64> {
            let digits = clock.get(range)?;
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if marks.iter().any(|(at, mark)| clock.as_bytes().get(*at) != Some(mark)) {
            return None;
        }
        let days = days(number(0..4)?, number(5..7)?, number(8..10)?)?;
        let (hours, minutes, seconds) = (number(11..13)?, number(14..16)?, number(17..19)?);
        if hours > 23 || minutes > 59 || seconds > 60 {
            return None;
        }
        let (fraction, zone) = match zone.strip_prefix('.') {
            Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
            None => ("", zone),
        };
        let thousandths = fraction.bytes().chain(*b"000").take(3);
        let ms = thousandths.fold(0_i64, |ms, digit| ms * 10 + i64::from(digit) - 48);
        let seconds = ((days * 24 + hours) * 60 + minutes - ahead(zone)?) * 60 + seconds;
        u64::try_from(seconds * 1_000 + ms).ok()
    }

    /// Minutes by which a zone is ahead.
    fn ahead(zone: &str) -> Option<i64> {
        let (sign, text) = match zone.split_at_checked(1) {
            None | Some(("Z", "")) => return Some(0),
            Some(("+", text)) => (1, text),
            Some(("-", text)) => (-1, text),
            Some(_) => return None,
        };
        let (hours, minutes) =
            text.split_once(':').filter(|(h, m)| h.len() == 2 && m.len() == 2)?;
        let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * 60 + i64::from(minutes)))
    }

    /// Days since 1970 in the Gregorian calendar: whole years, then the days of the months before.
    fn days(year: i64, month: i64, day: i64) -> Option<i64> {
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let lengths = [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let before = usize::try_from(month.checked_sub(1)?).ok()?;
        if year < 1970 || !(1..=*lengths.get(before)?).contains(&day) {
            return None;
        }
        let leaps = |year: i64| year / 4 - year / 100 + year / 400;
        let years = (year - 1970) * 365 + leaps(year - 1) - leaps(1969);
        Some(years + lengths.iter().take(before).sum::<i64>() + day - 1)
    }
}

pub(super) use calendar::time;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let read = |text: &str| {
            serde_json::from_str::<Number>(text).ok().map(|number| (number.whole, number.ceiling))
        };
        for (text, expected) in [
            ("7", Some((7, 7))),
            ("\"-12.0\"", Some((-12, -12))),
            ("-0.5", Some((0, 0))),
            ("\"0.5\"", Some((0, 1))),
            ("-12.75", Some((-12, -12))),
            ("12.25", Some((12, 13))),
            ("\"+5\"", None),
            ("\"1e3\"", None),
            ("\"\"", None),
            ("18446744073709551615", None),
            ("1e300", None),
            ("null", None),
            ("\"9223372036854775807.5\"", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn times() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T12:00:00.5", Some(951_825_600_500)),
            ("2026-11-22T08:30:05.125999+02:00", Some(1_795_329_005_125)),
            ("2026-11-22T06:30:05.125-00:00", Some(1_795_329_005_125)),
            ("9999-12-31T23:59:59Z", Some(253_402_300_799_000)),
            ("1970-01-01T00:00:00+01:00", None),
            ("1969-12-31T23:59:59Z", None),
            ("2025-02-29T00:00:00Z", None),
            ("2026-13-01T00:00:00Z", None),
            ("2026-00-01T00:00:00Z", None),
            ("2026-11-22 08:30:05Z", None),
            ("2026-11-22T24:00:00Z", None),
            ("2026-11-22T08:30:05+2:00", None),
            ("2026-11-22T08:30:05 UTC", None),
            ("2026-11-22T08:30", None),
            ("２０２６-11-22T08:30:05", None),
            ("", None),
        ] {
            assert_eq!(time(text), expected, "{text}");
        }
    }
}
