//! What the library wrote and C is to free.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use crate::{
    guard::{free, get, guarded},
    shelf::Kept,
    text::{pinbolt_bytes, pinbolt_text},
};

/// A text, or bytes, that the library wrote. What it holds is mostly secret: it is wiped when it is
/// freed. It never changes; any number of threads may read it.
pub struct pinbolt_written {
    bytes: Kept<pinbolt_bytes>,
}

/// The text, with a NUL behind it. It belongs to `written`. Absent for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_written_text(written: *const pinbolt_written) -> pinbolt_text {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    let bytes = unsafe { pinbolt_written_bytes(written) };
    pinbolt_text { data: bytes.data.cast(), len: bytes.len }
}

/// The same as bytes.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_written_bytes(written: *const pinbolt_written) -> pinbolt_bytes {
    guarded(pinbolt_bytes::ABSENT, || {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        unsafe { get(written) }.map_or(pinbolt_bytes::ABSENT, |written| *written.bytes.get())
    })
}

/// Wipes and frees it, and sets `*written` to NULL. NULL, or a pointer to NULL, is fine. No thread may
/// be using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_written_free(written: *mut *mut pinbolt_written) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(written) }
}

impl pinbolt_written {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self { bytes: Kept::new(|shelf| shelf.bytes(bytes)) }
    }
}
