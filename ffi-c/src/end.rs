//! How an operation ended, and what it grants.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use ::pinbolt::{
    Accepted, AuditEvent, Done, Error, Key, Misuse, Refusal,
    driver::{Granted, Operation, StoreError, milliseconds},
    op::{Begun, Challenge, Delivered, Dispatch},
};

use crate::{
    accepted::pinbolt_accepted,
    delivery::{
        PINBOLT_DELIVERY_NOT_SENT, PINBOLT_DELIVERY_NOTHING, PINBOLT_DELIVERY_SENT,
        PINBOLT_DELIVERY_UNKNOWN,
    },
    describe::{self, Described, pinbolt_description},
    event::{self, pinbolt_event},
    guard::{clear, entry, get, hand},
    issued::{
        self, pinbolt_added_token, pinbolt_issued_ticket, pinbolt_outstanding_code,
        pinbolt_peeked_link, pinbolt_remembered_device,
    },
    offers::{self, pinbolt_offer},
    op::pinbolt_op,
    shelf::{Kept, List},
    status::pinbolt_status,
    text::pinbolt_text,
    verbs::{entropy, import::Moved},
};

/// Whether a person is accepted: `PINBOLT_ACCEPTED`, and no other number.
pub type pinbolt_verdict = u32;

/// A verdict: no.
pub const PINBOLT_REFUSED: u32 = 0;
/// A verdict: yes. It differs from 0, and from all ones, in half of its bits.
pub const PINBOLT_ACCEPTED: u32 = 0x5AC3_A55A;

/// An outstanding challenge, as its asker sees it. Read it only through the pointer that the
/// library gives: later versions may append fields.
#[repr(C)]
pub struct pinbolt_challenge {
    /// Names the challenge in `finish`, `resend` and `cancel`: ASCII of fixed length, under 256
    /// bytes, and all that must be kept, until `resend` gives another. No secret, and useless in
    /// another session.
    pub handle: pinbolt_text,
    /// The letters that the message carries.
    pub reference: pinbolt_text,
    /// The code is valid before this Unix millisecond.
    pub expires: u64,
    /// From this Unix millisecond on another message may be asked for.
    pub resend_at: u64,
    /// Whether running the dispatch sends a message, or would if there were somebody to send to.
    pub sent: bool,
}

/// More about a refusal than its sentence. Read it only through the pointer that the library gives:
/// later versions may append fields.
#[repr(C)]
pub struct pinbolt_refusal {
    /// With `PINBOLT_MALFORMED` and `PINBOLT_WEAK_PIN`: what exactly is wrong, in a sentence for
    /// the person. Else absent.
    pub detail: pinbolt_text,
    /// With `PINBOLT_SUPERSEDED`: the letters of the newest message, whose code alone is valid.
    /// Else absent.
    pub newest: pinbolt_text,
    /// With `PINBOLT_WAITING` and `PINBOLT_THROTTLED`: from which Unix millisecond on the next try
    /// is possible; with `PINBOLT_ADDRESS_WAITS`: from which on the address is in force. Else 0.
    pub until: u64,
    /// With `PINBOLT_WRONG_CODE`: how many more codes may be typed for this challenge. Else 0.
    pub tries_left: u32,
    /// With `PINBOLT_KEY_MISSING`: the kind of key that the account lacks, such as `sms`. Else absent.
    pub key: pinbolt_text,
}

/// How an operation ended: `PINBOLT_OK`, which means granted, or a refusal, misuse or failure. It
/// may be asked again. `PINBOLT_NOT_OVER` while it asks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_status(op: *const pinbolt_op) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.ended(|end| end.status()))
}

