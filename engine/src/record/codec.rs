//! Records as CBOR maps with integer keys; nothing may follow them.

use alloc::vec::Vec;
use minicbor::{Decode, Decoder, Encode};

use crate::error::Failure;

/// The encoded record.
pub(crate) fn encode<T: Encode<()>>(record: &T) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::with_capacity(2048);
    minicbor::encode(record, &mut out).map_err(|_| Failure::Internal)?;
    Ok(out)
}

/// The record that `bytes` encode, all of them.
pub(crate) fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, Failure> {
    let mut decoder = Decoder::new(bytes);
    let record = decoder.decode().map_err(|_| Failure::Corrupt)?;
    match decoder.position() == bytes.len() {
        true => Ok(record),
        false => Err(Failure::Corrupt),
    }
}
