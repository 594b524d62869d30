//! A list of otpauth addresses: one a line.

use super::{
    line::{Found, Line},
    lines::{Token, Used, What, label},
};
use crate::{ProvisionError, otpauth, percent};

/// How many steps ahead the other system may take a code: nothing tells, and one is what most do.
const AHEAD: u64 = 1;

/// What a line says. Nothing tells which codes were used.
pub(super) fn read(text: &str) -> Line {
    let key = match otpauth::read(text) {
        Ok(key) if !key.name().is_empty() => key,
        Ok(_) => return Line::Unreadable(ProvisionError::Name),
        Err(why) => return whose(text, why),
    };
    let (account, within) = (key.name().into(), Some(key.issuer().unwrap_or_default().into()));
    let label = label(key.issuer().unwrap_or_default(), "otpauth");
    let used = Used::UpToNow { ahead: AHEAD };
    let what = What::Token(Box::new(Token { label, key, used, clock_ahead: 0 }));
    Line::Of(Found { within, ..Found::of(account, what) })
}

/// Whose an address is that can't be read otherwise; nobody knows where the label has another name in
/// its name.
fn whose(text: &str, why: ProvisionError) -> Line {
    let label = text.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let label = label.map(|(_, rest)| rest.split_once('?').map_or(rest, |(label, _)| label));
    let name = label.and_then(|label| percent::decode(label).ok()).and_then(|label| {
        let name = label.split_once(':').map_or(label.as_str(), |(_, name)| name).trim();
        (!name.is_empty() && !name.contains(':')).then(|| String::from(name))
    });
    match name {
        Some(name) => Line::Of(Found::of(name, What::Refused(why))),
        None => Line::Unreadable(why),
    }
}