/// Whether `finish`, `verify` or `redeem` accepted the person; whom, says the proof alone. `*verdict` is
/// `PINBOLT_REFUSED` before anything else happens, and becomes `PINBOLT_ACCEPTED` only together with
/// `PINBOLT_OK`.
///
/// The proof is given out once: `*accepted` is yours to free. With `accepted` NULL it stays in the
/// operation. Else the operation's status; `PINBOLT_USED_UP` once the proof was given out,
/// `PINBOLT_WRONG_RESULT` for an operation that accepts nobody.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_verdict(
    op: *mut pinbolt_op,
    verdict: *mut pinbolt_verdict,
    accepted: *mut *mut pinbolt_accepted,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let verdict = unsafe { clear(verdict, PINBOLT_REFUSED) };
        let accepted = match accepted.is_null() {
            true => Ok(None),
            // SAFETY: as above.
            false => unsafe { clear(accepted, ptr::null_mut()) }.map(Some),
        };
        let (verdict, accepted) = (verdict?, accepted?);
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| {
            let Grant::Accepted(proof) = end.granted()? else { return Err(other()) };
            match (accepted, proof.is_some()) {
                (_, false) => return Err(Misuse::UsedUp.into()),
                (None, true) => {}
                (Some(accepted), true) => {
                    let proof = proof.take().ok_or(Misuse::UsedUp)?;
                    hand(accepted, pinbolt_accepted::new(proof));
                }
            }
            *verdict = PINBOLT_ACCEPTED;
            Ok(())
        })
    })
}

/// The challenge of `begin`, `resend` or `confirm`. It belongs to the operation. Else the
/// operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_challenge(
    op: *const pinbolt_op,
    challenge: *mut *const pinbolt_challenge,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        result(op, challenge, ptr::null(), |grant| match grant {
            Grant::Begun(begun, _) => Some(begun.challenge.as_ptr()),
            _ => None,
        })
    }
}

/// The delivery of the code that `begin`, `resend` or `confirm` issued, or of a ticket's link: an operation of its own, to
/// be run once the person has been answered, for how long it takes would tell whether there is
/// anybody to deliver to. `now` is in Unix milliseconds. `*delivery` is yours to free; freed
/// without being run, it sends nothing.
///
/// It is given out once: then `PINBOLT_USED_UP`. Else the operation's status, or
/// `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_dispatch(
    op: *mut pinbolt_op,
    now: u64,
    delivery: *mut *mut pinbolt_op,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let delivery = unsafe { clear(delivery, ptr::null_mut()) }?;
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| {
            let (Grant::Begun(_, dispatch)
            | Grant::IssuedTicket(_, dispatch)
            | Grant::Released(_, dispatch)) = end.granted()?
            else {
                return Err(other());
            };
            let (now, seed) = (milliseconds(now)?, entropy()?);
            let dispatch = dispatch.take().ok_or(Misuse::UsedUp)?;
            hand(delivery, pinbolt_op::new(Operation::deliver(dispatch, now, seed)));
            Ok(())
        })
    })
}

/// More about the refusal that an operation ended with. It belongs to the operation.
/// `PINBOLT_WRONG_RESULT` for one that was granted, else its status where that is no refusal.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_refusal(
    op: *const pinbolt_op,
    refusal: *mut *const pinbolt_refusal,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let refusal = unsafe { clear(refusal, ptr::null()) }?;
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| match &end.result {
            Err((Error::Refused(_), view)) => {
                *refusal = view.as_ptr();
                Ok(())
            }
            Err((error, _)) => Err(*error),
            Ok(_) => Err(other()),
        })
    })
}

/// What the store said of its last trouble, for an operator and never for the person; absent where
/// it said nothing, or where no engine ran the operation. It belongs to the operation.
/// `PINBOLT_NOT_OVER` while it asks.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_detail(
    op: *const pinbolt_op,
    detail: *mut pinbolt_text,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let detail = unsafe { clear(detail, pinbolt_text::ABSENT) }?;
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| {
            *detail = *end.detail.get();
            Ok(())
        })
    })
}

/// How many addresses `enroll` bound, and how many it left as candidates. Else the operation's
/// status, or `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_enrolled(
    op: *const pinbolt_op,
    bound: *mut usize,
    candidates: *mut usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (bound, candidates) = unsafe { (clear(bound, 0), clear(candidates, 0)) };
        let (bound, candidates) = (bound?, candidates?);
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| {
            let Grant::Enrolled(counts) = end.granted()? else { return Err(other()) };
            (*bound, *candidates) = *counts;
            Ok(())
        })
    })
}

