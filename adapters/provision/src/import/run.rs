//! A whole file on a blocking engine.

use std::{
    fmt,
    io::{self, BufRead},
};

use pinbolt::{
    Error, Operator, Pinbolt,
    driver::{self, Clock, Delivery, Engine, Store},
    op::{Import, Imported, Step, Took, Verb, Weak},
};
use zeroize::Zeroizing;

use super::{AccountLines, Fate, Format, Importer, Pass};
use crate::ProvisionError;

/// Whose account a name of the file is here.
pub type AccountOf<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// How a file is imported.
pub struct Options<'a> {
    /// How it is written.
    pub format: Format<'a>,
    /// Whose account a name is; `None`: the account of that id. A name for which there is none is held
    /// back, and so are two names that are one account's.
    pub account: Option<&'a AccountOf<'a>>,
    /// What is taken although it is too weak.
    pub dangerously_accept: Weak,
    /// Who imports, and why.
    pub operator: Operator,
    /// Only tells what would be refused, and asks the store nothing.
    pub dry_run: bool,
}

/// What became of a line.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Report<'a> {
    /// Its number, from 1.
    pub line: u64,
    /// Whose it is, as the file has it; `None` where it can't be read.
    pub name: Option<&'a str>,
    /// What became of it.
    pub fate: Fate,
    /// Bytes of the file that are done.
    pub done: u64,
}

/// What became of a file: lines, and accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Accounts of which something was taken, or would be.
    pub accounts: u64,
    /// Accounts that were refused, held back, or failed.
    pub accounts_left: u64,
    /// Accounts of the first that were not here before. The others were: if not by an earlier run, ask
    /// whether it is the same people who have these ids.
    pub created: u64,
    /// Lines against which nothing is known, in a dry run.
    pub ready: u64,
    /// Lines of which the account has something that it hadn't before.
    pub added: u64,
    /// Lines that were taken before.
    pub kept: u64,
    /// Lines of what was removed or replaced here.
    pub gone: u64,
    /// Lines that need not be taken.
    pub skipped: u64,
    /// Lines that were refused.
    pub refused: u64,
    /// Lines that were held back by others.
    pub held_back: u64,
    /// Lines that failed; run the import again.
    pub failed: u64,
}

/// Imports a file, account by account; `open` opens it at its beginning, for each pass. Tells each line
/// that isn't blank, account by account, in the order of the file; of an account of too many lines
/// the first 65.
///
/// It can be run again, after a failure or with a newer file: see [`Import`].
///
/// # Errors
/// The file's, or [`io::ErrorKind::InvalidData`] for one that changed meanwhile. What was imported before
/// stays so: run it again.
pub fn run<S: Store, D: Delivery, C: Clock, R: BufRead>(
    engine: &Engine<S, D, C>,
    open: impl Fn() -> io::Result<R>,
    options: &Options<'_>,
    mut tell: impl FnMut(&Report<'_>),
) -> io::Result<Totals> {
    let whose = |name: &str| options.account.map_or_else(|| Some(name.into()), |id| id(name));
    let mut importer = Importer::mapped(options.format, engine.clock().now(), whose);
    let mut totals = Totals::default();
    // Whole at once, so that no copy is left behind by a line that grew.
    let mut line = Zeroizing::new(Vec::with_capacity(Importer::MAX_LINE.saturating_add(1)));
    while importer.pass() != Pass::Over {
        let (mut file, mut done) = (open()?, 0_u64);
        loop {
            let read = next_line(&mut file, &mut line)?;
            done = done.saturating_add(read);
            importer.at(engine.clock().now());
            let lines = if read > 0 { importer.line(&line) } else { importer.end() };
            if let Some(lines) = lines {
                account(engine, lines, options, (&mut totals, done, &mut tell));
            }
            if read == 0 {
                break;
            }
        }
    }
    match importer.changed() {
        true => Err(io::Error::new(io::ErrorKind::InvalidData, ProvisionError::Changed)),
        false => Ok(totals),
    }
}

fn account<S: Store, D: Delivery, C: Clock>(
    engine: &Engine<S, D, C>,
    lines: AccountLines,
    options: &Options<'_>,
    (totals, done, tell): (&mut Totals, u64, &mut impl FnMut(&Report<'_>)),
) {
    let weak = options.dangerously_accept;
    let outcome = match (lines.moving(), lines.account()) {
        (Some(moving), Some(id)) => {
            let import = moving.import(id, (options.operator.clone(), weak));
            match options.dry_run {
                true => tried(engine.pinbolt(), engine.clock().now(), import).map(|()| None),
                false => taken(engine, import),
            }
        }
        _ => Ok(None),
    };
    if lines.name().is_some() {
        totals.account(lines.complete() && outcome.is_ok());
    }
    if let Ok(Some(Imported { created: true, .. })) = outcome {
        totals.created = totals.created.saturating_add(1);
    }
    for (line, fate) in
        lines.fates(outcome.as_ref().map(Option::as_ref).map_err(|no| (*no).into()), weak)
    {
        totals.line(fate);
        tell(&Report { line, name: lines.name(), fate, done });
    }
}

fn taken<S: Store, D: Delivery, C: Clock>(
    engine: &Engine<S, D, C>,
    import: Import<'_>,
) -> Result<Option<Imported>, Error> {
    engine.run(import).map(Some).map_err(|error| match error {
        driver::Error::Refused(refusal) => Error::Refused(refusal),
        driver::Error::Misuse(misuse) => Error::Misuse(misuse),
        driver::Error::Failure(failure, _) => Error::Failure(failure),
    })
}

/// What the verb refuses before it asks anything: it is begun, and dropped at its first question. It
/// writes nothing.
///
/// # Errors
/// The verb's.
pub fn tried(pinbolt: &Pinbolt, now: u64, import: Import<'_>) -> Result<(), Error> {
    // No randomness is used before a question.
    match import.start(pinbolt, now, [0; 32]) {
        Step::Done(done) => done.result.map(drop),
        _ => Ok(()),
    }
}

/// Reads a line without its end, cut behind the longest; the bytes that it took, 0 at the end.
fn next_line(file: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<u64> {
    line.clear();
    let mut read = 0_u64;
    loop {
        let bytes = match file.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let part = bytes.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        let text = part.strip_suffix(b"\n").unwrap_or(part);
        let room = Importer::MAX_LINE.saturating_add(1).saturating_sub(line.len());
        line.extend(text.iter().take(room));
        let (used, over) = (part.len(), part.is_empty() || text.len() < part.len());
        file.consume(used);
        read = read.saturating_add(u64::try_from(used).unwrap_or(u64::MAX));
        if over {
            return Ok(read);
        }
    }
}

impl Totals {
    const fn account(&mut self, taken: bool) {
        let count = if taken { &mut self.accounts } else { &mut self.accounts_left };
        *count = count.saturating_add(1);
    }

    const fn line(&mut self, fate: Fate) {
        let count = match fate {
            Fate::Ready => &mut self.ready,
            Fate::Took(Took::Added) => &mut self.added,
            Fate::Took(Took::Kept) => &mut self.kept,
            Fate::Took(_) => &mut self.gone,
            Fate::Skipped(_) => &mut self.skipped,
            Fate::Refused(_) => &mut self.refused,
            Fate::HeldBack(_) => &mut self.held_back,
            Fate::Failed(_) => &mut self.failed,
        };
        *count = count.saturating_add(1);
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("format", &self.format).finish_non_exhaustive()
    }
}

impl fmt::Debug for Report<'_> {
    /// Without the name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("line", &self.line)
            .field("fate", &self.fate)
            .finish_non_exhaustive()
    }
}
