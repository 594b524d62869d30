//! Holes that were found in the life of a registration (addresses, tickets, devices, proofs), each
//! by the attack that went through it.
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
    Accepted, Authority, Caller, Channel, Pinbolt, Policy, Refusal,
    driver::Error,
    op::{
        Begin, Block, CONFIRM, CancelAccount, ChangePin, CloseTicket, Confirm, Describe, Enroll,
        EnrollInactive, Evidence, Finish, IssueTicket, Outstanding, Redeem, ReleaseAddress,
        RememberDevice, Renew, Resend, ResetPin, SuspendAddress, TokenKind, Unblock,
    },
    policy::{Builder, Purpose},
    testkit::MemoryStore,
};
use redeeming::*;

const NEW: &str = "+351912000369";
const PUSH: &str = "@push:installation-1";
const PUSH_2: &str = "@push:installation-2";

fn push() -> Channel {
    Channel::own("push").unwrap()
}

/// Cooling-off and limits at their defaults; a channel of its own, tokens, tickets.
fn all() -> Builder {
    strict()
        .purpose(Purpose::code("approve", &[push()]))
        .purpose(Purpose::pin("pin-otp").and_otp().authorizes())
        .purpose(Purpose::activation(ACTIVATE))
        .purpose(Purpose::ticket(DOSSIER))
        .purpose(Purpose::ticket("desk").authorizes())
}

fn built(builder: Builder) -> Policy {
    builder.build().unwrap()
}

fn to(w: &World<MemoryStore>) -> Vec<String> {
    w.outbox.all().into_iter().map(|message| message.to).collect()
}

fn confirm_of<'a>(
    address: &'a str,
    replaces: Option<&'a str>,
    authority: Authority,
) -> Confirm<'a> {
    Confirm { account: "ana", address, replaces, authority, caller: CALLER }
}

fn confirmed(w: &World<MemoryStore>, confirm: Confirm<'_>) -> Result<Accepted, Refusal> {
    let challenge = w.run(confirm).map(|begun| w.sent(begun))?;
    w.run(Finish { purpose: CONFIRM, ..finish(&challenge.handle, &w.code()) })
}

/// A proof by PIN and token, as a thief has it who has both.
fn by_token(w: &World<MemoryStore>, counter: u64) -> Accepted {
    let code = otp(counter);
    let evidence = Evidence::pin(PIN).and_otp(&code);
    w.run(verify_by("ana", "pin-otp", evidence)).unwrap()
}

fn counted(w: &World<MemoryStore>) {
    w.run(standing(TokenKind::Hotp { counter: 0 })).unwrap();
}

fn issue<'a>(purpose: &'a str, address: Option<&'a str>) -> IssueTicket<'a> {
    IssueTicket { account: "ana", purpose, address, context: b"", operator: operator() }
}

/// The link of the last message and the code told.
fn ticket(w: &World<MemoryStore>, issue: IssueTicket<'_>) -> (String, String) {
    let issued = w.run(issue).unwrap();
    let (code, link) = (String::from(issued.code()), issued.link().map(String::from));
    w.engine.deliver(issued.dispatch).unwrap();
    (link.unwrap_or_else(|| w.outbox.last().unwrap().link.unwrap()), code)
}

fn redeemed<'a>(purpose: &'a str, (link, code): &'a (String, String)) -> Redeem<'a> {
    Redeem { purpose, link, code: Some(code), caller: CALLER, context: b"" }
}

#[test]
fn a_notice_reaches_a_channel_of_ones_own() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PUSH]);
    w.run(confirm_of(EMAIL, None, by_operator())).map(|begun| w.sent(begun)).unwrap();
    let notice = &w.outbox.all()[0];
    assert_eq!((notice.channel, notice.to.as_str()), (push(), "installation-1"));
}

#[test]
fn a_resend_tells_the_owner_where_the_first_dispatch_was_lost() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    // A crash, or a request dropped, between the answer and the dispatch.
    let challenge = w.run(confirm_of(NEW, Some(PHONE), by_operator())).unwrap().challenge;
    w.clock.advance(MINUTE);
    let resend = Resend { handle: &challenge.handle, channel: Channel::Sms, caller: CALLER };
    let challenge = w.run(resend).map(|begun| w.sent(begun)).unwrap();
    w.run(Finish { purpose: CONFIRM, ..finish(&challenge.handle, &w.code()) }).unwrap();
    assert_eq!(to(&w), [PHONE, EMAIL, NEW], "the change stands; were its owners told?");
}

