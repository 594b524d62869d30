//! The file: whose it is, who may read it, and what is refused untouched.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    env, fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Barrier,
    thread,
    time::Duration,
};

use pinbolt::driver::{Store, Swapped};
use pinbolt_sqlite::{OpenError, Sqlite};
use rusqlite::Connection;

use common::{Folder, order, put, row, write};

mod common;

#[test]
fn all_three_files_are_private() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    let store = Sqlite::open(&path).unwrap();
    put(&store, "a", None, 1, b"one");
    for name in ["auth.db", "auth.db-wal", "auth.db-shm"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}

#[test]
fn a_file_open_to_others_is_refused() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    drop(Sqlite::open(&path).unwrap());
    for wide in [0o640, 0o604, 0o620, 0o602, 0o644, 0o610] {
        fs::set_permissions(&path, fs::Permissions::from_mode(wide)).unwrap();
        let error = refused(&path);
        assert!(matches!(error, OpenError::Permissions(found) if found == wide), "{error:?}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    Sqlite::open(&path).unwrap();
}

#[test]
fn a_symlink_as_the_file_is_refused() {
    let folder = Folder::new();
    let target = folder.join("target.db");
    drop(Sqlite::open(&target).unwrap());
    for (name, to) in [("to-db", target.as_path()), ("to-nothing", &folder.join("nothing"))] {
        let link = folder.join(name);
        symlink(to, &link).unwrap();
        assert!(matches!(refused(&link), OpenError::Symlink), "{name}");
    }
    assert!(!folder.join("nothing").exists());
}

#[test]
fn a_symlink_among_the_folders_is_followed() {
    let folder = Folder::new();
    fs::create_dir(folder.join("real")).unwrap();
    symlink(folder.join("real"), folder.join("link")).unwrap();
    put(&Sqlite::open(folder.join("link/auth.db")).unwrap(), "a", None, 1, b"one");
    let store = Sqlite::open(folder.join("real/auth.db")).unwrap();
    assert!(store.load(&row("a")).unwrap().is_some());
}

#[test]
fn a_symlink_planted_as_the_log_is_not_followed() {
    let folder = Folder::new();
    let (path, victim) = (folder.join("auth.db"), folder.join("victim"));
    drop(Sqlite::open(&path).unwrap());
    fs::write(&victim, b"").unwrap();
    symlink(&victim, folder.join("auth.db-wal")).unwrap();
    assert!(matches!(refused(&path), OpenError::NotWritable(_)));
    assert_eq!(fs::read(&victim).unwrap(), b"");
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = Folder::new();
    assert!(matches!(refused(folder.path()), OpenError::NotAFile));
    assert!(matches!(refused(Path::new("/")), OpenError::NotAFile));
    assert!(matches!(refused(Path::new("")), OpenError::NotAFile));
    assert!(matches!(refused(&folder.join("none/auth.db")), OpenError::Io(_)));
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = Folder::new();
    let path = folder.join("notes.txt");
    for content in [vec![b'x'; 10], vec![b'x'; 200], vec![0; 5000]] {
        private(&path, &content);
        assert!(matches!(refused(&path), OpenError::NotADatabase), "{}", content.len());
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[test]
fn another_applications_database_is_refused() {
    let folder = Folder::new();
    let path = folder.join("other.db");
    let cases = [
        (0x1234, "PRAGMA application_id = 0x1234"),
        (0, "CREATE TABLE t (x)"),
        (0, "PRAGMA user_version = 1"),
        (0xffff_ffff, "PRAGMA journal_mode = WAL; PRAGMA application_id = -1; CREATE TABLE t (x)"),
    ];
    for (id, sql) in cases {
        private(&path, b"");
        let other = Connection::open(&path).unwrap();
        other.execute_batch(sql).unwrap();
        drop(other);
        let before = fs::read(&path).unwrap();
        let error = refused(&path);
        assert!(matches!(error, OpenError::Foreign(found) if found == id), "{sql}: {error:?}");
        assert_eq!(error.to_string().contains("a file of its own"), id == 0, "{sql}: {error}");
        assert_eq!(fs::read(&path).unwrap(), before, "{sql}");
    }
}

#[test]
fn another_applications_log_is_left_alone() {
    let folder = Folder::new();
    let (path, copy) = (folder.join("other.db"), folder.join("copy.db"));
    private(&path, b"");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x)").unwrap();
    // As a killed process leaves it: what it wrote last is in the log only.
    fs::copy(&path, &copy).unwrap();
    fs::copy(folder.join("other.db-wal"), folder.join("copy.db-wal")).unwrap();
    let (before, log) = (fs::read(&copy).unwrap(), fs::read(folder.join("copy.db-wal")).unwrap());
    assert!(matches!(refused(&copy), OpenError::Foreign(0)));
    assert_eq!(fs::read(&copy).unwrap(), before);
    assert_eq!(fs::read(folder.join("copy.db-wal")).unwrap(), log);
}

#[test]
fn a_newer_schema_is_refused() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    put(&Sqlite::open(&path).unwrap(), "a", None, 1, b"one");
    let version = |n| {
        let set = format!("PRAGMA user_version = {n}; PRAGMA wal_checkpoint(TRUNCATE)");
        Connection::open(&path).unwrap().execute_batch(&set).unwrap();
    };
    version(2);
    let before = fs::read(&path).unwrap();
    assert!(matches!(refused(&path), OpenError::Newer(2)));
    assert_eq!(fs::read(&path).unwrap(), before);
    version(0);
    assert!(matches!(refused(&path), OpenError::Damaged));
    version(1);
    assert!(Sqlite::open(&path).unwrap().load(&row("a")).unwrap().is_some());
}

#[test]
fn a_file_cut_short_is_refused() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    let store = Sqlite::open(&path).unwrap();
    put(&store, "a", None, 1, &[1; 20_000]);
    drop(store);
    let whole = fs::read(&path).unwrap();
    for length in [50, 99, 1000, 4096, 5000, whole.len() - 4096] {
        private(&path, &whole[..length]);
        let error = refused(&path);
        let clear = matches!(error, OpenError::Damaged | OpenError::NotADatabase);
        assert!(clear, "{length}: {error:?}");
        assert_eq!(fs::read(&path).unwrap(), &whole[..length], "{length}");
    }
    private(&path, &whole);
    assert!(Sqlite::open(&path).unwrap().load(&row("a")).unwrap().is_some());
}

