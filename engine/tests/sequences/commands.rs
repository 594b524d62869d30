//! What can be done to the engine, read from four bytes, so that a property test and a fuzzer draw
//! from the same.

use pinbolt::testkit::Fault;

/// The rows of the world: two accounts and two unknown names.
pub const ANA: usize = 0;
pub const RUI: usize = 1;
pub const NOBODY: usize = 2;
pub const NO_PHONE: usize = 3;

/// Every name that is typed, with the row behind it.
pub const NAMES: [(&str, usize); 8] = [
    ("ana", ANA),
    ("+351912000417", ANA),
    ("Ana.Reis@example.com", ANA),
    ("rui", RUI),
    ("+351912000433", RUI),
    ("nobody", NOBODY),
    ("nobody", NOBODY),
    ("+351912999999", NO_PHONE),
];
pub const PINS: [&str; 3] = ["802714", "904173", "615038"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    Stranger,
    FirstFactor,
    KnownDevice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ledger {
    Pin,
    Code,
    Otp,
    Recovery,
}

/// What the purposes of one step ask for: name, PIN, one-time code, recovery code.
pub const PURPOSES: [(&str, bool, bool, bool); 6] = [
    ("step-up", true, false, false),
    ("otp", false, true, false),
    ("recover", false, false, true),
    ("pin-otp", true, true, false),
    ("pin-recover", true, false, true),
    ("all", true, true, true),
];

/// What is typed for one of them. A code is a token and its counter, or a list and its place there;
/// `Some(None)`: a wrong one.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    pub pin: Option<usize>,
    pub otp: Option<Option<(usize, u64)>>,
    pub recovery: Option<Option<(usize, usize)>>,
    /// PIN and one-time code as one.
    pub joined: bool,
}

/// A command, of which some mean "the right one", whatever that is when it is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Command(pub [u8; 4]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Begin {
        name: usize,
        purpose: usize,
        right: bool,
        channel: usize,
        other: bool,
    },
    Finish {
        back: usize,
        code: Typed,
        other: bool,
    },
    Resend {
        back: usize,
        channel: usize,
        other: bool,
    },
    Cancel {
        back: usize,
        other: bool,
    },
    Verify {
        name: usize,
        purpose: usize,
        right: bool,
        otp: Otp,
        recovery: Recovery,
        joined: bool,
        lane: Lane,
    },
    /// Two codes, so far from the next.
    Resync {
        name: usize,
        token: usize,
        far: u64,
        apart: bool,
    },
    Issue {
        name: usize,
    },
    ChangePin {
        name: usize,
        right: bool,
        new: usize,
    },
    Unlock {
        name: usize,
        ledger: Ledger,
    },
    Block {
        name: usize,
        on: bool,
    },
    Later(u64),
    Earlier(u64),
    /// The hash after this many others finds no free slot.
    Overload(u32),
    /// What the gateway says from now on: sent, refused, unknown.
    Gateway(u8),
    Fault(Fault),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    Own,
    /// The code of so many handles before.
    Before(usize),
    Wrong,
    Malformed,
}

/// Of which token, and how far from the one that is right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otp {
    Wrong,
    Near { token: usize, off: i64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    Wrong,
    /// Of the list so many before the newest, the code at this place.
    Of(usize, usize),
}

/// A command with everything decided, as the model takes it.
#[derive(Clone, Debug)]
pub enum Act {
    Begin {
        name: &'static str,
        row: usize,
        purpose: usize,
        pin: Option<usize>,
        channel: usize,
        session: u8,
        context: u8,
        hashed: bool,
    },
    Finish {
        handle: usize,
        purpose: usize,
        code: Option<String>,
        session: u8,
        context: u8,
    },
    Resend {
        handle: usize,
        channel: usize,
        session: u8,
    },
    Cancel {
        handle: usize,
        session: u8,
    },
    Verify {
        name: &'static str,
        row: usize,
        purpose: &'static str,
        given: Given,
        lane: Lane,
        hashed: bool,
    },
    Resync {
        name: &'static str,
        row: usize,
        token: usize,
        first: u64,
        second: u64,
    },
    Issue {
        name: &'static str,
        row: usize,
        /// Among all the lists of the sequence.
        list: usize,
        hashed: bool,
    },
    ChangePin {
        name: &'static str,
        row: usize,
        old: usize,
        new: usize,
        hashed: (bool, bool),
    },
    Unlock {
        name: &'static str,
        row: usize,
        ledger: Ledger,
    },
    Block {
        name: &'static str,
        row: usize,
        on: bool,
    },
}

