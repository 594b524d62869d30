//! Law 11: no secret, code, PIN, phone number or e-mail address in `Debug`, errors or audit events.
//!
//! A whole story is played on canaries: everything public that passes by is printed, in each form
//! that Rust has, and the canaries are looked for in the text.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;
mod hearing;
mod sealed;
mod stepping;

use common::*;
use hearing::{CANARY_NEW_PIN, CANARY_PIN, Ear, Heard, WRONG_PIN};
use pinbolt::{
    Authenticator, Authority, Caller, Channel, Failure, Input, Keyring, Misuse, Pinbolt, Refusal,
    Secret, WeakPin,
    address::{AccountId, Address, AddressError, Email, Name, Phone},
    driver::Engine,
    oath::{Algorithm, Hotp, Totp},
    op::{
        AddToken, Begin, Block, Cancel, CancelAccount, ChangePin, CloseTicket, Confirm,
        ConfirmToken, Describe, Enroll, EnrollInactive, Evidence, Finish, IssueRecoveryCodes,
        IssueTicket, PeekLink, Redeem, RemoveToken, Resend, ResetPin, ResyncToken, TokenKind,
        TokenSecret, Unblock, Unlock, Verify,
    },
    policy::Purpose,
    testkit::{MemoryStore, Outbox},
};

const LANDLINE: &str = "+351212000417";
const SESSION: &[u8] = b"the canary of a session";
const CONTEXT: &[u8] = b"the canary of a context";
const VISITOR: Caller<'static> = Caller::new(SESSION).source("192.0.2.7");

fn heard() -> Heard {
    // Ten digits, so that no number that isn't the code looks like it.
    hearing::heard(builder().set("code.digits", 10).unwrap().build().unwrap())
}

fn begin(pin: &str) -> Begin<'_> {
    let sign_in = Begin { purpose: SIGN_IN, pin: Some(pin), ..look_up(PHONE) };
    Begin { caller: VISITOR, context: CONTEXT, ..sign_in }
}

/// A person's life with pinbolt, right and wrong.
fn life(h: &mut Heard) {
    let enroll = |account, asserted_by| Enroll {
        account,
        pin: Some(CANARY_PIN),
        addresses: &[PHONE, EMAIL],
        asserted_by,
    };
    h.run(enroll("ana", Some(operator()))).unwrap();
    h.run(enroll("ana", None));
    h.run(enroll("rui", Some(operator())));
    h.run(Enroll { pin: Some("1111111111"), ..enroll("eva", None) });
    let authority = by_operator();
    h.run(Confirm { account: "ana", address: EMAIL, replaces: None, authority, caller: VISITOR });
    let authority = by_operator();
    let confirm =
        Confirm { account: "ana", address: LANDLINE, replaces: None, authority, caller: VISITOR };
    let begun = h.run(confirm).unwrap();
    h.deliver(begun.dispatch);

    let begun = h.run(begin(CANARY_PIN)).unwrap();
    let first = begun.challenge.handle;
    h.deliver(begun.dispatch);
    let resend = |handle, channel| Resend { handle, channel, caller: VISITOR };
    h.run(resend(&first, Channel::Email));
    h.ground.advance(30 * SECOND);
    let begun = h.run(resend(&first, Channel::Email)).unwrap();
    h.deliver(begun.dispatch);
    let handle = begun.challenge.handle;
    let code = h.ground.code();
    let finish = |code| Finish { caller: VISITOR, context: CONTEXT, ..finish(&handle, code) };
    let guess = wrong(&code);
    h.ear.fear(&guess);
    assert!(h.run(finish(&guess)).is_none());
    assert!(h.run(finish("not a code")).is_none());
    let accepted = h.run(finish(&code)).unwrap();
    h.ear.hear(&Authority::from(accepted));
    assert!(h.run(finish(&code)).is_none());
    pins(h);
}

fn pins(h: &mut Heard) {
    for pin in [WRONG_PIN, CANARY_PIN, "a1234567890"] {
        h.run(begin(pin));
        h.run(Verify { evidence: Evidence::pin(pin), ..verify(EMAIL, pin) });
    }
    let change =
        ChangePin { account: "ana", old: CANARY_PIN, new: CANARY_NEW_PIN, caller: VISITOR };
    h.run(ChangePin { old: WRONG_PIN, ..change });
    h.run(ChangePin { new: "0212000417", ..change });
    h.run(change).unwrap();
    let authority = by_operator();
    h.run(ResetPin { account: "ana", new: CANARY_PIN, authority }).unwrap();
    let (authenticator, authority) = (Authenticator::PIN, by_operator());
    h.run(Unlock { account: "ana", authenticator, authority }).unwrap();
    h.run(Cancel { handle: "v1.x", caller: VISITOR });
    h.run(Describe { account: "ana" }).unwrap();
    h.run(Block { account: "ana", operator: operator() }).unwrap();
    h.run(Describe { account: "ana" }).unwrap();
    h.run(Unblock { account: "ana", operator: operator() }).unwrap();
    h.run(CancelAccount { account: "ana", authority: by_operator() }).unwrap();
}

