//! A race of several processes on one file, behind one start gate.

use core::time::Duration;
use std::{
    env,
    io::{self, BufRead, BufReader, PipeReader, Read},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use pinbolt::row::RowName;
use pinbolt_drills::{Open, Result, SIGN_IN};
use pinbolt_sqlite::Sqlite;

use crate::{Target, call::calls, counts::Counts, scenario::Scenario};

/// How many processes share the calls.
pub(crate) const PROCESSES: u32 = 8;

const READY: &str = "ready\n";
/// All the processes write at once, on disks that may be slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// The database, with more patience than is the default.
pub(crate) fn open(path: &Path) -> Result<Sqlite> {
    Ok(Sqlite::options().busy_timeout(PATIENCE).open(path)?)
}

/// In what the processes of a race are written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Language {
    Rust,
    /// Through the Python package, by the interpreter that `PINBOLT_PYTHON` names.
    Python,
}

impl Language {
    fn child(self) -> Result<Command> {
        let mut command = match self {
            Self::Rust => Command::new(env::current_exe()?),
            Self::Python => {
                let named = env::var_os("PINBOLT_PYTHON");
                Command::new(named.ok_or("PINBOLT_PYTHON names no interpreter")?)
            }
        };
        command.arg(match self {
            Self::Rust => "child",
            Self::Python => concat!(env!("CARGO_MANIFEST_DIR"), "/python/race_child.py"),
        });
        Ok(command)
    }
}

/// Plays a scenario from several processes and adds up what they count.
pub(crate) fn in_processes(
    language: Language,
    processes: u32,
    path: &Path,
    (scenario, target): (Scenario, &Target),
) -> Result<Counts> {
    // The gate is a pipe that nobody writes into: every process waits for its end, which comes to
    // all of them at once, when its only writer is dropped.
    let (waiting, gate) = io::pipe()?;
    let mut runners = (0..processes.min(scenario.calls))
        .map(|n| {
            let share = [n.to_string(), processes.to_string()];
            Runner::new(language.child()?, &waiting, path, (scenario, target), share)
        })
        .collect::<Result<Vec<_>>>()?;
    runners.iter_mut().try_for_each(Runner::wait_until_ready)?;
    drop(gate);
    let counts = runners.iter_mut().map(Runner::counts).collect::<Result<Vec<_>>>()?;
    Ok(counts.into_iter().sum())
}

/// A process that runs its share of the calls: every `of`-th from the n-th on.
pub(crate) fn child(order: &[&str]) -> Result<()> {
    let [path, scenario, handle, code, row, n, of, ..] = *order else {
        return Err("this order is not one of ours".into());
    };
    let (scenario, n, of): (_, u32, usize) = (Scenario::named(scenario)?, n.parse()?, of.parse()?);
    let open = Open { purpose: SIGN_IN.into(), handle: handle.into(), code: code.into() };
    let target = Target { open, row: RowName::new(row).ok_or("a bad row name")? };
    let store = self::open(Path::new(path))?;
    let mine: Vec<u32> = (n..scenario.calls).step_by(of).collect();
    let counts = calls(&store, (scenario, &target), &mine, || {
        print!("{READY}");
        io::stdin().read_to_end(&mut Vec::new())?;
        Ok(())
    })?;
    println!("{counts}");
    Ok(())
}

/// One process of a race; killed if the race is given up.
struct Runner {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Runner {
    fn new(
        mut child: Command,
        gate: &PipeReader,
        path: &Path,
        (scenario, target): (Scenario, &Target),
        share: [String; 2],
    ) -> Result<Self> {
        let Target { open, row } = target;
        let mut process = child
            .arg(path)
            .args([&scenario.to_string(), &open.handle, &open.code, row.as_str()])
            .args(share)
            .args(scenario.spelled_out())
            .stdin(Stdio::from(gate.try_clone()?))
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("a process without output")?;
        Ok(Self { process, output: BufReader::new(output) })
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        match self.line()? == READY {
            true => Ok(()),
            false => Err("a process isn't ready".into()),
        }
    }

    fn counts(&mut self) -> Result<Counts> {
        let counts = self.line()?.parse()?;
        match self.process.wait()?.success() {
            true => Ok(counts),
            false => Err("a process failed".into()),
        }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line)
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        // One that has ended can't be killed, and needs not be.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
