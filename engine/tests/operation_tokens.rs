//! `Operation`, for tokens and recovery codes: it gives what the typed questions give, hands a secret
//! out once and not before its write, and shows none.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod untyped;

use std::fmt::Write as _;

use common::*;
use pinbolt::{
    Done, Error,
    driver::{Answer, Asked, Granted, Operation},
    op::{
        AddToken, ConfirmToken, Describe, Evidence, IssueRecoveryCodes, RecoveryCodes, RemoveToken,
        ResyncToken, TokenKind, TokenSecret, Verb,
    },
    testkit::MemoryStore,
};
use untyped::{copy, granted, over, question, truth, typed, untyped};

const ENTROPY: [u8; 32] = [9; 32];

/// A world with `ana` in it, a counter of hers, a candidate, and a list of codes.
struct Scene {
    w: World<MemoryStore>,
    codes: Vec<String>,
}

fn scene() -> Scene {
    let w = world_with(with_tokens().build().unwrap());
    w.enroll();
    w.run(standing(TokenKind::HOTP)).unwrap();
    let secret = TokenSecret::Given(b"another secret of twenty");
    w.run(AddToken { secret, ..token(TokenKind::HOTP) }).unwrap();
    let codes = listed(&w.run(issue()).unwrap());
    Scene { w, codes }
}

fn issue() -> IssueRecoveryCodes<'static> {
    IssueRecoveryCodes { account: "ana", authority: by_operator() }
}

fn listed(codes: &RecoveryCodes) -> Vec<String> {
    codes.iter().map(Into::into).collect()
}

fn made_here() -> AddToken<'static> {
    AddToken { secret: TokenSecret::Generated, ..token(TokenKind::TOTP) }
}

impl Scene {
    fn start<V: Verb>(&self, verb: V) -> Operation
    where
        Granted: From<V::Output>,
    {
        Operation::start(verb, self.w.engine.pinbolt(), NOW, ENTROPY)
    }

    /// Runs a verb both ways on the same rows and randomness.
    fn both<V: Verb>(
        &self,
        make: impl Fn() -> V,
    ) -> (Result<Granted, Error>, Result<Granted, Error>)
    where
        Granted: From<V::Output>,
    {
        let (one, other) = (copy(self.w.engine.store()), copy(self.w.engine.store()));
        let step = make().start(self.w.engine.pinbolt(), NOW, ENTROPY);
        let Done { result, events } = typed(step, &one, NOW);
        let done = untyped(self.start(make()), (&other, NOW), |operation| operation);
        let expected = result.map(Granted::from);
        assert_eq!(format!("{expected:?}"), format!("{:?}", done.result));
        assert_eq!(events, done.events);
        assert_eq!(one.rows(), other.rows());
        (expected, done.result)
    }

    fn named<V: Verb>(&self, make: impl Fn() -> V) -> &'static str
    where
        Granted: From<V::Output>,
    {
        granted(&self.both(make).1)
    }
}

#[test]
fn every_verb_gives_what_its_typed_questions_give() {
    let s = scene();
    let (account, caller) = ("ana", CALLER);
    let other =
        pinbolt::oath::Hotp::new(pinbolt::oath::Algorithm::Sha1, 6, b"another secret of twenty");
    let shown = other.unwrap().code(0);
    let confirm = |code| ConfirmToken { account, token: 2, code, caller };
    let (first, second) = (&otp(20), &otp(21));
    let resync = |first, second| ResyncToken { account, token: 1, first, second, caller };
    let remove = |token| RemoveToken { account, token, authority: by_operator() };
    let verify = |purpose, evidence| verify_by(account, purpose, evidence);
    let (code, joined, list) = (&otp(0), format!("{PIN}{}", otp(0)), s.codes[0].as_str());
    let both = Evidence::pin(PIN).and_otp(code);
    for (name, gave) in [
        ("AddedToken", s.named(made_here)),
        ("TokenExists", s.named(|| token(TokenKind::TOTP))),
        ("Token", s.named(|| AddToken { digits: 5, ..made_here() })),
        ("ShortSecret", s.named(|| AddToken { secret: TokenSecret::Given(b"x"), ..made_here() })),
        ("Nothing", s.named(|| confirm(shown.as_str()))),
        ("WrongCode", s.named(|| confirm("000000"))),
        ("Malformed", s.named(|| confirm("no code"))),
        ("Nothing", s.named(|| resync(first, second))),
        ("WrongCredentials", s.named(|| resync(second, first))),
        ("Nothing", s.named(|| remove(2))),
        ("UnknownToken", s.named(|| remove(3))),
        ("RecoveryCodes", s.named(issue)),
        ("UnknownAccount", s.named(|| IssueRecoveryCodes { account: "eva", ..issue() })),
        ("Accepted", s.named(|| verify("otp", Evidence::otp(code)))),
        ("Accepted", s.named(|| verify("pin-otp", both))),
        ("Accepted", s.named(|| verify("pin-otp", Evidence::pin_then_otp(&joined)))),
        ("Accepted", s.named(|| verify("recover", Evidence::recovery_code(list)))),
        ("Accepted", s.named(|| verify("all", both.and_recovery_code(list)))),
        ("WrongCredentials", s.named(|| verify("otp", Evidence::otp("000000")))),
        ("EvidenceMissing", s.named(|| verify("all", both))),
        ("EvidenceUnasked", s.named(|| verify("step-up", both))),
        ("Description", s.named(|| Describe { account })),
    ] {
        assert_eq!(gave, name);
    }
}

