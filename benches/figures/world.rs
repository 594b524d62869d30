//! What the figures are measured on.

use pinbolt::{
    Caller, Channel, Keyring, Operator, Pinbolt, Policy,
    driver::{Engine, Store},
    op::{Begin, Challenge, Enroll},
    policy::Purpose,
    testkit::Outbox,
};

pub(crate) const PIN: &str = "802714";
pub(crate) const CALLER: Caller<'static> = Caller::new(b"session 1");
const BOTH: [Channel; 2] = [Channel::Sms, Channel::Email];

/// An installation at the default cost of a hash.
pub(crate) fn pinbolt() -> Pinbolt {
    let index = *b"the index key of the benches....";
    let keys = Keyring::new(index, 1, *b"the secret of all the benches...").unwrap();
    // Benches send more than any person.
    let policy = Policy::builder()
        .set("send.per_day", 200)
        .and_then(|builder| builder.set("send.per_hour", 60))
        .unwrap()
        .purpose(Purpose::pin_and_code("sign-in", &BOTH))
        .purpose(Purpose::code("look-up", &BOTH))
        .purpose(Purpose::pin("step-up"));
    Pinbolt::open(keys, policy.build().unwrap(), "benches").unwrap()
}

pub(crate) fn engine<S: Store>(store: S) -> (Engine<S, Outbox>, Outbox) {
    let outbox = Outbox::new();
    (Engine::new(pinbolt(), store, outbox.clone()), outbox)
}

/// Enrols an account with a phone and an e-mail address.
pub(crate) fn enroll<S: Store>(engine: &Engine<S, Outbox>, nth: u32, pin: Option<&str>) -> String {
    let account = format!("account-{nth}");
    let addresses = [format!("+35191{nth:07}"), format!("person{nth}@example.com")];
    let addresses = &[addresses[0].as_str(), addresses[1].as_str()];
    let asserted_by = Some(Operator::new("desk-7", "asked in person").unwrap());
    let enroll = Enroll { account: &account, pin, addresses, asserted_by };
    engine.run(enroll).unwrap();
    account
}

/// A begun look-up and its code.
pub(crate) fn begin<S: Store>(
    engine: &Engine<S, Outbox>,
    outbox: &Outbox,
    name: &str,
) -> (Challenge, String) {
    let (purpose, channel, context) = ("look-up", Channel::Sms, b"");
    let begin = Begin { name, purpose, pin: None, channel, caller: CALLER, context };
    let begun = engine.run(begin).unwrap();
    let _delivered = engine.deliver(begun.dispatch).unwrap();
    (begun.challenge, outbox.last().unwrap().code)
}
