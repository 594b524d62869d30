//! Tickets: a link and an issued code that travel apart and are good only together.
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
    Assurance, Authenticator, Authority, Channel, EventKind, Lane, Misuse, Refusal,
    driver::Error,
    op::{
        Begin, Block, CancelAccount, CloseTicket, Confirm, Describe, Enroll, EnrollInactive,
        Evidence, IssueTicket, Outstanding, Redeem, ReleaseAddress, RememberDevice, Renew,
        ResetPin, SuspendAddress, Unblock, Verify,
    },
    policy::{Policy, Purpose, Uses},
};
use redeeming::*;

#[test]
fn link_and_code_together_activate_once() {
    let w = linked();
    w.enroll_inactive();
    let ticket = w.ticket("ana", ACTIVATE).unwrap();
    assert_eq!(ticket.expires, NOW + 14 * DAY);
    assert_eq!(named(w.verify("ana", PIN)), "WrongCredentials", "nothing passes before");
    let accepted = w.redeem(&ticket).unwrap();
    assert_eq!((accepted.account(), accepted.purpose()), ("ana", ACTIVATE));
    assert_eq!((accepted.lane(), accepted.assurance()), (Lane::FirstFactor, Assurance::OneFactor));
    let factors = accepted.factors();
    assert!(factors.link && factors.issued_code && !factors.pin && !factors.code);
    assert_eq!(accepted.session(), b"session 1");
    assert_eq!(named(w.redeem(&ticket)), "AlreadyUsed");
    // Its proof sets the PIN, and the address names the account from now on.
    let authority = Authority::from(accepted);
    w.run(ResetPin { account: "ana", new: "604281", authority }).unwrap();
    w.verify(EMAIL, "604281").unwrap();
    let described = w.run(Describe { account: "ana" }).unwrap();
    assert!(!described.inactive && described.addresses[0].bound.is_some());
    let kinds: Vec<EventKind> = described.events.iter().map(|event| event.kind).collect();
    for kind in [EventKind::TicketIssued, EventKind::TicketRedeemed, EventKind::Activated] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
}

#[test]
fn a_ticket_stays_open_until_it_is_closed() {
    let w = linked();
    w.enroll();
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    for _ in 0..3 {
        w.clock.advance(DAY);
        assert_eq!(w.redeem(&ticket).unwrap().purpose(), DOSSIER);
    }
    let other = Redeem { caller: OTHER_SESSION, ..redeem(&ticket) };
    assert_eq!(w.run(other).unwrap().session(), b"session 2", "a ticket is of no session");
    w.close(DOSSIER);
    assert_eq!(named(w.redeem(&ticket)), "Ended");
    w.close(DOSSIER);
}

#[test]
fn closing_takes_an_operator_or_the_persons_own_proof_of_two_factors() {
    let w = linked();
    w.enroll();
    w.enroll_as("eva", &["eva@example.org"]);
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    let close = |proof| {
        let authority = Authority::from(proof);
        named(w.run(CloseTicket { account: "ana", purpose: DOSSIER, authority }))
    };
    let pin = || w.verify("ana", PIN).unwrap();
    assert_eq!(close(pin()), "NotAuthorized", "one factor");
    assert_eq!(close(w.redeem(&ticket).unwrap()), "NotAuthorized", "the ticket itself");
    let begin =
        Begin { purpose: SIGN_IN, pin: Some(PIN), channel: Channel::Email, ..look_up("eva") };
    let challenge = w.begin(begin).unwrap();
    let other = w.finish(&challenge.handle, &w.code()).unwrap();
    assert_eq!(close(other), "NotAuthorized", "another's");
    w.redeem(&ticket).unwrap();
    assert_eq!(close(w.sign_in().unwrap()), "granted");
    assert_eq!(named(w.redeem(&ticket)), "Ended");
    let events = w.run(Describe { account: "ana" }).unwrap().events;
    let by_proof = events.iter().rfind(|event| event.kind == EventKind::TicketClosed).unwrap();
    assert_eq!((by_proof.purpose.as_deref(), &by_proof.operator), (Some(DOSSIER), &None));
    w.close(DOSSIER);
    let events = w.run(Describe { account: "ana" }).unwrap().events;
    let by_desk = events.iter().rfind(|event| event.kind == EventKind::TicketClosed).unwrap();
    assert_eq!(by_desk.operator, Some(operator()), "who and why");
}

