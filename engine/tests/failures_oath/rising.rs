//! Line 13: whatever is done, in whatever order and under whatever clock, the last step or counter
//! only rises, and no code is accepted twice.

use std::cell::RefCell;

use pinbolt::{
    Authenticator, Refusal,
    oath::{Algorithm, Hotp},
    op::{AddToken, Describe, ResyncToken, TokenKind, Unlock},
    testkit::MemoryStore,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::{USED, common::*, joined, sign_in, with_pin};

/// Ten digits: no two codes of a sequence are alike.
const DIGITS: u8 = 10;

#[derive(Clone, Copy, Debug)]
enum Act {
    /// The code so many steps from the present one, or counters from the last.
    Code(i64),
    BehindPin(i64),
    BehindWrongPin(i64),
    Joined(i64),
    /// Two consecutive ones.
    Pair(i64),
    /// One that was accepted.
    Again(usize),
    Wrong(u64),
    Clock(i64),
    Unlock,
}

/// Seconds around the edges of a step and of the clock's tolerance, and far.
const JUMPS: &[i64] = &[1, 29, 31, 60, 119, 121, 3_600, 86_400];
const FAR: &[i64] = &[315_360_000, -315_360_000];

fn acts() -> impl Strategy<Value = Act> {
    let near = || prop_oneof![-1i64..=1, -4i64..=7];
    let seconds = |of: &'static [i64]| proptest::sample::select(of);
    prop_oneof![
        8 => near().prop_map(Act::Code),
        1 => near().prop_map(Act::BehindPin),
        1 => near().prop_map(Act::BehindWrongPin),
        1 => near().prop_map(Act::Joined),
        2 => near().prop_map(Act::Pair),
        1 => (-52i64..=52).prop_map(Act::Pair),
        3 => any::<usize>().prop_map(Act::Again),
        1 => any::<u64>().prop_map(Act::Wrong),
        12 => seconds(JUMPS).prop_map(|by| Act::Clock(by * 1_000)),
        4 => seconds(JUMPS).prop_map(|by| Act::Clock(by * -1_000)),
        1 => seconds(FAR).prop_map(|by| Act::Clock(by * 1_000)),
        1 => Just(Act::Unlock),
    ]
}

/// A token in use, and what was accepted of it.
struct Walk {
    w: World<MemoryStore>,
    hotp: Hotp,
    token: u32,
    by_time: bool,
    accepted: Vec<u64>,
}

impl Walk {
    fn new(kind: TokenKind) -> Self {
        // Nothing keeps the walk waiting but the cap, which it unlocks.
        let policy = with_tokens().set("throttle.on", 0).unwrap().set("wait.after", 100).unwrap();
        let w = world_with(policy.build().unwrap());
        w.enroll();
        let token = w.run(AddToken { digits: DIGITS, ..standing(kind) }).unwrap().token;
        let hotp = Hotp::new(Algorithm::Sha1, DIGITS, SECRET).unwrap();
        let by_time = kind == TokenKind::TOTP;
        Self { w, hotp, token, by_time, accepted: Vec::new() }
    }

    fn code(&self, at: u64) -> String {
        self.hotp.code(at).as_str().into()
    }

    fn at(&self, offset: i64) -> u64 {
        let base = match self.by_time {
            true => step(self.w.clock_now()),
            false => self.accepted.last().map_or(0, |last| last + 1),
        };
        base.saturating_add_signed(offset)
    }

    /// What was accepted is above all that was.
    fn rises(&mut self, (at, answer): (u64, Result<(), Refusal>)) -> Result<bool, TestCaseError> {
        if answer.is_err() {
            return Ok(false);
        }
        let last = self.accepted.last();
        prop_assert!(last.is_none_or(|last| at > *last), "{at} after {last:?}");
        self.accepted.push(at);
        Ok(true)
    }

    fn act(&mut self, act: Act) -> Result<bool, TestCaseError> {
        let w = &self.w;
        let tried = match act {
            Act::Code(offset) => (self.at(offset), sign_in(w, &self.code(self.at(offset)))),
            Act::BehindPin(offset) => {
                (self.at(offset), with_pin(w, PIN, &self.code(self.at(offset))))
            }
            Act::BehindWrongPin(offset) => {
                let refused = with_pin(w, WRONG_PIN, &self.code(self.at(offset)));
                prop_assert!(refused.is_err());
                return Ok(false);
            }
            Act::Joined(offset) => {
                let typed = format!("{PIN}{}", self.code(self.at(offset)));
                (self.at(offset), joined(w, &typed))
            }
            Act::Pair(offset) => {
                let at = self.at(offset);
                let (first, second) = (&*self.code(at), &*self.code(at + 1));
                let token = self.token;
                let found =
                    w.run(ResyncToken { account: "ana", token, first, second, caller: CALLER });
                return Ok(self.rises((at, found))? && self.rises((at + 1, found))?);
            }
            Act::Again(which) => {
                let Some(at) = which.checked_rem(self.accepted.len()) else { return Ok(false) };
                let refused = sign_in(w, &self.code(self.accepted[at]));
                prop_assert!(refused.is_err(), "{:?} again", self.accepted[at]);
                return Ok(false);
            }
            Act::Wrong(number) => {
                let refused = sign_in(w, &format!("{:010}", number % 10_000_000_000));
                prop_assert!(refused.is_err());
                return Ok(false);
            }
            Act::Clock(by) => {
                w.clock.set(w.clock_now().saturating_add_signed(by));
                return Ok(false);
            }
            Act::Unlock => {
                self.unlock();
                return Ok(false);
            }
        };
        self.rises(tried)
    }

    fn unlock(&self) {
        for authenticator in [Authenticator::OTP, Authenticator::PIN] {
            let authority = by_operator();
            self.w.run(Unlock { account: "ana", authenticator, authority }).unwrap();
        }
    }

    /// The last one accepted is used, by any clock; a counter shows where it stands.
    fn holds(&self) -> Result<(), TestCaseError> {
        let Some(last) = self.accepted.last() else { return Ok(()) };
        prop_assert_eq!(sign_in(&self.w, &self.code(*last)), Err(USED));
        if !self.by_time {
            let shown = self.w.run(Describe { account: "ana" }).unwrap().tokens[0].kind;
            prop_assert_eq!(shown, TokenKind::Hotp { counter: last + 1 });
        }
        Ok(())
    }
}

#[test]
fn failure_13_the_last_step_or_counter_only_rises() {
    for (kind, seed) in [(TokenKind::TOTP, 1), (TokenKind::HOTP, 2)] {
        // The same sequences in each run; a failure is printed shrunk, and no file remembers it.
        let config = Config { cases: 80, failure_persistence: None, ..Config::default() };
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        let accepted = RefCell::new([0, 0]);
        let run = TestRunner::new_with_rng(config, random).run(&vec(acts(), 1..=80), |acts| {
            let mut walk = Walk::new(kind);
            for (n, act) in acts.into_iter().enumerate() {
                let granted = walk.act(act)?;
                accepted.borrow_mut()[usize::from(matches!(act, Act::Pair(_)))] +=
                    usize::from(granted);
                if n % 20 == 19 {
                    walk.unlock();
                }
                walk.holds()?;
            }
            Ok(())
        });
        if let Err(failure) = run {
            panic!("{kind:?}: {failure}");
        }
        let [codes, pairs] = accepted.into_inner();
        assert!(codes > 80 && pairs > 50, "{kind:?}: {codes} codes, {pairs} pairs accepted");
    }
}
