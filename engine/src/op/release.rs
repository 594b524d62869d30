//! `release_address` and `suspend_address`: an address given up, or taken out of use.

use alloc::{string::String, vec::Vec};

use super::{
    Dispatch, Op, RELEASE, Step, Verb,
    accounts::present,
    addresses::{all_told, parse, sweep},
    authority::{audited, authorized, authorized_on_load},
    binding,
    budget::spend_on_notices,
    cx::Cx,
    dispatch::Parcel,
    issue,
    row::{Judged, Moment, Row},
};
use crate::{
    address::Address,
    audit::{Event, EventKind},
    authority::{Authority, Operator},
    channel::Channel,
    code::Reference,
    error::{Error, Refusal},
    guard::Lane,
    pinbolt::Pinbolt,
    policy::Purpose,
    record::{Account, HeldAddress, Kind},
};

/// After so many milliseconds a notice isn't sent any more: a day.
const NEWS: u64 = 86_400_000;

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
/// Refuses with `UnknownAddress`, `NotAuthorized`, `UnknownAccount`, `Malformed`, or `Throttled` where
/// so many notices were sent that the owner can't be told of another.
pub struct ReleaseAddress<'a> {
    /// The account's id.
    pub account: &'a str,
    /// The phone number or e-mail address.
    pub address: &'a str,
    /// By what right.
    pub authority: Authority,
}

super::verb!(ReleaseAddress<'_>);

/// An address was given up.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "the notices go out when the dispatch is run"]
pub struct Released {
    /// It leaves at this Unix millisecond; `None`: it has left.
    pub leaves: Option<u64>,
    /// What tells the account's addresses; one that delivers nothing where nobody is told.
    pub dispatch: Dispatch,
}

impl Verb for ReleaseAddress<'_> {
    type Output = Released;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Released> {
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
) -> Result<Released, Error> {
    let cx = &mut cx;
    let key = cx.pinbolt.names().address(address.key());
    let mut row = Row::account(cx, account).await?;
    authorized_on_load(cx, &row, &authority)?;
    let by_operator = matches!(authority, Authority::Operator(_));
    let budget = budget(cx, &row, (&key, by_operator)).await?;
    let released = row.write(cx, |record, moment| {
        present(record)?;
        authorized(moment.pinbolt, &authority, record)?;
        let given = give_up(record, moment, (&key, by_operator))?;
        let parcel = match given.told {
            true => {
                budget.unwrap_or(Err(Refusal::Throttled { until: moment.now }))?;
                Some(notices(record, moment))
            }
            false => None,
        };
        if given.told || given.left.is_some() {
            let event = Event::new(moment.now, EventKind::AddressReleased);
            let event = Event { channel: Some(given.channel), ..event };
            moment.log(record, audited(&authority, event));
        }
        let mut left = sweep(record, (moment.pinbolt, moment.now));
        left.extend(given.left);
        Ok(Judged::Write((left, given.leaves, parcel)))
    });
    let (left, leaves, parcel) = released.await?;
    binding::let_go(cx, account, &left).await;
    Ok(Released { leaves, dispatch: Dispatch::new(cx.pinbolt.clone(), parcel) })
}

/// What became of an address given up.
struct Given {
    channel: Channel,
    /// When it leaves, if it hasn't left.
    leaves: Option<u64>,
    /// Whether its owner hears of it.
    told: bool,
    left: Option<HeldAddress>,
}

/// Spends the account's budget of notices, where this sends some.
async fn budget(
    cx: &mut Cx,
    row: &Row,
    (key, by_operator): (&[u8; 32], bool),
) -> Result<Option<Result<(), Refusal>>, Error> {
    let record = row.current(cx).ok_or(Refusal::UnknownAccount)?;
    let (cooling, _) = cx.pinbolt.policy().address_times();
    let held = record.addresses.iter().find(|held| own(held, key, record.seen));
    match held.filter(|held| is_news(held, (record.seen, cooling), by_operator)) {
        Some(held) => {
            let account = (&Purpose::confirm(held.channel), &row.name);
            spend_on_notices(cx, account, Lane::FirstFactor).await.map(Some)
        }
        None => Ok(None),
    }
}

fn own(held: &HeldAddress, key: &[u8; 32], now: u64) -> bool {
    held.key == *key && !held.has_left(now)
}

/// Whether its owner is to hear of it: it names him, and doesn't leave as soon already.
fn is_news(held: &HeldAddress, (now, cooling): (u64, u64), by_operator: bool) -> bool {
    let leaves = now.saturating_add(cooling);
    held.names(now) && !by_operator && held.until.is_none_or(|until| until > leaves)
}

/// Takes the address out, or lets it leave where its owner is to hear of it.
fn give_up(
    record: &mut Account,
    moment: &Moment<'_>,
    (key, by_operator): (&[u8; 32], bool),
) -> Result<Given, Refusal> {
    let (now, (cooling, _)) = (moment.now, moment.pinbolt.policy().address_times());
    let at = record.addresses.iter().position(|held| own(held, key, now));
    let at = at.ok_or(Refusal::UnknownAddress)?;
    let held = record.addresses.get_mut(at).ok_or(Refusal::UnknownAddress)?;
    let told = is_news(held, (now, cooling), by_operator);
    if held.names(now) && !by_operator && cooling > 0 {
        if told {
            (held.until, held.given_up) = (Some(now.saturating_add(cooling)), Some(now));
        }
        return Ok(Given { channel: held.channel, leaves: held.until, told, left: None });
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
    Ok(Given { channel: freed.channel, leaves: None, told, left: Some(freed) })
}

/// What tells all addresses of the account, the one that leaves too.
fn notices(record: &Account, moment: &mut Moment<'_>) -> Parcel {
    let reference = Reference::random(moment.entropy.bytes());
    let parcel = Parcel {
        kind: moment.kind,
        row: moment.row.clone(),
        purpose: RELEASE.into(),
        number: u64::from_be_bytes(moment.entropy.bytes()),
        send: 0,
        expires: moment.now.saturating_add(NEWS),
        notices: Vec::new(),
        message: None,
    };
    let told = all_told(record, (moment.pinbolt, moment.now));
    let notices = issue::notices_of(moment, (&parcel, reference), &told);
    Parcel { notices, ..parcel }
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
