//! What each format's lines say, row by row.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use std::fmt::Write as _;

use pinbolt::{
    Operator,
    op::{TokenKind, Weak},
};
use pinbolt_provision::import::{Fate, Format, Importer, Pass};

/// 2026-11-22T06:30:05Z.
const NOW: u64 = 1_795_329_005_000;
const STEP: u64 = NOW / 30_000;
const HEX: &str = "3132333435363738393031323334353637383930";
const KEY: &[u8] = b"12345678901234567890";

/// Every account of a file, in words.
fn told(format: Format<'_>, file: &str) -> String {
    let mut importer = Importer::new(format, NOW);
    let mut accounts = Vec::new();
    while importer.pass() != Pass::Over {
        let pass = importer.pass();
        let mut given: Vec<_> =
            file.split_inclusive('\n').filter_map(|line| importer.line(line.as_bytes())).collect();
        given.extend(importer.end());
        assert!(pass == Pass::Accounts || given.is_empty(), "a survey gives nothing out");
        accounts.extend(given);
    }
    let mut text = String::new();
    for lines in accounts {
        write!(text, "{}", lines.name().unwrap_or("?")).unwrap();
        if let Some(moving) = lines.moving() {
            let operator = Operator::new("desk-7", "moving in").unwrap();
            let import = moving.import("a-1", (operator, Weak::default()));
            for token in import.tokens {
                assert_eq!(token.secret, KEY);
                let counts = match token.kind {
                    TokenKind::Hotp { counter } => format!("from {counter}"),
                    TokenKind::Totp { period, start } => format!("every {period} since {start}"),
                    _ => panic!("another kind"),
                };
                let name = token.algorithm.name();
                write!(text, " | {} {name} {} {counts}", token.label, token.digits).unwrap();
                if let Some(last) = token.last_step {
                    write!(text, ", used {last}").unwrap();
                }
                if token.clock_ahead != 0 {
                    write!(text, ", ahead {}", token.clock_ahead).unwrap();
                }
            }
            if let Some(codes) = import.recovery_codes {
                write!(text, " | codes {}", codes.join(" ")).unwrap();
            }
            if let Some(pin) = import.pin {
                write!(text, " | PIN {pin}").unwrap();
            }
            if let Some(failures) = import.failures {
                let ago = NOW.saturating_sub(failures.last) / 1_000;
                write!(text, " | failed {} times, {ago} s ago", failures.count).unwrap();
            }
        }
        for (line, fate) in lines.fates(Ok(None), Weak::default()) {
            if let Some(why) = fate.why() {
                write!(text, " | {line}: {} {}", fate.name(), why.name).unwrap();
            }
            assert!(!matches!(fate, Fate::Took(_) | Fate::Failed(_)));
        }
        text.push('\n');
    }
    text
}

fn rows(format: Format<'_>, rows: &[(&str, &str)]) {
    for (file, expected) in rows {
        assert_eq!(told(format, file).trim_end(), *expected, "{file}");
    }
}

