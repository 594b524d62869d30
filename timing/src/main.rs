//! Whether the time of matching a one-time code tells anything of it: Welch's t-test over a million
//! timings of two kinds of input, also cropped at a hundred percentiles (dudect). Prints each t, and
//! ends with 1 where one reaches 4.5, or where a control that leaks on purpose does not.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

mod cases;

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Command, ExitCode, Stdio},
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
    ExitCode::from(u8::from(failed > 0 || !whole))
}

/// The name and the greatest t of a line such as `bench name ... : n == .., max t = +1.2, ..`.
fn result(line: &str) -> Option<(&str, f64)> {
    let (name, rest) = line.strip_prefix("bench ")?.split_once(" ... : ")?;
    let (_, t) = rest.split_once("max t = ")?;
    Some((name.trim(), t.split(',').next()?.parse().ok()?))
}
