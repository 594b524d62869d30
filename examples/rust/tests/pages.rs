//! Pages that show parts of the programs show them as they are.
#![allow(clippy::unwrap_used, clippy::panic)]

use pinbolt_provision::{Qr, otpauth};

const PAGE: &str = include_str!("../../../engine/src/docs/enrolling.md");

/// The page's blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let begun = PAGE.split("\n```").skip(1).step_by(2);
    begun.filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n')).collect()
}

/// Without what stands before a line: a part of a program is shown from its edge on.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_start).collect()
}

#[test]
fn the_page_on_enrolling_shows_parts_of_the_programs() {
    let programs = [
        ("custom,{class=language-rust}", include_str!("../src/bin/enroll_app.rs"), 1),
        ("c", include_str!("../../c/enroll_app.c"), 2),
        ("python", include_str!("../../python/enroll_app.py"), 2),
    ];
    for (language, program, count) in programs {
        let (blocks, program) = (blocks(language), lines(program));
        assert_eq!(blocks.len(), count, "{language}");
        for block in blocks {
            let block = lines(block);
            assert!(
                program.windows(block.len()).any(|part| part == block),
                "the page has another program than examples:\n{}",
                block.join("\n")
            );
        }
    }
}

#[test]
fn the_page_on_enrolling_ends_in_the_picture_of_its_address() {
    let addresses = blocks("text");
    let [address] = *addresses else { panic!("one address") };
    let key = otpauth::read(address).unwrap();
    assert_eq!((key.issuer(), key.name()), (Some("Example Co"), "ana@example.com"));
    assert_eq!(key.secret(), b"12345678901234567890");
    assert_eq!(*otpauth::write(&key).unwrap(), *address);
    let picture = Qr::new(address).unwrap().svg();
    let end = format!("<div style=\"max-width: 18em\">{}</div>\n", *picture);
    assert!(PAGE.ends_with(&end));
}