#[test]
fn users_files() {
    // The code of step 59,844,300, which began at 06:30:00 UTC.
    let used = pinbolt::oath::Hotp::new(pinbolt::oath::Algorithm::Sha1, 6, KEY).unwrap();
    let code = |step: u64| used.code(step).as_str().to_owned();
    assert_eq!(STEP, 59_844_300);
    let row = |text: &str, expected: &str| {
        assert_eq!(told(Format::OathUsers, text).trim_end(), expected, "{text}");
    };
    for (line, expected) in [
        (format!("HOTP ana - {HEX}"), "ana | oath SHA1 6 from 0"),
        (format!("\tHOTP/E  ana\t+ {} 7\r\n", HEX.to_uppercase()), "ana | oath SHA1 6 from 7"),
        (format!("HOTP/E/7 ana - {HEX} 7"), "ana | oath SHA1 7 from 7"),
        (format!("HOTP/E/8 ana 802714 {HEX} 7"), "ana | oath SHA1 8 from 7 | PIN 802714"),
        (
            format!("HOTP ana - {HEX} 7 {} 2026-11-22T06:30:05L", code(7)),
            "ana | oath SHA1 6 from 8",
        ),
        (format!("HOTP/T30 ana - {HEX}"), "ana | oath SHA1 6 every 30 since 0"),
        (format!("HOTP/T60/8 ana - {HEX} 3"), "ana | oath SHA1 8 every 60 since 0"),
        (
            format!("HOTP/T30/6 ana - {HEX} 1 {} 2026-11-22T06:30:04L", code(STEP)),
            "ana | oath SHA1 6 every 30 since 0, used 59844300",
        ),
        (
            // A clock on the wall of Kiritimati, and one of Baker Island.
            format!("HOTP/T30 ana - {HEX} 1 {} 2026-11-22T20:30:04L", code(STEP - 1)),
            "ana | oath SHA1 6 every 30 since 0, used 59844299, ahead -1",
        ),
        (
            format!("HOTP/T30 ana - {HEX} 1 {} 2026-11-21T18:30:04L", code(STEP + 2)),
            "ana | oath SHA1 6 every 30 since 0, used 59844302, ahead 2",
        ),
        (
            // No such code: all are over.
            format!("HOTP/T30 ana - {HEX} 1 000000 2026-11-22T06:30:04L"),
            "ana | oath SHA1 6 every 30 since 0, used 59844300",
        ),
        (
            format!("HOTP/T30 ana - {HEX} 1 000000 2026-11-20T06:30:04L"),
            "ana | oath SHA1 6 every 30 since 0, used 59839980",
        ),
        (format!("HOTP/T30 ana - {HEX} 1 000000 2026-11-22T20:30:06L"), "ana | 1: Refused Clock"),
        (format!("HOTP ana - {HEX} 7 755224"), "ana | 1: Refused Line"),
        (format!("HOTP ana - {HEX} 7 755224 2026-11-22T06:30:04L 9"), "ana | 1: Refused Line"),
        (format!("HOTP ana - {HEX} 7 755224 2026-11-22T06:30:04Z"), "ana | 1: Refused Clock"),
        (format!("HOTP ana - {HEX} -7"), "ana | 1: Refused Counter"),
        (format!("HOTP ana - {HEX} {}", "9".repeat(40_000)), "ana | 1: Refused Counter"),
        (
            format!("HOTP ana - {HEX} 18446744073709551615 755224 2026-11-22T06:30:04L"),
            "ana | 1: Refused Counter",
        ),
        (format!("HOTP ana - {HEX}0 7"), "ana | 1: Refused Secret"),
        (format!("HOTP ana - {} 7", "00".repeat(129)), "ana | 1: Refused Secret"),
        ("HOTP ana - -".into(), "ana | 1: Refused Secret"),
        ("HOTP ana -".into(), "ana | 1: Refused Line"),
        ("HOTP ana".into(), "ana | 1: Refused Line"),
        (format!("HOTP/E/9 ana - {HEX}"), "ana | 1: Refused Digits"),
        (format!("HOTP/T0 ana - {HEX}"), "ana | 1: Refused Kind"),
        (format!("HOTP/T30/6/6 ana - {HEX}"), "ana | 1: Refused Kind"),
        (format!("MOTP ana - {HEX}"), "ana | 1: Refused Kind"),
        ("HOTP".into(), "? | 1: Refused Line"),
    ] {
        row(&line, expected);
    }
    row(
        &format!("HOTP ana 1 {HEX}\nHOTP ana 2 {HEX}\nHOTP ben 3 {HEX}\nHOTP ben 3 {HEX} 4\n"),
        "ana | 1: HeldBack HeldBack | 2: Refused Pins\nben | oath SHA1 6 from 0 | oath SHA1 6 from 4 | PIN 3",
    );
}

const FIRST: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n";

