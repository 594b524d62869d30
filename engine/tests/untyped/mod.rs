//! An operation driven both ways: by its typed questions, and as one handle.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use pinbolt::{
    Digest, Done, Error, HashMemory, Misuse,
    driver::{Answer, Asked, Granted, Operation, Store, Swapped},
    op::Step,
    row::{RowName, Snapshot, Version},
    testkit::MemoryStore,
};

use crate::common::NOW;

/// A store with what stands in a world's.
pub fn copy(store: &MemoryStore) -> MemoryStore {
    let copy = MemoryStore::new();
    for (row, snapshot) in store.rows() {
        copy.tamper(&row, Some(snapshot));
    }
    copy
}

pub fn load(store: &MemoryStore, row: &RowName) -> Option<Snapshot> {
    store.load(row).unwrap()
}

/// Runs the typed questions to their end.
pub fn typed<T>(step: Step<T>, store: &MemoryStore, now: u64) -> Done<T> {
    typed_with(step, (store, now), |step| (step, false))
}

/// The same; what `before` answers itself, it says so of.
pub fn typed_with<T>(
    mut step: Step<T>,
    (store, now): (&MemoryStore, u64),
    mut before: impl FnMut(Step<T>) -> (Step<T>, bool),
) -> Done<T> {
    loop {
        let (next, answered) = before(step);
        step = match next {
            next if answered => next,
            Step::Load(question) => {
                let found = load(store, question.row());
                question.found(now, found)
            }
            Step::Commit(question) => match store.swap(question.write()) {
                Swapped::Applied => question.applied(now),
                _ => question.conflict(now),
            },
            Step::Hash(question) => {
                let digest = question.work().run(&mut HashMemory::new());
                question.done(now, digest)
            }
            Step::Deliver(question) => question.sent(now),
            Step::Done(done) => return done,
        }
    }
}

/// The true answer to the open question; none where it is over.
pub fn truth(operation: &Operation, store: &MemoryStore) -> Option<Answer> {
    Some(match operation.asked().unwrap() {
        Asked::Load(row) => Answer::Found(load(store, row)),
        Asked::Commit(write) => match store.swap(write) {
            Swapped::Applied => Answer::Applied,
            _ => Answer::Conflict,
        },
        Asked::Hash(work) => Answer::Hashed(work.run(&mut HashMemory::new())),
        Asked::Deliver(_) => Answer::Sent,
        Asked::Nothing => return None,
    })
}

/// Answers truly to the end; `before` sees the operation before each answer, and at its end.
pub fn untyped(
    mut operation: Operation,
    (store, now): (&MemoryStore, u64),
    mut before: impl FnMut(Operation) -> Operation,
) -> Done<Granted> {
    loop {
        operation = before(operation);
        match truth(&operation, store) {
            Some(answer) => operation.answer(now, answer).unwrap(),
            None => return operation.end().unwrap(),
        }
    }
}

pub fn granted(result: &Result<Granted, Error>) -> &'static str {
    match result {
        Ok(Granted::Nothing) => "Nothing",
        Ok(Granted::Accepted(_)) => "Accepted",
        Ok(Granted::Begun(_)) => "Begun",
        Ok(Granted::Enrolled(_)) => "Enrolled",
        Ok(Granted::Unlocked(_)) => "Unlocked",
        Ok(Granted::AddedToken(_)) => "AddedToken",
        Ok(Granted::RecoveryCodes(_)) => "RecoveryCodes",
        Ok(Granted::Description(_)) => "Description",
        Ok(Granted::Delivered(_)) => "Delivered",
        Ok(other) => panic!("{other:?} is new"),
        Err(error) => error.name(),
    }
}

/// Nothing goes on with an operation that was taken out.
pub fn over(operation: &mut Operation) {
    assert_eq!(operation.asked().unwrap_err(), Misuse::Over);
    assert_eq!(operation.answer(NOW, Answer::Applied), Err(Misuse::Over));
    assert_eq!(operation.take().unwrap_err(), Misuse::Over);
    assert_eq!(operation.end().unwrap_err(), Misuse::Over);
}

/// The answer of this number, by the question's own method; the step as it was where it asks
/// another question.
pub fn answered<T>(step: Step<T>, (number, now): (usize, u64)) -> (Step<T>, bool) {
    let next = match (step, number) {
        (Step::Load(question), 0) => question.found(now, None),
        (Step::Load(question), 2) => question.failed(now),
        (Step::Commit(question), 3) => question.applied(now),
        (Step::Commit(question), 4) => question.conflict(now),
        (Step::Commit(question), 5) => question.in_doubt(now),
        (Step::Commit(question), 6) => question.failed(now),
        (Step::Hash(question), 7) => {
            let digest = question.work().run(&mut HashMemory::new());
            question.done(now, digest)
        }
        (Step::Hash(question), 8) => question.not_run(now),
        (Step::Deliver(question), 9) => question.sent(now),
        (Step::Deliver(question), 10) => question.refused(now),
        (Step::Deliver(question), 11) => question.unknown(now),
        (step, _) => return (step, false),
    };
    (next, true)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Load,
    Commit,
    Hash,
    Deliver,
}

pub fn question(operation: &Operation) -> Option<Question> {
    match operation.asked().unwrap() {
        Asked::Load(_) => Some(Question::Load),
        Asked::Commit(_) => Some(Question::Commit),
        Asked::Hash(_) => Some(Question::Hash),
        Asked::Deliver(_) => Some(Question::Deliver),
        Asked::Nothing => None,
    }
}

/// Every answer with the question that it is to.
pub fn answers(digest: Digest) -> Vec<(Question, Answer)> {
    let snapshot = Snapshot { version: Version::from_bytes([1; 16]), body: vec![1] };
    vec![
        (Question::Load, Answer::Found(None)),
        (Question::Load, Answer::Found(Some(snapshot))),
        (Question::Load, Answer::LoadFailed),
        (Question::Commit, Answer::Applied),
        (Question::Commit, Answer::Conflict),
        (Question::Commit, Answer::InDoubt),
        (Question::Commit, Answer::NotApplied),
        (Question::Hash, Answer::Hashed(digest)),
        (Question::Hash, Answer::NotHashed),
        (Question::Deliver, Answer::Sent),
        (Question::Deliver, Answer::NotSent),
        (Question::Deliver, Answer::Unknown),
    ]
}

/// The digest of the work that an operation asks for, which goes no further.
pub fn digest_of(mut operation: Operation, store: &MemoryStore, now: u64) -> Digest {
    loop {
        if let Asked::Hash(work) = operation.asked().unwrap() {
            return work.run(&mut HashMemory::new());
        }
        let answer = truth(&operation, store).unwrap();
        operation.answer(now, answer).unwrap();
    }
}
