//! Law 7, for what is asked together: where any part is wrong, the questions, the hashes and the
//! answer don't say which. "Used before" is said of a code alone, whatever stands beside it.
//!
//! Every mixture of right, wrong and used parts is tried on copies of one account, in each state.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod stepping;

use std::collections::BTreeMap;

use common::*;
use pinbolt::{
    Caller, Error, Lane, Pinbolt, Policy,
    op::{AddToken, Block, Describe, Evidence, IssueRecoveryCodes, TokenKind, TokenSecret, Verify},
    policy::{Builder, Purpose},
};
use stepping::{Asked, Busy, Fair, Ground, Weather};

const OLD_COST: (u32, u32, u32) = (8, 1, 1);
const NEW_COST: (u32, u32, u32) = (8, 2, 1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Is {
    Right,
    Wrong,
    /// Right, and used before.
    Used,
}
use Is::{Right, Used, Wrong};

/// What is typed, part by part; `None`: not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mixture {
    pin: Option<Is>,
    otp: Option<Is>,
    recovery: Option<Is>,
    /// PIN and one-time code as one string.
    joined: bool,
}

impl Mixture {
    fn parts(self) -> impl Iterator<Item = Is> {
        [self.pin, self.otp, self.recovery].into_iter().flatten()
    }

    fn is_right(self) -> bool {
        self.parts().all(|part| part == Right)
    }

    /// What may be told: whether a code was used before, and nothing of the other parts.
    fn refusal(self) -> &'static str {
        match self.parts().any(|part| part == Used) {
            true => "AlreadyUsed",
            false => "WrongCredentials",
        }
    }

    /// The same without its PIN.
    fn codes(self) -> [Option<Is>; 2] {
        [self.otp, self.recovery]
    }
}

/// The purposes of two parts and more: name, PIN, one-time code, recovery code.
const PURPOSES: [(&str, bool, bool, bool); 4] = [
    ("pin-otp", true, true, false),
    ("pin-recover", true, false, true),
    ("otp-recover", false, true, true),
    ("all", true, true, true),
];

/// Every mixture that a purpose can be met with.
fn mixtures((_, pin, otp, recovery): (&str, bool, bool, bool)) -> Vec<Mixture> {
    let code = |asked: bool| match asked {
        true => vec![Some(Right), Some(Wrong), Some(Used)],
        false => vec![None],
    };
    let pins = if pin { vec![Some(Right), Some(Wrong)] } else { vec![None] };
    let mut all = Vec::new();
    for pin in pins {
        for otp in code(otp) {
            for recovery in code(recovery) {
                all.push(Mixture { pin, otp, recovery, joined: false });
                if pin.is_some() && otp.is_some() {
                    all.push(Mixture { pin, otp, recovery, joined: true });
                }
            }
        }
    }
    all
}

fn builder() -> Builder {
    with_tokens().purpose(Purpose::otp("otp-recover").and_recovery_code())
}

/// An account with a PIN, tokens and recovery codes, of which one each was used.
struct Person {
    ground: Ground,
    codes: Vec<String>,
    caller: Caller<'static>,
}

impl Person {
    fn new(policy: Policy, kinds: &[TokenKind]) -> Self {
        let ground = Ground::new(policy);
        ground.enroll_ana();
        for (nth, kind) in (0u8..).zip(kinds) {
            let other = [nth; 20];
            let secret = if nth == 0 { SECRET } else { &other };
            let secret = TokenSecret::Given(secret);
            ground.run(AddToken { secret, ..standing(*kind) }).unwrap();
        }
        let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
        let codes: Vec<String> = ground.run(issue).unwrap().iter().map(Into::into).collect();
        let person = Self { ground, codes, caller: CALLER };
        let used = Mixture { pin: None, otp: Some(Used), recovery: Some(Used), joined: false };
        assert_eq!(person.ask_with("otp-recover", used, &mut Fair).0, "granted");
        person
    }

    fn copy(&self) -> Self {
        let (codes, caller) = (self.codes.clone(), self.caller);
        Self { ground: self.ground.copy(), codes, caller }
    }

    /// Types it on a copy of the account.
    fn typed(&self, purpose: &str, typed: Mixture) -> (String, Vec<Asked>) {
        self.copy().ask_with(purpose, typed, &mut Fair)
    }

