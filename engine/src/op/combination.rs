//! What a purpose of one step asks for, judged together: all of it passes, or nothing is used up.

use alloc::{string::String, vec::Vec};

use super::{
    attempt::{self, Guess},
    evidence::Typed,
    naming,
    otp::{Chosen, choose},
    pin,
    row::{Judged, Moment},
};
use crate::{
    audit::{Event, EventKind},
    caller::Owned,
    error::{Error, Failure, Refusal},
    guard::{Authenticator, Lane, Reservation},
    outcome::{Accepted, Assurance, Rests},
    pinbolt::Pinbolt,
    policy::Purpose,
    record::{Account, Fit, PinRecord, RecoverySet},
    secret::Secret,
};

/// A purpose, and what was typed for it.
pub(super) struct Combination {
    pub(super) purpose: Purpose,
    pub(super) typed: Typed,
    pub(super) caller: Owned,
    pub(super) context: [u8; 32],
    /// The keyed hash of the address by which the account was named.
    pub(super) named: Option<[u8; 32]>,
}

/// What was counted before it was judged, and what it is judged against.
pub(super) struct Counted {
    pub(super) pin: Option<(Reservation, Option<PinRecord>)>,
    pub(super) otp: Option<(Reservation, Chosen)>,
    pub(super) recovery_code: Option<(Reservation, Option<RecoverySet>)>,
}

/// What the hashes showed. Whether it counts is judged again in the write that settles it.
#[derive(Default)]
pub(super) struct Hashed {
    /// Whether the PIN was right.
    pub(super) pin: bool,
    /// The PIN at the present cost and pepper, where the stored one is another.
    pub(super) renewed: Option<pin::Hashed>,
    /// The digits of the code behind that PIN, where they were typed as one.
    pub(super) behind: Option<u8>,
    /// Which recovery code it was.
    pub(super) recovery_code: Option<usize>,
    /// Whether a code was used before all this was counted.
    pub(super) used: bool,
}

/// What the parts of an attempt came to, by a record.
pub(super) struct Parts {
    each: Vec<(Reservation, Part)>,
    /// The token whose code it was, and its step or counter.
    token: Option<(u32, u64)>,
}

/// A PIN, and the digits of the code behind it.
type TypedPin = (Secret<String>, Option<u8>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Right,
    Used,
    Wrong,
}

impl Combination {
    pub(super) const fn hashes(&self) -> bool {
        self.purpose.factors().pin || self.purpose.factors().recovery_code
    }

    /// Counts a guess at each authenticator named, as failed.
    pub(super) fn reserve(
        &self,
        record: &mut Account,
        moment: &mut Moment<'_>,
    ) -> Result<Counted, Error> {
        let (factors, lane) = (self.purpose.factors(), self.caller.lane(record, moment.pinbolt));
        let one = |asked: bool, authenticator| asked.then(|| Guess::one(authenticator, lane));
        let pin = one(factors.pin, Authenticator::PIN);
        let recovery_code = one(factors.recovery_code, Authenticator::RECOVERY_CODE);
        let otp = self.typed.otp.as_ref().map(|_| {
            let chosen = choose(record, moment.row);
            (Guess { authenticator: Authenticator::OTP, lane, count: chosen.count() }, chosen)
        });
        let all = [pin, recovery_code, otp.as_ref().map(|(guess, _)| *guess)];
        let all: Vec<Guess> = all.into_iter().flatten().collect();
        attempt::open(record, moment, &all)?;
        self.lacking(record, moment)?;
        let counted = Counted {
            pin: pin.map(|guess| (guess.reserve(record, moment), record.pin().cloned())),
            otp: otp.map(|(guess, chosen)| (guess.reserve(record, moment), chosen)),
            recovery_code: recovery_code
                .map(|guess| (guess.reserve(record, moment), record.recovery.clone())),
        };
        if counted.pin.is_some() {
            self.log(record, moment, Event::new(moment.now, EventKind::PinTried));
        }
        if counted.recovery_code.is_some() {
            self.log(record, moment, Event::new(moment.now, EventKind::RecoveryCodeTried));
        }
        Ok(counted)
    }

