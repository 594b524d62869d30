//! Law 10: no code is stored. It is derived from a key, its challenge, purpose, account, address
//! and context, and compared by deriving it again. Records are sealed, bound to their row, version
//! and key id.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;
mod sealed;
mod stepping;

use argon2::{Algorithm, Argon2, Params};
use common::*;
use pinbolt::{
    Caller, Channel, Error, Failure, Keyring, Pinbolt, Policy,
    driver::Store,
    op::{Begin, CancelAccount, Describe, Finish},
    policy::Purpose,
    row::{RowName, Snapshot, Version},
};
use stepping::{Ground, Outcome};

const INDEX: [u8; 32] = *b"the index key of the tests, 32 b";
const FIRST: [u8; 32] = *b"the first secret of the tests 32";
const SECOND_SECRET: [u8; 32] = *b"the second secret of the tests..";

/// What a code is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    tenant: &'static str,
    account: &'static str,
    purpose: &'static str,
    channel: Channel,
    session: &'static [u8],
    context: &'static [u8],
}

const HOME: Place = Place {
    tenant: "tests",
    account: "ana",
    purpose: "look-up",
    channel: Channel::Sms,
    session: b"session 1",
    context: b"pay 10",
};

/// Every place whose coordinates are each one of two.
fn places() -> Vec<Place> {
    let choose = |n: usize, bit: usize| n & (1 << bit) != 0;
    let place = |n| Place {
        tenant: if choose(n, 0) { "tests 2" } else { HOME.tenant },
        account: if choose(n, 1) { "rui" } else { HOME.account },
        purpose: if choose(n, 2) { "look-up-2" } else { HOME.purpose },
        channel: if choose(n, 3) { Channel::Email } else { HOME.channel },
        session: if choose(n, 4) { b"session 2" } else { HOME.session },
        context: if choose(n, 5) { b"pay 99" } else { HOME.context },
    };
    (0..64).map(place).collect()
}

fn wide() -> Policy {
    let both = [Channel::Sms, Channel::Email];
    let builder = builder().set("code.digits", 10).unwrap().set("code.cooldown", 0).unwrap();
    let builder = builder.set("send.per_day", 200).unwrap().set("send.per_hour", 60).unwrap();
    builder.purpose(Purpose::code("look-up-2", &both)).build().unwrap()
}

/// Two tenants on one store, each with two accounts of two addresses.
fn town() -> [Ground; 2] {
    let first = Ground::new(wide());
    let second = first.under(Pinbolt::open(keys(), wide(), "tests 2").unwrap());
    for ground in [&first, &second] {
        ground.enroll("ana", None, &[PHONE, EMAIL]);
        ground.enroll("rui", None, &["+351912000999", "rui@example.com"]);
    }
    [first, second]
}

fn tenant<'a>(town: &'a [Ground; 2], place: &Place) -> &'a Ground {
    &town[usize::from(place.tenant != HOME.tenant)]
}

/// The handle and the code of a challenge at this place.
fn issued(town: &[Ground; 2], place: &Place) -> (String, String) {
    let ground = tenant(town, place);
    let begin = Begin {
        name: place.account,
        purpose: place.purpose,
        pin: None,
        channel: place.channel,
        caller: Caller::new(place.session),
        context: place.context,
    };
    let challenge = ground.sent(begin).unwrap();
    (challenge.handle, ground.code())
}

fn finished(town: &[Ground; 2], place: &Place, (handle, code): (&str, &str)) -> &'static str {
    let (purpose, caller, context) = (place.purpose, Caller::new(place.session), place.context);
    named(tenant(town, place).run(Finish { purpose, handle, code, caller, context }))
}

