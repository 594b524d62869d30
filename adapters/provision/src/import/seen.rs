//! Which accounts stand in more than one place, found in a fixed memory.

use std::hash::{BuildHasher, DefaultHasher, Hasher, RandomState};

/// Places for fingerprints: half a megabyte.
const PLACES: usize = 1 << 16;
/// So many are looked at in one pass; more take several.
const MOST: u64 = 3 << 14;
/// So many scattered accounts are told one by one; beyond, the file isn't in order at all.
const MOST_SCATTERED: usize = 1_024;

/// What the passes over a file have seen. A fingerprint is a keyed hash: that two accounts share one
/// refuses an account once in a hundred million files, and takes none that it shouldn't.
pub(super) struct Seen {
    hasher: RandomState,
    places: Box<[u64]>,
    round: u64,
    rounds: u64,
    groups: u64,
    scattered: Vec<u64>,
}

impl Seen {
    pub(super) fn new() -> Self {
        let (hasher, places) = (RandomState::new(), vec![0; PLACES].into_boxed_slice());
        Self { hasher, places, round: 0, rounds: 1, groups: 0, scattered: Vec::new() }
    }

    /// For what is to be compared with itself alone.
    pub(super) fn hasher(&self) -> DefaultHasher {
        self.hasher.build_hasher()
    }

    /// Notes that an account's lines begin here.
    pub(super) fn note(&mut self, account: &str) {
        let mark = self.mark(account);
        self.groups = self.groups.saturating_add(1);
        let ours = mark.checked_rem(self.rounds) == Some(self.round);
        let full = self.rounds == 1 && self.groups > MOST;
        if ours && !full && !self.insert(mark) && self.scattered.len() <= MOST_SCATTERED {
            self.scattered.push(mark);
        }
    }

    /// Ends a pass; whether there must be one more.
    pub(super) fn again(&mut self) -> bool {
        if self.rounds == 1 && self.groups > MOST {
            // By the low bits: half of what fits, for they don't spread quite evenly.
            let parts = self.groups.div_ceil(MOST / 2);
            (self.rounds, self.round) = (parts.next_power_of_two(), 0);
            self.scattered.clear();
        } else {
            self.round = self.round.saturating_add(1);
        }
        self.groups = 0;
        self.places.fill(0);
        self.round < self.rounds
    }

    /// Lets the memory go; what stays is what is scattered.
    pub(super) fn settle(&mut self) {
        self.places = Box::default();
        self.scattered.sort_unstable();
    }

    pub(super) fn is_scattered(&self, account: &str) -> bool {
        let all = self.scattered.len() > MOST_SCATTERED;
        all || self.scattered.binary_search(&self.mark(account)).is_ok()
    }

    /// Never 0, which is an empty place.
    fn mark(&self, account: &str) -> u64 {
        let mut hasher = self.hasher();
        hasher.write(account.as_bytes());
        hasher.finish().max(1)
    }

    /// Whether it is new. A table that is full holds everything: that refuses, and lets nothing by.
    fn insert(&mut self, mark: u64) -> bool {
        let start = usize::try_from(mark >> 48).unwrap_or(0);
        let (before, from) = self.places.split_at_mut(start.min(PLACES));
        for place in from.iter_mut().chain(before) {
            match *place {
                0 => {
                    *place = mark;
                    return true;
                }
                held if held == mark => return false,
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All passes over a file of so many accounts, of which two come again at its end.
    fn passes(accounts: u64) -> (u64, Seen) {
        let mut seen = Seen::new();
        for pass in 1.. {
            (0..accounts).chain([7, 11]).for_each(|number| seen.note(&format!("account {number}")));
            if !seen.again() {
                seen.settle();
                return (pass, seen);
            }
        }
        unreachable!()
    }

    #[test]
    fn what_comes_again_is_found_in_few_passes_and_in_many() {
        for (accounts, expected) in [(20, 1), (49_150, 1), (49_151, 5), (200_000, 17)] {
            let (passes, seen) = passes(accounts);
            assert_eq!(passes, expected, "{accounts}");
            assert!(seen.is_scattered("account 7") && seen.is_scattered("account 11"));
            assert_eq!(seen.scattered.len(), 2, "{accounts}");
        }
    }

    #[test]
    fn a_file_without_order_is_told_in_one_word() {
        let mut seen = Seen::new();
        (0..2).flat_map(|_| 0..2_000).for_each(|number: u32| seen.note(&number.to_string()));
        assert!(!seen.again());
        seen.settle();
        assert!(seen.is_scattered("anybody"), "too many to tell them apart");
    }
}