#[test]
fn what_is_shown_once_is_the_same_both_ways() {
    let s = scene();
    match s.both(made_here) {
        (Ok(Granted::AddedToken(one)), Ok(Granted::AddedToken(other))) => {
            assert_eq!(one.secret().unwrap(), other.secret().unwrap());
            assert_eq!((one.token, one.secret().map(<[u8]>::len)), (3, Some(20)));
        }
        other => panic!("{other:?}"),
    }
    match s.both(issue) {
        (Ok(Granted::RecoveryCodes(one)), Ok(Granted::RecoveryCodes(other))) => {
            assert_eq!(listed(&one), listed(&other));
            assert_eq!((one.iter().len(), listed(&one)[0].len()), (10, 19));
        }
        other => panic!("{other:?}"),
    }
    let given = s.both(|| AddToken { secret: TokenSecret::Given(&[7; 16]), ..made_here() });
    let (Ok(Granted::AddedToken(given)), _) = given else { panic!("{given:?}") };
    assert_eq!(given.secret(), None);
}

/// The store takes no write: after the last question there is a failure, and nothing to show.
#[test]
fn nothing_is_shown_whose_write_is_lost() {
    let s = scene();
    for answer in [|| Answer::NotApplied, || Answer::InDoubt] {
        for mut operation in [s.start(made_here()), s.start(issue())] {
            let store = copy(s.w.engine.store());
            while let Some(open) = question(&operation) {
                let answer = match open {
                    untyped::Question::Commit => answer(),
                    _ => truth(&operation, &store).unwrap(),
                };
                operation.answer(NOW, answer).unwrap();
            }
            let done = operation.end().unwrap();
            assert!(matches!(done.result, Err(Error::Failure(_))), "{done:?}");
            over(&mut operation);
        }
    }
}

#[test]
fn failure_22_it_shows_no_secret_at_any_question() {
    let s = scene();
    let mut heard = String::new();
    let mut hear = |operation: Operation| {
        write!(heard, "{operation:?} {operation:#?} {:?}", operation.asked().unwrap()).unwrap();
        operation
    };
    let mut secrets = vec!["12345678901234567890".to_owned()];
    let store = copy(s.w.engine.store());
    for operation in [s.start(made_here()), s.start(issue())] {
        let done = untyped(operation, (&store, NOW), &mut hear);
        match done.result.unwrap() {
            Granted::AddedToken(added) => {
                let secret = added.secret().unwrap();
                let list: Vec<String> = secret.iter().map(u8::to_string).collect();
                secrets.push(list[..8].join(", "));
                secrets.push(secret[..8].iter().map(|byte| format!("{byte:02x}")).collect());
            }
            Granted::RecoveryCodes(codes) => secrets.extend(listed(&codes)),
            other => panic!("{other:?}"),
        }
    }
    let code = otp(0);
    let all = Evidence::pin(PIN).and_otp(&code).and_recovery_code(&s.codes[0]);
    let operation = s.start(verify_by("ana", "all", all));
    let accepted = copy(s.w.engine.store());
    assert_eq!(granted(&untyped(operation, (&accepted, NOW), &mut hear).result), "Accepted");
    secrets.extend(s.codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")]));
    // Six digits may come up in a time or a hash by chance: as a word they don't.
    secrets.extend([format!("\"{code}\""), format!("\"{PIN}\"")]);
    for seen in ["Load", "Commit", "Hash", "AddedToken", "RecoveryCodes(10)", "Accepted"] {
        assert!(heard.contains(seen), "{seen}");
    }
    for secret in secrets {
        assert!(!heard.contains(&secret), "{secret}");
    }
}

#[test]
fn a_dropped_operation_leaves_its_guesses_counted_and_nothing_used_up() {
    let s = scene();
    let code = otp(0);
    let all = Evidence::pin(PIN).and_otp(&code).and_recovery_code(&s.codes[0]);
    let mut operation = s.start(verify_by("ana", "all", all));
    while !matches!(operation.asked(), Ok(Asked::Hash(_))) {
        let answer = truth(&operation, s.w.engine.store()).unwrap();
        operation.answer(NOW, answer).unwrap();
    }
    drop(operation);
    let seen = s.w.run(Describe { account: "ana" }).unwrap();
    assert_eq!(seen.ledgers.iter().map(|ledger| ledger.failures).collect::<Vec<_>>(), [1; 3]);
    assert_eq!(named(s.w.run(verify_by("ana", "all", all))), "granted");
}
