//! `otpauth` addresses: what the QR code of an authenticator app says.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use pinbolt_provision::otpauth;

use super::{key::pinbolt_oath_key, told, written::pinbolt_written};
use crate::{
    guard::{clear, entry, get, hand},
    status::pinbolt_status,
    text::pinbolt_text,
};

/// Reads an `otpauth` address (Google's "Key URI Format"), of at most 2048 bytes: `otpauth://totp/` or
/// `otpauth://hotp/`, the label, and the parameters `secret`, `issuer`, `algorithm`, `digits`, `period`
/// and `counter`; any other one is an app's own, and is passed over. An issuer that is said twice must
/// be the same twice, and a parameter is there once. A `+` is a plus, but in an issuer whose label has
/// a blank there. Without parameters it is SHA-1, 6 digits, 30 seconds; a counter must be said.
/// A Steam token is marked by `encoder=steam`, by the type `otpauth://steam/`, or by `digits=5` of the
/// issuer Steam; or it is `steam://` and the secret, which gives a key without names. `*key` is yours
/// to free.
///
/// `PINBOLT_MALFORMED` where it is refused: then `*fault` is why, `PINBOLT_PROVISION_...`, and else 0.
/// A short secret is no fault here: that is asked where it enters an account.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_otpauth_read(
    address: pinbolt_text,
    key: *mut *mut pinbolt_oath_key,
    fault: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (key, fault) = unsafe { (clear(key, ptr::null_mut()), clear(fault, 0)) };
        let (key, fault) = (key?, fault?);
        // SAFETY: as above.
        let read = told(fault, otpauth::read(unsafe { address.read() }?))?;
        hand(key, pinbolt_oath_key::of(read));
        Ok(())
    })
}

/// Writes a key with a name as an `otpauth` address: the issuer both before the name and as a
/// parameter, as apps want it, and what differs from SHA-1, 6 digits and 30 seconds. Many apps know
/// nothing else. The address holds the secret: show it to its owner alone, once, and keep it nowhere.
/// `*written` is yours to free.
///
/// `PINBOLT_MALFORMED` for a key that has no place in an address: then `*fault` is why,
/// `PINBOLT_PROVISION_...`, and else 0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_otpauth_write(
    key: *const pinbolt_oath_key,
    written: *mut *mut pinbolt_written,
    fault: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (written, fault) = unsafe { (clear(written, ptr::null_mut()), clear(fault, 0)) };
        let (written, fault) = (written?, fault?);
        // SAFETY: as above.
        let text = told(fault, otpauth::write(unsafe { get(key) }?.key()))?;
        hand(written, pinbolt_written::of(text.as_bytes()));
        Ok(())
    })
}
