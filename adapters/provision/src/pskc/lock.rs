//! What locks a document's secrets: AES-CBC with a MAC (RFC 6030, section 6).

use std::fmt;

use aes::{Aes128, Aes192, Aes256};
use cbc::{
    Decryptor, Encryptor,
    cipher::{
        BlockModeDecrypt, BlockModeEncrypt, KeyIvInit,
        block_padding::{Iso10126, Pkcs7},
    },
};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use crate::ProvisionError;

use super::{HMAC_SHA1, HMAC_SHA256, HMAC_SHA512, MAX_PASSWORD, MAX_ROUNDS};

const BLOCK: usize = 16;
/// Bytes of a MAC key. Nothing protects the encrypted MAC key itself: whoever knows one block of
/// some text and its cipher could put a key of up to 15 bytes in its place.
const MAC_KEY: std::ops::RangeInclusive<usize> = 16..=128;
const SALT: std::ops::RangeInclusive<usize> = 1..=128;

/// What locks the secrets of a document.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Lock<'a> {
    /// Nothing: they are legible.
    Plain,
    /// A key that both sides have: 16, 24 or 32 bytes.
    Key(&'a [u8]),
    /// A password of 1 to 1024 bytes in UTF-8, as it is: nothing is normalised.
    Password(&'a str),
}

impl Lock<'_> {
    /// Whether it locks at all.
    pub(super) fn check(self) -> Result<(), ProvisionError> {
        match self {
            Self::Key(key) if !matches!(key.len(), 16 | 24 | 32) => Err(ProvisionError::LockKey),
            Self::Password(word) if !(1..=MAX_PASSWORD).contains(&word.len()) => {
                Err(ProvisionError::LockKey)
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Lock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "Plain",
            Self::Key(_) => "Key(..)",
            Self::Password(_) => "Password(..)",
        })
    }
}

/// The hash of a MAC and of PBKDF2.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    /// By the HMAC's URI.
    pub(super) fn of(uri: &str) -> Result<Self, ProvisionError> {
        match uri {
            HMAC_SHA1 => Ok(Self::Sha1),
            HMAC_SHA256 => Ok(Self::Sha256),
            HMAC_SHA512 => Ok(Self::Sha512),
            _ => Err(ProvisionError::Cipher),
        }
    }
}

/// How a password becomes a key: PBKDF2 (RFC 8018, section 5.2).
pub(super) struct Derivation {
    pub(super) hash: Hash,
    pub(super) salt: Vec<u8>,
    pub(super) rounds: u32,
    pub(super) key_len: usize,
}

impl Derivation {
    /// The key; `Rounds` out of bounds.
    pub(super) fn key(&self, password: &str) -> Result<Zeroizing<Vec<u8>>, ProvisionError> {
        let within = SALT.contains(&self.salt.len())
            && (1..=MAX_ROUNDS).contains(&self.rounds)
            && matches!(self.key_len, 16 | 24 | 32);
        if !within {
            return Err(ProvisionError::Rounds);
        }
        let mut key = Zeroizing::new(vec![0; self.key_len]);
        let (password, salt) = (password.as_bytes(), self.salt.as_slice());
        match self.hash {
            Hash::Sha1 => pbkdf2::pbkdf2::<Hmac<Sha1>>(password, salt, self.rounds, &mut key),
            Hash::Sha256 => pbkdf2::pbkdf2::<Hmac<Sha256>>(password, salt, self.rounds, &mut key),
            Hash::Sha512 => pbkdf2::pbkdf2::<Hmac<Sha512>>(password, salt, self.rounds, &mut key),
        }
        .map_err(|_| ProvisionError::LockKey)?;
        Ok(key)
    }
}

/// The keys of one document.
pub(super) struct Keys {
    key: Zeroizing<Vec<u8>>,
    hash: Hash,
    mac_key: Zeroizing<Vec<u8>>,
}

/// A secret as it stands in a document, in base64.
pub(super) struct Sealed {
    pub(super) value: String,
    pub(super) mac: String,
}

impl Keys {
    /// The keys of a document that has its MAC key sealed under `key`, by a cipher of `bits`.
    pub(super) fn open(
        key: Zeroizing<Vec<u8>>,
        hash: Hash,
        bits: usize,
        mac_key: &[u8],
    ) -> Result<Self, ProvisionError> {
        let mac_key = decrypt(&key, bits, mac_key)
            .filter(|mac_key| MAC_KEY.contains(&mac_key.len()))
            .ok_or(ProvisionError::Unlock)?;
        Ok(Self { key, hash, mac_key })
    }

