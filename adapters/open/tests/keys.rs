//! The keys' file: what is written, what is read, and what each refusal says.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::{
    env, fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::PathBuf,
    process::Command,
};

use data_encoding::BASE64;
use pinbolt_open::keys::{self, Field, KeysError};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("pinbolt-keys-{}-{name}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn keys(&self) -> PathBuf {
        self.0.join("keys.toml")
    }

    /// What `load` says to this text.
    fn refusal(&self, text: impl AsRef<[u8]>) -> KeysError {
        fs::write(self.keys(), text).unwrap();
        self.mode(0o600);
        keys::load(self.keys()).unwrap_err()
    }

    fn mode(&self, mode: u32) {
        fs::set_permissions(self.keys(), PermissionsExt::from_mode(mode)).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// Some key of 32 bytes, another for each `seed`.
fn key(seed: u8) -> String {
    let mut bytes = [seed; 32];
    bytes[0] = !seed;
    BASE64.encode(&bytes)
}

fn text(index: &str, active: &str, secrets: &str) -> String {
    format!("index = {index}\nactive = {active}\n\n[secrets]\n{secrets}\n")
}

fn good() -> String {
    text(&quoted(&key(1)), "1", &format!("1 = {}", quoted(&key(2))))
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

#[test]
fn failure_47_new_keys_are_private_whole_and_never_the_same() {
    let folder = Folder::new("generate");
    keys::generate(folder.keys()).unwrap();
    assert_eq!(fs::metadata(folder.keys()).unwrap().permissions().mode() & 0o7777, 0o600);
    let first = fs::read_to_string(folder.keys()).unwrap();
    let ring = keys::load(folder.keys()).unwrap();
    assert_eq!(ring.ids().collect::<Vec<_>>(), [1]);
    assert!(matches!(keys::generate(folder.keys()), Err(KeysError::Exists)));
    assert_eq!(fs::read_to_string(folder.keys()).unwrap(), first, "the old keys are left alone");
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "no draft is left");
    fs::remove_file(folder.keys()).unwrap();
    keys::generate(folder.keys()).unwrap();
    let second = fs::read_to_string(folder.keys()).unwrap();
    let values = |text: &str| text.split('"').skip(1).step_by(2).map(Into::into).collect();
    let mut all: Vec<String> = values(&first);
    all.extend::<Vec<String>>(values(&second));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4, "four keys, all different");
}

#[test]
fn failure_47_new_keys_follow_no_link() {
    let folder = Folder::new("generate-link");
    let target = folder.0.join("elsewhere");
    symlink(&target, folder.keys()).unwrap();
    assert!(matches!(keys::generate(folder.keys()), Err(KeysError::Exists)));
    assert!(!target.exists());
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "no draft is left");
    let nowhere = keys::generate(folder.0.join("missing/keys.toml"));
    assert!(matches!(nowhere, Err(KeysError::Io(_))));
}

#[test]
fn the_active_secret_is_the_last_of_the_ring() {
    let folder = Folder::new("ring");
    let secrets = [(7, 3), (1, 4), (4_294_967_295_u32, 5)]
        .map(|(id, seed)| format!("{id} = {}", quoted(&key(seed))))
        .join("\n");
    for (active, ids) in [("1", [4_294_967_295, 7, 1]), ("7", [1, 4_294_967_295, 7])] {
        fs::write(folder.keys(), text(&quoted(&key(1)), active, &secrets)).unwrap();
        folder.mode(0o400);
        assert_eq!(keys::load(folder.keys()).unwrap().ids().collect::<Vec<_>>(), ids);
        folder.mode(0o600);
    }
}

#[test]
fn failure_47_a_file_that_others_may_use_is_refused() {
    let folder = Folder::new("mode");
    fs::write(folder.keys(), good()).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666] {
        folder.mode(mode);
        let error = keys::load(folder.keys()).unwrap_err();
        assert!(matches!(error, KeysError::Permissions(found) if found == mode), "{mode:o}");
        assert!(error.to_string().contains("0600"));
    }
    folder.mode(0o600);
    keys::load(folder.keys()).unwrap();
}

