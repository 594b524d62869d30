//! An ear: everything public that passes by is printed, in each form that Rust has, and canaries are
//! looked for in the text.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

use std::fmt::{Debug, Display, Write as _};

use pinbolt::{
    Done, HashMemory, Policy,
    driver::{Delivery as _, Store as _},
    op::{Dispatch, Step, Verb},
    testkit::Outbox,
};

use crate::{
    common::EMAIL,
    sealed,
    stepping::{self, Ground},
};

pub const CANARY_PIN: &str = "8027146391";
pub const CANARY_NEW_PIN: &str = "9041735508";
pub const WRONG_PIN: &str = "1357924680";

/// Everything that was printed, and what must not be in it.
pub struct Ear {
    pub text: String,
    pub canaries: Vec<String>,
}

impl Ear {
    pub fn new() -> Self {
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
    pub fn fear(&mut self, canary: &str) {
        self.canaries.push(canary.into());
    }

    /// The forms in which bytes are printed: as text, as a list, as hexadecimal digits.
    pub fn fear_bytes(&mut self, bytes: &[u8]) {
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

    pub fn hear(&mut self, value: &dyn Debug) {
        write!(self.text, "{value:?}\n{value:#?}\n{value:x?}\n").unwrap();
    }

    pub fn hear_display(&mut self, value: &dyn Display) {
        writeln!(self.text, "{value}").unwrap();
    }

    pub fn judge(&self) {
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
pub struct Heard {
    pub ground: Ground,
    pub ear: Ear,
}

impl Heard {
    pub fn run<V: Verb + Debug>(&mut self, verb: V) -> Option<V::Output>
    where
        V::Output: Debug,
    {
        self.ear.hear(&verb);
        let step = self.ground.start(verb);
        self.walk(step)
    }

    pub fn deliver(&mut self, dispatch: Dispatch) {
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
                    for secret in [message.code(), message.link()].into_iter().flatten() {
                        self.ear.fear(secret);
                    }
                    let outbox = Outbox::new();
                    outbox.deliver(message);
                    let mail = outbox.last().unwrap();
                    let link = mail.link.unwrap_or_default();
                    let mail = stepping::Mail { id: mail.id, to: mail.to, code: mail.code, link };
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

pub fn heard(policy: Policy) -> Heard {
    Heard { ground: Ground::new(policy), ear: Ear::new() }
}
