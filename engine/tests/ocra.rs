//! OCRA (RFC 6287): the RFC's own vectors, suites and inputs that aren't of its form, exact windows.
//! The vectors are data, read by the C and Python tests too.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod asked;

use asked::asked;
use pinbolt::{
    Misuse, Refusal,
    oath::{
        Algorithm,
        ocra::{Challenge, Format, Inputs, Matched, Ocra, Pin, Response, Suite, Window},
    },
};
use proptest::prelude::*;
use serde_json::Value;
use sha1::Digest;

const SECRET: &[u8] = b"12345678901234567890123456789012";
const NOW: u64 = 1_206_446_790_000;

fn data(part: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("vectors/ocra.json")).unwrap();
    all[part].as_array().unwrap().clone()
}

fn text<'a>(vector: &'a Value, name: &str) -> Option<&'a str> {
    vector[name].as_str()
}

fn bytes(vector: &Value, name: &str) -> Option<Vec<u8>> {
    text(vector, name).map(unhex)
}

fn unhex(text: &str) -> Vec<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16).unwrap();
    let byte = |pair: &[u8]| u8::try_from(value(pair[0]) * 16 + value(pair[1])).unwrap();
    text.as_bytes().chunks(2).map(byte).collect()
}

/// What a vector gives, for `run`.
fn with<T>(vector: &Value, run: impl FnOnce(&Inputs<'_>) -> T) -> T {
    let pair = text(vector, "client").zip(text(vector, "server"));
    let challenge = match (text(vector, "answers"), pair) {
        (Some("server"), Some((client, server))) => Challenge::ServerAnswers { client, server },
        (Some("client"), Some((client, server))) => Challenge::ClientAnswers { client, server },
        _ => Challenge::One(text(vector, "challenge").unwrap()),
    };
    let (hash, session) = (bytes(vector, "pin_hash"), bytes(vector, "session"));
    let mut inputs = Inputs::new(challenge);
    if let Some(counter) = vector["counter"].as_u64() {
        inputs = inputs.counter(counter);
    }
    if let Some(pin) = text(vector, "pin").map(Pin::Text).or(hash.as_deref().map(Pin::Hash)) {
        inputs = inputs.pin(pin);
    }
    if let Some(session) = &session {
        inputs = inputs.session(session);
    }
    if let Some(now) = vector["now"].as_u64() {
        inputs = inputs.now(now * 1000);
    }
    run(&inputs)
}

fn ocra(suite: &str) -> Ocra {
    Ocra::new(suite, SECRET).unwrap()
}

#[test]
fn every_vector_of_rfc_6287_appendix_c_and_of_other_programs() {
    let mut counts = [0; 4];
    for vector in data("vectors") {
        let (suite, secret) = (text(&vector, "suite").unwrap(), bytes(&vector, "secret").unwrap());
        let ocra = Ocra::new(suite, &secret).unwrap();
        let expected = text(&vector, "response").unwrap();
        with(&vector, |inputs| {
            let response = ocra.response(inputs).unwrap();
            assert_eq!(response.as_str(), expected, "{vector}");
            let typed = Response::parse(expected, ocra.suite()).unwrap();
            let matched = ocra.matching(inputs, &typed, Window::ONE).unwrap().unwrap();
            assert_eq!(matched.counter(), vector["counter"].as_u64(), "{vector}");
            assert_eq!(matched.step().is_some(), !vector["now"].is_null(), "{vector}");
        });
        counts[match text(&vector, "source").unwrap() {
            "RFC 6287, C.1" => 0,
            "RFC 6287, C.2" => 1,
            "RFC 6287, C.3" => 2,
            _ => 3,
        }] += 1;
    }
    assert_eq!(counts, [40, 20, 10, 46]);
}

#[test]
fn a_suite_reads_as_it_is_written() {
    let (vectors, suites) = (data("vectors"), data("suites"));
    let used = vectors.iter().map(|vector| &vector["suite"]);
    for suite in used.chain(&suites).map(|suite| suite.as_str().unwrap()) {
        let read = Suite::parse(suite).unwrap();
        assert_eq!(read.to_string(), suite);
        assert_eq!(format!("{read:?}"), format!("Suite({suite})"));
    }
    let full = Suite::parse("OCRA-1:HOTP-SHA512-10:C-QA64-PSHA256-S512-T48H").unwrap();
    assert_eq!((full.algorithm(), full.digits(), full.counter()), (Algorithm::Sha512, 10, true));
    assert_eq!((full.format(), full.length()), (Format::Alphanumeric, 64));
    assert_eq!(full.pin(), Some(Algorithm::Sha256));
    assert_eq!((full.session(), full.step()), (Some(512), Some(172_800)));
    let least = Suite::parse("OCRA-1:HOTP-SHA1-0:QH04").unwrap();
    assert_eq!((least.digits(), least.counter(), least.pin()), (0, false, None));
    assert_eq!((least.format(), least.length()), (Format::Hexadecimal, 4));
    assert_eq!((least.session(), least.step()), (None, None));
    assert_eq!(Suite::parse("OCRA-1:HOTP-SHA1-6:QN08-S").unwrap().session(), Some(64));
}

#[test]
fn a_malformed_suite_is_misuse() {
    for suite in data("malformed") {
        let suite = suite.as_str().unwrap();
        assert_eq!(Suite::parse(suite), Err(Misuse::OcraSuite), "{suite:?}");
        assert_eq!(Ocra::new(suite, SECRET).unwrap_err(), Misuse::OcraSuite);
        let door = Ocra::with_dangerously_short_secret(suite, SECRET);
        assert_eq!(door.unwrap_err(), Misuse::OcraSuite);
    }
}

#[test]
fn inputs_that_do_not_fit_the_suite_are_misuse() {
    for vector in data("misfits") {
        let ocra = ocra(text(&vector, "suite").unwrap());
        let typed = Response::parse("000000", ocra.suite()).unwrap();
        with(&vector, |inputs| {
            assert_eq!(ocra.response(inputs).unwrap_err(), Misuse::OcraInput, "{vector}");
            let matched = ocra.matching(inputs, &typed, Window::ONE);
            assert_eq!(matched, Err(Misuse::OcraInput), "{vector}");
        });
    }
}

#[test]
fn failure_31_a_typed_response_is_read_or_refused() {
    for vector in data("typed") {
        let suite = Suite::parse(text(&vector, "suite").unwrap()).unwrap();
        let read = Response::parse(text(&vector, "typed").unwrap(), &suite);
        match text(&vector, "is") {
            Some(is) => assert_eq!(read.unwrap().as_str(), is, "{vector}"),
            None => assert!(matches!(read, Err(Refusal::Malformed { .. })), "{vector}"),
        }
    }
}

#[test]
fn failure_32_a_short_secret_takes_the_door_named_for_the_danger() {
    let suite = "OCRA-1:HOTP-SHA1-6:QN08";
    for len in 0..=32 {
        let new = Ocra::new(suite, &SECRET[..len]).err();
        let door = Ocra::with_dangerously_short_secret(suite, &SECRET[..len]).err();
        assert_eq!(new, (len < 16).then_some(Misuse::ShortSecret), "{len}");
        assert_eq!(door, (len == 0).then_some(Misuse::ShortSecret), "{len}");
    }
}

/// Who answers decides the order, and no other pair gives its text.
#[test]
fn each_partys_answer_is_its_own() {
    let ocra = ocra("OCRA-1:HOTP-SHA256-8:QA08");
    let (client, server) = ("CLI22220", "SRV11110");
    let answer = |challenge| ocra.response(&Inputs::new(challenge)).unwrap();
    let by_server = answer(Challenge::ServerAnswers { client, server });
    let by_client = answer(Challenge::ClientAnswers { client, server });
    assert_eq!((by_server.as_str(), by_client.as_str()), ("28247970", "15510767"));
    // A mirror: what the server answered is no answer of the client's, in either reading.
    for challenge in [
        Challenge::ClientAnswers { client, server },
        Challenge::ServerAnswers { client: server, server: client },
        Challenge::One(client),
        Challenge::One(server),
    ] {
        let matched = ocra.matching(&Inputs::new(challenge), &by_server, Window::ONE).unwrap();
        assert_eq!(matched, None, "{challenge:?}");
    }
    // A character moved over the border is refused, not another reading of the same text.
    for (client, server) in [("CLI2222", "0SRV11110"), ("CLI22220S", "RV11110"), ("", "SRV11110")] {
        for challenge in [
            Challenge::ServerAnswers { client, server },
            Challenge::ClientAnswers { client, server },
        ] {
            assert_eq!(ocra.response(&Inputs::new(challenge)).unwrap_err(), Misuse::OcraInput);
        }
    }
}

#[test]
fn failure_30_the_ends_of_counters_and_times() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-8:C-QN08-T59S");
    let inputs = Inputs::new(Challenge::One("12345678"));
    let last_step = u64::MAX / 1000 / 59;
    for (counter, now, step) in [
        (0, 0, 0),
        (0, 58_999, 0),
        (1, 59_000, 1),
        (u64::MAX - 1, u64::MAX - 1, last_step),
        (u64::MAX, u64::MAX, last_step),
    ] {
        let own = inputs.counter(counter).now(now);
        let response = ocra.response(&own).unwrap();
        let place = |window| {
            let matched = ocra.matching(&own, &response, window).unwrap();
            matched.map(|matched: Matched| (matched.counter(), matched.step()))
        };
        assert_eq!(place(Window::ONE), Some((Some(counter), Some(step))));
        assert_eq!(place(Window::ONE.counters(10).steps(9, 9)), Some((Some(counter), Some(step))));
        assert_eq!(place(Window::ONE.counters(0)), None);
    }
    // The counter after the last is none: it doesn't start over.
    let first = ocra.response(&inputs.counter(0).now(NOW)).unwrap();
    let last = inputs.counter(u64::MAX).now(NOW);
    assert_eq!(ocra.matching(&last, &first, Window::ONE.counters(1000)).unwrap(), None);
}