#[test]
fn who_gives_all_up_and_sits_it_out_is_told_of() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    counted(&w);
    for (counter, address) in [PHONE, EMAIL].into_iter().enumerate() {
        let authority = by_token(&w, counter as u64).into();
        w.run(ReleaseAddress { account: "ana", address, authority }).unwrap();
    }
    w.clock.advance(DAY);
    let proof = by_token(&w, 2);
    confirmed(&w, confirm_of(NEW, None, proof.into())).unwrap();
    let in_force = w.verify(NEW, PIN).is_ok();
    assert!(
        to(&w).iter().any(|to| to == PHONE || to == EMAIL) && !in_force,
        "in force: {in_force}; told: {:?}",
        to(&w)
    );
}

#[test]
fn a_candidate_from_enrolment_waits_years_later() {
    let w = world_with(built(all()));
    let addresses = &[PHONE, EMAIL];
    w.run(Enroll { account: "ana", pin: Some(PIN), addresses, asserted_by: None }).unwrap();
    confirmed(&w, confirm_of(PHONE, None, by_operator())).unwrap();
    counted(&w);
    w.clock.advance(3 * 365 * DAY);
    let before = w.outbox.all().len();
    let proof = by_token(&w, 0);
    confirmed(&w, confirm_of(EMAIL, Some(PHONE), proof.into())).unwrap();
    assert!(w.verify(PHONE, PIN).is_ok(), "the phone left at once, told: {:?}", &to(&w)[before..]);
}

#[test]
fn another_account_cannot_use_up_what_activations_are_sent_by() {
    let w = world_with(built(all()));
    w.enroll_as("eva", &["+351912000951", "eva@example.com"]);
    let addresses = &[EMAIL];
    let ana = Enroll { account: "ana", pin: None, addresses, asserted_by: None };
    w.run(EnrollInactive(ana)).unwrap();
    // Eva, who is nobody to ana, names ana's address as her own, as often as she may.
    for _ in 0..3 {
        let challenge = w.begin_by("eva", PIN).unwrap();
        let proof = w.finish(&challenge.handle, &w.code()).unwrap();
        let confirm = Confirm {
            account: "eva",
            address: EMAIL,
            replaces: None,
            authority: proof.into(),
            caller: CALLER,
        };
        w.run(confirm).map(|begun| w.sent(begun)).unwrap();
        w.clock.advance(15 * MINUTE);
    }
    assert_eq!(named(w.run(issue(ACTIVATE, Some(EMAIL)))), "granted");
}

#[test]
fn a_tickets_link_dies_with_the_own_address_it_went_to() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, PUSH]);
    confirmed(&w, confirm_of(PUSH_2, Some(PUSH), by_operator())).unwrap();
    let held = ticket(&w, issue(DOSSIER, Some(PUSH)));
    w.clock.advance(DAY);
    assert_eq!(named(w.run(redeemed(DOSSIER, &held))), "Ended");
}

#[test]
fn a_tickets_link_dies_with_the_mailbox_it_went_to() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    confirmed(&w, confirm_of("ana@example.org", Some(EMAIL), by_operator())).unwrap();
    let held = ticket(&w, issue(DOSSIER, Some(EMAIL)));
    w.clock.advance(DAY);
    match w.engine.run(redeemed(DOSSIER, &held)) {
        Err(Error::Refused(Refusal::Ended)) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_activation_by_an_own_channel_authorizes() {
    let w = world_with(built(all()));
    let addresses = &[PUSH];
    let ana = Enroll { account: "ana", pin: None, addresses, asserted_by: None };
    w.run(EnrollInactive(ana)).unwrap();
    let held = ticket(&w, issue(ACTIVATE, Some(PUSH)));
    let authority = w.run(redeemed(ACTIVATE, &held)).unwrap().into();
    assert_eq!(named(w.run(ResetPin { account: "ana", new: PIN, authority })), "granted");
}

#[test]
fn a_proof_of_an_ended_account_is_nothing_to_the_next_of_its_id() {
    let w = world_with(built(all()));
    let plain = || Enroll { account: "ana", pin: None, addresses: &[], asserted_by: None };
    w.run(plain()).unwrap();
    let held = ticket(&w, issue("desk", None));
    let proof = w.run(redeemed("desk", &held)).unwrap();
    // The next minute and a half is served by a machine whose clock is two minutes behind.
    w.clock.set(NOW - 100 * SECOND);
    w.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
    w.clock.advance(MINUTE);
    w.run(plain()).unwrap();
    let reset = ResetPin { account: "ana", new: PIN, authority: proof.into() };
    assert_eq!(named(w.run(reset)), "NotAuthorized");
}

#[test]
fn a_proof_from_before_a_block_stays_dead_after_it() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE]);
    let proof = w.sign_in().unwrap();
    w.run(Block { account: "ana", operator: operator() }).unwrap();
    w.run(Unblock { account: "ana", operator: operator() }).unwrap();
    let release = ReleaseAddress { account: "ana", address: PHONE, authority: proof.into() };
    assert_eq!(named(w.run(release)), "NotAuthorized");
}

