//! Whether time tells a secret. Prints what it finds, and ends with 1 where it does.
//!
//! * Of somebody's name and nobody's: Welch's t over 20,000 timings each of the engine's own share,
//!   and the medians. It tells where t reaches 4.5 and the medians are 200 ns apart.
//! * Of matching a one-time code: Welch's t-test over a million timings of two kinds of input, also
//!   cropped at a hundred percentiles (dudect). It tells where t reaches 4.5; a control that leaks on
//!   purpose must.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

mod accounts;
mod cases;

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Command, ExitCode, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use dudect_bencher::ctbench::{BenchOpts, run_benches_console};

/// Beyond it two distributions are called different.
const BOUND: f64 = 4.5;

/// The tests run in a child, because they give their results as text only.
fn main() -> ExitCode {
    if env::args().nth(1).as_deref() == Some("run") {
        run_benches_console(BenchOpts::default(), cases::all()).unwrap();
        return ExitCode::SUCCESS;
    }
    let (names, told) = accounts::all(coin());
    println!("{names} pairs of {} timings, {told} told apart", accounts::SAMPLES);
    let mut child = Command::new(env::current_exe().unwrap());
    let mut child = child.arg("run").stdout(Stdio::piped()).spawn().unwrap();
    let (mut seen, mut failed) = (0, 0);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some((name, t)) = result(&line) {
            let good = (t.abs() < BOUND) != name.starts_with(cases::CONTROL);
            seen += 1;
            failed += u32::from(!good);
            println!("t {t:+10.2}  {name}{}", if good { "" } else { "  FAILED" });
        }
    }
    let whole = child.wait().unwrap().success() && seen == cases::all().len();
    println!("{seen} tests of {} timings, {failed} failed; the bound is {BOUND}", cases::SAMPLES);
    ExitCode::from(u8::from(told > 0 || failed > 0 || !whole))
}

/// Random turns (xorshift), seeded by the time.
fn coin() -> impl FnMut() -> bool {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    #[allow(clippy::cast_possible_truncation, reason = "its low bits")]
    let mut state = since.as_nanos() as u64 | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.count_ones().is_multiple_of(2)
    }
}

/// The name and the greatest t of a line such as `bench name ... : n == .., max t = +1.2, ..`.
fn result(line: &str) -> Option<(&str, f64)> {
    let (name, rest) = line.strip_prefix("bench ")?.split_once(" ... : ")?;
    let (_, t) = rest.split_once("max t = ")?;
    Some((name.trim(), t.split(',').next()?.parse().ok()?))
}
