//! Pages to read.

#[doc = include_str!("threats.md")]
pub mod threats {}

#[doc = include_str!("defaults.md")]
pub mod defaults {}

#[doc = include_str!("storage.md")]
pub mod storage {}

#[doc = include_str!("enrolling.md")]
pub mod enrolling {}

#[doc = include_str!("design.md")]
pub mod design {}

#[doc = include_str!("moving_in.md")]
pub mod moving_in {}
