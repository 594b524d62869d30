//! HOTP, TOTP and Steam's codes as pure functions: no account, no store, nothing remembered.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{ffi::c_char, ptr};

use ::pinbolt::{
    Error, Misuse, Refusal,
    driver::milliseconds,
    oath::{Algorithm, Code, Hotp, Totp},
};

use crate::{
    buffer::Buffer,
    guard::{clear, entry, free, get, hand},
    names::algorithm,
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
};

/// Whether a typed code is one of those it was compared with: `PINBOLT_MATCHED`, and no other number.
/// It accepts nobody: whether that code was used before, and how many guesses there were, a pure
/// function doesn't know.
pub type pinbolt_match = u32;

/// A match: none.
pub const PINBOLT_NO_MATCH: u32 = 0;
/// A match: one. It differs from 0, from all ones and from `PINBOLT_ACCEPTED`, in half of its bits.
pub const PINBOLT_MATCHED: u32 = 0x3C5A_C366;

/// The bytes of a buffer that holds any one-time code and its NUL.
pub const PINBOLT_CODE_CAPACITY: usize = 11;

/// The generator of a token's codes (RFC 4226), for programs that keep tokens themselves; `verify`
/// needs none. It holds what HMAC makes of the secret, and is wiped when it is freed. It never
/// changes; any number of threads may use it.
///
/// Its functions know nothing of what was used before: who calls them alone must keep, and only
/// ever raise, the counter or step that was accepted last (RFC 4226, 7.2; RFC 6238, 5.2), and count
/// the guesses (RFC 4226, 7.3). Neither generating nor matching allocates memory, or takes a time that
/// depends on a code, on the counter that matched, or on the secret.
pub struct pinbolt_hotp {
    hotp: Hotp,
}

/// Makes a generator for a secret of 16 bytes or more, plain (no base32). `algorithm` is
/// `PINBOLT_ALGORITHM_...`; `digits` are 6 to 10: at 10 the first is 0, 1 or 2. `*hotp` is yours to
/// free.
///
/// `PINBOLT_SHORT_SECRET`; `PINBOLT_TOKEN` for other digits, `PINBOLT_VALUE` for another algorithm.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_hotp_open(
    algorithm: u32,
    digits: u32,
    secret: pinbolt_bytes,
    hotp: *mut *mut pinbolt_hotp,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { open((algorithm, digits), secret, hotp, Hotp::new) }
}

/// As `pinbolt_hotp_open`, for a secret of one byte or more. For tokens that somebody else has issued:
/// a secret under 128 bits can be found from a few codes by trying all.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_hotp_open_with_dangerously_short_secret(
    algorithm: u32,
    digits: u32,
    secret: pinbolt_bytes,
    hotp: *mut *mut pinbolt_hotp,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { open((algorithm, digits), secret, hotp, Hotp::with_dangerously_short_secret) }
}

/// Makes a generator of the codes that Steam's app shows, five of `23456789BCDFGHJKMNPQRTVWXY`, for a
/// secret of 16 bytes or more, plain (no base32); Steam's own are 20. Its counter is the step of
/// `pinbolt_totp_step(now, 30, 0, &step)`. `*hotp` is yours to free.
///
/// `PINBOLT_SHORT_SECRET`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_hotp_open_steam(
    secret: pinbolt_bytes,
    hotp: *mut *mut pinbolt_hotp,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { opened(secret, hotp, |secret| Ok(Totp::steam(secret)?.into_hotp())) }
}

/// As `pinbolt_hotp_open_steam`, for a secret of one byte or more: see
/// `pinbolt_hotp_open_with_dangerously_short_secret`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_hotp_open_steam_with_dangerously_short_secret(
    secret: pinbolt_bytes,
    hotp: *mut *mut pinbolt_hotp,
) -> pinbolt_status {
    let make = |secret: &[u8]| Ok(Totp::steam_with_dangerously_short_secret(secret)?.into_hotp());
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { opened(secret, hotp, make) }
}

/// The code of a counter, or of a TOTP's step: digits, or a Steam code's letters, and a NUL, in the `capacity` bytes of `code`,
/// of which `PINBOLT_CODE_CAPACITY` are always enough. It is yours to wipe.
///
/// `PINBOLT_LENGTH` where it doesn't fit; then `code` is an empty text, as after any other status.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_hotp_code(
    hotp: *const pinbolt_hotp,
    counter: u64,
    code: *mut c_char,
    capacity: usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let mut code = unsafe { Buffer::clear(code, capacity) }?;
        // SAFETY: as above.
        code.fill(unsafe { get(hotp) }?.hotp.code(counter).as_str())
    })
}

