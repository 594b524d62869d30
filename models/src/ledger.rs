//! One ledger, several guesses at once: how many hashes run?
//!
//! A guess is reserved as a failure before its hash runs, and refused if the ledger before it is
//! full. A wrong one needs no second write. A right one is settled: the count becomes 0 and the
//! epoch rises. A guess whose hash wasn't run gets its reservation back, in the same epoch only.
//!
//! # How it is modelled
//! The record keeps all its states; a version is a place in that list, so it never repeats. A load
//! may return any of them; a swap applies only on the last. On a conflict the operation loads and
//! judges again, without another hash. An operation that crashed is one that never moves again,
//! and a late write one that moves late: each state stands for all the ways to stop there. What
//! happens when an answer is lost is the subject of [`in_doubt`](crate::in_doubt).
//!
//! An operator may unlock the account once (a new epoch), and replace the PIN once (a new epoch
//! and generation).

use crate::Case;
use stateright::{Model, Property};

/// The models, each with its controls.
pub fn cases() -> Vec<Case> {
    let model = |wrong, right, form| Guessing { wrong, right, cap: 2, form };
    let whole = [(3, 1), (2, 2)].map(|(wrong, right)| {
        let name = format!("ledger cap=2 wrong={wrong} right={right}");
        Case::whole(name, model(wrong, right, Form::Whole))
    });
    let controls = [
        ("judge-before-reserve", Form::JudgeBeforeReserve, HASHES),
        ("refund-any-epoch", Form::RefundAnyEpoch, COUNT),
        ("settle-without-swap", Form::SettleWithoutSwap, COUNT),
        ("full-refuses-success", Form::FullRefusesSuccess, NO_WAIT),
        ("settle-any-generation", Form::SettleAnyGeneration, GENERATION),
    ]
    .map(|(name, form, rule)| Case::control(format!("ledger {name}"), model(3, 1, form), rule));
    whole.into_iter().chain(controls).collect()
}

/// What may be left out of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The protocol.
    Whole,
    /// The hash runs before the reservation is written.
    JudgeBeforeReserve,
    /// A refund is made in whatever epoch it finds.
    RefundAnyEpoch,
    /// Settle writes without comparing the version.
    SettleWithoutSwap,
    /// Settle refuses a success if the ledger is full by now.
    FullRefusesSuccess,
    /// Settle doesn't compare the PIN's generation.
    SettleAnyGeneration,
}

/// The model: the guesses, and the cap.
#[derive(Clone, Copy, Debug)]
pub struct Guessing {
    /// Guesses with a wrong PIN.
    pub wrong: usize,
    /// Guesses with the right PIN.
    pub right: usize,
    /// Failures after which the ledger is full.
    pub cap: u8,
    /// The protocol or a broken form of it.
    pub form: Form,
}

/// The part of an account's record that matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Record {
    count: u8,
    epoch: u8,
    generation: u8,
}

/// One guess: how far it is, and what must be known of it to judge the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guess {
    at: At,
    right: bool,
    /// The record on which it was reserved.
    reserved: Option<Record>,
    hashed: bool,
    refunded: bool,
}

/// Where a guess is. A number is the version that its swap expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum At {
    Start,
    Reserve(usize),
    Hash,
    Settle,
    Settling(usize),
    Refund,
    Refunding(usize),
    End(End),
}

/// How a guess ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum End {
    Accepted,
    Wrong,
    Waiting,
    Changed,
    NotRun,
}

/// The record's states so far, the guesses, and what else may still happen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    records: Vec<Record>,
    guesses: Vec<Guess>,
    unlocked: bool,
    replaced: bool,
    /// A success was accepted while the ledger was full.
    passed_full: bool,
    /// A success was accepted for a PIN that had been replaced.
    passed_old: bool,
}

/// One step of the world. The first number is the guess's place in the state's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A guess loads the record and gets the state of this version.
    Load(usize, usize),
    /// A guess's swap is answered.
    Swap(usize),
    /// A guess's hash is done.
    Hash(usize),
    /// A guess's hash wasn't run, for overload.
    Overload(usize),
    /// The operator sets the count to 0.
    Unlock,
    /// The operator replaces the PIN.
    Replace,
}

