//! Binding an address or a civil document to an account, in three writes: the account's intent, the
//! claim, the account again. The account record is the authority; a claim is only a pointer.

use alloc::{string::String, vec::Vec};

use super::{
    addresses::{sweep, waits},
    cx::{Cx, Written},
    row::{Judged, Moment, Row},
};
use crate::{
    audit::{Event, EventKind},
    error::{Error, Failure, Refusal},
    outcome::Source,
    pinbolt::Pinbolt,
    record::{Account, Claim, HeldAddress, Holder, Identity, Kind, State},
    row::{RowName, Snapshot, Write},
};

/// Races on one claim before an operation gives up.
const ROUNDS: u32 = 16;
/// The same before a claim that was given up is left to be taken over.
const TRIES: u32 = 3;

/// What a binding under way needs to know.
#[derive(Clone, Debug)]
pub(super) struct Intent {
    pub(super) nonce: [u8; 16],
    /// What it claims; nothing where nobody else can hold the like.
    claims: Vec<[u8; 32]>,
    /// How many accounts may hold the same.
    most: u64,
    /// What is answered where so many do.
    taken: Refusal,
}

impl Intent {
    pub(super) fn of_address(pinbolt: &Pinbolt, held: &HeldAddress) -> Self {
        let most = pinbolt.policy().settings.sharers;
        let (nonce, claims) = (held.nonce, held.claims().collect());
        Self { nonce, claims, most, taken: Refusal::AddressTaken }
    }

    pub(super) fn of_identity(pinbolt: &Pinbolt, identity: &Identity) -> Self {
        let most = pinbolt.policy().settings.identity_accounts;
        let (nonce, claims) = (identity.nonce, [identity.key].into());
        Self { nonce, claims, most, taken: Refusal::IdentityTaken }
    }
}

/// A fresh nonce, and when an intent under it lapses. The first of the three writes notes both,
/// together with what allows it.
pub(super) fn intend(moment: &mut Moment<'_>) -> ([u8; 16], Option<u64>) {
    let span = moment.pinbolt.policy().settings.intent.saturating_mul(1000);
    (moment.entropy.bytes(), Some(moment.now.saturating_add(span)))
}

/// The same for the account's address of this nonce. One that claims nothing is settled by this
/// write, and nothing is left to do.
pub(super) fn intend_address(
    record: &mut Account,
    moment: &mut Moment<'_>,
    (nonce, source): (&[u8; 16], Source),
) -> Option<Intent> {
    let (fresh, until) = intend(moment);
    let held = record.addresses.iter_mut().find(|held| held.nonce == *nonce)?;
    (held.nonce, held.intent_until, held.source) = (fresh, until, source);
    let intent = Intent::of_address(moment.pinbolt, held);
    if intent.claims.is_empty() {
        settle(record, moment, &fresh);
        return None;
    }
    Some(intent)
}

/// The second and the third write for an address; what it replaces at once is let go.
pub(super) async fn bind(cx: &mut Cx, row: &mut Row, intent: &Intent) -> Result<(), Error> {
    claim(cx, row, intent).await?;
    let settled = row.write(cx, |record, moment| {
        intends(record, intent, moment.now)?;
        settle(record, moment, &intent.nonce);
        Ok(Judged::Write((record.id.clone(), sweep(record, (moment.pinbolt, moment.now)))))
    });
    let (account, left) = settled.await?;
    let_go(cx, &account, &left).await;
    Ok(())
}

/// The same for a civil document.
pub(super) async fn tie(
    cx: &mut Cx,
    row: &mut Row,
    (intent, event): (&Intent, &Event),
) -> Result<(), Error> {
    claim(cx, row, intent).await?;
    row.write(cx, |record, moment| {
        intends(record, intent, moment.now)?;
        if let Some(identity) = &mut record.identity {
            (identity.intent_until, identity.bound_at) = (None, Some(moment.now));
        }
        moment.log(record, Event { at: moment.now, ..event.clone() });
        Ok(Judged::Write(()))
    })
    .await
}

/// Deletes the claims of addresses that their account has given up. Its record was written before;
/// a claim that can't be deleted now is an orphan, which the next to bind the address takes over.
pub(super) async fn let_go(cx: &mut Cx, account: &str, left: &[HeldAddress]) {
    for held in left {
        for key in held.claims() {
            let _left = release(cx, (account, held.nonce), &key).await.is_err();
        }
    }
}

