//! OCRA as pure functions: no account, no store, nothing remembered.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{ffi::c_char, ptr, str};

use ::pinbolt::{
    Error, Misuse, Refusal,
    driver::milliseconds,
    oath::ocra::{Challenge, Inputs, Ocra, Pin, Response, Window},
};

use crate::{
    buffer::Buffer,
    guard::{SizeFirst, clear, entry, free, get, hand, read},
    hotp::{PINBOLT_MATCHED, PINBOLT_NO_MATCH, pinbolt_match},
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
};

/// Who answers where both parties ask: the server, first (RFC 6287, 7.2 and 7.3.2).
pub const PINBOLT_OCRA_SERVER_ANSWERS: u32 = 1;
/// Who answers where both parties ask: then the client (RFC 6287, 7.2 and 7.3.2).
pub const PINBOLT_OCRA_CLIENT_ANSWERS: u32 = 2;

/// The bytes of a buffer that holds any response and its NUL: the whole HMAC-SHA-512 in hexadecimal.
pub const PINBOLT_RESPONSE_CAPACITY: usize = 129;

/// A suite of OCRA (RFC 6287) and a secret: makes responses to challenges, and compares them. It
/// holds what HMAC makes of the secret, and is wiped when it is freed. It never changes; any number
/// of threads may use it.
///
/// Its functions keep no challenge, no counter and no count of failures. Who calls them draws a
/// random challenge of the suite's full length, takes it once, and counts wrong answers. Neither
/// making nor matching allocates memory, or takes a time that depends on a response, on what
/// matched, on the secret or on the PIN's hash.
pub struct pinbolt_ocra {
    ocra: Ocra,
}

/// The inputs of one response: exactly those that the suite names (RFC 6287, 5.1).
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_ocra_inputs {
    /// `sizeof(pinbolt_ocra_inputs)`.
    pub size: usize,
    /// The only challenge (7.1), or what the client is to sign (7.3.1): 1 character to the suite's
    /// length. Absent where there are two.
    pub challenge: pinbolt_text,
    /// Of two challenges what the client asked, of the suite's full length; else absent.
    pub client: pinbolt_text,
    /// Of two challenges what the server asked, or gave to sign, of the suite's full length; else
    /// absent.
    pub server: pinbolt_text,
    /// `C`: the counter of the response; when matching, the lowest one tried. NULL for a suite
    /// without.
    pub counter: *const u64,
    /// `P`: the PIN as typed, 1 to 128 bytes; absent for a suite without.
    pub pin: pinbolt_text,
    /// In place of `pin`: its hash, as a server stores it: 20, 32 or 64 bytes, as the suite says.
    pub pin_hash: pinbolt_bytes,
    /// `S`: 1 byte to the suite's length; absent for a suite without.
    pub session: pinbolt_bytes,
    /// `T`: the time in Unix milliseconds; 0 for a suite without.
    pub now: u64,
    /// Of two challenges who answers: `PINBOLT_OCRA_..._ANSWERS`; else 0.
    pub answers: u32,
}

/// Where a response is looked for beside the inputs' own counter and step, up to 1000 places in all.
/// The time of a matching, and what a guess is worth, grow with their number: keep it small.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_ocra_window {
    /// `sizeof(pinbolt_ocra_window)`.
    pub size: usize,
    /// Counters after the inputs' own; 0 for a suite without.
    pub look_ahead: u32,
    /// Steps before that of the inputs' time; 0 for a suite without.
    pub back: u32,
    /// Steps after it; 0 for a suite without.
    pub ahead: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_ocra_inputs {}
// SAFETY: as above.
unsafe impl SizeFirst for pinbolt_ocra_window {}

