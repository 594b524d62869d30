//! Which proofs allow acts on an account: every act, by every strength. What is expected is read out
//! of the table in the documentation of `Proofs`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod common;

use std::{cell::Cell, collections::BTreeMap};

use common::*;
use pinbolt::{
    Accepted, Authenticator, Authority, Caller, Channel, EventKind, Lane, Proofs, Refusal,
    op::{
        AddToken, Begin, CancelAccount, CloseTicket, Confirm, Describe, Enroll, Evidence, Finish,
        ForgetDevice, IssueRecoveryCodes, IssueTicket, Redeem, ReleaseAddress, RememberDevice,
        RemoveToken, ResetPin, SuspendAddress, TokenKind, TokenSecret, Unlock, Verify,
    },
    policy::Purpose,
    testkit::MemoryStore,
};

const DEVICE: &str = "@push:installation-8f0c";

/// The keys, as the table has them.
const KEYS: [&str; 6] = [
    "PIN",
    "code to a phone",
    "code to an e-mail address",
    "code on a channel of your own",
    "token",
    "recovery code",
];
const TICKET: &str = "ticket: link and code";

/// From the documentation: what each key is worth alone, and beside another.
fn table() -> BTreeMap<&'static str, (bool, bool)> {
    let source = include_str!("../src/authority.rs");
    let rows = source.lines().skip_while(|line| !line.contains("| by | alone | beside")).skip(2);
    let rows = rows.map_while(|line| line.strip_prefix("/// | ")?.strip_suffix(" |"));
    let yes = |cell: &str| match cell {
        "yes" => true,
        "no" => false,
        other => panic!("{other}"),
    };
    let row = |row: &'static str| {
        let cells: Vec<&str> = row.split(" | ").collect();
        (cells[0], (yes(cells[1]), yes(cells[2])))
    };
    rows.map(row).collect()
}

/// Whether the table lets these keys act.
fn expected(keys: &[&str]) -> bool {
    let table = table();
    let other = |key: &str| keys.iter().any(|other| *other != key);
    keys.iter().any(|key| table[key].0) || keys.iter().all(|key| table[key].1 && other(key))
}

fn push() -> Channel {
    Channel::own("push").unwrap()
}

/// A world in which `ana` has every kind of key, a known device and an open ticket.
struct Case {
    w: World<MemoryStore>,
    device: String,
    papers: Vec<String>,
    ticket: (String, String),
    /// Codes of the token and papers that were used.
    used: Cell<u64>,
}

fn case() -> Case {
    let each = [Channel::Sms, Channel::Email, push()];
    let policy = builder()
        .purpose(Purpose::pin("pin").authorizes())
        .purpose(Purpose::code("code", &each).authorizes())
        .purpose(Purpose::otp("token").authorizes())
        .purpose(Purpose::recovery_code("recover").authorizes())
        .purpose(Purpose::pin_and_code("both", &each).authorizes())
        .purpose(Purpose::pin("pin-token").and_otp().authorizes())
        .purpose(Purpose::pin("pin-recover").and_recovery_code().authorizes())
        .purpose(Purpose::otp("token-recover").and_recovery_code().authorizes())
        .purpose(Purpose::ticket("dossier").authorizes())
        .purpose(Purpose::pin_and_code("idle", &each));
    let policy = policy.set("recovery.codes", 3).unwrap().build().unwrap();
    let w = world_with(policy);
    w.enroll_as("ana", &[PHONE, EMAIL, DEVICE]);
    w.run(standing(TokenKind::Hotp { counter: 0 })).unwrap();
    let codes = w.run(IssueRecoveryCodes { account: "ana", authority: by_operator() }).unwrap();
    let papers = codes.iter().map(String::from).collect();
    let issue = IssueTicket {
        account: "ana",
        purpose: "dossier",
        address: None,
        context: b"",
        operator: operator(),
    };
    let ticket = w.run(issue).unwrap();
    let ticket = (ticket.link().unwrap().into(), ticket.code().into());
    let proof = w.sign_in().unwrap().into();
    let device = w.run(RememberDevice { account: "ana", label: "", proof }).unwrap();
    let device = device.token().into();
    Case { w, device, papers, ticket, used: Cell::new(0) }
}

