//! A store that fails on demand.

mod plan;

use std::sync::{Mutex, MutexGuard, PoisonError};

use self::plan::{Delayed, Kind, State};
use crate::{
    driver::{Store, StoreError, Swapped},
    row::{RowName, Snapshot, Write},
};

/// What a [`FaultStore`] does to one call. All of them are legal in a store that keeps its
/// promises, so the engine must bear every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A swap answers `Conflict` and writes nothing, as if a rival had won and been undone: the
    /// row still stands at the expected version. A true store answers so after a false alarm.
    Conflict,
    /// A swap answers `Failed` and writes nothing.
    Fail,
    /// A swap is carried out, and answers `InDoubt`.
    LoseAnswer,
    /// A swap writes nothing, and answers `InDoubt`.
    LoseWrite,
    /// A swap answers `InDoubt`, and is tried just before the n-th later call (1: the next one),
    /// or at [`FaultStore::release_delayed`] if that is sooner. It applies only if the version
    /// that it expects still stands. 0 waits for the release alone.
    Delay(u32),
    /// Any call: nothing is done, the answer is `InDoubt` or an error, and every later call fails
    /// until [`FaultStore::revive`].
    CrashBefore,
    /// Any call: a swap is carried out, the answer is `InDoubt` or an error, and every later call
    /// fails until [`FaultStore::revive`].
    CrashAfter,
    /// A load answers an error.
    FailLoad,
    /// A load answers the state before the last n writes, as far as this store saw them: the
    /// oldest of the last eight states, or the one that stands.
    StaleLoad(u8),
}

/// Any store, with faults by script ([`FaultStore::next`], [`FaultStore::at`]) or by seed.
///
/// Without a fault it passes every call on, and takes no lock around it.
#[derive(Debug)]
pub struct FaultStore<S> {
    inner: S,
    state: Mutex<State>,
}

impl<S: Store> FaultStore<S> {
    /// `inner` without faults, until some are scripted.
    pub fn new(inner: S) -> Self {
        Self { inner, state: Mutex::default() }
    }

    /// `inner` with a random fault in about `per_mille` of 1,000 calls: any but a crash. The same
    /// seed and the same calls give the same faults. Scripted faults come first.
    pub fn seeded(inner: S, seed: u64, per_mille: u16) -> Self {
        Self { inner, state: Mutex::new(State::seeded(seed, per_mille)) }
    }

    /// The fault hits the next call that it fits and that no other fault is meant for.
    pub fn next(&self, fault: Fault) {
        self.lock().plan_next(fault);
    }

    /// The fault hits the n-th call from now (0: the next), counting only calls that it fits:
    /// swaps, loads, or for a crash both. It replaces another that was meant for that call.
    pub fn at(&self, n: u64, fault: Fault) {
        self.lock().plan_at(n, fault);
    }

    /// Ends a crash. Delayed writes are still under way.
    pub fn revive(&self) {
        self.lock().crash(false);
    }

    /// Tries every delayed write now, oldest first, even while crashed, and gives the number that
    /// applied.
    pub fn release_delayed(&self) -> usize {
        let delayed = self.lock().take_delayed();
        let applied = |one: &&Delayed| matches!(self.apply(&one.write), Swapped::Applied);
        delayed.iter().filter(applied).count()
    }

    /// How many calls came, those that failed after a crash left out.
    pub fn calls(&self) -> u64 {
        self.lock().count(Kind::Any)
    }

    /// How many faults hit a call, so that a test can tell that there were any.
    pub fn injected(&self) -> u64 {
        self.lock().injected()
    }

    /// The store inside.
    pub const fn inner(&self) -> &S {
        &self.inner
    }

    /// Counts the call, lets overdue writes in, and gives the fault that is meant for it.
    fn enter(&self, kind: Kind) -> Result<Option<Fault>, StoreError> {
        let (fault, overdue) = self.lock().enter(kind)?;
        for delayed in overdue {
            // A late write has nobody left to hear its answer.
            let _lost = self.apply(&delayed.write);
        }
        Ok(fault)
    }

    fn apply(&self, write: &Write) -> Swapped {
        let answer = self.inner.swap(write);
        if matches!(answer, Swapped::Applied) {
            self.lock().saw_write(write);
        }
        answer
    }

