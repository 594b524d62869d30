//! The file of Google's PAM module, `~/.google_authenticator`: one account's.

use pinbolt::{
    oath::{Algorithm, Totp},
    op::TokenKind,
};
use zeroize::Zeroizing;

use super::lines::{AccountLines, Token, What};
use crate::{OathKey, ProvisionError, base32};

/// The file as far as it was read. Its parts stand in any order; the token is made at its end.
pub(super) struct File {
    lines: AccountLines,
    secret: Option<(u64, Secret)>,
    timed: bool,
    counter: Option<u64>,
    period: u32,
    ahead: i32,
    /// The latest step used, where the module keeps account of them.
    used: Option<Option<u64>>,
}

type Secret = Result<Zeroizing<Vec<u8>>, ProvisionError>;

impl File {
    pub(super) fn of(account: &str) -> Self {
        Self {
            lines: AccountLines::of(Some(account.into())),
            secret: None,
            timed: false,
            counter: None,
            period: 30,
            ahead: 0,
            used: None,
        }
    }

    pub(super) fn line(&mut self, number: u64, text: Result<&str, ProvisionError>) {
        let what = match (text, text.ok().and_then(|text| text.strip_prefix("\" "))) {
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
        };
        if let Some(what) = what {
            self.lines.push(number, what);
        }
    }

    /// An option, such as `STEP_SIZE 30`. Those of no interest here are ignored.
    fn option(&mut self, option: &str) -> Result<(), ProvisionError> {
        let mut words = option.split_ascii_whitespace();
        let (name, rest) = (words.next().unwrap_or_default(), words);
        let one = rest.clone().next().unwrap_or_default();
        match name {
            "TOTP_AUTH" => self.timed = true,
            "HOTP_COUNTER" => {
                self.counter = Some(one.parse().map_err(|_| ProvisionError::Counter)?);
            }
            "STEP_SIZE" => self.period = one.parse().map_err(|_| ProvisionError::Period)?,
            "TIME_SKEW" => self.ahead = one.parse().map_err(|_| ProvisionError::Clock)?,
            "DISALLOW_REUSE" => {
                let steps = rest.map(|step| step.parse().map_err(|_| ProvisionError::Clock));
                let steps = steps.collect::<Result<Vec<u64>, _>>()?;
                self.used = Some(steps.into_iter().max());
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn end(mut self, now: u64) -> AccountLines {
        if let Some((number, secret)) = self.secret.take() {
            let token = secret.and_then(|secret| self.token(&secret, now));
            let what = token.unwrap_or_else(What::Refused);
            self.lines.push(number, what);
            self.lines.tells_codes = true;
        }
        self.lines.entries.sort_unstable_by_key(|entry| entry.line);
        self.lines
    }

    /// A counter goes before the time; without either the module lets nobody in.
    fn token(&self, secret: &[u8], now: u64) -> Result<What, ProvisionError> {
        let kind = match (self.counter.filter(|counter| *counter > 0), self.timed) {
            (Some(counter), _) => TokenKind::Hotp { counter },
            (None, true) => TokenKind::Totp { period: self.period, start: 0 },
            (None, false) => return Err(ProvisionError::Kind),
        };
        let key = OathKey::new(kind, Algorithm::Sha1, 6, secret)?;
        let timed = matches!(kind, TokenKind::Totp { .. });
        // Where codes may be used again there, all are over here until the moment of the import.
        let present = Totp::step_of(now, (self.period, 0)).unwrap_or(0);
        let present = present.saturating_add_signed(self.ahead.into());
        let last_step = if timed { self.used.unwrap_or(Some(present)) } else { None };
        let clock_ahead = if timed { self.ahead } else { 0 };
        let label = "google-authenticator".into();
        Ok(What::Token(Box::new(Token { label, key, last_step, clock_ahead })))
    }
}