impl Case {
    fn next(&self) -> u64 {
        self.used.replace(self.used.get() + 1)
    }

    fn verify(&self, purpose: &str, evidence: Evidence<'_>, caller: Caller<'_>) -> Accepted {
        let verify = Verify { caller, ..verify_by("ana", purpose, evidence) };
        self.w.run(verify).unwrap()
    }

    fn code(&self, begin: Begin<'_>) -> Accepted {
        let challenge = self.w.begin(begin).unwrap();
        let (code, caller) = (self.w.code(), begin.caller);
        self.w.run(Finish { caller, ..finish(&challenge.handle, &code) }).unwrap()
    }

    fn by_code(&self, purpose: &str, channel: Channel, caller: Caller<'_>) -> Accepted {
        let pin = (purpose != "code" && purpose != "look-up").then_some(PIN);
        self.code(Begin { purpose, pin, channel, caller, ..look_up("ana") })
    }

    /// A proof by one key, as the table names it.
    fn one(&self, key: &str, caller: Caller<'_>) -> Accepted {
        match key {
            "PIN" => self.verify("pin", Evidence::pin(PIN), caller),
            "code to a phone" => self.by_code("code", Channel::Sms, caller),
            "code to an e-mail address" => self.by_code("code", Channel::Email, caller),
            "code on a channel of your own" => self.by_code("code", push(), caller),
            "token" => self.verify("token", Evidence::otp(&otp(self.next())), caller),
            "recovery code" => {
                let paper = &self.papers[usize::try_from(self.next()).unwrap()];
                self.verify("recover", Evidence::recovery_code(paper), caller)
            }
            TICKET => {
                let (link, code) = &self.ticket;
                let redeem =
                    Redeem { purpose: "dossier", link, code: Some(code), caller, context: b"" };
                self.w.run(redeem).unwrap()
            }
            other => panic!("{other}"),
        }
    }

    /// A proof by two keys at once; `None` for two that no purpose has.
    fn two(&self, (first, second): (&str, &str)) -> Option<Accepted> {
        let (number, paper) = (self.next(), &self.papers[0]);
        let channel = match second {
            "code to a phone" => Some(Channel::Sms),
            "code to an e-mail address" => Some(Channel::Email),
            "code on a channel of your own" => Some(push()),
            _ => None,
        };
        let verify = |purpose, evidence| Some(self.verify(purpose, evidence, CALLER));
        match (first, second, channel) {
            ("PIN", _, Some(channel)) => Some(self.by_code("both", channel, CALLER)),
            ("PIN", "token", _) => verify("pin-token", Evidence::pin(PIN).and_otp(&otp(number))),
            ("PIN", "recovery code", _) => {
                verify("pin-recover", Evidence::pin(PIN).and_recovery_code(paper))
            }
            ("token", "recovery code", _) => {
                verify("token-recover", Evidence::otp(&otp(number)).and_recovery_code(paper))
            }
            _ => None,
        }
    }
}

/// By what right an act is tried.
enum Right {
    Operator,
    Proofs(Proofs),
}

impl Right {
    fn authority(self) -> Authority {
        match self {
            Self::Operator => by_operator(),
            Self::Proofs(proofs) => Authority::Proved(proofs),
        }
    }
}

/// An act, and the event by which it is told; `None` for what its type rules out.
type Act = (EventKind, fn(&World<MemoryStore>, Right) -> Option<Result<(), Refusal>>);