impl Model for Guessing {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let guess =
            |right| Guess { at: At::Start, right, reserved: None, hashed: false, refunded: false };
        let mut guesses = vec![guess(false); self.wrong];
        guesses.extend(vec![guess(true); self.right]);
        vec![State {
            records: vec![Record::default()],
            guesses,
            unlocked: false,
            replaced: false,
            passed_full: false,
            passed_old: false,
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        for (number, guess) in state.guesses.iter().enumerate() {
            match guess.at {
                At::Start | At::Settle | At::Refund => {
                    steps.extend((0..state.records.len()).map(|v| Step::Load(number, v)));
                }
                At::Reserve(_) | At::Settling(_) | At::Refunding(_) => {
                    steps.push(Step::Swap(number));
                }
                At::Hash => steps.extend([Step::Hash(number), Step::Overload(number)]),
                At::End(_) => {}
            }
        }
        if !state.unlocked {
            steps.push(Step::Unlock);
        }
        if !state.replaced {
            steps.push(Step::Replace);
        }
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        match step {
            Step::Load(number, version) => {
                let loaded = next.records[version];
                self.load(&mut next.guesses[number], version, loaded);
            }
            Step::Swap(number) => self.swap(&mut next, number),
            Step::Hash(number) => {
                let guess = &mut next.guesses[number];
                guess.hashed = true;
                guess.at = if guess.right { At::Settle } else { At::End(End::Wrong) };
            }
            Step::Overload(number) => next.guesses[number].at = At::Refund,
            Step::Unlock => {
                next.unlocked = true;
                let now = next.now();
                next.records.push(Record { count: 0, epoch: now.epoch + 1, ..now });
            }
            Step::Replace => {
                next.replaced = true;
                let now = next.now();
                let (epoch, generation) = (now.epoch + 1, now.generation + 1);
                next.records.push(Record { count: 0, epoch, generation });
            }
        }
        // Guesses differ in nothing but their state.
        next.guesses.sort_unstable();
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(HASHES, |model, state: &State| {
                (0..=state.now().epoch).all(|e| state.hashes(e) <= usize::from(model.cap))
            }),
            Property::always(COUNT, |_, state: &State| {
                usize::from(state.now().count) == state.reservations()
            }),
            Property::always(NO_WAIT, |_, state: &State| {
                state.guesses.iter().all(|g| !(g.hashed && g.at == At::End(End::Waiting)))
            }),
            Property::always(GENERATION, |_, s: &State| !s.passed_old),
            Property::sometimes("a guess is accepted", |_, s: &State| {
                s.ended(End::Accepted, |_| true)
            }),
            Property::sometimes("a success comes while the ledger is full", |_, s: &State| {
                s.passed_full
            }),
            Property::sometimes("a guess must wait", |_, s: &State| {
                s.ended(End::Waiting, |_| true)
            }),
            Property::sometimes("a success is lost to a new PIN", |_, s: &State| {
                s.ended(End::Changed, |_| true)
            }),
            Property::sometimes("a refund", |_, s: &State| s.ended(End::NotRun, |g| g.refunded)),
            Property::sometimes("a refund comes too late", |_, s: &State| {
                s.ended(End::NotRun, |g| !g.refunded)
            }),
        ]
    }
}

impl Guessing {
    /// What a guess does with the record that it loaded.
    fn load(&self, guess: &mut Guess, version: usize, loaded: Record) {
        let full = loaded.count >= self.cap;
        let reserved = guess.reserved.unwrap_or_default();
        guess.at = match guess.at {
            At::Start if full => At::End(End::Waiting),
            At::Start if self.form == Form::JudgeBeforeReserve => {
                guess.hashed = true;
                guess.reserved = Some(loaded);
                At::Reserve(version)
            }
            At::Start => At::Reserve(version),
            At::Settle
                if loaded.generation != reserved.generation
                    && self.form != Form::SettleAnyGeneration =>
            {
                At::End(End::Changed)
            }
            At::Settle if full && self.form == Form::FullRefusesSuccess => At::End(End::Waiting),
            At::Settle => At::Settling(version),
            At::Refund if loaded.epoch != reserved.epoch && self.form != Form::RefundAnyEpoch => {
                At::End(End::NotRun)
            }
            At::Refund => At::Refunding(version),
            at => at,
        }
    }

    /// A guess's write: on the loaded state if it is still the last, else again from the load.
    fn swap(&self, state: &mut State, number: usize) {
        let now = state.now();
        let last = state.records.len() - 1;
        let guess = &mut state.guesses[number];
        match guess.at {
            At::Reserve(version) if version == last => {
                guess.reserved = Some(now);
                guess.at = At::Hash;
                state.records.push(Record { count: now.count + 1, ..now });
            }
            At::Settling(version) if version == last || self.form == Form::SettleWithoutSwap => {
                guess.at = At::End(End::Accepted);
                let loaded = state.records[version];
                state.passed_full |= now.count >= self.cap;
                state.passed_old |= guess.reserved.map(|r| r.generation) != Some(now.generation);
                state.records.push(Record { count: 0, epoch: loaded.epoch + 1, ..loaded });
            }
            At::Refunding(version) if version == last => {
                guess.at = At::End(End::NotRun);
                guess.refunded = true;
                state.records.push(Record { count: now.count.saturating_sub(1), ..now });
            }
            At::Reserve(_) => guess.at = At::Start,
            At::Settling(_) => guess.at = At::Settle,
            At::Refunding(_) => guess.at = At::Refund,
            At::Start | At::Hash | At::Settle | At::Refund | At::End(_) => {}
        }
    }
}

impl State {
    fn now(&self) -> Record {
        self.records.last().copied().unwrap_or_default()
    }

    /// The hashes run for guesses that were reserved in this epoch.
    fn hashes(&self, epoch: u8) -> usize {
        let of_epoch = |g: &&Guess| g.hashed && g.reserved.is_some_and(|r| r.epoch == epoch);
        self.guesses.iter().filter(of_epoch).count()
    }

    /// The present epoch's reservations that weren't given back, those of crashed guesses too.
    fn reservations(&self) -> usize {
        let now = self.now();
        let counted = |g: &&Guess| !g.refunded && g.reserved.is_some_and(|r| r.epoch == now.epoch);
        self.guesses.iter().filter(counted).count()
    }

    fn ended(&self, end: End, also: fn(&Guess) -> bool) -> bool {
        self.guesses.iter().any(|guess| guess.at == At::End(end) && also(guess))
    }
}

const HASHES: &str = "an epoch runs no more hashes than the cap";
const COUNT: &str = "the count is what was reserved and not given back";
const NO_WAIT: &str = "a guess that was hashed is never told to wait";
const GENERATION: &str = "no success for a PIN that was replaced";
