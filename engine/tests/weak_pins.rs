//! New PINs that the rules refuse, and why.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;

use pinbolt::pin::Rules;
use serde_json::Value;

#[test]
fn failure_41_weak_pins() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/weak_pins.json");
    let rows: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(rows.len() >= 100);
    for row in rows {
        let own: Vec<_> =
            row["own"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
        let rules = Rules { min_digits: row["min"].as_u64().unwrap().try_into().unwrap() };
        let weak = rules.check(row["pin"].as_str().unwrap(), &own).err().map(|e| format!("{e:?}"));
        // The variant's name alone: TooShort and TooLong carry their bound.
        let name = weak.as_deref().and_then(|text| text.split(' ').next());
        assert_eq!(name, row["error"].as_str(), "{}", row["pin"]);
    }
}
