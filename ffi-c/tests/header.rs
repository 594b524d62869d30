//! `pinbolt.h` is what cbindgen makes of `src`, with the codes of the engine's tables before it.
//!
//! `PINBOLT_WRITE_HEADER=1 cargo test -p pinbolt-ffi --test header` writes it anew.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{env, fmt::Write as _, fs, path::Path};

use cbindgen::{Builder, Config};
use pinbolt::{
    Failure, Misuse, Refusal,
    op::{CONFIRM, RELEASE},
};
use pinbolt_provision::ProvisionError;

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// In the order in which the header speaks of them.
const SOURCES: &[&str] = &[
    "status",
    "text",
    "names",
    "keys",
    "policy",
    "installation",
    "caller",
    "op",
    "verbs/accounts",
    "verbs/addresses",
    "verbs/identity",
    "verbs/sign_in",
    "verbs/pins",
    "verbs/tokens",
    "verbs/import",
    "verbs/recovery",
    "verbs/devices",
    "verbs/tickets",
    "store",
    "delivery",
    "clock",
    "engine",
    "question",
    "work",
    "end",
    "offers",
    "accepted",
    "issued",
    "event",
    "describe",
    "hotp",
    "ocra",
    "phone",
    "provision/fault",
    "provision/written",
    "provision/base32",
    "provision/key",
    "provision/files",
    "provision/otpauth",
    "provision/migration",
    "provision/qr",
    "provision/pskc",
    "check",
];

#[test]
fn the_header_is_what_the_sources_say() {
    let path = Path::new(FOLDER).join("include/pinbolt.h");
    let made = header();
    if env::var_os("PINBOLT_WRITE_HEADER").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &made).unwrap();
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    if let Some((line, (is, should))) =
        stands.lines().zip(made.lines()).enumerate().find(|(_, (is, should))| is != should)
    {
        panic!("pinbolt.h, line {}: it says\n{is}\nwhere the sources say\n{should}", line + 1);
    }
    assert_eq!(stands.len(), made.len(), "pinbolt.h has more or less than the sources");
}

#[test]
fn each_source_is_in_the_header() {
    for folder in ["", "verbs/", "provision/"] {
        for entry in fs::read_dir(Path::new(FOLDER).join("src").join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let Some(name) = name.strip_suffix(".rs") else { continue };
            let text = fs::read_to_string(source(&format!("{folder}{name}"))).unwrap();
            let listed = SOURCES.contains(&format!("{folder}{name}").as_str());
            let speaks = ["unsafe(no_mangle)", "pub struct pinbolt", "pub const PINBOLT"];
            assert_eq!(listed, speaks.iter().any(|word| text.contains(word)), "{name}");
        }
    }
}

fn header() -> String {
    let config = Config {
        header: Some(preamble()),
        after_includes: Some(codes()),
        ..Config::from_file(Path::new(FOLDER).join("cbindgen.toml")).unwrap()
    };
    let builder = SOURCES
        .iter()
        .fold(Builder::new().with_config(config), |builder, name| builder.with_src(source(name)));
    let mut text = Vec::new();
    builder.generate().unwrap().write(&mut text);
    String::from_utf8(text).unwrap()
}

fn source(name: &str) -> std::path::PathBuf {
    Path::new(FOLDER).join("src").join(name).with_extension("rs")
}

fn preamble() -> String {
    fs::read_to_string(Path::new(FOLDER).join("src/preamble.h")).unwrap()
}

/// The engine's tables, as C has them.
fn codes() -> String {
    let mut text = String::from(
        "\n/// What a function gives that bears it must be looked at.\n\
         #if defined(__GNUC__)\n#define PINBOLT_CHECK __attribute__((warn_unused_result))\n\
         #else\n#define PINBOLT_CHECK\n#endif\n\n",
    );
    writeln!(text, "/// This header's version; `pinbolt_version` gives the library's.").unwrap();
    writeln!(text, "#define PINBOLT_VERSION \"{}\"\n", env!("CARGO_PKG_VERSION")).unwrap();
    writeln!(text, "/// The purpose by which `finish` ends what `confirm` began.").unwrap();
    writeln!(text, "#define PINBOLT_CONFIRM \"{CONFIRM}\"").unwrap();
    writeln!(text, "/// The purpose of the notices that `release_address` sends.").unwrap();
    writeln!(text, "#define PINBOLT_RELEASE \"{RELEASE}\"").unwrap();
    for (about, table) in [
        ("Refusals: \"no\" to the person.", Refusal::TABLE),
        ("Misuse: a mistake in the calling program.", Misuse::TABLE),
        ("Failures: the infrastructure didn't do its part; nothing was accepted.", Failure::TABLE),
    ] {
        writeln!(text, "\n// {about}\n").unwrap();
        for (code, name, sentence) in table {
            writeln!(text, "/// {sentence}\n#define PINBOLT_{} {code}", constant(name)).unwrap();
        }
    }
    writeln!(text, "\n// Why a text that describes tokens is refused; no status.\n").unwrap();
    for fault in ProvisionError::ALL {
        let (sentence, code) = (fault.sentence(), fault.code());
        let name = constant(fault.name());
        writeln!(text, "/// {sentence}\n#define PINBOLT_PROVISION_{name} {code}").unwrap();
    }
    text
}

/// `WrongCode` to `WRONG_CODE`.
fn constant(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}
