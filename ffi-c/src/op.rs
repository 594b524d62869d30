//! An operation: one handle for every verb.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::mem;
use std::sync::Mutex;

use ::pinbolt::{
    Accepted, Done, Error, Failure, HashMemory, Keyring, Misuse, Pinbolt, Policy, Work,
    driver::{Answer, Asked, Granted, Operation, StoreError, milliseconds},
    oath::{Hotp, Ocra},
    op::Step,
};

use crate::{
    end::End,
    guard::{free_idle, lock},
    question::Question,
};

/// An operation: a verb at work, or a delivery. It asks one question at a time, until it is over;
/// then it says how it ended.
///
/// One call at a time may use it, in any thread; a second one meanwhile answers `PINBOLT_BUSY`.
/// What its functions point to belongs to it: a question's until it is answered, an end's until the
/// operation is freed.
pub struct pinbolt_op {
    state: Mutex<State>,
}

/// Where an operation stands.
enum State {
    /// The question in C's form, once it was looked at.
    Asking(Operation, Option<Question>),
    Ended(End),
    /// A defect: it was taken out and not put back.
    Lost,
}

/// Frees an operation and sets `*op` to NULL. NULL, or a pointer to NULL, is fine. One that another
/// call uses is left as it is, and so is `*op`.
///
/// At any question this is safe: what is written stays, a counted guess stays counted, and an
/// undelivered code waits for its cooldown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_op_free(op: *mut *mut pinbolt_op) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free_idle(op, |op| &op.state) }
}

impl pinbolt_op {
    pub(crate) fn new(operation: Operation) -> Self {
        Self { state: Mutex::new(State::of(operation)) }
    }

    /// What the open question is, as the engine has it.
    pub(crate) fn asked<T>(
        &self,
        look: impl FnOnce(Asked<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match &*lock(&self.state)? {
            State::Asking(operation, _) => look(operation.asked()?),
            state => Err(state.closed()),
        }
    }

    /// The open question in C's form, which stays where it is until it is answered.
    pub(crate) fn question<T>(
        &self,
        look: impl FnOnce(&Question) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match &mut *lock(&self.state)? {
            State::Asking(operation, question) => {
                let asked = operation.asked()?;
                look(question.get_or_insert_with(|| Question::new(asked)))
            }
            state => Err(state.closed()),
        }
    }

    /// Looks at the end.
    pub(crate) fn ended<T>(
        &self,
        look: impl FnOnce(&mut End) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match &mut *lock(&self.state)? {
            State::Ended(end) => look(end),
            State::Asking(..) => Err(Misuse::NotOver.into()),
            State::Lost => Err(Failure::Internal.into()),
        }
    }

    /// Answers the open question; a wrong answer leaves it as it is.
    pub(crate) fn answer(&self, now: u64, answer: Answer) -> Result<(), Error> {
        let now = milliseconds(now)?;
        let mut state = lock(&self.state)?;
        let State::Asking(operation, _) = &mut *state else { return Err(state.closed()) };
        operation.answer(now, answer)?;
        if let State::Asking(operation, _) = mem::replace(&mut *state, State::Lost) {
            *state = State::of(operation);
        }
        Ok(())
    }

    /// Has a driver answer all of its questions; meanwhile every other call is told that it is
    /// busy.
    pub(crate) fn complete(
        &self,
        drive: impl FnOnce(Step<Granted>) -> (Done<Granted>, Option<StoreError>),
    ) -> Result<(), Error> {
        let mut state = lock(&self.state)?;
        let operation = match &mut *state {
            State::Asking(operation, _) => operation,
            // Some end as they start, for what was typed or given.
            State::Ended(end) => return end.status(),
            State::Lost => return Err(Failure::Internal.into()),
        };
        let (done, trouble) = drive(operation.take()?);
        let end = End::new(done, trouble);
        let said = end.status();
        *state = State::Ended(end);
        said
    }
}

/// What pinbolt.h promises of threads.
const _: () = {
    const fn by_one<T: Send>() {}
    const fn by_all<T: Send + Sync>() {}
    by_one::<Operation>();
    by_one::<Done<Granted>>();
    by_one::<Accepted>();
    by_one::<HashMemory>();
    by_all::<Work>();
    by_all::<Pinbolt>();
    by_all::<Keyring>();
    by_all::<Policy>();
    by_all::<Hotp>();
    by_all::<Ocra>();
};

impl State {
    /// Where `operation` stands now.
    fn of(mut operation: Operation) -> Self {
        match operation.asked() {
            Ok(Asked::Nothing) => match operation.end() {
                Ok(done) => Self::Ended(End::new(done, None)),
                Err(_) => Self::Lost,
            },
            Ok(_) => Self::Asking(operation, None),
            Err(_) => Self::Lost,
        }
    }

    /// Why no question is open.
    fn closed(&self) -> Error {
        match self {
            Self::Asking(..) => Misuse::WrongAnswer.into(),
            Self::Ended(_) => Misuse::Over.into(),
            Self::Lost => Failure::Internal.into(),
        }
    }
}
