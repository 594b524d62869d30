//! Keys on their way into an app, as its own export would bring them.

use data_encoding::BASE64;
use pinbolt::{oath::Algorithm, op::TokenKind};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{
    MAX_BATCHES, PERIOD, SCHEME,
    wire::{put_bytes, put_number},
};
use crate::{OathKey, ProvisionError, percent};

/// As many as the app puts into one of its own.
const KEYS: usize = 10;
/// What a QR code can hold, and a phone still reads: less where names are long.
const BYTES: usize = 1200;
/// Of the longest key: secret, names twice, numbers.
const KEY_BYTES: usize = 1024;
const VERSION: u64 = 1;

/// Writes keys with names as addresses, one for each QR code, ten keys at most in one. No key gives no
/// address. They hold the secrets: show them to their owner alone, and keep them nowhere.
///
/// # Errors
/// [`ProvisionError::NoPlace`] for a key of other periods than 30 seconds from 1970 on, of other digits
/// than 6 and 8, and for a counter over 2^63 - 1; [`ProvisionError::Name`] for one without a name;
/// [`ProvisionError::TooLong`] for more than 100 addresses.
pub fn write(keys: &[OathKey]) -> Result<Vec<Zeroizing<String>>, ProvisionError> {
    let mut payloads: Vec<Payload> = Vec::new();
    for key in keys {
        let message = message(key)?;
        let full =
            |last: &Payload| last.0 >= KEYS || last.1.len() > BYTES.saturating_sub(message.len());
        if payloads.last().is_none_or(full) {
            payloads.push(Payload(0, Zeroizing::new(Vec::with_capacity(BYTES + 2 * KEY_BYTES))));
        }
        if let Some(Payload(count, bytes)) = payloads.last_mut() {
            *count = count.saturating_add(1);
            put_bytes(bytes, 1, &message);
        }
    }
    let size = u32::try_from(payloads.len()).ok().filter(|size| *size <= MAX_BATCHES);
    let size = size.ok_or(ProvisionError::TooLong)?;
    let id = id(&payloads);
    Ok((0..).zip(payloads).map(|(index, payload)| address(payload, (size, index, id))).collect())
}

/// Keys, and how many.
struct Payload(usize, Zeroizing<Vec<u8>>);

/// An export's number: the same for the same keys, another for others.
fn id(payloads: &[Payload]) -> u32 {
    let mut hash = Sha256::new();
    payloads.iter().for_each(|payload| hash.update(&*payload.1));
    let [a, b, c, d, ..]: [u8; 32] = hash.finalize().into();
    u32::from_be_bytes([a & 0x7f, b, c, d])
}

fn address(payload: Payload, (size, index, id): (u32, u32, u32)) -> Zeroizing<String> {
    let Payload(_, mut bytes) = payload;
    for (field, number) in [(2, VERSION), (3, size.into()), (4, index.into()), (5, id.into())] {
        put_number(&mut bytes, field, number);
    }
    let data = Zeroizing::new(BASE64.encode(&bytes));
    let mut text = Zeroizing::new(String::with_capacity(data.len().saturating_mul(4)));
    text.extend([SCHEME, "?data="]);
    percent::encode(&mut text, &data);
    text
}

fn message(key: &OathKey) -> Result<Zeroizing<Vec<u8>>, ProvisionError> {
    if key.name().is_empty() {
        return Err(ProvisionError::Name);
    }
    let (kind, counter) = match key.kind() {
        TokenKind::Hotp { counter } if i64::try_from(counter).is_ok() => (1, counter),
        TokenKind::Totp { period: PERIOD, start: 0 } => (2, 0),
        _ => return Err(ProvisionError::NoPlace),
    };
    let digits = match key.digits() {
        6 => 1,
        8 => 2,
        _ => return Err(ProvisionError::NoPlace),
    };
    let algorithm = match key.algorithm() {
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
        _ => return Err(ProvisionError::NoPlace),
    };
    let label = match key.issuer() {
        Some(issuer) => format!("{issuer}:{}", key.name()),
        None => key.name().into(),
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(KEY_BYTES));
    put_bytes(&mut bytes, 1, key.secret());
    put_bytes(&mut bytes, 2, label.as_bytes());
    if let Some(issuer) = key.issuer() {
        put_bytes(&mut bytes, 3, issuer.as_bytes());
    }
    for (field, number) in [(4, algorithm), (5, digits), (6, kind), (7, counter)] {
        put_number(&mut bytes, field, number);
    }
    Ok(bytes)
}