#[test]
fn failure_17_a_ticket_ends_at_its_expiry() {
    for purpose in [ACTIVATE, DOSSIER] {
        let w = linked();
        w.enroll();
        let ticket = w.ticket("ana", purpose).unwrap();
        w.clock.set(ticket.expires - 1);
        assert_eq!(w.peek(&ticket.link, CALLER).unwrap().refusal, None);
        w.clock.set(ticket.expires);
        assert_eq!(named(w.redeem(&ticket)), "Expired");
        assert_eq!(w.peek(&ticket.link, CALLER).unwrap().refusal, Some(Refusal::Expired));
        let late = w.ticket("ana", purpose).unwrap();
        w.clock.set(late.expires - 1);
        w.redeem(&late).unwrap();
    }
}

#[test]
fn failure_15_issuing_anew_ends_the_pair() {
    for purpose in [ACTIVATE, DOSSIER] {
        let w = linked();
        w.enroll();
        let old = w.ticket("ana", purpose).unwrap();
        let new = w.ticket("ana", purpose).unwrap();
        let superseded = w.redeem(&old).unwrap_err();
        let newest = w.outbox.last().unwrap().reference;
        assert_eq!(superseded, Refusal::Superseded { newest });
        // The letter of the older with the message of the newer: said so, and not counted.
        let mixed = Ticket { code: old.code.clone(), ..new.clone() };
        assert_eq!(w.redeem(&mixed).unwrap_err(), Refusal::Superseded { newest });
        let mixed = Ticket { link: old.link.clone(), ..new.clone() };
        assert_eq!(named(w.redeem(&mixed)), "Superseded");
        w.redeem(&new).unwrap();
        let ledgers = w.run(Describe { account: "ana" }).unwrap().ledgers;
        assert_eq!(ledgers, [], "nothing was counted as a failure");
    }
}

#[test]
fn wrong_codes_are_counted_in_sum_and_use_nothing_up() {
    let w = linked();
    w.enroll();
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    let wrong = Ticket { code: wrong_code(&ticket.code), ..ticket.clone() };
    for left in [4, 3] {
        assert_eq!(w.redeem(&wrong).unwrap_err(), Refusal::WrongCode { tries_left: left });
    }
    let counted = || {
        let ledgers = w.run(Describe { account: "ana" }).unwrap().ledgers;
        let of = |l: &&pinbolt::op::LedgerState| l.authenticator == Authenticator::ISSUED_CODE;
        ledgers.iter().find(of).map_or(0, |ledger| ledger.failures)
    };
    assert_eq!(counted(), 2);
    w.redeem(&ticket).unwrap();
    assert_eq!(counted(), 0, "law 6");
    for left in [2, 1, 0] {
        assert_eq!(w.redeem(&wrong).unwrap_err(), Refusal::WrongCode { tries_left: left });
    }
    assert_eq!(named(w.redeem(&ticket)), "TriesUsedUp");
    assert_eq!(w.peek(&ticket.link, CALLER).unwrap().refusal, Some(Refusal::TriesUsedUp));
}

#[test]
fn failure_04_new_tickets_give_no_guesses_back() {
    let w = linked();
    w.enroll();
    let (mut wrongs, mut waits) = (0, 0);
    for _ in 0..40 {
        let ticket = w.ticket("ana", DOSSIER).unwrap();
        let wrong = Ticket { code: wrong_code(&ticket.code), ..ticket.clone() };
        for _ in 0..5 {
            match w.redeem(&wrong).unwrap_err() {
                Refusal::WrongCode { .. } => wrongs += 1,
                Refusal::Waiting { until } => {
                    // The right code waits, too.
                    assert_eq!(w.redeem(&ticket).unwrap_err(), Refusal::Waiting { until });
                    waits += 1;
                    w.clock.set(until);
                }
                other => panic!("{other}"),
            }
        }
        w.clock.advance(HOUR);
    }
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    assert_eq!(named(w.redeem(&ticket)), "WrongCode", "disabled after 20, to strangers no news");
    assert!(wrongs >= 20 && waits > 0);
}

