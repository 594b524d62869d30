//! The process that is killed while it uses tokens and recovery codes.

use core::fmt;
use std::{path::Path, thread};

use pinbolt::{
    Lane,
    driver::{Clock, SystemClock},
    op::{
        ConfirmToken, Describe, Evidence, IssueRecoveryCodes, RemoveToken, ResyncToken, TokenKind,
        Verb, Verify,
    },
};
use pinbolt_drills::{
    ANA, CALLER, Device, OTP, PIN, PIN_AND_OTP, PIN_AND_RECOVERY, RECOVER, Result, World,
    by_operator, clear_of, pinbolt, policy, system, wrong,
};
use pinbolt_sqlite::Sqlite;

use crate::{
    held::NOBODYS,
    scene::expect,
    told::{Act, Told},
    worker::{GUESSING, OWN, Shifted, Site, day, tell},
};

/// The seconds of a step: none ends between a kill and its checks.
const STEP: u32 = 300;
/// The first token.
pub(crate) const CLOCK: Device = Device::totp(1, STEP);
/// The second.
pub(crate) const COUNTER: Device = Device::hotp(2);
/// The third, which comes and goes.
const THIRD: Device = Device::hotp(3);
/// Recovery codes of a set; one of them is never used.
pub(crate) const SET: usize = 4;
/// Cycles within a round's day.
const MOST: u32 = 200;
/// Cycles with wrong guesses: so few that no lane comes to its cap.
const GUESSES: u32 = 5;

/// The holder's world at the n-th cycle of a round: each is a step after the one before.
pub(crate) fn site(store: &Sqlite, round: u32, n: u32) -> Result<Site<'_>> {
    let Shifted(day) = day(round);
    at(store, Shifted(day.saturating_add(milliseconds(n.into()))))
}

/// The same at the beginning of a step to come.
pub(crate) fn at_step(store: &Sqlite, step: u64) -> Result<Site<'_>> {
    let begins = milliseconds(step).saturating_add(1_000);
    at(store, Shifted(begins.saturating_sub(SystemClock.now())))
}

fn milliseconds(steps: u64) -> u64 {
    steps.saturating_mul(STEP.into()).saturating_mul(1_000)
}

fn at(store: &Sqlite, clock: Shifted) -> Result<Site<'_>> {
    let policy = policy().cheapest_hash().set("recovery.codes", SET as u64)?;
    let policy = policy.set("wait.after", 100)?;
    Ok(World::new(pinbolt(policy)?, (store, clock), system()))
}

/// Works until it is killed.
pub(crate) fn run(path: &Path, round: &str) -> Result<()> {
    let store = Sqlite::open(path)?;
    let round = round.parse()?;
    let counter = counter(&site(&store, round, 0)?)?;
    let mut holder = Holder { counter, codes: Vec::new(), round };
    for n in 0..MOST {
        tell(&Told::Working(n))?;
        holder.cycle(&site(&store, round, n)?, n)?;
    }
    loop {
        thread::park();
    }
}

/// The second token's next counter.
pub(crate) fn counter(site: &Site<'_>) -> Result<u64> {
    let seen = site.granted(Describe { account: ANA })?;
    let kinds = seen.tokens.iter().map(|token| token.kind);
    let counters = kinds.filter_map(|kind| match kind {
        TokenKind::Hotp { counter } => Some(counter),
        _ => None,
    });
    Ok(counters.into_iter().next().ok_or("no token counts")?)
}

/// What the person has in his hands.
struct Holder {
    counter: u64,
    codes: Vec<String>,
    /// Another one begins with another guess.
    round: u32,
}

impl Holder {
    /// Uses everything once, and twice what was accepted.
    fn cycle(&mut self, site: &Site<'_>, n: u32) -> Result<()> {
        let at = usize::try_from(n)?.checked_rem(SET.saturating_sub(1)).unwrap_or(0);
        if at == 0 {
            tell(&Told::Trying(Act::Issue))?;
            let issue = IssueRecoveryCodes { account: ANA, authority: by_operator()? };
            self.codes = site.granted(issue)?.iter().map(Into::into).collect();
            tell(&Told::Issued(self.codes.clone()))?;
        }
        let step = CLOCK.at(site.clock.now());
        accepted(site, Act::Clock(step), own(OTP, Evidence::otp(&CLOCK.code(step)?)))?;
        self.count(site)?;
        let code = self.codes.get(at).ok_or("no such code")?;
        let recover = match n % 2 {
            0 => own(RECOVER, Evidence::recovery_code(code)),
            _ => own(PIN_AND_RECOVERY, Evidence::pin(PIN).and_recovery_code(code)),
        };
        accepted(site, Act::Code(at), recover)?;
        let third = done(site, Act::Add, THIRD.add(false)?)?.token;
        self.guess(site, n, 2)?;
        let code = &THIRD.code(0)?;
        let confirm = ConfirmToken { account: ANA, token: third, code, caller: CALLER };
        done(site, Act::Confirm, confirm)?;
        self.guess(site, n.saturating_add(1), 3)?;
        expect(site.named(own(OTP, Evidence::otp(code)))?, "AlreadyUsed")?;
        self.resync(site)?;
        let remove = RemoveToken { account: ANA, token: third, authority: by_operator()? };
        done(site, Act::Remove, remove)
    }

