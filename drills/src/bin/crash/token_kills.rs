//! The holder killed at random moments, and what its file holds then.

use std::path::Path;

use pinbolt::{
    Authenticator,
    op::{Describe, Description, Evidence, IssueRecoveryCodes, RemoveToken, TokenKind, Unlock},
};
use pinbolt_drills::{
    ANA, EMAIL, Folder, OTP, PHONE, PIN, PIN_AND_OTP, RECOVER, Result, by_operator,
};
use pinbolt_sqlite::Sqlite;

use crate::{
    holder::{CLOCK, COUNTER, SET, at_step, own, site},
    ledgers::Ledgers,
    process::{Worker, pause_up_to},
    scene::expect,
    told::{Act, Told},
    worker::{GUESSING, Site},
};

/// The most microseconds between a report and the kill, beyond a thousand.
const SPAN: u64 = 6_000;
/// Acts among which the kills begin, in turn: all of a cycle's and some of the next.
const ACTS: u32 = 16;
/// More reports than come before that.
const MOST: u32 = 100;
/// Wrong codes that a lane takes between two unlocks.
const FEW: usize = 8;
/// The authenticators, in the order in which guesses are told.
const ALL: [Authenticator; 3] =
    [Authenticator::PIN, Authenticator::OTP, Authenticator::RECOVERY_CODE];

/// What the kills have come to.
#[derive(Debug, Default)]
struct Tally {
    /// Steps, counters and recovery codes that were accepted.
    steps: Vec<u64>,
    counters: Vec<u64>,
    codes: Vec<String>,
    reused: u32,
    /// Failures that were counted, and told.
    failures: u32,
    /// Counted failures that the file has forgotten.
    lost: u32,
    /// What was accepted once more.
    twice: u32,
    /// Counters that fell.
    back: u32,
    /// Acts of which a part is there.
    half: u32,
    /// Records that couldn't be read.
    unreadable: u32,
}

/// What the file must hold by what was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    /// The second token's next counter.
    counter: u64,
    /// The third token's number, and whether it is confirmed.
    third: Option<(u32, bool)>,
    /// Numbers given so far.
    numbers: u32,
    /// Recovery codes that are left.
    left: usize,
}

/// What one process had told when it was killed.
#[derive(Debug)]
struct Story {
    state: State,
    cycle: u32,
    trying: Option<Act>,
    /// The codes of the set that stands.
    codes: Vec<String>,
    /// What was accepted.
    accepted: Vec<Act>,
    used: Vec<String>,
    reused: u32,
    /// Failures of each authenticator.
    counted: [u32; 3],
}

/// Kills a process so many times, on one file.
pub(crate) fn run(kills: u32) -> Result<()> {
    let folder = Folder::new()?;
    let path = folder.file("auth.db");
    let store = Sqlite::open(&path)?;
    let first = site(&store, 0, 0)?;
    first.enroll(ANA, PIN, &[PHONE, EMAIL])?;
    for device in [CLOCK, COUNTER] {
        first.granted(device.add(true)?)?;
    }
    drop(first.granted(IssueRecoveryCodes { account: ANA, authority: by_operator()? })?);
    let mut state = State { numbers: 2, left: SET, ..State::default() };
    let mut tally = Tally::default();
    for round in 1..=kills {
        let story = killed(&path, round, state)?;
        let store = Sqlite::open(&path)?;
        let checked = tally.check(&site(&store, round, story.cycle)?, &story);
        state = checked.map_err(|why| format!("after kill {round}, told {story:?}: {why}"))?;
    }
    tally.replay(&store, kills)?;
    tally.print(kills)
}

/// Lets a process work on the file, kills it soon after one of its acts has begun, in turn, and
/// gives what it had told.
fn killed(path: &Path, round: u32, state: State) -> Result<Story> {
    let mut worker: Worker<Told> = Worker::new("holder", path, round)?;
    let mut story = Story::new(state);
    let mut acts = round.checked_rem(ACTS).unwrap_or(0);
    for n in 0..=MOST {
        let told = worker.next()?.filter(|_| n < MOST).ok_or("a process has gone astray")?;
        let begins = matches!(told, Told::Trying(_));
        story.add(told)?;
        match (begins, acts) {
            (true, 0) => break,
            (true, _) => acts = acts.saturating_sub(1),
            (false, _) => {}
        }
    }
    pause_up_to(SPAN);
    worker.kill()?;
    while let Some(told) = worker.next()? {
        story.add(told)?;
    }
    Ok(story)
}

impl State {
    /// What `describe` shows.
    fn seen(seen: &Description) -> Self {
        let mut state = Self { left: seen.recovery_codes_left.unwrap_or(0), ..Self::default() };
        for token in &seen.tokens {
            state.numbers = state.numbers.max(token.token);
            match token.kind {
                TokenKind::Hotp { counter } if token.token == 2 => state.counter = counter,
                _ if token.token > 2 => {
                    state.third = Some((token.token, token.confirmed.is_some()))
                }
                _ => {}
            }
        }
        state
    }