/// Makes a generator for a suite, exactly as RFC 6287 (6) writes it, such as
/// `OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1`, and a secret of 16 bytes or more, plain. `*ocra` is yours to
/// free.
///
/// `PINBOLT_OCRA_SUITE` for any other text, `PINBOLT_SHORT_SECRET`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_ocra_open(
    suite: pinbolt_text,
    secret: pinbolt_bytes,
    ocra: *mut *mut pinbolt_ocra,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { open(suite, secret, ocra, Ocra::new) }
}

/// As `pinbolt_ocra_open`, for a secret of one byte or more. For tokens that somebody else has issued:
/// a secret under 128 bits can be found from a few responses by trying all.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_ocra_open_with_dangerously_short_secret(
    suite: pinbolt_text,
    secret: pinbolt_bytes,
    ocra: *mut *mut pinbolt_ocra,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { open(suite, secret, ocra, Ocra::with_dangerously_short_secret) }
}

/// The response to `inputs`: what the token shows, or what the server proves itself with. It is
/// digits, or for a suite of 0 digits the whole HMAC in lower-case hexadecimal, and a NUL, in the
/// `capacity` bytes of `response`, of which `PINBOLT_RESPONSE_CAPACITY` are always enough. It is
/// yours to wipe.
///
/// `PINBOLT_OCRA_INPUT` if the inputs aren't those that the suite names, or not of its form;
/// `PINBOLT_VALUE` for a time that can't be milliseconds, for inputs that exclude each other, and for
/// an `answers` that is none. `PINBOLT_LENGTH` where it doesn't fit; then `response` is an empty
/// text, as after any other status.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_ocra_response(
    ocra: *const pinbolt_ocra,
    inputs: *const pinbolt_ocra_inputs,
    response: *mut c_char,
    capacity: usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let mut response = unsafe { Buffer::clear(response, capacity) }?;
        // SAFETY: as above.
        let (ocra, inputs) = unsafe { (&get(ocra)?.ocra, taken(&read(inputs)?)?) };
        response.fill(ocra.response(&inputs)?.as_str())
    })
}

/// At which counter and step of the window a typed response is right: the lowest counter, and then
/// the lowest step, where several are. `window` NULL is the inputs' own counter and step alone. All of
/// the window is always computed. Blanks and hyphens in the response are dropped.
///
/// `*matched` is `PINBOLT_NO_MATCH` before anything else happens, and becomes `PINBOLT_MATCHED` only
/// together with `PINBOLT_OK`; so do `*counter` and `*step`, which are 0 before, and for a suite
/// without. Who accepts it expects the counter after it from then on, and takes the challenge no
/// second time. Else `PINBOLT_WRONG_CODE`, or `PINBOLT_MALFORMED` for what isn't of the suite's
/// form; or as `pinbolt_ocra_response`; `PINBOLT_OCRA_INPUT` also for a window over what the suite
/// doesn't name, or of too many places.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_ocra_match(
    ocra: *const pinbolt_ocra,
    inputs: *const pinbolt_ocra_inputs,
    response: pinbolt_text,
    window: *const pinbolt_ocra_window,
    matched: *mut pinbolt_match,
    counter: *mut u64,
    step: *mut u64,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (matched, at) =
            unsafe { (clear(matched, PINBOLT_NO_MATCH), (clear(counter, 0), clear(step, 0))) };
        let (matched, (counter, step)) = (matched?, (at.0?, at.1?));
        // SAFETY: as above.
        let (ocra, inputs) = unsafe { (&get(ocra)?.ocra, taken(&read(inputs)?)?) };
        // SAFETY: as above.
        let (response, window) = unsafe { (response.read()?, places(window)?) };
        let response = Response::parse(response, ocra.suite())?;
        let found = ocra.matching(&inputs, &response, window)?;
        let found = found.ok_or(Refusal::WrongCode { tries_left: 0 })?;
        *counter = found.counter().unwrap_or_default();
        *step = found.step().unwrap_or_default();
        *matched = PINBOLT_MATCHED;
        Ok(())
    })
}

