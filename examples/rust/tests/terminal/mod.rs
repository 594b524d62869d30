//! A program at a terminal of its own, and somebody who reads and types.

use std::{
    fs::File,
    io::{Read, Write},
    process::{Child, Command},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    fs::{Mode, OFlags, open},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};

/// Far more than the program needs; a program that hangs must not hang the test.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Terminal {
    program: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    unread: String,
}

impl Terminal {
    pub(crate) fn start(mut command: Command) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY;
        let end = || File::from(open(name.as_c_str(), flags, Mode::empty()).unwrap());
        command.stdin(end()).stdout(end()).stderr(end());
        let program = command.spawn().unwrap();
        let keyboard = File::from(master);
        let screen = watch(keyboard.try_clone().unwrap());
        Self { program, keyboard, screen, unread: String::new() }
    }

    /// Reads up to and including `text`, and gives what stood before it.
    pub(crate) fn sees(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.unread.find(text) {
                let before = self.unread[..at].to_string();
                self.unread.drain(..at + text.len());
                return before;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.unread.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => unreachable!("{text:?} never came; there was {:?}", self.unread),
            }
        }
    }

    /// Waits for a question and answers it.
    pub(crate) fn types(&mut self, question: &str, line: &str) {
        self.sees(question);
        self.keyboard.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Presses Ctrl-D at a question.
    pub(crate) fn closes(&mut self, question: &str) {
        self.sees(question);
        self.keyboard.write_all(&[4]).unwrap();
    }

    /// The code in the next message that arrives.
    pub(crate) fn code(&mut self) -> String {
        self.sees("your code to ");
        let text = self.sees(".");
        text.rsplit(' ').next().unwrap().to_string()
    }

    /// Waits for the end; whether the program was content.
    pub(crate) fn ends(mut self) -> bool {
        self.program.wait().unwrap().success()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Only a failed test leaves it running.
        self.program.kill().ok();
        self.program.wait().ok();
    }
}

/// Reads the screen until its last user has gone. A character may be cut in two by a read: what
/// the tests look for is ASCII.
fn watch(mut screen: File) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(read @ 1..) = screen.read(&mut bytes) {
            if sender.send(bytes[..read].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}
