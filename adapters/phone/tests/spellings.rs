//! Failure 36: spellings of phone numbers, national ones too. One key, or a refusal.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{collections::BTreeMap, fs};

use pinbolt::{Misuse, address::Phone};
use pinbolt_phone::{Line, PhoneError, Reader};
use serde_json::Value;

#[test]
fn failure_36_national_spellings_have_one_key_or_are_refused() {
    let rows = rows();
    assert!(rows.len() >= 200);
    let mut seen = BTreeMap::new();
    for row in &rows {
        let typed = row["in"].as_str().unwrap();
        match reader(row).read(typed) {
            Ok(number) => {
                assert_eq!(row["read"], number.phone.as_str(), "{typed:?}");
                assert_eq!(row["line"], number.line.name(), "{typed:?}");
                *seen.entry(number.line.name()).or_insert(0) += 1;
            }
            Err(fault) => {
                assert_eq!(row["read"], Value::Null, "{typed:?}: {fault:?}");
                assert_eq!(row["fault"], fault.name(), "{typed:?}");
                *seen.entry(fault.name()).or_insert(0) += 1;
            }
        }
    }
    let told = PhoneError::ALL.iter().map(|fault| fault.name());
    assert!(told.chain(["mobile", "fixed", "company"]).all(|name| seen[name] > 0), "{seen:?}");
}

/// Whoever types it, here or there: what was read is read again, and the engine takes it as it is.
#[test]
fn what_was_read_reads_as_itself() {
    for row in rows() {
        let Some(key) = row["read"].as_str() else { continue };
        for reader in [reader(&row), Reader::international(), Reader::new("US").unwrap()] {
            assert_eq!(reader.read(key).unwrap().phone.as_str(), key);
        }
        assert_eq!(Phone::parse(key).unwrap().as_str(), key);
    }
}

/// Where both take a spelling, they take it for the same number.
#[test]
fn the_engine_and_the_adapter_never_differ() {
    let mut both = 0;
    for row in rows() {
        if let (Some(key), Some(read)) = (row["key"].as_str(), row["read"].as_str()) {
            assert_eq!(key, read, "{row}");
            both += 1;
        }
    }
    assert!(both >= 45);
}

#[test]
fn a_country_is_two_capitals_with_a_plan() {
    for country in ["PT", "US", "GG", "VA", "XK"] {
        assert_eq!(format!("{:?}", Reader::new(country).unwrap()), format!("Reader({country})"));
    }
    for country in ["", "pt", "Pt", "PRT", "001", "ZZ", "AQ", "P", "P1", "\u{e7}", "PT ", "\0\0"] {
        assert_eq!(Reader::new(country).unwrap_err(), Misuse::Value, "{country:?}");
    }
}

#[test]
fn the_longest_text() {
    let reader = Reader::international();
    let padded = |blanks: usize| format!("+351{}912345678", " ".repeat(blanks));
    let most = Reader::MAX_LEN - padded(0).len();
    assert!(reader.read(&padded(most)).is_ok());
    assert_eq!(reader.read(&padded(most + 1)), Err(PhoneError::Length));
    assert_eq!(reader.read(&"9".repeat(1_000_000)), Err(PhoneError::Length));
    assert_eq!(reader.read(&"(0)".repeat(20)), Err(PhoneError::NoCountry));
}

#[test]
fn law_11_no_text_shows_a_number() {
    for row in rows() {
        let typed = row["in"].as_str().unwrap();
        let texts = match reader(&row).read(typed) {
            Ok(number) => format!("{number:?}"),
            Err(fault) => format!("{fault} {fault:?}"),
        };
        assert!(!texts.contains(|c: char| c.is_ascii_digit()), "{texts}");
    }
    let number = Reader::new("PT").unwrap().read("912 345 678").unwrap();
    assert_eq!(format!("{number:?}"), "Number { phone: Phone(..), line: Mobile }");
}

#[test]
fn names_are_stable_and_apart() {
    let faults: Vec<_> = PhoneError::ALL.iter().map(|fault| fault.name()).collect();
    for (fault, name) in PhoneError::ALL.iter().zip(&faults) {
        assert_eq!(format!("{fault:?}"), *name);
        assert_eq!(fault.to_string(), fault.sentence());
    }
    let lines: Vec<_> = Line::ALL.iter().map(|line| line.to_string()).collect();
    assert_eq!(
        lines.join(" "),
        "mobile fixed fixed-or-mobile voip personal pager toll-free company voicemail"
    );
}

fn reader(row: &Value) -> Reader {
    row["region"].as_str().map_or_else(Reader::international, |it| Reader::new(it).unwrap())
}

fn rows() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../engine/tests/vectors/phone.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}
