//! The story in Rust, and that its telling can go wrong. `make test` tells it in C and Python too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use pinbolt_stories::{Conductor, Performer, Saved, Story, matches, vectors};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/tests/vectors")
}

fn rust() -> Performer {
    Performer { name: "rust".into(), command: vec![env!("CARGO_BIN_EXE_player").into()] }
}

fn conductor<'a>(story: &'a Story, (test, players): (&str, usize)) -> Conductor<'a> {
    conducted(story, (test, &vec![rust(); players]))
}

/// On a new file named after the test.
fn conducted<'a>(story: &'a Story, (test, players): (&str, &[Performer])) -> Conductor<'a> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("story-{test}.db"));
    for end in ["", "-wal", "-shm"] {
        let _absent = fs::remove_file(format!("{}{end}", file.display())).is_err();
    }
    let url = format!("sqlite://{}", file.display());
    Conductor::new(story, (players, &folder().join("story.json"), &url)).unwrap()
}

fn story() -> Story {
    Story::read(&folder().join("story.json")).unwrap()
}

#[test]
fn as_told() {
    let story = story();
    let told = conductor(&story, ("alone", 1)).tell(0).unwrap();
    assert!(told >= 60, "{told} steps");
}

#[test]
fn as_told_by_processes_that_take_turns() {
    let story = story();
    for turn in 0..3 {
        conductor(&story, ("turns", 3)).tell(turn).unwrap();
    }
}

/// Where the third player says nothing, the telling ends at his first turn.
#[test]
fn each_step_is_played_once_by_each() {
    let story = story();
    let silent = Performer { name: "silent".into(), command: vec!["true".into()] };
    for (turn, first) in [(0, 2), (1, 1), (2, 0)] {
        let players = [rust(), rust(), silent.clone()];
        let fault = conducted(&story, ("silent", &players)).tell(turn).unwrap_err().to_string();
        assert!(fault.starts_with(&format!("step {first} ")), "{fault}");
        assert!(fault.contains("silent: the player ended"), "{fault}");
    }
}

#[test]
fn a_player_that_ends_badly_is_noticed() {
    let story = story();
    let player = format!("{} \"$@\"; exit 9", env!("CARGO_BIN_EXE_player"));
    let command = ["sh", "-c", &player, "sh"].map(String::from).to_vec();
    let bad = [Performer { name: "bad".into(), command }];
    let fault = conducted(&story, ("bad", &bad)).tell(0).unwrap_err().to_string();
    assert!(fault.contains("bad: the player ended with"), "{fault}");
}

#[test]
fn the_other_vectors() {
    let story = story();
    let steps = vectors(&folder()).unwrap();
    assert_eq!(conductor(&story, ("vectors", 1)).tell_aside(&steps).unwrap(), steps.len());
    assert!(steps.len() >= 300, "{} steps", steps.len());
}

/// Each verb and each refusal.
#[test]
fn it_covers() {
    let story = story();
    let all = |key: &str| {
        let steps = story.steps().iter();
        steps.filter_map(|step| step.pointer(key)?.as_str()).collect::<Vec<_>>()
    };
    let verbs = all("/verb");
    for verb in [
        "enroll",
        "confirm",
        "begin",
        "resend",
        "finish",
        "verify",
        "cancel",
        "change_pin",
        "reset_pin",
        "unlock",
        "block",
        "unblock",
        "cancel_account",
        "describe",
        "add_token",
        "confirm_token",
        "resync_token",
        "remove_token",
        "import_account",
        "issue_recovery_codes",
        "suspend_address",
        "release_address",
        "tie_identity",
        "untie_identity",
        "registrations",
        "remember_device",
        "forget_device",
        "outstanding",
        "renew",
        "issue_ticket",
        "close_ticket",
        "peek_link",
        "redeem",
    ] {
        assert!(verbs.contains(&verb), "{verb}");
    }
    let refused = all("/expect/refused");
    for (_, name, _) in pinbolt::Refusal::TABLE {
        assert!(refused.contains(name), "{name}");
    }
    assert!(all("/expect/misuse").len() >= 10 && all("/expect/failure").len() >= 2);
}

