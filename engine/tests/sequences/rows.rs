//! The model's record of one account, and of one unknown name: the same thing, which nobody passes.

use std::collections::BTreeMap;

use pinbolt::Reference;

use super::{
    commands::{Lane, Ledger as Which},
    model::Said,
};

pub const SECOND: u64 = 1_000;
pub const HOUR: u64 = 3_600 * SECOND;
pub const DAY: u64 = 24 * HOUR;

/// The policy of the sequences.
pub struct Rules;

impl Rules {
    /// By purpose: whether a resend sends the same code again.
    pub const REDELIVERS: [bool; 3] = [false, false, true];
    const LIFETIME: u64 = 300 * SECOND;
    const TRIES: u8 = 5;
    const REFILL: u64 = DAY / 2;
    const BURST: u64 = 10;

    const fn cap(lane: Lane) -> u32 {
        match lane {
            Lane::Stranger => 50,
            Lane::FirstFactor => 20,
            Lane::KnownDevice => 30,
        }
    }
}

/// What asked: session, context, channel, lane, and the PIN on which it rests.
pub type Asked = (u8, u8, usize, Lane, Option<u32>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Open,
    Consumed,
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    pub asked: Asked,
    pub issued: u64,
    pub expires: u64,
    pub tries_left: u8,
    pub progress: Progress,
    pub phantom: bool,
    /// As it arrived.
    pub code: Option<String>,
    /// As it was shown.
    pub reference: Option<Reference>,
}

impl Challenge {
    pub fn is_live(&self, now: u64) -> bool {
        self.progress == Progress::Open && now < self.expires
    }

