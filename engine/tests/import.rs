//! Accounts that come from another system: what works here, what doesn't, and what a second run does.
//! What a hostile file may try is in `import_hostile.rs`.
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
    Authenticator, EventKind, Lane, Refusal, WeakPin,
    op::{
        AddToken, Block, CancelAccount, Describe, Enroll, EnrollInactive, Evidence, Failures,
        Import, Imported, ImportedToken, IssueRecoveryCodes, RemoveToken, ResetPin, ResyncToken,
        TokenKind, Took, Unlock, Weak,
    },
    testkit::MemoryStore,
};
use steps::*;

const WRONG: Refusal = Refusal::WrongCredentials;
const USED: Refusal = Refusal::AlreadyUsed;

fn nobody_yet() -> World<MemoryStore> {
    world_with(with_tokens().build().unwrap())
}

fn with_ana() -> World<MemoryStore> {
    let w = nobody_yet();
    w.enroll();
    w
}

fn remove(w: &World<MemoryStore>, token: u32) {
    w.run(RemoveToken { account: "ana", token, authority: by_operator() }).unwrap();
}

fn cancel(w: &World<MemoryStore>) {
    w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
}

fn enroll_again(w: &World<MemoryStore>, pin: Option<&str>) {
    w.run(Enroll { account: "ana", pin, addresses: &[], asserted_by: None }).unwrap();
}

fn issue(w: &World<MemoryStore>) -> Vec<String> {
    let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
    w.run(issue).unwrap().iter().map(Into::into).collect()
}

fn all_gone(imported: &Imported) -> bool {
    imported.tokens.iter().all(|told| *told == (Took::Gone, 0))
        && imported.recovery_codes.is_none_or(|took| took == Took::Gone)
        && imported.pin.is_none_or(|took| took == Took::Gone)
}

#[test]
fn an_account_moves_in_and_its_next_code_signs_in() {
    let w = nobody_yet();
    let last = step(NOW) - 1;
    let tokens = [ImportedToken { last_step: Some(last), ..phone() }, fob(7)];
    let import = || Import { recovery_codes: Some(&CODES), ..with(&tokens) };
    let imported = w.run(import()).unwrap();
    assert!(imported.created);
    assert_eq!(imported.tokens, [(Took::Added, 1), (Took::Added, 2)]);
    assert_eq!((imported.recovery_codes, imported.pin), (Some(Took::Added), None));
    assert_eq!(sign_in(&w, &otp(last)), Err(USED), "the code used there last");
    sign_in(&w, &otp(last + 1)).unwrap();
    assert_eq!(sign_in(&w, &code_of(FOB, 6)), Err(USED));
    assert_eq!(sign_in(&w, &code_of(FOB, 5)), Err(WRONG));
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
}

#[test]
fn auditors_hear_of_the_account_each_token_and_the_import_with_who_did_it() {
    let w = nobody_yet();
    for _ in 0..2 {
        w.run(with(&[phone(), fob(0)])).unwrap();
    }
    let events = shown(&w).events;
    let told: Vec<_> = events.iter().map(|event| (event.kind, event.token)).collect();
    let added = |token| (EventKind::TokenAdded, Some(token));
    let done = (EventKind::Imported, None);
    assert_eq!(told, [(EventKind::Enrolled, None), added(1), added(2), done, done]);
    assert!(events.iter().all(|event| event.operator == Some(operator())));
}

#[test]
fn failure_10_no_code_that_was_used_there_works_here() {
    for last in [step(NOW) - 1, step(NOW), step(NOW) + 1] {
        let w = world_with(with_tokens().set("totp.ahead", 2).unwrap().build().unwrap());
        w.run(with(&[ImportedToken { last_step: Some(last), ..phone() }])).unwrap();
        for used in last - 3..=last {
            assert!(sign_in(&w, &otp(used)).is_err());
        }
        sign_in(&w, &otp(last + 1)).unwrap();
        let pair = (otp(last), otp(last + 1));
        let resync = ResyncToken {
            account: "ana",
            token: 1,
            first: &pair.0,
            second: &pair.1,
            caller: CALLER,
        };
        assert_eq!(w.run(resync), Err(WRONG), "nor are they found again");
    }
}

#[test]
fn failure_13_a_second_run_only_raises_what_is_counted() {
    let w = nobody_yet();
    let counter = || match shown(&w).tokens[0].kind {
        TokenKind::Hotp { counter } => counter,
        other => panic!("{other:?}"),
    };
    for (there, here) in [(5, 5), (9, 9), (0, 9), (8, 9), (12, 12)] {
        let told = w.run(with(&[fob(there)])).unwrap();
        assert_eq!((counter(), told.tokens[0].1), (here, 1));
    }
    sign_in(&w, &code_of(FOB, 14)).unwrap();
    w.run(with(&[fob(12)])).unwrap();
    assert_eq!(counter(), 15);
    let at = step(NOW);
    for last in [None, Some(at - 4), Some(at), Some(at - 1), None] {
        w.run(with(&[ImportedToken { last_step: last, ..phone() }])).unwrap();
    }
    assert_eq!(sign_in(&w, &otp(at)), Err(USED));
}

