//! Line 8 of how such software fails: guessing is bounded. A year of guessing one-time codes at the
//! greatest rate that is allowed, on the engine itself, then many such years by the pure functions,
//! against the computed chance.
//!
//! In a year a stranger gets 740 comparisons: 10 at once and 2 a day after. It takes an owner who
//! signs in between, or 50 failures in a row disable; an operator who also unlocks whenever a refill
//! is allowed adds 260. Six digits are then guessed in a year with these chances in 10,000, and with
//! all refills those in brackets:
//!
//! | | codes good at once | chance |
//! | --- | --- | --- |
//! | TOTP | 2 | 14.8 (20) |
//! | TOTP, its clock seen off by one step | 3 | 22.2 (30) |
//! | TOTP, its clock seen off by two | 4 | 29.6 (40) |
//! | HOTP, look-ahead 5 | 6 | 44.4 (60) |
//! | TOTP without a step back | 1 | 7.4 (10) |
//!
//! So a six-digit token alone exceeds 1 in 1,000 a year at its defaults, TOTP and HOTP alike. Within
//! it are: a PIN beside the code, eight digits (0.3 at most), and for a TOTP whose clock is right
//! `throttle.per_day` 1 (7.5). The tests below hold that, also where it is no praise.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss
)]

mod common;
mod steps;

use common::*;
use pinbolt::{
    Authenticator, Lane, Refusal,
    oath::{Algorithm, Hotp},
    op::{AddToken, Evidence, TokenKind, TokenSecret, Unlock},
    testkit::{MemoryStore, Observed},
};
use steps::*;

const YEAR: u64 = 365 * DAY;
/// What is always guessed on the engine: of no token here in that year.
const GUESS: &str = "000000";
const SECRETS: [[u8; 20]; 3] = [[1; 20], [2; 20], [3; 20]];

/// What happens beside the guessing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    /// Nothing.
    Nobody,
    /// The owner signs in at each opening, which starts the count over.
    Owner,
    /// And an operator unlocks as often as that refills the throttle.
    Refills,
}

struct Guessed {
    w: World<Observed<MemoryStore>>,
    log: Log,
    kind: TokenKind,
    /// The tokens, the first of which the owner uses.
    tokens: u32,
    used: u64,
    /// When each guess was judged.
    times: Vec<u64>,
}

impl Guessed {
    fn new(kind: TokenKind, tokens: usize, settings: &[(&str, u64)]) -> Self {
        let set = |builder: pinbolt::policy::Builder, (path, value): &(&str, u64)| {
            builder.set(path, *value).unwrap()
        };
        // Where accounts aren't hidden it says when it disables.
        let builder = with_tokens().set("accounts.hide", 0).unwrap();
        let policy = settings.iter().fold(builder, set).build().unwrap();
        let (store, log) = observed(MemoryStore::new());
        let w = world_on(store, policy);
        w.enroll_as("ana", &[]);
        for secret in &SECRETS[..tokens] {
            let secret = TokenSecret::Given(secret);
            w.run(AddToken { secret, ..standing(kind) }).unwrap();
        }
        let tokens = u32::try_from(tokens).unwrap();
        Self { w, log, kind, tokens, used: 0, times: Vec::new() }
    }

    fn try_code(&self, code: &str) -> Result<(), Refusal> {
        self.w.run(verify_by("ana", "otp", Evidence::otp(code))).map(drop)
    }

    fn owner_signs_in(&mut self) {
        let at = match self.kind {
            TokenKind::HOTP => self.used,
            _ => step(self.w.clock_now()),
        };
        let code = Hotp::new(Algorithm::Sha1, 6, &SECRETS[0]).unwrap().code(at);
        assert_eq!(self.try_code(code.as_str()), Ok(()), "the owner is not kept out");
        self.used += 1;
    }