#[test]
fn google_authenticator_files() {
    for (rest, expected) in [
        (
            "\" TOTP_AUTH\n",
            "ana | google-authenticator SHA1 6 every 30 since 0, used 59844301 | codes",
        ),
        (
            "\" RATE_LIMIT 3 30 1795329001\n\" WINDOW_SIZE 17\n\" DISALLOW_REUSE\n\" TOTP_AUTH\n\
             12345678\n98765432\n",
            "ana | google-authenticator SHA1 6 every 30 since 0 | codes 12345678 98765432",
        ),
        (
            "\" DISALLOW_REUSE 59844298 59844299 59844297\n\" TOTP_AUTH\n\" TIME_SKEW -4\n",
            "ana | google-authenticator SHA1 6 every 30 since 0, used 59844299, ahead -4 | codes",
        ),
        (
            "\" TOTP_AUTH\n\" STEP_SIZE 60\n\" TIME_SKEW 2\n",
            "ana | google-authenticator SHA1 6 every 60 since 0, used 29922153, ahead 2 | codes",
        ),
        (
            "\" HOTP_COUNTER 5\n\" TOTP_AUTH\n\" TIME_SKEW 2\n",
            "ana | google-authenticator SHA1 6 from 5 | codes",
        ),
        ("\" HOTP_COUNTER 0\n", "ana | 1: Refused Kind"),
        ("", "ana | 1: Refused Kind"),
        ("\" HOTP_COUNTER -1\n", "ana | 1: Refused Kind | 2: Refused Counter"),
        ("\" TOTP_AUTH\n\" STEP_SIZE 0\n", "ana | 1: Refused Period"),
        ("\" TOTP_AUTH\n\" STEP_SIZE x\n", "ana | 1: HeldBack HeldBack | 3: Refused Period"),
        ("\" TOTP_AUTH\n\" TIME_SKEW 1e9\n", "ana | 1: HeldBack HeldBack | 3: Refused Clock"),
        ("\" TOTP_AUTH\n\" DISALLOW_REUSE 1 x\n", "ana | 1: HeldBack HeldBack | 3: Refused Clock"),
        ("\" TOTP_AUTH\nnot eight digits\n", "ana | 1: HeldBack HeldBack | 3: Refused Line"),
    ] {
        rows(Format::GoogleAuthenticator("ana"), &[(&format!("{FIRST}{rest}"), expected)]);
    }
    rows(
        Format::GoogleAuthenticator("ana"),
        &[("not base32!\n\" TOTP_AUTH\n", "ana | 1: Refused Secret"), ("", "ana")],
    );
}

/// A row of Django's, its fields over those of a device that was just made.
fn django(model: &str, user: &str, fields: &str) -> String {
    let throttle = "\"throttling_failure_timestamp\": null, \"throttling_failure_count\": 0";
    let own = match model {
        "otp_totp.totpdevice" => {
            format!(
                "\"key\": \"{HEX}\", \"step\": 30, \"t0\": 0, \"digits\": 6, \"tolerance\": 1, \
                 \"drift\": 0, \"last_t\": -1, {throttle}, "
            )
        }
        "otp_hotp.hotpdevice" => {
            format!(
                "\"key\": \"{HEX}\", \"digits\": 6, \"tolerance\": 5, \"counter\": 0, {throttle}, "
            )
        }
        _ => format!("{throttle}, "),
    };
    let mut all = format!("{own}\"user\": {user}, \"name\": \"phone\", \"confirmed\": true, ");
    for (name, value) in fields.split(", ").filter_map(|field| field.split_once('=')) {
        let old = all.split(", ").find(|old| old.starts_with(&format!("\"{name}\":")));
        if let Some(old) = old.map(|old| format!("{old}, ")) {
            all = all.replace(&old, "");
        }
        write!(all, "\"{name}\": {value}, ").unwrap();
    }
    let fields = all.trim_end_matches(", ");
    format!("{{\"model\": \"{model}\", \"pk\": 9, \"fields\": {{{fields}}}}}\n")
}