#[test]
fn a_clock_that_is_known_to_be_off_needs_no_second_code() {
    for ahead in [-50, -3, 4, 50] {
        let w = nobody_yet();
        w.run(with(&[ImportedToken { clock_ahead: ahead, ..phone() }])).unwrap();
        assert_eq!(shown(&w).tokens[0].clock_ahead, ahead);
        assert_eq!(sign_in(&w, &otp(step(NOW))), Err(WRONG));
        sign_in(&w, &otp(step(NOW).saturating_add_signed(ahead.into()))).unwrap();
    }
}

#[test]
fn what_was_removed_here_is_not_brought_back() {
    let w = nobody_yet();
    w.run(with(&[phone(), fob(0)])).unwrap();
    remove(&w, 1);
    let again = w.run(with(&[phone(), fob(9)])).unwrap();
    assert_eq!(again.tokens, [(Took::Gone, 0), (Took::Kept, 2)]);
    assert_eq!(sign_in(&w, &otp(step(NOW))), Err(WRONG));
    assert_eq!(sign_in(&w, &code_of(FOB, 8)), Err(USED), "its counter was raised");
    let padded = [SECRET, &[0; 9]].concat();
    let spelled = [ImportedToken { secret: &padded, label: "another", ..phone() }];
    let spelled = w.run(with(&spelled)).unwrap();
    assert!(all_gone(&spelled), "in another spelling of the key neither");
    // Nor is what the person adds afresh confirmed by the file.
    w.run(token(TokenKind::TOTP)).unwrap();
    assert!(all_gone(&w.run(with(&[phone()])).unwrap()));
    assert_eq!(sign_in(&w, &otp(step(NOW))), Err(WRONG));
    w.run(standing(TokenKind::TOTP)).unwrap();
    assert_eq!(w.run(with(&[phone()])).unwrap().tokens, [(Took::Kept, 4)]);
}

#[test]
fn a_token_that_was_here_before_the_first_run_is_kept_and_stays_removed_too() {
    let w = with_ana();
    w.run(standing(TokenKind::TOTP)).unwrap();
    let at = step(NOW);
    let used = [ImportedToken { last_step: Some(at), ..phone() }];
    assert_eq!(w.run(with(&used)).unwrap().tokens, [(Took::Kept, 1)]);
    assert_eq!(sign_in(&w, &otp(at)), Err(USED), "it was used there");
    remove(&w, 1);
    assert!(all_gone(&w.run(with(&used)).unwrap()));
}

#[test]
fn a_candidate_of_the_same_key_makes_room_and_gives_no_code_back() {
    let w = with_ana();
    w.run(token(TokenKind::Hotp { counter: 9 })).unwrap();
    let there = ImportedToken { kind: TokenKind::Hotp { counter: 4 }, ..phone() };
    assert_eq!(w.run(with(&[there])).unwrap().tokens, [(Took::Added, 2)]);
    assert_eq!(shown(&w).tokens.len(), 1);
    assert_eq!(sign_in(&w, &otp(4)), Err(WRONG));
    sign_in(&w, &otp(9)).unwrap();
}

#[test]
fn an_id_that_was_cancelled_stays_so_and_who_has_it_next_gets_nothing_of_it() {
    let w = nobody_yet();
    let tokens = [phone()];
    let failures = Some(Failures { count: 3, last: NOW });
    let import =
        || Import { recovery_codes: Some(&CODES), pin: Some(PIN), failures, ..with(&tokens) };
    assert_eq!(w.run(import()).unwrap().pin, Some(Took::Added));
    cancel(&w);
    assert_eq!(w.run(import()), Err(Refusal::Ended));
    enroll_again(&w, None);
    let again = w.run(import()).unwrap();
    assert!(all_gone(&again) && again.pin.is_some() && !again.created, "{again:?}");
    assert_eq!(sign_in(&w, &otp(step(NOW))), Err(WRONG));
    assert_eq!(recover(&w, CODES[0]), Err(WRONG));
    let seen = shown(&w);
    assert_eq!((seen.pin_set, seen.recovery_codes_left, seen.tokens.len()), (None, None, 0));
    // A stranger's two guesses here; none of the other system's.
    assert_eq!(count(&w, Authenticator::RECOVERY_CODE, Lane::Stranger), 1);
    cancel(&w);
    enroll_again(&w, Some("904173"));
    assert_eq!(w.run(import()).unwrap().pin, Some(Took::Kept));
    assert!(w.verify("ana", "904173").is_ok() && w.verify("ana", PIN).is_err());
}

