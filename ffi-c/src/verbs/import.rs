//! Moving in from another system: `import`, one account at a time.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{ptr, slice};

use ::pinbolt::{
    Error, Misuse,
    op::{Failures, Import, Imported, ImportedToken, Took, Weak},
};

use super::{addresses::texts, start, tokens};
use crate::{
    caller::{operator, pinbolt_operator},
    end::{Grant, result},
    guard::{SizeFirst, read},
    installation::pinbolt,
    names,
    op::pinbolt_op,
    shelf::{Kept, List},
    status::pinbolt_status,
    text::{PINBOLT_MAX_LENGTH, pinbolt_bytes, pinbolt_text},
};

/// What an import takes although it is too weak: tokens whose secret is under 128 bits, which can be
/// found from a few codes.
pub const PINBOLT_WEAK_SHORT_SECRETS: u32 = 1;
/// The same: recovery codes under 64 bits. They are hashed slowly, throttled and good once as all are;
/// but one of ten codes of eight digits is found in one account of 13,000 a year.
pub const PINBOLT_WEAK_RECOVERY_CODES: u32 = 2;
/// The same: a PIN that the rules for new ones refuse.
pub const PINBOLT_WEAK_PINS: u32 = 4;

/// What became of a thing that was imported: there was none.
pub const PINBOLT_TOOK_NOTHING: u32 = 0;
/// The same: it is the account's now.
pub const PINBOLT_TOOK_ADDED: u32 = 1;
/// The same: it was the account's before. A token's counter or step is raised where the other system's
/// was further; recovery codes that the file lacks are ended.
pub const PINBOLT_TOOK_KEPT: u32 = 2;
/// The same: it was here and was removed or replaced; it stays so. Also recovery codes that come to an
/// account with a set that was issued here.
pub const PINBOLT_TOOK_GONE: u32 = 3;

/// A token as another system knows it.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_import_token {
    /// `sizeof(pinbolt_import_token)`.
    pub size: usize,
    /// What the person knows it by, 1 to 64 bytes without control characters.
    pub label: pinbolt_text,
    /// Its secret, plain (no base32): 16 to 128 bytes, or 1 to 128 with `PINBOLT_WEAK_SHORT_SECRETS`.
    pub secret: pinbolt_bytes,
    /// Of a HOTP the next counter, at most 2^32: the lowest that was not used there. Else 0.
    pub counter: u64,
    /// Of a TOTP the Unix second of step 0: 0 as a rule. Else 0.
    pub start: u64,
    /// Of a TOTP or Steam token: the last step whose code was used there, in steps since its start, with
    /// `was_used` 1. None lies further ahead than `otp.resync` steps.
    pub last_step: u64,
    /// Of a TOTP the seconds of a step: 30 as a rule. Else 0.
    pub period: u32,
    /// Counter or time: `PINBOLT_TOKEN_KIND_...`.
    pub kind: u32,
    /// The hash: `PINBOLT_ALGORITHM_...`.
    pub algorithm: u32,
    /// Digits of a code, 6 to 10; of a Steam code 5.
    pub digits: u32,
    /// Of a TOTP or Steam token: steps by which its clock is ahead, negative: behind; up to
    /// `otp.resync`.
    pub clock_ahead: i32,
    /// 1: a code was used there, of `last_step`. 0: none was, and `last_step` is 0.
    pub was_used: u32,
}

