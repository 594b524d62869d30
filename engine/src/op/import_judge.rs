//! What an import makes of a record: judged again on each record that is swapped.

use alloc::vec::Vec;

use super::{
    addresses::own_numbers,
    change_pin::replace,
    import::{Imported, Plan, Took},
    otp::choose,
    pin,
    row::{Judged, Moment},
    tokens::place,
};
use crate::{
    audit::{Event, EventKind},
    authority::Operator,
    error::{Error, Failure, Refusal},
    guard::{Authenticator, Lane},
    pin::Digest,
    record::{Account, Imports, RecoveryEntry, RecoverySet, State, Token, Trail},
};

/// What was hashed for the record that was loaded.
#[derive(Default)]
pub(super) struct Hashed {
    pub(super) pin: Option<pin::Hashed>,
    /// The set under whose salt, and a digest of each code.
    pub(super) codes: Option<(RecoverySet, Vec<Digest>)>,
}

/// Where imported recovery codes belong.
pub(super) enum CodesOf<'a> {
    /// A set to be made.
    New,
    /// The set that was imported before.
    Imported(&'a RecoverySet),
    /// Nowhere: the account has a set of its own, or has had one; or there are none.
    Nobody,
}

/// Whether the account may be imported into at all.
pub(super) fn takes(record: &Account) -> Result<(), Refusal> {
    match record.state {
        State::Cancelled => Err(Refusal::Ended),
        State::Active | State::Blocked if record.inactive => Err(Refusal::Inactive),
        State::Active | State::Blocked => Ok(()),
    }
}

/// Whether a PIN would be taken: neither is there one, nor has one been imported before.
pub(super) fn takes_pin(record: &Account) -> bool {
    let over = |imports: &Imports| imports.pin || imports.closed;
    record.pin().is_none() && !record.imports.as_ref().is_some_and(over)
}

pub(super) fn codes_of(record: &Account, count: usize) -> CodesOf<'_> {
    let over = |imports: &Imports| imports.recovery_codes || imports.closed;
    let before = record.imports.as_ref().is_some_and(over);
    match &record.recovery {
        Some(set) if set.imported => CodesOf::Imported(set),
        None if !before && count > 0 => CodesOf::New,
        Some(_) | None => CodesOf::Nobody,
    }
}

/// Takes all of it or nothing. `None` where the hashes are of a record that is gone.
pub(super) fn judge(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (plan, hashed, operator): (&Plan, &Hashed, &Operator),
) -> Result<Judged<Option<Imported>>, Error> {
    takes(record)?;
    if !hashed.fits(record, plan) {
        return Ok(Judged::Keep(None));
    }
    let by = |kind| Event { operator: Some(operator.clone()), ..Event::new(moment.now, kind) };
    let created = record.trail == Trail::default();
    if created && plan.is_empty() {
        return Ok(Judged::Keep(Some(Imported::default())));
    }
    let first = !record.imports.as_ref().is_some_and(|imports| imports.ran);
    let (enrolled, added, done) =
        (by(EventKind::Enrolled), by(EventKind::TokenAdded), by(EventKind::Imported));
    if created {
        moment.log(record, enrolled);
    }
    let mut imports = record.imports.take().unwrap_or_default();
    let mut tokens = Vec::with_capacity(plan.tokens.len());
    for token in &plan.tokens {
        let took = take_token(record, moment, (&mut imports, token))?;
        if let (Took::Added, number) = took {
            moment.log(record, Event { token: Some(number), ..added.clone() });
        }
        tokens.push(took);
    }
    imports.ran = true;
    record.imports = Some(imports);
    let recovery_codes = take_codes(record, moment, (plan, hashed))?;
    let pin = take_pin(record, moment, (plan, hashed))?;
    if let (true, Some(failures)) = (first, plan.failures) {
        carry(record, moment, (plan, (failures.count, failures.last)));
    }
    moment.log(record, done);
    Ok(Judged::Write(Some(Imported { created, tokens, recovery_codes, pin })))
}

impl Hashed {
    /// Whether all that this record takes was hashed, and for it.
    fn fits(&self, record: &Account, plan: &Plan) -> bool {
        let pin = plan.pin.is_none() || self.pin.is_some() || !takes_pin(record);
        let Some(codes) = &plan.codes else { return pin };
        let under = self.codes.as_ref().map(|(set, _)| set);
        pin && match codes_of(record, codes.len()) {
            CodesOf::New => under.is_some(),
            CodesOf::Imported(set) => under.is_some_and(|own| own.generation == set.generation),
            CodesOf::Nobody => true,
        }
    }
}

