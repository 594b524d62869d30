//! Law 7: an unknown account asks the same questions, costs the same hash, waits and answers in
//! the same way as a known one.
//!
//! A stranger's whole visit is played against an account in some state and against a name that is
//! nobody's; the two transcripts must be equal. The one residue is that a decoy's first write is
//! an insert: it reads as a swap here, and a test of its own shows that it is the only one.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

mod common;
mod stepping;

use common::*;
use pinbolt::{
    Authenticator, Caller, Channel, Error, Failure, Policy, Refusal,
    op::{
        Begin, Begun, Block, Cancel, CancelAccount, Challenge, Delivered, Finish, Resend,
        SuspendAddress, Verb, Verify,
    },
};
use stepping::{Asked, Busy, Ground, Outcome, Weather, plain};

const WRONG: &str = "135792";
const OTHER: Caller<'static> = Caller::new(b"session 2");

/// One step of the visit: what was done, the questions asked, the public answer.
type Line = (&'static str, Vec<Asked>, String);

/// How an account stands when the stranger comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Waiting,
    Throttled,
    Disabled,
    Blocked,
    Cancelled,
    NoPin,
    WithoutChannel,
    Stale,
    Suspended,
}

const STATES: [State; 10] = [
    State::Open,
    State::Waiting,
    State::Throttled,
    State::Disabled,
    State::Blocked,
    State::Cancelled,
    State::NoPin,
    State::WithoutChannel,
    State::Stale,
    State::Suspended,
];

/// Somebody's name and nobody's, of each kind.
const NAMES: [(&str, &str); 3] =
    [("ana", "eva"), (PHONE, "+351912000999"), (EMAIL, "Eva.Reis@example.com")];

impl State {
    fn policy(self) -> Policy {
        let builder = match self {
            Self::Waiting => builder().set("throttle.on", 0).unwrap(),
            Self::Disabled => builder().set("cap.stranger", 3).unwrap(),
            _ => builder(),
        };
        builder.build().unwrap()
    }

    /// What the account's owner and operators do, which an unknown name has nobody for.
    fn prepare(self, ground: &Ground) {
        match self {
            Self::NoPin => ground.enroll("ana", None, &[PHONE, EMAIL]),
            Self::WithoutChannel => ground.enroll("ana", Some(PIN), &[EMAIL]),
            _ => ground.enroll_ana(),
        }
        if self == Self::Blocked {
            ground.run(Block { account: "ana", operator: operator() }).unwrap();
        }
        if self == Self::Stale {
            ground.advance(181 * DAY);
        }
        if self == Self::Suspended {
            for address in [PHONE, EMAIL] {
                let suspend = SuspendAddress { address, account: None, operator: operator() };
                ground.run(suspend).unwrap();
            }
        }
        if self == Self::Cancelled {
            let authority = by_operator();
            ground.run(CancelAccount { account: "ana", authority }).unwrap();
        }
    }

    /// How many wrong PINs strangers have typed before.
    const fn failures(self) -> usize {
        match self {
            Self::Waiting | Self::Throttled => 10,
            Self::Disabled => 3,
            _ => 0,
        }
    }
}

#[test]
fn failure_26_a_strangers_visit_is_the_same_in_each_state_and_by_each_name() {
    for state in STATES {
        for (somebody, nobody) in NAMES {
            if state == State::WithoutChannel && somebody == PHONE {
                continue;
            }
            let [known, unknown] = [somebody, nobody].map(|name| {
                let ground = Ground::new(state.policy());
                state.prepare(&ground);
                Visit { ground, name, lines: Vec::new() }.play(state.failures())
            });
            assert!(known.len() > 20, "the visit was played");
            for (known, unknown) in known.iter().zip(&unknown) {
                assert_eq!(known, unknown, "{state:?}, by {somebody}");
            }
            assert_eq!(known.len(), unknown.len());
        }
    }
}

#[test]
fn each_state_is_what_it_says() {
    for (state, answer, hashes) in [
        (State::Open, "WrongCredentials", 1),
        (State::Waiting, "Waiting", 0),
        (State::Throttled, "Throttled", 0),
        (State::Disabled, "WrongCredentials", 1),
        (State::Blocked, "WrongCredentials", 1),
        (State::Cancelled, "WrongCredentials", 1),
        (State::NoPin, "WrongCredentials", 1),
    ] {
        let ground = Ground::new(state.policy());
        state.prepare(&ground);
        for _ in 0..state.failures() {
            assert_eq!(named(ground.run(verify("ana", WRONG))), "WrongCredentials");
        }
        // The right PIN, where there is one, tells as little as a wrong one.
        let pin = if state == State::Open { WRONG } else { PIN };
        let (outcome, trace) = ground.ask(verify("ana", pin));
        assert_eq!(named(answered(outcome)), answer, "{state:?}");
        let hashed = trace.iter().filter(|asked| matches!(asked, Asked::Hash(_))).count();
        assert_eq!(hashed, hashes, "{state:?}");
    }
}

