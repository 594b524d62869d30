//! Delivered codes: derived from a key and their challenge, never stored; the handles that name a
//! challenge and the references that a person sees.

mod derive;
mod handle;
mod reference;
mod typed;

pub use reference::Reference;

pub(crate) use derive::{Code, Origin};
pub(crate) use handle::Handle;
pub(crate) use typed::Typed;
