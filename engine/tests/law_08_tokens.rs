//! Law 8, for tokens and recovery codes: a write whose answer was lost is resolved from the record.
//! A code is accepted once at most, and a secret or a list of codes is shown only where it stands.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod stepping;
mod storms;

use common::*;
use pinbolt::{
    Error, Failure, Policy,
    oath::{Algorithm, Hotp},
    op::{
        AddToken, AddedToken, ConfirmToken, Describe, Description, Evidence, IssueRecoveryCodes,
        RecoveryCodes, RemoveToken, ResyncToken, TokenKind, TokenSecret,
    },
    row::Write,
};
use stepping::{Answered, Fair, Ground, Weather};
use storms::{End, STORMS, Scene, Sky, end, in_every_storm, walk};

fn policy() -> Policy {
    with_tokens().build().unwrap()
}

fn issue() -> IssueRecoveryCodes<'static> {
    IssueRecoveryCodes { account: "ana", authority: by_operator() }
}

fn list(codes: &RecoveryCodes) -> Vec<String> {
    codes.iter().map(Into::into).collect()
}

/// `ana` with a counter at 1 and a list of codes, whose first is given back.
fn owner(ground: &Ground) -> String {
    ground.enroll_ana();
    ground.run(standing(TokenKind::HOTP)).unwrap();
    ground.run(verify_by("ana", "otp", Evidence::otp(&otp(0)))).unwrap();
    list(&ground.run(issue()).unwrap())[0].clone()
}

fn ana(ground: &Ground) -> String {
    ground.enroll_ana();
    String::new()
}

fn candidate(ground: &Ground) -> String {
    ground.enroll_ana();
    ground.run(token(TokenKind::HOTP)).unwrap();
    String::new()
}

fn made_here() -> AddToken<'static> {
    AddToken { secret: TokenSecret::Generated, ..token(TokenKind::TOTP) }
}

fn confirm(code: &str) -> ConfirmToken<'_> {
    ConfirmToken { account: "ana", token: 1, code, caller: CALLER }
}

fn verified(ground: &Ground, purpose: &str, evidence: Evidence<'_>, sky: &mut dyn Weather) -> End {
    walk(ground, verify_by("ana", purpose, evidence), sky)
}

fn resync(ground: &Ground, [first, second]: [u64; 2], sky: &mut dyn Weather) -> End {
    let (first, second) = (&otp(first), &otp(second));
    walk(ground, ResyncToken { account: "ana", token: 1, first, second, caller: CALLER }, sky)
}

/// What is accepted at most once.
const ACCEPTED: [Scene; 5] = [
    ("a one-time code", owner, |g, _, sky| verified(g, "otp", Evidence::otp(&otp(1)), sky)),
    ("a recovery code", owner, |g, code, sky| {
        verified(g, "recover", Evidence::recovery_code(code), sky)
    }),
    ("a PIN and a one-time code", owner, |g, _, sky| {
        verified(g, "pin-otp", Evidence::pin(PIN).and_otp(&otp(1)), sky)
    }),
    ("the same as one", owner, |g, _, sky| {
        let joined = format!("{PIN}{}", otp(1));
        verified(g, "pin-otp", Evidence::pin_then_otp(&joined), sky)
    }),
    ("all of them", owner, |g, code, sky| {
        verified(g, "all", Evidence::pin(PIN).and_otp(&otp(1)).and_recovery_code(code), sky)
    }),
];

/// What is refused, and counted once or not at all.
const REFUSED: [Scene; 6] = [
    ("a wrong code", owner, |g, _, sky| verified(g, "otp", Evidence::otp("000000"), sky)),
    ("a used code", owner, |g, _, sky| verified(g, "otp", Evidence::otp(&otp(0)), sky)),
    ("a wrong code beside a right PIN", owner, |g, _, sky| {
        verified(g, "pin-otp", Evidence::pin(PIN).and_otp("000000"), sky)
    }),
    ("a wrong PIN beside right codes", owner, |g, code, sky| {
        let pin = Evidence::pin(WRONG_PIN);
        verified(g, "all", pin.and_otp(&otp(1)).and_recovery_code(code), sky)
    }),
    ("a wrong confirmation", candidate, |g, _, sky| walk(g, confirm("000000"), sky)),
    ("two codes apart", owner, |g, _, sky| resync(g, [7, 9], sky)),
];

const CHANGES: [Scene; 7] = [
    ("add a token", ana, |g, _, sky| walk(g, token(TokenKind::HOTP), sky)),
    ("add one made here", ana, |g, _, sky| walk(g, made_here(), sky)),
    ("add one that stands", ana, |g, _, sky| walk(g, standing(TokenKind::TOTP), sky)),
    ("confirm it", candidate, |g, _, sky| walk(g, confirm(&otp(3)), sky)),
    ("find it again", owner, |g, _, sky| resync(g, [7, 8], sky)),
    ("remove it", owner, |g, _, sky| {
        walk(g, RemoveToken { account: "ana", token: 1, authority: by_operator() }, sky)
    }),
    ("issue recovery codes", owner, |g, _, sky| walk(g, issue(), sky)),
];

#[test]
fn every_write_of_every_verb_in_every_storm() {
    let (through, failed) = in_every_storm(&ACCEPTED, &policy());
    assert_eq!((through, failed), (9 * 6, 9 * 4), "one write of the first, two of the others");
    let (through, failed) = in_every_storm(&REFUSED, &policy());
    assert_eq!((through, failed), (8 * 6, 8 * 4));
    let (through, failed) = in_every_storm(&CHANGES, &policy());
    assert_eq!((through, failed), (7 * 6, 7 * 4));
}