    /// Types it, and gives the answer beside the trace.
    fn ask_with(
        &self,
        purpose: &str,
        typed: Mixture,
        weather: &mut dyn Weather,
    ) -> (String, Vec<Asked>) {
        // Of a TOTP the step before is within the window too; a HOTP's counters are as far apart.
        let step = step(self.ground.now.get());
        let (used, right) = (otp(step - 1), otp(step));
        let of = |is: Is, [right, used]: [&str; 2], wrong: &str| match is {
            Right => right.to_owned(),
            Used => used.to_owned(),
            Wrong => wrong.to_owned(),
        };
        let pin = typed.pin.map(|is| of(is, [PIN, PIN], WRONG_PIN));
        let code = typed.otp.map(|is| of(is, [&right, &used], "000000"));
        let wrong = "0000-0000-0000-0000";
        let recovery = typed.recovery.map(|is| of(is, [&self.codes[1], &self.codes[0]], wrong));
        let joined = format!("{}{}", pin.as_deref().unwrap_or(""), code.as_deref().unwrap_or(""));
        let (pin, code, joined) = match typed.joined {
            true => (None, None, Some(joined.as_str())),
            false => (pin.as_deref(), code.as_deref(), None),
        };
        let recovery_code = recovery.as_deref();
        let evidence = Evidence { pin, otp: code, pin_then_otp: joined, recovery_code };
        let verify = Verify { caller: self.caller, ..verify_by("ana", purpose, evidence) };
        let (outcome, trace) = self.ground.walk(self.ground.start(verify), weather);
        let answer = match outcome {
            Ok(_) => "granted".into(),
            Err(Error::Refused(refusal)) => format!("{refusal:?}"),
            Err(error) => format!("{error:?}"),
        };
        (answer, trace)
    }
}

const HOTP: TokenKind = TokenKind::Hotp { counter: step(NOW) - 1 };

/// A clock, a counter, and one beside another.
const TOKENS: [&[TokenKind]; 3] =
    [&[TokenKind::TOTP], &[HOTP], &[TokenKind::TOTP, TokenKind::HOTP]];

fn hashes(trace: &[Asked]) -> Vec<(u32, u32, u32)> {
    let cost = |asked: &Asked| match asked {
        Asked::Hash(cost) => Some(*cost),
        _ => None,
    };
    trace.iter().filter_map(cost).collect()
}

#[test]
fn a_right_pin_with_a_wrong_code_and_a_wrong_pin_with_it_are_the_same() {
    for hide in [0, 1] {
        let policy = builder().set("accounts.hide", hide).unwrap().build().unwrap();
        let mut tried = 0;
        for tokens in TOKENS {
            let person = Person::new(policy.clone(), tokens);
            for purpose in PURPOSES {
                let (name, ..) = purpose;
                let first = person.typed(name, mixtures(purpose)[0]);
                assert_eq!(first.0, "granted", "all right: {name}, {tokens:?}");
                for typed in mixtures(purpose) {
                    let (answer, trace) = person.typed(name, typed);
                    assert_eq!(trace, first.1, "{name}, {typed:?}");
                    let expected = if typed.is_right() { "granted" } else { typed.refusal() };
                    assert_eq!(answer, expected, "{name}, {typed:?}");
                    tried += 1;
                }
            }
        }
        assert_eq!(tried, 3 * (12 + 6 + 9 + 36));
    }
}

#[test]
fn an_older_hash_is_renewed_for_who_passes_entirely_and_for_nobody_else() {
    let person = Person::new(builder().build().unwrap(), TOKENS[0]);
    let costlier = builder().set("hash.passes", 2).unwrap().build().unwrap();
    let after = person.ground.copied(Pinbolt::open(keys(), costlier, "tests").unwrap());
    let person = Person { ground: after, ..person };
    for (purpose, own) in PURPOSES.into_iter().zip([1, 2, 1, 2]) {
        let (name, pin, ..) = purpose;
        for typed in mixtures(purpose) {
            let (answer, trace) = person.typed(name, typed);
            let mut expected = vec![OLD_COST; own];
            if typed.is_right() {
                expected.extend(pin.then_some(NEW_COST));
            }
            assert_eq!(hashes(&trace), expected, "{name}, {typed:?}");
            assert_eq!(answer == "granted", typed.is_right(), "{name}, {typed:?}");
        }
    }
}

/// What closes one authenticator: its purpose, and what a stranger types for it.
const ALONE: [(&str, Mixture); 3] = [
    ("step-up", Mixture { pin: Some(Wrong), ..NOTHING }),
    ("otp", Mixture { otp: Some(Wrong), ..NOTHING }),
    ("recover", Mixture { recovery: Some(Wrong), ..NOTHING }),
];
const NOTHING: Mixture = Mixture { pin: None, otp: None, recovery: None, joined: false };

/// The person after so many wrong guesses at one authenticator, for each that a purpose asks.
fn after_guesses(
    policy: &Policy,
    (purpose, times): ((&str, bool, bool, bool), usize),
) -> Vec<Person> {
    let (_, pin, otp, recovery) = purpose;
    let asked = ALONE.into_iter().zip([pin, otp, recovery]).filter(|(_, asked)| *asked);
    let closed = asked.map(|((alone, wrong), _)| {
        let person = Person::new(policy.clone(), TOKENS[0]);
        for _ in 0..times {
            assert_eq!(person.ask_with(alone, wrong, &mut Fair).0, "WrongCredentials");
        }
        person
    });
    closed.collect()
}

