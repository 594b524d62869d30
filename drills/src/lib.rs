//! pinbolt under fire, on real threads, real processes and real files. Never a production program.
//!
//! - `race` lets many guess at once and counts, in the store, what was judged.
//! - `crash` stops at every question of every verb, and kills a process at random moments.
//!
//! What the two share stands here: a [`World`] to act in, and [`Drive`], a driver that can stop.

mod drive;
mod folder;
mod tokens;
mod world;

pub use drive::{Asked, Cut, Drive};
pub use folder::Folder;
pub use tokens::{Device, clear_of};
pub use world::{Answer, Open, World, answered, named, seeded, system};

use pinbolt::{
    Authority, Caller, Channel, Keyring, Operator, Pinbolt, Policy,
    op::Begin,
    policy::{Builder, Purpose},
};

/// What stops a drill: anything that isn't an answer to a person.
pub type Trouble = Box<dyn core::error::Error + Send + Sync>;
/// A result of a drill's step.
pub type Result<T, E = Trouble> = core::result::Result<T, E>;

/// The account under fire.
pub const ANA: &str = "ana";
/// Its PIN.
pub const PIN: &str = "802714";
/// Its phone number.
pub const PHONE: &str = "+351912000417";
/// Its e-mail address.
pub const EMAIL: &str = "ana.reis@example.com";
/// The caller of every call, unless another is named.
pub const CALLER: Caller<'static> = Caller::new(b"a drill's session");
/// The purpose that asks for a PIN and a code.
pub const SIGN_IN: &str = "sign-in";
/// The purpose that asks for a PIN alone.
pub const STEP_UP: &str = "step-up";
/// The purpose that asks for a token's code alone.
pub const OTP: &str = "otp";
/// The purpose that asks for a PIN and a token's code.
pub const PIN_AND_OTP: &str = "pin-otp";
/// The purpose that asks for a recovery code alone.
pub const RECOVER: &str = "recover";
/// The purpose that asks for a PIN and a recovery code.
pub const PIN_AND_RECOVERY: &str = "pin-recover";

/// The drills' purposes; every setting at its default.
#[must_use]
pub fn policy() -> Builder {
    let both = [Channel::Sms, Channel::Email];
    Policy::builder()
        .purpose(Purpose::pin_and_code(SIGN_IN, &both))
        .purpose(Purpose::pin(STEP_UP))
        .purpose(Purpose::otp(OTP))
        .purpose(Purpose::pin(PIN_AND_OTP).and_otp())
        .purpose(Purpose::recovery_code(RECOVER))
        .purpose(Purpose::pin(PIN_AND_RECOVERY).and_recovery_code())
}

/// The drills' installation: keys that anybody may know.
///
/// # Errors
/// A policy that doesn't fit together.
pub fn pinbolt(policy: Builder) -> Result<Pinbolt> {
    let keys = Keyring::new(
        *b"the index key of all the drills.",
        1,
        *b"the one secret of all the drills",
    )?;
    Ok(Pinbolt::open(keys, policy.build()?, "drills")?)
}

/// The desk, by whose authority acts are done.
///
/// # Errors
/// None in practice: the name and the reason are well-formed.
pub fn operator() -> Result<Operator> {
    Ok(Operator::new("desk-7", "a drill")?)
}

/// The same, as an authority.
///
/// # Errors
/// As [`operator`].
pub fn by_operator() -> Result<Authority> {
    operator().map(Authority::Operator)
}

/// A sign-in by a PIN, with the code as a text message.
#[must_use]
pub const fn sign_in<'a>(name: &'a str, pin: &'a str) -> Begin<'a> {
    let (purpose, pin, channel) = (SIGN_IN, Some(pin), Channel::Sms);
    Begin { name, purpose, pin, channel, caller: CALLER, context: b"" }
}

/// The n-th of many texts of as many digits that aren't `right`; they differ while `n` is below
/// 999,999.
///
/// # Errors
/// `right` isn't 6 to 18 digits.
pub fn wrong(right: &str, n: u32) -> Result<String> {
    let (width, number): (usize, u64) = (right.len(), right.parse()?);
    let all = 10u64.checked_pow(u32::try_from(width)?).ok_or("too many digits")?;
    let other = number.wrapping_add(1).wrapping_add(n.into()).checked_rem(all);
    Ok(format!("{:0width$}", other.unwrap_or_default()))
}