    fn after(&self, act: Act) -> Self {
        let number = self.numbers.saturating_add(1);
        match act {
            Act::Counter(counter) => Self { counter: counter.saturating_add(1), ..*self },
            Act::Code(_) => Self { left: self.left.saturating_sub(1), ..*self },
            Act::Issue => Self { left: SET, ..*self },
            Act::Add => Self { third: Some((number, false)), numbers: number, ..*self },
            Act::Confirm => Self { third: self.third.map(|(number, _)| (number, true)), ..*self },
            Act::Remove => Self { third: None, ..*self },
            Act::Clock(_) | Act::Guess { .. } => self.clone(),
        }
    }

    /// Whether it is shown so. A removed token's number isn't.
    fn is(&self, seen: &Self) -> bool {
        *self == Self { numbers: self.numbers, ..*seen }
    }
}

impl Story {
    fn new(state: State) -> Self {
        let (codes, accepted, used) = (Vec::new(), Vec::new(), Vec::new());
        Self { state, cycle: 0, trying: None, codes, accepted, used, reused: 0, counted: [0; 3] }
    }

    fn add(&mut self, told: Told) -> Result<()> {
        match told {
            Told::Working(n) => self.cycle = n,
            Told::Trying(act) => self.trying = Some(act),
            Told::Issued(codes) => {
                self.state = self.state.after(Act::Issue);
                (self.codes, self.trying) = (codes, None);
            }
            Told::Reused => self.reused = self.reused.saturating_add(1),
            Told::Done(act) => {
                self.state = self.state.after(act);
                self.trying = None;
                match act {
                    Act::Code(at) => {
                        self.used.push(self.codes.get(at).ok_or("no such code")?.clone());
                    }
                    Act::Guess { counted } => self.counted = sum(self.counted, counted),
                    Act::Clock(_) | Act::Counter(_) => self.accepted.push(act),
                    Act::Issue | Act::Add | Act::Confirm | Act::Remove => {}
                }
            }
        }
        Ok(())
    }

    /// What may be counted at most.
    fn most(&self) -> [u32; 3] {
        match self.trying {
            Some(Act::Guess { counted }) => sum(self.counted, counted),
            _ => self.counted,
        }
    }
}

fn sum(counted: [u32; 3], more: [u32; 3]) -> [u32; 3] {
    let mut more = more.into_iter();
    counted.map(|count| count.saturating_add(more.next().unwrap_or(0)))
}

impl Tally {
    /// Holds the file against what was told; gives the state from which the next process goes on.
    fn check(&mut self, site: &Site<'_>, story: &Story) -> Result<State> {
        self.reused = self.reused.saturating_add(story.reused);
        for act in &story.accepted {
            self.accept(*act);
        }
        for code in &story.used {
            count(&mut self.twice, self.codes.contains(code));
            self.codes.push(code.clone());
        }
        let Ok(Some(shown)) = site.describe(ANA) else {
            count(&mut self.unreadable, true);
            return Ok(story.state.clone());
        };
        let seen = State::seen(&shown);
        let after = story.trying.map(|act| story.state.after(act));
        let whole = story.state.is(&seen) || after.is_some_and(|after| after.is(&seen));
        count(&mut self.back, seen.counter < story.state.counter);
        count(&mut self.half, !whole);
        self.ledgers(site, story, &Ledgers::of(&shown))?;
        self.clock(site, story)?;
        self.recovery_codes(site, story)?;
        self.comes_back(site, (story, &seen))
    }

    /// No success comes into this lane, so what was told must be there, and at most what was asked
    /// when the process died.
    fn ledgers(&mut self, site: &Site<'_>, story: &Story, shown: &Ledgers) -> Result<()> {
        let (told, most) = (story.counted.into_iter(), story.most().into_iter());
        for ((authenticator, told), most) in ALL.into_iter().zip(told).zip(most) {
            let failures = shown.get(authenticator, GUESSING).failures;
            self.failures = self.failures.saturating_add(told);
            self.lost = self.lost.saturating_add(told.saturating_sub(failures));
            if failures > most {
                let name = authenticator.name();
                return Err(format!("{failures} failures of {name} are counted, not {most}").into());
            }
            unlock(site, authenticator)?;
        }
        Ok(())
    }

    /// The last step that was accepted is used up. One that was being used is good once at most.
    fn clock(&mut self, site: &Site<'_>, story: &Story) -> Result<()> {
        if let Some(Act::Clock(step)) = story.trying {
            match clock(site, step)? {
                "Granted" => self.accept(Act::Clock(step)),
                // Its write was applied, and its answer died with the process.
                "AlreadyUsed" => self.steps.push(step),
                other => return Err(format!("the clock's code answers {other}").into()),
            }
        }
        self.steps.last().copied().map_or(Ok(()), |step| self.used(clock(site, step)?))
    }

