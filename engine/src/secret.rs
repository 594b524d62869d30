//! Values that are wiped when they go and that never reach a text.

use core::fmt;
use zeroize::Zeroize;

/// A secret: wiped on drop, redacted in `Debug`, neither `Display` nor `PartialEq`.
pub struct Secret<T: Zeroize>(pub(crate) T);

impl<T: Zeroize> Secret<T> {
    /// Takes over `value`; a copy that the caller keeps is his to wipe.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The secret itself. Don't print it, don't keep it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A 256-bit key.
pub(crate) type Key = Secret<[u8; 32]>;
