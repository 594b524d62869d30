//! What happens between the reservation of a guess and the write that settles it.

use pinbolt::{
    AuditEvent, EventKind, Keyring, Pinbolt, Refusal,
    driver::Engine,
    op::{
        AddToken, Block, CancelAccount, ChangePin, Evidence, RemoveToken, ResyncToken, Step,
        TokenKind, TokenSecret, Unlock, Verb,
    },
    policy::Builder,
    testkit::MemoryStore,
};

use crate::{
    Account, NOBODYS, Part, TWIN, USED, WRONG, added, both, common::*, counted, issue, plain,
    prove, purposes, steps::*,
};

/// Runs what is right in all three parts until it has asked for its last hash; then `rival` acts.
/// How it ends, and what stays counted of PIN, one-time codes and recovery codes.
fn overtaken(rival: impl Fn(&Account)) -> (&'static str, [u32; 3]) {
    let account = Account::new();
    let (pin, code, recovery) = account.typed([Part::Right; 3]);
    let evidence = Evidence::pin(pin).and_otp(&code).and_recovery_code(recovery);
    let mut hand = hand(&account.w);
    let mut step = start(&account.w, verify_by("ana", "all", evidence));
    while hand.hashes() < 2 {
        step = hand.answer(step);
    }
    rival(&account);
    let ended = ended(&hand.run(step));
    (ended, counted(&account.w))
}

#[test]
fn what_changes_meanwhile_is_judged_again_and_uses_nothing_up() {
    assert_eq!(overtaken(|_| ()), ("granted", [0, 0, 0]));
    let same = overtaken(|it| prove(&it.w, "otp", Evidence::otp(&otp(1))).unwrap());
    // The rival's success begins another epoch; a refund of the older one uncounts nothing.
    assert_eq!(same, ("AlreadyUsed", [0, 0, 0]));
    let later = overtaken(|it| prove(&it.w, "otp", Evidence::otp(&otp(2))).unwrap());
    assert_eq!(later, ("WrongCredentials", [1, 0, 1]), "a code below the counter");
    let same = overtaken(|it| {
        prove(&it.w, "recover", Evidence::recovery_code(&it.codes[1])).unwrap();
    });
    assert_eq!(same, ("AlreadyUsed", [0, 0, 0]));
    let newer = overtaken(|it| drop(issue(&it.w)));
    assert_eq!(newer, ("WrongCredentials", [1, 1, 1]), "another set");
    let changed = overtaken(|it| {
        it.w.run(ChangePin { account: "ana", old: PIN, new: "904173", caller: CALLER }).unwrap();
    });
    assert_eq!(changed, ("WrongCredentials", [0, 1, 1]), "a changed PIN, whose change was right");
    let removed = overtaken(|it| {
        it.w.run(RemoveToken { account: "ana", token: 1, authority: by_operator() }).unwrap();
    });
    assert_eq!(removed, ("WrongCredentials", [1, 1, 1]), "a removed token's code");
    let blocked = overtaken(|it| {
        it.w.run(Block { account: "ana", operator: operator() }).unwrap();
    });
    assert_eq!(blocked, ("WrongCredentials", [1, 1, 1]), "of a blocked account nothing is right");
    let found = overtaken(|it| {
        let (first, second) = (&*otp(20), &*otp(21));
        it.w.run(ResyncToken { account: "ana", token: 1, first, second, caller: CALLER }).unwrap();
    });
    assert_eq!(found, ("WrongCredentials", [1, 0, 1]));
    let unlocked = overtaken(|it| {
        for authenticator in [pinbolt::Authenticator::PIN, pinbolt::Authenticator::OTP] {
            it.w.run(Unlock { account: "ana", authenticator, authority: by_operator() }).unwrap();
        }
        assert_eq!(both(&it.w, WRONG_PIN, "000000"), Err(WRONG));
        it.w.run(Block { account: "ana", operator: operator() }).unwrap();
    });
    assert_eq!(unlocked, ("WrongCredentials", [1, 1, 1]), "another's guess stays counted");
    let gone = overtaken(|it| {
        it.w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
        it.w.enroll_as("ana", &[]);
        it.w.run(standing(TokenKind::HOTP)).unwrap();
        issue(&it.w);
    });
    assert_eq!(gone.0, "WrongCredentials", "somebody else by now");
}

