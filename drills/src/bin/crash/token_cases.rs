//! The verbs of tokens, recovery codes and combinations, and what must stand after their writes.

use pinbolt::{
    Authenticator, Lane,
    op::{Evidence, IssueRecoveryCodes, RemoveToken, ResyncToken},
};
use pinbolt_drills::{
    ANA, CALLER, Drive, PIN, PIN_AND_OTP, PIN_AND_RECOVERY, Result, answered, by_operator, named,
    wrong,
};

use crate::{
    cases::{Case, PLAIN, go, tried},
    held::{
        BOTH, CLOCK, COUNTER, FOURTH, MERE, NOBODYS, Token, USED, confirm, in_lane, otp, recover,
        wrong_code,
    },
    scene::{Scene, WAIT, expect},
};

const STRANGER: Lane = Lane::Stranger;
/// The counter at which the second token is found again.
const FAR: u64 = 30;
/// The candidate's tries before its last.
const BUT_ONE: u8 = 8;

pub(crate) const TOKEN_CASES: &[Case] = &[
    Case {
        verb: "verify",
        run: |scene, drive| go(scene, drive, otp(&CLOCK.code(CLOCK.at(scene.now()))?, STRANGER)),
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.held.tick();
                scene.state.ledgers.reset(Authenticator::OTP, STRANGER);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "verify",
        ends: "WrongCredentials",
        run: |scene, drive| go(scene, drive, otp(&wrong_code(&scene.world)?, STRANGER)),
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.ledgers.fail_by(BOTH, (Authenticator::OTP, STRANGER), None);
            }
        },
        ..PLAIN
    },
    // The failures that start a wait.
    Case {
        verb: "verify",
        ends: "WrongCredentials",
        run: |scene, drive| go(scene, drive, otp(&wrong_code(&scene.world)?, Lane::FirstFactor)),
        expect: |scene, writes| {
            let opens = Some(scene.now().saturating_add(WAIT));
            let ledger = (Authenticator::OTP, Lane::FirstFactor);
            if writes > 0 {
                scene.state.ledgers.fail_by(BOTH, ledger, opens);
            }
        },
        ..PLAIN
    },
    // A used code is written, and not counted.
    Case {
        verb: "verify",
        ends: "AlreadyUsed",
        run: |scene, drive| go(scene, drive, otp(&COUNTER.code(0)?, STRANGER)),
        ..PLAIN
    },
    Case {
        verb: "verify",
        writes: 2,
        run: |scene, drive| with_pin(scene, drive, (PIN, &COUNTER.code(2)?)),
        expect: |scene, writes| {
            tried(scene, writes);
            match writes {
                0 => {}
                1 => scene.state.ledgers.fail_by(BOTH, (Authenticator::OTP, STRANGER), None),
                _ => {
                    scene.state.ledgers.reset(Authenticator::OTP, STRANGER);
                    scene.state.held.count(2);
                }
            }
        },
        ..PLAIN
    },
    // Beside a wrong part all stay counted.
    Case {
        verb: "verify",
        ends: "WrongCredentials",
        writes: 2,
        run: |scene, drive| with_pin(scene, drive, (PIN, &wrong_code(&scene.world)?)),
        expect: |scene, writes| counted(scene, writes, [1, BOTH, 0]),
        ..PLAIN
    },
    Case {
        verb: "verify",
        ends: "WrongCredentials",
        writes: 2,
        run: |scene, drive| with_pin(scene, drive, (&wrong(PIN, 1)?, &COUNTER.code(2)?)),
        expect: |scene, writes| counted(scene, writes, [1, BOTH, 0]),
        ..PLAIN
    },
    Case {
        verb: "verify",
        ends: "AlreadyUsed",
        writes: 2,
        run: |scene, drive| with_pin(scene, drive, (PIN, &COUNTER.code(0)?)),
        expect: |scene, writes| counted(scene, writes, [0, 0, 0]),
        ..PLAIN
    },
    // Beside a used code nothing is counted.
    Case {
        verb: "verify",
        ends: "AlreadyUsed",
        writes: 2,
        run: |scene, drive| with_pin(scene, drive, (&wrong(PIN, 1)?, &COUNTER.code(0)?)),
        expect: |scene, writes| counted(scene, writes, [0, 0, 0]),
        ..PLAIN
    },
    Case {
        verb: "verify",
        writes: 2,
        run: |scene, drive| go(scene, drive, recover(code(scene, 0)?)),
        expect: |scene, writes| match writes {
            0 => {}
            1 => scene.state.ledgers.fail(Authenticator::RECOVERY_CODE, STRANGER, None),
            _ => recovered(scene),
        },
        ..PLAIN
    },
    // Alone, its reservation is its count.
    Case {
        verb: "verify",
        ends: "WrongCredentials",
        run: |scene, drive| go(scene, drive, recover(NOBODYS)),
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.ledgers.fail(Authenticator::RECOVERY_CODE, STRANGER, None);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "verify",
        ends: "AlreadyUsed",
        writes: 2,
        run: |scene, drive| go(scene, drive, recover(code(scene, USED)?)),
        expect: |scene, writes| {
            if writes == 1 {
                scene.state.ledgers.fail(Authenticator::RECOVERY_CODE, STRANGER, None);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "verify",
        writes: 2,
        run: |scene, drive| with_recovery_code(scene, drive, (PIN, code(scene, 0)?)),
        expect: |scene, writes| {
            tried(scene, writes);
            match writes {
                0 => {}
                1 => scene.state.ledgers.fail(Authenticator::RECOVERY_CODE, STRANGER, None),
                _ => recovered(scene),
            }
        },
        ..PLAIN
    },
    Case {
        verb: "verify",
        ends: "WrongCredentials",
        writes: 2,
        run: |scene, drive| with_recovery_code(scene, drive, (&wrong(PIN, 1)?, code(scene, 0)?)),
        expect: |scene, writes| {
            if writes > 0 {
                reserved(scene, [1, 0, 1]);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "confirm_token",
        run: |scene, drive| go(scene, drive, confirm(3, &MERE.code(0)?)),
        expect: |scene, writes| {
            let token = scene.state.held.token(3).filter(|_| writes > 0);
            if let Some(token) = token {
                (token.confirmed, token.counter, token.used) = (true, Some(1), true);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "confirm_token",
        ends: "WrongCode",
        run: |scene, drive| go(scene, drive, confirm(3, &wrong(&MERE.code(0)?, 0)?)),
        expect: |scene, writes| {
            scene.state.held.tries = BUT_ONE.saturating_sub(u8::from(writes > 0))
        },
        ..PLAIN
    },
    // Its last try.
    Case {
        verb: "confirm_token",
        ends: "WrongCode",
        prepare: |scene| {
            for _ in 0..BUT_ONE {
                let slip = wrong(&MERE.code(0)?, 0)?;
                expect(scene.world.named(confirm(3, &slip))?, "WrongCode")?;
            }
            scene.state.held.tries = 0;
            Ok(())
        },
        run: |scene, drive| go(scene, drive, confirm(3, &wrong(&MERE.code(0)?, 0)?)),
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.held.tokens.retain(|token| token.confirmed);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "resync_token",
        run: |scene, drive| resync(scene, drive, [FAR, FAR.saturating_add(1)]),
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.held.count(FAR.saturating_add(1));
                scene.state.ledgers.reset(Authenticator::OTP, STRANGER);
            }
        },
        ..PLAIN
    },
    // Of a guess at one token one is counted.
    Case {
        verb: "resync_token",
        ends: "WrongCredentials",
        run: |scene, drive| resync(scene, drive, [FAR, FAR]),
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.ledgers.fail(Authenticator::OTP, STRANGER, None);
            }
        },
        ..PLAIN
    },
    Case {
        verb: "add_token",
        run: |scene, drive| go(scene, drive, FOURTH.add(false)?),
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.held.tokens.push(Token::candidate(4));
            }
        },
        also: |scene, writes| {
            let answer = scene.copy().world.named(confirm(4, &FOURTH.code(0)?))?;
            expect(answer, if writes > 0 { "Granted" } else { "UnknownToken" })
        },
        ..PLAIN
    },
    Case {
        verb: "issue_recovery_codes",
        run: issue,
        expect: |scene, writes| {
            if writes > 0 {
                let held = &mut scene.state.held;
                (held.first, held.left) = ("WrongCredentials", held.codes.len());
            }
        },
        ..PLAIN
    },
    Case {
        verb: "remove_token",
        run: |scene, drive| {
            go(scene, drive, RemoveToken { account: ANA, token: 2, authority: by_operator()? })
        },
        expect: |scene, writes| {
            if writes > 0 {
                scene.state.held.tokens.retain(|token| token.number != 2);
            }
        },
        ..PLAIN
    },
];

