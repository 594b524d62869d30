//! Any sequence of verbs: the engine answers as the model of its tests says.
#![no_main]

#[path = "../../engine/tests/sequences/mod.rs"]
mod sequences;

use libfuzzer_sys::fuzz_target;
use sequences::{Command, World};

/// Long enough to disable an authenticator.
const LONGEST: usize = 400;

fuzz_target!(|commands: Vec<[u8; 4]>| {
    let mut world = World::new();
    commands.into_iter().take(LONGEST).for_each(|command| world.run(Command(command)));
});
