//! pinbolt, to be tried: `make demo`.
//!
//! At a terminal it is a conversation: you enrol, sign in, mistype, are locked out and come back,
//! and see what arrives on your phone and in your mailbox. Without a terminal it plays such a
//! story by itself and ends with an error at the first step that isn't as expected. Both stand on
//! an SQLite file, the system's clock and the real hash.

mod desk;
mod inbox;
mod say;
mod story;
mod talk;

use std::{
    env,
    error::Error,
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::ExitCode,
};

use desk::Desk;

fn main() -> ExitCode {
    let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("target/demo"), PathBuf::from);
    match run(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> Result<(), Box<dyn Error>> {
    start_afresh(folder)?;
    let desk = Desk::open(folder)?;
    println!("The records are in {}, the keys in {}.", desk.database(), desk.keys());
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        talk::hold(&desk)?;
    } else {
        let steps = story::play(&desk)?;
        println!("demo: {steps} steps as expected");
    }
    Ok(())
}

/// Makes the folder, or removes from it what an earlier run left; nothing else that is in it.
fn start_afresh(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for name in ["auth.db", "auth.db-wal", "auth.db-shm", "keys.toml"] {
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
