//! The engine's side: a verb is driven by hand, and its answer put into the model's words.

use std::collections::BTreeMap;

use pinbolt::{
    Accepted, Authenticator, Authority, Caller, Channel, Error, HashMemory, Keyring, Operator,
    Pinbolt, Policy, Refusal,
    driver::{Store, Swapped},
    oath::{Algorithm, Hotp},
    op::{
        AddToken, Begin, Begun, Block, Cancel, Challenge, ChangePin, Describe, Dispatch, Enroll,
        Evidence, Finish, IssueRecoveryCodes, Message, RecoveryCodes, Resend, ResyncToken, Step,
        TokenKind, TokenSecret, TokenState, Unblock, Unlock, Unlocked, Verb, Verify,
    },
    policy::{self, Purpose},
    testkit::{FaultStore, MemoryStore},
};

use super::{
    commands::{Act, Given, Lane, Ledger, NAMES, PINS},
    model::Said,
};

const PURPOSES: [&str; 3] = ["sign-in", "look-up", "redelivered"];
const CHANNELS: [Channel; 2] = [Channel::Sms, Channel::Email];
const SESSIONS: [&[u8]; 2] = [b"session 1", b"session 2"];
const CONTEXTS: [&[u8]; 2] = [b"", b"pay 10"];

/// Recovery codes of a list.
pub const LIST: usize = 3;

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
    /// Every list of recovery codes that was shown, by its number.
    lists: BTreeMap<usize, Vec<String>>,
    memory: HashMemory,
    drawn: u64,
}

