//! Tokens: `add_token`, `confirm_token`, `resync_token`, `remove_token`.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use ::pinbolt::{
    Error, Misuse,
    op::{AddToken, ConfirmToken, RemoveToken, ResyncToken, TokenKind, TokenSecret},
};

use super::start;
use crate::{
    accepted::pinbolt_accepted,
    caller::{authority, caller, pinbolt_caller, pinbolt_operator},
    guard::SizeFirst,
    installation::pinbolt,
    names,
    op::pinbolt_op,
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
};

/// A kind of token: by a counter (HOTP, RFC 4226).
pub const PINBOLT_TOKEN_KIND_HOTP: u32 = 1;
/// A kind of token: by the time (TOTP, RFC 6238).
pub const PINBOLT_TOKEN_KIND_TOTP: u32 = 2;
/// A kind of token: by the time, in steps of 30 seconds, shown as Steam's app shows it: five of
/// `23456789BCDFGHJKMNPQRTVWXY`. Always of SHA-1, and of 5 `digits`.
pub const PINBOLT_TOKEN_KIND_STEAM: u32 = 3;

/// The arguments of `pinbolt_start_add_token`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_add_token_args {
    /// `sizeof(pinbolt_add_token_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// What the person knows it by, 1 to 64 bytes without control characters. `describe` shows it.
    pub label: pinbolt_text,
    /// The secret of a token that exists: 16 to 128 bytes, plain (no base32). Absent: one is made,
    /// as long as the hash's output, and `pinbolt_op_added_token` shows it once.
    pub secret: pinbolt_bytes,
    /// In place of `secret`, for tokens that somebody else has issued and that can't be replaced
    /// yet: 1 to 128 bytes. Under 128 bits a secret can be found from a few codes by trying all.
    pub dangerously_short_secret: pinbolt_bytes,
    /// By what right: an operator; or NULL, and `proof`.
    pub by: *const pinbolt_operator,
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    pub proof: *mut *mut pinbolt_accepted,
    /// Of a HOTP the next counter: 0 for a new token. Else 0.
    pub counter: u64,
    /// Of a TOTP the Unix second of step 0: 0 as a rule. Else 0.
    pub start: u64,
    /// Of a TOTP the seconds of a step: 30 as a rule. NIST SP 800-63B-4 (3.1.4) wants at most 120.
    /// Else 0.
    pub period: u32,
    /// Counter or time: `PINBOLT_TOKEN_KIND_...`.
    pub kind: u32,
    /// The hash: `PINBOLT_ALGORITHM_...`; most apps know SHA-1 alone.
    pub algorithm: u32,
    /// Digits of a code, 6 to 10; most apps know 6 and 8. Of a Steam code 5.
    pub digits: u32,
    /// 1: an operator's word that it works, as when moving in from another system; it stands at once.
    /// 0: it is a candidate, until `confirm_token`.
    pub confirmed: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_add_token_args {}

