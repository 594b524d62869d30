//! Law 11: no secret, code, PIN, phone number or e-mail address in `Debug`, errors or audit events.
//!
//! A whole story is played on canaries: everything public that passes by is printed, in each form
//! that Rust has, and the canaries are looked for in the text.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

mod common;
mod sealed;
mod stepping;

use std::fmt::{Debug, Display, Write as _};

use common::*;
use pinbolt::{
    Authenticator, Authority, Caller, Channel, Done, Failure, HashMemory, Input, Keyring, Misuse,
    Pinbolt, Refusal, Secret, WeakPin,
    address::{AccountId, Address, AddressError, Email, Name, Phone},
    driver::{Delivery as _, Engine, Store as _},
    op::{
        Begin, Block, Cancel, CancelAccount, ChangePin, Confirm, Describe, Dispatch, Enroll,
        Evidence, Finish, Resend, ResetPin, Step, Unblock, Unlock, Verb, Verify,
    },
    testkit::{MemoryStore, Outbox},
};
use stepping::Ground;

const CANARY_PIN: &str = "8027146391";
const CANARY_NEW_PIN: &str = "9041735508";
const WRONG_PIN: &str = "1357924680";
const LANDLINE: &str = "+351212000417";
const SESSION: &[u8] = b"the canary of a session";
const CONTEXT: &[u8] = b"the canary of a context";
const VISITOR: Caller<'static> = Caller::new(SESSION).source("192.0.2.7");

/// Everything that was printed, and what must not be in it.
struct Ear {
    text: String,
    canaries: Vec<String>,
}

impl Ear {
    fn new() -> Self {
        let mut ear = Self { text: String::new(), canaries: Vec::new() };
        for secret in [CANARY_PIN, CANARY_NEW_PIN, WRONG_PIN, "351912000417", "351212000417"] {
            ear.fear(secret);
        }
        for secret in ["912000417", "212000417", "912 000 417", EMAIL, "ana.reis@example.com"] {
            ear.fear(secret);
        }
        for local in ["Ana.Reis", "ana.reis"] {
            ear.fear(local);
        }
        for key in [*b"the index key of the tests, 32 b", *b"the first secret of the tests 32"] {
            ear.fear_bytes(&key);
            for label in ["pinbolt seal", "pinbolt pepper", "pinbolt code", "pinbolt handle"] {
                ear.fear_bytes(&sealed::derived(&key, label, 1));
            }
            ear.fear_bytes(&sealed::mac(&key, "pinbolt index", &[]));
        }
        ear
    }

    /// From now on this must not be heard, and it wasn't before.
    fn fear(&mut self, canary: &str) {
        self.canaries.push(canary.into());
    }

    /// The forms in which bytes are printed: as text, as a list, as hexadecimal digits.
    fn fear_bytes(&mut self, bytes: &[u8]) {
        let bytes = bytes.get(..12).unwrap();
        let (mut list, mut hex) = (String::new(), String::new());
        for byte in bytes {
            write!(list, "{byte}, ").unwrap();
            write!(hex, "{byte:02x}").unwrap();
        }
        self.fear(list.trim_end_matches(", "));
        self.fear(&hex.to_uppercase());
        self.fear(&hex);
        if let Ok(text) = std::str::from_utf8(bytes) {
            self.fear(text);
        }
    }

    fn hear(&mut self, value: &dyn Debug) {
        write!(self.text, "{value:?}\n{value:#?}\n{value:x?}\n").unwrap();
    }

    fn hear_display(&mut self, value: &dyn Display) {
        writeln!(self.text, "{value}").unwrap();
    }

    fn judge(&self) {
        // A list that is printed one element a line, too.
        let flat = self.text.replace(",\n", ", ").split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [&self.text, &flat] {
            for canary in &self.canaries {
                let Some(at) = text.find(canary.as_str()) else { continue };
                let from = text.get(..at).unwrap().rfind('\n').unwrap_or(0);
                let line: String = text.get(from..).unwrap().chars().take(400).collect();
                panic!("{canary:?} was heard in {line:?}");
            }
        }
    }
}

/// A ground whose every step is heard.
struct Heard {
    ground: Ground,
    ear: Ear,
}

impl Heard {
    fn run<V: Verb + Debug>(&mut self, verb: V) -> Option<V::Output>
    where
        V::Output: Debug,
    {
        self.ear.hear(&verb);
        let step = self.ground.start(verb);
        self.walk(step)
    }

