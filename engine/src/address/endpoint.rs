//! Addresses on a channel of the integrator's own.

use alloc::{format, string::String};
use core::fmt;

use super::AddressError;
use crate::channel::Channel;

/// Where a channel of the integrator's own delivers to: `@push:endpoint`, where the endpoint is what
/// that channel knows the person by, such as an app's installation id.
///
/// It names no account, and several accounts may hold it.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    text: String,
    channel: Channel,
}

impl Endpoint {
    /// The longest endpoint, in bytes, without what stands before it.
    pub const MAX_LEN: usize = 256;

    /// Reads `@`, the channel's name, `:` and the endpoint: 1 to 256 visible ASCII characters, which
    /// are kept as they are. Spaces around the whole are dropped.
    ///
    /// ```
    /// # use pinbolt::address::{AddressError, Endpoint};
    /// let endpoint = Endpoint::parse("@push:8f0c11d2-41")?;
    /// assert_eq!((endpoint.channel().name(), endpoint.endpoint()), ("push", "8f0c11d2-41"));
    /// # Ok::<(), AddressError>(())
    /// ```
    ///
    /// # Errors
    /// [`AddressError::Empty`], [`AddressError::EndpointChannel`] or
    /// [`AddressError::EndpointCharacters`].
    pub fn parse(input: &str) -> Result<Self, AddressError> {
        let text = input.trim_matches(' ');
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let split = text.strip_prefix('@').and_then(|text| text.split_once(':'));
        let (name, endpoint) = split.ok_or(AddressError::EndpointChannel)?;
        let channel = Channel::own(name).map_err(|_| AddressError::EndpointChannel)?;
        let fits = (1..=Self::MAX_LEN).contains(&endpoint.len());
        match fits && endpoint.bytes().all(|b| b.is_ascii_graphic()) {
            true => Ok(Self { text: text.into(), channel }),
            false => Err(AddressError::EndpointCharacters),
        }
    }

    /// The whole, `@push:endpoint`: its comparison key. It parses to itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The endpoint by itself, as the channel knows it.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.text.split_once(':').map_or("", |(_, endpoint)| endpoint)
    }

    /// The channel.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// The channel and the last two characters of an endpoint of eight or more: `@push:•••41`.
    #[must_use]
    pub fn mask(&self) -> String {
        let endpoint = self.endpoint();
        let shown = match endpoint.len() {
            0..8 => "",
            len => endpoint.get(len.saturating_sub(2)..).unwrap_or_default(),
        };
        format!("@{}:•••{shown}", self.channel.name())
    }
}

/// Never the endpoint.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endpoint(..)")
    }
}
