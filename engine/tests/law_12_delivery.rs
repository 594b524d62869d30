//! Law 12: delivery happens after the write that issued the code and, where accounts are hidden,
//! after the person was answered; at most one message for each send number.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

mod common;
mod stepping;

use std::collections::HashSet;

use common::*;
use pinbolt::{
    Channel, Error, EventKind, Failure, Policy, Refusal,
    driver::Handover,
    op::{Begin, Begun, CancelAccount, Challenge, Delivered, Describe, Resend, Step, Verb},
    policy::{self, Purpose},
    row::Write,
};
use stepping::{Answered, Asked, Ground, Weather};

fn ground() -> Ground {
    with(policy())
}

fn with(policy: Policy) -> Ground {
    let ground = Ground::new(policy);
    ground.enroll_ana();
    ground
}

/// Where accounts aren't hidden, a refused message gives a stranger's cooldown back.
fn shown() -> Policy {
    builder().set("accounts.hide", 0).unwrap().build().unwrap()
}

fn redelivering() -> Policy {
    let both = [Channel::Sms, Channel::Email];
    let purpose = Purpose::code("again", &both).resend(policy::Resend::Redeliver);
    builder().purpose(purpose).build().unwrap()
}

fn resend(challenge: &Challenge) -> Resend<'_> {
    Resend { handle: &challenge.handle, channel: Channel::Sms, caller: CALLER }
}

fn other_session() -> Begin<'static> {
    Begin { caller: pinbolt::Caller::new(b"session 2"), ..look_up("ana") }
}

#[test]
fn the_code_is_written_before_it_can_go_out() {
    let ground = ground();
    let (outcome, trace) = ground.ask(look_up("ana"));
    let begun = answered(outcome).unwrap();
    assert_eq!(trace.last(), Some(&Asked::Swap('a')));
    assert!(!trace.contains(&Asked::Deliver), "the person is answered first");
    let events = ground.run(Describe { account: "ana" }).unwrap().events;
    assert_eq!(events.last().unwrap().kind, EventKind::CodeIssued, "it stands already");
    assert_eq!(ground.dispatch(begun.dispatch), (Delivered::Sent, vec![Asked::Deliver]));
    let mail = ground.mail.borrow().last().unwrap().clone();
    assert_eq!((mail.to.as_str(), mail.code.len()), (PHONE, 6));
}

/// Answers every write of an account so.
struct Always(Answered);

impl Weather for Always {
    fn commit(&mut self, ground: &Ground, write: &Write) -> Answered {
        match write.row.as_str().starts_with('t') {
            true => ground.apply(write),
            false => self.0,
        }
    }
}

#[test]
fn without_the_write_there_is_nothing_to_deliver() {
    for (answer, failure) in
        [(Answered::Failed, Failure::Store), (Answered::InDoubt, Failure::Unresolved)]
    {
        let ground = ground();
        let (outcome, _) = ground.walk(ground.start(look_up("ana")), &mut Always(answer));
        match outcome {
            Err(Error::Failure(told)) => assert_eq!(told, failure),
            other => panic!("{other:?}"),
        }
    }
}

/// Issues and delivers by every verb that can, and gives the number of messages.
fn many_messages(ground: &Ground) -> usize {
    let begin = Begin { purpose: "again", ..look_up("ana") };
    let mut messages = 0;
    for day in 1..=4 {
        ground.now.set(NOW + day * DAY);
        let challenge = ground.sent(begin).unwrap();
        ground.advance(30 * SECOND);
        ground.sent(resend(&challenge)).unwrap();
        ground.advance(60 * SECOND);
        let rotated = ground.sent(Resend { channel: Channel::Email, ..resend(&challenge) });
        assert!(ground.sent(look_up("ana")).unwrap().sent);
        messages += 3 + usize::from(rotated.is_ok());
    }
    messages
}

#[test]
fn each_send_number_has_one_message_and_an_id_of_its_own() {
    let ground = with(redelivering());
    let messages = many_messages(&ground);
    let mail = ground.mail.borrow();
    assert_eq!(mail.len(), messages);
    let ids: HashSet<&str> = mail.iter().map(|mail| mail.id.as_str()).collect();
    assert_eq!(ids.len(), messages);
    assert!(messages >= 16);
}