#[test]
fn without_the_code_nothing_is_written() {
    let w = linked();
    w.enroll();
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    let before = rows(&w);
    let refused = |code, name| {
        let redeem = Redeem { code, ..redeem(&ticket) };
        assert_eq!(named(w.run(redeem)), name);
    };
    refused(None, "CodeNeeded");
    for malformed in ["", " ", "1234567", "123456789", "1234567U", "１２３４５６７８"] {
        refused(Some(malformed), "Malformed");
    }
    let elsewhere = Redeem { context: b"another matter", ..redeem(&ticket) };
    assert_eq!(named(w.run(elsewhere)), "WrongSession");
    for link in ["", "l1.", &ticket.link[..ticket.link.len() - 1], &ticket.code] {
        assert_eq!(named(w.run(Redeem { link, ..redeem(&ticket) })), "UnknownLink");
    }
    assert_eq!(rows(&w), before);
    let typed = ticket.code.to_lowercase().replace('-', " ");
    w.run(Redeem { code: Some(&typed), ..redeem(&ticket) }).unwrap();
}

#[test]
fn without_an_address_the_link_is_handed_out() {
    let w = linked();
    w.run(Enroll { account: "ana", pin: None, addresses: &[], asserted_by: None }).unwrap();
    let issue = IssueTicket { address: None, context: b"dossier 5", ..ticket_for("ana", DOSSIER) };
    let issued = w.run(issue).unwrap();
    let (code, link) = (issued.code().to_owned(), issued.link().unwrap().to_owned());
    assert_eq!((code.len(), code.matches('-').count()), (9, 1));
    let delivered = w.engine.deliver(issued.dispatch).unwrap();
    assert_eq!((delivered, w.outbox.all().len()), (pinbolt::op::Delivered::Nothing, 0));
    let ticket = Ticket { purpose: DOSSIER, code, link, expires: 0 };
    assert_eq!(named(w.redeem(&ticket)), "WrongSession", "of another context");
    w.run(Redeem { context: b"dossier 5", ..redeem(&ticket) }).unwrap();
}

#[test]
fn failure_20_what_a_ticket_rests_on_ends_it() {
    let w = linked();
    w.enroll();
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    w.run(Block { account: "ana", operator: operator() }).unwrap();
    assert_eq!(named(w.redeem(&ticket)), "Ended");
    assert_eq!(named(w.ticket("ana", DOSSIER)), "Blocked");
    w.run(Unblock { account: "ana", operator: operator() }).unwrap();
    assert_eq!(named(w.redeem(&ticket)), "Ended", "a block ends it for good");
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
    assert_eq!(named(w.redeem(&ticket)), "Ended");
    assert_eq!(named(w.ticket("ana", DOSSIER)), "UnknownAccount");
    w.enroll();
    assert_eq!(named(w.redeem(&ticket)), "UnknownLink", "of who had the id before");
}

#[test]
fn failure_20_a_ticket_ends_when_its_address_leaves() {
    let w = world_with(with_links().set("address.cooling", 24).unwrap().build().unwrap());
    w.enroll();
    let issued_before = w.ticket("ana", DOSSIER).unwrap();
    let (authority, replaces) = (by_operator(), Some(EMAIL));
    let change =
        Confirm { account: "ana", address: "new@example.com", replaces, authority, caller: CALLER };
    let challenge = w.sent(w.run(change).unwrap());
    w.finish(&challenge.handle, &w.code()).unwrap();
    assert_eq!(named(w.redeem(&issued_before)), "Ended", "a change ends what is outstanding");
    // The old address is in force for a day more, and so is what is sent there.
    let late = w.ticket("ana", DOSSIER).unwrap();
    w.clock.advance(DAY - 1);
    w.redeem(&late).unwrap();
    w.clock.advance(1);
    assert_eq!(named(w.redeem(&late)), "Ended");
    assert_eq!(w.peek(&late.link, CALLER).unwrap().refusal, Some(Refusal::Ended));
    assert_eq!(named(w.ticket("ana", DOSSIER)), "UnknownAddress");
}

