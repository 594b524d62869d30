//! The policy's text: what is read, what is refused, and that each refusal names its place.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use pinbolt::{
    Assurance, Channel, Policy,
    policy::{Purpose, Resend, SETTINGS, Setting},
};
use pinbolt_open::policy::{PolicyTextError, parse};

fn refused(text: &str) -> PolicyTextError {
    match parse(text) {
        Ok(policy) => panic!("{text:?} was read as {policy:?}"),
        Err(error) => error,
    }
}

/// Path and line of a refusal, which says both.
fn told(text: &str) -> (String, Option<usize>) {
    let error = refused(text);
    let shown = error.to_string();
    assert!(shown.starts_with("policy"), "{shown}");
    assert!(!shown.contains('\n') && !shown.contains('\r'), "{shown}");
    if let Some(line) = error.line() {
        assert!(shown.contains(&format!("line {line}: ")), "{shown}");
    }
    (error.path().to_owned(), error.line())
}

fn at(path: &str, line: usize) -> (String, Option<usize>) {
    (path.to_owned(), Some(line))
}

fn same(one: &Policy, other: &Policy) {
    for setting in SETTINGS {
        assert_eq!(one.get(setting.path), other.get(setting.path), "{}", setting.path);
    }
    assert_eq!(one.purposes(), other.purposes());
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
}

fn is_flag(setting: &Setting) -> bool {
    setting.unit == "yes or no"
}

fn written(setting: &Setting, value: u64) -> String {
    match is_flag(setting) {
        true => (value == 1).to_string(),
        false => value.to_string(),
    }
}

/// What else must be set for a setting to have this value.
fn company(path: &str, value: u64) -> Vec<(&'static str, u64)> {
    match path {
        "wait.first" => vec![("wait.longest", 86_400)],
        "wait.longest" => vec![("wait.first", value.min(30))],
        "code.cooldown" => vec![("code.cooldown_longest", 600)],
        "code.cooldown_longest" => vec![("code.cooldown", value.min(30))],
        "send.per_hour" => vec![("send.per_day", 200)],
        "send.per_day" => vec![("send.per_hour", value.min(5))],
        _ => Vec::new(),
    }
}

#[test]
fn every_setting_is_read_at_its_bounds() {
    for setting in SETTINGS {
        let (group, key) = setting.path.split_once('.').unwrap();
        // The three caps are bounded in sum too.
        let most = if group == "cap" { setting.default } else { setting.max };
        for value in [setting.min, setting.default, most] {
            let shown = written(setting, value);
            let mut by_hand = Policy::builder().set(setting.path, value).unwrap();
            let mut text = format!("{} = {shown}\n", setting.path);
            for (other, value) in company(setting.path, value) {
                text.push_str(&format!("{other} = {value}\n"));
                by_hand = by_hand.set(other, value).unwrap();
            }
            let policy = parse(&text).unwrap_or_else(|error| panic!("{text}{error}"));
            assert_eq!(policy.get(setting.path), Some(value), "{text}");
            same(&policy, &by_hand.build().unwrap());
        }
        let headed = format!("[{group}]\n{key} = {}", written(setting, setting.default));
        same(&parse(&headed).unwrap(), &Policy::builder().build().unwrap());
    }
}

#[test]
fn every_setting_is_refused_just_outside_of_its_bounds() {
    for setting in SETTINGS {
        let (group, key) = setting.path.split_once('.').unwrap();
        let outside = [setting.min.checked_sub(1), setting.max.checked_add(1)];
        for value in outside.into_iter().flatten() {
            let text = format!("# first\n\n[{group}] # third\n{key} = {value}\n");
            assert_eq!(told(&text), at(setting.path, 4), "{text}");
            let dotted = format!("\n{} = {value}", setting.path);
            assert_eq!(told(&dotted), at(setting.path, 2), "{dotted}");
            let inline = format!("\n\n{group} = {{ {key} = {value} }}");
            assert_eq!(told(&inline), at(setting.path, 3), "{inline}");
            if !is_flag(setting) {
                let error = refused(&text).to_string();
                let bounds = format!("{} to {} {}", setting.min, setting.max, setting.unit);
                assert!(error.ends_with(&format!("{value} is not within {bounds}")), "{error}");
            }
        }
    }
}