#[test]
fn failure_19_only_the_diagonal_passes() {
    // Each tenant, account, purpose and address, from one session and context, against all places.
    for from in places().into_iter().take(16) {
        let town = town();
        for to in places() {
            let (own, code) = issued(&town, &from);
            let apart =
                (from.tenant, from.account, from.purpose) != (to.tenant, to.account, to.purpose);
            if from == to {
                assert_eq!(finished(&town, &to, (&own, &code)), "granted");
                continue;
            }
            if from.channel == to.channel {
                let answer = finished(&town, &to, (&own, &code));
                let elsewhere = (from.tenant, from.purpose, from.session, from.context)
                    != (to.tenant, to.purpose, to.session, to.context);
                assert_eq!(answer != "granted", elsewhere, "its own handle, {from:?} -> {to:?}");
            }
            if apart || from.channel != to.channel {
                let (other, _) = issued(&town, &to);
                let answer = finished(&town, &to, (&other, &code));
                let refused = ["WrongCode", "Superseded"].contains(&answer);
                assert!(refused, "another's handle, {from:?} -> {to:?}: {answer}");
            }
            for ground in &town {
                ground.advance(DAY);
            }
        }
    }
}

#[test]
fn each_coordinate_alone_makes_another_code() {
    // The same randomness, so the same salt, number and key; one coordinate differs.
    let code = |place: Place| issued(&town(), &place).1;
    assert_eq!(code(HOME), code(HOME));
    let others = [
        Place { tenant: "tests 2", ..HOME },
        Place { account: "rui", ..HOME },
        Place { purpose: "look-up-2", ..HOME },
        Place { channel: Channel::Email, ..HOME },
        Place { context: b"pay 99", ..HOME },
    ];
    for other in others {
        assert_ne!(code(other), code(HOME), "{other:?}");
    }
    assert_eq!(code(Place { session: b"session 2", ..HOME }), code(HOME), "it binds the challenge");
}

#[test]
fn failure_20_a_code_dies_with_its_address_and_in_another_session() {
    let ground = Ground::new(policy());
    ground.enroll_ana();
    let challenge = ground.sent(look_up("ana")).unwrap();
    let code = ground.code();
    let elsewhere = Finish { caller: Caller::new(b"x"), ..finish(&challenge.handle, &code) };
    assert_eq!(named(ground.run(elsewhere)), "WrongSession");
    ground.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
    ground.enroll("ana", Some(PIN), &["+351912000999", EMAIL]);
    let answer = named(ground.run(finish(&challenge.handle, &code)));
    assert_eq!(answer, "UnknownChallenge", "the number was changed after the code was sent");
    // The new registration's first challenge has the old one's number, and not its code.
    ground.advance(MINUTE);
    let newer = ground.sent(look_up("ana")).unwrap();
    assert_eq!(named(ground.run(finish(&newer.handle, &code))), "WrongCode");
    assert_eq!(named(ground.run(finish(&challenge.handle, &ground.code()))), "UnknownChallenge");
}

#[test]
fn no_code_is_in_a_record() {
    let ground = Ground::new(wide());
    ground.enroll_ana();
    for _ in 0..4 {
        ground.sent(look_up("ana")).unwrap();
    }
    let plain = opened(&ground, &FIRST, 1);
    for mail in ground.mail.borrow().iter() {
        let number: u64 = mail.code.parse().unwrap();
        let forms = [mail.code.as_bytes(), &number.to_be_bytes()[3..], &number.to_le_bytes()[..5]];
        for form in forms {
            assert!(!plain.windows(form.len()).any(|at| at == form), "{}", mail.code);
        }
    }
}

/// The account's record, opened by who has the secret of this id.
fn opened(ground: &Ground, secret: &[u8; 32], id: u32) -> Vec<u8> {
    let row = &ground.rows('a')[0];
    let snapshot = ground.store.load(row).unwrap().unwrap();
    sealed::open(&sealed::derived(secret, "pinbolt seal", id), row, &snapshot)
}

fn failed<T: std::fmt::Debug>(outcome: Outcome<T>) -> Failure {
    match outcome {
        Err(Error::Failure(failure)) => failure,
        other => unreachable!("{other:?}"),
    }
}

fn described(ground: &Ground, account: &str) -> Failure {
    failed(ground.ask(Describe { account }).0)
}

