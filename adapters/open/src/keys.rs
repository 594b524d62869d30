//! The keys of an installation, in a file.
//!
//! ```toml
//! index = "32 bytes in base64"
//! active = 2
//!
//! [secrets]
//! 1 = "32 bytes in base64"
//! 2 = "32 bytes in base64"
//! ```
//!
//! `index` names the rows and never changes. Each of the `secrets` has a number from which the
//! records know it; new records are made with the `active` one, and the others stay readable. To
//! rotate, add a secret under a new number and make that the active one.
//!
//! Who has this file and the database can try all PINs. Keep it on another disk than the
//! database's backups, and readable by the service alone: a file that its group or others may
//! read is refused. Where a system has no such modes, its own access rules must do that.

mod error;
mod file;
mod text;

use std::{env, ffi::OsString, path::Path};

use data_encoding::BASE64;
use pinbolt::Keyring;
use zeroize::Zeroizing;

pub use error::{Field, KeysError};

/// The length of a new text, so that it is written in one place and leaves no copy behind.
const TEXT: usize = 212;

/// Draws new keys and writes them to `path`: with mode 0600, whole or not at all, and never over
/// what is there.
///
/// # Errors
/// [`KeysError::Exists`], [`KeysError::Randomness`] and [`KeysError::Io`]; then nothing was written.
pub fn generate(path: impl AsRef<Path>) -> Result<(), KeysError> {
    file::create(path.as_ref(), generate_text()?.as_bytes())
}

/// Draws new keys, as the text of such a file: for a vault, or for [`from_env`].
///
/// ```
/// use pinbolt_open::keys;
///
/// let text = keys::generate_text()?; // wiped when it goes
/// assert_eq!(keys::parse(&text)?.ids().collect::<Vec<_>>(), [1]);
/// # Ok::<(), keys::KeysError>(())
/// ```
///
/// # Errors
/// [`KeysError::Randomness`].
pub fn generate_text() -> Result<Zeroizing<String>, KeysError> {
    let mut text = Zeroizing::new(String::with_capacity(TEXT));
    text.push_str(
        "# The keys of a pinbolt installation. Keep them secret, and away from the database.\n",
    );
    text.push_str("index = \"");
    push_key(&mut text)?;
    text.push_str("\"\nactive = 1\n\n[secrets]\n1 = \"");
    push_key(&mut text)?;
    text.push_str("\"\n");
    Ok(text)
}

/// Reads the keys at `path`.
///
/// # Errors
/// [`KeysError`] names the field, or the line, and never a secret.
pub fn load(path: impl AsRef<Path>) -> Result<Keyring, KeysError> {
    text::parse(&file::read(path.as_ref())?)
}

/// Reads the keys from a text, such as a vault gives. The text is the caller's to wipe.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str) -> Result<Keyring, KeysError> {
    text::parse(text.as_bytes())
}

/// Reads the keys from the environment variable `name`, which holds what the file would. Whoever
/// may read this process's environment, its children included, has them.
///
/// # Errors
/// As [`load`]; [`KeysError::NotFound`] where there is no such variable.
pub fn from_env(name: &str) -> Result<Keyring, KeysError> {
    let text = env::var_os(name).map(OsString::into_encoded_bytes).map(Zeroizing::new);
    text::parse(&text.ok_or(KeysError::NotFound)?)
}

/// Within the capacity of `text`, so that no reallocation leaves a copy behind.
fn push_key(text: &mut String) -> Result<(), KeysError> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *key).map_err(|_| KeysError::Randomness)?;
    BASE64.encode_append(&*key, text);
    Ok(())
}