/// Which of the `count` counters, or steps, from `first` on a typed code is of: the lowest where
/// several are. Counters past `UINT64_MAX` don't exist. All are always computed, so the time tells
/// nothing but `count`: keep it small. Blanks and hyphens in the code are dropped; a Steam code may be
/// in either case.
///
/// `*matched` is `PINBOLT_NO_MATCH` and `*counter` 0 before anything else happens; they become
/// `PINBOLT_MATCHED` and the counter only together with `PINBOLT_OK`. Who accepts it goes on at the
/// counter after it. Else `PINBOLT_WRONG_CODE`, or `PINBOLT_MALFORMED` for what isn't as many
/// digits, or a Steam code's letters.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_hotp_match(
    hotp: *const pinbolt_hotp,
    code: pinbolt_text,
    first: u64,
    count: u32,
    matched: *mut pinbolt_match,
    counter: *mut u64,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        found((matched, counter), || {
            let hotp = &get(hotp)?.hotp;
            Ok(hotp.matching(&typed(hotp, code)?, first, count))
        })
    }
}

/// The counter, or step, of the second of two typed codes whose counters follow each other, both
/// among the `count` from `from` on (RFC 4226, 7.4): so a token that ran ahead is found again. `from`
/// must not lie below what was accepted last. All else as in `pinbolt_hotp_match`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_hotp_resynchronize(
    hotp: *const pinbolt_hotp,
    first_code: pinbolt_text,
    second_code: pinbolt_text,
    from: u64,
    count: u32,
    matched: *mut pinbolt_match,
    counter: *mut u64,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        found((matched, counter), || {
            let hotp = &get(hotp)?.hotp;
            let codes = (typed(hotp, first_code)?, typed(hotp, second_code)?);
            Ok(hotp.resynchronize((&codes.0, &codes.1), from, count))
        })
    }
}

/// The step in which `now`, in Unix milliseconds, lies (RFC 6238, 4.2): it is a TOTP's counter. Steps
/// are of `period` seconds, 30 as a rule, from the Unix second `start` on, 0 as a rule.
///
/// `PINBOLT_TOKEN` for a period of 0; `PINBOLT_VALUE` before the start, and as everywhere before 2001,
/// where the first of RFC 6238's own vectors lies; then `*step` is 0.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_totp_step(
    now: u64,
    period: u32,
    start: u64,
    step: *mut u64,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promise, as pinbolt.h asks for it.
        let step = unsafe { clear(step, 0) }?;
        let now = milliseconds(now)?;
        if period == 0 {
            return Err(Misuse::Token.into());
        }
        *step = Totp::step_of(now, (period, start)).ok_or(Misuse::Value)?;
        Ok(())
    })
}

/// Wipes and frees a generator, and sets `*hotp` to NULL. NULL, or a pointer to NULL, is fine. No
/// thread may be using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_hotp_free(hotp: *mut *mut pinbolt_hotp) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(hotp) }
}

/// # Safety
/// As the functions above.
unsafe fn open(
    (number, digits): (u32, u32),
    secret: pinbolt_bytes,
    hotp: *mut *mut pinbolt_hotp,
    make: impl FnOnce(Algorithm, u8, &[u8]) -> Result<Hotp, Misuse>,
) -> pinbolt_status {
    // What no u8 holds is out of its bounds, too.
    let digits = u8::try_from(digits).unwrap_or(u8::MAX);
    // SAFETY: the caller's promises.
    unsafe { opened(secret, hotp, |secret| Ok(make(algorithm(number)?, digits, secret)?)) }
}

/// # Safety
/// As the functions above.
unsafe fn opened(
    secret: pinbolt_bytes,
    hotp: *mut *mut pinbolt_hotp,
    make: impl FnOnce(&[u8]) -> Result<Hotp, Error>,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: the caller's promises.
        let (hotp, secret) = unsafe { (clear(hotp, ptr::null_mut())?, secret.read()?) };
        hand(hotp, pinbolt_hotp { hotp: make(secret.unwrap_or_default())? });
        Ok(())
    })
}

/// # Safety
/// As [`pinbolt_text::read`].
unsafe fn typed(hotp: &Hotp, code: pinbolt_text) -> Result<Code, Error> {
    // SAFETY: the caller's promise.
    Ok(hotp.parse(unsafe { code.read() }?)?)
}

/// # Safety
/// As [`clear`].
unsafe fn found(
    (matched, counter): (*mut pinbolt_match, *mut u64),
    find: impl FnOnce() -> Result<Option<u64>, Error>,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: the caller's promises.
        let (matched, counter) = unsafe { (clear(matched, PINBOLT_NO_MATCH), clear(counter, 0)) };
        let (matched, counter) = (matched?, counter?);
        *counter = find()?.ok_or(Refusal::WrongCode { tries_left: 0 })?;
        *matched = PINBOLT_MATCHED;
        Ok(())
    })
}
