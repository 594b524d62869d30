//! Which steps and counters a code may be of.

/// The numbers that a policy gives to tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Windows {
    /// Steps before the present one.
    pub(crate) back: u32,
    /// Steps after it.
    pub(crate) ahead: u32,
    /// How far a clock, as last seen, widens the window toward it.
    pub(crate) drift: u32,
    /// Counters beyond the next.
    pub(crate) look_ahead: u32,
    /// How far two consecutive codes are looked for; for a clock both ways.
    pub(crate) resync: u32,
}

/// So many steps or counters from the first on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: u64,
    pub(crate) count: u32,
}

impl Windows {
    /// The steps around `step`, wider toward the drift that was last seen: the true time always
    /// stays inside.
    pub(crate) fn steps(&self, step: u64, drift: i32) -> Span {
        let seen = drift.unsigned_abs().min(self.drift);
        let (slow, fast) = if drift < 0 { (seen, 0) } else { (0, seen) };
        around(step, (self.back.saturating_add(slow), self.ahead.saturating_add(fast)))
    }

    /// The steps around `step` for a clock that was not seen before.
    pub(crate) fn widest(&self, step: u64) -> Span {
        let ahead = self.ahead.saturating_add(self.drift);
        around(step, (self.back.saturating_add(self.drift), ahead))
    }

    /// The steps around `step` for two consecutive codes.
    pub(crate) fn far(&self, step: u64) -> Span {
        around(step, (self.resync, self.resync))
    }

    /// The drift that a match shows, within its bound.
    pub(crate) fn drift(&self, step: u64, matched: u64) -> i32 {
        difference(step, matched, self.drift)
    }

    /// How far a clock is off, as two codes show.
    pub(crate) fn offset(&self, step: u64, matched: u64) -> i32 {
        difference(step, matched, self.resync)
    }
}

impl Span {
    /// The part from `from` on.
    pub(crate) fn since(self, from: u64) -> Self {
        let cut = u32::try_from(from.saturating_sub(self.first)).unwrap_or(u32::MAX);
        let first = self.first.max(from);
        Self { first, count: self.count.saturating_sub(cut) }
    }

    /// The part before `end`.
    pub(crate) fn until(self, end: u64) -> Self {
        let room = u32::try_from(end.saturating_sub(self.first)).unwrap_or(u32::MAX);
        Self { count: self.count.min(room), ..self }
    }

    pub(crate) fn contains(&self, at: u64) -> bool {
        at.checked_sub(self.first).is_some_and(|past| past < u64::from(self.count))
    }
}

fn around(step: u64, (back, ahead): (u32, u32)) -> Span {
    let first = step.saturating_sub(back.into());
    let last = step.saturating_add(ahead.into());
    let count = u32::try_from(last.saturating_sub(first)).unwrap_or(0).saturating_add(1);
    Span { first, count }
}

fn difference(step: u64, matched: u64, most: u32) -> i32 {
    let most = i128::from(most);
    let seen = i128::from(matched).saturating_sub(step.into());
    i32::try_from(seen.clamp(most.saturating_neg(), most)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOWS: Windows = Windows { back: 1, ahead: 0, drift: 2, look_ahead: 5, resync: 50 };

    #[test]
    fn failure_34_the_exact_steps() {
        for (drift, first, count) in
            [(0, 99, 2), (-1, 98, 3), (-2, 97, 4), (1, 99, 3), (2, 99, 4), (-9, 97, 4), (9, 99, 4)]
        {
            assert_eq!(WINDOWS.steps(100, drift), Span { first, count }, "drift {drift}");
        }
        assert_eq!(WINDOWS.widest(100), Span { first: 97, count: 6 });
        assert_eq!(WINDOWS.far(100), Span { first: 50, count: 101 });
        assert_eq!(WINDOWS.steps(0, -2), Span { first: 0, count: 1 });
        let last = WINDOWS.steps(u64::MAX, 2);
        assert_eq!(last, Span { first: u64::MAX - 1, count: 2 });
    }

    #[test]
    fn a_span_is_cut_without_overlap_or_gap() {
        let span = Span { first: 10, count: 5 };
        for at in 0..30 {
            let (low, high) = (span.until(at), span.since(at));
            assert_eq!(low.count + high.count, 5);
            for step in 0..30 {
                assert_eq!(low.contains(step) | high.contains(step), span.contains(step));
                assert!(!(low.contains(step) & high.contains(step)));
            }
        }
    }

    #[test]
    fn failure_30_drift_and_offset_have_bounds() {
        for (step, matched, drift, offset) in [
            (100, 100, 0, 0),
            (100, 99, -1, -1),
            (100, 104, 2, 4),
            (0, u64::MAX, 2, 50),
            (u64::MAX, 0, -2, -50),
        ] {
            assert_eq!(WINDOWS.drift(step, matched), drift);
            assert_eq!(WINDOWS.offset(step, matched), offset);
        }
    }
}
