//! What a hostile or broken file may hold, and what may happen between its lines: an import refuses
//! it before anything is asked, and an account is never half of it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod moving;
mod steps;

use common::{token as token_of, *};
use moving::*;
use pinbolt::{
    Authenticator, Error, Failure, Lane, Misuse, Refusal,
    oath::Algorithm,
    op::{
        AddToken, CancelAccount, Failures, Import, ImportedToken, IssueRecoveryCodes, RemoveToken,
        Step, TokenKind, TokenSecret, Took, Weak,
    },
    testkit::MemoryStore,
};
use steps::*;

const NONE: Weak = Weak { short_secrets: false, recovery_codes: false, pins: false };

fn nobody_yet() -> World<MemoryStore> {
    world_with(with_tokens().build().unwrap())
}

/// It ends so before anything is asked.
fn at_once(w: &World<MemoryStore>, import: Import<'_>) -> Error {
    match start(w, import) {
        Step::Done(done) => done.result.unwrap_err(),
        other => panic!("{other:?}"),
    }
}

fn remove(w: &World<MemoryStore>, token: u32) {
    w.run(RemoveToken { account: "ana", token, authority: by_operator() }).unwrap();
}

#[test]
fn failure_48_a_token_out_of_bounds_is_told_before_anything_is_asked() {
    let w = nobody_yet();
    let (long, label) = ([7; 129], "x".repeat(65));
    let totp = |period, start| TokenKind::Totp { period, start };
    let bad = [
        ImportedToken { kind: totp(0, 0), ..phone() },
        ImportedToken { digits: 5, ..phone() },
        ImportedToken { digits: 11, ..phone() },
        ImportedToken { digits: 99, ..phone() },
        ImportedToken { label: "", ..phone() },
        ImportedToken { label: &label, ..phone() },
        ImportedToken { label: "a\nb", ..phone() },
        ImportedToken { secret: &long, ..phone() },
        ImportedToken { kind: TokenKind::Steam, ..phone() },
        ImportedToken {
            kind: TokenKind::Steam,
            digits: 5,
            algorithm: Algorithm::Sha256,
            ..phone()
        },
    ];
    for token in bad {
        assert_eq!(token.check(NONE), Err(Misuse::Token));
        assert_eq!(at_once(&w, with(&[fob(0), token])), Misuse::Token.into());
    }
    assert!(ImportedToken { kind: TokenKind::Steam, digits: 5, ..phone() }.check(NONE).is_ok());
    assert!(w.engine.store().rows().is_empty());
}

#[test]
fn failure_32_a_short_secret_only_where_the_danger_is_named() {
    let w = nobody_yet();
    let weak = Weak { short_secrets: true, ..NONE };
    for length in [1, 10, 15] {
        let tokens = [ImportedToken { secret: &SECRET[..length], ..phone() }];
        assert_eq!(tokens[0].check(NONE), Err(Misuse::ShortSecret));
        for other in [NONE, Weak { recovery_codes: true, pins: true, ..NONE }] {
            let import = Import { dangerously_accept: other, ..with(&tokens) };
            assert_eq!(at_once(&w, import), Misuse::ShortSecret.into());
        }
        assert_eq!(tokens[0].check(weak), Ok(()));
        let account = format!("ana-{length}");
        let import = Import { account: &account, dangerously_accept: weak, ..with(&tokens) };
        assert_eq!(w.run(import).unwrap().tokens, [(Took::Added, 1)]);
    }
    let empty = [ImportedToken { secret: b"", ..phone() }];
    assert_eq!(empty[0].check(weak), Err(Misuse::ShortSecret));
    assert_eq!(
        at_once(&w, Import { dangerously_accept: weak, ..with(&empty) }),
        Misuse::ShortSecret.into()
    );
}

