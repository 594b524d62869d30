//! Law 13: a newer challenge of the same purpose ends the older one, which answers Superseded;
//! issuing never gives back guesses.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

mod common;
mod stepping;

use common::*;
use pinbolt::{
    Authenticator, Caller, Channel, Factors, Refusal,
    oath::{Algorithm, Hotp},
    op::{
        AddToken, Begin, Block, Cancel, CancelAccount, Challenge, ChangePin, ConfirmToken,
        Describe, Evidence, IssueRecoveryCodes, RemoveToken, Resend, ResetPin, Step, TokenKind,
        TokenSecret, Unblock, Verb,
    },
    policy::{self, Purpose},
};
use stepping::Ground;

const NEW_PIN: &str = "904173";

fn ground() -> Ground {
    let both = [Channel::Sms, Channel::Email];
    let again = Purpose::code("again", &both).resend(policy::Resend::Redeliver);
    let builder = builder().set("send.per_hour", 20).unwrap().set("send.per_day", 40).unwrap();
    let ground = Ground::new(builder.purpose(again).build().unwrap());
    ground.enroll_ana();
    ground
}

fn sign_in(pin: &str) -> Begin<'_> {
    Begin { purpose: SIGN_IN, pin: Some(pin), ..look_up("ana") }
}

fn resend(challenge: &Challenge, channel: Channel) -> Resend<'_> {
    Resend { handle: &challenge.handle, channel, caller: CALLER }
}

fn guess(ground: &Ground, challenge: &Challenge, code: &str) -> Result<(), Refusal> {
    ground.run(finish(&challenge.handle, code)).map(|_| ())
}

#[test]
fn failure_15_after_a_resend_only_the_newest_code_works() {
    for channel in [Channel::Sms, Channel::Email] {
        let ground = ground();
        let first = ground.sent(sign_in(PIN)).unwrap();
        let old = ground.code();
        ground.advance(30 * SECOND);
        let second = ground.sent(resend(&first, channel)).unwrap();
        let superseded = Err(Refusal::Superseded { newest: second.reference });
        assert_eq!(guess(&ground, &first, &old), superseded);
        assert_eq!(guess(&ground, &first, &ground.code()), superseded, "by its own handle alone");
        assert_eq!(guess(&ground, &second, &old), superseded, "told from a wrong code");
        assert_eq!(guess(&ground, &second, &ground.code()), Ok(()));
        assert_eq!(guess(&ground, &first, &old), superseded, "for ever");
    }
}

#[test]
fn failure_15_after_a_second_begin_too() {
    let ground = ground();
    let mut issued = Vec::new();
    for _ in 0..5 {
        issued.push((ground.sent(look_up("ana")).unwrap(), ground.code()));
        ground.advance(2 * MINUTE);
    }
    let (newest, code) = issued.pop().unwrap();
    let superseded = Err(Refusal::Superseded { newest: newest.reference });
    for (older, code) in &issued {
        assert_eq!(guess(&ground, older, code), superseded);
    }
    assert_eq!(guess(&ground, &newest, &code), Ok(()));
}

#[test]
fn an_older_code_is_no_failure() {
    let ground = ground();
    ground.sent(look_up("ana")).unwrap();
    let old = ground.code();
    ground.advance(30 * SECOND);
    let second = ground.sent(look_up("ana")).unwrap();
    for _ in 0..4 {
        assert_eq!(named(guess(&ground, &second, &old)), "Superseded");
    }
    assert!(ground.run(Describe { account: "ana" }).unwrap().ledgers.is_empty());
    assert_eq!(guess(&ground, &second, &ground.code()), Ok(()));
}

#[test]
fn purposes_dont_end_one_another() {
    let ground = ground();
    let first = ground.sent(sign_in(PIN)).unwrap();
    let code = ground.code();
    let second = ground.sent(look_up("ana")).unwrap();
    assert_eq!(named(guess(&ground, &second, &code)), "WrongCode", "nor open one another");
    assert_eq!(guess(&ground, &second, &ground.code()), Ok(()));
    assert_eq!(guess(&ground, &first, &code), Ok(()));
}

