//! Combinations: what a purpose asks for is judged together, in one operation. All of it passes and
//! is used up, or none is; the refusal doesn't say which part was wrong.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

#[path = "combinations/between.rs"]
mod between;
mod common;
mod steps;

use std::collections::HashSet;

use common::*;
use pinbolt::{
    Assurance, Authenticator, Factors, Input, Lane, Misuse, Policy, Refusal, driver,
    oath::{Algorithm, Hotp},
    op::{AddToken, Enroll, Evidence, IssueRecoveryCodes, Step, TokenKind, TokenSecret, Verify},
    policy::{Builder, Purpose},
    row::{RowName, Snapshot},
    testkit::MemoryStore,
};
use steps::*;

const WRONG: Refusal = Refusal::WrongCredentials;
const USED: Refusal = Refusal::AlreadyUsed;
const NOBODYS: &str = "0000-0000-0000-0000";
/// The code of counter 0 of [`SECRET`] ends the one of eight digits of [`TWIN`], and is the one of
/// six.
const TWIN: &[u8] = b"secret no. 0000035864";
const TWINS_CODE: &str = "51755224";

fn purposes() -> Builder {
    with_tokens().purpose(Purpose::otp("paper").and_recovery_code())
}

fn with_ana(policy: Policy) -> World<MemoryStore> {
    let w = world_with(policy);
    w.enroll_as("ana", &[]);
    w
}

fn plain() -> World<MemoryStore> {
    with_ana(purposes().build().unwrap())
}

fn prove(w: &World<MemoryStore>, purpose: &str, evidence: Evidence<'_>) -> Result<(), Refusal> {
    w.run(verify_by("ana", purpose, evidence)).map(drop)
}

fn both(w: &World<MemoryStore>, pin: &str, code: &str) -> Result<(), Refusal> {
    prove(w, "pin-otp", Evidence::pin(pin).and_otp(code))
}

fn issue(w: &World<MemoryStore>) -> Vec<String> {
    let issue = IssueRecoveryCodes { account: "ana", authority: by_operator() };
    w.run(issue).unwrap().iter().map(Into::into).collect()
}

/// The strangers' counts of PIN, one-time codes and recovery codes.
fn counted(w: &World<MemoryStore>) -> [u32; 3] {
    [Authenticator::PIN, Authenticator::OTP, Authenticator::RECOVERY_CODE]
        .map(|authenticator| count(w, authenticator, Lane::Stranger))
}

fn added(w: &World<MemoryStore>, secret: &[u8], digits: u8) -> u32 {
    let secret = TokenSecret::Given(secret);
    w.run(AddToken { secret, digits, ..standing(TokenKind::HOTP) }).unwrap().token
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Right,
    Used,
    Wrong,
}

const PARTS: [Part; 3] = [Part::Right, Part::Used, Part::Wrong];

/// An account of whose codes the first are used.
struct Account {
    w: World<MemoryStore>,
    codes: Vec<String>,
    rows: Vec<(RowName, Snapshot)>,
}

impl Account {
    fn new() -> Self {
        let w = plain();
        w.run(standing(TokenKind::HOTP)).unwrap();
        let codes = issue(&w);
        let first = otp(0);
        prove(&w, "paper", Evidence::otp(&first).and_recovery_code(&codes[0])).unwrap();
        let rows = w.engine.store().rows();
        Self { w, codes, rows }
    }

    fn restore(&self) {
        let store = self.w.engine.store();
        self.rows.iter().for_each(|(row, snapshot)| store.tamper(row, Some(snapshot.clone())));
    }

    fn typed(&self, [pin, otp, recovery]: [Part; 3]) -> (&'static str, String, &str) {
        let pin = if pin == Part::Right { PIN } else { WRONG_PIN };
        let otp = match otp {
            Part::Right => common::otp(1),
            Part::Used => common::otp(0),
            Part::Wrong => "000000".into(),
        };
        let recovery = match recovery {
            Part::Right => self.codes[1].as_str(),
            Part::Used => self.codes[0].as_str(),
            Part::Wrong => NOBODYS,
        };
        (pin, otp, recovery)
    }
}

/// Every way in which three parts may be right, used or wrong.
fn attempts() -> impl Iterator<Item = [Part; 3]> {
    let pins = [Part::Right, Part::Wrong].into_iter();
    let with_otp = pins.flat_map(|pin| PARTS.map(|otp| (pin, otp)));
    with_otp.flat_map(|(pin, otp)| PARTS.map(|recovery| [pin, otp, recovery]))
}

