//! An installation: keys, policy and tenant, which all operations share.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use ::pinbolt::{Misuse, Pinbolt};

use crate::{
    guard::{clear, entry, free, get, hand},
    keys::pinbolt_keys,
    policy::pinbolt_policy,
    status::pinbolt_status,
    text::pinbolt_text,
};

/// Keys, policy and tenant, which all operations share. It never changes; any number of threads may
/// use it. Engines and operations hold what they need of it, so it may be freed before them.
pub struct pinbolt {
    pub(crate) shared: Pinbolt,
}

/// Makes an installation. Keys and policy stay yours: several installations may share them, and
/// they may be freed before it. The tenant, up to 64 bytes, is part of every row's name; absent is
/// as empty.
///
/// `PINBOLT_TENANT` also for one that isn't UTF-8. `*installation` is yours to free.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_new(
    keys: *const pinbolt_keys,
    policy: *const pinbolt_policy,
    tenant: pinbolt_text,
    installation: *mut *mut pinbolt,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let installation = unsafe { clear(installation, ptr::null_mut()) }?;
        // SAFETY: as above.
        let (keys, policy) = unsafe { (get(keys)?, get(policy)?) };
        // SAFETY: as above.
        let tenant = unsafe { tenant.read() }?;
        // A NUL stands for what isn't UTF-8.
        if tenant.contains('\0') {
            return Err(Misuse::Tenant.into());
        }
        let shared = Pinbolt::open(keys.keyring.clone(), policy.policy.clone(), tenant)?;
        hand(installation, pinbolt { shared });
        Ok(())
    })
}

/// Frees an installation and sets `*installation` to NULL. NULL, or a pointer to NULL, is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_free(installation: *mut *mut pinbolt) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(installation) }
}
