//! Line 34: the exact set of steps and counters whose codes are accepted, under each setting.

use std::ops::RangeInclusive;

use pinbolt::{
    Policy, Refusal,
    op::{Describe, ResyncToken, TokenKind},
    row::{RowName, Snapshot},
    testkit::MemoryStore,
};

use crate::{common::*, confirm, resync, sign_in};

/// A token's rows, on which each code is tried afresh.
struct Bench {
    w: World<MemoryStore>,
    token: u32,
    rows: Vec<(RowName, Snapshot)>,
}

impl Bench {
    fn of(policy: Policy, kind: TokenKind) -> Self {
        let w = world_with(policy);
        w.enroll_as("ana", &[]);
        let token = w.run(token(kind)).unwrap().token;
        Self { token, rows: w.engine.store().rows(), w }
    }

    fn standing(policy: Policy, kind: TokenKind) -> Self {
        let w = world_with(policy);
        w.enroll_as("ana", &[]);
        let token = w.run(standing(kind)).unwrap().token;
        Self { token, rows: w.engine.store().rows(), w }
    }

    /// What stands now is what is tried on.
    fn keep(&mut self) {
        self.rows = self.w.engine.store().rows();
    }

    /// Which of these are granted, each on the rows as they were kept.
    fn granted(
        &self,
        tried: impl Iterator<Item = u64>,
        act: impl Fn(&Self, u64) -> Result<(), Refusal>,
    ) -> Vec<u64> {
        let again = |at: &u64| {
            self.rows.iter().for_each(|(row, snapshot)| {
                self.w.engine.store().tamper(row, Some(snapshot.clone()));
            });
            act(self, *at).is_ok()
        };
        tried.filter(again).collect()
    }

    /// The steps or counters around `middle` that sign in.
    fn signing_in(&self, middle: u64) -> Vec<u64> {
        self.granted(around(middle), |bench, at| sign_in(&bench.w, &otp(at)))
    }

    fn resync(&self, first: u64) -> Result<(), Refusal> {
        resync(&self.w, self.token, (&otp(first), &otp(first + 1)))
    }

    /// Steps by which the clock was seen to be ahead.
    fn ahead(&self) -> i32 {
        self.w.run(Describe { account: "ana" }).unwrap().tokens[0].clock_ahead
    }
}

fn around(middle: u64) -> impl Iterator<Item = u64> {
    middle.saturating_sub(70)..=middle + 70
}

/// The steps from so many before `middle` to so many after it.
fn steps(middle: u64, (from, to): (i64, i64)) -> Vec<u64> {
    (from..=to).filter_map(|offset| middle.checked_add_signed(offset)).collect()
}

fn policy(settings: &[(&str, u64)]) -> Policy {
    let set = |builder: pinbolt::policy::Builder, (path, value): &(&str, u64)| {
        builder.set(path, *value).unwrap()
    };
    settings.iter().fold(with_tokens(), set).build().unwrap()
}

/// `totp.back`, `totp.ahead` and `totp.drift`.
const SETTINGS: [(i64, i64, i64); 6] =
    [(1, 0, 2), (0, 0, 0), (0, 0, 2), (2, 1, 0), (1, 1, 1), (10, 10, 10)];

fn totp((back, ahead, drift): (i64, i64, i64)) -> Policy {
    let numbers = [back, ahead, drift].map(i64::unsigned_abs);
    policy(&[("totp.back", numbers[0]), ("totp.ahead", numbers[1]), ("totp.drift", numbers[2])])
}

#[test]
fn failure_34_a_candidate_is_confirmed_by_the_widest_window() {
    for settings @ (back, ahead, drift) in SETTINGS {
        let bench = Bench::of(totp(settings), TokenKind::TOTP);
        let confirmed =
            bench.granted(around(step(NOW)), |bench, at| confirm(&bench.w, bench.token, &otp(at)));
        assert_eq!(confirmed, steps(step(NOW), (-back - drift, ahead + drift)), "{settings:?}");
    }
}

#[test]
fn failure_34_a_totp_is_accepted_around_now_and_toward_the_drift_seen() {
    for settings @ (back, ahead, drift) in SETTINGS {
        let most = (-back - drift, ahead + drift);
        for seen in [most.0, -2, -1, 0, 1, 2, most.1] {
            if !(most.0..=most.1).contains(&seen) {
                continue;
            }
            let mut bench = Bench::of(totp(settings), TokenKind::TOTP);
            let at = step(NOW).checked_add_signed(seen).unwrap();
            confirm(&bench.w, bench.token, &otp(at)).unwrap();
            bench.keep();
            let kept = seen.clamp(-drift, drift);
            assert_eq!(i64::from(bench.ahead()), kept);
            let window = (-back + kept.min(0), ahead + kept.max(0));
            // Far from the watermark; the first and the last millisecond of a step.
            for (now, middle) in [
                (NOW + 1_000 * 30_000, step(NOW) + 1_000),
                (NOW + 1_000 * 30_000 + 29_999, step(NOW) + 1_000),
                (NOW + 1_000 * 30_000 - 1, step(NOW) + 999),
            ] {
                bench.w.clock.set(now);
                let expected = steps(middle, window);
                assert_eq!(bench.signing_in(middle), expected, "{settings:?}, seen {seen}");
            }
        }
    }
}

#[test]
fn failure_34_below_the_watermark_the_window_is_closed() {
    for used in [-1, 0] {
        let mut bench = Bench::standing(totp((1, 0, 2)), TokenKind::TOTP);
        let at = step(NOW).checked_add_signed(used).unwrap();
        sign_in(&bench.w, &otp(at)).unwrap();
        bench.keep();
        let expected: Vec<u64> = steps(step(NOW), (used + 1, 0));
        assert_eq!(bench.signing_in(step(NOW)), expected);
        bench.w.clock.advance(30 * SECOND);
        let expected: Vec<u64> = steps(step(NOW) + 1, (used.max(-1 + used), 0));
        assert_eq!(bench.signing_in(step(NOW) + 1), expected, "used {used}");
    }
}

