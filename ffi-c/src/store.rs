//! A store that C brings.
#![allow(unsafe_code, reason = "a store of C's is called here")]

use core::{cell::RefCell, ffi::c_void};

use ::pinbolt::{
    Error, Misuse,
    driver::{Store, StoreError, Swapped},
    row::{RowName, Snapshot, Write},
};

use crate::{
    guard::{SizeFirst, entry, get},
    question::{pinbolt_write, snapshot, write_view},
    shelf::Kept,
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
};

/// A load: the row was given to `pinbolt_loaded_set`.
pub const PINBOLT_LOAD_FOUND: u32 = 1;
/// A load: there is no such row.
pub const PINBOLT_LOAD_ABSENT: u32 = 2;
/// A load: the store can't be read.
pub const PINBOLT_LOAD_FAILED: u32 = 3;

/// A swap: it stands, durably.
pub const PINBOLT_SWAP_APPLIED: u32 = 11;
/// A swap: the row stood at another version, and nothing was written.
pub const PINBOLT_SWAP_CONFLICT: u32 = 12;
/// A swap: it may or may not stand. When unsure, this.
pub const PINBOLT_SWAP_IN_DOUBT: u32 = 13;
/// A swap: it surely doesn't stand.
pub const PINBOLT_SWAP_NOT_APPLIED: u32 = 14;

/// The longest text that `pinbolt_trouble_say` keeps, in bytes.
const MOST_SAID: usize = 1024;

/// Where a store's `load` puts the row that it found. It lives during that call.
pub struct pinbolt_loaded {
    row: RefCell<Loaded>,
}

enum Loaded {
    Nothing,
    Row(Snapshot),
    /// What was put there is no row.
    Rubbish,
}

/// Where a store's `load` and `swap` say what went wrong, for an operator. It lives during that
/// call.
pub struct pinbolt_trouble {
    said: RefCell<Option<String>>,
}

/// A store of the host's: any database with a conditional write. It is copied; `context` must live
/// as long as the engine. The callbacks may be called from several threads at once, and must
/// return: an exception out of one aborts the program, a `longjmp` is undefined. They may use any
/// handle but the operation that is being run, which answers `PINBOLT_BUSY`.
///
/// What it must keep, for each row: of two writes that expect the same version, one applies;
/// `PINBOLT_SWAP_APPLIED` means durable; a row isn't removed before its `keep_until`. A stale load
/// never lets anybody in; a `swap` that checks and writes in two steps does. `pinbolt_check_store`
/// looks for that by racing.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_store {
    /// `sizeof(pinbolt_store)`.
    pub size: usize,
    /// Given to the callbacks as it is.
    pub context: *mut c_void,
    /// Loads a row and answers `PINBOLT_LOAD_...`; `PINBOLT_LOAD_FOUND` only after
    /// `pinbolt_loaded_set`. Any other number, a row that was said to be absent and set, or found
    /// and not set, or set wrongly, is taken for `PINBOLT_LOAD_FAILED`.
    pub load: Option<
        unsafe extern "C-unwind" fn(
            context: *mut c_void,
            row: pinbolt_text,
            loaded: *mut pinbolt_loaded,
            trouble: *mut pinbolt_trouble,
        ) -> u32,
    >,
    /// Applies a write if the row stands at `write->expected`, and answers `PINBOLT_SWAP_...`. Any
    /// other number is taken for `PINBOLT_SWAP_IN_DOUBT`.
    pub swap: Option<
        unsafe extern "C-unwind" fn(
            context: *mut c_void,
            write: *const pinbolt_write,
            trouble: *mut pinbolt_trouble,
        ) -> u32,
    >,
}

/// Gives a load the row that it found: its version, 16 bytes, and its body, up to 65536 bytes. Both
/// are copied. Only within a store's `load`, and in its thread.
///
/// `PINBOLT_LENGTH`, `PINBOLT_POINTER`: that is no row, and the load counts as failed.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_loaded_set(
    loaded: *mut pinbolt_loaded,
    version: pinbolt_bytes,
    body: pinbolt_bytes,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let loaded = unsafe { get(loaded) }?;
        // SAFETY: as above.
        let row = unsafe { snapshot(version, body) };
        let (row, said) = match row {
            Ok(row) => (Loaded::Row(row), Ok(())),
            Err(error) => (Loaded::Rubbish, Err(error)),
        };
        *loaded.row.try_borrow_mut().map_err(|_| busy())? = row;
        said
    })
}

