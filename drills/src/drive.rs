//! A driver of the drills' own: it counts what it does, and drops an operation where it is told.

use core::fmt;

use pinbolt::{
    Done, HashMemory,
    driver::{Clock, Delivery, Handover, Store, Swapped},
    op::Step,
    row::{RowName, Write},
};

/// Where an operation is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// At this question; 0 is the first.
    pub question: u32,
    /// After the write was applied or the message handed over, instead of before.
    pub after: bool,
}

/// A kind of question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A load.
    Load,
    /// A conditional write.
    Commit,
    /// A hash.
    Hash,
    /// A delivery.
    Deliver,
}

/// Answers the questions of an operation in turn, to its end or to its cut.
pub struct Drive<'a> {
    store: &'a dyn Store,
    delivery: &'a dyn Delivery,
    clock: &'a dyn Clock,
    cut: Option<Cut>,
    /// Questions that were answered.
    pub answered: u32,
    /// Argon2 runs.
    pub hashed: u32,
    /// The rows of the applied writes, in order.
    pub applied: Vec<RowName>,
    /// The question at which the operation was dropped.
    pub dropped_at: Option<Asked>,
}

impl<'a> Drive<'a> {
    /// A driver that runs to the end.
    pub fn new(store: &'a dyn Store, delivery: &'a dyn Delivery, clock: &'a dyn Clock) -> Self {
        let (applied, cut, dropped_at) = (Vec::new(), None, None);
        Self { store, delivery, clock, cut, answered: 0, hashed: 0, applied, dropped_at }
    }

    /// A driver that drops the operation at `cut`, if it comes so far.
    #[must_use]
    pub fn cut(self, cut: Option<Cut>) -> Self {
        Self { cut, ..self }
    }

    /// Runs an operation; `None` where it was dropped.
    pub fn run<T>(&mut self, mut step: Step<T>) -> Option<Done<T>> {
        loop {
            if let Some(cut) = self.cut.filter(|cut| cut.question == self.answered) {
                return self.drop_at(step, cut);
            }
            self.answered = self.answered.saturating_add(1);
            let clock = self.clock;
            let now = || clock.now();
            step = match step {
                Step::Load(load) => match self.store.load(load.row()) {
                    Ok(snapshot) => load.found(now(), snapshot),
                    Err(_) => load.failed(now()),
                },
                Step::Commit(commit) => match self.swap(commit.write()) {
                    Swapped::Applied => commit.applied(now()),
                    Swapped::Conflict => {
                        clock.pause(1);
                        commit.conflict(now())
                    }
                    Swapped::InDoubt(_) => commit.in_doubt(now()),
                    Swapped::Failed(_) => commit.failed(now()),
                },
                Step::Hash(hash) => {
                    let digest = hash.work().run(&mut HashMemory::new());
                    self.hashed = self.hashed.saturating_add(1);
                    hash.done(self.clock.now(), digest)
                }
                Step::Deliver(deliver) => match self.delivery.deliver(deliver.message()) {
                    Handover::Sent => deliver.sent(now()),
                    Handover::Refused => deliver.refused(now()),
                    Handover::Unknown => deliver.unknown(now()),
                },
                Step::Done(done) => return Some(done),
            };
        }
    }

    fn drop_at<T>(&mut self, step: Step<T>, cut: Cut) -> Option<Done<T>> {
        self.dropped_at = Some(match &step {
            Step::Load(_) => Asked::Load,
            Step::Hash(_) => Asked::Hash,
            Step::Commit(commit) => {
                if cut.after {
                    // The answer is lost with the operation.
                    let _lost = self.swap(commit.write());
                }
                Asked::Commit
            }
            Step::Deliver(deliver) => {
                if cut.after {
                    let _lost = self.delivery.deliver(deliver.message());
                }
                Asked::Deliver
            }
            Step::Done(_) => {
                let Step::Done(done) = step else { return None };
                return Some(done);
            }
        });
        None
    }

    fn swap(&mut self, write: &Write) -> Swapped {
        let answer = self.store.swap(write);
        if matches!(answer, Swapped::Applied) {
            self.applied.push(write.row.clone());
        }
        answer
    }
}

impl fmt::Debug for Drive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drive").field("answered", &self.answered).finish_non_exhaustive()
    }
}
