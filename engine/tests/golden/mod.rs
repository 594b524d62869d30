//! Rows as files: the row's name behind its length (one byte), the version (16 bytes), and the
//! sealed body. What else stands in a folder is text.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use pinbolt::{
    row::{RowName, Snapshot, Version},
    testkit::MemoryStore,
};
use sha2::{Digest, Sha256};

/// A folder under `records`.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/records").join(name)
}

/// A store with the rows of a folder.
pub fn read(folder: &Path) -> MemoryStore {
    let store = MemoryStore::new();
    for (file, bytes) in files(folder) {
        if !is_text(&file) {
            let (name, snapshot) = row(&bytes);
            store.tamper(&name, Some(snapshot));
        }
    }
    store
}

/// A file of text, line by line.
pub fn lines(folder: &Path, file: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    text.lines().map(Into::into).collect()
}

/// Writes every row of a store, and a text beside them.
pub fn write(folder: &Path, store: &MemoryStore, (file, lines): (&str, &[String])) {
    fs::create_dir_all(folder).unwrap();
    for (file, _) in files(folder) {
        fs::remove_file(folder.join(file)).unwrap();
    }
    let mut counts = [0; 128];
    for (row, snapshot) in store.rows() {
        let name = row.as_str();
        let kind = match name.as_bytes()[0] {
            b'a' => "account",
            b'c' => "claim",
            b'd' => "decoy",
            _ => "throttle",
        };
        let nth: &mut u32 = &mut counts[usize::from(name.as_bytes()[0])];
        *nth += 1;
        let mut bytes = vec![name.len() as u8];
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(snapshot.version.as_bytes());
        bytes.extend_from_slice(&snapshot.body);
        fs::write(folder.join(format!("{kind}-{nth}.bin")), bytes).unwrap();
    }
    fs::write(folder.join(file), lines.join("\n") + "\n").unwrap();
}

/// SHA-256 over every file of a folder, behind its name and length, in the order of their names.
pub fn digest(folder: &Path) -> String {
    let mut all = Sha256::new();
    for (name, bytes) in files(folder) {
        all.update((name.len() as u64).to_be_bytes());
        all.update(name);
        all.update((bytes.len() as u64).to_be_bytes());
        all.update(bytes);
    }
    all.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files of a folder, without the folders in it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().into(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

fn is_text(file: &str) -> bool {
    matches!(file, "challenge.bin" | "codes.bin")
}

fn row(bytes: &[u8]) -> (RowName, Snapshot) {
    let (name, rest) = bytes[1..].split_at(usize::from(bytes[0]));
    let (version, body) = rest.split_at(16);
    let version = Version::from_bytes(version.try_into().unwrap());
    let name = RowName::new(std::str::from_utf8(name).unwrap()).unwrap();
    (name, Snapshot { version, body: body.to_vec() })
}
