//! `release_address` and `suspend_address`: an address given up, or taken out of use.

use alloc::{string::String, vec::Vec};

use super::{
    Op, Step, Verb,
    accounts::present,
    addresses::{parse, sweep},
    authority::{audited, authorized, authorized_on_load},
    binding,
    cx::Cx,
    row::{Judged, Moment, Row},
};
use crate::{
    address::Address,
    audit::{Event, EventKind},
    authority::{Authority, Operator},
    error::{Error, Refusal},
    pinbolt::Pinbolt,
    record::{Account, HeldAddress, Kind},
};

/// Gives an address up: its challenges end, and another account may have it at once. Of one that
/// isn't in force yet this ends the change, and the one that it was to replace stays.
///
/// What the person himself gives up is told of the account's changes for 30 days more, or
/// `address.cooling` where that is longer, and new addresses wait as if it were in force: else whoever
/// got hold of a proof would give it up first, and nobody would hear of his own.
///
/// Refuses with `UnknownAddress`, `NotAuthorized`, `UnknownAccount` or `Malformed`.
pub struct ReleaseAddress<'a> {
    /// The account's id.
    pub account: &'a str,
    /// The phone number or e-mail address.
    pub address: &'a str,
    /// By what right.
    pub authority: Authority,
}

super::verb!(ReleaseAddress<'_>);

impl Verb for ReleaseAddress<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let address = parse(self.address);
        let (account, authority) = (String::from(self.account), self.authority);
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            release(cx, &account, address?, authority).await
        })
    }
}

/// Suspends an address that may have changed hands, such as a recycled number or one whose SIM was
/// swapped: nothing is delivered there any more and its challenges end, until it is confirmed anew. The
/// account still answers to it as a name, and nobody else can have it until it is released.
///
/// Refuses with `UnknownAddress` where no account has it bound, `UnknownAccount` or `Malformed`.
pub struct SuspendAddress<'a> {
    /// The phone number or e-mail address.
    pub address: &'a str,
    /// The account's id; `None` for whichever accounts hold the phone number or e-mail address. An
    /// endpoint on a channel of your own names none: it needs the account.
    pub account: Option<&'a str>,
    /// Who does it, and why.
    pub operator: Operator,
}

super::verb!(SuspendAddress<'_>);

impl Verb for SuspendAddress<'_> {
    /// The ids of the accounts that hold it, sorted.
    type Output = Vec<String>;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Vec<String>> {
        let address = parse(self.address);
        let (account, operator) = (self.account.map(String::from), self.operator);
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            suspend(cx, address?, account, operator).await
        })
    }
}

async fn release(
    mut cx: Cx,
    account: &str,
    address: Address,
    authority: Authority,
) -> Result<(), Error> {
    let cx = &mut cx;
    let key = cx.pinbolt.names().address(address.key());
    let mut row = Row::account(cx, account).await?;
    authorized_on_load(cx, &row, &authority)?;
    let freed = row.write(cx, |record, moment| {
        present(record)?;
        authorized(moment.pinbolt, &authority, record)?;
        let by_operator = matches!(authority, Authority::Operator(_));
        let freed = give_up(record, moment, (&key, by_operator))?;
        let channel = Some(freed.channel);
        let event = Event { channel, ..Event::new(moment.now, EventKind::AddressReleased) };
        moment.log(record, audited(&authority, event));
        let mut left = sweep(record, (moment.pinbolt, moment.now));
        left.push(freed);
        Ok(Judged::Write(left))
    });
    let freed: Vec<HeldAddress> = freed.await?;
    binding::let_go(cx, account, &freed).await;
    Ok(())
}

/// Takes the address out, or lets it leave now where it stays to be told.
fn give_up(
    record: &mut Account,
    moment: &Moment<'_>,
    (key, by_operator): (&[u8; 32], bool),
) -> Result<HeldAddress, Refusal> {
    let now = moment.now;
    let at = record.addresses.iter().position(|held| held.key == *key && !held.has_left(now));
    let at = at.ok_or(Refusal::UnknownAddress)?;
    let mut freed = record.addresses.remove(at);
    record.end_challenges_at(&freed.nonce);
    if let Some(from) = freed.waits(now) {
        // Another change of the same address may go on.
        let others = record.addresses.iter().filter(|held| held.replaces == freed.replaces);
        let until = others.filter_map(|held| held.waits(now)).min();
        let replaced = |held: &&mut HeldAddress| {
            Some(held.nonce) == freed.replaces && held.until == Some(from)
        };
        record.addresses.iter_mut().filter(replaced).for_each(|held| held.until = until);
    } else if freed.bound_at.is_some() && !by_operator {
        freed.until = Some(now);
        record.addresses.insert(at, HeldAddress { bound_at: None, ..freed.clone() });
    }
    Ok(freed)
}

async fn suspend(
    mut cx: Cx,
    address: Address,
    account: Option<String>,
    operator: Operator,
) -> Result<Vec<String>, Error> {
    let cx = &mut cx;
    let key = cx.pinbolt.names().address(address.key());
    let mut suspended = Vec::new();
    if let Some(account) = account {
        let mut row = Row::account(cx, &account).await?;
        if suspend_one(cx, &mut row, (&key, &operator)).await? {
            suspended.push(account);
        }
    } else {
        for account in binding::holders(cx, &key).await? {
            let name = cx.pinbolt.names().account(&account)?;
            let mut row = Row::load(cx, Kind::Account, name).await?;
            if row.record().is_some() && suspend_one(cx, &mut row, (&key, &operator)).await? {
                suspended.push(account);
            }
        }
    }
    match suspended.is_empty() {
        true => Err(Refusal::UnknownAddress.into()),
        false => Ok(suspended),
    }
}

/// Whether the account has the address bound; it is suspended then.
async fn suspend_one(
    cx: &mut Cx,
    row: &mut Row,
    (key, operator): (&[u8; 32], &Operator),
) -> Result<bool, Error> {
    row.write(cx, |record, moment| {
        let now = moment.now;
        let own = |held: &&mut HeldAddress| held.key == *key && held.is_bound(now);
        let Some(held) = record.addresses.iter_mut().find(own) else {
            return Ok(Judged::Keep(false));
        };
        // The first time tells since when it isn't trusted.
        held.suspended = held.suspended.or(Some(now));
        let (nonce, channel) = (held.nonce, Some(held.channel));
        record.end_challenges_at(&nonce);
        let operator = Some(operator.clone());
        let event = Event { channel, operator, ..Event::new(now, EventKind::AddressSuspended) };
        moment.log(record, event);
        Ok(Judged::Write(true))
    })
    .await
}
