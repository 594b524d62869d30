//! Ways in which what was imported could open an account, close it, or tell of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

mod common;
mod moving;

use common::*;
use moving::*;
use pinbolt::{
    Lane, Refusal,
    op::{
        CancelAccount, Enroll, Evidence, Failures, Import, ImportedToken, RemoveToken, TokenKind,
        Took, Unlock, Verify,
    },
    testkit::MemoryStore,
};

fn nobody_yet() -> World<MemoryStore> {
    world_with(with_tokens().build().unwrap())
}

/// The step at the moment of the tests.
const AT: u64 = step(NOW);

#[test]
fn a_code_typed_late_there_does_not_shut_a_right_clock_out() {
    // The other system took the last code for one of a clock that is behind.
    for clock_ahead in [-2, -1, 0, 1, 2] {
        for shown in [AT - 1, AT] {
            let w = nobody_yet();
            w.run(with(&[ImportedToken { clock_ahead, ..phone() }])).unwrap();
            assert_eq!(sign_in(&w, &otp(shown)), Ok(()), "{clock_ahead}, {shown}");
        }
    }
    // A clock that is far off is found, as its last code showed it and up to two steps nearer.
    for (clock_ahead, shown, passes) in
        [(-5, AT - 6, true), (-5, AT - 3, true), (-5, AT - 7, false), (5, AT + 6, false)]
    {
        let w = nobody_yet();
        w.run(with(&[ImportedToken { clock_ahead, ..phone() }])).unwrap();
        assert_eq!(sign_in(&w, &otp(shown)).is_ok(), passes, "{clock_ahead}, {shown}");
    }
}

#[test]
fn who_has_a_cancelled_id_next_is_given_nothing_of_the_former_person() {
    let w = nobody_yet();
    w.run(with(&[phone()])).unwrap();
    let (account, authority) = ("ana", by_operator());
    w.run(CancelAccount { account, authority }).unwrap();
    // For a year an old file doesn't bring the account back.
    w.clock.advance(365 * DAY);
    assert_eq!(w.run(with(&[phone(), fob(0)])), Err(Refusal::Ended));
    w.run(Enroll { account, pin: None, addresses: &[], asserted_by: None }).unwrap();
    let both = [phone(), fob(0)];
    let whole = Import { recovery_codes: Some(&CODES), pin: Some(PIN), ..with(&both) };
    let imported = w.run(whole).unwrap();
    assert_eq!(imported.tokens, [(Took::Gone, 0); 2], "also what was not imported for the former");
    assert_eq!((imported.recovery_codes, imported.pin), (Some(Took::Gone), Some(Took::Gone)));
    assert_eq!(sign_in(&w, &code_of(FOB, 0)), Err(Refusal::WrongCredentials));
}

#[test]
fn an_id_that_was_cancelled_takes_nothing_even_if_nothing_was_imported_before() {
    let w = nobody_yet();
    w.enroll();
    let (account, authority) = ("ana", by_operator());
    w.run(CancelAccount { account, authority }).unwrap();
    w.run(Enroll { account, pin: None, addresses: &[], asserted_by: None }).unwrap();
    assert_eq!(w.run(with(&[phone()])).unwrap().tokens, [(Took::Gone, 0)]);
}

#[test]
fn a_token_that_was_removed_here_stays_away_however_it_came() {
    let w = nobody_yet();
    w.enroll();
    w.run(standing(TokenKind::TOTP)).unwrap();
    w.run(RemoveToken { account: "ana", token: 1, authority: by_operator() }).unwrap();
    let failures = Some(Failures { count: 3, last: NOW });
    let imported = w.run(Import { failures, ..with(&[phone(), fob(0)]) }).unwrap();
    assert_eq!(imported.tokens, [(Took::Gone, 0), (Took::Added, 2)]);
    assert_eq!(sign_in(&w, &otp(AT)), Err(Refusal::WrongCredentials));
    let counted = shown(&w).ledgers.iter().map(|ledger| ledger.failures).collect::<Vec<_>>();
    assert_eq!(counted, [4, 3], "the other system's failures count, and this one");
    // A mere candidate was never the person's.
    let w = nobody_yet();
    w.enroll();
    w.run(token(TokenKind::TOTP)).unwrap();
    w.run(RemoveToken { account: "ana", token: 1, authority: by_operator() }).unwrap();
    assert_eq!(w.run(with(&[phone()])).unwrap().tokens, [(Took::Added, 2)]);
}

#[test]
fn where_accounts_are_hidden_no_failure_from_elsewhere_tells_of_one() {
    let w = nobody_yet();
    let failures = Some(Failures { count: 1_000, last: NOW });
    w.run(Import { failures, recovery_codes: Some(&CODES), ..with(&[phone()]) }).unwrap();
    let asked =
        |name, evidence: Evidence<'_>, purpose| w.run(verify_by(name, purpose, evidence)).map(drop);
    for name in ["ana", "nobody"] {
        let wrong = Err(Refusal::WrongCredentials);
        assert_eq!(asked(name, Evidence::otp("000000"), "otp"), wrong, "{name}");
        assert_eq!(
            asked(name, Evidence::recovery_code(CODES[0].trim_end_matches('a')), "recover"),
            wrong
        );
    }
}

#[test]
fn a_typing_error_after_the_move_disables_nothing() {
    let w = nobody_yet();
    let failures = Some(Failures { count: u32::MAX, last: NOW - DAY });
    w.run(Import { failures, ..with(&[phone()]) }).unwrap();
    let typed = |code: &str| {
        let caller = CALLER.in_lane(Lane::FirstFactor);
        w.run(Verify { caller, ..verify_by("ana", "otp", Evidence::otp(code)) }).map(drop)
    };
    assert_eq!(typed("000000"), Err(Refusal::WrongCredentials));
    assert!(shown(&w).ledgers.iter().all(|ledger| !ledger.disabled));
    w.clock.advance(HOUR);
    assert_eq!(typed(&otp(step(w.clock_now()))), Ok(()));
    let (account, authenticator) = ("ana", pinbolt::Authenticator::OTP);
    w.run(Unlock { account, authenticator, authority: by_operator() }).unwrap();
}

#[test]
fn who_has_nothing_to_move_gets_no_account() {
    let w = nobody_yet();
    let imported = w.run(bare("ana")).unwrap();
    assert!(!imported.created && imported.recovery_codes.is_none());
    assert!(w.engine.store().is_empty());
    let failures = Some(Failures { count: 3, last: NOW });
    assert!(!w.run(Import { failures, ..bare("ana") }).unwrap().created);
    assert!(w.run(with(&[phone()])).unwrap().created);
}
