//! Operations that end in the middle.
//!
//! `crash` runs everything; `crash stops` drops an operation at each question of each verb, and
//! `crash kills [n]` kills a process n times (200) at random moments of its work on an SQLite
//! file, once with delivered codes and once with tokens and recovery codes. After each, new operations look at what the store holds: no code is accepted twice, no
//! counted guess or wait is lost, every record is readable, and the person can come back.

mod binding;
mod cases;
mod check;
mod held;
mod holder;
mod import_cases;
mod kills;
mod ledgers;
mod life_cases;
mod process;
mod report;
mod scene;
mod stops;
mod ticket_cases;
mod token_cases;
mod token_kills;
mod told;
mod worker;

use std::{env, process::ExitCode};

use pinbolt_drills::Result;

const KILLS: u32 = 200;

/// Kills who signs in by delivered codes, and who holds tokens and recovery codes, so many times.
fn kill(kills: u32) -> Result<()> {
    kills::run(kills)?;
    token_kills::run(kills)
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ran = match args.as_slice() {
        [] => stops::run().and_then(|()| kill(KILLS)),
        ["stops"] => stops::run(),
        ["kills"] => kill(KILLS),
        ["kills", n] => n.parse().map_err(Into::into).and_then(kill),
        ["child", path, round] => worker::run(path.as_ref(), round),
        ["holder", path, round] => holder::run(path.as_ref(), round),
        _ => Err("crash [stops | kills [n]]".into()),
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("crash: {why}");
            ExitCode::FAILURE
        }
    }
}