#[test]
fn failure_16_redeliver_sends_the_same_code_and_no_longer_life() {
    let ground = ground();
    let first = ground.sent(Begin { purpose: "again", ..look_up("ana") }).unwrap();
    let code = ground.code();
    assert_eq!(guess(&ground, &first, &wrong(&code)), Err(Refusal::WrongCode { tries_left: 4 }));
    ground.advance(30 * SECOND);
    let second = ground.sent(resend(&first, Channel::Sms)).unwrap();
    assert_eq!(ground.mail.borrow().len(), 2);
    assert_eq!(ground.code(), code);
    assert_eq!((second.expires, second.reference), (first.expires, first.reference));
    assert!(second.resend_at > first.resend_at);
    assert_eq!(guess(&ground, &second, &wrong(&code)), Err(Refusal::WrongCode { tries_left: 3 }));
    ground.now.set(first.expires - 1);
    let third = ground.sent(resend(&second, Channel::Sms)).unwrap();
    assert_eq!(third.expires, first.expires);
    ground.now.set(first.expires);
    assert_eq!(guess(&ground, &third, &code), Err(Refusal::Expired));
    ground.now.set(first.expires - 1);
    assert_eq!(guess(&ground, &first, &code), Ok(()), "either handle, once");
    assert_eq!(guess(&ground, &third, &code), Err(Refusal::AlreadyUsed));
}

#[test]
fn issuing_gives_no_guess_back() {
    let ground = ground();
    let mut judged = 0;
    'all: loop {
        let challenge = match ground.sent(look_up("ana")) {
            Ok(challenge) => challenge,
            Err(refusal) => panic!("{refusal:?}"),
        };
        for _ in 0..4 {
            match guess(&ground, &challenge, &wrong(&ground.code())) {
                Err(Refusal::WrongCode { .. }) => judged += 1,
                Err(Refusal::Throttled { .. }) => break 'all,
                other => panic!("{other:?}"),
            }
        }
        ground.advance(2 * MINUTE);
    }
    assert_eq!(judged, 10, "the throttle's ten, whatever was issued between");
    let ledgers = ground.run(Describe { account: "ana" }).unwrap().ledgers;
    let code = ledgers.iter().find(|ledger| ledger.authenticator == Authenticator::CODE);
    assert_eq!(code.unwrap().failures, 10);
    ground.advance(2 * MINUTE);
    let newest = ground.sent(look_up("ana")).unwrap();
    assert_eq!(named(guess(&ground, &newest, &ground.code())), "Throttled", "the right one too");
}

#[test]
fn the_same_request_within_the_cooldown_returns_the_same_challenge() {
    let ground = ground();
    let first = ground.sent(look_up("ana")).unwrap();
    let code = ground.code();
    ground.advance(30 * SECOND - 1);
    let again = ground.sent(look_up("ana")).unwrap();
    assert_eq!((first.sent, again.sent), (true, false));
    assert_eq!(
        (again.reference, again.expires, again.resend_at),
        (first.reference, first.expires, first.resend_at)
    );
    assert_eq!(ground.mail.borrow().len(), 1, "and sends nothing");
    let others = [
        Begin { caller: Caller::new(b"session 2"), ..look_up("ana") },
        Begin { channel: Channel::Email, ..look_up("ana") },
        Begin { context: b"another", ..look_up("ana") },
    ];
    for other in others {
        let until = first.resend_at;
        assert_eq!(ground.run(other).map(|_| ()), Err(Refusal::Throttled { until }));
    }
    assert_eq!(guess(&ground, &again, &code), Ok(()), "nothing was ended");
    assert_eq!(named(guess(&ground, &first, &code)), "AlreadyUsed");
}

/// Runs a verb until its first write on an account was applied, and drops it there.
fn first_write_only<V: Verb>(ground: &Ground, verb: V) {
    let mut step = ground.start(verb);
    loop {
        step = match step {
            Step::Load(load) => {
                let found = pinbolt::driver::Store::load(&ground.store, load.row()).unwrap();
                load.found(ground.now.get(), found)
            }
            Step::Hash(hash) => {
                let digest = hash.work().run(&mut pinbolt::HashMemory::new());
                hash.done(ground.now.get(), digest)
            }
            Step::Commit(commit) => {
                assert_eq!(ground.apply(commit.write()), stepping::Answered::Applied);
                return;
            }
            _ => panic!("it ended without a write"),
        };
    }
}

