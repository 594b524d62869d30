//! A folder for a drill's files.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::Result;

/// A folder of a drill's own among the temporary files, removed at its end.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes one.
    ///
    /// # Errors
    /// It can't be made.
    pub fn new() -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("pinbolt-drill-{}-{n}", process::id()));
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// The path of a file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        Path::new(&self.0).join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind is the temporary folder's to clean.
        drop(fs::remove_dir_all(&self.0));
    }
}
