//! One row, several writers, and answers that get lost: was the write applied?
//!
//! The row keeps the ids of its last writes; the last one is its version. When an answer is lost,
//! the identical write is sent again, a few times. On a conflict the writer loads the row: its own
//! id is among the kept ones: applied. The expected version is still the current one: a stale load,
//! load again. The expected version is among the kept ones, and its successor isn't ours: not
//! applied, now or later. Neither: unresolved, a failure that claims nothing. Where the row was
//! expected absent, "not applied" needs the creating id among the kept ones, and another's.
//!
//! # How it is modelled
//! Each writer has one change to make; each attempt at it has a new id. A load may return any state
//! that the row ever had. A write whose answer was lost stays in flight and arrives at any time, or
//! never; copies of it need no number, since only the first to arrive on the version it expects
//! can apply. A writer that crashed is one that never moves again.

use crate::Case;
use stateright::{Model, Property};

/// The models, each with its controls.
pub fn cases() -> Vec<Case> {
    let model =
        |(writers, kept, again, attempts), form| Writing { writers, kept, again, attempts, form };
    let whole = [(3, 2, 3, 2), (4, 3, 1, 1)].map(|bounds| {
        let (writers, kept, again, attempts) = bounds;
        let name = format!(
            "in-doubt writers={writers} kept={kept} sent-again={again} attempts={attempts}"
        );
        Case::whole(name, model(bounds, Form::Whole))
    });
    let controls = [
        ("lack-means-not", Form::LackMeansNot, NOT),
        ("stale-means-not", Form::StaleMeansNot, NOT),
        ("new-id-in-doubt", Form::NewIdInDoubt, ONCE),
        ("failed-means-not", Form::FailedMeansNot, NOT),
        ("creator-forgotten", Form::CreatorForgotten, NOT),
    ]
    .map(|(name, form, rule)| {
        Case::control(format!("in-doubt {name}"), model((3, 2, 3, 2), form), rule)
    });
    whole.into_iter().chain(controls).collect()
}

/// What may be left out of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The protocol.
    Whole,
    /// A load that lacks the id means "not applied".
    LackMeansNot,
    /// A load that shows the expected version as the current one means "not applied".
    StaleMeansNot,
    /// After a lost answer the writer loads and writes under a new id.
    NewIdInDoubt,
    /// "Failed" after a lost answer means "not applied".
    FailedMeansNot,
    /// Where the row was expected absent, any row without the id means "not applied".
    CreatorForgotten,
}

/// The model: who writes, and what is bounded.
#[derive(Clone, Copy, Debug)]
pub struct Writing {
    /// The writers.
    pub writers: u8,
    /// The ids that the row keeps.
    pub kept: usize,
    /// How often a writer sends an identical write again.
    pub again: u8,
    /// How many attempts a writer makes before it gives up.
    pub attempts: u8,
    /// The protocol or a broken form of it.
    pub form: Form,
}

/// A write's id: the writer and its attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(u8, u8);

/// The id under which someone else had created the row.
const EARLIER: Id = Id(u8::MAX, 0);

/// A write on its way: its id, and the version it expects (none: no row).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Write {
    id: Id,
    expected: Option<Id>,
}

/// A writer: all its attempts before this one are known as not applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Writer {
    attempt: u8,
    at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum At {
    /// To load the row and judge.
    Start,
    /// To send the write; some answers of this attempt were lost already.
    Send { expected: Option<Id>, lost: u8, in_doubt: bool },
    /// To load the row and find the write in it; a conflict says that no copy can apply any more.
    Resolve { expected: Option<Id>, conflict: bool },
    /// The answer, or the row, says that the write was applied.
    Applied { resolved: bool },
    /// Nothing was written, nothing will be: too many attempts, or a store that surely failed.
    GaveUp,
    /// It can't be told.
    Unresolved,
}

/// Every id that the row ever had, oldest first; the writers; the writes in flight.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    row: Vec<Id>,
    writers: Vec<Writer>,
    flying: Vec<Write>,
    /// Some attempt was resolved as not applied.
    resolved_not: bool,
}

/// One step of the world. The first number is the writer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A load returns the row as it was after so many writes.
    Load(usize, usize),
    /// The write is sent, arrives, and is answered: applied or conflict.
    Answered(usize),
    /// The write is sent, and flies on without an answer.
    Lost(usize),
    /// The write is sent, and the store says that this copy surely wasn't applied.
    Failed(usize),
    /// A write in flight arrives.
    Arrive(usize),
}