    /// The PIN as typed. In front of a code it ends where the code of the token begins that
    /// matches, or of the first; the digits of that code.
    pub(super) fn pin(
        &self,
        record: Option<&Account>,
        (pinbolt, now): (&Pinbolt, u64),
        counted: &Counted,
    ) -> Result<Option<TypedPin>, Failure> {
        if let Some(pin) = &self.typed.pin {
            return Ok(Some((Secret::new(pin.expose().clone()), None)));
        }
        let (Some(otp), Some((_, chosen)), Some(record)) = (&self.typed.otp, &counted.otp, record)
        else {
            return Ok(None);
        };
        let windows = pinbolt.policy().windows();
        let compared = chosen.compare(record, (&windows, now), otp)?;
        Ok(otp.pin(compared.digits).map(|pin| (pin, Some(compared.digits))))
    }

    /// Judges every part by a record. On nobody's row, and beyond a cap, all are wrong.
    pub(super) fn parts(
        &self,
        record: &Account,
        (pinbolt, now): (&Pinbolt, u64),
        (counted, hashed): (&Counted, &Hashed),
    ) -> Result<Parts, Failure> {
        let mut parts = Parts { each: Vec::with_capacity(3), token: None };
        let named = self.named.filter(|_| !record.decoy);
        let passes = pin::may_pass(record) && naming::answers(record, named);
        let mut note = |reservation: &Reservation, part: Part| {
            let part = if passes && reservation.within_cap { part } else { Part::Wrong };
            parts.each.push((*reservation, part));
        };
        if let Some((reservation, stored)) = &counted.pin {
            let same = stored.as_ref().map(|pin| pin.generation) == record.generation();
            note(reservation, if hashed.pin & same { Part::Right } else { Part::Wrong });
        }
        if let Some((reservation, stored)) = &counted.recovery_code {
            note(reservation, recovery_part(record, stored.as_ref(), hashed.recovery_code));
        }
        if let (Some((reservation, chosen)), Some(typed)) = (&counted.otp, &self.typed.otp) {
            let compared = chosen.compare(record, (&pinbolt.policy().windows(), now), typed)?;
            let part = match compared.fit {
                // What was hashed as the PIN's ends isn't a code's beginning as well.
                Fit::Fresh(_) if hashed.behind.is_some_and(|digits| digits != compared.digits) => {
                    Part::Wrong
                }
                Fit::Fresh(_) => Part::Right,
                Fit::Used => Part::Used,
                Fit::None => Part::Wrong,
            };
            note(reservation, part);
            if let Fit::Fresh(at) = compared.fit {
                parts.token = Some((compared.token, at));
            }
        }
        Ok(parts)
    }

    /// Uses all parts up where all are right. Otherwise nothing is used up, all parts stay counted, or
    /// none where a code was used before, and the refusal doesn't say which was wrong.
    pub(super) fn settle(
        &self,
        record: &mut Account,
        moment: &mut Moment<'_>,
        (counted, hashed): (&Counted, &Hashed),
    ) -> Result<Judged<Accepted>, Error> {
        let parts = self.parts(record, (moment.pinbolt, moment.real), (counted, hashed))?;
        if parts.all_right() {
            self.accept(record, moment, (&parts, hashed));
            return Ok(Judged::Write(self.proof(record, moment, &parts)));
        }
        let used = parts.any_used();
        let refusal = if used { Refusal::AlreadyUsed } else { Refusal::WrongCredentials };
        // Whether a part was right shows in no count and in no throttle: beside a wrong part all stay
        // counted, beside a used code none. Of one that was used meanwhile the hashes may have shown
        // what was right, so that beside it a wrong part counts.
        let wrong = parts.each.iter().any(|(_, part)| *part == Part::Wrong);
        let uncounted = used && (hashed.used || !wrong);
        for (reservation, part) in &parts.each {
            if uncounted {
                attempt::refund(record, moment, reservation);
            }
            if *part != Part::Right {
                let code = (*part == Part::Used).then(|| Refusal::AlreadyUsed.code());
                let kind = refused(reservation.authenticator);
                self.log(record, moment, Event { refusal: code, ..Event::new(moment.now, kind) });
            }
        }
        Ok(Judged::Refuse(refusal))
    }

