//! Which fault hits which call, and what a fault needs to remember.

use alloc::{collections::VecDeque, vec::Vec};
use std::collections::HashMap;

use super::Fault;
use crate::{
    driver::StoreError,
    row::{RowName, Snapshot, Write},
    testkit::random::SplitMix64,
};

/// Which calls a fault fits; each kind is counted by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Load,
    Swap,
    Any,
}

impl Kind {
    const fn hit_by(fault: Fault) -> Self {
        match fault {
            Fault::FailLoad | Fault::StaleLoad(_) => Self::Load,
            Fault::CrashBefore | Fault::CrashAfter => Self::Any,
            Fault::Conflict
            | Fault::Fail
            | Fault::LoseAnswer
            | Fault::LoseWrite
            | Fault::Delay(_) => Self::Swap,
        }
    }
}

#[derive(Debug)]
pub(super) struct Delayed {
    pub(super) write: Write,
    due: u64,
}

#[derive(Debug, Default)]
pub(super) struct State {
    plan: HashMap<(Kind, u64), Fault>,
    random: Option<(SplitMix64, u16)>,
    counts: HashMap<Kind, u64>,
    crashed: bool,
    delayed: Vec<Delayed>,
    history: HashMap<RowName, VecDeque<Option<Snapshot>>>,
    injected: u64,
}

impl State {
    pub(super) fn seeded(seed: u64, per_mille: u16) -> Self {
        Self { random: Some((SplitMix64::new(seed), per_mille)), ..Self::default() }
    }

    pub(super) fn plan_next(&mut self, fault: Fault) {
        let kind = Kind::hit_by(fault);
        let mut due = self.count(kind);
        while self.plan.contains_key(&(kind, due)) {
            due = due.saturating_add(1);
        }
        self.plan.insert((kind, due), fault);
    }

    pub(super) fn plan_at(&mut self, n: u64, fault: Fault) {
        let kind = Kind::hit_by(fault);
        let due = self.count(kind).saturating_add(n);
        self.plan.insert((kind, due), fault);
    }

    pub(super) const fn crash(&mut self, crashed: bool) {
        self.crashed = crashed;
    }

    pub(super) fn take_delayed(&mut self) -> Vec<Delayed> {
        core::mem::take(&mut self.delayed)
    }

    pub(super) const fn injected(&self) -> u64 {
        self.injected
    }

    pub(super) fn count(&self, kind: Kind) -> u64 {
        self.counts.get(&kind).copied().unwrap_or(0)
    }

    pub(super) fn enter(
        &mut self,
        kind: Kind,
    ) -> Result<(Option<Fault>, Vec<Delayed>), StoreError> {
        if self.crashed {
            return Err(StoreError::new("injected: crashed"));
        }
        let of_kind = self.due_now(kind);
        let crash = self.due_now(Kind::Any);
        // A crash leaves no room for the other, which then waits for the next call.
        if let (Some(waits), Some(_)) = (of_kind, crash) {
            self.plan_next(waits);
        }
        let fault = crash.or(of_kind).or_else(|| self.draw(kind));
        self.injected = self.injected.saturating_add(u64::from(fault.is_some()));
        let calls = self.count(Kind::Any);
        Ok((fault, self.delayed.extract_if(.., |one| one.due <= calls).collect()))
    }

    /// Counts a call, and takes the fault that is planned for it.
    fn due_now(&mut self, kind: Kind) -> Option<Fault> {
        let call = self.count(kind);
        self.counts.insert(kind, call.saturating_add(1));
        self.plan.remove(&(kind, call))
    }

    fn draw(&mut self, kind: Kind) -> Option<Fault> {
        let (random, per_mille) = self.random.as_mut()?;
        if random.below(1_000) >= u64::from(*per_mille) {
            return None;
        }
        Some(match (kind, random.below(5)) {
            (Kind::Load, 0 | 1) => Fault::FailLoad,
            (Kind::Load, 2) => Fault::StaleLoad(1),
            (Kind::Load, _) => Fault::StaleLoad(3),
            (_, 0) => Fault::Conflict,
            (_, 1) => Fault::Fail,
            (_, 2) => Fault::LoseAnswer,
            (_, 3) => Fault::LoseWrite,
            (_, _) => Fault::Delay(if random.below(2) == 0 { 1 } else { 4 }),
        })
    }

    pub(super) fn delay(&mut self, write: &Write, calls: u32) {
        let wait = if calls == 0 { u64::MAX } else { u64::from(calls) };
        let due = self.count(Kind::Any).saturating_add(wait);
        self.delayed.push(Delayed { write: write.clone(), due });
    }

    pub(super) fn saw_write(&mut self, write: &Write) {
        let seen = self.history.entry(write.row.clone()).or_default();
        if seen.is_empty() && write.expected.is_none() {
            seen.push_back(None);
        }
        let body = write.body.clone();
        seen.push_back(body.map(|body| Snapshot { version: write.version, body }));
        seen.drain(..seen.len().saturating_sub(HISTORY));
    }

    /// Notes a state that another connection may have written, and gives the one this many
    /// states before the newest.
    pub(super) fn saw_state(
        &mut self,
        row: &RowName,
        standing: Option<Snapshot>,
        behind: usize,
    ) -> Option<Snapshot> {
        let seen = self.history.entry(row.clone()).or_default();
        if !seen.contains(&standing) {
            seen.push_back(standing.clone());
            seen.drain(..seen.len().saturating_sub(HISTORY));
        }
        if behind == 0 {
            return standing;
        }
        let index = seen.len().saturating_sub(1).saturating_sub(behind);
        seen.get(index).cloned().unwrap_or(standing)
    }
}

/// The states of a row that a stale load can go back to.
const HISTORY: usize = 8;
