//! The model's tokens, and what it makes of a purpose of one step.

use super::{
    commands::{Act, Given, Lane, Ledger as Which},
    model::{Model, Said},
    rows::{Held, Row},
};

/// Codes beyond the next, steps of a clock's drift, and how far two codes are looked for.
const LOOK_AHEAD: u64 = 5;
const DRIFT: i64 = 2;
const FAR: u64 = 50;

/// A counter, or a clock of 30 seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub clock: bool,
    pub next: u64,
    /// As two codes showed, and as the last one showed beyond that.
    pub offset: i64,
    pub drift: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Right,
    Used,
    Wrong,
}

impl Token {
    pub const fn new(clock: bool) -> Self {
        Self { clock, next: 0, offset: 0, drift: 0 }
    }

    /// The step or counter that is right now.
    pub fn now(&self, now: u64) -> u64 {
        if self.clock { (now / 30_000).saturating_add_signed(self.offset) } else { self.next }
    }

    fn compare(&self, at: u64, now: u64) -> Is {
        let (first, last) = if self.clock {
            let (slow, fast) = (self.drift.min(0), self.drift.max(0));
            (self.now(now).saturating_add_signed(slow - 1), self.now(now) + fast.unsigned_abs())
        } else {
            (self.next, self.next + LOOK_AHEAD)
        };
        match (first..=last).contains(&at) {
            true if at >= self.next => Is::Right,
            true => Is::Used,
            false if at + 1 == self.next => Is::Used,
            false => Is::Wrong,
        }
    }

    fn accept(&mut self, at: u64, now: u64) {
        if self.clock {
            self.drift = at.wrapping_sub(self.now(now)).cast_signed().clamp(-DRIFT, DRIFT);
        }
        self.next = at + 1;
    }

    fn resync(&mut self, (first, second): (u64, u64), now: u64) -> bool {
        let plain = now / 30_000;
        let (from, to) = if self.clock {
            ((plain - FAR).max(self.next), plain + FAR)
        } else {
            (self.next, self.next + FAR - 1)
        };
        let found = second == first + 1 && first >= from && second <= to;
        if found {
            self.next = second + 1;
            if self.clock {
                (self.offset, self.drift) = (second.wrapping_sub(plain).cast_signed(), 0);
            }
        }
        found
    }
}

impl Row {
    /// Whether a PIN, a one-time code, a recovery code is right.
    fn parts(&self, given: &Given, now: u64) -> Vec<(Which, Is)> {
        let pin = given.pin.map(|pin| if self.pin == pin { Is::Right } else { Is::Wrong });
        let recovery = given.recovery.map(|code| match (code, &self.list) {
            (Some((list, at)), Some((own, used))) if list == *own => {
                if used.contains(&at) {
                    Is::Used
                } else {
                    Is::Right
                }
            }
            _ => Is::Wrong,
        });
        let otp = given.otp.map(|code| {
            let own = code.and_then(|(token, at)| Some((self.tokens.get(token)?, at)));
            own.map_or(Is::Wrong, |(token, at)| token.compare(at, now))
        });
        let parts = [(Which::Pin, pin), (Which::Recovery, recovery), (Which::Otp, otp)];
        parts.into_iter().filter_map(|(which, part)| Some((which, part?))).collect()
    }

    /// All of it is used up, or nothing. Beside a wrong part all stays counted, beside a used code
    /// nothing.
    fn judge(&mut self, held: &[Held], given: &Given, now: u64) -> Said {
        let parts = self.parts(given, now);
        let passes = self.passes();
        let parts: Vec<(&Held, Is)> = held
            .iter()
            .zip(parts)
            .map(|(held, (_, is))| (held, if passes && held.within_cap { is } else { Is::Wrong }))
            .collect();
        if parts.iter().all(|(_, is)| *is == Is::Right) {
            held.iter().for_each(|held| self.succeed(held));
            if let Some(Some((token, at))) = given.otp {
                self.tokens[token].accept(at, now);
            }
            if let (Some(Some((_, at))), Some((_, used))) = (given.recovery, &mut self.list) {
                used.push(at);
                used.sort_unstable();
            }
            return Said::Proof;
        }
        let used = parts.iter().any(|(_, is)| *is == Is::Used);
        if used {
            held.iter().for_each(|held| self.refund(held));
        }
        Said::No(if used { "AlreadyUsed" } else { "WrongCredentials" }, 0)
    }
}

impl Model {
    pub fn verify(&mut self, act: &Act, now: u64) -> Result<Said, Said> {
        let Act::Verify { row, given, lane, hashed, .. } = act else { return Err(Said::Failed) };
        let mut record = self.turn(*row, now)?;
        let asked = record.parts(given, now).into_iter();
        let asked: Vec<(Which, u32)> = asked.map(|(which, _)| record.guess(which)).collect();
        record.gate(&asked, *lane)?;
        let held: Vec<Held> = asked.iter().map(|guess| record.reserve(*guess, *lane)).collect();
        if matches!(asked[..], [(Which::Otp, _)]) {
            let said = record.judge(&held, given, now);
            self.write(*row, record)?;
            return Ok(said);
        }
        self.write(*row, record.clone())?;
        if !hashed {
            held.iter().for_each(|held| record.refund(held));
            self.write(*row, record)?;
            return Err(Said::Failed);
        }
        let said = record.judge(&held, given, now);
        // One part alone that is wrong is counted already.
        if asked.len() > 1 || said != Said::No("WrongCredentials", 0) {
            self.write(*row, record)?;
        }
        Ok(said)
    }

    pub fn resync(&mut self, act: &Act, now: u64) -> Result<Said, Said> {
        let Act::Resync { row, token, first, second, .. } = act else { return Err(Said::Failed) };
        if !self.rows[*row].known {
            return Err(Said::No("UnknownAccount", 0));
        }
        let mut record = self.turn(*row, now)?;
        // One token is asked, however many there are.
        record.gate(&[(Which::Otp, 1)], Lane::KnownDevice)?;
        let held = record.reserve((Which::Otp, 1), Lane::KnownDevice);
        let mut moved = record.tokens[*token].clone();
        let found = moved.resync((*first, *second), now) && record.passes() && held.within_cap;
        if found {
            record.tokens[*token] = moved;
            record.succeed(&held);
        }
        self.write(*row, record)?;
        Ok(if found { Said::Done } else { Said::No("WrongCredentials", 0) })
    }

    /// A new list ends the older one. Its hashes come before the write.
    pub fn issue(&mut self, act: &Act, now: u64) -> Result<Said, Said> {
        let Act::Issue { row, list, hashed, .. } = act else { return Err(Said::Failed) };
        if !self.rows[*row].known {
            return Err(Said::No("UnknownAccount", 0));
        }
        if !hashed {
            return Err(Said::Failed);
        }
        let mut record = self.turn(*row, now)?;
        record.list = Some((*list, Vec::new()));
        self.write(*row, record)?;
        Ok(Said::Done)
    }
}
