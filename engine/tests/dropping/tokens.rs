//! The verbs of tokens and recovery codes, and `verify` by them.

use pinbolt::{
    Authenticator, Lane,
    op::{
        AddToken, ConfirmToken, Evidence, IssueRecoveryCodes, RemoveToken, ResyncToken, TokenKind,
        TokenSecret,
    },
};

use super::{Case, Ending, PLAIN, Scene, WRONG_PIN, described, failures, go};
use crate::{awaiting::name, common::*};

const NO_CODE: &str = "0000-0000-0000-0000";

/// Of an account with a counter at 0, and a list of codes whose first is at hand.
const OWNER: Case = Case {
    prepare: |s| {
        s.w.run(standing(TokenKind::HOTP)).unwrap();
        s.code = list(s)[0].clone();
    },
    after: passes,
    ..PLAIN
};

pub const CASES: &[Case] = &[
    Case {
        verb: "verify, by a one-time code",
        start: |s| verified(s, "otp", Evidence::otp(&otp(0))),
        dropped: |s, writes| {
            assert_eq!((counter(s), counts(s)), (writes as u64, [0; 3]));
        },
        again: &["granted", "AlreadyUsed"],
        ..OWNER
    },
    Case {
        verb: "verify, by a wrong one-time code",
        ends: "WrongCredentials",
        start: |s| verified(s, "otp", Evidence::otp("000000")),
        dropped: |s, writes| assert_eq!(counts(s), [0, writes as u32, 0]),
        again: &["WrongCredentials"],
        ..OWNER
    },
    Case {
        verb: "verify, by a recovery code",
        start: |s| verified(s, "recover", Evidence::recovery_code(&s.code)),
        dropped: |s, writes| {
            assert_eq!(counts(s), [0, 0, [0, 1, 0][writes]]);
            assert_eq!(left(s), [10, 10, 9][writes]);
        },
        again: &["granted", "AlreadyUsed"],
        ..OWNER
    },
    Case {
        verb: "verify, by a wrong recovery code",
        ends: "WrongCredentials",
        start: |s| verified(s, "recover", Evidence::recovery_code(NO_CODE)),
        dropped: |s, writes| assert_eq!(counts(s), [0, 0, writes as u32]),
        again: &["WrongCredentials"],
        ..OWNER
    },
    Case {
        verb: "verify, by all three",
        start: |s| all(s, PIN),
        dropped: |s, writes| {
            assert_eq!(counts(s), [[0; 3], [1; 3], [0; 3]][writes]);
            assert_eq!((counter(s), left(s)), [(0, 10), (0, 10), (1, 9)][writes]);
        },
        again: &["granted", "AlreadyUsed"],
        ..OWNER
    },
    Case {
        verb: "verify, by a wrong PIN beside two right codes",
        ends: "WrongCredentials",
        start: |s| all(s, WRONG_PIN),
        dropped: |s, writes| {
            // All stay counted, the right ones too.
            assert_eq!(counts(s), [[0; 3], [1; 3], [1; 3]][writes]);
            assert_eq!((counter(s), left(s)), (0, 10));
        },
        again: &["WrongCredentials"],
        ..OWNER
    },
    Case {
        verb: "add_token",
        start: |s| go(s, standing(TokenKind::HOTP)),
        dropped: |s, writes| assert_eq!(described(s).tokens.len(), writes),
        again: &["granted", "TokenExists"],
        after: |s| {
            assert_eq!(described(s).tokens.len(), 1);
            passes(s);
        },
        ..PLAIN
    },
    Case {
        verb: "add_token, made here",
        start: |s| {
            let secret = TokenSecret::Generated;
            go(s, AddToken { secret, ..token(TokenKind::TOTP) })
        },
        // A secret that nobody saw belongs to a candidate, which signs nobody in.
        dropped: |s, writes| assert_eq!(described(s).tokens.len(), writes),
        after: |s| {
            let tokens = described(s).tokens;
            assert!((1..=2).contains(&tokens.len()));
            assert!(tokens.iter().all(|token| token.confirmed.is_none()));
        },
        ..PLAIN
    },
    Case {
        verb: "confirm_token",
        prepare: |s| drop(s.w.run(token(TokenKind::HOTP)).unwrap()),
        start: |s| confirm(s, &otp(3)),
        dropped: |s, writes| {
            assert_eq!(described(s).tokens[0].confirmed.is_some(), writes == 1);
        },
        again: &["granted", "UnknownToken"],
        after: |s| {
            let used = s.w.run(verify_by("ana", "otp", Evidence::otp(&otp(3))));
            assert_eq!(name(&used), "AlreadyUsed");
            passes(s);
        },
        ..PLAIN
    },
    Case {
        verb: "confirm_token, by a wrong code",
        ends: "WrongCode",
        prepare: |s| drop(s.w.run(token(TokenKind::HOTP)).unwrap()),
        start: |s| confirm(s, "000000"),
        again: &["WrongCode"],
        after: |s| {
            let confirm = ConfirmToken { account: "ana", token: 1, code: &otp(0), caller: CALLER };
            assert_eq!(name(&s.w.run(confirm)), "granted");
        },
        ..PLAIN
    },
    Case {
        verb: "resync_token",
        start: |s| resync(s, [20, 21]),
        dropped: |s, writes| {
            assert_eq!((counter(s), counts(s)), ([0, 22][writes], [0; 3]));
        },
        // Never back: the pair is used up.
        again: &["granted", "WrongCredentials"],
        after: |s| {
            assert_eq!(counter(s), 22);
            passes(s);
        },
        ..OWNER
    },
    Case {
        verb: "resync_token, by a wrong pair",
        ends: "WrongCredentials",
        start: |s| resync(s, [20, 22]),
        dropped: |s, writes| assert_eq!((counter(s), counts(s)), (0, [0, writes as u32, 0])),
        again: &["WrongCredentials"],
        ..OWNER
    },
    Case {
        verb: "remove_token",
        start: |s| go(s, RemoveToken { account: "ana", token: 1, authority: by_operator() }),
        dropped: |s, writes| assert_eq!(described(s).tokens.len(), 1 - writes),
        again: &["granted", "UnknownToken"],
        after: |s| assert!(described(s).tokens.is_empty()),
        ..OWNER
    },
    Case {
        verb: "issue_recovery_codes",
        start: |s| go(s, issue()),
        dropped: |s, writes| {
            // One list or the other: the older one until the very write that makes the newer.
            let older = s.w.run(verify_by("ana", "recover", Evidence::recovery_code(&s.code)));
            assert_eq!(name(&older), ["granted", "WrongCredentials"][writes]);
            assert_eq!(left(s), [9, 10][writes]);
        },
        after: |s| {
            assert_eq!(left(s), 10);
            let code = &list(s)[0];
            let newer = s.w.run(verify_by("ana", "recover", Evidence::recovery_code(code)));
            assert_eq!(name(&newer), "granted");
        },
        ..OWNER
    },
];

