//! One-time codes through C beside liboath: one program, `benches/c/oath.c`, takes turns with both.
//! scripts/bench builds it and names it by an environment variable.

use std::{env, process::Command};

use crate::Figure;

const TURNS: &str = "1000";

/// Each figure of the program: the middle of its turns' ratios.
pub(crate) fn against_liboath() -> Vec<Figure> {
    let Ok(program) = env::var("PINBOLT_BENCH_OATH_C") else {
        println!("no liboath: `make bench` builds it");
        return Vec::new();
    };
    let output = Command::new(program).arg(TURNS).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(figure).collect()
}

fn figure(line: &str) -> Figure {
    let words: Vec<&str> = line.split(' ').collect();
    let [name, ours, theirs, ratio] = words.try_into().unwrap();
    println!("{name}: {ours} ns, {theirs} ns");
    Figure { name: String::from(name).leak(), value: ratio.parse().unwrap() }
}
