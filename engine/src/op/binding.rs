//! Binding an address to an account, in three writes: the account's intent, the claim, the account
//! again. The account record is the authority; a claim is only a pointer.

use super::{
    cx::{Cx, Written},
    row::{Judged, Moment, Row},
};
use crate::{
    audit::{Event, EventKind},
    error::{Error, Failure, Refusal},
    outcome::Source,
    record::{Account, Claim, HeldAddress, Kind, State},
    row::{RowName, Version, Write},
};

/// Races on one claim before an operation gives up.
const ROUNDS: u32 = 16;

/// The first of the three writes, made together with what allows it: the account intends to hold
/// the address of this nonce, under a new one, until the intent lapses. An address that can name
/// nobody is bound by it, and nothing is left to do.
pub(super) fn intend(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (nonce, source): (&[u8; 16], Source),
) -> Option<HeldAddress> {
    let held = record.addresses.iter_mut().find(|held| held.nonce == *nonce)?;
    held.source = source;
    if held.channel.names() {
        let span = moment.pinbolt.policy().settings.intent.saturating_mul(1000);
        held.nonce = moment.entropy.bytes();
        held.intent_until = Some(moment.now.saturating_add(span));
        return Some(held.clone());
    }
    held.bound_at = Some(moment.now);
    let channel = Some(held.channel);
    moment.log(record, Event { channel, ..Event::new(moment.now, EventKind::AddressBound) });
    None
}

/// The second and the third write.
pub(super) async fn bind(cx: &mut Cx, row: &mut Row, intent: &HeldAddress) -> Result<(), Error> {
    let account = row.record().map(|record| record.id.clone()).unwrap_or_default();
    let mine = Claim { account, nonce: intent.nonce };
    claim(cx, row, (&mine, &intent.key)).await?;
    row.write(cx, |record, moment| {
        let held = intended(record, &mine)?;
        held.intent_until = None;
        held.bound_at = Some(moment.now);
        let channel = Some(held.channel);
        moment.log(record, Event { channel, ..Event::new(moment.now, EventKind::AddressBound) });
        Ok(Judged::Write(()))
    })
    .await
}

/// Deletes the claim of a released address, if it is still the one that this binding made. The
/// account record was written before; a claim left behind waits for a takeover.
pub(super) async fn release(cx: &mut Cx, account: &str, held: &HeldAddress) -> Result<(), Failure> {
    if !held.channel.names() {
        return Ok(());
    }
    let row = cx.pinbolt.names().claim(&held.key)?;
    let Some(snapshot) = cx.load(&row).await? else { return Ok(()) };
    let claim: Claim = cx.open((Kind::Claim, &row), &snapshot)?;
    if claim.account == account && claim.nonce == held.nonce {
        let (expected, version) = (Some(snapshot.version), cx.version());
        let write = Write { row, expected, version, body: None, keep_until: 0 };
        cx.commit(write).await?;
    }
    Ok(())
}

/// Whether somebody else's account holds the address now; a courtesy before the first write, for
/// the claim itself decides.
pub(super) async fn is_taken(cx: &mut Cx, account: &str, key: &[u8; 32]) -> Result<bool, Error> {
    let row = cx.pinbolt.names().claim(key)?;
    let Some(snapshot) = cx.load(&row).await? else { return Ok(false) };
    let claim: Claim = cx.open((Kind::Claim, &row), &snapshot)?;
    if claim.account == account {
        return Ok(false);
    }
    let name = cx.pinbolt.names().account(&claim.account)?;
    let other = Row::load(cx, Kind::Account, name).await?.current(cx);
    Ok(other.is_some_and(|other| holds(&other, key, cx.now)))
}

/// Makes the claim name this account and nonce. A claim that names anything else is only swapped
/// after a write on the record of the account that it names, be it this one.
async fn claim(cx: &mut Cx, own: &mut Row, (mine, key): (&Claim, &[u8; 32])) -> Result<(), Error> {
    let row = cx.pinbolt.names().claim(key)?;
    for _ in 0..ROUNDS {
        let snapshot = cx.load(&row).await?;
        let open = |snapshot| cx.open((Kind::Claim, &row), snapshot);
        let standing: Option<Claim> = snapshot.as_ref().map(open).transpose()?;
        match standing {
            Some(claim) if claim == *mine => return Ok(()),
            Some(claim) if claim.account == mine.account => {
                let standing = |record: &mut Account, _: &mut Moment<'_>| {
                    Ok(intended(record, mine).map(|_| Judged::Write(()))?)
                };
                own.write(cx, standing).await?;
            }
            Some(claim) => fence(cx, &claim.account, key).await?,
            None => {}
        }
        let expected = snapshot.map(|snapshot| snapshot.version);
        if point(cx, (&row, expected), mine).await? {
            return Ok(());
        }
    }
    Err(Failure::Contended.into())
}

/// Writes the other account's record, even when there is nothing to remove: that swap proves the
/// load was fresh, and no binding of the other's that is under way can end after it.
async fn fence(cx: &mut Cx, other: &str, key: &[u8; 32]) -> Result<(), Error> {
    let name = cx.pinbolt.names().account(other)?;
    let tombstone = Account { state: State::Cancelled, ..Account::new(other, false, cx.now) };
    let mut row = Row::load(cx, Kind::Account, name).await?.or_create(tombstone);
    row.write(cx, |record, moment| {
        if holds(record, key, moment.now) {
            return Err(Refusal::AddressTaken.into());
        }
        for held in record.addresses.iter_mut().filter(|held| held.key == *key) {
            held.intent_until = None;
        }
        Ok(Judged::Write(()))
    })
    .await
}

/// Swaps the claim. A lost answer is resolved by content, at the next load.
async fn point(
    cx: &mut Cx,
    (row, expected): (&RowName, Option<Version>),
    mine: &Claim,
) -> Result<bool, Error> {
    let version = cx.version();
    let body = cx.seal((Kind::Claim, row, version), mine)?;
    let row = row.clone();
    let write = Write { row, expected, version, body: Some(body), keep_until: u64::MAX };
    match cx.commit(write).await? {
        Written::Applied => Ok(true),
        Written::Lost | Written::InDoubt => Ok(false),
    }
}

/// The intent of this binding, if it still stands: another account may have fenced it off, or the
/// account's own newer one replaced it.
fn intended<'a>(record: &'a mut Account, mine: &Claim) -> Result<&'a mut HeldAddress, Refusal> {
    let held = record.addresses.iter_mut().find(|held| held.nonce == mine.nonce);
    held.filter(|held| held.intent_until.is_some()).ok_or(Refusal::AddressTaken)
}

fn holds(record: &Account, key: &[u8; 32], now: u64) -> bool {
    let live = |held: &HeldAddress| held.key == *key && held.is_live(now);
    record.state != State::Cancelled && record.addresses.iter().any(live)
}