    /// Guesses for a year, whenever it is allowed.
    fn for_a_year(mut self, meanwhile: Meanwhile) -> Self {
        let end = NOW + YEAR;
        let mut refills = 0;
        loop {
            let now = self.w.clock_now();
            let writes = self.log.len();
            match self.try_code(GUESS) {
                Err(Refusal::WrongCredentials) => {
                    assert_eq!(self.log.len() - writes, 1, "counted as it is judged");
                    self.times.push(now);
                }
                Err(Refusal::Throttled { until }) => {
                    assert_eq!(self.log.len(), writes);
                    // Two in the first 30 days, two in the next.
                    if meanwhile == Meanwhile::Refills
                        && refills <= 2 * ((now - NOW) / (30 * DAY)) + 1
                    {
                        let (authenticator, authority) = (Authenticator::OTP, by_operator());
                        let unlock = Unlock { account: "ana", authenticator, authority };
                        assert!(self.w.run(unlock).unwrap().refilled);
                        refills += 1;
                        continue;
                    }
                    if until > end {
                        return self;
                    }
                    self.w.clock.set(until);
                    if meanwhile != Meanwhile::Nobody {
                        self.owner_signs_in();
                    }
                }
                Err(Refusal::Disabled) => return self,
                other => panic!("{other:?}"),
            }
        }
    }

    fn comparisons(&self) -> u32 {
        u32::try_from(self.times.len()).unwrap() * self.tokens
    }
}

const KINDS: [TokenKind; 2] = [TokenKind::TOTP, TokenKind::HOTP];

#[test]
fn failure_08_a_year_at_the_greatest_rate_gives_the_burst_and_two_a_day() {
    for kind in KINDS {
        for (tokens, guesses) in [(1, 740), (2, 370), (3, 246)] {
            let year = Guessed::new(kind, tokens, &[]).for_a_year(Meanwhile::Owner);
            assert_eq!(year.times.len(), guesses, "{kind:?}, {tokens}");
            assert_eq!(u64::from(year.comparisons()), 740 / tokens as u64 * tokens as u64);
            assert!(year.times.windows(2).all(|two| two[0] <= two[1]));
            assert_eq!(year.times.iter().filter(|at| **at == NOW).count(), 10 / tokens);
        }
    }
    for (settings, comparisons) in [
        ([("throttle.burst", 1), ("throttle.per_day", 1)], 366),
        ([("throttle.burst", 20), ("throttle.per_day", 4)], 20 + 4 * 365),
        ([("throttle.burst", 10), ("throttle.per_day", 1)], 375),
    ] {
        let year = Guessed::new(TokenKind::HOTP, 1, &settings).for_a_year(Meanwhile::Owner);
        assert_eq!(year.comparisons(), comparisons, "{settings:?}");
    }
}

#[test]
fn failure_08_an_operators_refills_add_ten_each_and_two_in_thirty_days() {
    for kind in KINDS {
        let year = Guessed::new(kind, 1, &[]).for_a_year(Meanwhile::Refills);
        // Of thirteen times thirty days the last is begun.
        assert_eq!(year.comparisons(), 740 + 13 * 2 * 10, "{kind:?}");
    }
}

#[test]
fn failure_08_fifty_in_a_row_disable() {
    for kind in KINDS {
        for (tokens, guesses) in [(1, 50), (2, 25), (3, 16)] {
            let year = Guessed::new(kind, tokens, &[]).for_a_year(Meanwhile::Nobody);
            assert_eq!(year.times.len(), guesses, "{kind:?}, {tokens}");
            assert_eq!(count(&year.w, Authenticator::OTP, Lane::Stranger), year.comparisons());
            year.w.clock.advance(YEAR);
            assert_eq!(year.try_code(GUESS), Err(Refusal::Disabled), "and stays so");
        }
    }
}

/// The comparisons of a year, at the defaults and with every refill.
const COMPARISONS: [u64; 2] = [740, 1_000];

/// Whether so many comparisons of so many digits keep 1 chance in 1,000.
const fn within_bound(comparisons: u64, (valid, digits): (u64, u32)) -> bool {
    comparisons * valid * 1_000 <= 10u64.pow(digits)
}

