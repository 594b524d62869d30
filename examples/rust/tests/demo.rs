//! The demonstration, with and without a terminal.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod terminal;

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use terminal::Terminal;

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("pinbolt-demo-{}-{name}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn demo(&self) -> Command {
        let mut demo = Command::new(env!("CARGO_BIN_EXE_demo"));
        demo.arg(&self.0);
        demo
    }

    fn play(&self) -> Output {
        self.demo().stdin(Stdio::null()).output().unwrap()
    }

    fn files(&self) -> Vec<(String, u32)> {
        let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap());
        let mut files: Vec<_> = entries
            .map(|entry| {
                let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
                (entry.file_name().into_string().unwrap(), mode)
            })
            .collect();
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[test]
fn without_a_terminal_the_story_plays_to_its_end_and_again() {
    let folder = Folder::new("story");
    for _ in 0..2 {
        let output = folder.play();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        let steps = text.lines().filter(|line| line.get(2..4) == Some(". ")).count();
        assert!(steps > 40, "{steps}");
        assert_eq!(text.lines().last(), Some(&*format!("demo: {steps} steps as expected")));
        // Every step has a verdict.
        let verdicts = ["    granted: ", "    refused, "];
        let said = text.lines().filter(|line| verdicts.iter().any(|v| line.starts_with(v)));
        assert_eq!(said.count(), steps);
        // The person is answered before the message goes out.
        let lines: Vec<_> = text.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[1].contains('┌')) {
            assert!(pair[0].starts_with("    granted: a code is on its way"), "{pair:?}");
        }
        let private = |name: &str| (name.to_string(), 0o600);
        assert_eq!(folder.files(), [private("auth.db"), private("keys.toml")]);
    }
}

#[test]
fn what_it_cannot_use_it_names() {
    let folder = Folder::new("unusable");
    fs::create_dir(folder.0.join("auth.db")).unwrap();
    let output = folder.play();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.starts_with(b"demo: "));
}

#[test]
fn at_a_terminal_one_enrols_mistypes_and_signs_in() {
    let folder = Folder::new("sign-in");
    let mut at = Terminal::start(folder.demo());
    enrol(&mut at);
    let code = begin(&mut at, "person-1@example.com", "", "m");
    at.types("Code (", if code == "000000" { "000001" } else { "000000" });
    at.sees("refused, 102 WrongCode: The code is wrong.");
    at.sees("Tries left: 4.");
    at.types("Code (", &code);
    at.sees("granted: person-1 is signed in, by PIN and code");
    at.types("What now [1]: ", "4");
    at.types("Phone number [", "+351912000401");
    at.types("E-mail address [", "a.name.that.is.longer.than.any.line.in.the.frame.is@example.com");
    at.types("PIN [", "");
    let code = at.code();
    at.types("Code (", &code);
    at.sees("refused, 115 AddressTaken");
    at.sees("It isn't confirmed");
    at.types("Code (", "x");
    at.sees("granted: the code is dead");
    at.types("What now [1]: ", "q");
    at.sees("Good-bye.");
    assert!(at.ends());
    assert!(folder.files().iter().all(|(_, mode)| *mode == 0o600));
}

#[test]
fn at_a_terminal_one_is_locked_out_and_comes_back() {
    let folder = Folder::new("locked");
    let mut at = Terminal::start(folder.demo());
    enrol(&mut at);
    for _ in 0..3 {
        name_and_pin(&mut at, "", "271828", "p");
        at.sees("refused, 101 WrongCredentials: The name, the PIN or the code is wrong.");
    }
    name_and_pin(&mut at, "", "", "p");
    at.sees("refused, 108 Throttled");
    at.sees("It opens again in ");
    at.types("What now [1]: ", "5");
    at.types("Account [", "");
    at.sees("wrong pin  3, opens again in ");
    at.types("What now [1]: ", "6");
    at.types("Account [", "");
    at.sees("granted: the wrong PINs are forgiven");

    let first = begin(&mut at, "", "", "p");
    at.types("Code (", "m");
    let second = at.code();
    at.types("Code (", &first);
    at.sees("refused, 103 Superseded");
    at.types("Code (", &second);
    at.sees("granted: person-1 is signed in");

    at.types("What now [1]: ", "2");
    at.types("Account [", "");
    at.types("PIN [802714]: ", "");
    at.types("New PIN [", "");
    at.sees("granted: the new PIN holds");
    at.types("What now [1]: ", "3");
    at.types("Name [", "");
    at.types("PIN [904173]: ", "");
    at.types("mailbox (m) [p]: ", "");
    let code = at.code();
    at.types("Code (", &code);
    at.sees("granted: person-1 is gone");
    name_and_pin(&mut at, "person-1", "", "");
    at.sees("refused, 101 WrongCredentials");
    at.closes("What now [1]: ");
    at.sees("Good-bye.");
    assert!(at.ends());
}

/// Takes every default and confirms both addresses.
fn enrol(at: &mut Terminal) {
    for question in ["Phone number [", "E-mail address [", "PIN ["] {
        at.types(question, "");
    }
    for _ in 0..2 {
        let code = at.code();
        at.types("Code (", &code);
        at.sees("granted: the address now belongs to person-1");
    }
}

fn name_and_pin(at: &mut Terminal, name: &str, pin: &str, channel: &str) {
    at.types("What now [1]: ", "1");
    at.types("Name [", name);
    at.types("PIN [", pin);
    at.types("mailbox (m) [p]: ", channel);
}

/// Begins a sign-in and gives the code that arrives.
fn begin(at: &mut Terminal, name: &str, pin: &str, channel: &str) -> String {
    name_and_pin(at, name, pin, channel);
    at.code()
}
