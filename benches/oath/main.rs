//! One-time codes beside the bare hash and beside other crates, in one run. Six digits, 20 bytes of
//! secret, 30 seconds a step; lines `ratio <ours>/<theirs> <value>`.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::indexing_slicing)]

mod bare;
mod peers;
mod turns;

use pinbolt::oath::{Algorithm, Code};
use time::OffsetDateTime;

use peers::pinbolt;
use turns::{contestant, turns};

fn main() {
    generation();
    verification();
    resynchronisation();
}

fn generation() {
    for (algorithm, ours, theirs) in [
        (Algorithm::Sha1, "hotp-sha1", "two-bare-sha1-compressions"),
        (Algorithm::Sha256, "hotp-sha256", "two-bare-sha256-compressions"),
        (Algorithm::Sha512, "hotp-sha512", "two-bare-sha512-compressions"),
    ] {
        let totp = pinbolt(algorithm);
        turns([
            contestant(ours, |counter| totp.hotp().code(counter)),
            contestant(theirs, |_| bare::two(algorithm)),
        ])
        .print();
    }
    let ours = pinbolt(Algorithm::Sha1);
    let totp_rs = peers::totp_rs(1);
    let (totp_rfc, secret) = peers::totp_rfc();
    let (latchkey, params) = peers::latchkey();
    turns([
        contestant("totp-generate", |step| ours.code_at(step * 30_000)),
        contestant("totp-rs-generate", |step| totp_rs.generate(step * 30)),
        contestant("totp-rfc-generate", |step| totp_rfc.generate(&secret, step * 30)),
        contestant("latchkey-generate", |step| latchkey.code_at(at(step), params)),
    ])
    .print();
}

/// A code as typed, for the step before, the step and the step after.
fn verification() {
    let ours = pinbolt(Algorithm::Sha1);
    let check = |typed: &str, now: u64| {
        let code = Code::parse(typed, 6).unwrap();
        ours.hotp().matching(&code, ours.step(now).unwrap() - 1, 3)
    };
    let totp_rs = peers::totp_rs(1);
    let (totp_rfc, secret) = peers::totp_rfc();
    let window = totp_rfc::ValidationWindow::new(1, 1);
    let (latchkey, params) = peers::latchkey();
    let wrong = "123456";
    turns([
        contestant("totp-verify-wrong-of-3", |step| check(wrong, step * 30_000)),
        contestant("six-bare-sha1-compressions", |_| {
            (0..3).for_each(|_| bare::two(Algorithm::Sha1))
        }),
        contestant("totp-rs-verify-wrong-of-3", |step| totp_rs.check(wrong, step * 30)),
        contestant("totp-rfc-verify-wrong-of-3", |step| {
            totp_rfc.verify_window(&secret, step * 30, window, wrong)
        }),
        contestant("latchkey-verify-wrong-of-3", |step| {
            latchkey::totp::verify(&latchkey, wrong, None, at(step), params).is_ok()
        }),
    ])
    .print();

    // One closure for both: two copies of the same code would differ by their place alone.
    let typed = |name, text: String| {
        let check = &check;
        contestant(name, move |_| check(&text, 1_000 * 30_000))
    };
    let right = ours.code(1_000).as_str().to_owned();
    turns([
        typed("totp-verify-right-of-3", right),
        typed("totp-verify-wrong-of-3", wrong.to_owned()),
    ])
    .print();
}

/// Two codes that aren't there, among a thousand steps.
fn resynchronisation() {
    let ours = pinbolt(Algorithm::Sha1);
    let totp_rs = peers::totp_rs(0);
    let (first, second) = (Code::parse("123456", 6).unwrap(), Code::parse("234567", 6).unwrap());
    let token = totp_rs.generate(0);
    turns([
        contestant("resynchronise-1000-steps", |from| {
            ours.hotp().resynchronize((&first, &second), from, 1000)
        }),
        contestant("totp-rs-generate-1000-times", |from| {
            (from..from + 1000).filter(|step| totp_rs.generate(step * 30) == token).count()
        }),
    ])
    .print();
}

fn at(step: u64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(i64::try_from(step * 30).unwrap()).unwrap()
}