#[test]
fn failure_47_only_a_plain_file_is_read() {
    let folder = Folder::new("plain");
    assert!(matches!(keys::load(folder.keys()), Err(KeysError::NotFound)));
    let real = folder.0.join("real.toml");
    keys::generate(&real).unwrap();
    symlink(&real, folder.keys()).unwrap();
    assert!(matches!(keys::load(folder.keys()), Err(KeysError::Symlink)));
    fs::remove_file(folder.keys()).unwrap();
    symlink(folder.0.join("nothing"), folder.keys()).unwrap();
    assert!(matches!(keys::load(folder.keys()), Err(KeysError::Symlink)));
    assert!(matches!(keys::load(&folder.0), Err(KeysError::NotAFile)));
    // A pipe that nobody writes to must not hang the reader.
    let pipe = folder.0.join("pipe");
    assert!(Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status().unwrap().success());
    assert!(matches!(keys::load(&pipe), Err(KeysError::NotAFile)));
}

#[test]
fn a_missing_field_is_named() {
    let folder = Folder::new("missing");
    let lines = good();
    for (field, prefix, rest) in [
        (Field::Index, "index", lines.as_str()),
        (Field::Active, "active", lines.as_str()),
        (Field::Secrets, "[secrets]", &lines[..lines.find("1 = \"").unwrap()]),
    ] {
        let without: Vec<_> = rest.lines().filter(|line| !line.starts_with(prefix)).collect();
        let error = folder.refusal(without.join("\n"));
        assert!(matches!(error, KeysError::Missing(found) if found == field), "{error}");
        assert!(error.to_string().contains(&field.to_string()));
    }
    assert!(matches!(folder.refusal(""), KeysError::Missing(Field::Index)));
}

#[test]
fn a_field_of_the_wrong_type_is_named() {
    let folder = Folder::new("type");
    let secret = format!("1 = {}", quoted(&key(2)));
    for (field, text) in [
        (Field::Index, text("7", "1", &secret)),
        (Field::Active, text(&quoted(&key(1)), "\"1\"", &secret)),
        (Field::Active, text(&quoted(&key(1)), "-1", &secret)),
        (Field::Active, text(&quoted(&key(1)), "0x1", &secret)),
        (Field::Active, text(&quoted(&key(1)), "4294967296", &secret)),
        (Field::Secret(1), text(&quoted(&key(1)), "1", "1 = 5")),
        (Field::Secrets, format!("index = {}\nactive = 1\nsecrets = 3", quoted(&key(1)))),
    ] {
        let error = folder.refusal(text);
        assert!(matches!(error, KeysError::Type(found) if found == field), "{field}: {error}");
    }
}

#[test]
fn a_bad_key_is_named_and_not_shown() {
    let folder = Folder::new("bad");
    let (short, long) = (BASE64.encode(&[9, 8, 7]), BASE64.encode(&[1; 33]));
    let equal = BASE64.encode(&[42; 32]);
    let cut = &key(9)[..43];
    for bad in [short.as_str(), "", &long, &equal, cut, "canary!", "\\u0041"] {
        for field in [Field::Index, Field::Secret(5)] {
            let (one, other) = (quoted(bad), quoted(&key(2)));
            let text = match field {
                Field::Index => text(&one, "5", &format!("5 = {other}")),
                _ => text(&other, "5", &format!("5 = {one}")),
            };
            let error = folder.refusal(text);
            let found = match &error {
                KeysError::Length(found) if bad.len() % 4 == 0 && bad != equal => found,
                KeysError::Placeholder(found) if bad == equal => found,
                KeysError::Base64(found) if bad.len() % 4 != 0 || bad.contains('\\') => found,
                other => unreachable!("{bad}: {other}"),
            };
            assert_eq!(*found, field, "{bad}");
            let shown = format!("{error} {error:?}");
            assert!(bad.is_empty() || !shown.contains(bad), "{shown}");
        }
    }
}

