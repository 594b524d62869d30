//! An account's row in an operation's hands: loaded, judged, written, and judged again when the
//! write was lost. This is the compare-and-swap that every decision goes through.

use alloc::vec::Vec;

use super::cx::{Cx, Written};
use crate::{
    audit::{Event, EventKind},
    entropy::Entropy,
    error::{Error, Failure, Refusal},
    pinbolt::Pinbolt,
    record::{Account, Kind, State, Trail},
    row::{RowName, Version, Write},
};

/// Lost writes before an operation gives up: above every disabling cap.
const LOSSES: u32 = 256;
/// Loads that may be stale before a lost answer stays unresolved.
const LOADS: u32 = 8;
const DAY: u64 = 86_400_000;
const YEAR: u64 = 366 * DAY;
/// After so long a handle names nothing any more, and a decoy may forget.
pub(super) const MEMORY: u64 = 5 * DAY;

/// What a judge sees beside the record.
#[derive(Debug)]
pub(crate) struct Moment<'a> {
    /// Unix milliseconds, by the record's clock.
    pub(crate) now: u64,
    /// The same as answered, for the steps of tokens.
    pub(crate) real: u64,
    pub(crate) kind: Kind,
    pub(crate) row: &'a RowName,
    pub(crate) entropy: &'a mut Entropy,
    pub(crate) pinbolt: &'a Pinbolt,
    events: Vec<Event>,
}

impl Moment<'_> {
    /// Notes an event in the record and for the auditor.
    pub(crate) fn log(&mut self, record: &mut Account, event: Event) {
        record.log(event.clone());
        self.events.push(event);
    }
}

/// What a judge decided. What depends on a secret is always `Write` or `Refuse`, and comes out once
/// the record is written; a judge's own error writes nothing.
#[derive(Debug)]
pub(crate) enum Judged<X> {
    /// Writes, then gives the value.
    Write(X),
    /// Writes, then refuses.
    Refuse(Refusal),
    /// Gives the value and writes nothing.
    Keep(X),
}

/// An account's row.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: RowName,
    pub(crate) kind: Kind,
    version: Option<Version>,
    record: Option<Account>,
    /// `None`: to be loaded again before the next judgement.
    loaded_at: Option<u64>,
    /// What stands for a row that isn't there.
    absent: Option<Account>,
}

impl Row {
    /// The row of an account or decoy, loaded.
    pub(crate) async fn load(cx: &mut Cx, kind: Kind, name: RowName) -> Result<Self, Failure> {
        let mut row =
            Self { name, kind, version: None, record: None, loaded_at: None, absent: None };
        row.reload(cx).await?;
        Ok(row)
    }

    /// The row of an account that must be there.
    pub(crate) async fn account(cx: &mut Cx, id: &str) -> Result<Self, Error> {
        let name = cx.pinbolt.names().account(id)?;
        let row = Self::load(cx, Kind::Account, name).await?;
        match &row.record {
            Some(record) if record.state != State::Cancelled => Ok(row),
            _ => Err(Refusal::UnknownAccount.into()),
        }
    }

    /// Lets the row be created from `record`.
    pub(crate) fn or_create(self, record: Account) -> Self {
        Self { absent: Some(record), ..self }
    }

    pub(crate) const fn record(&self) -> Option<&Account> {
        self.record.as_ref()
    }

    /// The record to judge by, its clock moved to now.
    pub(crate) fn current(&self, cx: &Cx) -> Option<Account> {
        let mut record = at_hand(self.record.clone(), self.absent.as_ref(), cx)?;
        record.see(&cx.pinbolt.policy().ledger(), cx.now);
        Some(record)
    }

