//! Bad numbers in stored tokens and recovery codes: records that are well sealed and say something
//! absurd. Each is a failure or a plain refusal: never a panic, and never an acceptance beyond the
//! rules.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod sealed;
mod stepping;

use common::*;
use minicbor::Encoder;
use pinbolt::{
    Failure,
    driver::Store,
    oath::Totp,
    op::{
        ConfirmToken, Describe, Evidence, IssueRecoveryCodes, RemoveToken, ResyncToken, TokenKind,
    },
};
use stepping::{Asked, Ground, Told, told};

const KEY: [u8; 32] = *b"the first secret of the tests 32";

/// A stored token, as a forger writes it.
#[derive(Clone, Debug)]
struct Forged {
    number: u32,
    seed: Vec<u8>,
    algorithm: u32,
    digits: u32,
    period: Option<u64>,
    start: u64,
    next: u64,
    offset: i64,
    drift: i64,
    confirmed: Option<u64>,
    tries_left: u32,
    steam: bool,
}

impl Forged {
    fn hotp() -> Self {
        Self {
            number: 1,
            seed: SECRET.to_vec(),
            algorithm: 0,
            digits: 6,
            period: None,
            start: 0,
            next: 0,
            offset: 0,
            drift: 0,
            confirmed: Some(NOW),
            tries_left: 10,
            steam: false,
        }
    }

    fn totp() -> Self {
        Self { period: Some(30), ..Self::hotp() }
    }

    fn steam() -> Self {
        Self { steam: true, digits: 5, ..Self::totp() }
    }

    fn write(&self, e: &mut Encoder<&mut Vec<u8>>) {
        let optional = [self.period.is_some(), self.confirmed.is_some(), self.steam];
        e.map(11 + optional.map(u64::from).iter().sum::<u64>()).unwrap();
        e.u8(0).unwrap().u32(self.number).unwrap();
        e.u8(1).unwrap().str("phone").unwrap();
        e.u8(2).unwrap().bytes(&self.seed).unwrap();
        e.u8(3).unwrap().u32(self.algorithm).unwrap();
        e.u8(4).unwrap().u32(self.digits).unwrap();
        if let Some(period) = self.period {
            e.u8(5).unwrap().u64(period).unwrap();
        }
        e.u8(6).unwrap().u64(self.start).unwrap();
        e.u8(7).unwrap().u64(self.next).unwrap();
        e.u8(8).unwrap().i64(self.offset).unwrap();
        e.u8(9).unwrap().i64(self.drift).unwrap();
        e.u8(10).unwrap().u64(NOW).unwrap();
        if let Some(confirmed) = self.confirmed {
            e.u8(11).unwrap().u64(confirmed).unwrap();
        }
        e.u8(13).unwrap().u32(self.tries_left).unwrap();
        if self.steam {
            e.u8(14).unwrap().bool(true).unwrap();
        }
    }
}

/// An account with these tokens in its record, the last of which has this number.
fn forged(tokens: &[Forged], added: u64) -> Ground {
    let ground = Ground::new(with_tokens().build().unwrap());
    ground.enroll_ana();
    forge(&ground, tokens, added);
    ground
}

fn forge(ground: &Ground, tokens: &[Forged], added: u64) {
    let (mut list, mut count) = (Vec::new(), Vec::new());
    let mut e = Encoder::new(&mut list);
    e.array(tokens.len() as u64).unwrap();
    tokens.iter().for_each(|token| token.write(&mut e));
    Encoder::new(&mut count).u64(added).unwrap();
    edit(ground, |plain| {
        sealed::with_field(&sealed::with_field(plain, 13, Some(&list)), 14, Some(&count))
    });
}

/// Puts another record into the account's row, well sealed.
fn edit(ground: &Ground, change: impl FnOnce(&[u8]) -> Vec<u8>) {
    let seal = sealed::derived(&KEY, "pinbolt seal", 1);
    let row = ground.rows('a')[0].clone();
    let snapshot = ground.store.load(&row).unwrap().unwrap();
    let plain = change(&sealed::open(&seal, &row, &snapshot));
    ground.store.tamper(&row, Some(sealed::reseal(&seal, &row, &snapshot, &plain)));
}