#[test]
fn an_identical_write_sent_again_is_one_message() {
    struct Doubt(bool);
    impl Weather for Doubt {
        fn commit(&mut self, ground: &Ground, write: &Write) -> Answered {
            let answer = ground.apply(write);
            match std::mem::take(&mut self.0) && answer == Answered::Applied {
                true => Answered::InDoubt,
                false => answer,
            }
        }
    }
    for verb in ["begin", "resend"] {
        let ground = ground();
        let first = ground.sent(look_up("ana")).unwrap();
        ground.advance(30 * SECOND);
        let step = match verb {
            "begin" => ground.start(look_up("ana")),
            _ => ground.start(resend(&first)),
        };
        let (outcome, _) = ground.walk(step, &mut Doubt(true));
        let begun = answered(outcome).unwrap();
        assert_eq!(ground.dispatch(begun.dispatch).0, Delivered::Sent);
        assert_eq!(ground.mail.borrow().len(), 2);
    }
}

#[test]
fn a_refused_message_gives_its_cooldown_back() {
    let ground = with(shown());
    ground.handover.set(Handover::Refused);
    let begun = ground.run(look_up("ana")).unwrap();
    assert!(ground.run(other_session()).is_err(), "within the cooldown");
    let (delivered, trace) = ground.dispatch(begun.dispatch);
    assert_eq!(delivered, Delivered::Refused);
    assert_eq!(trace, [Asked::Deliver, Asked::Load('a'), Asked::Swap('a')]);
    assert!(ground.run(other_session()).is_ok(), "another may be asked for at once");
    let events = ground.run(Describe { account: "ana" }).unwrap().events;
    assert!(events.iter().any(|event| event.kind == EventKind::DeliveryRefused));
}

#[test]
fn a_refused_message_tells_no_stranger_that_there_is_somebody() {
    let ground = ground();
    ground.handover.set(Handover::Refused);
    for name in ["ana", "nobody"] {
        let begun = ground.run(look_up(name)).unwrap();
        ground.dispatch(begun.dispatch);
        assert!(!ground.run(look_up(name)).unwrap().challenge.sent, "{name}");
    }
    let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") };
    let begun = ground.run(Begin { channel: Channel::Email, ..begin }).unwrap();
    ground.dispatch(begun.dispatch);
    let again = ground.run(Begin { channel: Channel::Email, ..begin }).unwrap();
    assert!(again.challenge.sent, "who knows the PIN is no stranger");
}

#[test]
fn only_the_newest_messages_cooldown() {
    let ground = with(shown());
    let first = ground.run(look_up("ana")).unwrap();
    ground.advance(30 * SECOND);
    let second = ground.run(look_up("ana")).unwrap();
    ground.handover.set(Handover::Refused);
    let (delivered, trace) = ground.dispatch(first.dispatch);
    assert_eq!(delivered, Delivered::Refused);
    assert_eq!(trace, [Asked::Deliver, Asked::Load('a')], "nothing is written");
    let until = second.challenge.resend_at;
    assert_eq!(ground.run(other_session()).map(|_| ()), Err(Refusal::Throttled { until }));
    assert_eq!(ground.dispatch(second.dispatch).0, Delivered::Refused);
    assert!(ground.run(other_session()).is_ok());
}

#[test]
fn an_older_send_of_the_same_challenge_gives_nothing_back() {
    let ground = with(redelivering());
    let begin = Begin { purpose: "again", ..look_up("ana") };
    let first = ground.run(begin).unwrap();
    ground.advance(30 * SECOND);
    let second = ground.run(resend(&first.challenge)).unwrap();
    ground.handover.set(Handover::Refused);
    assert_eq!(ground.dispatch(first.dispatch).1, [Asked::Deliver, Asked::Load('a')]);
    let other = Begin { purpose: "again", ..other_session() };
    let until = second.challenge.resend_at;
    assert_eq!(ground.run(other).map(|_| ()), Err(Refusal::Throttled { until }));
}