fn code(scene: &Scene, at: usize) -> Result<&str> {
    Ok(scene.state.held.codes.get(at).ok_or("no such code")?)
}

fn with_pin(
    scene: &Scene,
    drive: &mut Drive<'_>,
    (pin, code): (&str, &str),
) -> Result<Option<&'static str>> {
    let typed = Evidence::pin(pin).and_otp(code);
    go(scene, drive, in_lane(PIN_AND_OTP, typed, STRANGER))
}

fn with_recovery_code(
    scene: &Scene,
    drive: &mut Drive<'_>,
    (pin, code): (&str, &str),
) -> Result<Option<&'static str>> {
    let typed = Evidence::pin(pin).and_recovery_code(code);
    go(scene, drive, in_lane(PIN_AND_RECOVERY, typed, STRANGER))
}

fn resync(
    scene: &Scene,
    drive: &mut Drive<'_>,
    [first, second]: [u64; 2],
) -> Result<Option<&'static str>> {
    let (first, second) = (COUNTER.code(first)?, COUNTER.code(second)?);
    let (first, second) = (first.as_str(), second.as_str());
    go(scene, drive, ResyncToken { account: ANA, token: 2, first, second, caller: CALLER })
}

/// Makes a set; each code that was shown is good once.
fn issue(scene: &Scene, drive: &mut Drive<'_>) -> Result<Option<&'static str>> {
    let issue = IssueRecoveryCodes { account: ANA, authority: by_operator()? };
    let Some(done) = drive.run(scene.world.start(issue)?) else { return Ok(None) };
    let answer = answered(done.result)?;
    let world = scene.copy().world;
    for code in answer.iter().flat_map(|codes| codes.iter()) {
        expect(world.named(recover(code))?, "Granted")?;
        expect(world.named(recover(code))?, "AlreadyUsed")?;
    }
    Ok(Some(named(&answer)))
}

/// A wrong combination of PIN and one-time code: all parts are counted by the first write, the
/// second leaves so many.
fn counted(scene: &mut Scene, writes: usize, left: [u32; 3]) {
    match writes {
        0 => {}
        1 => reserved(scene, [1, BOTH, 0]),
        _ => reserved(scene, left),
    }
}

/// So many failures more of the PIN, the tokens and the recovery codes.
fn reserved(scene: &mut Scene, [pin, otp, recovery_code]: [u32; 3]) {
    let of = [
        (Authenticator::PIN, pin),
        (Authenticator::OTP, otp),
        (Authenticator::RECOVERY_CODE, recovery_code),
    ];
    for (authenticator, by) in of.into_iter().filter(|(_, by)| *by > 0) {
        scene.state.ledgers.fail_by(by, (authenticator, STRANGER), None);
    }
}

/// The first of the recovery codes is used.
fn recovered(scene: &mut Scene) {
    let held = &mut scene.state.held;
    (held.first, held.left) = ("AlreadyUsed", held.left.saturating_sub(1));
    scene.state.ledgers.reset(Authenticator::RECOVERY_CODE, STRANGER);
}