/// The arguments of `pinbolt_start_import`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_import_args {
    /// `sizeof(pinbolt_import_args)`.
    pub size: usize,
    /// The account's id, as for `enroll`.
    pub account: pinbolt_text,
    /// Up to 8 tokens. They are confirmed: an operator's word that they work.
    pub tokens: *const *const pinbolt_import_token,
    /// How many.
    pub token_count: usize,
    /// With `tells_recovery_codes` 1: up to 16 that are unused there, of 8 to 32 letters and digits in
    /// any case, blanks and hyphens dropped.
    pub recovery_codes: *const pinbolt_text,
    /// How many; with `tells_recovery_codes` 1 and none, all are used there.
    pub recovery_code_count: usize,
    /// The PIN, where it is known; absent where not. It is kept only if the account has none.
    pub pin: pinbolt_text,
    /// When the last failure was, in Unix milliseconds; at the latest now.
    pub last_failure: u64,
    /// Who imports, and why.
    pub by: *const pinbolt_operator,
    /// How many failures were counted there since the last success. They count at the account's first
    /// import alone, for what comes along with them, and no more of them than go before the first wait
    /// (`wait.after`). A stranger is throttled for them only where accounts aren't hidden.
    pub failures: u32,
    /// 1: recovery codes are told. 0: nothing is said of them, and their count is 0.
    pub tells_recovery_codes: u32,
    /// What is taken although it is too weak: `PINBOLT_WEAK_...`, added up; 0 as a rule.
    pub dangerously_accept: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_import_token {}
// SAFETY: as above.
unsafe impl SizeFirst for pinbolt_import_args {}

/// Starts moving one account in from another system, in one write: all of it or nothing. The account
/// is created where there is none. No code that was used there works here, and the next one does;
/// `pinbolt_op_imported` says what became of each part. It can be run again, also with an older file:
/// counters and steps only rise, recovery codes are taken once, and those that a later file lacks end,
/// failures are not counted twice, and what was removed or replaced here stays so.
///
/// `PINBOLT_VALUE` for a kind, algorithm or flag that is none, and for what belongs to another kind or
/// isn't told. What is out of its bounds ends it with `PINBOLT_TOKEN`, `PINBOLT_SHORT_SECRET`,
/// `PINBOLT_WATERMARK`, `PINBOLT_RECOVERY_CODE` or `PINBOLT_SHORT_RECOVERY_CODE`, which are misuse.
///
/// Ends with `PINBOLT_TOKEN_EXISTS` for two tokens of one key, or one that counts otherwise here; with
/// `PINBOLT_TOO_MANY_TOKENS` beyond 8, or 32 over all runs; `PINBOLT_WEAK_PIN` or `PINBOLT_MALFORMED`;
/// `PINBOLT_ENDED` where the account was cancelled, `PINBOLT_INACTIVE`, and `PINBOLT_BLOCKED` where
/// something would be added to a blocked one.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_import(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_import_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    let (mut tokens, mut codes) = (Vec::new(), Vec::new());
    let (tokens, codes) = (&mut tokens, &mut codes);
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, move |args: pinbolt_import_args| {
            *tokens = imported_tokens(args.tokens, args.token_count)?;
            *codes = texts(args.recovery_codes, args.recovery_code_count)?;
            let recovery_codes = match (args.tells_recovery_codes, codes.is_empty()) {
                (0, true) => None,
                (1, _) => Some(codes.as_slice()),
                _ => return Err(Misuse::Value.into()),
            };
            Ok(Import {
                account: args.account.read()?,
                tokens,
                recovery_codes,
                pin: args.pin.read_maybe()?,
                failures: failures((args.failures, args.last_failure))?,
                dangerously_accept: weak(args.dangerously_accept)?,
                operator: operator(args.by)?,
            })
        })
    }
}

/// What became of a token that was imported. Read it only through the pointer that the library gives:
/// later versions may append fields.
#[repr(C)]
pub struct pinbolt_took_token {
    /// `PINBOLT_TOOK_...`.
    pub took: u32,
    /// Its number here; 0 where it is gone.
    pub token: u32,
}

/// What became of an import. Read it only through the pointer that the library gives: later versions
/// may append fields.
#[repr(C)]
pub struct pinbolt_imported {
    /// What became of each token, in their order.
    pub tokens: *const *const pinbolt_took_token,
    /// How many.
    pub token_count: usize,
    /// What became of the recovery codes: `PINBOLT_TOOK_...`.
    pub recovery_codes: u32,
    /// What became of the PIN: `PINBOLT_TOOK_...`.
    pub pin: u32,
    /// Whether the account was created.
    pub created: bool,
}

