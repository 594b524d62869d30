//! The handle of a challenge: opaque text of fixed length. It is no secret, and useless without the
//! session that asked.

use alloc::{string::String, vec::Vec};
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use crate::{
    error::Failure,
    keys::{KeySet, Keyring},
    policy::Purpose,
    record::{Kind, Names},
    row::RowName,
};

/// Room for the plain text of any kind with its tag, so that it is never moved.
pub(super) const LONGEST: usize = Handle::PLAIN + 32;

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
    pub(super) const PLAIN: usize = 1 + 32 + Purpose::MAX_NAME + 8 + 16 + 8 + 32;

    /// The text of a handle: `v1.` and base64url of key id, nonce and ciphertext.
    pub(crate) fn seal(
        &self,
        keys: &Keyring,
        tenant: &str,
        nonce: [u8; 24],
    ) -> Result<String, Failure> {
        HANDLE.seal((keys, tenant), nonce, self.plain()?)
    }

    /// The handle behind a text; `None` for what is none, and for one of a retired key.
    pub(crate) fn open(text: &str, keys: &Keyring, names: &Names<'_>) -> Option<Self> {
        let plain = HANDLE.open(text, (keys, names.tenant))?;
        Self::read(&plain, names)
    }

    /// Its fields, of [`Handle::PLAIN`] bytes.
    pub(super) fn plain(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let (_, hash) = crate::record::parse_name(&self.row).ok_or(Failure::Internal)?;
        let mut plain = Zeroizing::new(Vec::with_capacity(LONGEST));
        plain.push(u8::from(self.kind == Kind::Decoy));
        plain.extend_from_slice(&hash);
        plain.extend_from_slice(self.purpose.as_bytes());
        plain.resize(1 + 32 + Purpose::MAX_NAME, 0);
        plain.extend_from_slice(&self.number.to_be_bytes());
        plain.extend_from_slice(&self.salt);
        plain.extend_from_slice(&self.issued.to_be_bytes());
        plain.extend_from_slice(&self.session);
        Ok(plain)
    }

    pub(super) fn read(plain: &[u8], names: &Names<'_>) -> Option<Self> {
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
        let session = rest.try_into().ok()?;
        Some(Self { row, kind, purpose, number, salt: *salt, issued, session })
    }
}

/// One kind of opaque text: an AEAD of fixed length under a handle key.
pub(super) struct Opaque {
    pub(super) prefix: &'static str,
    /// Ends the associated data behind the tenant; but for a handle's it begins with a byte that no
    /// UTF-8 text holds, so that no kind's data is another's.
    pub(super) domain: &'static [u8],
    /// The plain text's length.
    pub(super) plain: usize,
}

const HANDLE: Opaque = Opaque { prefix: "v1.", domain: &[], plain: Handle::PLAIN };

impl Opaque {
    pub(super) fn seal(
        &self,
        (keys, tenant): (&Keyring, &str),
        nonce: [u8; 24],
        mut plain: Zeroizing<Vec<u8>>,
    ) -> Result<String, Failure> {
        let set = keys.active()?;
        let id = set.id.to_be_bytes();
        cipher(set)
            .encrypt_in_place(&XNonce::from(nonce), &self.associated(id, tenant), &mut *plain)
            .map_err(|_| Failure::Internal)?;
        let mut bytes = Vec::with_capacity(self.length());
        bytes.extend_from_slice(&id);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&plain);
        let mut text = String::from(self.prefix);
        BASE64URL_NOPAD.encode_append(&bytes, &mut text);
        Ok(text)
    }

    pub(super) fn open(
        &self,
        text: &str,
        (keys, tenant): (&Keyring, &str),
    ) -> Option<Zeroizing<Vec<u8>>> {
        let encoded = text.strip_prefix(self.prefix)?;
        if encoded.len() != BASE64URL_NOPAD.encode_len(self.length()) {
            return None;
        }
        let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).ok()?;
        let (id, rest) = bytes.split_first_chunk::<4>()?;
        let (nonce, sealed) = rest.split_first_chunk::<24>()?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        let set = keys.get(u32::from_be_bytes(*id)).ok()?;
        let associated = self.associated(*id, tenant);
        cipher(set).decrypt_in_place(&XNonce::from(*nonce), &associated, &mut *plain).ok()?;
        Some(plain)
    }

    fn associated(&self, id: [u8; 4], tenant: &str) -> Vec<u8> {
        let mut data = Vec::from(id);
        data.extend_from_slice(tenant.as_bytes());
        data.extend_from_slice(self.domain);
        data
    }

    const fn length(&self) -> usize {
        self.plain.saturating_add(4 + 24 + 16)
    }
}

fn cipher(set: &KeySet) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(set.handle.expose().into())
}
