//! How codes travel.

use core::fmt;
use minicbor::{
    Decode, Decoder, Encode, Encoder, data::Type, decode, encode, encode::Write as Sink,
};

use crate::{error::Misuse, key};

/// How a code travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Channel {
    /// A text message; restricted in NIST SP 800-63B-4, 3.1.3.3.
    Sms,
    /// An e-mail; outside of NIST SP 800-63B-4, 3.1.3.
    Email,
    /// A channel of the integrator's own, such as a push message to an app: see [`Channel::own`].
    Own(OwnChannel),
}

impl Channel {
    /// A channel of your own, by its name: 1 to 16 of a-z, 0-9 and `-`, and not `sms`, `email`,
    /// `phone` or the name of another [`Key`](crate::Key). A purpose names it, an address on it is written `@name:endpoint`, and your delivery
    /// gets its messages. It is your word that whoever reads them has the endpoint.
    ///
    /// # Errors
    /// [`Misuse::Channel`].
    ///
    /// ```
    /// # use pinbolt::{Channel, Misuse};
    /// let push = Channel::own("push")?;
    /// assert_eq!(push.name(), "push");
    /// assert_eq!(Channel::own("Push!"), Err(Misuse::Channel));
    /// # Ok::<(), Misuse>(())
    /// ```
    pub fn own(name: &str) -> Result<Self, Misuse> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let taken = matches!(name, "sms" | "email" | "phone")
            || key::OTHERS.iter().any(|key| key.name() == name);
        let mut bytes = [0; OwnChannel::MAX_NAME];
        match bytes.get_mut(..name.len()) {
            Some(own) if !name.is_empty() && !taken && name.bytes().all(plain) => {
                own.copy_from_slice(name.as_bytes());
                Ok(Self::Own(OwnChannel(bytes)))
            }
            _ => Err(Misuse::Channel),
        }
    }

    /// The channel of this name: `sms`, `email`, or one of your own.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "sms" => Some(Self::Sms),
            "email" => Some(Self::Email),
            own => Self::own(own).ok(),
        }
    }

    /// Its name: `sms`, `email`, or your own.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Own(own) => own.name(),
        }
    }

    /// Whether an address on it can name an account. One that can't is never claimed.
    pub(crate) const fn names(self) -> bool {
        match self {
            Self::Sms | Self::Email => true,
            Self::Own(_) => false,
        }
    }
}

/// The name of a channel of the integrator's own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnChannel([u8; Self::MAX_NAME]);

impl OwnChannel {
    /// The longest name, in bytes.
    pub const MAX_NAME: usize = 16;

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default().trim_end_matches('\0')
    }
}

impl fmt::Debug for OwnChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// 0 and 1, as records have had them from the first; one's own by its name.
impl<C> Encode<C> for Channel {
    fn encode<W: Sink>(
        &self,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Sms => encoder.u8(0)?.ok(),
            Self::Email => encoder.u8(1)?.ok(),
            Self::Own(own) => encoder.str(own.name())?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Channel {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let odd = || decode::Error::message("no channel");
        if decoder.datatype()? == Type::String {
            return Self::own(decoder.str()?).map_err(|_| odd());
        }
        match decoder.u32()? {
            0 => Ok(Self::Sms),
            1 => Ok(Self::Email),
            _ => Err(odd()),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn bytes(channel: Channel) -> Vec<u8> {
        minicbor::to_vec(channel).unwrap_or_default()
    }

    #[test]
    fn a_record_keeps_a_number_or_a_name() -> Result<(), Misuse> {
        assert_eq!(bytes(Channel::Sms), [0]);
        assert_eq!(bytes(Channel::Email), [1]);
        let push = Channel::own("push")?;
        assert_eq!(bytes(push), b"\x64push");
        for channel in [Channel::Sms, Channel::Email, push, Channel::own("0123456789abcde-")?] {
            assert_eq!(minicbor::decode(&bytes(channel)).ok(), Some(channel));
        }
        for odd in
            [&b"\x02"[..], b"\x60", b"\x63sms", b"\x65phone", b"\x64Push", b"\x61\0", b"\xf6"]
        {
            assert!(minicbor::decode::<Channel>(odd).is_err(), "{odd:?}");
        }
        Ok(())
    }

    #[test]
    fn a_name_of_ones_own_is_short_and_plain() {
        let long = "12345678901234567";
        for odd in ["", "sms", "email", "phone", "Push", "a b", "a:b", "@a", "é", "a\0", long] {
            assert_eq!(Channel::own(odd), Err(Misuse::Channel), "{odd:?}");
        }
        assert_eq!(Channel::from_name("phone"), None);
    }
}
