//! What a race counts.

use core::{fmt, iter::Sum, str::FromStr};

use pinbolt_drills::{Result, Trouble};

/// The counts of one call, of a process's calls, or of a whole race.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Calls whose first write on the account's row was applied. In these verbs it carries a
    /// comparison, or allows one hash. Those that were told of a used code stand apart.
    pub(crate) judged: u32,
    /// Writes on it that lost their race, and with them their verdict.
    pub(crate) discarded: u32,
    /// Argon2 runs.
    pub(crate) hashed: u32,
    /// Calls that were let in.
    pub(crate) accepted: u32,
    /// Answers that depend on a comparison, the accepted ones among them.
    pub(crate) released: u32,
    /// Calls that were told, by a write, that their code is used.
    pub(crate) reused: u32,
    /// Writes that settled what a call's first one had counted.
    pub(crate) settled: u32,
    /// Calls that ended in a failure.
    pub(crate) failed: u32,
}

impl Counts {
    const fn all(&self) -> [u32; 8] {
        let Self { judged, discarded, hashed, accepted, released, reused, settled, failed } = *self;
        [judged, discarded, hashed, accepted, released, reused, settled, failed]
    }

    const fn of(counts: [u32; 8]) -> Self {
        let [judged, discarded, hashed, accepted, released, reused, settled, failed] = counts;
        Self { judged, discarded, hashed, accepted, released, reused, settled, failed }
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, next| {
            let mut both = sum.all().into_iter().zip(next.all());
            Self::of(core::array::from_fn(|_| both.next().map_or(0, |(a, b)| a.saturating_add(b))))
        })
    }
}

/// As one process tells another.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.all().iter().try_for_each(|count| write!(f, "{count} "))
    }
}

impl FromStr for Counts {
    type Err = Trouble;

    fn from_str(line: &str) -> Result<Self> {
        let counts: Vec<u32> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let counts = counts.try_into().map_err(|_| format!("these are no counts: {line:?}"))?;
        Ok(Self::of(counts))
    }
}
