//! pinbolt for C: `libpinbolt` and its header `pinbolt.h`, which is made from these files.
//!
//! Nothing is decided here. Each verb starts an [`Operation`](::pinbolt::driver::Operation) of the
//! engine, and names, codes and sentences come from the engine's tables. What this crate adds is
//! what C lacks: [`guard`] keeps panics in and NULL out, [`text`] reads and gives texts, [`shelf`]
//! keeps what C may point into.
#![deny(unsafe_code)]
#![allow(non_camel_case_types, reason = "the types are C's")]
#![allow(clippy::missing_safety_doc, reason = "pinbolt.h says it once for all functions")]

pub mod accepted;
mod buffer;
pub mod caller;
pub mod check;
pub mod clock;
pub mod delivery;
pub mod describe;
pub mod end;
pub mod engine;
pub mod event;
mod guard;
#[cfg(test)]
mod heap;
pub mod hotp;
pub mod installation;
pub mod issued;
pub mod keys;
pub mod names;
pub mod ocra;
pub mod offers;
pub mod op;
pub mod phone;
pub mod policy;
pub mod provision;
pub mod question;
mod shelf;
pub mod status;
pub mod store;
pub mod text;
pub mod verbs;
mod why;
pub mod work;
