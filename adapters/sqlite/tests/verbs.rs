//! The two verbs, the removal of expired rows, and threads that share one store.

#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use std::{sync::Barrier, thread, time::Duration};

use pinbolt::{
    driver::{Store, Swapped},
    row::Write,
};
use pinbolt_sqlite::{Options, Sqlite, Synchronous};
use rusqlite::Connection;

use common::{Folder, number, put, row, version, write};

mod common;

#[test]
fn a_row_is_created_changed_and_deleted() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.join("auth.db")).unwrap();
    assert_eq!(store.load(&row("a")).unwrap(), None);

    put(&store, "a", None, 1, b"one");
    put(&store, "b", None, 9, b"");
    put(&store, "a", Some(1), 2, b"two");
    let found = store.load(&row("a")).unwrap().unwrap();
    assert_eq!((found.version, found.body.as_slice()), (version(2), &b"two"[..]));

    assert!(matches!(store.swap(&write("a", Some(2), 3, None)), Swapped::Applied));
    assert_eq!(store.load(&row("a")).unwrap(), None);
    assert_eq!(store.load(&row("b")).unwrap().unwrap().body, b"");
    put(&store, "a", None, 4, b"again");
}

#[test]
fn a_write_on_another_version_changes_nothing() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.join("auth.db")).unwrap();
    put(&store, "a", None, 1, b"one");
    let losers = [
        write("a", None, 2, Some(b"two")),
        write("a", Some(3), 2, Some(b"two")),
        write("a", Some(3), 2, None),
        write("a", None, 2, None),
        write("absent", Some(1), 2, Some(b"two")),
        write("absent", Some(1), 2, None),
    ];
    for loser in losers {
        let answer = store.swap(&loser);
        assert!(matches!(answer, Swapped::Conflict), "{loser:?}: {answer:?}");
        assert_eq!(store.load(&row("a")).unwrap().unwrap().body, b"one");
        assert_eq!(store.load(&row("absent")).unwrap(), None);
    }
    // Deleting what isn't there, and is expected not to be, holds.
    assert!(matches!(store.swap(&write("absent", None, 2, None)), Swapped::Applied));
}

#[test]
fn versions_and_names_are_compared_as_bytes() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.join("auth.db")).unwrap();
    // As text these would be empty, equal without case, or not text at all.
    let odd = [0, u128::MAX, u128::from_be_bytes(*b"AAAAAAAAAAAAAAAA")];
    let mut last = None;
    for to in odd {
        put(&store, "a", last, to, b"x");
        for other in [1, u128::MAX - 1, u128::from_be_bytes(*b"aaaaaaaaaaaaaaaa")] {
            assert!(matches!(store.swap(&write("a", Some(other), 7, None)), Swapped::Conflict));
        }
        last = Some(to);
    }
    assert_eq!(store.load(&row("A")).unwrap(), None);
}

#[test]
fn the_largest_body_comes_back_whole() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    let body: Vec<u8> = (0..Write::MAX_BODY).map(|n| n.to_le_bytes()[0]).collect();
    put(&Sqlite::open(&path).unwrap(), "a", None, 1, &body);
    assert_eq!(Sqlite::open(&path).unwrap().load(&row("a")).unwrap().unwrap().body, body);
}

#[test]
fn rows_are_removed_only_after_their_time() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.join("auth.db")).unwrap();
    let kept = [("past", 99), ("now", 100), ("next", 101), ("far", 1 << 63), ("ever", u64::MAX)];
    for (name, keep_until) in kept {
        let write = Write { keep_until, ..write(name, None, 1, Some(b"x")) };
        assert!(matches!(store.swap(&write), Swapped::Applied));
    }
    let left = || kept.map(|(name, _)| store.load(&row(name)).unwrap().is_some());

    assert_eq!(store.remove_expired(0).unwrap(), 0);
    assert_eq!(store.remove_expired(100).unwrap(), 1);
    assert_eq!(left(), [false, true, true, true, true]);
    // A time beyond SQLite's integers doesn't wrap, and doesn't end "for ever".
    assert_eq!(store.remove_expired(u64::MAX).unwrap(), 2);
    assert_eq!(left(), [false, false, false, true, true]);
}

#[test]
fn a_write_sets_a_new_time() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.join("auth.db")).unwrap();
    let first = Write { keep_until: 50, ..write("a", None, 1, Some(b"x")) };
    let second = Write { keep_until: 150, ..write("a", Some(1), 2, Some(b"x")) };
    assert!(matches!(store.swap(&first), Swapped::Applied));
    assert!(matches!(store.swap(&second), Swapped::Applied));
    assert_eq!(store.remove_expired(100).unwrap(), 0);
    assert_eq!(store.remove_expired(151).unwrap(), 1);
}

