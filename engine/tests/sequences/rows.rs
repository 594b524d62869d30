//! The model's record of one account, and of one unknown name: the same thing, which nobody passes.

use std::collections::BTreeMap;

use pinbolt::Reference;

use super::{
    commands::{Lane, Ledger as Which},
    model::Said,
    tokens::Token,
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

/// A guess that was counted before it was judged.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    which: Which,
    lane: Lane,
    count: u32,
    counted: u32,
    pub within_cap: bool,
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
    pub tokens: Vec<Token>,
    /// The list of recovery codes, and which of it are used.
    pub list: Option<(usize, Vec<usize>)>,
    /// How many tokens a row without any seems to have.
    pub seems: u32,
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
            tokens: Vec::new(),
            list: None,
            seems: 1,
            life: 0,
        }
    }

    /// The record as it reads now: by its own clock, which goes back only in a jump.
    pub fn at(&self, now: u64) -> Self {
        let mut row = self.clone();
        if !row.known && now > row.seen + 5 * DAY {
            let (life, seems) = (row.life + 1, row.seems);
            row = Self { life, seems, ..Self::new(false, [false; 2], now) };
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

    /// A guess, and what it counts: one, or the tokens that it is compared with.
    pub fn guess(&self, which: Which) -> (Which, u32) {
        match (which, self.tokens.len() as u32) {
            (Which::Otp, 0) => (which, self.seems),
            (Which::Otp, tokens) => (which, tokens),
            _ => (which, 1),
        }
    }

    /// Throttled, or waiting, until the last of these opens. That one is disabled is never told.
    pub fn gate(&self, guesses: &[(Which, u32)], lane: Lane) -> Result<(), Said> {
        let closed = guesses.iter().map(|(which, count)| {
            let ledger = self.ledger(*which, lane);
            let spent = u64::from(*count) * Rules::REFILL;
            let after = ledger.empty_at.max(self.seen) + spent - Rules::BURST * Rules::REFILL;
            match lane {
                // An empty throttle lets any number through.
                Lane::Stranger => ("Throttled", after.min(ledger.empty_at)),
                _ => ("Waiting", ledger.wait.map_or(0, |(from, length)| from + length)),
            }
        });
        match closed.max_by_key(|(_, until)| *until) {
            Some((name, until)) if until > self.seen => Err(Said::No(name, until)),
            _ => Ok(()),
        }
    }

    /// A failure: strangers spend their throttle; the others wait 30 s after the tenth, and twice as
    /// long after each more, up to an hour.
    pub fn reserve(&mut self, (which, count): (Which, u32), lane: Lane) -> Held {
        let (seen, cap) = (self.seen, Rules::cap(lane));
        let ledger = self.ledgers.entry((which, lane)).or_default();
        let within_cap = ledger.count + count <= cap || ledger.count == 0;
        let counted = count.min(cap - ledger.count);
        ledger.count += counted;
        match lane {
            Lane::Stranger => {
                ledger.empty_at = ledger.empty_at.max(seen) + u64::from(count) * Rules::REFILL;
            }
            _ if ledger.count < 10 => ledger.wait = None,
            _ => {
                let length = (30 * SECOND) << (ledger.count - 10).min(7);
                ledger.wait = Some((seen, length.min(HOUR)));
            }
        }
        Held { which, lane, count, counted, within_cap }
    }

    /// The failure that was just counted is taken back.
    pub fn refund(&mut self, held: &Held) {
        let ledger = self.ledgers.entry((held.which, held.lane)).or_default();
        ledger.count -= if held.within_cap { held.counted } else { 0 };
        ledger.wait = None;
        if held.lane == Lane::Stranger {
            ledger.empty_at -= u64::from(held.count) * Rules::REFILL;
        }
    }

    /// The guess was right: its own spending comes back, and the count starts over.
    pub fn succeed(&mut self, held: &Held) {
        self.refund(held);
        self.reset(held.which, held.lane);
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