#[test]
fn all_parts_pass_or_none_is_used_up_and_beside_a_wrong_one_all_stay_counted() {
    let account = Account::new();
    let w = &account.w;
    let mut traces = HashSet::new();
    for parts in attempts() {
        account.restore();
        let (pin, code, recovery) = account.typed(parts);
        let evidence = Evidence::pin(pin).and_otp(&code).and_recovery_code(recovery);
        let mut hand = hand(w);
        let done = hand.run(start_as(w, verify_by("ana", "all", evidence), 1));
        let expected = if parts == [Part::Right; 3] {
            "granted"
        } else if parts.contains(&Part::Used) {
            "AlreadyUsed"
        } else {
            "WrongCredentials"
        };
        assert_eq!(ended(&done), expected, "{parts:?}");
        traces.insert(format!("{:?}", hand.outside()));
        let failures = u32::from(expected == "WrongCredentials");
        assert_eq!(counted(w), [failures; 3], "{parts:?}");
        // The codes that weren't used up are good still.
        let (_, code, recovery) = account.typed([Part::Right; 3]);
        let left = prove(w, "paper", Evidence::otp(&code).and_recovery_code(recovery));
        assert_eq!(left, if expected == "granted" { Err(USED) } else { Ok(()) }, "{parts:?}");
    }
    assert_eq!(traces.len(), 1, "whichever part was wrong, the same was asked");
}

#[test]
fn a_right_pin_behind_a_wrong_code_looks_like_a_wrong_one() {
    for purpose in ["pin-otp", "pin-recover", "all"] {
        let answers = [PIN, WRONG_PIN].map(|pin| {
            let account = Account::new();
            let evidence = match purpose {
                "pin-otp" => Evidence::pin(pin).and_otp("000000"),
                "pin-recover" => Evidence::pin(pin).and_recovery_code(NOBODYS),
                _ => Evidence::pin(pin).and_otp("000000").and_recovery_code(NOBODYS),
            };
            let mut hand = hand(&account.w);
            let done = hand.run(start_as(&account.w, verify_by("ana", purpose, evidence), 1));
            (ended(&done), hand.outside())
        });
        assert_eq!(answers[0], answers[1], "{purpose}");
        assert_eq!(answers[0].0, "WrongCredentials");
    }
}

#[test]
fn what_is_right_beside_a_wrong_part_is_spent_from_the_throttle_too() {
    let account = Account::new();
    let w = &account.w;
    for _ in 0..10 {
        let evidence = Evidence::pin(PIN).and_otp("000000").and_recovery_code(&account.codes[1]);
        assert_eq!(prove(w, "all", evidence), Err(WRONG));
    }
    assert_eq!(counted(w), [10, 10, 10]);
    let throttled = Err(Refusal::Throttled { until: NOW + 12 * HOUR });
    let recovery = Evidence::recovery_code(&account.codes[1]);
    assert_eq!(prove(w, "step-up", Evidence::pin(PIN)), throttled);
    assert_eq!(prove(w, "otp", Evidence::otp(&otp(1))), throttled);
    assert_eq!(prove(w, "recover", recovery), throttled);
    assert_eq!(counted(w), [10, 10, 10], "and then nothing is counted");
    w.clock.advance(12 * HOUR);
    assert_eq!(prove(w, "recover", recovery), Ok(()), "nothing was used up");
    assert_eq!(both(w, PIN, &otp(1)), Ok(()));
    assert_eq!(counted(w), [0, 0, 0]);
}

#[test]
fn beside_a_used_code_no_count_and_no_throttle_shows_whether_the_rest_was_right() {
    for pin in [PIN, WRONG_PIN] {
        for used in ["otp", "recovery code"] {
            let account = Account::new();
            let w = &account.w;
            let code = if used == "otp" { otp(0) } else { "000000".into() };
            let recovery = if used == "otp" { NOBODYS } else { &account.codes[0] };
            let evidence = Evidence::pin(pin).and_otp(&code).and_recovery_code(recovery);
            for _ in 0..12 {
                assert_eq!(prove(w, "all", evidence), Err(USED), "{used}");
            }
            assert_eq!(counted(w), [0, 0, 0], "{used}");
            for _ in 0..10 {
                let evidence = Evidence::pin(WRONG_PIN).and_otp("000000");
                let evidence = evidence.and_recovery_code(NOBODYS);
                assert_eq!(prove(w, "all", evidence), Err(WRONG), "{used}: ten are left");
            }
            assert_eq!(counted(w), [10, 10, 10]);
        }
    }
}