#[test]
fn every_setting_is_of_its_own_type() {
    for setting in SETTINGS {
        let odd = ["\"5\"", "5.0", "1e3", "inf", "nan", "0x10", "0o17", "0b1", "[5]", "{ a = 5 }"];
        let numbers = ["true", "false", "-1", "99999999999999999999", "18446744073709551616"];
        let flags = ["0", "1", "2"];
        let of_type: &[&str] = if is_flag(setting) { &flags } else { &numbers };
        for value in odd.iter().chain(of_type) {
            let text = format!("\n{} = {value}", setting.path);
            let found = told(&text);
            assert_eq!(found, at(setting.path, 2), "{text}");
        }
        let date = format!("\n{} = 1979-05-27", setting.path);
        assert_eq!(told(&date), at(setting.path, 2));
    }
    assert_eq!(parse("code.lifetime = 1_80").unwrap().get("code.lifetime"), Some(180));
    assert_eq!(parse("code.lifetime = +180").unwrap().get("code.lifetime"), Some(180));
    assert_eq!(parse("code.cooldown = -0").unwrap_err().path(), "code.cooldown");
}

#[test]
fn what_there_is_not_is_refused_by_its_path() {
    for (text, path, line) in [
        ("lifetime = 3", "lifetime", 1),
        ("\ncode = 3", "code", 2),
        ("[code]\n\nlife = 3", "code.life", 3),
        ("[code]\nlife = -3", "code.life", 2),
        ("[code]\nlife = true", "code.life", 2),
        ("[codes]\nlifetime = 3", "codes.lifetime", 2),
        ("# empty\n[codes]\n", "codes", 2),
        ("\ncodes = {}", "codes", 2),
        ("[[code]]\nlifetime = 180", "code", 1),
        ("[Code]\nlifetime = 180", "Code.lifetime", 2),
        ("[code]\n\"lifetime \" = 180", "code.lifetime ", 2),
        ("\"code.lifetime\" = 180", "code.lifetime", 1),
        ("\"code.lifetime\".x = 180", "code.lifetime.x", 1),
        ("purposes = 3", "purposes", 1),
        ("[[purposes]]\npin = true", "purposes", 1),
        ("[pinbolt.code]\nlifetime = 180", "pinbolt.code", 1),
    ] {
        assert_eq!(told(text), at(path, line), "{text}");
        assert!(refused(text).to_string().ends_with(": there is no such setting"), "{text}");
    }
    for (text, line) in [
        ("[code.lifetime]", 1),
        ("[code.lifetime]\nx = 1", 1),
        ("\ncode.lifetime.x = 1", 2),
        ("\n[[code.lifetime]]\nx = 1", 2),
    ] {
        assert_eq!(told(text), at("code.lifetime", line), "{text}");
        assert!(refused(text).to_string().ends_with(": this is not a whole number"), "{text}");
    }
}

#[test]
fn what_is_no_toml_is_refused_by_its_line() {
    let deep = format!("a = {}", "[".repeat(100_000));
    let dotted = format!("{}a = 1", "a.".repeat(100_000));
    let headers = format!("[{}a]", "a.".repeat(100_000));
    for (text, line) in [
        ("code", 1),
        ("\n\ncode.lifetime =", 3),
        ("code.lifetime = 180\ncode.lifetime = 180", 2),
        ("[code]\n[send]\n[code]", 3),
        ("[purposes.a]\npin = true\n[purposes.a]\npin = true", 3),
        ("[code]\nlifetime = 180\nlifetime = 180", 3),
        ("code.lifetime = 1__80", 1),
        ("code.lifetime = 0180", 1),
        ("code.lifetime = 180 send.per_hour = 5", 1),
        ("\r\n\r\ncode.lifetime = \"", 3),
        ("a = \"\u{0}\"", 1),
        ("\u{0}", 1),
        ("# fine\ncode\r.lifetime = 180", 2),
        (deep.as_str(), 1),
        (dotted.as_str(), 1),
        (headers.as_str(), 1),
    ] {
        let shown = text.get(..40.min(text.len())).unwrap();
        assert_eq!(told(text), at("", line), "{shown}");
        assert!(refused(text).to_string().ends_with(": this is not TOML"), "{shown}");
    }
}

