//! Making and matching codes leaves the heap alone.
#![allow(unsafe_code, clippy::unwrap_used, reason = "the heap is counted, and called as C calls")]

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::Cell,
    ffi::c_char,
    ptr,
};
use std::alloc::System;

use crate::{
    hotp::*,
    names::{PINBOLT_ALGORITHM_SHA1, PINBOLT_ALGORITHM_SHA512},
    ocra::*,
    text::{pinbolt_bytes, pinbolt_text},
};

/// Counts what this thread takes.
struct Counting;

#[global_allocator]
static HEAP: Counting = Counting;

thread_local! {
    static TAKEN: Cell<u32> = const { Cell::new(0) };
}

// SAFETY: the system's allocator does all of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.set(TAKEN.get().saturating_add(1));
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What `act` gives, and how often it took from the heap.
fn taken<T>(act: impl FnOnce() -> T) -> (T, u32) {
    let before = TAKEN.get();
    let given = act();
    (given, TAKEN.get().saturating_sub(before))
}

const fn text(text: &str) -> pinbolt_text {
    pinbolt_text { data: text.as_ptr().cast(), len: text.len() }
}

const fn bytes(bytes: &[u8]) -> pinbolt_bytes {
    pinbolt_bytes { data: bytes.as_ptr(), len: bytes.len() }
}

#[test]
fn nothing_is_allocated_while_codes_are_made_or_matched() {
    for (algorithm, digits) in [(PINBOLT_ALGORITHM_SHA1, 6), (PINBOLT_ALGORITHM_SHA512, 10)] {
        let mut hotp = ptr::null_mut();
        let secret = bytes(b"12345678901234567890");
        // SAFETY: all pointers are to what lives here.
        let opened = taken(|| unsafe { pinbolt_hotp_open(algorithm, digits, secret, &mut hotp) });
        assert_eq!((opened.0, opened.1 > 0), (0, true), "the counter counts");
        let mut code = [0 as c_char; PINBOLT_CODE_CAPACITY];
        let (mut matched, mut counter) = (0, 0);
        for typed in ["755224", "1234567890", "none"].map(text) {
            let ((), times) = taken(|| {
                // SAFETY: as above.
                unsafe {
                    let (matched, counter) = (&raw mut matched, &raw mut counter);
                    assert_eq!(pinbolt_hotp_code(hotp, 7, code.as_mut_ptr(), code.len()), 0);
                    let _any = pinbolt_hotp_match(hotp, typed, 0, 3, matched, counter);
                    let codes = (typed, typed);
                    let _any =
                        pinbolt_hotp_resynchronize(hotp, codes.0, codes.1, 0, 50, matched, counter);
                    assert_eq!(pinbolt_totp_step(1_800_000_000_000, 30, 0, counter), 0);
                }
            });
            assert_eq!(times, 0);
        }
        // SAFETY: as above.
        unsafe { pinbolt_hotp_free(&mut hotp) };
    }
}

#[test]
fn nothing_is_allocated_while_responses_are_made_or_matched() {
    let mut ocra = ptr::null_mut();
    let suite = text("OCRA-1:HOTP-SHA512-0:C-QN08-PSHA512-S512-T1M");
    // SAFETY: all pointers are to what lives here.
    let opened = unsafe { pinbolt_ocra_open(suite, bytes(&[7; 64]), &mut ocra) };
    assert_eq!(opened, 0);
    let counter = 7;
    let inputs = pinbolt_ocra_inputs {
        size: size_of::<pinbolt_ocra_inputs>(),
        challenge: text("12345678"),
        client: pinbolt_text::ABSENT,
        server: pinbolt_text::ABSENT,
        counter: &counter,
        pin: text("1234"),
        pin_hash: pinbolt_bytes::ABSENT,
        session: bytes(&[9; 300]),
        now: 1_800_000_000_000,
        answers: 0,
    };
    let window = pinbolt_ocra_window {
        size: size_of::<pinbolt_ocra_window>(),
        look_ahead: 4,
        back: 1,
        ahead: 1,
    };
    let mut response = [0 as c_char; PINBOLT_RESPONSE_CAPACITY];
    let (mut matched, mut counter, mut step) = (0, 0, 0);
    let ((), times) = taken(|| {
        // SAFETY: as above.
        unsafe {
            let made = pinbolt_ocra_response(ocra, &inputs, response.as_mut_ptr(), response.len());
            assert_eq!(made, 0);
            let typed = pinbolt_text { data: response.as_ptr(), len: 128 };
            let (matched, counter, step) = (&raw mut matched, &raw mut counter, &raw mut step);
            let right = pinbolt_ocra_match(ocra, &inputs, typed, &window, matched, counter, step);
            assert_eq!(right, 0);
        }
    });
    assert_eq!((times, matched, counter), (0, PINBOLT_MATCHED, 7));
    // SAFETY: as above.
    unsafe { pinbolt_ocra_free(&mut ocra) };
}
