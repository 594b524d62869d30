//! A token's key and parameters, as every form carries them.

use std::fmt;

use pinbolt::{
    oath::{Algorithm, Hotp},
    op::TokenKind,
};
use zeroize::Zeroizing;

use crate::ProvisionError;

/// The longest secret, in bytes: the engine's.
pub(crate) const MAX_SECRET: usize = 128;
/// The longest name or issuer, in bytes.
const MAX_NAME: usize = 256;
/// Letters of a Steam code.
pub(crate) const STEAM_DIGITS: u8 = 5;

/// The key of an OATH token (HOTP, TOTP, or Steam's) with its parameters, and the names under which
/// an app shows it. Its secret is wiped when it goes and not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct OathKey {
    issuer: Option<String>,
    name: String,
    kind: TokenKind,
    algorithm: Algorithm,
    digits: u8,
    secret: Zeroizing<Vec<u8>>,
}

impl OathKey {
    /// A key of 1 to 128 plain bytes (no base32), 6 to 10 digits, without names; of a Steam token
    /// SHA-1 and 5 digits. Whether a secret under 128 bits may enter an account is asked where it
    /// enters: by [`TokenSecret`](pinbolt::op::TokenSecret).
    ///
    /// # Errors
    /// [`ProvisionError::Secret`], [`ProvisionError::Digits`], [`ProvisionError::Algorithm`] or
    /// [`ProvisionError::Period`] out of these bounds, or for a period of 0.
    pub fn new(
        kind: TokenKind,
        algorithm: Algorithm,
        digits: u8,
        secret: &[u8],
    ) -> Result<Self, ProvisionError> {
        if !(1..=MAX_SECRET).contains(&secret.len()) {
            return Err(ProvisionError::Secret);
        }
        match kind {
            TokenKind::Steam if algorithm != Algorithm::Sha1 => {
                return Err(ProvisionError::Algorithm);
            }
            TokenKind::Steam if digits == STEAM_DIGITS => {}
            TokenKind::Hotp { .. } | TokenKind::Totp { .. } if Hotp::DIGITS.contains(&digits) => {}
            _ => return Err(ProvisionError::Digits),
        }
        if matches!(kind, TokenKind::Totp { period: 0, .. }) {
            return Err(ProvisionError::Period);
        }
        let secret = Zeroizing::new(secret.to_vec());
        Ok(Self { issuer: None, name: String::new(), kind, algorithm, digits, secret })
    }

    /// The same with the names that an app shows: who issued it, if that is known, and whose it is.
    /// Each 1 to 256 bytes without control characters, outer blanks and `:`.
    ///
    /// # Errors
    /// [`ProvisionError::Name`] for another one.
    pub fn named(self, issuer: Option<&str>, name: &str) -> Result<Self, ProvisionError> {
        let fits = |text: &str| {
            (1..=MAX_NAME).contains(&text.len())
                && text.trim() == text
                && !text.contains(|c: char| c.is_control() || c == ':')
        };
        match issuer.is_none_or(fits) && fits(name) {
            true => Ok(Self { issuer: issuer.map(Into::into), name: name.into(), ..self }),
            false => Err(ProvisionError::Name),
        }
    }

    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Whose it is; empty where nobody said so.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it counts by: of a counter the next.
    #[must_use]
    pub const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// Its hash.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Digits of a code.
    #[must_use]
    pub const fn digits(&self) -> u8 {
        self.digits
    }

    /// Its secret, in plain bytes.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }
}

impl fmt::Debug for OathKey {
    /// Without names: they may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OathKey").field("kind", &self.kind).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steams_form_is_fixed() {
        let key = |algorithm, digits| OathKey::new(TokenKind::Steam, algorithm, digits, &[7; 20]);
        assert!(key(Algorithm::Sha1, 5).is_ok());
        for digits in (0..=u8::MAX).filter(|digits| *digits != 5) {
            assert_eq!(key(Algorithm::Sha1, digits), Err(ProvisionError::Digits));
        }
        for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
            assert_eq!(key(algorithm, 5), Err(ProvisionError::Algorithm));
        }
        let totp = OathKey::new(TokenKind::TOTP, Algorithm::Sha1, 5, &[7; 20]);
        assert_eq!(totp, Err(ProvisionError::Digits));
    }
}
