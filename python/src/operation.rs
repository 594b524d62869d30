//! An operation, question by question.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pinbolt::{
    Misuse,
    driver::{self, Answer, Asked, Granted, Store, StoreError, Swapped},
    op::Step,
};
use pyo3::{
    PyTraverseError, PyVisit, exceptions::PyException, prelude::*, sync::MutexExt, types::PyTuple,
};

use crate::{
    accepted::Accepted,
    audit::AuditEvent,
    begun::Begun,
    clock::Clock,
    description::Description,
    devices::{Outstanding, RememberedDevice},
    document::Accounts,
    error::{failure, misuse},
    interrupt::scope,
    moving::Imported,
    question::{Commit, Deliver, Hash, Load, Message},
    refused::Refused,
    results::{Delivered, Done, Enrolled, RecoveryCodes, Released, Unlocked},
    row::Write,
    store::loaded,
    tickets::{IssuedTicket, PeekedLink},
    tokens::AddedToken,
    work::{Digest, Memories, Work},
};

/// An operation, for hosts with a loop of their own: answer its `question` until there is none,
/// then take its `end`. A wrong answer raises Misuse and loses nothing. Dropped at any question, it
/// leaves what is written, and a counted guess stays counted.
#[pyclass(frozen, generic, module = "pinbolt")]
pub(crate) struct Operation {
    state: Mutex<State>,
    clock: Arc<Clock>,
    memories: Arc<Memories>,
}

struct State {
    operation: driver::Operation,
    /// A driver works on it.
    busy: bool,
    /// The asyncio driver has it, from question to question.
    driven: bool,
    /// What the store or the delivery had trouble with last.
    trouble: Option<Trouble>,
    events: Vec<pinbolt::AuditEvent>,
}

/// The open question, before it is Python's.
enum Question {
    Load(Load),
    Commit(Write),
    Hash(pinbolt::Work),
    Deliver(Message),
    Nothing,
}

/// A host's exception, or what a native store said.
enum Trouble {
    Told(Py<PyException>),
    Native(StoreError),
}

impl Trouble {
    fn into_error(self, py: Python<'_>) -> StoreError {
        match self {
            Self::Told(cause) => {
                StoreError::new(PyErr::from_value(cause.into_bound(py).into_any()))
            }
            Self::Native(error) => error,
        }
    }
}

#[pymethods]
impl Operation {
    /// What it asks: a Load, Commit, Hash or Deliver; None when it is over.
    #[getter]
    fn question(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let asked = self.with(py, |state| {
            Ok(match state.operation.asked()? {
                Asked::Load(row) => Question::Load(Load::of(row)),
                Asked::Commit(write) => Question::Commit(Write(write.clone())),
                Asked::Hash(work) => Question::Hash(work),
                Asked::Deliver(message) => Question::Deliver(Message::of(message)),
                Asked::Nothing => Question::Nothing,
            })
        })?;
        let question = match asked {
            Question::Load(load) => Py::new(py, load)?.into_any(),
            Question::Commit(write) => {
                Py::new(py, Commit { write: Py::new(py, write)? })?.into_any()
            }
            Question::Hash(work) => {
                let work = Py::new(py, Work { work, memories: self.memories.clone() })?;
                Py::new(py, Hash { work })?.into_any()
            }
            Question::Deliver(message) => {
                Py::new(py, Deliver { message: Py::new(py, message)? })?.into_any()
            }
            Question::Nothing => return Ok(None),
        };
        Ok(Some(question))
    }

    /// Load: the row as it stands, or None.
    fn answer_found(&self, py: Python<'_>, snapshot: &Bound<'_, PyAny>) -> PyResult<()> {
        let snapshot = loaded(snapshot)?;
        self.answer(py, Answer::Found(snapshot), None)
    }

    /// Load: the store can't be read; why, for the Failure that may come of it.
    #[pyo3(signature = (cause=None))]
    fn answer_load_failed(
        &self,
        py: Python<'_>,
        cause: Option<&Bound<'_, PyException>>,
    ) -> PyResult<()> {
        self.answer(py, Answer::LoadFailed, cause)
    }

    /// Commit: it stands, durably.
    fn answer_applied(&self, py: Python<'_>) -> PyResult<()> {
        self.answer(py, Answer::Applied, None)
    }

    /// Commit: the row stood at another version. Pause for a few random milliseconds first.
    fn answer_conflict(&self, py: Python<'_>) -> PyResult<()> {
        self.answer(py, Answer::Conflict, None)
    }

    /// Commit: it may or may not stand.
    #[pyo3(signature = (cause=None))]
    fn answer_in_doubt(
        &self,
        py: Python<'_>,
        cause: Option<&Bound<'_, PyException>>,
    ) -> PyResult<()> {
        self.answer(py, Answer::InDoubt, cause)
    }

