//! What the tests share: a world with a store, a clock that stands still and an outbox.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]

use std::sync::atomic::{AtomicU64, Ordering};

use pinbolt::{
    Accepted, Authority, Caller, Channel, Error, Keyring, Operator, Pinbolt, Policy, Refusal,
    driver::{self, Engine, Store},
    oath::{Algorithm, Hotp},
    op::{
        AddToken, Begin, Begun, Challenge, Confirm, Enroll, Evidence, Finish, TokenKind,
        TokenSecret, Verb, Verify,
    },
    policy::{Builder, Purpose},
    testkit::{MemoryStore, Outbox, VirtualClock, purpose_of},
};

pub const NOW: u64 = 1_800_000_000_000;
pub const SECOND: u64 = 1_000;
pub const MINUTE: u64 = 60 * SECOND;
pub const HOUR: u64 = 60 * MINUTE;
pub const DAY: u64 = 24 * HOUR;

pub const PHONE: &str = "+351912000417";
pub const EMAIL: &str = "Ana.Reis@example.com";
pub const PIN: &str = "802714";
pub const CALLER: Caller<'static> = Caller::new(b"session 1");
pub const WRONG_PIN: &str = "739105";
pub const SIGN_IN: &str = "sign-in";
/// The secret of the tests' tokens, of RFC 4226.
pub const SECRET: &[u8] = b"12345678901234567890";

/// Keys that tests may know.
pub fn keys() -> Keyring {
    Keyring::new(*b"the index key of the tests, 32 b", 1, *b"the first secret of the tests 32")
        .unwrap()
}

/// The purposes and the cheap hash of the tests. New addresses are in force at once, and there may be
/// many phone numbers; every other setting at its default.
pub fn builder() -> Builder {
    let waits = strict().set("address.cooling", 0).unwrap();
    waits.set("address.phones", 8).unwrap()
}

/// The same, with the limits and the cooling-off of addresses at their defaults.
pub fn strict() -> Builder {
    let both = [Channel::Sms, Channel::Email];
    Policy::builder()
        .cheapest_hash()
        .purpose(Purpose::pin_and_code(SIGN_IN, &both).authorizes())
        .purpose(Purpose::code("look-up", &both))
        .purpose(Purpose::pin("step-up"))
}

pub fn policy() -> Policy {
    builder().build().unwrap()
}

/// Purposes of tokens and recovery codes beside those of [`builder`].
pub fn with_tokens() -> Builder {
    builder()
        .purpose(Purpose::otp("otp"))
        .purpose(Purpose::pin("pin-otp").and_otp().authorizes())
        .purpose(Purpose::recovery_code("recover"))
        .purpose(Purpose::pin("pin-recover").and_recovery_code())
        .purpose(Purpose::pin("all").and_otp().and_recovery_code())
}

/// The same, with room for many messages.
pub fn roomy() -> Policy {
    let builder = builder().set("send.per_hour", 20).unwrap();
    builder.set("send.per_day", 40).unwrap().build().unwrap()
}

/// An engine on a store of the tests' choice, with time and randomness of their own.
pub struct World<S> {
    pub engine: Engine<S, Outbox, VirtualClock>,
    pub clock: VirtualClock,
    pub outbox: Outbox,
}

pub fn world() -> World<MemoryStore> {
    world_on(MemoryStore::new(), policy())
}

pub fn world_with(policy: Policy) -> World<MemoryStore> {
    world_on(MemoryStore::new(), policy)
}

pub fn world_on<S: Store>(store: S, policy: Policy) -> World<S> {
    world_of(store, Pinbolt::open(keys(), policy, "tests").unwrap())
}

pub fn world_of<S: Store>(store: S, pinbolt: Pinbolt) -> World<S> {
    let (clock, outbox) = (VirtualClock::at(NOW), Outbox::new());
    let engine = Engine::new(pinbolt, store, outbox.clone()).with_clock(clock.clone());
    let engine = engine.with_entropy(seeded(1));
    World { engine, clock, outbox }
}