/// Whether `unlock` refilled the strangers' throttle: by an operator, and only so often in 30 days.
/// Else the operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_unlocked(
    op: *const pinbolt_op,
    refilled: *mut bool,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        result(op, refilled, false, |grant| match grant {
            Grant::Unlocked(refilled) => Some(*refilled),
            _ => None,
        })
    }
}

/// When an address that was given up leaves, in Unix milliseconds; 0: it has left. Tell the account's
/// addresses by `pinbolt_op_dispatch`. Else the operation's status, or `PINBOLT_WRONG_RESULT` for
/// another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_released(
    op: *const pinbolt_op,
    leaves: *mut u64,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        result(op, leaves, 0, |grant| match grant {
            Grant::Released(leaves, _) => Some(*leaves),
            _ => None,
        })
    }
}

/// What became of a delivery: `PINBOLT_DELIVERY_...`. It is for the host, never for the person.
/// Else the operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_delivered(
    op: *const pinbolt_op,
    delivered: *mut u32,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        result(op, delivered, 0, |grant| match grant {
            Grant::Delivered(delivered) => Some(*delivered),
            _ => None,
        })
    }
}

/// The account that `describe` shows. It belongs to the operation. Else the operation's status, or
/// `PINBOLT_WRONG_RESULT` for another verb's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_description(
    op: *const pinbolt_op,
    description: *mut *const pinbolt_description,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        result(op, description, ptr::null(), |grant| match grant {
            Grant::Description(described) => Some(described.view.as_ptr()),
            _ => None,
        })
    }
}

/// How an operation ended, in C's form.
pub(crate) struct End {
    result: Result<Grant, (Error, Kept<pinbolt_refusal>)>,
    events: List<pinbolt_event>,
    detail: Kept<pinbolt_text>,
}

pub(crate) struct Shown {
    challenge: Kept<pinbolt_challenge>,
    pub(crate) offers: List<pinbolt_offer>,
}

pub(crate) enum Grant {
    Nothing,
    /// `None` once it was given out.
    Accepted(Option<Accepted>),
    /// Without the dispatch once that was given out.
    Begun(Shown, Option<Dispatch>),
    Enrolled((usize, usize)),
    Imported(Moved),
    Unlocked(bool),
    AddedToken(Kept<pinbolt_added_token>),
    RecoveryCodes(Kept<Vec<pinbolt_text>>),
    RememberedDevice(Kept<pinbolt_remembered_device>),
    Outstanding(List<pinbolt_outstanding_code>),
    /// Without the dispatch once that was given out.
    IssuedTicket(Kept<pinbolt_issued_ticket>, Option<Dispatch>),
    /// Without the dispatch once that was given out.
    Released(u64, Option<Dispatch>),
    PeekedLink(Kept<pinbolt_peeked_link>),
    Description(Described),
    Accounts(Kept<Vec<pinbolt_text>>),
    Delivered(u32),
}

impl End {
    pub(crate) fn new(done: Done<Granted>, trouble: Option<StoreError>) -> Self {
        let Done { result, events } = done;
        let kept = |told: &AuditEvent| {
            event::kept(told.account.as_deref(), told.source.as_deref(), &told.event)
        };
        let trouble = trouble.map(|trouble| trouble.to_string());
        Self {
            result: result.map(Grant::new).map_err(|error| (error, refusal(error))),
            events: events.iter().map(kept).collect(),
            detail: Kept::new(|shelf| shelf.maybe_text(trouble.as_deref())),
        }
    }

    pub(crate) fn status(&self) -> Result<(), Error> {
        self.result.as_ref().map(|_| ()).map_err(|(error, _)| *error)
    }

    pub(crate) const fn events(&self) -> &List<pinbolt_event> {
        &self.events
    }

    pub(crate) fn granted(&mut self) -> Result<&mut Grant, Error> {
        self.result.as_mut().map_err(|(error, _)| *error)
    }
}

