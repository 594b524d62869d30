//! What a person typed to pass a purpose in one step.

use alloc::string::String;
use core::fmt;

use super::pin;
use crate::{
    code::recovery,
    error::{Error, Input, Misuse, Refusal},
    oath::{Code, Hotp},
    outcome::Factors,
    record::Token,
    secret::Secret,
};

/// The longest PIN and one-time code typed as one, in bytes.
const LONGEST: usize = 74;

/// What a person typed: all that the purpose asks for.
#[derive(Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// A PIN.
    pub pin: Option<&'a str>,
    /// A one-time code: digits, or the five letters of a Steam code in either case, with blanks and
    /// hyphens around and between them. It is compared with each of the account's tokens, and counts
    /// as many guesses.
    pub otp: Option<&'a str>,
    /// A PIN and a one-time code typed as one string of digits, the PIN first, as RADIUS and PAM
    /// have it: the token's number of digits splits it. Digits alone: unlike `otp`, no blank, hyphen
    /// or line end, and no Steam code.
    pub pin_then_otp: Option<&'a str>,
    /// A recovery code, in any case, with or without its hyphens.
    pub recovery_code: Option<&'a str>,
}

impl<'a> Evidence<'a> {
    const NONE: Self = Self { pin: None, otp: None, pin_then_otp: None, recovery_code: None };

    /// A PIN.
    #[must_use]
    pub const fn pin(pin: &'a str) -> Self {
        Self { pin: Some(pin), ..Self::NONE }
    }

    /// A one-time code.
    #[must_use]
    pub const fn otp(code: &'a str) -> Self {
        Self { otp: Some(code), ..Self::NONE }
    }

    /// A PIN and a one-time code, typed as one.
    #[must_use]
    pub const fn pin_then_otp(typed: &'a str) -> Self {
        Self { pin_then_otp: Some(typed), ..Self::NONE }
    }

    /// A recovery code.
    #[must_use]
    pub const fn recovery_code(code: &'a str) -> Self {
        Self { recovery_code: Some(code), ..Self::NONE }
    }

    /// And a one-time code.
    #[must_use]
    pub const fn and_otp(self, code: &'a str) -> Self {
        Self { otp: Some(code), ..self }
    }

    /// And a recovery code.
    #[must_use]
    pub const fn and_recovery_code(self, code: &'a str) -> Self {
        Self { recovery_code: Some(code), ..self }
    }
}

impl fmt::Debug for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Evidence(..)")
    }
}

/// What was typed, well-formed and kept.
pub(super) struct Typed {
    pub(super) pin: Option<Secret<String>>,
    pub(super) otp: Option<Otp>,
    pub(super) recovery_code: Option<Secret<String>>,
}

/// A one-time code as typed.
pub(super) enum Otp {
    Code(Code),
    /// Behind a PIN of unknown length.
    Joined(Secret<String>),
}

impl Otp {
    /// The code for this token; one of another form fits none.
    pub(super) fn code(&self, token: &Token) -> Code {
        match self {
            Self::Code(code) => code.clone(),
            Self::Joined(typed) => {
                // Digits even where the token's are letters: a Steam code isn't joined.
                let code = Code::parse(split(typed.expose(), token.digits).1, token.digits);
                code.unwrap_or_else(|_| Code::of(0, 0))
            }
        }
    }

    /// The PIN before it.
    pub(super) fn pin(&self, digits: u8) -> Option<Secret<String>> {
        match self {
            Self::Code(_) => None,
            Self::Joined(typed) => Some(Secret::new(split(typed.expose(), digits).0.into())),
        }
    }

    /// The digits of a code that no token fits.
    pub(super) fn digits(&self) -> u8 {
        match self {
            Self::Code(code) => code.digits(),
            Self::Joined(_) => *Hotp::DIGITS.start(),
        }
    }
}

/// Takes what a purpose of these factors asks for, and nothing else.
pub(super) fn typed(evidence: &Evidence<'_>, asked: Factors) -> Result<Typed, Error> {
    let Evidence { pin, otp, pin_then_otp: joined, recovery_code } = *evidence;
    if joined.is_some() && (pin.is_some() || otp.is_some()) {
        return Err(Misuse::EvidenceUnasked.into());
    }
    let otp_given = otp.or(joined).is_some();
    let parts = [(asked.otp, otp_given), (asked.recovery_code, recovery_code.is_some())];
    if parts.contains(&(true, false)) {
        return Err(Misuse::EvidenceMissing.into());
    }
    if parts.contains(&(false, true)) {
        return Err(Misuse::EvidenceUnasked.into());
    }
    let pin = match joined {
        Some(_) if !asked.pin => return Err(Misuse::PinUnasked.into()),
        Some(_) => None,
        None => pin::asked(asked.pin, pin)?,
    };
    let otp = match (otp, joined) {
        (Some(code), _) => Some(Otp::Code(any_length(code)?)),
        (None, Some(typed)) => Some(Otp::Joined(whole(typed)?)),
        (None, None) => None,
    };
    let recovery_code = recovery_code.map(recovery::parse).transpose()?;
    Ok(Typed { pin, otp, recovery_code })
}

fn any_length(code: &str) -> Result<Code, Refusal> {
    // No text is of two forms: digits are six or more, Steam's letters five.
    let of = |digits| Code::parse(code, digits).ok();
    Hotp::DIGITS.into_iter().find_map(of).map_or_else(|| Code::parse_steam(code), Ok)
}

fn whole(typed: &str) -> Result<Secret<String>, Refusal> {
    // At least one digit of a PIN before the shortest code.
    let fits = (7..=LONGEST).contains(&typed.len()) && typed.bytes().all(|b| b.is_ascii_digit());
    match fits {
        true => Ok(Secret::new(typed.into())),
        false => Err(Refusal::Malformed { input: Input::Joined }),
    }
}

/// PIN and code; of too short a text all is code's, and the PIN empty.
fn split(typed: &str, digits: u8) -> (&str, &str) {
    let at = typed.len().saturating_sub(digits.into());
    typed.split_at_checked(at).unwrap_or_default()
}