#[test]
fn failure_30_the_bounds_of_a_window() {
    let inputs = Inputs::new(Challenge::One("12345678"));
    let misuse = |suite: &str, inputs: &Inputs<'_>, window| {
        let ocra = ocra(suite);
        let typed = Response::parse("000000", ocra.suite()).unwrap();
        ocra.matching(inputs, &typed, window).err()
    };
    let (both, bounds) = ("OCRA-1:HOTP-SHA1-6:C-QN08-T1M", Some(Misuse::OcraInput));
    for (counters, back, ahead, expected) in [
        (0, 0, 0, None),
        (1000, 0, 0, None),
        (1001, 0, 0, bounds),
        (1, 500, 499, None),
        (1, 500, 500, bounds),
        (1, 0, 1000, bounds),
        (10, 50, 49, None),
        (10, 50, 50, bounds),
        (u32::MAX, u32::MAX, u32::MAX, bounds),
        (u32::MAX, 0, 0, bounds),
        (1, u32::MAX, 0, bounds),
    ] {
        let window = Window::ONE.counters(counters).steps(back, ahead);
        assert_eq!(misuse(both, &inputs.counter(1).now(NOW), window), expected, "{window:?}");
    }
    let plain = "OCRA-1:HOTP-SHA1-6:QN08";
    assert_eq!(misuse(plain, &inputs, Window::ONE), None);
    for window in [Window::ONE.counters(2), Window::ONE.counters(0), Window::ONE.steps(1, 0)] {
        assert_eq!(misuse(plain, &inputs, window), bounds);
    }
    let (counted, timed) = ("OCRA-1:HOTP-SHA1-6:C-QN08", "OCRA-1:HOTP-SHA1-6:QN08-T1M");
    assert_eq!(misuse(counted, &inputs.counter(0), Window::ONE.steps(0, 1)), bounds);
    assert_eq!(misuse(timed, &inputs.now(NOW), Window::ONE.counters(2)), bounds);
}

