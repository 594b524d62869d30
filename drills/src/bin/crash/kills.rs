//! A process killed at random moments of its work, and what its file holds then.

use std::path::Path;

use pinbolt::{
    Authenticator, Channel, Refusal,
    op::{Begin, Unlock},
};
use pinbolt_drills::{ANA, EMAIL, Folder, Open, PHONE, PIN, Result, SIGN_IN, by_operator, wrong};
use pinbolt_sqlite::Sqlite;

use crate::{
    ledgers::{Counted, Ledgers},
    process::{Worker, pause_up_to},
    report::Report,
    scene::expect,
    worker::{FREE, GUESSING, OWN, Shifted, Site, begin, day, site, verify},
};

/// The most microseconds of work before a kill; the least are a thousand.
const SPAN: u64 = 30_000;
/// More reports than come before the span begins.
const MOST: u32 = 100;
/// Longer than any cooldown of the policy.
const COOLDOWN: u64 = 121_000;

/// What the kills have come to.
#[derive(Debug, Default)]
struct Tally {
    /// Codes that were accepted.
    accepted: Vec<Open>,
    /// Failures that were counted, and told.
    failures: u32,
    /// Processes that were told to wait.
    waits: u32,
    /// Counted failures, and waits, that the file has forgotten.
    lost: u32,
    /// Codes that were accepted once more.
    twice: u32,
    /// Records that couldn't be read.
    unreadable: u32,
}

/// What one process had told when it was killed.
#[derive(Debug, Default)]
struct Told {
    /// The challenges, oldest first, with how often each was accepted.
    begun: Vec<(Open, u32)>,
    /// Whether the last one's right code was about to be typed.
    finishing: bool,
    /// Wrong codes since the last acceptance.
    wrong_codes: u32,
    wrong_pins: u32,
    /// Both, the wrong codes before an acceptance among them.
    failures: u32,
    /// The latest wait.
    waiting: Option<u64>,
}

/// Kills a process so many times, on one file.
pub(crate) fn run(kills: u32) -> Result<()> {
    let folder = Folder::new()?;
    let path = folder.file("auth.db");
    site(&Sqlite::open(&path)?, day(0))?.enroll(ANA, PIN, &[PHONE, EMAIL])?;
    let mut tally = Tally::default();
    for round in 1..=kills {
        let told = killed(&path, round)?;
        let store = Sqlite::open(&path)?;
        let checked = tally.check(&store, round, &told);
        checked.map_err(|why| format!("after kill {round}, told {told:?}: {why}"))?;
    }
    let store = Sqlite::open(&path)?;
    tally.replay(&site(&store, day(kills.saturating_add(1)))?)?;
    tally.print(kills)
}

/// Lets a process work on the file, kills it, and gives what it had told. The random span begins
/// with its work, with the first code accepted, or with the first wait, in turn: so there is
/// something to lose, however slow the disk.
fn killed(path: &Path, round: u32) -> Result<Told> {
    let mut worker: Worker<Report> = Worker::new("child", path, round)?;
    let mut told = Told::default();
    let begins = |report: &Report| match round % 3 {
        0 => *report == Report::Working,
        1 => *report == Report::Accepted,
        _ => matches!(report, Report::Waiting(_)),
    };
    for n in 0..=MOST {
        let report = worker.next()?.filter(|_| n < MOST).ok_or("a process has gone astray")?;
        told.add(&report)?;
        if begins(&report) {
            break;
        }
    }
    pause_up_to(SPAN);
    worker.kill()?;
    while let Some(report) = worker.next()? {
        told.add(&report)?;
    }
    Ok(told)
}

impl Told {
    fn add(&mut self, report: &Report) -> Result<()> {
        match report {
            Report::Working => {}
            Report::Begun(open) => self.begun.push((open.clone(), 0)),
            Report::Finishing => self.finishing = true,
            Report::Waiting(until) => self.waiting = self.waiting.max(Some(*until)),
            Report::WrongCode => self.wrong_codes = self.wrong_codes.saturating_add(1),
            Report::WrongPin => self.wrong_pins = self.wrong_pins.saturating_add(1),
            Report::Accepted => {
                (self.finishing, self.wrong_codes) = (false, 0);
                let (_, times) = self.begun.last_mut().ok_or("accepted before it was begun")?;
                *times = times.saturating_add(1);
            }
        }
        if matches!(report, Report::WrongCode | Report::WrongPin) {
            self.failures = self.failures.saturating_add(1);
        }
        Ok(())
    }
}