/// Whether an account is blocked, its failures, its counters and clocks, its recovery codes left.
pub type Described = (bool, Vec<(Ledger, Lane, u32)>, Vec<(Option<u64>, i64)>, Option<usize>);

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
            .purpose(Purpose::pin("step-up"))
            .purpose(Purpose::otp("otp"))
            .purpose(Purpose::recovery_code("recover"))
            .purpose(Purpose::pin("pin-otp").and_otp())
            .purpose(Purpose::pin("pin-recover").and_recovery_code())
            .purpose(Purpose::pin("all").and_otp().and_recovery_code())
            .set("recovery.codes", LIST as u64)
            .unwrap();
        let pinbolt = Pinbolt::open(keys, policy.build().unwrap(), "tests").unwrap();
        let store = FaultStore::new(MemoryStore::new());
        let (memory, overload, lists) = (HashMemory::new(), None, BTreeMap::new());
        Self { pinbolt, store, now, gateway: 0, overload, lists, memory, drawn: 0 }
    }

    pub fn enroll(&mut self, account: &str, addresses: &[&str]) {
        let (pin, asserted_by) = (Some(PINS[0]), Some(operator()));
        let step = Enroll { account, pin, addresses, asserted_by };
        let enrolled = self.run(step).unwrap();
        assert_eq!(enrolled.bound, addresses.len());
    }

    /// Adds the token of this place, which stands at once.
    pub fn add_token(&mut self, account: &str, (row, token): (usize, usize), clock: bool) {
        let secret = secret(row, token);
        let added = self.run(AddToken {
            account,
            label: "token",
            kind: if clock { TokenKind::TOTP } else { TokenKind::HOTP },
            algorithm: Algorithm::Sha1,
            digits: 10,
            secret: TokenSecret::Given(&secret),
            confirmed: true,
            authority: Authority::Operator(operator()),
        });
        assert_eq!(added.unwrap().token as usize, token + 1);
    }

    /// How many tokens an unknown name seems to have: as many cells of twelve hours, of ten, does a
    /// guess take.
    pub fn seems(&mut self, name: &str) -> u32 {
        let given = Given { pin: None, otp: Some(None), recovery: None, joined: false };
        let mut guesses = 0;
        loop {
            let (_, _, refusal) = self.verify((name, 0), "otp", (&given, Lane::Stranger));
            if let Some(Refusal::Throttled { until }) = refusal {
                let over = (until - self.now) / 43_200_000;
                let fits = |tokens: &u64| tokens * (guesses + 1) == over + 10;
                return (1..=8).find(fits).expect("a number of tokens") as u32;
            }
            guesses += 1;
        }
    }

    /// Whether the codes of this list were shown.
    pub fn knows(&self, list: usize) -> bool {
        self.lists.contains_key(&list)
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
            Act::Verify { name, row, purpose, given, lane, .. } => {
                return self.verify((name, *row), purpose, (given, *lane));
            }
            Act::Resync { name, row, token, first, second } => {
                let caller = Caller::new(SESSIONS[0]).in_lane(pinbolt::Lane::KnownDevice);
                let [first, second] = [*first, *second].map(|at| code(*row, (*token, at)));
                let (account, token) = (*name, *token as u32 + 1);
                let (first, second) = (first.as_str(), second.as_str());
                let step = ResyncToken { account, token, first, second, caller };
                said(self.run(step), |()| Said::Done)
            }
            Act::Issue { name, list, .. } => {
                let authority = Authority::Operator(operator());
                let issued = self.run(IssueRecoveryCodes { account: name, authority });
                said(issued, |codes: RecoveryCodes| {
                    self.lists.insert(*list, codes.iter().map(Into::into).collect());
                    Said::Done
                })
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

    fn verify(
        &mut self,
        (name, row): (&str, usize),
        purpose: &str,
        (given, lane): (&Given, Lane),
    ) -> (Said, Option<Begun>, Option<Refusal>) {
        let pin = given.pin.map(|pin| PINS[pin]);
        let otp =
            given.otp.map(|typed| typed.map_or("0000000000".into(), |typed| code(row, typed)));
        let recovery = given.recovery.map(|typed| match typed {
            Some((list, at)) => self.lists[&list][at].clone(),
            None => "0000-0000-0000-0000".into(),
        });
        let joined = format!("{}{}", pin.unwrap_or_default(), otp.as_deref().unwrap_or_default());
        let apart = Evidence { pin, otp: otp.as_deref(), ..Evidence::default() };
        let one = if given.joined { Evidence::pin_then_otp(&joined) } else { apart };
        let evidence = Evidence { recovery_code: recovery.as_deref(), ..one };
        let caller = Caller::new(SESSIONS[0]).in_lane(lane_of(lane));
        let step = Verify { name, purpose, evidence, caller, context: CONTEXTS[0] };
        let (said, refusal) = said(self.run(step), |_: Accepted| Said::Proof);
        (said, None, refusal)
    }

    /// Delivers; gives what arrived, and whether the engine failed over it.
    pub fn deliver(&mut self, dispatch: Dispatch) -> (Option<Arrived>, Said) {
        let mut arrived = None;
        let step = dispatch.start(self.now, self.entropy());
        let done = self.drive(step, |message| {
            arrived = Some(Arrived {
                code: message.code().unwrap_or_default().into(),
                to: message.to().into(),
            });
        });
        (arrived, said(done, |_| Said::Done).0)
    }

    /// The failures of an account's ledgers that have any, and whether it is blocked.
    pub fn describe(&mut self, row: usize) -> Option<Described> {
        let account = NAMES.iter().find(|(_, of)| *of == row)?.0;
        let Ok(seen) = self.run(Describe { account }) else { return None };
        let ledger = |which| match which {
            Authenticator::PIN => Ledger::Pin,
            Authenticator::OTP => Ledger::Otp,
            Authenticator::RECOVERY_CODE => Ledger::Recovery,
            _ => Ledger::Code,
        };
        let lane = |lane| match lane {
            pinbolt::Lane::Stranger => Lane::Stranger,
            pinbolt::Lane::FirstFactor => Lane::FirstFactor,
            pinbolt::Lane::KnownDevice => Lane::KnownDevice,
        };
        let counted = seen.ledgers.iter().filter(|state| state.failures > 0);
        let mut counted: Vec<_> =
            counted.map(|s| (ledger(s.authenticator), lane(s.lane), s.failures)).collect();
        counted.sort();
        let token = |token: &TokenState| match token.kind {
            TokenKind::Hotp { counter } => (Some(counter), 0),
            _ => (None, token.clock_ahead.into()),
        };
        let tokens = seen.tokens.iter().map(token).collect();
        Some((seen.blocked, counted, tokens, seen.recovery_codes_left))
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
        Ledger::Otp => Authenticator::OTP,
        Ledger::Recovery => Authenticator::RECOVERY_CODE,
    }
}

fn secret(row: usize, token: usize) -> [u8; 20] {
    [(row * 2 + token + 1) as u8; 20]
}

/// The code of a row's token at a step or counter; so many digits that no two are alike.
fn code(row: usize, (token, at): (usize, u64)) -> String {
    let hotp = Hotp::new(Algorithm::Sha1, 10, &secret(row, token)).unwrap();
    hotp.code(at).as_str().into()
}

fn operator() -> Operator {
    Operator::new("desk-7", "asked in person").unwrap()
}