    /// Signs in by a PIN and the next counter's code.
    fn count(&mut self, site: &Site<'_>) -> Result<()> {
        let code = COUNTER.code(self.counter)?;
        let both = own(PIN_AND_OTP, Evidence::pin(PIN).and_otp(&code));
        accepted(site, Act::Counter(self.counter), both)?;
        self.counter = self.counter.saturating_add(1);
        Ok(())
    }

    /// Finds the counter again, a few codes on.
    fn resync(&mut self, site: &Site<'_>) -> Result<()> {
        let [first, second] = [10, 11].map(|ahead| self.counter.saturating_add(ahead));
        let (a, b) = (COUNTER.code(first)?, COUNTER.code(second)?);
        let codes = (a.as_str(), b.as_str());
        let caller = CALLER.in_lane(OWN);
        let resync =
            ResyncToken { account: ANA, token: 2, first: codes.0, second: codes.1, caller };
        done(site, Act::Counter(second), resync)?;
        self.counter = second.saturating_add(1);
        Ok(())
    }

    /// One wrong guess, compared with so many tokens.
    fn guess(&self, site: &Site<'_>, n: u32, tokens: u32) -> Result<()> {
        let step = CLOCK.at(site.clock.now());
        let near = self.counter.saturating_sub(1)..self.counter.saturating_add(16);
        let steps = step.saturating_sub(4)..step.saturating_add(4);
        let base = clear_of(&[(CLOCK, steps), (COUNTER, near), (THIRD, 0..16)], 1)?;
        let (slip, right) = (&wrong(&base, 0)?, &COUNTER.code(self.counter)?);
        let (pin, unknown) = (&wrong(PIN, 0)?, NOBODYS);
        let kind = self.round.saturating_add(n).checked_rem(5).filter(|_| n < GUESSES);
        let (purpose, typed, counted) = match kind.unwrap_or(5) {
            0 => (OTP, Evidence::otp(slip), [0, tokens, 0]),
            1 => (RECOVER, Evidence::recovery_code(unknown), [0, 0, 1]),
            2 => {
                let typed = Evidence::pin(pin).and_otp(right);
                (PIN_AND_OTP, typed, [1, tokens, 0])
            }
            3 => {
                let typed = Evidence::pin(PIN).and_otp(slip);
                (PIN_AND_OTP, typed, [1, tokens, 0])
            }
            4 => {
                let typed = Evidence::pin(PIN).and_recovery_code(unknown);
                (PIN_AND_RECOVERY, typed, [1, 0, 1])
            }
            _ => return Ok(()),
        };
        let act = Act::Guess { counted };
        tell(&Told::Trying(act))?;
        expect(site.named(in_lane(purpose, typed, GUESSING))?, "WrongCredentials")?;
        tell(&Told::Done(act))
    }
}

/// A sign-in, and the same code once more.
fn accepted(site: &Site<'_>, act: Act, verify: Verify<'_>) -> Result<()> {
    done(site, act, verify)?;
    expect(site.named(verify)?, "AlreadyUsed")?;
    tell(&Told::Reused)
}

fn done<V: Verb + fmt::Debug>(site: &Site<'_>, act: Act, verb: V) -> Result<V::Output> {
    tell(&Told::Trying(act))?;
    let granted = site.granted(verb)?;
    tell(&Told::Done(act))?;
    Ok(granted)
}

/// From the person's own device. No success comes into the lane of the guesses.
pub(crate) const fn own<'a>(purpose: &'a str, evidence: Evidence<'a>) -> Verify<'a> {
    in_lane(purpose, evidence, OWN)
}

const fn in_lane<'a>(purpose: &'a str, evidence: Evidence<'a>, lane: Lane) -> Verify<'a> {
    Verify { name: ANA, purpose, evidence, caller: CALLER.in_lane(lane), context: b"" }
}