#[test]
fn active_must_name_a_secret_that_is_there() {
    let folder = Folder::new("active");
    let secret = format!("1 = {}", quoted(&key(2)));
    let error = folder.refusal(text(&quoted(&key(1)), "2", &secret));
    assert!(matches!(error, KeysError::UnknownActive(2)), "{error}");
    let error = folder.refusal(text(&quoted(&key(1)), "2", ""));
    assert!(matches!(error, KeysError::UnknownActive(2)), "{error}");
}

#[test]
fn what_is_not_understood_is_refused_by_its_line() {
    let folder = Folder::new("line");
    let canary = key(77);
    for (line, text) in [
        (1, format!("index = {canary}")),
        (6, format!("{}1 = {}", good(), quoted(&canary))),
        (2, format!("index = {}\nindex = {}", quoted(&canary), quoted(&canary))),
    ] {
        let error = folder.refusal(text);
        assert!(matches!(error, KeysError::Syntax { line: found } if found == line), "{error}");
        assert!(!format!("{error} {error:?}").contains(&canary));
    }
    let error = folder.refusal(format!("{} = 1\n{}", quoted(&canary), good()));
    assert!(matches!(error, KeysError::UnknownField { line: 1 }), "{error}");
    assert!(!format!("{error} {error:?}").contains(&canary));
    for id in ["01", "x", "-1", "4294967296", "\"1 \""] {
        let secrets = format!("1 = {}\n{id} = {}", quoted(&key(2)), quoted(&key(3)));
        let error = folder.refusal(text(&quoted(&key(1)), "1", &secrets));
        assert!(matches!(error, KeysError::KeyId { line: 6 }), "{id}: {error}");
    }
    assert!(matches!(folder.refusal([0xff, 0xfe]), KeysError::NotText));
    assert!(matches!(folder.refusal("#".repeat(65_537)), KeysError::NotText));
}

type Fits = fn(&KeysError) -> bool;

/// The texts that are refused, each with a canary in it, and how.
fn refusals(canary: &str) -> Vec<(String, Fits)> {
    let secret = format!("1 = {}", quoted(&key(2)));
    vec![
        (String::new(), |e| matches!(e, KeysError::Missing(Field::Index))),
        (format!("index = {canary}"), |e| matches!(e, KeysError::Syntax { line: 1 })),
        (format!("index = \"{canary}"), |e| matches!(e, KeysError::Syntax { line: 1 })),
        (format!("\n{canary} = 1"), |e| matches!(e, KeysError::UnknownField { line: 2 })),
        (text(&quoted(canary), "1", &secret), |e| matches!(e, KeysError::Length(Field::Index))),
        (text(&quoted(&key(1)), &quoted(canary), &secret), |e| {
            matches!(e, KeysError::Type(Field::Active))
        }),
        (text(&quoted(&key(1)), "1", &format!("{canary} = 1")), |e| {
            matches!(e, KeysError::KeyId { line: 5 })
        }),
        (text(&quoted(&key(1)), "1", &format!("1 = [\"{canary}\"]")), |e| {
            matches!(e, KeysError::Type(Field::Secret(1)))
        }),
    ]
}

#[test]
fn keys_from_a_text_are_those_from_a_file() {
    let folder = Folder::new("parse");
    fs::write(folder.keys(), good()).unwrap();
    folder.mode(0o600);
    let ids = |ring: pinbolt::Keyring| ring.ids().collect::<Vec<_>>();
    assert_eq!(ids(keys::parse(&good()).unwrap()), ids(keys::load(folder.keys()).unwrap()));
    let windows = format!("\u{feff}{}", good().replace('\n', "\r\n"));
    assert_eq!(ids(keys::parse(&windows).unwrap()), [1]);
    for (text, fits) in refusals("canary8027146391") {
        let error = keys::parse(&text).unwrap_err();
        assert!(fits(&error), "{error}");
        assert!(fits(&folder.refusal(&text)), "a file is refused as the same text is");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(!shown.contains(&key(1)) && !shown.contains(&key(2)), "{shown}");
    }
}