#[test]
fn lines_are_counted_alike_with_any_line_end_and_a_mark_at_the_start() {
    for text in [
        "# é\n[code]\nlifetime = 3\n",
        "# é\r\n[code]\r\nlifetime = 3\r\n",
        "\u{feff}# é\n[code]\nlifetime = 3",
        "\u{feff}# é\r\n[code]\nlifetime = 3",
    ] {
        assert_eq!(told(text), at("code.lifetime", 3), "{text:?}");
    }
    assert_eq!(parse("\u{feff}code.lifetime = 180").unwrap().get("code.lifetime"), Some(180));
}

#[test]
fn a_policy_from_a_text_is_the_one_built_by_hand() {
    let text = r#"
        [accounts]
        hide = false

        [code]
        digits = 8
        lifetime = 180

        [wait]
        first = 60

        [purposes.sign-in]
        pin = true
        code = ["sms", "email"]
        authorizes = true

        [purposes]
        look_up = { code = ["email"], resend = "redeliver" }
        "pay.2" = { code = ["email", "sms"], resend = "rotate", pin = false, authorizes = false }
        step-up.pin = true
        token.otp = true
        pin-token = { needs = "two-factors", otp = true, pin = true, authorizes = true }
        paper = { recovery_code = true, otp = false, needs = "one-factor" }
        all = { pin = true, otp = true, recovery_code = true }
        linked = { pin = true, code = ["email"], link = true, needs = "two-with-email" }
        activate = { ticket = "once", authorizes = true, link = false, pin = false }
        matter = { ticket = "until-closed" }
        case = { ticket = "until-closed", authorizes = true }
    "#;
    let both = [Channel::Sms, Channel::Email];
    let by_hand = [("accounts.hide", 0), ("code.digits", 8), ("code.lifetime", 180)]
        .into_iter()
        .chain([("wait.first", 60)])
        .try_fold(Policy::builder(), |builder, (path, value)| builder.set(path, value))
        .unwrap()
        .purpose(Purpose::activation("activate"))
        .purpose(Purpose::pin("all").and_recovery_code().and_otp())
        .purpose(Purpose::ticket("case").authorizes())
        .purpose(
            Purpose::pin_and_code("linked", &[Channel::Email])
                .link()
                .needs(Assurance::TwoWithEmail),
        )
        .purpose(Purpose::code("look_up", &[Channel::Email]).resend(Resend::Redeliver))
        .purpose(Purpose::ticket("matter"))
        .purpose(Purpose::recovery_code("paper"))
        .purpose(Purpose::code("pay.2", &[Channel::Email, Channel::Sms]))
        .purpose(Purpose::pin("pin-token").and_otp().authorizes().needs(Assurance::TwoFactors))
        .purpose(Purpose::pin_and_code("sign-in", &both).authorizes())
        .purpose(Purpose::pin("step-up"))
        .purpose(Purpose::otp("token"))
        .build()
        .unwrap();
    same(&parse(text).unwrap(), &by_hand);
    for nothing in ["", "\n# nothing\n", "[code]\n[purposes]\n", "purposes = {}"] {
        same(&parse(nothing).unwrap(), &Policy::builder().build().unwrap());
    }
}

