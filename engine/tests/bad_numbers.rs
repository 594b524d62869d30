//! Bad numbers: settings, stored hash parameters and times at and over their bounds. Each is a clear
//! error of the right kind, and no arithmetic wraps.
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
use pinbolt::{
    Channel, Failure, Policy, Refusal,
    driver::Store,
    op::{
        Begin, Block, Cancel, ChangePin, ConfirmToken, Describe, Evidence, IssueRecoveryCodes,
        RemoveToken, Resend, ResyncToken, Step, TokenKind, Unblock, Unlock, Verb,
    },
    policy::{Purpose, SETTINGS, Setting},
    row::{RowName, Snapshot},
};
use stepping::{Asked, Ground, Told, told};

const SECRET: [u8; 32] = *b"the first secret of the tests 32";

fn ground() -> Ground {
    let ground = Ground::new(policy());
    ground.enroll_ana();
    ground
}

#[test]
fn policies_out_of_bounds() {
    for setting in SETTINGS {
        let set = |value| Policy::builder().set(setting.path, value);
        for inside in [setting.min, setting.default, setting.max] {
            assert!(set(inside).is_ok(), "{} = {inside}", setting.path);
        }
        assert!((setting.min..=setting.max).contains(&setting.default));
        let below = setting.min.checked_sub(1);
        for outside in below.into_iter().chain([setting.max + 1, u64::MAX]) {
            let error = set(outside).unwrap_err();
            assert_eq!(error.path(), setting.path);
            assert!(error.to_string().contains(&outside.to_string()), "{error}");
        }
    }
    assert_eq!(Policy::builder().set("no.such", 1).unwrap_err().path(), "no.such");
    for (path, value, told) in [
        ("cap.stranger", 51, "cap"),
        ("wait.longest", 29, "wait.longest"),
        ("code.cooldown", 121, "code.cooldown_longest"),
        ("send.per_hour", 11, "send.per_day"),
    ] {
        let error = Policy::builder().set(path, value).unwrap().build().unwrap_err();
        assert_eq!(error.path(), told);
    }
    let sms = [Channel::Sms];
    let long = "x".repeat(33);
    for name in ["", "Sign in", "pinbolt:confirm-phone", "s\u{ed}", &long] {
        let built = Policy::builder().purpose(Purpose::code(name, &sms)).build();
        assert_eq!(built.unwrap_err().path(), name);
    }
    assert!(Policy::builder().purpose(Purpose::code("c", &[])).build().is_err());
    let channels = [Channel::Sms, Channel::Email, Channel::Sms];
    let one_channel_twice = Policy::builder().purpose(Purpose::code("p", &channels));
    assert_eq!(one_channel_twice.build().unwrap_err().path(), "p");
    let twice = Policy::builder().purpose(Purpose::pin("p")).purpose(Purpose::pin("p"));
    assert_eq!(twice.build().unwrap_err().path(), "p");
    let many = |n: usize| {
        let names = (0..n).map(|n| Purpose::pin(&format!("p{n}")));
        names.fold(Policy::builder(), pinbolt::policy::Builder::purpose).build().is_ok()
    };
    assert_eq!((many(Policy::MAX_PURPOSES), many(Policy::MAX_PURPOSES + 1)), (true, false));
}

fn account_row(ground: &Ground) -> (RowName, Snapshot) {
    let row = ground.rows('a')[0].clone();
    let snapshot = ground.store.load(&row).unwrap().unwrap();
    (row, snapshot)
}

/// Puts another record into the account's row, well sealed.
fn forge(ground: &Ground, old: &[u8], new: &[u8]) {
    let seal = sealed::derived(&SECRET, "pinbolt seal", 1);
    let (row, snapshot) = account_row(ground);
    let plain = sealed::open(&seal, &row, &snapshot);
    let forged = sealed::reseal(&seal, &row, &snapshot, &sealed::splice(&plain, old, new));
    ground.store.tamper(&row, Some(forged));
}

