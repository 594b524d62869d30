//! `finish` on an SQLite file against what that file alone can do: one load and one conditional
//! write of the same row, in turns.

use std::{env, fs, process, time::Instant};

use pinbolt::{
    driver::{Store, Swapped},
    row::{RowName, Snapshot, Version, Write},
};
use pinbolt_sqlite::{Sqlite, Synchronous};

use crate::{
    Figure,
    finish::{finish, row},
    median,
    world::{begin, engine, enroll},
};

const TURNS: u32 = 600;

/// How many `finish` fit into the time of one bare load and write.
pub(crate) fn against_bare_writes() -> Figure {
    let folder = env::temp_dir().join(format!("pinbolt-benches-{}", process::id()));
    fs::create_dir(&folder).unwrap();
    let options = Sqlite::options().synchronous(Synchronous::Normal);
    let store = options.open(folder.join("auth.db")).unwrap();
    let (engine, outbox) = engine(&store);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let account = enroll(&engine, turn, None);
        let (challenge, code) = begin(&engine, &outbox, &account);
        let finish = finish(&challenge.handle, &code);
        let row = row(finish, engine.pinbolt());
        let start = Instant::now();
        let accepted = engine.run(finish);
        ours.push(start.elapsed().as_secs_f64());
        assert!(accepted.is_ok());
        theirs.push(bare(&store, &row));
    }
    fs::remove_dir_all(&folder).unwrap();
    let (ours, theirs) = (median(ours), median(theirs));
    println!("finish {:.1} us, bare load and write {:.1} us", ours * 1e6, theirs * 1e6);
    Figure { name: "finish-sqlite-normal/bare-load-and-write", value: theirs / ours }
}

/// Seconds to load the very row and to write its like in its place.
fn bare(store: &Sqlite, row: &RowName) -> f64 {
    let start = Instant::now();
    let Snapshot { version, body } = store.load(row).unwrap().unwrap();
    let next = Version::from_bytes(version.as_bytes().map(u8::reverse_bits));
    let (row, expected, body) = (row.clone(), Some(version), Some(body));
    let write = Write { row, expected, version: next, body, keep_until: u64::MAX };
    assert!(matches!(store.swap(&write), Swapped::Applied));
    start.elapsed().as_secs_f64()
}
