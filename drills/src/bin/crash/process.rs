//! A process that works until it is killed, and what it told by then.

use core::{hash::BuildHasher, marker::PhantomData, str::FromStr, time::Duration};
use std::{
    env,
    hash::RandomState,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread,
};

use pinbolt_drills::{Result, Trouble};

/// A process that tells what it does, a line each; killed at the latest when it is dropped.
pub(crate) struct Worker<T> {
    process: Child,
    output: BufReader<ChildStdout>,
    tells: PhantomData<T>,
}

impl<T: FromStr<Err = Trouble>> Worker<T> {
    /// Starts this program anew, in this part.
    pub(crate) fn new(part: &str, path: &Path, round: u32) -> Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .arg(part)
            .arg(path)
            .arg(round.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("a process without output")?;
        Ok(Self { process, output: BufReader::new(output), tells: PhantomData })
    }

    /// The next report; none at the end, or where the last line was cut.
    pub(crate) fn next(&mut self) -> Result<Option<T>> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        line.strip_suffix('\n').map(str::parse).transpose()
    }

    /// SIGKILL, on Unix.
    pub(crate) fn kill(&mut self) -> Result<()> {
        if self.process.try_wait()?.is_some() {
            return Err("a process ended by itself".into());
        }
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Waits for a random while: a millisecond, and up to so many microseconds more.
pub(crate) fn pause_up_to(span: u64) {
    let random = RandomState::new().hash_one(span).checked_rem(span).unwrap_or(0);
    thread::sleep(Duration::from_micros(random.saturating_add(1_000)));
}
