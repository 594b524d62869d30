//! The kinds of keys by which a person proves himself.

use crate::channel::Channel;

/// A kind of key. Two proofs by keys of one kind prove no more than one of them does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Key {
    /// The PIN.
    Pin,
    /// An address on this channel, where a delivered code arrives.
    Code(Channel),
    /// A token.
    Token,
    /// The recovery codes.
    RecoveryCodes,
    /// A ticket: a link and a code that travelled apart.
    Ticket,
}

impl Key {
    /// Its name: `pin`, the channel's name, `token`, `recovery-codes` or `ticket`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Pin => "pin",
            Self::Code(channel) => channel.name(),
            Self::Token => "token",
            Self::RecoveryCodes => "recovery-codes",
            Self::Ticket => "ticket",
        }
    }
}

/// The names that no channel may have.
pub(crate) const OTHERS: [Key; 4] = [Key::Pin, Key::Token, Key::RecoveryCodes, Key::Ticket];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_channel_has_the_name_of_another_key() {
        for key in OTHERS {
            assert_eq!(Channel::from_name(key.name()), None, "{key:?}");
        }
        assert_eq!(Channel::from_name(Key::Code(Channel::Sms).name()), Some(Channel::Sms));
    }
}
