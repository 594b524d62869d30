//! What an account's ledgers say, in a form that can be compared.

use std::collections::BTreeMap;

use pinbolt::{
    Authenticator, Lane,
    op::{Description, LedgerState},
};

/// Failures and, where the next guess must wait, until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) failures: u32,
    pub(crate) opens: Option<u64>,
}

/// The ledgers of an account; one that says nothing is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledgers(BTreeMap<(&'static str, Lane), Counted>);

impl Ledgers {
    /// As `describe` shows them.
    pub(crate) fn of(seen: &Description) -> Self {
        let ledger = |l: &LedgerState| {
            let counted = Counted { failures: l.failures, opens: l.opens };
            ((l.authenticator.name(), l.lane), counted)
        };
        Self(seen.ledgers.iter().map(ledger).collect())
    }

    pub(crate) fn get(&self, what: Authenticator, lane: Lane) -> Counted {
        self.0.get(&(what.name(), lane)).copied().unwrap_or_default()
    }

    /// One more failure, and perhaps a wait.
    pub(crate) fn fail(&mut self, what: Authenticator, lane: Lane, opens: Option<u64>) {
        self.fail_by(1, (what, lane), opens);
    }

    /// So many more at once: as many as a guess was compared with.
    pub(crate) fn fail_by(
        &mut self,
        by: u32,
        (what, lane): (Authenticator, Lane),
        opens: Option<u64>,
    ) {
        let failures = self.get(what, lane).failures.saturating_add(by);
        self.0.insert((what.name(), lane), Counted { failures, opens });
    }

    /// A success, or an unlock of this lane.
    pub(crate) fn reset(&mut self, what: Authenticator, lane: Lane) {
        self.0.remove(&(what.name(), lane));
    }
}
