//! What the tests of importing share: an account as another system knows it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]

use pinbolt::{
    Refusal,
    driver::Store,
    oath::{Algorithm, Hotp},
    op::{Describe, Evidence, Import, ImportedToken, TokenKind, Weak},
};

use crate::common::*;

/// Codes of another system: unguessable ones of 13 letters, and one that is spelled like ours.
pub const CODES: [&str; 3] = ["k3pqz-w7mnt-x2a", "h9dfr-c4vjb-y6e", "OIL0-ZZZZ-1234-5678"];

/// A TOTP of [`SECRET`], never used there.
pub fn phone() -> ImportedToken<'static> {
    ImportedToken {
        label: "phone",
        kind: TokenKind::TOTP,
        algorithm: Algorithm::Sha1,
        digits: 6,
        secret: SECRET,
        last_step: None,
        clock_ahead: 0,
    }
}

/// A HOTP of another secret, used there as far.
pub fn fob(counter: u64) -> ImportedToken<'static> {
    let kind = TokenKind::Hotp { counter };
    ImportedToken { label: "fob", kind, secret: FOB, ..phone() }
}

pub const FOB: &[u8] = b"the fob's own secret";

/// An account with nothing to it.
pub fn bare<'a>(account: &'a str) -> Import<'a> {
    Import {
        account,
        tokens: &[],
        recovery_codes: None,
        pin: None,
        failures: None,
        dangerously_accept: Weak::default(),
        operator: operator(),
    }
}

/// `ana` with these tokens.
pub fn with<'a>(tokens: &'a [ImportedToken<'a>]) -> Import<'a> {
    Import { tokens, ..bare("ana") }
}

/// `ana` with these recovery codes.
pub fn listed<'a>(codes: &'a [&'a str]) -> Import<'a> {
    Import { recovery_codes: Some(codes), ..bare("ana") }
}

/// The code of a secret at a step or counter.
pub fn code_of(secret: &[u8], counter: u64) -> String {
    Hotp::new(Algorithm::Sha1, 6, secret).unwrap().code(counter).as_str().into()
}

pub fn sign_in<S: Store>(w: &World<S>, code: &str) -> Result<(), Refusal> {
    w.run(verify_by("ana", "otp", Evidence::otp(code))).map(drop)
}

pub fn recover<S: Store>(w: &World<S>, code: &str) -> Result<(), Refusal> {
    w.run(verify_by("ana", "recover", Evidence::recovery_code(code))).map(drop)
}

/// What an operator sees of `ana`.
pub fn shown<S: Store>(w: &World<S>) -> pinbolt::op::Description {
    w.run(Describe { account: "ana" }).unwrap()
}