#[test]
fn a_change_of_address_under_way_ends_with_the_pin_that_asked_for_it() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    let proof = w.sign_in().unwrap();
    let challenge = w.run(confirm_of(NEW, Some(PHONE), proof.into())).map(|b| w.sent(b)).unwrap();
    let code = w.code();
    let change = ChangePin { account: "ana", old: PIN, new: "604281", caller: OTHER_SESSION };
    w.run(change).unwrap();
    let finish = Finish { purpose: CONFIRM, ..finish(&challenge.handle, &code) };
    assert_eq!(named(w.run(finish)), "Ended");
}

#[test]
fn a_renewed_code_goes_nowhere_where_its_address_has_left() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    let proof = w.sign_in().unwrap();
    let device = w.run(RememberDevice { account: "ana", label: "", proof: proof.into() }).unwrap();
    let token = String::from(device.token());
    w.clock.advance(10 * MINUTE);
    confirmed(&w, confirm_of(NEW, Some(PHONE), by_operator())).unwrap();
    w.clock.advance(DAY - MINUTE);
    w.begin(look_up("ana")).unwrap();
    w.clock.advance(2 * MINUTE);
    let before = w.outbox.all().len();
    let caller = Caller::new(b"the app").device(&token);
    let shown = w.run(Outstanding { account: "ana", caller }).unwrap();
    let renewed = w.run(Renew { account: "ana", purpose: "look-up", caller }).map(|b| w.sent(b));
    let sent = &to(&w)[before..];
    assert!(shown.is_empty() && renewed.is_err(), "outstanding: {shown:?}; sent to {sent:?}");
}

/// The same store under another policy.
fn under(w: &World<MemoryStore>, store: &MemoryStore, builder: Builder) -> World<MemoryStore> {
    let other = world_of(store.clone(), Pinbolt::open(keys(), built(builder), "tests").unwrap());
    other.clock.set(w.clock_now());
    other
}

#[test]
fn a_ticket_whose_purpose_now_sends_codes_does_not_keep_strangers_out() {
    let store = MemoryStore::new();
    let w = world_on(store.clone(), built(builder().purpose(Purpose::ticket("matter"))));
    w.enroll_as("ana", &[PHONE]);
    drop(ticket(&w, issue("matter", None)));
    let w = under(&w, &store, builder().purpose(Purpose::code("matter", &[Channel::Sms])));
    w.clock.advance(HOUR);
    w.begin(Begin { purpose: "matter", ..look_up("ana") }).unwrap();
    assert_eq!(to(&w), [PHONE]);
}

#[test]
fn a_ticket_is_no_activation_because_the_policy_changed() {
    let store = MemoryStore::new();
    let w = world_on(store.clone(), built(builder().purpose(Purpose::ticket("matter"))));
    w.enroll_as("ana", &[PHONE]);
    let held = ticket(&w, issue("matter", None));
    let w = under(&w, &store, builder().purpose(Purpose::activation("matter")));
    let twice = [(); 2].map(|()| w.run(redeemed("matter", &held)));
    let [first, second] = twice;
    assert!(second.is_err(), "an activation is good once");
    if let Ok(proof) = first {
        let authority = Authority::from(proof);
        assert_eq!(
            named(w.run(ResetPin { account: "ana", new: "604281", authority })),
            "NotAuthorized"
        );
    }
}

