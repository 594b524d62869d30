//! Operation sequences against a model: whatever is done in whatever order, the engine answers as
//! `sequences/model.rs` says. `PINBOLT_STEPS` sets the number of steps.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

#[path = "sequences/mod.rs"]
mod sequences;

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sequences::{Command, World};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

/// A few seconds of an unoptimised build.
const STEPS: u64 = 12_000;
/// The longest sequence.
const LENGTH: usize = 250;
/// What a run must have reached to be worth something.
const ANSWERS: [&str; 24] = [
    "Done",
    "Proof",
    "Issued",
    "Issued before",
    "Failed",
    "WrongCredentials",
    "WrongCode",
    "Superseded",
    "AlreadyUsed",
    "Expired",
    "TriesUsedUp",
    "Waiting",
    "Throttled",
    "Malformed",
    "WrongSession",
    "Ended",
    "KeyMissing",
    // Proofs by each purpose of one step, and a counter or clock found again.
    "step-up",
    "otp",
    "recover",
    "pin-otp",
    "pin-recover",
    "all",
    "found again",
];

#[test]
fn every_sequence_of_verbs_is_answered_as_the_model_says() {
    #[allow(clippy::disallowed_methods, reason = "how long the run is, not what it does")]
    let steps = std::env::var("PINBOLT_STEPS");
    let steps = steps.map_or(STEPS, |text| text.parse().expect("PINBOLT_STEPS is a number"));
    // The same sequences in each run; a failure is printed shrunk, and no file remembers it.
    let config = Config {
        cases: 8,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..Config::default()
    };
    let commands = vec(any::<[u8; 4]>().prop_map(Command), 1..=LENGTH);
    let (done, heard) = (Cell::new(0u64), RefCell::new(BTreeMap::new()));
    while done.get() < steps {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&done.get().to_be_bytes());
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(config.clone(), random);
        let run = runner.run(&commands, |commands| {
            let mut world = World::new();
            commands.iter().for_each(|command| world.run(*command));
            done.set(done.get() + commands.len() as u64);
            for (answer, times) in core::mem::take(&mut world.heard) {
                *heard.borrow_mut().entry(answer).or_insert(0) += times;
            }
            Ok(())
        });
        if let Err(failure) = run {
            panic!("after {} steps: {failure}", done.get());
        }
    }
    let heard = heard.into_inner();
    println!("sequences: {} steps; answers: {heard:?}", done.get());
    for answer in ANSWERS {
        assert!(heard.contains_key(answer), "the sequences never reach {answer}");
    }
}
