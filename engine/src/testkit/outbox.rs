//! A delivery that keeps what it was given.

use alloc::{string::String, sync::Arc, vec::Vec};
use std::sync::{Mutex, PoisonError};

use crate::{
    Channel, Reference,
    driver::{Delivery, Handover},
    op::Message,
};

/// A message as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The message's id.
    pub id: String,
    /// How it came.
    pub channel: Channel,
    /// To whom.
    pub to: String,
    /// The code in it; empty in a message without.
    pub code: String,
    /// The link in it.
    pub link: Option<String>,
    /// The reference in it.
    pub reference: Reference,
}

/// A delivery to nowhere that remembers every message, with an answer that a test may set. A clone
/// shares both.
#[derive(Clone, Debug, Default)]
pub struct Outbox(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    messages: Vec<Received>,
    answer: Handover,
}

impl Default for Inner {
    fn default() -> Self {
        Self { messages: Vec::new(), answer: Handover::Sent }
    }
}

impl Outbox {
    /// An empty one that takes every message.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers so from now on.
    pub fn answer(&self, answer: Handover) {
        self.with(|inner| inner.answer = answer);
    }

    /// Every message so far.
    #[must_use]
    pub fn all(&self) -> Vec<Received> {
        self.with(|inner| inner.messages.clone())
    }

    /// The newest message.
    #[must_use]
    pub fn last(&self) -> Option<Received> {
        self.with(|inner| inner.messages.last().cloned())
    }

    fn with<R>(&self, act: impl FnOnce(&mut Inner) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Delivery for Outbox {
    fn deliver(&self, message: &Message) -> Handover {
        self.with(|inner| {
            inner.messages.push(Received {
                id: message.id().into(),
                channel: message.channel(),
                to: message.to().into(),
                code: message.code().unwrap_or_default().into(),
                link: message.link().map(Into::into),
                reference: message.reference(),
            });
            inner.answer
        })
    }
}