    /// Commit: it surely doesn't stand.
    #[pyo3(signature = (cause=None))]
    fn answer_not_applied(
        &self,
        py: Python<'_>,
        cause: Option<&Bound<'_, PyException>>,
    ) -> PyResult<()> {
        self.answer(py, Answer::NotApplied, cause)
    }

    /// Hash: what this very work gave.
    fn answer_hashed(&self, py: Python<'_>, digest: &Digest) -> PyResult<()> {
        let now = self.clock.read(py)?;
        self.with(py, |state| match state.operation.asked()? {
            // A digest goes into one answer: it isn't taken for a question that isn't open.
            Asked::Hash(_) => {
                let digest = digest.take().ok_or(Misuse::UsedUp)?;
                state.operation.answer(now, Answer::Hashed(digest))
            }
            Asked::Nothing => Err(Misuse::Over),
            _ => Err(Misuse::WrongAnswer),
        })
    }

    /// Hash: it was not run, for want of a free slot. The guess is given back.
    fn answer_not_hashed(&self, py: Python<'_>) -> PyResult<()> {
        self.answer(py, Answer::NotHashed, None)
    }

    /// Deliver: it was handed over.
    fn answer_sent(&self, py: Python<'_>) -> PyResult<()> {
        self.answer(py, Answer::Sent, None)
    }

    /// Deliver: it was surely not sent.
    fn answer_not_sent(&self, py: Python<'_>) -> PyResult<()> {
        self.answer(py, Answer::NotSent, None)
    }

    /// Deliver: it may or may not have been sent.
    #[pyo3(signature = (cause=None))]
    fn answer_unknown(
        &self,
        py: Python<'_>,
        cause: Option<&Bound<'_, PyException>>,
    ) -> PyResult<()> {
        self.answer(py, Answer::Unknown, cause)
    }

    /// Takes the end out, once: what was granted, or a Refused. Raises Misuse and Failure, and
    /// Misuse while a question is open.
    fn end(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let (result, trouble) = self.with(py, |state| {
            let done = state.operation.end()?;
            state.events = done.events;
            Ok((done.result, state.trouble.take()))
        })?;
        outcome(py, result, trouble.map(|trouble| trouble.into_error(py)))
    }

    /// For the asyncio driver: it alone answers until `_leave`. An answer doesn't say to which
    /// question, so one that comes late would be taken for that of a write which nobody made yet.
    fn _drive(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, |state| match state.driven {
            true => Err(Misuse::Busy),
            false => {
                state.driven = true;
                Ok(())
            }
        })
    }

    fn _leave(&self, py: Python<'_>) {
        self.state(py).driven = false;
    }

    /// The audit events; empty before the end was taken out.
    #[getter]
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let events = self.with(py, |state| Ok(state.events.clone()))?;
        PyTuple::new(py, events.into_iter().map(AuditEvent))
    }

    fn __repr__(&self) -> &'static str {
        "Operation(..)"
    }

    /// A cause holds the frames that it was raised in, and one of them this operation.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.state.try_lock().map_or(Ok(()), |state| match &state.trouble {
            Some(Trouble::Told(cause)) => visit.call(cause),
            _ => Ok(()),
        })
    }

    fn __clear__(&self, py: Python<'_>) {
        drop(self.with(py, |state| Ok(state.trouble.take())));
    }
}

impl Operation {
    pub(crate) fn new(
        operation: driver::Operation,
        (clock, memories): (&Arc<Clock>, &Arc<Memories>),
    ) -> Self {
        let state =
            State { operation, busy: false, driven: false, trouble: None, events: Vec::new() };
        Self { state: Mutex::new(state), clock: clock.clone(), memories: memories.clone() }
    }