#[cfg(feature = "memory")]
#[test]
fn the_same_text_opens_the_same_records() {
    use pinbolt::{
        Pinbolt, Policy,
        driver::{Engine, NoDelivery},
        op::{Describe, Enroll},
        testkit::MemoryStore,
    };
    let store = MemoryStore::new();
    let engine = |text: &str| {
        let keys = keys::parse(text).unwrap();
        let pinbolt = Pinbolt::open(keys, Policy::builder().build().unwrap(), "").unwrap();
        Engine::new(pinbolt, store.clone(), NoDelivery)
    };
    let (one, other) = (keys::generate_text().unwrap(), keys::generate_text().unwrap());
    let enroll = Enroll { account: "ana", pin: None, addresses: &[], asserted_by: None };
    engine(&one).run(enroll).unwrap();
    assert!(engine(&one).run(Describe { account: "ana" }).is_ok());
    assert!(engine(&other).run(Describe { account: "ana" }).is_err());
}

#[test]
fn generated_texts_are_read_and_never_repeat() {
    let mut values = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let text = keys::generate_text().unwrap();
        assert_eq!(keys::parse(&text).unwrap().ids().collect::<Vec<_>>(), [1]);
        assert!(text.starts_with("# ") && text.ends_with("\"\n"), "a comment says what it is");
        assert_eq!(text.capacity(), text.len(), "had it grown, it had left a copy behind");
        values.extend(text.split('"').skip(1).step_by(2).map(String::from));
    }
    assert_eq!(values.len(), 400, "two keys each, all different");
    assert!(values.iter().all(|value| BASE64.decode(value.as_bytes()).unwrap().len() == 32));
}

/// The variable that makes this test a child that reads the keys from it.
const VARIABLE: &str = "PINBOLT_TEST_KEYS";

/// What a process with this variable says to it.
fn child(value: Option<&std::ffi::OsStr>) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "keys_come_from_the_environment", "--nocapture"]);
    command.env(format!("{VARIABLE}_CHILD"), "1").env_remove(VARIABLE);
    if let Some(value) = value {
        command.env(VARIABLE, value);
    }
    let output = command.output().unwrap();
    assert!(output.status.success());
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8(said).unwrap()
}

#[test]
fn keys_come_from_the_environment() {
    if env::var_os(format!("{VARIABLE}_CHILD")).is_some() {
        println!("said: {:?}", keys::from_env(VARIABLE));
        return;
    }
    use std::os::unix::ffi::OsStrExt;
    assert!(child(Some(good().as_ref())).contains("said: Ok(Keyring { ids: [1] })"));
    assert!(child(None).contains("said: Err(NotFound)"));
    assert!(child(Some("".as_ref())).contains("said: Err(Missing(Index))"));
    let not_utf8 = [good().as_bytes(), b"# \xff"].concat();
    assert!(child(Some(OsStrExt::from_bytes(&not_utf8))).contains("said: Err(NotText)"));
    for (text, fits) in refusals("canary8027146391") {
        let said = child(Some(text.as_ref()));
        let error = keys::parse(&text).unwrap_err();
        assert!(fits(&error) && said.contains(&format!("said: Err({error:?})")), "{said}");
        assert!(!said.contains("canary") && !said.contains(&key(2)), "{said}");
    }
    // Names that no variable can have.
    for name in ["", "A=B", "A\0B", "PINBOLT_TEST_NO_SUCH_VARIABLE"] {
        assert!(matches!(keys::from_env(name), Err(KeysError::NotFound)), "{name:?}");
    }
    let shown = keys::from_env("").unwrap_err().to_string();
    assert_eq!(shown, "keys: there is no such file or variable");
}