#[test]
fn an_emptied_file_does_not_lose_its_log() {
    let folder = Folder::new();
    let (path, log) = (folder.join("auth.db"), folder.join("auth.db-wal"));
    let store = Sqlite::open(folder.join("source.db")).unwrap();
    put(&store, "a", None, 1, b"one");
    fs::copy(folder.join("source.db-wal"), &log).unwrap();
    let before = fs::read(&log).unwrap();
    for empty in [false, true] {
        if empty {
            private(&path, b"");
        }
        assert!(matches!(refused(&path), OpenError::Damaged));
        assert_eq!((fs::read(&log).unwrap(), path.exists()), (before.clone(), empty));
    }
}

#[test]
fn a_file_that_lost_its_name_takes_no_more_writes() {
    for taken in ["auth.db", "auth.db-wal"] {
        for replaced in [false, true] {
            let folder = Folder::new();
            let store = Sqlite::open(folder.join("auth.db")).unwrap();
            put(&store, "a", None, 1, b"one");
            // As a restored backup does, or another copy of SQLite that closes the database.
            fs::remove_file(folder.join(taken)).unwrap();
            if replaced {
                fs::write(folder.join(taken), b"").unwrap();
            }
            let answer = store.swap(&write("a", Some(1), 2, Some(b"two")));
            assert!(matches!(answer, Swapped::InDoubt(_)), "{taken}: {answer:?}");
            let said = store.load(&row("a")).unwrap_err().to_string();
            assert!(said.contains("open the store again"), "{said}");
            assert!(matches!(store.swap(&write("b", None, 3, Some(b"x"))), Swapped::Failed(_)));
            assert!(store.remove_expired(1).is_err());
        }
    }
}

#[test]
fn an_empty_file_becomes_a_database() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    private(&path, b"");
    put(&Sqlite::open(&path).unwrap(), "a", None, 1, b"one");
}

