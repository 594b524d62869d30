//! The smallest program does what it says.
#![allow(clippy::unwrap_used)]

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
};

#[test]
fn the_smallest_program_signs_a_person_in() {
    let source = include_str!("../src/bin/smallest.rs");
    assert!(source.lines().count() <= 40);
    for right in [true, false] {
        let folder =
            env::temp_dir().join(format!("pinbolt-smallest-{}-{right}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_smallest"))
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(program.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let code = line.split(' ').nth(1).unwrap();
        assert!(line.starts_with("+351912000417: ") && code.len() == 6, "{line}");
        let typed = match (right, code) {
            (true, code) => code,
            (false, "000000") => "000001",
            (false, _) => "000000",
        };
        writeln!(program.stdin.take().unwrap(), " {typed} ").unwrap();
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        let signed_in = if right { "person-1 is signed in.\n" } else { "" };
        assert_eq!(rest, signed_in);
        assert_eq!(program.wait().unwrap().success(), right);
        fs::remove_dir_all(&folder).unwrap();
    }
}