#[test]
fn failure_46_a_weak_recovery_code_only_where_the_danger_is_named() {
    let w = nobody_yet();
    let weak = Weak { recovery_codes: true, ..NONE };
    for code in ["12345678", "k3pqzw7m", "0123-4567-89ab-cde", "K3PQZ W7MNT X2"] {
        assert_eq!(Import::check_recovery_code(code, NONE), Err(Misuse::ShortRecoveryCode));
        let codes = [CODES[0], code];
        for other in [NONE, Weak { short_secrets: true, pins: true, ..NONE }] {
            let import = Import { dangerously_accept: other, ..listed(&codes) };
            assert_eq!(at_once(&w, import), Misuse::ShortRecoveryCode.into());
        }
        assert_eq!(Import::check_recovery_code(code, weak), Ok(()));
    }
    for code in
        ["", "1234567", "123-456", "1234567890123456789012345678901234", "12345_", "1234567\u{e9}"]
    {
        for weak in [NONE, weak] {
            assert_eq!(Import::check_recovery_code(code, weak), Err(Misuse::RecoveryCode));
            let codes = [code];
            let import = Import { dangerously_accept: weak, ..listed(&codes) };
            assert_eq!(at_once(&w, import), Misuse::RecoveryCode.into());
        }
    }
    let many: Vec<String> = (0..17).map(|n| format!("k3pqzw7mntx2{n:02}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(at_once(&w, listed(&many)), Misuse::RecoveryCode.into());
    assert!(w.engine.store().rows().is_empty());
    // Taken, they are hashed slowly, counted, throttled, and good once.
    let import = Import { dangerously_accept: weak, ..listed(&["12345678"]) };
    let mut hand = hand(&w);
    hand.run(start(&w, import)).result.unwrap();
    assert_eq!(hand.hashes(), 1);
    for nth in 0..10 {
        assert_eq!(recover(&w, &format!("8765432{nth}")), Err(Refusal::WrongCredentials));
    }
    assert!(matches!(recover(&w, "12345678"), Err(Refusal::Throttled { .. })));
    w.clock.advance(DAY);
    recover(&w, "1234 5678").unwrap();
    assert_eq!(recover(&w, "12345678"), Err(Refusal::AlreadyUsed));
}

#[test]
fn failure_30_no_watermark_kills_a_token_for_good() {
    let w = nobody_yet();
    let (at, far) = (step(NOW), 1 << 32);
    let last = |last| ImportedToken { last_step: Some(last), ..phone() };
    let ahead = |clock_ahead| ImportedToken { clock_ahead, ..phone() };
    for bad in [
        last(at + 51),
        last(u64::MAX - 1),
        last(u64::MAX),
        ahead(51),
        ahead(-51),
        ahead(i32::MAX),
        ahead(i32::MIN),
        fob(far + 1),
        fob(u64::MAX - 1),
        fob(u64::MAX),
        ImportedToken { last_step: Some(3), ..fob(0) },
        ImportedToken { clock_ahead: 1, ..fob(0) },
        ImportedToken { kind: TokenKind::Totp { period: 30, start: NOW }, ..last(51) },
        ImportedToken { kind: TokenKind::Totp { period: u32::MAX, start: 0 }, ..last(at) },
    ] {
        assert_eq!(at_once(&w, with(&[bad])), Misuse::Watermark.into());
    }
    assert_eq!(ImportedToken { clock_ahead: 1, ..fob(0) }.check(NONE), Err(Misuse::Watermark));
    assert_eq!(last(u64::MAX).check(NONE), Err(Misuse::Watermark));
    w.run(with(&[last(at + 50), fob(far)])).unwrap();
    w.clock.advance(52 * 30 * SECOND);
    sign_in(&w, &otp(at + 52)).unwrap();
    sign_in(&w, &code_of(FOB, far)).unwrap();
    // A narrower policy takes less.
    let narrow = world_with(with_tokens().set("otp.resync", 2).unwrap().build().unwrap());
    assert_eq!(at_once(&narrow, with(&[last(at + 3)])), Misuse::Watermark.into());
    assert_eq!(at_once(&narrow, with(&[ahead(3)])), Misuse::Watermark.into());
    narrow.run(with(&[last(at + 2)])).unwrap();
}

#[test]
fn two_tokens_of_one_key_are_refused_in_a_file_and_against_the_account() {
    let padded = [SECRET, &[0; 3]].concat();
    let again = ImportedToken { secret: &padded, label: "the same", ..phone() };
    let as_counter = ImportedToken { kind: TokenKind::HOTP, ..phone() };
    for other in [phone(), again, as_counter, ImportedToken { digits: 8, ..phone() }] {
        let w = nobody_yet();
        assert_eq!(at_once(&w, with(&[phone(), fob(0), other])), Refusal::TokenExists.into());
    }
    for other in [
        as_counter,
        ImportedToken { digits: 8, ..phone() },
        ImportedToken { kind: TokenKind::Totp { period: 60, start: 0 }, ..again },
        ImportedToken { kind: TokenKind::Totp { period: 30, start: 1 }, ..phone() },
        ImportedToken { kind: TokenKind::Steam, digits: 5, ..phone() },
    ] {
        let w = nobody_yet();
        w.run(with(&[phone()])).unwrap();
        let before = shown(&w);
        assert_eq!(w.run(with(&[fob(0), other])), Err(Refusal::TokenExists));
        assert_eq!(shown(&w), before, "all of it or nothing");
    }
    let w = nobody_yet();
    let sha256 = ImportedToken { algorithm: Algorithm::Sha256, ..phone() };
    assert_eq!(w.run(with(&[phone(), sha256])).unwrap().tokens.len(), 2, "its codes are others");
}

#[test]
fn an_account_takes_eight_tokens_and_thirty_two_over_all_runs() {
    let w = nobody_yet();
    let secrets: Vec<[u8; 20]> = (0..40).map(|n| [n; 20]).collect();
    let token = |n: usize| ImportedToken { secret: &secrets[n], ..fob(0) };
    let some = |span: std::ops::Range<usize>| span.map(token).collect::<Vec<_>>();
    assert_eq!(at_once(&w, with(&some(0..9))), Refusal::TooManyTokens.into());
    w.run(with(&some(0..7))).unwrap();
    let secret = TokenSecret::Given(&secrets[39]);
    w.run(AddToken { secret, ..token_of(TokenKind::HOTP) }).unwrap();
    // The candidate makes room; a confirmed one doesn't.
    assert_eq!(w.run(with(&some(7..8))).unwrap().tokens, [(Took::Added, 9)]);
    assert_eq!(w.run(with(&some(8..9))), Err(Refusal::TooManyTokens));
    assert_eq!(w.run(with(&some(0..8))).unwrap().tokens.len(), 8);
    for run in 1..4 {
        for held in shown(&w).tokens {
            remove(&w, held.token);
        }
        w.run(with(&some(8 * run..8 * run + 8))).unwrap();
    }
    for held in shown(&w).tokens {
        remove(&w, held.token);
    }
    let before = shown(&w);
    assert_eq!(w.run(with(&some(32..33))), Err(Refusal::TooManyTokens));
    assert_eq!(shown(&w), before);
    let gone = w.run(with(&some(0..8))).unwrap();
    assert!(gone.tokens.iter().all(|told| *told == (Took::Gone, 0)), "none is forgotten");
}

#[test]
fn a_code_that_a_file_has_twice_is_good_once() {
    let w = nobody_yet();
    let twice = [CODES[0], "K3PQZW7MNTX2A", "o110-zzzz-1234-5678", CODES[2]];
    w.run(listed(&twice)).unwrap();
    assert_eq!(shown(&w).recovery_codes_left, Some(2));
    for code in [CODES[0], CODES[2]] {
        recover(&w, code).unwrap();
        assert_eq!(recover(&w, code), Err(Refusal::AlreadyUsed));
    }
    w.run(listed(&twice)).unwrap();
    assert_eq!(shown(&w).recovery_codes_left, Some(0));
}

#[test]
fn an_older_file_after_a_newer_one_gives_no_recovery_code_back() {
    // Used there between the two: it is in the older file alone.
    let w = nobody_yet();
    w.run(listed(&CODES[1..])).unwrap();
    assert_eq!(w.run(listed(&CODES)).unwrap().recovery_codes, Some(Took::Kept));
    assert_eq!(recover(&w, CODES[0]), Err(Refusal::WrongCredentials));
    assert_eq!(shown(&w).recovery_codes_left, Some(2));
    // The same where the newer file says that all are used.
    let w = nobody_yet();
    assert_eq!(w.run(listed(&[])).unwrap().recovery_codes, None);
    assert_eq!(w.run(listed(&CODES)).unwrap().recovery_codes, Some(Took::Gone));
    assert_eq!(shown(&w).recovery_codes_left, None);
}

#[test]
fn failure_41_a_weak_pin_is_told_before_anything_is_asked() {
    let w = nobody_yet();
    for weak in ["1234", "123456", "111111", "x", ""] {
        let import = Import { pin: Some(weak), ..bare("ana") };
        assert!(matches!(at_once(&w, import), Error::Refused(_)), "{weak}");
    }
}

/// Runs an import to its first write, lets `rival` act, and gives what was granted.
fn overtaken(import: Import<'_>, w: &World<MemoryStore>, rival: impl FnOnce()) -> Vec<Took> {
    let mut hand = hand(w);
    let mut step = start(w, import);
    while !matches!(step, Step::Commit(_)) {
        step = hand.answer(step);
    }
    rival();
    let imported = hand.run(step).result.unwrap();
    let tokens = imported.tokens.into_iter().map(|(took, _)| took);
    tokens.chain(imported.recovery_codes).chain(imported.pin).collect()
}

#[test]
fn an_import_is_judged_again_on_what_came_first() {
    let tokens = [phone()];
    let whole = || Import { recovery_codes: Some(&CODES), pin: Some(PIN), ..with(&tokens) };
    let w = nobody_yet();
    let rival = || drop(w.run(whole()).unwrap());
    assert_eq!(overtaken(whole(), &w, rival), [Took::Kept; 3], "the same, at once");
    assert_eq!(shown(&w).recovery_codes_left, Some(3));
    recover(&w, CODES[1]).unwrap();
    assert!(w.verify("ana", PIN).is_ok());

    let rival = || remove(&w, 1);
    assert_eq!(overtaken(with(&tokens), &w, rival), [Took::Gone]);
    let rival = || {
        let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
        drop(w.run(issue).unwrap());
    };
    assert_eq!(overtaken(listed(&CODES), &w, rival), [Took::Gone]);

    let w = nobody_yet();
    let at = step(NOW);
    w.run(with(&tokens)).unwrap();
    let there = [ImportedToken { last_step: Some(at - 1), ..phone() }];
    let rival = || sign_in(&w, &otp(at)).unwrap();
    assert_eq!(overtaken(with(&there), &w, rival), [Took::Kept]);
    assert_eq!(sign_in(&w, &otp(at)), Err(Refusal::AlreadyUsed), "a sign-in meanwhile stands");
    let mut hand = hand(&w);
    w.clock.advance(30 * SECOND);
    let code = otp(at + 1);
    let evidence = pinbolt::op::Evidence::otp(&code);
    let mut signing = start(&w, verify_by("ana", "otp", evidence));
    while !matches!(signing, Step::Commit(_)) {
        signing = hand.answer(signing);
    }
    w.run(with(&[ImportedToken { last_step: Some(at + 1), ..phone() }])).unwrap();
    assert_eq!(ended(&hand.run(signing)), "AlreadyUsed", "a sign-in there meanwhile, too");
}

#[test]
fn failures_are_counted_beside_guesses_that_are_under_way() {
    let w = nobody_yet();
    w.enroll();
    w.run(standing(TokenKind::HOTP)).unwrap();
    let evidence = pinbolt::op::Evidence::pin(PIN).and_otp("000000");
    let mut hand = hand(&w);
    let mut guess = start(&w, verify_by("ana", "pin-otp", evidence));
    while hand.hashes() == 0 {
        guess = hand.answer(guess);
    }
    let failures = Some(Failures { count: 4, last: NOW });
    w.run(Import { failures, ..with(&[fob(0)]) }).unwrap();
    assert_eq!(count(&w, Authenticator::OTP, Lane::Stranger), 5);
    assert_eq!(ended(&hand.run(guess)), "WrongCredentials");
    assert_eq!(count(&w, Authenticator::OTP, Lane::Stranger), 5, "none is lost");
}

#[test]
fn without_a_hash_slot_nothing_is_written() {
    let w = nobody_yet();
    for import in [
        listed(&CODES),
        Import { pin: Some(PIN), ..bare("ana") },
        Import { recovery_codes: Some(&CODES), pin: Some(PIN), ..bare("ana") },
    ] {
        let mut hand = hand(&w);
        let mut step = start(&w, import);
        let done = loop {
            step = match step {
                Step::Done(done) => break done,
                Step::Hash(hash) if hand.hashes() == 0 => hash.not_run(NOW),
                other => hand.answer(other),
            };
        };
        assert_eq!(done.result.unwrap_err(), Failure::Overload.into());
        assert!(w.engine.store().rows().is_empty() && done.events.is_empty());
    }
}

#[test]
fn failure_30_numbers_and_times_at_their_ends() {
    for now in [0, 1, NOW, u64::MAX - 1, u64::MAX] {
        for count in [0, 1, u32::MAX] {
            for last in [0, now, u64::MAX] {
                let w = nobody_yet();
                w.clock.set(now);
                let failures = Some(Failures { count, last });
                let kind = TokenKind::Totp { period: u32::MAX, start: u64::MAX };
                let late = ImportedToken { kind, ..phone() };
                let tokens = [late, fob(1 << 32)];
                w.run(Import { failures, ..with(&tokens) }).unwrap();
                assert!(shown(&w).ledgers.iter().all(|ledger| !ledger.disabled));
                assert!(sign_in(&w, "000000").is_err());
            }
        }
    }
}

#[test]
fn failure_22_nothing_that_is_imported_is_in_any_text() {
    let w = nobody_yet();
    let tokens = [phone(), fob(3)];
    let pins = Weak { pins: true, ..NONE };
    let import = || Import {
        recovery_codes: Some(&CODES),
        pin: Some("5555"),
        dangerously_accept: pins,
        ..with(&tokens)
    };
    let mut text = format!("{:?}{:?}", import(), tokens);
    for _ in 0..2 {
        let mut hand = hand(&w);
        let done = hand.run_with(start(&w, import()), |_, step| text += &format!("{step:?}"));
        text += &format!("{:?}{:?}", done.result.unwrap(), done.events);
    }
    text += &format!("{:?}", shown(&w));
    let secret = String::from_utf8_lossy(SECRET);
    for canary in ["5555", &secret, "fob's own", "[49, 50, 51", "W7MNT", "w7mnt", "ZZZZ"] {
        assert!(!text.contains(canary), "{canary}");
    }
}

#[test]
fn an_imported_account_that_was_cancelled_is_kept_a_year() {
    for (imported, days) in [(true, 366), (false, 1)] {
        let w = nobody_yet();
        w.enroll();
        if imported {
            w.run(with(&[phone()])).unwrap();
        }
        let (account, authority) = ("ana", by_operator());
        let mut hand = hand(&w);
        let mut cancelling = start(&w, CancelAccount { account, authority });
        let kept = loop {
            cancelling = match cancelling {
                Step::Commit(commit) => break commit.write().keep_until,
                other => hand.answer(other),
            };
        };
        assert_eq!(kept, NOW + days * DAY, "an old file doesn't bring it back");
    }
}
