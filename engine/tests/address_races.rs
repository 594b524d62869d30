//! Two operations about one address or one civil document, in every order of their questions: never
//! more owners than may be, and nothing is lost for good.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod stepping;

use common::*;
use pinbolt::{
    Document, Error, EventKind, Policy,
    driver::{Answer, Asked, Granted, Operation, Store},
    op::{
        Begin, CONFIRM, CancelAccount, Confirm, Describe, Finish, Registrations, ReleaseAddress,
        SuspendAddress, TieIdentity, UntieIdentity, Verb,
    },
};
use stepping::{Answered, Ground};

const NEW: &str = "+351912000369";
const PEOPLE: [&str; 3] = ["ana", "eva", "mia"];
/// Granted, or why not.
type End = &'static str;

/// Codes to addresses, as the accounts got them: handle and code.
type Codes = Vec<(String, String)>;

/// What stands before a race, the two that run, and what must hold after each order.
struct Race {
    policy: Policy,
    before: fn(&Ground) -> Codes,
    run: fn(&Ground, &Codes) -> [Operation; 2],
    after: fn(&Ground, [End; 2]),
}

impl Race {
    /// How many orders there are.
    fn in_every_order(&self) -> u32 {
        let base = Ground::new(self.policy.clone());
        let codes = (self.before)(&base);
        let (mut orders, mut path) = (0, Vec::new());
        loop {
            let ground = base.copy();
            let mut two = (self.run)(&ground, &codes);
            let mut at = 0;
            loop {
                let next = match [is_open(&two[0]), is_open(&two[1])] {
                    [false, false] => break,
                    [true, false] => 0,
                    [false, true] => 1,
                    [true, true] => {
                        if path.len() == at {
                            path.push(0);
                        }
                        at += 1;
                        path[at - 1]
                    }
                };
                answer(&ground, &mut two[next]);
            }
            (self.after)(&ground, two.map(ended));
            orders += 1;
            while path.last() == Some(&1) {
                path.pop();
            }
            match path.last_mut() {
                Some(last) => *last = 1,
                None => return orders,
            }
        }
    }
}

fn is_open(operation: &Operation) -> bool {
    !matches!(operation.asked().unwrap(), Asked::Nothing)
}

fn answer(ground: &Ground, operation: &mut Operation) {
    let answer = match operation.asked().unwrap() {
        Asked::Load(row) => Answer::Found(ground.store.load(row).unwrap()),
        Asked::Commit(write) => match ground.apply(write) {
            Answered::Applied => Answer::Applied,
            _ => Answer::Conflict,
        },
        _ => panic!("it hashes and delivers nothing"),
    };
    operation.answer(ground.now.get(), answer).unwrap();
}

fn ended(mut operation: Operation) -> End {
    match operation.end().unwrap().result {
        Ok(_) => "granted",
        Err(Error::Refused(refusal)) => refusal.name(),
        Err(error) => panic!("{error}"),
    }
}

fn starts<V: Verb>(ground: &Ground, verb: V) -> Operation
where
    Granted: From<V::Output>,
{
    Operation::start(verb, &ground.pinbolt, ground.now.get(), ground.entropy())
}

fn people(ground: &Ground) {
    for account in PEOPLE {
        ground.enroll(account, None, &[]);
    }
}

fn asked(ground: &Ground, account: &str, address: &str) -> (String, String) {
    let (replaces, authority) = (None, by_operator());
    let confirm = Confirm { account, address, replaces, authority, caller: CALLER };
    (ground.sent(confirm).unwrap().handle, ground.code())
}

fn types(ground: &Ground, (handle, code): &(String, String)) -> Operation {
    starts(ground, Finish { purpose: CONFIRM, ..finish(handle, code) })
}

fn bind(ground: &Ground, account: &str, address: &str) -> End {
    ground.advance(HOUR);
    let (handle, code) = asked(ground, account, address);
    named(ground.run(Finish { purpose: CONFIRM, ..finish(&handle, &code) }))
}

fn release(ground: &Ground, account: &str, address: &str) -> End {
    named(ground.run(ReleaseAddress { account, address, authority: by_operator() }))
}

/// The accounts that have an address bound; here each has one at most.
fn owners(ground: &Ground) -> Vec<&'static str> {
    let bound = |account: &&str| {
        let addresses = ground.run(Describe { account }).map_or(Vec::new(), |seen| seen.addresses);
        addresses.iter().any(|address| address.bound.is_some())
    };
    PEOPLE.into_iter().filter(bound).collect()
}