    fn deliver(&mut self, dispatch: Dispatch) {
        self.ear.hear(&dispatch);
        let step = dispatch.start(self.ground.now.get(), self.ground.entropy());
        self.walk(step);
    }

    fn walk<T: Debug>(&mut self, mut step: Step<T>) -> Option<T> {
        let now = self.ground.now.get();
        loop {
            self.ear.hear(&step);
            step = match step {
                Step::Load(load) => {
                    let found = self.ground.store.load(load.row()).unwrap();
                    self.ear.hear(&(load.row(), &found));
                    load.found(now, found)
                }
                Step::Commit(commit) => {
                    let answer = self.ground.store.swap(commit.write());
                    self.ear.hear(&(commit.write(), answer));
                    commit.applied(now)
                }
                Step::Hash(hash) => {
                    let mut memory = HashMemory::new();
                    let digest = hash.work().run(&mut memory);
                    self.ear.hear(&(hash.work(), &digest, memory));
                    hash.done(now, digest)
                }
                Step::Deliver(deliver) => {
                    let message = deliver.message();
                    self.ear.hear(message);
                    let code = message.code().to_owned();
                    self.ear.fear(&code);
                    let outbox = Outbox::new();
                    outbox.deliver(message);
                    let mail = outbox.last().unwrap();
                    let mail = stepping::Mail { id: mail.id, to: mail.to, code: mail.code };
                    self.ground.mail.borrow_mut().push(mail);
                    deliver.sent(now)
                }
                Step::Done(done) => return self.end(done),
            };
        }
    }

    fn end<T: Debug>(&mut self, done: Done<T>) -> Option<T> {
        for event in &done.events {
            self.ear.hear(event);
        }
        match done.result {
            Ok(granted) => {
                self.ear.hear(&granted);
                Some(granted)
            }
            Err(error) => {
                self.ear.hear_display(&error);
                None
            }
        }
    }
}

fn heard() -> Heard {
    // Ten digits, so that no number that isn't the code looks like it.
    let policy = builder().set("code.digits", 10).unwrap().build().unwrap();
    Heard { ground: Ground::new(policy), ear: Ear::new() }
}

fn begin(pin: &str) -> Begin<'_> {
    let sign_in = Begin { purpose: SIGN_IN, pin: Some(pin), ..look_up(PHONE) };
    Begin { caller: VISITOR, context: CONTEXT, ..sign_in }
}

/// A person's life with pinbolt, right and wrong.
fn life(h: &mut Heard) {
    let enroll = |account, asserted_by| Enroll {
        account,
        pin: Some(CANARY_PIN),
        addresses: &[PHONE, EMAIL],
        asserted_by,
    };
    h.run(enroll("ana", Some(operator()))).unwrap();
    h.run(enroll("ana", None));
    h.run(enroll("rui", Some(operator())));
    h.run(Enroll { pin: Some("1111111111"), ..enroll("eva", None) });
    let authority = by_operator();
    h.run(Confirm { account: "ana", address: EMAIL, authority, caller: VISITOR });
    let authority = by_operator();
    let confirm = Confirm { account: "ana", address: LANDLINE, authority, caller: VISITOR };
    let begun = h.run(confirm).unwrap();
    h.deliver(begun.dispatch);

    let begun = h.run(begin(CANARY_PIN)).unwrap();
    let first = begun.challenge.handle;
    h.deliver(begun.dispatch);
    let resend = |handle, channel| Resend { handle, channel, caller: VISITOR };
    h.run(resend(&first, Channel::Email));
    h.ground.advance(30 * SECOND);
    let begun = h.run(resend(&first, Channel::Email)).unwrap();
    h.deliver(begun.dispatch);
    let handle = begun.challenge.handle;
    let code = h.ground.code();
    let finish = |code| Finish { caller: VISITOR, context: CONTEXT, ..finish(&handle, code) };
    let guess = wrong(&code);
    h.ear.fear(&guess);
    assert!(h.run(finish(&guess)).is_none());
    assert!(h.run(finish("not a code")).is_none());
    let accepted = h.run(finish(&code)).unwrap();
    h.ear.hear(&Authority::Accepted(accepted));
    assert!(h.run(finish(&code)).is_none());
    pins(h);
}

