//! HOTP (RFC 4226) and TOTP (RFC 6238) as pure functions: no account, no clock, no storage.
//!
//! These functions know nothing of what was used before: who calls them alone must keep, and only
//! ever raise, the counter or step that was accepted last (RFC 4226, 7.2; RFC 6238, 5.2), and count
//! the guesses (RFC 4226, 7.3). The engine's verbs do both.
//!
//! # Example: a code of the current step, or of the one before
//!
//! ```
//! use pinbolt::oath::{Algorithm, Code, Hotp, Totp};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hotp = Hotp::new(Algorithm::Sha1, 8, b"12345678901234567890")?;
//! let totp = Totp::new(hotp, 30, 0)?;
//! let now = 1_111_111_109_000; // Unix milliseconds
//!
//! let typed = Code::parse("0708 1804", 8)?;
//! let step = totp.step(now).ok_or("before the start")?;
//! let matched = totp.hotp().matching(&typed, step.saturating_sub(1), 2);
//! assert_eq!(matched, Some(37_037_036));
//! # Ok(()) }
//! ```

mod algorithm;
mod hmac;
mod hotp;
mod modulus;
pub mod ocra;
mod totp;
mod wipe;

pub use crate::code::Code;
pub use algorithm::Algorithm;
pub use hotp::Hotp;
pub use ocra::Ocra;
pub use totp::Totp;