/// A ticket and the link beside a code: redeemed, guessed, malformed, and swapped.
#[test]
fn failure_22_tickets_and_links_leave_no_canary_in_any_text() {
    let policy = builder()
        .set("code.digits", 10)
        .unwrap()
        .purpose(Purpose::ticket("dossier"))
        .purpose(Purpose::code("by-link", &[Channel::Email]).link());
    let mut h = hearing::heard(policy.build().unwrap());
    let (addresses, asserted_by) = (&[PHONE, EMAIL], Some(operator()));
    let enroll = Enroll { account: "ana", pin: Some(CANARY_PIN), addresses, asserted_by };
    h.run(EnrollInactive(Enroll { account: "eva", addresses: &[], ..enroll })).unwrap();
    h.run(Enroll { account: "ana", pin: None, addresses, asserted_by: Some(operator()) }).unwrap();
    for address in [Some(EMAIL), None] {
        let (account, purpose, operator) = ("ana", "dossier", operator());
        let issue = IssueTicket { account, purpose, address, context: CONTEXT, operator };
        let issued = h.run(issue).unwrap();
        let (code, link) = (issued.code().to_owned(), issued.link().map(str::to_owned));
        h.deliver(issued.dispatch);
        let link = link.unwrap_or_else(|| h.ground.mail.borrow().last().unwrap().link.clone());
        let bare = code.replace('-', "");
        let guess = format!("{}{}", if code.starts_with('7') { "8" } else { "7" }, &code[1..]);
        for canary in [&*code, &bare, &bare.to_lowercase(), &guess, &link, &link[3..]] {
            h.ear.fear(canary);
        }
        h.run(PeekLink { link: &link, caller: VISITOR }).unwrap();
        for typed in [None, Some(&*guess), Some(&*bare), Some(&link), Some("7K3D")] {
            let (purpose, link) = ("dossier", &*link);
            h.run(Redeem { purpose, link, code: typed, caller: VISITOR, context: CONTEXT });
        }
        let swapped = Redeem {
            purpose: "dossier",
            link: &code,
            code: Some(&code),
            caller: VISITOR,
            context: CONTEXT,
        };
        h.run(swapped);
        h.run(CloseTicket { account: "ana", purpose: "dossier", authority: by_operator() })
            .unwrap();
    }
    let begin = Begin { purpose: "by-link", channel: Channel::Email, ..look_up("ana") };
    let begun = h.run(begin).unwrap();
    h.deliver(begun.dispatch);
    let link = h.ground.mail.borrow().last().unwrap().link.clone();
    h.ear.fear(&link[3..]);
    let (purpose, link) = ("by-link", &*link);
    let redeem = Redeem { purpose, link, code: None, caller: CALLER, context: b"" };
    h.run(PeekLink { link, caller: VISITOR }).unwrap();
    h.run(Redeem { caller: VISITOR, ..redeem });
    h.run(redeem).unwrap();
    h.run(Describe { account: "ana" }).unwrap();
    for seen in ["TicketRedeemed", "TicketRefused", "CodeNeeded", "WrongSession", "PeekedLink"] {
        assert!(h.ear.text.contains(seen), "{seen}");
    }
    h.ear.judge();
}

#[test]
fn failure_22_a_life_of_canaries_leaves_none_in_any_text() {
    let mut h = heard();
    life(&mut h);
    assert!(h.ear.text.len() > 100_000, "{} bytes were heard", h.ear.text.len());
    for seen in ["CodeAccepted", "PinTried", "AlreadyUsed", "WeakPin", "AddressTaken", "Commit"] {
        assert!(h.ear.text.contains(seen), "{seen}");
    }
    h.ear.judge();
}

const CANARY_SECRET: &[u8] = b"the canary that is a secret, 32 b";
const CANARY_LABEL: &str = "a label of a canary";

/// Ten digits, feared as they are and in two groups.
fn feared(h: &mut Heard, secret: &[u8], counter: u64) -> String {
    let code = Hotp::new(Algorithm::Sha256, 10, secret).unwrap().code(counter);
    let (first, second) = code.as_str().split_at(5);
    for form in [code.as_str(), &format!("{first} {second}"), &format!("{first}-{second}")] {
        h.ear.fear(form);
    }
    code.as_str().into()
}

