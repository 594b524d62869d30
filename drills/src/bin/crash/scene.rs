//! What stands before each verb: a person in the middle of everything.

use pinbolt::{
    Lane,
    driver::Clock,
    op::{CONFIRM, Confirm, Evidence, Verify},
    policy::Purpose,
    testkit::{MemoryStore, VirtualClock},
};
use pinbolt_drills::{
    ANA, CALLER, Cut, EMAIL, Open, PHONE, PIN, Result, STEP_UP, World, by_operator, pinbolt,
    policy, seeded, sign_in, wrong,
};

use crate::{
    held::{self, Held},
    ledgers::Ledgers,
    ticket_cases::{ACTIVATE, DOSSIER, Pair},
};

/// A candidate of the account's, with a code on its way.
pub(crate) const CANDIDATE: &str = "+351912000583";
/// An address that another account began to bind, and never did: its claim stands.
pub(crate) const ORPHAN: &str = "+351912000926";
/// Another account, with a PIN and no address.
pub(crate) const RUI: &str = "rui";
/// The PIN that the account gets.
pub(crate) const NEW_PIN: &str = "904173";

const NOW: u64 = 1_800_000_000_000;
/// After the cooldown, and before the codes expire.
const LATER: u64 = 31_000;
/// A running wait: the first one of the policy.
pub(crate) const WAIT: u64 = 30_000;

pub(crate) type Stage = World<MemoryStore, VirtualClock>;

/// An account with an outstanding sign-in, an outstanding confirmation, tokens, recovery codes,
/// failures in every ledger and a running wait; and what all of that must answer.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) world: Stage,
    pub(crate) sign_in: Open,
    pub(crate) confirmation: Open,
    /// A ticket, where the case has one.
    pub(crate) pair: Pair,
    pub(crate) state: State,
}

/// What new operations must find.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) exists: bool,
    pub(crate) blocked: bool,
    pub(crate) pin: &'static str,
    pub(crate) bound: usize,
    pub(crate) ledgers: Ledgers,
    /// What the code of the sign-in answers.
    pub(crate) sign_in: &'static str,
    /// What the code of the confirmation answers.
    pub(crate) confirmation: &'static str,
    /// Its tokens and recovery codes.
    pub(crate) held: Held,
}

impl Scene {
    pub(crate) fn new() -> Result<Self> {
        let clock = VirtualClock::at(NOW);
        let policy = policy().cheapest_hash().set("binding.intent", 30)?;
        let policy = policy.set("recovery.codes", 4)?.set("address.phones", 8)?;
        let policy = policy.set("address.cooling", 1)?;
        let policy =
            policy.purpose(Purpose::activation(ACTIVATE)).purpose(Purpose::ticket(DOSSIER));
        let world = World::new(pinbolt(policy)?, (MemoryStore::new(), clock), seeded());
        world.enroll(ANA, PIN, &[PHONE, EMAIL])?;
        world.enroll(RUI, PIN, &[])?;
        let sign_in = world.begin(sign_in(ANA, PIN))?;
        let confirmation = confirm(&world, ANA, CANDIDATE)?;
        orphan(&world)?;
        let codes = held::give(&world)?;
        world.clock.advance(LATER);
        fail(&world, [&sign_in, &confirmation])?;
        held::fail(&world, &codes)?;
        let seen = world.describe(ANA)?.ok_or("the account is gone")?;
        let state = State {
            exists: true,
            blocked: false,
            pin: PIN,
            bound: 2,
            ledgers: Ledgers::of(&seen),
            sign_in: "Granted",
            confirmation: "Granted",
            held: Held::new(&seen, codes),
        };
        Ok(Self { world, sign_in, confirmation, pair: Pair::default(), state })
    }

    /// The same on rows of its own.
    pub(crate) fn copy(&self) -> Self {
        let Self { sign_in, confirmation, pair, state, .. } = self;
        let (sign_in, confirmation, state) = (sign_in.clone(), confirmation.clone(), state.clone());
        Self { world: copy(&self.world), sign_in, confirmation, pair: pair.clone(), state }
    }

    pub(crate) fn now(&self) -> u64 {
        self.world.clock.now()
    }
}

/// A copy of every row, at the same time, with an empty outbox.
pub(crate) fn copy(world: &Stage) -> Stage {
    let store = MemoryStore::new();
    for (row, snapshot) in world.engine.store().rows() {
        store.tamper(&row, Some(snapshot));
    }
    world.beside((store, VirtualClock::at(world.clock.now())))
}

/// Wrong codes and wrong PINs in each lane, the last of them up to a wait.
fn fail(world: &Stage, outstanding: [&Open; 2]) -> Result<()> {
    for open in outstanding {
        expect(world.named(open.guess(&wrong(&open.code, 0)?))?, "WrongCode")?;
    }
    for (lane, times) in [(Lane::Stranger, 2), (Lane::FirstFactor, 9), (Lane::KnownDevice, 10)] {
        for _ in 0..times {
            expect(world.named(verify(&wrong(PIN, 0)?, lane))?, "WrongCredentials")?;
        }
    }
    Ok(())
}

/// A code to an address.
pub(crate) fn confirm(world: &Stage, account: &str, address: &str) -> Result<Open> {
    change(world, account, (address, None))
}

/// A code to an address that takes the place of another.
pub(crate) fn change(
    world: &Stage,
    account: &str,
    (address, replaces): (&str, Option<&str>),
) -> Result<Open> {
    let authority = by_operator()?;
    let confirm = Confirm { account, address, replaces, authority, caller: CALLER };
    world.arrived(CONFIRM, world.granted(confirm)?)
}

/// A binding that ends between its second and its third write.
fn orphan(world: &Stage) -> Result<()> {
    let open = confirm(world, RUI, ORPHAN)?;
    // Load, commit the intent, load the claim, commit it.
    let cut = Cut { question: 3, after: true };
    let mut drive = world.drive(&world.outbox, Some(cut));
    let ended = drive.run(world.start(open.finish())?).is_some();
    expect((ended, drive.applied.len()), (false, 2))
}

/// A PIN alone.
pub(crate) const fn verify(pin: &str, lane: Lane) -> Verify<'_> {
    Verify {
        name: ANA,
        purpose: STEP_UP,
        evidence: Evidence::pin(pin),
        caller: CALLER.in_lane(lane),
        context: b"",
    }
}

/// Two things that must be the same.
pub(crate) fn expect<T: PartialEq + core::fmt::Debug>(found: T, expected: T) -> Result<()> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{found:?} instead of {expected:?}").into()),
    }
}