#[test]
fn an_inactive_account_takes_nothing_and_a_blocked_one_nothing_new() {
    let w = nobody_yet();
    let enroll = Enroll { account: "ana", pin: None, addresses: &[], asserted_by: None };
    w.run(EnrollInactive(enroll)).unwrap();
    assert_eq!(w.run(bare("ana")), Err(Refusal::Inactive));

    let w = nobody_yet();
    let codes = &CODES[..2];
    w.run(Import { recovery_codes: Some(codes), ..with(&[fob(1)]) }).unwrap();
    w.run(Block { account: "ana", operator: operator() }).unwrap();
    let before = shown(&w);
    for more in [with(&[fob(5), phone()]), Import { pin: Some(PIN), ..with(&[fob(5)]) }] {
        assert_eq!(w.run(more), Err(Refusal::Blocked));
        assert_eq!(shown(&w), before, "all of it or nothing");
    }
    let further = [fob(5)];
    let less = Import { recovery_codes: Some(&codes[1..]), ..with(&further) };
    assert_eq!(w.run(less).unwrap().tokens, [(Took::Kept, 1)]);
    let after = shown(&w);
    assert_eq!(after.tokens[0].kind, TokenKind::Hotp { counter: 5 });
    assert_eq!(after.recovery_codes_left, Some(1));

    let w = with_ana();
    w.run(Block { account: "ana", operator: operator() }).unwrap();
    assert_eq!(w.run(listed(&CODES)), Err(Refusal::Blocked));
}

#[test]
fn recovery_codes_end_as_they_end_there_and_never_come_back() {
    let w = nobody_yet();
    w.run(listed(&CODES)).unwrap();
    assert_eq!(w.run(listed(&CODES[1..])).unwrap().recovery_codes, Some(Took::Kept));
    assert_eq!(recover(&w, CODES[0]), Err(USED), "it was used there");
    recover(&w, CODES[2]).unwrap();
    w.run(listed(&CODES)).unwrap();
    assert_eq!((recover(&w, CODES[0]), recover(&w, CODES[2])), (Err(USED), Err(USED)));
    assert_eq!(shown(&w).recovery_codes_left, Some(1));
    assert_eq!(w.run(with(&[])).unwrap().recovery_codes, None, "nothing is said of them");
    assert_eq!(shown(&w).recovery_codes_left, Some(1));
    assert_eq!(w.run(listed(&[])).unwrap().recovery_codes, Some(Took::Kept));
    assert_eq!(recover(&w, CODES[1]), Err(USED), "all are used there");
}

#[test]
fn recovery_codes_issued_here_are_the_accounts() {
    for before in [true, false] {
        let w = with_ana();
        if before {
            w.run(listed(&CODES)).unwrap();
        }
        let own = issue(&w);
        for _ in 0..2 {
            assert_eq!(w.run(listed(&CODES)).unwrap().recovery_codes, Some(Took::Gone));
        }
        assert_eq!(w.run(listed(&[])).unwrap().recovery_codes, None);
        assert_eq!(recover(&w, CODES[0]), Err(WRONG));
        assert_eq!(shown(&w).recovery_codes_left, Some(own.len()));
        recover(&w, &own[0]).unwrap();
    }
    let w = with_ana();
    assert_eq!(w.run(listed(&[])).unwrap().recovery_codes, None);
    assert_eq!(shown(&w).recovery_codes_left, None);
}

#[test]
fn a_pin_comes_along_where_there_is_none_and_under_the_rules() {
    let w = nobody_yet();
    let pin = |pin| Import { pin: Some(pin), ..bare("ana") };
    assert!(matches!(w.run(pin("1234")), Err(Refusal::WeakPin { .. })));
    assert!(matches!(w.run(pin("x")), Err(Refusal::WeakPin { .. } | Refusal::Malformed { .. })));
    let pins = Weak { pins: true, ..Weak::default() };
    assert!(w.run(Import { dangerously_accept: pins, ..pin("x") }).is_err());
    let taken = w.run(Import { dangerously_accept: pins, ..pin("1234") }).unwrap();
    assert_eq!(taken.pin, Some(Took::Added));
    assert!(w.verify("ana", "1234").is_ok());
    assert_eq!(w.run(pin(PIN)).unwrap().pin, Some(Took::Kept));
    assert!(w.verify("ana", "1234").is_ok() && w.verify("ana", PIN).is_err());
    w.run(ResetPin { account: "ana", new: PIN, authority: by_operator() }).unwrap();
    let again = Import { dangerously_accept: pins, ..pin("1234") };
    assert_eq!(w.run(again).unwrap().pin, Some(Took::Kept));
    assert!(w.verify("ana", PIN).is_ok());
}

