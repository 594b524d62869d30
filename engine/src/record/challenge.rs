//! Outstanding challenges of an account: for each purpose and lane a series of which only the newest
//! counts.

use alloc::{string::String, vec::Vec};
use minicbor::{Decode, Encode};

use crate::{channel::Channel, code::Reference, guard::Lane, policy::Uses};

/// How many challenges a series keeps: the newest and the three before it.
const KEPT: usize = 4;
/// A series starts over at a random reference after so many milliseconds without a challenge.
const QUIET: u64 = 5 * 86_400_000;

/// How far a challenge has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum Progress {
    #[n(0)]
    Open,
    #[n(1)]
    Consumed,
    /// Cancelled, or what it rests on has changed.
    #[n(2)]
    Ended,
}

/// One issued code, which itself is stored nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Challenge {
    #[n(0)]
    pub(crate) number: u64,
    #[n(1)]
    pub(crate) key_id: u32,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) salt: [u8; 16],
    #[n(3)]
    pub(crate) digits: u8,
    #[n(4)]
    pub(crate) channel: Channel,
    /// The address's keyed hash.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) to: [u8; 32],
    /// The nonce under which the account holds that address.
    #[n(6)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) held: [u8; 16],
    #[n(7)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) session: [u8; 32],
    #[n(8)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) context: [u8; 32],
    #[n(9)]
    pub(crate) issued: u64,
    #[n(10)]
    pub(crate) expires: u64,
    #[n(11)]
    pub(crate) tries_left: u8,
    /// Counts the messages of this challenge.
    #[n(12)]
    pub(crate) send: u32,
    #[n(13)]
    pub(crate) lane: Lane,
    /// The PIN generation on which it rests.
    #[n(14)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) generation: Option<[u8; 16]>,
    #[n(15)]
    pub(crate) progress: Progress,
    /// No code matches it and nothing is delivered.
    #[n(16)]
    pub(crate) phantom: bool,
    #[n(17)]
    pub(crate) reference: Reference,
    /// How often its code was renewed: each time another one.
    #[n(18)]
    #[cbor(default)]
    pub(crate) turn: u32,
    /// How often a ticket is good; `None` for a delivered code.
    #[n(19)]
    pub(crate) uses: Option<Uses>,
}

impl Challenge {
    /// It as it stood before its last three renewals.
    pub(crate) fn before_renewals(&self) -> impl Iterator<Item = Self> {
        let turns = self.turn.saturating_sub(3)..self.turn;
        turns.map(|turn| Self { turn, ..self.clone() })
    }

    /// Valid while issued <= now < expires.
    pub(crate) const fn is_live(&self, now: u64) -> bool {
        matches!(self.progress, Progress::Open) && self.issued <= now && now < self.expires
    }
}

/// The challenges of one purpose in one lane.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Series {
    #[n(0)]
    pub(crate) purpose: String,
    #[n(1)]
    pub(crate) lane: Lane,
    /// The newest number; it only rises, over all lanes of the purpose.
    #[n(2)]
    pub(crate) number: u64,
    #[n(3)]
    pub(crate) reference: Reference,
    /// Oldest first.
    #[n(4)]
    pub(crate) kept: Vec<Challenge>,
    /// Messages in this row of requests: it gives the cooldown's length.
    #[n(5)]
    pub(crate) sends: u32,
    /// The last message, Unix milliseconds.
    #[n(6)]
    pub(crate) sent_at: u64,
}

impl Series {
    /// A series without challenges that starts at `reference`.
    pub(crate) fn new(purpose: &str, lane: Lane, reference: Reference) -> Self {
        let (purpose, kept) = (purpose.into(), Vec::new());
        Self { purpose, lane, number: 0, reference, kept, sends: 0, sent_at: 0 }
    }

    pub(crate) fn newest(&self) -> Option<&Challenge> {
        self.kept.last()
    }

    /// The same challenge here, to write into.
    pub(crate) fn get(&mut self, same: &Challenge) -> Option<&mut Challenge> {
        self.kept.iter_mut().find(|c| c.number == same.number && c.salt == same.salt)
    }

    /// The reference of the next challenge; `random` where the series was long quiet.
    pub(crate) fn next(&self, now: u64, random: Reference) -> Reference {
        match self.newest() {
            Some(newest) if now.saturating_sub(newest.issued) <= QUIET => self.reference.next(),
            _ => random,
        }
    }

    /// Adds the newest challenge, which ends the older ones' turn.
    pub(crate) fn push(&mut self, challenge: Challenge) {
        self.number = challenge.number;
        self.reference = challenge.reference;
        self.kept.push(challenge);
        let over = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..over);
    }

    /// Ends every open challenge that `rests` tells.
    pub(crate) fn end(&mut self, rests: impl Fn(&Challenge) -> bool) {
        for challenge in &mut self.kept {
            if challenge.progress == Progress::Open && rests(challenge) {
                challenge.progress = Progress::Ended;
            }
        }
    }
}
