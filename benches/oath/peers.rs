//! The same token, as each crate wants it made.

use pinbolt::oath::{Algorithm, Hotp, Totp};

pub(crate) const SECRET: &[u8; 20] = b"12345678901234567890";

pub(crate) fn pinbolt(algorithm: Algorithm) -> Totp {
    Totp::new(Hotp::new(algorithm, 6, SECRET).unwrap(), 30, 0).unwrap()
}

/// A step before and a step after, or neither.
pub(crate) fn totp_rs(skew: u16) -> totp_rs::Totp {
    let builder = totp_rs::Builder::new().with_secret(SECRET.to_vec());
    builder.with_skew(skew).build_noncompliant()
}

pub(crate) fn totp_rfc() -> (totp_rfc::Totp, totp_rfc::Secret<'static>) {
    let (hash, digits) = (totp_rfc::Algorithm::Sha1, totp_rfc::Digits::SIX);
    let totp = totp_rfc::Totp::new(hash, digits, 30, 0).unwrap();
    (totp, totp_rfc::Secret::new(SECRET).unwrap())
}

pub(crate) fn latchkey() -> (latchkey::totp::TotpSecret, latchkey::totp::TotpParams) {
    let secret = latchkey::totp::TotpSecret::from_bytes(SECRET.to_vec()).unwrap();
    (secret, latchkey::totp::TotpParams::new(6, 30, 1).unwrap())
}
