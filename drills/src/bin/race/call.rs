//! The calls of a race: a thread for each.

use std::thread;

use pinbolt::{
    Refusal,
    driver::{self, Clock, Engine, NoDelivery, Store, SystemClock},
    op::Verb,
};
use pinbolt_drills::{Answer, Drive, Result, answered, pinbolt, system};

use crate::{
    Target,
    counts::Counts,
    gate::Gate,
    observer::Observer,
    scenario::{Scenario, Types},
};

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
            // The throttle is looked at afterwards: so nobody counts after another's success.
            let all_count_first = scenario.left.is_some();
            let observer = Observer::new(store, (&target.row, &gate, all_count_first));
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
    let ended = scenario.pin(n).and_then(|pin| {
        let code = scenario.code(&target.open.code, n)?;
        match scenario.types {
            Types::Code => finish(observer, scenario, target, &code),
            _ => verify(observer, scenario, (&pin, &code)),
        }
    });
    let counts = ended.unwrap_or_else(|why| {
        eprintln!("race: {scenario}, call {n}: {why}");
        Counts { failed: 1, ..Counts::default() }
    });
    let first = observer.applied().min(1);
    let reused = counts.reused.min(first);
    Counts {
        judged: first.saturating_sub(reused),
        discarded: observer.lost(),
        reused,
        settled: observer.applied().saturating_sub(first),
        ..counts
    }
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

/// What is judged in one step, through a driver that counts its hashes.
fn verify(store: &Observer<'_>, scenario: Scenario, (pin, code): (&str, &str)) -> Result<Counts> {
    let pinbolt = pinbolt(scenario.policy()?)?;
    let seed = system()().ok_or("the system gave no randomness")?;
    let mut drive = Drive::new(store, &NoDelivery, &SystemClock);
    let step = scenario.types.verify(pin, code).start(&pinbolt, SystemClock.now(), seed);
    let done = drive.run(step).ok_or("a call was dropped")?;
    Ok(Counts { hashed: drive.hashed, ..released(&answered(done.result)?) })
}

/// Whether the answer depends on a comparison.
fn released<T>(answer: &Answer<T>) -> Counts {
    let (accepted, released, reused) = match answer {
        Ok(_) => (1, 1, 0),
        Err(Refusal::WrongCode { .. } | Refusal::WrongCredentials | Refusal::Superseded { .. }) => {
            (0, 1, 0)
        }
        Err(Refusal::AlreadyUsed) => (0, 0, 1),
        Err(_) => (0, 0, 0),
    };
    Counts { accepted, released, reused, ..Counts::default() }
}
