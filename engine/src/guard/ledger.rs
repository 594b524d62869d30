//! The attempt ledger of one authenticator in one lane: it counts, and from its count it computes
//! whether the next guess waits, is throttled, or is refused for good. Nothing is a stored flag.

use minicbor::{Decode, Encode};

use super::{Authenticator, Lane, Rate};

/// The numbers that a policy gives to the ledgers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// The stranger's sliding throttle; `None`: waits there as in the other lanes.
    pub(crate) throttle: Option<Rate>,
    /// Failures before the first wait.
    pub(crate) free: u32,
    /// The first wait in milliseconds; each further failure doubles it.
    pub(crate) first_wait: u64,
    /// The longest wait in milliseconds.
    pub(crate) longest_wait: u64,
    /// Failures that disable, by lane from weak to strong; never more than 100 in sum
    /// (NIST SP 800-63B-4, 3.2.2).
    pub(crate) caps: [u32; 3],
}

impl Rules {
    const fn cap(&self, lane: Lane) -> u32 {
        let [stranger, first_factor, known_device] = self.caps;
        match lane {
            Lane::Stranger => stranger,
            Lane::FirstFactor => first_factor,
            Lane::KnownDevice => known_device,
        }
    }

    const fn throttle_of(&self, lane: Lane) -> Option<Rate> {
        match lane {
            Lane::Stranger => self.throttle,
            Lane::FirstFactor | Lane::KnownDevice => None,
        }
    }

    /// How long a stranger's ledger may show what it has counted, in milliseconds, where a guess
    /// counts `most` at most: a decoy forgets no sooner.
    pub(crate) fn memory(&self, most: u32) -> u64 {
        self.throttle.map_or(u64::MAX, |rate| rate.memory(most))
    }

    fn wait_after(&self, count: u32) -> u64 {
        let Some(over) = count.checked_sub(self.free) else { return 0 };
        let doubled = 1u64.checked_shl(over).unwrap_or(u64::MAX);
        self.first_wait.saturating_mul(doubled).min(self.longest_wait)
    }
}

/// What a ledger says to the next guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    Open,
    /// Until this Unix millisecond.
    Waiting(u64),
    /// Until this Unix millisecond.
    Throttled(u64),
    Disabled,
}

/// A guess counted before it was judged. It can be given back once, in the same epoch only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reservation {
    pub(crate) authenticator: Authenticator,
    pub(crate) lane: Lane,
    /// How many it counts: one, or the tokens that it is compared with.
    count: u32,
    /// How far the ledger's count rose by it.
    counted: u32,
    epoch: u64,
    refills: u32,
    at: u64,
    /// Whether the ledger was below its disabling cap, so that a right guess may pass.
    pub(crate) within_cap: bool,
}

/// Failures since the last success, and what follows from them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Ledger {
    #[n(0)]
    pub(crate) authenticator: Authenticator,
    #[n(1)]
    pub(crate) lane: Lane,
    /// Consecutive failures, reservations included; it stops at the cap.
    #[n(2)]
    pub(crate) count: u32,
    /// Rises at each success and unlock.
    #[n(3)]
    epoch: u64,
    /// Start of the running wait, Unix milliseconds.
    #[n(4)]
    wait_from: u64,
    /// Its length in milliseconds.
    #[n(5)]
    wait_for: u64,
    /// The sliding throttle's number.
    #[n(6)]
    tat: u64,
    /// Rises when the throttle is refilled.
    #[n(7)]
    #[cbor(default)]
    refills: u32,
}

impl Ledger {
    pub(crate) const fn new(authenticator: Authenticator, lane: Lane) -> Self {
        Self {
            authenticator,
            lane,
            count: 0,
            epoch: 0,
            wait_from: 0,
            wait_for: 0,
            tat: 0,
            refills: 0,
        }
    }

    /// What the next guess at `now`, which counts `count`, meets. Waits and throttles are looked at
    /// before the cap, so that a disabled authenticator can answer a stranger as an unknown name
    /// does.
    pub(crate) fn gate(&self, rules: &Rules, now: u64, count: u32) -> Gate {
        let waits = self.is_waiting(now);
        let throttle = rules.throttle_of(self.lane);
        if let Some(until) = throttle.and_then(|rate| rate.full_until(self.tat, now, count)) {
            Gate::Throttled(until)
        } else if waits {
            Gate::Waiting(self.wait_from.saturating_add(self.wait_for))
        } else if !self.has_room(rules, count) {
            Gate::Disabled
        } else {
            Gate::Open
        }
    }

