//! The promises of the types: each program in `ui/` breaks one and must not compile.
//!
//! A program's first line names the one error code or lint that it must end with, and a word of
//! that error's message: `//~ E0599 applied`. The compiler's wording is not compared. `control.rs`
//! breaks no promise and must compile, so that a crate that can't be built at all isn't taken for
//! that many promises kept.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// The errors of one program: code or lint, and message with its labels.
type Errors = Vec<(String, String)>;

#[test]
fn each_program_breaks_one_promise_and_does_not_compile() {
    let programs = programs();
    let krate = write_crate(&programs);
    let (errors, compiled) = check(&krate);
    let mut wrong = Vec::new();
    let mut refused = 0;
    for (name, expected) in &programs {
        let found = errors.get(name).cloned().unwrap_or_default();
        let fits = match expected {
            Expected::Compiles => found.is_empty() && compiled.contains(name),
            Expected::Error { code, word } => {
                refused += 1;
                !found.is_empty()
                    && found.iter().all(|(is, text)| is == code && text.contains(word))
            }
        };
        if !fits {
            wrong.push(format!("{name}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused > 80, "{refused} programs");
    assert_eq!(compiled, BTreeSet::from(["control".to_owned()]));
}

#[derive(Debug)]
enum Expected {
    Compiles,
    Error { code: String, word: String },
}

/// Every program by its name, with what its first line says.
fn programs() -> BTreeMap<String, Expected> {
    let entries = fs::read_dir(ui()).unwrap().map(|entry| entry.unwrap().path());
    let parse = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let said = text.lines().next().and_then(|line| line.strip_prefix("//~ "));
        let said: Vec<&str> =
            said.unwrap_or_else(|| panic!("{path:?} says nothing")).split(' ').collect();
        let expected = match said[..] {
            ["compiles"] => Expected::Compiles,
            [code, word] => Expected::Error { code: code.into(), word: word.into() },
            _ => panic!("{path:?}: a code and a word"),
        };
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), expected)
    };
    entries.map(parse).collect()
}

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}

/// A crate outside of the workspace that has each program as a binary and the engine as a host has
/// it, with its drivers and without the testkit, at the locked versions.
fn write_crate(programs: &BTreeMap<String, Expected>) -> PathBuf {
    let krate = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
    fs::create_dir_all(&krate).unwrap();
    let quoted = |path: &Path| serde_json::to_string(path).unwrap();
    let mut manifest = String::from("[package]\nname = \"ui\"\nedition = \"2024\"\n");
    manifest.push_str("autobins = false\n\n[workspace]\n\n[dependencies]\n");
    let engine = quoted(Path::new(env!("CARGO_MANIFEST_DIR")));
    manifest.push_str(&format!("pinbolt = {{ path = {engine}, features = [\"std\"] }}\n"));
    for name in programs.keys() {
        let path = quoted(&ui().join(format!("{name}.rs")));
        manifest.push_str(&format!("\n[[bin]]\nname = \"{name}\"\npath = {path}\n"));
    }
    fs::write(krate.join("Cargo.toml"), manifest).unwrap();
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(lock, krate.join("Cargo.lock")).unwrap();
    krate
}

/// The errors by program, and the programs that were checked to the end.
fn check(krate: &Path) -> (BTreeMap<String, Errors>, BTreeSet<String>) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--keep-going", "--bins", "--message-format=json"])
        .current_dir(krate)
        .env("CARGO_TARGET_DIR", krate.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let (mut errors, mut compiled) = (BTreeMap::<String, Errors>::new(), BTreeSet::new());
    for line in stdout.lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        let target = &message["target"];
        if target["kind"][0] != "bin" {
            continue;
        }
        let name = target["name"].as_str().unwrap().to_owned();
        match message["reason"].as_str() {
            Some("compiler-artifact") => drop(compiled.insert(name)),
            Some("compiler-message") => errors.entry(name).or_default().extend(error(&message)),
            _ => {}
        }
    }
    assert!(!compiled.is_empty(), "nothing was checked: {said}");
    (errors, compiled)
}

/// The error in a message, unless it is a warning or the closing count of errors.
fn error(message: &Value) -> Option<(String, String)> {
    let message = &message["message"];
    let code = message["code"]["code"].as_str()?;
    (message["level"] == "error")
        .then(|| (code.into(), message["rendered"].as_str().unwrap().into()))
}
