//! The engine does no I/O and draws no randomness of its own, and that is checked by machine: its
//! dependency tree, its attributes, its lints.
//!
//! The tree is that of the default features (none) on the target that the tests run on. A crate
//! that could do I/O only on another target isn't in it, as `libc`, which `cpufeatures` takes on
//! some: it reads what the processor can do, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

use std::{collections::BTreeSet, env, fs, path::Path, process::Command};

/// Crates that open files, sockets, clocks, threads or sources of randomness.
const BANNED: [&str; 30] = [
    "getrandom",
    "rand",
    "rand_core",
    "rand_chacha",
    "fastrand",
    "libc",
    "rustix",
    "nix",
    "windows-sys",
    "windows-targets",
    "wasi",
    "tokio",
    "async-std",
    "smol",
    "mio",
    "polling",
    "socket2",
    "hyper",
    "reqwest",
    "ureq",
    "rustls",
    "openssl",
    "native-tls",
    "tempfile",
    "memmap2",
    "parking_lot",
    "crossbeam-utils",
    "rayon",
    "chrono",
    "time",
];

/// Everything that may be in the tree. A new crate is looked at before it is written down here.
const KNOWN: [&str; 28] = [
    "aead",
    "argon2",
    "atomic_refcell",
    "base64ct",
    "blake2",
    "block-buffer",
    "cfg-if",
    "chacha20",
    "chacha20poly1305",
    "cipher",
    "cmov",
    "cpufeatures",
    "crypto-common",
    "ctutils",
    "data-encoding",
    "digest",
    "hmac",
    "hybrid-array",
    "inout",
    "minicbor",
    "pinbolt",
    "poly1305",
    "sha1",
    "sha2",
    "subtle",
    "typenum",
    "universal-hash",
    "zeroize",
];

/// The crates that are linked in, those that only run in the compiler left out.
fn tree(features: &[&str]) -> BTreeSet<String> {
    let cargo = env::var("CARGO").expect("cargo runs this test");
    let output = Command::new(cargo)
        .args(["tree", "--offline", "--locked", "--edges", "normal,no-proc-macro"])
        .args(["--prefix", "none", "--format", "{p}", "--no-default-features"])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split_whitespace().next());
    names.map(Into::into).collect()
}

#[test]
fn no_crate_of_the_engine_does_io_or_draws_randomness() {
    let tree = tree(&[]);
    assert!(tree.contains("pinbolt") && tree.contains("argon2"), "it is the engine's: {tree:?}");
    let banned: Vec<_> = tree.iter().filter(|name| BANNED.contains(&name.as_str())).collect();
    assert!(banned.is_empty(), "{banned:?}");
    let new: Vec<_> = tree.iter().filter(|name| !KNOWN.contains(&name.as_str())).collect();
    assert!(new.is_empty(), "to be looked at: {new:?}");
}

#[test]
fn the_default_features_are_none_and_the_bans_can_bite() {
    let manifest = read("Cargo.toml");
    assert!(manifest.lines().any(|line| line == "default = []"));
    assert!(tree(&["--features", "os-rng"]).contains("getrandom"), "an adapter's feature has it");
}

#[test]
fn the_crate_has_no_std_and_no_unsafe_code() {
    let lib = read("src/lib.rs");
    for attribute in ["#![no_std]", "#![forbid(unsafe_code)]"] {
        assert!(lib.lines().any(|line| line == attribute), "{attribute}");
    }
    let std: Vec<_> = lib.lines().filter(|line| line.contains("extern crate std")).collect();
    assert_eq!(std, ["extern crate std;"]);
    assert!(lib.contains("#[cfg(feature = \"std\")]\nextern crate std;"), "behind its feature");
}

/// Outside of the drivers and the testkit nothing names `std`.
#[test]
fn the_heart_names_no_std() {
    let mut read_files = 0;
    for (path, text) in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        if ["/driver/", "/testkit/"].iter().any(|part| path.contains(part)) {
            continue;
        }
        read_files += 1;
        let heart = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code = heart.lines().filter(|line| !line.trim_start().starts_with("//"));
        let named: Vec<_> = code.filter(|line| line.contains("std::")).collect();
        assert!(named.is_empty(), "{path}: {named:?}");
    }
    assert!(read_files > 40, "{read_files} files");
}

#[test]
fn clippy_disallows_clocks_and_randomness() {
    let lints = read("clippy.toml");
    let entries: Vec<_> =
        lints.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    assert!(entries.iter().any(|line| line.starts_with("disallowed-methods")));
    for path in [
        "std::time::SystemTime::now",
        "std::time::Instant::now",
        "std::thread::sleep",
        "getrandom::fill",
    ] {
        let quoted = format!("\"{path}\"");
        assert!(entries.iter().any(|line| line.contains(&quoted)), "{path}");
    }
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.append(&mut sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}