    /// Counts a guess as failed, `count` times. The caller has looked at [`Ledger::gate`] on this
    /// very record.
    pub(crate) fn reserve(&mut self, rules: &Rules, now: u64, count: u32) -> Reservation {
        let within_cap = self.has_room(rules, count);
        // It stops at the cap, and a guess that had no room leaves it there.
        let cap = rules.cap(self.lane);
        let counted = self.count.saturating_add(count).min(cap).saturating_sub(self.count);
        self.count = self.count.saturating_add(counted);
        if let Some(rate) = rules.throttle_of(self.lane) {
            self.tat = rate.spend(self.tat, now, count);
        } else {
            self.wait_from = now;
            self.wait_for = rules.wait_after(self.count);
        }
        let Self { authenticator, lane, epoch, refills, .. } = *self;
        Reservation { authenticator, lane, count, counted, epoch, refills, at: now, within_cap }
    }

    /// The reserved guess was right: the count starts over and older reservations lose their claim.
    pub(crate) fn succeed(&mut self, reservation: &Reservation, rules: &Rules) {
        self.give_back(reservation, rules);
        self.start_over();
    }

    /// The reserved guess was never judged, or right and not used: it is taken back from the count,
    /// if no success or unlock came between.
    pub(crate) fn refund(&mut self, reservation: &Reservation, rules: &Rules) {
        if self.epoch == reservation.epoch && reservation.within_cap {
            self.count = self.count.saturating_sub(reservation.counted);
        }
        self.give_back(reservation, rules);
    }

    /// An unlock. Only an operator's also refills the throttle.
    pub(crate) const fn unlock(&mut self, refill: bool) {
        self.start_over();
        if refill {
            self.tat = 0;
            self.refills = self.refills.saturating_add(1);
        }
    }

    /// Failures that another system has counted, the last of them at `at`: they count as if they had
    /// been made here, up to the first wait. They disable nothing for a guess that counts `guess`, and
    /// close nothing for longer than the schedule does; where accounts are hidden, they close nothing
    /// to strangers.
    pub(crate) fn carry(
        &mut self,
        rules: &Rules,
        (count, at): (u32, u64),
        (now, guess, hides): (u64, u32, bool),
    ) {
        let most = rules.cap(self.lane).saturating_sub(guess);
        let count = count.min(rules.free).min(most);
        self.count = self.count.max(self.count.saturating_add(count).min(most));
        if hides && self.lane == Lane::Stranger {
            return;
        }
        let at = at.min(now);
        if let Some(rate) = rules.throttle_of(self.lane) {
            let empty = now.saturating_add(rate.capacity());
            self.tat = self.tat.max(rate.spend(self.tat, at, count).min(empty));
            return;
        }
        let wait = rules.wait_after(count);
        if at.saturating_add(wait) > self.wait_from.saturating_add(self.wait_for) {
            (self.wait_from, self.wait_for) = (at, wait);
        }
    }

    /// The clock was set back from `seen` to `now`: a running wait that began in what is now the
    /// future begins now, and the throttle is empty at worst.
    pub(crate) fn set_back(&mut self, rules: &Rules, seen: u64, now: u64) {
        if self.is_waiting(seen) {
            self.wait_from = self.wait_from.min(now);
        } else {
            self.wait_for = 0;
        }
        if let Some(rate) = rules.throttle_of(self.lane) {
            self.tat = rate.clamp(self.tat, (seen, now));
        }
    }

    /// Whether no guess that counts `count` may pass any more.
    pub(crate) const fn is_disabled(&self, rules: &Rules, count: u32) -> bool {
        !self.has_room(rules, count)
    }

    /// A guess that counts more than the cap allows has room in a ledger that counted nothing.
    const fn has_room(&self, rules: &Rules, count: u32) -> bool {
        let cap = rules.cap(self.lane);
        self.count.saturating_add(count) <= cap || (self.count == 0 && cap > 0)
    }

    /// By the time passed, which no number overflows.
    const fn is_waiting(&self, now: u64) -> bool {
        now.saturating_sub(self.wait_from) < self.wait_for
    }

    const fn start_over(&mut self) {
        self.count = 0;
        self.epoch = self.epoch.saturating_add(1);
        self.wait_for = 0;
    }

