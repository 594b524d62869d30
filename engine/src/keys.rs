//! The keyring: which secrets seal records, pepper PINs, derive codes and name rows.

use alloc::vec::Vec;
use core::fmt;

use crate::{
    error::{Failure, Misuse},
    mac::MacKey,
    secret::Key,
};

/// The keys of an installation. Each id stands for one 32-byte secret, from which the sealing key,
/// the PIN pepper, the code key and the handle key are derived (NIST SP 800-108r1); the index key,
/// which names rows, is apart because it doesn't rotate.
///
/// Keep the secrets away from the database: Argon2id alone can't protect six digits.
pub struct Keyring {
    index: MacKey,
    /// The active set stands last.
    sets: Vec<KeySet>,
}

/// The keys of one id.
pub(crate) struct KeySet {
    pub(crate) id: u32,
    pub(crate) seal: Key,
    /// Tells a wrong sealing key from a changed record; it says nothing else about the key.
    pub(crate) check: [u8; 4],
    pub(crate) pepper: Key,
    pub(crate) code: MacKey,
    pub(crate) handle: Key,
}

impl Keyring {
    /// A keyring with one active id.
    ///
    /// # Errors
    /// [`Misuse::WeakKey`] for a secret of one repeated byte, which is a placeholder.
    pub fn new(index: [u8; 32], id: u32, secret: [u8; 32]) -> Result<Self, Misuse> {
        let index = MacKey::new(&checked(index)?).derive("pinbolt index", &[]);
        let index = MacKey::new(&index);
        let mut ring = Self { index, sets: Vec::new() };
        ring.rotate(id, secret)?;
        Ok(ring)
    }

    /// Adds an id and makes it the active one; the older ids stay readable.
    ///
    /// # Errors
    /// [`Misuse::WeakKey`] as in [`Keyring::new`]; [`Misuse::KeyIdTaken`] for an id already there.
    pub fn rotate(&mut self, id: u32, secret: [u8; 32]) -> Result<(), Misuse> {
        if self.sets.iter().any(|set| set.id == id) {
            return Err(Misuse::KeyIdTaken);
        }
        let secret = MacKey::new(&checked(secret)?);
        let key = |label| secret.derive(label, &[&id.to_be_bytes()]);
        let seal = key("pinbolt seal");
        let [a, b, c, d, ..] = MacKey::new(&seal).mac("pinbolt key check", &[]);
        self.sets.push(KeySet {
            id,
            seal,
            check: [a, b, c, d],
            pepper: key("pinbolt pepper"),
            code: MacKey::new(&key("pinbolt code")),
            handle: key("pinbolt handle"),
        });
        Ok(())
    }

    /// The ids, the active one last.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        self.sets.iter().map(|set| set.id)
    }

    pub(crate) const fn index(&self) -> &MacKey {
        &self.index
    }

    pub(crate) fn active(&self) -> Result<&KeySet, Failure> {
        self.sets.last().ok_or(Failure::UnknownKey)
    }

    pub(crate) fn get(&self, id: u32) -> Result<&KeySet, Failure> {
        self.sets.iter().find(|set| set.id == id).ok_or(Failure::UnknownKey)
    }
}

fn checked(secret: [u8; 32]) -> Result<Key, Misuse> {
    let secret = Key::new(secret);
    let first = secret.expose().first();
    match secret.expose().iter().all(|byte| Some(byte) == first) {
        true => Err(Misuse::WeakKey),
        false => Ok(secret),
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("ids", &self.ids().collect::<Vec<_>>()).finish()
    }
}
