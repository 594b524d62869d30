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
    driver::{Store, SystemClock},
    op::Enroll,
    row::RowName,
    testkit::{MemoryStore, racy::CheckThenWrite},
};
use pinbolt_drills::{
    ANA, EMAIL, Folder, Open, PHONE, PIN, Result, World, operator, pinbolt, sign_in, system,
};

use call::calls;
use counts::Counts;
use processes::{Language, PROCESSES, in_processes};
use scenario::Scenario;

/// What a call needs to know: a challenge with its code, and the account's row.
#[derive(Debug)]
pub(crate) struct Target {
    open: Open,
    row: RowName,
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
    for scenario in Scenario::ALL {
        let store = MemoryStore::new();
        let target = prepare(&store, scenario)?;
        let all: Vec<u32> = (0..scenario.calls()).collect();
        let counts = calls(&store, (scenario, &target), &all, || Ok(()))?;
        judge("memory", &store, scenario, &counts)?;
    }
    Ok(())
}

/// Every scenario on a file of its own, from several processes.
fn on_sqlite(language: Language) -> Result<()> {
    for scenario in Scenario::ALL {
        let folder = Folder::new()?;
        let path = folder.file("auth.db");
        let store = processes::open(&path)?;
        let target = prepare(&store, scenario)?;
        let counts = in_processes(language, PROCESSES, &path, (scenario, &target))?;
        let backend = match language {
            Language::Rust => "sqlite",
            Language::Python => "sqlite-python",
        };
        judge(backend, &store, scenario, &counts)?;
    }
    Ok(())
}

/// The same race on a store that checks and writes in two steps must go over its limit: else the
/// drill couldn't fail.
fn control() -> Result<()> {
    let scenario = Scenario::WrongCodes;
    let rows = MemoryStore::new();
    let target = prepare(&rows, scenario)?;
    let all: Vec<u32> = (0..scenario.calls()).collect();
    let racy = CheckThenWrite::over(rows);
    let counts = calls(&racy, (scenario, &target), &all, || Ok(()))?;
    println!("control racy {}", scenario.line(&counts, 0));
    match counts.judged > scenario.limit() {
        true => Ok(()),
        false => Err("the control stayed under its limit".into()),
    }
}

/// An account that the scenario is played on, with a code on its way.
fn prepare(store: &dyn Store, scenario: Scenario) -> Result<Target> {
    let world = World::new(pinbolt(scenario.policy()?)?, (store, SystemClock), system());
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
    let open = world.begin(sign_in(ANA, PIN))?;
    Ok(Target { open, row })
}

/// Prints the scenario's line and holds it against its limits.
fn judge(backend: &str, store: &dyn Store, scenario: Scenario, counts: &Counts) -> Result<()> {
    let world = World::new(pinbolt(scenario.policy()?)?, (store, SystemClock), system());
    let seen = world.describe(ANA)?.ok_or("the account is gone")?;
    let failures = seen.ledgers.iter().fold(0, |sum: u32, l| sum.saturating_add(l.failures));
    println!("race {backend} {}", scenario.line(counts, failures));
    scenario.check(counts, failures).map_err(|why| format!("{backend} {scenario}: {why}").into())
}