fn verified(h: &mut Heard, purpose: &str, evidence: Evidence<'_>) -> bool {
    h.ear.hear(&evidence);
    let verify =
        Verify { caller: VISITOR, context: CONTEXT, ..verify_by(EMAIL, purpose, evidence) };
    h.run(verify).is_some()
}

/// A person's life with tokens and recovery codes, right and wrong.
fn tokens(h: &mut Heard) {
    h.ear.fear_bytes(CANARY_SECRET);
    let add = |kind, secret, confirmed| AddToken {
        label: CANARY_LABEL,
        algorithm: Algorithm::Sha256,
        digits: 10,
        secret,
        confirmed,
        ..token(kind)
    };
    let enroll = Enroll {
        account: "ana",
        pin: Some(CANARY_PIN),
        addresses: &[EMAIL],
        asserted_by: Some(operator()),
    };
    h.run(enroll).unwrap();
    let given = TokenSecret::Given(CANARY_SECRET);
    h.run(add(TokenKind::TOTP, given, true)).unwrap();
    h.run(add(TokenKind::HOTP, given, true));
    h.run(add(TokenKind::HOTP, TokenSecret::Given(b"short"), true));
    h.run(AddToken { label: "", ..add(TokenKind::HOTP, given, true) });
    let made = h.run(add(TokenKind::HOTP, TokenSecret::Generated, false)).unwrap();
    let (secret, token) = (made.secret().unwrap().to_vec(), made.token);
    h.ear.fear_bytes(&secret);
    for counter in [90, 0] {
        let code = &feared(h, &secret, counter);
        let done = h.run(ConfirmToken { account: "ana", token, code, caller: VISITOR }).is_some();
        assert_eq!(done, counter == 0);
    }
    let [first, second] = [20, 21].map(|counter| feared(h, &secret, counter));
    for (first, second) in [(&second, &first), (&first, &second)] {
        h.run(ResyncToken { account: "ana", token, first, second, caller: VISITOR });
    }
    let codes = h.run(IssueRecoveryCodes { account: "ana", authority: by_operator() }).unwrap();
    let codes: Vec<String> = codes.iter().map(Into::into).collect();
    for code in &codes {
        for form in [code.clone(), code.replace('-', ""), code.to_lowercase()] {
            h.ear.fear(&form);
        }
    }
    combinations(h, (&secret, &codes));
    h.run(RemoveToken { account: "ana", token, authority: by_operator() }).unwrap();
    h.run(RemoveToken { account: "ana", token, authority: by_operator() });
}

fn combinations(h: &mut Heard, (secret, codes): (&[u8], &[String])) {
    let (otp, stale) = (feared(h, secret, 22), feared(h, secret, 1));
    let now = feared(h, CANARY_SECRET, step(NOW));
    for code in [&stale, "12345", &otp, &otp] {
        verified(h, "otp", Evidence::otp(code));
    }
    for code in [&codes[0], &codes[0], "0000-0000", "7777-7777-7777-7777"] {
        verified(h, "recover", Evidence::recovery_code(code));
    }
    let joined = [WRONG_PIN, CANARY_PIN].map(|pin| format!("{pin}{now}"));
    joined.iter().for_each(|joined| h.ear.fear(joined));
    assert!(!verified(h, "pin-otp", Evidence::pin_then_otp(&joined[0])));
    assert!(verified(h, "pin-otp", Evidence::pin_then_otp(&joined[1])));
    h.ground.advance(MINUTE);
    let next = feared(h, CANARY_SECRET, step(NOW) + 2);
    let all = |pin| Evidence::pin(pin).and_otp(&next).and_recovery_code(&codes[1]);
    assert!(!verified(h, "all", all(WRONG_PIN)));
    assert!(verified(h, "all", all(CANARY_PIN)));
}

#[test]
fn failure_22_tokens_and_recovery_codes_leave_none_in_any_text_either() {
    let mut h = hearing::heard(with_tokens().build().unwrap());
    h.ear.fear(CANARY_LABEL);
    tokens(&mut h);
    assert!(h.ear.text.len() > 100_000, "{} bytes were heard", h.ear.text.len());
    let seen = ["AddedToken", "RecoveryCodes(10)", "OtpAccepted", "RecoveryCodeAccepted"];
    let more = ["OtpRefused", "TokenResynchronized", "TokenRemoved", "Evidence(..)", "used"];
    for seen in [&seen[..], &more].concat() {
        assert!(h.ear.text.contains(seen), "{seen}");
    }
    h.ear.judge();
    // An operator is given the name by which the person knows a token; no text of his shows it.
    let seen = h.run(Describe { account: "ana" }).unwrap();
    assert!(seen.tokens.iter().any(|token| token.label == CANARY_LABEL));
    h.ear.judge();
}

