//! `finish` through C and through Python against Rust's own, each on a store that a URL names, in
//! turns. scripts/bench builds the other two and names them by environment variables.

use std::{env, fs, path::Path, process, process::Command, time::Instant};

use pinbolt::{
    Keyring, Pinbolt,
    driver::{Engine, Store},
    testkit::Outbox,
};
use pinbolt_open::{keys, policy, store};

use crate::{
    Figure,
    finish::finish,
    median,
    world::{begin, enroll},
};

const ROUNDS: u32 = 15;
const TURNS: u32 = 300;

const KEYS: &str = r#"
index = "G8BLUpHCakbZGBOROLmS0t6XbWhR0Ik7BHa4W/vfxuY="
active = 1
[secrets]
1 = "dpLDrTVAu4A8Ags67mbNiIcSMjTqDG5xQ8Ct1z/0Me0="
"#;
const POLICY: &str = "send.per_day = 200\n[purposes]\nlook-up = { code = [\"sms\", \"email\"] }\n";

/// How much longer a `finish` takes through each face.
pub(crate) fn against_rust() -> Vec<Figure> {
    let mut figures = Vec::new();
    let faces = [("PINBOLT_BENCH_C", "c"), ("PINBOLT_BENCH_PYTHON", "python")];
    for (variable, face) in faces {
        let Ok(program) = env::var(variable) else {
            println!("no {face}: `make bench` builds it");
            continue;
        };
        for (backend, name) in [("memory:", "memory"), ("sqlite", "sqlite-full")] {
            let ratio = ratio(&program, backend);
            figures.push((format!("{face}-finish/rust-finish-{name}"), ratio));
        }
    }
    figures.into_iter().map(|(name, value)| Figure { name: name.leak(), value }).collect()
}

/// The event loop's longest pause while 50 PINs are checked, over that of as many argon2-cffi hashes.
pub(crate) fn pauses() -> Option<Figure> {
    let program = env::var("PINBOLT_BENCH_PAUSE").ok()?;
    let said = run(command(&program).arg("9"));
    let (ours, theirs) = said.trim().split_once(' ').unwrap();
    println!("longest pause of the event loop: {ours} ms, beside argon2-cffi {theirs} ms");
    let (ours, theirs): (f64, f64) = (ours.parse().unwrap(), theirs.parse().unwrap());
    Some(Figure { name: "event-loop-longest-pause/argon2-cffi-to-thread", value: ours / theirs })
}

fn ratio(program: &str, backend: &str) -> f64 {
    let folder = env::temp_dir().join(format!("pinbolt-faces-{}", process::id()));
    fs::create_dir(&folder).unwrap();
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        theirs.push(other(program, &url(backend, &folder, 2 * round)));
        ours.push(own(&url(backend, &folder, 2 * round + 1)));
    }
    fs::remove_dir_all(&folder).unwrap();
    let (theirs, ours) = (median(theirs), median(ours));
    println!("{program} on {backend}: {theirs:.2} us, Rust {ours:.2} us");
    theirs / ours
}

fn url(backend: &str, folder: &Path, nth: u32) -> String {
    match backend {
        "sqlite" => format!("sqlite://{}/{nth}.db", folder.display()),
        other => other.into(),
    }
}

/// The other's median, in microseconds.
fn other(program: &str, url: &str) -> f64 {
    let mut command = command(program);
    command.args([url, &TURNS.to_string()]);
    command.env("PINBOLT_BENCH_KEYS", KEYS).env("PINBOLT_BENCH_POLICY", POLICY);
    run(&mut command).trim().parse().unwrap()
}

/// A program and its first arguments, with a blank between them.
pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    command
}

pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn own(url: &str) -> f64 {
    let keys: Keyring = keys::parse(KEYS).unwrap();
    let pinbolt = Pinbolt::open(keys, policy::parse(POLICY).unwrap(), "benches").unwrap();
    let (outbox, store): (_, Box<dyn Store>) = (Outbox::new(), store(url).unwrap());
    let engine = Engine::new(pinbolt, store, outbox.clone());
    let turn = |nth| {
        let account = enroll(&engine, nth, None);
        let (challenge, code) = begin(&engine, &outbox, &account);
        let start = Instant::now();
        let accepted = engine.run(finish(&challenge.handle, &code)).unwrap();
        let spent = start.elapsed().as_secs_f64() * 1e6;
        assert_eq!(accepted.account(), account);
        spent
    };
    median((0..TURNS).map(turn).collect())
}
