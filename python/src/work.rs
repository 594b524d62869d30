//! PIN hashes as pieces of work that any thread may run.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use pinbolt::HashMemory;
use pyo3::prelude::*;

/// One PIN hash. Any thread may run it, with the interpreter released meanwhile.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Work {
    pub(crate) work: pinbolt::Work,
    pub(crate) memories: Arc<Memories>,
}

#[pymethods]
impl Work {
    /// Runs it: some milliseconds of one processor.
    fn run(&self, py: Python<'_>) -> Digest {
        py.detach(|| {
            let mut memory = self.memories.take();
            let digest = self.work.run(&mut memory);
            self.memories.give_back(memory);
            Digest(Mutex::new(Some(digest)))
        })
    }

    /// Memory (KiB), passes and lanes, in Argon2's order.
    #[getter]
    fn cost(&self) -> (u32, u32, u32) {
        self.work.cost()
    }

    fn __repr__(&self) -> String {
        format!("Work(cost={:?})", self.work.cost())
    }
}

/// What a `Work` gave: the answer to that very work, good once.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Digest(Mutex<Option<pinbolt::Digest>>);

#[pymethods]
impl Digest {
    fn __repr__(&self) -> &'static str {
        "Digest(..)"
    }
}

impl Digest {
    pub(crate) fn take(&self) -> Option<pinbolt::Digest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Memories that were used before: as many as there are processors, so that a host which hashes on
/// many threads doesn't keep them all.
#[derive(Default)]
pub(crate) struct Memories(Mutex<Vec<HashMemory>>);

impl Memories {
    fn take(&self) -> HashMemory {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give_back(&self, memory: HashMemory) {
        let most = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < most {
            kept.push(memory);
        }
    }
}