impl Tally {
    /// Holds the file against what was told.
    fn check(&mut self, store: &Sqlite, round: u32, told: &Told) -> Result<()> {
        self.failures = self.failures.saturating_add(told.failures);
        self.waits = self.waits.saturating_add(u32::from(told.waiting.is_some()));
        let now = site(store, day(round))?;
        let Ok(Some(seen)) = now.describe(ANA) else {
            self.unreadable = self.unreadable.saturating_add(1);
            return Ok(());
        };
        let ledgers = Ledgers::of(&seen);
        self.pins(&now, told, ledgers.get(Authenticator::PIN, GUESSING))?;
        self.codes(&now, told, ledgers.get(Authenticator::CODE, OWN))?;
        self.sign_in(store, round)?;
        for authenticator in [Authenticator::PIN, Authenticator::CODE] {
            let authority = by_operator()?;
            now.granted(Unlock { account: ANA, authenticator, authority })?;
        }
        Ok(())
    }

    /// No success comes into this lane, so what was told must be there, and one more at most.
    fn pins(&mut self, site: &Site<'_>, told: &Told, counted: Counted) -> Result<()> {
        self.counted(told.wrong_pins, counted.failures)?;
        let waits = counted.opens.is_some();
        if counted.opens < told.waiting || (told.wrong_pins >= FREE && !waits) {
            self.lost = self.lost.saturating_add(1);
        }
        let Some(opens) = counted.opens else { return Ok(()) };
        match site.run(verify(&wrong(PIN, 0)?))? {
            Err(Refusal::Waiting { until }) => expect(until, opens),
            other => Err(format!("a wait was not kept: {other:?}").into()),
        }
    }

    /// The last code, if it wasn't accepted as far as was told, is good for one acceptance at
    /// most; all the others for none.
    fn codes(&mut self, site: &Site<'_>, told: &Told, counted: Counted) -> Result<()> {
        if let Some((open, 0)) = told.begun.last() {
            match site.named(open.finish())? {
                // Its write wasn't applied.
                "Granted" => self.counted(told.wrong_codes, counted.failures)?,
                // Its write was applied, and its answer died with the process.
                "AlreadyUsed" if told.finishing => {}
                other => return Err(format!("the last code answers {other}").into()),
            }
        } else {
            self.counted(told.wrong_codes, counted.failures)?;
        }
        for (open, times) in &told.begun {
            self.twice = self.twice.saturating_add(times.saturating_sub(1));
            self.used(site, open)?;
            self.accepted.push(open.clone());
        }
        Ok(())
    }

    /// A code that was accepted once.
    fn used(&mut self, site: &Site<'_>, open: &Open) -> Result<()> {
        match site.named(open.finish())? {
            // After five days a handle names nothing any more.
            "AlreadyUsed" | "Superseded" | "UnknownChallenge" => Ok(()),
            "Granted" => {
                self.twice = self.twice.saturating_add(1);
                Ok(())
            }
            other => Err(format!("a used code answers {other}").into()),
        }
    }

    /// At least what was told is counted; one more may be, whose answer died with the process.
    fn counted(&mut self, told: u32, counted: u32) -> Result<()> {
        self.lost = self.lost.saturating_add(told.saturating_sub(counted));
        match counted > told.saturating_add(1) {
            true => Err(format!("{counted} failures are counted, {told} were told").into()),
            false => Ok(()),
        }
    }

    /// The person comes back: by number and by address, which reads every row there is.
    fn sign_in(&mut self, store: &Sqlite, round: u32) -> Result<()> {
        let Shifted(day) = day(round);
        for (n, name, channel) in [(1, PHONE, Channel::Sms), (2, EMAIL, Channel::Email)] {
            let site = site(store, Shifted(day.saturating_add(COOLDOWN.saturating_mul(n))))?;
            match site.run(Begin { name, ..begin(channel) }) {
                Ok(answer) => {
                    let begun = answer.map_err(|no| format!("no way back: {no:?}"))?;
                    site.granted(site.arrived(SIGN_IN, begun)?.finish())?;
                }
                Err(_) => self.unreadable = self.unreadable.saturating_add(1),
            }
        }
        Ok(())
    }

    /// Every code that was ever accepted, once more.
    fn replay(&mut self, site: &Site<'_>) -> Result<()> {
        let all = self.accepted.clone();
        all.iter().try_for_each(|open| self.used(site, open))
    }

    fn print(&self, kills: u32) -> Result<()> {
        let Self { accepted, failures, lost, twice, unreadable, .. } = self;
        let accepted = accepted.len();
        println!(
            "crash kills={kills} accepted={accepted} failures={failures} lost={lost} \
             twice={twice} unreadable={unreadable}"
        );
        match (lost, twice, unreadable) {
            _ if accepted == 0 || *failures == 0 || self.waits == 0 => {
                Err("the processes did nothing".into())
            }
            (0, 0, 0) => Ok(()),
            _ => Err("a kill did harm".into()),
        }
    }
}
