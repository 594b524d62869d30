//! The codes, their names and sentences: the engine's tables.
#![allow(unsafe_code, reason = "functions of C's names")]

use core::ffi::c_char;
use std::{collections::BTreeMap, ffi::CString, sync::OnceLock};

use ::pinbolt::{Failure, Misuse, Refusal};

use crate::guard::guarded;

/// What a function says: `PINBOLT_OK`, or one of the codes above. A code means the same in every
/// version, in C, Rust and Python; a later version may bring new ones.
pub type pinbolt_status = u32;

/// It was done. Of an operation that ended: what was asked for is granted, and nothing else means
/// that.
pub const PINBOLT_OK: u32 = 0;

/// `pinbolt_status_kind`: it is `PINBOLT_OK`.
pub const PINBOLT_KIND_OK: u32 = 0;
/// `pinbolt_status_kind`: "no" to the person.
pub const PINBOLT_KIND_REFUSAL: u32 = 1;
/// `pinbolt_status_kind`: a mistake in the calling program.
pub const PINBOLT_KIND_MISUSE: u32 = 2;
/// `pinbolt_status_kind`: the infrastructure didn't do its part; nothing was accepted. Also that of
/// a number that this version doesn't know.
pub const PINBOLT_KIND_FAILURE: u32 = 3;

/// Which kind a status is of: `PINBOLT_KIND_...`. Any thread may call this.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn pinbolt_status_kind(status: pinbolt_status) -> u32 {
    guarded(PINBOLT_KIND_FAILURE, || entry_of(status).map_or(PINBOLT_KIND_FAILURE, |e| e.kind))
}

/// The status's name, such as `WrongCode`: the same in C, Rust and Python. `Unknown` for a number
/// that this version doesn't know. It lives for ever and is never NULL; any thread may call this.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn pinbolt_status_name(status: pinbolt_status) -> *const c_char {
    let name = || entry_of(status).map_or(c"Unknown".as_ptr(), |entry| entry.name.as_ptr());
    guarded(c"Unknown".as_ptr(), name)
}

/// One sentence for the status, free of anything secret or personal. A refusal's is for the person.
/// It lives for ever and is never NULL; any thread may call this.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn pinbolt_status_sentence(status: pinbolt_status) -> *const c_char {
    let unknown = c"This version does not know this status.".as_ptr();
    guarded(unknown, || entry_of(status).map_or(unknown, |entry| entry.sentence.as_ptr()))
}

/// The library's version, such as `0.1.0`. It lives for ever; any thread may call this.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn pinbolt_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

struct Entry {
    kind: u32,
    name: CString,
    sentence: CString,
}

fn entry_of(status: pinbolt_status) -> Option<&'static Entry> {
    static TABLE: OnceLock<BTreeMap<u32, Entry>> = OnceLock::new();
    TABLE.get_or_init(table).get(&status)
}

fn table() -> BTreeMap<u32, Entry> {
    let granted: &[(u16, &str, &str)] = &[(0, "Ok", "It is done.")];
    let kinds = [
        (PINBOLT_KIND_OK, granted),
        (PINBOLT_KIND_REFUSAL, Refusal::TABLE),
        (PINBOLT_KIND_MISUSE, Misuse::TABLE),
        (PINBOLT_KIND_FAILURE, Failure::TABLE),
    ];
    let rows = kinds.into_iter().flat_map(|(kind, rows)| rows.iter().map(move |row| (kind, row)));
    // The tables hold no NUL.
    let owned = |text: &str| CString::new(text).unwrap_or_default();
    rows.map(|(kind, (code, name, sentence))| {
        ((*code).into(), Entry { kind, name: owned(name), sentence: owned(sentence) })
    })
    .collect()
}
