//! Running a drill and reading what it prints.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::process::Command;

/// What a drill prints; it must end well.
pub(crate) fn run(drill: &str, args: &[&str]) -> String {
    let output = Command::new(drill).args(args).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complaint}");
    said
}

/// The rest of the line that begins so.
pub(crate) fn line<'a>(said: &'a str, begins: &str) -> &'a str {
    said.lines().find_map(|line| line.strip_prefix(begins)).unwrap_or_else(|| panic!("{said}"))
}
