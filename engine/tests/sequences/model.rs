//! What the engine must answer, as small as it gets: no crypto, no store, no races. Written from
//! the protocols and not from the engine, so that the two can disagree.
//!
//! A step does its writes one after another and stops where `writes_left` runs out, as a crash
//! does: that gives the states which a lost answer may leave behind.

use std::collections::BTreeMap;

use super::{
    commands::{Act, Lane, Ledger as Which},
    rows::{Challenge, DAY, HOUR, Held, Progress, Row, Rules, SECOND},
};

/// An answer. A refusal has its name and its number: until, tries left, or the newest challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Done,
    Proof,
    Issued {
        expires: u64,
        resend_at: u64,
        sent: bool,
    },
    Unlocked {
        refilled: bool,
    },
    No(&'static str, u64),
    /// The infrastructure's fault; nothing was accepted.
    Failed,
}

impl Said {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Done | Self::Unlocked { .. } => "Done",
            Self::Proof => "Proof",
            Self::Issued { sent: true, .. } => "Issued",
            Self::Issued { sent: false, .. } => "Issued before",
            Self::No(name, _) => name,
            Self::Failed => "Failed",
        }
    }
}

/// What a handle holds: its challenge, and the decoy's life in which it was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle {
    pub row: usize,
    pub purpose: usize,
    pub number: usize,
    pub life: u32,
    issued: u64,
    pub session: u8,
    pub context: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    pub rows: Vec<Row>,
    pub handles: Vec<Handle>,
    /// Times and lanes of sends, by row and channel; what has no address there has a budget too.
    budgets: BTreeMap<(usize, usize), Vec<(u64, Lane)>>,
    pub writes_left: u32,
    /// How a send budget's write went, where the store may fail: times spent, and whether seen.
    pub spending: (u32, bool),
}

impl Model {
    pub fn new(rows: Vec<Row>) -> Self {
        let (handles, budgets) = (Vec::new(), BTreeMap::new());
        Self { rows, handles, budgets, writes_left: u32::MAX, spending: (1, true) }
    }

    pub fn step(&mut self, act: &Act, now: u64) -> Said {
        let said = match act {
            Act::Begin { .. } => self.begin(act, now),
            Act::Finish { handle, code, session, context, .. } => {
                self.finish(*handle, code.as_deref(), (*session, *context), now)
            }
            Act::Resend { handle, channel, session } => {
                self.resend(*handle, *channel, *session, now)
            }
            Act::Cancel { handle, session } => self.cancel(*handle, *session, now),
            Act::Verify { .. } => self.verify(act, now),
            Act::Resync { .. } => self.resync(act, now),
            Act::Issue { .. } => self.issue(act, now),
            Act::ChangePin { row, old, new, hashed, .. } => {
                self.change_pin(*row, (*old, *new), *hashed, now)
            }
            Act::Unlock { row, ledger, .. } => self.unlock(*row, *ledger, now),
            Act::Block { row, on, .. } => self.block(*row, *on, now),
        };
        said.unwrap_or_else(|no| no)
    }

    /// The gateway refused the message of the newest challenge: its cooldown is given back, but to
    /// no stranger, who would learn from it that there is somebody.
    pub fn undelivered(&mut self, handle: usize, now: u64) -> Said {
        let Handle { row, purpose, .. } = self.handles[handle];
        let mut record = self.rows[row].at(now);
        let series = &mut record.series[purpose];
        if series.all.last().is_some_and(|newest| newest.asked.3 == Lane::Stranger) {
            return Said::Done;
        }
        (series.sends, series.sent_at) = (series.sends.saturating_sub(1), 0);
        self.write(row, record).map_or_else(|no| no, |()| Said::Done)
    }