#[test]
fn one_call_removes_a_bounded_number() {
    let folder = Folder::new();
    let store =
        Sqlite::options().synchronous(Synchronous::Normal).open(folder.join("auth.db")).unwrap();
    for n in 0..=Sqlite::REMOVED_PER_CALL {
        let write = Write { keep_until: 1, ..write(&format!("r{n}"), None, 1, Some(b"x")) };
        assert!(matches!(store.swap(&write), Swapped::Applied));
    }
    let calls = [(); 3].map(|()| store.remove_expired(2).unwrap());
    assert_eq!(calls, [Sqlite::REMOVED_PER_CALL, 1, 0]);
}

#[test]
fn of_many_threads_with_one_expectation_one_wins() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.join("auth.db")).unwrap();
    put(&store, "a", None, 0, b"x");
    for round in 0..50 {
        let gate = Barrier::new(16);
        let guess = |n: u128| {
            let write = write("a", Some(round * 100), round * 100 + n, Some(b"x"));
            gate.wait();
            match store.swap(&write) {
                Swapped::Applied => true,
                Swapped::Conflict => false,
                other => panic!("{other:?}"),
            }
        };
        let (guess, store) = (&guess, &store);
        let won: Vec<u128> = thread::scope(|scope| {
            let all: Vec<_> = (1..=16).map(|n| (n, scope.spawn(move || guess(n)))).collect();
            all.into_iter().filter_map(|(n, t)| t.join().unwrap().then_some(n)).collect()
        });
        let found = number(&store.load(&row("a")).unwrap().unwrap());
        assert_eq!(won, [found - round * 100]);
        put(store, "a", Some(found), (round + 1) * 100, b"x");
    }
}

#[test]
fn threads_lose_no_increment() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.join("auth.db")).unwrap();
    for name in ["shared", "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"] {
        put(&store, name, None, 0, b"x");
    }
    let increment = |name: &str| {
        loop {
            let n = number(&store.load(&row(name)).unwrap().unwrap());
            match store.swap(&write(name, Some(n), n + 1, Some(b"x"))) {
                Swapped::Applied => return,
                Swapped::Conflict => {}
                other => panic!("{other:?}"),
            }
        }
    };
    let increment = &increment;
    thread::scope(|scope| {
        for n in 0..8 {
            scope.spawn(move || {
                for _ in 0..200 {
                    increment("shared");
                    increment(&format!("r{n}"));
                }
            });
        }
    });
    let at = |name| number(&store.load(&row(name)).unwrap().unwrap());
    assert_eq!(at("shared"), 1600);
    assert!(["r0", "r3", "r7"].map(at).iter().all(|&n| n == 200));
}

#[test]
fn a_busy_database_fails_within_the_bound() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    let bound = Duration::from_millis(50);
    let store = Sqlite::options().busy_timeout(bound).open(&path).unwrap();
    put(&store, "a", None, 1, b"one");

    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let Swapped::Failed(e) = store.swap(&write("a", Some(1), 2, Some(b"two"))) else {
        panic!("a busy database takes no write")
    };
    assert_eq!(e.to_string(), "another process kept the database locked for 50 ms");
    assert_eq!(store.remove_expired(1).unwrap_err().to_string(), e.to_string());
    // Reading goes on beside a writer.
    assert_eq!(store.load(&row("a")).unwrap().unwrap().version, version(1));

    other.execute_batch("ROLLBACK").unwrap();
    put(&store, "a", Some(1), 2, b"two");
}

#[test]
fn a_write_waits_for_another_process() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    let store = Sqlite::options().busy_timeout(Duration::from_secs(60)).open(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    thread::scope(|scope| {
        let swap = scope.spawn(|| store.swap(&write("a", None, 1, Some(b"one"))));
        thread::sleep(Duration::from_millis(30));
        assert_eq!(store.load(&row("a")).unwrap(), None);
        other.execute_batch("COMMIT").unwrap();
        assert!(matches!(swap.join().unwrap(), Swapped::Applied));
    });
}

#[test]
fn a_row_that_is_no_row_is_an_error() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    let store = Sqlite::open(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    let bad = "INSERT INTO rows (name, version, keep_until, body) VALUES ('a', x'00', 1, x'')";
    assert!(other.execute_batch(bad).is_err(), "a version has 16 bytes");
    other.execute_batch(&format!("PRAGMA ignore_check_constraints = ON; {bad}")).unwrap();
    assert!(store.load(&row("a")).is_err());
}

#[test]
fn the_defaults_and_the_greatest_wait() {
    let options = format!("{:?}", Sqlite::options());
    assert_eq!(options, "Options { synchronous: Full, busy_timeout: 5s }");
    let long = Options::default().busy_timeout(Duration::MAX);
    assert!(format!("{long:?}").contains("60s"));
}
