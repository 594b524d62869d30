//! The verbs of an address's life and of civil documents, and what must stand after their writes.

use pinbolt::{
    Document,
    op::{Registrations, ReleaseAddress, SuspendAddress, TieIdentity, UntieIdentity},
};
use pinbolt_drills::{ANA, EMAIL, Result, by_operator, operator};

use crate::{
    binding::{self, LAPSE},
    cases::{Case, PLAIN, confirmed, go},
    scene::{CANDIDATE, RUI, Stage, change, copy, expect},
};

/// What takes the e-mail address's place.
const NEXT: &str = "ana.next@example.org";

pub(crate) const LIFE_CASES: &[Case] = &[
    Case {
        verb: "finish of a change",
        writes: 2,
        prepare: |scene| {
            scene.confirmation = change(&scene.world, ANA, (NEXT, Some(EMAIL)))?;
            Ok(())
        },
        run: |scene, drive| go(scene, drive, scene.confirmation.finish()),
        expect: confirmed,
        also: |scene, writes| {
            binding::one_owner(&scene.world, ANA, NEXT)?;
            binding::replaced(&scene.world, EMAIL, writes)
        },
        ..PLAIN
    },
    Case {
        verb: "release_address",
        run: |scene, drive| {
            let authority = by_operator()?;
            go(scene, drive, ReleaseAddress { account: ANA, address: EMAIL, authority })
        },
        expect: |scene, writes| scene.state.bound = 2usize.saturating_sub(writes),
        also: |scene, writes| binding::freed(&scene.world, EMAIL, writes),
        ..PLAIN
    },
    // Of a candidate: its code ends.
    Case {
        verb: "release_address",
        run: |scene, drive| {
            let authority = by_operator()?;
            go(scene, drive, ReleaseAddress { account: ANA, address: CANDIDATE, authority })
        },
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.confirmation = "Ended";
            }
        },
        ..PLAIN
    },
    Case {
        verb: "suspend_address",
        run: |scene, drive| {
            let (account, operator) = (None, operator()?);
            go(scene, drive, SuspendAddress { address: EMAIL, account, operator })
        },
        also: |scene, writes| {
            let seen = scene.world.describe(ANA)?.ok_or("the account is gone")?;
            let suspended = seen.addresses.iter().filter(|a| a.suspended.is_some()).count();
            expect(suspended, writes)
        },
        ..PLAIN
    },
    Case {
        verb: "tie_identity",
        writes: 2,
        run: |scene, drive| {
            let (document, operator) = (&card()?, operator()?);
            go(scene, drive, TieIdentity { account: ANA, document, operator })
        },
        also: |scene, writes| {
            expect(registered(&scene.world)?.len(), writes.saturating_sub(1))?;
            one_document(&scene.world)
        },
        ..PLAIN
    },
    Case {
        verb: "untie_identity",
        prepare: |scene| expect(tie(&scene.world, ANA)?, "Granted"),
        run: |scene, drive| go(scene, drive, UntieIdentity { account: ANA, operator: operator()? }),
        also: |scene, writes| {
            let world = copy(&scene.world);
            expect(registered(&world)?.len(), 1usize.saturating_sub(writes))?;
            expect(tie(&world, RUI)?, if writes > 0 { "Granted" } else { "IdentityTaken" })
        },
        ..PLAIN
    },
];

/// Whoever is tied to the document first has it, once an interrupted tie has lapsed; it can be freed
/// and given to the other.
fn one_document(world: &Stage) -> Result<()> {
    for later in [0, LAPSE] {
        for order in [[ANA, RUI], [RUI, ANA]] {
            let world = copy(world);
            world.clock.advance(later);
            for account in order {
                tie(&world, account)?;
            }
            let owners = registered(&world)?;
            expect(owners.len(), 1)?;
            for (account, other) in [(ANA, RUI), (RUI, ANA)] {
                if owners.iter().any(|owner| owner == account) {
                    world.granted(UntieIdentity { account, operator: operator()? })?;
                    expect(tie(&world, other)?, "Granted")?;
                }
            }
        }
    }
    Ok(())
}

fn tie(world: &Stage, account: &str) -> Result<&'static str> {
    world.named(TieIdentity { account, document: &card()?, operator: operator()? })
}

fn registered(world: &Stage) -> Result<Vec<String>> {
    world.granted(Registrations { document: &card()?, operator: operator()? })
}

fn card() -> Result<Document> {
    Ok(Document::new("passport", "PT", "AB123456")?)
}
