//! The C tests against the library as this profile builds it, with its debug assertions: plainly,
//! and under gcc's sanitizers. `scripts/c` runs them against the released one, under valgrind and
//! under the sanitizers of two compilers.
#![allow(clippy::unwrap_used, clippy::panic)]

mod library;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

const PROGRAMS: &[&str] = &[
    "paths",
    "shown",
    "addresses",
    "tokens",
    "tickets",
    "recovery",
    "files",
    "import",
    "oath",
    "ocra",
    "phone",
    "provision",
    "pskc",
    "wrong_arguments",
    "wrong_order",
    "wrong_tokens",
    "callbacks",
    "race",
    "race_tokens",
    "canary",
    "kit",
];

const STRICT: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"];

const SANITIZERS: &[&str] =
    &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

#[test]
fn every_program_is_listed() {
    let others = ["fault", "unchecked", "player"];
    for entry in fs::read_dir(Path::new(FOLDER).join("tests")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = name.strip_suffix(".c") else { continue };
        let known = PROGRAMS.contains(&name) || others.iter().any(|other| name.starts_with(other));
        assert!(known, "{name}.c is run by no test");
    }
}

#[test]
fn each_program_passes() {
    for name in PROGRAMS {
        passes(&mut Command::new(built(name, "plain", &[])));
    }
}

/// The vectors of the RFCs, which the other languages play, too.
#[test]
fn each_vector_is_as_told() {
    let folder = Path::new(FOLDER).join("../engine/tests/vectors");
    for (how, flags) in [("plain", &[][..]), ("sanitized", SANITIZERS)] {
        passes(Command::new(built("vectors/main", how, flags)).arg(&folder));
    }
}

#[test]
fn each_program_passes_under_sanitizers() {
    for name in PROGRAMS {
        passes(&mut Command::new(built(name, "sanitized", SANITIZERS)));
    }
}

/// Otherwise the run above would mean nothing.
#[test]
fn a_deliberate_fault_is_reported() {
    let said = Command::new(built("fault", "sanitized", SANITIZERS)).output().unwrap();
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(!said.status.success() && text.contains("heap-use-after-free"), "{text}");
}

/// Builds a program; its path.
fn built(name: &str, how: &str, flags: &[&str]) -> PathBuf {
    let (library, native) = library();
    let program = folder().join(format!("{}-{how}", name.replace('/', "-")));
    let mut gcc = Command::new("gcc");
    gcc.args(STRICT).args(flags).args(["-std=c11", "-g", "-I"]);
    gcc.arg(Path::new(FOLDER).join("include")).arg("-o").arg(&program);
    gcc.arg(Path::new(FOLDER).join("tests").join(name).with_extension("c")).arg(library);
    // The reader of JSON, of which only the vectors have need.
    succeeds(gcc.args(native).args(["-Wl,--as-needed", "-lcjson"]));
    program
}

/// Where the programs are put.
fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("c");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The static library, and what the system must give beside it.
fn library() -> &'static (PathBuf, Vec<String>) {
    static FOUND: OnceLock<(PathBuf, Vec<String>)> = OnceLock::new();
    FOUND.get_or_init(|| (library::built("libpinbolt.a"), native()))
}

fn native() -> Vec<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--crate-type=staticlib", "--print=native-static-libs", "-", "-o"]);
    command.arg(folder().join("libnothing.a")).stdin(Stdio::null());
    let said = String::from_utf8(succeeds(&mut command).stderr).unwrap();
    let found = said.lines().find_map(|line| line.split_once("native-static-libs: "));
    found.unwrap().1.split_whitespace().map(String::from).collect()
}

fn passes(command: &mut Command) {
    let said = succeeds(command);
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(text.ends_with(" checks passed\n"), "{command:?} said\n{text}");
    assert!(text.bytes().next().is_some_and(|first| (b'1'..=b'9').contains(&first)), "{text}");
}

fn succeeds(command: &mut Command) -> Output {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        done.status.success(),
        "{command:?} said\n{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    done
}