    /// Judges the record and writes what the judge made of it, until a write applies.
    ///
    /// # Errors
    /// The judge's own, which wrote nothing; [`Refusal::UnknownAccount`] where there is no record;
    /// the failures of the store; what was written to be refused.
    pub(crate) async fn write<X>(
        &mut self,
        cx: &mut Cx,
        mut judge: impl FnMut(&mut Account, &mut Moment<'_>) -> Result<Judged<X>, Error>,
    ) -> Result<X, Error> {
        for _ in 0..LOSSES {
            self.freshen(cx).await?;
            // Taken, not copied: whatever isn't written is loaded again.
            self.loaded_at = None;
            let record = at_hand(self.record.take(), self.absent.as_ref(), cx);
            let mut record = record.ok_or(Refusal::UnknownAccount)?;
            let (now, set_back) = record.see(&cx.pinbolt.policy().ledger(), cx.now);
            if set_back {
                self.write_clock(cx, record).await?;
                continue;
            }
            let (judged, events) = self.judge(cx, (&mut record, now), &mut judge);
            let verdict = match judged {
                Ok(Judged::Write(value)) => Ok(value),
                Ok(Judged::Refuse(refusal)) => Err(refusal.into()),
                Ok(Judged::Keep(value)) => return Ok(value),
                Err(error) => {
                    if let Error::Refused(refusal) = error {
                        cx.refused(&record.id, refusal);
                    }
                    return Err(error);
                }
            };
            let id = record.id.clone();
            if self.commit(cx, record).await? {
                events.into_iter().for_each(|event| cx.audit(&id, event));
                return verdict;
            }
        }
        Err(Failure::Contended.into())
    }

    fn judge<X>(
        &self,
        cx: &mut Cx,
        (record, now): (&mut Account, u64),
        judge: &mut impl FnMut(&mut Account, &mut Moment<'_>) -> Result<Judged<X>, Error>,
    ) -> (Result<Judged<X>, Error>, Vec<Event>) {
        let Cx { pinbolt, entropy, now: real, .. } = cx;
        let real = *real;
        let (kind, row, events) = (self.kind, &self.name, Vec::new());
        let mut moment = Moment { now, real, kind, row, entropy, pinbolt, events };
        (judge(record, &mut moment), moment.events)
    }

    /// A clock set back is written by itself: a refusal would leave it unwritten, and a wait that it
    /// begins anew would do so at each request.
    async fn write_clock(&mut self, cx: &mut Cx, mut record: Account) -> Result<(), Failure> {
        let event = Event::new(record.seen, EventKind::ClockSetBack);
        record.log(event.clone());
        let id = record.id.clone();
        if self.commit(cx, record).await? {
            cx.audit(&id, event);
        }
        Ok(())
    }

    /// A load that is too old to be written on is made again.
    async fn freshen(&mut self, cx: &mut Cx) -> Result<(), Failure> {
        let most = cx.pinbolt.policy().settings.commit_age.saturating_mul(1000);
        match self.loaded_at {
            Some(at) if cx.now.saturating_sub(at) <= most => Ok(()),
            _ => self.reload(cx).await,
        }
    }

    async fn reload(&mut self, cx: &mut Cx) -> Result<(), Failure> {
        let snapshot = cx.load(&self.name).await?;
        self.version = snapshot.as_ref().map(|snapshot| snapshot.version);
        let open = |snapshot| cx.open((self.kind, &self.name), snapshot);
        self.record = snapshot.as_ref().map(open).transpose()?;
        if self.kind == Kind::Decoy {
            let kept = self.record.take();
            self.record = Some(decoy(cx, &self.name, kept)?);
        }
        self.loaded_at = Some(cx.now);
        Ok(())
    }

    /// Writes the record over the loaded version; `false` where another write came first.
    async fn commit(&mut self, cx: &mut Cx, mut record: Account) -> Result<bool, Failure> {
        let version = cx.version();
        record.trail.push(version);
        let body = cx.seal((self.kind, &self.name, version), &record)?;
        let keep_until = match (record.decoy, record.state) {
            (true, _) => cx.now.saturating_add(decoy_memory(cx)),
            (false, State::Cancelled) => cx.now.saturating_add(tombstone_memory(&record)),
            (false, State::Active | State::Blocked) => u64::MAX,
        };
        let (row, expected) = (self.name.clone(), self.version);
        let write = Write { row, expected, version, body: Some(body), keep_until };
        // Whatever is not plainly applied is seen afresh.
        self.loaded_at = None;
        match cx.commit(write).await? {
            Written::Applied => {
                self.version = Some(version);
                self.record = Some(record);
                self.loaded_at = Some(cx.now);
                Ok(true)
            }
            Written::Lost => Ok(false),
            Written::InDoubt => self.resolve(cx, (expected, version)).await,
        }
    }

    /// Finds out from the record itself whether an in-doubt write stands. That it doesn't, and
    /// never will, is only concluded where another write came after what it expects. A record that
    /// doesn't tell is a stale load, or the write is still on its way.
    async fn resolve(
        &mut self,
        cx: &mut Cx,
        (expected, version): (Option<Version>, Version),
    ) -> Result<bool, Failure> {
        for _ in 0..LOADS {
            let loaded = self.reload(cx).await.is_ok();
            let Some(record) = self.record.as_ref().filter(|_| loaded) else { continue };
            if record.trail.has(version) {
                return Ok(true);
            }
            if self.version != expected && follows(&record.trail, expected) {
                return Ok(false);
            }
        }
        self.loaded_at = None;
        Err(Failure::Unresolved)
    }
}

/// Whether the trail shows that a write other than ours came after `expected`; ours isn't in it.
fn follows(trail: &Trail, expected: Option<Version>) -> bool {
    match expected {
        Some(expected) => trail.has(expected),
        None => trail.reaches_creation(),
    }
}

/// The loaded record, or what stands for an absent one.
fn at_hand(loaded: Option<Account>, absent: Option<&Account>, cx: &Cx) -> Option<Account> {
    // Of the present time, or its clock would seem set back.
    loaded.or_else(|| absent.map(|fresh| Account { seen: cx.now, ..fresh.clone() }))
}

/// A decoy as it was kept; past its days, or where there is none, its first record. The write ids go
/// on through all of them.
fn decoy(cx: &Cx, name: &RowName, kept: Option<Account>) -> Result<Account, Failure> {
    match kept {
        Some(kept) if cx.now.saturating_sub(kept.seen) <= decoy_memory(cx) => Ok(kept),
        kept => {
            let trail = kept.map(|kept| kept.trail).unwrap_or_default();
            Ok(Account { trail, ..cx.pinbolt.decoy(name, cx.now)? })
        }
    }
}

/// Of an account that came from another system a file still tells: for a year it isn't brought back.
fn tombstone_memory(record: &Account) -> u64 {
    match record.imports.as_ref().is_some_and(|imports| imports.ran) {
        true => YEAR,
        false => DAY,
    }
}

/// A decoy forgets when an account would show nothing any more, and not before five days.
fn decoy_memory(cx: &Cx) -> u64 {
    cx.pinbolt.ledger_memory().max(MEMORY)
}
