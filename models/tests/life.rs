//! The protocol of `pinbolt_models::life` holds in every state, and each broken form of it fails.
#![allow(clippy::unwrap_used)]

use pinbolt_models::{Size, life::cases};

#[test]
fn the_protocol_holds() {
    for case in cases(Size::Small).iter().filter(|case| !case.is_control()) {
        println!("{}", case.run().unwrap());
    }
}

#[test]
fn each_control_fails() {
    for case in cases(Size::Small).iter().filter(|case| case.is_control()) {
        println!("{}", case.run().unwrap());
    }
}