#[test]
fn a_code_on_a_channel_that_the_purpose_lost_proves_nothing() {
    let store = MemoryStore::new();
    let pay = |channels: &[Channel]| builder().purpose(Purpose::pin_and_code("pay", channels));
    let w = world_on(store.clone(), built(pay(&[Channel::Sms, Channel::Email])));
    w.enroll();
    let begin = Begin { purpose: "pay", pin: Some(PIN), ..look_up("ana") };
    let challenge = w.begin(Begin { channel: Channel::Email, ..begin }).unwrap();
    let code = w.code();
    let w = under(&w, &store, pay(&[Channel::Sms]));
    let finish = Finish { purpose: "pay", ..finish(&challenge.handle, &code) };
    assert_eq!(named(w.run(finish)), "Ended");
}

#[test]
fn two_set_backs_make_no_change_wait_longer_than_it_may() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    confirmed(&w, confirm_of(NEW, Some(PHONE), by_operator())).unwrap();
    for hours in [12, 20] {
        w.clock.set(NOW + hours * HOUR);
        drop(w.verify("ana", PIN));
        w.clock.set(NOW + hours * HOUR - 3 * MINUTE);
        drop(w.verify("ana", PIN));
    }
    let shown = w.run(Describe { account: "ana" }).unwrap().addresses;
    let from = shown.iter().filter_map(|held| held.from).max().unwrap();
    assert!(from - w.clock_now() <= DAY, "{} hours more", (from - w.clock_now()) / HOUR);
}

#[test]
fn an_activation_that_adds_an_address_is_told_of() {
    let w = world_with(built(all()));
    let addresses = &[PHONE, EMAIL];
    w.run(Enroll { account: "ana", pin: Some(PIN), addresses, asserted_by: None }).unwrap();
    confirmed(&w, confirm_of(PHONE, None, by_operator())).unwrap();
    w.clock.advance(365 * DAY);
    let before = w.outbox.all().len();
    let held = ticket(&w, issue(ACTIVATE, Some(EMAIL)));
    w.run(redeemed(ACTIVATE, &held)).unwrap();
    assert_eq!(to(&w)[before..], [PHONE, EMAIL]);
}

#[test]
fn a_tickets_proof_ends_with_the_ticket() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE]);
    let held = ticket(&w, issue("desk", None));
    let proof = w.run(redeemed("desk", &held)).unwrap();
    w.run(CloseTicket { account: "ana", purpose: "desk", authority: by_operator() }).unwrap();
    let reset = ResetPin { account: "ana", new: "604281", authority: proof.into() };
    assert_eq!(named(w.run(reset)), "NotAuthorized");
}

#[test]
fn what_the_owner_does_on_a_known_device_shows_no_stranger_anything() {
    let answers = |name: &str| {
        let w = world_with(built(all()));
        w.enroll_as("ana", &[PHONE]);
        let proof = w.sign_in().unwrap();
        let device =
            w.run(RememberDevice { account: "ana", label: "", proof: proof.into() }).unwrap();
        let owner = Caller::new(b"the owner").device(device.token());
        w.clock.advance(DAY);
        for _ in 0..4 {
            w.begin(Begin { caller: owner, purpose: SIGN_IN, pin: Some(PIN), ..look_up("ana") })
                .unwrap();
            w.clock.advance(5 * MINUTE);
        }
        let stranger = Caller::new(b"a stranger");
        [(); 3].map(|()| {
            w.clock.advance(5 * MINUTE);
            named(w.run(Begin { caller: stranger, ..look_up(name) }))
        })
    };
    assert_eq!(answers("ana"), answers("nobody"));
}

#[test]
fn a_blocked_account_says_so_where_accounts_are_not_hidden() {
    let w = world_with(built(all().set("accounts.hide", 0).unwrap()));
    w.enroll_as("ana", &[PHONE]);
    w.run(Block { account: "ana", operator: operator() }).unwrap();
    assert_eq!(named(w.run(look_up("ana"))), "Blocked");
}