#[test]
fn django_rows() {
    let totp = |fields: &str| django("otp_totp.totpdevice", "[\"ana\"]", fields);
    let hotp = |fields: &str| django("otp_hotp.hotpdevice", "\"ana\"", fields);
    for (row, expected) in [
        (totp(""), "ana | phone SHA1 6 every 30 since 0"),
        (
            totp("last_t=59844299, drift=-2, digits=8, step=60, t0=7"),
            "ana | phone SHA1 8 every 60 since 7, used 59844299, ahead -2",
        ),
        (
            totp(
                "throttling_failure_count=3, throttling_failure_timestamp=\"2026-11-22T07:29:05.250+01:00\"",
            ),
            "ana | phone SHA1 6 every 30 since 0 | failed 3 times, 59 s ago",
        ),
        (
            totp("throttling_failure_count=3"),
            "ana | phone SHA1 6 every 30 since 0 | failed 3 times, 0 s ago",
        ),
        (totp("name=\"\""), "ana | django-otp SHA1 6 every 30 since 0"),
        (
            totp("confirmed=false, key=\"\", throttling_failure_count=9"),
            "ana | 1: Skipped Unconfirmed",
        ),
        (totp("key=\"xyz\""), "ana | 1: Refused Secret"),
        (totp("key=\"\""), "ana | 1: Refused Secret"),
        (totp("key=null"), "ana | 1: Refused Secret"),
        (totp("step=0"), "ana | 1: Refused Period"),
        (totp("step=-30"), "ana | 1: Refused Period"),
        (totp("step=99999999999"), "ana | 1: Refused Period"),
        (totp("digits=99"), "ana | 1: Refused Digits"),
        (totp("digits=356"), "ana | 1: Refused Digits"),
        (totp("digits=6.5"), "ana | 1: Refused Line"),
        (totp("t0=-1"), "ana | 1: Refused Clock"),
        (totp("drift=5000000000"), "ana | 1: Refused Clock"),
        (totp("step=\"x\""), "ana | 1: Refused Line"),
        (totp("confirmed=null"), "ana | 1: Refused Line"),
        (totp("throttling_failure_count=-1"), "ana | 1: Refused Line"),
        (
            totp("throttling_failure_count=1, throttling_failure_timestamp=\"yesterday\""),
            "ana | 1: Refused Clock",
        ),
        (hotp(""), "ana | phone SHA1 6 from 0"),
        (hotp("counter=12"), "ana | phone SHA1 6 from 12"),
        (hotp("counter=-1"), "ana | 1: Refused Counter"),
        (django("otp_email.emaildevice", "7", ""), "7 | 1: Refused Kind"),
        (django("otp_totp.totpdevice", "[\"a\", \"b\"]", ""), "? | 1: Refused Line"),
        (django("otp_totp.totpdevice", "null", ""), "? | 1: Refused Line"),
        ("{}\n".into(), "? | 1: Refused Line"),
        ("[]\n".into(), "? | 1: Refused Line"),
        ("{\"model\": \"otp_static.statictoken\", \"fields\": {}}".into(), "? | 1: Refused Line"),
    ] {
        rows(Format::DjangoOtp, &[(&row, expected)]);
    }
}

#[test]
fn django_static_tokens_belong_to_the_set_before_them() {
    let set = |user: &str, fields: &str| django("otp_static.staticdevice", user, fields);
    let code = |device: &str, token: &str| {
        format!(
            "{{\"model\": \"otp_static.statictoken\", \"pk\": 1, \"fields\": {{\"device\": {device}, \"token\": \"{token}\"}}}}\n"
        )
    };
    let totp = |user: &str| django("otp_totp.totpdevice", user, "");
    for (file, expected) in [
        (
            set("1", "") + &code("9", "abcdefgh") + &code("9", "ijklmnop"),
            "1 | codes abcdefgh ijklmnop",
        ),
        (set("1", ""), "1 | codes  | 1: Skipped AllUsed"),
        (
            set("1", "confirmed=false") + &code("9", "abcdefgh"),
            "1 | 1: Skipped Unconfirmed | 2: Skipped Unconfirmed",
        ),
        (
            totp("1") + &set("1", "throttling_failure_count=2") + &code("9", "abcdefgh"),
            "1 | phone SHA1 6 every 30 since 0 | codes abcdefgh | failed 2 times, 0 s ago",
        ),
        (
            // The set is of somebody else, or further below: it can't be told whose the code is.
            set("1", "") + &totp("2") + &code("9", "abcdefgh") + &totp("3"),
            "1 | 1: HeldBack Orphan\n2 | 2: HeldBack Orphan\n? | 3: Refused Orphan\n3 | 4: HeldBack Orphan",
        ),
        (code("9", "abcdefgh") + &set("1", ""), "? | 1: Refused Orphan\n1 | 2: HeldBack Orphan"),
    ] {
        assert_eq!(told(Format::DjangoOtp, &file), expected.to_owned() + "\n", "{file}");
    }
}

fn privacyidea(kind: &str, fields: &str) -> String {
    let mut all = format!(
        "\"serial\": \"T-1\", \"type\": \"{kind}\", \"otpkey\": \"{HEX}\", \"description\": \"\", \
         \"otplen\": 6, \"maxfail\": 10, \"failcount\": 0, \"counter\": 0, \"window\": 10, \
         \"active\": true, \"revoked\": false, \"locked\": false, \"rollout_state\": \"\", \
         \"_hashed_pin\": \"\", \"info_list\": {{}}, \"count\": 0, \
         \"user\": {{\"login\": \"ana\", \"realm\": \"home\", \"uid\": 7}}, "
    );
    for (name, value) in fields.split("; ").filter_map(|field| field.split_once('=')) {
        let from = all.find(&format!("\"{name}\": ")).unwrap();
        let value_from = from + name.len() + 4;
        let rest = &all[value_from..];
        let to = if rest.starts_with('{') {
            rest.find('}').unwrap() + 1
        } else {
            rest.find(',').unwrap()
        };
        all.replace_range(value_from..value_from + to, value);
    }
    format!("{{{}}}\n", all.trim_end_matches(", "))
}

