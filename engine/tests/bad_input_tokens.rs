//! Bad input, for what `verify` takes and for tokens: what doesn't fit the purpose is misuse before
//! anything is read, and a token out of its bounds is never added.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod stepping;

use common::*;
use pinbolt::{
    Caller, Channel, Misuse, Refusal,
    op::{
        AddToken, Begin, ConfirmToken, Evidence, IssueRecoveryCodes, RemoveToken, ResyncToken,
        TokenKind, TokenSecret, Verb, Verify,
    },
    policy::{Policy, Purpose},
};
use stepping::{Ground, Told, told};

/// It is told before any question is asked: nothing was loaded, written or hashed.
fn at_once<V: Verb>(ground: &Ground, verb: V, expected: Told) {
    assert_eq!(told(ground, verb), (expected, vec![]));
}

/// Every purpose that `verify` can meet: name, PIN, one-time code, recovery code.
const PURPOSES: [(&str, [bool; 3]); 7] = [
    ("step-up", [true, false, false]),
    ("otp", [false, true, false]),
    ("recover", [false, false, true]),
    ("pin-otp", [true, true, false]),
    ("pin-recover", [true, false, true]),
    ("otp-recover", [false, true, true]),
    ("all", [true, true, true]),
];

fn with_all() -> Ground {
    let pair = Purpose::otp("otp-recover").and_recovery_code();
    let ground = Ground::new(with_tokens().purpose(pair).build().unwrap());
    ground.enroll_ana();
    ground
}

/// Every choice of what to give: PIN, one-time code, both as one, recovery code.
fn given(texts: [&str; 4]) -> impl Iterator<Item = ([bool; 4], Evidence<'_>)> {
    (0..16).map(move |bits| {
        let part = |at: usize| (bits & (1 << at) != 0).then_some(texts[at]);
        let [pin, otp, pin_then_otp, recovery_code] = [part(0), part(1), part(2), part(3)];
        let parts = [pin, otp, pin_then_otp, recovery_code].map(|part| part.is_some());
        (parts, Evidence { pin, otp, pin_then_otp, recovery_code })
    })
}

#[test]
fn evidence_is_what_the_purpose_asks_for_and_nothing_else() {
    let ground = with_all();
    let wrong = [WRONG_PIN, "000000", "739105000000", "0000-0000-0000-0000"];
    // Misuse is told before anything is read, whatever was typed.
    let misused = [Misuse::PinMissing, Misuse::PinUnasked, Misuse::EvidenceMissing];
    let misused = [&misused[..], &[Misuse::EvidenceUnasked]].concat();
    let mut fitting = 0;
    for (purpose, [pin, otp, recovery]) in PURPOSES {
        for texts in [wrong, ["", "", "", ""], ["x"; 4]] {
            for (parts, evidence) in given(texts) {
                let apart = parts == [pin, otp, false, recovery];
                let joined = pin && otp && parts == [false, false, true, recovery];
                let (told, trace) = told(&ground, verify_by("nobody", purpose, evidence));
                let case = format!("{purpose}, {parts:?}, {texts:?}: {told:?}");
                match told {
                    Told::Misused(misuse) => assert!(misused.contains(&misuse), "{case}"),
                    Told::Refused(Refusal::Malformed { .. }) => assert_ne!(texts, wrong, "{case}"),
                    Told::Refused(_) => assert_eq!(texts, wrong, "{case}"),
                    _ => panic!("{case}"),
                }
                assert_eq!(matches!(told, Told::Misused(_)), !(apart || joined), "{case}");
                assert_eq!(trace.is_empty(), !(apart || joined) || texts != wrong, "{case}");
                fitting += u32::from(apart || joined);
            }
        }
        ground.advance(6 * DAY);
    }
    assert_eq!(fitting, 3 * (7 + 2));
}

#[test]
fn each_lack_and_each_surplus_has_its_name() {
    let ground = with_all();
    let (pin, otp) = (Evidence::pin(PIN), Evidence::otp("000000"));
    let recovery = Evidence::recovery_code("0000-0000-0000-0000");
    let joined = Evidence::pin_then_otp("802714000000");
    for (purpose, evidence, misuse) in [
        ("step-up", Evidence::default(), Misuse::PinMissing),
        ("pin-otp", otp, Misuse::PinMissing),
        ("pin-otp", pin, Misuse::EvidenceMissing),
        ("otp", Evidence::default(), Misuse::EvidenceMissing),
        ("all", pin.and_otp("000000"), Misuse::EvidenceMissing),
        ("otp", pin.and_otp("000000"), Misuse::PinUnasked),
        ("otp", joined, Misuse::PinUnasked),
        ("recover", Evidence { pin: Some(PIN), ..recovery }, Misuse::PinUnasked),
        ("step-up", pin.and_otp("000000"), Misuse::EvidenceUnasked),
        ("step-up", joined, Misuse::EvidenceUnasked),
        ("pin-otp", joined.and_otp("000000"), Misuse::EvidenceUnasked),
        ("pin-otp", Evidence { pin: Some(PIN), ..joined }, Misuse::EvidenceUnasked),
        ("otp", otp.and_recovery_code("0000-0000-0000-0000"), Misuse::EvidenceUnasked),
    ] {
        at_once(&ground, verify_by("ana", purpose, evidence), Told::Misused(misuse));
    }
    for (purpose, _) in PURPOSES {
        let begin = Begin { purpose, ..look_up("ana") };
        at_once(&ground, begin, Told::Misused(Misuse::WrongVerb));
        at_once(&ground, Begin { pin: Some(PIN), ..begin }, Told::Misused(Misuse::WrongVerb));
    }
    for purpose in ["look-up", SIGN_IN] {
        let verify = verify_by("ana", purpose, pin.and_otp("000000"));
        at_once(&ground, verify, Told::Misused(Misuse::WrongVerb));
    }
    let code = || Purpose::pin_and_code("both", &[Channel::Sms]);
    for purpose in [code().and_otp(), code().and_recovery_code()] {
        assert_eq!(Policy::builder().purpose(purpose).build().unwrap_err().path(), "both");
    }
}

