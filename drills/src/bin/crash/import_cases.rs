//! Accounts that come from another system, and what must stand after their one write.

use pinbolt::{
    driver::Clock,
    oath::Algorithm,
    op::{Description, Failures, Import, ImportedToken, TokenKind, Took, Verify, Weak},
};
use pinbolt_drills::{
    ANA, CALLER, Device, Drive, OTP, PIN, RECOVER, Result, answered, named, operator,
};

use crate::{
    cases::{Case, EVA, PLAIN},
    scene::{Scene, Stage, copy, expect},
};

/// How far the account's counter is in the other system.
const FURTHER: u64 = 9;
const PHONE: Device = Device::totp(7, 30);
const CODES: [&str; 2] = ["k3pqz-w7mnt-x2a", "h9dfr-c4vjb-y6e"];

pub(crate) const IMPORT_CASES: &[Case] = &[
    Case {
        verb: "import",
        run: |scene, drive| run(scene, drive, EVA, &[phone(&scene.world)]),
        also: |scene, writes| {
            expect(scene.world.describe(EVA)?.is_some(), writes > 0)?;
            again(scene, writes > 0)
        },
        ..PLAIN
    },
    // Into an account that has it all.
    Case {
        verb: "import",
        run: |scene, drive| run(scene, drive, ANA, &[counter()]),
        expect: |scene, writes| {
            if writes > 0
                && let Some(token) = scene.state.held.token(2)
            {
                token.counter = Some(FURTHER);
            }
        },
        ..PLAIN
    },
];

fn run(
    scene: &Scene,
    drive: &mut Drive<'_>,
    account: &str,
    tokens: &[ImportedToken<'_>],
) -> Result<Option<&'static str>> {
    let import = import((account, account == EVA), tokens)?;
    let Some(done) = drive.run(scene.world.start(import)?) else { return Ok(None) };
    Ok(Some(named(&answered(done.result)?)))
}

fn import<'a>(
    (account, fails): (&'a str, bool),
    tokens: &'a [ImportedToken<'a>],
) -> Result<Import<'a>> {
    Ok(Import {
        account,
        tokens,
        recovery_codes: Some(&CODES),
        pin: Some(PIN),
        failures: fails.then_some(Failures { count: 3, last: 0 }),
        dangerously_accept: Weak::default(),
        operator: operator()?,
    })
}

/// Whose last code was used there just now.
fn phone(world: &Stage) -> ImportedToken<'static> {
    let last_step = Some(PHONE.at(world.clock.now()).saturating_sub(1));
    token((&PHONE_SECRET, PHONE.kind), last_step)
}

fn counter() -> ImportedToken<'static> {
    token((&COUNTER_SECRET, TokenKind::Hotp { counter: FURTHER }), None)
}

/// Of the drills' devices.
const PHONE_SECRET: [u8; 20] = [7; 20];
const COUNTER_SECRET: [u8; 20] = [2; 20];

const fn token(
    (secret, kind): (&'static [u8; 20], TokenKind),
    last_step: Option<u64>,
) -> ImportedToken<'static> {
    let (algorithm, digits) = (Algorithm::Sha1, 8);
    ImportedToken { label: "old", kind, algorithm, digits, secret, last_step, clock_ahead: 0 }
}

/// Run again, it leaves what one run leaves: nothing twice, and no code that was used there.
fn again(scene: &Scene, stood: bool) -> Result<()> {
    let world = copy(&scene.world);
    let tokens = [phone(&world)];
    let imported = world.granted(import((EVA, true), &tokens)?)?;
    let took = if stood { Took::Kept } else { Took::Added };
    expect((imported.created, imported.tokens), (!stood, vec![(took, 1)]))?;
    expect((imported.recovery_codes, imported.pin), (Some(took), Some(took)))?;
    let seen: Description = world.describe(EVA)?.ok_or("the account is gone")?;
    expect((seen.tokens.len(), seen.recovery_codes_left), (1, Some(CODES.len())))?;
    expect(seen.ledgers.iter().all(|ledger| ledger.failures == 3), true)?;
    let at = PHONE.at(world.clock.now());
    for (step, expected) in [(at.saturating_sub(1), "AlreadyUsed"), (at, "Granted")] {
        expect(world.named(typed(OTP, &PHONE.code(step)?))?, expected)?;
    }
    for code in CODES {
        expect(world.named(typed(RECOVER, code))?, "Granted")?;
        expect(world.named(typed(RECOVER, code))?, "AlreadyUsed")?;
    }
    Ok(())
}

fn typed<'a>(purpose: &'a str, code: &'a str) -> Verify<'a> {
    let evidence = match purpose {
        OTP => pinbolt::op::Evidence::otp(code),
        _ => pinbolt::op::Evidence::recovery_code(code),
    };
    Verify { name: EVA, purpose, evidence, caller: CALLER, context: b"" }
}