fn issue() -> IssueRecoveryCodes<'static> {
    IssueRecoveryCodes { account: "ana", authority: by_operator() }
}

fn list(s: &Scene) -> Vec<String> {
    s.w.run(issue()).unwrap().iter().map(Into::into).collect()
}

fn verified<'a>(s: &'a Scene, purpose: &str, evidence: Evidence<'_>) -> Ending<'a> {
    go(s, verify_by("ana", purpose, evidence))
}

fn all<'a>(s: &'a Scene, pin: &str) -> Ending<'a> {
    verified(s, "all", Evidence::pin(pin).and_otp(&otp(0)).and_recovery_code(&s.code))
}

fn confirm<'a>(s: &'a Scene, code: &str) -> Ending<'a> {
    go(s, ConfirmToken { account: "ana", token: 1, code, caller: CALLER })
}

fn resync(s: &Scene, [first, second]: [u64; 2]) -> Ending<'_> {
    let (first, second) = (&otp(first), &otp(second));
    go(s, ResyncToken { account: "ana", token: 1, first, second, caller: CALLER })
}

/// The counter's next code signs in, whatever was dropped before.
fn passes(s: &Scene) {
    let code = otp(counter(s));
    let both = Evidence::pin(PIN).and_otp(&code);
    assert_eq!(name(&s.w.run(verify_by("ana", "pin-otp", both))), "granted");
}

fn counter(s: &Scene) -> u64 {
    match described(s).tokens[0].kind {
        TokenKind::Hotp { counter } => counter,
        other => panic!("{other:?}"),
    }
}

fn left(s: &Scene) -> usize {
    described(s).recovery_codes_left.unwrap()
}

/// Strangers' failures: PIN, one-time code, recovery code.
fn counts(s: &Scene) -> [u32; 3] {
    [Authenticator::PIN, Authenticator::OTP, Authenticator::RECOVERY_CODE]
        .map(|authenticator| failures(s, authenticator, Lane::Stranger))
}