    /// Each code of the standing set that was accepted is used up; one that was being used is good
    /// once at most.
    fn recovery_codes(&mut self, site: &Site<'_>, story: &Story) -> Result<()> {
        let mut used = story.used.clone();
        if let Some(Act::Code(at)) = story.trying {
            let code = story.codes.get(at).ok_or("no such code")?;
            let answer = recover(site, code)?;
            if !matches!(answer, "Granted" | "AlreadyUsed") {
                return Err(format!("a recovery code answers {answer}").into());
            }
            self.codes.push(code.clone());
            used.push(code.clone());
        }
        for code in &used {
            // Of an older set, or of one that ended as the process did.
            let over = !story.codes.contains(code) || story.trying == Some(Act::Issue);
            match recover(site, code)? {
                "WrongCredentials" if over => {}
                answer => self.used(answer)?,
            }
        }
        Ok(())
    }

    /// The person comes back by PIN and token, and loses the third one.
    fn comes_back(&mut self, site: &Site<'_>, (story, seen): (&Story, &State)) -> Result<State> {
        let counter = seen.counter;
        if let Some(last) = counter.checked_sub(1) {
            if story.trying == Some(Act::Counter(last)) {
                // Its write was applied, and its answer died with the process.
                self.counters.push(last);
            }
            self.used(site.named(own(OTP, Evidence::otp(&COUNTER.code(last)?)))?)?;
        }
        let code = COUNTER.code(counter)?;
        site.granted(own(PIN_AND_OTP, Evidence::pin(PIN).and_otp(&code)))?;
        self.accept(Act::Counter(counter));
        if let Some((token, _)) = seen.third {
            site.granted(RemoveToken { account: ANA, token, authority: by_operator()? })?;
        }
        let numbers = story.state.numbers.max(seen.numbers);
        let shown = State::seen(&site.granted(Describe { account: ANA })?);
        let state = State { counter: counter.saturating_add(1), third: None, numbers, ..shown };
        Ok(state)
    }

    fn accept(&mut self, act: Act) {
        let (list, at) = match act {
            Act::Clock(step) => (&mut self.steps, step),
            Act::Counter(counter) => (&mut self.counters, counter),
            _ => return,
        };
        count(&mut self.twice, list.contains(&at));
        list.push(at);
    }

    /// What was accepted once answers that it is used.
    fn used(&mut self, answer: &'static str) -> Result<()> {
        count(&mut self.twice, answer == "Granted");
        if answer == "Granted" { Ok(()) } else { expect(answer, "AlreadyUsed") }
    }

    /// Every step that was ever accepted, once more and at its own time; every counter and recovery
    /// code.
    fn replay(&mut self, store: &Sqlite, kills: u32) -> Result<()> {
        let now = site(store, kills.saturating_add(1), 0)?;
        for counters in self.counters.chunks(FEW) {
            unlock(&now, Authenticator::OTP)?;
            for counter in counters {
                let answer = now.named(own(OTP, Evidence::otp(&COUNTER.code(*counter)?)))?;
                count(&mut self.twice, answer == "Granted");
            }
        }
        for codes in self.codes.chunks(FEW) {
            unlock(&now, Authenticator::RECOVERY_CODE)?;
            for code in codes {
                count(&mut self.twice, recover(&now, code)? == "Granted");
            }
        }
        // Last, as it sets the record's clock back.
        self.steps.sort_unstable();
        for step in self.steps.clone() {
            self.used(clock(&at_step(store, step)?, step)?)?;
        }
        Ok(())
    }

    fn print(&self, kills: u32) -> Result<()> {
        let Self { steps, counters, codes, reused, failures, .. } = self;
        let Self { lost, twice, back, half, unreadable, .. } = self;
        let accepted = [steps.len(), counters.len(), codes.len()];
        let all = accepted.iter().fold(0usize, |sum, n| sum.saturating_add(*n));
        println!(
            "crash token-kills={kills} accepted={all} reused={reused} failures={failures} \
             lost={lost} twice={twice} back={back} half={half} unreadable={unreadable}"
        );
        match (lost, twice, back, half, unreadable) {
            _ if accepted.contains(&0) || *failures == 0 || *reused == 0 => {
                Err("the processes did nothing".into())
            }
            (0, 0, 0, 0, 0) => Ok(()),
            _ => Err("a kill did harm".into()),
        }
    }
}

fn clock(site: &Site<'_>, step: u64) -> Result<&'static str> {
    site.named(own(OTP, Evidence::otp(&CLOCK.code(step)?)))
}

fn recover(site: &Site<'_>, code: &str) -> Result<&'static str> {
    site.named(own(RECOVER, Evidence::recovery_code(code)))
}

fn unlock(site: &Site<'_>, authenticator: Authenticator) -> Result<()> {
    let authority = by_operator()?;
    site.granted(Unlock { account: ANA, authenticator, authority }).map(drop)
}

fn count(tally: &mut u32, is: bool) {
    *tally = tally.saturating_add(u32::from(is));
}
