//! Tokens on their way in and out.

pub mod base32;
pub mod fault;
pub mod files;
pub mod key;
pub mod migration;
pub mod otpauth;
pub mod pskc;
pub mod qr;
pub mod written;

use ::pinbolt::{Error, Input, Refusal};
use pinbolt_provision::ProvisionError;

/// A text that was refused is `PINBOLT_MALFORMED`, and `*fault` why.
pub(crate) fn told<T>(fault: &mut u32, read: Result<T, ProvisionError>) -> Result<T, Error> {
    read.map_err(|why| {
        *fault = why.code().into();
        Refusal::Malformed { input: Input::Name }.into()
    })
}
