//! The file of Google's PAM module, `~/.google_authenticator`: one account's.

use pinbolt::{oath::Algorithm, op::TokenKind};
use zeroize::Zeroizing;

use super::lines::{Token, Used, What};
use crate::{OathKey, ProvisionError, base32};

/// What the file has told of its token. Its parts stand in any order; the token is made at its end.
#[derive(Default)]
pub(super) struct File {
    secret: Option<(u64, Secret)>,
    timed: bool,
    counter: Option<u64>,
    period: Option<u32>,
    ahead: Option<i32>,
    window: Option<u64>,
    /// The latest step used, where the module keeps account of them.
    used: Option<Option<u64>>,
}

type Secret = Result<Zeroizing<Vec<u8>>, ProvisionError>;

impl File {
    /// What a line says, other than of the token.
    pub(super) fn read(&mut self, number: u64, text: Result<&str, ProvisionError>) -> Option<What> {
        match (text, text.ok().and_then(|text| text.strip_prefix("\" "))) {
            (Err(why), _) => Some(What::Refused(why)),
            (Ok(_), Some(option)) => self.option(option).err().map(What::Refused),
            (Ok(text), None) if self.secret.is_none() => {
                self.secret = Some((number, base32::decode(text)));
                None
            }
            (Ok(text), None) => Some(match text.bytes().all(|b| b.is_ascii_digit()) {
                true => What::RecoveryCode(Zeroizing::new(text.into())),
                false => What::Refused(ProvisionError::Line),
            }),
        }
    }

    /// An option, such as `STEP_SIZE 30`. Those of no interest here are ignored.
    fn option(&mut self, option: &str) -> Result<(), ProvisionError> {
        let mut words = option.split_ascii_whitespace();
        let (name, rest) = (words.next().unwrap_or_default(), words);
        let one = rest.clone().next().unwrap_or_default();
        match name {
            "TOTP_AUTH" => {
                self.timed = true;
                Ok(())
            }
            "HOTP_COUNTER" => once(&mut self.counter, one.parse().ok(), ProvisionError::Counter),
            "STEP_SIZE" => once(&mut self.period, one.parse().ok(), ProvisionError::Period),
            "TIME_SKEW" => once(&mut self.ahead, one.parse().ok(), ProvisionError::Clock),
            "WINDOW_SIZE" => once(&mut self.window, one.parse().ok(), ProvisionError::Clock),
            "DISALLOW_REUSE" => {
                let steps = rest.map(|step| step.parse().ok()).collect::<Option<Vec<u64>>>();
                let latest = steps.map(|steps| steps.into_iter().max());
                once(&mut self.used, latest, ProvisionError::Clock)
            }
            _ => Ok(()),
        }
    }

    /// The token, with the number of its line; none in a file without lines.
    pub(super) fn token(self) -> Option<(u64, What)> {
        /// The module's own, where the file has no `WINDOW_SIZE`.
        const WINDOW: u64 = 3;
        let (number, secret) = self.secret?;
        // A counter goes before the time; without either the module lets nobody in.
        let kind = match (self.counter.filter(|counter| *counter > 0), self.timed) {
            (Some(counter), _) => Ok(TokenKind::Hotp { counter }),
            (None, true) => Ok(TokenKind::Totp { period: self.period.unwrap_or(30), start: 0 }),
            (None, false) => Err(ProvisionError::Kind),
        };
        let key = secret
            .and_then(|secret| Ok((secret, kind?)))
            .and_then(|(secret, kind)| OathKey::new(kind, Algorithm::Sha1, 6, &secret));
        let what = key.map(|key| {
            let timed = matches!(key.kind(), TokenKind::Totp { .. });
            let clock_ahead = self.ahead.filter(|_| timed).unwrap_or(0);
            let ahead = self.window.unwrap_or(WINDOW) / 2;
            let used = self.used.map_or(Used::UpToNow { ahead }, Used::UpTo);
            let label = "google-authenticator".into();
            What::Token(Box::new(Token { label, key, used, clock_ahead }))
        });
        Some((number, what.unwrap_or_else(What::Refused)))
    }
}

/// The module takes the first of two; here nobody has to know that.
fn once<T>(
    slot: &mut Option<T>,
    value: Option<T>,
    otherwise: ProvisionError,
) -> Result<(), ProvisionError> {
    match slot.replace(value.ok_or(otherwise)?) {
        None => Ok(()),
        Some(_) => Err(ProvisionError::Line),
    }
}