impl Act {
    pub const fn spends(&self) -> bool {
        matches!(self, Self::Begin { .. } | Self::Resend { .. })
    }
}

impl Command {
    pub const fn meaning(self) -> Meaning {
        let Self([kind, a, b, c]) = self;
        let (name, right, other) = (a as usize % NAMES.len(), b % 8 != 0, c % 16 == 0);
        let back = [0, 0, 0, 0, 0, 1, 1, 2, 3, 5][a as usize % 10];
        match kind % 96 {
            0..15 => {
                let (purpose, channel) = (b as usize / 8 % 3, c as usize / 16 % 2);
                Meaning::Begin { name, purpose, right, channel, other }
            }
            15..32 => {
                let code = match b % 16 {
                    0..4 => Typed::Own,
                    4..6 => Typed::Before(1 + b as usize / 16 % 4),
                    6 => Typed::Malformed,
                    _ => Typed::Wrong,
                };
                Meaning::Finish { back, code, other }
            }
            32..37 => Meaning::Resend { back, channel: b as usize % 2, other },
            37..39 => Meaning::Cancel { back, other },
            39..49 => self.verify(0),
            49..51 => Meaning::ChangePin { name, right: b % 2 == 0, new: c as usize % 3 },
            51 => {
                let ledger = [Ledger::Pin, Ledger::Code, Ledger::Otp, Ledger::Recovery];
                Meaning::Unlock { name, ledger: ledger[b as usize % 4] }
            }
            52..54 => Meaning::Block { name, on: b % 3 == 0 },
            54..60 => Self::clock(a, b),
            60 => Meaning::Overload(a as u32 % 2),
            61 => Meaning::Gateway(a % 3),
            62..64 => Meaning::Fault(Self::fault(b)),
            64..90 => self.verify(kind as usize % PURPOSES.len()),
            90..94 => {
                let far = [0, 3, 7, 40, 48, 49, 50, 60][b as usize % 8];
                Meaning::Resync { name, token: c as usize % 2, far, apart: c % 8 == 0 }
            }
            _ => Meaning::Issue { name },
        }
    }

    /// Mostly with one part wrong at most, so that combinations come near to passing.
    const fn verify(self, purpose: usize) -> Meaning {
        const OFF: [i64; 8] = [0, 0, 0, 1, 5, 6, -1, -2];
        let Self([_, a, b, c]) = self;
        let name = a as usize % NAMES.len();
        let right = if purpose == 0 { b % 4 == 0 } else { b % 4 != 0 };
        let otp = match b / 4 % 8 {
            0 | 1 => Otp::Wrong,
            _ => Otp::Near { token: a as usize / 8 % 2, off: OFF[b as usize / 32] },
        };
        let recovery = match c / 2 % 8 {
            0 | 1 => Recovery::Wrong,
            2 => Recovery::Of(1, c as usize / 16 % 3),
            _ => Recovery::Of(0, c as usize / 16 % 3),
        };
        let lane = if c % 2 == 0 { Lane::KnownDevice } else { Lane::Stranger };
        Meaning::Verify { name, purpose, right, otp, recovery, joined: a / 16 % 2 == 1, lane }
    }

    /// Up to the edge of every span, over it, and back.
    const fn clock(a: u8, b: u8) -> Meaning {
        const SPANS: [u64; 16] = [
            1_000,
            1_000,
            1_000,
            29_999,
            30_000,
            30_000,
            60_000,
            60_000,
            120_000,
            120_001,
            299_999,
            300_000,
            3_600_000,
            43_200_000,
            86_400_000,
            432_000_001,
        ];
        let span = SPANS[a as usize % 16];
        if b.is_multiple_of(8) && span < 400_000_000 {
            Meaning::Earlier(span)
        } else {
            Meaning::Later(span)
        }
    }

    const fn fault(b: u8) -> Fault {
        match b % 11 {
            0 | 1 => Fault::LoseAnswer,
            2 | 3 => Fault::LoseWrite,
            4 => Fault::Conflict,
            5 => Fault::Fail,
            6 => Fault::FailLoad,
            7 => Fault::CrashBefore,
            8 => Fault::CrashAfter,
            9 => Fault::Delay(0),
            _ => Fault::Delay(2),
        }
    }
}

impl core::fmt::Debug for Command {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}", self.meaning())
    }
}
