//! `Operation`: any verb as one handle. It gives what the typed question gives, a wrong answer is
//! misuse and loses nothing, and it shows no secret.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod untyped;

use std::fmt::Write as _;

use common::*;
use pinbolt::{
    Authenticator, Caller, Channel, Digest, Done, Error, HashMemory, Misuse, Pinbolt,
    driver::{Answer, Asked, Granted, Operation},
    op::{
        Begin, Begun, Block, CONFIRM, Cancel, CancelAccount, ChangePin, Confirm, Describe,
        Dispatch, Enroll, Finish, Resend, ResetPin, Step, Unblock, Unlock, Verb,
    },
    testkit::MemoryStore,
};
use untyped::{
    Question, answered, answers, copy, digest_of, granted, over, question, truth, typed,
    typed_with, untyped,
};

const WRONG_PIN: &str = "135792";
const NEW_PIN: &str = "904173";
/// An address that nobody holds.
const OTHER: &str = "+351912000369";
const ENTROPY: [u8; 32] = [9; 32];

/// A world with `ana` in it, a sign-in under way and a confirmation under way.
struct Scene {
    w: World<MemoryStore>,
    handle: String,
    code: String,
    confirmation: String,
    confirming: String,
}

fn scene() -> Scene {
    let w = world_with(roomy());
    w.enroll();
    let confirmation = w.confirm("ana", OTHER).unwrap().handle;
    let confirming = w.code();
    let handle = w.begin_by("ana", PIN).unwrap().handle;
    let code = w.code();
    w.clock.advance(MINUTE);
    Scene { w, handle, code, confirmation, confirming }
}

impl Scene {
    fn pinbolt(&self) -> &Pinbolt {
        self.w.engine.pinbolt()
    }

    fn now(&self) -> u64 {
        self.w.clock_now()
    }

    fn start<V: Verb>(&self, verb: V) -> Operation
    where
        Granted: From<V::Output>,
    {
        Operation::start(verb, self.pinbolt(), self.now(), ENTROPY)
    }

    /// Runs a verb both ways on the same rows and randomness; what it granted, by its name.
    fn both<V: Verb>(&self, make: impl Fn() -> V) -> &'static str
    where
        Granted: From<V::Output>,
    {
        let step = make().start(self.pinbolt(), self.now(), ENTROPY);
        self.alike(step, self.start(make()))
    }

    fn alike<T>(&self, step: Step<T>, operation: Operation) -> &'static str
    where
        Granted: From<T>,
    {
        let (one, other) = (copy(self.w.engine.store()), copy(self.w.engine.store()));
        let Done { result, events } = typed(step, &one, self.now());
        // Each question's step is taken out and put back, and nothing is lost by it.
        let through = |mut operation: Operation| {
            let step = operation.take().unwrap();
            over(&mut operation);
            Operation::from(step)
        };
        let done = untyped(operation, (&other, self.now()), through);
        let expected = result.map(Granted::from);
        let name = granted(&expected);
        assert_eq!(format!("{expected:?}"), format!("{:?}", done.result));
        assert_eq!(events, done.events);
        assert_eq!(one.rows(), other.rows());
        name
    }
}

fn enroll<'a>(account: &'a str) -> Enroll<'a> {
    let asserted_by = Some(operator());
    Enroll { account, pin: Some(PIN), addresses: &["eva@example.org"], asserted_by }
}

fn sign_in(pin: &str) -> Begin<'_> {
    Begin { purpose: SIGN_IN, pin: Some(pin), ..look_up("ana") }
}

