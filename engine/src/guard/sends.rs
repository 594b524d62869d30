//! The send budget of one address: exactly so many messages in any hour and in any day.

use alloc::vec::Vec;
use minicbor::{Decode, Encode};

use super::Lane;

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// The numbers that a policy gives to send budgets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SendRules {
    pub(crate) per_hour: usize,
    pub(crate) per_day: usize,
}

impl SendRules {
    /// Three fifths of it, and at least one.
    fn part(&self) -> Self {
        let part = |most: usize| (most.saturating_mul(3) / 5).max(1);
        Self { per_hour: part(self.per_hour), per_day: part(self.per_day) }
    }

    /// When one more is possible after these, if not now.
    fn opens<'a>(&self, sends: impl Iterator<Item = &'a Send>, now: u64) -> Option<u64> {
        let times: Vec<u64> = sends.map(|send| send.at).collect();
        let opens = |most: usize, span: u64| {
            let nth = times.len().checked_sub(most)?;
            let at = *times.get(nth)?;
            (now.saturating_sub(at) < span).then_some(at.saturating_add(span))
        };
        opens(self.per_hour, HOUR).max(opens(self.per_day, DAY))
    }
}

/// The messages of the last day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Sends {
    /// Rising in time.
    #[n(0)]
    log: Vec<Send>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Send {
    #[n(0)]
    at: u64,
    #[n(1)]
    lane: Lane,
}

impl Sends {
    /// Spends one message at `now`, or says when the next is possible.
    ///
    /// # Errors
    /// The Unix millisecond from which on one more is possible.
    pub(crate) fn spend(&mut self, rules: &SendRules, lane: Lane, now: u64) -> Result<(), u64> {
        self.log.retain(|send| now.saturating_sub(send.at) < DAY);
        // Strangers have three fifths beside, so that they can't spend what the owner needs, nor see by
        // theirs what he has spent.
        let is_stranger = lane == Lane::Stranger;
        let own = self.log.iter().filter(|send| (send.lane == Lane::Stranger) == is_stranger);
        let until = match is_stranger {
            true => rules.part().opens(own, now),
            false => rules.opens(own, now),
        };
        match until {
            Some(until) => Err(until),
            None => {
                self.log.push(Send { at: now, lane });
                Ok(())
            }
        }
    }

    /// Under a clock set back, past sends count as sent now: recent, never forgotten. Whether there
    /// were any.
    pub(crate) fn set_back(&mut self, now: u64) -> bool {
        let ahead = self.log.iter().any(|send| send.at > now);
        for send in &mut self.log {
            send.at = send.at.min(now);
        }
        ahead
    }

    /// When all of it is forgotten.
    pub(crate) fn keep_until(&self) -> u64 {
        self.log.last().map_or(0, |send| send.at.saturating_add(DAY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: SendRules = SendRules { per_hour: 5, per_day: 10 };
    const NOW: u64 = 1_800_000_000_000;

    #[test]
    fn five_in_any_hour_and_ten_in_any_day() {
        let mut sends = Sends::default();
        let mut sent = Vec::new();
        for minute in 0..(48 * 60) {
            let now = NOW + minute * 60_000;
            if sends.spend(&RULES, Lane::FirstFactor, now).is_ok() {
                sent.push(now);
            }
        }
        let within = |span: u64| {
            sent.iter()
                .map(|from| sent.iter().filter(|at| (*from..from + span).contains(at)).count())
                .max()
        };
        assert_eq!(within(HOUR), Some(5));
        assert_eq!(within(DAY), Some(10));
        assert_eq!(sent.len(), 20);
    }

    #[test]
    fn the_answer_says_when() {
        let mut sends = Sends::default();
        for _ in 0..5 {
            assert_eq!(sends.spend(&RULES, Lane::FirstFactor, NOW), Ok(()));
        }
        assert_eq!(sends.spend(&RULES, Lane::FirstFactor, NOW + 1), Err(NOW + HOUR));
        assert_eq!(sends.spend(&RULES, Lane::FirstFactor, NOW + HOUR), Ok(()));
    }

    #[test]
    fn a_clock_set_back_gives_nothing_back() {
        let mut sends = Sends::default();
        for _ in 0..5 {
            assert_eq!(sends.spend(&RULES, Lane::FirstFactor, NOW), Ok(()));
        }
        let back = NOW - DAY;
        assert!(sends.set_back(back) && !sends.set_back(back));
        assert_eq!(sends.spend(&RULES, Lane::FirstFactor, back), Err(back + HOUR));
    }

    #[test]
    fn strangers_spend_three_fifths_beside() {
        let mut sends = Sends::default();
        for _ in 0..3 {
            assert_eq!(sends.spend(&RULES, Lane::Stranger, NOW), Ok(()));
        }
        assert_eq!(sends.spend(&RULES, Lane::Stranger, NOW), Err(NOW + HOUR));
        for _ in 0..5 {
            assert_eq!(sends.spend(&RULES, Lane::FirstFactor, NOW), Ok(()));
        }
        assert_eq!(sends.spend(&RULES, Lane::FirstFactor, NOW), Err(NOW + HOUR));
    }
}
