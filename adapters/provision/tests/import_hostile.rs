//! Files that are as somebody else wants them, or that change meanwhile.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod moving;

use std::{cell::Cell, io::ErrorKind};

use moving::*;
use pinbolt::{
    driver::{Clock, NoDelivery},
    op::{Enroll, Weak},
    testkit::MemoryStore,
};
use pinbolt_provision::import::{Format, Importer, Options, Pass, run};

type Engine = pinbolt::driver::Engine<MemoryStore, NoDelivery, pinbolt::testkit::VirtualClock>;

const STEP: u64 = NOW / 30_000;
const HOUR: u64 = 3_600_000;
const OTHER: &str = "3132333435363738393031323334353637383931";
const LIST: &str = "otpauth://totp/Home:ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n";

fn django(model: &str, user: &str, fields: &str) -> String {
    format!(
        "{{\"model\": \"otp_{model}\", \"pk\": 1, \"fields\": {{\"user\": [\"{user}\"], {fields}}}}}\n"
    )
}

fn phone(user: &str, hex: &str) -> String {
    let fields =
        "\"confirmed\": true, \"step\": 30, \"t0\": 0, \"digits\": 6, \"drift\": 0, \"last_t\": -1";
    django("totp.totpdevice", user, &format!("{fields}, \"key\": \"{hex}\""))
}

/// A line of privacyIDEA's, of this login, realm, resolver and uid.
fn row((login, realm, resolver, uid): (&str, &str, &str, &str), hex: &str, info: &str) -> String {
    format!(
        "{{\"serial\": \"T\", \"type\": \"totp\", \"otpkey\": \"{hex}\", \"otplen\": 6, \"count\": 0, \
         \"info_list\": {{{info}}}, \"user\": {{\"login\": \"{login}\", \"realm\": \"{realm}\", \
         \"resolver\": \"{resolver}\", \"uid\": {uid}}}}}\n"
    )
}

fn told(engine: &Engine, file: &str, format: Format<'_>) -> String {
    moved(engine, file, &options(format)).0
}

#[test]
fn two_names_of_one_account_are_two_people_until_somebody_says_otherwise() {
    let folded = |name: &str| Some(name.to_lowercase());
    for names in [["ana", "Ana", "ben"], ["ana", "ben", "Ana"]] {
        let engine = engine();
        let file: String = names.iter().map(|name| phone(name, HEX)).collect();
        let folding = Options { account: Some(&folded), ..options(Format::DjangoOtp) };
        let (told, totals) = moved(&engine, &file, &folding);
        for name in names {
            let fate = if name == "ben" { "Added" } else { "HeldBack Scattered" };
            assert!(told.contains(&format!(" {name}: {fate}\n")), "{told}");
        }
        assert!(!exists(&engine, "ana"), "somebody else's phone would sign in");
        assert_eq!((totals.accounts, totals.accounts_left), (1, 2));
    }
}

#[test]
fn the_lines_tell_whose_account_they_are() {
    let file = b"HOTP ana@home - 3132333435363738393031323334353637383930\n";
    let ids = |name: &str| name.strip_suffix("@home").map(Into::into);
    for (mut importer, expected) in [
        (Importer::mapped(Format::OathUsers, NOW, ids as fn(&str) -> _), Some("ana")),
        (Importer::mapped(Format::OathUsers, NOW, |_| None), None),
        (Importer::new(Format::OathUsers, NOW), Some("ana@home")),
    ] {
        let mut lines = None;
        while importer.pass() != Pass::Over {
            assert!(importer.line(file).is_none());
            lines = importer.end();
        }
        let lines = lines.unwrap();
        assert_eq!((lines.name(), lines.account()), (Some("ana@home"), expected));
        assert_eq!(lines.complete(), expected.is_some());
    }
}

#[test]
fn two_people_of_one_login_in_two_resolvers_are_not_one() {
    let ana = ("ana", "home", "ldap", "\"1\"");
    for other in [("ana", "home", "sql", "\"1\""), ("ana", "home", "ldap", "\"77\"")] {
        let engine = engine();
        let file = row(ana, HEX, "") + &row(other, OTHER, "");
        assert_eq!(
            told(&engine, &file, Format::PrivacyIdea),
            "1 ana: HeldBack HeldBack\n2 ana: Refused Mixed\n"
        );
        assert!(!exists(&engine, "ana"));
    }
    let one = row(ana, HEX, "") + &row(ana, OTHER, "");
    assert_eq!(told(&engine(), &one, Format::PrivacyIdea), "1 ana: Added\n2 ana: Added\n");
}

