//! HOTP and TOTP as pure functions: the RFCs' vectors, windows, bounds, and what others got wrong.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use allocation_counter::measure;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use pinbolt::{
    Input, Misuse, Refusal,
    oath::{Algorithm, Code, Hotp, Totp},
};
use proptest::{prelude::*, test_runner::Config};
use serde_json::Value;
use subtle::ConstantTimeEq;

const SECRET: &[u8] = b"12345678901234567890";

fn hotp(digits: u8) -> Hotp {
    Hotp::new(Algorithm::Sha1, digits, SECRET).unwrap()
}

fn code(text: &str, digits: u8) -> Code {
    Code::parse(text, digits).unwrap()
}

// The vectors.

fn vectors(text: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(text).unwrap()["vectors"].as_array().unwrap().clone()
}

fn generator(vector: &Value) -> (Hotp, u8) {
    let algorithm = Algorithm::from_name(vector["algorithm"].as_str().unwrap()).unwrap();
    let digits = u8::try_from(vector["digits"].as_u64().unwrap()).unwrap();
    let secret = HEXLOWER.decode(vector["secret"].as_str().unwrap().as_bytes()).unwrap();
    (Hotp::new(algorithm, digits, &secret).unwrap(), digits)
}

#[test]
fn rfc_4226_appendix_d() {
    let vectors = vectors(include_str!("vectors/hotp.json"));
    assert_eq!(vectors.len(), 10);
    for vector in vectors {
        let (hotp, digits) = generator(&vector);
        let (counter, expected) =
            (vector["counter"].as_u64().unwrap(), vector["code"].as_str().unwrap());
        assert_eq!(hotp.code(counter).as_str(), expected);
        // Ten digits are all of the 31 bits.
        let whole = Hotp::new(hotp.algorithm(), 10, SECRET).unwrap().code(counter);
        assert_eq!(whole.as_str().parse::<u64>().unwrap(), vector["truncated"].as_u64().unwrap());
        assert_eq!(hotp.matching(&code(expected, digits), 0, 10), Some(counter));
    }
}

#[test]
fn rfc_6238_appendix_b() {
    let vectors = vectors(include_str!("vectors/totp.json"));
    assert_eq!(vectors.len(), 18);
    for vector in vectors {
        let (hotp, digits) = generator(&vector);
        let number = |name: &str| vector[name].as_u64().unwrap();
        let period = u32::try_from(number("period")).unwrap();
        let totp = Totp::new(hotp, period, number("start")).unwrap();
        let (now, step) = (number("seconds") * 1000, number("step"));
        let expected = vector["code"].as_str().unwrap();
        for now in [now, now + 999] {
            assert_eq!(totp.step(now), Some(step));
            assert_eq!(totp.code_at(now).unwrap().as_str(), expected);
        }
        assert_eq!(totp.hotp().matching(&code(expected, digits), step, 1), Some(step));
    }
}

// Against the hmac crate and a window written plainly.

fn mac<M: Mac + KeyInit>(secret: &[u8], counter: u64) -> Vec<u8> {
    let mac = <M as KeyInit>::new_from_slice(secret).unwrap();
    mac.chain_update(counter.to_be_bytes()).finalize().into_bytes().to_vec()
}

/// A code as RFC 4226, 5.3 and 5.4, write it.
fn plainly(algorithm: Algorithm, digits: u8, secret: &[u8], counter: u64) -> String {
    let mac = match algorithm {
        Algorithm::Sha1 => mac::<Hmac<sha1::Sha1>>(secret, counter),
        Algorithm::Sha256 => mac::<Hmac<sha2::Sha256>>(secret, counter),
        _ => mac::<Hmac<sha2::Sha512>>(secret, counter),
    };
    let place = usize::from(mac.last().unwrap() & 15);
    let number = u32::from_be_bytes(mac[place..place + 4].try_into().unwrap()) & 0x7fff_ffff;
    let width = usize::from(digits);
    format!("{:0width$}", u64::from(number) % 10u64.pow(digits.into()))
}

fn algorithms() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(Algorithm::ALL.to_vec())
}

/// Counters near both ends, and anywhere.
fn counters() -> impl Strategy<Value = u64> {
    prop_oneof![0..20u64, (u64::MAX - 20)..=u64::MAX, any::<u64>()]
}