#[test]
fn privacyidea_rows() {
    let totp = |fields: &str| privacyidea("totp", fields);
    let hotp = |fields: &str| privacyidea("HOTP", fields);
    for (row, expected) in [
        (hotp(""), "ana | T-1 SHA1 6 from 0"),
        (
            hotp("count=5; otplen=8; info_list={\"hashlib\": \"sha512\"}"),
            "ana | T-1 SHA512 8 from 5",
        ),
        (hotp("failcount=4"), "ana | T-1 SHA1 6 from 0 | failed 4 times, 0 s ago"),
        (totp(""), "ana | T-1 SHA1 6 every 30 since 0"),
        (
            totp(
                "count=59844299; info_list={\"hashlib\": \"sha256\", \"timeStep\": \"60\", \"timeShift\": \"0\"}",
            ),
            "ana | T-1 SHA256 6 every 60 since 0, used 59844299",
        ),
        // A code of the present step, typed 29 s after its beginning; of the one before, and after.
        (totp("info_list={\"timeShift\": \"-29.0\"}"), "ana | T-1 SHA1 6 every 30 since 0"),
        (totp("info_list={\"timeShift\": -31.5}"), "ana | T-1 SHA1 6 every 30 since 0, ahead -1"),
        (totp("info_list={\"timeShift\": \"1.0\"}"), "ana | T-1 SHA1 6 every 30 since 0, ahead 1"),
        (totp("info_list={\"timeShift\": \"0.5\"}"), "ana | T-1 SHA1 6 every 30 since 0, ahead 1"),
        (totp("info_list={\"timeShift\": \"30.0\"}"), "ana | T-1 SHA1 6 every 30 since 0, ahead 1"),
        (totp("info_list={\"timeShift\": \"nan\"}"), "ana | 1: Refused Line"),
        (totp("info_list={\"timeShift\": \"-9223372036854775808\"}"), "ana | 1: Refused Clock"),
        (totp("info_list={\"timeStep\": \"0\"}"), "ana | 1: Refused Period"),
        (totp("info_list={\"hashlib\": \"md5\"}"), "ana | 1: Refused Algorithm"),
        (totp("count=-1"), "ana | 1: Refused Counter"),
        (totp("otplen=5"), "ana | 1: Refused Digits"),
        (totp("otpkey=\"3\""), "ana | 1: Refused Secret"),
        (totp("active=false; otpkey=\"3\""), "ana | 1: Skipped Disabled"),
        (totp("revoked=true"), "ana | 1: Skipped Disabled"),
        (totp("locked=true"), "ana | 1: Skipped Disabled"),
        (totp("rollout_state=\"clientwait\""), "ana | 1: Skipped Unconfirmed"),
        (totp("rollout_state=\"enrolled\""), "ana | T-1 SHA1 6 every 30 since 0"),
        (privacyidea("push", ""), "ana | 1: Refused Kind"),
        (totp("user={}"), "? | 1: Skipped Nobody"),
        (totp("otplen=[]"), "ana | 1: Refused Line"),
        (totp("otplen=[]; user={}"), "? | 1: Refused Line"),
        (
            totp("") + &totp("user={\"login\": \"ana\", \"realm\": \"away\"}"),
            "ana | 1: HeldBack Mixed | 2: Refused Mixed",
        ),
    ] {
        rows(Format::PrivacyIdea, &[(&row, expected)]);
    }
}

