//! Law 10, for tokens and recovery codes: a token's secret must be kept, and only a sealed record
//! holds it; of a recovery code there is a hash alone, which is worth nothing without the pepper. No
//! one-time code is kept at all.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod sealed;
mod stepping;

use std::{cell::RefCell, collections::HashSet};

use argon2::{Algorithm as Variant, Argon2, Params, Version as Argon2Version};
use common::*;
use pinbolt::{
    Error, Failure,
    driver::Store,
    oath::{Algorithm, Hotp},
    op::{
        AddToken, ConfirmToken, Describe, Evidence, IssueRecoveryCodes, RemoveToken, ResyncToken,
        TokenKind, TokenSecret, Verb,
    },
    row::{RowName, Snapshot, Write},
};
use stepping::{Answered, Ground, Weather};

const FIRST: [u8; 32] = *b"the first secret of the tests 32";
const LABEL: &str = "the canary of a label";
const OTHER: &[u8] = b"another secret of twenty";

fn ground() -> Ground {
    let ground = Ground::new(with_tokens().build().unwrap());
    ground.enroll_ana();
    ground
}

/// Every body that was written.
#[derive(Default)]
struct Seen(RefCell<Vec<Vec<u8>>>);

impl Weather for &Seen {
    fn commit(&mut self, ground: &Ground, write: &Write) -> Answered {
        self.0.borrow_mut().extend(write.body.clone());
        ground.apply(write)
    }
}

fn run<V: Verb>(seen: &Seen, ground: &Ground, verb: V) -> V::Output {
    answered(ground.walk(ground.start(verb), &mut &*seen).0).unwrap()
}

fn issue() -> IssueRecoveryCodes<'static> {
    IssueRecoveryCodes { account: "ana", authority: by_operator() }
}

/// What a life with tokens and codes writes, and all that was secret in it.
fn life(ground: &Ground) -> (Vec<Vec<u8>>, Vec<Vec<u8>>, Vec<String>) {
    let seen = Seen::default();
    let mut secrets = vec![SECRET.to_vec(), OTHER.to_vec()];
    let mut codes = Vec::new();
    run(&seen, ground, AddToken { label: LABEL, ..standing(TokenKind::TOTP) });
    let secret = TokenSecret::Given(OTHER);
    let counter = run(&seen, ground, AddToken { secret, ..standing(TokenKind::HOTP) }).token;
    for algorithm in Algorithm::ALL {
        let secret = TokenSecret::Generated;
        let made = run(&seen, ground, AddToken { algorithm, secret, ..token(TokenKind::HOTP) });
        let secret = made.secret().unwrap().to_vec();
        assert_eq!(secret.len(), algorithm.output_len());
        let code = Hotp::new(algorithm, 6, &secret).unwrap().code(0);
        let (token, code) = (made.token, code.as_str());
        run(&seen, ground, ConfirmToken { account: "ana", token, code, caller: CALLER });
        codes.push(code.to_owned());
        secrets.push(secret);
    }
    let list: Vec<String> = run(&seen, ground, issue()).iter().map(Into::into).collect();
    let code = otp(step(NOW));
    let all = Evidence::pin(PIN).and_otp(&code).and_recovery_code(&list[0]);
    run(&seen, ground, verify_by("ana", "all", all));
    let of = |counter| Hotp::new(Algorithm::Sha1, 6, OTHER).unwrap().code(counter);
    let (first, second) = (of(20), of(21));
    let (first, second) = (first.as_str(), second.as_str());
    let resync = ResyncToken { account: "ana", token: counter, first, second, caller: CALLER };
    run(&seen, ground, resync);
    codes.extend([code.clone(), first.to_owned(), second.to_owned()]);
    codes.extend(list);
    (seen.0.into_inner(), secrets, codes)
}

/// The forms in which a code could be kept.
fn forms(code: &str) -> Vec<Vec<u8>> {
    let plain = code.replace('-', "");
    let mut forms = vec![code.as_bytes().to_vec(), plain.to_lowercase().into_bytes()];
    forms.push(plain.clone().into_bytes());
    if let Ok(number) = plain.parse::<u32>() {
        forms.extend([number.to_be_bytes().to_vec(), number.to_le_bytes().to_vec()]);
    }
    forms
}

fn holds(text: &[u8], form: &[u8]) -> bool {
    text.windows(form.len()).any(|at| at == form)
}

#[test]
fn failure_45_no_body_shows_a_secret_a_code_or_a_label() {
    let ground = ground();
    let (bodies, secrets, codes) = life(&ground);
    assert!(bodies.len() > 10, "{}", bodies.len());
    for body in &bodies {
        for secret in &secrets {
            assert!(!holds(body, secret) && !holds(body, &secret[..8]));
        }
        for form in codes.iter().flat_map(|code| forms(code)) {
            // Four bytes come up by chance; the longer ones don't.
            assert!(form.len() < 5 || !holds(body, &form));
        }
        assert!(!holds(body, LABEL.as_bytes()) && !holds(body, b"canary"));
    }
}

fn opened(ground: &Ground) -> (RowName, Snapshot, Vec<u8>) {
    let row = ground.rows('a')[0].clone();
    let snapshot = ground.store.load(&row).unwrap().unwrap();
    let plain = sealed::open(&sealed::derived(&FIRST, "pinbolt seal", 1), &row, &snapshot);
    (row, snapshot, plain)
}

