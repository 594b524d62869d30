//! Delivered and issued codes: derived from a key and their challenge, never stored; the handles and
//! links that name a challenge and the references that a person sees.

mod derive;
mod handle;
mod issued;
mod letters;
mod link;
pub(crate) mod recovery;
mod reference;
mod steam;
mod typed;

pub use reference::Reference;
pub use typed::Code;

pub(crate) use derive::Origin;
pub(crate) use handle::Handle;
pub(crate) use issued::IssuedCode;
pub(crate) use link::{Link, Receipt};
pub(crate) use typed::Form;