fn typed(ground: &Ground, code: &str) -> Told {
    told(ground, verify_by("ana", "otp", Evidence::otp(code))).0
}

/// How a code ends, and how it ends again; then every other verb, whatever it answers: it answers.
fn tried(ground: &Ground, code: &str) -> [&'static str; 2] {
    let name = |told: Told| match told {
        Told::Granted => "granted",
        Told::Refused(refusal) => refusal.name(),
        Told::Failed(Failure::Corrupt) => "corrupt",
        other => panic!("{other:?}"),
    };
    let first = name(typed(ground, code));
    let again = name(typed(ground, code));
    every_verb(&ground.copy());
    [first, again]
}

fn every_verb(ground: &Ground) {
    let (account, caller, authority) = ("ana", CALLER, by_operator);
    let wrong = Evidence::pin(WRONG_PIN);
    let recovery = "0000-0000-0000-0000";
    let joined = Evidence::pin_then_otp("8027140000000000");
    let mut answers = vec![
        told(ground, Describe { account }).0,
        told(ground, verify_by("ana", "pin-otp", wrong.and_otp("000000"))).0,
        told(ground, verify_by("ana", "pin-otp", joined)).0,
        told(ground, verify_by("ana", "pin-otp", Evidence::pin_then_otp("8000000"))).0,
        told(ground, verify_by("ana", "all", wrong.and_otp("0000000").and_recovery_code(recovery)))
            .0,
        told(ground, verify_by("ana", "recover", Evidence::recovery_code(recovery))).0,
        told(ground, standing(TokenKind::HOTP)).0,
        told(ground, IssueRecoveryCodes { account, authority: authority() }).0,
    ];
    for token in [0, 1, 2, 9, u32::MAX] {
        let (first, second) = ("000000", "000000");
        answers.push(told(ground, ConfirmToken { account, token, code: first, caller }).0);
        answers.push(told(ground, ResyncToken { account, token, first, second, caller }).0);
        answers.push(told(ground, RemoveToken { account, token, authority: authority() }).0);
    }
    for answer in answers {
        let known = matches!(answer, Told::Granted | Told::Refused(_));
        assert!(known || answer == Told::Failed(Failure::Corrupt), "{answer:?}");
    }
}

const REFUSED: [&str; 2] = ["WrongCredentials"; 2];
const ONCE: [&str; 2] = ["granted", "AlreadyUsed"];
const CORRUPT: [&str; 2] = ["corrupt"; 2];

#[test]
fn failure_29_parameters_that_are_none_are_corrupt() {
    let hotp = Forged::hotp;
    for digits in [0, 1, 4, 5, 11, 99, 255, 256, u32::MAX] {
        let token = Forged { digits, ..hotp() };
        assert_eq!(tried(&forged(&[token], 1), &otp(0)), CORRUPT, "{digits} digits");
    }
    for algorithm in [3, 255, u32::MAX] {
        let token = Forged { algorithm, ..hotp() };
        assert_eq!(tried(&forged(&[token], 1), &otp(0)), CORRUPT, "algorithm {algorithm}");
    }
    for (offset, drift) in [(1 << 31, 0), (0, -(1 << 31) - 1), (i64::MAX, i64::MIN)] {
        let token = Forged { offset, drift, ..Forged::totp() };
        assert_eq!(tried(&forged(&[token], 1), &otp(0)), CORRUPT, "{offset}, {drift}");
    }
    let no_secret = Forged { seed: Vec::new(), ..hotp() };
    assert_eq!(tried(&forged(&[no_secret], 1), "000000"), CORRUPT);
    let long = Forged { period: Some(1 << 32), ..hotp() };
    assert_eq!(tried(&forged(&[long], 1), &otp(0)), CORRUPT);
    assert_eq!(tried(&forged(&[hotp()], 1 << 32), &otp(0)), CORRUPT, "so many were never added");
    let ground = forged(&[hotp()], 1);
    edit(&ground, |plain| sealed::splice(plain, b"\x65phone", b"\x65\xff\xff\xff\xff\xff"));
    assert_eq!(tried(&ground, &otp(0)), CORRUPT, "a label that is no text");
    assert_eq!(tried(&forged(&[hotp()], 1), &otp(0)), ONCE, "the forger's hand is good");
    // One that is corrupt lets no other in.
    let good = Forged { number: 2, ..hotp() };
    let bad = Forged { digits: 5, ..hotp() };
    assert_eq!(tried(&forged(&[bad, good], 2), &otp(0)), CORRUPT);
}