#[test]
fn failure_29_absurd_hash_parameters_are_refused_before_hashing() {
    // Memory, passes and lanes as the record has them: a map of 0, 1 and 2.
    let stored: [u8; 7] = [0xa3, 0, 8, 1, 1, 2, 1];
    let absurd: [&[u8]; 6] = [
        &[0xa3, 0, 0x1a, 0xff, 0xff, 0xff, 0xff, 1, 1, 2, 1],
        &[0xa3, 0, 0x1a, 0x00, 0x10, 0x00, 0x01, 1, 1, 2, 1],
        &[0xa3, 0, 8, 1, 0x1a, 0xff, 0xff, 0xff, 0xff, 2, 1],
        &[0xa3, 0, 8, 1, 17, 2, 1],
        &[0xa3, 0, 8, 1, 1, 2, 5],
        &[0xa3, 0, 0, 1, 0, 2, 0],
    ];
    for cost in absurd {
        let ground = ground();
        forge(&ground, &stored, cost);
        let (told, trace) = told(&ground, verify("ana", PIN));
        assert_eq!(told, Told::Failed(Failure::Corrupt), "{cost:?}");
        assert!(!trace.iter().any(|asked| matches!(asked, Asked::Hash(_))), "{cost:?}");
    }
    let ground = ground();
    forge(&ground, &stored, &stored);
    assert_eq!(told(&ground, verify("ana", PIN)).0, Told::Granted, "the forger's hand is good");
}

#[test]
fn records_that_say_something_else() {
    for (old, new) in [
        // The account's id is cut short; its state is no state.
        (&b"\x00\x63ana\x01\x00"[..], &b"\x00\x78\xffana\x01\x00"[..]),
        (b"\x00\x63ana\x01\x00", b"\x00\x63ana\x01\x07"),
        (b"\x00\x63ana\x01\x00", b"\x00\x63\xff\xff\xff\x01\x00"),
        (b"\x00\x63ana\x01\x00", b"\x00\x63ana\x01\x00\x00"),
    ] {
        let ground = ground();
        forge(&ground, old, new);
        assert_eq!(told(&ground, verify("ana", PIN)).0, Told::Failed(Failure::Corrupt), "{new:?}");
    }
}

#[test]
fn failure_30_every_time_from_the_first_to_the_last() {
    let times = [0, 1, 999, NOW, u64::MAX - 1, u64::MAX];
    for before in times {
        for after in times {
            let ground = Ground::new(with_tokens().build().unwrap());
            ground.now.set(before);
            ground.enroll_ana();
            ground.run(standing(TokenKind::TOTP)).unwrap();
            let challenge = ground.sent(look_up("ana")).unwrap();
            // At the end of time a code has expired before it could go out.
            let code = ground.mail.borrow().last().map(|mail| mail.code.clone());
            let code = code.unwrap_or_else(|| "000000".into());
            ground.now.set(after);
            every_verb(&ground, &challenge.handle, &code, before == after);
            every_code(&ground);
        }
    }
}

/// Every verb of tokens and recovery codes; a code of the present step passes at any time.
fn every_code(ground: &Ground) {
    let (account, caller, authority) = ("ana", CALLER, by_operator);
    let now = step(ground.now.get());
    let (first, second) = (&otp(now), &otp(now.saturating_add(1)));
    let by = |code| told(ground, verify_by(account, "otp", Evidence::otp(code))).0;
    assert_eq!(by(first), Told::Granted);
    assert_eq!(by(first), Told::Refused(Refusal::AlreadyUsed));
    let issued = ground.run(IssueRecoveryCodes { account, authority: authority() }).unwrap();
    let recovery = issued.iter().next().unwrap();
    let recovered = verify_by(account, "recover", Evidence::recovery_code(recovery));
    assert_eq!(told(ground, recovered).0, Told::Granted);
    let confirm = |token| ConfirmToken { account, token, code: first, caller };
    for answer in [
        told(ground, ResyncToken { account, token: 1, first, second, caller }).0,
        told(ground, RemoveToken { account, token: 1, authority: authority() }).0,
        told(ground, token(TokenKind::TOTP)).0,
        told(ground, confirm(2)).0,
        told(ground, RemoveToken { account, token: 2, authority: authority() }).0,
        told(ground, Describe { account }).0,
    ] {
        assert!(matches!(answer, Told::Granted | Told::Refused(_)), "{answer:?}");
    }
}

