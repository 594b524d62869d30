//! Plain words and bytes that are wiped when they go, cheaply enough for a hot path.

use core::ops::{Deref, DerefMut};
use zeroize::optimization_barrier;

/// What a wiped array is overwritten with.
pub(super) trait Empty: Copy {
    const EMPTY: Self;
}

macro_rules! empty {
    ($($word:ty),*) => { $(impl<const N: usize> Empty for [$word; N] { const EMPTY: Self = [0; N]; })* };
}

empty!(u8, u32, u64);

/// An array that is overwritten on drop. One plain write and a barrier that keeps it: `zeroize`
/// writes byte by byte, which takes as long as a hash.
pub(super) struct Wiped<T: Empty>(T);

impl<T: Empty> Wiped<T> {
    pub(super) const fn new(value: T) -> Self {
        Self(value)
    }

    pub(super) const fn empty() -> Self {
        Self(T::EMPTY)
    }
}

impl<T: Empty> Deref for Wiped<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Empty> DerefMut for Wiped<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Empty> Drop for Wiped<T> {
    fn drop(&mut self) {
        self.0 = T::EMPTY;
        optimization_barrier(&self.0);
    }
}
