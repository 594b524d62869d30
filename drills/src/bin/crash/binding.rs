//! An interrupted binding: the address never has two owners, and can be confirmed again.

use pinbolt::{
    Channel, Refusal,
    address::Address,
    op::{Begin, CONFIRM, Confirm, Enroll},
};
use pinbolt_drills::{ANA, CALLER, PIN, Result, by_operator, operator, sign_in};

use crate::{
    cases::{EVA, EVAS},
    scene::{RUI, Stage, copy, expect},
};

/// The cooling-off of a change.
pub(crate) const COOLING: u64 = 3_600_000;
/// Longer than a binding under way keeps others off an address.
pub(crate) const LAPSE: u64 = 601_000;

/// After an interrupted enrolment: all of it is there, or it can be made again.
pub(crate) fn enrolled(world: &Stage, writes: usize) -> Result<()> {
    let seen = world.describe(EVA)?;
    expect(seen.is_some(), writes > 0)?;
    let bound = seen.map_or(0, |seen| seen.addresses.iter().filter(|a| a.bound.is_some()).count());
    expect(bound, writes.saturating_sub(1))?;

    let again = copy(world);
    let asserted_by = Some(operator()?);
    let enroll = Enroll { account: EVA, pin: Some(PIN), addresses: &EVAS, asserted_by };
    expect(again.named(enroll)?, if writes > 0 { "AccountExists" } else { "Granted" })?;
    EVAS.iter().try_for_each(|address| one_owner(&again, EVA, address))
}

/// After an interrupted end of a registration: its addresses are free once it has ended.
pub(crate) fn freed(world: &Stage, address: &str, writes: usize) -> Result<()> {
    let world = copy(world);
    expect(take(&world, RUI, address)?, if writes > 0 { "Granted" } else { "AddressTaken" })?;
    expect(owners(&world, address)?, vec![if writes > 0 { RUI } else { ANA }])
}

/// Whoever confirms the address first has it, now or when the interrupted binding has lapsed,
/// unless it is bound already; nobody else has it then, and its name leads to the owner.
pub(crate) fn one_owner(world: &Stage, account: &'static str, address: &str) -> Result<()> {
    for later in [0, LAPSE] {
        for order in [[account, RUI], [RUI, account]] {
            let world = copy(world);
            world.clock.advance(later);
            for who in order {
                let before = owners(&world, address)?;
                let answer = take(&world, who, address)?;
                let after = owners(&world, address)?;
                match (before.as_slice(), after.as_slice()) {
                    ([], [owner]) if *owner == who => expect(answer, "Granted")?,
                    // Somebody else's binding under way keeps him off, until it lapses.
                    ([], []) if later == 0 && who == RUI => expect(answer, "AddressTaken")?,
                    // Its owner is told that it isn't in force yet.
                    ([one], [same]) if one == same && *one == who && answer == "AddressWaits" => {}
                    ([one], [same]) if one == same => expect(answer, "AddressTaken")?,
                    owners => return Err(format!("the owners are {owners:?}").into()),
                }
            }
            let owner = owners(&world, address)?;
            let channel = channel(address);
            world.clock.advance(COOLING);
            let open = world.begin(Begin { channel, ..sign_in(address, PIN) })?;
            let accepted = world.granted(open.finish())?;
            expect(vec![accepted.account()], owner)?;
        }
    }
    Ok(())
}

/// After an interrupted change: the replaced address is free once the new one is in force, and not
/// before.
pub(crate) fn replaced(world: &Stage, address: &str, writes: usize) -> Result<()> {
    for (later, free) in [(COOLING.saturating_sub(1), false), (COOLING, writes > 1)] {
        let world = copy(world);
        world.clock.advance(later);
        expect(take(&world, RUI, address)?, if free { "Granted" } else { "AddressTaken" })?;
    }
    Ok(())
}

/// The accounts to which an address is bound.
fn owners(world: &Stage, address: &str) -> Result<Vec<&'static str>> {
    let mask = Address::parse(address).map_err(|e| format!("{e:?}"))?.mask();
    let mut owners = Vec::new();
    for account in [ANA, RUI, EVA] {
        let held = world.describe(account)?.map(|seen| seen.addresses).unwrap_or_default();
        if held.iter().any(|a| a.masked == mask && a.bound.is_some()) {
            owners.push(account);
        }
    }
    Ok(owners)
}

/// Confirms an address and types the code; the name of the last answer.
pub(crate) fn take(world: &Stage, account: &str, address: &str) -> Result<&'static str> {
    for _ in 0..3 {
        let confirm =
            Confirm { account, address, replaces: None, authority: by_operator()?, caller: CALLER };
        match world.run(confirm)? {
            // The dropped operation issued a code that was never delivered.
            Ok(begun) if !begun.challenge.sent => world.clock.set(begun.challenge.resend_at),
            Ok(begun) => return world.named(world.arrived(CONFIRM, begun)?.finish()),
            Err(Refusal::Throttled { until }) => world.clock.set(until),
            Err(refusal) => return Ok(refusal.name()),
        }
    }
    Err("a confirmation is throttled without end".into())
}

fn channel(address: &str) -> Channel {
    match address.contains('@') {
        true => Channel::Email,
        false => Channel::Sms,
    }
}
