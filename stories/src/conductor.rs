//! Tells the players their turns and compares what they answer.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

use crate::{Fault, Saved, Story, matches};

/// How a language's player is started: a program and its first arguments.
#[derive(Clone, Debug)]
pub struct Performer {
    /// The language.
    pub name: String,
    /// The program, then arguments that come before the story and the URL.
    pub command: Vec<String>,
}

/// Tells one story on one store.
#[derive(Debug)]
pub struct Conductor<'a> {
    story: &'a Story,
    players: Vec<Process>,
    saved: Saved,
    /// The codes that were delivered, so that a wrong one is none of them.
    codes: Vec<String>,
}

impl<'a> Conductor<'a> {
    /// Starts the players of a story on the store of `url`.
    ///
    /// # Errors
    /// A player doesn't start.
    pub fn new(
        story: &'a Story,
        (performers, path, url): (&[Performer], &Path, &str),
    ) -> Result<Self, Fault> {
        let start = |performer| Process::start(performer, path, url);
        let players = performers.iter().map(start).collect::<Result<_, _>>()?;
        Ok(Self { story, players, saved: Saved::new(), codes: Vec::new() })
    }

    /// The whole story, the step of number n played by player n + `turn`; how many steps were as
    /// told.
    ///
    /// # Errors
    /// The first step that wasn't, and how.
    pub fn tell(mut self, turn: usize) -> Result<usize, Fault> {
        let story = self.story;
        for (number, step) in story.steps().iter().enumerate() {
            let name = step.get("tells").and_then(Value::as_str).unwrap_or_default();
            self.step((number.saturating_add(turn), &json!(number), step))
                .map_err(|fault| format!("step {number} ({name}): {fault}"))?;
        }
        self.end()?;
        Ok(story.steps().len())
    }

    /// Steps that the story doesn't have; how many were as told.
    ///
    /// # Errors
    /// As [`Conductor::tell`].
    pub fn tell_aside(mut self, steps: &[Value]) -> Result<usize, Fault> {
        for (number, step) in steps.iter().enumerate() {
            self.step((number, step, step)).map_err(|fault| format!("{step}: {fault}"))?;
        }
        self.end()?;
        Ok(steps.len())
    }

    /// Has one step played, by its number or as it is written, and compares.
    ///
    /// # Errors
    /// The player is gone, or the outcome isn't the expected one.
    pub fn step(&mut self, (turn, asked, step): (usize, &Value, &Value)) -> Result<Value, Fault> {
        let nth = turn.checked_rem(self.players.len()).unwrap_or_default();
        self.prepare();
        let saved = self.saved.clone();
        let player = self.players.get_mut(nth).ok_or("nobody plays")?;
        let outcome = player.play(&json!({ "step": asked, "saved": saved }))?;
        let expected = step.get("expect").ok_or("a step expects nothing")?;
        matches(expected, &outcome, &mut self.saved)
            .map_err(|odd| format!("{}: {odd}", player.name))?;
        let messages = outcome.get("messages").and_then(Value::as_array).into_iter().flatten();
        let codes = messages.filter_map(|message| message.get("code")?.as_str());
        self.codes.extend(codes.map(String::from));
        Ok(outcome)
    }

    /// Ends the players; one that ends badly, as under a memory checker, did something wrong.
    fn end(self) -> Result<(), Fault> {
        self.players.into_iter().try_for_each(Process::end)
    }

    /// What every step may name: a code that was never sent, one text that is too long for anything,
    /// and each code as people type it.
    fn prepare(&mut self) {
        let mut numbers = (0..1_000_000).map(|number| format!("{number:06}"));
        let wrong = numbers.find(|number| !self.codes.contains(number)).unwrap_or_default();
        self.saved.insert("wrong".into(), wrong.into());
        self.saved.insert("long".into(), "x".repeat(5_000).into());
        let last = self.codes.last().map_or("", String::as_str);
        let (head, tail) = last.split_at_checked(3).unwrap_or_default();
        self.saved.insert("typed".into(), format!(" {head}-{tail} ").into());
    }

    /// What was saved so far.
    #[must_use]
    pub const fn saved(&self) -> &Saved {
        &self.saved
    }
}

/// A player's process. It ends when its input does.
#[derive(Debug)]
struct Process {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(performer: &Performer, story: &Path, url: &str) -> Result<Self, Fault> {
        let Performer { name, command } = performer;
        let (program, arguments) = command.split_first().ok_or("a player has no program")?;
        let mut command = Command::new(program);
        command.args(arguments).arg(story).arg(url);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{name}: {program} doesn't start: {error}"))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = BufReader::new(output.ok_or("no output")?);
        Ok(Self { name: name.clone(), child, input, output })
    }

    fn play(&mut self, turn: &Value) -> Result<Value, Fault> {
        let input = self.input.as_mut().ok_or("no input")?;
        let mut line = String::new();
        let played = writeln!(input, "{turn}").and_then(|()| self.output.read_line(&mut line));
        match played {
            Ok(1..) => {
                serde_json::from_str(&line).map_err(|_| format!("{}: {line}", self.name).into())
            }
            _ => Err(format!("{}: the player ended; what it said stands above", self.name).into()),
        }
    }

    fn end(mut self) -> Result<(), Fault> {
        self.input = None;
        match self.child.wait()? {
            status if status.success() => Ok(()),
            status => Err(format!("{}: the player ended with {status}", self.name).into()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.input = None;
        let _ended = self.child.wait().is_ok();
    }
}
