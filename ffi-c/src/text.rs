//! Texts and bytes, as C gives and gets them.
#![allow(unsafe_code, reason = "C's pointers are read here")]

use core::{ffi::c_char, ptr, slice};

use ::pinbolt::{Error, Misuse};

use crate::guard::guarded;

/// The longest text or bytes that any function reads, in bytes. Most things have a tighter limit of
/// their own.
pub const PINBOLT_MAX_LENGTH: usize = 65536;

/// A text in UTF-8. `{NULL, 0}` is an absent one.
///
/// Given to a function, it is read during that call alone and needs no NUL at its end. Bytes that
/// aren't UTF-8 are no misuse, since a person can send them: they end as any malformed value does.
/// Given by a function, it belongs to the handle that gave it, as that function says, and a NUL
/// that isn't counted follows it.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_text {
    /// NULL, or `len` bytes.
    pub data: *const c_char,
    /// In bytes.
    pub len: usize,
}

/// Bytes. `{NULL, 0}` are absent ones. The same holds for them as for a `pinbolt_text`, but that no
/// NUL follows.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_bytes {
    /// NULL, or `len` bytes.
    pub data: *const u8,
    /// How many.
    pub len: usize,
}

/// The text of a C string, which must outlive its use. NULL gives an absent text. One without a NUL
/// in its first 65537 bytes gives a text that every function refuses with `PINBOLT_LENGTH`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_text_of(string: *const c_char) -> pinbolt_text {
    guarded(pinbolt_text::ABSENT, || {
        if string.is_null() {
            return pinbolt_text::ABSENT;
        }
        let most = PINBOLT_MAX_LENGTH.saturating_add(1);
        // SAFETY: bytes of the caller's string up to its NUL; none behind it is read.
        let ended = |at: &usize| unsafe { *string.add(*at) } == 0;
        pinbolt_text { data: string, len: (0..most).find(ended).unwrap_or(most) }
    })
}

impl pinbolt_text {
    pub(crate) const ABSENT: Self = Self { data: ptr::null(), len: 0 };

    /// The text, empty where it is absent. What isn't UTF-8 reads as a NUL, which no check of a
    /// name, PIN, code, handle, address, purpose, URL or path lets pass.
    ///
    /// # Safety
    /// As [`pinbolt_bytes::read`].
    pub(crate) unsafe fn read<'a>(self) -> Result<&'a str, Error> {
        // SAFETY: the caller's promise.
        Ok(unsafe { self.read_maybe() }?.unwrap_or(""))
    }

    /// As [`Self::read`], for what may be absent.
    ///
    /// # Safety
    /// As [`pinbolt_bytes::read`].
    pub(crate) unsafe fn read_maybe<'a>(self) -> Result<Option<&'a str>, Error> {
        // SAFETY: the caller's promise.
        let bytes = unsafe { pinbolt_bytes { data: self.data.cast(), len: self.len }.read() }?;
        Ok(bytes.map(|bytes| core::str::from_utf8(bytes).unwrap_or("\0")))
    }
}

impl pinbolt_bytes {
    pub(crate) const ABSENT: Self = Self { data: ptr::null(), len: 0 };

    /// The bytes, or none.
    ///
    /// # Safety
    /// A pointer that isn't NULL points to `len` bytes that live and stay unwritten for `'a`.
    pub(crate) unsafe fn read<'a>(self) -> Result<Option<&'a [u8]>, Error> {
        match (self.data.is_null(), self.len) {
            (true, 0) => Ok(None),
            (true, _) => Err(Misuse::Pointer.into()),
            (false, len) if len > PINBOLT_MAX_LENGTH => Err(Misuse::Length.into()),
            // SAFETY: the caller's promise.
            (false, len) => Ok(Some(unsafe { slice::from_raw_parts(self.data, len) })),
        }
    }
}