#[test]
fn an_opened_record_has_the_tokens_secrets_and_no_code() {
    let ground = ground();
    let (_, secrets, codes) = life(&ground);
    let (.., plain) = opened(&ground);
    assert_eq!(sealed::stolen_secrets(&plain), secrets);
    assert!(holds(&plain, LABEL.as_bytes()), "the label is kept");
    for code in &codes {
        for form in forms(code) {
            assert!(!holds(&plain, &form), "{code}");
        }
    }
}

#[test]
fn failure_46_a_stolen_list_of_hashes_gives_no_code_without_the_pepper() {
    let ground = ground();
    let codes: Vec<String> = ground.run(issue()).unwrap().iter().map(Into::into).collect();
    let (.., plain) = opened(&ground);
    let stolen = sealed::stolen_codes(&plain);
    let hash = |code: &str, pepper: &[u8]| {
        let params = Params::new(8, 1, 1, Some(32)).unwrap();
        let version = Argon2Version::V0x13;
        let argon2 = Argon2::new_with_secret(pepper, Variant::Argon2id, version, params).unwrap();
        let mut output = [0; 32];
        let code = code.replace('-', "");
        argon2.hash_password_into(code.as_bytes(), &stolen.salt, &mut output).unwrap();
        output.to_vec()
    };
    let pepper = sealed::derived(&FIRST, "pinbolt pepper", 1);
    let found: Vec<Vec<u8>> = codes.iter().map(|code| hash(code, &pepper)).collect();
    assert_eq!(found, stolen.hashes, "the search is a real one");
    let others = ["pinbolt seal", "pinbolt code", "pinbolt handle"];
    for without in others.map(|label| sealed::derived(&FIRST, label, 1)) {
        let found = codes.iter().filter(|code| stolen.hashes.contains(&hash(code, &without)));
        assert_eq!(found.count(), 0);
    }
    let none = codes.iter().filter(|code| stolen.hashes.contains(&hash(code, &[])));
    assert_eq!(none.count(), 0);
}

#[test]
fn each_list_has_a_salt_of_its_own_and_no_code_twice() {
    let ground = ground();
    let (mut salts, mut hashes, mut codes) = (HashSet::new(), HashSet::new(), HashSet::new());
    for _ in 0..20 {
        codes.extend(ground.run(issue()).unwrap().iter().map(str::to_owned));
        let stolen = sealed::stolen_codes(&opened(&ground).2);
        assert_eq!((stolen.salt.len(), stolen.hashes.len()), (16, 10));
        salts.insert(stolen.salt);
        hashes.extend(stolen.hashes);
    }
    assert_eq!((salts.len(), hashes.len(), codes.len()), (20, 200, 200));
}

#[test]
fn each_secret_made_here_is_another() {
    let ground = ground();
    let mut secrets = HashSet::new();
    for round in 1..=30 {
        let algorithm = Algorithm::ALL[round % 3];
        let secret = TokenSecret::Generated;
        let made = ground.run(AddToken { algorithm, secret, ..token(TokenKind::TOTP) }).unwrap();
        let secret = made.secret().unwrap();
        assert_eq!(secret.len(), algorithm.output_len());
        let halves: HashSet<&[u8]> = secret.chunks(4).collect();
        assert_eq!(halves.len(), secret.len().div_ceil(4), "no part of it is drawn twice");
        assert!(secrets.insert(secret.to_vec()));
        let (account, token, authority) = ("ana", made.token, by_operator());
        ground.run(RemoveToken { account, token, authority }).unwrap();
        assert_eq!(opened(&ground).2.windows(8).find(|at| *at == &secret[..8]), None, "it is gone");
    }
    let given = ground.run(token(TokenKind::TOTP)).unwrap();
    assert_eq!(given.secret(), None, "who gave it has it");
}

#[test]
fn failure_45_an_older_state_under_the_newer_version_brings_no_code_back() {
    let ground = ground();
    ground.run(standing(TokenKind::HOTP)).unwrap();
    let (row, older, _) = opened(&ground);
    let typed = otp(0);
    let verify = || verify_by("ana", "otp", Evidence::otp(&typed));
    assert_eq!(named(ground.run(verify())), "granted");
    let newer = ground.store.load(&row).unwrap().unwrap();
    let mixed = Snapshot { version: newer.version, body: older.body };
    ground.store.tamper(&row, Some(mixed));
    assert!(matches!(ground.ask(verify()).0, Err(Error::Failure(Failure::Corrupt))));
    ground.store.tamper(&row, Some(newer));
    assert_eq!(named(ground.run(verify())), "AlreadyUsed");
}

#[test]
fn failure_45_tokens_moved_between_people_are_refused() {
    let ground = ground();
    ground.run(standing(TokenKind::HOTP)).unwrap();
    let (ana, hers, _) = opened(&ground);
    ground.enroll("rui", Some(PIN), &[]);
    let rui = ground.rows('a').into_iter().find(|row| *row != ana).unwrap();
    ground.store.tamper(&rui, Some(hers));
    let typed = otp(0);
    let outcome = ground.ask(verify_by("rui", "otp", Evidence::otp(&typed))).0;
    assert!(matches!(outcome, Err(Error::Failure(Failure::Corrupt))));
    assert_eq!(ground.run(Describe { account: "ana" }).unwrap().tokens.len(), 1);
}