#[test]
fn a_purpose_is_refused_by_its_field() {
    for (text, path, line) in [
        ("[purposes.a]", "purposes.a", 1),
        ("\n[purposes.a]\npin = false", "purposes.a", 2),
        ("\n[purposes.a]\nresend = \"rotate\"", "purposes.a", 2),
        ("[purposes]\n\na = {}", "purposes.a", 3),
        ("[purposes]\na = true", "purposes.a", 2),
        ("[purposes]\na = [\"sms\"]", "purposes.a", 2),
        ("[[purposes.a]]\npin = true", "purposes.a", 1),
        ("[purposes.a]\npin = 1", "purposes.a.pin", 2),
        ("[purposes.a]\npin = \"true\"", "purposes.a.pin", 2),
        ("[purposes.a]\npin = true\nauthorizes = 1", "purposes.a.authorizes", 3),
        ("[purposes.a]\notp = 1", "purposes.a.otp", 2),
        ("[purposes.a]\notp = false", "purposes.a", 1),
        ("[purposes.a]\nrecovery_code = \"yes\"", "purposes.a.recovery_code", 2),
        ("[purposes.a]\ncode = [\"sms\"]\notp = true", "purposes.a", 1),
        ("[purposes.a]\npin = true\ncode = [\"sms\"]\nrecovery_code = true", "purposes.a", 1),
        ("[purposes.a]\ncode = \"sms\"", "purposes.a.code", 2),
        ("[purposes.a]\ncode = true", "purposes.a.code", 2),
        ("[purposes.a]\ncode = []", "purposes.a.code", 2),
        ("[purposes.a]\npin = true\ncode = []", "purposes.a.code", 3),
        ("[purposes.a]\ncode = [\"fax\"]", "purposes.a.code", 2),
        ("[purposes.a]\ncode = [\"SMS\"]", "purposes.a.code", 2),
        ("[purposes.a]\ncode = [\"sms\", 1]", "purposes.a.code", 2),
        ("[purposes.a]\ncode = [[\"sms\"]]", "purposes.a.code", 2),
        ("[purposes.a]\ncode = [\"sms\", \"sms\"]", "purposes.a.code", 2),
        ("[purposes.a]\ncode = [\"sms\", \"email\", \"sms\"]", "purposes.a.code", 2),
        ("[purposes.a]\npin = true\nresend = \"again\"", "purposes.a.resend", 3),
        ("[purposes.a]\npin = true\nresend = true", "purposes.a.resend", 3),
        ("[purposes.a]\npin = true\nlifetime = 30", "purposes.a.lifetime", 3),
        ("[purposes.a]\ncode = [\"sms\"]\nlink = 1", "purposes.a.link", 3),
        ("[purposes.a]\ncode = [\"sms\"]\nlink = \"true\"", "purposes.a.link", 3),
        ("[purposes.a]\npin = true\nlink = true", "purposes.a", 1),
        ("\n[purposes.a]\nlink = true", "purposes.a", 2),
        ("[purposes.a]\nticket = true", "purposes.a.ticket", 2),
        ("\n[purposes.A]\nticket = \"once\"", "purposes.A", 2),
        ("[purposes.a]\nticket = \"\"", "purposes.a.ticket", 2),
        ("[purposes.a]\nticket = \"Once\"", "purposes.a.ticket", 2),
        ("[purposes.a]\nticket = \"until_closed\"", "purposes.a.ticket", 2),
        ("[purposes.a]\nticket = 1", "purposes.a.ticket", 2),
        ("[purposes.a]\nticket = [\"once\"]", "purposes.a.ticket", 2),
        ("[purposes.a]\nticket = \"once\"\npin = true", "purposes.a", 1),
        ("[purposes.a]\nticket = \"once\"\notp = true", "purposes.a", 1),
        ("[purposes.a]\nticket = \"once\"\nrecovery_code = true", "purposes.a", 1),
        ("[purposes.a]\nticket = \"once\"\nlink = true", "purposes.a", 1),
        ("[purposes.a]\nticket = \"once\"\ncode = [\"sms\"]", "purposes.a", 1),
        ("[purposes.a]\nticket = \"until-closed\"\nresend = \"rotate\"", "purposes.a", 1),
        ("[purposes.a]\nticket = \"once\"\nauthorizes = false", "purposes.a", 1),
        ("[purposes.a]\nticket = \"once\"\nneeds = \"one-factor\"", "purposes.a", 1),
        ("[purposes.a]\npin = true\nneeds = \"TwoFactors\"", "purposes.a.needs", 3),
        ("[purposes.a]\npin = true\nneeds = 2", "purposes.a.needs", 3),
        ("[purposes.a]\npin = true\nneeds = \"two-with-email\"", "purposes.a", 1),
        (
            "[purposes.a]\npin = true\ncode = [\"sms\", \"email\"]\nneeds = \"two-factors\"",
            "purposes.a",
            1,
        ),
        ("[purposes.a]\ncode = [\"sms\"]\nneeds = \"two-factors\"", "purposes.a", 1),
        ("[purposes.a]\npin = true\n\n[purposes.a.code]\nx = 1", "purposes.a.code", 4),
    ] {
        assert_eq!(told(text), at(path, line), "{text}");
    }
}

