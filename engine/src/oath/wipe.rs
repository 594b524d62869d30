//! Plain words and bytes that are wiped when they go, cheaply enough for a hot path.

use core::ops::{Deref, DerefMut};
use zeroize::optimization_barrier;

/// What a wiped array is overwritten with.
pub(super) trait Empty: Copy {
    const EMPTY: Self;
}

macro_rules! empty {
    ($($word:ty),*) => { $(impl Empty for $word { const EMPTY: Self = 0; })* };
}

empty!(u8, u32, u64);

impl<T: Empty, const N: usize> Empty for [T; N] {
    const EMPTY: Self = [T::EMPTY; N];
}

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

    fn wipe(&mut self) {
        self.0 = T::EMPTY;
        optimization_barrier(&self.0);
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
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_wiped_array_is_left() {
        let mut kept = Wiped::new([[7u8; 64]; 4]);
        kept.wipe();
        assert_eq!(*kept, [[0; 64]; 4]);
    }
}
