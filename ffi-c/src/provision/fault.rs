//! Why a text that describes tokens is refused: the adapter's table.
#![allow(unsafe_code, reason = "functions of C's names")]

use core::ffi::{CStr, c_char};
use std::{collections::BTreeMap, ffi::CString, sync::OnceLock};

use pinbolt_provision::ProvisionError;

use crate::guard::guarded;

/// The name of a reason why a text that describes tokens is refused, `PINBOLT_PROVISION_...`, such as
/// `IssuerMismatch`: the same in C, Rust and Python. `Unknown` for a number that this version doesn't
/// know. It lives for ever and is never NULL; any thread may call this.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn pinbolt_provision_fault_name(fault: u32) -> *const c_char {
    said(fault, c"Unknown", |(name, _)| name)
}

/// One sentence about a reason why a text that describes tokens is refused. It never contains what
/// was read. It lives for ever and is never NULL; any thread may call this.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn pinbolt_provision_fault_sentence(fault: u32) -> *const c_char {
    said(fault, c"This version does not know this fault.", |(_, sentence)| sentence)
}

fn said(
    fault: u32,
    unknown: &'static CStr,
    which: impl Fn(&'static (CString, CString)) -> &'static CString,
) -> *const c_char {
    static TEXTS: OnceLock<BTreeMap<u32, (CString, CString)>> = OnceLock::new();
    guarded(unknown.as_ptr(), || {
        let owned = |text: &str| CString::new(text).unwrap_or_default();
        let row =
            |it: &ProvisionError| (it.code().into(), (owned(it.name()), owned(it.sentence())));
        let texts = TEXTS.get_or_init(|| ProvisionError::ALL.iter().map(row).collect());
        texts.get(&fault).map_or(unknown.as_ptr(), |texts| which(texts).as_ptr())
    })
}
