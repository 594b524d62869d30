//! A PIN hash, as a handle that any thread may run.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;
use std::sync::Mutex;

use ::pinbolt::{Digest, Error, HashMemory, Misuse, Work};

use crate::{
    guard::{clear, entry, free_idle, get, hand, lock},
    status::pinbolt_status,
};

/// One PIN hash. It holds the PIN, and is wiped when it is freed. One call at a time may use it, in
/// any thread; a second one meanwhile answers `PINBOLT_BUSY`.
pub struct pinbolt_work {
    work: Work,
    digest: Mutex<Option<Digest>>,
}

/// The memory of a hash, kept from one to the next, for a hash that allocates it anew takes longer.
/// It grows to the costliest hash that it has run (some tens of MiB by default), and holds nothing
/// between two. One call at a time may use it, in any thread.
pub struct pinbolt_hash_memory {
    memory: Mutex<HashMemory>,
}

/// Makes a hash memory, empty at first. `*memory` is yours to free.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_hash_memory_new(
    memory: *mut *mut pinbolt_hash_memory,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let memory = unsafe { clear(memory, ptr::null_mut()) }?;
        hand(memory, pinbolt_hash_memory { memory: Mutex::new(HashMemory::new()) });
        Ok(())
    })
}

/// Frees a hash memory and sets `*memory` to NULL. NULL, or a pointer to NULL, is fine. One that
/// another call uses is left as it is, and so is `*memory`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_hash_memory_free(memory: *mut *mut pinbolt_hash_memory) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free_idle(memory, |memory| &memory.memory) }
}

/// Runs a hash: some tens of milliseconds of one processor. `memory` NULL allocates one for this
/// run alone. Running one again that was run changes nothing.
///
/// `PINBOLT_BUSY` where another call uses the work or the memory.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_work_run(
    work: *mut pinbolt_work,
    memory: *mut pinbolt_hash_memory,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let work = unsafe { get(work) }?;
        let mut digest = lock(&work.digest)?;
        if digest.is_some() {
            return Ok(());
        }
        let made = match memory.is_null() {
            true => work.work.run(&mut HashMemory::new()),
            // SAFETY: as above.
            false => work.work.run(&mut *lock(&unsafe { get(memory) }?.memory)?),
        };
        *digest = Some(made);
        Ok(())
    })
}

/// Wipes and frees a hash, and sets `*work` to NULL. NULL, or a pointer to NULL, is fine. One that
/// another call uses is left as it is, and so is `*work`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_work_free(work: *mut *mut pinbolt_work) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free_idle(work, |work| &work.digest) }
}

impl pinbolt_work {
    pub(crate) const fn new(work: Work) -> Self {
        Self { work, digest: Mutex::new(None) }
    }

    /// Takes out what it gave.
    pub(crate) fn take(&self) -> Result<Digest, Error> {
        lock(&self.digest)?.take().ok_or_else(|| Misuse::NotOver.into())
    }
}
