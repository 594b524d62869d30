//! Opens what pinbolt stands on: the store that a URL names, the keys that a file holds, the policy
//! that a text says. All of pinbolt's faces use it, so that one file means the same in each language.
//!
//! ```
//! use pinbolt_open::keys;
//!
//! # let folder = std::env::temp_dir().join(format!("pinbolt-open-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let (path, db) = (folder.join("keys.toml"), folder.join("auth.db"));
//! keys::generate(&path)?; // once, when the service is installed
//! let keyring = keys::load(&path)?;
//! let store = pinbolt_open::store(&format!("sqlite://{}", db.display()))?;
//! # assert_eq!(keyring.ids().collect::<Vec<_>>(), [1]);
//! # drop(store);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # URLs
//!
//! | URL | store |
//! | --- | --- |
//! | `sqlite:///var/lib/app/auth.db` | the SQLite file at an absolute path: three slashes |
//! | `sqlite://auth.db`, `sqlite://data/auth.db` | the same, from the working folder: two slashes |
//! | `memory:` | a new, empty store that is gone with the process; only with the feature `memory` |
//!
//! What follows `sqlite://` is the path, byte for byte; three slashes are an absolute path, where
//! SQLAlchemy counts one more. `%`, `?` and `#` are refused rather than taken for a part of a file
//! name: a URL that means more elsewhere doesn't mean less here.
//!
//! The feature `memory` brings the engine's testkit into the build. It is for demonstrations: a
//! restart of such a process forgets every counted guess.

pub mod keys;
pub mod policy;
mod store;

pub use store::{OpenError, store};
