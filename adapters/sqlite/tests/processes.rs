//! Several processes on one file; processes that are killed; a disk that takes no more.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    io::{self, BufRead, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};

use pinbolt::driver::{Store, Swapped};
use pinbolt_sqlite::{Options, Sqlite};

use common::{Folder, child, number, order, put, row, write};

mod common;

#[test]
fn eight_processes_lose_no_increment() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    let store = Sqlite::open(&path).unwrap();
    put(&store, "counter", None, 0, b"x");
    let children: Vec<_> = (0..8).map(|_| quiet(child("child_increments", &path))).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(number(&store.load(&row("counter")).unwrap().unwrap()), 8 * INCREMENTS);
}

#[test]
fn child_increments() {
    let Some(path) = order() else { return };
    // The longest wait: this test is about lost writes, on however slow a machine.
    let store = Sqlite::options().busy_timeout(Options::MAX_BUSY_TIMEOUT).open(path).unwrap();
    let mut done = 0;
    while done < INCREMENTS {
        let n = number(&store.load(&row("counter")).unwrap().unwrap());
        match store.swap(&write("counter", Some(n), n + 1, Some(b"x"))) {
            Swapped::Applied => done += 1,
            Swapped::Conflict => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn nothing_reported_is_lost_when_the_writer_is_killed() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    let mut reported = HashMap::new();
    for round in 0..30 {
        let mut child =
            child("child_reports_each_write", &path).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = Reports::new(child.stdout.take().unwrap());
        reported.extend(lines.next());
        let listener = thread::spawn(move || lines.collect::<Vec<_>>());
        thread::sleep(Duration::from_micros(RandomState::new().hash_one(round) % 40_000));
        child.kill().unwrap();
        child.wait().unwrap();
        reported.extend(listener.join().unwrap());

        let store = Sqlite::open(&path).unwrap();
        for (name, told) in &mut reported {
            let found = store.load(&row(name)).unwrap().map_or(DELETED, |found| number(&found));
            let next = match *told {
                LAST => DELETED,
                DELETED => 1,
                n => n + 1,
            };
            // The write after the last report may stand, too.
            let stands = found == *told || found == next;
            assert!(stands, "round {round}, {name}: told {told}, found {found}");
            *told = found;
        }
    }
}

/// Rows are made, raised to `LAST`, deleted and made again, in turn.
#[test]
fn child_reports_each_write() {
    let Some(path) = order() else { return };
    let store = Sqlite::open(path).unwrap();
    // Large enough that the log is checkpointed often.
    let body = [7; 9000];
    for n in 0_usize.. {
        let name = format!("r{}", n % 16);
        let from = store.load(&row(&name)).unwrap().map(|found| number(&found));
        let (to, body) = match from {
            Some(LAST) => (DELETED, None),
            from => (from.map_or(1, |n| n + 1), Some(&body[..])),
        };
        match store.swap(&write(&name, from, to, body)) {
            Swapped::Applied => report(&name, to),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_commit_that_fails_on_the_disk_is_in_doubt() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    drop(Sqlite::open(&path).unwrap());
    let plain = child("child_fills_the_disk", &path);
    // The shell limits each file that its child writes; beyond it the system answers an error.
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\""]);
    limited.arg(plain.get_program()).args(plain.get_args());
    limited.envs(plain.get_envs().filter_map(|(k, v)| v.map(|v| (k, v))));
    let mut child = limited.stdout(Stdio::piped()).spawn().unwrap();
    let reported: Vec<_> = Reports::new(child.stdout.take().unwrap()).collect();
    assert!(child.wait().unwrap().success());
    assert!(!reported.is_empty());
    verify_all(&path, &reported);
}

#[test]
fn child_fills_the_disk() {
    let Some(path) = order() else { return };
    let store = Sqlite::open(path).unwrap();
    let doubted = (0..1000).find_map(|n| {
        let name = format!("r{n}");
        let new = write(&name, None, 1, Some(&[7; 3000]));
        match store.swap(&new) {
            Swapped::Applied => {
                report(&name, 1);
                None
            }
            Swapped::InDoubt(e) => Some((new, e.to_string())),
            other => panic!("{other:?}"),
        }
    });
    let (new, error) = doubted.unwrap();
    assert!(error.starts_with("the database failed: "), "{error}");
    // The store goes on: it reads, and answers the same write with the same doubt.
    assert!(store.load(&row("r0")).unwrap().is_some());
    assert!(matches!(store.swap(&new), Swapped::InDoubt(_)));
    assert!(matches!(store.swap(&write("r0", None, 2, None)), Swapped::Conflict));
}

fn quiet(mut child: Command) -> Child {
    child.stdout(Stdio::null()).spawn().unwrap()
}

fn verify_all(path: &Path, reported: &[(String, u128)]) {
    let store = Sqlite::open(path).unwrap();
    for (name, told) in reported {
        assert_eq!(number(&store.load(&row(name)).unwrap().unwrap()), *told, "{name}");
    }
    put(&store, "after", None, 1, b"x");
}

fn report(name: &str, version: u128) {
    // One write call, so that a kill can't cut a line in two; past the harness's own capture.
    io::stdout().write_all(format!("\n{MARK} {name} {version}\n").as_bytes()).unwrap();
}

/// The reports of a child, to the end of its output.
struct Reports(BufReader<ChildStdout>);

impl Reports {
    fn new(output: ChildStdout) -> Self {
        Self(BufReader::new(output))
    }
}

impl Iterator for Reports {
    type Item = (String, u128);

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = String::new();
        while self.0.read_line(&mut line).unwrap() > 0 {
            if let Some(found) = line.strip_prefix(MARK).filter(|rest| rest.ends_with('\n')) {
                let mut words = found.split_whitespace();
                let name = words.next().unwrap().to_owned();
                return Some((name, words.next().unwrap().parse().unwrap()));
            }
            line.clear();
        }
        None
    }
}

const MARK: &str = "applied";
const INCREMENTS: u128 = 1000;
const LAST: u128 = 20;
const DELETED: u128 = u128::MAX;
