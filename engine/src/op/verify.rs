//! `verify`: a PIN, a one-time code, a recovery code, or a combination, judged in one step.

use alloc::string::String;

use super::{
    Evidence, Op, Step, Verb,
    combination::{Combination, Counted, Hashed},
    context,
    cx::Cx,
    evidence, naming,
    naming::Target,
    pin, recovery,
    row::{Judged, Row},
};
use crate::{
    audit::Event,
    caller::Caller,
    error::{Error, Failure, Misuse, Refusal},
    outcome::Accepted,
    pinbolt::Pinbolt,
    record::Account,
    secret::Secret,
};

/// Checks what a purpose without a delivered code asks for: a PIN, a token's one-time code, a
/// recovery code, or several of them at once.
///
/// Of a combination either all parts pass or none is used up, and the refusal doesn't say which was
/// wrong. Beside a wrong part all count as failed, the right ones too; beside a used code none does.
/// Refuses with `WrongCredentials`, `AlreadyUsed`, `Waiting`, `Throttled` or `Malformed`;
/// where accounts aren't hidden also with `UnknownAccount`, `Disabled`, `Blocked`, `Inactive`, `NoPin`,
/// `NoToken` or `NoRecoveryCodes`.
#[derive(Clone, Copy)]
pub struct Verify<'a> {
    /// Account id, phone number or e-mail address, as typed.
    pub name: &'a str,
    /// A purpose of the policy that asks for no delivered code.
    pub purpose: &'a str,
    /// All that the purpose asks for, as typed.
    pub evidence: Evidence<'a>,
    /// Who asks.
    pub caller: Caller<'a>,
    /// What the proof is for, up to 4096 bytes; empty for nothing.
    pub context: &'a [u8],
}

super::verb!(Verify<'_>);

impl Verb for Verify<'_> {
    type Output = Accepted;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Accepted> {
        let asked = own(&self, pinbolt);
        let source = self.caller.audited();
        let name = Secret::new(String::from(self.name));
        Op::start(
            pinbolt,
            (now, entropy),
            source,
            |cx| async move { verify(cx, name, asked?).await },
        )
    }
}

fn own(verify: &Verify<'_>, pinbolt: &Pinbolt) -> Result<Combination, Error> {
    let caller = verify.caller.own()?;
    let purpose = pinbolt.policy().purpose(verify.purpose).ok_or(Misuse::UnknownPurpose)?;
    if purpose.factors().code || purpose.uses().is_some() {
        return Err(Misuse::WrongVerb.into());
    }
    let context = context::hash(verify.context)?;
    let typed = evidence::typed(&verify.evidence, purpose.factors())?;
    Ok(Combination { purpose, typed, caller, context, named: None })
}

async fn verify(mut cx: Cx, name: Secret<String>, asked: Combination) -> Result<Accepted, Error> {
    let cx = &mut cx;
    let Target { mut row, named, .. } = naming::target(cx, name.expose()).await?;
    let asked = Combination { named, ..asked };
    if !asked.hashes() {
        let at_once = row.write(cx, |record, moment| {
            let counted = asked.reserve(record, moment)?;
            asked.settle(record, moment, (&counted, &Hashed::default()))
        });
        return at_once.await;
    }
    computable(cx, &row, &asked)?;
    let counted = row.write(cx, |record, moment| {
        let counted = asked.reserve(record, moment)?;
        Ok(Judged::Write(counted))
    });
    let counted = counted.await?;
    let hashed = hash(cx, &mut row, (&asked, &counted)).await?;
    row.write(cx, |record, moment| asked.settle(record, moment, (&counted, &hashed))).await
}

/// A hash that can't be computed here is a failure, and no guess.
fn computable(cx: &mut Cx, row: &Row, asked: &Combination) -> Result<(), Failure> {
    let nothing = Secret::new(String::new());
    let record = row.record();
    if let Some(stored) = record.and_then(Account::pin).filter(|_| asked.purpose.factors().pin) {
        pin::stored_work(cx, &nothing, stored)?;
    }
    let set = record.and_then(|record| record.recovery.as_ref());
    if let Some(set) = set.filter(|_| asked.typed.recovery_code.is_some()) {
        recovery::stored_work(cx, &nothing, set)?;
    }
    Ok(())
}

/// Runs the hashes. One part alone needs no second write when it is wrong: its reservation is its
/// count. A combination always settles by a write.
async fn hash(
    cx: &mut Cx,
    row: &mut Row,
    (asked, counted): (&Combination, &Counted),
) -> Result<Hashed, Error> {
    let mut hashed = Hashed::default();
    let split = asked.pin(row.record(), (&cx.pinbolt, cx.now), counted)?;
    hashed.behind = split.as_ref().and_then(|(_, digits)| *digits);
    let typed = split.map(|(pin, _)| pin);
    if let (Some((_, stored)), Some(typed)) = (&counted.pin, &typed) {
        let work = match stored {
            Some(stored) => pin::stored_work(cx, typed, stored)?,
            None => pin::fresh_work(cx, typed)?.0,
        };
        let Some(digest) = cx.hash(work).await? else { return overload(cx, row, counted).await };
        let expected = stored.as_ref().map_or([0; 32], |stored| stored.hash);
        hashed.pin = digest.matches(&expected) & stored.is_some();
    }
    if let (Some((_, set)), Some(typed)) = (&counted.recovery_code, &asked.typed.recovery_code) {
        let work = match set {
            Some(set) => recovery::stored_work(cx, typed, set)?,
            None => pin::fresh_work(cx, typed)?.0,
        };
        let Some(digest) = cx.hash(work).await? else { return overload(cx, row, counted).await };
        hashed.recovery_code = set.as_ref().and_then(|set| set.find(&digest));
    }
    let Some(record) = row.record() else { return Ok(hashed) };
    let parts = asked.parts(record, (&cx.pinbolt, cx.now), (counted, &hashed))?;
    hashed.used = parts.any_used();
    if let Some(kind) = parts.wrong_alone() {
        let lane = Some(asked.caller.lane(record, &cx.pinbolt));
        cx.audit(&record.id, Event { lane, ..Event::new(cx.now, kind) });
        return Err(Refusal::WrongCredentials.into());
    }
    let stored = counted.pin.as_ref().and_then(|(_, stored)| stored.as_ref());
    let old = stored.is_some_and(|stored| !pin::is_current(cx, stored));
    // Only for who passes: one hash more would show that the PIN alone was right.
    if let Some(typed) = typed.filter(|_| old && parts.all_right()) {
        hashed.renewed = pin::hash_new(cx, &typed).await?;
    }
    Ok(hashed)
}

/// Guesses that were never judged are given back.
async fn overload(cx: &mut Cx, row: &mut Row, counted: &Counted) -> Result<Hashed, Error> {
    pin::refund(cx, row, &counted.reservations()).await?;
    Err(Failure::Overload.into())
}
