//! Each verb, dropped at each of its questions.

use std::{collections::BTreeSet, thread};

use pinbolt_drills::{Asked, Cut, Result};

use crate::{
    cases::{CASES, Case},
    check::check,
    import_cases::IMPORT_CASES,
    life_cases::LIFE_CASES,
    scene::{Scene, expect},
    ticket_cases::TICKET_CASES,
    token_cases::TOKEN_CASES,
};

/// More questions than any verb asks.
const MOST: u32 = 64;

/// Stops everywhere and checks what the store holds.
pub(crate) fn run() -> Result<()> {
    let threads = thread::available_parallelism()?.get().min(8);
    let stops: u32 = thread::scope(|scope| {
        let share = |n| scope.spawn(move || every(all().skip(n).step_by(threads)));
        let shares: Vec<_> = (0..threads).map(share).collect();
        let ended = shares.into_iter().map(|share| share.join().map_err(|_| "a stop panicked")?);
        ended.sum::<Result<u32>>()
    })?;
    let verbs: BTreeSet<_> = all().map(|case| case.verb).collect();
    println!("crash stops verbs={} stops={stops} ok", verbs.len());
    Ok(())
}

fn all() -> impl Iterator<Item = &'static Case> {
    let more = LIFE_CASES.iter().chain(TICKET_CASES).chain(IMPORT_CASES);
    CASES.iter().chain(more).chain(TOKEN_CASES)
}

/// All stops of these cases, in a scene of their own.
fn every<'a>(mut cases: impl Iterator<Item = &'a Case>) -> Result<u32> {
    let base = Scene::new()?;
    cases.try_fold(0, |stops: u32, case| Ok(stops.saturating_add(every_question(&base, case)?)))
}

/// Drops the verb at each question, and at a write or a delivery also after it was carried out.
fn every_question(base: &Scene, case: &Case) -> Result<u32> {
    let mut stops = 0u32;
    for question in 0..MOST {
        for after in [false, true] {
            let cut = Cut { question, after };
            let dropped = stop(base, case, cut);
            let dropped = dropped.map_err(|why| format!("{}, {cut:?}: {why}", case.verb))?;
            let Some(dropped) = dropped else { return Ok(stops) };
            stops = stops.saturating_add(1);
            if matches!(dropped, Asked::Load | Asked::Hash) {
                break;
            }
        }
    }
    Err(format!("{} asks without end", case.verb).into())
}

/// One stop; `None` where the verb ended before its cut.
fn stop(base: &Scene, case: &Case, cut: Cut) -> Result<Option<Asked>> {
    let mut scene = base.copy();
    (case.prepare)(&mut scene)?;
    let before = scene.world.engine.store().rows();
    let mut drive = scene.world.drive(&scene.world.outbox, Some(cut));
    let ended = (case.run)(&scene, &mut drive)?;
    // An account's row begins with an `a`; the first of them is the verb's own.
    let own = drive.applied.iter().find(|row| row.as_str().starts_with('a'));
    let writes = drive.applied.iter().filter(|row| Some(*row) == own).count();
    let dropped = drive.dropped_at;
    if let Some(ended) = ended {
        expect((ended, writes), (case.ends, case.writes))?;
    }
    // Rows that nothing was written into were looked at when it was dropped at once.
    if cut.question > 0 && dropped.is_some() && scene.world.engine.store().rows() == before {
        return Ok(dropped);
    }
    (case.expect)(&mut scene, writes);
    check(&scene)?;
    (case.also)(&scene, writes)?;
    Ok(dropped)
}