#[test]
fn lists_of_addresses() {
    let secret = "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    for (file, expected) in [
        (
            format!("otpauth://totp/Home:ana?{secret}&issuer=Home\n"),
            "ana | Home SHA1 6 every 30 since 0, used 59844301",
        ),
        (
            format!("otpauth://hotp/ana?{secret}&counter=7&algorithm=SHA256&digits=8\n"),
            "ana | otpauth SHA256 8 from 7",
        ),
        (
            format!("otpauth://totp/Home:ana?{secret}\notpauth://totp/Away:ben?{secret}\n"),
            "ana | 1: HeldBack Mixed\nben | 2: Refused Mixed",
        ),
        (format!("otpauth://totp/Home:ana?{secret}&period=0\n"), "ana | 1: Refused Period"),
        (format!("otpauth://totp/Home:ana?{secret}&digits=99\n"), "ana | 1: Refused Digits"),
        ("otpauth://totp/Home:ana\n".into(), "ana | 1: Refused Secret"),
        (format!("otpauth://totp/?{secret}\n"), "? | 1: Refused Name"),
        ("http://example.org\n".into(), "? | 1: Refused NotOtpauth"),
    ] {
        rows(Format::Otpauth, &[(&file, expected)]);
    }
}

#[test]
fn a_line_that_may_be_anyones_holds_its_neighbours_back() {
    let line = |user: &str| format!("HOTP {user} - {HEX}\n");
    let file = format!(
        "# a comment\n{}{}\n\n{}broken\n{}{}",
        line("ana"),
        line("ana"),
        line("ben"),
        line("cid"),
        line("dan")
    );
    assert_eq!(
        told(Format::OathUsers, &file),
        "ana | oath SHA1 6 from 0 | oath SHA1 6 from 0\nben | 6: HeldBack Beside\n\
         ? | 7: Refused Line\ncid | 8: HeldBack Beside\ndan | oath SHA1 6 from 0\n"
    );
}

#[test]
fn lines_that_stand_apart_are_refused_all_of_them() {
    let file: String =
        ["ana", "ben", "ana", "cid"].iter().map(|user| format!("HOTP {user} - {HEX}\n")).collect();
    assert_eq!(
        told(Format::OathUsers, &file),
        "ana | 1: HeldBack Scattered\nben | oath SHA1 6 from 0\nana | 3: HeldBack Scattered\n\
         cid | oath SHA1 6 from 0\n"
    );
}

#[test]
fn failure_48_bombs() {
    let deep = "[".repeat(60_000);
    let digits = "9".repeat(60_000);
    let long = format!("HOTP ana - {HEX} 7 {}\n", "x".repeat(70_000));
    for (format, file) in [
        (Format::DjangoOtp, deep.clone()),
        (Format::PrivacyIdea, deep),
        (Format::DjangoOtp, format!("{{\"pk\": {digits}}}")),
        (Format::DjangoOtp, django("otp_totp.totpdevice", "1", &format!("step={digits}"))),
        (Format::PrivacyIdea, privacyidea("totp", &format!("count={digits}"))),
        (Format::OathUsers, long.clone()),
        (Format::OathUsers, "\u{0}HOTP\u{0}".to_owned()),
        (Format::Otpauth, format!("otpauth://totp/{}", "%41".repeat(20_000))),
    ] {
        let told = told(format, &file);
        assert!(told.contains(": Refused ") && told.lines().count() == 1, "{told}");
    }
    assert_eq!(told(Format::OathUsers, &long), "? | 1: Refused TooLong\n");

    let mut importer = Importer::new(Format::OathUsers, NOW);
    assert!(importer.line(b"HOTP ana - \xff\xfe\n").is_none());
    importer.end();
    importer.line(b"HOTP ana - \xff\xfe\n");
    let lines = importer.end().unwrap();
    assert_eq!(lines.lines().count(), 1);
    assert!(!lines.complete(), "no UTF-8");
}

#[test]
fn failure_48_an_account_of_endless_lines_takes_no_more_room() {
    let file = format!("HOTP ana - {HEX}\n").repeat(10_000);
    let told = told(Format::OathUsers, &file);
    assert!(
        told.contains("8: HeldBack HeldBack | 9: Refused TooManyLines"),
        "an account has 8 tokens"
    );
    assert!(told.ends_with("65: Refused TooManyLines\n"));
    let codes: String = (0..17).map(|number| format!("1234{number:04}\n")).collect();
    let told =
        self::told(Format::GoogleAuthenticator("ana"), &format!("{FIRST}\" TOTP_AUTH\n{codes}"));
    assert!(told.starts_with("ana | 1: HeldBack"), "{told}");
    assert!(told.ends_with("18: HeldBack HeldBack | 19: Refused TooManyLines\n"), "{told}");

    let set = django("otp_static.staticdevice", "1", "");
    let told = self::told(Format::DjangoOtp, &set.repeat(10_000));
    assert!(told.contains("65: Refused TooManyLines\n"));
}
