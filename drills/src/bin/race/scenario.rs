//! The scenarios: what the calls do, how many of them may be judged, and how that is printed.

use core::fmt;

use pinbolt::policy::Builder;
use pinbolt_drills::{Result, policy};

use crate::counts::Counts;

/// What all the calls of a race do at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// Each types another wrong code of one challenge.
    WrongCodes,
    /// Each types the right code of one challenge.
    SameCode,
    /// Each types another wrong PIN.
    WrongPins,
    /// One person clicks twice.
    DoubleClick,
}

impl Scenario {
    pub(crate) const ALL: [Self; 4] =
        [Self::WrongCodes, Self::SameCode, Self::WrongPins, Self::DoubleClick];

    const fn name(self) -> &'static str {
        match self {
            Self::WrongCodes => "wrong-codes",
            Self::SameCode => "same-code",
            Self::WrongPins => "wrong-pins",
            Self::DoubleClick => "double-click",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|scenario| scenario.name() == name);
        found.ok_or_else(|| format!("no scenario is called {name}").into())
    }

    pub(crate) const fn calls(self) -> u32 {
        match self {
            Self::WrongCodes | Self::WrongPins => 200,
            Self::SameCode => 100,
            Self::DoubleClick => 2,
        }
    }

    /// How many guesses may be judged.
    pub(crate) const fn limit(self) -> u32 {
        match self {
            Self::WrongCodes | Self::WrongPins => 5,
            Self::SameCode | Self::DoubleClick => 1,
        }
    }

    const fn accepted(self) -> u32 {
        match self {
            Self::WrongCodes | Self::WrongPins => 0,
            Self::SameCode | Self::DoubleClick => 1,
        }
    }

    /// Every judged guess was wrong and stays counted, or was right and counts nothing.
    const fn failures(self) -> u32 {
        self.limit().saturating_sub(self.accepted())
    }

    pub(crate) fn policy(self) -> Result<Builder> {
        Ok(policy().set("code.tries", 5)?.set("throttle.burst", 5)?)
    }

    /// The line that stands for a race, without the store's name.
    pub(crate) fn line(self, counts: &Counts, failures: u32) -> String {
        let (calls, limit) = (self.calls(), self.limit());
        let Counts { judged, discarded, hashed, accepted, .. } = counts;
        let head = format!("{self} calls={calls} limit={limit}");
        match self {
            Self::WrongCodes | Self::SameCode => {
                format!("{head} judged={judged} discarded={discarded} accepted={accepted}")
            }
            Self::WrongPins => format!("{head} hashed={hashed} accepted={accepted}"),
            Self::DoubleClick => {
                format!("{head} judged={judged} accepted={accepted} failures={failures}")
            }
        }
    }

    /// Holds the counts against the limits. Fewer than the limit is wrong too: then the race
    /// wasn't run.
    pub(crate) fn check(self, counts: &Counts, failures: u32) -> Result<()> {
        let hashed = if self == Self::WrongPins { self.limit() } else { 0 };
        let expected = [
            ("judged", counts.judged, self.limit()),
            ("released", counts.released, self.limit()),
            ("accepted", counts.accepted, self.accepted()),
            ("hashed", counts.hashed, hashed),
            ("counted failures", failures, self.failures()),
            ("failed calls", counts.failed, 0),
        ];
        match expected.into_iter().find(|(_, found, expected)| found != expected) {
            None => Ok(()),
            Some((what, found, expected)) => {
                Err(format!("{what}: {found} instead of {expected}").into())
            }
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
