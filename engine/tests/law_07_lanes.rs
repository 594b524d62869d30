//! Law 7 where devices are known: beside a stronger lane's living challenge a stranger's visit is what
//! it always is, and a device token that is worth nothing is no token.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

mod common;
mod stepping;

use common::*;
use pinbolt::{
    Caller, Channel, Error, Lane, Policy, Refusal,
    op::{
        Begin, Begun, Cancel, Challenge, Finish, ForgetDevice, RememberDevice, Resend, Verb, Verify,
    },
};
use stepping::{Asked, Ground, Outcome, plain};

const OWNER: Caller<'static> = Caller::new(b"the owner's session");
const STRANGER: Caller<'static> = Caller::new(b"a stranger's session");
const ANOTHER: Caller<'static> = Caller::new(b"another stranger's session");
const NOBODY: &str = "+351912000999";
/// A device that the account knew once.
const LONG_UNUSED: u64 = 401 * DAY;

/// One step of the visit: what was done, the questions asked, the public answer.
type Line = (&'static str, Vec<Asked>, String);

fn policy() -> Policy {
    // Codes that outlive the visit.
    let builder = builder().set("code.lifetime", 600).unwrap().set("send.per_hour", 20).unwrap();
    builder.set("send.per_day", 40).unwrap().build().unwrap()
}

/// A ground in which `ana` knows a device, and its token.
fn known() -> (Ground, String) {
    let ground = Ground::new(policy());
    ground.enroll_ana();
    let token = remember(&ground, "ana");
    (ground, token)
}

fn remember(ground: &Ground, account: &str) -> String {
    ground.advance(HOUR);
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up(account) };
    let challenge = ground.sent(begin).unwrap();
    let proof = ground.run(finish(&challenge.handle, &ground.code())).unwrap().into();
    let device = ground.run(RememberDevice { account, label: "laptop", proof }).unwrap();
    ground.advance(HOUR);
    device.token().into()
}

/// How a known device's challenge stands when the stranger comes.
#[derive(Clone, Copy, Debug)]
enum Owners {
    None,
    Living,
    Renewed,
    Used,
}

#[test]
fn failure_26_beside_a_known_device_s_living_code_the_visit_is_the_same() {
    let visit = |owners, name| {
        let (ground, token) = known();
        let owner = OWNER.device(&token);
        let begin = Begin { caller: owner, ..look_up(PHONE) };
        match owners {
            Owners::None => {}
            Owners::Living => drop(ground.sent(begin).unwrap()),
            Owners::Renewed => {
                let first = ground.sent(begin).unwrap();
                ground.advance(MINUTE);
                let channel = Channel::Email;
                let resend = Resend { handle: &first.handle, channel, caller: owner };
                ground.sent(resend).unwrap();
            }
            Owners::Used => {
                let challenge = ground.sent(begin).unwrap();
                let code = ground.code();
                ground.run(Finish { caller: owner, ..finish(&challenge.handle, &code) }).unwrap();
            }
        }
        let start = ground.now.get();
        Visit { ground, name, caller: STRANGER, start, lines: Vec::new() }.play()
    };
    let plain = visit(Owners::None, PHONE);
    assert!(plain.len() > 15, "the visit was played");
    for owners in [Owners::Living, Owners::Renewed, Owners::Used] {
        same(&visit(owners, PHONE), &plain, &format!("{owners:?}"));
    }
    same(&visit(Owners::Living, NOBODY), &plain, "nobody");
}

#[test]
fn a_phantom_it_was_all_the_same() {
    let (ground, token) = known();
    let begin = Begin { caller: OWNER.device(&token), ..look_up(PHONE) };
    ground.sent(begin).unwrap();
    let before = ground.mail.borrow().len();
    ground.sent(Begin { caller: STRANGER, ..look_up(PHONE) }).unwrap();
    assert_eq!(ground.mail.borrow().len(), before, "nothing was delivered");
}

#[test]
fn failure_26_a_device_token_that_is_worth_nothing_is_no_token() {
    type Token = fn(&Ground, &str) -> Option<String>;
    let tokens: [(&str, Token); 8] = [
        ("none", |_, _| None),
        ("empty", |_, _| Some(String::new())),
        ("malformed", |_, token| Some(token.replacen("d1.", "d2.", 1))),
        ("cut", |_, token| token.get(..token.len() - 1).map(String::from)),
        ("longer than any", |_, _| Some("d1.".repeat(10_000))),
        ("flipped", |_, token| {
            let last = if token.ends_with("AA") { "BA" } else { "AA" };
            token.get(..token.len() - 2).map(|head| format!("{head}{last}"))
        }),
        ("forgotten", |ground, token| {
            let (device, authority) = (None, by_operator());
            ground.run(ForgetDevice { account: "ana", device, authority }).unwrap();
            Some(token.into())
        }),
        ("another account's", |ground, _| {
            ground.enroll("rui", Some(PIN), &["+351912000418"]);
            Some(remember(ground, "rui"))
        }),
    ];
    for name in [PHONE, "ana", NOBODY, "nobody"] {
        let visit = |token: Token| {
            let (ground, own) = known();
            let token = token(&ground, &own);
            // Whatever else was done took as long in each.
            ground.now.set(NOW + DAY);
            let caller = token.as_deref().map_or(STRANGER, |token| STRANGER.device(token));
            let start = ground.now.get();
            Visit { ground, name, caller, start, lines: Vec::new() }.play()
        };
        let plain = visit(|_, _| None);
        for (what, token) in tokens {
            same(&visit(token), &plain, &format!("{what}, {name}"));
        }
    }
}

