//! Storms over the writes of an operation: answers that are lost, writes that never land, or late.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use std::collections::HashMap;

use pinbolt::{
    Error, Failure, Policy,
    driver::Store,
    op::{Describe, Description, Verb},
    row::{RowName, Snapshot, Version, Write},
};

use crate::stepping::{Answered, Fair, Ground, Outcome, Weather};

/// What happens to one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storm {
    /// Applied; its answer is lost.
    AnswerLost,
    /// Not applied, in doubt.
    WriteLost,
    /// In doubt, then failed.
    ThenFailed,
    /// Applied; every answer is lost.
    AnswersLost,
    /// Never applied, every answer in doubt.
    NeverApplied,
    /// Every answer in doubt; it lands at the third load after them.
    Delayed,
    /// Every answer in doubt; it lands when the operation is over.
    DelayedFar,
    /// Applied, its answer lost; so many loads after that are stale.
    StaleLoads(u32),
    /// Surely not applied.
    Failed,
}

pub const STORMS: [Storm; 10] = [
    Storm::AnswerLost,
    Storm::WriteLost,
    Storm::ThenFailed,
    Storm::AnswersLost,
    Storm::NeverApplied,
    Storm::Delayed,
    Storm::DelayedFar,
    Storm::StaleLoads(7),
    Storm::StaleLoads(8),
    Storm::Failed,
];

/// The storm over the n-th write of an operation.
pub struct Sky {
    storm: Storm,
    at: usize,
    pub writes: Vec<Write>,
    pub hit: Option<(Write, Option<Snapshot>)>,
    sends: u32,
    loads: u32,
}

impl Sky {
    pub fn over(at: usize, storm: Storm) -> Self {
        Self { storm, at, writes: Vec::new(), hit: None, sends: 0, loads: 0 }
    }

    fn answer(&self, ground: &Ground, write: &Write) -> Answered {
        let first = self.sends == 1;
        match (self.storm, first) {
            (Storm::AnswerLost | Storm::StaleLoads(_), true) => {
                assert_eq!(ground.apply(write), Answered::Applied);
                Answered::InDoubt
            }
            (Storm::AnswersLost, _) => {
                ground.apply(write);
                Answered::InDoubt
            }
            (Storm::WriteLost | Storm::ThenFailed, true) => Answered::InDoubt,
            (Storm::ThenFailed, false) if self.sends == 2 => Answered::Failed,
            (Storm::NeverApplied | Storm::Delayed | Storm::DelayedFar, _) => Answered::InDoubt,
            (Storm::Failed, _) => Answered::Failed,
            (_, false) => ground.apply(write),
        }
    }
}

impl Weather for Sky {
    fn load(&mut self, ground: &Ground, row: &RowName) -> Option<Snapshot> {
        let Some((write, before)) = &self.hit else { return ground.store.load(row).unwrap() };
        if write.row == *row {
            self.loads += 1;
            match self.storm {
                Storm::StaleLoads(stale) if self.loads <= stale => return before.clone(),
                Storm::Delayed if self.loads == 3 => {
                    ground.apply(write);
                }
                _ => {}
            }
        }
        ground.store.load(row).unwrap()
    }

