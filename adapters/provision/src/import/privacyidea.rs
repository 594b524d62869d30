//! privacyIDEA's tokens, as its own export has them: one JSON object a line.

use pinbolt::{oath::Algorithm, op::TokenKind};
use serde::Deserialize;
use serde_json::Value;

use super::{
    line::{Found, Line, from_hex},
    lines::{Token, Used, What, label},
    number::{Number, Text},
};
use crate::{OathKey, ProvisionError};

/// A token. The hash of its PIN is no use elsewhere, and ignored as what is of no interest here.
#[derive(Deserialize)]
struct Row<'a> {
    serial: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    otpkey: Option<Text<'a>>,
    otplen: Option<Number>,
    count: Option<Number>,
    counter: Option<Number>,
    failcount: Option<Number>,
    active: Option<bool>,
    revoked: Option<bool>,
    locked: Option<bool>,
    rollout_state: Option<String>,
    #[serde(default)]
    info_list: Info,
    user: Option<User>,
}

#[derive(Default, Deserialize)]
struct Info {
    hashlib: Option<String>,
    #[serde(rename = "timeStep")]
    step: Option<Number>,
    #[serde(rename = "timeShift")]
    shift: Option<Number>,
    validity_period_start: Option<Value>,
    validity_period_end: Option<Value>,
    count_auth_max: Option<Value>,
    count_auth_success_max: Option<Value>,
}

#[derive(Deserialize)]
struct User {
    login: Option<String>,
    realm: Option<String>,
    resolver: Option<String>,
    uid: Option<Value>,
}

#[derive(Deserialize)]
struct Whose {
    user: User,
}

/// What a line says.
pub(super) fn read(text: &str, now: u64) -> Line {
    let Ok(row) = serde_json::from_str::<Row<'_>>(text) else { return whose(text) };
    let Some(found) = row.user.as_ref().and_then(owner) else { return Line::Nobodys };
    let what = match state(&row) {
        Some(why) => Ok((What::Skipped(why), None)),
        None => token(&row).and_then(|token| Ok((token, failures(&row, now)?))),
    };
    let (what, failures) = what.unwrap_or_else(|why| (What::Refused(why), None));
    Line::Of(Found { failures, what, ..found })
}

/// Whose a line is that is not well-formed otherwise.
fn whose(text: &str) -> Line {
    let whose = serde_json::from_str::<Whose>(text).ok();
    match whose.as_ref().and_then(|whose| owner(&whose.user)) {
        Some(found) => Line::Of(found),
        None => Line::Unreadable(ProvisionError::Line),
    }
}

/// Whose a line is, of which nothing else is known. In one realm two resolvers may each have a person
/// of this login.
fn owner(user: &User) -> Option<Found> {
    let login = user.login.clone().filter(|login| !login.is_empty())?;
    let within = Some(user.realm.clone().unwrap_or_default());
    let resolver = user.resolver.as_deref().unwrap_or_default();
    let person = Some(format!("{resolver}\n{}", user.uid.clone().unwrap_or_default()));
    Some(Found { within, person, ..Found::of(login, What::Refused(ProvisionError::Line)) })
}

/// Why it signs nobody in there, if so.
fn state(row: &Row<'_>) -> Option<ProvisionError> {
    let off = row.active == Some(false) || row.revoked == Some(true) || row.locked == Some(true);
    let rolled_out = matches!(row.rollout_state.as_deref(), None | Some("" | "enrolled"));
    match (off, rolled_out) {
        (true, _) => Some(ProvisionError::Disabled),
        (false, false) => Some(ProvisionError::Unconfirmed),
        (false, true) => None,
    }
}

impl Info {
    /// Whether it is good for a time, or a number of uses. Both are set as long as they aren't 0.
    fn is_limited(&self) -> bool {
        let limits = [
            &self.validity_period_start,
            &self.validity_period_end,
            &self.count_auth_max,
            &self.count_auth_success_max,
        ];
        limits.into_iter().flatten().any(|limit| match limit {
            Value::String(text) => !matches!(text.trim(), "" | "0"),
            limit => *limit != 0,
        })
    }
}

fn token(row: &Row<'_>) -> Result<What, ProvisionError> {
    if row.info_list.is_limited() {
        return Err(ProvisionError::Conditions);
    }
    let count = row.count.or(row.counter).map_or(0, |count| count.whole);
    let count = u64::try_from(count).map_err(|_| ProvisionError::Counter)?;
    let (kind, last_step, clock_ahead) = match row.kind.to_ascii_lowercase().as_str() {
        "hotp" => (TokenKind::Hotp { counter: count }, None, 0),
        "totp" => {
            let period = row.info_list.step.map_or(30, |step| step.whole);
            let period = u32::try_from(period).map_err(|_| ProvisionError::Period)?;
            if period == 0 {
                return Err(ProvisionError::Period);
            }
            // 0 where no code was used yet.
            let last = Some(count).filter(|count| *count > 0);
            (TokenKind::Totp { period, start: 0 }, last, ahead(row.info_list.shift, period)?)
        }
        _ => return Err(ProvisionError::Kind),
    };
    let secret = from_hex(&row.otpkey.as_ref().ok_or(ProvisionError::Secret)?.0)?;
    let digits = row.otplen.map_or(6, |digits| digits.whole);
    let digits = u8::try_from(digits).map_err(|_| ProvisionError::Digits)?;
    let key = OathKey::new(kind, algorithm(row)?, digits, &secret)?;
    let label = label(row.serial.as_deref().unwrap_or_default(), "privacyIDEA");
    let used = Used::UpTo(last_step);
    Ok(What::Token(Box::new(Token { label, key, used, clock_ahead })))
}

fn algorithm(row: &Row<'_>) -> Result<Algorithm, ProvisionError> {
    match row.info_list.hashlib.as_deref().unwrap_or("sha1") {
        "" | "sha1" => Ok(Algorithm::Sha1),
        "sha256" => Ok(Algorithm::Sha256),
        "sha512" => Ok(Algorithm::Sha512),
        _ => Err(ProvisionError::Algorithm),
    }
}

/// There the shift is the seconds from the moment when a code was typed to the beginning of its step:
/// 0 to -30 for a clock that goes right. So the steps are the least that aren't below it.
fn ahead(shift: Option<Number>, period: u32) -> Result<i32, ProvisionError> {
    let seconds = shift.map_or(0, |shift| shift.ceiling);
    let behind = seconds.checked_neg().ok_or(ProvisionError::Clock)?.div_euclid(period.into());
    let ahead = behind.checked_neg().and_then(|ahead| i32::try_from(ahead).ok());
    ahead.ok_or(ProvisionError::Clock)
}

/// The export doesn't tell when the last failure was: now, at the latest.
fn failures(row: &Row<'_>, now: u64) -> Result<Option<(u32, u64)>, ProvisionError> {
    let count = row.failcount.map_or(0, |count| count.whole);
    let count = u32::try_from(count).map_err(|_| ProvisionError::Line)?;
    Ok((count > 0).then_some((count, now)))
}