#[test]
fn failure_20_a_suspended_or_released_address_ends_its_tickets() {
    for release in [false, true] {
        let w = linked();
        w.enroll();
        let (sent, kept) = (w.ticket("ana", DOSSIER).unwrap(), w.ticket("ana", ACTIVATE).unwrap());
        let (_, link) = w.begin_by_link();
        if release {
            let authority = by_operator();
            drop(w.run(ReleaseAddress { account: "ana", address: EMAIL, authority }).unwrap());
        } else {
            let suspend = SuspendAddress { address: EMAIL, account: None, operator: operator() };
            assert_eq!(w.run(suspend).unwrap(), ["ana"]);
        }
        for ticket in [&sent, &kept] {
            assert_eq!(named(w.redeem(ticket)), "Ended");
            assert_eq!(named(w.ticket("ana", ticket.purpose)), "UnknownAddress");
        }
        assert_eq!(named(w.run(by_link(&link))), "Ended");
    }
}

#[test]
fn failure_39_an_activation_that_brings_a_second_address_ends_what_is_outstanding() {
    let w = linked();
    w.enroll_as("ana", &[PHONE]);
    w.confirm("ana", EMAIL).unwrap();
    let dossier = w.run(IssueTicket { address: None, ..ticket_for("ana", DOSSIER) }).unwrap();
    let (link, code) = (dossier.link().unwrap().to_owned(), dossier.code().to_owned());
    let dossier = Ticket { purpose: DOSSIER, code, link, expires: 0 };
    let challenge = w.begin(look_up("ana")).unwrap();
    let code = w.code();
    let ticket = w.ticket("ana", ACTIVATE).unwrap();
    w.redeem(&ticket).unwrap();
    assert_eq!(named(w.finish(&challenge.handle, &code)), "Ended");
    assert_eq!(named(w.redeem(&dossier)), "Ended");
    assert_eq!(named(w.redeem(&ticket)), "AlreadyUsed");
}

#[test]
fn the_address_must_be_the_accounts() {
    let w = linked();
    w.enroll_inactive();
    let to = |address, purpose| {
        named(w.run(IssueTicket { address: Some(address), ..ticket_for("ana", purpose) }))
    };
    assert_eq!(to("eva@example.org", ACTIVATE), "UnknownAddress");
    assert_eq!(to("nonsense@", ACTIVATE), "Malformed");
    assert_eq!(to(EMAIL, DOSSIER), "UnknownAddress", "a candidate gets activations alone");
    assert_eq!(to(EMAIL, ACTIVATE), "granted");
}

#[test]
fn an_inactive_account_passes_nowhere() {
    for hide in [1, 0] {
        let w = world_with(with_links().set("accounts.hide", hide).unwrap().build().unwrap());
        let enroll = Enroll {
            account: "ana",
            pin: Some(PIN),
            addresses: &[PHONE, EMAIL],
            asserted_by: Some(operator()),
        };
        assert_eq!(w.run(EnrollInactive(enroll)).unwrap().bound, 2);
        let verified = if hide == 1 { "WrongCredentials" } else { "Inactive" };
        assert_eq!(named(w.verify("ana", PIN)), verified);
        assert_eq!(named(w.begin_by(PHONE, PIN)), verified);
        let sent = w.outbox.all().len();
        let begun = if hide == 1 { "granted" } else { "Inactive" };
        assert_eq!(named(w.begin(look_up("ana"))), begun);
        assert_eq!(w.outbox.all().len(), sent, "a phantom");
        assert_eq!(named(w.confirm("ana", "eva@example.org")), "NotAuthorized");
        let ticket = w.ticket("ana", DOSSIER).unwrap();
        assert_eq!(named(w.redeem(&ticket)), "Inactive");
        // A block is apart from it.
        w.run(Block { account: "ana", operator: operator() }).unwrap();
        w.run(Unblock { account: "ana", operator: operator() }).unwrap();
        assert_eq!(named(w.verify("ana", PIN)), verified);
        assert!(w.run(Describe { account: "ana" }).unwrap().inactive);
        let ticket = w.ticket("ana", ACTIVATE).unwrap();
        w.redeem(&ticket).unwrap();
        w.verify("ana", PIN).unwrap();
    }
}

#[test]
fn an_address_that_somebody_took_meanwhile_costs_no_ticket() {
    let w = linked();
    w.enroll_inactive();
    let ticket = w.ticket("ana", ACTIVATE).unwrap();
    w.enroll_as("eva", &[EMAIL]);
    assert_eq!(named(w.redeem(&ticket)), "AddressTaken");
    assert_eq!(named(w.verify("ana", PIN)), "WrongCredentials", "still inactive");
    w.run(CancelAccount { account: "eva", authority: by_operator() }).unwrap();
    w.redeem(&ticket).unwrap();
    w.verify(EMAIL, PIN).unwrap();
}

