//! Any text as a name, an address and a new PIN: no panic, and every key parses to itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinbolt::{
    address::{AccountId, Address, Email, Kind, Name, Phone},
    pin::Rules,
};

fuzz_target!(|input: &str| {
    let name = Name::parse(input);
    match (&name, Address::parse(input)) {
        (Ok(Name::Address(named)), Ok(address)) => {
            assert_eq!(*named, address);
            assert!(AccountId::parse(input).is_err());
            check(&address);
        }
        (Ok(Name::Account(id)), Err(_)) => assert_eq!(id.as_str(), input),
        (Err(_), Err(_)) => {}
        _ => panic!("a name and an address read differently"),
    }
    // One kind of address is never another.
    assert!(Phone::parse(input).is_err() || Email::parse(input).is_err());
    // The rules read any text, as a PIN and as a number.
    let weak = Rules { min_digits: 4 }.check(input, &[input]);
    assert!(weak.is_err() || input.bytes().all(|b| b.is_ascii_digit()));
});

fn check(address: &Address) {
    let again = Address::parse(address.key()).expect("a key parses");
    assert_eq!((again.kind(), again.key()), (address.kind(), address.key()));
    assert_eq!(Address::parse(address.delivery()).as_ref(), Ok(address));
    assert!(address.key().is_ascii() && address.delivery().is_ascii());
    assert!(address.key().eq_ignore_ascii_case(address.delivery()));
    let local = address.key().split('@').next().expect("a first part");
    assert!(local.len() == 1 || !address.mask().starts_with(local));
    match address.kind() {
        Kind::Phone => assert!((9..=16).contains(&address.key().len())),
        Kind::Email => assert!(address.key().len() <= Email::MAX_LEN),
    }
    let shown = format!("{address:?}");
    assert!(shown == "Phone(..)" || shown == "Email(..)");
}
