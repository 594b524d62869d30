//! An address of an account, from candidate to replaced.

use alloc::{string::String, vec::Vec};
use core::fmt;
use minicbor::{Decode, Encode};

use crate::{channel::Channel, outcome::Source};

/// How long an address that left is told of changes, in milliseconds.
const MONTH: u64 = 30 * 86_400_000;

/// An address of the account.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Held {
    /// The delivery form.
    #[n(0)]
    pub(crate) address: String,
    /// Fresh for each candidate and each intent.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) nonce: [u8; 16],
    #[n(2)]
    pub(crate) source: Source,
    /// While a binding is under way: the Unix millisecond at which it lapses.
    #[n(3)]
    pub(crate) intent_until: Option<u64>,
    /// When it was bound.
    #[n(4)]
    pub(crate) bound_at: Option<u64>,
    /// The comparison key's keyed hash.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) key: [u8; 32],
    #[n(6)]
    pub(crate) channel: Channel,
    /// When a code was last accepted there, or an operator asserted it.
    #[n(7)]
    pub(crate) proven_at: Option<u64>,
    /// Bound, it is in force from then on; `None`: since it was bound.
    #[n(8)]
    pub(crate) from: Option<u64>,
    /// It was replaced or given up, and is in force before this.
    #[n(9)]
    pub(crate) until: Option<u64>,
    /// When an operator suspended it.
    #[n(10)]
    pub(crate) suspended: Option<u64>,
    /// The mailbox's keyed hash, where the policy gives a mailbox to one account.
    #[n(11)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) mailbox: Option<[u8; 32]>,
    /// It was named at enrolment, and waits for no other that was.
    #[n(12)]
    #[cbor(default)]
    pub(crate) enrolled: bool,
    /// The nonce of the address that it replaces.
    #[n(13)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) replaces: Option<[u8; 16]>,
    /// An operator asked for it in place of a suspended one: it waits for nothing.
    #[n(14)]
    #[cbor(default)]
    pub(crate) at_once: bool,
    /// When the person gave it up; it leaves `address.cooling` later.
    #[n(15)]
    pub(crate) given_up: Option<u64>,
}

impl Held {
    /// Bound, or under way to be: nobody else may take it.
    pub(crate) fn is_live(&self, now: u64) -> bool {
        self.is_bound(now) || self.intent_until.is_some_and(|until| now < until)
    }

    /// Bound, in force or not yet.
    pub(crate) fn is_bound(&self, now: u64) -> bool {
        self.bound_at.is_some() && !self.has_left(now)
    }

    /// Bound and not waiting: the account answers to it.
    pub(crate) fn names(&self, now: u64) -> bool {
        self.is_bound(now) && self.waits(now).is_none()
    }

    /// Messages reach the account by it.
    pub(crate) fn in_force(&self, now: u64) -> bool {
        self.names(now) && self.suspended.is_none()
    }

    /// From when a bound one will be in force.
    pub(crate) fn waits(&self, now: u64) -> Option<u64> {
        self.from.filter(|from| now < *from)
    }

    /// Replaced or given up. It only stays for the owner to be told of what follows.
    pub(crate) fn has_left(&self, now: u64) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Who holds it is told of changes, which wait for him: it is in force, or was so recently that
    /// whoever gave it up may have been another.
    pub(crate) fn is_told(&self, now: u64, cooling: u64) -> bool {
        self.suspended.is_none() && self.holds_up(now, cooling)
    }

    /// New addresses wait for it, told or suspended.
    pub(crate) fn holds_up(&self, now: u64, cooling: u64) -> bool {
        // Longer than a change waits, else whoever gave it up would sit that out, untold.
        let told = cooling.max(MONTH);
        let recent = self.until.is_some_and(|until| now.saturating_sub(until) < told);
        self.names(now) || (self.has_left(now) && recent)
    }

    /// No code was accepted there for so long that it may have another holder by now.
    pub(crate) fn is_stale(&self, now: u64, fresh: u64) -> bool {
        let proven = self.proven_at.or(self.bound_at);
        proven.is_some_and(|at| now.saturating_sub(at) >= fresh)
    }

    /// The keys that it claims: none where it can name nobody.
    pub(crate) fn claims(&self) -> impl Iterator<Item = [u8; 32]> {
        let named = self.channel.names().then_some(self.key);
        self.mailbox.into_iter().chain(named)
    }

    /// A clock was set back from `seen` to `now`. What is over stays over; what waits begins to wait
    /// anew.
    pub(crate) fn set_back(addresses: &mut [Self], seen: u64, now: u64) {
        let anew = |held: &Self| {
            let from = held.from.filter(|from| seen < *from)?;
            let span = from.saturating_sub(held.bound_at.unwrap_or(seen));
            Some((from, now.saturating_add(span)))
        };
        let anew: Vec<(u64, u64)> = addresses.iter().filter_map(anew).collect();
        let moved = |at: u64| match anew.iter().find(|(old, _)| *old == at) {
            Some((_, new)) => *new,
            None => at.min(now.saturating_add(at.saturating_sub(seen))),
        };
        for held in addresses {
            held.intent_until = None;
            if held.waits(seen).is_some() {
                held.bound_at = held.bound_at.map(|_| now);
            }
            held.from = held.from.map(moved);
            held.until = match (held.until.filter(|until| seen < *until), held.given_up) {
                (Some(until), Some(at)) => {
                    held.given_up = Some(now);
                    Some(now.saturating_add(until.saturating_sub(at)))
                }
                _ => held.until.map(moved),
            };
            // An age goes by the clock as it is, so that it is right again when the clock is.
            for at in [&mut held.bound_at, &mut held.proven_at, &mut held.suspended] {
                *at = at.map(|at| at.min(now));
            }
        }
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held(..)")
    }
}