#[test]
fn a_token_that_comes_or_goes_meanwhile_changes_no_count() {
    for right in [true, false] {
        let w = plain();
        for secret in [[1; 20], [2; 20], [3; 20]] {
            added(&w, &secret, 6);
        }
        let mine = added(&w, TWIN, 8);
        let code = if right { "51755224" } else { "00000000" };
        let mut hand = hand(&w);
        let verify = verify_by("ana", "pin-otp", Evidence::pin(PIN).and_otp(code));
        let mut step = start(&w, verify);
        while hand.hashes() == 0 {
            step = hand.answer(step);
        }
        assert_eq!(counted(&w), [1, 4, 0], "reserved once for each");
        let remove = RemoveToken { account: "ana", token: 2, authority: by_operator() };
        w.run(remove).unwrap();
        added(&w, SECRET, 6);
        added(&w, &[5; 20], 6);
        let ended = ended(&hand.run(step));
        let expected = if right { ("granted", [0, 0, 0]) } else { ("WrongCredentials", [1, 4, 0]) };
        assert_eq!((ended, counted(&w)), expected, "{mine}");
    }
    // A code of a token that wasn't counted isn't compared with it.
    let w = plain();
    added(&w, &[1; 20], 6);
    let code = otp(0);
    let mut hand = hand(&w);
    let mut step = start(&w, verify_by("ana", "pin-otp", Evidence::pin(PIN).and_otp(&code)));
    while hand.hashes() == 0 {
        step = hand.answer(step);
    }
    added(&w, SECRET, 6);
    assert_eq!(ended(&hand.run(step)), "WrongCredentials");
    assert_eq!(counted(&w), [1, 1, 0]);
    assert_eq!(both(&w, PIN, &code), Ok(()), "and not used up");
}

#[test]
fn a_code_whose_time_is_over_when_it_is_settled_is_wrong() {
    for (steps, expected) in [(0, "granted"), (1, "granted"), (2, "WrongCredentials")] {
        let w = plain();
        w.run(standing(TokenKind::TOTP)).unwrap();
        let code = otp(step(NOW));
        let verify = verify_by("ana", "pin-otp", Evidence::pin(PIN).and_otp(&code));
        let done = hand(&w).run_with(start(&w, verify), |_, step| {
            if matches!(step, Step::Hash(_)) {
                w.clock.advance(steps * 30 * SECOND);
            }
        });
        assert_eq!(ended(&done), expected, "after {steps} steps");
        let failures = u32::from(expected == "WrongCredentials");
        assert_eq!(counted(&w), [failures, failures, 0]);
    }
}

#[test]
fn overload_at_any_hash_gives_every_part_back() {
    for parts in crate::attempts() {
        for hashes in [0, 1] {
            let account = Account::new();
            let w = &account.w;
            let (pin, code, recovery) = account.typed(parts);
            let evidence = Evidence::pin(pin).and_otp(&code).and_recovery_code(recovery);
            let ended = not_run(w, hashes, verify_by("ana", "all", evidence));
            assert_eq!((ended, counted(w)), ("Overload", [0, 0, 0]), "{parts:?}, {hashes}");
        }
    }
    // The throttle too: ten guesses are left.
    let account = Account::new();
    for _ in 0..12 {
        let verify = verify_by("ana", "pin-otp", Evidence::pin(WRONG_PIN).and_otp("000000"));
        assert_eq!(not_run(&account.w, 0, verify), "Overload");
    }
    for _ in 0..10 {
        assert_eq!(both(&account.w, WRONG_PIN, "000000"), Err(WRONG));
    }
    assert_eq!(counted(&account.w), [10, 10, 0]);
}

/// Runs a verb whose hash of this number finds no free slot.
fn not_run<V: Verb>(w: &World<MemoryStore>, nth: usize, verb: V) -> &'static str {
    let mut hand = hand(w);
    let mut step = start(w, verb);
    loop {
        step = match step {
            Step::Hash(hash) if hand.hashes() == nth => {
                return ended(&hand.run(hash.not_run(w.clock_now())));
            }
            Step::Done(done) => return ended(&done),
            other => hand.answer(other),
        }
    }
}

#[test]
fn a_guess_that_is_dropped_at_any_question_stays_counted() {
    for parts in [[Part::Right; 3], [Part::Wrong; 3], [Part::Right, Part::Used, Part::Wrong]] {
        for asked in 0..6 {
            let account = Account::new();
            let w = &account.w;
            let (pin, code, recovery) = account.typed(parts);
            let evidence = Evidence::pin(pin).and_otp(&code).and_recovery_code(recovery);
            let mut hand = hand(w);
            let mut step = start(w, verify_by("ana", "all", evidence));
            for _ in 0..asked {
                step = hand.answer(step);
            }
            let reserved = hand.asked.iter().any(|asked| asked.account_write().is_some());
            drop(step);
            assert_eq!(counted(w), [u32::from(reserved); 3], "{parts:?} after {asked}");
        }
    }
}

