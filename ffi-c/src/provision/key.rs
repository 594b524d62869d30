//! The key of a token with its parameters, as every form carries them.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use ::pinbolt::op::TokenKind;
use pinbolt_provision::OathKey;

use super::told;
use crate::{
    guard::{SizeFirst, clear, entry, free, get, hand, read},
    names,
    shelf::Kept,
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
    verbs::tokens::{
        PINBOLT_TOKEN_KIND_HOTP, PINBOLT_TOKEN_KIND_STEAM, PINBOLT_TOKEN_KIND_TOTP, kind,
    },
};

/// The key of an OATH token (HOTP or TOTP) with its parameters, and the names under which an app shows
/// it: what every form of a token carries. It is wiped when it is freed. It never changes; any number
/// of threads may use it.
pub struct pinbolt_oath_key {
    key: OathKey,
    fields: Kept<pinbolt_oath_key_fields>,
}

/// What a key is made of.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_oath_key_args {
    /// `sizeof(pinbolt_oath_key_args)`.
    pub size: usize,
    /// Who issued it; absent where nobody is named.
    pub issuer: pinbolt_text,
    /// Whose it is; absent where nobody is named, and then there is no issuer.
    pub name: pinbolt_text,
    /// Its secret: 1 to 128 bytes, plain (no base32). Whether it is too short is asked where it enters
    /// an account.
    pub secret: pinbolt_bytes,
    /// Of a HOTP the next counter: 0 for a new token. Of a TOTP 0.
    pub counter: u64,
    /// Of a TOTP the Unix second of step 0: 0 as a rule. Of a HOTP 0.
    pub start: u64,
    /// Of a TOTP the seconds of a step: 30 as a rule. Of a HOTP 0.
    pub period: u32,
    /// Counter or time: `PINBOLT_TOKEN_KIND_...`.
    pub kind: u32,
    /// The hash: `PINBOLT_ALGORITHM_...`; most apps know SHA-1 alone.
    pub algorithm: u32,
    /// Digits of a code, 6 to 10; most apps know 6 and 8.
    pub digits: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_oath_key_args {}

/// A key's own. Read it only through the pointer that the library gives: later versions may append
/// fields.
#[repr(C)]
pub struct pinbolt_oath_key_fields {
    /// Who issued it; absent where nobody is named.
    pub issuer: pinbolt_text,
    /// Whose it is; absent where nobody is named.
    pub name: pinbolt_text,
    /// Its secret, plain (no base32).
    pub secret: pinbolt_bytes,
    /// Of a HOTP the next counter; else 0.
    pub counter: u64,
    /// Of a TOTP the Unix second of step 0; else 0.
    pub start: u64,
    /// Of a TOTP the seconds of a step; else 0.
    pub period: u32,
    /// Counter or time: `PINBOLT_TOKEN_KIND_...`.
    pub kind: u32,
    /// The hash: `PINBOLT_ALGORITHM_...`.
    pub algorithm: u32,
    /// Digits of a code.
    pub digits: u32,
}

/// Makes a key, as of a token that `add_token` made and an app is to show. Names are 1 to 256 bytes
/// without control characters, outer blanks and `:`. `*key` is yours to free.
///
/// `PINBOLT_VALUE` for a kind or algorithm that is none, and for a counter, start or period of the
/// other kind. `PINBOLT_MALFORMED` for a secret, digits, a period or names out of their bounds: then
/// `*fault` is why, `PINBOLT_PROVISION_...`, and else 0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_oath_key_new(
    args: *const pinbolt_oath_key_args,
    key: *mut *mut pinbolt_oath_key,
    fault: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (key, fault) = unsafe { (clear(key, ptr::null_mut()), clear(fault, 0)) };
        let (key, fault) = (key?, fault?);
        // SAFETY: as above.
        let args = unsafe { read(args) }?;
        // SAFETY: as above.
        let (issuer, name) = unsafe { (args.issuer.read_maybe()?, args.name.read_maybe()?) };
        // SAFETY: as above.
        let secret = unsafe { args.secret.read() }?.unwrap_or_default();
        let kind = kind((args.kind, args.counter, args.start, args.period))?;
        let algorithm = names::algorithm(args.algorithm)?;
        // What no u8 holds is out of its bounds, too.
        let digits = u8::try_from(args.digits).unwrap_or(u8::MAX);
        let made = told(fault, OathKey::new(kind, algorithm, digits, secret))?;
        let made = match (issuer, name) {
            (None, None) => made,
            (issuer, name) => told(fault, made.named(issuer, name.unwrap_or_default()))?,
        };
        hand(key, pinbolt_oath_key::of(made));
        Ok(())
    })
}

/// What a key holds: `*fields` belong to the key.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_oath_key_get(
    key: *const pinbolt_oath_key,
    fields: *mut *const pinbolt_oath_key_fields,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let fields = unsafe { clear(fields, ptr::null()) }?;
        // SAFETY: as above.
        *fields = unsafe { get(key) }?.fields.as_ptr();
        Ok(())
    })
}

/// Wipes and frees a key, and sets `*key` to NULL. NULL, or a pointer to NULL, is fine. No thread may
/// be using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_oath_key_free(key: *mut *mut pinbolt_oath_key) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(key) }
}

impl pinbolt_oath_key {
    pub(crate) fn of(key: OathKey) -> Self {
        let fields = fields(&key);
        Self { key, fields }
    }

    pub(crate) const fn key(&self) -> &OathKey {
        &self.key
    }
}

fn fields(key: &OathKey) -> Kept<pinbolt_oath_key_fields> {
    let (kind, counter, start, period) = match key.kind() {
        TokenKind::Hotp { counter } => (PINBOLT_TOKEN_KIND_HOTP, counter, 0, 0),
        TokenKind::Totp { period, start } => (PINBOLT_TOKEN_KIND_TOTP, 0, start, period),
        TokenKind::Steam => (PINBOLT_TOKEN_KIND_STEAM, 0, 0, 0),
        _ => (0, 0, 0, 0),
    };
    let name = Some(key.name()).filter(|name| !name.is_empty());
    Kept::new(|shelf| pinbolt_oath_key_fields {
        issuer: shelf.maybe_text(key.issuer()),
        name: shelf.maybe_text(name),
        secret: shelf.bytes(key.secret()),
        counter,
        start,
        period,
        kind,
        algorithm: names::algorithm_number(key.algorithm()),
        digits: key.digits().into(),
    })
}
