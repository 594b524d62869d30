//! Delivery: one verb.

use alloc::boxed::Box;

use crate::op::Message;

/// Hands messages over to a gateway.
///
/// What an implementor must keep: `Refused` only where the message surely wasn't sent, since
/// another may then be asked for at once. When unsure, `Unknown`. He gets each message once;
/// retrying is his, under the message's id.
pub trait Delivery: Send + Sync {
    /// Hands one message over.
    fn deliver(&self, message: &Message) -> Handover;
}

macro_rules! forward {
    ($($pointer:ty),*) => { $(
        impl<D: Delivery + ?Sized> Delivery for $pointer {
            fn deliver(&self, message: &Message) -> Handover {
                (**self).deliver(message)
            }
        }
    )* };
}

forward!(&D, Box<D>, alloc::sync::Arc<D>);

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handover {
    /// The gateway took it.
    Sent,
    /// It was surely not sent.
    Refused,
    /// It may or may not have been sent.
    Unknown,
}

/// Delivers nothing, and says so: for hosts whose purposes send no codes.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDelivery;

impl Delivery for NoDelivery {
    fn deliver(&self, _: &Message) -> Handover {
        Handover::Refused
    }
}