#[test]
fn failure_34_the_exact_counters_and_steps() {
    let ocra = ocra("OCRA-1:HOTP-SHA256-10:C-QN08-T1M");
    let inputs = Inputs::new(Challenge::One("12345678"));
    let step = NOW / 60_000;
    for (count, back, ahead) in [(1, 0, 0), (3, 0, 0), (1, 1, 0), (1, 0, 2), (4, 2, 1)] {
        let window = Window::ONE.counters(count).steps(back, ahead);
        for counter in 95..110 {
            for at in step - 5..step + 5 {
                let response = ocra.response(&inputs.counter(counter).now(at * 60_000)).unwrap();
                let matched =
                    ocra.matching(&inputs.counter(100).now(NOW), &response, window).unwrap();
                let inside = (100..100 + u64::from(count)).contains(&counter)
                    && (step - u64::from(back)..=step + u64::from(ahead)).contains(&at);
                let place = matched.map(|matched| (matched.counter(), matched.step()));
                assert_eq!(place, inside.then_some((Some(counter), Some(at))), "{window:?}");
            }
        }
    }
}

#[test]
fn of_several_places_the_lowest_counts() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-4:C-QN08-T1S");
    let inputs = Inputs::new(Challenge::One("12345678"));
    let places = (0..20u64).flat_map(|counter| (0..50u64).map(move |step| (counter, step)));
    let places: Vec<(u64, u64)> = places.collect();
    let at = |&(counter, step)| ocra.response(&inputs.counter(counter).now(step * 1000)).unwrap();
    let all: Vec<Response> = places.iter().map(at).collect();
    let mut several = 0;
    for (place, response) in all.iter().enumerate() {
        let lowest = all.iter().position(|one| one.as_str() == response.as_str()).unwrap();
        if lowest == place {
            continue;
        }
        several += 1;
        let window = Window::ONE.counters(20).steps(0, 49);
        let matched = ocra.matching(&inputs.counter(0).now(0), response, window).unwrap().unwrap();
        let (counter, step) = places[lowest];
        assert_eq!((matched.counter(), matched.step()), (Some(counter), Some(step)));
    }
    assert!(several > 10);
}