fn one_granted(ground: &Ground, ends: [End; 2], no: End) -> &'static str {
    let owners = owners(ground);
    let [owner] = owners[..] else { panic!("owned by {owners:?} after {ends:?}") };
    let granted = [owner == "ana", owner == "eva"];
    assert_eq!(ends, granted.map(|granted| if granted { "granted" } else { no }));
    owner
}

#[test]
fn two_accounts_confirm_one_address() {
    let race = Race {
        policy: policy(),
        before: |ground| {
            people(ground);
            vec![asked(ground, "ana", NEW), asked(ground, "eva", NEW)]
        },
        run: |ground, codes| [types(ground, &codes[0]), types(ground, &codes[1])],
        after: |ground, ends| {
            let owner = one_granted(ground, ends, "AddressTaken");
            assert_eq!(bind(ground, "mia", NEW), "AddressTaken");
            assert_eq!(release(ground, owner, NEW), "granted");
            assert_eq!(bind(ground, "mia", NEW), "granted");
            assert_eq!(owners(ground), ["mia"]);
        },
    };
    assert!(race.in_every_order() >= 100);
}

#[test]
fn two_accounts_confirm_one_mailbox_in_two_spellings() {
    let race = Race {
        policy: builder().set("email.one_mailbox", 1).unwrap().build().unwrap(),
        before: |ground| {
            people(ground);
            let ana = asked(ground, "ana", "a.reis@example.com");
            vec![ana, asked(ground, "eva", "areis+x@example.com")]
        },
        run: |ground, codes| [types(ground, &codes[0]), types(ground, &codes[1])],
        after: |ground, ends| {
            one_granted(ground, ends, "AddressTaken");
            assert_eq!(bind(ground, "mia", "areis@example.com"), "AddressTaken");
        },
    };
    assert!(race.in_every_order() >= 100);
}

#[test]
fn two_accounts_want_the_last_place_of_a_shared_address() {
    let race = Race {
        policy: builder().set("address.accounts", 2).unwrap().build().unwrap(),
        before: |ground| {
            people(ground);
            assert_eq!(bind(ground, "mia", NEW), "granted");
            ground.advance(HOUR);
            vec![asked(ground, "ana", NEW), asked(ground, "eva", NEW)]
        },
        run: |ground, codes| [types(ground, &codes[0]), types(ground, &codes[1])],
        after: |ground, ends| {
            let granted = ends.iter().filter(|end| **end == "granted").count();
            let taken = ends.iter().filter(|end| **end == "AddressTaken").count();
            assert_eq!((granted, taken, owners(ground).len()), (1, 1, 2), "{ends:?}");
            assert_eq!(release(ground, "mia", NEW), "granted");
            let other = if ends[0] == "granted" { "eva" } else { "ana" };
            assert_eq!(bind(ground, other, NEW), "granted");
            assert_eq!(owners(ground), ["ana", "eva"]);
        },
    };
    assert!(race.in_every_order() >= 100);
}

#[test]
fn one_gives_up_what_another_confirms() {
    let race = Race {
        policy: policy(),
        before: |ground| {
            people(ground);
            assert_eq!(bind(ground, "ana", NEW), "granted");
            ground.advance(HOUR);
            vec![asked(ground, "eva", NEW)]
        },
        run: |ground, codes| {
            let authority = by_operator();
            let release = ReleaseAddress { account: "ana", address: NEW, authority };
            [starts(ground, release), types(ground, &codes[0])]
        },
        after: |ground, ends| {
            assert_eq!(ends[0], "granted");
            let took = ends[1] == "granted";
            assert!(took || ends[1] == "AddressTaken", "{ends:?}");
            assert_eq!(owners(ground), if took { vec!["eva"] } else { vec![] });
            let again = bind(ground, "mia", NEW);
            assert_eq!(again, if took { "AddressTaken" } else { "granted" });
        },
    };
    assert!(race.in_every_order() >= 20);
}

#[test]
fn a_registration_ends_while_another_confirms_its_address() {
    let race = Race {
        policy: policy(),
        before: |ground| {
            people(ground);
            assert_eq!(bind(ground, "ana", NEW), "granted");
            ground.advance(HOUR);
            vec![asked(ground, "eva", NEW)]
        },
        run: |ground, codes| {
            let cancel = CancelAccount { account: "ana", authority: by_operator() };
            [starts(ground, cancel), types(ground, &codes[0])]
        },
        after: |ground, ends| {
            assert_eq!(ends[0], "granted");
            let took = ends[1] == "granted";
            assert_eq!(owners(ground), if took { vec!["eva"] } else { vec![] });
            let again = bind(ground, "mia", NEW);
            assert_eq!(again, if took { "AddressTaken" } else { "granted" });
        },
    };
    assert!(race.in_every_order() >= 20);
}

