//! Phone numbers as people write them, read into the one form that pinbolt takes.
//!
//! The engine takes `+` and digits alone and knows no country's habits. This crate knows them, from
//! [libphonenumber]'s metadata: it reads national spellings, says what kind of line a number is, and
//! refuses those that cost the caller or the called more than a call.
//!
//! ```
//! use pinbolt_phone::{Line, PhoneError, Reader};
//!
//! let portugal = Reader::new("PT")?;
//! let number = portugal.read("912 345 678")?;
//! assert_eq!((number.phone.as_str(), number.line), ("+351912345678", Line::Mobile));
//! assert_eq!(portugal.read("00 44 (0)20 7946 0958")?.phone.as_str(), "+442079460958");
//! assert_eq!(portugal.read("0912 345 678"), Err(PhoneError::Length));
//! assert_eq!(portugal.read("760 123 456"), Err(PhoneError::Costly));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Give every name that a person types to [`Reader::read`] before the engine sees it, if it isn't an
//! e-mail address or an account id: at enrolment and at sign-in alike, with the same country.
//!
//! # One number, one spelling
//!
//! Whatever is read comes out in the form that reads as itself. What can be read as two numbers is
//! refused ([`PhoneError::Ambiguous`]), never guessed. It can't see what no metadata tells: in
//! Argentina, `+54 11 …` and `+54 9 11 …` may reach the same mobile phone.
//!
//! # How new it is
//!
//! The numbering plans are those of the build. A range given out later is refused
//! ([`PhoneError::Unassigned`]) until this crate is built anew; its numbers can be given to the
//! engine itself, with `+` and the country code.
//!
//! # Logs
//!
//! The crate beneath traces the numbers that it reads. This one therefore asks the `log` crate for
//! `max_level_debug`: no `trace!` of that crate's is compiled into the program.
//!
//! [libphonenumber]: https://github.com/google/libphonenumber

mod error;
mod line;
mod reader;
mod typed;

// Only its feature is used.
use log as _;

pub use error::PhoneError;
pub use line::Line;
pub use reader::{Number, Reader};
