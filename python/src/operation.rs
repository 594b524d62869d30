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
    error::{failure, misuse},
    question::{Commit, Deliver, Hash, Load, Message},
    refused::Refused,
    results::{Delivered, Done, Enrolled, Unlocked},
    row::Write,
    store::loaded,
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
    /// What the store or the delivery had trouble with last.
    trouble: Option<Trouble>,
    events: Vec<pinbolt::AuditEvent>,
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
        let state = self.state(py);
        let question = match state.operation.asked().map_err(|no| misuse(py, no))? {
            Asked::Load(row) => Py::new(py, Load::of(row))?.into_any(),
            Asked::Commit(write) => {
                let write = Py::new(py, Write(write.clone()))?;
                Py::new(py, Commit { write })?.into_any()
            }
            Asked::Hash(work) => {
                let work = Py::new(py, Work { work, memories: self.memories.clone() })?;
                Py::new(py, Hash { work })?.into_any()
            }
            Asked::Deliver(message) => {
                let message = Py::new(py, Message::of(message))?;
                Py::new(py, Deliver { message })?.into_any()
            }
            Asked::Nothing => return Ok(None),
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
        let mut state = self.state(py);
        // A digest goes into one answer: don't take it for a question that isn't open.
        let asked = state.operation.asked().map_err(|no| misuse(py, no))?;
        let no = match asked {
            Asked::Hash(_) => None,
            Asked::Nothing => Some(Misuse::Over),
            _ => Some(Misuse::WrongAnswer),
        };
        if let Some(no) = no {
            return Err(misuse(py, no));
        }
        let digest = digest.take().ok_or_else(|| misuse(py, Misuse::UsedUp))?;
        state.operation.answer(now, Answer::Hashed(digest)).map_err(|no| misuse(py, no))
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
        let mut state = self.state(py);
        let done = state.operation.end().map_err(|no| misuse(py, no))?;
        let trouble = state.trouble.take().map(|trouble| trouble.into_error(py));
        state.events = done.events;
        drop(state);
        outcome(py, done.result, trouble)
    }

    /// The audit events; empty before the end was taken out.
    #[getter]
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let events = self.state(py).events.clone();
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
        let trouble = self.state(py).trouble.take();
        drop(trouble);
    }
}

impl Operation {
    pub(crate) fn new(
        operation: driver::Operation,
        (clock, memories): (&Arc<Clock>, &Arc<Memories>),
    ) -> Self {
        let state = State { operation, trouble: None, events: Vec::new() };
        Self { state: Mutex::new(state), clock: clock.clone(), memories: memories.clone() }
    }

    /// Takes the step out, for a driver to complete.
    pub(crate) fn take(&self, py: Python<'_>) -> PyResult<Step<Granted>> {
        self.state(py).operation.take().map_err(|no| misuse(py, no))
    }

    /// Answers loads and writes from `store`; whether a race was lost.
    pub(crate) fn serve(&self, py: Python<'_>, store: &dyn Store) -> PyResult<bool> {
        let mut step = self.take(py)?;
        let (now, mut trouble) = (|| driver::Clock::now(&*self.clock), None);
        let ((step, lost), _) = crate::interrupt::scope(py, || {
            let mut lost = false;
            while !lost {
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
                        Swapped::Conflict => {
                            lost = true;
                            commit.conflict(now())
                        }
                        Swapped::InDoubt(error) => {
                            trouble = Some(error);
                            commit.in_doubt(now())
                        }
                        Swapped::Failed(error) => {
                            trouble = Some(error);
                            commit.failed(now())
                        }
                    },
                    other => return (other, lost),
                };
            }
            (step, lost)
        })?;
        let mut state = self.state(py);
        state.operation = step.into();
        if let Some(error) = trouble {
            state.trouble = Some(Trouble::Native(error));
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
        let mut state = self.state(py);
        state.operation.answer(now, answer).map_err(|no| misuse(py, no))?;
        if let Some(cause) = cause {
            state.trouble = Some(Trouble::Told(cause.clone().unbind()));
        }
        Ok(())
    }

    /// Waits without the interpreter, which the thread that holds the lock may need.
    fn state(&self, py: Python<'_>) -> MutexGuard<'_, State> {
        self.state.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner)
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
        Granted::Unlocked(unlocked) => object(py, Unlocked::of(unlocked)),
        Granted::Description(description) => object(py, Description::of(*description)),
        Granted::Delivered(delivered) => {
            let cause = trouble.and_then(|trouble| trouble.into_inner().downcast::<PyErr>().ok());
            object(py, Delivered::of(delivered, cause.map(|cause| *cause)))
        }
        _ => object(py, Done),
    }
}

fn object<T>(py: Python<'_>, value: T) -> PyResult<Py<PyAny>>
where
    T: pyo3::PyClass + Into<PyClassInitializer<T>>,
{
    Ok(Py::new(py, value)?.into_any())
}
