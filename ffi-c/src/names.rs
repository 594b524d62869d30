//! Authenticators, lanes and algorithms, as numbers and by their names; channels by their names.
#![allow(unsafe_code, reason = "texts are read through `text`")]

use ::pinbolt::{Authenticator, Channel, Error, Lane, Misuse, oath::Algorithm};

use crate::{guard::guarded, text::pinbolt_text};

/// An authenticator: the account's PIN.
pub const PINBOLT_AUTHENTICATOR_PIN: u32 = 1;
/// An authenticator: delivered codes, of all channels and purposes.
pub const PINBOLT_AUTHENTICATOR_CODE: u32 = 2;
/// An authenticator: the one-time codes of the account's tokens, all of them together.
pub const PINBOLT_AUTHENTICATOR_OTP: u32 = 3;
/// An authenticator: the account's recovery codes.
pub const PINBOLT_AUTHENTICATOR_RECOVERY_CODE: u32 = 4;
/// An authenticator: the codes of all tickets.
pub const PINBOLT_AUTHENTICATOR_ISSUED_CODE: u32 = 5;

/// A lane: nothing was known of the caller.
pub const PINBOLT_LANE_STRANGER: u32 = 1;
/// A lane: a first factor had been passed.
pub const PINBOLT_LANE_FIRST_FACTOR: u32 = 2;
/// A lane: a device that the account knows.
pub const PINBOLT_LANE_KNOWN_DEVICE: u32 = 3;

/// The hash of a token: SHA-1, what most apps know. Its collisions don't touch HMAC.
pub const PINBOLT_ALGORITHM_SHA1: u32 = 1;
/// The hash of a token: SHA-256.
pub const PINBOLT_ALGORITHM_SHA256: u32 = 2;
/// The hash of a token: SHA-512.
pub const PINBOLT_ALGORITHM_SHA512: u32 = 3;

const AUTHENTICATORS: &[(u32, Authenticator)] = &[
    (PINBOLT_AUTHENTICATOR_PIN, Authenticator::PIN),
    (PINBOLT_AUTHENTICATOR_CODE, Authenticator::CODE),
    (PINBOLT_AUTHENTICATOR_OTP, Authenticator::OTP),
    (PINBOLT_AUTHENTICATOR_RECOVERY_CODE, Authenticator::RECOVERY_CODE),
    (PINBOLT_AUTHENTICATOR_ISSUED_CODE, Authenticator::ISSUED_CODE),
];

const LANES: &[(u32, Lane)] = &[
    (PINBOLT_LANE_STRANGER, Lane::Stranger),
    (PINBOLT_LANE_FIRST_FACTOR, Lane::FirstFactor),
    (PINBOLT_LANE_KNOWN_DEVICE, Lane::KnownDevice),
];

const ALGORITHMS: &[(u32, Algorithm)] = &[
    (PINBOLT_ALGORITHM_SHA1, Algorithm::Sha1),
    (PINBOLT_ALGORITHM_SHA256, Algorithm::Sha256),
    (PINBOLT_ALGORITHM_SHA512, Algorithm::Sha512),
];

/// The authenticator of a name, `pin`, `code`, `otp`, `recovery-code` or `issued-code`; 0 for none.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_authenticator_of(name: pinbolt_text) -> u32 {
    guarded(0, || {
        // SAFETY: C's promise, as pinbolt.h asks for it.
        let found = unsafe { name.read() }.ok().and_then(Authenticator::from_name);
        found.map_or(0, |authenticator| number(AUTHENTICATORS, &authenticator))
    })
}

/// The algorithm of a name, `SHA1`, `SHA256` or `SHA512`, as an `otpauth` address writes it; 0 for
/// none.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_algorithm_of(name: pinbolt_text) -> u32 {
    guarded(0, || {
        // SAFETY: C's promise, as pinbolt.h asks for it.
        let found = unsafe { name.read() }.ok().and_then(Algorithm::from_name);
        found.map_or(0, algorithm_number)
    })
}

/// The channel of a name.
///
/// # Safety
/// As [`pinbolt_text::read`].
pub(crate) unsafe fn channel(name: pinbolt_text) -> Result<Channel, Error> {
    // SAFETY: the caller's promise.
    Channel::from_name(unsafe { name.read() }?).ok_or_else(|| Misuse::Channel.into())
}

pub(crate) fn authenticator(authenticator: u32) -> Result<Authenticator, Error> {
    of_number(AUTHENTICATORS, authenticator)
}

pub(crate) fn algorithm(algorithm: u32) -> Result<Algorithm, Error> {
    of_number(ALGORITHMS, algorithm)
}

pub(crate) fn authenticator_number(authenticator: Authenticator) -> u32 {
    number(AUTHENTICATORS, &authenticator)
}

pub(crate) fn algorithm_number(algorithm: Algorithm) -> u32 {
    number(ALGORITHMS, &algorithm)
}

pub(crate) fn lane_number(lane: Lane) -> u32 {
    number(LANES, &lane)
}

/// The number of `what`; 0 for what this version of the header doesn't know.
pub(crate) fn number<T: PartialEq>(table: &[(u32, T)], what: &T) -> u32 {
    table.iter().find(|(_, known)| known == what).map_or(0, |(number, _)| *number)
}

fn of_number<T: Copy>(table: &[(u32, T)], number: u32) -> Result<T, Error> {
    let found = table.iter().find(|(known, _)| *known == number);
    found.map(|(_, what)| *what).ok_or_else(|| Misuse::Value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_number_and_a_name() {
        assert!(Authenticator::ALL.iter().all(|it| authenticator_number(*it) > 0));
        assert!(Algorithm::ALL.iter().all(|it| algorithm_number(*it) > 0));
    }
}
