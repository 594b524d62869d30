//! What `begin`, `resend` and `confirm` grant: a challenge to answer with, and its delivery.

use alloc::{string::String, vec::Vec};

use super::{Dispatch, Offer, dispatch::Parcel};
use crate::{code::Reference, pinbolt::Pinbolt};

/// A code was issued. Answer the person with the challenge, then run the dispatch: nothing else
/// sends it.
#[derive(Debug)]
#[must_use = "the code goes out when the dispatch is run"]
pub struct Begun {
    /// What the person's client keeps.
    pub challenge: Challenge,
    /// What delivers the code; one for an unknown account delivers nothing.
    pub dispatch: Dispatch,
}

/// An outstanding challenge, as its asker sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Challenge {
    /// Names the challenge in `finish`, `resend` and `cancel`: ASCII of fixed length, under 256
    /// bytes, and all that must be kept, until `resend` gives another. No secret, and useless in
    /// another session.
    pub handle: String,
    /// The letters that the message carries.
    pub reference: Reference,
    /// The code is valid before this Unix millisecond.
    pub expires: u64,
    /// From this Unix millisecond on another message may be asked for.
    pub resend_at: u64,
    /// Whether running the dispatch sends a message, or would if there were somebody to send to;
    /// `false` for a request repeated within the cooldown.
    pub sent: bool,
    /// By which channels the person may have a message with `resend`. After the PIN those by which the
    /// account can be reached; before, the purpose's, for every name the same.
    pub offers: Vec<Offer>,
}

/// What the asker is shown, and what is to be delivered, if anything.
pub(super) type Issued = (Challenge, Option<Parcel>);

impl Begun {
    pub(super) fn of(pinbolt: &Pinbolt, (challenge, parcel): Issued) -> Self {
        Self { challenge, dispatch: Dispatch::new(pinbolt.clone(), parcel) }
    }
}
