//! Tokens on their way in and out.

pub(crate) mod fault;
pub(crate) mod files;
pub(crate) mod key;
pub(crate) mod migration;
pub(crate) mod otpauth;
pub(crate) mod pskc;
pub(crate) mod qr;