    /// A success doesn't touch what others have spent, so a throttle takes back what this guess has,
    /// whoever succeeded meanwhile; not after a refill.
    fn give_back(&mut self, reservation: &Reservation, rules: &Rules) {
        match rules.throttle_of(self.lane) {
            Some(rate) if self.refills == reservation.refills && self.tat > reservation.at => {
                self.tat = rate.give_back(self.tat, reservation.count);
            }
            None if self.epoch == reservation.epoch && self.wait_from == reservation.at => {
                self.wait_for = 0;
            }
            Some(_) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000_000;
    const RULES: Rules = Rules {
        throttle: Some(Rate { burst: 10, interval: 43_200_000 }),
        free: 10,
        first_wait: 30_000,
        longest_wait: 3_600_000,
        caps: [50, 20, 30],
    };

    fn failed(lane: Lane, times: u32) -> Ledger {
        let mut ledger = Ledger::new(Authenticator::PIN, lane);
        for _ in 0..times {
            ledger.reserve(&RULES, NOW, 1);
        }
        ledger
    }

    #[test]
    fn waits_double_to_an_hour() {
        for (count, wait) in [(9, 0), (10, 30_000), (11, 60_000), (16, 1_920_000), (17, 3_600_000)]
        {
            let gate = failed(Lane::FirstFactor, count).gate(&RULES, NOW, 1);
            let expected = if wait == 0 { Gate::Open } else { Gate::Waiting(NOW + wait) };
            assert_eq!(gate, expected, "after {count}");
        }
    }

    #[test]
    fn failure_09_the_cap_disables_for_good() {
        for (lane, cap) in [(Lane::Stranger, 50), (Lane::FirstFactor, 20), (Lane::KnownDevice, 30)]
        {
            let far = NOW + 3_650 * 86_400_000;
            assert_eq!(failed(lane, cap - 1).gate(&RULES, far, 1), Gate::Open);
            for clock in [far, u64::MAX] {
                assert_eq!(failed(lane, cap).gate(&RULES, clock, 1), Gate::Disabled);
            }
        }
    }

    #[test]
    fn a_refund_needs_its_epoch() {
        let mut ledger = failed(Lane::Stranger, 3);
        let mine = ledger.reserve(&RULES, NOW, 1);
        let theirs = ledger.reserve(&RULES, NOW, 1);
        ledger.succeed(&theirs, &RULES);
        let before = ledger.clone();
        ledger.reserve(&RULES, NOW, 1);
        ledger.refund(&mine, &RULES);
        assert_eq!(ledger.count, 1, "another's guess stays counted");
        assert_ne!(before, ledger);
    }

    #[test]
    fn a_refund_after_the_cap_uncounts_nothing() {
        let mut ledger = failed(Lane::Stranger, 50);
        let beyond = ledger.reserve(&RULES, NOW, 1);
        ledger.refund(&beyond, &RULES);
        assert_eq!(ledger.count, 50);
    }

    #[test]
    fn a_guess_at_many_tokens_counts_as_many() {
        let mut ledger = failed(Lane::KnownDevice, 0);
        for _ in 0..3 {
            ledger.reserve(&RULES, NOW, 8);
        }
        assert_eq!(ledger.count, 24);
        assert_eq!(ledger.gate(&RULES, u64::MAX, 6), Gate::Open);
        assert_eq!(ledger.gate(&RULES, u64::MAX, 7), Gate::Disabled, "30 is the cap");
        let last = ledger.reserve(&RULES, NOW, 6);
        ledger.refund(&last, &RULES);
        assert_eq!(ledger.count, 24);
        let narrow = Rules { caps: [1, 1, 1], ..RULES };
        let mut ledger = failed(Lane::KnownDevice, 0);
        assert_eq!(ledger.gate(&narrow, NOW, 8), Gate::Open);
        ledger.refund(&ledger.clone().reserve(&narrow, NOW, 8), &narrow);
        assert!(ledger.reserve(&narrow, NOW, 8).within_cap);
        assert_eq!(ledger.count, 1);
        assert_eq!(ledger.gate(&narrow, u64::MAX, 1), Gate::Disabled);
    }

    #[test]
    fn overload_leaves_no_wait_behind() {
        let mut ledger = failed(Lane::FirstFactor, 9);
        let mine = ledger.reserve(&RULES, NOW, 1);
        assert_eq!(ledger.gate(&RULES, NOW, 1), Gate::Waiting(NOW + 30_000));
        ledger.refund(&mine, &RULES);
        assert_eq!(ledger.gate(&RULES, NOW, 1), Gate::Open);
    }

    #[test]
    fn failure_33_a_clock_set_back_restarts_the_wait_and_never_lengthens_it() {
        let mut ledger = failed(Lane::FirstFactor, 12);
        let back = NOW - 86_400_000;
        ledger.set_back(&RULES, NOW + 1, back);
        assert_eq!(ledger.gate(&RULES, back, 1), Gate::Waiting(back + 120_000));
    }

    #[test]
    fn failures_carried_over_count_and_neither_disable_nor_close_for_longer() {
        for (lane, most) in [(Lane::Stranger, 42), (Lane::FirstFactor, 12)] {
            for last in [0, NOW - 1, NOW, u64::MAX] {
                for own in [0, 5, 10] {
                    for count in [0, 1, 7, u32::MAX] {
                        let mut ledger = failed(lane, own);
                        let (waits, before) = (ledger.gate(&RULES, NOW, 8), ledger.clone());
                        ledger.carry(&RULES, (count, last), (NOW, 8, false));
                        assert_eq!(
                            ledger.count,
                            own.saturating_add(count.min(10)).min(most).max(own)
                        );
                        assert!(!ledger.is_disabled(&RULES, 8) && ledger.epoch == before.epoch);
                        let until = |gate| match gate {
                            Gate::Waiting(until) | Gate::Throttled(until) => until,
                            Gate::Open | Gate::Disabled => NOW,
                        };
                        let opens = until(ledger.gate(&RULES, NOW, 8));
                        assert!(opens >= until(waits), "nothing opens sooner");
                        let longest = match lane {
                            Lane::Stranger => 10 * 43_200_000,
                            _ => RULES.longest_wait,
                        };
                        assert!(opens <= NOW + longest);
                    }
                }
            }
        }
        let mut ledger = failed(Lane::Stranger, 50);
        let full = ledger.clone();
        ledger.carry(&RULES, (9, NOW), (NOW, 1, false));
        assert_eq!(ledger, full, "neither an end nor what is spent is taken back");
        let mut ledger = failed(Lane::FirstFactor, 0);
        ledger.carry(&RULES, (11, NOW - 1), (NOW, 1, true));
        assert_eq!(ledger.gate(&RULES, NOW, 1), Gate::Waiting(NOW - 1 + 30_000));
        let mut ledger = failed(Lane::Stranger, 0);
        ledger.carry(&RULES, (11, NOW), (NOW, 1, true));
        assert_eq!(ledger.gate(&RULES, NOW, 1), Gate::Open, "it would tell that there is somebody");
        ledger.carry(&RULES, (11, NOW), (NOW, 1, false));
        assert_eq!(ledger.gate(&RULES, NOW, 1), Gate::Throttled(NOW + 43_200_000));
        ledger.carry(&RULES, (3, 0), (NOW, 1, false));
        assert_eq!(
            ledger.gate(&RULES, NOW, 1),
            Gate::Throttled(NOW + 43_200_000),
            "empty, not more"
        );
    }

    #[test]
    fn right_guesses_at_once_leave_the_throttle_as_it_was() {
        let mut ledger = failed(Lane::Stranger, 0);
        for _ in 0..20 {
            let both = [ledger.reserve(&RULES, NOW, 1), ledger.reserve(&RULES, NOW, 1)];
            both.iter().for_each(|right| ledger.succeed(right, &RULES));
        }
        assert_eq!(ledger.gate(&RULES, NOW, 1), Gate::Open);
    }

    #[test]
    fn failure_02_a_second_click_spends_nothing() {
        for k in [1, 3] {
            let mut ledger = failed(Lane::Stranger, 0);
            let [first, second] = [(); 2].map(|()| ledger.reserve(&RULES, NOW, k));
            ledger.succeed(&first, &RULES);
            ledger.refund(&second, &RULES);
            assert_eq!((ledger.count, ledger.tat), (0, NOW), "a guess counts {k}");
        }
    }

    #[test]
    fn nothing_comes_back_after_a_refill() {
        for end in [Ledger::succeed, Ledger::refund] {
            let mut ledger = failed(Lane::Stranger, 0);
            let mine = ledger.reserve(&RULES, NOW, 1);
            ledger.unlock(true);
            ledger.reserve(&RULES, NOW, 10);
            end(&mut ledger, &mine, &RULES);
            assert!(matches!(ledger.gate(&RULES, NOW, 1), Gate::Throttled(_)), "another's guesses");
        }
    }

    #[test]
    fn success_resets_the_count_and_not_the_throttle() {
        let mut ledger = failed(Lane::Stranger, 9);
        let right = ledger.reserve(&RULES, NOW, 1);
        ledger.succeed(&right, &RULES);
        assert_eq!(ledger.count, 0);
        ledger.reserve(&RULES, NOW, 1);
        assert!(matches!(ledger.gate(&RULES, NOW, 1), Gate::Throttled(_)));
    }
}