fn take_token(
    record: &mut Account,
    moment: &Moment<'_>,
    (imports, token): (&mut Imports, &Token),
) -> Result<(Took, u32), Error> {
    let mark = token.mark().ok_or(Failure::Internal)?;
    let mark = moment.pinbolt.names().token(&record.id, &mark);
    let known = imports.knows(&mark);
    imports.remember(&mark)?;
    let same = |held: &&mut Token| held.shares_key(token);
    if let Some(held) = record.tokens.iter_mut().filter(|held| held.confirmed.is_some()).find(same)
    {
        if !held.counts_as(token) {
            return Err(Refusal::TokenExists.into());
        }
        held.next = held.next.max(token.next);
        return Ok((Took::Kept, held.number));
    }
    if known || imports.closed {
        return Ok((Took::Gone, 0));
    }
    acts(record)?;
    // A candidate of the key makes room; how far it has come stays.
    let mere = record.tokens.iter().find(|held| held.shares_key(token) && held.counts_as(token));
    let next = mere.map_or(0, |held| held.next).max(token.next);
    let token = Token { next, ..token.clone() };
    Ok((Took::Added, place(record, &token, moment.now)?))
}

fn take_codes(
    record: &mut Account,
    moment: &Moment<'_>,
    (plan, hashed): (&Plan, &Hashed),
) -> Result<Option<Took>, Error> {
    let Some(codes) = &plan.codes else { return Ok(None) };
    let (set, took) = match (codes_of(record, codes.len()), &hashed.codes) {
        (CodesOf::New, Some((set, digests))) => {
            acts(record)?;
            (filled(RecoverySet { made_at: moment.now, ..set.clone() }, digests)?, Took::Added)
        }
        (CodesOf::Imported(set), Some((_, digests))) => {
            (ended(set.clone(), (moment.now, digests)), Took::Kept)
        }
        _ => {
            // Also of none: what an older file has was used there since.
            remember(record, |imports| imports.recovery_codes = true);
            return Ok((!codes.is_empty()).then_some(Took::Gone));
        }
    };
    record.recovery = Some(set);
    remember(record, |imports| imports.recovery_codes = true);
    Ok(Some(took))
}

fn filled(mut set: RecoverySet, codes: &[Digest]) -> Result<RecoverySet, Failure> {
    for digest in codes {
        let hash = digest.bytes().ok_or(Failure::Overload)?;
        set.entries.push(RecoveryEntry { hash, used: None });
    }
    Ok(set)
}

/// What isn't in the file was used there. None is added: of a code that came late nobody can tell
/// whether the file is the newer one, or older than the one in which it was used already.
fn ended(mut set: RecoverySet, (now, codes): (u64, &[Digest])) -> RecoverySet {
    for entry in &mut set.entries {
        let listed = codes.iter().any(|digest| digest.matches(&entry.hash));
        entry.used = entry.used.or((!listed).then_some(now));
    }
    set
}

fn take_pin(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (plan, hashed): (&Plan, &Hashed),
) -> Result<Option<Took>, Error> {
    let Some(pin) = &plan.pin else { return Ok(None) };
    let taken = takes_pin(record);
    let before = record.pin().is_some();
    if let Some(hashed) = hashed.pin.as_ref().filter(|_| taken) {
        acts(record)?;
        let policy = moment.pinbolt.policy();
        if !plan.weak.pins {
            pin::check_new(policy, pin.expose(), &own_numbers(&record.addresses))?;
        }
        let fresh = pin::record_of(hashed, policy, moment);
        replace(record, fresh);
    }
    remember(record, |imports| imports.pin = true);
    Ok(Some(match (taken, before) {
        (true, _) => Took::Added,
        (false, true) => Took::Kept,
        (false, false) => Took::Gone,
    }))
}

/// The failures of another system, counted as guesses at what came from there.
fn carry(record: &mut Account, moment: &Moment<'_>, (plan, failures): (&Plan, (u32, u64))) {
    let rules = moment.pinbolt.policy().ledger();
    let guess = choose(record, moment.row).count();
    let otp = (!plan.tokens.is_empty()).then_some((Authenticator::OTP, guess));
    let codes = plan.codes.as_ref().is_some_and(|codes| !codes.is_empty());
    let codes = codes.then_some((Authenticator::RECOVERY_CODE, 1));
    for (authenticator, guess) in otp.into_iter().chain(codes) {
        for lane in [Lane::Stranger, Lane::FirstFactor] {
            let ledger = record.ledger_mut(authenticator, lane);
            ledger.carry(&rules, failures, (moment.now, guess, moment.pinbolt.hides_accounts()));
        }
    }
}

/// Nothing is added to a blocked account.
fn acts(record: &Account) -> Result<(), Refusal> {
    match record.state {
        State::Active => Ok(()),
        State::Blocked | State::Cancelled => Err(Refusal::Blocked),
    }
}

fn remember(record: &mut Account, what: impl FnOnce(&mut Imports)) {
    what(record.imports.get_or_insert_default());
}
