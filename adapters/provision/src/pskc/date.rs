//! `xs:dateTime`, in milliseconds since 1970.

const DAY: u64 = 86_400_000;
/// The last millisecond of the year 9999.
const LAST: u64 = 253_402_300_799_999;

/// A time with its zone, from 1970 to 9999; finer than a millisecond is cut off.
pub(super) fn parse(text: &str) -> Option<u64> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.split('-');
    let (year, month, day) =
        (digits(date.next()?, 4)?, digits(date.next()?, 2)?, digits(date.next()?, 2)?);
    let clock = time.get(..8)?;
    let mut parts = clock.split(':');
    let (hour, minute, second) =
        (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if date.next().is_some() || parts.next().is_some() {
        return None;
    }
    let known = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let (milliseconds, zone) = fraction(time.get(8..)?)?;
    let days = days_since_1970(year, month, day)?;
    let seconds = hour.checked_mul(3600)?.checked_add(minute.checked_mul(60)?)?;
    let seconds = seconds.checked_add(second)?.checked_mul(1000)?;
    let local = days.checked_mul(DAY)?.checked_add(seconds)?.checked_add(milliseconds)?;
    let utc = local.checked_add_signed(offset(zone)?.checked_neg()?)?;
    (known && utc <= LAST).then_some(utc)
}

/// The time in UTC; `None` after the year 9999.
pub(super) fn write(time: u64) -> Option<String> {
    if time > LAST {
        return None;
    }
    let (days, rest) = (time.checked_div(DAY)?, time.checked_rem(DAY)?);
    let year = (1970..=9999)
        .rev()
        .find(|year| days_since_1970(*year, 1, 1).is_some_and(|first| first <= days))?;
    let month = (1..=12)
        .rev()
        .find(|month| days_since_1970(year, *month, 1).is_some_and(|first| first <= days))?;
    let day = days.checked_sub(days_since_1970(year, month, 1)?)?.checked_add(1)?;
    let (hour, minute) = (rest.checked_div(3_600_000)?, rest.checked_div(60_000)?.checked_rem(60)?);
    let (second, milli) = (rest.checked_div(1000)?.checked_rem(60)?, rest.checked_rem(1000)?);
    let milli = match milli {
        0 => String::new(),
        _ => format!(".{milli:03}"),
    };
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{milli}Z"))
}

fn digits(text: &str, len: usize) -> Option<u64> {
    let plain = text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

/// Milliseconds of a fraction, and what follows it.
fn fraction(text: &str) -> Option<(u64, &str)> {
    let Some(text) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (fraction, zone) = text.split_at_checked(end)?;
    let milli: String = fraction.chars().chain("00".chars()).take(3).collect();
    (!fraction.is_empty()).then(|| Some((milli.parse().ok()?, zone)))?
}

/// Milliseconds by which a zone is ahead of UTC. A time without a zone is nobody's.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, zone) = match (zone.strip_prefix('+'), zone.strip_prefix('-')) {
        (Some(zone), _) => (1, zone),
        (_, Some(zone)) => (-1, zone),
        _ => return None,
    };
    let (hours, minutes) = zone.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let minutes = hours.checked_mul(60)?.checked_add(minutes).filter(|all| *all <= 14 * 60)?;
    i64::try_from(minutes).ok()?.checked_mul(60_000)?.checked_mul(sign)
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_in(year: u64, month: u64) -> u64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    let before = year.checked_sub(1)?;
    let leaps = (before / 4).checked_add(before / 400)?.checked_sub(before / 100)?;
    // 1969 / 4 - 1969 / 100 + 1969 / 400
    let years = year.checked_sub(1970)?.checked_mul(365)?.checked_add(leaps.checked_sub(477)?)?;
    let months: u64 = (1..month).map(|month| days_in(year, month)).sum();
    years.checked_add(months)?.checked_add(day)?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_they_are_written() {
        for (text, time) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799_000),
            ("2006-05-01T00:00:00Z", 1_146_441_600_000),
            ("2026-11-22T12:00:00.250Z", 1_795_348_800_250),
            ("9999-12-31T23:59:59.999Z", LAST),
        ] {
            assert_eq!(parse(text), Some(time), "{text}");
            assert_eq!(write(time).as_deref(), Some(text));
        }
        assert_eq!(write(LAST + 1), None);
        assert_eq!(parse("2006-05-01T02:00:00+02:00"), Some(1_146_441_600_000));
        assert_eq!(parse("2006-04-30T19:30:00.0009-04:30"), Some(1_146_441_600_000));
        assert_eq!(parse("2006-05-01T00:00:00.5Z"), Some(1_146_441_600_500));
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut day = 0;
        for year in 1970..2370 {
            for month in 1..=12 {
                for of_month in 1..=days_in(year, month) {
                    assert_eq!(days_since_1970(year, month, of_month), Some(day));
                    day += 1;
                }
            }
        }
        assert_eq!(day, 146_097);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "T",
            "2006-05-01",
            "2006-05-01T00:00:00",
            "2006-5-01T00:00:00Z",
            "2006-02-29T00:00:00Z",
            "2006-13-01T00:00:00Z",
            "2006-05-00T00:00:00Z",
            "2006-05-01T24:00:00Z",
            "2006-05-01T00:60:00Z",
            "2006-05-01T00:00:60Z",
            "2006-05-01T00:00:00.Z",
            "2006-05-01T00:00:00+15:00",
            "2006-05-01T00:00:00+2:00",
            "2006-05-01T00:00:00z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "-2006-05-01T00:00:00Z",
            "2006-05-01-01T00:00:00Z",
            "2006-05-01T00:00:0é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
