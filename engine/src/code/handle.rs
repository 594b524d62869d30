//! The handle of a challenge: opaque text of fixed length. It is no secret, and useless without the
//! session that asked.

use alloc::{string::String, vec::Vec};
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use data_encoding::BASE64URL_NOPAD;

use crate::{
    error::Failure,
    keys::{KeySet, Keyring},
    policy::Purpose,
    record::{Kind, Names},
    row::RowName,
};

const PREFIX: &str = "v1.";
const PLAIN: usize = 1 + 32 + Purpose::MAX_NAME + 8 + 16 + 8 + 32;
const LENGTH: usize = 4 + 24 + PLAIN + 16;

/// Where a challenge stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    pub(crate) row: RowName,
    pub(crate) kind: Kind,
    pub(crate) purpose: String,
    pub(crate) number: u64,
    pub(crate) salt: [u8; 16],
    /// When its challenge was issued, Unix milliseconds.
    pub(crate) issued: u64,
    /// The keyed hash of the session that asked.
    pub(crate) session: [u8; 32],
}

impl Handle {
    /// The text of a handle: `v1.` and base64url of key id, nonce and ciphertext.
    pub(crate) fn seal(
        &self,
        keys: &Keyring,
        tenant: &str,
        nonce: [u8; 24],
    ) -> Result<String, Failure> {
        let set = keys.active()?;
        let (_, hash) = crate::record::parse_name(&self.row).ok_or(Failure::Internal)?;
        let mut plain = Vec::with_capacity(LENGTH);
        plain.push(u8::from(self.kind == Kind::Decoy));
        plain.extend_from_slice(&hash);
        plain.extend_from_slice(self.purpose.as_bytes());
        plain.resize(1 + 32 + Purpose::MAX_NAME, 0);
        plain.extend_from_slice(&self.number.to_be_bytes());
        plain.extend_from_slice(&self.salt);
        plain.extend_from_slice(&self.issued.to_be_bytes());
        plain.extend_from_slice(&self.session);
        let id = set.id.to_be_bytes();
        cipher(set)
            .encrypt_in_place(&XNonce::from(nonce), &associated(id, tenant), &mut plain)
            .map_err(|_| Failure::Internal)?;
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend_from_slice(&id);
        bytes.extend_from_slice(&nonce);
        bytes.append(&mut plain);
        let mut text = String::from(PREFIX);
        BASE64URL_NOPAD.encode_append(&bytes, &mut text);
        Ok(text)
    }

    /// The handle behind a text; `None` for what is none, and for one of a retired key.
    pub(crate) fn open(text: &str, keys: &Keyring, names: &Names<'_>) -> Option<Self> {
        let (id, nonce, mut sealed) = split(text)?;
        let set = keys.get(u32::from_be_bytes(id)).ok()?;
        let associated = associated(id, names.tenant);
        cipher(set).decrypt_in_place(&XNonce::from(nonce), &associated, &mut sealed).ok()?;
        fields(&sealed, names)
    }
}

fn associated(id: [u8; 4], tenant: &str) -> Vec<u8> {
    let mut data = Vec::from(id);
    data.extend_from_slice(tenant.as_bytes());
    data
}

fn split(text: &str) -> Option<([u8; 4], [u8; 24], Vec<u8>)> {
    let encoded = text.strip_prefix(PREFIX)?;
    if encoded.len() != BASE64URL_NOPAD.encode_len(LENGTH) {
        return None;
    }
    let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).ok()?;
    let (id, rest) = bytes.split_first_chunk::<4>()?;
    let (nonce, sealed) = rest.split_first_chunk::<24>()?;
    Some((*id, *nonce, sealed.to_vec()))
}

fn fields(plain: &[u8], names: &Names<'_>) -> Option<Handle> {
    let (kind, rest) = plain.split_first()?;
    let kind = if *kind == 1 { Kind::Decoy } else { Kind::Account };
    let (hash, rest) = rest.split_first_chunk::<32>()?;
    let (purpose, rest) = rest.split_first_chunk::<{ Purpose::MAX_NAME }>()?;
    let (number, rest) = rest.split_first_chunk::<8>()?;
    let (salt, rest) = rest.split_first_chunk::<16>()?;
    let (issued, rest) = rest.split_first_chunk::<8>()?;
    let row = names.row(kind, hash).ok()?;
    let purpose = core::str::from_utf8(purpose).ok()?.trim_end_matches('\0').into();
    let (number, issued) = (u64::from_be_bytes(*number), u64::from_be_bytes(*issued));
    Some(Handle { row, kind, purpose, number, salt: *salt, issued, session: rest.try_into().ok()? })
}

fn cipher(set: &KeySet) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(set.handle.expose().into())
}
