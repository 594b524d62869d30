//! A reader of rows that knows the format from its description alone, not from the engine's code:
//! what a holder of the keys, or of some of them, can do with a stolen database.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{AeadInOut, KeyInit as _},
};
use hmac::{Hmac, Mac};
use minicbor::{Decoder, Encoder, data::Type};
use pinbolt::row::{RowName, Snapshot};
use sha2::Sha256;

/// Format, key id, key check and nonce stand before the sealed record.
const HEADER: usize = 1 + 4 + 4 + 24;

/// HMAC-SHA-256 over a label and parts, each behind its length.
pub fn mac(key: &[u8; 32], label: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    for part in std::iter::once(&label.as_bytes()).chain(parts) {
        hmac.update(&(part.len() as u64).to_be_bytes());
        hmac.update(part);
    }
    hmac.finalize().into_bytes().into()
}

/// The key that a label names under the secret of an id.
pub fn derived(secret: &[u8; 32], label: &str, id: u32) -> [u8; 32] {
    mac(secret, label, &[&id.to_be_bytes()])
}

/// The record in a row, by the sealing key of its id alone.
pub fn open(seal: &[u8; 32], row: &RowName, snapshot: &Snapshot) -> Vec<u8> {
    let body = &snapshot.body;
    let nonce: [u8; 24] = body[9..HEADER].try_into().unwrap();
    let mut plain = body[HEADER..].to_vec();
    let data = associated(row, snapshot);
    XChaCha20Poly1305::new(seal.into())
        .decrypt_in_place(&XNonce::from(nonce), &data, &mut plain)
        .expect("the row opens");
    plain
}

/// The same row with another record in it.
pub fn reseal(seal: &[u8; 32], row: &RowName, snapshot: &Snapshot, plain: &[u8]) -> Snapshot {
    let mut body = snapshot.body[..HEADER].to_vec();
    let nonce: [u8; 24] = body[9..HEADER].try_into().unwrap();
    let mut sealed = plain.to_vec();
    XChaCha20Poly1305::new(seal.into())
        .encrypt_in_place(&XNonce::from(nonce), &associated(row, snapshot), &mut sealed)
        .unwrap();
    body.append(&mut sealed);
    Snapshot { version: snapshot.version, body }
}

/// `plain` with its only occurrence of `old` replaced: CBOR maps carry no length in bytes.
pub fn splice(plain: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut at = (0..plain.len()).filter(|at| plain[*at..].starts_with(old));
    let (found, more) = (at.next().expect("it is there"), at.next());
    assert_eq!(more, None, "it is there once");
    [&plain[..found], new, &plain[found + old.len()..]].concat()
}

/// A PIN's hash as an account record keeps it.
#[derive(Debug, Default)]
pub struct StolenPin {
    pub hash: Vec<u8>,
    pub salt: Vec<u8>,
    /// Memory in KiB, passes, lanes.
    pub cost: Vec<u32>,
    /// The key id whose pepper went in.
    pub pepper: u32,
}

/// Finds the account's first PIN: field 6 of the record, a list of maps.
pub fn stolen_pin(plain: &[u8]) -> StolenPin {
    let mut decoder = Decoder::new(plain);
    field(&mut decoder, 6);
    assert!(decoder.array().unwrap().unwrap() > 0, "the account has a PIN");
    let mut pin = StolenPin::default();
    for _ in 0..decoder.map().unwrap().unwrap() {
        match decoder.u32().unwrap() {
            1 => pin.hash = decoder.bytes().unwrap().into(),
            2 => pin.salt = decoder.bytes().unwrap().into(),
            3 => {
                for _ in 0..decoder.map().unwrap().unwrap() {
                    decoder.u32().unwrap();
                    pin.cost.push(decoder.u32().unwrap());
                }
            }
            4 => pin.pepper = decoder.u32().unwrap(),
            _ => decoder.skip().unwrap(),
        }
    }
    pin
}

