//! `describe`: what an operator may see of an account. No secret, and addresses only masked.

use alloc::{string::String, vec::Vec};
use core::fmt;

use super::{Op, Step, TokenKind, Verb, addresses::masked, cx::Cx, otp::choose, row::Row};
use crate::{
    audit::Event,
    channel::Channel,
    error::{Error, Refusal},
    guard::{Authenticator, Gate, Lane, Ledger},
    oath::Algorithm,
    pinbolt::Pinbolt,
    record::{Device, HeldAddress, RecoverySet, State, Token},
};

/// Shows an account to an operator.
///
/// Refuses with `UnknownAccount`.
#[derive(Clone, Copy)]
pub struct Describe<'a> {
    /// The account's id.
    pub account: &'a str,
}

super::verb!(Describe<'_>);

/// An account, for an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// Its id.
    pub account: String,
    /// When it was enrolled, in Unix milliseconds.
    pub enrolled: u64,
    /// Whether an operator blocked it.
    pub blocked: bool,
    /// Whether it is still to be activated.
    pub inactive: bool,
    /// When its PIN was set, if it has one.
    pub pin_set: Option<u64>,
    /// Its addresses.
    pub addresses: Vec<AddressState>,
    /// When it was tied to a civil document, if it is.
    pub tied: Option<u64>,
    /// Its tokens, candidates included.
    pub tokens: Vec<TokenState>,
    /// How many recovery codes are left, if it has a set.
    pub recovery_codes_left: Option<usize>,
    /// The devices that it knows.
    pub devices: Vec<DeviceState>,
    /// Its ledgers that have counted something.
    pub ledgers: Vec<LedgerState>,
    /// The last 16 events, oldest first.
    pub events: Vec<Event>,
}

/// An address of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressState {
    /// Enough to recognise it by.
    pub masked: String,
    /// How messages reach it.
    pub channel: Channel,
    /// When it was bound; `None` for a candidate.
    pub bound: Option<u64>,
    /// When a code was last accepted there, or an operator asserted it.
    pub proven: Option<u64>,
    /// Whether that is so long ago (`address.fresh`) that a code alone proves nothing there.
    pub stale: bool,
    /// From when it will be in force, if it isn't yet.
    pub from: Option<u64>,
    /// When another takes its place, if one is to.
    pub until: Option<u64>,
    /// When an operator suspended it.
    pub suspended: Option<u64>,
}

/// A token of an account.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenState {
    /// Its number.
    pub token: u32,
    /// What the person knows it by.
    pub label: String,
    /// Counter or time; of a counter the next.
    pub kind: TokenKind,
    /// Its hash.
    pub algorithm: Algorithm,
    /// Digits of a code; of a Steam code its five letters.
    pub digits: u8,
    /// When it was added, in Unix milliseconds.
    pub added: u64,
    /// When it was confirmed; `None` for a candidate.
    pub confirmed: Option<u64>,
    /// When a code of it was last accepted.
    pub used: Option<u64>,
    /// Steps by which its clock was ahead when last seen; negative: behind.
    pub clock_ahead: i32,
}

impl fmt::Debug for TokenState {
    /// Without the label: a person may have typed anything there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenState").field("token", &self.token).finish_non_exhaustive()
    }
}

/// A known device of an account.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceState {
    /// Its number.
    pub device: u32,
    /// What the person knows it by.
    pub label: String,
    /// When it was added, in Unix milliseconds.
    pub added: u64,
    /// When somebody last proved himself on it.
    pub used: u64,
}

impl fmt::Debug for DeviceState {
    /// Without the label: a person may have typed anything there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceState").field("device", &self.device).finish_non_exhaustive()
    }
}

/// A ledger of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerState {
    /// Of what.
    pub authenticator: Authenticator,
    /// In which lane.
    pub lane: Lane,
    /// Failures since the last success.
    pub failures: u32,
    /// When the next guess is judged, if not now.
    pub opens: Option<u64>,
    /// Disabled, until an unlock.
    pub disabled: bool,
}

impl Verb for Describe<'_> {
    type Output = Description;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Description> {
        let account = String::from(self.account);
        Op::start(pinbolt, (now, entropy), None, |cx| async move { describe(cx, &account).await })
    }
}

async fn describe(mut cx: Cx, account: &str) -> Result<Description, Error> {
    let cx = &mut cx;
    let row = Row::account(cx, account).await?;
    let record = row.current(cx).ok_or(Refusal::UnknownAccount)?;
    let rules = cx.pinbolt.policy().ledger();
    // What the next guess would count.
    let count = |ledger: &Ledger| match ledger.authenticator {
        Authenticator::OTP => choose(&record, &row.name).count(),
        _ => 1,
    };
    let (now, (_, fresh)) = (record.seen, cx.pinbolt.policy().address_times());
    let own = record.addresses.iter().filter(|held| !held.has_left(now));
    let opens = |ledger: &Ledger| match ledger.gate(&rules, record.seen, count(ledger)) {
        Gate::Waiting(until) | Gate::Throttled(until) => Some(until),
        Gate::Open | Gate::Disabled => None,
    };
    let ledgers =
        record.ledgers.iter().filter(|ledger| ledger.count > 0 || opens(ledger).is_some());
    Ok(Description {
        enrolled: record.created,
        blocked: record.state == State::Blocked,
        inactive: record.inactive,
        pin_set: record.pin().map(|pin| pin.set_at),
        addresses: own.map(|held| address((now, fresh), held)).collect(),
        tied: record.identity.as_ref().and_then(|identity| identity.bound_at),
        tokens: record.tokens.iter().map(token).collect(),
        recovery_codes_left: record.recovery.as_ref().map(RecoverySet::left),
        devices: record.devices.iter().map(device).collect(),
        ledgers: ledgers
            .map(|ledger| LedgerState {
                authenticator: ledger.authenticator,
                lane: ledger.lane,
                failures: ledger.count,
                opens: opens(ledger),
                disabled: ledger.is_disabled(&rules, count(ledger)),
            })
            .collect(),
        events: record.events.clone(),
        account: record.id.clone(),
    })
}

fn address((now, fresh): (u64, u64), held: &HeldAddress) -> AddressState {
    AddressState {
        masked: masked(held),
        channel: held.channel,
        bound: held.bound_at,
        proven: held.proven_at.or(held.bound_at),
        stale: held.is_stale(now, fresh),
        from: held.waits(now),
        until: held.until,
        suspended: held.suspended,
    }
}

fn device(device: &Device) -> DeviceState {
    let Device { number, added, used, .. } = *device;
    DeviceState { device: number, label: device.label.clone(), added, used }
}

fn token(token: &Token) -> TokenState {
    let kind = match token.period {
        Some(_) if token.steam => TokenKind::Steam,
        None => TokenKind::Hotp { counter: token.next },
        Some(period) => TokenKind::Totp { period, start: token.start },
    };
    TokenState {
        token: token.number,
        label: token.label.clone(),
        kind,
        algorithm: token.algorithm,
        digits: token.digits,
        added: token.added,
        confirmed: token.confirmed,
        used: token.used,
        clock_ahead: token.offset.saturating_add(token.drift),
    }
}