#[test]
fn a_known_device_renews_no_ticket() {
    let w = linked();
    w.enroll();
    let proof = w.sign_in().unwrap();
    let remember = RememberDevice { account: "ana", label: "laptop", proof: proof.into() };
    let token = w.run(remember).unwrap().token().to_owned();
    let caller = CALLER.device(&token);
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    w.clock.advance(HOUR);
    assert_eq!(w.run(Outstanding { account: "ana", caller }).unwrap(), []);
    let renew = Renew { account: "ana", purpose: DOSSIER, caller };
    assert_eq!(named(w.run(renew)), "UnknownChallenge");
    w.run(Redeem { caller, ..redeem(&ticket) }).unwrap();
}

#[test]
fn other_verbs_take_no_tickets_and_these_no_other_purposes() {
    let w = linked();
    w.enroll();
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    let misuse = |error: Error| match error {
        Error::Misuse(misuse) => misuse,
        other => panic!("{other}"),
    };
    let verify = Verify { purpose: DOSSIER, evidence: Evidence::default(), ..verify("ana", PIN) };
    assert_eq!(misuse(w.engine.run(verify).unwrap_err()), Misuse::WrongVerb);
    let begin = Begin { purpose: ACTIVATE, ..look_up("ana") };
    assert_eq!(misuse(w.engine.run(begin).unwrap_err()), Misuse::WrongVerb);
    let finish = pinbolt::op::Finish { purpose: DOSSIER, ..finish(&ticket.link, "123456") };
    assert_eq!(misuse(w.engine.run(finish).unwrap_err()), Misuse::WrongVerb);
    for (purpose, expected) in [
        ("nowhere", Misuse::UnknownPurpose),
        ("pinbolt:confirm-email", Misuse::UnknownPurpose),
        (SIGN_IN, Misuse::NotATicket),
    ] {
        assert_eq!(misuse(w.engine.run(ticket_for("ana", purpose)).unwrap_err()), expected);
        let close = CloseTicket { account: "ana", purpose, authority: by_operator() };
        assert_eq!(misuse(w.engine.run(close).unwrap_err()), expected);
    }
    let misused = |redeem| misuse(w.engine.run(redeem).unwrap_err());
    assert_eq!(misused(Redeem { purpose: SIGN_IN, ..redeem(&ticket) }), Misuse::WrongVerb);
    assert_eq!(misused(Redeem { purpose: BY_LINK, ..redeem(&ticket) }), Misuse::EvidenceUnasked);
    assert_eq!(named(w.run(by_link(&ticket.link))), "UnknownLink");
    let other = Redeem { purpose: ACTIVATE, ..redeem(&ticket) };
    assert_eq!(named(w.run(other)), "UnknownLink");
}

#[test]
fn a_policy_has_no_halves_of_tickets() {
    let built = |purpose| Policy::builder().purpose(purpose).build();
    for bad in [
        Purpose::ticket("t").and_otp(),
        Purpose::activation("t").and_recovery_code(),
        Purpose::ticket("t").link(),
        Purpose::pin("t").link(),
    ] {
        assert_eq!(built(bad).unwrap_err().path(), "t");
    }
    let linked = Purpose::pin_and_code("t", &[Channel::Email]).link();
    assert!(linked.links() && linked.uses().is_none() && built(linked).is_ok());
    assert_eq!(Purpose::activation("t").uses(), Some(Uses::Once));
    assert_eq!(Purpose::ticket("t").uses(), Some(Uses::UntilClosed));
}

#[test]
fn tickets_to_one_address_are_bounded() {
    let w = world_with(with_links().build().unwrap());
    w.enroll_inactive();
    for _ in 0..3 {
        w.ticket("ana", ACTIVATE).unwrap();
    }
    assert_eq!(named(w.ticket("ana", ACTIVATE)), "Throttled");
}

#[test]
fn failure_33_a_clock_set_back_ends_tickets() {
    let w = linked();
    w.enroll();
    let ticket = w.ticket("ana", DOSSIER).unwrap();
    w.clock.set(NOW - HOUR);
    assert_eq!(named(w.redeem(&ticket)), "Ended");
    w.clock.set(NOW + MINUTE);
    assert_eq!(named(w.redeem(&ticket)), "Ended");
}
