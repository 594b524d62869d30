//! Tickets and activations, and what must stand after their writes.

use pinbolt::{
    Authenticator, Lane, Refusal,
    op::{CloseTicket, Enroll, EnrollInactive, IssueTicket, PeekLink, Redeem, Verify},
};
use pinbolt_drills::{ANA, CALLER, EMAIL, PIN, Result, by_operator, operator};

use crate::{
    binding,
    cases::{Case, EVA, EVAS, PLAIN, go},
    scene::{self, CANDIDATE, Scene, Stage, copy, expect},
};

pub(crate) const ACTIVATE: &str = "activate";
pub(crate) const DOSSIER: &str = "dossier";
const TRIES: usize = 5;

/// A ticket in two hands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pair {
    purpose: &'static str,
    link: String,
    code: String,
}

impl Pair {
    fn redeem(&self) -> Redeem<'_> {
        let Self { purpose, link, code } = self;
        Redeem { purpose, link, code: Some(code), caller: CALLER, context: b"" }
    }

    /// The same with another code.
    fn guess(&self) -> Self {
        let first = if self.code.starts_with('7') { "8" } else { "7" };
        let rest = self.code.get(1..).unwrap_or_default();
        Self { code: format!("{first}{rest}"), ..self.clone() }
    }
}

pub(crate) const TICKET_CASES: &[Case] = &[
    Case {
        verb: "issue_ticket",
        prepare: |scene| prepare(scene, (ANA, DOSSIER), EMAIL),
        run: |scene, drive| go(scene, drive, ticket((ANA, DOSSIER), EMAIL)?),
        also: |scene, writes| {
            stands(scene, if writes > 0 { "Superseded" } else { "Granted" })?;
            let world = copy(&scene.world);
            let another = issue(&world, (ANA, DOSSIER), EMAIL)?;
            expect(world.named(another.redeem())?, "Granted")
        },
        ..PLAIN
    },
    // Good again and again.
    Case {
        verb: "redeem",
        prepare: |scene| prepare(scene, (ANA, DOSSIER), EMAIL),
        run: |scene, drive| go(scene, drive, scene.pair.redeem()),
        also: |scene, _| stands(scene, "Granted"),
        ..PLAIN
    },
    Case {
        verb: "redeem",
        ends: "WrongCode",
        prepare: |scene| prepare(scene, (ANA, DOSSIER), EMAIL),
        run: |scene, drive| go(scene, drive, scene.pair.guess().redeem()),
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.ledgers.fail(Authenticator::ISSUED_CODE, Lane::FirstFactor, None);
            }
        },
        also: |scene, writes| {
            let left = TRIES.saturating_sub(1).saturating_sub(writes);
            let refusal = Refusal::WrongCode { tries_left: left.try_into()? };
            let answer = copy(&scene.world).run(scene.pair.guess().redeem())?.map(drop);
            expect(answer, Err(refusal))?;
            stands(scene, "Granted")
        },
        ..PLAIN
    },
    // A change: the address is intended, bound, and then the ticket is used up.
    Case {
        verb: "redeem of an activation",
        writes: 3,
        prepare: |scene| prepare(scene, (ANA, ACTIVATE), CANDIDATE),
        run: |scene, drive| go(scene, drive, scene.pair.redeem()),
        expect: |scene, writes| {
            if writes > 0 {
                (scene.state.confirmation, scene.state.sign_in) = ("Ended", "Ended");
            }
            if writes > 1 {
                scene.state.bound = 3;
            }
        },
        also: |scene, writes| {
            once(scene, writes)?;
            binding::one_owner(&scene.world, ANA, CANDIDATE)
        },
        ..PLAIN
    },
    Case {
        verb: "redeem of an activation",
        writes: 3,
        prepare: |scene| {
            let [_, address] = EVAS;
            scene.world.granted(enroll(&[address]))?;
            prepare(scene, (EVA, ACTIVATE), address)
        },
        run: |scene, drive| go(scene, drive, scene.pair.redeem()),
        also: |scene, writes| {
            acts(&scene.world, writes > 2)?;
            once(scene, writes)?;
            let world = copy(&scene.world);
            world.named(scene.pair.redeem())?;
            acts(&world, true)
        },
        ..PLAIN
    },
    Case {
        verb: "enroll_inactive",
        run: |scene, drive| go(scene, drive, enroll(&EVAS)),
        also: |scene, writes| {
            if writes > 0 {
                acts(&scene.world, false)?;
            }
            expect(scene.world.describe(EVA)?.is_some(), writes > 0)
        },
        ..PLAIN
    },
    Case {
        verb: "close_ticket",
        prepare: |scene| prepare(scene, (ANA, DOSSIER), EMAIL),
        run: |scene, drive| {
            let authority = by_operator()?;
            go(scene, drive, CloseTicket { account: ANA, purpose: DOSSIER, authority })
        },
        also: |scene, writes| stands(scene, if writes > 0 { "Ended" } else { "Granted" }),
        ..PLAIN
    },
    Case {
        verb: "peek_link",
        writes: 0,
        prepare: |scene| prepare(scene, (ANA, DOSSIER), EMAIL),
        run: |scene, drive| go(scene, drive, PeekLink { link: &scene.pair.link, caller: CALLER }),
        ..PLAIN
    },
];

fn enroll<'a>(addresses: &'a [&'a str]) -> EnrollInactive<'a> {
    EnrollInactive(Enroll { account: EVA, pin: Some(PIN), addresses, asserted_by: None })
}

fn ticket<'a>((account, purpose): (&'a str, &'a str), address: &'a str) -> Result<IssueTicket<'a>> {
    let (address, operator) = (Some(address), operator()?);
    Ok(IssueTicket { account, purpose, address, context: b"", operator })
}

/// Issues, delivers, and reads the message.
fn issue(world: &Stage, of: (&str, &'static str), address: &str) -> Result<Pair> {
    let issued = world.granted(ticket(of, address)?)?;
    let code = issued.code().to_owned();
    world.engine.deliver(issued.dispatch)?;
    let link = world.outbox.last().and_then(|message| message.link).ok_or("no link arrived")?;
    Ok(Pair { purpose: of.1, link, code })
}

fn prepare(scene: &mut Scene, of: (&str, &'static str), address: &str) -> Result<()> {
    scene.pair = issue(&scene.world, of, address)?;
    Ok(())
}

/// The ticket answers so, however often, and never by its link alone.
fn stands(scene: &Scene, expected: &str) -> Result<()> {
    let world = copy(&scene.world);
    let alone = Redeem { code: None, ..scene.pair.redeem() };
    expect(world.named(alone)? == "Granted", false)?;
    expect(world.named(scene.pair.redeem())?, expected)?;
    expect(world.named(scene.pair.redeem())?, expected)
}

/// The activation is good until its last write, and then never again.
fn once(scene: &Scene, writes: usize) -> Result<()> {
    let world = copy(&scene.world);
    if writes < 3 {
        expect(world.named(scene.pair.redeem())?, "Granted")?;
    }
    expect(world.named(scene.pair.redeem())?, "AlreadyUsed")
}

/// Whether the account that was enrolled inactive passes anywhere.
fn acts(world: &Stage, does: bool) -> Result<()> {
    let seen = world.describe(EVA)?.ok_or("the account is gone")?;
    expect(seen.inactive, !does)?;
    let verify = Verify { name: EVA, ..scene::verify(PIN, Lane::Stranger) };
    let expected = if does { "Granted" } else { "WrongCredentials" };
    expect(copy(world).named(verify)?, expected)
}