    fn begin(&mut self, act: &Act, now: u64) -> Result<Said, Said> {
        let Act::Begin { row, purpose, pin, channel, session, context, hashed, .. } = act else {
            return Err(Said::Failed);
        };
        let (row, purpose, channel) = (*row, *purpose, *channel);
        let held = match pin {
            Some(pin) => Some(self.check(row, (*pin, Lane::Stranger, *hashed), now)?),
            None => None,
        };
        let lane = if pin.is_some() { Lane::FirstFactor } else { Lane::Stranger };
        let record = self.rows[row].at(now);
        let generation = pin.map(|_| record.generation);
        let asked = (*session, *context, channel, lane, generation);
        let until = record.series[purpose].resend_at();
        let open = record.series[purpose].all.last().filter(|c| c.is_live(record.seen));
        let same = open.filter(|open| open.asked == asked).cloned();
        let blocked = record.seen < until;
        let budget = match () {
            () if blocked => Ok(()),
            () if pin.is_some() && !record.channels[channel] => Err(Said::No("KeyMissing", 0)),
            () => self.spend((row, channel), lane, now)?,
        };
        let mut issued = None;
        let mut issue = |record: &mut Row| {
            issued = Some(match (&same, &budget) {
                (Some(open), _) if blocked => {
                    let number = record.series[purpose].all.len() - 1;
                    Ok((
                        number,
                        Said::Issued { expires: open.expires, resend_at: until, sent: false },
                    ))
                }
                _ if blocked => Err(Said::No("Throttled", until)),
                (_, Err(no)) => Err(no.clone()),
                (_, Ok(())) => Ok(record.issue(purpose, asked)),
            });
        };
        if let Some(held) = held {
            self.settle(row, &held, now, issue)?;
        } else {
            let mut record = self.turn(row, now)?;
            issue(&mut record);
            if matches!(issued, Some(Ok((_, Said::Issued { sent: true, .. })))) {
                self.write(row, record)?;
            }
        }
        let (number, said) = issued.unwrap_or(Err(Said::Failed))?;
        self.shown((row, purpose, number), now);
        Ok(said)
    }

    /// The asker gets a handle.
    fn shown(&mut self, (row, purpose, number): (usize, usize, usize), now: u64) {
        let record = self.rows[row].at(now);
        let Challenge { asked: (session, context, ..), issued, .. } =
            record.series[purpose].all[number];
        let life = record.life;
        self.handles.push(Handle { row, purpose, number, life, issued, session, context });
    }

    /// A handle is worth nothing in another session.
    fn asked(&self, handle: usize, session: u8) -> Result<Handle, Said> {
        let handle = self.handles[handle];
        let same = handle.session == session;
        if same { Ok(handle) } else { Err(Said::No("WrongSession", 0)) }
    }

    /// The challenge of a handle, if its code may be compared now.
    fn standing(&self, handle: Handle, now: u64) -> Result<(Row, Challenge), Said> {
        let Handle { row, purpose, number, life, issued, .. } = handle;
        let record = self.rows[row].at(now);
        let all = &record.series[purpose].all;
        if record.seen > issued + 5 * DAY {
            return Err(Said::No("UnknownChallenge", 0));
        }
        let newest = Said::No("Superseded", all.len().saturating_sub(1) as u64);
        if record.life != life {
            let older = number + 1 < all.len();
            return Err(if older { newest } else { Said::No("UnknownChallenge", 0) });
        }
        let challenge = all[number].clone();
        if number + Row::KEPT < all.len() {
            return Err(newest);
        }
        let rests = challenge.asked.4.is_none_or(|pin| pin == record.generation);
        let no = match challenge.progress {
            _ if record.blocked && !challenge.phantom => Said::No("Ended", 0),
            Progress::Consumed => Said::No("AlreadyUsed", 0),
            _ if number + 1 < all.len() => newest,
            Progress::Ended => Said::No("Ended", 0),
            _ if !rests => Said::No("Ended", 0),
            Progress::Open if record.seen >= challenge.expires => Said::No("Expired", 0),
            Progress::Open => return Ok((record, challenge)),
        };
        Err(no)
    }