#[test]
fn what_ends_a_challenge_ends_it_in_the_same_write() {
    type End = fn(&Ground, &Challenge);
    let ends: [(&str, End); 4] = [
        ("cancel", |ground, challenge| {
            first_write_only(ground, Cancel { handle: &challenge.handle, caller: CALLER });
        }),
        ("reset_pin", |ground, _| {
            let authority = by_operator();
            first_write_only(ground, ResetPin { account: "ana", new: NEW_PIN, authority });
        }),
        ("block", |ground, _| {
            first_write_only(ground, Block { account: "ana", operator: operator() });
        }),
        ("cancel_account", |ground, _| {
            let authority = by_operator();
            first_write_only(ground, CancelAccount { account: "ana", authority });
        }),
    ];
    for (what, end) in ends {
        let ground = ground();
        let challenge = ground.sent(sign_in(PIN)).unwrap();
        end(&ground, &challenge);
        let told = named(guess(&ground, &challenge, &ground.code()));
        assert_eq!(told, "Ended", "{what}");
    }
}

#[test]
fn a_changed_pin_ends_what_rests_on_the_old_one_alone() {
    let ground = ground();
    let rests = ground.sent(sign_in(PIN)).unwrap();
    let code = ground.code();
    let stands = ground.sent(look_up("ana")).unwrap();
    ground.run(ChangePin { account: "ana", old: PIN, new: NEW_PIN, caller: CALLER }).unwrap();
    assert_eq!(guess(&ground, &rests, &code), Err(Refusal::Ended));
    assert_eq!(guess(&ground, &stands, &ground.code()), Ok(()));
}

#[test]
fn a_lifted_block_brings_no_challenge_back() {
    let ground = ground();
    let challenge = ground.sent(sign_in(PIN)).unwrap();
    let code = ground.code();
    ground.run(Block { account: "ana", operator: operator() }).unwrap();
    let phantom = ground.run(look_up("ana")).unwrap().challenge;
    ground.run(Unblock { account: "ana", operator: operator() }).unwrap();
    assert_eq!(guess(&ground, &challenge, &code), Err(Refusal::Ended));
    assert_eq!(named(guess(&ground, &phantom, &code)), "WrongCode");
}

/// Everything that can happen to a sign-in.
const EVENTS: [&str; 9] = [
    "begin",
    "begin with a wrong PIN",
    "resend",
    "right code",
    "wrong code",
    "code of another session",
    "cancel",
    "change the PIN",
    "block and unblock",
];

/// What the order of events so far allows.
struct Story {
    ground: Ground,
    pin: &'static str,
    newest: Option<Challenge>,
    /// Whether the PIN was proved for the newest challenge and nothing ended it since.
    open: bool,
    accepted: u32,
}

#[test]
fn failure_21_no_order_of_events_skips_a_factor() {
    let mut accepted = 0;
    for order in 0..9_usize.pow(4) {
        let digit = |place: u32| EVENTS.get(order / 9_usize.pow(place) % 9).copied().unwrap();
        let mut story =
            Story { ground: ground(), pin: PIN, newest: None, open: false, accepted: 0 };
        for place in 0..4 {
            story.tell(digit(place));
        }
        // Whatever happened, an honest end is judged by the same rule.
        story.tell("right code");
        accepted += story.accepted;
    }
    assert!(accepted > 1_000, "the right orders pass: {accepted}");
}

impl Story {
    fn tell(&mut self, event: &str) {
        self.ground.advance(2 * MINUTE);
        let handle = self.newest.as_ref().map(|challenge| challenge.handle.clone());
        match (event, handle) {
            ("begin", _) => assert!(self.issue(sign_in(self.pin))),
            ("begin with a wrong PIN", _) => {
                assert_eq!(named(self.ground.run(sign_in("135792"))), "WrongCredentials");
            }
            ("change the PIN", _) => {
                let (old, new) = (self.pin, if self.pin == PIN { NEW_PIN } else { PIN });
                self.ground.run(ChangePin { account: "ana", old, new, caller: CALLER }).unwrap();
                (self.pin, self.open) = (new, false);
            }
            ("block and unblock", _) => {
                self.ground.run(Block { account: "ana", operator: operator() }).unwrap();
                self.ground.run(Unblock { account: "ana", operator: operator() }).unwrap();
                self.open = false;
            }
            (_, None) => {}
            ("resend", Some(handle)) => {
                let channel = Channel::Email;
                let may = self.open && self.fresh();
                assert_eq!(self.issue(Resend { handle: &handle, channel, caller: CALLER }), may);
            }
            ("cancel", Some(handle)) => {
                let ended = self.ground.run(Cancel { handle: &handle, caller: CALLER }).is_ok();
                assert_eq!(ended, self.open && self.fresh());
                self.open = false;
            }
            (event, Some(handle)) => self.finish(event, &handle),
        }
    }

