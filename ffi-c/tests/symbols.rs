//! The shared library exports what `symbols.txt` lists, sorted, and nothing else; the header declares
//! the same.
#![allow(clippy::unwrap_used)]

mod library;

use std::{collections::BTreeSet, fs, path::Path, process::Command};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_library_exports_what_the_list_says() {
    let said = Command::new("nm")
        .args(["-D", "--defined-only"])
        .arg(library::built("libpinbolt.so"))
        .output()
        .unwrap();
    assert!(said.status.success());
    let text = String::from_utf8(said.stdout).unwrap();
    // A version of a symbol follows its name; the versions themselves are absolute symbols.
    let symbols: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.rsplit_once(' '))
        .filter(|(before, _)| !before.ends_with(" A"))
        .filter_map(|(_, symbol)| symbol.split('@').next())
        .collect();
    assert_eq!(symbols, listed());
}

#[test]
fn the_header_declares_what_the_list_says() {
    let header = fs::read_to_string(Path::new(FOLDER).join("include/pinbolt.h")).unwrap();
    let declared: BTreeSet<&str> = header
        .lines()
        .filter(|line| !line.starts_with("//") && !line.starts_with(' '))
        .filter_map(|line| line.split_once('(').map(|(before, _)| before))
        .filter_map(|before| before.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("pinbolt_"))
        .collect();
    assert_eq!(declared, listed());
}

fn listed() -> BTreeSet<&'static str> {
    let lines: Vec<&str> = include_str!("../symbols.txt").lines().collect();
    assert!(lines.is_sorted() && lines.len() > 50);
    lines.into_iter().collect()
}
