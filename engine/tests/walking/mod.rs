//! A random walk of guesses at everything that an account has: it knows what each part of a guess
//! is, and leaves it to the tests what must come of it.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use pinbolt::{
    Authenticator, Channel, Policy, Refusal,
    driver::{self, Store},
    op::{
        AddToken, Begun, Challenge, Evidence, IssueRecoveryCodes, Resend, TokenKind, TokenSecret,
    },
    policy::Purpose,
};

use crate::common::*;

/// The generator: nothing hides behind it.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % sides
    }
}

/// What a part of a guess is, as far as the walker knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Right,
    /// A code that was used, or superseded by a newer one.
    Used,
    Wrong,
}

/// A guess: at what, and how it was answered; `Err(())` is a failure.
#[derive(Debug)]
pub struct Guess {
    pub parts: Vec<(Authenticator, Part)>,
    pub answer: Result<Result<(), Refusal>, ()>,
}

/// The account has so many tokens.
pub const TOKENS: u32 = 2;
const FOREIGN: &str = "0000-0000-0000-0000";

/// A walker: his open challenge, the codes that he has seen, newest last, and what he holds.
#[derive(Default)]
pub struct Walk {
    open: Option<Challenge>,
    codes: Vec<String>,
    counter: u64,
    paper: Vec<String>,
    torn: Vec<String>,
}

pub fn policy_of_the_walk() -> Policy {
    let look_up = Purpose::code("look-up", &[Channel::Sms, Channel::Email]);
    Policy::builder()
        .cheapest_hash()
        .purpose(look_up.resend(pinbolt::policy::Resend::Rotate))
        .purpose(Purpose::pin("step-up"))
        .purpose(Purpose::otp("otp"))
        .purpose(Purpose::pin("pin-otp").and_otp())
        .purpose(Purpose::recovery_code("recover"))
        .purpose(Purpose::pin("pin-recover").and_recovery_code())
        .purpose(Purpose::pin("all").and_otp().and_recovery_code())
        .build()
        .unwrap()
}

/// Wrong codes, all different.
pub fn wrong_codes(right: &str, count: usize) -> Vec<String> {
    let mut code = right.to_owned();
    let next = |_| {
        code = wrong(&code);
        code.clone()
    };
    (0..count).map(next).collect()
}

impl Walk {
    /// Gives `ana` two tokens and a set of recovery codes.
    pub fn new<S: Store>(w: &World<S>) -> Self {
        w.run(standing(TokenKind::HOTP)).unwrap();
        let secret = TokenSecret::Given(b"a secret of another token");
        w.run(AddToken { secret, digits: 8, ..standing(TokenKind::TOTP) }).unwrap();
        let mut walk = Self::default();
        walk.print(w);
        walk
    }

    fn print<S: Store>(&mut self, w: &World<S>) {
        let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
        if let Ok(codes) = w.engine.run(issue) {
            self.paper = codes.iter().map(Into::into).collect();
            self.torn.clear();
        }
    }

    /// One random act, if it was a guess.
    pub fn act<S: Store>(&mut self, w: &World<S>, dice: &mut Dice) -> Option<Guess> {
        match dice.roll(20) {
            0 => w.clock.advance(dice.roll(2 * HOUR)),
            1 => w.clock.advance(dice.roll(2 * DAY)),
            2 | 3 => {
                let name = ["ana", PHONE, EMAIL][dice.roll(3) as usize];
                self.note(w, w.engine.run(look_up(name)));
            }
            4 => {
                let handle = self.open.as_ref()?.handle.clone();
                let resend = Resend { handle: &handle, channel: Channel::Sms, caller: CALLER };
                self.note(w, w.engine.run(resend));
            }
            roll @ 5..=8 => return self.finish(w, (roll, dice)),
            9 => return Some(self.verify(w, dice, "step-up")),
            10..=12 => return Some(self.verify(w, dice, "otp")),
            13 | 14 => return Some(self.verify(w, dice, "recover")),
            15 | 16 => return Some(self.verify(w, dice, "pin-otp")),
            17 => return Some(self.verify(w, dice, "pin-recover")),
            18 => return Some(self.verify(w, dice, "all")),
            _ if self.paper.len() < 3 => self.print(w),
            _ => {}
        }
        None
    }