#[test]
fn every_verb_gives_what_its_typed_questions_give() {
    let s = scene();
    let (account, caller, authority) = ("ana", CALLER, by_operator);
    let channel = Channel::Email;
    let handle = s.handle.as_str();
    let wrong = wrong(&s.code);
    let confirm = || Finish { purpose: CONFIRM, ..finish(&s.confirmation, &s.confirming) };
    let authenticator = Authenticator::PIN;
    let unlock = || Unlock { account, authenticator, authority: authority() };
    let address = "+351912000951";
    let more = || Confirm { account, address, replaces: None, authority: authority(), caller };
    for (name, gave) in [
        ("Enrolled", s.both(|| enroll("eva"))),
        ("AccountExists", s.both(|| enroll("ana"))),
        ("Begun", s.both(|| sign_in(PIN))),
        ("Begun", s.both(|| look_up("nobody"))),
        ("WrongCredentials", s.both(|| sign_in(WRONG_PIN))),
        ("UnknownPurpose", s.both(|| Begin { purpose: "none", ..sign_in(PIN) })),
        ("Session", s.both(|| Begin { caller: Caller::new(b""), ..sign_in(PIN) })),
        ("Begun", s.both(|| Resend { handle, channel, caller })),
        ("Accepted", s.both(|| finish(handle, &s.code))),
        ("WrongCode", s.both(|| finish(handle, &wrong))),
        ("Malformed", s.both(|| finish(handle, "no code"))),
        ("UnknownChallenge", s.both(|| finish("v1.none", &s.code))),
        ("Begun", s.both(more)),
        ("Accepted", s.both(confirm)),
        ("Accepted", s.both(|| verify(PHONE, PIN))),
        ("WrongCredentials", s.both(|| verify(PHONE, WRONG_PIN))),
        ("Nothing", s.both(|| ChangePin { account, old: PIN, new: NEW_PIN, caller })),
        ("WeakPin", s.both(|| ChangePin { account, old: PIN, new: "111111", caller })),
        ("Nothing", s.both(|| ResetPin { account, new: NEW_PIN, authority: authority() })),
        ("Unlocked", s.both(unlock)),
        ("Nothing", s.both(|| Block { account, operator: operator() })),
        ("Nothing", s.both(|| Unblock { account, operator: operator() })),
        ("Nothing", s.both(|| Cancel { handle, caller })),
        ("Nothing", s.both(|| CancelAccount { account, authority: authority() })),
        ("Description", s.both(|| Describe { account })),
        ("UnknownAccount", s.both(|| Describe { account: "nobody" })),
    ] {
        assert_eq!(gave, name);
    }
}

