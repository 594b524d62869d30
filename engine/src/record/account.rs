//! The account record: everything that is decided about one account.

use alloc::{string::String, vec::Vec};
use core::fmt;
use minicbor::{Decode, Encode};

use super::{
    challenge::{Challenge, Series},
    device::Device,
    held::Held,
    identity::Identity,
    imports::Imports,
    recovery::RecoverySet,
    token::Token,
};
use crate::{
    audit::Event,
    code::Reference,
    guard::{Authenticator, Lane, Ledger, Rules},
    outcome::Rests,
    pin::Cost,
    row::Version,
};

/// How many write ids a record keeps, to resolve a lost answer.
const KEPT_WRITES: usize = 8;
/// How many events a record keeps for `describe`.
const KEPT_EVENTS: usize = 16;
/// A clock that far behind, in milliseconds, reads as the last time seen.
const TOLERANCE: u64 = 120_000;

/// Whether the account may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum State {
    #[n(0)]
    Active,
    #[n(1)]
    Blocked,
    /// A tombstone.
    #[n(2)]
    Cancelled,
}

/// A PIN's hash and everything needed to check it.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct PinRecord {
    #[n(0)]
    pub(crate) authenticator: Authenticator,
    /// Argon2id's output.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) hash: [u8; 32],
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) salt: [u8; 16],
    #[n(3)]
    pub(crate) cost: Cost,
    /// The key id whose pepper went in.
    #[n(4)]
    pub(crate) pepper: u32,
    /// Random; another one for each PIN that was set.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) generation: [u8; 16],
    #[n(6)]
    pub(crate) set_at: u64,
    /// The rule under which it was set.
    #[n(7)]
    pub(crate) min_digits: u8,
}

impl fmt::Debug for PinRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinRecord(..)")
    }
}

/// The ids of the writes that made this record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Trail {
    /// How many there were.
    #[n(0)]
    total: u64,
    /// The newest eight, oldest first.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    ids: Vec<u8>,
}

impl Trail {
    pub(crate) fn push(&mut self, id: Version) {
        self.total = self.total.saturating_add(1);
        self.ids.extend_from_slice(id.as_bytes());
        let over = self.ids.len().saturating_sub(KEPT_WRITES.saturating_mul(16));
        self.ids.drain(..over);
    }

    /// Whether `id` is among the kept ones.
    pub(crate) fn has(&self, id: Version) -> bool {
        self.ids.chunks_exact(16).any(|kept| kept == id.as_bytes())
    }

    /// Whether the record's creating write is still among the kept ones.
    pub(crate) fn reaches_creation(&self) -> bool {
        self.total <= KEPT_WRITES as u64
    }
}

/// One account. Also a decoy, which is an account that nobody can pass.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Account {
    #[n(0)]
    pub(crate) id: String,
    #[n(1)]
    pub(crate) state: State,
    #[n(2)]
    pub(crate) decoy: bool,
    #[n(3)]
    pub(crate) created: u64,
    /// The latest time that a write of it has seen.
    #[n(4)]
    pub(crate) seen: u64,
    #[n(5)]
    pub(crate) trail: Trail,
    #[n(6)]
    pub(crate) pins: Vec<PinRecord>,
    #[n(7)]
    pub(crate) ledgers: Vec<Ledger>,
    #[n(8)]
    pub(crate) addresses: Vec<Held>,
    #[n(9)]
    pub(crate) series: Vec<Series>,
    #[n(10)]
    pub(crate) events: Vec<Event>,
    /// When operators refilled a throttle, Unix milliseconds.
    #[n(11)]
    pub(crate) refills: Vec<u64>,
    /// How often its clock was set back, or it was blocked or cancelled: proofs from before are void.
    #[n(12)]
    pub(crate) set_backs: u32,
    #[n(13)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub(crate) tokens: Vec<Token>,
    /// Tokens added so far: the last one's number.
    #[n(14)]
    #[cbor(default)]
    pub(crate) tokens_added: u32,
    #[n(15)]
    pub(crate) recovery: Option<RecoverySet>,
    #[n(16)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub(crate) devices: Vec<Device>,
    /// Not activated yet: nothing of it passes but its activation.
    #[n(18)]
    #[cbor(default, skip_if = "is_active")]
    pub(crate) inactive: bool,
    /// Devices added so far: the last one's number.
    #[n(19)]
    #[cbor(default, skip_if = "is_none")]
    pub(crate) devices_added: u32,
    #[n(17)]
    pub(crate) identity: Option<Identity>,
    /// What was imported, once something was; it outlives the account under its id.
    #[n(20)]
    pub(crate) imports: Option<Imports>,
}

/// Whether a count is as in a record that lacks it.
const fn is_none(count: &u32) -> bool {
    *count == 0
}

const fn is_active(inactive: &bool) -> bool {
    !*inactive
}

impl Account {
    /// The most tokens, candidates included.
    pub(crate) const MAX_TOKENS: u32 = 8;
    /// The most known devices.
    pub(crate) const MAX_DEVICES: usize = 16;

    pub(crate) fn new(id: &str, decoy: bool, now: u64) -> Self {
        Self {
            id: id.into(),
            state: State::Active,
            decoy,
            created: now,
            seen: now,
            trail: Trail::default(),
            pins: Vec::new(),
            ledgers: Vec::new(),
            addresses: Vec::new(),
            series: Vec::new(),
            events: Vec::new(),
            refills: Vec::new(),
            set_backs: 0,
            tokens: Vec::new(),
            tokens_added: 0,
            recovery: None,
            devices: Vec::new(),
            devices_added: 0,
            identity: None,
            inactive: false,
            imports: None,
        }
    }

