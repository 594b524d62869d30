//! The challenge behind a handle, if it still stands. Nothing here depends on a code: what is
//! refused here writes nothing and counts nothing.

use super::{
    CONFIRM,
    cx::Cx,
    issue::session_mac,
    row::{MEMORY, Row},
};
use crate::{
    caller::Owned,
    code::Handle,
    error::{Failure, Refusal},
    guard::Lane,
    policy::Purpose,
    record::{Account, Challenge, HeldAddress, Kind, Progress, State},
};

/// A handle, opened, and shown by the session that it was given to.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) handle: Handle,
    pub(super) purpose: Purpose,
}

impl Asked {
    pub(super) fn is_for(&self, purpose: &str) -> bool {
        match self.purpose.confirms() {
            true => purpose == CONFIRM,
            false => purpose == self.purpose.name(),
        }
    }
}

/// Opens a handle.
pub(super) fn asked(cx: &Cx, handle: &str, caller: &Owned) -> Result<Asked, Refusal> {
    opened(cx, handle, caller).inspect_err(|refusal| cx.refused("", *refusal))
}

fn opened(cx: &Cx, handle: &str, caller: &Owned) -> Result<Asked, Refusal> {
    let names = cx.pinbolt.names();
    let handle =
        Handle::open(handle, cx.pinbolt.keys(), &names).ok_or(Refusal::UnknownChallenge)?;
    let purpose = cx.pinbolt.policy().purpose(&handle.purpose).ok_or(Refusal::UnknownChallenge)?;
    match handle.session == session_mac(&cx.pinbolt, &caller.session) {
        true => Ok(Asked { handle, purpose }),
        false => Err(Refusal::WrongSession),
    }
}

/// The row of a handle. An account that is gone has a tombstone's answers.
pub(super) async fn row(cx: &mut Cx, asked: &Asked) -> Result<Row, Failure> {
    let Handle { kind, row, .. } = &asked.handle;
    let gone = Account { state: State::Cancelled, ..Account::new("", false, cx.now) };
    let loaded = Row::load(cx, *kind, row.clone()).await?;
    Ok(if *kind == Kind::Account { loaded.or_create(gone) } else { loaded })
}

/// The challenge of a handle, if its code may still be compared. Nothing here depends on a code:
/// these refusals write nothing and count nothing.
pub(super) fn standing<'a>(
    record: &'a Account,
    asked: &Asked,
    now: u64,
) -> Result<&'a Challenge, Refusal> {
    if record.state == State::Cancelled {
        return Err(Refusal::Ended);
    }
    // An unknown name's record forgets after five days; a known one's handle dies then too.
    if now.saturating_sub(asked.handle.issued) > MEMORY {
        return Err(Refusal::UnknownChallenge);
    }
    let Handle { number, salt, purpose, .. } = &asked.handle;
    let mut kept = record.all_series(purpose).flat_map(|series| &series.kept);
    let Some(challenge) = kept.find(|c| c.number == *number && c.salt == *salt) else {
        // Which lane it was in is forgotten.
        let newest = record.newer(purpose, (Lane::Stranger, *number));
        return Err(
            newest.map_or(Refusal::UnknownChallenge, |newest| Refusal::Superseded { newest })
        );
    };
    let newest = record.newer(purpose, (challenge.lane, *number));
    // A block ended every challenge; a phantom begun since then is to look like any other.
    if !record.acts() && !challenge.phantom {
        return Err(Refusal::Ended);
    }
    match challenge.progress {
        Progress::Consumed => return Err(Refusal::AlreadyUsed),
        _ if newest.is_some() => {
            return Err(newest.map_or(Refusal::Ended, |newest| Refusal::Superseded { newest }));
        }
        Progress::Ended => return Err(Refusal::Ended),
        Progress::Open if !rests(record, (asked, now), challenge) => return Err(Refusal::Ended),
        Progress::Open => {}
    }
    match challenge.is_live(now) {
        true => Ok(challenge),
        false => Err(Refusal::Expired),
    }
}

/// Whether what the challenge rests on still stands: the PIN, and the address.
fn rests(record: &Account, (asked, now): (&Asked, u64), challenge: &Challenge) -> bool {
    let purpose = &asked.purpose;
    if !purpose.channels().contains(&challenge.channel) {
        return false;
    }
    let pin = match challenge.generation {
        None => !purpose.factors().pin,
        rested => rested == record.generation(),
    };
    let stands = |held: &HeldAddress| {
        let serves = if purpose.confirms() { !held.has_left(now) } else { held.in_force(now) };
        held.nonce == challenge.held && serves
    };
    pin && (challenge.phantom || record.addresses.iter().any(stands))
}
