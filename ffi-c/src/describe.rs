//! What an operator may see of an account, and which accounts there are of an address or a document.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use ::pinbolt::op::{AddressState, Description, DeviceState, LedgerState, TokenKind, TokenState};

use crate::{
    end::{Grant, other},
    event::{self, pinbolt_event},
    guard::{clear, entry, get},
    names::{algorithm_number, authenticator_number, lane_number},
    op::pinbolt_op,
    shelf::{Kept, List},
    status::pinbolt_status,
    text::pinbolt_text,
    verbs::tokens::{PINBOLT_TOKEN_KIND_HOTP, PINBOLT_TOKEN_KIND_STEAM, PINBOLT_TOKEN_KIND_TOTP},
};

/// An account, for an operator. Read it only through the pointer that the library gives: later
/// versions may append fields.
#[repr(C)]
pub struct pinbolt_description {
    /// Its id.
    pub account: pinbolt_text,
    /// When it was enrolled, in Unix milliseconds.
    pub enrolled: u64,
    /// When its PIN was set, in Unix milliseconds; meaningless without `has_pin`.
    pub pin_set: u64,
    /// Its addresses: `address_count` pointers.
    pub addresses: *const *const pinbolt_address,
    /// How many.
    pub address_count: usize,
    /// Its tokens, candidates included: `token_count` pointers.
    pub tokens: *const *const pinbolt_token,
    /// How many.
    pub token_count: usize,
    /// How many recovery codes are left; meaningless without `has_recovery_codes`.
    pub recovery_codes_left: usize,
    /// Its ledgers that have counted something: `ledger_count` pointers.
    pub ledgers: *const *const pinbolt_ledger,
    /// How many.
    pub ledger_count: usize,
    /// The last 16 events, oldest first: `event_count` pointers. Their `account` and `source` are
    /// absent.
    pub events: *const *const pinbolt_event,
    /// How many.
    pub event_count: usize,
    /// Whether an operator blocked it.
    pub blocked: bool,
    /// Whether it has a PIN.
    pub has_pin: bool,
    /// Whether it has a set of recovery codes.
    pub has_recovery_codes: bool,
    /// The devices that it knows: `device_count` pointers.
    pub devices: *const *const pinbolt_device,
    /// How many.
    pub device_count: usize,
    /// When it was tied to a civil document, in Unix milliseconds; 0 where it isn't.
    pub tied_at: u64,
    /// Whether it is still to be activated.
    pub inactive: bool,
}

/// An address of an account.
#[repr(C)]
pub struct pinbolt_address {
    /// Enough to recognise it by.
    pub masked: pinbolt_text,
    /// When it was bound, in Unix milliseconds; meaningless without `bound`.
    pub bound_at: u64,
    /// How messages reach it: `sms`, `email`, or the name of a channel of your own.
    pub channel: pinbolt_text,
    /// Whether it is bound; else it is a candidate.
    pub bound: bool,
    /// Whether no code was accepted there for so long (`address.fresh`) that a code alone proves
    /// nothing there.
    pub stale: bool,
    /// When a code was last accepted there, or an operator asserted it, in Unix milliseconds; 0 for
    /// never.
    pub proven_at: u64,
    /// From which Unix millisecond on it will be in force; 0 where it waits for nothing.
    pub from: u64,
    /// At which Unix millisecond another takes its place; 0 where none is to.
    pub until: u64,
    /// When an operator suspended it, in Unix milliseconds; 0 where it isn't.
    pub suspended_at: u64,
}

/// A token of an account.
#[repr(C)]
pub struct pinbolt_token {
    /// What the person knows it by.
    pub label: pinbolt_text,
    /// Of a HOTP the lowest counter whose code may be accepted; else 0.
    pub counter: u64,
    /// Of a TOTP the Unix second of step 0; else 0.
    pub start: u64,
    /// When it was added, in Unix milliseconds.
    pub added: u64,
    /// When it was confirmed, in Unix milliseconds; meaningless without `confirmed`.
    pub confirmed_at: u64,
    /// When a code of it was last accepted, in Unix milliseconds; meaningless without `used`.
    pub used_at: u64,
    /// Its number, by which the verbs name it.
    pub token: u32,
    /// `PINBOLT_TOKEN_KIND_...`, or 0 for a kind that this version doesn't know.
    pub kind: u32,
    /// `PINBOLT_ALGORITHM_...`.
    pub algorithm: u32,
    /// Digits of a code; of a Steam code its five letters.
    pub digits: u32,
    /// Of a TOTP the seconds of a step; else 0.
    pub period: u32,
    /// Steps by which its clock, if it has one, was ahead when last seen; negative: behind.
    pub clock_ahead: i32,
    /// Whether it is confirmed; else it is a candidate.
    pub confirmed: bool,
    /// Whether a code of it was ever accepted.
    pub used: bool,
}

/// A known device of an account.
#[repr(C)]
pub struct pinbolt_device {
    /// What the person knows it by.
    pub label: pinbolt_text,
    /// When it was added, in Unix milliseconds.
    pub added: u64,
    /// When somebody last proved himself on it, in Unix milliseconds.
    pub used: u64,
    /// Its number, by which `forget_device` names it.
    pub device: u32,
}

