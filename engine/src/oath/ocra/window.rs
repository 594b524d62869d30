//! Where a response is looked for, and where it was found.

use super::suite::Suite;
use crate::error::Misuse;

/// At which counters and steps a response is looked for. The time of a matching, and what a guess
/// is worth, grow with the number of places: keep it small.
///
/// ```
/// use pinbolt::oath::ocra::Window;
///
/// // Five counters from the expected one on, at the present step, the one before and the one after.
/// let window = Window::ONE.counters(5).steps(1, 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    counters: u32,
    back: u32,
    ahead: u32,
}

impl Window {
    /// The most places, counters times steps.
    pub const MAX: u32 = 1000;
    /// The inputs' own counter and step, and no other.
    pub const ONE: Self = Self { counters: 1, back: 0, ahead: 0 };

    /// So many counters: the inputs' own and those after it. Of 0, nothing is ever found.
    #[must_use]
    pub const fn counters(self, count: u32) -> Self {
        Self { counters: count, ..self }
    }

    /// So many steps before that of the inputs' time, and after it.
    #[must_use]
    pub const fn steps(self, back: u32, ahead: u32) -> Self {
        Self { back, ahead, ..self }
    }

    pub(super) fn check(self, suite: &Suite) -> Result<(), Misuse> {
        let steps = u64::from(self.back).saturating_add(self.ahead.into()).saturating_add(1);
        let places = steps.saturating_mul(self.counters.into());
        let counters = suite.counter() || self.counters == 1;
        let steps = suite.step().is_some() || steps == 1;
        (counters && steps && places <= Self::MAX.into()).then_some(()).ok_or(Misuse::OcraInput)
    }

    /// Counters past the last don't exist.
    pub(super) fn counters_from(self, first: u64) -> impl Iterator<Item = u64> {
        (0..self.counters).map_while(move |offset| first.checked_add(offset.into()))
    }

    /// Nor do steps before 1970.
    pub(super) fn steps_around(self, step: u64) -> impl Iterator<Item = u64> {
        step.saturating_sub(self.back.into())..=step.saturating_add(self.ahead.into())
    }
}

/// Where a response was right; only [`Ocra::matching`](super::Ocra::matching) makes one.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub struct Matched {
    counter: Option<u64>,
    step: Option<u64>,
}

impl Matched {
    /// The counter; `None` if the suite has none. The next one is expected from now on.
    #[must_use]
    pub const fn counter(&self) -> Option<u64> {
        self.counter
    }

    /// The time step, in the suite's steps since 1970; `None` if the suite has none.
    #[must_use]
    pub const fn step(&self) -> Option<u64> {
        self.step
    }

    pub(super) fn at(suite: &Suite, (counter, step): (u64, u64)) -> Self {
        Self { counter: suite.counter().then_some(counter), step: suite.step().map(|_| step) }
    }
}
