//! Sealing: XChaCha20-Poly1305 over an encoded record, bound to its row, kind, version and key id.

use alloc::vec::Vec;
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::name::Kind;
use crate::{
    error::Failure,
    keys::{KeySet, Keyring},
    row::{RowName, Version, Write},
};

/// The record format, its first byte. Older formats stay readable; a newer one is a failure.
pub(crate) const FORMAT: u8 = 1;

/// format, key id, the key's check value, nonce
const HEADER: usize = 1 + 4 + 4 + 24;
const TAG: usize = 16;

/// Seals an encoded record under the active key.
pub(crate) fn seal(
    keys: &Keyring,
    (kind, row, version): (Kind, &RowName, Version),
    nonce: [u8; 24],
    plain: &[u8],
) -> Result<Vec<u8>, Failure> {
    let set = keys.active()?;
    let length = plain.len().saturating_add(HEADER).saturating_add(TAG);
    if length > Write::MAX_BODY {
        return Err(Failure::TooLarge);
    }
    let mut body = Vec::with_capacity(length);
    body.push(FORMAT);
    body.extend_from_slice(&set.id.to_be_bytes());
    body.extend_from_slice(&set.check);
    body.extend_from_slice(&nonce);
    body.extend_from_slice(plain);
    let sealed = body.get_mut(HEADER..).unwrap_or_default();
    let data = associated(kind, row, version, set.id);
    let tag = cipher(set)
        .encrypt_inout_detached(&XNonce::from(nonce), &data, sealed.into())
        .map_err(|_| Failure::Internal)?;
    body.extend_from_slice(&tag);
    Ok(body)
}

/// Opens a sealed record.
///
/// # Errors
/// [`Failure::UnknownVersion`], [`Failure::UnknownKey`], [`Failure::WrongKey`]; for a body that is
/// truncated, changed, or of another row or version, [`Failure::Corrupt`].
pub(crate) fn open(
    keys: &Keyring,
    (kind, row, version): (Kind, &RowName, Version),
    body: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let (format, rest) = body.split_first().ok_or(Failure::Corrupt)?;
    if *format != FORMAT {
        return Err(if *format > FORMAT { Failure::UnknownVersion } else { Failure::Corrupt });
    }
    let (id, rest) = rest.split_first_chunk::<4>().ok_or(Failure::Corrupt)?;
    let (checked, rest) = rest.split_first_chunk::<4>().ok_or(Failure::Corrupt)?;
    let (nonce, sealed) = rest.split_first_chunk::<24>().ok_or(Failure::Corrupt)?;
    let set = keys.get(u32::from_be_bytes(*id))?;
    if *checked != set.check {
        return Err(Failure::WrongKey);
    }
    let mut plain = Zeroizing::new(sealed.to_vec());
    cipher(set)
        .decrypt_in_place(
            &XNonce::from(*nonce),
            &associated(kind, row, version, set.id),
            &mut *plain,
        )
        .map_err(|_| Failure::Corrupt)?;
    Ok(plain)
}

fn cipher(set: &KeySet) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(set.seal.expose().into())
}

fn associated(kind: Kind, row: &RowName, version: Version, id: u32) -> Vec<u8> {
    let mut data = Vec::with_capacity(160);
    let mut letter = [0; 4];
    let letter = kind.letter().encode_utf8(&mut letter);
    let parts: [&[u8]; 5] = [
        &[FORMAT],
        letter.as_bytes(),
        row.as_str().as_bytes(),
        version.as_bytes(),
        &id.to_be_bytes(),
    ];
    for part in parts {
        data.extend_from_slice(&(part.len() as u64).to_be_bytes());
        data.extend_from_slice(part);
    }
    data
}