#[test]
fn a_misnamed_purpose_is_refused_by_its_path_and_line() {
    let long = "x".repeat(33);
    for name in
        ["A", "a b", "ä", "a/b", "pinbolt:confirm-phone", "\\\"", "a'b", "", &long, "a\\u0000"]
    {
        for text in [
            format!("# first\n[purposes.\"{name}\"]\npin = true"),
            format!("# first\npurposes.\"{name}\" = {{ pin = true }}"),
        ] {
            let (path, line) = told(&text);
            assert!(path.starts_with("purposes.") && line == Some(2), "{text}: {path} {line:?}");
            assert!(refused(&text).to_string().contains("1 to 32 of a-z"), "{text}");
        }
    }
    let fits = "x".repeat(32);
    for name in ["a.b", "a-1_2", &fits] {
        let policy = parse(&format!("[purposes.\"{name}\"]\npin = true")).unwrap();
        assert_eq!(policy.purposes().first().unwrap().name(), name);
    }
}

#[test]
fn there_are_at_most_fourteen_purposes() {
    let purposes = |count: usize| -> String {
        (0..count).map(|n| format!("purposes.p{n} = {{ pin = true }}\n")).collect()
    };
    assert_eq!(parse(&purposes(14)).unwrap().purposes().len(), 14);
    assert_eq!(told(&purposes(15)), ("purposes".into(), None));
    assert!(refused(&purposes(15)).to_string().contains("more than 14"));
}

#[test]
fn settings_that_do_not_fit_together_are_refused_as_a_whole() {
    for (text, path) in [
        ("[cap]\nstranger = 98\nfirst_factor = 1\nknown_device = 2", "cap"),
        ("[wait]\nfirst = 4000", "wait.longest"),
        ("[code]\ncooldown = 121", "code.cooldown_longest"),
        ("[send]\nper_hour = 11", "send.per_day"),
    ] {
        assert_eq!(told(text), (path.into(), None), "{text}");
    }
}

#[test]
fn a_refusal_is_one_line_whatever_the_names_in_it() {
    for key in ["a\\nb", "a\\r\\nb", "a\\u001b[2Jb", "a\\u0000b"] {
        for text in [
            format!("\"{key}\" = 1"),
            format!("[code]\n\"{key}\" = 1"),
            format!("[purposes.\"{key}\"]\npin = true"),
            format!("[purposes.a]\npin = true\n\"{key}\" = 1"),
        ] {
            let shown = refused(&text).to_string();
            assert!(!shown.chars().any(char::is_control), "{shown:?}");
        }
    }
}

#[test]
fn a_refusal_is_an_error_that_can_be_passed_on() {
    let error: Box<dyn std::error::Error + Send + Sync> = Box::new(refused("code.digits = 4"));
    assert_eq!(error.to_string(), "policy, line 1: code.digits: 4 is not within 6 to 10 digits");
}