impl Grant {
    fn new(granted: Granted) -> Self {
        match granted {
            Granted::Accepted(accepted) => Self::Accepted(Some(accepted)),
            Granted::Begun(Begun { challenge, dispatch }) => {
                let offers = challenge.offers.iter().map(offers::offer).collect();
                Self::Begun(Shown { challenge: challenge_view(&challenge), offers }, Some(dispatch))
            }
            Granted::Enrolled(enrolled) => Self::Enrolled((enrolled.bound, enrolled.candidates)),
            Granted::Imported(imported) => Self::Imported(Moved::new(&imported)),
            Granted::Unlocked(unlocked) => Self::Unlocked(unlocked.refilled),
            Granted::AddedToken(added) => Self::AddedToken(issued::added_token(&added)),
            Granted::RecoveryCodes(codes) => Self::RecoveryCodes(issued::recovery_codes(&codes)),
            Granted::RememberedDevice(device) => {
                Self::RememberedDevice(issued::remembered_device(&device))
            }
            Granted::Outstanding(codes) => {
                Self::Outstanding(codes.iter().map(issued::outstanding).collect())
            }
            Granted::IssuedTicket(ticket) => {
                Self::IssuedTicket(issued::issued_ticket(&ticket), Some(ticket.dispatch))
            }
            Granted::Released(released) => {
                Self::Released(released.leaves.unwrap_or(0), Some(released.dispatch))
            }
            Granted::PeekedLink(link) => Self::PeekedLink(issued::peeked_link(&link)),
            Granted::Description(description) => Self::Description(Described::new(&description)),
            Granted::Accounts(found) => Self::Accounts(describe::accounts(&found)),
            Granted::Delivered(delivered) => Self::Delivered(match delivered {
                Delivered::Sent => PINBOLT_DELIVERY_SENT,
                Delivered::Refused => PINBOLT_DELIVERY_NOT_SENT,
                Delivered::Nothing => PINBOLT_DELIVERY_NOTHING,
                _ => PINBOLT_DELIVERY_UNKNOWN,
            }),
            _ => Self::Nothing,
        }
    }
}

fn challenge_view(challenge: &Challenge) -> Kept<pinbolt_challenge> {
    Kept::new(|shelf| pinbolt_challenge {
        handle: shelf.text(&challenge.handle),
        reference: shelf.text(&challenge.reference.to_string()),
        expires: challenge.expires,
        resend_at: challenge.resend_at,
        sent: challenge.sent,
    })
}

fn refusal(error: Error) -> Kept<pinbolt_refusal> {
    let refusal = match error {
        Error::Refused(refusal) => Some(refusal),
        _ => None,
    };
    let newest = refusal.as_ref().and_then(Refusal::newest).map(|newest| newest.to_string());
    let detail = refusal.as_ref().and_then(Refusal::detail);
    Kept::new(|shelf| pinbolt_refusal {
        detail: shelf.maybe_text(detail.as_deref()),
        newest: shelf.maybe_text(newest.as_deref()),
        until: refusal.as_ref().and_then(Refusal::until).unwrap_or_default(),
        tries_left: refusal.as_ref().and_then(Refusal::tries_left).map_or(0, u32::from),
        key: shelf.maybe_text(refusal.as_ref().and_then(Refusal::key).as_ref().map(Key::name)),
    })
}

pub(crate) fn other() -> Error {
    Misuse::WrongResult.into()
}

/// What an accessor of a result does.
///
/// # Safety
/// As [`get`] and [`clear`].
pub(crate) unsafe fn result<T>(
    op: *const pinbolt_op,
    out: *mut T,
    empty: T,
    look: impl FnOnce(&Grant) -> Option<T>,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: the caller's promises.
        let out = unsafe { clear(out, empty) }?;
        // SAFETY: as above.
        unsafe { get(op) }?.ended(|end| {
            *out = look(end.granted()?).ok_or_else(other)?;
            Ok(())
        })
    })
}