#[test]
fn an_address_is_suspended_while_it_is_confirmed() {
    let race = Race {
        policy: policy(),
        before: |ground| {
            people(ground);
            vec![asked(ground, "ana", NEW)]
        },
        run: |ground, codes| {
            let suspend = SuspendAddress { address: NEW, account: None, operator: operator() };
            [starts(ground, suspend), types(ground, &codes[0])]
        },
        after: |ground, ends| {
            assert_eq!(ends[1], "granted");
            let seen = ground.run(Describe { account: "ana" }).unwrap().addresses;
            let suspended = seen[0].suspended.is_some();
            assert_eq!(ends[0], if suspended { "granted" } else { "UnknownAddress" });
        },
    };
    assert!(race.in_every_order() >= 5);
}

/// The proof rests on a code to the address that is suspended meanwhile.
#[test]
fn a_proof_ends_while_it_gives_an_address_up() {
    let race = Race {
        policy: policy(),
        before: |ground| {
            ground.enroll_ana();
            Vec::new()
        },
        run: |ground, _| {
            let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
            let handle = ground.sent(begin).unwrap().handle;
            let proof = ground.run(Finish { purpose: SIGN_IN, ..finish(&handle, &ground.code()) });
            let authority = proof.unwrap().into();
            let suspend = SuspendAddress { address: PHONE, account: None, operator: operator() };
            let release = ReleaseAddress { account: "ana", address: EMAIL, authority };
            [starts(ground, suspend), starts(ground, release)]
        },
        after: |ground, ends| {
            assert_eq!(ends[0], "granted");
            let events = ground.run(Describe { account: "ana" }).unwrap().events;
            let at = |kind| events.iter().position(|event| event.kind == kind);
            let (released, suspended) =
                (at(EventKind::AddressReleased), at(EventKind::AddressSuspended));
            match ends[1] {
                "granted" => assert!(released < suspended, "by a proof that had ended"),
                no => assert_eq!((no, released), ("NotAuthorized", None)),
            }
        },
    };
    assert!(race.in_every_order() >= 5);
}

fn card() -> &'static Document {
    static CARD: std::sync::OnceLock<Document> = std::sync::OnceLock::new();
    CARD.get_or_init(|| Document::new("passport", "PT", "AB123456").unwrap())
}

fn tying(account: &str) -> TieIdentity<'_> {
    TieIdentity { account, document: card(), operator: operator() }
}

fn registered(ground: &Ground) -> Vec<String> {
    ground.run(Registrations { document: card(), operator: operator() }).unwrap()
}

#[test]
fn two_accounts_are_tied_to_one_document() {
    let race = Race {
        policy: policy(),
        before: |ground| {
            people(ground);
            Vec::new()
        },
        run: |ground, _| [starts(ground, tying("ana")), starts(ground, tying("eva"))],
        after: |ground, ends| {
            let owner = if ends[0] == "granted" { "ana" } else { "eva" };
            assert_eq!(registered(ground), [owner], "{ends:?}");
            assert!(ends.contains(&"IdentityTaken"), "{ends:?}");
            ground.run(UntieIdentity { account: owner, operator: operator() }).unwrap();
            assert_eq!(named(ground.run(tying("mia"))), "granted");
            assert_eq!(registered(ground), ["mia"]);
        },
    };
    assert!(race.in_every_order() >= 100);
}

#[test]
fn a_document_is_freed_while_another_account_is_tied_to_it() {
    let race = Race {
        policy: policy(),
        before: |ground| {
            people(ground);
            ground.run(tying("ana")).unwrap();
            Vec::new()
        },
        run: |ground, _| {
            let untie = UntieIdentity { account: "ana", operator: operator() };
            [starts(ground, untie), starts(ground, tying("eva"))]
        },
        after: |ground, ends| {
            assert_eq!(ends[0], "granted");
            let took = ends[1] == "granted";
            assert_eq!(registered(ground), if took { vec!["eva"] } else { vec![] });
            let again = named(ground.run(tying("mia")));
            assert_eq!(again, if took { "IdentityTaken" } else { "granted" });
        },
    };
    assert!(race.in_every_order() >= 10);
}
