//! Law 7, for tokens and recovery codes: a name that is nobody's, and an account that lacks what a
//! purpose asks for, ask, cost, wait and answer as an account that has it all.
//!
//! A guess at a one-time code counts the account's tokens, so an unknown name seems to have some:
//! one, two, three … half as often each, and always as many.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod common;
mod moving;
mod stepping;

use common::*;
use moving::{phone, with};
use pinbolt::{
    Error, Failure, Pinbolt, Policy, Refusal,
    op::{
        AddToken, Block, CancelAccount, Evidence, Import, IssueRecoveryCodes, RemoveToken,
        ResetPin, TokenKind, TokenSecret, Weak,
    },
};
use stepping::{Asked, Busy, Fair, Ground, Outcome, Weather, plain};

/// The strangers' throttle forgets one failure in this time.
const REFILL: u64 = DAY / 2;

/// One step of a visit: what was typed, the questions, the public answer.
type Line = (String, Vec<Asked>, String);

/// Names of one kind that are nobody's.
type Nobodies = fn(u32) -> String;

/// Somebody's name and nobody's, of each kind.
const KINDS: [(&str, Nobodies); 3] = [
    ("ana", |n| format!("eva-{n}")),
    (PHONE, |n| format!("+351912{n:06}")),
    (EMAIL, |n| format!("eva.{n}@example.com")),
];

/// What the account has, or lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Whole,
    TwoTokens,
    Steam,
    Imported,
    NoToken,
    Candidate,
    NoPin,
    NoCodes,
    Bare,
    Blocked,
    Cancelled,
}

const STATES: [State; 11] = [
    State::Whole,
    State::TwoTokens,
    State::Steam,
    State::Imported,
    State::NoToken,
    State::Candidate,
    State::NoPin,
    State::NoCodes,
    State::Bare,
    State::Blocked,
    State::Cancelled,
];

impl State {
    fn ground(self, policy: &Policy) -> Ground {
        let ground = Ground::new(policy.clone());
        let pin = (!matches!(self, Self::NoPin | Self::Bare)).then_some(PIN);
        ground.enroll("ana", pin, &[PHONE, EMAIL]);
        match self {
            Self::Candidate => drop(ground.run(token(TokenKind::TOTP)).unwrap()),
            Self::NoToken | Self::Bare => {}
            Self::Imported => {
                let weak = Weak { recovery_codes: true, ..Weak::default() };
                let (tokens, codes) = ([phone()], ["12345678", "23456789"]);
                let import = Import { recovery_codes: Some(&codes), ..with(&tokens) };
                ground.run(Import { dangerously_accept: weak, ..import }).unwrap();
            }
            Self::Steam => {
                let add = AddToken { digits: 5, ..standing(TokenKind::Steam) };
                drop(ground.run(add).unwrap());
            }
            _ => drop(ground.run(standing(TokenKind::TOTP)).unwrap()),
        }
        if self == Self::TwoTokens {
            add(&ground, 2, true);
        }
        if !matches!(self, Self::NoCodes | Self::Bare | Self::Imported) {
            let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
            drop(ground.run(issue).unwrap());
        }
        match self {
            Self::Blocked => {
                ground.run(Block { account: "ana", operator: operator() }).unwrap();
            }
            Self::Cancelled => {
                let authority = by_operator();
                ground.run(CancelAccount { account: "ana", authority }).unwrap();
            }
            _ => {}
        }
        ground
    }
}

/// Adds a token of a secret of its own.
fn add(ground: &Ground, secret: u8, confirmed: bool) -> u32 {
    let own = [secret; 20];
    let kind = TokenKind::HOTP;
    let add = AddToken { secret: TokenSecret::Given(&own), confirmed, ..standing(kind) };
    ground.run(add).unwrap().token
}

fn policy_with(changes: &[(&str, u64)]) -> Policy {
    let set =
        |builder: pinbolt::policy::Builder, (path, value): &(&str, u64)| builder.set(path, *value);
    changes.iter().try_fold(with_tokens(), set).unwrap().build().unwrap()
}