#[test]
fn who_is_kept_waiting_is_told_the_latest_of_the_waits() {
    let account = Account::new();
    let w = &account.w;
    for (purpose, hours) in [("otp", 1), ("recover", 2), ("step-up", 0)] {
        for _ in 0..10 {
            let evidence = match purpose {
                "otp" => Evidence::otp("000000"),
                "recover" => Evidence::recovery_code(NOBODYS),
                _ => Evidence::pin(WRONG_PIN),
            };
            assert_eq!(prove(w, purpose, evidence), Err(WRONG), "{purpose}");
        }
        w.clock.advance(hours * HOUR);
    }
    // Codes reopen after 12 hours, recovery codes an hour later, the PIN two hours after that.
    let (pin, code, recovery) = account.typed([Part::Right; 3]);
    let all = Evidence::pin(pin).and_otp(&code).and_recovery_code(recovery);
    let paper = Evidence::otp(&code).and_recovery_code(recovery);
    let throttled = |hours| Err(Refusal::Throttled { until: NOW + hours * HOUR });
    assert_eq!(prove(w, "paper", paper), throttled(13));
    assert_eq!(prove(w, "all", all), throttled(15));
    w.clock.set(NOW + 15 * HOUR);
    assert_eq!(prove(w, "all", all), Ok(()));
    assert_eq!(counted(w), [0, 0, 0]);
}

#[test]
fn a_code_counts_once_for_each_token_and_comes_back_as_often() {
    let account = Account::new();
    let w = &account.w;
    let secrets = [[1; 20], [2; 20]];
    for secret in &secrets {
        added(w, secret, 8);
    }
    w.run(token(TokenKind::HOTP)).unwrap_err();
    let candidate = TokenSecret::Given(&[3; 20]);
    w.run(AddToken { secret: candidate, ..token(TokenKind::HOTP) }).unwrap();
    // Of six and of eight digits: a guess of either length counts all.
    assert_eq!(both(w, PIN, "00000000"), Err(WRONG));
    assert_eq!(counted(w), [1, 3, 0], "a candidate isn't compared");
    assert_eq!(both(w, WRONG_PIN, &otp(1)), Err(WRONG));
    assert_eq!(counted(w), [2, 6, 0], "a right code counts all as well");
    assert_eq!(both(w, PIN, &otp(0)), Err(USED));
    assert_eq!(counted(w), [2, 6, 0], "k for k");
    assert_eq!(prove(w, "otp", Evidence::otp("0000000")), Err(WRONG), "which no token has");
    assert_eq!(counted(w), [2, 9, 0]);
    let until = NOW + 24 * HOUR;
    assert_eq!(both(w, PIN, &otp(1)), Err(Refusal::Throttled { until }), "10 have no room for 12");
    w.clock.set(until);
    let of_eight = Hotp::new(Algorithm::Sha1, 8, &secrets[1]).unwrap().code(0);
    assert_eq!(both(w, PIN, of_eight.as_str()), Ok(()));
    assert_eq!(counted(w), [0, 0, 0]);
    assert_eq!(both(w, PIN, of_eight.as_str()), Err(USED), "the token that matched moved on");
    assert_eq!(both(w, PIN, &otp(1)), Ok(()), "and no other did");
}

