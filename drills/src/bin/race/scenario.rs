//! The scenarios: what the calls do, how many of them may be judged, and how that is printed.

use core::fmt;
use std::collections::BTreeMap;

use pinbolt::{
    op::{Evidence, Verify},
    policy::Builder,
};
use pinbolt_drills::{
    ANA, CALLER, Device, OTP, PIN, PIN_AND_OTP, RECOVER, Result, STEP_UP, policy, wrong,
};

use crate::{Seen, counts::Counts};

/// What all the calls of a race do at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    name: &'static str,
    pub(crate) calls: u32,
    pub(crate) types: Types,
    /// Each call types another wrong PIN.
    wrong_pin: bool,
    /// Each call types another wrong code.
    pub(crate) wrong_code: bool,
    /// How many guesses may be judged.
    pub(crate) limit: u32,
    accepted: u32,
    /// Calls that are told, by a write, that their code is used.
    reused: u32,
    /// What the judged guesses have counted afterwards, each part of them.
    failures: u32,
    /// How many guesses the strangers' throttle allows afterwards, where that is looked at.
    pub(crate) left: Option<u32>,
    /// The account's tokens.
    pub(crate) tokens: &'static [Device],
    /// What differs from the settings of all.
    settings: &'static [(&'static str, u64)],
    shows: &'static [&'static str],
}

/// What a call types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Types {
    /// The code of a challenge.
    Code,
    Pin,
    Otp,
    RecoveryCode,
    PinAndOtp,
}

/// Steps so long that none ends during a race.
const HOUR: u32 = 3_600;
const TOTP: Device = Device::totp(1, HOUR);
const HOTP: Device = Device::hotp(2);
const THREE: &[Device] = &[TOTP, HOTP, Device::hotp(3)];

/// The settings of all: five guesses, and a hash of which fifty may run at once.
const SETTINGS: &[(&str, u64)] =
    &[("code.tries", 5), ("throttle.burst", 5), ("hash.memory", 7_168), ("hash.passes", 1)];
/// Waits take the throttle's place, so that fifty hashes may be under way.
const FIFTY: &[(&str, u64)] = &[("throttle.on", 0), ("wait.after", 100)];

const OF_ALL: &[&str] = &["judged", "discarded", "hashed", "accepted", "reused", "failures"];

/// Two hundred wrong ones at once, of which five may be judged.
const WRONG: Scenario = Scenario {
    name: "",
    calls: 200,
    types: Types::Code,
    wrong_pin: false,
    wrong_code: true,
    limit: 5,
    accepted: 0,
    reused: 0,
    failures: 5,
    left: None,
    tokens: &[],
    settings: &[],
    shows: OF_ALL,
};

/// Fifty right ones at once: one is accepted, and the others count nothing.
const SAME: Scenario = Scenario {
    calls: 50,
    wrong_code: false,
    limit: 1,
    accepted: 1,
    reused: 49,
    failures: 0,
    ..WRONG
};

/// One person clicks twice; no more guesses are spent than by one click.
const TWICE: Scenario = Scenario { calls: 2, reused: 1, left: Some(5), ..SAME };

impl Scenario {
    pub(crate) const ALL: &[Self] = &[
        Self::WRONG_CODES,
        Self {
            name: "same-code",
            calls: 100,
            reused: 0,
            shows: &["judged", "discarded", "accepted"],
            ..SAME
        },
        Self {
            name: "wrong-pins",
            types: Types::Pin,
            wrong_pin: true,
            shows: &["hashed", "accepted"],
            ..WRONG
        },
        Self {
            name: "double-click",
            calls: 2,
            reused: 0,
            shows: &["judged", "accepted", "failures"],
            ..SAME
        },
        Self { name: "wrong-totp", types: Types::Otp, tokens: &[TOTP], ..WRONG },
        Self { name: "wrong-hotp", types: Types::Otp, tokens: &[HOTP], ..WRONG },
        // Each guess is compared with three tokens, and counts three.
        Self {
            name: "wrong-three-tokens",
            types: Types::Otp,
            tokens: THREE,
            limit: 3,
            failures: 9,
            settings: &[("throttle.burst", 10)],
            ..WRONG
        },
        Self { name: "wrong-recovery-code", types: Types::RecoveryCode, ..WRONG },
        // A right part stays counted beside a wrong one.
        Self {
            name: "wrong-otp-right-pin",
            types: Types::PinAndOtp,
            failures: 10,
            tokens: &[TOTP],
            ..WRONG
        },
        Self {
            name: "wrong-pin-right-otp",
            types: Types::PinAndOtp,
            wrong_pin: true,
            wrong_code: false,
            failures: 10,
            tokens: &[HOTP],
            ..WRONG
        },
        Self {
            name: "wrong-pin-wrong-otp",
            types: Types::PinAndOtp,
            wrong_pin: true,
            failures: 10,
            tokens: &[HOTP],
            ..WRONG
        },
        Self::SAME_TOTP,
        Self { name: "same-hotp", types: Types::Otp, tokens: &[HOTP], ..SAME },
        Self { name: "same-of-three-tokens", types: Types::Otp, tokens: THREE, ..SAME },
        Self { name: "same-recovery-code", types: Types::RecoveryCode, settings: FIFTY, ..SAME },
        Self {
            name: "same-pin-and-otp",
            types: Types::PinAndOtp,
            tokens: &[TOTP],
            settings: FIFTY,
            ..SAME
        },
        Self { name: "double-click-recovery-code", types: Types::RecoveryCode, ..TWICE },
        Self {
            name: "double-click-pin-and-otp",
            types: Types::PinAndOtp,
            tokens: &[HOTP],
            ..TWICE
        },
    ];

