//! A sliding throttle: the generic cell rate algorithm over one stored number, the theoretical
//! arrival time (`tat`) in Unix milliseconds.
//!
//! A pure step of its own rather than a rate-limiting crate: it must be looked at without being
//! spent, give one cell back, and never wrap.

/// So many at once, then one each interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// How many pass at once, at least 1.
    pub(crate) burst: u32,
    /// Milliseconds until one more passes.
    pub(crate) interval: u64,
}

impl Rate {
    /// When the next `cells` may pass, if not now. A throttle at rest lets any number pass, or more
    /// than a burst never would.
    pub(crate) fn full_until(&self, tat: u64, now: u64, cells: u32) -> Option<u64> {
        let opens = self.spend(tat, now, cells).saturating_sub(self.capacity()).min(tat);
        (opens > now).then_some(opens)
    }

    /// The stored number once `cells` have passed.
    pub(crate) fn spend(&self, tat: u64, now: u64, cells: u32) -> u64 {
        tat.max(now).saturating_add(self.interval.saturating_mul(cells.into()))
    }

    /// The stored number once `cells` were given back.
    pub(crate) fn give_back(&self, tat: u64, cells: u32) -> u64 {
        tat.saturating_sub(self.interval.saturating_mul(cells.into()))
    }

    /// The stored number under a clock that was set back from `seen` to `now`: empty at worst, or as
    /// far beyond as a guess of more cells than a burst has left it; never full.
    pub(crate) fn clamp(&self, tat: u64, (seen, now): (u64, u64)) -> u64 {
        let left = self.capacity().max(tat.saturating_sub(seen));
        tat.min(now.saturating_add(left))
    }

    /// How long it shows what `cells` at once have spent, in milliseconds.
    pub(crate) fn memory(&self, cells: u32) -> u64 {
        self.interval.saturating_mul(self.burst.max(cells).into())
    }

    /// How long a full one takes to be forgotten, in milliseconds.
    pub(crate) const fn capacity(&self) -> u64 {
        self.interval.saturating_mul(self.burst as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 10, interval: 43_200_000 };
    const NOW: u64 = 1_800_000_000_000;

    #[test]
    fn ten_at_once_then_two_a_day() {
        let mut tat = 0;
        for _ in 0..10 {
            assert_eq!(RATE.full_until(tat, NOW, 1), None);
            tat = RATE.spend(tat, NOW, 1);
        }
        let opens = RATE.full_until(tat, NOW, 1);
        assert_eq!(opens, Some(NOW + RATE.interval));
        assert_eq!(RATE.full_until(tat, NOW + RATE.interval - 1, 1), opens);
        assert_eq!(RATE.full_until(tat, NOW + RATE.interval, 1), None);
    }

    #[test]
    fn one_given_back_is_one() {
        let mut tat = 0;
        for _ in 0..10 {
            tat = RATE.spend(tat, NOW, 1);
        }
        tat = RATE.give_back(tat, 1);
        assert_eq!(RATE.full_until(tat, NOW, 1), None);
        tat = RATE.spend(tat, NOW, 1);
        assert!(RATE.full_until(tat, NOW, 1).is_some());
    }

    #[test]
    fn a_guess_of_many_needs_room_for_all_or_a_rested_throttle() {
        let eight = RATE.spend(0, NOW, 8);
        assert_eq!(RATE.full_until(eight, NOW, 2), None);
        assert_eq!(RATE.full_until(eight, NOW, 3), Some(NOW + RATE.interval));
        assert_eq!(RATE.give_back(eight, 8), NOW);
        let narrow = Rate { burst: 1, ..RATE };
        assert_eq!(narrow.full_until(NOW, NOW, 8), None, "at rest");
        let spent = narrow.spend(NOW, NOW, 8);
        assert_eq!(narrow.full_until(spent, NOW, 8), Some(spent), "and not before it rests again");
        assert_eq!(narrow.full_until(spent, spent, 8), None);
    }

    #[test]
    fn failure_30_no_number_overflows() {
        for rate in [RATE, Rate { burst: u32::MAX, interval: u64::MAX }] {
            for tat in [0, 1, NOW, u64::MAX - 1, u64::MAX] {
                for now in [0, 1, NOW, u64::MAX] {
                    for cells in [1, 8, u32::MAX] {
                        let spent = rate.spend(tat, now, cells);
                        assert!(spent >= tat && spent >= now);
                        let _ = (rate.full_until(tat, now, cells), rate.give_back(tat, cells));
                    }
                    let _ = rate.clamp(tat, (now, now));
                }
            }
        }
    }

    #[test]
    fn a_clock_set_back_leaves_it_empty_not_full() {
        let far = RATE.spend(NOW * 2, NOW * 2, 1);
        let clamped = RATE.clamp(far, (NOW * 2, NOW));
        assert!(RATE.full_until(clamped, NOW, 1).is_some());
        assert_eq!(RATE.full_until(clamped, NOW, 1), Some(NOW + RATE.interval));
    }
}
