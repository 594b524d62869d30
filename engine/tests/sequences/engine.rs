//! The engine's side: a verb is driven by hand, and its answer put into the model's words.

use pinbolt::{
    Accepted, Authenticator, Authority, Caller, Channel, Error, HashMemory, Keyring, Operator,
    Pinbolt, Policy, Refusal,
    driver::{Store, Swapped},
    op::{
        Begin, Begun, Block, Cancel, Challenge, ChangePin, Describe, Dispatch, Enroll, Evidence,
        Finish, Message, Resend, Step, Unblock, Unlock, Unlocked, Verb, Verify,
    },
    policy::{self, Purpose},
    testkit::{FaultStore, MemoryStore},
};

use super::{
    commands::{Act, Lane, Ledger, NAMES, PINS},
    model::Said,
};

const PURPOSES: [&str; 3] = ["sign-in", "look-up", "redelivered"];
const CHANNELS: [Channel; 2] = [Channel::Sms, Channel::Email];
const SESSIONS: [&[u8]; 2] = [b"session 1", b"session 2"];
const CONTEXTS: [&[u8]; 2] = [b"", b"pay 10"];

/// The engine on a store in memory that may fail.
#[derive(Debug)]
pub struct Engine {
    pinbolt: Pinbolt,
    pub store: FaultStore<MemoryStore>,
    pub now: u64,
    /// What the gateway says: sent, refused, unknown.
    pub gateway: u8,
    /// Hashes until one finds no free slot.
    pub overload: Option<u32>,
    memory: HashMemory,
    drawn: u64,
}

/// Whether an account is blocked, and its failures.
pub type Described = (bool, Vec<(Ledger, Lane, u32)>);

/// A message as it arrived.
#[derive(Debug)]
pub struct Arrived {
    pub code: String,
    pub to: String,
}

impl Engine {
    pub fn new(now: u64) -> Self {
        let keys = *b"the index key of the sequences..";
        let keys = Keyring::new(keys, 1, *b"the secret of all the sequences.").unwrap();
        let policy = Policy::builder()
            .cheapest_hash()
            .purpose(Purpose::pin_and_code(PURPOSES[0], &CHANNELS))
            .purpose(Purpose::code(PURPOSES[1], &CHANNELS))
            .purpose(Purpose::code(PURPOSES[2], &CHANNELS).resend(policy::Resend::Redeliver))
            .purpose(Purpose::pin("step-up"));
        let pinbolt = Pinbolt::open(keys, policy.build().unwrap(), "tests").unwrap();
        let store = FaultStore::new(MemoryStore::new());
        let (memory, overload) = (HashMemory::new(), None);
        Self { pinbolt, store, now, gateway: 0, overload, memory, drawn: 0 }
    }

    pub fn enroll(&mut self, account: &str, addresses: &[&str]) {
        let (pin, asserted_by) = (Some(PINS[0]), Some(operator()));
        let step = Enroll { account, pin, addresses, asserted_by };
        let enrolled = self.run(step).unwrap();
        assert_eq!(enrolled.bound, addresses.len());
    }

    /// Does it; for an issued challenge also gives what was issued.
    pub fn act(&mut self, act: &Act, handles: &[String]) -> (Said, Option<Begun>, Option<Refusal>) {
        let session = |session: &u8| Caller::new(SESSIONS[usize::from(*session)]);
        let said = match act {
            Act::Begin { name, purpose, pin, channel, session: s, context, .. } => {
                let step = Begin {
                    name,
                    purpose: PURPOSES[*purpose],
                    pin: pin.map(|pin| PINS[pin]),
                    channel: CHANNELS[*channel],
                    caller: session(s),
                    context: CONTEXTS[usize::from(*context)],
                };
                return issued(self.run(step));
            }
            Act::Resend { handle, channel, session: s } => {
                let (handle, channel) = (handles[*handle].as_str(), CHANNELS[*channel]);
                return issued(self.run(Resend { handle, channel, caller: session(s) }));
            }
            Act::Finish { handle, purpose, code, session: s, context } => {
                let (handle, code) = (handles[*handle].as_str(), code.as_deref());
                let (caller, context) = (session(s), CONTEXTS[usize::from(*context)]);
                let code = code.unwrap_or("12345");
                let purpose = PURPOSES[*purpose];
                let step = Finish { purpose, handle, code, caller, context };
                said(self.run(step), |_: Accepted| Said::Proof)
            }
            Act::Cancel { handle, session: s } => {
                let handle = handles[*handle].as_str();
                said(self.run(Cancel { handle, caller: session(s) }), |()| Said::Done)
            }
            Act::Verify { name, pin, lane, .. } => {
                let caller = Caller::new(SESSIONS[0]).in_lane(lane_of(*lane));
                let (pin, context) = (PINS[*pin], CONTEXTS[0]);
                let step = Verify {
                    name,
                    purpose: "step-up",
                    evidence: Evidence::pin(pin),
                    caller,
                    context,
                };
                said(self.run(step), |_: Accepted| Said::Proof)
            }
            Act::ChangePin { name, old, new, .. } => {
                let (old, new) = (PINS[*old], PINS[*new]);
                let caller = Caller::new(SESSIONS[0]).in_lane(pinbolt::Lane::KnownDevice);
                said(self.run(ChangePin { account: name, old, new, caller }), |()| Said::Done)
            }
            Act::Unlock { name, ledger, .. } => {
                let authority = Authority::Operator(operator());
                let authenticator = authenticator(*ledger);
                let step = Unlock { account: name, authenticator, authority };
                said(self.run(step), |Unlocked { refilled, .. }| Said::Unlocked { refilled })
            }
            Act::Block { name, on: true, .. } => {
                said(self.run(Block { account: name, operator: operator() }), |()| Said::Done)
            }
            Act::Block { name, on: false, .. } => {
                said(self.run(Unblock { account: name, operator: operator() }), |()| Said::Done)
            }
        };
        (said.0, None, said.1)
    }