proptest! {
    #![proptest_config(Config { cases: 2_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn codes_are_as_the_rfc_writes_them(
        algorithm in algorithms(),
        digits in Hotp::DIGITS,
        secret in prop::collection::vec(any::<u8>(), 16..200),
        counter in counters(),
    ) {
        let hotp = Hotp::new(algorithm, digits, &secret).unwrap();
        let code = hotp.code(counter);
        prop_assert_eq!(code.as_str(), plainly(algorithm, digits, &secret, counter));
        prop_assert!(bool::from(code.ct_eq(&Code::parse(code.as_str(), digits).unwrap())));
    }

    #[test]
    fn failure_34_windows_are_as_a_plain_search_has_them(
        digits in Hotp::DIGITS,
        first in counters(),
        count in 0..14u32,
        typed in 0..18u64,
    ) {
        let hotp = hotp(digits);
        let typed = hotp.code(first.saturating_sub(2).saturating_add(typed));
        let mut window = (0..count).filter_map(|offset| first.checked_add(offset.into()));
        let expected = window.find(|counter| hotp.code(*counter).as_str() == typed.as_str());
        prop_assert_eq!(hotp.matching(&typed, first, count), expected);
    }

    #[test]
    fn pairs_are_as_a_plain_search_has_them(
        from in counters(),
        count in 0..14u32,
        (one, two) in (0..18u64, 0..18u64),
        neighbours in any::<bool>(),
    ) {
        let hotp = hotp(6);
        let at = |offset: u64| from.saturating_sub(2).saturating_add(offset);
        let two = if neighbours { one + 1 } else { two };
        let codes = (hotp.code(at(one)), hotp.code(at(two)));
        let window: Vec<_> = (0..count).filter_map(|n| from.checked_add(n.into())).collect();
        let is = |counter, code: &Code| hotp.code(counter).as_str() == code.as_str();
        let found = window.windows(2).find(|pair| is(pair[0], &codes.0) && is(pair[1], &codes.1));
        let expected = found.map(|pair| pair[1]);
        prop_assert_eq!(hotp.resynchronize((&codes.0, &codes.1), from, count), expected);
    }
}

// What others got wrong.

#[test]
fn failure_12_every_spelling_of_a_code_is_the_same_counter() {
    let hotp = hotp(6);
    for spelling in ["254676", " 254676", "254676 ", "254-676", "2 5 4 6 7 6", "--254 676--"] {
        let typed = code(spelling, 6);
        assert_eq!(hotp.matching(&typed, 0, 10), Some(5), "{spelling:?}");
        assert!(bool::from(typed.ct_eq(&hotp.code(5))));
        // Once 5 is used up, none of them is of any counter left.
        assert_eq!(hotp.matching(&typed, 6, 10), None, "{spelling:?}");
    }
}

#[test]
fn failure_14_a_counter_below_the_first_never_matches() {
    let hotp = hotp(10);
    for used in 0..20 {
        let typed = hotp.code(used);
        for count in [0, 1, 2, 3, 4, 5, 8, 9, 50] {
            assert_eq!(hotp.matching(&typed, used + 1, count), None);
            let next = hotp.code(used + 1);
            assert_eq!(hotp.resynchronize((&typed, &next), used + 1, count), None);
        }
        assert_eq!(hotp.matching(&typed, used, 0), None);
        assert_eq!(hotp.matching(&typed, used, 1), Some(used));
    }
}

#[test]
fn failure_28_of_several_counters_of_one_code_the_lowest_is_given() {
    let hotp = hotp(6);
    let mut seen = std::collections::BTreeMap::new();
    let (low, high) = (0u64..)
        .find_map(|at| seen.insert(hotp.code(at).as_str().to_owned(), at).map(|low| (low, at)))
        .unwrap();
    let (typed, count) = (hotp.code(high), u32::try_from(high - low).unwrap());
    assert_eq!(hotp.matching(&typed, low, count + 1), Some(low));
    assert_eq!(hotp.matching(&typed, 0, u32::try_from(high).unwrap() + 100), Some(low));
    assert_eq!(hotp.matching(&typed, low + 1, count), Some(high));
    assert_eq!(hotp.matching(&typed, low + 1, count - 1), None);
}

#[test]
fn failure_30_counters_at_both_ends() {
    for algorithm in Algorithm::ALL {
        let hotp = Hotp::new(algorithm, 10, SECRET).unwrap();
        for counter in [0, 1, u64::from(u32::MAX), u64::from(u32::MAX) + 1, u64::MAX - 1, u64::MAX]
        {
            let typed = hotp.code(counter);
            assert_eq!(typed.as_str(), plainly(algorithm, 10, SECRET, counter));
            for count in [0, 1, 9] {
                let expected = (count > 0).then_some(counter);
                assert_eq!(hotp.matching(&typed, counter, count), expected);
            }
        }
        // A window past the last counter ends there, and doesn't go on at 0.
        let (last, zero) = (hotp.code(u64::MAX), hotp.code(0));
        for count in [1, 2, 3, 50, u32::MAX] {
            assert_eq!(hotp.matching(&last, u64::MAX, count), Some(u64::MAX));
            assert_eq!(hotp.matching(&zero, u64::MAX, count), None);
            assert_eq!(hotp.resynchronize((&last, &zero), u64::MAX, count), None);
            let before = hotp.code(u64::MAX - 1);
            let found = hotp.resynchronize((&before, &last), u64::MAX - 1, count);
            assert_eq!(found, (count > 1).then_some(u64::MAX));
        }
    }
}