#[test]
fn of_a_file_of_two_realms_nothing_is_taken() {
    let engine = engine();
    engine.run(Enroll { account: "boss", pin: None, addresses: &[], asserted_by: None }).unwrap();
    let file =
        row(("boss", "guests", "x", "1"), OTHER, "") + &row(("ana", "staff", "x", "1"), HEX, "");
    assert_eq!(
        told(&engine, &file, Format::PrivacyIdea),
        "1 boss: HeldBack Mixed\n2 ana: Refused Mixed\n"
    );
    let file = LIST.to_owned() + &LIST.replace("Home:ana", "Away:ben");
    assert_eq!(
        told(&engine, &file, Format::Otpauth),
        "1 ana: HeldBack Mixed\n2 ben: Refused Mixed\n"
    );
}

#[test]
fn a_token_that_is_good_for_a_time_or_some_uses_is_not_taken_for_good() {
    for (info, expected) in [
        ("\"validity_period_end\": \"2020-01-01T00:00+0000\"", "Refused Conditions"),
        ("\"validity_period_start\": \"2099-01-01T00:00+0000\"", "Refused Conditions"),
        ("\"count_auth_max\": \"1\"", "Refused Conditions"),
        ("\"count_auth_max\": 1", "Refused Conditions"),
        ("\"count_auth_success_max\": \"1\"", "Refused Conditions"),
        (
            "\"count_auth\": \"7\", \"count_auth_max\": \"0\", \"count_auth_success_max\": 0, \
             \"validity_period_end\": \"\", \"validity_period_start\": null",
            "Added",
        ),
    ] {
        let file = row(("ana", "home", "ldap", "1"), HEX, info);
        let told = told(&engine(), &file, Format::PrivacyIdea);
        assert_eq!(told, format!("1 ana: {expected}\n"), "{info}");
    }
}

#[test]
fn a_code_of_a_fast_clock_that_was_used_there_just_before_is_over() {
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n\" TOTP_AUTH\n";
    let google = Format::GoogleAuthenticator("ana");
    for (file, format, ahead) in [
        (LIST.to_owned(), Format::Otpauth, 1),
        (secret.to_owned(), google, 1),
        (format!("{secret}\" WINDOW_SIZE 17\n"), google, 8),
        (format!("{secret}\" WINDOW_SIZE 1\n"), google, 0),
    ] {
        let engine = engine();
        assert!(told(&engine, &file, format).starts_with("1 ana: Added\n"));
        engine.clock().advance(ahead * 30_000);
        assert!(sign_in(&engine, "ana", &code(STEP + ahead)).is_err(), "it was good there");
        engine.clock().advance(30_000);
        sign_in(&engine, "ana", &code(STEP + ahead + 1)).unwrap();
    }
}

#[test]
fn codes_that_were_used_there_while_the_file_was_read_are_over() {
    let engine = engine();
    let clock = engine.clock().clone();
    let slow = |name: &str| {
        clock.advance(HOUR);
        Some(name.to_owned())
    };
    let slowly = Options { account: Some(&slow), ..options(Format::Otpauth) };
    moved(&engine, LIST, &slowly);
    let now = engine.clock().now();
    assert_eq!(now, NOW + 2 * HOUR, "a survey and a pass");
    assert!(sign_in(&engine, "ana", &code(now / 30_000)).is_err());
}

