//! The library itself, which cargo doesn't build for tests that can't link it.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Builds the libraries in this test's profile; the path of the one of this name.
pub(crate) fn built(name: &str) -> PathBuf {
    let exe = env::current_exe().unwrap();
    let profile = exe.ancestors().nth(2).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--lib", "--manifest-path"]);
    cargo.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    cargo.arg("--target-dir").arg(profile.parent().unwrap());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    assert!(cargo.status().unwrap().success(), "{cargo:?}");
    profile.join(name)
}