    fn accept(
        &self,
        record: &mut Account,
        moment: &mut Moment<'_>,
        (parts, hashed): (&Parts, &Hashed),
    ) {
        for (reservation, _) in &parts.each {
            attempt::succeed(record, moment, reservation);
        }
        let now = moment.now;
        self.caller.used_device(record, moment.pinbolt);
        if self.purpose.factors().pin {
            pin::renew(record, hashed.renewed.as_ref());
            self.log(record, moment, Event::new(now, EventKind::PinAccepted));
        }
        let entries = record.recovery.as_mut().map(|set| &mut set.entries);
        if let (Some(entries), Some(at)) = (entries, hashed.recovery_code) {
            entries.iter_mut().skip(at).take(1).for_each(|entry| entry.used = Some(now));
            self.log(record, moment, Event::new(now, EventKind::RecoveryCodeAccepted));
        }
        if let Some((number, at)) = parts.token {
            let windows = moment.pinbolt.policy().windows();
            let own = record.tokens.iter_mut().filter(|token| token.number == number);
            own.for_each(|token| token.accept((&windows, moment.real), at));
            let token = Some(number);
            self.log(record, moment, Event { token, ..Event::new(now, EventKind::OtpAccepted) });
        }
    }

    fn proof(&self, record: &Account, moment: &Moment<'_>, parts: &Parts) -> Accepted {
        let factors = self.purpose.factors();
        let lane = self.caller.lane(record, moment.pinbolt);
        // Who passes two factors at once has passed a first.
        let lane = match factors.assurance(None) {
            Assurance::OneFactor => lane,
            Assurance::TwoWithEmail | Assurance::TwoFactors => lane.max(Lane::FirstFactor),
        };
        let recovery = record.recovery.as_ref().filter(|_| factors.recovery_code);
        let recovery = recovery.map(|set| set.generation);
        let token = parts.token.map(|(number, _)| number);
        Accepted {
            row: moment.row.clone(),
            account: record.id.clone(),
            purpose: self.purpose.name().into(),
            factors,
            lane,
            session: self.caller.session.clone(),
            context: self.context,
            at: moment.now,
            authorizes: self.purpose.may_authorize(),
            channel: None,
            rests: Rests { token, recovery, ..record.rests() },
        }
    }

    /// What the account lacks, said only where accounts aren't hidden.
    fn lacking(&self, record: &Account, moment: &Moment<'_>) -> Result<(), Refusal> {
        let factors = self.purpose.factors();
        let has_token = record.tokens.iter().any(|token| token.confirmed.is_some());
        if moment.pinbolt.hides_accounts() {
            Ok(())
        } else if factors.pin && record.pin().is_none() {
            Err(Refusal::NoPin)
        } else if factors.otp && !has_token {
            Err(Refusal::NoToken)
        } else if factors.recovery_code && record.recovery.is_none() {
            Err(Refusal::NoRecoveryCodes)
        } else {
            Ok(())
        }
    }

    fn log(&self, record: &mut Account, moment: &mut Moment<'_>, event: Event) {
        let purpose = Some(self.purpose.name().into());
        let lane = Some(self.caller.lane(record, moment.pinbolt));
        moment.log(record, Event { purpose, lane, ..event });
    }
}

impl Counted {
    pub(super) fn reservations(&self) -> Vec<Reservation> {
        let pin = self.pin.as_ref().map(|(reservation, _)| *reservation);
        let otp = self.otp.as_ref().map(|(reservation, _)| *reservation);
        let recovery_code = self.recovery_code.as_ref().map(|(reservation, _)| *reservation);
        [pin, otp, recovery_code].into_iter().flatten().collect()
    }
}

impl Parts {
    pub(super) fn all_right(&self) -> bool {
        !self.each.is_empty() && self.each.iter().all(|(_, part)| *part == Part::Right)
    }

    pub(super) fn any_used(&self) -> bool {
        self.each.iter().any(|(_, part)| *part == Part::Used)
    }

    /// How auditors are told of a wrong part that stood alone.
    pub(super) fn wrong_alone(&self) -> Option<EventKind> {
        match self.each.as_slice() {
            [(reservation, Part::Wrong)] => Some(refused(reservation.authenticator)),
            _ => None,
        }
    }
}

fn recovery_part(record: &Account, counted: Option<&RecoverySet>, found: Option<usize>) -> Part {
    let (Some(counted), Some(set), Some(at)) = (counted, &record.recovery, found) else {
        return Part::Wrong;
    };
    match set.entries.get(at).filter(|_| set.generation == counted.generation) {
        Some(entry) if entry.used.is_none() => Part::Right,
        Some(_) => Part::Used,
        None => Part::Wrong,
    }
}

const fn refused(authenticator: Authenticator) -> EventKind {
    match authenticator {
        Authenticator::OTP => EventKind::OtpRefused,
        Authenticator::RECOVERY_CODE => EventKind::RecoveryCodeRefused,
        _ => EventKind::PinRefused,
    }
}
