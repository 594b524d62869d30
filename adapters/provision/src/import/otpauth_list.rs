//! A list of otpauth addresses: one a line.

use pinbolt::{oath::Totp, op::TokenKind};

use super::{
    line::{Found, Line},
    lines::{Token, What, label},
};
use crate::{ProvisionError, otpauth, percent};

/// What a line says. Nothing tells which codes were used: of a timed token all are over until the
/// moment of the import.
pub(super) fn read(text: &str, now: u64) -> Line {
    let key = match otpauth::read(text) {
        Ok(key) if !key.name().is_empty() => key,
        Ok(_) => return Line::Unreadable(ProvisionError::Name),
        Err(why) => return whose(text, why),
    };
    let last_step = match key.kind() {
        TokenKind::Totp { period, start } => Totp::step_of(now, (period, start)),
        TokenKind::Steam => Totp::step_of(now, (30, 0)),
        _ => None,
    };
    let (account, within) = (key.name().into(), Some(key.issuer().unwrap_or_default().into()));
    let label = label(key.issuer().unwrap_or_default(), "otpauth");
    let what = What::Token(Box::new(Token { label, key, last_step, clock_ahead: 0 }));
    Line::Of(Found { within, ..Found::of(account, what) })
}

/// Whose an address is that can't be read otherwise.
fn whose(text: &str, why: ProvisionError) -> Line {
    let label = text.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let label = label.map(|(_, rest)| rest.split_once('?').map_or(rest, |(label, _)| label));
    let name = label.and_then(|label| percent::decode(label).ok()).and_then(|label| {
        let name = label.rsplit_once(':').map_or(label.as_str(), |(_, name)| name).trim();
        (!name.is_empty()).then(|| String::from(name))
    });
    match name {
        Some(name) => Line::Of(Found::of(name, What::Refused(why))),
        None => Line::Unreadable(why),
    }
}