#[test]
fn a_pin_may_not_be_the_tail_of_the_accounts_own_number() {
    let w = nobody_yet();
    let addresses = &[PHONE];
    let asserted_by = Some(operator());
    w.run(Enroll { account: "ana", pin: None, addresses, asserted_by }).unwrap();
    let tail = || Import { pin: Some("912000417"), ..bare("ana") };
    let own = Refusal::WeakPin { reason: WeakPin::OwnNumber };
    assert_eq!(w.run(tail()), Err(own));
    let pins = Weak { pins: true, ..Weak::default() };
    assert_eq!(
        w.run(Import { dangerously_accept: pins, ..tail() }).unwrap().pin,
        Some(Took::Added)
    );
}

#[test]
fn failures_of_the_other_system_count_once() {
    let open = with_tokens().set("accounts.hide", 0).unwrap();
    let w = world_with(open.build().unwrap());
    let failures = Some(Failures { count: 12, last: NOW + DAY });
    let tokens = [phone()];
    let import = || Import { failures, recovery_codes: Some(&CODES), ..with(&tokens) };
    for _ in 0..3 {
        w.run(import()).unwrap();
        for authenticator in [Authenticator::OTP, Authenticator::RECOVERY_CODE] {
            for (lane, counted) in
                [(Lane::Stranger, 10), (Lane::FirstFactor, 10), (Lane::KnownDevice, 0)]
            {
                assert_eq!(count(&w, authenticator, lane), counted);
            }
        }
    }
    let (stranger, owner) = (NOW + 12 * HOUR, NOW + 30 * SECOND);
    let code = || Evidence::otp(otp(step(NOW)).leak());
    let known = |lane| pinbolt::op::Verify {
        caller: CALLER.in_lane(lane),
        ..verify_by("ana", "otp", code())
    };
    let told = |lane| w.run(known(lane)).map(drop);
    assert_eq!(told(Lane::Stranger), Err(Refusal::Throttled { until: stranger }));
    assert_eq!(told(Lane::FirstFactor), Err(Refusal::Waiting { until: owner }));
    told(Lane::KnownDevice).unwrap();
    let (account, authority) = ("ana", by_operator());
    w.run(Unlock { account, authenticator: Authenticator::OTP, authority }).unwrap();
    w.run(import()).unwrap();
    assert_eq!(count(&w, Authenticator::OTP, Lane::FirstFactor), 0, "an unlock stands");
}

#[test]
fn failures_count_only_for_what_comes_along_and_never_disable() {
    let w = nobody_yet();
    let failures = Some(Failures { count: u32::MAX, last: 0 });
    w.run(Import { failures, ..with(&[phone(), fob(0)]) }).unwrap();
    assert_eq!(
        count(&w, Authenticator::OTP, Lane::Stranger),
        10,
        "as many as before the first wait"
    );
    assert_eq!(count(&w, Authenticator::OTP, Lane::FirstFactor), 10);
    assert_eq!(count(&w, Authenticator::RECOVERY_CODE, Lane::Stranger), 0);
    assert!(shown(&w).ledgers.iter().all(|ledger| !ledger.disabled && ledger.opens.is_none()));
    sign_in(&w, &otp(step(NOW))).unwrap();
    assert_eq!(count(&w, Authenticator::OTP, Lane::Stranger), 0);
}

#[test]
fn failures_with_recovery_codes_alone_are_theirs_alone() {
    let w = nobody_yet();
    w.run(Import { failures: Some(Failures { count: 4, last: NOW }), ..listed(&CODES) }).unwrap();
    assert_eq!(count(&w, Authenticator::RECOVERY_CODE, Lane::Stranger), 4);
    assert_eq!(count(&w, Authenticator::OTP, Lane::Stranger), 0);
}

#[test]
fn an_account_that_was_imported_before_takes_no_failures_with_a_later_token() {
    let w = nobody_yet();
    w.run(with(&[fob(0)])).unwrap();
    let failures = Some(Failures { count: 9, last: NOW });
    w.run(Import { failures, ..with(&[fob(0), phone()]) }).unwrap();
    assert!(shown(&w).ledgers.is_empty());
}

#[test]
fn an_import_touches_nothing_else_of_an_account() {
    let w = with_ana();
    w.run(AddToken { label: "mine", ..standing(TokenKind::TOTP) }).unwrap();
    let before = shown(&w);
    w.run(Import { recovery_codes: Some(&CODES), ..with(&[fob(0)]) }).unwrap();
    let after = shown(&w);
    assert_eq!((&after.tokens[..1], after.tokens.len()), (&before.tokens[..], 2));
    assert_eq!((after.addresses, after.pin_set), (before.addresses, before.pin_set));
    assert!(w.run(Describe { account: "rui" }).is_err());
    w.sign_in().unwrap();
}
