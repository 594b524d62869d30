//! The database file: found or made so that nobody else's file is used or changed.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
};

use crate::OpenError;

/// Closing a descriptor drops all locks that this process holds on the file, SQLite's own
/// included. Creating closes one, so it must not run beside another open of the same file.
static OPENING: Mutex<()> = Mutex::new(());

/// Runs `open` on the checked path of a private, regular file, made if it was missing.
pub(crate) fn with_private_file<T>(
    path: &Path,
    open: impl FnOnce(&Path) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    let path = resolve_folder(path)?;
    let _turn = crate::store::lock(&OPENING);
    // Asked first: a log appears only beside a database that is no longer empty.
    let has_log = fs::symlink_metadata(beside(&path, "-wal")).is_ok_and(|log| log.len() > 0);
    let is_empty = fs::symlink_metadata(&path).map_or(true, |found| found.len() == 0);
    if has_log && is_empty {
        // SQLite would delete the log of an empty file.
        return Err(OpenError::Damaged);
    }
    create(&path)?;
    check(&path)?;
    open(&path)
}

/// Follows links among the folders, so that the last component alone is under the ban.
fn resolve_folder(path: &Path) -> Result<PathBuf, OpenError> {
    let name = path.file_name().ok_or(OpenError::NotAFile)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    Ok(folder.canonicalize().map_err(OpenError::from_io)?.join(name))
}

fn create(path: &Path) -> Result<(), OpenError> {
    let mut options = fs::OpenOptions::new();
    // O_CREAT with O_EXCL neither follows a link nor opens what is there.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(OpenError::from_io(e)),
    }
}

/// Gives the clear error. The ban on links itself is kept by SQLite's O_NOFOLLOW, without a race.
fn check(path: &Path) -> Result<(), OpenError> {
    let found = fs::symlink_metadata(path).map_err(OpenError::from_io)?;
    if found.is_symlink() {
        return Err(OpenError::Symlink);
    }
    if !found.is_file() {
        return Err(OpenError::NotAFile);
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o7777;
        if mode & 0o077 != 0 {
            return Err(OpenError::Permissions(mode));
        }
    }
    Ok(())
}

/// The database and its log, as they were when they were opened.
#[derive(Debug)]
pub(crate) struct Files([(PathBuf, Option<Identity>); 2]);

/// Device and number: while a file is open, no other has them.
type Identity = (u64, u64);

impl Files {
    pub(crate) fn of(path: &Path) -> Result<Self, OpenError> {
        let known = |path: PathBuf| {
            let identity = identity(&path).map_err(OpenError::from_io)?;
            Ok((path, identity))
        };
        Ok(Self([known(path.into())?, known(beside(path, "-wal"))?]))
    }

    /// Whether both still have their names.
    pub(crate) fn stand(&self) -> bool {
        self.0.iter().all(|(path, known)| identity(path).is_ok_and(|found| found == *known))
    }
}

/// `None` where the system tells files apart by other means.
fn identity(path: &Path) -> io::Result<Option<Identity>> {
    let found = fs::symlink_metadata(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Ok(Some((found.dev(), found.ino())))
    }
    #[cfg(not(unix))]
    Ok(found.is_file().then_some(()).and(None))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
