//! Links beside delivered codes: the session that asked finishes by them without typing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod common;
mod redeeming;

use common::*;
use pinbolt::{
    Channel, Refusal,
    driver::Error,
    op::{Begin, Cancel, Redeem, Resend},
    policy::{self, Purpose},
};
use redeeming::*;

#[test]
fn the_link_alone_finishes_in_the_session_that_asked() {
    let w = linked();
    w.enroll();
    let (_, link) = w.begin_by_link();
    let accepted = w.run(by_link(&link)).unwrap();
    assert_eq!((accepted.account(), accepted.purpose()), ("ana", BY_LINK));
    assert!(accepted.factors().code && !accepted.factors().link);
    assert_eq!(named(w.run(by_link(&link))), "AlreadyUsed");
}

#[test]
fn in_another_session_the_code_is_typed_where_it_was_asked_for() {
    let w = linked();
    w.enroll();
    let (challenge, link) = w.begin_by_link();
    let before = rows(&w);
    let elsewhere = Redeem { caller: OTHER_SESSION, ..by_link(&link) };
    assert_eq!(named(w.run(elsewhere)), "WrongSession");
    let another = Redeem { context: b"another text", ..by_link(&link) };
    assert_eq!(named(w.run(another)), "WrongSession");
    assert_eq!(rows(&w), before);
    let peeked = w.peek(&link, OTHER_SESSION).unwrap();
    assert!(!peeked.same_session && peeked.needs_code);
    let code = w.code();
    let finish = pinbolt::op::Finish { purpose: BY_LINK, ..finish(&challenge.handle, &code) };
    w.run(finish).unwrap();
    assert_eq!(named(w.run(by_link(&link))), "AlreadyUsed", "a code and its link are one");
}

#[test]
fn failure_24_a_scanner_burns_no_link() {
    let w = linked();
    w.enroll();
    let (challenge, link) = w.begin_by_link();
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    let before = rows(&w);
    for _ in 0..50 {
        for (caller, own) in [(CALLER, true), (OTHER_SESSION, false)] {
            let peeked = w.peek(&link, caller).unwrap();
            assert_eq!((&*peeked.purpose, peeked.expires), (BY_LINK, Some(challenge.expires)));
            assert_eq!((peeked.refusal, peeked.same_session), (None, own));
            let peeked = w.peek(&ticket.link, caller).unwrap();
            assert_eq!((&*peeked.purpose, peeked.expires), (DOSSIER, Some(ticket.expires)));
            assert_eq!((peeked.refusal, peeked.needs_code), (None, true));
            assert!(peeked.same_session);
        }
    }
    // Nor under a clock that was set back.
    w.clock.set(NOW - DAY);
    assert_eq!(w.peek(&link, CALLER).unwrap().refusal, Some(Refusal::Ended));
    w.clock.set(NOW);
    assert_eq!(rows(&w), before);
    w.run(by_link(&link)).unwrap();
    w.redeem(&ticket).unwrap();
}

#[test]
fn failure_15_links_end_as_their_codes_do() {
    let w = linked();
    w.enroll();
    let (old, link) = w.begin_by_link();
    w.clock.advance(30 * SECOND);
    let resend = Resend { handle: &old.handle, channel: Channel::Email, caller: CALLER };
    let new = w.sent(w.run(resend).unwrap());
    let newest = w.outbox.last().unwrap().link.unwrap();
    let superseded = Refusal::Superseded { newest: new.reference };
    assert_eq!(w.run(by_link(&link)).unwrap_err(), superseded);
    assert_eq!(w.peek(&link, CALLER).unwrap().refusal, Some(superseded));
    w.run(Cancel { handle: &new.handle, caller: CALLER }).unwrap();
    assert_eq!(named(w.run(by_link(&newest))), "Ended");
    w.clock.advance(MINUTE);
    let (last, link) = w.begin_by_link();
    w.clock.set(last.expires);
    assert_eq!(named(w.run(by_link(&link))), "Expired");
    assert_eq!(w.peek(&link, CALLER).unwrap().refusal, Some(Refusal::Expired));
    let (last, link) = w.begin_by_link();
    for _ in 0..5 {
        let typed = wrong(&w.code());
        w.run(pinbolt::op::Finish { purpose: BY_LINK, ..finish(&last.handle, &typed) })
            .unwrap_err();
    }
    assert_eq!(named(w.run(by_link(&link))), "TriesUsedUp");
}

