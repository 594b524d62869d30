//! From what a person typed as a name to the row that will be judged.
//!
//! Where accounts are hidden, the loads are the same for a name that is somebody's and one that
//! isn't: by id the account, then the decoy; by address the claim, the account it names (without
//! one the decoy), the decoy. What isn't needed is ignored.

use alloc::string::String;

use super::{cx::Cx, row::Row};
use crate::{
    address::{Address, Name},
    error::{Error, Failure, Input, Refusal},
    record::{Account, Claim, Kind, State},
    row::RowName,
};

/// The row behind a name: an account's, or a decoy's.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) row: Row,
    /// The keyed hash of the address by which it was named.
    pub(super) named: Option<[u8; 32]>,
    /// That address, as typed.
    pub(super) typed: Option<Address>,
}

/// Finds the row that `name` stands for.
pub(super) async fn target(cx: &mut Cx, name: &str) -> Result<Target, Error> {
    let name = Name::parse(name).map_err(|_| Refusal::Malformed { input: Input::Name })?;
    let (text, named): (String, _) = match &name {
        Name::Account(id) => (id.as_str().into(), None),
        Name::Address(address) => {
            (address.key().into(), Some(cx.pinbolt.names().address(address.key())))
        }
    };
    let names = cx.pinbolt.names();
    let decoy = names.decoy(&text)?;
    let account = match named {
        None => Some(names.account(&text)?),
        Some(address) => claimant(cx, &address).await?,
    };
    let hides = cx.pinbolt.hides_accounts();
    let found = match account {
        Some(account) => {
            let row = Row::load(cx, Kind::Account, account).await?;
            row.current(cx).is_some_and(|record| answers(&record, named)).then_some(row)
        }
        // The load that a claim's account would have been.
        None if hides => cx.load(&decoy).await.map(|_| None)?,
        None => None,
    };
    let row = match (found, hides) {
        (Some(row), true) => {
            cx.load(&decoy).await?;
            row
        }
        (Some(row), false) => row,
        (None, true) => {
            let row = Row::load(cx, Kind::Decoy, decoy).await?;
            // Looked at as an account is; it answers to whatever name.
            let _answers = row.current(cx).is_some_and(|record| answers(&record, named));
            row
        }
        (None, false) => return Err(Refusal::UnknownAccount.into()),
    };
    let typed = match name {
        Name::Account(_) => None,
        Name::Address(address) => Some(address),
    };
    Ok(Target { row, named, typed })
}

/// The account to which alone the claim on an address points. Only a pointer: the account record
/// decides.
async fn claimant(cx: &mut Cx, address: &[u8; 32]) -> Result<Option<RowName>, Failure> {
    let row = cx.pinbolt.names().claim(address)?;
    let snapshot = cx.load(&row).await?;
    let claim: Claim = match &snapshot {
        Some(snapshot) => cx.open((Kind::Claim, &row), snapshot)?,
        None => cx.pinbolt.no_claim()?,
    };
    let sole = claim.sole().map(|account| cx.pinbolt.names().account(account));
    Ok(sole.transpose()?.filter(|_| snapshot.is_some()))
}

/// Whether an account answers to the name, by its own clock: it isn't cancelled, and the address is
/// its own by now.
pub(super) fn answers(record: &Account, named: Option<[u8; 32]>) -> bool {
    let now = record.seen;
    let own = |address| record.addresses.iter().any(|a| a.key == address && a.names(now));
    record.state != State::Cancelled && named.is_none_or(own)
}
