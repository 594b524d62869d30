//! An attempt: guesses at one or more authenticators, looked at together and counted before they
//! are judged.

use super::row::Moment;
use crate::{
    error::Refusal,
    guard::{Authenticator, Gate, Lane, Reservation},
    record::{Account, State},
};

/// A guess at one authenticator.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess {
    pub(super) authenticator: Authenticator,
    pub(super) lane: Lane,
    /// One, or the tokens that it is compared with.
    pub(super) count: u32,
}

impl Guess {
    pub(super) const fn one(authenticator: Authenticator, lane: Lane) -> Self {
        Self { authenticator, lane, count: 1 }
    }

    /// Counts it as failed.
    pub(super) fn reserve(self, record: &mut Account, moment: &Moment<'_>) -> Reservation {
        let rules = moment.pinbolt.policy().ledger();
        let ledger = record.ledger_mut(self.authenticator, self.lane);
        ledger.reserve(&rules, moment.now, self.count)
    }
}

/// Whether all guesses may be made now; where not, the latest of their waits.
///
/// # Errors
/// `Throttled`, `Waiting`; where accounts aren't hidden also `Disabled`, `Blocked` and `Inactive`.
pub(super) fn open(
    record: &Account,
    moment: &Moment<'_>,
    guesses: &[Guess],
) -> Result<(), Refusal> {
    ledgers(record, moment, guesses)?;
    let hides = moment.pinbolt.hides_accounts();
    match record.state {
        State::Blocked if !hides => Err(Refusal::Blocked),
        State::Active if record.inactive && !hides => Err(Refusal::Inactive),
        _ => Ok(()),
    }
}

/// What the ledgers alone say.
pub(super) fn ledgers(
    record: &Account,
    moment: &Moment<'_>,
    guesses: &[Guess],
) -> Result<(), Refusal> {
    let rules = moment.pinbolt.policy().ledger();
    let hides = moment.pinbolt.hides_accounts();
    let gate = |guess: &Guess| {
        let ledger = record.ledger(guess.authenticator, guess.lane);
        ledger.gate(&rules, moment.now, guess.count)
    };
    let closed = guesses.iter().filter_map(|guess| match gate(guess) {
        Gate::Waiting(until) => Some((until, Refusal::Waiting { until })),
        Gate::Throttled(until) => Some((until, Refusal::Throttled { until })),
        Gate::Disabled | Gate::Open => None,
    });
    if let Some((_, refusal)) = closed.max_by_key(|(until, _)| *until) {
        return Err(refusal);
    }
    match !hides && guesses.iter().any(|guess| gate(guess) == Gate::Disabled) {
        true => Err(Refusal::Disabled),
        false => Ok(()),
    }
}

/// The reserved guess was right: the count starts over.
pub(super) fn succeed(record: &mut Account, moment: &Moment<'_>, reservation: &Reservation) {
    let rules = moment.pinbolt.policy().ledger();
    let Reservation { authenticator, lane, .. } = *reservation;
    record.ledger_mut(authenticator, lane).succeed(reservation, &rules);
}

/// Gives back a guess that was never judged, or stood beside a used code.
pub(super) fn refund(record: &mut Account, moment: &Moment<'_>, reservation: &Reservation) {
    let rules = moment.pinbolt.policy().ledger();
    let Reservation { authenticator, lane, .. } = *reservation;
    record.ledger_mut(authenticator, lane).refund(reservation, &rules);
}
