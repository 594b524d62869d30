//! Spending an address's send budget.

use super::cx::{Cx, Written};
use crate::{
    error::{Error, Refusal},
    guard::Lane,
    policy::Purpose,
    record::{Budget, Kind},
    row::{RowName, Write},
};

/// Spends one message of an address's budget. It gates no safety: a row that can't be written in
/// three tries answers Throttled.
pub(super) async fn spend(
    cx: &mut Cx,
    (purpose, address): (&Purpose, &[u8; 32]),
    lane: Lane,
) -> Result<Result<(), Refusal>, Error> {
    // A proof about its holder makes nobody a first factor for another's address; and what is sent
    // to candidates, by `confirm` or with a ticket, shows nobody what is sent to whoever holds the
    // address. Everybody may confirm any address, and spends nothing of what operators send there.
    let names = cx.pinbolt.names();
    let (row, lane) = match (purpose.confirms(), purpose.uses()) {
        (true, _) => (names.confirm_budget(address)?, Lane::Stranger),
        (false, Some(_)) => (names.ticket_budget(address)?, Lane::Stranger),
        (false, None) => (names.budget(address)?, lane),
    };
    for _ in 0..3 {
        let snapshot = cx.load(&row).await?;
        let expected = snapshot.as_ref().map(|snapshot| snapshot.version);
        let mut budget: Budget = match &snapshot {
            Some(snapshot) => cx.open((Kind::Throttle, &row), snapshot)?,
            None => Budget::default(),
        };
        let set_back = budget.sends.set_back(cx.now);
        let spent = budget.sends.spend(&cx.pinbolt.policy().sends(), lane, cx.now);
        let spent = spent.map_err(|until| Refusal::Throttled { until });
        // A refusal writes nothing, but for a clock set back: else the wait would begin anew at
        // each request.
        if spent.is_err() && !set_back {
            return Ok(spent);
        }
        let version = cx.version();
        let body = cx.seal((Kind::Throttle, &row, version), &budget)?;
        let keep_until = budget.sends.keep_until();
        let write = Write { row: row.clone(), expected, version, body: Some(body), keep_until };
        if let Ok(Written::Applied) = cx.commit(write).await {
            return Ok(spent);
        }
    }
    Ok(Err(Refusal::Throttled { until: cx.now.saturating_add(60_000) }))
}

/// The same of an account's notices, which go to whichever addresses it has.
pub(super) async fn spend_on_notices(
    cx: &mut Cx,
    (purpose, account): (&Purpose, &RowName),
    lane: Lane,
) -> Result<Result<(), Refusal>, Error> {
    let own = cx.pinbolt.names().no_address(account, "notices");
    spend(cx, (purpose, &own), lane).await
}
