//! Contestants in turns within one process: whatever slows the machine slows all of them.

use std::{hint::black_box, time::Instant};

const TURNS: usize = 300;
/// About how long a contestant's part of a turn takes: short, so that few are interrupted.
const PART: f64 = 200_000.0;

/// Nanoseconds of each contestant's parts.
pub(crate) struct Measured<const N: usize> {
    names: [&'static str; N],
    samples: [Vec<f64>; N],
}

/// One contestant: its name, and its work as often as is asked for.
pub(crate) type Contestant<'a> = (&'static str, Box<dyn FnMut(u32) + 'a>);

/// A contestant that does `work` over and over; what `work` gives is looked at and dropped.
pub(crate) fn contestant<'a, T>(
    name: &'static str,
    mut work: impl FnMut(u64) -> T + 'a,
) -> Contestant<'a> {
    let mut round = 37_000_000;
    let work = move |times| {
        for _ in 0..times {
            round += 1;
            black_box(&work(black_box(round)));
        }
    };
    (name, Box::new(work))
}

/// Runs all in turns; who begins alternates.
pub(crate) fn turns<const N: usize>(contestants: [Contestant<'_>; N]) -> Measured<N> {
    let names = contestants.each_ref().map(|contestant| contestant.0);
    let mut parts = contestants.map(|(_, mut work)| {
        let alone = (0..20).map(|_| nanoseconds(&mut work, 100)).fold(f64::MAX, f64::min);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
        let times = (PART / alone).max(1.0) as u32;
        (work, times, Vec::new())
    });
    for turn in 0..TURNS {
        for at in 0..N {
            let (work, times, samples) = &mut parts[(turn + at) % N];
            samples.push(nanoseconds(work, *times));
        }
    }
    Measured { names, samples: parts.map(|(_, _, samples)| samples) }
}

fn nanoseconds(work: &mut impl FnMut(u32), times: u32) -> f64 {
    let start = Instant::now();
    work(times);
    start.elapsed().as_secs_f64() * 1e9 / f64::from(times)
}

impl<const N: usize> Measured<N> {
    /// Prints the medians, and the ratio of the first to each other, turn by turn.
    pub(crate) fn print(&self) {
        for (name, samples) in self.names.iter().zip(&self.samples) {
            println!("{name}: {:.1} ns", median(samples.iter().copied()));
        }
        let (ours, names) = (&self.samples[0], &self.names);
        for (name, theirs) in names.iter().zip(&self.samples).skip(1) {
            let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs);
            println!("ratio {}/{name} {:.3}", names[0], median(ratios));
        }
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
