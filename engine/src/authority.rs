//! By what right an act on an account is done.

use alloc::string::String;
use core::fmt;
use minicbor::{Decode, Encode};

use crate::{error::Misuse, outcome::Accepted};

/// A named person who acts by his office, and why.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Operator {
    #[n(0)]
    name: String,
    #[n(1)]
    reason: String,
}

impl Operator {
    /// An operator of 1 to 64 bytes and a reason of 1 to 256, both without `@` and `+`: they stand
    /// in the audit events, where no address may.
    ///
    /// # Errors
    /// [`Misuse::Operator`](crate::Misuse::Operator).
    pub fn new(name: &str, reason: &str) -> Result<Self, Misuse> {
        let fits = |text: &str, most| {
            (1..=most).contains(&text.len())
                && !text.contains(['@', '+'])
                && !text.contains(char::is_control)
        };
        match fits(name, 64) && fits(reason, 256) {
            true => Ok(Self { name: name.into(), reason: reason.into() }),
            false => Err(Misuse::Operator),
        }
    }

    /// Who.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.reason)
    }
}

/// By what right an act is done.
#[derive(Debug)]
pub enum Authority {
    /// A named operator.
    Operator(Operator),
    /// The person's own fresh proof, used up by the act.
    Accepted(Accepted),
}

impl From<Operator> for Authority {
    fn from(operator: Operator) -> Self {
        Self::Operator(operator)
    }
}

impl From<Accepted> for Authority {
    fn from(accepted: Accepted) -> Self {
        Self::Accepted(accepted)
    }
}
