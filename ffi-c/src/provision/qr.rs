//! QR codes: a text as a picture that a phone's camera reads.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use ::pinbolt::{Error, Misuse};
use pinbolt_provision::Qr;

use super::written::pinbolt_written;
use crate::{
    guard::{clear, entry, hand},
    status::pinbolt_status,
    text::pinbolt_text,
};

/// The longest text of a QR code, in bytes.
pub const PINBOLT_QR_MAX_LENGTH: usize = 2331;

/// Draws a text as a QR code (ISO/IEC 18004) in SVG: black on white, without a size of its own, without
/// scripts and links, so that it can be put into a page as it is. 15 % of it may be damaged. The
/// picture of an address is its secret: show it to its owner alone, once, and keep it nowhere.
/// `*written` is yours to free. `PINBOLT_LENGTH` over `PINBOLT_QR_MAX_LENGTH` bytes.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_qr_svg(
    text: pinbolt_text,
    written: *mut *mut pinbolt_written,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { drawn(text, written, |qr| Ok(pinbolt_written::of(qr.svg().as_bytes()))) }
}

/// The same as text for a terminal that knows UTF-8 and 256 colours: half a line for a module's height,
/// black on white on dark and on light ones. Lines end with a newline.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_qr_terminal(
    text: pinbolt_text,
    written: *mut *mut pinbolt_written,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { drawn(text, written, |qr| Ok(pinbolt_written::of(qr.terminal().as_bytes()))) }
}

/// The same as PNG: one bit a pixel, `scale` pixels to a module's side, 1 to 32. 8 is a good size on
/// paper and on screens. `PINBOLT_VALUE` for another scale.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_qr_png(
    text: pinbolt_text,
    scale: u32,
    written: *mut *mut pinbolt_written,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        drawn(text, written, |qr| {
            // What no u8 holds is out of its bounds, too.
            let scale = u8::try_from(scale).unwrap_or(u8::MAX);
            Ok(pinbolt_written::of(&qr.png(scale)?))
        })
    }
}

/// # Safety
/// As the functions above.
unsafe fn drawn(
    text: pinbolt_text,
    written: *mut *mut pinbolt_written,
    draw: impl FnOnce(&Qr) -> Result<pinbolt_written, Misuse>,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: the caller's promises.
        let (written, text) = unsafe { (clear(written, ptr::null_mut())?, text.read()?) };
        let qr = Qr::new(text)?;
        hand(written, draw(&qr).map_err(Error::from)?);
        Ok(())
    })
}

const _: () = assert!(PINBOLT_QR_MAX_LENGTH == Qr::MAX_LEN);
