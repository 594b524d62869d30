//! HMAC (RFC 2104) over the bare block functions of SHA-1 and SHA-2 (FIPS 180-4).
//!
//! A key is kept as the two hash states that follow its inner and its outer pad, so a counter's MAC
//! takes one block each: two compressions, where an HMAC keyed anew takes four.

use super::Algorithm;
use super::wipe::{Empty, Wiped};

/// A key, kept as its two states.
pub(super) struct Key(Kept);

enum Kept {
    Sha1(States<Sha1>),
    Sha256(States<Sha256>),
    Sha512(States<Sha512>),
}

impl Key {
    /// The key `secret`, of any length; over one block of the hash its digest stands for it
    /// (RFC 2104, 3).
    pub(super) fn new(algorithm: Algorithm, secret: &[u8]) -> Self {
        Self(match algorithm {
            Algorithm::Sha1 => Kept::Sha1(States::new(secret)),
            Algorithm::Sha256 => Kept::Sha256(States::new(secret)),
            Algorithm::Sha512 => Kept::Sha512(States::new(secret)),
        })
    }

    /// The MAC of `counter` as eight bytes, the highest first (RFC 4226, 5.2).
    pub(super) fn counter(&self, counter: u64) -> Mac {
        match &self.0 {
            Kept::Sha1(states) => states.counter(counter),
            Kept::Sha256(states) => states.counter(counter),
            Kept::Sha512(states) => states.counter(counter),
        }
    }

    /// The MAC of the message that `parts` make one after the other.
    pub(super) fn mac(&self, parts: &[&[u8]]) -> Mac {
        match &self.0 {
            Kept::Sha1(states) => states.mac(parts),
            Kept::Sha256(states) => states.mac(parts),
            Kept::Sha512(states) => states.mac(parts),
        }
    }
}

/// A MAC: 20, 32 or 64 bytes, wiped on drop.
pub(super) struct Mac {
    bytes: Wiped<[u8; 64]>,
    len: usize,
}

impl Mac {
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// What HMAC needs of a hash.
trait Hash {
    type State: Empty;
    type Block: Empty + AsRef<[u8]> + AsMut<[u8]>;
    /// FIPS 180-4, 5.3.
    const START: Self::State;
    /// The bytes of the message's length, in bits, at the end of the last block (FIPS 180-4, 5.1).
    const LENGTH: usize;
    fn compress(state: &mut Self::State, block: &Self::Block);
    /// Writes the digest of a state; gives its length.
    fn digest(state: &Self::State, to: &mut [u8]) -> usize;
}

struct Sha1;
struct Sha256;
struct Sha512;

macro_rules! hash {
    ($name:ident, $word:ty, $words:literal, $block:literal, $length:literal, $compress:path, $start:expr) => {
        impl Hash for $name {
            type State = [$word; $words];
            type Block = [u8; $block];
            const START: Self::State = $start;
            const LENGTH: usize = $length;

            #[inline]
            fn compress(state: &mut Self::State, block: &Self::Block) {
                $compress(state, core::slice::from_ref(block));
            }

            #[inline]
            fn digest(state: &Self::State, to: &mut [u8]) -> usize {
                let (words, _) = to.as_chunks_mut();
                for (bytes, word) in words.iter_mut().zip(state) {
                    *bytes = word.to_be_bytes();
                }
                size_of::<Self::State>()
            }
        }
    };
}

hash!(
    Sha1,
    u32,
    5,
    64,
    8,
    sha1::block_api::compress,
    [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0,]
);
hash!(
    Sha256,
    u32,
    8,
    64,
    8,
    sha2::block_api::compress256,
    [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ]
);
hash!(
    Sha512,
    u64,
    8,
    128,
    16,
    sha2::block_api::compress512,
    [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ]
);

/// The states after the inner and after the outer pad.
struct States<H: Hash> {
    inner: Wiped<H::State>,
    outer: Wiped<H::State>,
}

impl<H: Hash> States<H> {
    fn new(secret: &[u8]) -> Self {
        let mut key = Wiped::<H::Block>::empty();
        let block = key.as_mut();
        if secret.len() > block.len() {
            let mut hash = Stream::<H>::after(&H::START, 0);
            hash.update(secret);
            H::digest(&hash.finish(), block);
        } else {
            block.iter_mut().zip(secret).for_each(|(to, from)| *to = *from);
        }
        Self { inner: padded::<H>(&key, 0x36), outer: padded::<H>(&key, 0x5c) }
    }

    /// Either message has one block to its end: eight bytes, and the inner digest.
    fn counter(&self, counter: u64) -> Mac {
        self.outer(&self.one_block(&self.inner, &counter.to_be_bytes()))
    }

    fn mac(&self, parts: &[&[u8]]) -> Mac {
        let block = H::Block::EMPTY.as_ref().len();
        let mut hash = Stream::<H>::after(&self.inner, block);
        parts.iter().for_each(|part| hash.update(part));
        self.outer(&hash.finish())
    }

