//! An engine: runs operations on a store, a delivery and a clock.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{ffi::c_char, num::NonZeroUsize, ptr, time::Duration};

use ::pinbolt::{
    Error, Misuse,
    driver::{Clock, Delivery, Engine, HashPool, NoDelivery, Store, SystemClock, milliseconds},
};

use crate::{
    clock::{Ticking, pinbolt_clock},
    delivery::{Gateway, pinbolt_delivery},
    guard::{SizeFirst, clear, entry, free, get, hand, read},
    installation::pinbolt,
    op::pinbolt_op,
    status::pinbolt_status,
    store::{Database, pinbolt_store},
    text::pinbolt_text,
    why::Why,
};

/// More is a mistake, such as -1, and not a machine.
const MOST_SLOTS: usize = 1024;

/// Runs operations on a store, a delivery and a clock. Any number of threads may use it at once.
pub struct pinbolt_engine {
    engine: Engine<Box<dyn Store>, Box<dyn Delivery>, Box<dyn Clock>>,
}

/// What an engine runs on.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_engine_args {
    /// `sizeof(pinbolt_engine_args)`.
    pub size: usize,
    /// The store's URL, such as `sqlite:///var/lib/app/auth.db`; or absent, and `store`. `memory:`
    /// is gone with the process: for demonstrations, never in production. Nothing else in this
    /// process may open an SQLite file that is open here, not even to look.
    pub url: pinbolt_text,
    /// A store of the host's; or NULL, and `url`.
    pub store: *const pinbolt_store,
    /// A gateway of the host's; NULL delivers nothing, and says so.
    pub delivery: *const pinbolt_delivery,
    /// A clock of the host's; NULL for the system's.
    pub clock: *const pinbolt_clock,
    /// How many hashes may run at once, each in a memory of its own, up to 1024; 0 for one for each
    /// processor.
    pub hash_slots: u32,
    /// How long a hash waits for a free memory, in milliseconds, before it isn't run; 0 for 5000.
    pub hash_patience: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_engine_args {}

/// Opens an engine. It also runs the operations of other installations, as those of other tenants
/// on the same store. What it was opened with may be freed, but the contexts of the callbacks.
///
/// `PINBOLT_CONFIGURATION`, with a sentence in `why`: the URL opens no store. `PINBOLT_VALUE`
/// unless exactly one of `url` and `store` is there, and for too many `hash_slots`;
/// `PINBOLT_POINTER` for a callback that is NULL. `*engine` is yours to free. `why` is `capacity`
/// bytes, which always end with a NUL; NULL and 0 for none.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_engine_open(
    installation: *const pinbolt,
    args: *const pinbolt_engine_args,
    why: *mut c_char,
    capacity: usize,
    engine: *mut *mut pinbolt_engine,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (engine, why) = unsafe { (clear(engine, ptr::null_mut()), Why::clear(why, capacity)) };
        let (engine, mut why) = (engine?, why?);
        // SAFETY: as above.
        let (installation, args) = unsafe { (get(installation)?, read(args)?) };
        // SAFETY: as above.
        let (delivery, clock) = unsafe { (delivery(args.delivery)?, clock(args.clock)?) };
        let hashes = hashes(&args)?;
        // SAFETY: as above.
        let store = unsafe { store(&args, &mut why) }?;
        let opened = Engine::new(installation.shared.clone(), store, delivery)
            .with_clock(clock)
            .with_hashes(hashes);
        hand(engine, pinbolt_engine { engine: opened });
        Ok(())
    })
}

/// Runs an operation to its end, on this thread: its questions go to the engine's store, delivery
/// and clock. It may have been driven by hand up to here. Gives how it ended, as
/// `pinbolt_op_status` does from then on; one that was over before is left as it is. `PINBOLT_BUSY`
/// for one that another call uses. `PINBOLT_VALUE` where the clock gives no milliseconds: then it
/// is where it was.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_engine_run(
    engine: *const pinbolt_engine,
    op: *mut pinbolt_op,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (engine, op) = unsafe { (get(engine)?, get(op)?) };
        milliseconds(engine.engine.clock().now())?;
        op.complete(|step| engine.engine.complete(step))
    })
}

/// Frees an engine and sets `*engine` to NULL. NULL, or a pointer to NULL, is fine. No thread may
/// be using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_engine_free(engine: *mut *mut pinbolt_engine) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(engine) }
}

/// # Safety
/// As [`read`].
unsafe fn store(args: &pinbolt_engine_args, why: &mut Why<'_>) -> Result<Box<dyn Store>, Error> {
    // SAFETY: the caller's promise.
    let url = unsafe { args.url.read_maybe() }?;
    match (url, args.store.is_null()) {
        (Some(url), true) => why.refuse(pinbolt_open::store(url)),
        (None, false) => {
            // SAFETY: the caller's promise.
            let store = unsafe { read(args.store) }?;
            Ok(Box::new(Database::new(store).ok_or(Misuse::Pointer)?))
        }
        _ => Err(Misuse::Value.into()),
    }
}

/// # Safety
/// As [`read`].
unsafe fn delivery(pointer: *const pinbolt_delivery) -> Result<Box<dyn Delivery>, Error> {
    if pointer.is_null() {
        return Ok(Box::new(NoDelivery));
    }
    // SAFETY: the caller's promise.
    let delivery = unsafe { read(pointer) }?;
    Ok(Box::new(Gateway::new(delivery).ok_or(Misuse::Pointer)?))
}

/// # Safety
/// As [`read`].
unsafe fn clock(pointer: *const pinbolt_clock) -> Result<Box<dyn Clock>, Error> {
    if pointer.is_null() {
        return Ok(Box::new(SystemClock));
    }
    // SAFETY: the caller's promise.
    let clock = unsafe { read(pointer) }?;
    Ok(Box::new(Ticking::new(clock).ok_or(Misuse::Pointer)?))
}

fn hashes(args: &pinbolt_engine_args) -> Result<HashPool, Error> {
    let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let slots = match usize::try_from(args.hash_slots) {
        Ok(slots) if slots <= MOST_SLOTS => NonZeroUsize::new(slots).unwrap_or(cores),
        _ => return Err(Misuse::Value.into()),
    };
    let patience = match args.hash_patience {
        0 => 5000,
        patience => patience,
    };
    Ok(HashPool::new(slots, Duration::from_millis(patience.into())))
}