#[test]
fn failure_27_a_hash_is_of_the_same_cost_for_everybody() {
    let costs = |name: &str| {
        let ground = Ground::new(policy());
        ground.enroll_ana();
        let (_, trace) = ground.ask(verify(name, WRONG));
        trace.into_iter().find(|asked| matches!(asked, Asked::Hash(_)))
    };
    assert_eq!(costs("ana"), Some(Asked::Hash((8, 1, 1))));
    for (somebody, nobody) in NAMES {
        assert_eq!(costs(somebody), costs(nobody));
    }
}

#[test]
fn failure_27_a_decoy_is_as_large_as_an_ordinary_account() {
    let ground = Ground::new(builder().build().unwrap());
    ground.enroll_ana();
    for visits in 0..4 {
        for name in ["ana", "eva"] {
            let challenge = ground.sent(look_up(name)).unwrap();
            assert_eq!(named(ground.run(finish(&challenge.handle, "000000"))), "WrongCode");
        }
        let rows = ground.store.rows();
        let size = |kind| {
            let own = rows.iter().find(|(row, _)| row.as_str().starts_with(kind));
            own.unwrap().1.body.len()
        };
        let (account, decoy) = (size('a'), size('d'));
        assert!(account.abs_diff(decoy) < 64, "{visits}: {account} and {decoy} bytes");
        ground.advance(HOUR);
    }
}

#[test]
fn the_only_residue_is_the_first_write() {
    let ground = Ground::new(policy());
    ground.enroll_ana();
    let first = |name: &str| ground.ask(verify(name, WRONG)).1;
    let (known, unknown) = (first("ana"), first("eva"));
    let differ = known.iter().zip(&unknown).filter(|(known, unknown)| match (known, unknown) {
        (Asked::Load(_), Asked::Load(_)) => false,
        (known, unknown) => known != unknown,
    });
    let differ: Vec<_> = differ.collect();
    assert_eq!(differ, [(&Asked::Swap('a'), &Asked::Insert('d'))]);
    assert_eq!(plain(first("eva")), plain(first("ana")));
}

#[test]
fn nobody_gets_a_message() {
    let ground = Ground::new(policy());
    let begun = ground.run(look_up("eva")).unwrap();
    assert!(begun.challenge.sent);
    assert_eq!(ground.dispatch(begun.dispatch), (Delivered::Nothing, vec![]));
    assert!(ground.mail.borrow().is_empty());
}

#[test]
fn strangers_fill_no_database() {
    let few = builder().few_decoys().build().unwrap();
    let ground = Ground::new(few);
    for name in 0..5_000 {
        let name = format!("nobody-{name}");
        if let Ok(begun) = ground.run(look_up(&name)) {
            let handle = begun.challenge.handle.as_str();
            ground.advance(30 * SECOND);
            let _refused = ground.run(Resend { handle, channel: Channel::Email, caller: CALLER });
        }
        let _refused = ground.run(verify(&name, WRONG));
    }
    let (decoys, budgets) = (ground.rows('d').len(), ground.rows('t').len());
    assert_eq!(ground.store.len(), decoys + budgets);
    assert!((200..=256).contains(&decoys), "{decoys} decoys");
    assert!((200..=512).contains(&budgets), "{budgets} budgets, one for each channel");
}

/// A stranger's visit, written down.
struct Visit<'a> {
    ground: Ground,
    name: &'a str,
    lines: Vec<Line>,
}

