//! What each URL opens, and what each refusal says.
#![allow(clippy::unwrap_used)]

use std::{env, fs, path::PathBuf};

use pinbolt::{
    driver::{Store, Swapped},
    row::{RowName, Version, Write},
};
use pinbolt_open::{OpenError, store};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("pinbolt-store-{}-{name}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn refused(url: &str) -> OpenError {
    store(url).err().unwrap()
}

fn keeps_a_row(store: &dyn Store) {
    let (row, version) = (RowName::new("a-row").unwrap(), Version::from_bytes([7; 16]));
    let body = Some(b"sealed".to_vec());
    let write = Write { row: row.clone(), expected: None, version, body, keep_until: u64::MAX };
    assert!(matches!(store.swap(&write), Swapped::Applied));
    assert_eq!(store.load(&row).unwrap().map(|found| found.version), Some(version));
}

#[test]
fn three_slashes_name_an_absolute_path() {
    let folder = Folder::new("absolute");
    let path = folder.0.join("auth.db");
    let url = format!("sqlite://{}", path.display());
    assert!(url.starts_with("sqlite:///"));
    keeps_a_row(&*store(&url).unwrap());
    assert!(path.is_file());
    assert!(store(&url).unwrap().load(&RowName::new("a-row").unwrap()).unwrap().is_some());
}

#[test]
fn two_slashes_name_a_path_from_the_working_folder() {
    // The working folder is the whole process's: the path climbs out of it instead.
    let folder = Folder::new("relative");
    let up = "../".repeat(env::current_dir().unwrap().components().count());
    let path = format!("{up}{}/auth.db", folder.0.strip_prefix("/").unwrap().display());
    keeps_a_row(&*store(&format!("SQLite://{path}")).unwrap());
    assert!(folder.0.join("auth.db").is_file());
}

#[test]
fn a_path_is_never_half_understood() {
    for odd in ["%20", "?mode=ro", "#x", "\n", "\0"] {
        let first = odd.chars().next().unwrap();
        let error = refused(&format!("sqlite:///var/auth{odd}.db"));
        assert!(matches!(error, OpenError::Character(c) if c == first), "{odd:?}: {error}");
    }
    assert!(matches!(refused("sqlite://"), OpenError::NoPath));
    for url in ["sqlite:auth.db", "sqlite:/auth.db", "sqlite:"] {
        assert!(matches!(refused(url), OpenError::NoSlashes), "{url}");
    }
    assert!(matches!(refused("sqlite://:memory:"), OpenError::SqliteMemory));
    assert!(
        matches!(refused("sqlite:///:memory:"), OpenError::SqliteMemory),
        "as SQLAlchemy has it"
    );
    assert!(matches!(refused("sqlite://~/auth.db"), OpenError::Home));
}

#[test]
fn an_unknown_scheme_is_told_what_there_is() {
    for (url, scheme) in [("postgresql://db/auth", "postgresql"), ("REDIS://r", "redis")] {
        let error = refused(url);
        assert!(matches!(&error, OpenError::UnknownScheme(name) if name == scheme), "{url}");
        let text = error.to_string();
        for word in [scheme, "sqlite:///", "sqlite://", "memory:"] {
            assert!(text.contains(word), "{text}");
        }
    }
    for url in ["", "auth.db", "/var/lib/auth.db", ":", "://x", "a b:c"] {
        assert!(matches!(refused(url), OpenError::NoScheme), "{url}");
    }
}

#[test]
fn failure_22_a_password_in_the_url_reaches_no_error() {
    for url in ["mysql://user:canary-7@db/auth", "canary-7 is not a scheme://x", "canary-7@db:5432"]
    {
        let error = refused(url);
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
}

#[test]
fn the_database_s_own_refusal_is_passed_on() {
    let folder = Folder::new("refused");
    let path = folder.0.join("auth.db");
    fs::write(&path, "no database, but long enough to be taken for one ".repeat(100)).unwrap();
    #[cfg(unix)]
    {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(&path, private).unwrap();
    }
    let error = refused(&format!("sqlite://{}", path.display()));
    assert!(matches!(error, OpenError::Sqlite(pinbolt_sqlite::OpenError::NotADatabase)), "{error}");
}

#[test]
#[cfg(feature = "memory")]
fn memory_is_new_each_time() {
    keeps_a_row(&*store("memory:").unwrap());
    keeps_a_row(&*store("memory:").unwrap());
    assert!(matches!(refused("memory:shared"), OpenError::MemoryHasNoName));
}

#[test]
#[cfg(not(feature = "memory"))]
fn memory_is_not_in_a_plain_build() {
    let error = refused("memory:");
    assert!(matches!(error, OpenError::MemoryNotBuilt));
    assert!(error.to_string().contains("feature memory"));
}
