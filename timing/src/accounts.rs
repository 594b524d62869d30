//! The time that the engine itself takes for somebody's name and for nobody's, answers canned: the
//! rows are loaded and hashed for it outside of what is timed, and what it writes is thrown away.
#![allow(clippy::panic, clippy::indexing_slicing, clippy::cast_precision_loss)]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use pinbolt::{
    Caller, Channel, HashMemory, Keyring, Operator, Pinbolt, Policy,
    driver::{Clock, Engine, Store},
    op::{Begin, Challenge, Enroll, Evidence, Finish, Step, Verb, Verify},
    policy::Purpose,
    testkit::{MemoryStore, Outbox, VirtualClock},
};

use crate::BOUND;

/// Timings of each class.
pub(crate) const SAMPLES: usize = 20_000;
/// A difference of medians, in nanoseconds, that no network shows.
const UNSEEN: f64 = 200.0;
/// Timings above this part of all are interruptions.
const KEPT: f64 = 0.9;

const NOW: u64 = 1_800_000_000_000;
const MINUTE: u64 = 60_000;
const CALLER: Caller<'static> = Caller::new(b"session 1");
const WRONG: &str = "739105";
/// Somebody's name and nobody's, of each kind.
const NAMES: [(&str, [&str; 2]); 3] = [
    ("an id", ["ana", "eva"]),
    ("a phone number", ["+351912000417", "+351912000999"]),
    ("an e-mail address", ["ana.reis@example.com", "eva.reis@example.com"]),
];

/// Times every entry by every kind of name, and prints a line for each; how many there were, and
/// how many told somebody from nobody.
pub(crate) fn all(mut coin: impl FnMut() -> bool) -> (u32, u32) {
    let (mut seen, mut failed) = (0, 0);
    for visited in [true, false] {
        for (kind, names) in NAMES {
            for (what, began, entry) in ENTRIES {
                let ground = Ground::new(names, visited, *began);
                let (known, unknown) = ground.sample(names, *entry, &mut coin);
                let when = if visited { "visited before" } else { "for the first time" };
                seen += 1;
                let alike = compare(&format!("{what}, by {kind}, {when}"), known, unknown);
                failed += u32::from(!alike);
            }
        }
    }
    (seen, failed)
}

type Entry = fn(&mut Player<'_>, (&str, Option<&Challenge>)) -> Duration;

/// What a stranger may ask; whether a code was sent before; how it is timed.
const ENTRIES: &[(&str, bool, Entry)] = &[
    ("begin with a code alone", false, |player, (name, _)| player.play(begin(name))),
    ("begin with a wrong PIN", false, |player, (name, _)| {
        player.play(Begin { purpose: "sign-in", pin: Some(WRONG), ..begin(name) })
    }),
    ("verify with a wrong PIN", false, |player, (name, _)| {
        let evidence = Evidence::pin(WRONG);
        player.play(Verify { name, purpose: "step-up", evidence, caller: CALLER, context: b"" })
    }),
    ("finish with a wrong code", true, |player, (_, challenge)| {
        player.play(guess(challenge.unwrap()))
    }),
];

fn begin(name: &str) -> Begin<'_> {
    let (purpose, pin, channel) = ("look-up", None, Channel::Sms);
    Begin { name, purpose, pin, channel, caller: CALLER, context: b"" }
}

fn guess(challenge: &Challenge) -> Finish<'_> {
    let handle = challenge.handle.as_str();
    Finish { purpose: "look-up", handle, code: "000000", caller: CALLER, context: b"" }
}

/// Rows in which an account and a name that is nobody's have the same history.
struct Ground {
    engine: Engine<MemoryStore, Outbox, VirtualClock>,
    now: u64,
    /// Of the known name and of the other, where a code was sent.
    challenges: [Option<Challenge>; 2],
}

impl Ground {
    fn new(names: [&str; 2], visited: bool, began: bool) -> Self {
        let clock = VirtualClock::at(NOW);
        let engine = Engine::new(pinbolt(), MemoryStore::new(), Outbox::new());
        let engine = engine.with_clock(clock.clone());
        let asserted_by = Some(Operator::new("desk-7", "asked in person").unwrap());
        let [(_, [account, _]), (_, [phone, _]), (_, [email, _])] = NAMES;
        let addresses = &[phone, email];
        engine.run(Enroll { account, pin: Some("802714"), addresses, asserted_by }).unwrap();
        for _ in 0..if visited { 2 } else { 0 } {
            clock.advance(10 * MINUTE);
            for name in names {
                let begun = engine.run(begin(name)).unwrap();
                engine.deliver(begun.dispatch).unwrap();
                drop(engine.run(guess(&begun.challenge)));
            }
        }
        clock.advance(10 * MINUTE);
        let asked = |name| began.then(|| engine.run(begin(name)).unwrap().challenge);
        let challenges = names.map(asked);
        let now = Clock::now(&clock);
        Self { engine, now, challenges }
    }

