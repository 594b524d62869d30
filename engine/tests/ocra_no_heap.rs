//! OCRA without the heap: neither making nor reading nor matching a response allocates.
#![allow(clippy::unwrap_used)]

use allocation_counter::measure;
use pinbolt::oath::ocra::{Challenge, Inputs, Ocra, Pin, Response, Window};

#[test]
fn nothing_is_allocated_while_a_response_is_made_or_matched() {
    let (client, server) = ("9".repeat(64), "8".repeat(64));
    let pair = Challenge::ClientAnswers { client: &client, server: &server };
    for (suite, challenge) in [
        ("OCRA-1:HOTP-SHA1-0:C-QN64-PSHA1-S512-T1M", pair),
        ("OCRA-1:HOTP-SHA256-6:C-QH64-PSHA256-S512-T1M", pair),
        ("OCRA-1:HOTP-SHA512-10:C-QA64-PSHA512-S512-T1M", pair),
        ("OCRA-1:HOTP-SHA512-0:C-QN08-PSHA512-S512-T1M", Challenge::One("12345678")),
    ] {
        let counts = measure(|| {
            let ocra = Ocra::new(suite, &[7; 200]).unwrap();
            let inputs = Inputs::new(challenge).pin(Pin::Text("1234")).session(&[9; 300]);
            let inputs = inputs.counter(7).now(1_206_446_790_000);
            let made = ocra.response(&inputs).unwrap();
            let typed = Response::parse(made.as_str(), ocra.suite()).unwrap();
            let window = Window::ONE.counters(5).steps(1, 1);
            assert!(ocra.matching(&inputs, &typed, window).unwrap().is_some());
        });
        assert_eq!(counts.count_total, 0, "{suite}");
    }
    assert_eq!(measure(|| drop(vec![1])).count_total, 1);
}
