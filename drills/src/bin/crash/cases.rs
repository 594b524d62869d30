//! The verbs, and what must stand after so many of a verb's writes on its account were applied.

use pinbolt::{
    Authenticator, Channel, Lane,
    driver::Handover,
    op::{
        Block, Cancel, CancelAccount, ChangePin, Confirm, Enroll, Resend, ResetPin, Unblock,
        Unlock, Verb,
    },
};
use pinbolt_drills::{
    ANA, CALLER, Drive, EMAIL, PHONE, PIN, Result, answered, by_operator, named, operator, sign_in,
    wrong,
};

use crate::{
    binding,
    scene::{CANDIDATE, NEW_PIN, ORPHAN, Scene, WAIT, confirm, expect, verify},
};

/// An account that isn't enrolled yet, and its addresses.
pub(crate) const EVA: &str = "eva";
pub(crate) const EVAS: [&str; 2] = ["+351912000741", "eva@example.org"];
/// An address that nobody has named yet.
const ANOTHER: &str = "+351912000369";

/// A verb in one situation.
pub(crate) struct Case {
    pub(crate) verb: &'static str,
    /// How it ends when it isn't dropped.
    pub(crate) ends: &'static str,
    /// How often it has then written its account.
    pub(crate) writes: usize,
    /// What is changed in the scene first.
    pub(crate) prepare: fn(&mut Scene) -> Result<()>,
    /// Runs the verb; the name of its answer, or none where it was dropped.
    pub(crate) run: fn(&Scene, &mut Drive<'_>) -> Result<Option<&'static str>>,
    /// Writes into the scene's state what so many applied writes on the account have changed.
    pub(crate) expect: fn(&mut Scene, usize),
    /// What else must hold then.
    pub(crate) also: fn(&Scene, usize) -> Result<()>,
}

/// A verb that is granted by one write, changes nothing that the scene shows, and needs no
/// preparation.
pub(crate) const PLAIN: Case = Case {
    verb: "",
    ends: "Granted",
    writes: 1,
    prepare: |_| Ok(()),
    run: |_, _| Ok(None),
    expect: |_, _| {},
    also: |_, _| Ok(()),
};

pub(crate) const CASES: &[Case] = &[
    Case {
        verb: "enroll",
        writes: 3,
        run: |scene, drive| {
            let asserted_by = Some(operator()?);
            go(scene, drive, Enroll { account: EVA, pin: Some(PIN), addresses: &EVAS, asserted_by })
        },
        also: |scene, writes| binding::enrolled(&scene.world, writes),
        ..PLAIN
    },
    Case {
        verb: "confirm",
        run: |scene, drive| {
            let (authority, address) = (by_operator()?, ANOTHER);
            go(
                scene,
                drive,
                Confirm { account: ANA, address, replaces: None, authority, caller: CALLER },
            )
        },
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.confirmation = "Superseded";
            }
        },
        also: |scene, _| binding::one_owner(&scene.world, ANA, ANOTHER),
        ..PLAIN
    },
    Case {
        verb: "begin",
        writes: 2,
        run: |scene, drive| go(scene, drive, sign_in(PHONE, PIN)),
        expect: |scene, writes| {
            tried(scene, writes);
            if writes > 1 {
                scene.state.sign_in = "Superseded";
            }
        },
        ..PLAIN
    },
    Case {
        verb: "resend",
        run: |scene, drive| {
            let handle = &scene.sign_in.handle;
            go(scene, drive, Resend { handle, channel: Channel::Email, caller: CALLER })
        },
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.sign_in = "Superseded";
            }
        },
        ..PLAIN
    },
    Case {
        verb: "finish",
        run: |scene, drive| go(scene, drive, scene.sign_in.finish()),
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.sign_in = "AlreadyUsed";
                scene.state.ledgers.reset(Authenticator::CODE, Lane::FirstFactor);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "finish",
        ends: "WrongCode",
        run: |scene, drive| go(scene, drive, scene.sign_in.guess(&wrong(&scene.sign_in.code, 1)?)),
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.ledgers.fail(Authenticator::CODE, Lane::FirstFactor, None);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "finish of a confirmation",
        writes: 2,
        run: |scene, drive| go(scene, drive, scene.confirmation.finish()),
        expect: confirmed,
        also: |scene, _| binding::one_owner(&scene.world, ANA, CANDIDATE),
        ..PLAIN
    },
    // The claim names another account, which is written first.
    Case {
        verb: "finish of a confirmation",
        writes: 2,
        prepare: |scene| {
            scene.confirmation = confirm(&scene.world, ANA, ORPHAN)?;
            Ok(())
        },
        run: |scene, drive| go(scene, drive, scene.confirmation.finish()),
        expect: confirmed,
        also: |scene, _| binding::one_owner(&scene.world, ANA, ORPHAN),
        ..PLAIN
    },
    Case {
        verb: "verify",
        writes: 2,
        run: |scene, drive| go(scene, drive, verify(PIN, Lane::Stranger)),
        expect: tried,
        ..PLAIN
    },
    // The failure that starts a wait.
    Case {
        verb: "verify",
        ends: "WrongCredentials",
        run: |scene, drive| go(scene, drive, verify(&wrong(PIN, 1)?, Lane::FirstFactor)),
        expect: |scene, writes| {
            let opens = Some(scene.now().saturating_add(WAIT));
            if writes > 0 {
                scene.state.ledgers.fail(Authenticator::PIN, Lane::FirstFactor, opens);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "change_pin",
        writes: 2,
        run: |scene, drive| {
            go(scene, drive, ChangePin { account: ANA, old: PIN, new: NEW_PIN, caller: CALLER })
        },
        expect: |scene, writes| {
            tried(scene, writes);
            if writes > 1 {
                new_pin(scene);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "reset_pin",
        run: |scene, drive| {
            go(scene, drive, ResetPin { account: ANA, new: NEW_PIN, authority: by_operator()? })
        },
        expect: |scene, writes| {
            if writes > 0 {
                new_pin(scene);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "unlock",
        run: |scene, drive| {
            let (authenticator, authority) = (Authenticator::PIN, by_operator()?);
            go(scene, drive, Unlock { account: ANA, authenticator, authority })
        },
        expect: |scene, writes| {
            for lane in [Lane::Stranger, Lane::FirstFactor, Lane::KnownDevice] {
                if writes > 0 {
                    scene.state.ledgers.reset(Authenticator::PIN, lane);
                }
            }
        },
        ..PLAIN
    },
    Case {
        verb: "block",
        run: |scene, drive| go(scene, drive, Block { account: ANA, operator: operator()? }),
        expect: |scene, writes| {
            if writes > 0 {
                blocked(scene);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "unblock",
        prepare: |scene| {
            blocked(scene);
            scene.world.granted(Block { account: ANA, operator: operator()? })
        },
        run: |scene, drive| go(scene, drive, Unblock { account: ANA, operator: operator()? }),
        expect: |scene, writes| scene.state.blocked = writes == 0,
        ..PLAIN
    },
    Case {
        verb: "cancel",
        run: |scene, drive| {
            go(scene, drive, Cancel { handle: &scene.sign_in.handle, caller: CALLER })
        },
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.sign_in = "Ended";
            }
        },
        ..PLAIN
    },
    Case {
        verb: "cancel_account",
        run: |scene, drive| {
            go(scene, drive, CancelAccount { account: ANA, authority: by_operator()? })
        },
        expect: |scene, writes| {
            if writes > 0 {
                let ended = ("Ended", "Ended");
                (scene.state.sign_in, scene.state.confirmation) = ended;
                scene.state.exists = false;
            }
        },
        also: |scene, writes| {
            [PHONE, EMAIL].iter().try_for_each(|at| binding::freed(&scene.world, at, writes))
        },
        ..PLAIN
    },
    Case {
        verb: "dispatch",
        prepare: |scene| {
            scene.state.sign_in = "Superseded";
            scene.state.ledgers.reset(Authenticator::PIN, Lane::Stranger);
            Ok(())
        },
        run: |scene, drive| {
            let dispatch = scene.world.granted(sign_in(ANA, PIN))?.dispatch;
            scene.world.outbox.answer(Handover::Refused);
            let delivered = drive.run(dispatch.start(scene.now(), scene.world.fresh()?));
            delivered.map(|done| Ok(named(&answered(done.result)?))).transpose()
        },
        // The cooldown is given back by the write, and not without it.
        also: |scene, writes| {
            let sent = scene.copy().world.granted(sign_in(ANA, PIN))?.challenge.sent;
            expect(sent, writes > 0)
        },
        ..PLAIN
    },
];

pub(crate) fn go<V: Verb>(
    scene: &Scene,
    drive: &mut Drive<'_>,
    verb: V,
) -> Result<Option<&'static str>> {
    let done = drive.run(scene.world.start(verb)?);
    done.map(|done| Ok(named(&answered(done.result)?))).transpose()
}

/// A right PIN of a stranger: counted by the first write, settled by the second.
pub(crate) fn tried(scene: &mut Scene, writes: usize) {
    let (pin, lane) = (Authenticator::PIN, Lane::Stranger);
    match writes {
        0 => {}
        1 => scene.state.ledgers.fail(pin, lane, None),
        _ => scene.state.ledgers.reset(pin, lane),
    }
}

/// A right code for a candidate: used up by the first write, which ends what else is outstanding;
/// bound by the second.
pub(crate) fn confirmed(scene: &mut Scene, writes: usize) {
    if writes > 0 {
        (scene.state.confirmation, scene.state.sign_in) = ("AlreadyUsed", "Ended");
        scene.state.ledgers.reset(Authenticator::CODE, Lane::FirstFactor);
    }
    if writes > 1 {
        scene.state.bound = 3;
    }
}

/// It ends what rests on the old one, and a confirmation that its thief may have asked for.
fn new_pin(scene: &mut Scene) {
    let ended = ("Ended", "Ended");
    (scene.state.sign_in, scene.state.confirmation) = ended;
    scene.state.pin = NEW_PIN;
}

fn blocked(scene: &mut Scene) {
    let ended = ("Ended", "Ended");
    (scene.state.sign_in, scene.state.confirmation) = ended;
    scene.state.blocked = true;
}
