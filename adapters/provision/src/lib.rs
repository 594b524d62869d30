//! Tokens on their way in and out.
//!
//! The engine takes a token's secret and its parameters. This crate knows the forms in which they
//! travel: to the person's app, from another system, into another system.
//!
//! | form | read | written |
//! | --- | --- | --- |
//! | [`otpauth`] addresses, which QR codes of apps hold | yes | yes |
//! | [`Qr`] codes, as SVG, PNG and terminal text | | yes |
//! | [`base32`], which people type | yes | yes |
//! | Google Authenticator's [`migration`] | yes | yes |
//! | [`pskc`] documents (RFC 6030) | yes | yes |
//! | what other systems keep: [`import`] | yes | |
//!
//! What is read was written by strangers: every reader has a limit on what it looks at, takes a time
//! that grows with the text and no faster (a password's rounds are capped), and tells a fault by its
//! name ([`ProvisionError`]), never by what it read. A secret is wiped where this crate holds it. A
//! short secret is read like any other: whether it may enter an account is asked there.

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
