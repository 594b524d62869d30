//! The caller's buffer for a sentence.
#![allow(unsafe_code, reason = "it is C's buffer")]

use core::{ffi::c_char, fmt::Display, marker::PhantomData};

use ::pinbolt::{Error, Misuse};

/// A buffer for a sentence, which is always ended by a NUL.
pub(crate) struct Why<'a> {
    buffer: *mut u8,
    capacity: usize,
    lives: PhantomData<&'a mut [u8]>,
}

impl Why<'_> {
    /// Empties the buffer. NULL with no capacity is none.
    ///
    /// # Safety
    /// A buffer that isn't NULL is `capacity` bytes that are nobody else's while this lives.
    pub(crate) unsafe fn clear(buffer: *mut c_char, capacity: usize) -> Result<Self, Error> {
        if buffer.is_null() && capacity > 0 {
            return Err(Misuse::Pointer.into());
        }
        let mut why = Self { buffer: buffer.cast(), capacity, lives: PhantomData };
        why.say("");
        Ok(why)
    }

    /// Writes a sentence, cut before the character that doesn't fit.
    pub(crate) fn say(&mut self, sentence: impl Display) {
        let sentence = sentence.to_string();
        let Some(room) = self.capacity.checked_sub(1).filter(|_| !self.buffer.is_null()) else {
            return;
        };
        let fits = |at: &usize| sentence.is_char_boundary(*at);
        let most = (0..=room.min(sentence.len())).rev().find(fits).unwrap_or(0);
        let (head, _) = sentence.split_at(most);
        // SAFETY: `head` and its NUL fit into the capacity that the caller promised.
        unsafe {
            self.buffer.copy_from_nonoverlapping(head.as_ptr(), head.len());
            self.buffer.add(head.len()).write(0);
        }
    }

    /// What a configuration was refused for.
    pub(crate) fn refuse<T, E: Display>(&mut self, result: Result<T, E>) -> Result<T, Error> {
        result.map_err(|error| {
            self.say(error);
            Misuse::Configuration.into()
        })
    }
}
