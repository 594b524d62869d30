//! The engine's own share of `finish`: its questions are answered by hand with what a store would
//! have said, so that all that is measured is the engine.

use std::{cell::RefCell, time::Instant};

use criterion::Criterion;
use pinbolt::{
    Pinbolt,
    driver::{Clock, Store, SystemClock},
    op::{Finish, Step, Verb},
    row::{RowName, Snapshot},
    testkit::MemoryStore,
};

use crate::{
    Figure, median,
    world::{CALLER, begin, engine, enroll},
};

/// Microseconds for a right code and a wrong one.
pub(crate) fn own_share() -> [Figure; 2] {
    let store = MemoryStore::new();
    let (engine, outbox) = engine(store.clone());
    let account = enroll(&engine, 1, None);
    // A record that has lived: four challenges, sixteen events.
    for _ in 0..3 {
        let (challenge, code) = begin(&engine, &outbox, &account);
        for code in [wrong(&code).as_str(), &wrong(&wrong(&code)), &code] {
            let finish = finish(&challenge.handle, code);
            let _right = engine.run(finish).is_ok();
        }
    }
    let (challenge, code) = begin(&engine, &outbox, &account);
    let pinbolt = engine.pinbolt();
    let now = SystemClock.now();
    let right = finish(&challenge.handle, &code);
    let snapshot = store.load(&row(right, pinbolt)).unwrap().unwrap();
    let wrong = wrong(&code);
    let wrong = finish(&challenge.handle, &wrong);
    [
        Figure {
            name: "engine-share-of-finish-us",
            value: share("right code", right, (pinbolt, now, &snapshot), true),
        },
        Figure {
            name: "engine-share-of-finish-wrong-us",
            value: share("wrong code", wrong, (pinbolt, now, &snapshot), false),
        },
    ]
}

fn share(
    name: &str,
    finish: Finish<'_>,
    (pinbolt, now, snapshot): (&Pinbolt, u64, &Snapshot),
    right: bool,
) -> f64 {
    let samples = RefCell::new(Vec::new());
    let mut criterion = Criterion::default().without_plots().configure_from_args();
    let mut group = criterion.benchmark_group("finish, the engine's own share");
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|times| {
            let mut snapshots = vec![snapshot.clone(); usize::try_from(times).unwrap()];
            let start = Instant::now();
            while let Some(snapshot) = snapshots.pop() {
                assert_eq!(run(finish, pinbolt, now, snapshot), right);
            }
            let spent = start.elapsed();
            let microseconds = spent.as_secs_f64() * 1e6;
            #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
            samples.borrow_mut().push(microseconds / times as f64);
            spent
        });
    });
    group.finish();
    median(samples.into_inner())
}

/// One `finish`, to its answer.
fn run(finish: Finish<'_>, pinbolt: &Pinbolt, now: u64, snapshot: Snapshot) -> bool {
    let mut snapshot = Some(snapshot);
    let mut step = finish.start(pinbolt, now, [7; 32]);
    loop {
        step = match step {
            Step::Load(load) => load.found(now, snapshot.take()),
            Step::Commit(commit) => commit.applied(now),
            Step::Done(done) => return done.result.is_ok(),
            Step::Hash(_) | Step::Deliver(_) => unreachable!("finish asks neither"),
        };
    }
}

/// The row that a `finish` loads.
pub(crate) fn row(finish: Finish<'_>, pinbolt: &Pinbolt) -> RowName {
    match finish.start(pinbolt, SystemClock.now(), [7; 32]) {
        Step::Load(load) => load.row().clone(),
        _ => unreachable!("finish loads first"),
    }
}

pub(crate) fn finish<'a>(handle: &'a str, code: &'a str) -> Finish<'a> {
    Finish { purpose: "look-up", handle, code, caller: CALLER, context: b"" }
}

fn wrong(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}