const ACTS: [Act; 11] = [
    (EventKind::PinReset, |w, right| {
        let authority = right.authority();
        Some(w.run(ResetPin { account: "ana", new: "604281", authority }))
    }),
    (EventKind::AddressChangeAsked, |w, right| {
        let (authority, address) = (right.authority(), "+351912000555");
        let confirm =
            Confirm { account: "ana", address, replaces: None, authority, caller: CALLER };
        Some(w.run(confirm).map(drop))
    }),
    (EventKind::AddressReleased, |w, right| {
        let (authority, address) = (right.authority(), "@push:installation-8f0c");
        Some(w.run(ReleaseAddress { account: "ana", address, authority }).map(drop))
    }),
    (EventKind::TokenAdded, |w, right| {
        let secret = TokenSecret::Generated;
        let add = AddToken {
            authority: right.authority(),
            secret,
            ..token(TokenKind::Hotp { counter: 0 })
        };
        Some(w.run(add).map(drop))
    }),
    (EventKind::TokenRemoved, |w, right| {
        let authority = right.authority();
        Some(w.run(RemoveToken { account: "ana", token: 1, authority }))
    }),
    (EventKind::RecoveryCodesIssued, |w, right| {
        let authority = right.authority();
        Some(w.run(IssueRecoveryCodes { account: "ana", authority }).map(drop))
    }),
    (EventKind::DeviceRemembered, |w, right| match right {
        Right::Operator => None,
        Right::Proofs(proof) => {
            Some(w.run(RememberDevice { account: "ana", label: "", proof }).map(drop))
        }
    }),
    (EventKind::DeviceForgotten, |w, right| {
        let authority = right.authority();
        Some(w.run(ForgetDevice { account: "ana", device: None, authority }))
    }),
    (EventKind::Unlocked, |w, right| {
        let (authenticator, authority) = (Authenticator::CODE, right.authority());
        Some(w.run(Unlock { account: "ana", authenticator, authority }).map(drop))
    }),
    (EventKind::TicketClosed, |w, right| {
        let authority = right.authority();
        Some(w.run(CloseTicket { account: "ana", purpose: "dossier", authority }))
    }),
    (EventKind::AccountCancelled, |w, right| {
        let authority = right.authority();
        Some(w.run(CancelAccount { account: "ana", authority }))
    }),
];

/// Tries an act in a world of its own and holds it against what the table says. A refusal leaves the
/// account as it was; what is granted says by whose right.
fn cell(
    (kind, act): &Act,
    (strength, allowed): (&str, bool),
    right: impl FnOnce(&Case) -> Option<Right>,
) -> u32 {
    let case = case();
    let Some(right) = right(&case) else { return 0 };
    let w = &case.w;
    let before = w.run(Describe { account: "ana" }).unwrap();
    let Some(answer) = act(w, right) else { return 0 };
    let expected = if allowed { "granted" } else { "NotAuthorized" };
    assert_eq!(named(answer), expected, "{} by {strength}", kind.name());
    match w.run(Describe { account: "ana" }) {
        Ok(after) if allowed => {
            let event = after.events.iter().rev().find(|event| event.kind == *kind).unwrap();
            assert!(event.operator.is_some() || event.lane.is_some(), "{strength}");
            assert_eq!(event.beside.is_some(), strength.contains(" + "), "{strength}");
        }
        Ok(after) => assert_eq!(after, before, "{} by {strength}", kind.name()),
        Err(_) => assert!(allowed && *kind == EventKind::AccountCancelled),
    }
    1
}

#[test]
fn every_act_by_every_strength() {
    assert_eq!(table().len(), KEYS.len() + 1, "{:?}", table());
    let right = |proofs: Proofs| Some(Right::Proofs(proofs));
    let mut cells = 0;
    for act in &ACTS {
        cells += cell(act, ("an operator", true), |_| Some(Right::Operator));
        for key in KEYS.into_iter().chain([TICKET]) {
            let alone = expected(&[key]);
            cells += cell(act, (key, alone), |case| right(case.one(key, CALLER).into()));
            let on_device = format!("{key}, on a known device");
            cells += cell(act, (&on_device, alone), |case| {
                right(case.one(key, CALLER.device(&case.device)).into())
            });
            for other in KEYS {
                let (pair, once) = (format!("{key} + {other}"), format!("{key} with {other}"));
                let allowed = expected(&[key, other]);
                cells += cell(act, (&pair, allowed), |case| {
                    right((case.one(key, CALLER), case.one(other, CALLER)).into())
                });
                cells += cell(act, (&once, allowed), |case| right(case.two((key, other))?.into()));
            }
        }
    }
    println!("{} acts, {cells} cells", ACTS.len());
    assert!(cells > 600, "{cells}");
}