#[test]
fn a_file_that_changes_between_the_passes_is_told() {
    let engine = engine();
    let (one, other) = (phone("ana", HEX), phone("ben", HEX));
    for (second, expected) in [
        (one.clone() + &other, "1 ana: Added\n2 ben: HeldBack Changed\n"),
        (String::new(), ""),
        (other.clone(), "1 ben: HeldBack Changed\n"),
    ] {
        let opened = Cell::new(0);
        let open = || Ok(if opened.replace(1) == 0 { one.as_bytes() } else { second.as_bytes() });
        let mut told = String::new();
        let ended = run(&engine, open, &options(Format::DjangoOtp), |report| {
            let why = report.fate.why().map(|why| format!(" {}", why.name)).unwrap_or_default();
            let name = report.name.unwrap_or("?");
            told += &format!("{} {name}: {}{why}\n", report.line, report.fate.name());
        });
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(told, expected);
    }
    assert!(!exists(&engine, "ben"));
    // The lines are others where they are cut elsewhere, and where they stand in another order.
    for (first, second) in [(["ab", "c"], ["a", "bc"]), (["a", "b"], ["b", "a"])] {
        let mut importer = Importer::new(Format::OathUsers, NOW);
        for pass in [first, second, second] {
            assert!(!importer.changed());
            pass.iter().for_each(|line| drop(importer.line(line.as_bytes())));
            importer.end();
            if importer.pass() == Pass::Over {
                break;
            }
        }
        assert!(importer.changed());
    }
}

#[test]
fn a_code_behind_a_broken_line_of_another_person_is_still_of_its_set() {
    let weak = Weak { recovery_codes: true, ..Weak::default() };
    let taking = Options { dangerously_accept: weak, ..options(Format::DjangoOtp) };
    let set = django("static.staticdevice", "ana", "\"confirmed\": true");
    let broken = django("totp.totpdevice", "ben", "\"confirmed\": 7");
    let code = "{\"model\": \"otp_static.statictoken\", \"fields\": {\"device\": 1, \"token\": \"abcdefgh\"}}\n";
    let engine = engine();
    let (told, _) = moved(&engine, &(set.clone() + &broken + code), &taking);
    assert_eq!(told, "1 ana: HeldBack Scattered\n2 ben: Refused Line\n3 ana: HeldBack Scattered\n");
    let (told, _) = moved(&engine, &(set.clone() + "?\n" + code), &taking);
    assert_eq!(told, "1 ana: HeldBack Scattered\n2 ?: Refused Line\n3 ana: HeldBack Scattered\n");
    assert!(!exists(&engine, "ana"), "she would be there without her code");
    assert_eq!(moved(&engine, &(set + code), &taking).0, "1 ana: Added\n2 ana: Added\n");
}

#[test]
fn a_set_of_which_all_codes_were_used_is_passed_over() {
    let set = django("static.staticdevice", "ana", "\"confirmed\": true");
    let (told, totals) = moved(&engine(), &set, &options(Format::DjangoOtp));
    assert_eq!((told.as_str(), totals.skipped), ("1 ana: Skipped AllUsed\n", 1));
}

#[test]
fn how_many_accounts_were_not_here_before_is_told() {
    let engine = engine();
    engine.run(Enroll { account: "ben", pin: None, addresses: &[], asserted_by: None }).unwrap();
    let file = phone("ben", HEX) + &phone("ana", HEX);
    for expected in [1, 0] {
        let (_, totals) = moved(&engine, &file, &options(Format::DjangoOtp));
        assert_eq!((totals.accounts, totals.created), (2, expected));
    }
}

#[test]
fn googles_options_stand_once() {
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n\" TOTP_AUTH\n";
    for option in
        ["DISALLOW_REUSE 1", "HOTP_COUNTER 1", "TIME_SKEW 1", "STEP_SIZE 30", "WINDOW_SIZE 3"]
    {
        let file = format!("{secret}\" {option}\n\" {option}\n");
        assert_eq!(
            told(&engine(), &file, Format::GoogleAuthenticator("ana")),
            "1 ana: HeldBack HeldBack\n4 ana: Refused Line\n",
            "{option}"
        );
    }
}

#[test]
fn a_broken_address_holds_back_nobody_whose_name_it_only_ends_with() {
    let broken = "otpauth://totp/Home:x:ana?secret=1\n";
    assert_eq!(told(&engine(), broken, Format::Otpauth), "1 ?: Refused Secret\n");
    let broken = "otpauth://totp/Home:ana?secret=1\n";
    assert_eq!(told(&engine(), broken, Format::Otpauth), "1 ana: Refused Secret\n");
}