    fn finish(
        &mut self,
        handle: usize,
        code: Option<&str>,
        (session, context): (u8, u8),
        now: u64,
    ) -> Result<Said, Said> {
        let handle = self.asked(handle, session)?;
        let Handle { row, purpose, number, .. } = handle;
        self.turn(row, now)?;
        let (mut record, challenge) = self.standing(handle, now)?;
        if challenge.asked.1 != context {
            return Err(Said::No("WrongSession", 0));
        }
        let code = code.ok_or(Said::No("Malformed", 0))?;
        let tries_left = challenge.tries_left.checked_sub(1).ok_or(Said::No("TriesUsedUp", 0))?;
        let lane = challenge.asked.3;
        record.gate(&[(Which::Code, 1)], lane)?;
        let passable = !record.ledger(Which::Code, lane).is_disabled(lane);
        let series = &mut record.series[purpose];
        let older = series.all.iter().rev().skip(1).take(Row::KEPT - 1);
        let older = older.filter(|old| old.code.as_deref() == Some(code)).count() > 0;
        series.all[number].tries_left = tries_left;
        let said = if passable && challenge.code.as_deref() == Some(code) {
            series.all[number].progress = Progress::Consumed;
            // Who had the code may ask for another at once.
            (series.sends, series.sent_at) = (0, 0);
            record.reset(Which::Code, lane);
            Said::Proof
        } else if older {
            Said::No("Superseded", number as u64)
        } else {
            record.reserve((Which::Code, 1), lane);
            Said::No("WrongCode", u64::from(tries_left))
        };
        self.write(row, record)?;
        Ok(said)
    }

    fn resend(
        &mut self,
        handle: usize,
        channel: usize,
        session: u8,
        now: u64,
    ) -> Result<Said, Said> {
        let handle = self.asked(handle, session)?;
        let Handle { row, purpose, .. } = handle;
        let (mut record, challenge) = self.standing(handle, now)?;
        let until = record.series[purpose].resend_at();
        if record.seen < until {
            return Err(Said::No("Throttled", until));
        }
        let again = Rules::REDELIVERS[purpose] && challenge.asked.2 == channel;
        if again && challenge.tries_left == 0 {
            return Err(Said::No("TriesUsedUp", 0));
        }
        if !record.channels[channel] && challenge.asked.4.is_some() {
            return Err(Said::No("KeyMissing", 0));
        }
        self.spend((row, channel), challenge.asked.3, now)??;
        let (number, said) = match again {
            true => record.send(purpose),
            false => record.issue(purpose, challenge.asked_on(channel)),
        };
        // A phantom stays one on its channel.
        let phantom = challenge.phantom && challenge.asked.2 == channel;
        record.series[purpose].all[number].phantom |= phantom;
        self.write(row, record)?;
        self.shown((row, purpose, number), now);
        Ok(said)
    }

    fn cancel(&mut self, handle: usize, session: u8, now: u64) -> Result<Said, Said> {
        let handle = self.asked(handle, session)?;
        let Handle { row, purpose, number, .. } = handle;
        self.turn(row, now)?;
        let (mut record, _) = self.standing(handle, now)?;
        record.series[purpose].all[number].progress = Progress::Ended;
        self.write(row, record)?;
        Ok(Said::Done)
    }

    /// Counts the guess, then judges it.
    fn check(
        &mut self,
        row: usize,
        (pin, lane, hashed): (usize, Lane, bool),
        now: u64,
    ) -> Result<Held, Said> {
        let mut record = self.turn(row, now)?;
        record.gate(&[(Which::Pin, 1)], lane)?;
        let held = record.reserve((Which::Pin, 1), lane);
        let right = record.passes() && held.within_cap && record.pin == pin;
        self.write(row, record)?;
        match (hashed, right) {
            (true, true) => Ok(held),
            (true, false) => Err(Said::No("WrongCredentials", 0)),
            (false, _) => self.refund(row, &held, now),
        }
    }

    /// The hash was not run.
    fn refund(&mut self, row: usize, held: &Held, now: u64) -> Result<Held, Said> {
        let mut record = self.turn(row, now)?;
        record.refund(held);
        self.write(row, record)?;
        Err(Said::Failed)
    }

    fn settle(
        &mut self,
        row: usize,
        held: &Held,
        now: u64,
        also: impl FnOnce(&mut Row),
    ) -> Result<(), Said> {
        let mut record = self.turn(row, now)?;
        record.succeed(held);
        also(&mut record);
        self.write(row, record)
    }

