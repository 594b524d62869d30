//! What Google Authenticator's "transfer accounts" shows.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{ptr, slice};
use std::sync::Mutex;

use ::pinbolt::{Error, Misuse};
use pinbolt_provision::{
    OathKey,
    migration::{self, Batches},
};

use super::{key::pinbolt_oath_key, told, written::pinbolt_written};
use crate::{
    guard::{clear, entry, free, get, guarded, hand, lock},
    status::pinbolt_status,
    text::pinbolt_text,
};

/// The most keys that one export is written of.
pub const PINBOLT_MIGRATION_MAX_KEYS: usize = 1000;

/// Collects the parts of one export of Google Authenticator's, as its "transfer accounts" shows them in
/// QR codes, in any order. What it holds is wiped when it is freed. One call at a time may use it.
pub struct pinbolt_migration {
    batches: Mutex<Batches>,
}

/// Makes a collector without parts. `*migration` is yours to free.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_migration_new(
    migration: *mut *mut pinbolt_migration,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promise, as pinbolt.h asks for it.
        let place = unsafe { clear(migration, ptr::null_mut()) }?;
        hand(place, pinbolt_migration { batches: Mutex::new(Batches::new()) });
        Ok(())
    })
}

/// Takes a part: an `otpauth-migration://offline?data=...` address of at most 8192 bytes. Its data may be
/// base64 of either kind, padded or not. The first part says which export it is, and how many parts it
/// has.
///
/// `PINBOLT_MALFORMED` where it is refused: then `*fault` is why, `PINBOLT_PROVISION_...`, and else 0.
/// That is `PINBOLT_PROVISION_BATCH` for a part of another export and one that is here already. What was
/// collected stays.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_migration_add(
    migration: *mut pinbolt_migration,
    address: pinbolt_text,
    fault: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (fault, address) = unsafe { (clear(fault, 0)?, address.read()?) };
        // SAFETY: as above.
        let mut batches = lock(&unsafe { get(migration) }?.batches)?;
        let batch = told(fault, migration::read(address))?;
        told(fault, batches.add(batch))
    })
}

/// How many parts the export has, 0 before the first, how many of them are missing, and how many keys
/// those have that are here.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_migration_counts(
    migration: *const pinbolt_migration,
    parts: *mut usize,
    missing: *mut usize,
    keys: *mut usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (parts, missing, keys) =
            unsafe { (clear(parts, 0), clear(missing, 0), clear(keys, 0)) };
        let (parts, missing, keys) = (parts?, missing?, keys?);
        // SAFETY: as above.
        let batches = lock(&unsafe { get(migration) }?.batches)?;
        (*parts, *missing) = (batches.size(), batches.missing().count());
        *keys = batches.keys().count();
        Ok(())
    })
}

/// 1 where the part of this index, from 0, is missing; 0 where it is here, and where the export has no
/// such part.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_migration_lacks(
    migration: *const pinbolt_migration,
    part: usize,
) -> u32 {
    guarded(0, || {
        // SAFETY: C's promise, as pinbolt.h asks for it.
        let batches = unsafe { get(migration) }.and_then(|migration| lock(&migration.batches));
        batches.map_or(0, |batches| u32::from(batches.missing().any(|missing| missing == part)))
    })
}

/// A key of the parts that are here, by its index from 0, in the export's order. `*key` is yours to free.
///
/// `PINBOLT_MALFORMED` for one that tokens can't have here, which spoils no other: then `*fault` is why,
/// `PINBOLT_PROVISION_...`, and else 0. `PINBOLT_VALUE` past the last.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_migration_key(
    migration: *const pinbolt_migration,
    index: usize,
    key: *mut *mut pinbolt_oath_key,
    fault: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (key, fault) = unsafe { (clear(key, ptr::null_mut()), clear(fault, 0)) };
        let (key, fault) = (key?, fault?);
        // SAFETY: as above.
        let batches = lock(&unsafe { get(migration) }?.batches)?;
        let found = batches.keys().nth(index).ok_or(Misuse::Value)?;
        hand(key, pinbolt_oath_key::of(told(fault, found.clone())?));
        Ok(())
    })
}

/// Wipes and frees a collector, and sets `*migration` to NULL. NULL, or a pointer to NULL, is fine. No
/// thread may be using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_migration_free(migration: *mut *mut pinbolt_migration) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(migration) }
}

/// Writes keys with names as an export: addresses, one for each QR code, with ten keys at most. `*parts`
/// becomes how many there are, and `*written` the one of index `part`, from 0: call it again until all
/// were written. It holds secrets, and is yours to free.
///
/// `PINBOLT_MALFORMED` for a key that such an export has no place for: then `*fault` is why,
/// `PINBOLT_PROVISION_...`, and else 0. `PINBOLT_VALUE` for a part that there isn't; `PINBOLT_LENGTH`
/// over `PINBOLT_MIGRATION_MAX_KEYS`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_migration_write(
    keys: *const *const pinbolt_oath_key,
    count: usize,
    part: usize,
    written: *mut *mut pinbolt_written,
    parts: *mut usize,
    fault: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (written, parts, fault) =
            unsafe { (clear(written, ptr::null_mut()), clear(parts, 0), clear(fault, 0)) };
        let (written, parts, fault) = (written?, parts?, fault?);
        // SAFETY: as above.
        let keys = unsafe { list(keys, count) }?;
        let addresses = told(fault, migration::write(&keys))?;
        *parts = addresses.len();
        let address = addresses.get(part).ok_or(Misuse::Value)?;
        hand(written, pinbolt_written::of(address.as_bytes()));
        Ok(())
    })
}

/// # Safety
/// `keys` is NULL, or `count` pointers to keys.
unsafe fn list(keys: *const *const pinbolt_oath_key, count: usize) -> Result<Vec<OathKey>, Error> {
    if count > PINBOLT_MIGRATION_MAX_KEYS {
        return Err(Misuse::Length.into());
    }
    if count == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: the caller's promise; NULL and misaligned ones are caught.
    unsafe {
        get(keys)?;
        slice::from_raw_parts(keys, count).iter().map(|key| Ok(get(*key)?.key().clone())).collect()
    }
}
