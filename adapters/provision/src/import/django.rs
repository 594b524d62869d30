//! django-otp's devices, as Django's serializer writes them: one JSON object a line.

use std::borrow::Cow;

use pinbolt::{oath::Algorithm, op::TokenKind};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{
    line::{Found, Line, from_hex},
    lines::{AccountLines, Token, Used, What, label},
    number::{Number, Text, time},
};
use crate::{OathKey, ProvisionError};

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    model: Cow<'a, str>,
    #[serde(borrow)]
    pk: Option<Id<'a>>,
    #[serde(borrow)]
    fields: Fields<'a>,
}

/// A key of Django's: a number, a text, or a natural key of one text.
#[derive(Clone, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
enum Id<'a> {
    Number(u64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
    Natural([String; 1]),
}

/// The fields of all four models. Those of no interest here are ignored.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    user: Option<Id<'a>>,
    #[serde(borrow)]
    device: Option<Id<'a>>,
    name: Option<String>,
    confirmed: Option<bool>,
    #[serde(borrow)]
    key: Option<Text<'a>>,
    step: Option<Number>,
    t0: Option<Number>,
    digits: Option<Number>,
    drift: Option<Number>,
    last_t: Option<Number>,
    counter: Option<Number>,
    #[serde(borrow)]
    token: Option<Text<'a>>,
    throttling_failure_count: Option<Number>,
    throttling_failure_timestamp: Option<String>,
}

/// What tells whose a line is that is not well-formed otherwise.
#[derive(Deserialize)]
struct Whose<'a> {
    #[serde(borrow)]
    fields: User<'a>,
}

#[derive(Deserialize)]
struct User<'a> {
    #[serde(borrow)]
    user: Id<'a>,
}

/// The sets of codes among the account's lines, and whether each was confirmed.
#[derive(Default)]
pub(super) struct Sets {
    user: String,
    sets: Vec<(String, bool)>,
}

impl Id<'_> {
    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.as_ref().into(),
            Self::Natural([text]) => text.clone(),
        }
    }
}

impl Sets {
    /// What a line says.
    pub(super) fn read(&mut self, text: &str, now: u64) -> Line {
        let Ok(row) = serde_json::from_str::<Row<'_>>(text) else { return whose(text) };
        if row.model == "otp_static.statictoken" {
            return self.code(&row);
        }
        let Some(user) = row.fields.user.as_ref().map(Id::text) else {
            return Line::Unreadable(ProvisionError::Line);
        };
        if user != self.user {
            (self.user, self.sets) = (user.clone(), Vec::new());
        }
        let failures = failures(&row.fields, now);
        let what = match (row.fields.confirmed, &*row.model) {
            (None, _) => Err(ProvisionError::Line),
            (Some(confirmed), "otp_static.staticdevice") => Ok(self.begin(&row, confirmed)),
            (Some(false), _) => Ok(What::Skipped(ProvisionError::Unconfirmed)),
            (Some(true), "otp_totp.totpdevice") => totp(&row.fields),
            (Some(true), "otp_hotp.hotpdevice") => hotp(&row.fields),
            (Some(true), _) => Err(ProvisionError::Kind),
        };
        let what = what.and_then(|what| Ok((what, failures?)));
        let (what, failures) = what.unwrap_or_else(|why| (What::Refused(why), None));
        let failures = failures.filter(|_| !matches!(what, What::Skipped(_)));
        Line::Of(Found { failures, ..Found::of(user, what) })
    }

    fn begin(&mut self, row: &Row<'_>, confirmed: bool) -> What {
        let Some(pk) = &row.pk else { return What::Refused(ProvisionError::Line) };
        if self.sets.len() >= AccountLines::MAX_LINES {
            return What::Refused(ProvisionError::TooManyLines);
        }
        self.sets.push((pk.text(), confirmed));
        match confirmed {
            true => What::Frame,
            false => What::Skipped(ProvisionError::Unconfirmed),
        }
    }

    /// A code names its set alone, which names the person: it must be among the account's lines.
    fn code(&self, row: &Row<'_>) -> Line {
        let (Some(device), Some(code)) = (&row.fields.device, &row.fields.token) else {
            return Line::Unreadable(ProvisionError::Line);
        };
        let device = device.text();
        match self.sets.iter().find(|(set, _)| *set == device) {
            None => Line::Orphan,
            Some((_, false)) => self.own(What::Skipped(ProvisionError::Unconfirmed)),
            Some((_, true)) => self.own(What::RecoveryCode(Zeroizing::new(code.0.as_ref().into()))),
        }
    }

    fn own(&self, what: What) -> Line {
        Line::Of(Found::of(self.user.clone(), what))
    }
}

fn whose(text: &str) -> Line {
    let refused = What::Refused(ProvisionError::Line);
    match serde_json::from_str::<Whose<'_>>(text) {
        Ok(whose) => Line::Of(Found::of(whose.fields.user.text(), refused)),
        Err(_) => Line::Unreadable(ProvisionError::Line),
    }
}

fn totp(fields: &Fields<'_>) -> Result<What, ProvisionError> {
    let (period, start) = (whole(fields.step)?, whole(fields.t0)?);
    let period = u32::try_from(period).map_err(|_| ProvisionError::Period)?;
    let start = u64::try_from(start).map_err(|_| ProvisionError::Clock)?;
    // -1 where no code was used yet. It counts by the device's own clock, as here.
    let last_step = u64::try_from(whole(fields.last_t)?).ok();
    let ahead = i32::try_from(whole(fields.drift)?).map_err(|_| ProvisionError::Clock)?;
    token(fields, TokenKind::Totp { period, start }, (last_step, ahead))
}

fn hotp(fields: &Fields<'_>) -> Result<What, ProvisionError> {
    let counter = u64::try_from(whole(fields.counter)?).map_err(|_| ProvisionError::Counter)?;
    token(fields, TokenKind::Hotp { counter }, (None, 0))
}

fn token(
    fields: &Fields<'_>,
    kind: TokenKind,
    (last_step, clock_ahead): (Option<u64>, i32),
) -> Result<What, ProvisionError> {
    let secret = from_hex(&fields.key.as_ref().ok_or(ProvisionError::Secret)?.0)?;
    let digits = u8::try_from(whole(fields.digits)?).map_err(|_| ProvisionError::Digits)?;
    let key = OathKey::new(kind, Algorithm::Sha1, digits, &secret)?;
    let label = label(fields.name.as_deref().unwrap_or_default(), "django-otp");
    let used = Used::UpTo(last_step);
    Ok(What::Token(Box::new(Token { label, key, used, clock_ahead })))
}

fn failures(fields: &Fields<'_>, now: u64) -> Result<Option<(u32, u64)>, ProvisionError> {
    let Some(count) = fields.throttling_failure_count else { return Ok(None) };
    let count = u32::try_from(count.whole).map_err(|_| ProvisionError::Line)?;
    let last = match &fields.throttling_failure_timestamp {
        Some(text) => time(text).ok_or(ProvisionError::Clock)?,
        None => now,
    };
    Ok((count > 0).then_some((count, last)))
}

fn whole(number: Option<Number>) -> Result<i64, ProvisionError> {
    let number = number.ok_or(ProvisionError::Line)?;
    match number.whole == number.ceiling {
        true => Ok(number.whole),
        false => Err(ProvisionError::Line),
    }
}