fn described(ground: &Ground) -> Description {
    ground.run(Describe { account: "ana" }).unwrap()
}

#[test]
fn in_no_storm_is_a_code_accepted_twice() {
    let mut lost = 0;
    for (what, prepare, call) in ACCEPTED {
        for at in 0..2 {
            for storm in STORMS {
                let ground = Ground::new(policy());
                let code = prepare(&ground);
                let mut sky = Sky::over(at, storm);
                let first = call(&ground, &code, &mut sky);
                if let Some((write, _)) = sky.hit {
                    // What was delayed lands at last, unless another write came before it.
                    ground.apply(&write);
                }
                let more = [0; 3].map(|_| call(&ground, &code, &mut Fair));
                let granted = more.iter().chain([&first]).filter(|end| **end == End::Granted);
                let granted = granted.count();
                assert!(granted <= 1, "{what}, write {at}, {storm:?}: {first:?}, {more:?}");
                assert_eq!(more[2], End::Refused("AlreadyUsed"), "{what}, write {at}, {storm:?}");
                let seen = described(&ground);
                let (counter, left) = (seen.tokens[0].kind, seen.recovery_codes_left);
                let used = [counter == TokenKind::Hotp { counter: 2 }, left == Some(9)];
                let asks = [what != "a recovery code", what == "a recovery code"];
                let asks = if what == "all of them" { [true; 2] } else { asks };
                assert_eq!(used, asks, "{what}, write {at}, {storm:?}: used up, once");
                lost += usize::from(granted == 0);
            }
        }
    }
    assert!(lost > 0, "what was accepted and never told is used up");
}

/// The code that a token made here shows at a time.
fn shown_by(added: &AddedToken, now: u64) -> String {
    let hotp = Hotp::new(Algorithm::Sha1, 6, added.secret().unwrap()).unwrap();
    hotp.code(step(now)).as_str().into()
}

#[test]
fn a_secret_is_shown_only_where_its_token_stands() {
    let mut shown = 0;
    for storm in STORMS {
        let ground = Ground::new(policy());
        ground.enroll_ana();
        let (outcome, _) = ground.walk(ground.start(made_here()), &mut Sky::over(0, storm));
        let Ok(added) = outcome else {
            assert!(matches!(outcome, Err(Error::Failure(_))), "{storm:?}");
            continue;
        };
        shown += 1;
        let tokens = described(&ground).tokens;
        assert_eq!((tokens.len(), tokens[0].token), (1, added.token), "{storm:?}");
        let code = shown_by(&added, ground.now.get());
        assert_eq!(named(ground.run(confirm(&code))), "granted", "{storm:?}");
    }
    assert_eq!(shown, 6);
}

#[test]
fn recovery_codes_are_shown_only_where_they_stand_and_end_the_older_ones_then() {
    let mut shown = 0;
    for storm in STORMS {
        let ground = Ground::new(policy());
        let older = owner(&ground);
        let mut sky = Sky::over(0, storm);
        let (outcome, _) = ground.walk(ground.start(issue()), &mut sky);
        let works = |code: &str| {
            let recover = verify_by("ana", "recover", Evidence::recovery_code(code));
            named(ground.run(recover)) == "granted"
        };
        match outcome {
            Ok(codes) => {
                shown += 1;
                let codes = list(&codes);
                assert!(!works(&older), "{storm:?}");
                assert!(codes.len() == 10 && codes.iter().all(|code| works(code)), "{storm:?}");
            }
            Err(_) => {
                let written = sky.writes[0].version;
                let stands = ground.store.rows().iter().any(|(_, row)| row.version == written);
                assert_eq!(works(&older), !stands, "{storm:?}: one set or the other");
            }
        }
    }
    assert_eq!(shown, 6);
}

/// Strangers get in between a lost answer and its resolution.
struct Crowd {
    applied: bool,
    others: u32,
    sent: u32,
}

impl Weather for Crowd {
    fn commit(&mut self, ground: &Ground, write: &Write) -> Answered {
        self.sent += 1;
        if self.sent != 1 {
            return ground.apply(write);
        }
        if self.applied {
            ground.apply(write);
        }
        for _ in 0..self.others {
            let wrong = ground.run(verify_by("ana", "otp", Evidence::otp("000000")));
            assert_eq!(named(wrong), "WrongCredentials");
        }
        Answered::InDoubt
    }
}

#[test]
fn a_crowd_hides_no_acceptance_and_makes_none() {
    for others in 1..=12 {
        for applied in [true, false] {
            let what = format!("{others} others, applied: {applied}");
            let roomy = with_tokens().set("throttle.burst", 20).unwrap().build().unwrap();
            let ground = Ground::new(roomy);
            owner(&ground);
            let typed = otp(1);
            let verify = || verify_by("ana", "otp", Evidence::otp(&typed));
            let mut crowd = Crowd { applied, others, sent: 0 };
            let first = end(ground.walk(ground.start(verify()), &mut crowd).0);
            let unresolved = End::Failed(Failure::Unresolved);
            assert_eq!(first, if others <= 7 { End::Granted } else { unresolved }, "{what}");
            let second = end(ground.ask(verify()).0);
            let may = others > 7 && !applied;
            let expected = if may { End::Granted } else { End::Refused("AlreadyUsed") };
            assert_eq!(second, expected, "{what}");
            assert_eq!(end(ground.ask(verify()).0), End::Refused("AlreadyUsed"), "{what}");
        }
    }
}
