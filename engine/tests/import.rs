//! Accounts that come from another system: what works here, what doesn't, and what a second run does.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod moving;
mod steps;

use common::*;
use moving::*;
use pinbolt::{
    Authenticator, EventKind, Lane, Refusal,
    op::{Describe, Failures, Import, ImportedToken, RemoveToken, Took},
    testkit::MemoryStore,
};
use steps::*;

const WRONG: Refusal = Refusal::WrongCredentials;
const USED: Refusal = Refusal::AlreadyUsed;

fn nobody_yet() -> World<MemoryStore> {
    world_with(with_tokens().build().unwrap())
}

#[test]
fn an_account_moves_in_and_its_next_code_signs_in() {
    let w = nobody_yet();
    let last = step(NOW) - 1;
    let tokens = [ImportedToken { last_step: Some(last), ..phone() }, fob(7)];
    let import = || Import { tokens: &tokens, recovery_codes: Some(&CODES), ..bare("ana") };
    let imported = w.run(import()).unwrap();
    assert!(imported.created);
    assert_eq!(imported.tokens, [(Took::Added, 1), (Took::Added, 2)]);
    assert_eq!((imported.recovery_codes, imported.pin), (Some(Took::Added), None));
    assert_eq!(sign_in(&w, &otp(last)), Err(USED), "the code used there last");
    sign_in(&w, &otp(last + 1)).unwrap();
    assert_eq!(sign_in(&w, &code_of(FOB, 6)), Err(USED));
    sign_in(&w, &code_of(FOB, 7)).unwrap();
    recover(&w, "K3PQZ W7MNT X2A").unwrap();
    assert_eq!(recover(&w, CODES[0]), Err(USED));
    recover(&w, "0110zzzz12345678").unwrap();

    let again = w.run(import()).unwrap();
    assert!(!again.created);
    assert_eq!(again.tokens, [(Took::Kept, 1), (Took::Kept, 2)]);
    assert_eq!(again.recovery_codes, Some(Took::Kept));
    for (answer, what) in [
        (sign_in(&w, &otp(last + 1)), "its step"),
        (sign_in(&w, &code_of(FOB, 7)), "its counter"),
        (recover(&w, CODES[0]), "its code"),
    ] {
        assert_eq!(answer, Err(USED), "{what} stays used");
    }
    assert_eq!(shown(&w).recovery_codes_left, Some(1));
    let events = shown(&w).events;
    let told = events.iter().filter(|event| event.kind == EventKind::Imported);
    assert!(told.clone().count() == 2 && told.clone().all(|event| event.operator.is_some()));
}

#[test]
fn failure_29_what_was_removed_here_is_not_brought_back() {
    let w = nobody_yet();
    w.run(with(&[phone(), fob(0)])).unwrap();
    w.run(RemoveToken { account: "ana", token: 1, authority: by_operator() }).unwrap();
    let again = w.run(with(&[phone(), fob(9)])).unwrap();
    assert_eq!(again.tokens, [(Took::Gone, 0), (Took::Kept, 2)]);
    assert_eq!(sign_in(&w, &otp(step(NOW))), Err(WRONG));
    assert_eq!(sign_in(&w, &code_of(FOB, 8)), Err(USED), "its counter was raised");
}

#[test]
fn failures_of_the_other_system_count_once() {
    let w = nobody_yet();
    let failures = Some(Failures { count: 12, last: NOW + DAY });
    let tokens = [phone()];
    let import = || Import { failures, ..with(&tokens) };
    w.run(import()).unwrap();
    w.run(import()).unwrap();
    for lane in [Lane::Stranger, Lane::FirstFactor] {
        assert_eq!(count(&w, Authenticator::OTP, lane), 12);
    }
    let opens = w.run(Describe { account: "ana" }).unwrap().ledgers;
    assert!(opens.iter().all(|ledger| !ledger.disabled && ledger.opens.unwrap() <= NOW + DAY));
}

fn code_of(secret: &[u8], counter: u64) -> String {
    pinbolt::oath::Hotp::new(pinbolt::oath::Algorithm::Sha1, 6, secret)
        .unwrap()
        .code(counter)
        .as_str()
        .into()
}
