//! `otpauth` addresses: what the QR code of an authenticator app says (Google's "Key URI Format").
//!
//! ```
//! use pinbolt::{oath::Algorithm, op::TokenKind};
//! use pinbolt_provision::{OathKey, ProvisionError, otpauth};
//!
//! let secret = b"12345678901234567890"; // What `AddToken` made.
//! let key = OathKey::new(TokenKind::TOTP, Algorithm::Sha1, 6, secret)?
//!     .named(Some("Example Co"), "ana@example.com")?;
//! let address = otpauth::write(&key)?;
//! assert_eq!(
//!     *address,
//!     "otpauth://totp/Example%20Co:ana@example.com\
//!      ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20Co"
//! );
//! assert_eq!(otpauth::read(&address)?, key);
//! # Ok::<(), ProvisionError>(())
//! ```
//!
//! The address holds the secret: show it to its owner alone, once, and keep it nowhere.

use pinbolt::{oath::Algorithm, op::TokenKind};
use zeroize::Zeroizing;

use crate::{
    OathKey, ProvisionError, base32,
    key::STEAM_DIGITS,
    percent,
    query::{Parameters, behind},
};

/// The longest address, in bytes.
pub const MAX_LEN: usize = 2048;

/// What is meant where nothing is said.
const DIGITS: u8 = 6;
const PERIOD: u32 = 30;

/// What marks a Steam token: an encoder, a type, an issuer.
const STEAM: &str = "steam";

/// Reads an address: `otpauth://totp/` or `otpauth://hotp/`, the label, and the parameters `secret`,
/// `issuer`, `algorithm`, `digits`, `period`, `counter` and `encoder`; any other one is an app's own,
/// and is passed over. Scheme, type, names of parameters and of hashes are read in either case.
///
/// The label is whose it is, behind the issuer and a `:` where it has one. An issuer that is said
/// twice must be the same twice. A `+` is a plus, but in an issuer whose label has a blank there:
/// many programs write it so. The secret is base32 as [`base32::decode`] reads it. Without
/// parameters it is SHA-1, 6 digits, 30 seconds; a counter must be said. A period beside a counter,
/// and a counter beside a period, mean nothing, and only their form is checked.
///
/// A Steam token is marked by `encoder=steam`, as KeePassXC and pyotp write it, by the type
/// `otpauth://steam/`, as Aegis does, or by `digits=5` of the issuer Steam. Without a mark it is a
/// TOTP of six digits, also in the address that Steam itself makes. Beside an encoder or that type the
/// digits mean nothing: pyotp says 10. `steam://` and the secret, as
/// Bitwarden writes it, is read as one without names. Another encoder is refused with
/// [`ProvisionError::Kind`]: its codes would be others than the person's.
///
/// # Errors
/// The first fault found, as [`ProvisionError`] tells them; [`ProvisionError::TooLong`] over
/// [`MAX_LEN`]. A secret under 128 bits is none.
pub fn read(address: &str) -> Result<OathKey, ProvisionError> {
    if address.len() > MAX_LEN {
        return Err(ProvisionError::TooLong);
    }
    if let Some(secret) = behind(address, "steam://") {
        return steam(&base32::decode(secret).map_err(|_| ProvisionError::Secret)?);
    }
    let rest = behind(address, "otpauth://").ok_or(ProvisionError::NotOtpauth)?;
    let (kind, rest) = rest.split_once('/').ok_or(ProvisionError::NotOtpauth)?;
    if !["totp", "hotp", STEAM].iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        return Err(ProvisionError::NotOtpauth);
    }
    let (label, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (label, given) = (percent::decode(label)?, Parameters::read(query)?);

    let secret = base32::decode(given.get("secret").unwrap_or_default());
    let secret = secret.map_err(|_| ProvisionError::Secret)?;
    let algorithm = given.get("algorithm").map_or(Some(Algorithm::Sha1), algorithm);
    let (issuer, name) = names(&label, given.get("issuer"))?;
    let timed = !kind.eq_ignore_ascii_case("hotp");
    let marked = kind.eq_ignore_ascii_case(STEAM) || is_encoded(&given)?;
    let said = given.number("digits", Some(DIGITS), ProvisionError::Digits)?;
    let steams = issuer.is_some_and(|issuer| issuer.eq_ignore_ascii_case(STEAM));
    let letters = marked || (timed && steams && said == STEAM_DIGITS);
    let digits = if letters { STEAM_DIGITS } else { said };
    let period = given.number("period", Some(PERIOD), ProvisionError::Period)?;
    let counter = given.number("counter", timed.then_some(0), ProvisionError::Counter)?;
    let kind = match (letters, timed) {
        (true, false) => return Err(ProvisionError::Kind),
        (true, true) if period != PERIOD => return Err(ProvisionError::Period),
        (true, true) => TokenKind::Steam,
        (false, true) => TokenKind::Totp { period, start: 0 },
        (false, false) => TokenKind::Hotp { counter },
    };
    let algorithm = algorithm.ok_or(ProvisionError::Algorithm)?;
    OathKey::new(kind, algorithm, digits, &secret)?.named(issuer, name)
}