/// The same rows under a dearer hash and a newer pepper.
fn dearer(w: &World<MemoryStore>, set: impl Fn(Builder) -> Builder) -> World<MemoryStore> {
    let mut keys: Keyring = keys();
    keys.rotate(2, *b"the second secret of the tests 3").unwrap();
    let policy = set(purposes()).build().unwrap();
    let pinbolt = Pinbolt::open(keys, policy, "tests").unwrap();
    let store = w.engine.store().clone();
    let engine = Engine::new(pinbolt, store, w.outbox.clone()).with_clock(w.clock.clone());
    let (clock, outbox) = (w.clock.clone(), w.outbox.clone());
    World { engine: engine.with_entropy(seeded(2)), clock, outbox }
}

#[test]
fn an_old_hash_is_renewed_for_who_passes_and_for_nobody_else() {
    let old = plain();
    old.run(standing(TokenKind::HOTP)).unwrap();
    let w = dearer(&old, |policy| policy.set("hash.passes", 2).unwrap());
    let costs = |pin: &str, code: &str| {
        let mut hand = hand(&w);
        let verify = verify_by("ana", "pin-otp", Evidence::pin(pin).and_otp(code));
        let done = hand.run(start(&w, verify));
        let cost = |asked: &Asked| match asked {
            Asked::Hash((_, passes, _)) => Some(*passes),
            _ => None,
        };
        (ended(&done), hand.asked.iter().filter_map(cost).collect::<Vec<_>>())
    };
    for (pin, code) in [(PIN, "000000"), (WRONG_PIN, "000000"), (WRONG_PIN, &otp(0))] {
        assert_eq!(costs(pin, code), ("WrongCredentials", vec![1]), "one hash for all of them");
    }
    let unrenewed = verify_by("ana", "pin-otp", Evidence::pin(PIN));
    let code = otp(0);
    let evidence = Evidence { otp: Some(&code), ..unrenewed.evidence };
    let verify = pinbolt::op::Verify { evidence, ..unrenewed };
    assert_eq!(not_run(&w, 1, verify), "granted", "for lack of a slot it is left as it was");
    assert_eq!(costs(PIN, &otp(1)), ("granted", vec![1, 2]));
    assert_eq!(costs(PIN, &otp(2)), ("granted", vec![2]));
    assert_eq!(costs(PIN, &otp(2)), ("AlreadyUsed", vec![2]));
}

#[test]
fn a_hash_that_can_not_be_computed_is_a_failure_and_no_guess() {
    let old = plain();
    old.run(standing(TokenKind::HOTP)).unwrap();
    let codes = issue(&old);
    // The record is written under the new key, the PIN and the set still need the old one.
    let rotated = dearer(&old, |policy| policy);
    assert_eq!(prove(&rotated, "otp", Evidence::otp("000000")), Err(WRONG));
    let index = *b"the index key of the tests, 32 b";
    let keys = Keyring::new(index, 2, *b"the second secret of the tests 3").unwrap();
    let pinbolt = Pinbolt::open(keys, purposes().build().unwrap(), "tests").unwrap();
    let engine = Engine::new(pinbolt, old.engine.store().clone(), old.outbox.clone());
    let engine = engine.with_clock(old.clock.clone());
    let without = World { engine, clock: old.clock.clone(), outbox: old.outbox.clone() };
    let code = otp(0);
    for (purpose, evidence) in [
        ("pin-otp", Evidence::pin(PIN).and_otp(&code)),
        ("paper", Evidence::otp(&code).and_recovery_code(&codes[0])),
        ("paper", Evidence::otp(&code).and_recovery_code(NOBODYS)),
    ] {
        let mut hand = hand(&without);
        let done = hand.run(start(&without, verify_by("ana", purpose, evidence)));
        assert_eq!((ended(&done), hand.hashes()), ("UnknownKey", 0), "{purpose}");
    }
    assert_eq!(counted(&rotated), [0, 1, 0]);
    // Each purpose needs the keys of what it asks for, and no others.
    assert_eq!(prove(&rotated, "step-up", Evidence::pin(PIN)), Ok(()), "renews the PIN");
    assert_eq!(prove(&without, "step-up", Evidence::pin(PIN)), Ok(()), "the set is not asked for");
    assert_eq!(prove(&without, "otp", Evidence::otp(&code)), Ok(()), "a token needs no pepper");
}