/// Every verb, whatever it answers: it answers.
fn every_verb(ground: &Ground, handle: &str, code: &str, steady: bool) {
    let first = told(ground, finish(handle, code)).0;
    // A code issued at the end of time is never alive.
    if steady && ground.now.get() != u64::MAX {
        assert_eq!(first, Told::Granted);
    }
    let again = told(ground, finish(handle, code)).0;
    assert!(matches!(again, Told::Refused(_)), "{first:?}, then {again:?}");
    let all = [
        told(ground, verify("ana", "135792")).0,
        told(ground, verify("ana", PIN)).0,
        told(ground, verify("eva", PIN)).0,
        told(ground, Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up(PHONE) }).0,
        told(ground, Resend { handle, channel: Channel::Email, caller: CALLER }).0,
        told(ground, Cancel { handle, caller: CALLER }).0,
        told(ground, ChangePin { account: "ana", old: PIN, new: "904173", caller: CALLER }).0,
        told(ground, Describe { account: "ana" }).0,
        told(ground, Block { account: "ana", operator: operator() }).0,
        told(ground, Unblock { account: "ana", operator: operator() }).0,
    ];
    for answer in all {
        assert!(matches!(answer, Told::Granted | Told::Refused(_)), "{answer:?}");
    }
    let (account, authority) = ("ana", by_operator());
    let authenticator = pinbolt::Authenticator::CODE;
    assert_eq!(told(ground, Unlock { account, authenticator, authority }).0, Told::Granted);
}

#[test]
fn what_a_row_is_kept_until_fits_a_signed_column_or_is_for_ever() {
    let ground = ground();
    let now = (1 << 63) - 7;
    // Nobody's row is kept for some days.
    let mut step = look_up("rui").start(&ground.pinbolt, now, [7; 32]);
    let mut kept = Vec::new();
    loop {
        step = match step {
            Step::Load(load) => load.found(now, None),
            Step::Commit(commit) => {
                kept.push(commit.write().keep_until);
                commit.applied(now)
            }
            _ => break,
        };
    }
    assert!(!kept.is_empty());
    assert!(kept.iter().all(|until| *until == u64::MAX), "{kept:?}");
}

#[test]
fn failure_30_every_setting_at_its_bounds_together() {
    for pick in [|s: &Setting| s.min, |s: &Setting| s.max] {
        let mut builder = with_tokens();
        for setting in SETTINGS.iter().filter(|s| !s.path.starts_with("hash.")) {
            builder = builder.set(setting.path, pick(setting)).unwrap();
        }
        for lane in ["cap.stranger", "cap.first_factor", "cap.known_device"] {
            builder = builder.set(lane, pick(&SETTINGS[0]).clamp(1, 33)).unwrap();
        }
        let Ok(policy) = builder.build() else { panic!("the bounds fit together") };
        let ground = Ground::new(policy);
        let pin = "8027146391502846".repeat(4);
        ground.enroll("ana", Some(&pin), &[PHONE]);
        assert_eq!(told(&ground, verify("ana", &pin)).0, Told::Granted);
        let challenge = ground.sent(look_up("ana")).unwrap();
        let code = ground.code();
        assert_eq!(told(&ground, finish(&challenge.handle, &code)).0, Told::Granted);
        ground.run(standing(TokenKind::TOTP)).unwrap();
        every_code(&ground);
        windows(&ground, pick);
    }
}

/// The furthest codes that a policy at its bounds takes, and the ones after them.
fn windows(ground: &Ground, pick: fn(&Setting) -> u64) {
    let at = |path| pick(SETTINGS.iter().find(|setting| setting.path == path).unwrap());
    let token = ground.run(standing(TokenKind::HOTP)).unwrap().token;
    let by = |counter| named(ground.run(verify_by("ana", "otp", Evidence::otp(&otp(counter)))));
    // The least cap is one failure.
    let enabled = || {
        let (authenticator, authority) = (pinbolt::Authenticator::OTP, by_operator());
        ground.run(Unlock { account: "ana", authenticator, authority }).unwrap();
        ground.advance(6 * DAY);
    };
    let far = at("hotp.look_ahead");
    enabled();
    assert_eq!(by(far + 1), "WrongCredentials");
    enabled();
    assert_eq!(by(far), "granted");
    let resync = |first, second| {
        let (account, caller, first, second) = ("ana", CALLER, &otp(first), &otp(second));
        named(ground.run(ResyncToken { account, token, first, second, caller }))
    };
    let far = far + at("otp.resync");
    assert_eq!(resync(far, far + 1), "WrongCredentials");
    enabled();
    assert_eq!(resync(far - 1, far), "granted");
}