    /// Both classes, in random turns; a tenth of each first, unseen, to warm up.
    fn sample(
        &self,
        names: [&str; 2],
        entry: Entry,
        coin: &mut impl FnMut() -> bool,
    ) -> (Vec<f64>, Vec<f64>) {
        let mut player = Player { ground: self, memory: HashMemory::new(), drawn: 0 };
        let mut timings = [Vec::new(), Vec::new()];
        for round in 0..SAMPLES + SAMPLES / 10 {
            let first = usize::from(coin());
            for class in [first, 1 - first] {
                let asked = (names[class], self.challenges[class].as_ref());
                let took = entry(&mut player, asked).as_nanos() as f64;
                if round >= SAMPLES / 10 {
                    timings[class].push(took);
                }
            }
        }
        timings.into()
    }
}

fn pinbolt() -> Pinbolt {
    let both = [Channel::Sms, Channel::Email];
    let policy = Policy::builder()
        .cheapest_hash()
        .purpose(Purpose::pin_and_code("sign-in", &both))
        .purpose(Purpose::code("look-up", &both))
        .purpose(Purpose::pin("step-up"));
    let index = *b"the index key of the timings, 32";
    let keys = Keyring::new(index, 1, *b"the first secret of timings, 32b").unwrap();
    Pinbolt::open(keys, policy.build().unwrap(), "timing").unwrap()
}

/// Answers an operation from the rows, and times it between the answers.
struct Player<'a> {
    ground: &'a Ground,
    memory: HashMemory,
    drawn: u64,
}

impl Player<'_> {
    fn play<V: Verb>(&mut self, verb: V) -> Duration {
        let Ground { engine, now, .. } = self.ground;
        let mut entropy = [7; 32];
        self.drawn += 1;
        entropy[..8].copy_from_slice(&self.drawn.to_be_bytes());
        let mut whole = Duration::ZERO;
        let mut step = timed(&mut whole, || verb.start(engine.pinbolt(), *now, entropy));
        loop {
            step = match step {
                Step::Load(load) => {
                    let found = engine.store().load(load.row()).unwrap();
                    timed(&mut whole, || load.found(*now, found))
                }
                Step::Commit(commit) => timed(&mut whole, || commit.applied(*now)),
                Step::Hash(hash) => {
                    let digest = hash.work().run(&mut self.memory);
                    timed(&mut whole, || hash.done(*now, digest))
                }
                Step::Deliver(_) => panic!("nothing is delivered here"),
                Step::Done(_) => return whole,
            };
        }
    }
}

fn timed<T>(whole: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = black_box(work());
    *whole += start.elapsed();
    done
}

/// Prints both figures; whether either says that the two are alike.
fn compare(name: &str, known: Vec<f64>, unknown: Vec<f64>) -> bool {
    let mut both: Vec<f64> = known.iter().chain(&unknown).copied().collect();
    let longest = quantile(&mut both, KEPT);
    let kept =
        |all: &[f64]| -> Vec<f64> { all.iter().copied().filter(|took| *took <= longest).collect() };
    let t = welch(&kept(&known), &kept(&unknown));
    let [known, unknown] = [known, unknown].map(|mut all| quantile(&mut all, 0.5));
    let alike = t.abs() < BOUND || (known - unknown).abs() < UNSEEN;
    let verdict = if alike { "" } else { "  FAILED" };
    let apart = unknown - known;
    println!("t {t:+10.2}  medians {known:6.0} ns {apart:+6.0}  {name}{verdict}");
    alike
}

fn quantile(all: &mut [f64], part: f64) -> f64 {
    all.sort_by(f64::total_cmp);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of the length"
    )]
    all[((all.len() - 1) as f64 * part) as usize]
}

/// Welch's t.
fn welch(left: &[f64], right: &[f64]) -> f64 {
    let of = |all: &[f64]| {
        let count = all.len() as f64;
        let mean = all.iter().sum::<f64>() / count;
        let variance = all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    };
    let ((left, a), (right, b)) = (of(left), of(right));
    (left - right) / (a + b).sqrt()
}
