//! The keys of an installation.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{ffi::c_char, fmt::Display, ptr};
use std::sync::Arc;

use ::pinbolt::Keyring;
use pinbolt_open::keys;

use crate::{
    guard::{clear, entry, free, hand},
    status::pinbolt_status,
    text::pinbolt_text,
    why::Why,
};

/// The keys of an installation. Whoever has them and the database can try all PINs: they are wiped
/// when the last handle that holds them is freed. They never change; any number of threads may use
/// them.
pub struct pinbolt_keys {
    pub(crate) keyring: Arc<Keyring>,
}

/// Draws new keys and writes them to the file at `path`: with mode 0600, whole or not at all, and
/// never over what is there.
///
/// `PINBOLT_CONFIGURATION`, with a sentence in `why`: something is there, or the system refused.
/// `why` is `capacity` bytes, which always end with a NUL; NULL and 0 for none.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_keys_generate(
    path: pinbolt_text,
    why: *mut c_char,
    capacity: usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (mut why, path) = unsafe { (Why::clear(why, capacity)?, path.read()?) };
        why.refuse(keys::generate(path))
    })
}

/// Reads the keys from the file at `path`, which nobody but its owner may read.
///
/// `PINBOLT_CONFIGURATION`, with a sentence in `why` that names the field or the line and never a
/// key. `*keys` is yours to free. `why` as in `pinbolt_keys_generate`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_keys_load(
    path: pinbolt_text,
    why: *mut c_char,
    capacity: usize,
    keys: *mut *mut pinbolt_keys,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { open(path, (why, capacity), keys, |path| keys::load(path)) }
}

/// Reads the keys from a text, such as a vault gives; what is in it is what the file would hold.
/// The text stays yours to wipe. All else as in `pinbolt_keys_load`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_keys_parse(
    text: pinbolt_text,
    why: *mut c_char,
    capacity: usize,
    keys: *mut *mut pinbolt_keys,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { open(text, (why, capacity), keys, keys::parse) }
}

/// Reads the keys from the environment variable `name`, which holds what the file would. No other
/// thread may change the environment meanwhile. All else as in `pinbolt_keys_load`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_keys_from_env(
    name: pinbolt_text,
    why: *mut c_char,
    capacity: usize,
    keys: *mut *mut pinbolt_keys,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { open(name, (why, capacity), keys, keys::from_env) }
}

/// Wipes and frees keys, and sets `*keys` to NULL. NULL, or a pointer to NULL, is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_keys_free(keys: *mut *mut pinbolt_keys) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(keys) }
}

/// # Safety
/// As the functions above.
unsafe fn open<E: Display>(
    from: pinbolt_text,
    (why, capacity): (*mut c_char, usize),
    keys: *mut *mut pinbolt_keys,
    read: impl FnOnce(&str) -> Result<Keyring, E>,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: the caller's promises.
        let (keys, why) = unsafe { (clear(keys, ptr::null_mut()), Why::clear(why, capacity)) };
        let (keys, mut why) = (keys?, why?);
        // SAFETY: the caller's promises.
        let keyring = why.refuse(read(unsafe { from.read() }?))?;
        hand(keys, pinbolt_keys { keyring: Arc::new(keyring) });
        Ok(())
    })
}
