//! Moving in says the same in all languages, and the page shows the programs as they run.
#![allow(clippy::unwrap_used)]

use std::{env, fs, path::Path, process::Command};

const PAGE: &str = include_str!("../../../engine/src/docs/moving_in.md");

#[test]
fn a_file_of_another_system_moves_in() {
    let rows = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/devices.jsonl");
    let folder = env::temp_dir().join(format!("pinbolt-moved-{}", std::process::id()));
    fs::create_dir(&folder).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_move_in"));
    let output = program.arg(rows).current_dir(&folder).output().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, include_str!("../../transcripts/move_in.txt"));
}

#[test]
fn the_page_shows_the_programs() {
    let sources = [
        include_str!("../src/bin/move_in.rs"),
        include_str!("../../python/move_in.py"),
        include_str!("../../python/export_django_otp.py"),
        include_str!("../../c/move_in.c"),
        include_str!("../../transcripts/move_in.txt"),
    ];
    let blocks: Vec<&str> = PAGE.split("\n```").skip(1).step_by(2).collect();
    assert_eq!(blocks.len(), 6);
    for block in blocks {
        let (_, code) = block.split_once('\n').unwrap();
        assert!(sources.iter().any(|source| source.contains(code)), "in no program:\n{code}");
    }
}
