//! Tokens on their way in and out.
//!
//! The engine takes a token's secret and its parameters. This crate knows the forms in which they
//! travel: to the person's app, from another system, into another system.

pub mod base32;
mod error;
pub mod import;
mod key;
pub mod migration;
pub mod otpauth;
mod percent;
pub mod pskc;
mod qr;
mod query;

pub use error::ProvisionError;
pub use key::OathKey;
pub use qr::Qr;
