//! Records as CBOR maps with integer keys; nothing may follow them.

use alloc::vec::Vec;
use core::convert::Infallible;
use minicbor::{Decode, Decoder, Encode, encode::Write};
use zeroize::Zeroizing;

use crate::error::Failure;

/// The encoded record, which may hold secrets of tokens.
pub(crate) fn encode<T: Encode<()>>(record: &T) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut out = Wiped(Zeroizing::new(Vec::with_capacity(2048)));
    minicbor::encode(record, &mut out).map_err(|_| Failure::Internal)?;
    Ok(out.0)
}

/// Grows by a copy, so that the old one is wiped.
struct Wiped(Zeroizing<Vec<u8>>);

impl Write for Wiped {
    type Error = Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        let needed = self.0.len().saturating_add(bytes.len());
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.saturating_mul(2));
            larger.extend_from_slice(&self.0);
            self.0 = Zeroizing::new(larger);
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }
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