    /// A resend needs an open challenge; a begin proves the PIN anew.
    fn issue<V: Verb<Output = pinbolt::op::Begun>>(&mut self, verb: V) -> bool {
        let Ok(challenge) = self.ground.sent(verb) else { return false };
        (self.newest, self.open) = (Some(challenge), true);
        true
    }

    fn finish(&mut self, event: &str, handle: &str) {
        let right = self.ground.code();
        let code = if event == "wrong code" { wrong(&right) } else { right };
        let session: &[u8] = if event == "code of another session" { b"x" } else { b"session 1" };
        let caller = Caller::new(session);
        let told = self.ground.ask(pinbolt::op::Finish { caller, ..finish(handle, &code) }).0;
        let passes = self.open && event == "right code" && self.fresh();
        match answered(told) {
            Ok(accepted) => {
                assert!(passes, "{event}");
                assert_eq!(
                    accepted.factors(),
                    Factors { pin: true, code: true, ..Factors::default() }
                );
                (self.open, self.accepted) = (false, self.accepted + 1);
            }
            Err(refusal) => assert!(!passes, "{event}: {refusal:?}"),
        }
    }

    fn fresh(&self) -> bool {
        let now = self.ground.now.get();
        self.newest.as_ref().is_some_and(|challenge| now < challenge.expires)
    }
}

/// What gives out codes or tokens gives back no guess, at whatever it gives out.
#[test]
fn issuing_lists_and_tokens_gives_no_guess_back_either() {
    let ground = Ground::new(with_tokens().build().unwrap());
    ground.enroll_ana();
    ground.run(standing(TokenKind::HOTP)).unwrap();
    let issue = || IssueRecoveryCodes { account: "ana", authority: by_operator() };
    let code = ground.run(issue()).unwrap().iter().next().unwrap().to_owned();
    let wrong = [
        ("otp", Evidence::otp("000000")),
        ("recover", Evidence::recovery_code("0000-0000-0000-0000")),
    ];
    for (purpose, evidence) in wrong.repeat(10) {
        assert_eq!(named(ground.run(verify_by("ana", purpose, evidence))), "WrongCredentials");
    }
    let counted = |ground: &Ground| ground.run(Describe { account: "ana" }).unwrap().ledgers;
    let before = counted(&ground);
    let shown = Hotp::new(Algorithm::Sha1, 6, b"another secret of twenty").unwrap().code(0);
    let secret = TokenSecret::Given(b"another secret of twenty");
    let candidate = || AddToken { secret, ..token(TokenKind::HOTP) };
    let number = ground.run(candidate()).unwrap().token;
    let confirm =
        ConfirmToken { account: "ana", token: number, code: shown.as_str(), caller: CALLER };
    ground.run(confirm).unwrap();
    ground.run(RemoveToken { account: "ana", token: number, authority: by_operator() }).unwrap();
    let newer = ground.run(issue()).unwrap().iter().next().unwrap().to_owned();
    assert_eq!(counted(&ground), before);
    let right = otp(0);
    for (purpose, evidence) in [
        ("otp", Evidence::otp(&right)),
        ("recover", Evidence::recovery_code(&newer)),
        ("pin-otp", Evidence::pin(PIN).and_otp(&right)),
    ] {
        assert_eq!(named(ground.run(verify_by("ana", purpose, evidence))), "Throttled");
    }
    // The throttle opens for one, and the older list is over.
    ground.advance(DAY / 2);
    let of = |code| verify_by("ana", "recover", Evidence::recovery_code(code));
    assert_eq!(named(ground.run(of(&code))), "WrongCredentials");
    ground.advance(DAY / 2);
    assert_eq!(named(ground.run(of(&newer))), "granted");
    assert_eq!(named(ground.run(verify_by("ana", "otp", Evidence::otp(&right)))), "granted");
}