/// Writes an address: the issuer both before the name and as a parameter, as apps want it, and what
/// differs from SHA-1, 6 digits and 30 seconds; of a Steam token `digits=5&encoder=steam`. Many apps
/// know nothing else: Google Authenticator passes over another period.
///
/// # Errors
/// [`ProvisionError::Name`] for a key without a name; [`ProvisionError::NoPlace`] for one whose steps
/// don't begin in 1970; [`ProvisionError::TooLong`] where names make it longer than [`MAX_LEN`].
pub fn write(key: &OathKey) -> Result<Zeroizing<String>, ProvisionError> {
    if key.name().is_empty() {
        return Err(ProvisionError::Name);
    }
    let (kind, number) = match key.kind() {
        TokenKind::Totp { period, start: 0 } => {
            ("totp", (period != PERIOD).then_some(("period", u64::from(period))))
        }
        TokenKind::Hotp { counter } => ("hotp", Some(("counter", counter))),
        TokenKind::Steam => ("totp", None),
        _ => return Err(ProvisionError::NoPlace),
    };
    // More than the longest names make of it, so that no copy is left behind by a text that grew.
    let mut text = Zeroizing::new(String::with_capacity(MAX_LEN.saturating_mul(2)));
    text.extend(["otpauth://", kind, "/"]);
    if let Some(issuer) = key.issuer() {
        percent::encode(&mut text, issuer);
        text.push(':');
    }
    percent::encode(&mut text, key.name());
    text.extend(["?secret=", &base32::encode(key.secret())]);
    if let Some(issuer) = key.issuer() {
        text.push_str("&issuer=");
        percent::encode(&mut text, issuer);
    }
    if key.algorithm() != Algorithm::Sha1 {
        text.extend(["&algorithm=", key.algorithm().name()]);
    }
    let digits = (key.digits() != DIGITS).then_some(("digits", u64::from(key.digits())));
    for (name, value) in digits.into_iter().chain(number) {
        text.extend(["&", name, "=", &value.to_string()]);
    }
    if key.kind() == TokenKind::Steam {
        text.extend(["&encoder=", STEAM]);
    }
    if text.len() > MAX_LEN { Err(ProvisionError::TooLong) } else { Ok(text) }
}

fn steam(secret: &[u8]) -> Result<OathKey, ProvisionError> {
    OathKey::new(TokenKind::Steam, Algorithm::Sha1, STEAM_DIGITS, secret)
}

/// Whether codes are Steam's letters; nothing else than them and digits is known.
fn is_encoded(given: &Parameters) -> Result<bool, ProvisionError> {
    match given.get("encoder") {
        None => Ok(false),
        Some(encoder) if encoder.eq_ignore_ascii_case(STEAM) => Ok(true),
        Some(_) => Err(ProvisionError::Kind),
    }
}

/// Who issued it and whose it is, of a label and of an issuer that was said beside it.
pub(crate) fn names<'a>(
    label: &'a str,
    said: Option<&'a str>,
) -> Result<(Option<&'a str>, &'a str), ProvisionError> {
    // Apps that know no issuer write it all the same, as an empty one.
    let said = said.filter(|issuer| !issuer.is_empty());
    let Some((prefix, name)) = label.split_once(':') else { return Ok((said, label)) };
    let alike = |said: &str| {
        let mut both = said.bytes().zip(prefix.bytes());
        said.len() == prefix.len() && both.all(|(a, b)| a == b || (a, b) == (b'+', b' '))
    };
    match said.is_none_or(alike) {
        true => Ok((Some(prefix), name.trim_start_matches(' '))),
        false => Err(ProvisionError::IssuerMismatch),
    }
}

/// The hash of a name: `SHA256`, and as Java and others call it, `HmacSHA256` or `SHA-256`.
fn algorithm(name: &str) -> Option<Algorithm> {
    let name = name.to_ascii_uppercase().replace('-', "");
    Algorithm::from_name(name.strip_prefix("HMAC").unwrap_or(&name))
}