/// 32 bytes that differ at each call and are the same in each run.
pub fn seeded(seed: u64) -> impl Fn() -> Option<[u8; 32]> + Send + Sync {
    let count = AtomicU64::new(0);
    move || {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        bytes[8..16].copy_from_slice(&count.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        Some(bytes)
    }
}

pub fn operator() -> Operator {
    Operator::new("desk-7", "asked in person").unwrap()
}

pub fn by_operator() -> Authority {
    Authority::Operator(operator())
}

impl<S: Store> World<S> {
    /// Runs a verb that neither misuse nor failure may end.
    pub fn run<V: Verb>(&self, verb: V) -> Result<V::Output, Refusal> {
        self.engine.run(verb).map_err(|error| match error {
            driver::Error::Refused(refusal) => refusal,
            other => panic!("{other}"),
        })
    }

    /// Enrols `ana` with bound addresses.
    pub fn enroll(&self) {
        self.enroll_as("ana", &[PHONE, EMAIL]);
    }

    pub fn enroll_as(&self, account: &str, addresses: &[&str]) {
        let asserted_by = Some(operator());
        self.run(Enroll { account, pin: Some(PIN), addresses, asserted_by }).unwrap();
    }

    pub fn begin_by(&self, name: &str, pin: &str) -> Result<Challenge, Refusal> {
        let begin = Begin { pin: Some(pin), ..look_up(name) };
        self.begin(Begin { purpose: SIGN_IN, ..begin })
    }

    /// Begins and delivers.
    pub fn begin(&self, begin: Begin<'_>) -> Result<Challenge, Refusal> {
        self.run(begin).map(|begun| self.sent(begun))
    }

    /// Delivers what was begun.
    pub fn sent(&self, begun: Begun) -> Challenge {
        self.engine.deliver(begun.dispatch).unwrap();
        begun.challenge
    }

    pub fn finish(&self, handle: &str, code: &str) -> Result<Accepted, Refusal> {
        self.run(finish(handle, code))
    }

    pub fn verify(&self, name: &str, pin: &str) -> Result<Accepted, Refusal> {
        self.run(verify(name, pin))
    }

    pub fn clock_now(&self) -> u64 {
        pinbolt::driver::Clock::now(&self.clock)
    }

    /// The code that arrived last.
    pub fn code(&self) -> String {
        self.outbox.last().expect("a message arrived").code
    }

    /// A whole sign-in, right in everything.
    pub fn sign_in(&self) -> Result<Accepted, Refusal> {
        let challenge = self.begin_by("ana", PIN)?;
        self.finish(&challenge.handle, &self.code())
    }

    pub fn confirm(&self, account: &str, address: &str) -> Result<Challenge, Refusal> {
        let confirm =
            Confirm { account, address, replaces: None, authority: by_operator(), caller: CALLER };
        self.run(confirm).map(|begun| self.sent(begun))
    }
}

pub fn look_up(name: &str) -> Begin<'_> {
    Begin {
        name,
        purpose: "look-up",
        pin: None,
        channel: Channel::Sms,
        caller: CALLER,
        context: b"",
    }
}

pub fn finish<'a>(handle: &'a str, code: &'a str) -> Finish<'a> {
    Finish { purpose: endpoint(handle), handle, code, caller: CALLER, context: b"" }
}

/// The purpose that a handle was given for; a host knows it by its endpoint.
pub fn endpoint(handle: &str) -> &'static str {
    purpose_of(handle, &keys(), "tests").map_or(SIGN_IN, |purpose| purpose.leak())
}

pub fn verify<'a>(name: &'a str, pin: &'a str) -> Verify<'a> {
    Verify { name, purpose: "step-up", evidence: Evidence::pin(pin), caller: CALLER, context: b"" }
}

/// A code of the right form that isn't `right`.
pub fn wrong(right: &str) -> String {
    let number: u64 = right.parse().unwrap();
    format!("{:0width$}", (number + 1) % 10u64.pow(right.len() as u32), width = right.len())
}

/// What was granted, or the refusal's name.
pub fn named<T>(answer: Result<T, Refusal>) -> &'static str {
    answer.map_or_else(|refusal| refusal.name(), |_| "granted")
}

/// What was granted, or the refusal; neither misuse nor failure may have ended it.
pub fn answered<T>(result: Result<T, Error>) -> Result<T, Refusal> {
    result.map_err(|error| match error {
        Error::Refused(refusal) => refusal,
        other => panic!("{other}"),
    })
}

/// What adds a token of [`SECRET`] to `ana`, as a candidate.
pub fn token(kind: TokenKind) -> AddToken<'static> {
    AddToken {
        account: "ana",
        label: "phone",
        kind,
        algorithm: Algorithm::Sha1,
        digits: 6,
        secret: TokenSecret::Given(SECRET),
        confirmed: false,
        authority: by_operator(),
    }
}

/// The same, that stands at once.
pub fn standing(kind: TokenKind) -> AddToken<'static> {
    AddToken { confirmed: true, ..token(kind) }
}

/// The code of [`SECRET`] at a step or counter.
pub fn otp(counter: u64) -> String {
    Hotp::new(Algorithm::Sha1, 6, SECRET).unwrap().code(counter).as_str().into()
}

/// The step of 30 seconds at `now`.
pub const fn step(now: u64) -> u64 {
    now / 30_000
}

pub fn verify_by<'a>(name: &'a str, purpose: &'a str, evidence: Evidence<'a>) -> Verify<'a> {
    Verify { name, purpose, evidence, caller: CALLER, context: b"" }
}
