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
    channel::Channel,
    error::{Error, Refusal},
    pinbolt::Pinbolt,
    record::{Account, HeldAddress, Kind},
};

/// Gives an address up. By an operator it leaves at once: its challenges end, and another account may
/// have it. So does a candidate. Of one that isn't in force yet this ends the change, and the one that
/// it was to replace stays.
///
/// What the person himself gives up by proof stays in force for `address.cooling` hours more, and
/// nobody else can have it before: otherwise somebody with a stolen proof could remove the
/// address by which the owner would stop him. Until then [`Confirm`](super::Confirm) of it takes that back, and to give it up
/// again changes nothing.
///
/// Nothing is sent by this: tell the account's addresses yourself.
///
/// After it has left it is still told of the account's changes for 30 days, or `address.cooling` where
/// that is longer, and new addresses wait as if it were in force: otherwise a thief could remove it
/// first and then act unseen.
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
        let (channel, freed) = give_up(record, moment, (&key, by_operator))?;
        if let Some(channel) = channel {
            let event = Event::new(moment.now, EventKind::AddressReleased);
            let event = Event { channel: Some(channel), ..event };
            moment.log(record, audited(&authority, event));
        }
        let mut left = sweep(record, (moment.pinbolt, moment.now));
        left.extend(freed);
        Ok(Judged::Write(left))
    });
    let freed: Vec<HeldAddress> = freed.await?;
    binding::let_go(cx, account, &freed).await;
    Ok(())
}

/// Takes the address out, or lets it leave where its owner is to hear of it; gives its channel where
/// that is new, and what of it has left now.
fn give_up(
    record: &mut Account,
    moment: &Moment<'_>,
    (key, by_operator): (&[u8; 32], bool),
) -> Result<(Option<Channel>, Option<HeldAddress>), Refusal> {
    let (now, (cooling, _)) = (moment.now, moment.pinbolt.policy().address_times());
    let own = |held: &HeldAddress| held.key == *key && !held.has_left(now);
    let at = record.addresses.iter().position(own).ok_or(Refusal::UnknownAddress)?;
    let by_owner = |held: &&mut HeldAddress| held.names(now) && !by_operator;
    if let Some(held) = record.addresses.get_mut(at).filter(by_owner)
        && cooling > 0
    {
        let leaves = now.saturating_add(cooling);
        if held.until.is_some_and(|until| until <= leaves) {
            return Ok((None, None));
        }
        (held.until, held.given_up) = (Some(leaves), Some(now));
        return Ok((Some(held.channel), None));
    }
    let mut freed = record.addresses.remove(at);
    record.end_challenges_at(&freed.nonce);
    if let Some(from) = freed.waits(now) {
        // Another change of the same address may go on.
        let others = record.addresses.iter().filter(|held| held.replaces == freed.replaces);
        let until = others.filter_map(|held| held.waits(now)).min();
        let replaced = |held: &&mut HeldAddress| {
            Some(held.nonce) == freed.replaces && held.until == Some(from)
        };
        for held in record.addresses.iter_mut().filter(replaced) {
            (held.until, held.given_up) = (until, None);
        }
    } else if freed.bound_at.is_some() && !by_operator {
        freed.until = Some(now);
        record.addresses.insert(at, HeldAddress { bound_at: None, ..freed.clone() });
    }
    Ok((Some(freed.channel), Some(freed)))
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
