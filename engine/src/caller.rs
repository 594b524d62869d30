//! Who calls: what the host knows of the request.

use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{error::Misuse, guard::Lane};

/// The request's own marks, as the host knows them.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    session: &'a [u8],
    source: Option<&'a str>,
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
        Self { session, source: None, lane: Lane::Stranger }
    }

    /// Where the request came from, up to 256 bytes without control characters; it stands in the
    /// audit events, where a line break would forge one.
    #[must_use]
    pub const fn source(self, source: &'a str) -> Self {
        Self { source: Some(source), ..self }
    }

    /// For tests (`testkit`): sets the lane, until device tokens choose it.
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
        Ok(Owned { session: self.session.into(), lane: self.lane })
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
    pub(crate) lane: Lane,
}