/// Recovery codes as an account record keeps them.
#[derive(Debug, Default)]
pub struct StolenCodes {
    pub salt: Vec<u8>,
    pub hashes: Vec<Vec<u8>>,
}

/// Finds the account's recovery codes: field 15 of the record.
pub fn stolen_codes(plain: &[u8]) -> StolenCodes {
    let mut decoder = Decoder::new(plain);
    field(&mut decoder, 15);
    let mut codes = StolenCodes::default();
    for _ in 0..decoder.map().unwrap().unwrap() {
        match decoder.u32().unwrap() {
            1 => codes.salt = decoder.bytes().unwrap().into(),
            5 => {
                for _ in 0..decoder.array().unwrap().unwrap() {
                    for _ in 0..decoder.map().unwrap().unwrap() {
                        match decoder.u32().unwrap() {
                            0 => codes.hashes.push(decoder.bytes().unwrap().into()),
                            _ => decoder.skip().unwrap(),
                        }
                    }
                }
            }
            _ => decoder.skip().unwrap(),
        }
    }
    codes
}

/// Finds the secrets of the account's tokens: field 13 of the record, a list of maps.
pub fn stolen_secrets(plain: &[u8]) -> Vec<Vec<u8>> {
    let mut decoder = Decoder::new(plain);
    field(&mut decoder, 13);
    let mut secrets = Vec::new();
    for _ in 0..decoder.array().unwrap().unwrap() {
        for _ in 0..decoder.map().unwrap().unwrap() {
            match decoder.u32().unwrap() {
                2 => secrets.push(decoder.bytes().unwrap().into()),
                _ => decoder.skip().unwrap(),
            }
        }
    }
    secrets
}

/// The record with this field of its outermost map set to a value that is CBOR already, or without it.
pub fn with_field(plain: &[u8], field: u32, value: Option<&[u8]>) -> Vec<u8> {
    let mut decoder = Decoder::new(plain);
    let entries = decoder.map().unwrap().unwrap();
    let mut kept: Vec<(u32, &[u8])> = Vec::new();
    for _ in 0..entries {
        let key = decoder.u32().unwrap();
        let from = decoder.position();
        decoder.skip().unwrap();
        kept.push((key, &plain[from..decoder.position()]));
    }
    kept.retain(|(key, _)| *key != field);
    kept.extend(value.map(|value| (field, value)));
    kept.sort_by_key(|(key, _)| *key);
    let mut out = Vec::new();
    Encoder::new(&mut out).map(kept.len() as u64).unwrap();
    for (key, value) in kept {
        Encoder::new(&mut out).u32(key).unwrap();
        out.extend_from_slice(value);
    }
    out
}

/// Every key of the record's outermost map.
pub fn fields(plain: &[u8]) -> Vec<u32> {
    let mut decoder = Decoder::new(plain);
    let entries = decoder.map().unwrap().unwrap();
    let key = |decoder: &mut Decoder<'_>| {
        let key = decoder.u32().unwrap();
        decoder.skip().unwrap();
        key
    };
    (0..entries).map(|_| key(&mut decoder)).collect()
}

fn field(decoder: &mut Decoder<'_>, wanted: u32) {
    assert_eq!(decoder.datatype().unwrap(), Type::Map);
    for _ in 0..decoder.map().unwrap().unwrap() {
        if decoder.u32().unwrap() == wanted {
            return;
        }
        decoder.skip().unwrap();
    }
    panic!("no field {wanted}");
}

fn associated(row: &RowName, snapshot: &Snapshot) -> Vec<u8> {
    let kind = &row.as_str().as_bytes()[..1];
    let id = &snapshot.body[1..5];
    let parts: [&[u8]; 5] = [&[1], kind, row.as_str().as_bytes(), snapshot.version.as_bytes(), id];
    parts.iter().flat_map(|p| [&(p.len() as u64).to_be_bytes(), *p].concat()).collect()
}