#[test]
fn a_text_of_a_megabyte_is_read_or_refused() {
    const MEGA: usize = 1_000_000;
    let texts = [
        (
            "# a comment\n".repeat(MEGA / 12) + "code.lifetime = 3",
            at("code.lifetime", MEGA / 12 + 1),
        ),
        ("\n".repeat(MEGA) + "code.lifetime = 3", at("code.lifetime", MEGA + 1)),
        (format!("{} = 1", "k".repeat(MEGA)), at(&"k".repeat(MEGA), 1)),
        (format!("code.lifetime = \"{}\"", "v".repeat(MEGA)), at("code.lifetime", 1)),
        (format!("code.lifetime = {}", "9".repeat(MEGA)), at("code.lifetime", 1)),
        (
            format!("[purposes.a]\ncode = [{}]", "\"sms\",".repeat(MEGA / 6)),
            at("purposes.a.code", 2),
        ),
        (format!("[purposes.a]\ncode = [{}]", "1,".repeat(MEGA / 2)), at("purposes.a.code", 2)),
        ("[".repeat(MEGA), at("", 1)),
        ((0..MEGA / 10).map(|n| format!("k{n:06} = 1\n")).collect(), at("k000000", 1)),
        ((0..MEGA / 10).map(|n| format!("[k{n:06}]\n")).collect(), at("k000000", 1)),
    ];
    for (text, place) in texts {
        assert!(told(&text) == place, "{}", text.get(..40).unwrap());
    }
    let many: String =
        (0..30_000).map(|n| format!("purposes.p{n:05} = {{ pin = true }}\n")).collect();
    assert_eq!(told(&many), ("purposes".into(), None));
    same(&parse(&"# only\n".repeat(MEGA / 7)).unwrap(), &Policy::builder().build().unwrap());
}

/// Steele, Lea and Flood's SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        *all.get(self.below(all.len())).unwrap()
    }
}

const CANARY: &str = "canary8027146391";

#[test]
fn no_text_makes_it_panic_and_no_value_comes_back() {
    let tables =
        ["code", "accounts", "purposes", "purposes.a", "purposes.\"b\"", "cap", "x", "\"\""];
    let keys =
        ["lifetime", "digits", "hide", "pin", "code", "resend", "a", "a.pin", "\"\\u0000\"", "é"];
    let values = [
        "180",
        "8",
        "-8",
        "true",
        "false",
        "1e400",
        "0x7fffffffffffffffff",
        "2026-01-01",
        "{}",
        "[]",
        "{ pin = true }",
        "{ code = [\"sms\"] }",
        "[\"sms\"]",
        "[\"email\", \"CANARY\"]",
        "\"CANARY\"",
        "'''CANARY'''",
        "[[\"CANARY\"]]",
        "{ code = \"CANARY\" }",
        "{ a.b = \"CANARY\" }",
        "\"CANARY",
        "CANARY",
        "[CANARY",
        "\"rotate\"",
    ];
    let glue = ["\n", "\r\n", "\n\n", " ", "#\n", "\u{feff}", "\u{0}", "=", "\"", "]", "\r", "😀"];
    let (mut random, mut read, mut kinds) = (Random(7), 0, std::collections::BTreeSet::new());
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..random.below(6) {
            match random.below(3) {
                0 => text.push_str(&format!("[{}]", random.of(&tables))),
                _ => text.push_str(&format!("{} = {}", random.of(&keys), random.of(&values))),
            }
            text.push_str(if random.below(5) == 0 { random.of(&glue) } else { "\n" });
        }
        if random.below(8) == 0 {
            text = text.chars().take(random.below(40)).collect();
        }
        let text = text.replace("CANARY", CANARY);
        match parse(&text) {
            Ok(_) => read += 1,
            Err(error) => {
                let shown = format!("{error} {error:?}");
                assert!(!shown.contains(CANARY), "{text:?}: {shown}");
                let lines = text.matches('\n').count() + 1;
                assert!(error.line().is_none_or(|line| (1..=lines).contains(&line)), "{text:?}");
                kinds.insert(error.to_string().rsplit(": ").next().unwrap().to_owned());
            }
        }
    }
    assert!(read > 1_000 && kinds.len() > 8, "{read} were read; {kinds:?}");
}