/// Starts adding a token to an account: `pinbolt_op_added_token` gives its number, and the secret
/// where one was made. It is a candidate until `confirm_token`, and signs nobody in. Authority as in
/// `pinbolt_start_reset_pin`.
///
/// `PINBOLT_VALUE` for a kind or algorithm that is none, for a counter, start or period of the other
/// kind, for both secrets, and for a `confirmed` over 1. A secret that is too short or parameters
/// out of their bounds end it with `PINBOLT_SHORT_SECRET` or `PINBOLT_TOKEN`, which are misuse.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED`, `PINBOLT_UNKNOWN_ACCOUNT`, `PINBOLT_TOKEN_EXISTS` where a
/// confirmed token has this very secret, or `PINBOLT_TOO_MANY_TOKENS`: an account has up to 8, and
/// the oldest candidate makes room.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_add_token(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_add_token_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_add_token_args| {
            Ok(AddToken {
                account: args.account.read()?,
                label: args.label.read()?,
                kind: kind((args.kind, args.counter, args.start, args.period))?,
                algorithm: names::algorithm(args.algorithm)?,
                // What no u8 holds is out of its bounds, too.
                digits: u8::try_from(args.digits).unwrap_or(u8::MAX),
                secret: secret(&args)?,
                confirmed: match args.confirmed {
                    0 => false,
                    1 => true,
                    _ => return Err(Misuse::Value.into()),
                },
                authority: authority(args.by, args.proof)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_confirm_token`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_confirm_token_args {
    /// `sizeof(pinbolt_confirm_token_args)`.
    pub size: usize,
    /// The account's id, from the host's own session and not as typed.
    pub account: pinbolt_text,
    /// A code that the token shows, as typed.
    pub code: pinbolt_text,
    /// Who asks.
    pub caller: *const pinbolt_caller,
    /// The token's number.
    pub token: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_confirm_token_args {}

/// Starts confirming a candidate by a code of its own, which can't sign in after that.
///
/// Ends with `PINBOLT_WRONG_CODE`, ten times at most: then the candidate is gone; with
/// `PINBOLT_MALFORMED`, with `PINBOLT_UNKNOWN_TOKEN` for a number that is no candidate's, with
/// `PINBOLT_UNKNOWN_ACCOUNT`, or with `PINBOLT_NOT_AUTHORIZED` where the account is blocked.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_confirm_token(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_confirm_token_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_confirm_token_args| {
            Ok(ConfirmToken {
                account: args.account.read()?,
                token: args.token,
                code: args.code.read()?,
                caller: caller(args.caller)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_resync_token`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_resync_token_args {
    /// `sizeof(pinbolt_resync_token_args)`.
    pub size: usize,
    /// The account's id, from the host's own session and not as typed.
    pub account: pinbolt_text,
    /// A code that the token shows, as typed.
    pub first: pinbolt_text,
    /// The one that it shows next.
    pub second: pinbolt_text,
    /// Who asks.
    pub caller: *const pinbolt_caller,
    /// The token's number.
    pub token: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_resync_token_args {}

/// Starts finding a confirmed token's counter or clock again by two consecutive codes (RFC 4226, 7.4;
/// RFC 6238, 6), never below the one accepted last. Neither code can sign in after that. A wrong
/// pair counts as a guess.
///
/// Ends with `PINBOLT_WRONG_CREDENTIALS`, `PINBOLT_WAITING`, `PINBOLT_THROTTLED`,
/// `PINBOLT_MALFORMED`, `PINBOLT_UNKNOWN_TOKEN` or `PINBOLT_UNKNOWN_ACCOUNT`; where accounts aren't
/// hidden also with `PINBOLT_DISABLED` or `PINBOLT_BLOCKED`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_resync_token(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_resync_token_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_resync_token_args| {
            Ok(ResyncToken {
                account: args.account.read()?,
                token: args.token,
                first: args.first.read()?,
                second: args.second.read()?,
                caller: caller(args.caller)?,
            })
        })
    }
}

/// The arguments of `pinbolt_start_remove_token`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_remove_token_args {
    /// `sizeof(pinbolt_remove_token_args)`.
    pub size: usize,
    /// The account's id.
    pub account: pinbolt_text,
    /// By what right: an operator; or NULL, and `proof`.
    pub by: *const pinbolt_operator,
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    pub proof: *mut *mut pinbolt_accepted,
    /// The token's number.
    pub token: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_remove_token_args {}

/// Starts removing a token or a candidate. Authority as in `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED`, `PINBOLT_UNKNOWN_TOKEN` or `PINBOLT_UNKNOWN_ACCOUNT`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_remove_token(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_remove_token_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        start(installation, now, args, op, |args: pinbolt_remove_token_args| {
            Ok(RemoveToken {
                account: args.account.read()?,
                token: args.token,
                authority: authority(args.by, args.proof)?,
            })
        })
    }
}

/// Of kind, counter, start and period. What is of the other kind must be 0: who sets it has the kinds
/// mixed up.
pub(crate) fn kind(args: (u32, u64, u64, u32)) -> Result<TokenKind, Error> {
    match args {
        (PINBOLT_TOKEN_KIND_HOTP, counter, 0, 0) => Ok(TokenKind::Hotp { counter }),
        (PINBOLT_TOKEN_KIND_TOTP, 0, start, period) => Ok(TokenKind::Totp { period, start }),
        (PINBOLT_TOKEN_KIND_STEAM, 0, 0, 0) => Ok(TokenKind::Steam),
        _ => Err(Misuse::Value.into()),
    }
}

/// # Safety
/// As [`pinbolt_bytes::read`].
unsafe fn secret<'a>(args: &pinbolt_add_token_args) -> Result<TokenSecret<'a>, Error> {
    // SAFETY: the caller's promise.
    let (secret, short) = unsafe { (args.secret.read()?, args.dangerously_short_secret.read()?) };
    match (secret, short) {
        (None, None) => Ok(TokenSecret::Generated),
        (Some(secret), None) => Ok(TokenSecret::Given(secret)),
        (None, Some(short)) => Ok(TokenSecret::DangerouslyShort(short)),
        (Some(_), Some(_)) => Err(Misuse::Value.into()),
    }
}
