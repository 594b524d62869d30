//! The lines of one account.

use std::fmt;

use pinbolt::{oath::Totp, op::TokenKind};
use zeroize::Zeroizing;

use crate::{OathKey, ProvisionError};

/// The most tokens and the most recovery codes that an import takes of one account.
const MAX_TOKENS: usize = 8;
const MAX_CODES: usize = 16;

/// The lines of one account, as the other system's file has them. `Debug` shows nothing of them.
pub struct AccountLines {
    pub(super) name: Option<String>,
    pub(super) account: Option<String>,
    /// Whose they are there, where the name doesn't tell alone.
    pub(super) person: Option<String>,
    /// When the last of them was read, in Unix milliseconds.
    pub(super) now: u64,
    pub(super) entries: Vec<Entry>,
    pub(super) pin: Option<Zeroizing<String>>,
    pub(super) failures: Option<(u32, u64)>,
    pub(super) held: Option<ProvisionError>,
    /// Whether the format always tells which recovery codes are left: then none are, where it has none.
    pub(super) tells_codes: bool,
}

/// One line of an account.
pub(super) struct Entry {
    pub(super) line: u64,
    pub(super) what: What,
}

/// What a line holds.
pub(super) enum What {
    Token(Box<Token>),
    RecoveryCode(Zeroizing<String>),
    /// What only holds other lines together.
    Frame,
    Skipped(ProvisionError),
    Refused(ProvisionError),
}

/// A token, and how far the other system has used it.
pub(super) struct Token {
    pub(super) label: String,
    pub(super) key: OathKey,
    pub(super) used: Used,
    pub(super) clock_ahead: i32,
}

/// Which codes of a timed token are over.
pub(super) enum Used {
    /// Those up to this step; none.
    UpTo(Option<u64>),
    /// Nothing tells: all up to the present, and those of so many steps which the other system may have
    /// taken ahead of it.
    UpToNow { ahead: u64 },
}

impl Token {
    /// The last step whose code is over at `now`.
    pub(super) fn last_step(&self, now: u64) -> Option<u64> {
        let clock = match self.key.kind() {
            TokenKind::Totp { period, start } => (period, start),
            TokenKind::Steam => (30, 0),
            _ => return None,
        };
        match self.used {
            Used::UpTo(last) => last,
            Used::UpToNow { ahead } => {
                let present =
                    Totp::step_of(now, clock)?.saturating_add_signed(self.clock_ahead.into());
                Some(present.saturating_add(ahead))
            }
        }
    }
}

impl AccountLines {
    /// The most lines that an account may have.
    pub const MAX_LINES: usize = 64;

    pub(super) const fn of(name: Option<String>) -> Self {
        Self {
            name,
            account: None,
            person: None,
            now: 0,
            entries: Vec::new(),
            pin: None,
            failures: None,
            held: None,
            tells_codes: false,
        }
    }

    /// Whose they are, as the file has it; `None` for lines that can't be read, which may be anyone's.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whose account that is here, if anybody's.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The lines' numbers, from 1, each with why it isn't taken, if that is known before the account is
    /// looked at. Of too many lines the first one too many is the last that is told.
    pub fn lines(&self) -> impl Iterator<Item = (u64, Option<ProvisionError>)> {
        self.entries.iter().map(|entry| (entry.line, self.fault(&entry.what)))
    }

    /// Whether nothing stands against taking the account: a line that is refused holds back all others.
    #[must_use]
    pub fn complete(&self) -> bool {
        let refused = |entry: &Entry| matches!(entry.what, What::Refused(_));
        self.name.is_some() && self.held.is_none() && !self.entries.iter().any(refused)
    }

    /// Holds all of them back, for this reason.
    pub fn hold(&mut self, why: ProvisionError) {
        self.held = Some(why);
    }

    pub(super) fn fault(&self, what: &What) -> Option<ProvisionError> {
        match what {
            What::Refused(why) | What::Skipped(why) => Some(*why),
            _ if self.complete() => None,
            _ => Some(self.held.unwrap_or(ProvisionError::HeldBack)),
        }
    }

    /// Takes one more line; the first one too many is refused, and with it the account. So is a token
    /// or a recovery code beyond those that an import takes.
    pub(super) fn push(&mut self, line: u64, what: What) {
        let held =
            |of: fn(&What) -> bool| self.entries.iter().filter(|entry| of(&entry.what)).count();
        let full = match (&what, self.entries.len()) {
            (_, most) if most > Self::MAX_LINES => return,
            (_, Self::MAX_LINES) => true,
            (What::Token(_), _) => held(|what| matches!(what, What::Token(_))) >= MAX_TOKENS,
            (What::RecoveryCode(_), _) => {
                held(|what| matches!(what, What::RecoveryCode(_))) >= MAX_CODES
            }
            _ => false,
        };
        let what = if full { What::Refused(ProvisionError::TooManyLines) } else { what };
        self.entries.push(Entry { line, what });
    }

    /// Of several counts of failures the highest, which is of the latest.
    pub(super) fn failed(&mut self, count: u32, last: u64) {
        let (most, latest) = self.failures.unwrap_or_default();
        if count > 0 {
            self.failures = Some((most.max(count), latest.max(last)));
        }
    }
}

impl fmt::Debug for AccountLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountLines").field("lines", &self.entries.len()).finish_non_exhaustive()
    }
}

/// A label of at most 64 bytes from what the other system calls the token.
pub(super) fn label(text: &str, otherwise: &str) -> String {
    const MOST: usize = 64;
    let mut label = String::new();
    for c in text.trim().chars().filter(|c| !c.is_control()) {
        if label.len().saturating_add(c.len_utf8()) > MOST {
            break;
        }
        label.push(c);
    }
    match label.is_empty() {
        true => otherwise.into(),
        false => label,
    }
}