#[test]
fn a_token_counts_where_it_is_the_account_s_own_alone() {
    let (ground, token) = known();
    let lane = |caller: Caller<'_>, name| {
        ground.run(Verify { caller, ..verify(name, PIN) }).map(|accepted| accepted.lane())
    };
    assert_eq!(lane(STRANGER.device(&token), PHONE), Ok(Lane::KnownDevice));
    ground.enroll("rui", Some(PIN), &["+351912000418"]);
    assert_eq!(lane(STRANGER.device(&token), "rui"), Ok(Lane::Stranger));
    ground.advance(LONG_UNUSED);
    assert_eq!(lane(STRANGER.device(&token), PHONE), Ok(Lane::Stranger));
}

#[test]
fn a_guess_with_a_worthless_token_counts_among_the_strangers() {
    let (ground, token) = known();
    let other = token.replacen("d1.", "d2.", 1);
    let guess =
        |caller: Caller<'_>, pin| named(ground.run(Verify { caller, ..verify(PHONE, pin) }));
    for _ in 0..10 {
        assert_eq!(guess(STRANGER.device(&other), WRONG_PIN), "WrongCredentials");
    }
    assert_eq!(guess(STRANGER.device(&other), PIN), "Throttled");
    assert_eq!(guess(STRANGER, PIN), "Throttled");
    assert_eq!(guess(STRANGER.device(&token), PIN), "granted");
}

fn same(visit: &[Line], plain: &[Line], what: &str) {
    for (line, other) in visit.iter().zip(plain) {
        assert_eq!(line, other, "{what}");
    }
    assert_eq!(visit.len(), plain.len(), "{what}");
}

/// A stranger's visit, written down; times count from its start.
struct Visit<'a> {
    ground: Ground,
    name: &'a str,
    caller: Caller<'a>,
    start: u64,
    lines: Vec<Line>,
}

impl Visit<'_> {
    fn play(mut self) -> Vec<Line> {
        let (name, caller) = (self.name, self.caller);
        let begin = Begin { caller, ..look_up(name) };
        let first = self.issued("begin", begin).unwrap();
        self.issued("begin again", begin);
        self.issued("begin in another session", Begin { caller: ANOTHER, ..begin });
        self.guess("a malformed code", &first, "12345");
        self.guess("a wrong code", &first, "000000");
        let stolen = Finish { caller: ANOTHER, ..finish(&first.handle, "000000") };
        self.note("a stolen handle", stolen, |_| panic!("a guess was right"));
        let resend = |handle, channel| Resend { handle, channel, caller };
        self.issued("too early a resend", resend(&first.handle, Channel::Sms));
        self.ground.advance(30 * SECOND);
        let second = self.issued("resend", resend(&first.handle, Channel::Sms)).unwrap();
        self.guess("the older handle", &first, "000000");
        for _ in 0..6 {
            self.guess("guess after guess", &second, "000000");
        }
        self.ground.advance(60 * SECOND);
        let third = self.issued("another resend", resend(&second.handle, Channel::Email)).unwrap();
        self.note("cancel", Cancel { handle: &third.handle, caller }, |()| String::new());
        self.guess("a cancelled one", &third, "000000");
        self.ground.advance(120 * SECOND);
        self.issued("begin after all that", begin);
        for _ in 0..12 {
            let guess = Verify { caller, ..verify(name, WRONG_PIN) };
            self.note("a wrong PIN", guess, |_| panic!("a guess was right"));
        }
        let begin = Begin { purpose: SIGN_IN, pin: Some(WRONG_PIN), ..begin };
        self.issued("begin with a wrong PIN", begin);
        self.lines
    }

    fn guess(&mut self, what: &'static str, challenge: &Challenge, code: &str) {
        let typed = Finish { caller: self.caller, ..finish(&challenge.handle, code) };
        self.note(what, typed, |_| panic!("a guess was right"));
    }

    fn issued<V: Verb<Output = Begun>>(
        &mut self,
        what: &'static str,
        verb: V,
    ) -> Option<Challenge> {
        let (outcome, trace) = self.ground.ask(verb);
        let challenge = outcome.as_ref().ok().map(|begun| begun.challenge.clone());
        let start = self.start;
        self.write(what, (outcome, trace), |begun| {
            let Challenge { handle, expires, resend_at, sent, offers, .. } = begun.challenge;
            let times = (expires - start, resend_at - start);
            format!("{} {times:?} {sent} {}", handle.len(), offers.len())
        });
        challenge
    }

    fn note<V: Verb>(
        &mut self,
        what: &'static str,
        verb: V,
        shown: impl FnOnce(V::Output) -> String,
    ) {
        let told = self.ground.ask(verb);
        self.write(what, told, shown);
    }

    fn write<T>(
        &mut self,
        what: &'static str,
        (outcome, trace): (Outcome<T>, Vec<Asked>),
        shown: impl FnOnce(T) -> String,
    ) {
        let start = self.start;
        let answer = match outcome {
            Ok(value) => format!("granted {}", shown(value)),
            // References start at random.
            Err(Error::Refused(Refusal::Superseded { .. })) => "Superseded".into(),
            Err(Error::Refused(Refusal::Throttled { until })) => {
                format!("Throttled for {}", until - start)
            }
            Err(Error::Refused(refusal)) => format!("{refusal:?}"),
            Err(error) => panic!("{error:?}"),
        };
        // Whether a budget was ever spent from is its address's own history.
        let plain = plain(trace).into_iter().map(|asked| match asked {
            Asked::Insert('t') => Asked::Swap('t'),
            asked => asked,
        });
        self.lines.push((what, plain.collect(), answer));
    }
}
