//! Any text as an OCRA suite, and any inputs for it: no panic, a suite reads as it is written, and a
//! response is right at its own place and at none beside the window.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinbolt::oath::ocra::{Challenge, Inputs, Ocra, Pin, Response, Suite, Window};

/// Suite, secret, challenges and whose answer, PIN or its hash, session, counter, time, typed text.
type Input<'a> = (
    Suited<'a>,
    &'a [u8],
    (&'a str, &'a str, u8),
    Option<Result<&'a str, &'a [u8]>>,
    Option<&'a [u8]>,
    (Option<u64>, Option<u64>),
    &'a str,
);

/// The text of a suite as it is, or its parts.
type Suited<'a> = Result<&'a str, (u8, u8, u8, u8, u8, u16, u8)>;

fuzz_target!(|input: Input<'_>| {
    let (suite, secret, (first, second, answers), pin, session, (counter, now), typed) = input;
    let suite = suite.map_or_else(written, str::to_owned);
    let Ok(ocra) = Ocra::with_dangerously_short_secret(&suite, secret) else {
        assert!(Suite::parse(&suite).is_err() || secret.is_empty());
        return;
    };
    assert_eq!(ocra.suite().to_string(), suite);
    let mut inputs = Inputs::new(match answers % 3 {
        0 => Challenge::One(first),
        1 => Challenge::ServerAnswers { client: first, server: second },
        _ => Challenge::ClientAnswers { client: first, server: second },
    });
    if let Some(pin) = pin {
        inputs = inputs.pin(pin.map_or_else(Pin::Hash, Pin::Text));
    }
    if let Some(session) = session {
        inputs = inputs.session(session);
    }
    if let Some(now) = now {
        inputs = inputs.now(now);
    }
    let own = counter.map_or(inputs, |counter| inputs.counter(counter));
    let _ = Response::parse(typed, ocra.suite()).map(|typed| ocra.matching(&own, &typed, WIDE));
    let Ok(response) = ocra.response(&own) else {
        return;
    };
    let again = Response::parse(response.as_str(), ocra.suite()).expect("a response parses");
    let matched = ocra.matching(&own, &again, Window::ONE).expect("inputs that fit");
    let matched = matched.expect("its own place");
    assert_eq!(matched.counter(), counter);
    assert_eq!(matched.step().is_some(), now.is_some());
    // Codes of a few digits meet now and then; whole HMACs don't.
    if let Some(before) = counter.and_then(|counter| counter.checked_sub(2))
        && ocra.suite().digits() == 0
    {
        let window = Window::ONE.counters(2);
        assert_eq!(ocra.matching(&inputs.counter(before), &again, window), Ok(None));
    }
});

const WIDE: Window = Window::ONE.counters(3).steps(1, 1);

/// A suite of these parts, mostly a good one.
fn written(
    (hash, digits, question, length, pin, session, time): (u8, u8, u8, u8, u8, u16, u8),
) -> String {
    const HASHES: [&str; 3] = ["SHA1", "SHA256", "SHA512"];
    let mut suite = format!("OCRA-1:HOTP-{}-{}:", HASHES[usize::from(hash) % 3], digits % 12);
    suite += if hash > 127 { "C-" } else { "" };
    suite += &format!("Q{}{:02}", ["A", "N", "H"][usize::from(question) % 3], length % 70);
    if let Some(hash) = HASHES.get(usize::from(pin) % 4) {
        suite += &format!("-P{hash}");
    }
    if session > 0 {
        suite += &format!("-S{:03}", session % 600);
    }
    if time > 0 {
        suite += &format!("-T{}{}", time % 61, ["S", "M", "H"][usize::from(question) / 86]);
    }
    suite
}
