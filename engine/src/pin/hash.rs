//! The PIN hash: Argon2id (RFC 9106) with a pepper, as a piece of work that any thread may run.

use alloc::{string::String, sync::Arc, vec::Vec};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use core::fmt;
use minicbor::{Decode, Encode};
use subtle::ConstantTimeEq;

use crate::{
    error::Failure,
    secret::{Key, Secret},
};

/// The most memory that a stored cost may ask for, in KiB, and the most passes and lanes: a record
/// that asks for more is refused before hashing.
const MAX: Cost = Cost { memory: 1_048_576, passes: 16, lanes: 4 };

/// Argon2id's parameters, stored with each PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Cost {
    /// KiB.
    #[n(0)]
    pub(crate) memory: u32,
    #[n(1)]
    pub(crate) passes: u32,
    #[n(2)]
    pub(crate) lanes: u32,
}

/// One Argon2id computation. Cheap to clone; wiped with its last clone.
#[derive(Clone)]
pub struct Work(Arc<Inner>);

struct Inner {
    id: [u8; 16],
    pin: Secret<String>,
    salt: [u8; 16],
    pepper: Key,
    cost: Cost,
    params: Params,
}

impl Work {
    pub(crate) fn new(
        id: [u8; 16],
        pin: &str,
        (salt, pepper, cost): ([u8; 16], &Key, Cost),
    ) -> Result<Self, Failure> {
        if cost.memory > MAX.memory || cost.passes > MAX.passes || cost.lanes > MAX.lanes {
            return Err(Failure::Corrupt);
        }
        let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(32))
            .map_err(|_| Failure::Corrupt)?;
        let pin = Secret::new(pin.into());
        let pepper = Key::new(*pepper.expose());
        Ok(Self(Arc::new(Inner { id, pin, salt, pepper, cost, params })))
    }

    /// Memory, passes and lanes, in Argon2's order and units (KiB).
    #[must_use]
    pub fn cost(&self) -> (u32, u32, u32) {
        let Cost { memory, passes, lanes } = self.0.cost;
        (memory, passes, lanes)
    }

    /// Runs it: some milliseconds of one processor. The memory is wiped before this returns.
    #[must_use]
    pub fn run(&self, memory: &mut HashMemory) -> Digest {
        let inner = &*self.0;
        let blocks = memory.blocks(inner.params.block_count());
        let mut output = Secret::new([0; 32]);
        let made = Argon2::new_with_secret(
            inner.pepper.expose(),
            Algorithm::Argon2id,
            Version::V0x13,
            inner.params.clone(),
        )
        .and_then(|argon2| {
            let pin = inner.pin.expose().as_bytes();
            argon2.hash_password_into_with_memory(pin, &inner.salt, &mut output.0, &mut *blocks)
        });
        wipe(blocks);
        Digest { work: inner.id, output: made.is_ok().then_some(output) }
    }

    pub(crate) fn id(&self) -> [u8; 16] {
        self.0.id
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("cost", &self.0.cost).finish_non_exhaustive()
    }
}

/// What a [`Work`] gave. It answers that work alone.
pub struct Digest {
    work: [u8; 16],
    /// `None`: the computation couldn't be run, which matches nothing.
    output: Option<Secret<[u8; 32]>>,
}

impl Digest {
    pub(crate) fn answers(&self, work: [u8; 16]) -> bool {
        self.work == work
    }

    /// Compared in constant time.
    pub(crate) fn matches(&self, hash: &[u8; 32]) -> bool {
        self.output.as_ref().is_some_and(|output| output.expose().ct_eq(hash).into())
    }

    pub(crate) fn bytes(&self) -> Option<[u8; 32]> {
        self.output.as_ref().map(|output| *output.expose())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}

/// Argon2's memory, kept between computations by whoever runs them; it grows to the largest cost.
#[derive(Default)]
pub struct HashMemory(Vec<Block>);

impl HashMemory {
    /// No memory yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0.resize(count, Block::default());
        }
        self.0.get_mut(..count).unwrap_or_default()
    }
}

impl fmt::Debug for HashMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashMemory({} KiB)", self.0.len())
    }
}

/// Overwrites the whole memory. What it held gives the PIN away to a search of 10^6 guesses.
fn wipe(blocks: &mut [Block]) {
    blocks.fill(Block::default());
    core::hint::black_box(blocks);
}