    fn crash(&self) -> StoreError {
        self.lock().crash(true);
        StoreError::new("injected: crash")
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Store> Store for FaultStore<S> {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        match self.enter(Kind::Load)? {
            Some(Fault::FailLoad) => Err(StoreError::new("injected: load failed")),
            Some(Fault::CrashBefore | Fault::CrashAfter) => Err(self.crash()),
            Some(Fault::StaleLoad(writes)) => {
                let standing = self.inner.load(row)?;
                Ok(self.lock().saw_state(row, standing, usize::from(writes)))
            }
            _ => {
                let standing = self.inner.load(row)?;
                Ok(self.lock().saw_state(row, standing, 0))
            }
        }
    }

    fn swap(&self, write: &Write) -> Swapped {
        let in_doubt = |what: &str| Swapped::InDoubt(StoreError::new(what));
        match self.enter(Kind::Swap) {
            Err(crashed) => Swapped::Failed(crashed),
            Ok(Some(Fault::Conflict)) => Swapped::Conflict,
            Ok(Some(Fault::Fail)) => Swapped::Failed(StoreError::new("injected: write failed")),
            Ok(Some(Fault::LoseAnswer)) => {
                let _lost = self.apply(write);
                in_doubt("injected: answer lost")
            }
            Ok(Some(Fault::LoseWrite)) => in_doubt("injected: write lost"),
            Ok(Some(Fault::Delay(calls))) => {
                self.lock().delay(write, calls);
                in_doubt("injected: write delayed")
            }
            Ok(Some(Fault::CrashBefore)) => Swapped::InDoubt(self.crash()),
            Ok(Some(Fault::CrashAfter)) => {
                let _lost = self.apply(write);
                Swapped::InDoubt(self.crash())
            }
            Ok(None | Some(Fault::FailLoad | Fault::StaleLoad(_))) => self.apply(write),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::{vec, vec::Vec};

    use super::*;
    use crate::{row::Version, testkit::MemoryStore};

    fn version(byte: u8) -> Version {
        Version::from_bytes([byte; 16])
    }

    fn write(expected: Option<u8>, next: u8) -> Write {
        Write {
            row: row(),
            expected: expected.map(version),
            version: version(next),
            body: Some(vec![next]),
            keep_until: 0,
        }
    }

    fn row() -> RowName {
        RowName::new("a").unwrap()
    }

    fn standing(store: &FaultStore<MemoryStore>) -> Option<u8> {
        store.inner().load(&row()).unwrap().map(|snapshot| snapshot.body.iter().sum())
    }

    fn loaded(store: &FaultStore<MemoryStore>) -> Option<u8> {
        store.load(&row()).expect("no fault is due").map(|snapshot| snapshot.body.iter().sum())
    }

    fn with_row() -> FaultStore<MemoryStore> {
        let store = FaultStore::new(MemoryStore::new());
        assert!(matches!(store.swap(&write(None, 1)), Swapped::Applied));
        store
    }

    #[test]
    fn conflict_fail_and_a_lost_write_write_nothing() {
        let store = with_row();
        for fault in [Fault::Conflict, Fault::Fail, Fault::LoseWrite] {
            store.next(fault);
        }
        assert!(matches!(store.swap(&write(Some(1), 2)), Swapped::Conflict));
        assert!(matches!(store.swap(&write(Some(1), 2)), Swapped::Failed(_)));
        assert!(matches!(store.swap(&write(Some(1), 2)), Swapped::InDoubt(_)));
        assert_eq!(standing(&store), Some(1));
        assert_eq!(store.injected(), 3);
        assert!(matches!(store.swap(&write(Some(1), 2)), Swapped::Applied));
    }

    #[test]
    fn a_lost_answer_leaves_the_write() {
        let store = with_row();
        store.next(Fault::LoseAnswer);
        assert!(matches!(store.swap(&write(Some(1), 2)), Swapped::InDoubt(_)));
        assert_eq!(standing(&store), Some(2));
    }

    #[test]
    fn a_crash_holds_until_revived_and_hits_loads_too() {
        for (fault, left) in [(Fault::CrashBefore, 1), (Fault::CrashAfter, 2)] {
            let store = with_row();
            store.next(fault);
            assert!(matches!(store.swap(&write(Some(1), 2)), Swapped::InDoubt(_)));
            assert!(matches!(store.swap(&write(Some(left), 3)), Swapped::Failed(_)));
            assert!(store.load(&row()).is_err());
            assert_eq!(standing(&store), Some(left));
            store.revive();
            assert_eq!(loaded(&store), Some(left));
            store.next(fault);
            assert!(store.load(&row()).is_err());
            assert!(store.load(&row()).is_err());
        }
    }

    #[test]
    fn a_fault_waits_while_a_crash_takes_its_call() {
        let store = with_row();
        store.next(Fault::Fail);
        store.next(Fault::CrashAfter);
        assert!(matches!(store.swap(&write(Some(1), 2)), Swapped::InDoubt(_)));
        store.revive();
        assert!(matches!(store.swap(&write(Some(2), 3)), Swapped::Failed(_)));
        assert!(matches!(store.swap(&write(Some(2), 3)), Swapped::Applied));
        assert_eq!(store.injected(), 2);
    }

    #[test]
    fn a_delayed_write_lands_at_its_call_if_its_version_stands() {
        let store = with_row();
        store.next(Fault::Delay(2));
        assert!(matches!(store.swap(&write(Some(1), 2)), Swapped::InDoubt(_)));
        assert_eq!(loaded(&store), Some(1));
        assert_eq!(loaded(&store), Some(2));

        store.next(Fault::Delay(1));
        store.next(Fault::Delay(0));
        assert!(matches!(store.swap(&write(Some(2), 3)), Swapped::InDoubt(_)));
        assert!(matches!(store.swap(&write(Some(3), 4)), Swapped::InDoubt(_)));
        assert!(matches!(store.swap(&write(Some(3), 5)), Swapped::Applied));
        assert_eq!(store.release_delayed(), 0);
        assert_eq!(standing(&store), Some(5));
    }

    #[test]
    fn a_delayed_write_lands_after_a_crash() {
        let store = with_row();
        store.next(Fault::Delay(0));
        store.at(1, Fault::CrashBefore);
        assert!(matches!(store.swap(&write(Some(1), 2)), Swapped::InDoubt(_)));
        assert!(store.load(&row()).is_err());
        assert_eq!(store.release_delayed(), 1);
        assert_eq!(store.release_delayed(), 0);
        assert_eq!(standing(&store), Some(2));
    }

    #[test]
    fn a_stale_load_goes_back_by_writes_and_no_further_than_it_saw() {
        let store = with_row();
        for next in 2..=12 {
            assert!(matches!(store.swap(&write(Some(next - 1), next)), Swapped::Applied));
        }
        store.next(Fault::StaleLoad(1));
        store.next(Fault::StaleLoad(3));
        store.next(Fault::StaleLoad(200));
        assert_eq!([loaded(&store), loaded(&store), loaded(&store)], [Some(11), Some(9), Some(5)]);
        assert_eq!(loaded(&store), Some(12));
    }

    #[test]
    fn a_stale_load_knows_that_there_was_no_row_and_what_others_wrote() {
        let store = with_row();
        store.next(Fault::StaleLoad(1));
        assert_eq!(loaded(&store), None);
        assert!(matches!(store.inner().swap(&write(Some(1), 2)), Swapped::Applied));
        store.next(Fault::StaleLoad(1));
        assert_eq!(loaded(&store), Some(1));
        store.next(Fault::FailLoad);
        assert!(store.load(&row()).is_err());
    }

    #[test]
    fn at_counts_only_the_calls_that_the_fault_fits() {
        let store = with_row();
        store.at(1, Fault::Fail);
        store.at(1, Fault::FailLoad);
        store.at(4, Fault::CrashBefore);
        assert_eq!(loaded(&store), Some(1));
        assert!(store.load(&row()).is_err());
        assert!(matches!(store.swap(&write(Some(1), 2)), Swapped::Applied));
        assert!(matches!(store.swap(&write(Some(2), 3)), Swapped::Failed(_)));
        assert!(store.load(&row()).is_err());
        assert!(store.load(&row()).is_err());
        assert_eq!((store.calls(), store.injected()), (6, 3));
    }

    #[test]
    fn the_same_seed_gives_the_same_faults_in_the_rate_asked_for() {
        let run = |seed, per_mille| {
            let store = FaultStore::seeded(MemoryStore::new(), seed, per_mille);
            let answers: Vec<_> = (0..1_000_u32)
                .map(|_| match (store.load(&row()), store.swap(&write(None, 1))) {
                    (Err(_), _) => 'l',
                    (_, Swapped::Applied) => 'a',
                    (_, Swapped::Conflict) => 'c',
                    (_, Swapped::InDoubt(_)) => 'd',
                    (_, Swapped::Failed(_)) => 'f',
                })
                .collect();
            (answers, store.injected())
        };
        assert_eq!(run(7, 100), run(7, 100));
        assert_ne!(run(7, 100).0, run(8, 100).0);
        assert!((100..=300).contains(&run(7, 100).1));
        assert_eq!((run(7, 0).1, run(7, 1_000).1), (0, 2_000));
    }
}