#[test]
fn pin_and_code_typed_as_one_are_split_by_the_tokens_digits() {
    let pins = ["802714", "8027146", "80271495", "802714953618"];
    for pin in pins {
        let unthrottled = purposes().set("throttle.on", 0).unwrap().set("wait.after", 100).unwrap();
        let w = world_with(unthrottled.build().unwrap());
        let enroll = Enroll { account: "ana", pin: Some(pin), addresses: &[], asserted_by: None };
        w.run(enroll).unwrap();
        added(&w, SECRET, 6);
        added(&w, &[1; 20], 8);
        added(&w, &[2; 20], 10);
        let joined = |text: &str| prove(&w, "pin-otp", Evidence::pin_then_otp(text));
        for (secret, digits) in [(SECRET, 6), (&[1; 20][..], 8), (&[2; 20], 10)] {
            let hotp = Hotp::new(Algorithm::Sha1, digits, secret).unwrap();
            let (used, right) = (hotp.code(0), hotp.code(1));
            assert_eq!(joined(&format!("{pin}{}", used.as_str())), Ok(()), "{pin}, {digits}");
            assert_eq!(joined(&format!("{pin}{}", used.as_str())), Err(USED));
            assert_eq!(joined(&format!("{WRONG_PIN}{}", right.as_str())), Err(WRONG));
            assert_eq!(counted(&w), [1, 3, 0], "the code was right");
            assert_eq!(joined(&format!("{}{pin}", right.as_str())), Err(WRONG), "the PIN first");
            assert_eq!(joined(&format!("{pin}{}", right.as_str())), Ok(()), "and not used up");
            assert_eq!(counted(&w), [0, 0, 0]);
        }
        assert_eq!(joined(&format!("{pin}0000")), Err(WRONG));
        let eight = Hotp::new(Algorithm::Sha1, 8, &[1; 20]).unwrap().code(2);
        assert_eq!(joined(eight.as_str()), Err(WRONG), "a code and no PIN");
    }
}

#[test]
fn what_was_typed_as_one_is_split_in_one_place_only() {
    // Behind a PIN that ends in 51 the code of the clock's first step is also the counter's, two
    // digits longer.
    let pin = "802751";
    let clock = TokenKind::Totp { period: 30, start: NOW / 1000 };
    for (steps, expected) in [(0, "granted"), (2, "WrongCredentials")] {
        let w = world_with(purposes().build().unwrap());
        let enroll = Enroll { account: "ana", pin: Some(pin), addresses: &[], asserted_by: None };
        w.run(enroll).unwrap();
        w.run(standing(clock)).unwrap();
        added(&w, TWIN, 8);
        let typed = format!("{pin}{}", otp(0));
        assert!(typed.ends_with(TWINS_CODE));
        let verify = verify_by("ana", "pin-otp", Evidence::pin_then_otp(&typed));
        let done = hand(&w).run_with(start(&w, verify), |_, step| {
            if matches!(step, Step::Hash(_)) {
                w.clock.advance(steps * 30 * SECOND);
            }
        });
        assert_eq!(ended(&done), expected, "after {steps} steps");
        let failures = if expected == "granted" { [0, 0, 0] } else { [1, 2, 0] };
        assert_eq!(counted(&w), failures);
        assert_eq!(prove(&w, "otp", Evidence::otp(TWINS_CODE)), Ok(()), "not used up");
    }
}

#[test]
fn a_code_that_one_token_has_used_is_used_for_all() {
    for order in [[SECRET, TWIN], [TWIN, SECRET]] {
        let w = plain();
        for secret in order {
            added(&w, secret, 6);
        }
        for answer in [Ok(()), Err(USED), Err(USED)] {
            assert_eq!(prove(&w, "otp", Evidence::otp(&otp(0))), answer);
        }
    }
}

#[test]
fn evidence_that_a_purpose_does_not_ask_for_or_lacks_is_misuse() {
    let account = Account::new();
    let before = account.w.engine.store().rows();
    let (code, recovery) = (otp(1), account.codes[1].as_str());
    let nothing = Evidence::default();
    let joined = Evidence::pin_then_otp("802714000000");
    let pin_and_joined = Evidence { pin: Some(PIN), ..joined };
    let code_and_joined = Evidence { otp: Some(&code), ..joined };
    for (purpose, evidence, misuse) in [
        ("look-up", nothing, Misuse::WrongVerb),
        (SIGN_IN, Evidence::pin(PIN), Misuse::WrongVerb),
        ("no such", Evidence::pin(PIN), Misuse::UnknownPurpose),
        ("otp", nothing, Misuse::EvidenceMissing),
        ("recover", nothing, Misuse::EvidenceMissing),
        ("step-up", nothing, Misuse::PinMissing),
        ("pin-otp", Evidence::pin(PIN), Misuse::EvidenceMissing),
        ("pin-otp", Evidence::otp(&code), Misuse::PinMissing),
        ("pin-recover", Evidence::recovery_code(recovery), Misuse::PinMissing),
        ("all", Evidence::pin(PIN).and_otp(&code), Misuse::EvidenceMissing),
        ("all", Evidence::pin(PIN).and_recovery_code(recovery), Misuse::EvidenceMissing),
        ("otp", Evidence::pin(PIN).and_otp(&code), Misuse::PinUnasked),
        ("otp", joined, Misuse::PinUnasked),
        ("otp", Evidence::otp(&code).and_recovery_code(recovery), Misuse::EvidenceUnasked),
        ("step-up", Evidence::pin(PIN).and_otp(&code), Misuse::EvidenceUnasked),
        ("step-up", joined, Misuse::EvidenceUnasked),
        ("recover", Evidence::pin(PIN).and_recovery_code(recovery), Misuse::PinUnasked),
        ("pin-otp", pin_and_joined, Misuse::EvidenceUnasked),
        ("pin-otp", code_and_joined, Misuse::EvidenceUnasked),
    ] {
        let answer = account.w.engine.run(verify_by("ana", purpose, evidence));
        let told = matches!(answer, Err(driver::Error::Misuse(m)) if m == misuse);
        assert!(told, "{purpose}: {answer:?}");
    }
    let malformed = Err(Refusal::Malformed { input: Input::Pin });
    assert_eq!(both(&account.w, "12a456", &code), malformed);
    assert_eq!(account.w.engine.store().rows(), before, "nothing was written");
}

