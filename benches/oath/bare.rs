//! The block functions alone, as often as a code needs them. The states after the key's pads are
//! kept, the first block is given, the second holds the first one's digest, as in any HMAC: no key,
//! no counter, no truncation, no digits, nothing wiped.

use std::hint::black_box;

use pinbolt::oath::Algorithm;

/// What of two compressions is left: the outer state.
pub(crate) fn two(algorithm: Algorithm) {
    match algorithm {
        Algorithm::Sha1 => two_of(sha1::block_api::compress),
        Algorithm::Sha256 => two_of(sha2::block_api::compress256),
        _ => two_wide(),
    }
}

fn two_of<const N: usize>(compress: fn(&mut [u32; N], &[[u8; 64]])) {
    let first = [[7; 64]];
    let (mut inner, mut outer) = (*black_box(&[1; N]), *black_box(&[2; N]));
    compress(&mut inner, black_box(&first));
    let mut second = [[7; 64]];
    let (words, _) = second[0].as_chunks_mut();
    words.iter_mut().zip(inner).for_each(|(to, word)| *to = word.to_be_bytes());
    compress(&mut outer, &second);
    black_box(&outer);
}

fn two_wide() {
    let first = [[7; 128]];
    let (mut inner, mut outer) = (*black_box(&[1; 8]), *black_box(&[2; 8]));
    sha2::block_api::compress512(&mut inner, black_box(&first));
    let mut second = [[7; 128]];
    let (words, _) = second[0].as_chunks_mut();
    words.iter_mut().zip(inner).for_each(|(to, word): (_, u64)| *to = word.to_be_bytes());
    sha2::block_api::compress512(&mut outer, &second);
    black_box(&outer);
}
