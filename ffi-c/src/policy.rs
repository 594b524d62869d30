//! The policy of an installation.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{ffi::c_char, ptr};

use ::pinbolt::Policy;

use crate::{
    guard::{clear, entry, free, hand},
    status::pinbolt_status,
    text::pinbolt_text,
    why::Why,
};

/// What an installation asks of whom. It never changes; any number of threads may use it.
pub struct pinbolt_policy {
    pub(crate) policy: Policy,
}

/// Reads a policy from TOML: every setting by its path, and the purposes for which people sign in.
///
///     [code]
///     lifetime = 180
///
///     [purposes.sign-in]    # a name of 1 to 32 of a-z 0-9 - _ .
///     pin = true            # false without this
///     code = ["sms", "email"]
///     resend = "redeliver"  # the same code again; "rotate", a new one, holds without this
///     authorizes = true     # whether its proof may stand for an operator's word; false without this
///
///     [purposes.log-in]     # in one step, by `verify`
///     pin = true
///     otp = true            # a token's one-time code; false without this
///
///     [purposes.recover]
///     recovery_code = true  # false without this
///
/// `PINBOLT_CONFIGURATION`, with the setting and its line in `why`: `capacity` bytes, which always
/// end with a NUL; NULL and 0 for none. `*policy` is yours to free.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_policy_parse(
    toml: pinbolt_text,
    why: *mut c_char,
    capacity: usize,
    policy: *mut *mut pinbolt_policy,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (policy, why) = unsafe { (clear(policy, ptr::null_mut()), Why::clear(why, capacity)) };
        let (policy, mut why) = (policy?, why?);
        // SAFETY: C's promises.
        let parsed = why.refuse(pinbolt_open::policy::parse(unsafe { toml.read() }?))?;
        hand(policy, pinbolt_policy { policy: parsed });
        Ok(())
    })
}

/// Frees a policy and sets `*policy` to NULL. NULL, or a pointer to NULL, is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_policy_free(policy: *mut *mut pinbolt_policy) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(policy) }
}
