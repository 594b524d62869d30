//! One-time codes from Python against pyotp, passlib and django-otp, all in one process of Python's.
//! scripts/bench names the program by an environment variable.

use std::env;

use crate::{
    Figure,
    faces::{command, run},
};

const ROUNDS: u32 = 61;

/// What a code, and a wrong one over three steps, takes beside each peer.
pub(crate) fn against_peers() -> Vec<Figure> {
    let Ok(program) = env::var("PINBOLT_BENCH_OATH") else {
        println!("no one-time codes from Python: `make bench` builds them");
        return Vec::new();
    };
    let said = run(command(&program).arg(ROUNDS.to_string()));
    said.lines().map(figure).collect()
}

/// Of a line: the name, and the nanoseconds of ours and the peer's.
fn figure(line: &str) -> Figure {
    let (name, times) = line.split_once(' ').unwrap();
    let (ours, theirs) = times.split_once(' ').unwrap();
    println!("{name}: {ours} ns, beside {theirs} ns");
    let (ours, theirs): (f64, f64) = (ours.parse().unwrap(), theirs.parse().unwrap());
    Figure { name: name.to_owned().leak(), value: ours / theirs }
}