/// A ledger of an account.
#[repr(C)]
pub struct pinbolt_ledger {
    /// When the next guess is judged, in Unix milliseconds; 0 for now.
    pub opens: u64,
    /// Of what: `PINBOLT_AUTHENTICATOR_...`.
    pub authenticator: u32,
    /// In which lane: `PINBOLT_LANE_...`.
    pub lane: u32,
    /// Failures since the last success.
    pub failures: u32,
    /// Disabled, until an unlock.
    pub disabled: bool,
}

/// The ids of the accounts that `suspend_address` or `registrations` found, sorted: `*count` texts.
/// They belong to the operation. Else the operation's status, or `PINBOLT_WRONG_RESULT` for another
/// verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_accounts(
    op: *const pinbolt_op,
    accounts: *mut *const pinbolt_text,
    count: *mut usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (accounts, count) = unsafe { (clear(accounts, ptr::null()), clear(count, 0)) };
        let (accounts, count) = (accounts?, count?);
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| {
            let Grant::Accounts(found) = end.granted()? else { return Err(other()) };
            if !found.get().is_empty() {
                (*accounts, *count) = (found.get().as_ptr(), found.get().len());
            }
            Ok(())
        })
    })
}

/// A description with its lists.
pub(crate) struct Described {
    pub(crate) view: Kept<pinbolt_description>,
    _addresses: List<pinbolt_address>,
    _tokens: List<pinbolt_token>,
    _devices: List<pinbolt_device>,
    _ledgers: List<pinbolt_ledger>,
    _events: List<pinbolt_event>,
}

impl Described {
    pub(crate) fn new(description: &Description) -> Self {
        let addresses: List<_> = description.addresses.iter().map(address).collect();
        let tokens: List<_> = description.tokens.iter().map(token).collect();
        let devices: List<_> = description.devices.iter().map(device).collect();
        let ledgers: List<_> = description.ledgers.iter().map(ledger).collect();
        let events: List<_> =
            description.events.iter().map(|event| event::kept(None, None, event)).collect();
        let view = Kept::new(|shelf| pinbolt_description {
            account: shelf.text(&description.account),
            enrolled: description.enrolled,
            pin_set: description.pin_set.unwrap_or_default(),
            addresses: addresses.as_ptr(),
            address_count: addresses.len(),
            tokens: tokens.as_ptr(),
            token_count: tokens.len(),
            recovery_codes_left: description.recovery_codes_left.unwrap_or_default(),
            ledgers: ledgers.as_ptr(),
            ledger_count: ledgers.len(),
            events: events.as_ptr(),
            event_count: events.len(),
            blocked: description.blocked,
            has_pin: description.pin_set.is_some(),
            has_recovery_codes: description.recovery_codes_left.is_some(),
            devices: devices.as_ptr(),
            device_count: devices.len(),
            tied_at: description.tied.unwrap_or_default(),
            inactive: description.inactive,
        });
        Self {
            view,
            _addresses: addresses,
            _tokens: tokens,
            _devices: devices,
            _ledgers: ledgers,
            _events: events,
        }
    }
}

pub(crate) fn accounts(found: &[String]) -> Kept<Vec<pinbolt_text>> {
    Kept::new(|shelf| found.iter().map(|account| shelf.text(account)).collect())
}

fn address(state: &AddressState) -> Kept<pinbolt_address> {
    Kept::new(|shelf| pinbolt_address {
        masked: shelf.text(&state.masked),
        bound_at: state.bound.unwrap_or_default(),
        channel: shelf.text(state.channel.name()),
        bound: state.bound.is_some(),
        stale: state.stale,
        proven_at: state.proven.unwrap_or_default(),
        from: state.from.unwrap_or_default(),
        until: state.until.unwrap_or_default(),
        suspended_at: state.suspended.unwrap_or_default(),
    })
}

fn token(state: &TokenState) -> Kept<pinbolt_token> {
    let (kind, counter, period, start) = match state.kind {
        TokenKind::Hotp { counter } => (PINBOLT_TOKEN_KIND_HOTP, counter, 0, 0),
        TokenKind::Totp { period, start } => (PINBOLT_TOKEN_KIND_TOTP, 0, period, start),
        TokenKind::Steam => (PINBOLT_TOKEN_KIND_STEAM, 0, 0, 0),
        _ => (0, 0, 0, 0),
    };
    Kept::new(|shelf| pinbolt_token {
        label: shelf.text(&state.label),
        counter,
        start,
        added: state.added,
        confirmed_at: state.confirmed.unwrap_or_default(),
        used_at: state.used.unwrap_or_default(),
        token: state.token,
        kind,
        algorithm: algorithm_number(state.algorithm),
        digits: state.digits.into(),
        period,
        clock_ahead: state.clock_ahead,
        confirmed: state.confirmed.is_some(),
        used: state.used.is_some(),
    })
}

fn device(state: &DeviceState) -> Kept<pinbolt_device> {
    Kept::new(|shelf| pinbolt_device {
        label: shelf.text(&state.label),
        added: state.added,
        used: state.used,
        device: state.device,
    })
}

fn ledger(state: &LedgerState) -> Kept<pinbolt_ledger> {
    Kept::new(|_| pinbolt_ledger {
        opens: state.opens.unwrap_or_default(),
        authenticator: authenticator_number(state.authenticator),
        lane: lane_number(state.lane),
        failures: state.failures,
        disabled: state.disabled,
    })
}