fn opened(policy: Policy) -> Pinbolt {
    Pinbolt::open(keys(), policy, "tests").unwrap()
}

/// How many tokens a name seems to have, to a stranger who types this: with room for one failure,
/// one guess shows it.
fn seems_by(ground: &Ground, name: &str, (purpose, evidence): (&str, Evidence<'_>)) -> u64 {
    let narrow = ground.copied(opened(policy_with(&[("throttle.burst", 1)])));
    let guess = || narrow.run(verify_by(name, purpose, evidence)).map(drop);
    assert_eq!(guess(), Err(Refusal::WrongCredentials));
    match guess() {
        Err(Refusal::Throttled { until }) => (until - narrow.now.get()) / REFILL,
        other => panic!("{other:?}"),
    }
}

fn seems(ground: &Ground, name: &str) -> u64 {
    seems_by(ground, name, ("otp", Evidence::otp("000000")))
}

/// Nobody's name of this kind that seems to have so many tokens.
fn nobody(kind: Nobodies, tokens: u64) -> String {
    let blank = Ground::new(policy_with(&[]));
    (0..10_000).map(kind).find(|name| seems(&blank, name) == tokens).unwrap()
}

const WRONG_RECOVERY: &str = "0000-0000-0000-0000";

/// A wrong guess of each kind.
fn guesses() -> [(&'static str, Evidence<'static>); 9] {
    let both = Evidence::pin(WRONG_PIN).and_otp("000000");
    let joined = Evidence::pin_then_otp("739105000000");
    [
        ("otp", Evidence::otp("000000")),
        ("otp", Evidence::otp("00000000")),
        ("otp", Evidence::otp("22222")),
        ("pin-otp", both),
        ("pin-otp", joined),
        ("recover", Evidence::recovery_code(WRONG_RECOVERY)),
        ("recover", Evidence::recovery_code("87654321")),
        ("pin-recover", Evidence::pin(WRONG_PIN).and_recovery_code(WRONG_RECOVERY)),
        ("all", both.and_recovery_code(WRONG_RECOVERY)),
    ]
}

/// What isn't well-formed, of each kind.
fn malformed() -> [(&'static str, Evidence<'static>); 5] {
    [
        ("otp", Evidence::otp("00000")),
        ("otp", Evidence::otp("BCDFA")),
        ("pin-otp", Evidence::pin_then_otp("739105")),
        ("recover", Evidence::recovery_code("0000")),
        ("all", Evidence::pin("x").and_otp("000000").and_recovery_code(WRONG_RECOVERY)),
    ]
}

/// A stranger's visit, written down.
fn visit(ground: &Ground, name: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut note = |what: &str, (purpose, evidence), weather: &mut dyn Weather| {
        let step = ground.start(verify_by(name, purpose, evidence));
        let (outcome, trace) = ground.walk(step, weather);
        lines.push((format!("{what}: {purpose}"), plain(trace), answer(outcome)));
    };
    for guess in guesses() {
        note("overload", guess, &mut Busy);
    }
    for guess in malformed() {
        note("malformed", guess, &mut Fair);
    }
    for round in 0..4 {
        for guess in guesses() {
            note("wrong", guess, &mut Fair);
        }
        // Some failures are forgotten meanwhile, and then all.
        ground.advance([MINUTE, HOUR, 2 * DAY, 6 * DAY][round]);
    }
    for guess in guesses().repeat(6) {
        note("a week later", guess, &mut Fair);
    }
    lines
}

fn answer<T>(outcome: Outcome<T>) -> String {
    match outcome {
        Err(Error::Refused(refusal)) => format!("{refusal:?}"),
        Err(Error::Failure(Failure::Overload)) => "Overload".into(),
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("a guess was right"),
    }
}

/// A visit is the same by each name as to nobody who seems to have as many tokens.
fn alike(changes: &[(&str, u64)], closed: &str) {
    let policy = policy_with(changes);
    for state in STATES {
        let ground = state.ground(&policy);
        for (somebody, kind) in KINDS {
            let nobody = nobody(kind, seems(&ground, somebody));
            let known = visit(&ground.copy(), somebody);
            let unknown = visit(&ground.copy(), &nobody);
            assert_eq!(known.len(), 104);
            assert_eq!(known.len(), unknown.len());
            for (known, unknown) in known.iter().zip(&unknown) {
                assert_eq!(known, unknown, "{state:?}, by {somebody} and {nobody}");
            }
            assert!(known.iter().any(|(.., told)| told.starts_with(closed)), "{state:?}");
        }
    }
}

#[test]
fn failure_26_a_strangers_visit_is_the_same_until_he_is_throttled() {
    alike(&[], "Throttled");
}

#[test]
fn failure_26_and_until_he_waits() {
    alike(&[("throttle.on", 0)], "Waiting");
}

#[test]
fn failure_26_and_where_all_is_disabled() {
    // So few that every authenticator is disabled before the throttle closes.
    alike(&[("cap.stranger", 2), ("throttle.burst", 20)], "WrongCredentials");
}

#[test]
fn each_state_seems_what_it_says() {
    for (state, tokens) in [(State::Whole, 1), (State::TwoTokens, 2), (State::Blocked, 1)] {
        let ground = state.ground(&policy_with(&[]));
        for (name, _) in KINDS {
            assert_eq!(seems(&ground, name), tokens, "{state:?}");
        }
    }
}

#[test]
fn half_of_the_unknown_names_seem_to_have_one_token_a_quarter_two_and_so_on() {
    let blank = Ground::new(policy_with(&[("throttle.burst", 1)]));
    let mut seen = [0; 9];
    for n in 0..2_000 {
        let name = format!("nobody-{n}");
        let guess = || blank.run(verify_by(&name, "otp", Evidence::otp("000000"))).map(drop);
        // A decoy that another name has filled already isn't counted.
        if guess() == Err(Refusal::WrongCredentials) {
            let Err(Refusal::Throttled { until }) = guess() else { panic!("it is throttled") };
            seen[usize::try_from((until - NOW) / REFILL).unwrap()] += 1;
        }
    }
    let all: u32 = seen.iter().sum();
    assert!(all > 1_950, "{all}");
    for (tokens, share) in [(1, 2), (2, 4), (3, 8), (4, 16)] {
        let (expected, found) = (all / share, seen[tokens]);
        assert!(found.abs_diff(expected) < 100, "{tokens} tokens: {found} of {all}");
    }
    assert_eq!(seen[0], 0);
    assert!(seen[5..].iter().sum::<u32>() > 60, "{seen:?}");
    assert!(seen[8] > 0, "never more than eight: {seen:?}");
}

/// Every way of typing a one-time code.
fn ways() -> [(&'static str, Evidence<'static>); 8] {
    let ten = Evidence::otp("0000000000");
    let joined = Evidence::pin_then_otp("7391050000000000");
    let both = Evidence::pin(WRONG_PIN).and_otp("00000000");
    [
        ("otp", Evidence::otp("0000000")),
        ("otp", ten),
        ("otp", Evidence::otp("BCDFG")),
        ("pin-otp", Evidence::pin(WRONG_PIN).and_otp("23456")),
        ("pin-otp", joined),
        ("pin-otp", Evidence::pin_then_otp("7000000")),
        ("pin-otp", both),
        ("all", both.and_recovery_code(WRONG_RECOVERY)),
    ]
}

#[test]
fn a_names_number_of_tokens_never_changes_by_how_a_code_is_typed() {
    for state in STATES {
        let ground = state.ground(&policy_with(&[]));
        for (somebody, kind) in KINDS {
            for name in [somebody, &kind(1), &kind(2), &kind(3)] {
                let number = seems(&ground, name);
                for way in ways() {
                    assert_eq!(seems_by(&ground, name, way), number, "{state:?}, {name}, {way:?}");
                }
            }
        }
    }
}

#[test]
fn nor_by_what_becomes_of_an_account_without_one() {
    let ground = State::Bare.ground(&policy_with(&[]));
    let number = seems(&ground, "ana");
    let unknown: Vec<u64> = (0..20).map(|n| seems(&ground, &format!("eva-{n}"))).collect();
    let authority = by_operator;
    let reset = || ResetPin { account: "ana", new: PIN, authority: authority() };
    let issue = || IssueRecoveryCodes { account: "ana", authority: authority() };
    let changes: [&dyn Fn() -> bool; 7] = [
        &|| ground.run(reset()).is_ok(),
        &|| ground.run(token(TokenKind::TOTP)).is_ok(),
        &|| add(&ground, 9, false) == 2,
        &|| ground.run(issue()).is_ok(),
        &|| ground.run(RemoveToken { account: "ana", token: 1, authority: authority() }).is_ok(),
        &|| ground.run(Block { account: "ana", operator: operator() }).is_ok(),
        &|| {
            ground.advance(6 * DAY);
            true
        },
    ];
    for (nth, change) in changes.into_iter().enumerate() {
        assert!(change());
        assert_eq!(seems(&ground, "ana"), number, "change {nth}");
    }
    let again: Vec<u64> = (0..20).map(|n| seems(&ground, &format!("eva-{n}"))).collect();
    assert_eq!(again, unknown);
    assert!(unknown.contains(&1) && unknown.iter().any(|n| *n > 1), "{unknown:?}");
}

#[test]
fn an_account_counts_its_confirmed_tokens() {
    let ground = State::NoToken.ground(&policy_with(&[]));
    for tokens in 1..=6 {
        let added = add(&ground, tokens, true);
        add(&ground, 100 + tokens, false);
        for way in ways() {
            assert_eq!(seems_by(&ground, "ana", way), tokens.into(), "{way:?}");
        }
        let authority = by_operator();
        ground.run(RemoveToken { account: "ana", token: added + 1, authority }).unwrap();
    }
}

/// A guess may count more than the throttle holds, and is remembered as long as it closes it.
#[test]
fn an_unknown_name_forgets_no_sooner_than_an_account() {
    let slow = policy_with(&[("throttle.burst", 3), ("throttle.per_day", 1)]);
    let known = State::NoToken.ground(&slow);
    for secret in 1..=8 {
        add(&known, secret, true);
    }
    let eight = nobody(KINDS[0].1, 8);
    let guess = || verify_by(&eight, "otp", Evidence::otp("000000"));
    for days in 0..=10 {
        let (known, unknown) = (known.copy(), Ground::new(slow.clone()));
        let told = [(&known, "ana"), (&unknown, &eight)].map(|(ground, name)| {
            let guess = || pinbolt::op::Verify { name, ..guess() };
            assert_eq!(named(ground.run(guess())), "WrongCredentials");
            ground.advance(days * DAY);
            ground.run(guess()).map(drop)
        });
        assert_eq!(told[0], told[1], "after {days} days");
        assert_eq!(told[0] == Err(Refusal::WrongCredentials), days >= 8, "after {days} days");
    }
}

#[test]
fn where_accounts_are_not_hidden_what_is_lacking_is_told_and_nothing_counted() {
    let open = policy_with(&[("accounts.hide", 0)]);
    let otp_of = ["otp", "pin-otp", "pin-otp", "all"];
    for (state, expected, purposes) in [
        (State::NoToken, "NoToken", &otp_of[..]),
        (State::Candidate, "NoToken", &otp_of[..]),
        (State::NoPin, "NoPin", &["pin-otp", "pin-otp", "pin-recover", "all"]),
        (State::NoCodes, "NoRecoveryCodes", &["recover", "pin-recover", "all"]),
        (State::Blocked, "Blocked", &["otp", "pin-otp", "recover", "pin-recover", "all"]),
        (State::Cancelled, "UnknownAccount", &["otp", "pin-otp", "recover"]),
    ] {
        let ground = state.ground(&open);
        let before = ground.store.rows();
        for (purpose, evidence) in guesses().into_iter().filter(|(p, _)| purposes.contains(p)) {
            let told = ground.run(verify_by("ana", purpose, evidence));
            assert_eq!(named(told), expected, "{state:?}, {purpose}");
            assert_eq!(named(ground.run(verify_by("eva", purpose, evidence))), "UnknownAccount");
        }
        assert_eq!(ground.store.rows(), before, "{state:?}: nothing was written");
    }
}
