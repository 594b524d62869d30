//! The file itself: private, never a link, written whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

#[cfg(unix)]
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::KeysError;

/// The largest file, in bytes.
const MAX: usize = 64 * 1024;

/// Reads a private, regular file. The checks look at the very file that is read.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    let file = open(path)?;
    let found = file.metadata().map_err(KeysError::Io)?;
    if !found.is_file() {
        return Err(KeysError::NotAFile);
    }
    #[cfg(unix)]
    {
        let mode = found.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeysError::Permissions(mode));
        }
    }
    // One allocation, so that no copy is left behind by a buffer that grew.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX.saturating_add(1)));
    let most = u64::try_from(bytes.capacity()).unwrap_or(0);
    file.take(most).read_to_end(&mut bytes).map_err(KeysError::Io)?;
    match bytes.len() <= MAX {
        true => Ok(bytes),
        false => Err(KeysError::NotText),
    }
}

/// Writes a new private file: under another name first, then linked to its own, which fails where
/// anything is, a dangling link included.
pub(super) fn create(path: &Path, content: &[u8]) -> Result<(), KeysError> {
    let draft = draft(path)?;
    let done = write(&draft, content).and_then(|()| fs::hard_link(&draft, path));
    // A draft that can't be removed is private all the same.
    fs::remove_file(&draft).ok();
    done.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => KeysError::Exists,
        _ => KeysError::Io(error),
    })?;
    sync_folder(path).map_err(KeysError::Io)
}

fn open(path: &Path) -> Result<File, KeysError> {
    let mut options = OpenOptions::new();
    options.read(true);
    // Without O_NONBLOCK a named pipe at this path would hang the caller.
    #[cfg(unix)]
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options.open(path).map_err(|error| {
        let link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
        match error.kind() {
            _ if link => KeysError::Symlink,
            io::ErrorKind::NotFound => KeysError::NotFound,
            _ => KeysError::Io(error),
        }
    })
}

fn write(draft: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(draft)?;
    file.write_all(content)?;
    file.sync_all()
}

/// A name beside `path` that nobody can foresee.
fn draft(path: &Path) -> Result<PathBuf, KeysError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|_| KeysError::Randomness)?;
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().ok_or(KeysError::NotAFile)?);
    name.push(HEXLOWER.encode(&random));
    Ok(path.with_file_name(name))
}

/// Without this a power loss may forget the name.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        _ if cfg!(not(unix)) => Ok(()),
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}
