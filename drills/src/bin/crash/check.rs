//! What every stop is held against, each time by new operations on a copy of the rows.

use pinbolt::{Lane, op::Unblock};
use pinbolt_drills::{ANA, EMAIL, PHONE, PIN, Result, Trouble, operator, sign_in};

use crate::{
    binding::LAPSE,
    held,
    ledgers::Ledgers,
    scene::{NEW_PIN, RUI, Scene, State, expect, verify},
};

/// The store after a stop holds what the scene's state says.
pub(crate) fn check(scene: &Scene) -> Result<()> {
    records(scene).map_err(about("the records"))?;
    codes(scene).map_err(about("the codes"))?;
    pins(scene).map_err(about("the PINs"))?;
    held::check(scene).map_err(about("the tokens and recovery codes"))?;
    comes_back(scene).map_err(about("coming back"))
}

fn about(what: &'static str) -> impl FnOnce(Trouble) -> Trouble {
    move |why| format!("{what}: {why}").into()
}

/// Every record is readable; no counted failure and no wait was lost, and none was made up.
fn records(scene: &Scene) -> Result<()> {
    expect(scene.world.describe(RUI)?.is_some(), true)?;
    let state = &scene.state;
    let Some(seen) = scene.world.describe(ANA)? else { return expect(false, state.exists) };
    expect(true, state.exists)?;
    expect(seen.blocked, state.blocked)?;
    expect(seen.addresses.iter().filter(|a| a.bound.is_some()).count(), state.bound)?;
    expect(Ledgers::of(&seen), state.ledgers.clone())?;
    state.held.is_shown(&seen)
}

/// A code answers as it must, and is accepted once at most.
fn codes(scene: &Scene) -> Result<()> {
    let State { sign_in, confirmation, .. } = &scene.state;
    for (open, expected) in [(&scene.sign_in, *sign_in), (&scene.confirmation, *confirmation)] {
        let world = scene.copy().world;
        expect(world.named(open.finish())?, expected)?;
        let again = if expected == "Granted" { "AlreadyUsed" } else { expected };
        expect(world.named(open.finish())?, again)?;
    }
    Ok(())
}

/// The PIN that stands is right, and the other one isn't.
fn pins(scene: &Scene) -> Result<()> {
    let state = &scene.state;
    for pin in [PIN, NEW_PIN] {
        let right = pin == state.pin && state.exists && !state.blocked;
        let expected = if right { "Granted" } else { "WrongCredentials" };
        expect(scene.copy().world.named(verify(pin, Lane::Stranger))?, expected)?;
    }
    Ok(())
}

/// The person can sign in again, by id and by number, whatever it takes: time, a desk that lifts
/// the block, another enrolment.
fn comes_back(scene: &Scene) -> Result<()> {
    let Scene { world, state, .. } = scene.copy();
    world.clock.advance(LAPSE);
    if state.blocked {
        world.granted(Unblock { account: ANA, operator: operator()? })?;
    }
    if !state.exists {
        world.enroll(ANA, state.pin, &[PHONE, EMAIL])?;
    }
    if scene.state.exists {
        held::comes_back(&world, state.pin)?;
    }
    for name in [ANA, PHONE] {
        let open = world.begin(sign_in(name, state.pin))?;
        expect(world.granted(open.finish())?.account(), ANA)?;
    }
    Ok(())
}
