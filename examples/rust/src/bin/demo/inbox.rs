//! The phone and the mailbox: what a gateway would deliver is shown in a frame.

use std::sync::{Arc, Mutex, PoisonError};

use pinbolt::{
    Channel,
    driver::{Delivery, Handover},
    op::Message,
};

use crate::say;

/// Shows each message as it arrives, and keeps the codes, newest last. A clone shares them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inbox(Arc<Mutex<Vec<String>>>);

impl Inbox {
    /// The code that arrived last; empty before the first.
    pub(crate) fn code(&self) -> String {
        self.codes(|codes| codes.last().cloned().unwrap_or_default())
    }

    /// A code that never arrived.
    pub(crate) fn wrong_code(&self) -> String {
        let mut guesses = (0..=999_999).map(|number| format!("{number:06}"));
        self.codes(|codes| guesses.find(|guess| !codes.contains(guess))).unwrap_or_default()
    }

    fn codes<R>(&self, act: impl FnOnce(&mut Vec<String>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Delivery for Inbox {
    fn deliver(&self, message: &Message) -> Handover {
        let Some(code) = message.code() else { return Handover::Sent };
        self.codes(|codes| codes.push(code.into()));
        let device = match message.channel() {
            Channel::Sms => "phone",
            _ => "mailbox",
        };
        let act = match message.purpose() {
            "sign-in" => "sign in",
            _ => "confirm this address",
        };
        let reference = message.reference();
        say::framed(
            &format!("{device} {}", message.to()),
            &[
                &format!("Message {reference}: your code to {act} is {code}."),
                &format!("It is valid until {}. Tell it to nobody.", say::clock(message.expires())),
            ],
        );
        Handover::Sent
    }
}