#[test]
fn tokens_that_are_none() {
    let ground = with_all();
    let (long, short) = ("x".repeat(65), TokenSecret::Given(&[7; 15]));
    let good = || AddToken { confirmed: false, ..standing(TokenKind::TOTP) };
    let bad = Told::Misused(Misuse::Token);
    for digits in [0, 1, 4, 5, 11, 99, 255] {
        at_once(&ground, AddToken { digits, ..good() }, Told::Misused(Misuse::Token));
    }
    for label in ["", &long, "a\nb", "a\0", "\u{7f}", "\u{85}"] {
        at_once(&ground, AddToken { label, ..good() }, Told::Misused(Misuse::Token));
    }
    let kind = TokenKind::Totp { period: 0, start: 0 };
    at_once(&ground, AddToken { kind, ..good() }, bad);
    let secret = TokenSecret::Given(&[7; 129]);
    at_once(&ground, AddToken { secret, ..good() }, Told::Misused(Misuse::Token));
    let secret = TokenSecret::DangerouslyShort(&[7; 129]);
    at_once(&ground, AddToken { secret, ..good() }, Told::Misused(Misuse::Token));
    for secret in [short, TokenSecret::Given(&[]), TokenSecret::DangerouslyShort(&[])] {
        at_once(&ground, AddToken { secret, ..good() }, Told::Misused(Misuse::ShortSecret));
    }
    let unknown = AddToken { account: "nobody", ..good() };
    assert_eq!(told(&ground, unknown).0, Told::Refused(Refusal::UnknownAccount));
    let issue = IssueRecoveryCodes { account: "nobody", authority: by_operator() };
    assert_eq!(told(&ground, issue).0, Told::Refused(Refusal::UnknownAccount));
    for token in [0, 1, u32::MAX] {
        let remove = RemoveToken { account: "ana", token, authority: by_operator() };
        assert_eq!(told(&ground, remove).0, Told::Refused(Refusal::UnknownToken));
    }
    let (first, second, session) = ("000000", "000000", [7; 257]);
    for caller in [Caller::new(b""), Caller::new(&session)] {
        let confirm = ConfirmToken { account: "ana", token: 1, code: first, caller };
        at_once(&ground, confirm, Told::Misused(Misuse::Session));
        let resync = ResyncToken { account: "ana", token: 1, first, second, caller };
        at_once(&ground, resync, Told::Misused(Misuse::Session));
        let verify = Verify { caller, ..verify_by("ana", "otp", Evidence::otp(first)) };
        at_once(&ground, verify, Told::Misused(Misuse::Session));
    }
}

#[test]
fn tokens_at_their_bounds() {
    let label = "\u{e9}".repeat(32);
    let kinds = [
        TokenKind::Hotp { counter: u64::MAX },
        TokenKind::Totp { period: 1, start: 0 },
        TokenKind::Totp { period: u32::MAX, start: u64::MAX },
    ];
    let secrets = [
        TokenSecret::Given(&[7; 16]),
        TokenSecret::Given(&[8; 128]),
        TokenSecret::DangerouslyShort(&[9]),
        TokenSecret::Generated,
    ];
    for kind in kinds {
        for secret in secrets {
            for digits in [6, 10] {
                let ground = with_all();
                let add = AddToken { label: &label, digits, secret, ..standing(kind) };
                assert_eq!(told(&ground, add).0, Told::Granted, "{kind:?}, {secret:?}, {digits}");
                let zeros = "0".repeat(digits.into());
                let verify = verify_by("ana", "otp", Evidence::otp(&zeros));
                let refused = Told::Refused(Refusal::WrongCredentials);
                assert_eq!(told(&ground, verify).0, refused, "{kind:?}, {secret:?}, {digits}");
            }
        }
    }
}

#[test]
fn two_tokens_of_one_key_are_refused_however_its_end_is_written() {
    let padded = |zeros: usize| [SECRET, &vec![0; zeros]].concat();
    for (first, second) in [(0, 0), (0, 1), (44, 0), (3, 44)] {
        let ground = with_all();
        let (first, second) = (padded(first), padded(second));
        let add =
            |secret| AddToken { secret: TokenSecret::Given(secret), ..standing(TokenKind::HOTP) };
        assert_eq!(told(&ground, add(&first)).0, Told::Granted);
        assert_eq!(told(&ground, add(&second)).0, Told::Refused(Refusal::TokenExists));
        let candidate = AddToken { confirmed: false, ..add(&second) };
        assert_eq!(told(&ground, candidate).0, Told::Refused(Refusal::TokenExists));
        let other = [&[0], SECRET].concat();
        assert_eq!(told(&ground, add(&other)).0, Told::Granted, "zeros before it are another's");
    }
}
