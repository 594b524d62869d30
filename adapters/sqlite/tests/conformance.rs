//! The engine's own kit, which any store must pass.
#![allow(clippy::unwrap_used)]

mod common;

use pinbolt::testkit::conformance::check;
use pinbolt_sqlite::{Sqlite, Synchronous};

#[test]
fn failure_03_sqlite_passes_the_conformance_kit() {
    for synchronous in [Synchronous::Full, Synchronous::Normal] {
        let folder = common::Folder::new();
        let file = folder.join("auth.db");
        check(|| Sqlite::options().synchronous(synchronous).open(&file).unwrap()).unwrap();
    }
}
