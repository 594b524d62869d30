//! Users files of the OATH Toolkit: `type user pin secret [counter [last-code [time]]]`.

use pinbolt::{
    oath::{Algorithm, Hotp},
    op::TokenKind,
};
use zeroize::Zeroizing;

use super::{
    line::{Found, Line, from_hex},
    lines::{Token, Used, What},
    number::time,
};
use crate::{OathKey, ProvisionError};

/// How far the local time of any place is before and behind UTC, in seconds.
const EAST: u64 = 14 * 3_600;
const WEST: u64 = 12 * 3_600;
/// Zones are a number of quarters of an hour apart.
const ZONE: u64 = 900;
/// Steps around the present one among which a code that was used is looked for.
const WINDOW: u64 = 50;

/// What a line says; `exactly` where the step of the last code shall be found, which takes some
/// thousand codes.
pub(super) fn read(text: &str, now: u64, exactly: bool) -> Line {
    let mut words = text.split_ascii_whitespace();
    let (Some(kind), Some(user)) = (words.next(), words.next()) else {
        return Line::Unreadable(ProvisionError::Line);
    };
    let pin = words.next();
    let what = token(kind, words, now, exactly);
    let what = if pin.is_none() { Err(ProvisionError::Line) } else { what };
    // `-` is none, `+` one that something else asks for.
    let pin = pin.filter(|pin| !matches!(*pin, "-" | "+")).map(|pin| Zeroizing::new(pin.into()));
    Line::Of(Found { pin, ..Found::of(user.into(), what.unwrap_or_else(What::Refused)) })
}

fn token<'a>(
    kind: &str,
    mut words: impl Iterator<Item = &'a str>,
    now: u64,
    exactly: bool,
) -> Result<What, ProvisionError> {
    let (period, digits) = kind_of(kind)?;
    let secret = from_hex(words.next().ok_or(ProvisionError::Line)?)?;
    let factor = words.next().map_or(Some(0), whole).ok_or(ProvisionError::Counter)?;
    let (code, at) = (words.next(), words.next());
    let at = at.map(|at| local(at, now)).transpose()?;
    if words.next().is_some() || code.is_some() != at.is_some() {
        return Err(ProvisionError::Line);
    }
    let kind = match period {
        // With a last code the factor is that code's own; without one, the next's.
        None => {
            let next = factor.checked_add(code.is_some().into());
            TokenKind::Hotp { counter: next.ok_or(ProvisionError::Counter)? }
        }
        Some(period) => TokenKind::Totp { period, start: 0 },
    };
    let key = OathKey::new(kind, Algorithm::Sha1, digits, &secret)?;
    let last = match (period, code.zip(at)) {
        (Some(period), Some((code, at))) if exactly => {
            Some(last_step(&key, period.into(), code, (at, now / 1_000))?)
        }
        _ => None,
    };
    let (last, clock_ahead) = last.map_or((None, 0), |(last, ahead)| (Some(last), ahead));
    let used = Used::UpTo(last);
    Ok(What::Token(Box::new(Token { label: "oath".into(), key, used, clock_ahead })))
}

/// The period of a timed token, and the digits.
fn kind_of(text: &str) -> Result<(Option<u32>, u8), ProvisionError> {
    let mut parts = text.split('/');
    let hotp = parts.next() == Some("HOTP");
    let period = match parts.next() {
        None | Some("E") => None,
        Some("T30") => Some(30),
        Some("T60") => Some(60),
        Some(_) => return Err(ProvisionError::Kind),
    };
    let digits = match parts.next() {
        None | Some("6") => 6,
        Some("7") => 7,
        Some("8") => 8,
        Some(_) => return Err(ProvisionError::Digits),
    };
    match hotp && parts.next().is_none() {
        true => Ok((period, digits)),
        false => Err(ProvisionError::Kind),
    }
}

fn whole(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The seconds of a local time, as if it were UTC; it may be in the future by its zone alone.
fn local(text: &str, now: u64) -> Result<u64, ProvisionError> {
    let text = text.strip_suffix('L').ok_or(ProvisionError::Clock)?;
    let seconds = time(text).ok_or(ProvisionError::Clock)? / 1_000;
    match seconds <= (now / 1_000).saturating_add(EAST) {
        true => Ok(seconds),
        false => Err(ProvisionError::Clock),
    }
}

/// The step of the last code used, and by how many steps its clock was ahead. The file has the code, and
/// when it was used by the clock on that machine's wall. So it is the latest step with this code of all
/// that the wall of any place can mean; where there is none, all are over until the moment of the import.
fn last_step(
    key: &OathKey,
    period: u64,
    code: &str,
    (wall, now): (u64, u64),
) -> Result<(u64, i32), ProvisionError> {
    let hotp = Hotp::with_dangerously_short_secret(key.algorithm(), key.digits(), key.secret())
        .map_err(|_| ProvisionError::Secret)?;
    let step = |seconds: u64| seconds.checked_div(period).unwrap_or(0);
    let latest = step(wall.saturating_add(WEST).min(now));
    let first = step(wall.saturating_sub(EAST)).saturating_sub(WINDOW);
    let steps = first..=latest.saturating_add(WINDOW);
    let found: Vec<u64> = steps.filter(|step| hotp.code(*step).as_str() == code).collect();
    // Another step may have the code by chance: that of the clock that goes best is the likeliest.
    let ahead = found.iter().map(|found| ahead(*found, step(wall), step(ZONE)));
    let ahead = ahead.min_by_key(|ahead| ahead.unsigned_abs()).unwrap_or(0);
    Ok((found.last().copied().unwrap_or(latest), ahead))
}

/// Steps by which a clock is ahead of one on the wall, whose zone is a number of quarters of an hour.
fn ahead(found: u64, wall: u64, quarter: u64) -> i32 {
    let of = |step: u64| step.checked_rem(quarter).unwrap_or(0);
    let past = of(of(found).saturating_add(quarter).saturating_sub(of(wall)));
    let nearest = match past > quarter / 2 {
        true => i32::try_from(quarter.saturating_sub(past)).map(i32::saturating_neg),
        false => i32::try_from(past),
    };
    nearest.unwrap_or(0)
}