/// The same for a civil document.
pub(super) async fn untie(cx: &mut Cx, account: &str, identity: &Identity) {
    let _left = release(cx, (account, identity.nonce), &identity.key).await.is_err();
}

/// Takes a binding out of a claim, if it is still there.
async fn release(
    cx: &mut Cx,
    (account, nonce): (&str, [u8; 16]),
    key: &[u8; 32],
) -> Result<(), Failure> {
    let row = cx.pinbolt.names().claim(key)?;
    let mine = Holder { account: account.into(), nonce };
    for _ in 0..TRIES {
        let (snapshot, mut holders) = load(cx, &row).await?;
        let Some(at) = holders.iter().position(|holder| *holder == mine) else { break };
        holders.remove(at);
        if point(cx, (&row, snapshot), holders).await? {
            break;
        }
    }
    Ok(())
}

/// The accounts that a claim names.
pub(super) async fn holders(cx: &mut Cx, key: &[u8; 32]) -> Result<Vec<String>, Failure> {
    let row = cx.pinbolt.names().claim(key)?;
    let (_, holders) = load(cx, &row).await?;
    let mut accounts: Vec<String> = holders.into_iter().map(|holder| holder.account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    Ok(accounts)
}

/// Whether others hold it as often as may be; a courtesy before the first write, for the claim
/// itself decides.
pub(super) async fn is_taken(cx: &mut Cx, account: &str, intent: &Intent) -> Result<bool, Error> {
    for key in &intent.claims {
        let mut others = 0u64;
        for other in holders(cx, key).await?.iter().filter(|other| *other != account) {
            let name = cx.pinbolt.names().account(other)?;
            let other = Row::load(cx, Kind::Account, name).await?.current(cx);
            if other.is_some_and(|other| holds(&other, key, cx.now)) {
                others = others.saturating_add(1);
            }
        }
        if others >= intent.most {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The third write for an address: in force at once, or after the cooling-off where the account has
/// another that is told. Until then the one that it replaces stays in force.
fn settle(record: &mut Account, moment: &mut Moment<'_>, nonce: &[u8; 16]) {
    let (now, (cooling, _)) = (moment.now, moment.pinbolt.policy().address_times());
    let Some(new) = record.addresses.iter().find(|held| held.nonce == *nonce).cloned() else {
        return;
    };
    let waits = waits(record, (moment.pinbolt, now), &new);
    let from = if waits { now.saturating_add(cooling) } else { now };
    let mut replaced = None;
    for held in &mut record.addresses {
        if held.nonce == *nonce {
            (held.intent_until, held.bound_at) = (None, Some(now));
            (held.proven_at, held.from) = (Some(now), waits.then_some(from));
        } else if Some(held.nonce) == new.replaces {
            held.until = Some(held.until.map_or(from, |until| until.min(from)));
            replaced = Some((held.nonce, held.channel));
        }
    }
    let bound = Event { channel: Some(new.channel), ..Event::new(now, EventKind::AddressBound) };
    moment.log(record, bound);
    if let Some((nonce, channel)) = replaced {
        let channel = Some(channel);
        moment.log(record, Event { channel, ..Event::new(now, EventKind::AddressReplaced) });
        if !waits {
            record.end_challenges_at(&nonce);
        }
    }
}

/// Makes each claim name this account and nonce, beside no more others than may be. A holder is
/// only taken out after a write on the record of his account, be it this one.
async fn claim(cx: &mut Cx, own: &mut Row, intent: &Intent) -> Result<(), Error> {
    let account = own.record().map(|record| record.id.clone()).unwrap_or_default();
    let mine = Holder { account, nonce: intent.nonce };
    for key in &intent.claims {
        claim_one(cx, own, (intent, &mine, key)).await?;
    }
    Ok(())
}

async fn claim_one(
    cx: &mut Cx,
    own: &mut Row,
    (intent, mine, key): (&Intent, &Holder, &[u8; 32]),
) -> Result<(), Error> {
    let row = cx.pinbolt.names().claim(key)?;
    for _ in 0..ROUNDS {
        let (snapshot, standing) = load(cx, &row).await?;
        if standing.contains(mine) {
            return Ok(());
        }
        let (mut kept, mut others) = (Vec::new(), 0u64);
        for holder in standing {
            let stays = match holder.account == mine.account {
                true => stands(cx, own, (intent, &holder)).await?,
                false => fence(cx, &holder.account, key).await?,
            };
            let known = kept.iter().any(|other: &Holder| other.account == holder.account);
            if stays && !known && holder.account != mine.account {
                others = others.saturating_add(1);
            }
            if stays {
                kept.push(holder);
            }
        }
        if others >= intent.most {
            cx.refused(&mine.account, intent.taken);
            return Err(intent.taken.into());
        }
        kept.push(mine.clone());
        if point(cx, (&row, snapshot), kept).await? {
            return Ok(());
        }
    }
    Err(Failure::Contended.into())
}

/// Whether the account's other binding of the same stands beside this one; a write proves that this
/// intent stands too.
async fn stands(
    cx: &mut Cx,
    own: &mut Row,
    (intent, other): (&Intent, &Holder),
) -> Result<bool, Error> {
    own.write(cx, |record, moment| {
        intends(record, intent, moment.now)?;
        let (nonce, now) = (other.nonce, moment.now);
        let address = |held: &HeldAddress| held.nonce == nonce && held.is_live(now);
        let document = |identity: &Identity| identity.nonce == nonce && identity.is_live(now);
        let stays = record.addresses.iter().any(address);
        Ok(Judged::Write(stays || record.identity.as_ref().is_some_and(document)))
    })
    .await
}

/// Whether another account holds it, live. Where it doesn't its record is written, even when there is
/// nothing to remove: that swap proves the load was fresh, and no binding of the other's that is
/// under way can end after it.
async fn fence(cx: &mut Cx, other: &str, key: &[u8; 32]) -> Result<bool, Error> {
    let name = cx.pinbolt.names().account(other)?;
    let tombstone = Account { state: State::Cancelled, ..Account::new(other, false, cx.now) };
    let mut row = Row::load(cx, Kind::Account, name).await?.or_create(tombstone);
    row.write(cx, |record, moment| {
        if holds(record, key, moment.now) {
            return Ok(Judged::Keep(true));
        }
        for held in record.addresses.iter_mut().filter(|held| held.claims().any(|k| k == *key)) {
            held.intent_until = None;
            if held.has_left(moment.now) {
                held.bound_at = None;
            }
        }
        if record.identity.as_ref().is_some_and(|identity| identity.key == *key) {
            record.identity = None;
        }
        Ok(Judged::Write(false))
    })
    .await
}

/// A claim's row as it stands, and whom it names.
async fn load(cx: &mut Cx, row: &RowName) -> Result<(Option<Snapshot>, Vec<Holder>), Failure> {
    let snapshot = cx.load(row).await?;
    let open = |snapshot| cx.open::<Claim>((Kind::Claim, row), snapshot);
    let claim = snapshot.as_ref().map(open).transpose()?;
    Ok((snapshot, claim.map(Claim::holders).unwrap_or_default()))
}

/// Swaps the claim; without a holder it is deleted. A lost answer is resolved by content, at the next
/// load.
async fn point(
    cx: &mut Cx,
    (row, loaded): (&RowName, Option<Snapshot>),
    holders: Vec<Holder>,
) -> Result<bool, Failure> {
    let version = cx.version();
    let claim = Claim::of(holders);
    let seal = |claim: &Claim| cx.seal((Kind::Claim, row, version), claim);
    let body = claim.as_ref().map(seal).transpose()?;
    let keep_until = if body.is_some() { u64::MAX } else { 0 };
    let expected = loaded.map(|snapshot| snapshot.version);
    let write = Write { row: row.clone(), expected, version, body, keep_until };
    Ok(cx.commit(write).await? == Written::Applied)
}

/// Whether this intent still stands: another account may have fenced it off, or the account's own
/// newer one replaced it. One that ran out settles nothing, for whoever saw that no longer counts it:
/// a limit, or the claim on a mailbox that two addresses share.
fn intends(record: &Account, intent: &Intent, now: u64) -> Result<(), Refusal> {
    let stands =
        |nonce, until: Option<u64>| nonce == intent.nonce && until.is_some_and(|until| now < until);
    let address = |held: &HeldAddress| stands(held.nonce, held.intent_until);
    let document = |identity: &Identity| stands(identity.nonce, identity.intent_until);
    let stands =
        record.addresses.iter().any(address) || record.identity.as_ref().is_some_and(document);
    stands.then_some(()).ok_or(intent.taken)
}

fn holds(record: &Account, key: &[u8; 32], now: u64) -> bool {
    let address =
        |held: &HeldAddress| held.is_live(now) && held.claims().any(|claimed| claimed == *key);
    let document = |identity: &Identity| identity.key == *key && identity.is_live(now);
    record.state != State::Cancelled
        && (record.addresses.iter().any(address) || record.identity.as_ref().is_some_and(document))
}
