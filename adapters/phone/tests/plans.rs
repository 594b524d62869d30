//! The engine's own table of prefixes, beside the plan of every country in the world.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use pinbolt::address::{AddressError, Phone};
use pinbolt_phone::{Line, Reader};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};

/// The kinds of line that a person may have.
const KINDS: [PhoneNumberType; 5] = [
    PhoneNumberType::FixedLine,
    PhoneNumberType::Mobile,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::Pager,
];

/// Prefixes of more than two digits that some country has.
const LONG: [&str; 9] = ["060", "0101", "015", "1001", "1010", "1831", "1832", "1900", "1999"];

#[test]
fn the_engine_refuses_no_number_that_a_person_may_have() {
    let (mut numbers, mut codes) = (0, BTreeSet::new());
    for (code, number) in examples() {
        match Phone::parse(&number) {
            Ok(phone) => assert_eq!(phone.as_str(), number),
            Err(fault) => assert_eq!(fault, AddressError::PhoneTooShort, "{number}"),
        }
        numbers += 1;
        codes.insert(code);
    }
    println!("{numbers} numbers of {} country codes", codes.len());
    assert!(numbers >= 600 && codes.len() >= 200);
}

/// Failure 36: of two spellings with `+` that the plans make one number of, the engine takes one.
#[test]
fn failure_36_an_extra_prefix_makes_no_second_number_anywhere() {
    let prefixes: Vec<String> = (0..10)
        .map(|p| format!("{p}"))
        .chain((0..100).map(|p| format!("{p:02}")))
        .chain(LONG.map(String::from))
        .collect();
    let (mut tried, mut one, mut second) = (0, 0, Vec::new());
    let reader = Reader::international();
    for (code, number) in examples() {
        let rest = number.strip_prefix(&format!("+{code}")).unwrap();
        for typed in prefixes.iter().map(|prefix| format!("+{code}{prefix}{rest}")) {
            tried += 1;
            // What the plan reads with the prefix as the number without it.
            let Ok(read) = PHONE_NUMBER_UTIL.parse(&typed, None) else { continue };
            if read.format_as(PhoneNumberFormat::E164) != number {
                continue;
            }
            one += 1;
            if Phone::parse(&typed).is_ok() {
                second.push(typed.clone());
            }
            assert!(reader.read(&typed).is_ok_and(|read| read.phone.as_str() == number), "{typed}");
        }
    }
    println!("{tried} spellings tried, {one} of them a second one of a number");
    assert_eq!(second, Vec::<String>::new());
    assert!(one >= 400);
}

/// Every country's numbers, as they are written within it, come back as the same numbers.
#[test]
fn national_forms_are_read_in_every_country() {
    let (mut read, mut refused) = (0, 0);
    for region in regions() {
        let reader = Reader::new(&region.to_string()).unwrap();
        for kind in KINDS {
            let Ok(example) =
                PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind)
            else {
                continue;
            };
            let key = example.format_as(PhoneNumberFormat::E164).into_owned();
            for form in [PhoneNumberFormat::National, PhoneNumberFormat::International] {
                let typed = example.format_as(form).into_owned();
                match reader.read(&typed) {
                    Ok(number) => {
                        assert_eq!(number.phone.as_str(), key, "{region:?} {typed}");
                        read += 1;
                    }
                    Err(fault) => {
                        println!("{region:?} {typed}: {fault:?}");
                        refused += 1;
                    }
                }
            }
        }
    }
    println!("{read} read, {refused} refused");
    assert!(read >= 1000 && refused * 20 <= read);
}

/// No number that costs more than a call gets through, in any country.
#[test]
fn costly_numbers_are_refused_everywhere() {
    let mut tried = 0;
    let reader = Reader::international();
    for region in regions() {
        for kind in [PhoneNumberType::PremiumRate, PhoneNumberType::SharedCost] {
            let found = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind);
            let Ok(example) = found else { continue };
            if example.get_type() == kind {
                assert!(reader.read(&example.format_as(PhoneNumberFormat::E164)).is_err());
                tried += 1;
            }
        }
    }
    println!("{tried} costly numbers");
    assert!(tried >= 100);
    assert!(
        !Line::ALL
            .iter()
            .any(|line| line.name().contains("cost") || line.name().contains("premium"))
    );
}

fn examples() -> Vec<(i32, String)> {
    let of = |region| {
        let kinds = KINDS.into_iter();
        kinds.filter_map(move |kind| {
            PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind).ok()
        })
    };
    let global = PHONE_NUMBER_UTIL.get_supported_global_network_calling_codes();
    let global = global
        .filter_map(|code| PHONE_NUMBER_UTIL.get_example_number_for_non_geo_entity(code).ok());
    let numbers = regions().into_iter().flat_map(of).chain(global);
    numbers
        .map(|it| (it.country_code, it.format_as(PhoneNumberFormat::E164).into_owned()))
        .collect()
}

fn regions() -> Vec<Region> {
    let mut regions: Vec<_> = PHONE_NUMBER_UTIL.get_supported_regions().collect();
    regions.sort_by_key(ToString::to_string);
    regions
}