/// Whichever field of whichever expectation is wrong, the comparison says so.
#[test]
fn every_field_is_compared() {
    let story = story();
    let mut conductor = conductor(&story, ("fields", 1));
    let mut fields = 0;
    for (number, step) in story.steps().iter().enumerate() {
        let before = conductor.saved().clone();
        let outcome = conductor.step((0, &json!(number), step)).unwrap();
        for broken in broken(&step["expect"]) {
            let mut saved: Saved = before.clone();
            assert!(matches(&broken, &outcome, &mut saved).is_err(), "{number}: {broken}");
            fields += 1;
        }
    }
    assert!(fields >= 1_000, "{fields} fields");
}

#[test]
fn what_differs_in_each_telling_has_a_form() {
    let takes = |field: &str, text: &str| {
        let (expected, outcome) = (json!({ field: "?name" }), json!({ field: text }));
        matches(&expected, &outcome, &mut Saved::new()).is_ok()
    };
    for (field, good, bad) in [
        ("handle", "v1.abc-DEF_1", ["", "v2.abc", "v1.a b"]),
        ("code", "012345", ["12345", "0123456", "01234x"]),
        ("reference", "ABC", ["AB", "ABI", "abc"]),
        ("id", "0123456789abcdef0123456789abcdef", ["0123", "x", ""]),
        ("issued_code", "KSBY-H07G", ["KSBYH07G", "ksby-h07g", ""]),
        ("link", "l1.abc-DEF_1", ["", "v1.abc", "l1.a b"]),
        ("token", &format!("d1.{}", "A".repeat(43)), ["d1.", "v1.abc", ""]),
    ] {
        assert!(takes(field, good), "{field}");
        assert!(bad.iter().all(|bad| !takes(field, bad)), "{field}");
    }
    assert!(!takes("sentence", "The code is wrong."), "what doesn't differ is written out");
}

#[test]
fn a_story_with_one_wrong_expectation_goes_red_there() {
    for (number, path, value) in [
        (0, "/expect/candidates", json!(1)),
        (13, "/expect/messages/0/to", json!("+351912000418")),
        (17, "/expect/tries_left", json!(1)),
        (17, "/expect/sentence", json!("The code was wrong.")),
    ] {
        let mut story = story();
        *story.steps_mut().unwrap()[number].pointer_mut(path).unwrap() = value;
        let fault = conductor(&story, ("red", 1)).tell(0).unwrap_err().to_string();
        assert!(fault.starts_with(&format!("step {number} ")), "{fault}");
        assert!(fault.contains(path.strip_prefix("/expect").unwrap()), "{fault}");
    }
}

/// The expectation with one thing wrong: each leaf changed, each field left out, one too many.
fn broken(expected: &Value) -> Vec<Value> {
    match expected {
        Value::Object(fields) => {
            let mut all = Vec::new();
            for (name, value) in fields {
                let mut without = fields.clone();
                without.remove(name);
                all.push(Value::Object(without));
                for wrong in broken(value) {
                    let mut with = fields.clone();
                    with.insert(name.clone(), wrong);
                    all.push(Value::Object(with));
                }
            }
            let mut more = fields.clone();
            more.insert("more".into(), Value::Null);
            all.push(Value::Object(more));
            all
        }
        Value::Array(values) => {
            let mut all = vec![[values.as_slice(), &[Value::Null]].concat().into()];
            all.extend(values.split_last().map(|(_, fewer)| fewer.into()));
            for (nth, value) in values.iter().enumerate() {
                for wrong in broken(value) {
                    let mut with = values.clone();
                    with[nth] = wrong;
                    all.push(with.into());
                }
            }
            all
        }
        Value::Number(number) => vec![json!(number.as_i64().unwrap().wrapping_add(1)), Value::Null],
        Value::Bool(yes) => vec![json!(!yes), Value::Null],
        Value::Null => vec![json!(0)],
        Value::String(_) => vec![json!("something else"), json!("$wrong"), Value::Null],
    }
}
