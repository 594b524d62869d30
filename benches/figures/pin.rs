//! Checking a PIN against the bare hash of the same cost, in turns, so that whatever slows the
//! machine slows both.

use std::{hint::black_box, time::Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use pinbolt::{
    op::{Evidence, Verify},
    testkit::MemoryStore,
};

use crate::{
    Figure, median,
    world::{CALLER, PIN, engine, enroll},
};

const TURNS: u32 = 100;

/// How often the bare hash fits into a check.
pub(crate) fn against_bare_argon2() -> Figure {
    let (engine, _) = engine(MemoryStore::new());
    let account = enroll(&engine, 1, Some(PIN));
    let setting = |path| u32::try_from(engine.pinbolt().policy().get(path).unwrap()).unwrap();
    let (memory, passes) = (setting("hash.memory"), setting("hash.passes"));
    let params = Params::new(memory, passes, setting("hash.lanes"), Some(32)).unwrap();
    let mut blocks = vec![Block::default(); params.block_count()];
    let bare = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);

    let mut check = || {
        let (purpose, pin, caller, context) = ("step-up", PIN, CALLER, b"");
        let verify =
            Verify { name: &account, purpose, evidence: Evidence::pin(pin), caller, context };
        assert!(engine.run(verify).is_ok());
    };
    let mut hash = || {
        let mut output = [0; 32];
        let (pin, salt) = (PIN.as_bytes(), b"sixteen bytes...");
        bare.hash_password_into_with_memory(pin, salt, &mut output, &mut blocks).unwrap();
        black_box(output);
    };
    let mut ratios = Vec::new();
    for turn in 0..TURNS + 5 {
        // Who goes first alternates, too.
        let (ours, theirs) = match turn % 2 {
            0 => (seconds(&mut check), seconds(&mut hash)),
            _ => {
                let theirs = seconds(&mut hash);
                (seconds(&mut check), theirs)
            }
        };
        if turn >= 5 {
            ratios.push(ours / theirs);
        }
    }
    Figure { name: "pin-verify-memory-store/bare-argon2-kept-memory", value: median(ratios) }
}

fn seconds(work: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}