#[test]
fn steams_letters_are_of_one_form() {
    let code = Totp::steam(SECRET).unwrap().code(step(NOW));
    assert_eq!(tried(&forged(&[Forged::steam()], 1), code.as_str()), ONCE);
    for absurd in [
        Forged { digits: 6, ..Forged::steam() },
        Forged { algorithm: 1, ..Forged::steam() },
        Forged { period: Some(60), ..Forged::steam() },
        Forged { period: None, ..Forged::steam() },
        Forged { start: 1, ..Forged::steam() },
        Forged { steam: false, ..Forged::steam() },
        Forged { seed: Vec::new(), ..Forged::steam() },
    ] {
        let what = format!("{absurd:?}");
        assert_eq!(tried(&forged(&[absurd], 1), code.as_str()), CORRUPT, "{what}");
    }
}

#[test]
fn failure_30_the_last_counter_is_never_accepted() {
    for (next, counter, ends) in [
        (u64::MAX, u64::MAX, REFUSED),
        (u64::MAX, 0, REFUSED),
        (u64::MAX, u64::MAX - 1, ["AlreadyUsed"; 2]),
        (u64::MAX - 1, u64::MAX, REFUSED),
        (u64::MAX - 1, u64::MAX - 1, ONCE),
        (u64::MAX - 9, u64::MAX - 4, ONCE),
    ] {
        let ground = forged(&[Forged { next, ..Forged::hotp() }], 1);
        assert_eq!(tried(&ground, &otp(counter)), ends, "{next}, {counter}");
        let (first, second) = (&otp(u64::MAX - 1), &otp(u64::MAX));
        let resync = ResyncToken { account: "ana", token: 1, first, second, caller: CALLER };
        assert!(matches!(told(&ground, resync).0, Told::Refused(_)), "{next}");
        ground.advance(DAY);
        assert_eq!(tried(&ground, &otp(u64::MAX)), REFUSED, "{next}");
    }
}