    /// Has a driver work on the step; meanwhile every other call is misuse. What it gives back, if
    /// anything, is the operation from then on.
    pub(crate) fn lend<T>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(Step<Granted>) -> PyResult<(T, Option<Step<Granted>>)>,
    ) -> PyResult<T> {
        let step = self.with(py, |state| {
            let step = state.operation.take()?;
            state.busy = true;
            Ok(step)
        })?;
        let done = work(step);
        let mut state = self.state(py);
        state.busy = false;
        let (value, step) = done?;
        if let Some(step) = step {
            state.operation = step.into();
        }
        Ok(value)
    }

    /// Answers loads and writes from `store`; whether a race was lost.
    pub(crate) fn serve(&self, py: Python<'_>, store: &dyn Store) -> PyResult<bool> {
        let (lost, trouble) = self.lend(py, |step| {
            let now = || driver::Clock::now(&*self.clock);
            let ((step, lost, trouble), _) = scope(py, || served(step, store, now))?;
            Ok(((lost, trouble), Some(step)))
        })?;
        if let Some(error) = trouble {
            drop(self.with(py, |state| Ok(state.trouble.replace(Trouble::Native(error))))?);
        }
        Ok(lost)
    }

    fn answer(
        &self,
        py: Python<'_>,
        answer: Answer,
        cause: Option<&Bound<'_, PyException>>,
    ) -> PyResult<()> {
        let now = self.clock.read(py)?;
        let cause = cause.map(|cause| Trouble::Told(cause.clone().unbind()));
        drop(self.with(py, |state| {
            state.operation.answer(now, answer)?;
            Ok(cause.and_then(|cause| state.trouble.replace(cause)))
        })?);
        Ok(())
    }

    /// Looks at the state, with nothing of Python's called under its lock.
    fn with<T>(
        &self,
        py: Python<'_>,
        look: impl FnOnce(&mut State) -> Result<T, Misuse>,
    ) -> PyResult<T> {
        let mut state = self.state(py);
        let seen = if state.busy { Err(Misuse::Busy) } else { look(&mut state) };
        drop(state);
        seen.map_err(|no| misuse(py, no))
    }

    /// Waits without the interpreter, which the thread that holds the lock may need.
    fn state(&self, py: Python<'_>) -> MutexGuard<'_, State> {
        self.state.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner)
    }
}

/// Up to a question of another kind, or a lost race.
fn served(
    mut step: Step<Granted>,
    store: &dyn Store,
    now: impl Fn() -> u64,
) -> (Step<Granted>, bool, Option<StoreError>) {
    let mut trouble = None;
    loop {
        step = match step {
            Step::Load(load) => match store.load(load.row()) {
                Ok(snapshot) => load.found(now(), snapshot),
                Err(error) => {
                    trouble = Some(error);
                    load.failed(now())
                }
            },
            Step::Commit(commit) => match store.swap(commit.write()) {
                Swapped::Applied => commit.applied(now()),
                Swapped::Conflict => return (commit.conflict(now()), true, trouble),
                Swapped::InDoubt(error) => {
                    trouble = Some(error);
                    commit.in_doubt(now())
                }
                Swapped::Failed(error) => {
                    trouble = Some(error);
                    commit.failed(now())
                }
            },
            other => return (other, false, trouble),
        };
    }
}

/// What was granted or refused as a value; misuse and failure as exceptions.
pub(crate) fn outcome(
    py: Python<'_>,
    result: Result<Granted, pinbolt::Error>,
    trouble: Option<StoreError>,
) -> PyResult<Py<PyAny>> {
    let granted = match result {
        Ok(granted) => granted,
        Err(pinbolt::Error::Refused(refusal)) => return object(py, Refused(refusal)),
        Err(pinbolt::Error::Misuse(no)) => return Err(misuse(py, no)),
        Err(pinbolt::Error::Failure(no)) => return Err(failure(py, no, trouble)),
    };
    match granted {
        Granted::Accepted(accepted) => object(py, Accepted::of(accepted)),
        Granted::Begun(begun) => object(py, Begun::of(py, begun)?),
        Granted::Enrolled(enrolled) => object(py, Enrolled::of(&enrolled)),
        Granted::Imported(imported) => object(py, Imported(imported)),
        Granted::Unlocked(unlocked) => object(py, Unlocked::of(unlocked)),
        Granted::AddedToken(added) => object(py, AddedToken(added)),
        Granted::RecoveryCodes(codes) => object(py, RecoveryCodes(codes)),
        Granted::RememberedDevice(device) => object(py, RememberedDevice(device)),
        Granted::Outstanding(codes) => object(py, Outstanding(codes)),
        Granted::IssuedTicket(ticket) => object(py, IssuedTicket::of(py, ticket)?),
        Granted::Released(released) => object(py, Released::of(py, released)?),
        Granted::PeekedLink(link) => object(py, PeekedLink(link)),
        Granted::Accounts(ids) => object(py, Accounts(ids)),
        Granted::Description(description) => object(py, Description::of(*description)),
        Granted::Delivered(delivered) => {
            let cause = trouble.and_then(|trouble| trouble.into_inner().downcast::<PyErr>().ok());
            object(py, Delivered::of(delivered, cause.map(|cause| *cause)))
        }
        Granted::Nothing => object(py, Done),
        _ => Err(misuse(py, Misuse::WrongResult)),
    }
}

fn object<T>(py: Python<'_>, value: T) -> PyResult<Py<PyAny>>
where
    T: pyo3::PyClass + Into<PyClassInitializer<T>>,
{
    Ok(Py::new(py, value)?.into_any())
}
