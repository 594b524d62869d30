//! What C may point into, for as long as its owner lives.

use core::{ffi::c_char, ptr};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::text::{pinbolt_bytes, pinbolt_text};

/// Copies of texts and bytes. They don't move when it does, and are wiped when it goes.
#[derive(Default)]
pub(crate) struct Shelf(Vec<Zeroizing<Vec<u8>>>);

impl Shelf {
    /// A copy of a text, with a NUL after it.
    pub(crate) fn text(&mut self, text: &str) -> pinbolt_text {
        let data = self.keep(text.as_bytes()).cast::<c_char>();
        pinbolt_text { data, len: text.len() }
    }

    pub(crate) fn maybe_text(&mut self, text: Option<&str>) -> pinbolt_text {
        text.map_or(pinbolt_text::ABSENT, |text| self.text(text))
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> pinbolt_bytes {
        pinbolt_bytes { data: self.keep(bytes), len: bytes.len() }
    }

    fn keep(&mut self, bytes: &[u8]) -> *const u8 {
        // One allocation of the full size, so that no copy is left behind by a buffer that grew.
        let mut copy = Zeroizing::new(Vec::with_capacity(bytes.len().saturating_add(1)));
        copy.extend_from_slice(bytes);
        copy.push(0);
        let data = copy.as_ptr();
        self.0.push(copy);
        data
    }
}

/// A struct for C with what it points to.
pub(crate) struct Kept<T> {
    /// An `Arc`, since a moved `Box` claims that nobody else points into it.
    view: Arc<T>,
    _shelf: Shelf,
}

impl<T> Kept<T> {
    pub(crate) fn new(make: impl FnOnce(&mut Shelf) -> T) -> Self {
        let mut shelf = Shelf::default();
        let view = make(&mut shelf);
        Self { view: Arc::new(view), _shelf: shelf }
    }

    pub(crate) fn get(&self) -> &T {
        &self.view
    }

    pub(crate) fn as_ptr(&self) -> *const T {
        Arc::as_ptr(&self.view)
    }
}

/// A list of them, as C wants it: pointers, so that the struct may grow.
pub(crate) struct List<T> {
    pointers: Vec<*const T>,
    _kept: Vec<Kept<T>>,
}

impl<T> List<T> {
    /// NULL where it is empty.
    pub(crate) fn as_ptr(&self) -> *const *const T {
        if self.pointers.is_empty() { ptr::null() } else { self.pointers.as_ptr() }
    }

    pub(crate) fn len(&self) -> usize {
        self.pointers.len()
    }
}

impl<T> FromIterator<Kept<T>> for List<T> {
    fn from_iter<I: IntoIterator<Item = Kept<T>>>(items: I) -> Self {
        let kept: Vec<Kept<T>> = items.into_iter().collect();
        Self { pointers: kept.iter().map(Kept::as_ptr).collect(), _kept: kept }
    }
}