#[test]
fn failure_30_clocks_at_their_edges() {
    let now = step(NOW);
    let far = |steps: i64| now.saturating_add_signed(steps);
    let totp = Forged::totp;
    let (most, least) = (i64::from(i32::MAX), i64::from(i32::MIN));
    for (token, step, ends) in [
        (Forged { drift: most, ..totp() }, now + 2, ONCE),
        (Forged { drift: most, ..totp() }, now + 3, REFUSED),
        (Forged { drift: least, ..totp() }, now - 3, ONCE),
        (Forged { drift: least, ..totp() }, now - 4, REFUSED),
        (Forged { offset: most, ..totp() }, far(most), ONCE),
        (Forged { offset: most, ..totp() }, now, REFUSED),
        (Forged { offset: least, drift: least, ..totp() }, now, REFUSED),
        (Forged { next: u64::MAX, ..totp() }, now, ["AlreadyUsed"; 2]),
        (Forged { next: now + 1_000_000, ..totp() }, now, ["AlreadyUsed"; 2]),
        (Forged { next: now + 1_000_000, ..totp() }, now + 1, REFUSED),
        (Forged { start: u64::MAX, ..totp() }, 0, REFUSED),
        (Forged { start: NOW / 1000 + 1, ..totp() }, 0, REFUSED),
        (Forged { start: NOW / 1000, ..totp() }, 0, ONCE),
        (Forged { period: Some(0), ..totp() }, 0, REFUSED),
        (Forged { period: Some(0), next: 1, ..totp() }, 0, ["AlreadyUsed"; 2]),
        (Forged { period: Some(1), ..totp() }, NOW / 1000, ONCE),
        (Forged { period: Some(u64::from(u32::MAX)), ..totp() }, 0, ONCE),
    ] {
        let case = format!("{token:?}, {step}");
        assert_eq!(tried(&forged(&[token], 1), &otp(step)), ends, "{case}");
    }
    for time in [0, 1, 29_999, u64::MAX - 1, u64::MAX] {
        for (period, offset) in [(1, most), (1, least), (30, -1), (u64::from(u32::MAX), most)] {
            let token = Forged { period: Some(period), offset, drift: offset, ..totp() };
            let ground = forged(&[token], 1);
            ground.now.set(time);
            assert_ne!(tried(&ground, "000000"), CORRUPT, "{time}, {period}, {offset}");
        }
    }
}

#[test]
fn more_tokens_than_may_be_count_as_many_and_overflow_nothing() {
    for many in [9, 64, 500] {
        let mut tokens = vec![Forged::hotp(); many];
        for (nth, token) in (1u32..).zip(&mut tokens) {
            token.number = nth;
            token.seed = [&nth.to_be_bytes()[..], &[7; 16]].concat();
        }
        tokens[many - 1].seed = SECRET.to_vec();
        let ground = forged(&tokens, many as u64);
        // More than the throttle holds, and more than the cap: at rest one guess is let through.
        assert_eq!(tried(&ground.copy(), &otp(0)), ONCE, "{many}");
        assert_eq!(typed(&ground, "000000"), Told::Refused(pinbolt::Refusal::WrongCredentials));
        assert!(matches!(typed(&ground, &otp(0)), Told::Refused(no) if no.name() == "Throttled"));
        let more = told(&ground, standing(TokenKind::HOTP)).0;
        assert!(matches!(more, Told::Refused(no) if no.name() == "TokenExists"), "{more:?}");
    }
}

#[test]
fn numbers_given_twice_and_secrets_held_twice_accept_a_code_once() {
    let of = |number, seed: &[u8]| Forged { number, seed: seed.into(), ..Forged::hotp() };
    for (first, second) in [
        (of(1, SECRET), of(1, b"another secret of twenty")),
        (of(0, SECRET), of(u32::MAX, b"another secret of twenty")),
        (of(1, SECRET), of(2, SECRET)),
        // To an HMAC the same key.
        (of(1, SECRET), of(2, &[SECRET, &[0]].concat())),
    ] {
        let case = format!("{first:?}, {second:?}");
        let ground = forged(&[first.clone(), second.clone()], 2);
        assert_eq!(tried(&ground, &otp(0)), ONCE, "{case}");
        let ground = forged(&[second, first], 2);
        assert_eq!(tried(&ground, &otp(3)), ONCE, "{case}");
    }
}

#[test]
fn a_number_is_never_given_twice() {
    let other = pinbolt::op::TokenSecret::Given(b"another secret of twenty");
    let add = || pinbolt::op::AddToken { secret: other, ..standing(TokenKind::HOTP) };
    let last = Forged { number: u32::MAX, ..Forged::hotp() };
    let ground = forged(&[last], u64::from(u32::MAX));
    assert!(matches!(told(&ground, add()).0, Told::Refused(no) if no.name() == "TooManyTokens"));
    let before = Forged { number: u32::MAX - 1, ..Forged::hotp() };
    let ground = forged(&[before], u64::from(u32::MAX) - 1);
    assert_eq!(ground.run(add()).map(|added| added.token), Ok(u32::MAX));
}