impl Visit<'_> {
    fn play(mut self, failures: usize) -> Vec<Line> {
        for _ in 0..failures {
            self.note("a wrong PIN before", verify(self.name, WRONG), |_| String::new());
        }
        self.pins();
        self.codes();
        self.budget();
        self.lines
    }

    /// PINs: wrong, malformed, and one that no slot was free for.
    fn pins(&mut self) {
        let name = self.name;
        self.note("a wrong PIN", verify(name, WRONG), |_| String::new());
        self.note("a malformed PIN", verify(name, "80271x"), |_| String::new());
        let begin = Begin { purpose: SIGN_IN, pin: Some(WRONG), ..look_up(name) };
        self.note("begin with a wrong PIN", begin, |_| String::new());
        let busy = self.ground.walk(self.ground.start(verify(name, WRONG)), &mut Busy);
        self.write("overload", busy, |_| String::new());
        self.note("and after it", verify(name, WRONG), |_| String::new());
    }

    /// A code asked for, guessed at, sent again, given up.
    fn codes(&mut self) {
        let begin = look_up(self.name);
        let first = self.issued("begin", begin).unwrap();
        self.issued("begin again", begin);
        self.issued("begin in another session", Begin { caller: OTHER, ..begin });
        self.guess("a malformed code", &first, "12345");
        self.guess("a wrong code", &first, "000000");
        let stolen = Finish { caller: OTHER, ..finish(&first.handle, "000000") };
        self.note("a stolen handle", stolen, |_| String::new());
        let resend = |handle, channel| Resend { handle, channel, caller: CALLER };
        self.issued("too early a resend", resend(&first.handle, Channel::Sms));
        self.ground.advance(30 * SECOND);
        let second = self.issued("resend", resend(&first.handle, Channel::Sms)).unwrap();
        self.guess("the older handle", &first, "000000");
        for _ in 0..6 {
            self.guess("guess after guess", &second, "000000");
        }
        self.ground.advance(60 * SECOND);
        let third = self.issued("another resend", resend(&second.handle, Channel::Email)).unwrap();
        self.note("cancel", Cancel { handle: &third.handle, caller: CALLER }, |()| String::new());
        self.guess("a cancelled one", &third, "000000");
        self.ground.advance(120 * SECOND);
        let fourth = self.issued("begin after all that", begin).unwrap();
        self.ground.advance(300 * SECOND);
        self.guess("an expired one", &fourth, "000000");
    }

    /// Messages until the budget is spent, and an hour later.
    fn budget(&mut self) {
        for _ in 0..4 {
            self.ground.advance(301 * SECOND);
            let begun = self.issued("begin until the budget is spent", look_up(self.name));
            for _ in 0..2 {
                if let Some(challenge) = &begun {
                    self.guess("a guess until the throttle", challenge, "000000");
                }
            }
        }
        self.ground.advance(HOUR);
        self.issued("begin an hour later", look_up(self.name));
        self.ground.advance(DAY);
        self.note("a wrong PIN a day later", verify(self.name, WRONG), |_| String::new());
    }

    fn guess(&mut self, what: &'static str, challenge: &Challenge, code: &str) {
        self.note(what, finish(&challenge.handle, code), |_| panic!("a guess was right"));
    }

    fn issued<V: Verb<Output = Begun>>(
        &mut self,
        what: &'static str,
        verb: V,
    ) -> Option<Challenge> {
        let (outcome, trace) = self.ground.ask(verb);
        let challenge = match &outcome {
            Ok(begun) => Some(begun.challenge.clone()),
            _ => None,
        };
        self.write(what, (outcome, trace), |begun| {
            let Challenge { handle, expires, resend_at, sent, .. } = begun.challenge;
            format!("{} {expires} {resend_at} {sent}", handle.len())
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
        let answer = match outcome {
            Ok(value) => format!("granted {}", shown(value)),
            // References start at random.
            Err(Error::Refused(Refusal::Superseded { .. })) => "Superseded".into(),
            Err(Error::Refused(refusal)) => format!("{refusal:?}"),
            Err(Error::Failure(Failure::Overload)) => "Overload".into(),
            Err(error) => panic!("{error:?}"),
        };
        self.lines.push((what, plain(trace), answer));
    }
}

#[test]
fn where_accounts_are_not_hidden_the_visit_differs() {
    let open = builder().set("accounts.hide", 0).unwrap().build().unwrap();
    let ground = Ground::new(open);
    ground.enroll("ana", None, &[PHONE]);
    assert_eq!(named(ground.run(verify("eva", WRONG))), "UnknownAccount");
    assert_eq!(named(ground.run(verify("ana", WRONG))), "NoPin");
    ground.run(Block { account: "ana", operator: operator() }).unwrap();
    assert_eq!(named(ground.run(Verify { purpose: "step-up", ..verify("ana", WRONG) })), "Blocked");
    assert_eq!(Authenticator::PIN.name(), "pin");
    assert!(Busy.hashes() != stepping::Fair.hashes());
}