/// Pairs that would do, but for one thing.
#[test]
fn a_pair_stands_only_as_a_whole() {
    type Broken = (&'static str, fn(&Case) -> (Accepted, Accepted));
    const OTHER: Caller<'static> = Caller::new(b"session 2");
    let broken: [Broken; 8] = [
        ("of two sessions", |case| (case.one("PIN", CALLER), case.one("code to a phone", OTHER))),
        ("the first too old", |case| {
            let first = case.one("PIN", CALLER);
            case.w.clock.advance(5 * MINUTE + SECOND);
            (first, case.one("code to a phone", CALLER))
        }),
        ("the second of a purpose that allows nothing", |case| {
            (case.one("PIN", CALLER), case.by_code("look-up", Channel::Sms, CALLER))
        }),
        ("the first of a purpose that allows nothing", |case| {
            (case.verify("step-up", Evidence::pin(PIN), CALLER), case.one("token", CALLER))
        }),
        ("the second strong and of a purpose that allows nothing", |case| {
            (case.one("PIN", CALLER), case.by_code("idle", Channel::Sms, CALLER))
        }),
        ("of another account", |case| {
            case.w.enroll_as("rui", &["+351912000418"]);
            let rui = Begin { purpose: "code", ..look_up("rui") };
            (case.one("PIN", CALLER), case.code(rui))
        }),
        ("codes to two phones", |case| {
            let second = "+351912000555";
            let challenge = case.w.confirm("ana", second).unwrap();
            case.w.finish(&challenge.handle, &case.w.code()).unwrap();
            let first = case.one("code to a phone", CALLER);
            (first, case.code(Begin { purpose: "code", ..look_up(second) }))
        }),
        ("codes of two tokens", |case| {
            let secret = TokenSecret::Given(b"another secret of 20");
            let kind = TokenKind::Hotp { counter: 0 };
            case.w.run(AddToken { secret, ..standing(kind) }).unwrap();
            let other = pinbolt::oath::Hotp::new(
                pinbolt::oath::Algorithm::Sha1,
                6,
                b"another secret of 20",
            );
            let code = other.unwrap().code(0);
            let second = case.verify("token", Evidence::otp(code.as_str()), CALLER);
            (case.one("token", CALLER), second)
        }),
    ];
    for (what, pair) in broken {
        for turned in [false, true] {
            let case = case();
            let (first, second) = pair(&case);
            let pair = if turned { (second, first) } else { (first, second) };
            let cancel = CancelAccount { account: "ana", authority: pair.into() };
            assert_eq!(named(case.w.run(cancel)), "NotAuthorized", "{what}, turned: {turned}");
        }
    }
    // What is enough alone is not made less by a second, unless that one falls.
    let case = case();
    let strong = case.by_code("both", Channel::Sms, CALLER);
    let pair = (strong, case.one("code to a phone", CALLER));
    case.w.run(ForgetDevice { account: "ana", device: None, authority: pair.into() }).unwrap();
}

/// Without a PIN, and by a ticket without an address, nothing in a proof but its account tells whose it
/// is.
#[test]
fn a_proof_of_another_account_allows_nothing() {
    let policy = builder().purpose(Purpose::ticket("dossier").authorizes()).build().unwrap();
    let w = world_with(policy);
    for account in ["ana", "rui"] {
        w.run(Enroll { account, pin: None, addresses: &[], asserted_by: None }).unwrap();
    }
    let proof = || {
        let (purpose, context, operator) = ("dossier", b"", operator());
        let issue = IssueTicket { account: "rui", purpose, address: None, context, operator };
        let ticket = w.run(issue).unwrap();
        let (link, code) = (ticket.link().unwrap(), Some(ticket.code()));
        w.run(Redeem { purpose, link, code, caller: CALLER, context }).unwrap()
    };
    for (account, said) in [("ana", "NotAuthorized"), ("rui", "granted")] {
        let cancel = CancelAccount { account, authority: proof().into() };
        assert_eq!(named(w.run(cancel)), said, "{account}");
    }
}

/// A known device chooses the lane. It is no factor, and proves nothing beside one.
#[test]
fn one_factor_on_a_known_device_allows_nothing() {
    for key in KEYS {
        let case = case();
        let proof = case.one(key, CALLER.device(&case.device));
        assert_eq!(proof.lane(), Lane::KnownDevice, "{key}");
        let cancel = CancelAccount { account: "ana", authority: proof.into() };
        assert_eq!(named(case.w.run(cancel)), "NotAuthorized", "{key}");
    }
}

/// What a proof rests on may end between the proof and the act.
#[test]
fn a_proof_falls_with_what_it_rests_on() {
    type Ended = (&'static str, fn(&World<MemoryStore>));
    let all: [Ended; 5] = [
        ("PIN", |w| {
            w.run(ResetPin { account: "ana", new: "604281", authority: by_operator() }).unwrap();
        }),
        ("code to a phone", |w| {
            let (address, operator) = (PHONE, operator());
            drop(w.run(SuspendAddress { address, account: None, operator }).unwrap());
        }),
        ("code to an e-mail address", |w| {
            let (address, authority) = (EMAIL, by_operator());
            drop(w.run(ReleaseAddress { account: "ana", address, authority }).unwrap());
        }),
        ("token", |w| {
            w.run(RemoveToken { account: "ana", token: 1, authority: by_operator() }).unwrap();
        }),
        ("recovery code", |w| {
            let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
            drop(w.run(issue).unwrap());
        }),
    ];
    for (key, end) in all {
        for ended in [false, true] {
            let case = case();
            let beside = case.one("code on a channel of your own", CALLER);
            let proof = case.one(key, CALLER);
            if ended {
                end(&case.w);
            }
            let authority = (beside, proof).into();
            let cancelled = case.w.run(CancelAccount { account: "ana", authority });
            assert_eq!(named(cancelled), if ended { "NotAuthorized" } else { "granted" }, "{key}");
        }
    }
}

/// The phone is lost and the PIN forgotten: a code by e-mail and a paper set a new PIN, and free the
/// account of the phone. Each act says in the record by what two proofs it was done.
#[test]
fn a_lost_phone_and_a_forgotten_pin_are_recovered_by_two_proofs() {
    let case = case();
    let w = &case.w;
    let pair = || {
        let first = case.one("code to an e-mail address", CALLER);
        Authority::from((first, case.one("recovery code", CALLER)))
    };
    w.run(ResetPin { account: "ana", new: "604281", authority: pair() }).unwrap();
    drop(w.run(ReleaseAddress { account: "ana", address: PHONE, authority: pair() }).unwrap());
    let events = w.run(Describe { account: "ana" }).unwrap().events;
    for kind in [EventKind::PinReset, EventKind::AddressReleased] {
        let event = events.iter().find(|event| event.kind == kind).unwrap();
        assert_eq!(event.purpose.as_deref(), Some("code"), "{kind:?}");
        assert_eq!(event.beside.as_deref(), Some("recover"), "{kind:?}");
        assert!(event.operator.is_none());
    }
    w.run(Verify { evidence: Evidence::pin("604281"), ..verify("ana", PIN) }).unwrap();
    assert_eq!(named(w.verify("ana", PIN)), "WrongCredentials");
}

/// Failure 37: whoever holds a number that was given out again has one way at most, and that one
/// proves nothing: neither alone nor beside another does it recover the account.
#[test]
fn failure_37_a_stale_number_is_no_second_proof() {
    let case = case();
    let w = &case.w;
    let refresh = |days| {
        w.clock.advance(days * DAY);
        drop(case.by_code("both", Channel::Email, CALLER));
    };
    refresh(100);
    refresh(100);
    let mail = case.one("code to an e-mail address", CALLER);
    let sent = w.outbox.all().len();
    let challenge = w.begin(Begin { purpose: "code", ..look_up("ana") }).unwrap();
    assert!(challenge.sent, "it looks like any other");
    assert_eq!(w.outbox.all().len(), sent, "and nothing goes out");
    assert!(w.finish(&challenge.handle, &w.code()).is_err());
    let reset = ResetPin { account: "ana", new: "604281", authority: mail.into() };
    assert_eq!(named(w.run(reset)), "NotAuthorized", "the mail alone");
    w.clock.advance(MINUTE);
    let pair = (case.one("code to an e-mail address", CALLER), case.one("token", CALLER));
    w.run(ResetPin { account: "ana", new: "604281", authority: pair.into() }).unwrap();
}
