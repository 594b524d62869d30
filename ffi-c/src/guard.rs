//! Between C and the engine: no panic gets out, no NULL gets in, and an out-parameter says nothing
//! until there is something to say.
#![allow(unsafe_code, reason = "C's pointers are looked at here")]

use core::{mem, mem::MaybeUninit, ptr};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, MutexGuard, TryLockError},
};

use ::pinbolt::{Error, Failure, Misuse};

use crate::status::{PINBOLT_OK, pinbolt_status};

/// The body of every function that gives a status.
pub(crate) fn entry(act: impl FnOnce() -> Result<(), Error>) -> pinbolt_status {
    match guarded(Err(Failure::Internal.into()), act) {
        Ok(()) => PINBOLT_OK,
        Err(error) => error.code().into(),
    }
}

/// The body of every other function: a panic gives `otherwise`.
pub(crate) fn guarded<T>(otherwise: T, act: impl FnOnce() -> T) -> T {
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(given) => given,
        Err(panic) => {
            // What a panic carries may panic when it is dropped.
            mem::forget(panic);
            otherwise
        }
    }
}

/// What C points to.
///
/// # Safety
/// NULL and misaligned pointers are caught; any other must point to a `T` that lives and stays
/// unwritten for `'a`.
pub(crate) unsafe fn get<'a, T>(pointer: *const T) -> Result<&'a T, Error> {
    match pointer.is_null() || !pointer.is_aligned() {
        true => Err(Misuse::Pointer.into()),
        // SAFETY: the caller's promise.
        false => Ok(unsafe { &*pointer }),
    }
}

/// An out-parameter, cleared: call it before anything that may fail.
///
/// # Safety
/// As [`get`], but that what is there may be anything, and is nobody else's for `'a`.
pub(crate) unsafe fn clear<'a, T>(out: *mut T, empty: T) -> Result<&'a mut T, Error> {
    if out.is_null() || !out.is_aligned() {
        return Err(Misuse::Pointer.into());
    }
    // SAFETY: the caller's promise; it is written before it is referred to.
    unsafe {
        out.write(empty);
        Ok(&mut *out)
    }
}

/// Gives C a handle of its own.
pub(crate) fn hand<T>(out: &mut *mut T, value: T) {
    *out = Box::into_raw(Box::new(value));
}

/// Takes C's handle back and clears it; `None` where it was NULL.
///
/// # Safety
/// `handle` is NULL or points to a pointer that is NULL or came from [`hand`].
pub(crate) unsafe fn take<T>(handle: *mut *mut T) -> Option<Box<T>> {
    if handle.is_null() || !handle.is_aligned() {
        return None;
    }
    // SAFETY: the caller's promise.
    let pointer = unsafe { handle.replace(ptr::null_mut()) };
    match pointer.is_null() || !pointer.is_aligned() {
        true => None,
        // SAFETY: it came from `hand`, and its only other name was cleared above.
        false => Some(unsafe { Box::from_raw(pointer) }),
    }
}

/// The body of every `..._free`.
///
/// # Safety
/// As [`take`].
pub(crate) unsafe fn free<T>(handle: *mut *mut T) {
    // SAFETY: the caller's promise.
    guarded((), || drop(unsafe { take(handle) }));
}

/// The same for a handle that one call at a time may use: one in use is left as it is.
///
/// # Safety
/// As [`take`].
pub(crate) unsafe fn free_idle<T, U>(handle: *mut *mut T, of: impl FnOnce(&T) -> &Mutex<U>) {
    guarded((), || {
        // SAFETY: the caller's promise.
        let held = unsafe { get(handle).and_then(|pointer| get(*pointer)) };
        if !held.is_ok_and(|held| matches!(of(held).try_lock(), Err(TryLockError::WouldBlock))) {
            // SAFETY: as above.
            drop(unsafe { take(handle) });
        }
    });
}

/// A struct whose first field is its size, as the caller's header knew it.
///
/// # Safety
/// It is `repr(C)`, its first field is `size: usize`, and all zeros is one of its values.
pub(crate) unsafe trait SizeFirst: Copy {
    /// Every size that it had in a released header.
    const SIZES: &[usize] = &[size_of::<Self>()];
}

/// A copy of a struct of arguments; what an older caller's doesn't reach is zero.
///
/// # Safety
/// As [`get`] for the size's first bytes, and for as many as it says.
pub(crate) unsafe fn read<T: SizeFirst>(pointer: *const T) -> Result<T, Error> {
    // SAFETY: the caller's promise; the size is the first field.
    let size = *unsafe { get(pointer.cast::<usize>()) }?;
    if !T::SIZES.contains(&size) {
        return Err(Misuse::Pointer.into());
    }
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: `size` is at most `T`'s; by the trait's promise zeros are valid, and so is C's struct.
    unsafe {
        ptr::copy_nonoverlapping(pointer.cast::<u8>(), value.as_mut_ptr().cast(), size);
        Ok(value.assume_init())
    }
}

/// Locks what one call at a time may use. A second one is told so instead of waiting: it may stand
/// further up the same stack, in a callback.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, Error> {
    mutex.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => Misuse::Busy.into(),
        TryLockError::Poisoned(_) => Failure::Internal.into(),
    })
}

#[cfg(test)]
#[allow(clippy::panic, clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    #[repr(C)]
    struct Two {
        size: usize,
        old: usize,
        new: usize,
    }

    // SAFETY: it is C's, begins with its size, and is numbers.
    unsafe impl SizeFirst for Two {
        const SIZES: &[usize] = &[size_of::<[usize; 2]>(), size_of::<[usize; 3]>()];
    }

    #[test]
    fn a_panic_ends_as_a_status() {
        std::panic::set_hook(Box::new(|_| {}));
        assert_eq!(entry(|| panic!("a defect")), 311);
        assert_eq!(guarded(7, || panic!("a defect")), 7);
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("once more")
            }
        }
        assert_eq!(entry(|| std::panic::panic_any(Bomb)), 311);
    }

    #[test]
    fn an_older_struct_ends_in_zeros_and_an_unknown_one_is_misuse() {
        let mut two = Two { size: 0, old: 5, new: 6 };
        for (size, found) in [(16, Some((5, 0))), (24, Some((5, 6))), (8, None), (32, None)] {
            two.size = size;
            // SAFETY: it is there.
            let read = unsafe { read(&raw const two) };
            assert_eq!(read.map(|two| (two.old, two.new)).ok(), found);
        }
        // SAFETY: NULL and misaligned ones are caught.
        unsafe {
            assert!(read::<Two>(ptr::null()).is_err());
            assert!(read::<Two>((&raw const two).byte_add(1)).is_err());
        }
    }

    #[test]
    fn what_is_in_use_is_not_freed() {
        let mut handle = ptr::null_mut();
        hand(&mut handle, Mutex::new(7));
        // SAFETY: it came from `hand`.
        let held = unsafe { get(handle) }.unwrap().lock().unwrap();
        // SAFETY: as above.
        unsafe { free_idle(&raw mut handle, |mutex: &Mutex<i32>| mutex) };
        assert!(!handle.is_null());
        drop(held);
        // SAFETY: as above.
        unsafe { free_idle(&raw mut handle, |mutex: &Mutex<i32>| mutex) };
        assert!(handle.is_null());
    }

    #[test]
    fn who_comes_second_is_told_so() {
        let mutex = Mutex::new(());
        let first = lock(&mutex).unwrap();
        assert_eq!(lock(&mutex).unwrap_err(), Misuse::Busy.into());
        drop(first);
        assert!(lock(&mutex).is_ok());
    }
}