#[test]
fn auditors_are_told_of_each_part_once_its_write_stands() {
    use EventKind::{
        OtpAccepted, OtpRefused, PinAccepted, PinRefused, PinTried, RecoveryCodeAccepted,
        RecoveryCodeRefused, RecoveryCodeTried,
    };
    let used = Some(Refusal::AlreadyUsed.code());
    let tried = [(PinTried, None), (RecoveryCodeTried, None)];
    for (parts, told) in [
        (
            [Part::Right; 3],
            vec![(PinAccepted, None), (RecoveryCodeAccepted, None), (OtpAccepted, None)],
        ),
        ([Part::Right, Part::Wrong, Part::Right], vec![(OtpRefused, None)]),
        (
            [Part::Wrong, Part::Used, Part::Used],
            vec![(PinRefused, None), (RecoveryCodeRefused, used), (OtpRefused, used)],
        ),
    ] {
        let account = Account::new();
        let (pin, code, recovery) = account.typed(parts);
        let evidence = Evidence::pin(pin).and_otp(&code).and_recovery_code(recovery);
        let done = hand(&account.w).run(start(&account.w, verify_by("ana", "all", evidence)));
        let of = |event: &AuditEvent| (event.event.kind, event.event.refusal);
        let heard: Vec<_> = done.events.iter().map(of).collect();
        assert_eq!(heard, [&tried[..], &told[..]].concat(), "{parts:?}");
        let last = done.events.last().unwrap();
        assert_eq!(last.event.purpose.as_deref(), Some("all"));
        assert_eq!(last.event.token, (parts == [Part::Right; 3]).then_some(1));
        assert!(done.events.iter().all(|event| event.account.as_deref() == Some("ana")));
    }
}

#[test]
fn two_of_one_recovery_code_or_token_at_once_pass_one() {
    let w = plain();
    w.run(AddToken { secret: TokenSecret::Given(SECRET), ..standing(TokenKind::HOTP) }).unwrap();
    let codes = issue(&w);
    let code = otp(0);
    let evidence = Evidence::pin(PIN).and_otp(&code).and_recovery_code(&codes[0]);
    let mut hands = [hand(&w), hand(&w)];
    let steps = hands.each_mut().map(|hand| {
        let mut step = start(&w, verify_by("ana", "all", evidence));
        while hand.hashes() < 2 {
            step = hand.answer(step);
        }
        step
    });
    assert_eq!(counted(&w), [2, 2, 2]);
    let mut ends = hands.iter_mut().zip(steps).map(|(hand, step)| ended(&hand.run(step)));
    assert_eq!([ends.next(), ends.next()], [Some("granted"), Some("AlreadyUsed")]);
    assert_eq!(counted(&w), [0, 0, 0]);
    assert_eq!(both(&w, PIN, &code), Err(USED));
    let wrong = Evidence::pin(WRONG_PIN).and_otp("000000").and_recovery_code(NOBODYS);
    for _ in 0..10 {
        assert_eq!(prove(&w, "all", wrong), Err(WRONG), "the second click has spent nothing");
    }
    let throttled = Refusal::Throttled { until: NOW + 12 * HOUR };
    assert_eq!(prove(&w, "all", wrong), Err(throttled));
}

#[test]
fn beside_a_code_that_was_used_meanwhile_all_stays_counted_if_any_is_wrong() {
    for (parts, counts) in [
        // The success that used the code has reset the codes' own count.
        ([Part::Wrong, Part::Right, Part::Right], [1, 0, 1]),
        ([Part::Right, Part::Right, Part::Wrong], [1, 0, 1]),
        ([Part::Wrong, Part::Right, Part::Wrong], [1, 0, 1]),
        // A second click, of which nothing is wrong.
        ([Part::Right, Part::Right, Part::Right], [0, 0, 0]),
        // Used before it was counted: nothing shows.
        ([Part::Wrong, Part::Used, Part::Wrong], [0, 0, 0]),
    ] {
        let account = Account::new();
        let w = &account.w;
        let (pin, code, recovery) = account.typed(parts);
        let evidence = Evidence::pin(pin).and_otp(&code).and_recovery_code(recovery);
        let mut hand = hand(w);
        let mut step = start(w, verify_by("ana", "all", evidence));
        while hand.hashes() < 2 {
            step = hand.answer(step);
        }
        if parts[1] == Part::Right {
            prove(w, "otp", Evidence::otp(&code)).unwrap();
        }
        assert_eq!(ended(&hand.run(step)), "AlreadyUsed", "{parts:?}");
        assert_eq!(counted(w), counts, "{parts:?}");
    }
}

#[test]
fn an_account_answers_only_to_a_name_that_is_still_its_own() {
    for named in [EMAIL, PHONE, "ana"] {
        let w = world_with(purposes().build().unwrap());
        w.enroll();
        w.run(standing(TokenKind::HOTP)).unwrap();
        let code = otp(0);
        let verify = verify_by(named, "otp", Evidence::otp(&code));
        let mut rivals = 0;
        let done = hand(&w).run_with(start(&w, verify), |_, step| {
            if matches!(step, Step::Commit(_)) && rivals == 0 {
                rivals += 1;
                w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
                // The same token is somebody's who has none of these addresses.
                w.enroll_as("ana", &[]);
                w.run(standing(TokenKind::HOTP)).unwrap();
            }
        });
        let expected = if named == "ana" { "granted" } else { "WrongCredentials" };
        assert_eq!((ended(&done), rivals), (expected, 1), "{named}");
    }
}