    /// What is sealed, if its MAC is right; the MAC is compared in constant time, and first.
    pub(super) fn unseal(
        &self,
        bits: usize,
        value: &[u8],
        mac: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, ProvisionError> {
        let right = match self.hash {
            Hash::Sha1 => keyed::<Hmac<Sha1>>(&self.mac_key, value)?.verify_slice(mac),
            Hash::Sha256 => keyed::<Hmac<Sha256>>(&self.mac_key, value)?.verify_slice(mac),
            Hash::Sha512 => keyed::<Hmac<Sha512>>(&self.mac_key, value)?.verify_slice(mac),
        };
        right.map_err(|_| ProvisionError::Unlock)?;
        decrypt(&self.key, bits, value).ok_or(ProvisionError::Unlock)
    }

    /// New keys for a document under this key: HMAC-SHA-256.
    pub(super) fn new(key: Zeroizing<Vec<u8>>) -> Result<Self, ProvisionError> {
        let mac_key = Zeroizing::new(random::<32>()?.to_vec());
        Ok(Self { key, hash: Hash::Sha256, mac_key })
    }

    /// The MAC key, sealed.
    pub(super) fn sealed_mac_key(&self) -> Result<String, ProvisionError> {
        Ok(BASE64.encode(&encrypt(&self.key, &self.mac_key)?))
    }

    /// This secret, sealed.
    pub(super) fn seal(&self, secret: &[u8]) -> Result<Sealed, ProvisionError> {
        let value = encrypt(&self.key, secret)?;
        let mac = keyed::<Hmac<Sha256>>(&self.mac_key, &value)?.finalize().into_bytes();
        Ok(Sealed { value: BASE64.encode(&value), mac: BASE64.encode(&mac) })
    }

    /// Bits of the key.
    pub(super) fn bits(&self) -> usize {
        self.key.len().saturating_mul(8)
    }
}

/// Random bytes of the operating system.
pub(super) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, ProvisionError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| ProvisionError::Entropy)?;
    Ok(bytes)
}

fn keyed<M: Mac + KeyInit>(key: &[u8], value: &[u8]) -> Result<M, ProvisionError> {
    let mut mac = <M as KeyInit>::new_from_slice(key).map_err(|_| ProvisionError::Unlock)?;
    mac.update(value);
    Ok(mac)
}

/// An initial vector and blocks, decrypted. Of the padding the last byte counts alone: XML
/// Encryption leaves the others free.
fn decrypt(key: &[u8], bits: usize, value: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (iv, blocks) = value.split_at_checked(BLOCK)?;
    let mut buffer = Zeroizing::new(blocks.to_vec());
    let plain = match (bits, key.len()) {
        (128, 16) => Decryptor::<Aes128>::new_from_slices(key, iv)
            .ok()?
            .decrypt_padded::<Iso10126>(&mut buffer),
        (192, 24) => Decryptor::<Aes192>::new_from_slices(key, iv)
            .ok()?
            .decrypt_padded::<Iso10126>(&mut buffer),
        (256, 32) => Decryptor::<Aes256>::new_from_slices(key, iv)
            .ok()?
            .decrypt_padded::<Iso10126>(&mut buffer),
        _ => return None,
    };
    let len = plain.ok()?.len();
    buffer.truncate(len);
    Some(buffer)
}

/// A fresh initial vector, and the text encrypted.
fn encrypt(key: &[u8], text: &[u8]) -> Result<Vec<u8>, ProvisionError> {
    let iv = random::<BLOCK>()?;
    let mut buffer = Zeroizing::new(vec![0; text.len().saturating_add(BLOCK)]);
    buffer.get_mut(..text.len()).ok_or(ProvisionError::TooLong)?.copy_from_slice(text);
    let (key, iv) = (key, iv.as_slice());
    let sealed = match key.len() {
        16 => Encryptor::<Aes128>::new_from_slices(key, iv)
            .map_err(|_| ProvisionError::LockKey)?
            .encrypt_padded::<Pkcs7>(&mut buffer, text.len()),
        24 => Encryptor::<Aes192>::new_from_slices(key, iv)
            .map_err(|_| ProvisionError::LockKey)?
            .encrypt_padded::<Pkcs7>(&mut buffer, text.len()),
        _ => Encryptor::<Aes256>::new_from_slices(key, iv)
            .map_err(|_| ProvisionError::LockKey)?
            .encrypt_padded::<Pkcs7>(&mut buffer, text.len()),
    }
    .map_err(|_| ProvisionError::TooLong)?;
    Ok([iv, sealed].concat())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_document_has_a_mac_key_of_its_own() {
        let keys = || Keys::new(Zeroizing::new(vec![7; 16])).unwrap();
        let (one, other) = (keys(), keys());
        assert_ne!(one.mac_key, other.mac_key);
        assert_eq!(one.mac_key.len(), 32);
        let sealed = BASE64.decode(one.sealed_mac_key().unwrap().as_bytes()).unwrap();
        assert_eq!(decrypt(&one.key, 128, &sealed).unwrap(), one.mac_key);
    }
}