    fn note<S: Store>(&mut self, w: &World<S>, begun: Result<Begun, driver::Error>) {
        if let Ok(begun) = begun
            && begun.challenge.sent
        {
            self.open = Some(begun.challenge);
            if w.engine.deliver(begun.dispatch).is_ok() {
                self.codes.push(w.code());
            }
        }
    }

    fn finish<S: Store>(&self, w: &World<S>, (roll, dice): (u64, &mut Dice)) -> Option<Guess> {
        let handle = self.open.as_ref()?.handle.clone();
        let newest = self.codes.last()?.clone();
        let older = self.codes.iter().rev().nth(1).cloned().unwrap_or_default();
        let (part, code) = match roll {
            5 => (Part::Right, newest),
            6 => (Part::Used, older),
            _ => (Part::Wrong, wrong_codes(&newest, 9).remove(dice.roll(9) as usize)),
        };
        let answer = answered(w.engine.run(finish(&handle, &code)));
        Some(Guess { parts: vec![(Authenticator::CODE, part)], answer })
    }

    fn verify<S: Store>(&mut self, w: &World<S>, dice: &mut Dice, purpose: &str) -> Guess {
        let factors = w.engine.pinbolt().policy().purposes().iter().find(|p| p.name() == purpose);
        let factors = factors.unwrap().factors();
        let mut one = |asked: bool, of: &[Part]| {
            let part = of[dice.roll(of.len() as u64) as usize];
            asked.then_some(part)
        };
        let pin = one(factors.pin, &[Part::Right, Part::Wrong]);
        let token = one(factors.otp, &[Part::Right, Part::Used, Part::Wrong]);
        let paper = one(factors.recovery_code, &[Part::Right, Part::Used, Part::Wrong]);
        // What wasn't used yet can't be typed as used.
        let token = token.map(|part| match part {
            Part::Used if self.counter == 0 => Part::Wrong,
            other => other,
        });
        let paper = paper.map(|part| match part {
            Part::Used if self.torn.is_empty() => Part::Wrong,
            Part::Right if self.paper.is_empty() => Part::Wrong,
            other => other,
        });
        let ahead = self.counter + dice.roll(3);
        let code = token.map(|part| match part {
            Part::Right => otp(ahead),
            Part::Used => otp(self.counter - 1),
            Part::Wrong => self.wrong_otp(dice),
        });
        let recovery_code = paper.map(|part| match part {
            Part::Right => self.paper[0].clone(),
            Part::Used => self.torn[0].clone(),
            Part::Wrong => FOREIGN.into(),
        });
        let right = pin == Some(Part::Right);
        let mut evidence = Evidence {
            pin: pin.map(|_| if right { PIN } else { WRONG_PIN }),
            otp: code.as_deref(),
            recovery_code: recovery_code.as_deref(),
            pin_then_otp: None,
        };
        let joined = evidence.pin.zip(evidence.otp).map(|(pin, code)| format!("{pin}{code}"));
        if let Some(joined) = joined.as_deref().filter(|_| dice.roll(2) == 0) {
            (evidence.pin, evidence.otp, evidence.pin_then_otp) = (None, None, Some(joined));
        }
        let name = ["ana", PHONE, EMAIL][dice.roll(3) as usize];
        let answer = answered(w.engine.run(verify_by(name, purpose, evidence)));
        if answer == Ok(Ok(())) {
            self.counter = if token.is_some() { ahead + 1 } else { self.counter };
            if paper.is_some() {
                self.torn.insert(0, self.paper.remove(0));
            }
        }
        let what = [Authenticator::PIN, Authenticator::OTP, Authenticator::RECOVERY_CODE];
        let parts = what.into_iter().zip([pin, token, paper]);
        let parts = parts.filter_map(|(what, part)| part.map(|part| (what, part))).collect();
        Guess { parts, answer }
    }

    /// A code that no counter in reach has.
    fn wrong_otp(&self, dice: &mut Dice) -> String {
        loop {
            let code = format!("{:06}", dice.roll(1_000_000));
            let near = self.counter.saturating_sub(1)..self.counter + 10;
            if near.into_iter().all(|at| otp(at) != code) {
                return code;
            }
        }
    }
}

fn answered<T>(result: Result<T, driver::Error>) -> Result<Result<(), Refusal>, ()> {
    match result {
        Ok(_) => Ok(Ok(())),
        Err(driver::Error::Refused(refusal)) => Ok(Err(refusal)),
        Err(_) => Err(()),
    }
}
