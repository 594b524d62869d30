//! What the tests share: a folder of their own, short words for writes, and a child process that
//! is this very test binary.

#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
    sync::atomic::{AtomicU32, Ordering},
};

use pinbolt::{
    driver::{Store, Swapped},
    row::{RowName, Snapshot, Version, Write},
};

/// A folder of the test's own, removed at its end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("pinbolt-sqlite-{}-{n}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

pub(crate) fn row(name: &str) -> RowName {
    RowName::new(name).unwrap()
}

pub(crate) fn version(n: u128) -> Version {
    Version::from_bytes(n.to_be_bytes())
}

pub(crate) fn number(snapshot: &Snapshot) -> u128 {
    u128::from_be_bytes(*snapshot.version.as_bytes())
}

/// A write of `body`, or a delete, kept for ever.
pub(crate) fn write(name: &str, from: Option<u128>, to: u128, body: Option<&[u8]>) -> Write {
    Write {
        row: row(name),
        expected: from.map(version),
        version: version(to),
        body: body.map(<[u8]>::to_vec),
        keep_until: u64::MAX,
    }
}

pub(crate) fn put(store: &impl Store, name: &str, from: Option<u128>, to: u128, body: &[u8]) {
    let answer = store.swap(&write(name, from, to, Some(body)));
    assert!(matches!(answer, Swapped::Applied), "{answer:?}");
}

/// This test binary again, running only the test `name`, which reads its orders from `CHILD`.
pub(crate) fn child(name: &str, order: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(CHILD, order);
    command
}

/// The child's order: the path of the database. `None` in the ordinary run.
pub(crate) fn order() -> Option<PathBuf> {
    env::var_os(CHILD).map(PathBuf::from)
}

const CHILD: &str = "PINBOLT_SQLITE_TEST_CHILD";