/// A code issued, and its delivery; the same each time.
fn issued(s: &Scene) -> (Begun, MemoryStore) {
    let store = copy(s.w.engine.store());
    let done = untyped(s.start(sign_in(PIN)), (&store, s.now()), |operation| operation);
    match done.result {
        Ok(Granted::Begun(begun)) => (begun, store),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_delivery_gives_what_its_typed_questions_give() {
    let s = scene();
    let dispatch = || issued(&s).0.dispatch;
    let step = dispatch().start(s.now(), ENTROPY);
    assert_eq!(s.alike(step, Operation::deliver(dispatch(), s.now(), ENTROPY)), "Delivered");
    let late = s.now() + HOUR;
    let mut operation = Operation::deliver(dispatch(), late, ENTROPY);
    assert!(matches!(operation.asked(), Ok(Asked::Nothing)), "past its expiry it asks nothing");
    assert_eq!(format!("{:?}", operation.end().unwrap().result), "Ok(Delivered(Nothing))");

    for (answer, ends) in [
        (Answer::Sent, "Ok(Delivered(Sent))"),
        (Answer::Unknown, "Ok(Delivered(Unknown))"),
        (Answer::NotSent, "Ok(Delivered(Refused))"),
    ] {
        let (begun, store) = issued(&s);
        let mut operation = Operation::deliver(begun.dispatch, s.now(), ENTROPY);
        let Ok(Asked::Deliver(message)) = operation.asked() else { panic!("{operation:?}") };
        assert_eq!(message.to(), PHONE);
        operation.answer(s.now(), answer).unwrap();
        let done = untyped(operation, (&store, s.now()), |operation| operation);
        assert_eq!(format!("{:?}", done.result), ends);
    }
}

fn foreign(s: &Scene) -> Digest {
    let operation = Operation::start(verify("ana", PIN), s.pinbolt(), s.now(), [77; 32]);
    digest_of(operation, &copy(s.w.engine.store()), s.now())
}

/// Gives every wrong answer to the open question, and asks for the end: the question stays.
fn pester(mut operation: Operation, (s, tried): (&Scene, &mut usize)) -> Operation {
    let open = question(&operation);
    let asked = format!("{:?}", operation.asked().unwrap());
    let far = s.now() + DAY;
    for (of, answer) in answers(foreign(s)) {
        let expected = match (open, &answer) {
            (None, _) => Misuse::Over,
            (Some(Question::Hash), Answer::Hashed(_)) => Misuse::WrongDigest,
            (Some(open), _) if open == of => continue,
            (Some(_), _) => Misuse::WrongAnswer,
        };
        let shown = format!("{answer:?} to {asked}");
        assert_eq!(operation.answer(far, answer), Err(expected), "{shown}");
        assert_eq!(format!("{:?}", operation.asked().unwrap()), asked, "{shown}");
        *tried += 1;
    }
    if open.is_some() {
        assert_eq!(operation.end().unwrap_err(), Misuse::NotOver);
        assert_eq!(format!("{:?}", operation.asked().unwrap()), asked);
    }
    operation
}

#[test]
fn a_wrong_answer_to_any_question_is_misuse_and_loses_nothing() {
    let s = scene();
    let (mut tried, mut seen) = (0, Vec::new());
    let mut pestered = |operation: Operation, store: &MemoryStore| {
        let pester = |operation| {
            let operation = pester(operation, (&s, &mut tried));
            seen.push(question(&operation));
            operation
        };
        untyped(operation, (store, s.now()), pester)
    };
    let (plain, store) = issued(&s);
    let other = copy(s.w.engine.store());
    let done = pestered(s.start(sign_in(PIN)), &other);
    let Ok(Granted::Begun(begun)) = done.result else { panic!("{done:?}") };
    assert_eq!(begun.challenge, plain.challenge);
    assert_eq!(store.rows(), other.rows(), "not a byte differs");
    let done = pestered(Operation::deliver(begun.dispatch, s.now(), ENTROPY), &other);
    assert_eq!(format!("{:?}", done.result), "Ok(Delivered(Sent))");
    for open in [Question::Load, Question::Commit, Question::Hash, Question::Deliver] {
        assert!(seen.contains(&Some(open)), "{open:?}");
    }
    assert!(seen.contains(&None));
    assert!(tried > 60, "{tried}");
}

/// Gives the answer of this number to the first question that takes it, both ways, and the truth to
/// all others; how it ended, and whether there was such a question.
fn once<T>(s: &Scene, step: Step<T>, operation: Operation, number: usize) -> (&'static str, bool)
where
    Granted: From<T>,
{
    let (one, other) = (copy(s.w.engine.store()), copy(s.w.engine.store()));
    let (later, mut given) = (s.now() + SECOND, false);
    let done = typed_with(step, (&one, later), |step| {
        let (step, now) = if given { (step, false) } else { answered(step, (number, later)) };
        given |= now;
        (step, now)
    });
    let mut left = given;
    let untyped = untyped(operation, (&other, later), |mut operation| {
        let digest = match operation.asked().unwrap() {
            Asked::Hash(work) => work.run(&mut HashMemory::new()),
            _ => foreign(s),
        };
        let (of, answer) = answers(digest).swap_remove(number);
        if left && question(&operation) == Some(of) {
            operation.answer(later, answer).unwrap();
            left = false;
        }
        operation
    });
    let expected = Done { result: done.result.map(Granted::from), events: done.events };
    assert_eq!(format!("{expected:?}"), format!("{untyped:?}"), "answer {number}");
    assert_eq!(one.rows(), other.rows(), "answer {number}");
    (granted(&untyped.result), given)
}

#[test]
fn every_answer_is_what_the_questions_own_method_says() {
    let s = scene();
    let ends = |number| {
        let step = verify("ana", PIN).start(s.pinbolt(), s.now(), ENTROPY);
        let (of_verb, given) = once(&s, step, s.start(verify("ana", PIN)), number);
        let dispatch = || issued(&s).0.dispatch;
        let step = dispatch().start(s.now(), ENTROPY);
        let operation = Operation::deliver(dispatch(), s.now(), ENTROPY);
        let (of_dispatch, taken) = once(&s, step, operation, number);
        assert_ne!(given, taken, "one of the two asks that question first");
        if given { of_verb } else { of_dispatch }
    };
    let ends: Vec<_> = (0..12).filter(|number| *number != 1).map(ends).collect();
    let on_load = ["WrongCredentials", "Store"];
    let on_commit = ["Accepted", "Accepted", "Accepted", "Store"];
    let on_hash = ["Accepted", "Overload"];
    let expected = [&on_load[..], &on_commit, &on_hash, &["Delivered"; 3]].concat();
    assert_eq!(ends, expected);
}

#[test]
fn a_foreign_digest_leaves_the_hash_open_for_its_own() {
    let s = scene();
    for (pin, ends) in [(PIN, "Accepted"), (WRONG_PIN, "WrongCredentials")] {
        let store = copy(s.w.engine.store());
        let mut met = 0;
        let with_foreign = |mut operation: Operation| {
            if let Some(Question::Hash) = question(&operation) {
                met += 1;
                for _ in 0..3 {
                    let answer = Answer::Hashed(foreign(&s));
                    assert_eq!(operation.answer(s.now(), answer), Err(Misuse::WrongDigest));
                }
            }
            operation
        };
        let done = untyped(s.start(verify("ana", pin)), (&store, s.now()), with_foreign);
        assert_eq!((granted(&done.result), met), (ends, 1));
    }
}

#[test]
fn an_end_is_taken_out_once() {
    let s = scene();
    let store = copy(s.w.engine.store());
    let mut operation = s.start(verify("ana", PIN));
    while let Some(answer) = truth(&operation, &store) {
        assert_eq!(operation.end().unwrap_err(), Misuse::NotOver);
        operation.answer(s.now(), answer).unwrap();
    }
    // As long as it wasn't taken out, it can be asked for again.
    assert_eq!(operation.answer(s.now(), Answer::Applied), Err(Misuse::Over));
    assert!(matches!(operation.asked(), Ok(Asked::Nothing)));
    assert_eq!(granted(&operation.end().unwrap().result), "Accepted");
    over(&mut operation);
}

#[test]
fn a_misuse_found_at_the_start_is_its_end() {
    let s = scene();
    let mut operation = s.start(Begin { purpose: "none", ..look_up("ana") });
    assert!(matches!(operation.asked(), Ok(Asked::Nothing)));
    assert_eq!(granted(&operation.end().unwrap().result), "UnknownPurpose");
    over(&mut operation);
}

#[test]
fn no_verdict_comes_out_before_its_write() {
    let s = scene();
    for answer in [Answer::NotApplied, Answer::InDoubt] {
        let store = copy(s.w.engine.store());
        let mut operation = s.start(finish(&s.handle, &s.code));
        while question(&operation) != Some(Question::Commit) {
            let answer = truth(&operation, &store).unwrap();
            operation.answer(s.now(), answer).unwrap();
        }
        assert_eq!(operation.end().unwrap_err(), Misuse::NotOver);
        operation.answer(s.now(), answer).unwrap();
        while let Some(open) = question(&operation) {
            // The store is gone for good.
            let gone = match open {
                Question::Load => Answer::LoadFailed,
                _ => Answer::InDoubt,
            };
            operation.answer(s.now(), gone).unwrap();
        }
        let done = operation.end().unwrap();
        assert!(matches!(done.result, Err(Error::Failure(_))), "{done:?}");
    }
}

#[test]
fn a_dropped_operation_leaves_its_guess_counted() {
    let s = scene();
    let mut operation = s.start(verify("ana", PIN));
    while question(&operation) != Some(Question::Hash) {
        let answer = truth(&operation, s.w.engine.store()).unwrap();
        operation.answer(s.now(), answer).unwrap();
    }
    drop(operation);
    let seen = s.w.run(Describe { account: "ana" }).unwrap();
    let pins = seen.ledgers.iter().filter(|ledger| ledger.authenticator == Authenticator::PIN);
    assert_eq!(pins.map(|ledger| ledger.failures).sum::<u32>(), 1);
}

#[test]
fn an_operation_may_be_made_and_ended_on_different_threads() {
    fn send_and_sync<T: Send + Sync>(_: &T) {}
    let s = scene();
    let operation = s.start(verify("ana", PIN));
    send_and_sync(&operation);
    let (store, now) = (s.w.engine.store().clone(), s.now());
    let ended = move || granted(&untyped(operation, (&store, now), |o| o).result);
    assert_eq!(std::thread::spawn(ended).join().unwrap(), "Accepted");
}

#[test]
fn failure_22_it_shows_no_secret_at_any_question() {
    const PIN_CANARY: &str = "8027146391";
    let policy = builder().set("code.digits", 10).unwrap().build().unwrap();
    let w = world_with(policy);
    let caller = Caller::new(b"the canary of a session");
    let mut heard = String::new();
    let mut hear = |operation: Operation| {
        write!(heard, "{operation:?} {operation:#?} {:?}", operation.asked().unwrap()).unwrap();
        if let Some(answer) = truth(&operation, &copy(w.engine.store())) {
            write!(heard, "{answer:?}").unwrap();
        }
        operation
    };
    let start = |number, dispatch: Option<Dispatch>| -> Operation {
        let (pinbolt, entropy) = (w.engine.pinbolt(), [number; 32]);
        let begin = Begin { name: PHONE, caller, ..sign_in(PIN_CANARY) };
        match (number, dispatch) {
            (_, Some(dispatch)) => Operation::deliver(dispatch, NOW, entropy),
            (1, _) => {
                let asserted_by = Some(operator());
                let (pin, addresses) = (Some(PIN_CANARY), &[PHONE, EMAIL]);
                let enroll = Enroll { account: "ana", pin, addresses, asserted_by };
                Operation::start(enroll, pinbolt, NOW, entropy)
            }
            _ => Operation::start(begin, pinbolt, NOW, entropy),
        }
    };
    let on = (w.engine.store(), NOW);
    untyped(start(1, None), on, &mut hear).result.unwrap();
    let begun = untyped(start(2, None), on, &mut hear);
    hear(Operation::from(Step::Done(Done { result: Ok(Granted::Nothing), events: Vec::new() })));
    let Ok(Granted::Begun(begun)) = begun.result else { panic!() };
    let challenge = begun.challenge;
    let mut code = String::new();
    let deliver = untyped(start(3, Some(begun.dispatch)), on, |operation| {
        if let Asked::Deliver(message) = operation.asked().unwrap() {
            code = message.code().unwrap().to_owned();
        }
        hear(operation)
    });
    deliver.result.unwrap();
    let finish = Finish { caller, ..finish(&challenge.handle, &code) };
    let operation = Operation::start(finish, w.engine.pinbolt(), NOW, [4; 32]);
    let done = untyped(operation, on, hear);
    assert_eq!(granted(&done.result), "Accepted");
    write!(heard, "{:?} {done:?}", done.result).unwrap();
    assert!(heard.len() > 10_000 && code.len() == 10, "{}", heard.len());
    for seen in ["Load", "Commit", "Hash", "Deliver", "Done", "Digest(..)", "Accepted"] {
        assert!(heard.contains(seen), "{seen}");
    }
    let numbers = "351912000417";
    for canary in [PIN_CANARY, &code, numbers, "ana.reis", "Ana.Reis", "canary of a session"] {
        assert!(!heard.contains(canary), "{canary}");
    }
}