#[test]
fn the_budget_is_never_given_back() {
    let ground = with(shown());
    ground.handover.set(Handover::Refused);
    for _ in 0..3 {
        let begun = ground.run(look_up("ana")).unwrap();
        assert_eq!(ground.dispatch(begun.dispatch).0, Delivered::Refused);
    }
    let until = NOW + HOUR;
    assert_eq!(ground.run(look_up("ana")).map(|_| ()), Err(Refusal::Throttled { until }));
    assert_eq!(ground.mail.borrow().len(), 3, "a failing number is no free pump");
}

#[test]
fn unknown_gives_nothing_back() {
    let ground = ground();
    ground.handover.set(Handover::Unknown);
    let begun = ground.run(look_up("ana")).unwrap();
    let until = begun.challenge.resend_at;
    assert_eq!(ground.dispatch(begun.dispatch), (Delivered::Unknown, vec![Asked::Deliver]));
    assert_eq!(ground.run(other_session()).map(|_| ()), Err(Refusal::Throttled { until }));
}

#[test]
fn an_expired_code_is_not_delivered() {
    for (late, told) in [(299_999, Delivered::Sent), (300_000, Delivered::Nothing)] {
        let ground = ground();
        let begun = ground.run(look_up("ana")).unwrap();
        ground.advance(late);
        let (delivered, trace) = ground.dispatch(begun.dispatch);
        assert_eq!(delivered, told);
        assert_eq!(trace.len(), usize::from(told == Delivered::Sent));
    }
}

#[test]
fn a_dropped_dispatch_does_no_harm() {
    let ground = ground();
    let begun = ground.run(look_up("ana")).unwrap();
    drop(begun.dispatch);
    let again = ground.run(look_up("ana")).unwrap();
    assert!(!again.challenge.sent, "it waits for its cooldown");
    assert_eq!(ground.dispatch(again.dispatch), (Delivered::Nothing, vec![]));
    ground.now.set(again.challenge.resend_at);
    let second = ground.sent(look_up("ana")).unwrap();
    assert_eq!(named(ground.run(finish(&second.handle, &ground.code()))), "granted");
}

#[test]
fn a_dispatch_dropped_at_its_question_does_no_harm() {
    let ground = ground();
    let begun = ground.run(look_up("ana")).unwrap();
    let step = begun.dispatch.start(NOW, ground.entropy());
    assert!(matches!(&step, Step::Deliver(_)));
    drop(step);
    ground.advance(30 * SECOND);
    ground.sent(look_up("ana")).unwrap();
}

#[test]
fn a_message_that_outlives_its_account_changes_nothing() {
    let ground = ground();
    let begun = ground.run(look_up("ana")).unwrap();
    ground.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
    let before = ground.store.rows();
    ground.handover.set(Handover::Refused);
    let step = begun.dispatch.start(NOW, ground.entropy());
    let (outcome, _) = ground.walk(step, &mut stepping::Fair);
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(ground.store.rows(), before);
}

#[test]
fn a_message_whose_account_is_gone_altogether_is_no_refusal() {
    let w = world();
    w.enroll();
    let begun = w.run(look_up("ana")).unwrap();
    for (row, _) in w.engine.store().rows() {
        w.engine.store().tamper(&row, None);
    }
    w.outbox.answer(Handover::Refused);
    assert_eq!(w.engine.deliver(begun.dispatch).unwrap(), Delivered::Nothing);
}

#[test]
fn the_convenience_delivers_what_was_issued_and_to_nobody_nothing() {
    let w = world();
    w.enroll();
    let begun: Begun = w.run(look_up("ana")).unwrap();
    assert!(w.outbox.all().is_empty(), "not before it is told to");
    assert_eq!(w.engine.deliver(begun.dispatch).unwrap(), Delivered::Sent);
    let nobody = w.run(look_up("eva")).unwrap();
    assert_eq!(w.engine.deliver(nobody.dispatch).unwrap(), Delivered::Nothing);
    assert_eq!(w.outbox.all().len(), 1);
    fn issues(_: impl Verb<Output = Begun>) {}
    issues(look_up("ana"));
}