#[test]
fn a_candidate_of_no_tries_or_too_many() {
    for (tries_left, ends) in [(0, "WrongCode"), (1, "WrongCode"), (255, "WrongCode")] {
        let token = Forged { confirmed: None, tries_left, ..Forged::hotp() };
        let ground = forged(&[token], 1);
        assert_eq!(tried(&ground, &otp(0)), REFUSED, "a candidate signs nobody in");
        let confirm = |code| ConfirmToken { account: "ana", token: 1, code, caller: CALLER };
        assert_eq!(named(ground.run(confirm("000000"))), ends);
        let gone = tries_left < 2;
        let expected = if gone { "UnknownToken" } else { "granted" };
        assert_eq!(named(ground.run(confirm(&otp(0)))), expected, "{tries_left}");
    }
    let token = Forged { confirmed: None, tries_left: 256, ..Forged::hotp() };
    assert_eq!(tried(&forged(&[token], 1), &otp(0)), CORRUPT);
}

/// A list of recovery codes as a forger writes it: cost, pepper, salt, hashes.
fn list(cost: [u32; 3], pepper: u32, salt: &[u8], hashes: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut e = Encoder::new(&mut out);
    e.map(6).unwrap().u8(0).unwrap().bytes(&[3; 16]).unwrap();
    e.u8(1).unwrap().bytes(salt).unwrap().u8(2).unwrap().map(3).unwrap();
    for (nth, number) in (0u8..).zip(cost) {
        e.u8(nth).unwrap().u32(number).unwrap();
    }
    e.u8(3).unwrap().u32(pepper).unwrap().u8(4).unwrap().u64(NOW).unwrap();
    e.u8(5).unwrap().array(hashes.len() as u64).unwrap();
    for hash in hashes {
        e.map(1).unwrap().u8(0).unwrap().bytes(hash).unwrap();
    }
    out
}

#[test]
fn failure_29_absurd_recovery_codes() {
    let corrupt = || Told::Failed(Failure::Corrupt);
    let refused = || Told::Refused(pinbolt::Refusal::WrongCredentials);
    let (cheap, salt, hash) = ([8, 1, 1], [5; 16], [6; 32]);
    let many = vec![&hash[..]; 1_000];
    for (list, expected, hashed) in [
        (list([u32::MAX, 1, 1], 1, &salt, &[&hash]), corrupt(), 0),
        (list([1_048_577, 1, 1], 1, &salt, &[&hash]), corrupt(), 0),
        (list([8, 17, 1], 1, &salt, &[&hash]), corrupt(), 0),
        (list([8, 1, 5], 1, &salt, &[&hash]), corrupt(), 0),
        (list([0, 0, 0], 1, &salt, &[&hash]), corrupt(), 0),
        (list(cheap, 9, &salt, &[&hash]), Told::Failed(Failure::UnknownKey), 0),
        (list(cheap, 1, &salt[1..], &[&hash]), corrupt(), 0),
        (list(cheap, 1, &salt, &[&hash[1..]]), corrupt(), 0),
        (list(cheap, 1, &salt, &[]), refused(), 1),
        (list(cheap, 1, &salt, &[&[0; 32]]), refused(), 1),
        (list(cheap, 1, &salt, &many), refused(), 1),
    ] {
        for (purpose, pins) in [("recover", 0), ("pin-recover", 1)] {
            let ground = forged(&[], 0);
            edit(&ground, |plain| sealed::with_field(plain, 15, Some(&list)));
            let mut typed = Evidence::recovery_code("0000-0000-0000-0000");
            typed.pin = (pins == 1).then_some(PIN);
            let (told, trace) = told(&ground, verify_by("ana", purpose, typed));
            assert_eq!(told, expected, "{purpose}");
            let hashes = trace.iter().filter(|asked| matches!(asked, Asked::Hash(_))).count();
            assert_eq!(hashes, hashed * (1 + pins), "{purpose}: {told:?}");
        }
    }
}
