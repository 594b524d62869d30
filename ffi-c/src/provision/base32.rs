//! Secrets as letters that people can type.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use pinbolt_provision::base32;

use super::{told, written::pinbolt_written};
use crate::{
    guard::{clear, entry, hand},
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
};

/// The capitals and digits of plain bytes in base32 (RFC 4648, 6), without padding: as apps want them.
/// `*written` is yours to free.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_base32_encode(
    bytes: pinbolt_bytes,
    written: *mut *mut pinbolt_written,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (written, bytes) = unsafe { (clear(written, ptr::null_mut())?, bytes.read()?) };
        let text = base32::encode(bytes.unwrap_or_default());
        hand(written, pinbolt_written::of(text.as_bytes()));
        Ok(())
    })
}

/// The plain bytes, 1 to 128, of a secret in base32 as people hand it on: in either case, in groups
/// that blanks or hyphens part, with the right padding or none. Bits that fill no byte are dropped, as
/// apps drop them. `*written` is yours to free.
///
/// `PINBOLT_MALFORMED` where it is refused: then `*fault` is why, `PINBOLT_PROVISION_...`, and else 0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_base32_decode(
    text: pinbolt_text,
    written: *mut *mut pinbolt_written,
    fault: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (written, fault) = unsafe { (clear(written, ptr::null_mut()), clear(fault, 0)) };
        let (written, fault) = (written?, fault?);
        // SAFETY: as above.
        let bytes = told(fault, base32::decode(unsafe { text.read() }?))?;
        hand(written, pinbolt_written::of(&bytes));
        Ok(())
    })
}