#[test]
fn failure_34_a_drift_that_is_gone_narrows_the_window_again() {
    let mut bench = Bench::of(totp((1, 0, 2)), TokenKind::TOTP);
    for (seen, ahead) in [(-3, -2), (-2, -2), (-1, -1), (0, 0)] {
        let now = bench.w.clock_now() + HOUR;
        bench.w.clock.set(now);
        let at = step(now).checked_add_signed(seen).unwrap();
        match seen {
            -3 => confirm(&bench.w, bench.token, &otp(at)).unwrap(),
            _ => sign_in(&bench.w, &otp(at)).unwrap(),
        }
        assert_eq!(bench.ahead(), ahead);
    }
    bench.keep();
    bench.w.clock.advance(HOUR);
    let now = step(bench.w.clock_now());
    assert_eq!(bench.signing_in(now), steps(now, (-1, 0)));
}

#[test]
fn failure_34_two_codes_find_a_clock_within_their_bound_and_move_the_window_there() {
    let now = step(NOW);
    for bound in [2, 50] {
        let policy = || policy(&[("otp.resync", bound)]);
        let bound = i64::try_from(bound).unwrap();
        let bench = Bench::standing(policy(), TokenKind::TOTP);
        let found = bench.granted(around(now), Bench::resync);
        assert_eq!(found, steps(now, (-bound, bound - 1)), "the first of the two");
        for offset in [1 - bound, -1, 0, 1, bound] {
            let mut bench = Bench::standing(policy(), TokenKind::TOTP);
            let at = now.checked_add_signed(offset).unwrap();
            bench.resync(at - 1).unwrap();
            assert_eq!(i64::from(bench.ahead()), offset);
            bench.keep();
            bench.w.clock.advance(1_000 * 30 * SECOND);
            let middle = at + 1_000;
            assert_eq!(bench.signing_in(middle), steps(middle, (-1, 0)), "offset {offset}");
            // The drift comes on top of the offset.
            sign_in(&bench.w, &otp(middle - 1)).unwrap();
            assert_eq!(i64::from(bench.ahead()), offset - 1);
            bench.keep();
            bench.w.clock.advance(1_000 * 30 * SECOND);
            let middle = middle + 1_000;
            assert_eq!(bench.signing_in(middle), steps(middle, (-2, 0)), "offset {offset}");
        }
    }
}

#[test]
fn failure_34_two_codes_are_looked_for_around_the_true_time_and_above_the_watermark() {
    let now = step(NOW);
    let mut bench = Bench::standing(policy(&[("otp.resync", 5)]), TokenKind::TOTP);
    bench.resync(now + 3).unwrap();
    bench.keep();
    // An offset of 4 was seen; the bound is counted from the true time all the same.
    assert_eq!(bench.granted(around(now), Bench::resync), steps(now, (5, 4)), "nothing is left");
    bench.w.clock.advance(3 * 30 * SECOND);
    assert_eq!(bench.granted(around(now), Bench::resync), steps(now, (5, 7)));
    bench.w.clock.advance(20 * 30 * SECOND);
    assert_eq!(bench.granted(around(now + 23), Bench::resync), steps(now + 23, (-5, 4)));
}

#[test]
fn failure_34_a_hotp_is_accepted_from_the_next_to_the_look_ahead() {
    for look_ahead in [0, 1, 5, 50] {
        for next in [0, 1, 7] {
            let policy = policy(&[("hotp.look_ahead", look_ahead)]);
            let bench = Bench::standing(policy, TokenKind::Hotp { counter: next });
            let expected: Vec<u64> = (next..=next + look_ahead).collect();
            assert_eq!(bench.signing_in(next), expected, "from {next}");
        }
    }
}

#[test]
fn failure_34_a_hotp_is_found_again_from_the_next_on() {
    for bound in [2, 5, 50] {
        for next in [0, 7] {
            let policy = policy(&[("otp.resync", bound)]);
            let bench = Bench::standing(policy, TokenKind::Hotp { counter: next });
            let pairs: Vec<u64> = (next..=next + bound - 2).collect();
            assert_eq!(bench.granted(around(next), Bench::resync), pairs, "from {next}");
        }
    }
}

#[test]
fn failure_34_two_codes_that_do_not_follow_each_other_find_nothing() {
    let bench = Bench::standing(policy(&[]), TokenKind::HOTP);
    let tried = |pair: fn(u64) -> (u64, u64)| {
        bench.granted(1..40, |bench, at| {
            let (first, second) = pair(at);
            let (first, second) = (&*otp(first), &*otp(second));
            let token = bench.token;
            bench.w.run(ResyncToken { account: "ana", token, first, second, caller: CALLER })
        })
    };
    let all: Vec<u64> = (1..40).collect();
    assert_eq!(tried(|at| (at, at + 1)), all);
    for pair in [|at| (at, at), |at| (at + 1, at), |at| (at, at + 2), |at| (at - 1, at + 1)] {
        assert_eq!(tried(pair), [], "{:?}", pair(1));
    }
}

#[test]
fn failure_34_a_candidate_hotp_is_confirmed_within_its_look_ahead() {
    let bench = Bench::of(policy(&[]), TokenKind::Hotp { counter: 7 });
    let confirmed = bench.granted(around(7), |bench, at| confirm(&bench.w, bench.token, &otp(at)));
    let expected: RangeInclusive<u64> = 7..=12;
    assert_eq!(confirmed, expected.collect::<Vec<u64>>());
}