#[test]
fn a_link_redeemed_late_proves_what_was_received_then() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[EMAIL]);
    let held = ticket(&w, issue(DOSSIER, Some(EMAIL)));
    w.clock.advance(13 * DAY);
    w.run(redeemed(DOSSIER, &held)).unwrap();
    let shown = w.run(Describe { account: "ana" }).unwrap().addresses;
    assert_eq!(shown[0].proven, Some(NOW), "a link of two weeks ago is no receipt of today");
}

#[test]
fn a_thief_need_not_be_in_a_hurry_because_the_only_number_was_suspended() {
    for gives_up in [false, true] {
        let w = world_with(built(all()));
        w.enroll_as("ana", &[PHONE]);
        counted(&w);
        w.run(SuspendAddress { address: PHONE, account: None, operator: operator() }).unwrap();
        let mut replaces = Some(PHONE);
        if gives_up {
            let authority = by_token(&w, 0).into();
            w.run(ReleaseAddress { account: "ana", address: PHONE, authority }).unwrap();
            replaces = None;
        }
        let proof = by_token(&w, 1);
        confirmed(&w, confirm_of(NEW, replaces, proof.into())).unwrap();
        assert!(w.verify(NEW, PIN).is_err(), "in force at once; given up: {gives_up}");
    }
}

#[test]
fn law_1_a_right_tickets_code_shows_nothing_before_a_write() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[EMAIL]);
    // A phone asked for and never confirmed, and then another that was.
    w.run(confirm_of(NEW, None, by_operator())).map(|begun| w.sent(begun)).unwrap();
    w.clock.advance(HOUR);
    confirmed(&w, confirm_of(PHONE, None, by_operator())).unwrap();
    let held = ticket(&w, issue(ACTIVATE, Some(NEW)));
    let before = rows(&w);
    let answer = named(w.run(redeemed(ACTIVATE, &held)));
    assert!(answer == "TooManyPhones" && rows(&w) != before, "{answer}, and nothing written");
}

#[test]
fn notices_flood_nobody() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE]);
    counted(&w);
    for number in 0..20 {
        let proof = by_token(&w, number);
        let address = format!("x{number}@example.com");
        drop(w.run(confirm_of(&address, None, proof.into())).map(|begun| w.sent(begun)));
        w.clock.advance(2 * MINUTE + SECOND);
    }
    let sent = to(&w).iter().filter(|to| *to == PHONE).count();
    assert!(sent <= 5, "{sent} messages to one phone in 40 minutes; the budget is 5 an hour");
}

#[test]
fn a_stranger_takes_no_message_from_who_is_on_a_known_device() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE]);
    let proof = w.sign_in().unwrap();
    let device = w.run(RememberDevice { account: "ana", label: "", proof: proof.into() }).unwrap();
    let owner = Caller::new(b"the owner").device(device.token());
    w.clock.advance(DAY);
    for _ in 0..3 {
        w.begin(Begin { caller: Caller::new(b"a stranger"), ..look_up(PHONE) }).unwrap();
        w.clock.advance(6 * MINUTE);
    }
    let answers = [(); 5].map(|()| {
        w.clock.advance(6 * MINUTE);
        let begin = Begin { purpose: SIGN_IN, pin: Some(PIN), caller: owner, ..look_up("ana") };
        named(w.begin(begin))
    });
    assert_eq!(answers, ["granted"; 5], "as many as without the stranger");
}

/// Not mended: what a person gives up leaves at once, and with it what he could have objected by.
#[test]
fn the_owner_can_end_a_change_until_it_is_in_force() {
    let w = world_with(built(all()));
    w.enroll_as("ana", &[PHONE, EMAIL]);
    counted(&w);
    // A thief who has the PIN and the token, and neither phone nor mailbox.
    confirmed(&w, confirm_of(NEW, Some(PHONE), by_token(&w, 0).into())).unwrap();
    for (address, counter) in [(PHONE, 1), (EMAIL, 2)] {
        let authority = by_token(&w, counter).into();
        w.run(ReleaseAddress { account: "ana", address, authority }).unwrap();
    }
    // The owner reads the notice within the minute, phone in hand.
    w.clock.advance(MINUTE);
    let objects = w.sign_in().map(|proof| {
        w.run(ReleaseAddress { account: "ana", address: NEW, authority: proof.into() })
    });
    assert!(objects.is_ok(), "{objects:?}");
}
