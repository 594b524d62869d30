//! An engine to move files in to.
#![allow(dead_code, reason = "no test needs all of it")]

use pinbolt::{
    Caller, Keyring, Operator, Pinbolt, Policy, Refusal,
    driver::{Engine, Error, NoDelivery, Store},
    oath::{Algorithm, Hotp},
    op::{Describe, Evidence, Verify, Weak},
    policy::Purpose,
    testkit::{MemoryStore, VirtualClock},
};
use pinbolt_provision::import::{Format, Options, Report, Totals, run};

pub(crate) const NOW: u64 = 1_795_329_005_000;
pub(crate) const KEY: &[u8] = b"12345678901234567890";
pub(crate) const HEX: &str = "3132333435363738393031323334353637383930";

pub(crate) type Tested<S> = Engine<S, NoDelivery, VirtualClock>;

pub(crate) fn engine() -> Tested<MemoryStore> {
    on(MemoryStore::new())
}

pub(crate) fn on<S: Store>(store: S) -> Tested<S> {
    let keys =
        Keyring::new(*b"32 random bytes that name rows..", 1, *b"32 random bytes that seal rows..")
            .unwrap();
    let policy = Policy::builder()
        .purpose(Purpose::otp("sign-in"))
        .purpose(Purpose::recovery_code("recover"))
        .build()
        .unwrap();
    Engine::new(Pinbolt::open(keys, policy, "").unwrap(), store, NoDelivery)
        .with_clock(VirtualClock::at(NOW))
}

pub(crate) fn operator() -> Operator {
    Operator::new("desk-7", "moving in").unwrap()
}

pub(crate) fn options(format: Format<'_>) -> Options<'_> {
    let dangerously_accept = Weak::default();
    Options { format, account: None, dangerously_accept, operator: operator(), dry_run: false }
}

/// Each line's number and fate, in words, and the totals.
pub(crate) fn moved<S: Store>(
    engine: &Tested<S>,
    file: &str,
    options: &Options<'_>,
) -> (String, Totals) {
    let mut told = String::new();
    let mut done = 0;
    let tell = |report: &Report<'_>| {
        let why = report.fate.why().map(|why| format!(" {}", why.name)).unwrap_or_default();
        let name = report.name.unwrap_or("?");
        told += &format!("{} {name}: {}{why}\n", report.line, report.fate.name());
        assert!(report.done >= done && report.done <= file.len() as u64);
        done = report.done;
    };
    let totals = run(engine, || Ok(file.as_bytes()), options, tell).unwrap();
    assert!(told.is_empty() || done == file.len() as u64, "all of it is done at the end");
    (told, totals)
}

pub(crate) fn code(counter: u64) -> String {
    Hotp::new(Algorithm::Sha1, 6, KEY).unwrap().code(counter).as_str().to_owned()
}

pub(crate) fn sign_in<S: Store>(engine: &Tested<S>, name: &str, code: &str) -> Result<(), Refusal> {
    verified(engine, name, ("sign-in", Evidence::otp(code)))
}

pub(crate) fn verified<S: Store>(
    engine: &Tested<S>,
    name: &str,
    (purpose, evidence): (&str, Evidence<'_>),
) -> Result<(), Refusal> {
    let caller = Caller::new(b"the session's id");
    match engine.run(Verify { name, purpose, evidence, caller, context: b"" }) {
        Ok(_) => Ok(()),
        Err(Error::Refused(refusal)) => Err(refusal),
        Err(other) => panic!("{other}"),
    }
}

pub(crate) fn exists<S: Store>(engine: &Tested<S>, account: &str) -> bool {
    engine.run(Describe { account }).is_ok()
}
