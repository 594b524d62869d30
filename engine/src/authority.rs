//! By what right an act on an account is done.

use alloc::{string::String, vec, vec::Vec};
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

/// The person's own proofs, used up by the act: one by two keys, or two that were proved in one
/// session by different ones.
///
/// Each must be of a purpose that [`authorizes`](crate::policy::Purpose::authorizes), at most
/// `authority.age` old, and what it rests on must still stand: the PIN, the address, the token, the
/// recovery codes, the ticket. This is NIST's account recovery (SP 800-63B-4, 4.2.2.2): two codes that
/// came by different ways, or one of them and an authenticator. What is enough:
///
/// | by | alone | beside another key |
/// | --- | --- | --- |
/// | PIN | no | yes |
/// | code to a phone | no | yes |
/// | code to an e-mail address | no | yes |
/// | code on a channel of your own | no | yes |
/// | token | no | yes |
/// | recovery code | no | yes |
/// | ticket: link and code | yes | yes |
///
/// "Beside another key" means another row of the table, or another channel of yours, in the same
/// proof or in a second: two codes to two phones, or two tokens, are one key. A known device is none.
/// That two channels of yours don't end in one hand, such as a call and a text message to one number,
/// the policy's author sees to.
/// A web service asks for both codes on one page and gives the session its new id afterwards.
/// What two such proofs or one allow is the same, and the same as an operator's word, but for what the
/// act's own page says: all acts that take an [`Authority`], and remembering a device.
#[derive(Debug)]
pub struct Proofs(pub(crate) Vec<Accepted>);

impl From<Accepted> for Proofs {
    fn from(first: Accepted) -> Self {
        Self(vec![first])
    }
}

impl From<(Accepted, Accepted)> for Proofs {
    fn from((first, second): (Accepted, Accepted)) -> Self {
        Self(vec![first, second])
    }
}

/// By what right an act is done.
#[derive(Debug)]
pub enum Authority {
    /// A named operator.
    Operator(Operator),
    /// The person himself.
    Proved(Proofs),
}

impl From<Operator> for Authority {
    fn from(operator: Operator) -> Self {
        Self::Operator(operator)
    }
}

impl<T: Into<Proofs>> From<T> for Authority {
    fn from(proofs: T) -> Self {
        Self::Proved(proofs.into())
    }
}