#[test]
fn a_locked_database_is_not_waited_for_without_end() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    private(&path, b"");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let bound = Duration::from_millis(50);
    let error = Sqlite::options().busy_timeout(bound).open(&path).unwrap_err();
    assert!(matches!(error, OpenError::Busy(found) if found == bound), "{error:?}");
}

#[test]
fn turning_the_log_on_waits_for_a_reader() {
    let folder = Folder::new();
    let path = folder.join("auth.db");
    drop(Sqlite::open(&path).unwrap());
    let other = Connection::open(&path).unwrap();
    // As a process that was killed while it made the database leaves it.
    other.execute_batch("PRAGMA journal_mode = DELETE; BEGIN; SELECT count(*) FROM rows").unwrap();
    let options = Sqlite::options().busy_timeout(Duration::from_secs(60));
    thread::scope(|scope| {
        let open = scope.spawn(|| options.open(&path));
        thread::sleep(Duration::from_millis(30));
        other.execute_batch("COMMIT").unwrap();
        drop(other);
        put(&open.join().unwrap().unwrap(), "a", None, 1, b"x");
    });
}

#[test]
fn many_open_a_new_file_at_once() {
    for _ in 0..20 {
        let folder = Folder::new();
        let (path, gate) = (folder.join("auth.db"), Barrier::new(4));
        let children: Vec<_> = (0..2).map(|_| opener(&path)).collect();
        thread::scope(|scope| {
            for n in 0..4 {
                let (path, gate) = (&path, &gate);
                scope.spawn(move || {
                    gate.wait();
                    put(&Sqlite::open(path).unwrap(), &format!("r{n}"), None, 1, b"x");
                });
            }
        });
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        let store = Sqlite::open(&path).unwrap();
        assert!((0..4).all(|n| store.load(&row(&format!("r{n}"))).unwrap().is_some()));
    }
}

#[test]
fn child_opens() {
    if let Some(path) = order() {
        put(&Sqlite::open(path).unwrap(), &format!("p{}", std::process::id()), None, 1, b"x");
    }
}

/// The administrator may write anywhere, so a child without his rights tries it.
#[test]
fn a_read_only_folder_is_a_clear_error() {
    const NOBODY: u32 = 65_534;
    let folder = Folder::new();
    let (binary, sealed) = (folder.join("tests"), folder.join("sealed"));
    fs::copy(env::current_exe().unwrap(), &binary).unwrap();
    fs::create_dir(&sealed).unwrap();
    let old = sealed.join("old.db");
    drop(Sqlite::open(&old).unwrap());
    let is_root = fs::metadata(&old).unwrap().uid() == 0;
    if is_root {
        chown(&old, Some(NOBODY), None).unwrap();
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&sealed, fs::Permissions::from_mode(0o555)).unwrap();

    let run = |path: &Path| {
        let like = common::child("child_finds_it_unwritable", path);
        let mut command = Command::new(&binary);
        command.args(like.get_args()).stdout(Stdio::null()).current_dir("/");
        command.envs(like.get_envs().filter_map(|(k, v)| v.map(|v| (k, v))));
        if is_root {
            command.uid(NOBODY);
        }
        assert!(command.status().unwrap().success(), "{}", path.display());
    };
    run(&sealed.join("new.db"));
    run(&old);
    // And a file that may only be read, in a folder that may be written.
    fs::create_dir(folder.join("open")).unwrap();
    fs::set_permissions(folder.join("open"), fs::Permissions::from_mode(0o777)).unwrap();
    let readable = folder.join("open/readable.db");
    drop(Sqlite::open(&readable).unwrap());
    fs::set_permissions(&readable, fs::Permissions::from_mode(0o400)).unwrap();
    if is_root {
        chown(&readable, Some(NOBODY), None).unwrap();
    }
    run(&readable);
    fs::set_permissions(&sealed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn child_finds_it_unwritable() {
    if let Some(path) = order() {
        let error = refused(&path);
        assert!(matches!(error, OpenError::NotWritable(_)), "{error:?}");
        assert!(error.to_string().starts_with("the database file or its folder can't be written"));
    }
}

fn opener(path: &Path) -> Child {
    common::child("child_opens", path).stdout(Stdio::null()).spawn().unwrap()
}

fn refused(path: &Path) -> OpenError {
    match Sqlite::open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(e) => e,
    }
}

fn private(path: &Path, content: &[u8]) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}