#[test]
fn failure_30_times_at_both_ends() {
    let totp = |period, start| Totp::new(hotp(6), period, start);
    for start in [0, 1, u64::MAX] {
        assert_eq!(totp(0, start).unwrap_err(), Misuse::Token);
        assert_eq!(totp(1, start).unwrap().start(), start);
    }
    let from_1970 = totp(30, 0).unwrap();
    for (now, step) in [(0, 0), (1, 0), (29_999, 0), (30_000, 1), (u64::MAX, u64::MAX / 30_000)] {
        assert_eq!(from_1970.step(now), Some(step));
        assert_eq!(from_1970.code_at(now).unwrap().as_str(), from_1970.code(step).as_str());
    }
    // Steps beyond 32 bits, one a second: the year 2106, and far later.
    let fast = totp(1, 0).unwrap();
    for step in [u64::from(u32::MAX), u64::from(u32::MAX) + 1, 20_000_000_000, u64::MAX / 1000] {
        assert_eq!(fast.step(step * 1000), Some(step));
        assert_eq!(fast.code(step).as_str(), plainly(Algorithm::Sha1, 6, SECRET, step));
    }
    // Before the start there is no step; with it begins step 0.
    let later = totp(30, 1_000).unwrap();
    for now in [0, 1, 999_999] {
        assert_eq!(later.step(now), None);
        assert!(later.code_at(now).is_none());
    }
    assert_eq!(
        [later.step(1_000_000), later.step(1_029_999), later.step(1_030_000)],
        [Some(0), Some(0), Some(1)]
    );
    assert_eq!(totp(u32::MAX, u64::MAX).unwrap().step(u64::MAX), None);
    assert_eq!(totp(u32::MAX, u64::MAX / 1000).unwrap().step(u64::MAX), Some(0));
    assert_eq!(totp(u32::MAX, 0).unwrap().period(), u32::MAX);
}

#[test]
fn failure_31_leading_zeros_and_foreign_digits() {
    for good in ["000123", "000 123", "000-123", " 000123 "] {
        assert_eq!(code(good, 6).as_str(), "000123");
    }
    let (full_width, arabic) = ("\u{ff10}".repeat(6), "\u{660}".repeat(6));
    let long = " ".repeat(59) + "000123";
    for bad in [
        "",
        " ",
        "123",
        "00123",
        "0000123",
        "0_00123",
        "+00123",
        "-",
        "0x0123",
        "000123\0",
        "000123\n",
        "000\t123",
        "000.123",
        "000\u{a0}123",
        "1e5000",
        &full_width,
        &arabic,
        &long,
    ] {
        let refused = Code::parse(bad, 6).unwrap_err();
        assert_eq!(refused, Refusal::Malformed { input: Input::Otp }, "{bad:?}");
    }
    for digits in [0, 1, 3, 11, u8::MAX] {
        let text = "0".repeat(digits.into());
        assert!(Code::parse(&text, digits).is_err(), "{digits} digits");
    }
}

#[test]
fn failure_31_a_code_of_another_length_is_no_code_of_this_token() {
    // The same number with and without its leading zero.
    let starts_with_zero = |at: &u64| hotp(7).code(*at).as_str().starts_with('0');
    let zero = (1..).find(starts_with_zero).unwrap();
    let (before, seven, after) =
        (hotp(7).code(zero - 1), hotp(7).code(zero), hotp(7).code(zero + 1));
    let six = code(&seven.as_str()[1..], 6);
    assert_eq!(hotp(7).matching(&seven, zero, 1), Some(zero));
    assert_eq!(hotp(7).matching(&six, zero, 1), None);
    assert_eq!(hotp(6).matching(&seven, zero, 1), None);
    let synchronized = |first, second| hotp(7).resynchronize((first, second), zero - 1, 3);
    assert_eq!(synchronized(&before, &seven), Some(zero));
    assert_eq!(synchronized(&before, &six), None);
    assert_eq!(synchronized(&seven, &after), Some(zero + 1));
    assert_eq!(synchronized(&six, &after), None);
    assert!(!bool::from(six.ct_eq(&seven)));
}