    fn commit(&mut self, ground: &Ground, write: &Write) -> Answered {
        if self.writes.last() != Some(write) {
            self.writes.push(write.clone());
        }
        if self.writes.len() == self.at + 1 {
            self.sends += 1;
            if self.sends == 1 {
                self.hit = Some((write.clone(), ground.store.load(&write.row).unwrap()));
            }
            return self.answer(ground, write);
        }
        ground.apply(write)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Granted,
    Refused(&'static str),
    Failed(Failure),
}

pub fn walk<V: Verb>(ground: &Ground, verb: V, sky: &mut dyn Weather) -> End {
    end(ground.walk(ground.start(verb), sky).0)
}

pub fn end<T>(outcome: Outcome<T>) -> End {
    match outcome {
        Ok(_) => End::Granted,
        Err(Error::Refused(no)) => End::Refused(no.name()),
        Err(Error::Failure(failure)) => End::Failed(failure),
        Err(error) => panic!("{error:?}"),
    }
}

/// One verb: what stands before it, and its call.
pub type Scene = (&'static str, fn(&Ground) -> String, fn(&Ground, &str, &mut dyn Weather) -> End);

fn described(ground: &Ground) -> Option<Description> {
    ground.run(Describe { account: "ana" }).ok()
}

/// How the fair run ends, every write of it in order, and what it leaves.
fn fair(scene: &Scene, policy: &Policy) -> (End, Vec<Write>, Option<Description>) {
    let ground = Ground::new(policy.clone());
    let handle = scene.1(&ground);
    let mut sky = Sky::over(usize::MAX - 1, Storm::Failed);
    let end = scene.2(&ground, &handle, &mut sky);
    assert!(!matches!(end, End::Failed(_)), "{}", scene.0);
    (end, sky.writes, described(&ground))
}

/// Every write of every scene in every storm; how many came through, and how many failed. What comes
/// through ends as in fair weather, and has done exactly the same.
pub fn in_every_storm(scenes: &[Scene], policy: &Policy) -> (u32, u32) {
    let (mut through, mut failed) = (0, 0);
    for scene in scenes {
        let (fair, writes, after) = fair(scene, policy);
        for (at, write) in writes.iter().enumerate() {
            for storm in STORMS {
                let what = format!("{}, write {at}, {storm:?}", scene.0);
                let ground = Ground::new(policy.clone());
                let handle = scene.1(&ground);
                let mut sky = Sky::over(at, storm);
                let end = scene.2(&ground, &handle, &mut sky);
                never_twice(&sky.writes, &what);
                let kind = write.row.as_str().chars().next().unwrap();
                let expected = match expected(storm, (kind, write)) {
                    End::Granted => fair.clone(),
                    other => other,
                };
                assert_eq!(end, expected, "{what}");
                if let (Storm::DelayedFar, Some((write, _))) = (storm, &sky.hit) {
                    ground.apply(write);
                }
                if let End::Failed(_) = end {
                    failed += 1;
                    let mail = ground.mail.borrow();
                    let codes = mail.iter().filter(|mail| !mail.code.is_empty()).count();
                    assert!(codes <= 1, "{what}: nothing delivered");
                    drop(mail);
                    again(&ground, (scene, &handle), &what);
                } else if end == fair {
                    through += 1;
                    assert_eq!(described(&ground), after, "{what}: done exactly once");
                }
            }
        }
    }
    (through, failed)
}

/// How an operation may end when the storm hit a write of this kind of row.
pub fn expected(storm: Storm, (kind, write): (char, &Write)) -> End {
    let (store, unresolved) = (End::Failed(Failure::Store), End::Failed(Failure::Unresolved));
    match (storm, kind) {
        // The registration has ended: a claim left behind is an orphan.
        (_, 'c') if write.body.is_none() => End::Granted,
        // Budgets gate no safety: they are spent again, in three tries at most.
        (Storm::StaleLoads(_), 't') => End::Refused("Throttled"),
        (_, 't') => End::Granted,
        (Storm::Failed, _) => store,
        // Claims are resolved by content: the same claim is made again.
        (_, 'c') => End::Granted,
        (Storm::NeverApplied | Storm::DelayedFar, _) => unresolved,
        (Storm::StaleLoads(8), 'a') => unresolved,
        _ => End::Granted,
    }
}

/// After a failure the same call does what is left to do, or is refused: nothing hangs.
fn again(ground: &Ground, ((_, _, call), handle): (&Scene, &str), what: &str) {
    let done = ["AccountExists", "AlreadyUsed", "Superseded", "Ended", "UnknownAccount"];
    let gone = ["TokenExists", "UnknownToken", "WrongCode"];
    let late =
        ["Throttled", "WrongCredentials", "AddressTaken", "UnknownAddress", "UnknownIdentity"];
    match call(ground, handle, &mut Fair) {
        End::Granted => {}
        End::Refused(refusal) => {
            assert!([&done[..], &gone, &late].concat().contains(&refusal), "{what}: {refusal}");
        }
        End::Failed(failure) => panic!("{what}: {failure:?}"),
    }
}

/// A version names one write: the identical write sent again, and no other.
fn never_twice(writes: &[Write], what: &str) {
    let mut seen: HashMap<Version, &Write> = HashMap::new();
    for write in writes {
        let first = *seen.entry(write.version).or_insert(write);
        assert_eq!(first, write, "{what}: a version was used twice");
    }
}