    /// Moves the record's clock to `now` and gives the time to judge by. A clock further behind
    /// than the tolerance ends all challenges and intents; waits that began in what is now the
    /// future begin now.
    pub(crate) fn see(&mut self, rules: &Rules, now: u64) -> (u64, bool) {
        let behind = self.seen.saturating_sub(now);
        if behind <= TOLERANCE {
            self.seen = self.seen.max(now);
            return (self.seen, false);
        }
        for ledger in &mut self.ledgers {
            ledger.set_back(rules, self.seen, now);
        }
        for series in &mut self.series {
            series.end(|_| true);
            series.sent_at = series.sent_at.min(now);
        }
        Held::set_back(&mut self.addresses, self.seen, now);
        if let Some(identity) = &mut self.identity {
            identity.intent_until = None;
        }
        for refill in &mut self.refills {
            *refill = (*refill).min(now);
        }
        for device in &mut self.devices {
            device.used = device.used.min(now);
        }
        self.seen = now;
        self.set_backs = self.set_backs.saturating_add(1);
        (now, true)
    }

    /// Whether it may act: neither blocked nor cancelled nor still to be activated.
    pub(crate) const fn acts(&self) -> bool {
        matches!(self.state, State::Active) && !self.inactive
    }

    pub(crate) fn pin(&self) -> Option<&PinRecord> {
        self.pins.iter().find(|pin| pin.authenticator == Authenticator::PIN)
    }

    /// What every proof of it rests on.
    pub(crate) fn rests(&self) -> Rests {
        let (set_backs, generation) = (self.set_backs, self.generation());
        Rests { set_backs, generation, ..Rests::default() }
    }

    pub(crate) fn generation(&self) -> Option<[u8; 16]> {
        self.pin().map(|pin| pin.generation)
    }

    /// The ledger of an authenticator in a lane, as it stands.
    pub(crate) fn ledger(&self, authenticator: Authenticator, lane: Lane) -> Ledger {
        let own = self.ledgers.iter().find(|l| l.authenticator == authenticator && l.lane == lane);
        own.cloned().unwrap_or_else(|| Ledger::new(authenticator, lane))
    }

    /// The same, to write into.
    pub(crate) fn ledger_mut(&mut self, authenticator: Authenticator, lane: Lane) -> &mut Ledger {
        let at =
            self.ledgers.iter().position(|l| l.authenticator == authenticator && l.lane == lane);
        let at = at.unwrap_or_else(|| {
            self.ledgers.push(Ledger::new(authenticator, lane));
            self.ledgers.len().saturating_sub(1)
        });
        #[allow(clippy::indexing_slicing, reason = "found, or pushed just now")]
        &mut self.ledgers[at]
    }

    /// The series of a purpose, one for each lane.
    pub(crate) fn all_series(&self, purpose: &str) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(move |series| series.purpose == purpose)
    }

    pub(crate) fn series(&self, purpose: &str, lane: Lane) -> Option<&Series> {
        self.all_series(purpose).find(|series| series.lane == lane)
    }

    /// The series that holds a challenge, to write into.
    pub(crate) fn series_of(
        &mut self,
        purpose: &str,
        challenge: &Challenge,
    ) -> Option<&mut Series> {
        let of = |c: &Challenge| c.number == challenge.number && c.salt == challenge.salt;
        let own = self.series.iter_mut().filter(|series| series.purpose == purpose);
        own.into_iter().find(|series| series.kept.iter().any(of))
    }

    /// The series of a purpose and lane, to write into; begun at `reference` where there is none.
    pub(crate) fn series_from(
        &mut self,
        (purpose, lane): (&str, Lane),
        reference: Reference,
    ) -> &mut Series {
        let own = |series: &Series| series.purpose == purpose && series.lane == lane;
        let at = self.series.iter().position(own);
        let at = at.unwrap_or_else(|| {
            self.series.push(Series::new(purpose, lane, reference));
            self.series.len().saturating_sub(1)
        });
        #[allow(clippy::indexing_slicing, reason = "found, or pushed just now")]
        &mut self.series[at]
    }

    /// The reference of the newest challenge that supersedes one: a newer one of the purpose in its
    /// own lane or a stronger one.
    pub(crate) fn newer(&self, purpose: &str, (lane, number): (Lane, u64)) -> Option<Reference> {
        let newer = |series: &&Series| series.lane >= lane && series.number > number;
        let newer = self.all_series(purpose).filter(newer);
        newer.max_by_key(|series| series.number).map(|series| series.reference)
    }

    /// Whether a challenge of a stronger lane lives: a weaker one is a phantom then, and is neither
    /// sent nor accepted beside it.
    pub(crate) fn outranked(&self, purpose: &str, lane: Lane, now: u64) -> bool {
        let stronger = self.all_series(purpose).filter(|series| series.lane > lane);
        stronger
            .flat_map(|series| &series.kept)
            .any(|open| open.uses.is_none() && open.is_live(now))
    }

    /// Ends every open challenge.
    pub(crate) fn end_challenges(&mut self) {
        for series in &mut self.series {
            series.end(|_| true);
        }
    }

    /// Ends every open challenge that rests on the address of this nonce.
    pub(crate) fn end_challenges_at(&mut self, held: &[u8; 16]) {
        for series in &mut self.series {
            series.end(|open| open.held == *held);
        }
    }

    /// Keeps an event among the newest sixteen.
    pub(crate) fn log(&mut self, event: Event) {
        self.events.push(event);
        let over = self.events.len().saturating_sub(KEPT_EVENTS);
        self.events.drain(..over);
    }
}