    pub(crate) const WRONG_CODES: Self =
        Self { name: "wrong-codes", shows: &["judged", "discarded", "accepted"], ..WRONG };
    pub(crate) const SAME_TOTP: Self =
        Self { name: "same-totp", types: Types::Otp, tokens: &[TOTP], ..SAME };

    pub(crate) fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|scenario| scenario.name == name);
        found.copied().ok_or_else(|| format!("no scenario is called {name}").into())
    }

    pub(crate) fn policy(&self) -> Result<Builder> {
        let settings = self.settings();
        settings.into_iter().try_fold(policy(), |set, (path, value)| Ok(set.set(path, value)?))
    }

    fn settings(&self) -> BTreeMap<&'static str, u64> {
        SETTINGS.iter().chain(self.settings).copied().collect()
    }

    /// What a process in another language needs to know: how many calls, what they type, what of
    /// it is wrong, and the settings as a policy text has them.
    pub(crate) fn spelled_out(&self) -> Vec<String> {
        let wrong = match (self.wrong_pin, self.wrong_code) {
            (true, true) => "pin,code",
            (true, false) => "pin",
            (false, true) => "code",
            (false, false) => "-",
        };
        let words = [self.calls.to_string(), self.types.name().into(), wrong.into()];
        let setting = |(path, value)| match yes_or_no(path) {
            true => format!("{path} = {}", value == 1),
            false => format!("{path} = {value}"),
        };
        words.into_iter().chain(self.settings().into_iter().map(setting)).collect()
    }

    /// What the n-th call types as its PIN.
    pub(crate) fn pin(&self, n: u32) -> Result<String> {
        if self.wrong_pin { wrong(PIN, n) } else { Ok(PIN.into()) }
    }

    /// What it types as its code.
    pub(crate) fn code(&self, code: &str, n: u32) -> Result<String> {
        if self.wrong_code { wrong(code, n) } else { Ok(code.into()) }
    }

    /// The line that stands for a race, without the store's name.
    pub(crate) fn line(&self, counts: &Counts, seen: &Seen) -> String {
        let head = format!("{self} calls={} limit={}", self.calls, self.limit);
        let shown = |line: String, (name, found, _): (&str, u32, u32)| {
            let shows = self.shows.contains(&name) || (name == "left" && self.left.is_some());
            if shows { format!("{line} {name}={found}") } else { line }
        };
        self.expected(counts, seen).into_iter().fold(head, shown)
    }

    /// Holds the counts against the limits. Fewer than the limit is wrong too: then the race
    /// wasn't run.
    pub(crate) fn check(&self, counts: &Counts, seen: &Seen) -> Result<()> {
        let free = |name: &str| name == "discarded";
        let expected = self.expected(counts, seen).into_iter();
        match expected.into_iter().find(|(name, found, right)| found != right && !free(name)) {
            None => Ok(()),
            Some((what, found, right)) => Err(format!("{what}: {found} instead of {right}").into()),
        }
    }

    /// Everything that is counted: its name, what was found, what is right.
    fn expected(&self, counts: &Counts, seen: &Seen) -> [(&'static str, u32, u32); 11] {
        let answered = self.limit.saturating_add(self.reused);
        let hashed = if self.types.hashes() { answered } else { 0 };
        // A combination always settles by a write, and one slow hash alone unless it was wrong.
        let settled = match self.types {
            Types::PinAndOtp => answered,
            Types::RecoveryCode => answered.saturating_sub(self.failures),
            Types::Code | Types::Pin | Types::Otp => 0,
        };
        [
            ("judged", counts.judged, self.limit),
            ("discarded", counts.discarded, 0),
            ("hashed", counts.hashed, hashed),
            ("accepted", counts.accepted, self.accepted),
            ("reused", counts.reused, self.reused),
            ("failures", seen.failures, self.failures),
            ("left", seen.left, self.left.unwrap_or(0)),
            ("released", counts.released, self.limit),
            ("settled", counts.settled, settled),
            ("used up", seen.used_up, if self.types.is_used_up() { self.accepted } else { 0 }),
            ("failed calls", counts.failed, 0),
        ]
    }
}

fn yes_or_no(path: &str) -> bool {
    let unit = |setting: &&pinbolt::policy::Setting| setting.path == path;
    pinbolt::policy::SETTINGS.iter().find(unit).is_some_and(|setting| setting.unit == "yes or no")
}

impl Types {
    const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Pin => "pin",
            Self::Otp => "otp",
            Self::RecoveryCode => "recovery-code",
            Self::PinAndOtp => "pin-and-otp",
        }
    }

    const fn hashes(self) -> bool {
        matches!(self, Self::Pin | Self::RecoveryCode | Self::PinAndOtp)
    }

    /// Whether what is typed is used up by an acceptance, as `describe` shows it.
    const fn is_used_up(self) -> bool {
        matches!(self, Self::Otp | Self::RecoveryCode | Self::PinAndOtp)
    }

    /// The call that is judged in one step.
    pub(crate) const fn verify<'a>(self, pin: &'a str, code: &'a str) -> Verify<'a> {
        let (purpose, evidence) = match self {
            Self::Code | Self::Pin => (STEP_UP, Evidence::pin(pin)),
            Self::Otp => (OTP, Evidence::otp(code)),
            Self::RecoveryCode => (RECOVER, Evidence::recovery_code(code)),
            Self::PinAndOtp => (PIN_AND_OTP, Evidence::pin(pin).and_otp(code)),
        };
        Verify { name: ANA, purpose, evidence, caller: CALLER, context: b"" }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