#[test]
fn failure_32_short_secrets_and_wrong_digits() {
    for algorithm in Algorithm::ALL {
        for length in 0..=200usize {
            let secret = vec![7; length];
            let made = Hotp::new(algorithm, 6, &secret);
            assert_eq!(made.err(), (length < 16).then_some(Misuse::ShortSecret), "{length} bytes");
            let made = Hotp::with_dangerously_short_secret(algorithm, 6, &secret);
            let expected = (length > 0).then(|| plainly(algorithm, 6, &secret, 1));
            assert_eq!(made.ok().map(|hotp| hotp.code(1).as_str().to_owned()), expected);
        }
        for digits in 0..=u8::MAX {
            let expected = (!(6..=10).contains(&digits)).then_some(Misuse::Token);
            assert_eq!(Hotp::new(algorithm, digits, SECRET).err(), expected);
            let made = Hotp::with_dangerously_short_secret(algorithm, digits, b"1");
            assert_eq!(made.err(), expected);
        }
    }
}

#[test]
fn failure_34_the_exact_set_of_accepted_counters() {
    let hotp = hotp(10);
    for (first, count) in [(0, 0), (0, 1), (0, 3), (5, 0), (5, 1), (5, 4), (5, 5), (7, 9)] {
        let accepts = |at: &u64| hotp.matching(&hotp.code(*at), first, count).is_some();
        let expected: Vec<_> = (first..first + u64::from(count)).collect();
        assert_eq!((0..30).filter(accepts).collect::<Vec<_>>(), expected);
        let pair = |at: &u64| {
            let codes = (hotp.code(*at), hotp.code(at + 1));
            hotp.resynchronize((&codes.0, &codes.1), first, count) == Some(at + 1)
        };
        let inner = expected.split_last().map_or(&[][..], |(_, inner)| inner);
        assert_eq!((0..30).filter(pair).collect::<Vec<_>>(), inner);
    }
}

#[test]
fn a_pair_is_two_neighbours_in_their_order() {
    let hotp = hotp(10);
    let [a, b, c] = [hotp.code(4), hotp.code(5), hotp.code(6)];
    assert_eq!(hotp.resynchronize((&a, &b), 0, 10), Some(5));
    for wrong in [(&b, &a), (&a, &a), (&a, &c), (&c, &a)] {
        assert_eq!(hotp.resynchronize(wrong, 0, 10), None);
    }
}

// What it promises beside.

#[test]
fn neither_generating_nor_matching_allocates() {
    for algorithm in Algorithm::ALL {
        let counts = measure(|| {
            let totp = Totp::new(Hotp::new(algorithm, 6, &[7; 200]).unwrap(), 30, 0).unwrap();
            let made = totp.code_at(1_111_111_109_000).unwrap();
            let typed = Code::parse(made.as_str(), 6).unwrap();
            let next = totp.code(37_037_037);
            let hotp = totp.hotp();
            assert_eq!(hotp.matching(&typed, 37_037_030, 10), Some(37_037_036));
            let pair = (&typed, &next);
            assert_eq!(hotp.resynchronize(pair, 37_037_000, 100), Some(37_037_037));
        });
        assert_eq!(counts.count_total, 0, "{algorithm}");
    }
    assert_eq!(measure(|| drop(vec![1])).count_total, 1);
}

#[test]
fn no_secret_and_no_code_reaches_a_text() {
    fn threads<T: Send + Sync>(_: &T) {}
    let totp = Totp::new(hotp(6), 30, 0).unwrap();
    threads(&totp);
    let shown = format!("{:?} {:?} {:?}", totp, totp.hotp(), totp.code(0));
    assert_eq!(
        shown,
        "Totp { hotp: Hotp { algorithm: Sha1, digits: 6, .. }, period: 30, start: 0 } \
         Hotp { algorithm: Sha1, digits: 6, .. } Code(..)"
    );
}

#[test]
fn algorithms_have_names_and_fixed_numbers() {
    for (number, algorithm) in Algorithm::ALL.into_iter().enumerate() {
        assert_eq!(Algorithm::from_name(algorithm.name()), Some(algorithm));
        assert_eq!(algorithm.to_string(), algorithm.name());
        let written = minicbor::to_vec(algorithm).unwrap();
        assert_eq!(written, [u8::try_from(number).unwrap()]);
        assert_eq!(minicbor::decode::<Algorithm>(&written).unwrap(), algorithm);
    }
    assert_eq!(Algorithm::ALL.map(Algorithm::name), ["SHA1", "SHA256", "SHA512"]);
    assert_eq!(Algorithm::ALL.map(Algorithm::output_len), [20, 32, 64]);
    for foreign in ["", "sha1", "SHA-1", "SHA1 ", "MD5", "SHA384"] {
        assert_eq!(Algorithm::from_name(foreign), None);
    }
}
