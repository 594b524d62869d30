//! The table of settings in the documents is the one in the code.
#![allow(clippy::unwrap_used)]

use pinbolt::policy::SETTINGS;
use std::fmt::Write;

#[test]
fn the_documents_show_every_setting_as_it_is() {
    let mut table = String::from(
        "| setting | default | bounds | unit | what it does | source |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for s in SETTINGS {
        let (path, default, about, unit, source) = (s.path, s.default, s.about, s.unit, s.source);
        writeln!(
            table,
            "| `{path}` | {default} | {}..{} | {unit} | {about} | {source} |",
            s.min, s.max
        )
        .unwrap();
    }
    let readme = include_str!("../../README.md");
    let defaults = include_str!("../src/docs/defaults.md");
    for document in [readme, defaults] {
        assert!(document.contains(&table), "the table is now:\n{table}");
    }
}

#[test]
fn the_readme_shows_the_programs_that_the_tests_run() {
    let readme = include_str!("../../README.md");
    for program in [
        include_str!("../../examples/rust/src/bin/smallest.rs"),
        include_str!("../../examples/python/sign_in.py"),
        include_str!("../../examples/c/sign_in.c"),
    ] {
        assert!(readme.contains(program), "the README lacks:\n{program}");
    }
}

#[test]
fn every_default_is_within_its_bounds_and_every_path_is_one() {
    for (at, s) in SETTINGS.iter().enumerate() {
        assert!((s.min..=s.max).contains(&s.default), "{}", s.path);
        assert!(SETTINGS.iter().skip(at + 1).all(|other| other.path != s.path), "{}", s.path);
    }
}
