//! pinbolt checks PINs and one-time codes.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod driver;
pub mod row;