#[test]
fn failure_16_a_code_sent_again_has_the_same_life_and_any_of_its_links_serves() {
    let again = Purpose::code(BY_LINK, &[Channel::Email]).link().resend(policy::Resend::Redeliver);
    let w = world_with(builder().purpose(again).build().unwrap());
    w.enroll();
    let (first, one) = w.begin_by_link();
    w.clock.advance(30 * SECOND);
    let resend = Resend { handle: &first.handle, channel: Channel::Email, caller: CALLER };
    w.sent(w.run(resend).unwrap());
    let two = w.outbox.last().unwrap().link.unwrap();
    assert_ne!(one, two);
    w.run(by_link(&one)).unwrap();
    assert_eq!(named(w.run(by_link(&two))), "AlreadyUsed");
}

#[test]
fn a_purpose_without_links_sends_none() {
    let w = linked();
    w.enroll();
    w.begin(look_up("ana")).unwrap();
    assert_eq!(w.outbox.last().unwrap().link, None);
    let (challenge, link) = w.begin_by_link();
    assert!(link.starts_with("l1.") && link.len() < 256 && link.is_ascii());
    assert_ne!(link[3..], challenge.handle[3..]);
    assert_eq!(named(w.run(by_link(&challenge.handle))), "UnknownLink");
    assert_eq!(named(w.finish(&link, &w.code())), "UnknownChallenge");
}

/// A policy that calls another thing by the same name honours no link of the old one.
#[test]
fn failure_19_a_link_ends_with_the_kind_of_its_purpose() {
    let w = linked();
    w.enroll();
    let (_, beside) = w.begin_by_link();
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    let swapped = builder()
        .purpose(Purpose::ticket(BY_LINK))
        .purpose(Purpose::code(DOSSIER, &[Channel::Email]).link());
    let bare =
        builder().purpose(Purpose::code(BY_LINK, &[Channel::Email])).purpose(Purpose::pin(DOSSIER));
    for policy in [swapped, bare] {
        let later = world_on(w.engine.store().clone(), policy.build().unwrap());
        for link in [&beside, &ticket.link] {
            assert_eq!(named(later.peek(link, CALLER)), "UnknownLink");
        }
        let of_ticket = Redeem { purpose: BY_LINK, code: Some(&ticket.code), ..by_link(&beside) };
        for redeem in [of_ticket, Redeem { purpose: DOSSIER, ..by_link(&ticket.link) }] {
            // Misuse, where the purpose has no links at all.
            match later.engine.run(redeem) {
                Err(Error::Refused(refusal)) => assert_eq!(refusal.name(), "UnknownLink"),
                Err(Error::Misuse(misuse)) => assert_eq!(misuse.name(), "WrongVerb"),
                other => panic!("{other:?}"),
            }
        }
    }
    w.run(by_link(&beside)).unwrap();
    w.redeem(&ticket).unwrap();
}

#[test]
fn law_7_nobodys_message_costs_a_link_too() {
    let w = linked();
    w.enroll();
    let begin = |name| Begin { purpose: BY_LINK, channel: Channel::Email, ..look_up(name) };
    let known = w.run(begin("ana")).unwrap();
    let unknown = w.run(begin("nobody")).unwrap();
    assert_eq!(known.challenge.handle.len(), unknown.challenge.handle.len());
    w.sent(unknown);
    assert_eq!(w.outbox.all().len(), 0);
}