#[test]
fn failure_08_which_tokens_keep_one_chance_in_a_thousand_and_which_exceed_it() {
    for comparisons in COMPARISONS {
        // TOTP at 2, 3 and 4 steps and HOTP at its look-ahead, alone: over it, as said above.
        for valid in [2, 3, 4, 6] {
            assert!(!within_bound(comparisons, (valid, 6)), "{valid} codes at once");
            assert!(within_bound(comparisons, (valid, 8)), "{valid} codes at once");
            // Behind a PIN of six digits, chosen uniformly, both have to be guessed at once.
            assert!(within_bound(comparisons, (valid, 6 + 6)));
        }
        assert!(within_bound(comparisons, (1, 6)), "one step, and no other, as for a PIN");
    }
    let slow = Guessed::new(TokenKind::TOTP, 1, &[("throttle.per_day", 1)]);
    let slow = u64::from(slow.for_a_year(Meanwhile::Owner).comparisons());
    assert!(within_bound(slow, (2, 6)) && !within_bound(slow, (3, 6)), "{slow}");
}

/// A generator of guesses and secrets; nothing hides behind it.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % sides
    }

    fn secret(&mut self) -> [u8; 20] {
        [0; 20].map(|_: u8| u8::try_from(self.roll(256)).unwrap())
    }
}

const MILLION: usize = 1_000_000;
const TOKENS: u64 = 100;
const GUESSERS: u64 = 40_000;

/// Of so many years of guessing, those in which a code was found. Each guesser begins at a number
/// of his own and counts up: each of his guesses is uniform, and none comes twice in vain.
/// `valid` gives the steps or counters whose codes are good at the n-th guess, which is made at a time.
fn years_found(
    times: &[u64],
    (tokens, seed): (u32, u64),
    valid: impl Fn(u64, u64) -> std::ops::RangeInclusive<u64>,
) -> u64 {
    let mut dice = Dice(seed);
    let mut found = 0;
    for _ in 0..TOKENS {
        let mut wins = vec![false; MILLION];
        for _ in 0..tokens {
            let hotp = Hotp::new(Algorithm::Sha1, 6, &dice.secret()).unwrap();
            for (n, at) in (0u64..).zip(times) {
                for step in valid(n, *at) {
                    let code: usize = hotp.code(step).as_str().parse().unwrap();
                    let counted = usize::try_from(n).unwrap();
                    wins[(code + MILLION - counted) % MILLION] = true;
                }
            }
        }
        for _ in 0..GUESSERS {
            let begins = usize::try_from(dice.roll(1_000_000)).unwrap();
            found += u64::from(wins[begins]);
        }
    }
    found
}

#[test]
fn failure_08_simulated_years_agree_with_the_computed_chance() {
    let times =
        |kind, tokens: usize| Guessed::new(kind, tokens, &[]).for_a_year(Meanwhile::Owner).times;
    let (totp, hotp) = (times(TokenKind::TOTP, 1), times(TokenKind::HOTP, 1));
    let three = times(TokenKind::TOTP, 3);
    let window = |from: u64, to: u64| move |_: u64, at: u64| step(at) - from..=step(at) + to;
    // The owner signs in before each guess but the first ten.
    let counters = |n: u64, _: u64| n.saturating_sub(9)..=n.saturating_sub(9) + 5;
    for (what, found, valid) in [
        ("TOTP", years_found(&totp, (1, 1), window(1, 0)), 2),
        ("TOTP, a step behind", years_found(&totp, (1, 2), window(2, 0)), 3),
        ("TOTP, two ahead", years_found(&totp, (1, 3), window(1, 2)), 4),
        ("TOTP, three tokens", years_found(&three, (3, 4), window(1, 0)), 2),
        ("HOTP", years_found(&hotp, (1, 5), counters), 6),
    ] {
        let years = (TOKENS * GUESSERS) as f64;
        let comparisons = if what.contains("three") { 738.0 } else { 740.0 };
        let chance = comparisons * f64::from(valid) / 1e6;
        let (expected, sigma) = (years * chance, (years * chance * (1.0 - chance)).sqrt());
        let off = (found as f64 - expected) / sigma;
        assert!(off.abs() < 5.0, "{what}: {found} of {years}, expected {expected}, {off} sigma");
        assert!(sigma < expected / 50.0, "{what}: too few years to tell");
    }
}
