//! Why a driver's call granted nothing.

use core::fmt;

use super::StoreError;
use crate::error::{Failure, Misuse, Refusal};

/// Why nothing was granted, with the store's own words where it has any.
#[derive(Debug)]
pub enum Error {
    /// "No" to the person.
    Refused(Refusal),
    /// A mistake in the calling program.
    Misuse(Misuse),
    /// The infrastructure's failure.
    Failure(Failure, Option<StoreError>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Misuse(misuse) => misuse.fmt(f),
            Self::Failure(failure, None) => failure.fmt(f),
            Self::Failure(failure, Some(detail)) => write!(f, "{failure} {detail}"),
        }
    }
}

impl core::error::Error for Error {}

impl Error {
    /// With what the store said last.
    pub(super) fn new(error: crate::Error, detail: Option<StoreError>) -> Self {
        match error {
            crate::Error::Refused(refusal) => Self::Refused(refusal),
            crate::Error::Misuse(misuse) => Self::Misuse(misuse),
            crate::Error::Failure(failure) => Self::Failure(failure, detail),
        }
    }
}
