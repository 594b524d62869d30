//! Many guess at once. How many guesses were judged is counted in the store, not by refusals.
//!
//! `race` runs everything; `race memory`, `race sqlite`, `race python` and
//! `race control` a part. Each call stops
//! before its first write until all have come so far: every one of them has judged the same record
//! when the gate opens, so all the verdicts but one rest on a write that will be lost.

mod call;
mod counts;
mod gate;
mod observer;
mod processes;
mod scenario;

use std::{env, process::ExitCode};

use pinbolt::{
    driver::{Clock, Store, SystemClock},
    op::{Enroll, IssueRecoveryCodes},
    row::RowName,
    testkit::{MemoryStore, racy::CheckThenWrite},
};
use pinbolt_drills::{
    ANA, Device, EMAIL, Folder, Open, PHONE, PIN, Result, World, by_operator, clear_of, operator,
    pinbolt, sign_in, system, wrong,
};

use call::calls;
use counts::Counts;
use processes::{Language, PROCESSES, in_processes};
use scenario::{Scenario, Types};

/// No recovery code: one is never all zeros in a drill.
const NOBODYS: &str = "0000000000000000";
/// The recovery codes of a set.
const SET: usize = 10;

/// What a call needs to know: a challenge with its code, or a code alone, and the account's row.
#[derive(Debug)]
pub(crate) struct Target {
    open: Open,
    row: RowName,
}

/// What a race left behind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// Counted failures.
    failures: u32,
    /// Tokens and recovery codes of which something was used up.
    used_up: u32,
    /// Guesses that are judged before the throttle closes.
    left: u32,
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ran = match args.as_slice() {
        [] => on_memory()
            .and_then(|()| on_sqlite(Language::Rust))
            .and_then(|()| on_sqlite(Language::Python))
            .and_then(|()| control()),
        ["memory"] => on_memory(),
        ["sqlite"] => on_sqlite(Language::Rust),
        ["python"] => on_sqlite(Language::Python),
        ["control"] => control(),
        ["child", order @ ..] => processes::child(order),
        _ => Err("race [memory | sqlite | python | control]".into()),
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("race: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Every scenario in memory, each on rows of its own.
fn on_memory() -> Result<()> {
    for scenario in Scenario::ALL.iter().copied() {
        let store = MemoryStore::new();
        let target = prepare(&store, scenario)?;
        let all: Vec<u32> = (0..scenario.calls).collect();
        let counts = calls(&store, (scenario, &target), &all, || Ok(()))?;
        judge("memory", &store, (scenario, &target), &counts)?;
    }
    Ok(())
}

/// Every scenario on a file of its own, from several processes.
fn on_sqlite(language: Language) -> Result<()> {
    for scenario in Scenario::ALL.iter().copied() {
        let folder = Folder::new()?;
        let path = folder.file("auth.db");
        let store = processes::open(&path)?;
        let target = prepare(&store, scenario)?;
        let counts = in_processes(language, PROCESSES, &path, (scenario, &target))?;
        let backend = match language {
            Language::Rust => "sqlite",
            Language::Python => "sqlite-python",
        };
        judge(backend, &store, (scenario, &target), &counts)?;
    }
    Ok(())
}

/// The same races on a store that checks and writes in two steps must go over their limits: else
/// the drill couldn't fail.
fn control() -> Result<()> {
    for scenario in [Scenario::WRONG_CODES, Scenario::SAME_TOTP] {
        let rows = MemoryStore::new();
        let target = prepare(&rows, scenario)?;
        let all: Vec<u32> = (0..scenario.calls).collect();
        let racy = CheckThenWrite::over(rows);
        let counts = calls(&racy, (scenario, &target), &all, || Ok(()))?;
        println!("control racy {}", scenario.line(&counts, &Seen::default()));
        if counts.judged <= scenario.limit {
            return Err(format!("{scenario}: the control stayed under its limit").into());
        }
    }
    Ok(())
}

/// An account that the scenario is played on, with what is typed.
fn prepare(store: &dyn Store, scenario: Scenario) -> Result<Target> {
    let world = world(store, scenario)?;
    let mut drive = world.drive(&world.outbox, None);
    let enroll = Enroll {
        account: ANA,
        pin: Some(PIN),
        addresses: &[PHONE, EMAIL],
        asserted_by: Some(operator()?),
    };
    let done = drive.run(world.start(enroll)?).ok_or("an enrolment was dropped")?;
    done.result?;
    let row = drive.applied.first().cloned().ok_or("an enrolment wrote nothing")?;
    for device in scenario.tokens {
        world.granted(device.add(true)?)?;
    }
    let issue = IssueRecoveryCodes { account: ANA, authority: by_operator()? };
    let open = match scenario.types {
        Types::Code => world.begin(sign_in(ANA, PIN))?,
        Types::Pin => typed(NOBODYS.into()),
        Types::Otp | Types::PinAndOtp => typed(one_time_code(scenario)?),
        Types::RecoveryCode => {
            let codes = world.granted(issue)?;
            let first = codes.iter().next().ok_or("an empty set")?;
            typed(if scenario.wrong_code { NOBODYS.into() } else { first.into() })
        }
    };
    Ok(Target { open, row })
}

/// The code that the first token shows; or one after which as many follow as there are calls, none
/// of which any token shows these hours.
fn one_time_code(scenario: Scenario) -> Result<String> {
    let now = SystemClock.now();
    let first = scenario.tokens.first().ok_or("no token")?;
    if !scenario.wrong_code {
        return first.code(first.at(now));
    }
    let near = |device: &Device| {
        let at = device.at(now);
        (*device, at.saturating_sub(4)..at.saturating_add(16))
    };
    clear_of(&scenario.tokens.iter().map(near).collect::<Vec<_>>(), scenario.calls)
}

/// What has no challenge.
fn typed(code: String) -> Open {
    Open { purpose: "-".into(), handle: "-".into(), code }
}

fn world(store: &dyn Store, scenario: Scenario) -> Result<World<&dyn Store, SystemClock>> {
    Ok(World::new(pinbolt(scenario.policy()?)?, (store, SystemClock), system()))
}

/// One more guess, wrong in everything: the name of its answer.
fn guess(
    world: &World<&dyn Store, SystemClock>,
    (scenario, target): (Scenario, &Target),
    n: u32,
) -> Result<&'static str> {
    let right = if scenario.types == Types::RecoveryCode { NOBODYS } else { &target.open.code };
    world.named(scenario.types.verify(&wrong(PIN, n)?, &wrong(right, n)?))
}

/// Prints the scenario's line and holds it against its limits.
fn judge(
    backend: &str,
    store: &dyn Store,
    (scenario, target): (Scenario, &Target),
    counts: &Counts,
) -> Result<()> {
    let world = world(store, scenario)?;
    let shown = world.describe(ANA)?.ok_or("the account is gone")?;
    let codes = shown.recovery_codes_left.map_or(0, |left| SET.saturating_sub(left));
    let tokens = shown.tokens.iter().filter(|token| token.used.is_some()).count();
    let mut seen = Seen {
        failures: shown.ledgers.iter().fold(0, |sum: u32, l| sum.saturating_add(l.failures)),
        used_up: u32::try_from(codes.saturating_add(tokens))?,
        left: 0,
    };
    if scenario.left.is_some() {
        while guess(&world, (scenario, target), seen.left)? == "WrongCredentials" {
            seen.left = seen.left.saturating_add(1);
        }
    }
    println!("race {backend} {}", scenario.line(counts, &seen));
    scenario.check(counts, &seen).map_err(|why| format!("{backend} {scenario}: {why}").into())
}
