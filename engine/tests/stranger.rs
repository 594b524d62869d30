//! A stranger who knows nothing but the phone number, at the greatest rate allowed for thirty days:
//! what he can reach, and what the owner on a known device notices of him.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss
)]

mod common;

use common::*;
use pinbolt::{
    Authenticator, Caller, Channel, Lane, Refusal,
    op::{Begin, Challenge, Describe, Finish, RememberDevice, Resend, Verify},
    testkit::MemoryStore,
};

const STRANGER: Caller<'static> = Caller::new(b"a stranger's session");
/// How often he tries everything that there is.
const EVERY: u64 = 10 * MINUTE;
/// The owner signs in four times a day, which is what strangers leave of ten messages, at other
/// hours each day.
const SIGN_IN_EVERY: u64 = 6 * HOUR + EVERY;

/// What the stranger had answered.
#[derive(Default)]
struct Reach {
    pins: u32,
    codes: u32,
    asked: u32,
}

impl Reach {
    /// Every entry, as often as it opens: PINs in each purpose, codes asked for, asked for again and
    /// guessed.
    fn try_everything(&mut self, w: &World<MemoryStore>) {
        let pin = "000000";
        let wrong = |answer: &Refusal| matches!(answer, Refusal::WrongCredentials);
        while w.run(Verify { caller: STRANGER, ..verify(PHONE, pin) }).is_err_and(|no| wrong(&no)) {
            self.pins += 1;
            let begin = Begin { purpose: SIGN_IN, pin: Some(pin), ..look_up(PHONE) };
            let answer = w.begin(Begin { caller: STRANGER, ..begin });
            self.pins += u32::from(answer.is_err_and(|no| wrong(&no)));
        }
        for channel in [Channel::Sms, Channel::Email] {
            let asked = w.begin(Begin { channel, caller: STRANGER, ..look_up(PHONE) });
            let Ok(challenge) = asked else { continue };
            self.asked += 1;
            self.guess(w, &challenge);
            let resend = Resend { handle: &challenge.handle, channel, caller: STRANGER };
            if let Ok(again) = w.run(resend) {
                self.guess(w, &w.sent(again));
            }
        }
    }

    fn guess(&mut self, w: &World<MemoryStore>, challenge: &Challenge) {
        // A code that is the right one by chance is the computed chance's, not this test's.
        let guess = wrong(&w.code());
        let typed = Finish { caller: STRANGER, ..finish(&challenge.handle, &guess) };
        while matches!(w.run(typed), Err(Refusal::WrongCode { .. })) {
            self.codes += 1;
        }
    }
}

/// How many guesses at an authenticator could have been right.
fn judged(w: &World<MemoryStore>, authenticator: Authenticator) -> u32 {
    let ana = w.run(Describe { account: "ana" }).unwrap();
    let own = ana
        .ledgers
        .iter()
        .find(|ledger| ledger.authenticator == authenticator && ledger.lane == Lane::Stranger);
    own.map_or(0, |ledger| ledger.failures)
}

#[test]
fn failure_25_thirty_days_of_a_stranger_cost_the_owner_nothing() {
    let w = world();
    w.enroll();
    let proof = w.sign_in().unwrap();
    let device =
        w.run(RememberDevice { account: "ana", label: "phone", proof: proof.into() }).unwrap();
    let owner = Caller::new(b"the owner's session").device(device.token());
    w.clock.advance(DAY);
    let (mut reach, mut signed_in) = (Reach::default(), 0u32);
    for step in 0..30 * DAY / EVERY {
        reach.try_everything(&w);
        if (step * EVERY).is_multiple_of(SIGN_IN_EVERY) {
            let before = w.outbox.all().len();
            let begin = Begin { pin: Some(PIN), purpose: SIGN_IN, ..look_up(PHONE) };
            let challenge = w.begin(Begin { caller: owner, ..begin }).unwrap();
            assert!(challenge.sent && w.outbox.all().len() == before + 1, "one is sent");
            let code = w.code();
            w.clock.advance(MINUTE);
            reach.try_everything(&w);
            w.clock.advance(MINUTE);
            reach.try_everything(&w);
            let accepted = w.run(Finish { caller: owner, ..finish(&challenge.handle, &code) });
            assert_eq!(accepted.unwrap().lane(), Lane::KnownDevice);
            signed_in += 1;
            w.clock.advance(EVERY - 2 * MINUTE);
        } else {
            w.clock.advance(EVERY);
        }
    }
    let (pins, codes) = (judged(&w, Authenticator::PIN), judged(&w, Authenticator::CODE));
    let chance = |guesses: u32| 1.0 - (1.0 - 1e-6f64).powi(guesses.cast_signed());
    println!(
        "30 days: {} PINs and {} codes typed, {} codes asked for; {pins} PINs and {codes} codes judged; \
         the owner signed in {signed_in} times; chance of a uniformly chosen 6-digit PIN {:.2e}, of a \
         code {:.2e}, of either {:.4e}",
        reach.pins,
        reach.codes,
        reach.asked,
        chance(pins),
        chance(codes),
        chance(pins + codes),
    );
    assert!(signed_in >= 100 && reach.asked >= 100 && pins >= 50 && codes >= 50);
    assert!(chance(pins) < 1e-4 && chance(pins + codes) < 1e-4);
}