    pub const fn asked_on(&self, channel: usize) -> Asked {
        let (session, context, _, lane, pin) = self.asked;
        (session, context, channel, lane, pin)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    pub all: Vec<Challenge>,
    pub sends: u32,
    pub sent_at: u64,
}

impl Series {
    /// 30 s after the first message, 60 after the second, then 120.
    pub fn resend_at(&self) -> u64 {
        match self.sends {
            0 => 0,
            sends => self.sent_at + (30 << (sends - 1).min(2)) * SECOND,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub count: u32,
    wait: Option<(u64, u64)>,
    /// When the stranger's throttle will have forgotten everything.
    pub empty_at: u64,
}

impl Ledger {
    pub const fn is_disabled(&self, lane: Lane) -> bool {
        self.count >= Rules::cap(lane)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub known: bool,
    pub blocked: bool,
    /// Whether it has an address, by channel.
    pub channels: [bool; 2],
    pub pin: usize,
    pub generation: u32,
    pub ledgers: BTreeMap<(Which, Lane), Ledger>,
    pub series: [Series; 3],
    pub seen: u64,
    pub refills: Vec<u64>,
    /// Counts the times that a decoy was forgotten.
    pub life: u32,
}

impl Row {
    /// The open challenge and the three before it.
    pub const KEPT: usize = 4;

    pub fn new(known: bool, channels: [bool; 2], seen: u64) -> Self {
        Self {
            known,
            blocked: false,
            channels,
            pin: 0,
            generation: 0,
            ledgers: BTreeMap::new(),
            series: Default::default(),
            seen,
            refills: Vec::new(),
            life: 0,
        }
    }

    /// The record as it reads now: by its own clock, which goes back only in a jump.
    pub fn at(&self, now: u64) -> Self {
        let mut row = self.clone();
        if !row.known && now > row.seen + 5 * DAY {
            row = Self { life: row.life + 1, ..Self::new(false, [false; 2], now) };
        }
        if now + 120 * SECOND >= row.seen {
            row.seen = row.seen.max(now);
            return row;
        }
        row.end(|_| true);
        for ((_, lane), ledger) in &mut row.ledgers {
            let running = ledger.wait.filter(|(from, length)| row.seen < from + length);
            ledger.wait = running.map(|(from, length)| (now.min(from), length));
            if *lane == Lane::Stranger {
                ledger.empty_at = ledger.empty_at.min(now + Rules::BURST * Rules::REFILL);
            }
        }
        row.series.iter_mut().for_each(|series| series.sent_at = series.sent_at.min(now));
        row.refills.iter_mut().for_each(|at| *at = now.min(*at));
        row.seen = now;
        row
    }

    pub const fn passes(&self) -> bool {
        self.known && !self.blocked
    }

    pub fn end(&mut self, which: impl Fn(&Challenge) -> bool) {
        let all = self.series.iter_mut().flat_map(|series| &mut series.all);
        for open in all.filter(|c| c.progress == Progress::Open && which(c)) {
            open.progress = Progress::Ended;
        }
    }

    pub fn ledger(&self, which: Which, lane: Lane) -> Ledger {
        self.ledgers.get(&(which, lane)).cloned().unwrap_or_default()
    }

    /// Throttled, or waiting. That it is disabled is never told.
    pub fn gate(&self, which: Which, lane: Lane) -> Result<(), Said> {
        let ledger = self.ledger(which, lane);
        let full_at = self.seen + Rules::BURST * Rules::REFILL;
        let after = ledger.empty_at.max(self.seen) + Rules::REFILL;
        let waits = ledger.wait.map_or(0, |(from, length)| from + length);
        match lane {
            Lane::Stranger if after > full_at => {
                Err(Said::No("Throttled", after - Rules::BURST * Rules::REFILL))
            }
            _ if self.seen < waits => Err(Said::No("Waiting", waits)),
            _ => Ok(()),
        }
    }

    /// One failure: strangers spend their throttle; the others wait 30 s after the tenth, and
    /// twice as long after each more, up to an hour.
    pub fn reserve(&mut self, which: Which, lane: Lane) {
        let seen = self.seen;
        let ledger = self.ledgers.entry((which, lane)).or_default();
        ledger.count = (ledger.count + 1).min(Rules::cap(lane));
        match lane {
            Lane::Stranger => ledger.empty_at = ledger.empty_at.max(seen) + Rules::REFILL,
            _ if ledger.count < 10 => ledger.wait = None,
            _ => {
                let length = (30 * SECOND) << (ledger.count - 10).min(7);
                ledger.wait = Some((seen, length.min(HOUR)));
            }
        }
    }

    /// The failure that was just counted is taken back.
    pub fn refund(&mut self, which: Which, (lane, within_cap): (Lane, bool)) {
        let ledger = self.ledgers.entry((which, lane)).or_default();
        ledger.count -= u32::from(within_cap);
        ledger.wait = None;
        if lane == Lane::Stranger {
            ledger.empty_at -= Rules::REFILL;
        }
    }

    /// The count starts over; the throttle doesn't.
    pub fn reset(&mut self, which: Which, lane: Lane) {
        let ledger = self.ledgers.entry((which, lane)).or_default();
        (ledger.count, ledger.wait) = (0, None);
    }

    /// A new challenge, which ends the older ones.
    pub fn issue(&mut self, purpose: usize, asked: Asked) -> (usize, Said) {
        let phantom = !self.passes() || !self.channels[asked.2];
        let issued = self.seen;
        let series = &mut self.series[purpose];
        if series.all.last().is_none_or(|last| !last.is_live(issued)) {
            series.sends = 0;
        }
        series.all.push(Challenge {
            asked,
            issued,
            expires: issued + Rules::LIFETIME,
            tries_left: Rules::TRIES,
            progress: Progress::Open,
            phantom,
            code: None,
            reference: None,
        });
        self.send(purpose)
    }

    /// One more message of the newest challenge.
    pub fn send(&mut self, purpose: usize) -> (usize, Said) {
        let series = &mut self.series[purpose];
        (series.sends, series.sent_at) = (series.sends + 1, self.seen);
        let (number, resend_at) = (series.all.len() - 1, series.resend_at());
        let expires = series.all[number].expires;
        (number, Said::Issued { expires, resend_at, sent: true })
    }
}