fn pins(h: &mut Heard) {
    for pin in [WRONG_PIN, CANARY_PIN, "a1234567890"] {
        h.run(begin(pin));
        h.run(Verify { evidence: Evidence::pin(pin), ..verify(EMAIL, pin) });
    }
    let change =
        ChangePin { account: "ana", old: CANARY_PIN, new: CANARY_NEW_PIN, caller: VISITOR };
    h.run(ChangePin { old: WRONG_PIN, ..change });
    h.run(ChangePin { new: "0212000417", ..change });
    h.run(change).unwrap();
    let authority = by_operator();
    h.run(ResetPin { account: "ana", new: CANARY_PIN, authority }).unwrap();
    let (authenticator, authority) = (Authenticator::PIN, by_operator());
    h.run(Unlock { account: "ana", authenticator, authority }).unwrap();
    h.run(Cancel { handle: "v1.x", caller: VISITOR });
    h.run(Describe { account: "ana" }).unwrap();
    h.run(Block { account: "ana", operator: operator() }).unwrap();
    h.run(Describe { account: "ana" }).unwrap();
    h.run(Unblock { account: "ana", operator: operator() }).unwrap();
    h.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
}

#[test]
fn failure_22_a_life_of_canaries_leaves_none_in_any_text() {
    let mut h = heard();
    life(&mut h);
    assert!(h.ear.text.len() > 100_000, "{} bytes were heard", h.ear.text.len());
    for seen in ["CodeAccepted", "PinTried", "AlreadyUsed", "WeakPin", "AddressTaken", "Commit"] {
        assert!(h.ear.text.contains(seen), "{seen}");
    }
    h.ear.judge();
}

#[test]
fn failure_22_what_a_host_holds_shows_none_either() {
    let mut ear = Ear::new();
    let pinbolt = Pinbolt::open(keys(), policy(), "tests").unwrap();
    ear.hear(&(keys(), &pinbolt, policy(), by_operator()));
    ear.hear(&Engine::new(pinbolt, MemoryStore::new(), Outbox::new()));
    ear.hear(&Secret::new(String::from(CANARY_PIN)));
    for address in [PHONE, EMAIL] {
        ear.hear(&(Name::parse(address).unwrap(), Address::parse(address).unwrap()));
        ear.hear_display(&Address::parse(address).unwrap().mask());
    }
    ear.hear(&(Phone::parse(PHONE).unwrap(), Email::parse(EMAIL).unwrap()));
    // A person may type his number without its plus, and then it reads as an account's id.
    ear.hear(&(AccountId::parse("351912000417").unwrap(), Name::parse("351912000417").unwrap()));
    for bad in ["+351912000417x", "912000417", "Ana.Reis@example", "Ana.Reis@example.com\r\nBcc"] {
        let error = Address::parse(bad).unwrap_err();
        ear.hear(&error);
        ear.hear_display(&error);
    }
    let key = Keyring::new([7; 32], 1, *b"the first secret of the tests 32").unwrap_err();
    ear.hear(&key);
    ear.hear_display(&builder().set(CANARY_PIN.get(..4).unwrap(), 1).unwrap_err());
    ear.judge();
}

#[test]
fn failure_22_no_sentence_has_room_for_one() {
    let mut ear = Ear::new();
    for (_, name, sentence) in [Refusal::TABLE, Misuse::TABLE, Failure::TABLE].concat() {
        ear.hear_display(&name);
        ear.hear_display(&sentence);
        assert!(!sentence.contains('{'), "{sentence}");
    }
    ear.hear(&Refusal::WeakPin { reason: WeakPin::OwnNumber });
    ear.hear(&Refusal::Malformed { input: Input::Address(AddressError::EmailShape) });
    ear.judge();
}

#[test]
fn failure_22_a_refused_operator_holds_no_address() {
    for bad in ["ana.reis@example.com", "+351912000417"] {
        let error = pinbolt::Operator::new(bad, "asked").unwrap_err();
        assert_eq!(error, Misuse::Operator);
    }
    assert_eq!(pinbolt::Operator::new("desk", "wrote a@b.pt").unwrap_err(), Misuse::Operator);
}

#[test]
fn a_session_shows_in_no_text() {
    let mut h = heard();
    h.ear.fear_bytes(SESSION);
    h.ear.hear(&VISITOR);
    life(&mut h);
    h.ear.judge();
}

#[test]
fn the_ear_hears() {
    let mut ear = Ear::new();
    ear.hear(&vec![PHONE]);
    assert!(std::panic::catch_unwind(|| ear.judge()).is_err());
    let mut ear = Ear::new();
    ear.hear(b"the first secret of the tests 32");
    assert!(std::panic::catch_unwind(|| ear.judge()).is_err(), "a list of bytes is seen through");
}