#[test]
fn where_one_part_waits_or_is_throttled_nothing_is_looked_at() {
    for (throttle, expected) in [(0, "Waiting"), (1, "Throttled")] {
        let policy = builder().set("throttle.on", throttle).unwrap().build().unwrap();
        for purpose in PURPOSES {
            for person in after_guesses(&policy, (purpose, 10)) {
                let first = person.typed(purpose.0, mixtures(purpose)[0]);
                assert!(first.0.starts_with(expected), "{purpose:?}: {}", first.0);
                assert_eq!(first.1, [Asked::Load('a'), Asked::Load('d')], "{purpose:?}");
                for typed in mixtures(purpose) {
                    assert_eq!(person.typed(purpose.0, typed), first, "{purpose:?}, {typed:?}");
                }
            }
        }
    }
}

/// No mixture passes, all of them ask the same, and the PIN changes no answer.
fn nothing_passes(person: &Person, purpose: (&str, bool, bool, bool)) {
    let first = person.typed(purpose.0, mixtures(purpose)[0]);
    assert_eq!(first.0, "WrongCredentials", "{purpose:?}, all right");
    let mut by_codes = BTreeMap::new();
    for typed in mixtures(purpose) {
        let (answer, trace) = person.typed(purpose.0, typed);
        assert_eq!(trace, first.1, "{purpose:?}, {typed:?}");
        let told = by_codes.entry(typed.codes()).or_insert_with(|| answer.clone());
        assert_eq!(answer, *told, "{purpose:?}, {typed:?}");
        assert!([typed.refusal(), "WrongCredentials"].contains(&answer.as_str()), "{typed:?}");
    }
}

#[test]
fn where_one_part_is_disabled_all_is_as_where_it_is_wrong() {
    let policy = builder().set("cap.stranger", 3).unwrap().build().unwrap();
    for purpose in PURPOSES {
        for person in after_guesses(&policy, (purpose, 3)) {
            nothing_passes(&person, purpose);
        }
    }
}

#[test]
fn a_block_shows_in_no_mixture() {
    let person = Person::new(builder().build().unwrap(), TOKENS[0]);
    let open = PURPOSES.map(|purpose| person.typed(purpose.0, mixtures(purpose)[0]).1);
    person.ground.run(Block { account: "ana", operator: operator() }).unwrap();
    for (purpose, open) in PURPOSES.into_iter().zip(open) {
        nothing_passes(&person, purpose);
        assert_eq!(person.typed(purpose.0, mixtures(purpose)[0]).1, open, "{purpose:?}");
    }
}

#[test]
fn overload_gives_every_mixture_back() {
    let person = Person::new(builder().build().unwrap(), TOKENS[2]);
    for purpose in PURPOSES {
        let first = person.copy().ask_with(purpose.0, mixtures(purpose)[0], &mut Busy);
        for typed in mixtures(purpose) {
            let copy = person.copy();
            let told = copy.ask_with(purpose.0, typed, &mut Busy);
            assert_eq!(told, first, "{purpose:?}, {typed:?}");
            assert_eq!(told.0, "Failure(Overload)");
            let seen = copy.ground.run(Describe { account: "ana" }).unwrap();
            assert_eq!(seen.ledgers, [], "{purpose:?}, {typed:?}");
            assert_eq!(copy.ask_with(purpose.0, mixtures(purpose)[0], &mut Fair).0, "granted");
        }
    }
}

/// The refusals of one mixture, typed again and again.
fn guessed(person: &Person, purpose: &str, typed: Mixture) -> Vec<String> {
    let copy = person.copy();
    let mut told = Vec::new();
    for _ in 0..14 {
        told.push(copy.ask_with(purpose, typed, &mut Fair).0);
        copy.ground.advance(1);
    }
    told
}

#[test]
fn guess_after_guess_the_parts_beside_a_wrong_or_used_code_show_in_nothing() {
    for lane in [Lane::Stranger, Lane::FirstFactor] {
        for tokens in [TOKENS[0], TOKENS[2]] {
            let person = Person::new(builder().build().unwrap(), tokens);
            let person = Person { caller: CALLER.in_lane(lane), ..person };
            for purpose in PURPOSES {
                for typed in mixtures(purpose) {
                    let used = typed.codes().contains(&Some(Used));
                    if !used && !typed.codes().contains(&Some(Wrong)) {
                        continue;
                    }
                    let told = guessed(&person, purpose.0, typed);
                    let other = Mixture { pin: typed.pin.map(|_| Wrong), ..typed };
                    assert_eq!(told, guessed(&person, purpose.0, other), "{purpose:?}, {typed:?}");
                    let refused = told.iter().filter(|told| *told == typed.refusal()).count();
                    // Nothing is counted beside a used code, so that nothing of the rest shows.
                    let expected = if used { 14..=14 } else { 5..=10 };
                    assert!(expected.contains(&refused), "{purpose:?}, {typed:?}: {told:?}");
                }
            }
        }
    }
}
