//! The conformance kit, on a store that C brings.
#![allow(unsafe_code, reason = "C's connections are made and ended here")]

use core::{
    ffi::{c_char, c_void},
    mem, ptr,
};

use ::pinbolt::{
    Failure, Misuse,
    driver::{Store, StoreError, Swapped},
    row::{RowName, Snapshot, Write},
    testkit::conformance,
};

use crate::{
    guard::{SizeFirst, entry, read},
    status::{PINBOLT_OK, pinbolt_status},
    store::{Database, pinbolt_store},
    why::Why,
};

/// How the kit connects to the storage that it tries, as other processes would.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_connector {
    /// `sizeof(pinbolt_connector)`.
    pub size: usize,
    /// Given to the callbacks as it is.
    pub context: *mut c_void,
    /// Opens one more connection to one and the same storage and fills `*store`, but nothing behind
    /// `store->size`, which is set. `PINBOLT_OK`; any other number: it can't. Up to nine are open at
    /// once, each used by a thread of its own, and at one point none is.
    pub connect:
        Option<unsafe extern "C-unwind" fn(context: *mut c_void, store: *mut pinbolt_store) -> u32>,
    /// Ends a connection that `connect` opened. May be NULL.
    pub disconnect:
        Option<unsafe extern "C-unwind" fn(context: *mut c_void, store: *const pinbolt_store)>,
}

// SAFETY: C's, its size first, and all zeros are NULL.
unsafe impl SizeFirst for pinbolt_connector {}

/// Tries every promise of a store on a real one. No store is done before it passes.
///
/// The storage may be shared and need not be empty: rows are named `kit-` and so on, and left
/// behind, to be kept for an hour, but for one that says never. It takes some 3 seconds.
///
/// `PINBOLT_OK`, and `report` says what was tried; `PINBOLT_STORE`, and it lists each promise that
/// was not kept, with what it would cost. `report` is `capacity` bytes, 4096 are enough, which
/// always end with a NUL; NULL and 0 for none. It can't find what needs a failing machine.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_check_store(
    connector: *const pinbolt_connector,
    report: *mut c_char,
    capacity: usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let mut report = unsafe { Why::clear(report, capacity) }?;
        // SAFETY: as above.
        let connector = unsafe { read(connector) }?;
        let connect = connector.connect.ok_or(Misuse::Pointer)?;
        match conformance::check(|| Connection::open(&connector, connect)) {
            Ok(passed) => {
                report.say(passed);
                Ok(())
            }
            Err(broken) => {
                report.say(broken);
                Err(Failure::Store.into())
            }
        }
    })
}

/// One connection, ended when it goes; without a store where there was none to be had.
struct Connection {
    connector: pinbolt_connector,
    opened: Option<(pinbolt_store, Database)>,
}

// SAFETY: pinbolt.h says that connections are used by threads of their own.
unsafe impl Send for Connection {}
// SAFETY: as above.
unsafe impl Sync for Connection {}

impl Connection {
    fn open(
        connector: &pinbolt_connector,
        connect: unsafe extern "C-unwind" fn(*mut c_void, *mut pinbolt_store) -> u32,
    ) -> Self {
        let size = mem::size_of::<pinbolt_store>();
        let mut store = pinbolt_store { size, context: ptr::null_mut(), load: None, swap: None };
        // SAFETY: the host's own callback, with the context that it gave for it.
        let connected = unsafe { connect(connector.context, &mut store) } == PINBOLT_OK;
        let database = Database::new(store).filter(|_| connected && store.size == size);
        Self { connector: *connector, opened: database.map(|database| (store, database)) }
    }

    fn store(&self) -> Result<&Database, StoreError> {
        let store = self.opened.as_ref().map(|(_, database)| database);
        store.ok_or_else(|| StoreError::new("there was no connection to be had"))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let (Some((store, _)), Some(disconnect)) = (&self.opened, self.connector.disconnect) {
            // SAFETY: the host's own callback, with the context that it gave for it.
            unsafe { disconnect(self.connector.context, store) }
        }
    }
}

impl Store for Connection {
    fn load(&self, row: &RowName) -> Result<Option<Snapshot>, StoreError> {
        self.store()?.load(row)
    }

    fn swap(&self, write: &Write) -> Swapped {
        match self.store() {
            Ok(store) => store.swap(write),
            Err(error) => Swapped::Failed(error),
        }
    }
}
