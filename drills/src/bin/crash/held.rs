//! The account's tokens and recovery codes, and what their codes must answer.

use pinbolt::{
    Lane, Refusal,
    driver::Clock,
    op::{ConfirmToken, Description, Evidence, IssueRecoveryCodes, TokenKind, TokenState, Verify},
};
use pinbolt_drills::{ANA, CALLER, Device, OTP, PIN_AND_OTP, RECOVER, Result, by_operator, wrong};

use crate::scene::{Scene, Stage, expect};

/// The first token, which goes by the time.
pub(crate) const CLOCK: Device = Device::totp(1, 30);
/// The second, which counts.
pub(crate) const COUNTER: Device = Device::hotp(2);
/// The third, a candidate.
pub(crate) const MERE: Device = Device::hotp(3);
/// The fourth, which a verb may add.
pub(crate) const FOURTH: Device = Device::hotp(4);
/// As many guesses as a code counts: the confirmed tokens.
pub(crate) const BOTH: u32 = 2;
/// A recovery code that is used, and not of the set's first.
pub(crate) const USED: usize = 3;
/// Tries that the candidate has left.
const TRIES: u8 = 9;

/// What new operations must find.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) tokens: Vec<Token>,
    /// What the clock's present code answers.
    pub(crate) clock: &'static str,
    /// What a wrong code leaves the candidate.
    pub(crate) tries: u8,
    /// The set that was shown.
    pub(crate) codes: Vec<String>,
    /// How many of the standing set are left.
    pub(crate) left: usize,
    /// What the first of those that were shown answers.
    pub(crate) first: &'static str,
}

/// A token, as `describe` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) number: u32,
    pub(crate) confirmed: bool,
    /// The next counter.
    pub(crate) counter: Option<u64>,
    /// Whether a code of it was accepted.
    pub(crate) used: bool,
}

impl Token {
    fn of(seen: &TokenState) -> Self {
        let counter = match seen.kind {
            TokenKind::Hotp { counter } => Some(counter),
            _ => None,
        };
        let (confirmed, used) = (seen.confirmed.is_some(), seen.used.is_some());
        Self { number: seen.token, confirmed, counter, used }
    }

    /// A candidate that counts.
    pub(crate) const fn candidate(number: u32) -> Self {
        Self { number, confirmed: false, counter: Some(0), used: false }
    }
}

impl Held {
    pub(crate) fn new(seen: &Description, codes: Vec<String>) -> Self {
        Self {
            tokens: seen.tokens.iter().map(Token::of).collect(),
            clock: "Granted",
            tries: TRIES.saturating_sub(1),
            left: codes.len().saturating_sub(1),
            codes,
            first: "Granted",
        }
    }

    /// A token, to be changed.
    pub(crate) fn token(&mut self, number: u32) -> Option<&mut Token> {
        self.tokens.iter_mut().find(|token| token.number == number)
    }

    /// A code of the second token was accepted.
    pub(crate) fn count(&mut self, at: u64) {
        if let Some(token) = self.token(2) {
            (token.counter, token.used) = (at.checked_add(1), true);
        }
    }

    /// The clock's present code was accepted.
    pub(crate) fn tick(&mut self) {
        self.clock = "AlreadyUsed";
        if let Some(token) = self.token(1) {
            token.used = true;
        }
    }

    pub(crate) fn is_shown(&self, seen: &Description) -> Result<()> {
        let shown: Vec<Token> = seen.tokens.iter().map(Token::of).collect();
        expect(&shown, &self.tokens)?;
        expect(seen.recovery_codes_left, Some(self.left))
    }
}

/// Gives the account two tokens, a candidate and a set of recovery codes.
pub(crate) fn give(world: &Stage) -> Result<Vec<String>> {
    for (device, confirmed) in [(CLOCK, true), (COUNTER, true), (MERE, false)] {
        world.granted(device.add(confirmed)?)?;
    }
    let issue = IssueRecoveryCodes { account: ANA, authority: by_operator()? };
    Ok(world.granted(issue)?.iter().map(Into::into).collect())
}

/// Some of them are used, and wrong codes are counted; one more, and a lane waits.
pub(crate) fn fail(world: &Stage, codes: &[String]) -> Result<()> {
    expect(world.named(otp(&COUNTER.code(0)?, Lane::Stranger))?, "Granted")?;
    let used = codes.get(USED).ok_or("no such code")?;
    expect(world.named(recover(used))?, "Granted")?;
    for (lane, times) in [(Lane::Stranger, 1), (Lane::FirstFactor, 4)] {
        for _ in 0..times {
            expect(world.named(otp(&wrong_code(world)?, lane))?, "WrongCredentials")?;
        }
    }
    expect(world.named(recover(NOBODYS))?, "WrongCredentials")?;
    expect(world.named(confirm(3, &wrong(&MERE.code(0)?, 0)?))?, "WrongCode")
}

