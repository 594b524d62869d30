//! The caller's buffer for a code.
#![allow(unsafe_code, reason = "it is C's buffer")]

use core::{ffi::c_char, marker::PhantomData};

use ::pinbolt::{Error, Misuse};

/// A buffer for a text that must fit whole.
pub(crate) struct Buffer<'a> {
    buffer: *mut u8,
    capacity: usize,
    lives: PhantomData<&'a mut [u8]>,
}

impl Buffer<'_> {
    /// Makes the buffer an empty text.
    ///
    /// # Safety
    /// A buffer that isn't NULL is `capacity` bytes that are nobody else's while this lives.
    pub(crate) unsafe fn clear(buffer: *mut c_char, capacity: usize) -> Result<Self, Error> {
        if buffer.is_null() {
            return Err(Misuse::Pointer.into());
        }
        let mut buffer = Self { buffer: buffer.cast(), capacity, lives: PhantomData };
        buffer.fill("")?;
        Ok(buffer)
    }

    /// Writes a text and a NUL; nothing where they don't fit.
    pub(crate) fn fill(&mut self, text: &str) -> Result<(), Error> {
        if text.len() >= self.capacity {
            return Err(Misuse::Length.into());
        }
        // SAFETY: text and NUL fit into the capacity that the caller promised.
        unsafe {
            self.buffer.copy_from_nonoverlapping(text.as_ptr(), text.len());
            self.buffer.add(text.len()).write(0);
        }
        Ok(())
    }
}