fn two_people() -> (Ground, [(RowName, Snapshot); 2]) {
    let ground = Ground::new(policy());
    ground.enroll("ana", Some(PIN), &[PHONE]);
    let ana = ground.rows('a')[0].clone();
    ground.enroll("rui", Some(PIN), &[EMAIL]);
    let rui = ground.rows('a').into_iter().find(|row| *row != ana).unwrap();
    let pair = [ana, rui].map(|row| {
        let snapshot = ground.store.load(&row).unwrap().unwrap();
        (row, snapshot)
    });
    (ground, pair)
}

#[test]
fn failure_45_a_record_moved_between_people_is_refused() {
    let (ground, [(ana, hers), (rui, his)]) = two_people();
    for (row, account, moved) in [(&ana, "ana", &his), (&rui, "rui", &hers)] {
        let own = ground.store.load(row).unwrap();
        ground.store.tamper(row, Some(moved.clone()));
        assert_eq!(described(&ground, account), Failure::Corrupt);
        assert_eq!(failed(ground.ask(verify(account, PIN)).0), Failure::Corrupt);
        ground.store.tamper(row, own);
    }
    assert_eq!(named(ground.run(verify("ana", PIN))), "granted", "nothing was lost");
}

#[test]
fn failure_45_a_record_under_another_version_is_refused() {
    let (ground, [(ana, old), _]) = two_people();
    ground.run(verify("ana", PIN)).unwrap();
    let new = ground.store.load(&ana).unwrap().unwrap();
    let mixed = Snapshot { version: new.version, body: old.body };
    ground.store.tamper(&ana, Some(mixed));
    assert_eq!(described(&ground, "ana"), Failure::Corrupt);
    let version = Version::from_bytes([9; 16]);
    ground.store.tamper(&ana, Some(Snapshot { version, body: new.body }));
    assert_eq!(described(&ground, "ana"), Failure::Corrupt);
}

#[test]
fn failure_45_a_record_of_another_kind_is_refused() {
    let (ground, [(_, hers), _]) = two_people();
    ground.run(verify("eva", "135792")).unwrap_err();
    ground.sent(look_up("ana")).unwrap();
    for (letter, name) in [('d', "eva"), ('c', PHONE), ('c', EMAIL)] {
        for row in ground.rows(letter) {
            let own = ground.store.load(&row).unwrap();
            ground.store.tamper(&row, Some(hers.clone()));
            let outcome = ground.ask(verify(name, "135792")).0;
            if letter == 'd' || matches!(outcome, Err(Error::Failure(_))) {
                assert_eq!(failed(outcome), Failure::Corrupt);
            }
            ground.store.tamper(&row, own);
        }
    }
    let budget = &ground.rows('t')[0];
    ground.store.tamper(budget, Some(hers));
    ground.advance(MINUTE);
    assert_eq!(failed(ground.ask(look_up("ana")).0), Failure::Corrupt);
}

#[test]
fn failure_45_any_changed_byte_is_noticed() {
    let (ground, [(ana, own), _]) = two_people();
    for at in 0..own.body.len() {
        let mut body = own.body.clone();
        body[at] ^= 1;
        ground.store.tamper(&ana, Some(Snapshot { version: own.version, body }));
        let told = match at {
            0 => Failure::Corrupt,
            1..5 => Failure::UnknownKey,
            5..9 => Failure::WrongKey,
            _ => Failure::Corrupt,
        };
        assert_eq!(described(&ground, "ana"), told, "byte {at}");
    }
    for length in 0..own.body.len() {
        let body = own.body[..length].to_vec();
        ground.store.tamper(&ana, Some(Snapshot { version: own.version, body }));
        assert_eq!(described(&ground, "ana"), Failure::Corrupt, "{length} bytes left");
    }
    let body = [own.body.as_slice(), &[0]].concat();
    ground.store.tamper(&ana, Some(Snapshot { version: own.version, body }));
    assert_eq!(described(&ground, "ana"), Failure::Corrupt);
}