#[test]
fn a_proof_says_what_was_proved_and_two_factors_are_a_first_passed() {
    let none = Factors::default();
    let (pin, otp_alone) = (Factors { pin: true, ..none }, Factors { otp: true, ..none });
    let paper = Factors { recovery_code: true, ..none };
    for (purpose, factors, assurance, least) in [
        ("otp", otp_alone, Assurance::OneFactor, Lane::Stranger),
        ("recover", paper, Assurance::OneFactor, Lane::Stranger),
        ("paper", Factors { otp: true, ..paper }, Assurance::OneFactor, Lane::Stranger),
        ("step-up", pin, Assurance::OneFactor, Lane::Stranger),
        ("pin-otp", Factors { otp: true, ..pin }, Assurance::TwoFactors, Lane::FirstFactor),
        ("pin-recover", Factors { pin: true, ..paper }, Assurance::TwoFactors, Lane::FirstFactor),
    ] {
        for lane in LANES {
            let account = Account::new();
            let (code, recovery) = (otp(1), account.codes[1].as_str());
            let evidence = Evidence {
                pin: factors.pin.then_some(PIN),
                otp: factors.otp.then_some(&code),
                recovery_code: factors.recovery_code.then_some(recovery),
                pin_then_otp: None,
            };
            let caller = CALLER.in_lane(lane);
            let verify = Verify { caller, ..verify_by("ana", purpose, evidence) };
            let proof = account.w.run(verify).unwrap();
            assert_eq!((proof.purpose(), proof.account()), (purpose, "ana"));
            assert_eq!((proof.factors(), proof.assurance()), (factors, assurance), "{purpose}");
            assert_eq!(proof.lane(), lane.max(least), "{purpose}");
        }
    }
}

#[test]
fn what_is_lacking_is_said_only_where_accounts_are_not_hidden() {
    for hide in [0, 1] {
        let hides = hide == 1;
        let said = |refusal| Err(if hides { WRONG } else { refusal });
        let policy = purposes().set("accounts.hide", hide).unwrap();
        let w = world_with(policy.set("throttle.burst", 20).unwrap().build().unwrap());
        w.run(Enroll { account: "ana", pin: None, addresses: &[], asserted_by: None }).unwrap();
        w.run(token(TokenKind::HOTP)).unwrap();
        let (pin, code) = (Evidence::pin(PIN), Evidence::otp("000000"));
        let otp_alone = prove(&w, "otp", code);
        assert_eq!(otp_alone, said(Refusal::NoToken), "a candidate is none");
        assert_eq!(
            prove(&w, "recover", Evidence::recovery_code(NOBODYS)),
            said(Refusal::NoRecoveryCodes)
        );
        let paper = code.and_recovery_code(NOBODYS);
        assert_eq!(prove(&w, "paper", paper), said(Refusal::NoToken));
        assert_eq!(prove(&w, "pin-otp", pin.and_otp("000000")), said(Refusal::NoPin));
        let [pins, otps, papers] = counted(&w);
        match hides {
            // Nobody's tokens are one or more.
            true => assert!(pins == 1 && papers == 2 && (3..=24).contains(&otps), "{otps}"),
            false => assert_eq!((pins, otps, papers), (0, 0, 0), "and is no guess"),
        }
    }
}
