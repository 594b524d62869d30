//! Law 8, for imports: a write whose answer was lost is resolved from the record, and running it again
//! adds nothing twice and brings nothing back.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod moving;
mod stepping;
mod storms;

use common::*;
use moving::*;
use pinbolt::{
    Authenticator, Failure, Lane,
    driver::Store as _,
    op::{Describe, Evidence, Failures, Import, ImportedToken, RemoveToken, Took},
};
use stepping::{Answered, Asked, Fair, Ground, Weather};
use storms::{End, STORMS, Scene, Sky, in_every_storm, walk};

fn tokens() -> [ImportedToken<'static>; 2] {
    [ImportedToken { last_step: Some(step(NOW) - 1), ..phone() }, fob(7)]
}

fn whole<'a>(tokens: &'a [ImportedToken<'a>]) -> Import<'a> {
    let failures = Some(Failures { count: 3, last: NOW });
    Import { recovery_codes: Some(&CODES), pin: Some(PIN), failures, ..with(tokens) }
}

fn nobody(_: &Ground) -> String {
    String::new()
}

fn enrolled(ground: &Ground) -> String {
    ground.enroll_ana();
    String::new()
}

fn imported(ground: &Ground) -> String {
    ground.run(whole(&tokens())).unwrap();
    String::new()
}

const SCENES: [Scene; 3] = [
    ("a new account", nobody, |g, _, sky| walk(g, whole(&tokens()), sky)),
    ("an account that is here", enrolled, |g, _, sky| walk(g, whole(&tokens()), sky)),
    ("again", imported, |g, _, sky| walk(g, whole(&tokens()), sky)),
];

#[test]
fn every_import_in_every_storm() {
    assert_eq!(in_every_storm(&SCENES, &with_tokens().build().unwrap()), (3 * 6, 3 * 4));
}

fn failures(ground: &Ground) -> u32 {
    let seen = ground.run(Describe { account: "ana" }).unwrap();
    let of = |l: &&pinbolt::op::LedgerState| {
        l.authenticator == Authenticator::OTP && l.lane == Lane::Stranger
    };
    seen.ledgers.iter().find(of).map_or(0, |ledger| ledger.failures)
}

#[test]
fn after_any_storm_a_second_run_leaves_what_one_run_leaves() {
    for storm in STORMS {
        let ground = Ground::new(with_tokens().build().unwrap());
        let mut sky = Sky::over(0, storm);
        let first = walk(&ground, whole(&tokens()), &mut sky);
        // A write that is late lands before the second run, or after it.
        let late = sky.hit.map(|(write, _)| write).unwrap();
        for after in [false, true] {
            let ground = ground.copy();
            if !after {
                ground.apply(&late);
            }
            let again = ground.run(whole(&tokens())).unwrap();
            ground.apply(&late);
            let stood = first == End::Granted || !again.created;
            assert_eq!(again.created, !stood, "{storm:?}");
            let took = if stood { Took::Kept } else { Took::Added };
            assert_eq!(again.tokens, [(took, 1), (took, 2)], "{storm:?}");
            assert_eq!((again.recovery_codes, again.pin), (Some(took), Some(took)));
            assert_eq!(failures(&ground), 3, "{storm:?}: they count once");
            let otp =
                |code: String| named(ground.run(verify_by("ana", "otp", Evidence::otp(&code))));
            assert_eq!(otp(otp_at(-1)), "AlreadyUsed", "{storm:?}");
            assert_eq!(otp(otp_at(0)), "granted", "{storm:?}");
            assert_eq!(otp(otp_at(0)), "AlreadyUsed", "{storm:?}");
            let seen = ground.run(Describe { account: "ana" }).unwrap();
            assert_eq!((seen.tokens.len(), seen.recovery_codes_left), (2, Some(3)));
        }
    }
}

fn otp_at(back: i64) -> String {
    otp(step(NOW).saturating_add_signed(back))
}

/// Loads what stood before, so often.
struct Stale<'a>(&'a Ground, u32);

impl Weather for Stale<'_> {
    fn load(
        &mut self,
        ground: &Ground,
        row: &pinbolt::row::RowName,
    ) -> Option<pinbolt::row::Snapshot> {
        match self.1.checked_sub(1) {
            Some(left) => {
                self.1 = left;
                self.0.store.load(row).unwrap()
            }
            None => ground.store.load(row).unwrap(),
        }
    }

    fn commit(&mut self, ground: &Ground, write: &pinbolt::row::Write) -> Answered {
        ground.apply(write)
    }
}

#[test]
fn law_04_a_stale_load_brings_nothing_back_and_creates_nothing_anew() {
    let before = Ground::new(with_tokens().build().unwrap());
    let tokens = tokens();
    let nobody = before.copy();
    imported(&before);
    let after = before.copy();
    after.run(RemoveToken { account: "ana", token: 1, authority: by_operator() }).unwrap();
    for (past, loads) in [(&before, 1), (&before, 3), (&nobody, 1), (&nobody, 2)] {
        let ground = after.copy();
        let (outcome, _) = ground.walk(ground.start(whole(&tokens)), &mut Stale(past, loads));
        let told = outcome.unwrap();
        assert!(!told.created);
        assert_eq!(told.tokens, [(Took::Gone, 0), (Took::Kept, 2)]);
        assert_eq!((told.recovery_codes, told.pin), (Some(Took::Kept), Some(Took::Kept)));
        assert_eq!(failures(&ground), 3);
    }
}

#[test]
fn law_01_nothing_is_granted_and_nothing_told_before_the_write() {
    struct Deaf(Answered);
    impl Weather for Deaf {
        fn commit(&mut self, _: &Ground, _: &pinbolt::row::Write) -> Answered {
            self.0
        }
    }
    for (answer, expected) in [
        (Answered::Failed, Failure::Store),
        (Answered::InDoubt, Failure::Unresolved),
        (Answered::Conflict, Failure::Contended),
    ] {
        let ground = Ground::new(with_tokens().build().unwrap());
        let (outcome, _) = ground.walk(ground.start(whole(&tokens())), &mut Deaf(answer));
        assert_eq!(outcome.unwrap_err(), expected.into());
        assert!(ground.store.rows().is_empty());
    }
}

/// Load, a hash for the PIN and each code, one write: again as often, but for the PIN.
#[test]
fn what_is_asked_in_which_order() {
    let ground = Ground::new(with_tokens().build().unwrap());
    let tokens = tokens();
    let asked = |hashes: usize, write| {
        let trace = ground.walk(ground.start(whole(&tokens)), &mut Fair).1;
        let hash = Asked::Hash((8, 1, 1));
        let mut expected = vec![Asked::Load('a')];
        expected.extend(vec![hash; hashes]);
        expected.push(write);
        assert_eq!(trace, expected);
    };
    asked(4, Asked::Insert('a'));
    asked(3, Asked::Swap('a'));
}
