//! The programs that people recognise say what those in the other languages say.
#![allow(clippy::unwrap_used)]

use std::{env, fs, process::Command};

fn says(program: &str, transcript: &str) {
    let name = transcript.lines().next().unwrap().len();
    let folder = env::temp_dir().join(format!("pinbolt-recognised-{}-{name}", std::process::id()));
    fs::create_dir(&folder).unwrap();
    let output = Command::new(program).current_dir(&folder).output().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(masked(&String::from_utf8(output.stdout).unwrap()), transcript);
}

/// An issued code differs each time: two groups of four letters and digits.
fn masked(said: &str) -> String {
    let line = |line: &str| match line.strip_suffix('.').and_then(|l| l.rsplit_once(": ")) {
        Some((before, code)) if code.len() == 9 && code.find('-') == Some(4) => {
            format!("{before}: XXXX-XXXX.\n")
        }
        _ => format!("{line}\n"),
    };
    said.lines().map(line).collect()
}

#[test]
fn an_appointment_and_an_activation() {
    says(env!("CARGO_BIN_EXE_appointment"), include_str!("../../transcripts/appointment.txt"));
}

#[test]
fn an_authenticator_app_is_enrolled_by_its_picture() {
    says(env!("CARGO_BIN_EXE_enroll_app"), include_str!("../../transcripts/enroll_app.txt"));
}

#[test]
fn a_mobile_key_signs_in_and_is_recovered() {
    says(env!("CARGO_BIN_EXE_mobile_key"), include_str!("../../transcripts/mobile_key.txt"));
}