    fn outer(&self, inner: &Wiped<H::State>) -> Mac {
        let mut digest = Wiped::<[u8; 64]>::empty();
        let len = H::digest(inner, digest.as_mut_slice());
        let end = self.one_block(&self.outer, digest.get(..len).unwrap_or_default());
        H::digest(&end, digest.as_mut_slice());
        Mac { bytes: digest, len }
    }

    /// The state after a pad's `state` and a message that leaves room for its end in one block.
    fn one_block(&self, state: &Wiped<H::State>, message: &[u8]) -> Wiped<H::State> {
        let mut block = Wiped::<H::Block>::empty();
        let len = block.as_ref().len();
        block
            .as_mut()
            .iter_mut()
            .zip(message.iter().chain(&[0x80]))
            .for_each(|(to, from)| *to = *from);
        end_with_length(block.as_mut(), len.saturating_add(message.len()));
        let mut state = Wiped::new(**state);
        H::compress(&mut state, &block);
        state
    }
}

fn padded<H: Hash>(key: &Wiped<H::Block>, pad: u8) -> Wiped<H::State> {
    let mut block = Wiped::new(**key);
    block.as_mut().iter_mut().for_each(|byte| *byte ^= pad);
    let mut state = Wiped::new(H::START);
    H::compress(&mut state, &block);
    state
}

/// Writes a message's length of `bytes`, in bits, to the end of its last block.
fn end_with_length(block: &mut [u8], bytes: usize) {
    if let Some(end) = block.last_chunk_mut() {
        *end = (bytes as u64).wrapping_mul(8).to_be_bytes();
    }
}

/// A hash over a message of any length.
struct Stream<H: Hash> {
    state: Wiped<H::State>,
    block: Wiped<H::Block>,
    filled: usize,
    total: usize,
}

impl<H: Hash> Stream<H> {
    /// Goes on from `state`, which has seen `total` bytes in whole blocks.
    fn after(state: &H::State, total: usize) -> Self {
        Self { state: Wiped::new(*state), block: Wiped::empty(), filled: 0, total }
    }

    fn update(&mut self, mut message: &[u8]) {
        self.total = self.total.saturating_add(message.len());
        while !message.is_empty() {
            let room = self.block.as_mut().get_mut(self.filled..).unwrap_or_default();
            let (now, later) = message.split_at(message.len().min(room.len()));
            room.iter_mut().zip(now).for_each(|(to, from)| *to = *from);
            self.filled = self.filled.saturating_add(now.len());
            message = later;
            if self.filled == self.block.as_ref().len() {
                H::compress(&mut self.state, &self.block);
                self.filled = 0;
            }
        }
    }

    fn finish(mut self) -> Wiped<H::State> {
        let bytes = self.total;
        self.update(&[0x80]);
        let room = self.block.as_ref().len().saturating_sub(H::LENGTH);
        while self.filled > room {
            self.update(&[0]);
        }
        if let Some(rest) = self.block.as_mut().get_mut(self.filled..) {
            rest.fill(0);
        }
        end_with_length(self.block.as_mut(), bytes);
        H::compress(&mut self.state, &self.block);
        self.state
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit};
    use proptest::{
        prelude::Rng,
        test_runner::{RngAlgorithm, TestRng},
    };

    /// 100,000 keys of 0 to 299 bytes, each with a message of 0 to 299 bytes cut into three parts, and
    /// with a counter.
    fn against_the_hmac_crate<M: hmac::Mac + KeyInit + Clone>(algorithm: Algorithm) {
        let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut bytes = [0; 600];
        let mut below = [0u64; 4];
        for _ in 0..100_000 {
            random.fill_bytes(&mut bytes);
            below.fill_with(|| random.next_u64());
            let at = |index: usize, end: usize| usize::try_from(below[index]).unwrap() % end;
            let key = &bytes[..at(0, 300)];
            let message = &bytes[300..][..at(1, 300)];
            let (head, tail) = message.split_at(at(2, message.len().max(1)));
            let (middle, tail) = tail.split_at(at(3, tail.len().max(1)));

            let ours = Key::new(algorithm, key);
            let theirs = <M as KeyInit>::new_from_slice(key).unwrap();
            let expected = theirs.clone().chain_update(message).finalize().into_bytes();
            assert_eq!(ours.mac(&[head, middle, tail]).as_bytes(), &*expected);
            let expected = theirs.chain_update(below[0].to_be_bytes()).finalize().into_bytes();
            assert_eq!(ours.counter(below[0]).as_bytes(), &*expected);
        }
    }

    #[test]
    fn sha1_is_as_the_hmac_crate_has_it() {
        against_the_hmac_crate::<Hmac<sha1::Sha1>>(Algorithm::Sha1);
    }

    #[test]
    fn sha256_is_as_the_hmac_crate_has_it() {
        against_the_hmac_crate::<Hmac<sha2::Sha256>>(Algorithm::Sha256);
    }

    #[test]
    fn sha512_is_as_the_hmac_crate_has_it() {
        against_the_hmac_crate::<Hmac<sha2::Sha512>>(Algorithm::Sha512);
    }
}