    /// Delivers; gives what arrived, and whether the engine failed over it.
    pub fn deliver(&mut self, dispatch: Dispatch) -> (Option<Arrived>, Said) {
        let mut arrived = None;
        let step = dispatch.start(self.now, self.entropy());
        let done = self.drive(step, |message| {
            arrived = Some(Arrived { code: message.code().into(), to: message.to().into() });
        });
        (arrived, said(done, |_| Said::Done).0)
    }

    /// The failures of an account's ledgers that have any, and whether it is blocked.
    pub fn describe(&mut self, row: usize) -> Option<Described> {
        let account = NAMES.iter().find(|(_, of)| *of == row)?.0;
        let Ok(seen) = self.run(Describe { account }) else { return None };
        let ledger = |which| if which == Authenticator::PIN { Ledger::Pin } else { Ledger::Code };
        let lane = |lane| match lane {
            pinbolt::Lane::Stranger => Lane::Stranger,
            pinbolt::Lane::FirstFactor => Lane::FirstFactor,
            pinbolt::Lane::KnownDevice => Lane::KnownDevice,
        };
        let counted = seen.ledgers.iter().filter(|state| state.failures > 0);
        let mut counted: Vec<_> =
            counted.map(|s| (ledger(s.authenticator), lane(s.lane), s.failures)).collect();
        counted.sort();
        Some((seen.blocked, counted))
    }

    fn run<V: Verb>(&mut self, verb: V) -> Result<V::Output, Error> {
        let entropy = self.entropy();
        let step = verb.start(&self.pinbolt, self.now, entropy);
        self.drive(step, |_| ())
    }

    fn drive<T>(
        &mut self,
        mut step: Step<T>,
        mut arrives: impl FnMut(&Message),
    ) -> Result<T, Error> {
        let now = self.now;
        loop {
            step = match step {
                Step::Load(load) => match self.store.load(load.row()) {
                    Ok(snapshot) => load.found(now, snapshot),
                    Err(_) => load.failed(now),
                },
                Step::Commit(commit) => match self.store.swap(commit.write()) {
                    Swapped::Applied => commit.applied(now),
                    Swapped::Conflict => commit.conflict(now),
                    Swapped::InDoubt(_) => commit.in_doubt(now),
                    Swapped::Failed(_) => commit.failed(now),
                },
                Step::Hash(hash) => {
                    let due = self.overload == Some(0);
                    self.overload = self.overload.and_then(|left| left.checked_sub(1));
                    match due {
                        true => hash.not_run(now),
                        false => {
                            let digest = hash.work().run(&mut self.memory);
                            hash.done(now, digest)
                        }
                    }
                }
                Step::Deliver(deliver) => {
                    arrives(deliver.message());
                    match self.gateway {
                        0 => deliver.sent(now),
                        1 => deliver.refused(now),
                        _ => deliver.unknown(now),
                    }
                }
                Step::Done(done) => return done.result,
            };
        }
    }

    fn entropy(&mut self) -> [u8; 32] {
        self.drawn += 1;
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&self.drawn.to_be_bytes());
        bytes
    }
}

fn issued(result: Result<Begun, Error>) -> (Said, Option<Begun>, Option<Refusal>) {
    match result {
        Ok(begun) => {
            let Challenge { expires, resend_at, sent, .. } = begun.challenge;
            (Said::Issued { expires, resend_at, sent }, Some(begun), None)
        }
        other => {
            let (said, refusal) = said(other, |_| Said::Done);
            (said, None, refusal)
        }
    }
}

fn said<T>(result: Result<T, Error>, granted: impl FnOnce(T) -> Said) -> (Said, Option<Refusal>) {
    match result {
        Ok(value) => (granted(value), None),
        Err(Error::Refused(refusal)) => {
            let number = match refusal {
                Refusal::WrongCode { tries_left } => u64::from(tries_left),
                Refusal::Waiting { until } | Refusal::Throttled { until } => until,
                _ => 0,
            };
            (Said::No(refusal.name(), number), Some(refusal))
        }
        Err(Error::Failure(failure)) => {
            assert_ne!(failure, pinbolt::Failure::Internal);
            assert_ne!(failure, pinbolt::Failure::Corrupt);
            (Said::Failed, None)
        }
        Err(Error::Misuse(misuse)) => panic!("misuse: {misuse}"),
    }
}

const fn lane_of(lane: Lane) -> pinbolt::Lane {
    match lane {
        Lane::Stranger => pinbolt::Lane::Stranger,
        Lane::FirstFactor => pinbolt::Lane::FirstFactor,
        Lane::KnownDevice => pinbolt::Lane::KnownDevice,
    }
}

const fn authenticator(ledger: Ledger) -> Authenticator {
    match ledger {
        Ledger::Pin => Authenticator::PIN,
        Ledger::Code => Authenticator::CODE,
    }
}

fn operator() -> Operator {
    Operator::new("desk-7", "asked in person").unwrap()
}
