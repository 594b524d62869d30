//! pinbolt checks PINs and one-time codes (delivered ones, HOTP, TOTP, recovery codes), with
//! everything around the check that usually goes wrong: guesses that are counted too late, codes that
//! work twice, an old code that still works after a new one was sent, a lock that a restart forgets.
//!
//! **What it is not.** It is no server, no user database, no session management, and it does no
//! I/O: you bring a [`Store`](driver::Store) (two verbs, any database with a conditional write) and
//! a [`Delivery`](driver::Delivery) (one verb). It is no password manager: a PIN here is digits. It
//! doesn't know who may see what; it gives you a proof of who signed in, and you decide.
//!
//! # The one idea
//!
//! One account is one record, and every decision about it is one compare-and-swap. Failure counts,
//! waits, open challenges and addresses are fields of that record, so "count the guess", "use the
//! code up" and "the newer code ends the older one" are the same write, and nothing can come
//! between them. **A verdict comes out only when its write has been applied**: a lost race is
//! loaded and judged again, and what the first judgement said is never seen.
//!
//! ```text
//!   your request                          pinbolt                            your database
//!
//!   Finish { handle, code, .. } --start--> Op --- Load(row) ---------------> load
//!                                          |  <-- the snapshot, the time ---
//!                                          |  judge: compare, count, use up
//!                                          |  --- Commit(row, expected, new)-> swap
//!                                          |  <-- conflict: load, judge again
//!                                          |  <-- applied
//!   Ok(Accepted)           <-----Done-------+
//!   Err(Error::Refused(..))
//! ```
//!
//! # The smallest program
//!
#![cfg_attr(feature = "testkit", doc = "```")]
#![cfg_attr(not(feature = "testkit"), doc = "```ignore")]
//! use pinbolt::driver::{Engine, Error};
//! use pinbolt::op::{Begin, Enroll, Finish};
//! use pinbolt::policy::Purpose;
//! use pinbolt::testkit::{MemoryStore, Outbox};
//! use pinbolt::{Caller, Channel, Keyring, Operator, Pinbolt, Policy};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // In production 32 random bytes each, from a file or a vault, away from the database.
//! let keys = Keyring::new(*b"32 random bytes that name rows..", 1, *b"32 random bytes that seal rows..")?;
//! let purpose = Purpose::pin_and_code("sign-in", &[Channel::Sms, Channel::Email]);
//! let policy = Policy::builder().purpose(purpose).build()?;
//! let outbox = Outbox::new();
//! let engine = Engine::new(Pinbolt::open(keys, policy, "")?, MemoryStore::new(), outbox.clone());
//!
//! engine.run(Enroll {
//!     account: "a-1",
//!     pin: Some("802714"),
//!     addresses: &["+351 912 000 417"],
//!     asserted_by: Some(Operator::new("desk-7", "seen in person")?),
//! })?;
//!
//! let caller = Caller::new(b"the session's id");
//! let begun = engine.run(Begin {
//!     name: "+351912000417", purpose: "sign-in", pin: Some("802714"),
//!     channel: Channel::Sms, caller, context: b"",
//! })?;
//! let challenge = begun.challenge; // answer the person with it, then:
//! engine.deliver(begun.dispatch)?;
//!
//! let code = &outbox.all()[0].code;
//! match engine.run(Finish {
//!     purpose: "sign-in", handle: &challenge.handle, code, caller, context: b"",
//! }) {
//!     Ok(accepted) => println!("{} signed in", accepted.account()),
//!     Err(Error::Refused(refusal)) => println!("{refusal}"),
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(()) }
//! ```
//!
//! `Ok` is "yes" and nothing else is: a refusal, a misuse and a failure are three kinds of `Err`.
//!
//! A host with a loop of its own needs no [`Engine`](driver::Engine): [`op::Verb::start`] gives the
//! first [`Step`](op::Step), and each question offers only its own answers.
//!
//! # The laws
//!
//! Each has its test file under `engine/tests`.
//!
//! 1. No verdict that depends on a secret can be read before its write was applied.
//!    `law_01_verdict_after_write`
//! 2. Every guess is counted: in the write that judges it, or reserved as failed before a slow
//!    hash. `law_02_every_guess_counted`
//! 3. A refusal without a write depends on no secret. `law_03_refusals_without_write`
//! 4. Safety needs only a linearizable `swap`; a stale `load` never lets anybody in.
//!    `law_04_stale_loads`
//! 5. Numbers only rise. No clock error makes a code live longer, and none keeps an account waiting
//!    beyond the schedule's maximum. `law_05_clocks`
//! 6. A success resets the count of the authenticator that succeeded, in its lane only.
//!    `law_06_success_resets_its_own`
//! 7. Where accounts are hidden, an unknown one asks the same questions, costs the same hash, waits
//!    and answers as a known one. `law_07_unknown_accounts`
//! 8. A write whose answer was lost is resolved from the record itself, or ends as a failure with
//!    nothing accepted and nothing delivered. `law_08_lost_answers`
//! 9. Parameters are stored with each authenticator: changing a policy breaks no enrolment.
//!    `law_09_parameters_stay`
//! 10. No code is stored: it is derived, and compared by deriving it again. Records are sealed,
//!     bound to their row, version and key. `law_10_codes_are_derived`
//! 11. No secret, code, PIN, phone number or e-mail address in `Debug`, errors or audit events.
//!     `law_11_no_secret_in_text`
//! 12. Delivery happens after the write that issued the code; at most one message with a code for each
//!     send number, after the notices that go before it. `law_12_delivery`
//! 13. A newer challenge of the same purpose, in the same lane or a stronger one, ends the older one;
//!     issuing never gives back guesses. `law_13_latest_only`
//!
//! # Features
//!
//! `std`: the blocking driver, with the system's clock and randomness; most hosts want it. `testkit`:
//! memory store, virtual clock, faults and the conformance kit; for tests only, for it opens doors
//! such as a cheaper hash. Without any: `no_std`, and [`op::Step`] alone.
//!
//! # Where to read on
//!
//! [`docs::threats`] what is covered and what isn't · [`docs::defaults`] why each default ·
//! [`docs::enrolling`] a phone app and its QR code · [`docs::moving_in`] from another system ·
//! [`docs::storage`] how to write a store · [`docs::design`] how it is built ·
//! [`policy::SETTINGS`] every setting · [`oath`] HOTP, TOTP and OCRA without an account
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod address;
mod audit;
mod authority;
mod caller;
mod channel;
mod code;
pub mod docs;
mod document;
pub mod driver;
mod entropy;
mod error;
mod guard;
mod key;
mod keys;
mod mac;
pub mod oath;
pub mod op;
mod outcome;
pub mod pin;
mod pinbolt;
pub mod policy;
mod record;
pub mod row;
mod secret;
#[cfg(feature = "testkit")]
#[allow(clippy::disallowed_methods, reason = "test stores sleep, and time races")]
pub mod testkit;

pub use audit::{AuditEvent, Event, EventKind};
pub use authority::{Authority, Operator, Proofs};
pub use caller::Caller;
pub use channel::{Channel, OwnChannel};
pub use code::Reference;
pub use document::Document;
pub use error::{Error, Failure, Input, Misuse, Refusal};
pub use guard::{Authenticator, Lane};
pub use key::Key;
pub use keys::Keyring;
pub use outcome::{Accepted, Assurance, Done, Factors};
pub use pin::{Digest, HashMemory, WeakPin, Work};
pub use pinbolt::Pinbolt;
pub use policy::Policy;
#[doc(hidden)]
pub use secret::Secret;