#[test]
fn failure_45_a_newer_format_is_told_from_a_broken_one() {
    let (ground, [(ana, own), _]) = two_people();
    for (format, told) in [(2, Failure::UnknownVersion), (255, Failure::UnknownVersion)] {
        let mut body = own.body.clone();
        body[0] = format;
        ground.store.tamper(&ana, Some(Snapshot { version: own.version, body }));
        assert_eq!(described(&ground, "ana"), told);
    }
}

fn ring(id: u32, secret: [u8; 32]) -> Pinbolt {
    Pinbolt::open(Keyring::new(INDEX, id, secret).unwrap(), policy(), "tests").unwrap()
}

fn rotated() -> Pinbolt {
    let mut keys = keys();
    keys.rotate(2, SECOND_SECRET).unwrap();
    Pinbolt::open(keys, policy(), "tests").unwrap()
}

#[test]
fn failure_45_old_key_ids_stay_readable_and_the_others_are_named() {
    let (ground, _) = two_people();
    assert_eq!(described(&ground.under(ring(2, SECOND_SECRET)), "ana"), Failure::UnknownKey);
    assert_eq!(described(&ground.under(ring(1, SECOND_SECRET)), "ana"), Failure::WrongKey);
    let after = ground.under(rotated());
    assert_eq!(named(after.run(verify("ana", PIN))), "granted");
    assert_eq!(named(after.run(verify("rui", PIN))), "granted");
    assert_eq!(described(&ground, "ana"), Failure::UnknownKey, "it was sealed anew");
}

#[test]
fn failure_40_a_missing_pepper_is_no_wrong_pin() {
    let (ground, _) = two_people();
    let after = ground.under(rotated());
    // A wrong PIN is written under the new id; the PIN's own pepper is still the old one's.
    assert_eq!(named(after.run(verify("ana", "135792"))), "WrongCredentials");
    let without = ground.under(ring(2, SECOND_SECRET));
    assert!(without.ask(Describe { account: "ana" }).0.is_ok());
    for pin in [PIN, "135792"].repeat(10) {
        assert_eq!(failed(without.ask(verify("ana", pin)).0), Failure::UnknownKey);
    }
    assert_eq!(named(after.run(verify("ana", PIN))), "granted", "and no guess either");
}

#[test]
fn failure_40_a_stolen_record_gives_no_pin_without_the_pepper() {
    let ground = Ground::new(policy());
    ground.enroll("ana", Some(PIN), &[]);
    let stolen = sealed::stolen_pin(&opened(&ground, &FIRST, 1));
    assert_eq!((stolen.cost.as_slice(), stolen.pepper), ([8, 1, 1].as_slice(), 1));
    let pepper = sealed::derived(&FIRST, "pinbolt pepper", 1);
    let hash = |pin: &str, pepper: &[u8]| {
        let params = Params::new(stolen.cost[0], stolen.cost[1], stolen.cost[2], Some(32)).unwrap();
        let version = argon2::Version::V0x13;
        let argon2 = Argon2::new_with_secret(pepper, Algorithm::Argon2id, version, params).unwrap();
        let mut output = [0; 32];
        argon2.hash_password_into(pin.as_bytes(), &stolen.salt, &mut output).unwrap();
        output
    };
    // Around the right PIN: without the pepper not even that one can be told.
    let near = || (802_000..803_000).map(|pin: u32| pin.to_string());
    let found = |pepper: &[u8]| near().find(|pin| hash(pin, pepper)[..] == stolen.hash[..]);
    let other_keys =
        ["pinbolt seal", "pinbolt code", "pinbolt handle"].map(|l| sealed::derived(&FIRST, l, 1));
    for without in [&[][..], &INDEX, &other_keys[0], &other_keys[1], &other_keys[2]] {
        assert_eq!(found(without), None);
    }
    assert_eq!(found(&pepper).as_deref(), Some(PIN), "the search is a real one");
}
