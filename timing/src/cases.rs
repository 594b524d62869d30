//! What is timed: matching a code over three steps, with two kinds of codes whose times must be one.
#![allow(clippy::indexing_slicing)]

use dudect_bencher::{
    BenchRng, Class, CtRunner,
    ctbench::{BenchFn, BenchMetadata, BenchName},
    rand::Rng,
};
use pinbolt::oath::{Algorithm, Code, Hotp};

/// What the names of the controls begin with.
pub(crate) const CONTROL: &str = "control";

pub(crate) const SAMPLES: usize = 1_000_000;
/// Inputs are made so many at a time, well before they are timed.
const BATCH: usize = 1_000;
/// The steps of a window.
const STEPS: u32 = 3;
const DIGITS: u8 = 6;

const SHA1: u8 = 0;
const SHA256: u8 = 1;
const SHA512: u8 = 2;

/// Every test. Ones that leak on purpose show that leaks are seen.
pub(crate) fn all() -> Vec<BenchMetadata> {
    let tests: [(&str, BenchFn); 11] = [
        ("control, ends at the step that matches: first or last", leaky_step),
        ("control, ends at the digit that differs: first or last", leaky_digit),
        ("SHA1: right or wrong", right_or_wrong::<SHA1>),
        ("SHA1: the first or the last step matches", which_step::<SHA1>),
        ("SHA1: the first or the last digit differs", which_digit::<SHA1>),
        ("SHA256: right or wrong", right_or_wrong::<SHA256>),
        ("SHA256: the first or the last step matches", which_step::<SHA256>),
        ("SHA256: the first or the last digit differs", which_digit::<SHA256>),
        ("SHA512: right or wrong", right_or_wrong::<SHA512>),
        ("SHA512: the first or the last step matches", which_step::<SHA512>),
        ("SHA512: the first or the last digit differs", which_digit::<SHA512>),
    ];
    let test = |(name, benchfn)| BenchMetadata { name: BenchName(name), seed: None, benchfn };
    tests.into_iter().map(test).collect()
}

fn right_or_wrong<const ALGORITHM: u8>(runner: &mut CtRunner, random: &mut BenchRng) {
    // Either is the code of a step: it is the window that it is in or not.
    let typed = |hotp: &Hotp, first, class| match class {
        Class::Left => hotp.code(first + 1),
        Class::Right => hotp.code(first + 100),
    };
    time((runner, random), ALGORITHM, typed, matching);
}

fn which_step<const ALGORITHM: u8>(runner: &mut CtRunner, random: &mut BenchRng) {
    time((runner, random), ALGORITHM, first_or_last_step, matching);
}

fn which_digit<const ALGORITHM: u8>(runner: &mut CtRunner, random: &mut BenchRng) {
    time((runner, random), ALGORITHM, first_or_last_digit, matching);
}

fn leaky_step(runner: &mut CtRunner, random: &mut BenchRng) {
    time((runner, random), SHA1, first_or_last_step, |hotp, typed, first| {
        (first..).take(STEPS as usize).find(|step| hotp.code(*step).as_str() == typed.as_str())
    });
}

fn leaky_digit(runner: &mut CtRunner, random: &mut BenchRng) {
    time((runner, random), SHA1, first_or_last_digit, |hotp, typed, first| {
        let right = hotp.code(first + 1);
        let pairs = right.as_str().bytes().zip(typed.as_str().bytes());
        #[allow(clippy::cast_possible_truncation, reason = "a digit's place")]
        let same = pairs.take_while(|(ours, theirs)| ours == theirs).count() as u64;
        (same == u64::from(DIGITS)).then_some(first + 1)
    });
}

fn matching(hotp: &Hotp, typed: &Code, first: u64) -> Option<u64> {
    hotp.matching(typed, first, STEPS)
}

fn first_or_last_step(hotp: &Hotp, first: u64, class: Class) -> Code {
    match class {
        Class::Left => hotp.code(first),
        Class::Right => hotp.code(first + u64::from(STEPS) - 1),
    }
}

/// The middle step's code with its first or its last digit changed.
fn first_or_last_digit(hotp: &Hotp, first: u64, class: Class) -> Code {
    let mut typed = hotp.code(first + 1).as_str().to_owned();
    let place = match class {
        Class::Left => 0,
        Class::Right => typed.len() - 1,
    };
    let digit = typed.as_bytes()[place];
    let other = if digit == b'9' { "0".into() } else { char::from(digit + 1).to_string() };
    typed.replace_range(place..=place, &other);
    Code::parse(&typed, DIGITS).unwrap()
}

/// Times `check` on codes of both classes in random turns. An input is copied to one and the same
/// place before it is timed, so that no address tells its class.
fn time(
    (runner, random): (&mut CtRunner, &mut BenchRng),
    algorithm: u8,
    typed: impl Fn(&Hotp, u64, Class) -> Code,
    check: impl Fn(&Hotp, &Code, u64) -> Option<u64>,
) {
    let mut secret = [0; 32];
    random.fill_bytes(&mut secret);
    let hotp = Hotp::new(Algorithm::ALL[usize::from(algorithm)], DIGITS, &secret).unwrap();
    for _ in 0..SAMPLES / BATCH {
        let mut input = || {
            let first = random.next_u64() >> 1;
            let class = if random.next_u32() % 2 == 0 { Class::Left } else { Class::Right };
            (class, first, typed(&hotp, first, class))
        };
        let inputs: Vec<_> = (0..BATCH).map(|_| input()).collect();
        for (class, first, typed) in &inputs {
            let (first, typed) = (*first, typed.clone());
            runner.run_one(*class, || check(&hotp, &typed, first));
        }
    }
}