    fn change_pin(
        &mut self,
        row: usize,
        (old, new): (usize, usize),
        hashed: (bool, bool),
        now: u64,
    ) -> Result<Said, Said> {
        if !self.rows[row].known {
            return Err(Said::No("UnknownAccount", 0));
        }
        let lane = Lane::KnownDevice;
        let held = self.check(row, (old, lane, hashed.0), now)?;
        if !hashed.1 {
            self.refund(row, &held, now)?;
        }
        self.settle(row, &held, now, |record| {
            (record.pin, record.generation) = (new, record.generation + 1);
            record.end(|challenge| challenge.asked.4.is_some());
        })?;
        Ok(Said::Done)
    }

    fn unlock(&mut self, row: usize, ledger: Which, now: u64) -> Result<Said, Said> {
        let mut record = self.known(row, now)?;
        let seen = record.seen;
        record.refills.retain(|at| seen - at < 30 * DAY);
        let refilled = record.refills.len() < 2;
        if refilled {
            record.refills.push(seen);
        }
        for lane in [Lane::Stranger, Lane::FirstFactor, Lane::KnownDevice] {
            record.reset(ledger, lane);
            if refilled {
                record.ledgers.entry((ledger, lane)).or_default().empty_at = 0;
            }
        }
        self.write(row, record)?;
        Ok(Said::Unlocked { refilled })
    }

    fn block(&mut self, row: usize, on: bool, now: u64) -> Result<Said, Said> {
        let mut record = self.known(row, now)?;
        record.blocked = on;
        if on {
            record.end(|_| true);
        }
        self.write(row, record)?;
        Ok(Said::Done)
    }

    fn known(&mut self, row: usize, now: u64) -> Result<Row, Said> {
        if self.rows[row].known { self.turn(row, now) } else { Err(Said::No("UnknownAccount", 0)) }
    }

    /// Five in any hour and ten in any day, for one address; an unknown name has a budget too.
    /// Strangers have three and six beside them.
    fn spend(
        &mut self,
        place: (usize, usize),
        lane: Lane,
        now: u64,
    ) -> Result<Result<(), Said>, Said> {
        let (times, seen) = self.spending;
        for _ in 0..times {
            let mut sent = self.budgets.get(&place).cloned().unwrap_or_default();
            let set_back = sent.iter().any(|(at, _)| *at > now);
            sent.iter_mut().for_each(|(at, _)| *at = now.min(*at));
            sent.retain(|(at, _)| now - at < DAY);
            let stranger = lane == Lane::Stranger;
            let own = sent.iter().filter(|(_, by)| (*by == Lane::Stranger) == stranger);
            let own: Vec<u64> = own.map(|(at, _)| *at).collect();
            let opens = |(most, span): (usize, u64)| {
                let at = own.len().checked_sub(most).map(|first| own[first] + span);
                at.filter(|opens| *opens > now)
            };
            let bounds = if stranger { [(3, HOUR), (6, DAY)] } else { [(5, HOUR), (10, DAY)] };
            let opens = bounds.into_iter().filter_map(opens).max();
            if opens.is_none() || set_back {
                self.wrote()?;
                sent.extend(opens.is_none().then_some((now, lane)));
                self.budgets.insert(place, sent);
            }
            if let Some(until) = opens {
                return Ok(Err(Said::No("Throttled", until)));
            }
        }
        Ok(if seen { Ok(()) } else { Err(Said::No("Throttled", now + 60 * SECOND)) })
    }

    /// The record to write on. That the clock was set back is written by itself, whatever follows.
    pub fn turn(&mut self, row: usize, now: u64) -> Result<Row, Said> {
        let record = self.rows[row].at(now);
        if record.seen < self.rows[row].seen {
            self.write(row, record.clone())?;
        }
        Ok(record)
    }

    pub fn write(&mut self, row: usize, record: Row) -> Result<(), Said> {
        self.wrote()?;
        self.rows[row] = record;
        Ok(())
    }

    fn wrote(&mut self) -> Result<(), Said> {
        self.writes_left = self.writes_left.checked_sub(1).ok_or(Said::Failed)?;
        Ok(())
    }
}
