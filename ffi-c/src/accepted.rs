//! The proof of a person.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{cell::OnceCell, ptr};

use ::pinbolt::{Accepted, Assurance, Channel, Misuse, Proofs};

use crate::{
    guard::{clear, entry, free, get, take},
    names::lane_number,
    shelf::Kept,
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
};

/// The proof that a person passed what a purpose asks for. Only a check makes it. It is meant for
/// one request, and an act that it authorizes uses it up. Use it in one thread at a time.
pub struct pinbolt_accepted {
    accepted: Accepted,
    beside: OnceCell<Accepted>,
    view: Kept<pinbolt_proof>,
}

/// What was proved. Read it only through the pointer that the library gives: later versions may
/// append fields.
#[repr(C)]
pub struct pinbolt_proof {
    /// The account's id: sign in this one, whatever name the request bears.
    pub account: pinbolt_text,
    /// The purpose that was met. Compare it with the one that your act needs.
    pub purpose: pinbolt_text,
    /// The caller's session.
    pub session: pinbolt_bytes,
    /// SHA-256 of the context that it covers, 32 bytes.
    pub context: pinbolt_bytes,
    /// When, in Unix milliseconds.
    pub at: u64,
    /// How strong that is: `PINBOLT_ASSURANCE_...`; a stronger one is the greater number. NIST's levels
    /// ask for more than that (SP 800-63B-4, 2).
    pub assurance: u32,
    /// In which lane: `PINBOLT_LANE_...`.
    pub lane: u32,
    /// Whether a PIN was among them.
    pub pin: bool,
    /// Whether a delivered code was among them.
    pub code: bool,
    /// Whether a token's one-time code was among them.
    pub otp: bool,
    /// Whether a recovery code was among them.
    pub recovery_code: bool,
    /// Whether a ticket's link was among them.
    pub link: bool,
    /// Whether a ticket's code was among them.
    pub issued_code: bool,
    /// How the delivered code travelled: `sms`, `email`, or the name of a channel of your own; absent
    /// where there was none.
    pub channel: pinbolt_text,
}

/// How strong a proof is: one factor.
pub const PINBOLT_ASSURANCE_ONE_FACTOR: u32 = 1;
/// How strong a proof is: a PIN and a code by e-mail, which for NIST is no thing that somebody has (SP
/// 800-63B-4, 3.1.3).
pub const PINBOLT_ASSURANCE_TWO_WITH_EMAIL: u32 = 2;
/// How strong a proof is: a PIN, and a phone, a device, a token or a paper.
pub const PINBOLT_ASSURANCE_TWO_FACTORS: u32 = 3;

/// Puts a second proof beside `accepted`, which takes it over: `*second` becomes NULL. An act that takes
/// `accepted` as its authority is then allowed by both: two proofs of one account and one session, by
/// different keys, are as good as one of two factors. So an account is recovered whose PIN is forgotten
/// or whose phone is lost: by codes to two channels, by one and a token, by a recovery code and one.
/// Whether they will do, says the act.
///
/// `PINBOLT_AUTHORITY` where `accepted` has a second one already; then nothing is taken.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_accepted_beside(
    accepted: *mut pinbolt_accepted,
    second: *mut *mut pinbolt_accepted,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let other = *unsafe { get(second) }?;
        if other.is_null() {
            return Err(Misuse::UsedUp.into());
        }
        if ptr::eq(other, accepted) {
            return Err(Misuse::Authority.into());
        }
        // SAFETY: as above; they are two.
        let (first, other) = unsafe { (get(accepted)?, get(other)?) };
        if first.beside.get().is_some() || other.beside.get().is_some() {
            return Err(Misuse::Authority.into());
        }
        // SAFETY: as above.
        let taken = unsafe { take(second) }.ok_or(Misuse::UsedUp)?;
        first.beside.set(taken.accepted).map_err(|_| Misuse::Authority.into())
    })
}

/// What a proof proves. `*proof` belongs to the handle and lives as long as it does: an act that uses
/// the handle up ends it, too.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_accepted_proof(
    accepted: *const pinbolt_accepted,
    proof: *mut *const pinbolt_proof,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let proof = unsafe { clear(proof, ptr::null()) }?;
        // SAFETY: as above.
        *proof = unsafe { get(accepted) }?.view.as_ptr();
        Ok(())
    })
}

/// Frees a proof and sets `*accepted` to NULL. NULL, or a pointer to NULL, is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_accepted_free(accepted: *mut *mut pinbolt_accepted) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(accepted) }
}

impl pinbolt_accepted {
    pub(crate) fn new(accepted: Accepted) -> Self {
        let view = Kept::new(|shelf| pinbolt_proof {
            account: shelf.text(accepted.account()),
            purpose: shelf.text(accepted.purpose()),
            session: shelf.bytes(accepted.session()),
            context: shelf.bytes(accepted.context()),
            at: accepted.at(),
            assurance: match accepted.assurance() {
                Assurance::TwoFactors => PINBOLT_ASSURANCE_TWO_FACTORS,
                Assurance::TwoWithEmail => PINBOLT_ASSURANCE_TWO_WITH_EMAIL,
                _ => PINBOLT_ASSURANCE_ONE_FACTOR,
            },
            lane: lane_number(accepted.lane()),
            pin: accepted.factors().pin,
            code: accepted.factors().code,
            otp: accepted.factors().otp,
            recovery_code: accepted.factors().recovery_code,
            link: accepted.factors().link,
            issued_code: accepted.factors().issued_code,
            channel: shelf.maybe_text(accepted.channel().as_ref().map(Channel::name)),
        });
        Self { accepted, beside: OnceCell::new(), view }
    }

    pub(crate) fn into_proofs(self) -> Proofs {
        match self.beside.into_inner() {
            Some(beside) => (self.accepted, beside).into(),
            None => self.accepted.into(),
        }
    }
}