/// What `import` took. It belongs to the operation. Else the operation's status, or
/// `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_imported(
    op: *const pinbolt_op,
    imported: *mut *const pinbolt_imported,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        result(op, imported, ptr::null(), |grant| match grant {
            Grant::Imported(imported) => Some(imported.view.as_ptr()),
            _ => None,
        })
    }
}

/// An import with the list in it.
pub(crate) struct Moved {
    pub(crate) imported: Imported,
    view: Kept<pinbolt_imported>,
    _tokens: List<pinbolt_took_token>,
}

impl Moved {
    pub(crate) fn new(imported: &Imported) -> Self {
        let each = |(took, token): &(Took, u32)| {
            Kept::new(|_| pinbolt_took_token { took: number(Some(*took)), token: *token })
        };
        let tokens: List<_> = imported.tokens.iter().map(each).collect();
        let view = Kept::new(|_| pinbolt_imported {
            tokens: tokens.as_ptr(),
            token_count: tokens.len(),
            recovery_codes: number(imported.recovery_codes),
            pin: number(imported.pin),
            created: imported.created,
        });
        Self { imported: imported.clone(), view, _tokens: tokens }
    }
}

const fn number(took: Option<Took>) -> u32 {
    match took {
        Some(Took::Added) => PINBOLT_TOOK_ADDED,
        Some(Took::Kept) => PINBOLT_TOOK_KEPT,
        Some(_) => PINBOLT_TOOK_GONE,
        None => PINBOLT_TOOK_NOTHING,
    }
}

/// # Safety
/// As [`read`], for the list and for each that it points to.
unsafe fn imported_tokens<'a>(
    list: *const *const pinbolt_import_token,
    count: usize,
) -> Result<Vec<ImportedToken<'a>>, Error> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if list.is_null() || !list.is_aligned() {
        return Err(Misuse::Pointer.into());
    }
    if count.saturating_mul(size_of::<*const pinbolt_import_token>()) > PINBOLT_MAX_LENGTH {
        return Err(Misuse::Length.into());
    }
    // SAFETY: the caller's promise.
    let list = unsafe { slice::from_raw_parts(list, count) };
    // SAFETY: as above.
    list.iter().map(|token| unsafe { imported_token(*token) }).collect()
}

/// # Safety
/// As [`read`], and for the texts and bytes in it.
unsafe fn imported_token<'a>(
    token: *const pinbolt_import_token,
) -> Result<ImportedToken<'a>, Error> {
    // SAFETY: the caller's promise.
    let token = unsafe { read(token) }?;
    // SAFETY: as above.
    let (label, secret) = unsafe { (token.label.read()?, token.secret.read()?) };
    Ok(ImportedToken {
        label,
        kind: tokens::kind((token.kind, token.counter, token.start, token.period))?,
        algorithm: names::algorithm(token.algorithm)?,
        // What no u8 holds is out of its bounds, too.
        digits: u8::try_from(token.digits).unwrap_or(u8::MAX),
        secret: secret.unwrap_or_default(),
        last_step: match (token.was_used, token.last_step) {
            (0, 0) => None,
            (1, last) => Some(last),
            _ => return Err(Misuse::Value.into()),
        },
        clock_ahead: token.clock_ahead,
    })
}

fn failures(told: (u32, u64)) -> Result<Option<Failures>, Error> {
    match told {
        (0, 0) => Ok(None),
        (0, _) => Err(Misuse::Value.into()),
        (count, last) => Ok(Some(Failures { count, last })),
    }
}

pub(crate) fn weak(flags: u32) -> Result<Weak, Error> {
    let all = PINBOLT_WEAK_SHORT_SECRETS | PINBOLT_WEAK_RECOVERY_CODES | PINBOLT_WEAK_PINS;
    if flags & !all != 0 {
        return Err(Misuse::Value.into());
    }
    let has = |flag| flags & flag != 0;
    Ok(Weak {
        short_secrets: has(PINBOLT_WEAK_SHORT_SECRETS),
        recovery_codes: has(PINBOLT_WEAK_RECOVERY_CODES),
        pins: has(PINBOLT_WEAK_PINS),
    })
}