/// Says what went wrong, for `pinbolt_op_detail`; at most 1024 bytes are kept. Say nothing in it
/// that no log may hold. Only within a store's `load` or `swap`, and in its thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_trouble_say(
    trouble: *mut pinbolt_trouble,
    what: pinbolt_text,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (trouble, bytes) = unsafe {
            (get(trouble)?, pinbolt_bytes { data: what.data.cast(), len: what.len }.read()?)
        };
        let bytes = bytes.unwrap_or_default();
        let kept = bytes.get(..MOST_SAID).unwrap_or(bytes);
        let text = String::from_utf8_lossy(kept).into_owned();
        *trouble.said.try_borrow_mut().map_err(|_| busy())? = Some(text);
        Ok(())
    })
}

fn busy() -> Error {
    Misuse::Busy.into()
}

// SAFETY: C's, its size first, and all zeros are NULL.
unsafe impl SizeFirst for pinbolt_store {}

type Load = unsafe extern "C-unwind" fn(
    *mut c_void,
    pinbolt_text,
    *mut pinbolt_loaded,
    *mut pinbolt_trouble,
) -> u32;
type Swap =
    unsafe extern "C-unwind" fn(*mut c_void, *const pinbolt_write, *mut pinbolt_trouble) -> u32;

/// A store of C's, with its callbacks there.
pub(crate) struct Database {
    context: *mut c_void,
    load: Load,
    swap: Swap,
}

// SAFETY: pinbolt.h asks that the callbacks may be called from any thread with their context.
unsafe impl Send for Database {}
// SAFETY: as above.
unsafe impl Sync for Database {}

impl Database {
    /// `None` without its callbacks.
    pub(crate) fn new(store: pinbolt_store) -> Option<Self> {
        Some(Self { context: store.context, load: store.load?, swap: store.swap? })
    }
}

impl Store for Database {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        let name = Kept::new(|shelf| shelf.text(row.as_str()));
        let mut loaded = pinbolt_loaded { row: RefCell::new(Loaded::Nothing) };
        let mut trouble = pinbolt_trouble::new();
        // SAFETY: the host's own callback, with the context that it gave for it.
        let answer = unsafe { (self.load)(self.context, *name.get(), &mut loaded, &mut trouble) };
        match (answer, loaded.row.into_inner()) {
            (PINBOLT_LOAD_FOUND, Loaded::Row(row)) => Ok(Some(row)),
            (PINBOLT_LOAD_ABSENT, Loaded::Nothing) => Ok(None),
            (PINBOLT_LOAD_FAILED, _) => Err(trouble.error("the store said that it failed")),
            _ => Err(trouble.error("the store's answer to a load stands for nothing")),
        }
    }

    fn swap(&self, write: &Write) -> Swapped {
        let view = Kept::new(|shelf| write_view(shelf, write));
        let mut trouble = pinbolt_trouble::new();
        // SAFETY: the host's own callback, with the context that it gave for it.
        let answer = unsafe { (self.swap)(self.context, view.as_ptr(), &mut trouble) };
        match answer {
            PINBOLT_SWAP_APPLIED => Swapped::Applied,
            PINBOLT_SWAP_CONFLICT => Swapped::Conflict,
            PINBOLT_SWAP_IN_DOUBT => {
                Swapped::InDoubt(trouble.error("the store said that it is in doubt"))
            }
            PINBOLT_SWAP_NOT_APPLIED => {
                Swapped::Failed(trouble.error("the store said that it failed"))
            }
            _ => {
                let odd = "the store's answer to a swap stands for nothing";
                Swapped::InDoubt(trouble.error(odd))
            }
        }
    }
}

impl pinbolt_trouble {
    const fn new() -> Self {
        Self { said: RefCell::new(None) }
    }

    /// What the store said, or `otherwise`.
    fn error(self, otherwise: &str) -> StoreError {
        StoreError::new(self.said.into_inner().unwrap_or_else(|| otherwise.into()))
    }
}
