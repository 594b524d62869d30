//! Two systems side by side, in whatever order: the old one goes on accepting codes while its exports,
//! newer and older ones, are imported here again and again. No code is accepted twice, none that was
//! used there before an export that came here, and nothing comes back that went.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]

mod common;
mod moving;

use std::collections::{BTreeMap, BTreeSet};

use common::*;
use moving::*;
use pinbolt::{
    Authenticator, Refusal,
    op::{
        CancelAccount, Enroll, Failures, Import, ImportedToken, RemoveToken, TokenKind, Took,
        Unlock,
    },
    testkit::MemoryStore,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

const SECRETS: [&[u8]; 3] =
    [b"the clock's own secret", b"one counter's secret", b"another's secret.."];
const LISTED: [&str; 3] = CODES;
const FAILED: u32 = 3;

/// What the old system knows, and exports.
#[derive(Clone, Default)]
struct Old {
    /// The lowest step or counter that it would accept, of each token.
    next: [u64; 3],
    /// Recovery codes that were used there.
    used: BTreeSet<usize>,
}

struct Both {
    w: World<MemoryStore>,
    old: Old,
    exports: Vec<Old>,
    /// The counters of the devices.
    shows: [u64; 3],
    /// Below these no code may be accepted here any more: used here, or there before an export.
    floor: [u64; 3],
    /// Numbers of the tokens that are here.
    here: BTreeMap<usize, u32>,
    /// Tokens that were imported, ever.
    known: BTreeSet<usize>,
    /// Recovery codes that are over here.
    over: BTreeSet<usize>,
    /// Whether the set is here; it comes once.
    listed: Option<bool>,
    /// How often which thing happened, so that a run is worth something.
    seen: BTreeMap<&'static str, u32>,
}

impl Both {
    fn new() -> Self {
        let policy = with_tokens().set("throttle.on", 0).unwrap().build().unwrap();
        let (old, exports) = (Old::default(), vec![Old::default()]);
        Self {
            w: world_with(policy),
            old,
            exports,
            shows: [0; 3],
            floor: [0; 3],
            here: BTreeMap::new(),
            known: BTreeSet::new(),
            over: BTreeSet::new(),
            listed: None,
            seen: BTreeMap::new(),
        }
    }

    fn note(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    /// What the device shows now, and its step or counter.
    fn shown(&self, token: usize) -> u64 {
        if token == 0 { step(self.w.clock_now()) } else { self.shows[token] }
    }

    fn act(&mut self, [what, a, b]: [u8; 3]) {
        let (token, code) = (usize::from(a) % 3, usize::from(a) % LISTED.len());
        match what % 12 {
            0 | 1 => self.w.clock.advance(30 * SECOND),
            2 => self.there(token),
            3..=5 => self.here(token, u64::from(b % 6)),
            6 => {
                self.old.used.insert(code);
            }
            7 => self.recovers(code),
            8 | 9 => {
                self.exports.push(self.old.clone());
                self.imports(self.exports.len() - 1);
            }
            10 => self.imports(usize::from(a) % self.exports.len()),
            _ if b % 4 == 0 => self.enrolls_anew(),
            _ => self.removes(token),
        }
    }

    /// A sign-in at the old system.
    fn there(&mut self, token: usize) {
        let at = self.shown(token);
        if at >= self.old.next[token] {
            self.old.next[token] = at + 1;
            self.shows[token] = at + 1;
        }
    }

    /// A sign-in here, with what the device shows or has shown.
    fn here(&mut self, token: usize, back: u64) {
        let Some(at) = self.shown(token).checked_sub(back) else { return };
        self.unlocks(Authenticator::OTP);
        let told = sign_in(&self.w, &code_of(SECRETS[token], at));
        match told {
            Ok(()) => {
                assert!(self.here.contains_key(&token), "a token that isn't here");
                assert!(at >= self.floor[token], "a code that was used");
                self.floor[token] = at + 1;
                self.shows[token] = self.shows[token].max(at + 1);
                self.note("accepted");
            }
            Err(Refusal::AlreadyUsed | Refusal::WrongCredentials | Refusal::UnknownAccount) => {
                // Close enough, and never used: it signs in.
                let near = if token == 0 { back <= 1 } else { at <= self.floor[token] + 5 };
                let fresh = at >= self.floor[token] && near;
                assert!(!(fresh && self.here.contains_key(&token)), "a code that wasn't used");
                self.note("refused");
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    fn recovers(&mut self, code: usize) {
        self.unlocks(Authenticator::RECOVERY_CODE);
        let told = recover(&self.w, LISTED[code]);
        let good = self.listed == Some(true) && !self.over.contains(&code);
        assert_eq!(told.is_ok(), good, "{told:?}");
        if good {
            self.over.insert(code);
            self.note("recovered");
        }
    }

    fn imports(&mut self, export: usize) {
        let export = self.exports[export].clone();
        let token = |at: usize| {
            let counts = TokenKind::Hotp { counter: export.next[at] };
            let kind = if at == 0 { TokenKind::TOTP } else { counts };
            let last_step = export.next[at].checked_sub(1).filter(|_| at == 0);
            ImportedToken { kind, last_step, secret: SECRETS[at], ..phone() }
        };
        let tokens = [token(0), token(1), token(2)];
        let codes = (0..LISTED.len()).filter(|code| !export.used.contains(code));
        let codes: Vec<&str> = codes.map(|code| LISTED[code]).collect();
        let failures = Some(Failures { count: FAILED, last: 0 });
        self.unlocks(Authenticator::OTP);
        let import = Import { recovery_codes: Some(&codes), failures, ..with(&tokens) };
        let told = self.w.run(import).unwrap();
        let first = self.known.is_empty();
        for (at, (took, number)) in told.tokens.into_iter().enumerate() {
            let expected = match (self.here.get(&at), self.known.insert(at)) {
                (Some(own), _) => (Took::Kept, *own),
                (None, false) => (Took::Gone, 0),
                (None, true) => (Took::Added, number),
            };
            assert_eq!((took, number), expected);
            if took != Took::Gone {
                self.here.insert(at, number);
                self.floor[at] = self.floor[at].max(export.next[at]);
            }
            self.note(took.name());
        }
        let counts = shown(&self.w)
            .ledgers
            .iter()
            .any(|ledger| ledger.authenticator == Authenticator::OTP && ledger.failures == FAILED);
        assert_eq!(counts, first, "failures count once");
        // They come once, and none later.
        if self.listed.is_none() {
            self.listed = Some(!codes.is_empty());
        }
        self.over.extend(export.used);
    }

    fn removes(&mut self, token: usize) {
        let Some(number) = self.here.remove(&token) else { return };
        let remove = RemoveToken { account: "ana", token: number, authority: by_operator() };
        self.w.run(remove).unwrap();
        self.note("removed");
    }

    /// The id is cancelled, and another person gets it.
    fn enrolls_anew(&mut self) {
        if self.known.is_empty() {
            return;
        }
        let cancel = CancelAccount { account: "ana", authority: by_operator() };
        self.w.run(cancel).unwrap();
        assert_eq!(self.w.run(bare("ana")), Err(Refusal::Ended));
        let enroll = Enroll { account: "ana", pin: None, addresses: &[], asserted_by: None };
        self.w.run(enroll).unwrap();
        self.here.clear();
        if self.listed.is_some() {
            self.listed = Some(false);
        }
        self.note("enrolled anew");
    }

    /// So that no wait stands in the way of what is asked here.
    fn unlocks(&self, authenticator: Authenticator) {
        if !self.known.is_empty() {
            let authority = by_operator();
            self.w.run(Unlock { account: "ana", authenticator, authority }).unwrap();
        }
    }
}

#[test]
fn failure_10_two_systems_accept_no_code_twice_in_whatever_order() {
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[26; 32]);
    let seen = std::cell::RefCell::new(BTreeMap::<&str, u32>::new());
    let told = TestRunner::new_with_rng(config, rng).run(&vec(any::<[u8; 3]>(), 1..120), |steps| {
        let mut both = Both::new();
        steps.into_iter().for_each(|step| both.act(step));
        for (what, times) in both.seen {
            *seen.borrow_mut().entry(what).or_default() += times;
        }
        Ok(())
    });
    told.unwrap();
    let worth =
        ["accepted", "refused", "recovered", "Added", "Kept", "Gone", "removed", "enrolled anew"];
    let seen = seen.into_inner();
    for what in worth {
        assert!(seen.get(what).is_some_and(|times| *times >= 20), "{what}: {seen:?}");
    }
}
