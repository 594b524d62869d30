//! Who calls: what the host knows of the request.

use alloc::{string::String, vec::Vec};
use core::fmt;
use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use crate::{error::Misuse, guard::Lane, pinbolt::Pinbolt, record::Account, secret::Secret};

/// The request's own marks, as the host knows them.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    session: &'a [u8],
    source: Option<&'a str>,
    device: Option<&'a str>,
    lane: Lane,
}

impl<'a> Caller<'a> {
    /// The longest session or source, in bytes.
    pub const MAX_LEN: usize = 256;

    /// A caller of this session: the host's own session id, 1 to 256 bytes. A code is only good in
    /// the session that asked for it, so never a constant; and give a new id once somebody is
    /// signed in.
    #[must_use]
    pub const fn new(session: &'a [u8]) -> Self {
        Self { session, source: None, device: None, lane: Lane::Stranger }
    }

    /// Where the request came from, up to 256 bytes without control characters; it stands in the
    /// audit events, where a line break would forge one.
    #[must_use]
    pub const fn source(self, source: &'a str) -> Self {
        Self { source: Some(source), ..self }
    }

    /// The device token that the person's browser or app holds, as it sent it. One that the account
    /// doesn't know is nobody's, and no mistake.
    #[must_use]
    pub const fn device(self, token: &'a str) -> Self {
        Self { device: Some(token), ..self }
    }

    /// For tests (`testkit`): the weakest lane of it.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub const fn in_lane(self, lane: Lane) -> Self {
        Self { lane, ..self }
    }

    /// The source for the audit events; one that doesn't fit ends as misuse before any.
    pub(crate) fn audited(&self) -> Option<String> {
        self.source.filter(|source| fits(source)).map(Into::into)
    }

    pub(crate) fn own(&self) -> Result<Owned, Misuse> {
        if !(1..=Self::MAX_LEN).contains(&self.session.len()) {
            return Err(Misuse::Session);
        }
        if self.source.is_some_and(|source| !fits(source)) {
            return Err(Misuse::Caller);
        }
        let device = self.device.and_then(read_token);
        Ok(Owned { session: self.session.into(), device, lane: self.lane })
    }
}

fn fits(source: &str) -> bool {
    source.len() <= Caller::MAX_LEN && !source.contains(char::is_control)
}

impl fmt::Debug for Caller<'_> {
    /// Without the session, which may be a bearer's token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("source", &self.source).finish_non_exhaustive()
    }
}

/// A caller that an operation keeps.
pub(crate) struct Owned {
    pub(crate) session: Vec<u8>,
    device: Option<Secret<[u8; 32]>>,
    lane: Lane,
}

impl Owned {
    /// The lane in which this caller is counted on an account: judged on the record at hand, for a
    /// device may have been forgotten since it was loaded.
    pub(crate) fn lane(&self, record: &Account, pinbolt: &Pinbolt) -> Lane {
        match self.known_device(record, pinbolt) {
            Some(_) => Lane::KnownDevice,
            None => self.lane,
        }
    }

    /// The number of the caller's device, if the account knows it. Every device is compared.
    pub(crate) fn known_device(&self, record: &Account, pinbolt: &Pinbolt) -> Option<u32> {
        let token = pinbolt.names().device(self.device.as_ref()?.expose());
        let span = pinbolt.policy().device_lifetime();
        let mut known = None;
        for device in &record.devices {
            if device.has(&token) & (record.seen.saturating_sub(device.used) < span) {
                known = Some(device.number);
            }
        }
        known
    }

    /// Notes that somebody proved himself on the caller's device.
    pub(crate) fn used_device(&self, record: &mut Account, pinbolt: &Pinbolt) {
        let (known, now) = (self.known_device(record, pinbolt), record.seen);
        let own = record.devices.iter_mut().filter(|device| Some(device.number) == known);
        own.for_each(|device| device.used = now);
    }
}

const TOKEN: &str = "d1.";

/// A device token of 256 bits, as text.
pub(crate) fn device_token(bits: &Secret<[u8; 32]>) -> Secret<String> {
    let mut text = String::with_capacity(64);
    text.push_str(TOKEN);
    BASE64URL_NOPAD.encode_append(bits.expose(), &mut text);
    Secret::new(text)
}

/// The bits of a device token; `None` for what is none.
fn read_token(text: &str) -> Option<Secret<[u8; 32]>> {
    let encoded = text.strip_prefix(TOKEN).filter(|encoded| encoded.len() == 43)?;
    let bits = Zeroizing::new(BASE64URL_NOPAD.decode(encoded.as_bytes()).ok()?);
    bits.as_slice().try_into().ok().map(Secret::new)
}