#[test]
fn failure_22_what_a_host_holds_of_a_token_shows_none_either() {
    let mut ear = Ear::new();
    ear.fear_bytes(CANARY_SECRET);
    let hotp = Hotp::new(Algorithm::Sha512, 8, CANARY_SECRET).unwrap();
    let code = hotp.code(7);
    ear.fear(code.as_str());
    ear.hear(&(&hotp, &code));
    ear.hear(&Totp::new(hotp, 30, 0).unwrap());
    ear.hear(&TokenSecret::Given(CANARY_SECRET));
    ear.hear(&TokenSecret::DangerouslyShort(CANARY_SECRET));
    ear.hear(&AddToken { secret: TokenSecret::Given(CANARY_SECRET), ..token(TokenKind::TOTP) });
    let recovery = "7K3D-0000-1111-CANA";
    ear.fear(recovery);
    let evidence = Evidence::pin(CANARY_PIN).and_otp(code.as_str()).and_recovery_code(recovery);
    ear.hear(&(evidence, verify_by("ana", "all", evidence)));
    ear.hear_display(&Hotp::new(Algorithm::Sha1, 5, CANARY_SECRET).unwrap_err());
    ear.hear_display(&Hotp::new(Algorithm::Sha1, 6, b"a canary").unwrap_err());
    assert!(ear.text.contains("Sha512") && ear.text.contains("Hotp"));
    ear.judge();
}

#[test]
fn failure_22_what_a_host_holds_shows_none_either() {
    let mut ear = Ear::new();
    let pinbolt = Pinbolt::open(keys(), policy(), "tests").unwrap();
    ear.hear(&(keys(), &pinbolt, policy(), by_operator()));
    ear.hear(&Engine::new(pinbolt, MemoryStore::new(), Outbox::new()));
    ear.hear(&Secret::new(String::from(CANARY_PIN)));
    for address in [PHONE, EMAIL] {
        ear.hear(&(Name::parse(address).unwrap(), Address::parse(address).unwrap()));
        ear.hear_display(&Address::parse(address).unwrap().mask());
    }
    ear.hear(&(Phone::parse(PHONE).unwrap(), Email::parse(EMAIL).unwrap()));
    // A person may type his number without its plus, and then it reads as an account's id.
    ear.hear(&(AccountId::parse("351912000417").unwrap(), Name::parse("351912000417").unwrap()));
    for bad in ["+351912000417x", "912000417", "Ana.Reis@example", "Ana.Reis@example.com\r\nBcc"] {
        let error = Address::parse(bad).unwrap_err();
        ear.hear(&error);
        ear.hear_display(&error);
    }
    let key = Keyring::new([7; 32], 1, *b"the first secret of the tests 32").unwrap_err();
    ear.hear(&key);
    ear.hear_display(&builder().set(CANARY_PIN.get(..4).unwrap(), 1).unwrap_err());
    ear.judge();
}

#[test]
fn failure_22_no_sentence_has_room_for_one() {
    let mut ear = Ear::new();
    for (_, name, sentence) in [Refusal::TABLE, Misuse::TABLE, Failure::TABLE].concat() {
        ear.hear_display(&name);
        ear.hear_display(&sentence);
        assert!(!sentence.contains('{'), "{sentence}");
    }
    ear.hear(&Refusal::WeakPin { reason: WeakPin::OwnNumber });
    ear.hear(&Refusal::Malformed { input: Input::Address(AddressError::EmailShape) });
    ear.judge();
}

#[test]
fn failure_22_a_refused_operator_holds_no_address() {
    for bad in ["ana.reis@example.com", "+351912000417"] {
        let error = pinbolt::Operator::new(bad, "asked").unwrap_err();
        assert_eq!(error, Misuse::Operator);
    }
    assert_eq!(pinbolt::Operator::new("desk", "wrote a@b.pt").unwrap_err(), Misuse::Operator);
}

#[test]
fn a_session_shows_in_no_text() {
    let mut h = heard();
    h.ear.fear_bytes(SESSION);
    h.ear.hear(&VISITOR);
    life(&mut h);
    h.ear.judge();
}

#[test]
fn the_ear_hears() {
    let mut ear = Ear::new();
    ear.hear(&vec![PHONE]);
    assert!(std::panic::catch_unwind(|| ear.judge()).is_err());
    let mut ear = Ear::new();
    ear.hear(b"the first secret of the tests 32");
    assert!(std::panic::catch_unwind(|| ear.judge()).is_err(), "a list of bytes is seen through");
}