/// Wipes and frees a generator, and sets `*ocra` to NULL. NULL, or a pointer to NULL, is fine. No
/// thread may be using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_ocra_free(ocra: *mut *mut pinbolt_ocra) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(ocra) }
}

/// # Safety
/// As the functions above.
unsafe fn open(
    suite: pinbolt_text,
    secret: pinbolt_bytes,
    ocra: *mut *mut pinbolt_ocra,
    make: impl FnOnce(&str, &[u8]) -> Result<Ocra, Misuse>,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: the caller's promises.
        let ocra = unsafe { clear(ocra, ptr::null_mut()) }?;
        // SAFETY: as above.
        let (suite, secret) = unsafe { (suite.read()?, secret.read()?) };
        hand(ocra, pinbolt_ocra { ocra: make(suite, secret.unwrap_or_default())? });
        Ok(())
    })
}

/// # Safety
/// As [`pinbolt_text::read`], for each text, and as [`get`].
unsafe fn taken<'a>(args: &pinbolt_ocra_inputs) -> Result<Inputs<'a>, Error> {
    // SAFETY: the caller's promise.
    let mut inputs = Inputs::new(unsafe { challenge(args) }?);
    if !args.counter.is_null() {
        // SAFETY: as above.
        inputs = inputs.counter(*unsafe { get(args.counter) }?);
    }
    // SAFETY: as above.
    if let Some(pin) = unsafe { pin(args) }? {
        inputs = inputs.pin(pin);
    }
    // SAFETY: as above.
    if let Some(session) = unsafe { args.session.read() }? {
        inputs = inputs.session(session);
    }
    match args.now {
        0 => Ok(inputs),
        now => Ok(inputs.now(milliseconds(now)?)),
    }
}

/// # Safety
/// As [`pinbolt_text::read`].
unsafe fn challenge<'a>(args: &pinbolt_ocra_inputs) -> Result<Challenge<'a>, Error> {
    // SAFETY: the caller's promise.
    let (only, client, server) = unsafe {
        (args.challenge.read_maybe()?, args.client.read_maybe()?, args.server.read_maybe()?)
    };
    match (args.answers, only, client, server) {
        (0, only, None, None) => Ok(Challenge::One(only.unwrap_or(""))),
        (PINBOLT_OCRA_SERVER_ANSWERS, None, Some(client), Some(server)) => {
            Ok(Challenge::ServerAnswers { client, server })
        }
        (PINBOLT_OCRA_CLIENT_ANSWERS, None, Some(client), Some(server)) => {
            Ok(Challenge::ClientAnswers { client, server })
        }
        _ => Err(Misuse::Value.into()),
    }
}

/// # Safety
/// As [`pinbolt_bytes::read`].
unsafe fn pin<'a>(args: &pinbolt_ocra_inputs) -> Result<Option<Pin<'a>>, Error> {
    let typed = pinbolt_bytes { data: args.pin.data.cast(), len: args.pin.len };
    // SAFETY: the caller's promise.
    match unsafe { (typed.read()?, args.pin_hash.read()?) } {
        (None, None) => Ok(None),
        (None, Some(hash)) => Ok(Some(Pin::Hash(hash))),
        // Any text is a PIN here: what is no text must not be read as one.
        (Some(typed), None) => match str::from_utf8(typed) {
            Ok(typed) => Ok(Some(Pin::Text(typed))),
            Err(_) => Err(Misuse::OcraInput.into()),
        },
        (Some(_), Some(_)) => Err(Misuse::Value.into()),
    }
}

/// # Safety
/// As [`read`].
unsafe fn places(window: *const pinbolt_ocra_window) -> Result<Window, Error> {
    if window.is_null() {
        return Ok(Window::ONE);
    }
    // SAFETY: the caller's promise.
    let window = unsafe { read(window) }?;
    let counters = window.look_ahead.saturating_add(1);
    Ok(Window::ONE.counters(counters).steps(window.back, window.ahead))
}