/// Every code answers as it must, and is accepted once at most.
pub(crate) fn check(scene: &Scene) -> Result<()> {
    let (state, now) = (&scene.state, scene.now());
    let present = state.exists && !state.blocked;
    let say = |answer| if present { answer } else { "WrongCredentials" };
    let held = &state.held;
    let once = |verify: Verify<'_>, expected| {
        let world = scene.copy().world;
        expect(world.named(verify)?, expected)?;
        if expected == "Granted" { expect(world.named(verify)?, "AlreadyUsed") } else { Ok(()) }
    };
    once(otp(&CLOCK.code(CLOCK.at(now))?, Lane::Stranger), say(held.clock))?;
    let counter = held.tokens.iter().find(|token| token.number == 2);
    if let Some(next) = counter.and_then(|token| token.counter) {
        let last = next.saturating_sub(1);
        once(otp(&COUNTER.code(last)?, Lane::Stranger), say("AlreadyUsed"))?;
        once(otp(&COUNTER.code(next)?, Lane::Stranger), say("Granted"))?;
    } else {
        once(otp(&COUNTER.code(1)?, Lane::Stranger), "WrongCredentials")?;
    }
    let codes = |at: usize| held.codes.get(at).ok_or("no such code");
    once(recover(codes(0)?), say(held.first))?;
    let used = if held.left == held.codes.len() { "WrongCredentials" } else { "AlreadyUsed" };
    once(recover(codes(USED)?), say(used))?;
    candidate(scene)
}

/// The candidate signs nobody in. It can be confirmed, once, and has lost no more tries than were
/// wrong; its code is then used up.
fn candidate(scene: &Scene) -> Result<()> {
    let (state, world) = (&scene.state, scene.copy().world);
    let (code, last) = (MERE.code(0)?, Lane::Stranger);
    let held = state.held.tokens.iter().find(|token| token.number == 3);
    let refusal = match held {
        _ if !state.exists => "UnknownAccount",
        _ if state.blocked => "NotAuthorized",
        Some(token) if !token.confirmed => {
            let tries_left = state.held.tries;
            let answer = world.run(confirm(3, &wrong(&code, 0)?))?.map(drop);
            expect(answer, Err(Refusal::WrongCode { tries_left }))?;
            expect(scene.copy().world.named(otp(&code, last))?, "WrongCredentials")?;
            expect(
                world.named(confirm(3, &code))?,
                if tries_left == 0 { GONE } else { "Granted" },
            )?;
            let spent = if tries_left == 0 { "WrongCredentials" } else { "AlreadyUsed" };
            expect(world.named(otp(&code, last))?, spent)?;
            GONE
        }
        Some(_) => {
            expect(world.named(otp(&code, last))?, "AlreadyUsed")?;
            GONE
        }
        None => GONE,
    };
    expect(world.named(confirm(3, &code))?, refusal)
}

/// The person's clock still signs him in.
pub(crate) fn comes_back(world: &Stage, pin: &str) -> Result<()> {
    let code = CLOCK.code(CLOCK.at(world.clock.now()))?;
    world.granted(in_lane(PIN_AND_OTP, Evidence::pin(pin).and_otp(&code), Lane::Stranger)).map(drop)
}

const GONE: &str = "UnknownToken";
/// A recovery code of nobody's.
pub(crate) const NOBODYS: &str = "0000-0000-0000-0000";

/// A code that no token shows.
pub(crate) fn wrong_code(world: &Stage) -> Result<String> {
    wrong(&CLOCK.code(CLOCK.at(world.clock.now()))?, 0)
}

pub(crate) const fn otp(code: &str, lane: Lane) -> Verify<'_> {
    in_lane(OTP, Evidence::otp(code), lane)
}

pub(crate) const fn recover(code: &str) -> Verify<'_> {
    in_lane(RECOVER, Evidence::recovery_code(code), Lane::Stranger)
}

pub(crate) const fn in_lane<'a>(
    purpose: &'a str,
    evidence: Evidence<'a>,
    lane: Lane,
) -> Verify<'a> {
    Verify { name: ANA, purpose, evidence, caller: CALLER.in_lane(lane), context: b"" }
}

pub(crate) const fn confirm(token: u32, code: &str) -> ConfirmToken<'_> {
    ConfirmToken { account: ANA, token, code, caller: CALLER }
}
