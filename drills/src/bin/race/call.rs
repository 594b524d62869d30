//! The calls of a race: a thread for each.

use std::thread;

use pinbolt::{
    Refusal,
    driver::{self, Clock, Engine, NoDelivery, Store, SystemClock},
    op::{Evidence, Verb, Verify},
};
use pinbolt_drills::{
    ANA, Answer, CALLER, Drive, PIN, Result, STEP_UP, answered, pinbolt, system, wrong,
};

use crate::{Target, counts::Counts, gate::Gate, observer::Observer, scenario::Scenario};

/// Runs the calls of these numbers at once, on a thread each, and adds up what they count.
/// `ready` runs once all stand before the gate; it opens when `ready` ends.
pub(crate) fn calls(
    store: &dyn Store,
    (scenario, target): (Scenario, &Target),
    numbers: &[u32],
    ready: impl FnOnce() -> Result<()>,
) -> Result<Counts> {
    let gate = Gate::new(numbers.len());
    thread::scope(|scope| {
        let call = |n| {
            let observer = Observer::new(store, &target.row, &gate);
            scope.spawn(move || call(&observer, (scenario, target), n))
        };
        let threads: Vec<_> = numbers.iter().map(|n| call(*n)).collect();
        gate.fill();
        let ready = ready();
        gate.open();
        let ended = threads.into_iter().map(|thread| thread.join().map_err(|_| "a call panicked"));
        let counts: Counts = ended.collect::<Result<Vec<_>, _>>()?.into_iter().sum();
        ready.map(|()| counts)
    })
}

fn call(observer: &Observer<'_>, (scenario, target): (Scenario, &Target), n: u32) -> Counts {
    let judged = match scenario {
        Scenario::WrongCodes => {
            wrong(&target.open.code, n).and_then(|code| finish(observer, scenario, target, &code))
        }
        Scenario::SameCode | Scenario::DoubleClick => {
            finish(observer, scenario, target, &target.open.code)
        }
        Scenario::WrongPins => verify(observer, scenario, n),
    };
    let counts = judged.unwrap_or_else(|why| {
        eprintln!("race: {scenario}, call {n}: {why}");
        Counts { failed: 1, ..Counts::default() }
    });
    Counts { judged: observer.applied(), discarded: observer.lost(), ..counts }
}

/// A code, through the driver that is shipped.
fn finish(store: &Observer<'_>, scenario: Scenario, target: &Target, code: &str) -> Result<Counts> {
    let engine = Engine::new(pinbolt(scenario.policy()?)?, store, NoDelivery);
    match engine.run(target.open.guess(code)) {
        Ok(accepted) => Ok(released(&Ok(accepted))),
        Err(driver::Error::Refused(refusal)) => Ok(released::<()>(&Err(refusal))),
        Err(error) => Err(error.into()),
    }
}

/// A PIN, through a driver that counts its hashes.
fn verify(store: &Observer<'_>, scenario: Scenario, n: u32) -> Result<Counts> {
    let (pin, pinbolt) = (wrong(PIN, n)?, pinbolt(scenario.policy()?)?);
    let verify = Verify {
        name: ANA,
        purpose: STEP_UP,
        evidence: Evidence::pin(&pin),
        caller: CALLER,
        context: b"",
    };
    let seed = system()().ok_or("the system gave no randomness")?;
    let mut drive = Drive::new(store, &NoDelivery, &SystemClock);
    let step = verify.start(&pinbolt, SystemClock.now(), seed);
    let done = drive.run(step).ok_or("a call was dropped")?;
    Ok(Counts { hashed: drive.hashed, ..released(&answered(done.result)?) })
}

/// Whether the answer depends on a comparison.
fn released<T>(answer: &Answer<T>) -> Counts {
    let (accepted, released) = match answer {
        Ok(_) => (1, 1),
        Err(Refusal::WrongCode { .. } | Refusal::WrongCredentials | Refusal::Superseded { .. }) => {
            (0, 1)
        }
        Err(_) => (0, 0),
    };
    Counts { accepted, released, ..Counts::default() }
}
