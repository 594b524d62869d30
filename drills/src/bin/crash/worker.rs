//! The process that is killed: it signs in, mistypes and is made to wait, until it is no more.

use core::fmt;
use std::{
    io::{self, Write as _},
    path::Path,
};

use pinbolt::{
    Channel, Lane, Refusal,
    driver::{Clock, SystemClock},
    op::{Begin, Evidence, Verify},
};
use pinbolt_drills::{
    ANA, CALLER, PIN, Result, SIGN_IN, STEP_UP, World, pinbolt, policy, sign_in, system, wrong,
};
use pinbolt_sqlite::Sqlite;

use crate::report::Report;

/// Where the person signs in. Another lane is only ever guessed in, so that no success resets what
/// was counted there.
pub(crate) const OWN: Lane = Lane::KnownDevice;
/// The lane of the wrong PINs.
pub(crate) const GUESSING: Lane = Lane::FirstFactor;
/// Failures before the first wait.
pub(crate) const FREE: u32 = 2;

/// The drill's world, on a database that it opens.
pub(crate) type Site<'a> = World<&'a Sqlite, Shifted>;

/// The system's clock, this many milliseconds ahead: each round is a day after the one before, so
/// that send budgets and waits start afresh.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shifted(pub(crate) u64);

impl Clock for Shifted {
    fn now(&self) -> u64 {
        SystemClock.now().saturating_add(self.0)
    }

    fn pause(&self, milliseconds: u64) {
        SystemClock.pause(milliseconds);
    }
}

/// The clock of a round.
pub(crate) const fn day(round: u32) -> Shifted {
    Shifted(86_400_000u64.saturating_mul(round as u64))
}

/// An engine on the file.
pub(crate) fn site(store: &Sqlite, clock: Shifted) -> Result<Site<'_>> {
    let policy = policy().cheapest_hash().set("wait.after", FREE.into())?;
    // A wait that stands however long the machine is busy elsewhere.
    let policy = policy.set("wait.first", 3_600)?;
    let policy = policy.set("send.per_day", 200)?.set("send.per_hour", 60)?;
    Ok(World::new(pinbolt(policy)?, (store, clock), system()))
}

/// Works until it is killed.
pub(crate) fn run(path: &Path, round: &str) -> Result<()> {
    let store = Sqlite::open(path)?;
    let site = site(&store, day(round.parse()?))?;
    tell(&Report::Working)?;
    for channel in [Channel::Sms, Channel::Email].into_iter().cycle() {
        sign_in_once(&site, channel)?;
        for n in 0..=FREE {
            match site.run(verify(&wrong(PIN, n)?))? {
                Err(Refusal::WrongCredentials) => tell(&Report::WrongPin)?,
                Err(Refusal::Waiting { until }) => tell(&Report::Waiting(until))?,
                other => return Err(format!("a wrong PIN: {other:?}").into()),
            }
        }
    }
    Ok(())
}

/// A sign-in with one slip; the code is then tried once more.
fn sign_in_once(site: &Site<'_>, channel: Channel) -> Result<()> {
    let begun = match site.run(begin(channel))? {
        Ok(begun) => begun,
        // The send budget is spent.
        Err(Refusal::Throttled { .. }) => return Ok(()),
        Err(refusal) => return Err(format!("begin: {refusal:?}").into()),
    };
    let open = site.arrived(SIGN_IN, begun)?;
    tell(&Report::Begun(open.clone()))?;
    let slip = site.named(open.guess(&wrong(&open.code, 0)?))?;
    if slip == "WrongCode" {
        tell(&Report::WrongCode)?;
    }
    tell(&Report::Finishing)?;
    for expected in ["Granted", "AlreadyUsed"] {
        let answer = site.named(open.finish())?;
        if answer == "Granted" {
            tell(&Report::Accepted)?;
        }
        if answer != expected {
            return Err(format!("a right code: {answer} instead of {expected}").into());
        }
    }
    Ok(())
}

/// A sign-in from the person's own device.
pub(crate) fn begin(channel: Channel) -> Begin<'static> {
    Begin { channel, caller: CALLER.in_lane(OWN), ..sign_in(ANA, PIN) }
}

/// A guess.
pub(crate) const fn verify(pin: &str) -> Verify<'_> {
    let caller = CALLER.in_lane(GUESSING);
    Verify { name: ANA, purpose: STEP_UP, evidence: Evidence::pin(pin), caller, context: b"" }
}

/// Tells a line.
pub(crate) fn tell(report: &impl fmt::Display) -> Result<()> {
    // One call, so that no kill cuts a line in two.
    Ok(io::stdout().write_all(format!("{report}\n").as_bytes())?)
}
