//! What an operator may see of an account.

use ::pinbolt::op::{AddressState, Description, LedgerState};

use crate::{
    event::{self, pinbolt_event},
    names::{authenticator_number, channel_number, lane_number},
    shelf::{Kept, List},
    text::pinbolt_text,
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
}

/// An address of an account.
#[repr(C)]
pub struct pinbolt_address {
    /// Enough to recognise it by.
    pub masked: pinbolt_text,
    /// When it was bound, in Unix milliseconds; meaningless without `bound`.
    pub bound_at: u64,
    /// How messages reach it: `PINBOLT_CHANNEL_...`.
    pub channel: u32,
    /// Whether it is bound; else it is a candidate.
    pub bound: bool,
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

/// A description with its lists.
pub(crate) struct Described {
    pub(crate) view: Kept<pinbolt_description>,
    _addresses: List<pinbolt_address>,
    _ledgers: List<pinbolt_ledger>,
    _events: List<pinbolt_event>,
}

impl Described {
    pub(crate) fn new(description: &Description) -> Self {
        let addresses: List<_> = description.addresses.iter().map(address).collect();
        let ledgers: List<_> = description.ledgers.iter().map(ledger).collect();
        let events: List<_> =
            description.events.iter().map(|event| event::kept(None, None, event)).collect();
        let view = Kept::new(|shelf| pinbolt_description {
            account: shelf.text(&description.account),
            enrolled: description.enrolled,
            pin_set: description.pin_set.unwrap_or_default(),
            addresses: addresses.as_ptr(),
            address_count: addresses.len(),
            ledgers: ledgers.as_ptr(),
            ledger_count: ledgers.len(),
            events: events.as_ptr(),
            event_count: events.len(),
            blocked: description.blocked,
            has_pin: description.pin_set.is_some(),
        });
        Self { view, _addresses: addresses, _ledgers: ledgers, _events: events }
    }
}

fn address(state: &AddressState) -> Kept<pinbolt_address> {
    Kept::new(|shelf| pinbolt_address {
        masked: shelf.text(&state.masked),
        bound_at: state.bound.unwrap_or_default(),
        channel: channel_number(state.channel),
        bound: state.bound.is_some(),
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