impl Model for Writing {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let with = |row| State {
            row,
            writers: vec![Writer { attempt: 0, at: At::Start }; usize::from(self.writers)],
            flying: Vec::new(),
            resolved_not: false,
        };
        vec![with(Vec::new()), with(vec![EARLIER])]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        for (number, writer) in state.writers.iter().enumerate() {
            match writer.at {
                At::Start | At::Resolve { .. } => {
                    steps.extend((0..=state.row.len()).map(|writes| Step::Load(number, writes)));
                }
                At::Send { .. } => {
                    let answers =
                        [Step::Answered(number), Step::Lost(number), Step::Failed(number)];
                    steps.extend(answers);
                }
                At::Applied { .. } | At::GaveUp | At::Unresolved => {}
            }
        }
        steps.extend((0..state.flying.len()).map(Step::Arrive));
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        match step {
            Step::Load(number, writes) => self.load(&mut next, number, writes),
            Step::Answered(number) => self.answered(&mut next, number),
            Step::Lost(number) => {
                let write = next.write(number)?;
                next.flying.push(write);
                self.unsure(&mut next, number, true);
            }
            Step::Failed(number) => self.unsure(&mut next, number, false),
            Step::Arrive(number) => {
                let write = next.flying.remove(number);
                next.apply(write);
            }
        }
        // A version that was replaced never returns, so the write that expects it is dead.
        let version = next.row.last().copied();
        next.flying.retain(|write| write.expected == version);
        next.flying.sort_unstable();
        next.flying.dedup();
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("applied is true", |_, state: &State| {
                state.each_writer().all(|(number, writer)| {
                    !matches!(writer.at, At::Applied { .. })
                        || state.row.contains(&Id(number, writer.attempt))
                })
            }),
            Property::always(NOT, |_, state: &State| {
                state.each_writer().all(|(number, writer)| {
                    let gave_up = u8::from(writer.at == At::GaveUp);
                    let not = 0..writer.attempt + gave_up;
                    not.into_iter().all(|attempt| !state.row.contains(&Id(number, attempt)))
                })
            }),
            Property::always(ONCE, |_, state: &State| {
                state
                    .each_writer()
                    .all(|(number, _)| state.row.iter().filter(|id| id.0 == number).count() <= 1)
            }),
            Property::sometimes("all changes are made", |_, state: &State| {
                state.writers.iter().all(|w| matches!(w.at, At::Applied { .. }))
            }),
            Property::sometimes("a lost answer was applied", |_, state: &State| {
                state.writers.iter().any(|w| w.at == At::Applied { resolved: true })
            }),
            Property::sometimes("a lost answer was not applied", |_, s: &State| s.resolved_not),
            Property::sometimes("a lost answer is unresolved", |_, state: &State| {
                state.writers.iter().any(|w| w.at == At::Unresolved)
            }),
        ]
    }
}

impl Writing {
    fn load(&self, state: &mut State, number: usize, writes: usize) {
        let loaded = state.row[..writes].to_vec();
        match state.writers[number].at {
            At::Start => {
                let expected = loaded.last().copied();
                state.writers[number].at = At::Send { expected, lost: 0, in_doubt: false };
            }
            At::Resolve { expected, conflict } => {
                let own = state.id(number);
                match self.resolve(&loaded, own, expected, conflict) {
                    Finding::Applied => state.writers[number].at = At::Applied { resolved: true },
                    Finding::Not => {
                        state.resolved_not = true;
                        self.judge_again(state, number);
                    }
                    Finding::LoadAgain => {}
                    Finding::Unresolved => state.writers[number].at = At::Unresolved,
                }
            }
            _ => {}
        }
    }

    /// What a loaded row says of a write in doubt: the heart of this protocol.
    fn resolve(&self, row: &[Id], own: Id, expected: Option<Id>, conflict: bool) -> Finding {
        let kept = &row[row.len().saturating_sub(self.kept)..];
        if kept.contains(&own) {
            return Finding::Applied;
        }
        if row.last().copied() == expected && self.form != Form::StaleMeansNot {
            return if conflict { Finding::LoadAgain } else { Finding::Unresolved };
        }
        if self.form == Form::LackMeansNot {
            return Finding::Not;
        }
        let passed = match expected {
            Some(version) => kept.contains(&version),
            // Nothing has fallen out yet: the first id kept is the one that created the row.
            None => row.len() <= self.kept || self.form == Form::CreatorForgotten,
        };
        if passed { Finding::Not } else { Finding::Unresolved }
    }

    fn answered(&self, state: &mut State, number: usize) {
        let (Some(write), At::Send { expected, in_doubt, .. }) =
            (state.write(number), state.writers[number].at)
        else {
            return;
        };
        if state.apply(write) {
            state.writers[number].at = At::Applied { resolved: false };
        } else if in_doubt {
            state.writers[number].at = At::Resolve { expected, conflict: true };
        } else {
            self.judge_again(state, number);
        }
    }

    /// An answer was lost, or a store failed: what then?
    fn unsure(&self, state: &mut State, number: usize, lost_now: bool) {
        let At::Send { expected, lost, in_doubt } = state.writers[number].at else {
            return;
        };
        let in_doubt = lost_now || in_doubt && self.form != Form::FailedMeansNot;
        if in_doubt && self.form == Form::NewIdInDoubt {
            return self.judge_again(state, number);
        }
        state.writers[number].at = if !in_doubt {
            At::GaveUp
        } else if lost < self.again {
            At::Send { expected, lost: lost + 1, in_doubt }
        } else {
            At::Resolve { expected, conflict: false }
        };
    }

    /// This attempt was not applied: the next one has a new id.
    fn judge_again(&self, state: &mut State, number: usize) {
        let writer = &mut state.writers[number];
        if writer.attempt + 1 < self.attempts {
            *writer = Writer { attempt: writer.attempt + 1, at: At::Start };
        } else {
            writer.at = At::GaveUp;
        }
    }
}

enum Finding {
    Applied,
    Not,
    LoadAgain,
    Unresolved,
}

impl State {
    fn id(&self, number: usize) -> Id {
        let place = u8::try_from(number).unwrap_or(u8::MAX);
        Id(place, self.writers[number].attempt)
    }

    fn each_writer(&self) -> impl Iterator<Item = (u8, &Writer)> {
        (0..).zip(&self.writers)
    }

    fn write(&self, number: usize) -> Option<Write> {
        match self.writers[number].at {
            At::Send { expected, .. } => Some(Write { id: self.id(number), expected }),
            _ => None,
        }
    }

    /// A write arrives at the store.
    fn apply(&mut self, write: Write) -> bool {
        let stands = self.row.last().copied() == write.expected;
        if stands {
            self.row.push(write.id);
        }
        stands
    }
}

const NOT: &str = "not applied is true, and stays true";
const ONCE: &str = "no change is made twice";
