//! HMAC (RFC 2104) over the bare block functions of SHA-1 and SHA-2 (FIPS 180-4).
//!
//! A key is kept as the two hash states that follow its inner and its outer pad, so a counter's MAC
//! takes one block each: two compressions, where an HMAC keyed anew takes four.

use subtle::{Choice, ConditionallySelectable};

use super::{
    Algorithm,
    wipe::{Empty, Wiped},
};

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

    /// The truncated MACs of up to `N` counters, each as eight bytes, the highest first (RFC 4226,
    /// 5.2 and 5.3); what is past them means nothing. Several together are cheaper than one by one:
    /// their hashes don't wait for each other.
    #[inline]
    pub(super) fn counters<const N: usize>(&self, counters: &[u64]) -> Wiped<[u32; N]> {
        match &self.0 {
            Kept::Sha1(states) => states.counters(counters),
            Kept::Sha256(states) => states.counters(counters),
            Kept::Sha512(states) => states.counters(counters),
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
    truncated: Wiped<u32>,
}

impl Mac {
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// 31 bits of it (RFC 4226, 5.3).
    pub(super) fn truncated(&self) -> u32 {
        *self.truncated
    }
}

/// The 31 bits at the place that the digest's last four bits name (RFC 4226, 5.3). Every place is
/// read, and one of them selected.
#[inline]
fn truncate(([a, b, c, d, e], last): ([u32; 5], u32)) -> u32 {
    #[allow(clippy::cast_possible_truncation, reason = "one bit")]
    let bit = |at: u32| Choice::from((last.wrapping_shr(at) & 1) as u8);
    let (four, eight) = (bit(2), bit(3));
    let pair = |high: u32, low: u32| (u64::from(high) << 32) | u64::from(low);
    let low = u64::conditional_select(&pair(a, b), &pair(b, c), four);
    let high = u64::conditional_select(&pair(c, d), &pair(d, e), four);
    let from = u64::conditional_select(&low, &high, eight).wrapping_shl((last & 3).wrapping_mul(8));
    #[allow(clippy::cast_possible_truncation, reason = "31 bits")]
    let truncated = ((from << 1) >> 33) as u32;
    truncated
}

/// What HMAC needs of a hash.
trait Hash {
    type State: Empty;
    /// In pieces as wide as a register: written so, a block is at hand for the hash at once.
    type Block: Empty + AsRef<[[u8; 16]]> + AsMut<[[u8; 16]]>;
    /// FIPS 180-4, 5.3.
    const START: Self::State;
    /// The bytes of a block.
    const BLOCK: usize = size_of::<Self::Block>();
    /// The bytes of the digest.
    const DIGEST: usize = size_of::<Self::State>();
    /// The bytes of the message's length, in bits, at the end of the last block (FIPS 180-4, 5.1).
    const LENGTH: usize = Self::BLOCK / 8;

    fn compress(state: &mut Self::State, block: &Self::Block);
    /// Writes the digest that `state` stands for.
    fn digest(state: &Self::State, to: &mut [u8]);
    /// The digest's first twenty bytes, and its last.
    fn ends(state: &Self::State) -> ([u32; 5], u32);
}

struct Sha1;
struct Sha256;
struct Sha512;

macro_rules! hash {
    ($name:ident, $compress:path, [[u8; 16]; $quads:literal], [$word:ty; $words:literal], $start:expr, $ends:expr) => {
        impl Hash for $name {
            type State = [$word; $words];
            type Block = [[u8; 16]; $quads];
            const START: Self::State = $start;

            #[inline]
            fn compress(state: &mut Self::State, block: &Self::Block) {
                let (blocks, _) = block.as_flattened().as_chunks();
                $compress(state, blocks);
            }

            #[inline]
            fn digest(state: &Self::State, to: &mut [u8]) {
                let (words, _) = to.as_chunks_mut();
                for (bytes, word) in words.iter_mut().zip(state) {
                    *bytes = word.to_be_bytes();
                }
            }

            #[inline]
            #[allow(clippy::cast_possible_truncation, reason = "halves of a word")]
            fn ends(state: &Self::State) -> ([u32; 5], u32) {
                $ends(state)
            }
        }
    };
}

hash! { Sha1, sha1::block_api::compress, [[u8; 16]; 4], [u32; 5],
    [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0],
    |state: &[u32; 5]| (*state, state[4])
}
hash! { Sha256, sha2::block_api::compress256, [[u8; 16]; 4], [u32; 8],
    [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ],
    |&[a, b, c, d, e, .., last]: &[u32; 8]| ([a, b, c, d, e], last)
}
hash! { Sha512, sha2::block_api::compress512, [[u8; 16]; 8], [u64; 8],
    [
        0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
    ],
    |&[a, b, c, .., last]: &[u64; 8]| {
        let high = |word: u64| (word >> 32) as u32;
        ([high(a), a as u32, high(b), b as u32, high(c)], last as u32)
    }
}

/// The states after the inner and after the outer pad.
struct States<H: Hash> {
    inner: Wiped<H::State>,
    outer: Wiped<H::State>,
    /// The block of the counter 0.
    zero: H::Block,
}

impl<H: Hash> States<H> {
    fn new(secret: &[u8]) -> Self {
        let mut key = Wiped::<H::Block>::empty();
        let bytes = key.as_mut().as_flattened_mut();
        if secret.len() > H::BLOCK {
            let mut hash = Stream::<H>::after(&H::START, 0);
            hash.update(secret);
            H::digest(&hash.finish(), bytes);
        } else {
            bytes.iter_mut().zip(secret).for_each(|(to, from)| *to = *from);
        }
        let (inner, outer) = (padded::<H>(&key, 0x36), padded::<H>(&key, 0x5c));
        Self { inner, outer, zero: last_block::<H>(size_of::<u64>()) }
    }

    fn counters<const N: usize>(&self, counters: &[u64]) -> Wiped<[u32; N]> {
        let mut all_states = Wiped::new([*self.inner; N]);
        let mut all_blocks = Wiped::<[H::Block; N]>::empty();
        let states = all_states.get_mut(..counters.len()).unwrap_or_default();
        let blocks = all_blocks.get_mut(..counters.len()).unwrap_or_default();
        for (block, counter) in blocks.iter_mut().zip(counters) {
            *block = self.counter_block(*counter);
        }
        compress_each::<H>(states, blocks);
        for (state, block) in states.iter_mut().zip(&mut *blocks) {
            *block = digest_block::<H>(state);
            *state = *self.outer;
        }
        compress_each::<H>(states, blocks);
        let mut truncated = Wiped::<[u32; N]>::empty();
        for (to, state) in truncated.iter_mut().zip(all_states.iter()) {
            *to = truncate(H::ends(state));
        }
        truncated
    }

    #[inline]
    fn counter_block(&self, counter: u64) -> H::Block {
        let mut block = self.zero;
        let [a, b, c, d, e, f, g, h] = counter.to_be_bytes();
        let counter = [a, b, c, d, e, f, g, h, 0, 0, 0, 0, 0, 0, 0, 0];
        if let Some(first) = block.as_mut().first_mut() {
            first.iter_mut().zip(counter).for_each(|(to, from)| *to |= from);
        }
        block
    }

    fn mac(&self, parts: &[&[u8]]) -> Mac {
        let mut hash = Stream::<H>::after(&self.inner, H::BLOCK);
        parts.iter().for_each(|part| hash.update(part));
        let block = Wiped::new(digest_block::<H>(&hash.finish()));
        let mut state = Wiped::new(*self.outer);
        H::compress(&mut state, &block);
        let mut bytes = Wiped::<[u8; 64]>::empty();
        H::digest(&state, bytes.as_mut_slice());
        Mac { bytes, len: H::DIGEST, truncated: Wiped::new(truncate(H::ends(&state))) }
    }
}

fn compress_each<H: Hash>(states: &mut [H::State], blocks: &[H::Block]) {
    for (state, block) in states.iter_mut().zip(blocks) {
        H::compress(state, block);
    }
}

/// The last block of an outer message.
#[inline]
fn digest_block<H: Hash>(inner: &H::State) -> H::Block {
    let mut block = last_block::<H>(H::DIGEST);
    H::digest(inner, block.as_mut().as_flattened_mut());
    block
}

/// A block that ends a message whose `bytes` bytes, not yet in it, follow a pad's block.
#[inline]
fn last_block<H: Hash>(bytes: usize) -> H::Block {
    let mut block = H::Block::EMPTY;
    let all = block.as_mut().as_flattened_mut();
    if let Some(end) = all.get_mut(bytes) {
        *end = 0x80;
    }
    end_with_length(all, H::BLOCK.saturating_add(bytes));
    block
}

fn padded<H: Hash>(key: &Wiped<H::Block>, pad: u8) -> Wiped<H::State> {
    let mut block = Wiped::new(**key);
    block.as_mut().as_flattened_mut().iter_mut().for_each(|byte| *byte ^= pad);
    let mut state = Wiped::new(H::START);
    H::compress(&mut state, &block);
    state
}

/// Writes a message's length of `bytes`, in bits, to the end of its last block.
#[inline]
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
            let block = self.block.as_mut().as_flattened_mut();
            let room = block.get_mut(self.filled..).unwrap_or_default();
            let (now, later) = message.split_at(message.len().min(room.len()));
            room.iter_mut().zip(now).for_each(|(to, from)| *to = *from);
            self.filled = self.filled.saturating_add(now.len());
            message = later;
            if self.filled == H::BLOCK {
                H::compress(&mut self.state, &self.block);
                self.filled = 0;
            }
        }
    }

    fn finish(mut self) -> Wiped<H::State> {
        let bytes = self.total;
        self.update(&[0x80]);
        while self.filled > H::BLOCK.saturating_sub(H::LENGTH) {
            self.update(&[0]);
        }
        let block = self.block.as_mut().as_flattened_mut();
        block.iter_mut().skip(self.filled).for_each(|byte| *byte = 0);
        end_with_length(block, bytes);
        H::compress(&mut self.state, &self.block);
        self.state
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
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
            let mac = ours.mac(&[head, middle, tail]);
            assert_eq!(mac.as_bytes(), &*expected);
            assert_eq!(mac.truncated(), truncated(&expected));
            let expected = theirs.chain_update(below[0].to_be_bytes()).finalize().into_bytes();
            assert_eq!(*ours.counters::<1>(&[below[0]]), [truncated(&expected)]);
            let [.., last, _] = *ours.counters::<4>(&[7, 8, below[0]]);
            assert_eq!(last, truncated(&expected));
        }
    }

    /// As RFC 4226, 5.4, writes it.
    fn truncated(mac: &[u8]) -> u32 {
        let place = usize::from(mac[mac.len() - 1] & 15);
        u32::from_be_bytes(*mac[place..].first_chunk().unwrap()) & 0x7fff_ffff
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

    #[test]
    fn the_macs_of_rfc_4226_appendix_d() {
        let vectors = include_str!("../../tests/vectors/hotp.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        for vector in vectors["vectors"].as_array().unwrap() {
            let bytes = |name: &str| HEXLOWER.decode(vector[name].as_str().unwrap().as_bytes());
            let key = Key::new(Algorithm::Sha1, &bytes("secret").unwrap());
            let counter = vector["counter"].as_u64().unwrap();
            let mac = key.mac(&[&counter.to_be_bytes()]);
            assert_eq!(mac.as_bytes(), bytes("hmac").unwrap());
            assert_eq!(Some(mac.truncated().into()), vector["truncated"].as_u64());
            assert_eq!(*key.counters::<1>(&[counter]), [mac.truncated()]);
        }
    }
}