#[test]
fn a_response_with_another_digit_anywhere_is_wrong() {
    for digits in [0, 4, 5, 6, 7, 8, 9, 10] {
        for hash in ["SHA1", "SHA256", "SHA512"] {
            let ocra = ocra(&format!("OCRA-1:HOTP-{hash}-{digits}:QN08"));
            let inputs = Inputs::new(Challenge::One("12345678"));
            let right = ocra.response(&inputs).unwrap().as_str().to_owned();
            for at in 0..right.len() {
                let mut wrong = right.clone().into_bytes();
                wrong[at] = if wrong[at] == b'7' { b'3' } else { b'7' };
                let typed = String::from_utf8(wrong).unwrap();
                let typed = Response::parse(&typed, ocra.suite()).unwrap();
                assert_eq!(ocra.matching(&inputs, &typed, Window::ONE).unwrap(), None, "{at}");
            }
        }
    }
}

#[test]
fn a_response_of_another_suites_length_is_right_nowhere() {
    let inputs = Inputs::new(Challenge::One("12345678"));
    let suites = [0, 4, 5, 6, 10].map(|digits| ocra(&format!("OCRA-1:HOTP-SHA1-{digits}:QN08")));
    for (at, ocra) in suites.iter().enumerate() {
        for (other, theirs) in suites.iter().enumerate() {
            let response = theirs.response(&inputs).unwrap();
            let matched = ocra.matching(&inputs, &response, Window::ONE).unwrap();
            assert_eq!(matched.is_some(), at == other);
        }
    }
    // The same number, written longer.
    let six = suites[3].response(&inputs).unwrap();
    let ten = Response::parse(&format!("0000{}", six.as_str()), suites[4].suite()).unwrap();
    assert_eq!(suites[3].matching(&inputs, &ten, Window::ONE).unwrap(), None);
}

#[test]
fn the_pin_and_its_hash_are_one() {
    for (suite, hash) in [
        ("OCRA-1:HOTP-SHA1-6:QN08-PSHA1", sha1::Sha1::digest("1234").to_vec()),
        ("OCRA-1:HOTP-SHA1-6:QN08-PSHA256", sha2::Sha256::digest("1234").to_vec()),
        ("OCRA-1:HOTP-SHA1-6:QN08-PSHA512", sha2::Sha512::digest("1234").to_vec()),
    ] {
        let ocra = ocra(suite);
        let inputs = Inputs::new(Challenge::One("12345678"));
        let answer = |pin| ocra.response(&inputs.pin(pin)).unwrap().as_str().to_owned();
        assert_eq!(answer(Pin::Text("1234")), answer(Pin::Hash(&hash)));
        assert_ne!(answer(Pin::Text("1235")), answer(Pin::Hash(&hash)));
    }
}

