//! From the lines of an account to the verb, and from its outcome back to the lines.

use std::fmt;

use pinbolt::{
    Error, Failure, Misuse, Operator, Refusal,
    op::{Failures, Import, Imported, ImportedToken, Took, Weak},
};

use super::lines::{AccountLines, Entry, What};
use crate::ProvisionError;

/// What the lines of an account hold, for the verb [`Import`].
pub struct Moving<'a> {
    tokens: Vec<ImportedToken<'a>>,
    recovery_codes: Option<Vec<&'a str>>,
    pin: Option<&'a str>,
    failures: Option<Failures>,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// Nothing is known that stands against taking it.
    Ready,
    /// What the verb made of it.
    Took(Took),
    /// It needs not be taken.
    Skipped(Why),
    /// It can't be read, can't be taken from there, or the engine refuses it; with it all lines of its
    /// account.
    Refused(Why),
    /// Nothing is wrong with it, but its account was not taken.
    HeldBack(Why),
    /// The infrastructure failed; run the import again.
    Failed(Why),
}

/// Why a line was not taken: a row of the engine's tables, or of [`ProvisionError`]'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Why {
    /// The stable code, the same in Rust, C and Python.
    pub code: u16,
    /// The name, the same in Rust, C and Python.
    pub name: &'static str,
    /// One sentence for it, free of anything secret or personal.
    pub sentence: &'static str,
}

impl Fate {
    /// Its name, the same in Rust, C and Python.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::Took(took) => took.name(),
            Self::Skipped(_) => "Skipped",
            Self::Refused(_) => "Refused",
            Self::HeldBack(_) => "HeldBack",
            Self::Failed(_) => "Failed",
        }
    }

    /// Why it was not taken.
    #[must_use]
    pub const fn why(self) -> Option<Why> {
        match self {
            Self::Ready | Self::Took(_) => None,
            Self::Skipped(why) | Self::Refused(why) | Self::HeldBack(why) | Self::Failed(why) => {
                Some(why)
            }
        }
    }
}

impl fmt::Display for Fate {
    /// Its name, and why in a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why() {
            Some(why) => write!(f, "{}: {}", self.name(), why.sentence),
            None => f.write_str(self.name()),
        }
    }
}

impl Why {
    /// The row of a refusal, misuse or failure of the engine, by its stable code.
    #[must_use]
    pub fn of_code(code: u16) -> Option<Self> {
        let rows = Refusal::TABLE.iter().chain(Misuse::TABLE).chain(Failure::TABLE);
        let (code, name, sentence) = *rows.clone().find(|row| row.0 == code)?;
        Some(Self { code, name, sentence })
    }

    fn is_failure(&self) -> bool {
        Failure::TABLE.iter().any(|row| row.0 == self.code)
    }
}

impl From<ProvisionError> for Why {
    fn from(why: ProvisionError) -> Self {
        Self { code: why.code(), name: why.name(), sentence: why.sentence() }
    }
}

impl From<Error> for Why {
    fn from(why: Error) -> Self {
        Self { code: why.code(), name: why.name(), sentence: why.sentence() }
    }
}

impl fmt::Debug for Moving<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Moving").field("tokens", &self.tokens.len()).finish_non_exhaustive()
    }
}

impl Moving<'_> {
    /// The verb, for this account.
    #[must_use]
    pub fn import<'b>(
        &'b self,
        account: &'b str,
        (operator, dangerously_accept): (Operator, Weak),
    ) -> Import<'b> {
        Import {
            account,
            tokens: &self.tokens,
            recovery_codes: self.recovery_codes.as_deref(),
            pin: self.pin,
            failures: self.failures,
            dangerously_accept,
            operator,
        }
    }
}

impl AccountLines {
    /// What there is to be moved; none where a line holds the account back.
    #[must_use]
    pub fn moving(&self) -> Option<Moving<'_>> {
        let tokens = self.entries.iter().filter_map(|entry| self.token(entry)).collect();
        let codes = self.entries.iter().filter_map(|entry| match &entry.what {
            What::RecoveryCode(code) => Some(code.as_str()),
            _ => None,
        });
        // A set without codes says that all were used.
        let told = |entry: &Entry| matches!(entry.what, What::Frame | What::RecoveryCode(_));
        let told = self.tells_codes || self.entries.iter().any(told);
        let recovery_codes = told.then(|| codes.collect());
        let failures = self.failures.map(|(count, last)| Failures { count, last });
        let pin = self.pin.as_ref().map(|pin| pin.as_str());
        self.complete().then_some(Moving { tokens, recovery_codes, pin, failures })
    }

    /// What becomes of each line, by its number, in their order: of the verb's outcome, or where it was
    /// not run.
    #[must_use]
    pub fn fates(&self, outcome: Result<Option<&Imported>, Why>, weak: Weak) -> Vec<(u64, Fate)> {
        let mut tokens = outcome.iter().flatten().flat_map(|imported| &imported.tokens);
        let alone = self.entries.iter().any(|entry| self.misuse(entry, weak).is_some());
        let codes = self.entries.iter().any(|entry| matches!(entry.what, What::RecoveryCode(_)));
        let fate = |entry: &Entry| match (self.fault(&entry.what), &entry.what, outcome) {
            (_, What::Skipped(why), _) => Fate::Skipped((*why).into()),
            (_, What::Refused(why), _) => Fate::Refused((*why).into()),
            (Some(why), _, _) => Fate::HeldBack(why.into()),
            (None, What::Frame, _) if !codes => Fate::Skipped(ProvisionError::AllUsed.into()),
            (None, _, Ok(None)) => Fate::Ready,
            (None, What::Token(_), Ok(Some(_))) => {
                Fate::Took(tokens.next().map_or(Took::Gone, |(took, _)| *took))
            }
            (None, _, Ok(Some(imported))) => {
                Fate::Took(imported.recovery_codes.unwrap_or(Took::Kept))
            }
            (None, _, Err(failure)) if failure.is_failure() => Fate::Failed(failure),
            (None, _, Err(no)) => match (self.misuse(entry, weak), alone) {
                (Some(misuse), _) => Fate::Refused(Error::Misuse(misuse).into()),
                (None, true) => Fate::HeldBack(ProvisionError::HeldBack.into()),
                (None, false) => Fate::Refused(no),
            },
        };
        let fates: Vec<_> = self.entries.iter().map(fate).collect();
        self.entries.iter().map(|entry| entry.line).zip(fates).collect()
    }

    fn token<'a>(&self, entry: &'a Entry) -> Option<ImportedToken<'a>> {
        let What::Token(token) = &entry.what else { return None };
        Some(ImportedToken {
            label: &token.label,
            kind: token.key.kind(),
            algorithm: token.key.algorithm(),
            digits: token.key.digits(),
            secret: token.key.secret(),
            last_step: token.last_step(self.now),
            clock_ahead: token.clock_ahead,
        })
    }

    /// What the verb says of this line alone.
    fn misuse(&self, entry: &Entry, weak: Weak) -> Option<Misuse> {
        match &entry.what {
            What::RecoveryCode(code) => Import::check_recovery_code(code, weak).err(),
            _ => self.token(entry)?.check(weak).err(),
        }
    }
}
