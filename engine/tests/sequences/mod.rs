//! Random sequences of verbs, run on the engine and on a small model of it. The fuzz target of the
//! same name runs them too.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]

mod commands;
mod engine;
mod model;
mod rows;
mod tokens;
mod world;

pub use commands::Command;
pub use world::World;