#[test]
fn no_secret_reaches_a_text() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-6:QN08-PSHA1-S064");
    let inputs = Inputs::new(Challenge::One("12345678"));
    let inputs = inputs.pin(Pin::Text("canary")).session(b"canary");
    let response = ocra.response(&inputs).unwrap();
    assert_eq!(format!("{ocra:?}"), "Ocra(OCRA-1:HOTP-SHA1-6:QN08-PSHA1-S064)");
    assert_eq!(format!("{inputs:?}"), "Inputs(..)");
    assert_eq!(format!("{response:?}"), "Response(..)");
    let pins = [Pin::Text("canary"), Pin::Hash(b"canary")];
    assert_eq!(format!("{pins:?}"), "[Pin(..), Pin(..)]");
    let (client, server) = ("canary", "canary");
    let pair = [
        Challenge::ServerAnswers { client, server },
        Challenge::ClientAnswers { client, server },
        Challenge::One("canary"),
    ];
    assert_eq!(format!("{pair:?}"), "[ServerAnswers(..), ClientAnswers(..), One(..)]");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_suite_and_inputs_give_what_another_way_gives(asked in asked()) {
        let ocra = Ocra::new(&asked.suite, &asked.secret).unwrap();
        prop_assert_eq!(ocra.suite().to_string(), asked.suite.clone());
        let response = ocra.response(&asked.inputs()).unwrap();
        prop_assert_eq!(response.as_str(), asked.by_another_way());
    }

    #[test]
    fn any_window_is_exact(
        (first, count) in (any::<u64>(), 0..30u32),
        (now, back, ahead) in (any::<u64>(), 0..6u32, 0..6u32),
        (counter, step) in (-3..33i64, -8..8i64),
    ) {
        let ocra = ocra("OCRA-1:HOTP-SHA1-10:C-QN08-T1S");
        let inputs = Inputs::new(Challenge::One("12345678"));
        let (counter, at) = (first.saturating_add_signed(counter), (now / 1000).saturating_add_signed(step));
        prop_assume!(at <= u64::MAX / 1000);
        let response = ocra.response(&inputs.counter(counter).now(at * 1000)).unwrap();
        let window = Window::ONE.counters(count).steps(back, ahead);
        let matched = ocra.matching(&inputs.counter(first).now(now), &response, window).unwrap();
        let inside = counter.checked_sub(first).is_some_and(|past| past < count.into())
            && at + u64::from(back) >= now / 1000 && at <= now / 1000 + u64::from(ahead);
        let place = matched.map(|matched| (matched.counter(), matched.step()));
        prop_assert_eq!(place, inside.then_some((Some(counter), Some(at))));
    }

    #[test]
    fn any_text_is_a_suite_as_it_stands_or_none(suite in "\\PC*", mixed in "[ACHMNOPQRST0-9:-]{0,60}",
        near in "OCRA-1:HOTP-SHA(1|256|512)-[0-9]{1,2}:(C-)?Q[ANH][0-9]{1,3}(-PSHA(1|256|512))?(-S[0-9]{0,4})?(-T[0-9]{1,3}[SMHD])?",
    ) {
        for suite in [suite, mixed, near] {
            match Suite::parse(&suite) {
                Ok(read) => prop_assert_eq!(read.to_string(), suite),
                Err(misuse) => prop_assert_eq!(misuse, Misuse::OcraSuite),
            }
        }
    }

    #[test]
    fn any_text_as_a_challenge_pin_or_response_is_taken_or_refused(
        asked in asked(), challenge in "\\PC*", pin in "\\PC*", typed in "\\PC*",
        session in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let ocra = Ocra::new(&asked.suite, &asked.secret).unwrap();
        let odd = asked.inputs().pin(Pin::Text(&pin)).session(&session);
        let (client, server) = (challenge.as_str(), asked.challenge.as_str());
        for challenge in [
            Challenge::One(client), Challenge::ServerAnswers { client, server },
            Challenge::ClientAnswers { client, server },
        ] {
            let odder = Inputs::new(challenge).pin(Pin::Hash(&session)).counter(1).now(u64::MAX);
            for inputs in [odd, odder, Inputs::new(challenge)] {
                if let Err(misuse) = ocra.response(&inputs) {
                    prop_assert_eq!(misuse, Misuse::OcraInput);
                }
            }
        }
        if let Ok(response) = Response::parse(&typed, ocra.suite()) {
            prop_assert!(response.as_str().bytes().all(|b| b.is_ascii_hexdigit()));
        }
    }
}
