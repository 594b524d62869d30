//! Question by question, without a callback: what an operation asks, and the answers.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::ptr;

use ::pinbolt::{
    Error, Misuse, Work,
    driver::{Answer, Asked, milliseconds},
    op::Message,
    row::{Snapshot, Version, Write},
};

use crate::{
    guard::{clear, entry, get, guarded, hand},
    op::pinbolt_op,
    shelf::{Kept, Shelf},
    status::pinbolt_status,
    text::{PINBOLT_MAX_LENGTH, pinbolt_bytes, pinbolt_text},
    work::pinbolt_work,
};

/// A question: none, it is over. `pinbolt_op_status` says how it ended.
pub const PINBOLT_ASKS_NOTHING: u32 = 0;
/// A question: load the row that `pinbolt_op_row` names. Answer with `pinbolt_op_found`,
/// `pinbolt_op_absent` or `pinbolt_op_load_failed`.
pub const PINBOLT_ASKS_LOAD: u32 = 1;
/// A question: make the write that `pinbolt_op_write` gives. Answer with `pinbolt_op_applied`,
/// `pinbolt_op_conflict`, `pinbolt_op_in_doubt` or `pinbolt_op_not_applied`.
pub const PINBOLT_ASKS_COMMIT: u32 = 2;
/// A question: run the hash that `pinbolt_op_work` gives. Answer with `pinbolt_op_hashed` or
/// `pinbolt_op_not_hashed`.
pub const PINBOLT_ASKS_HASH: u32 = 3;
/// A question, by a delivery alone: deliver the message that `pinbolt_op_message` gives. Answer
/// with `pinbolt_op_sent`, `pinbolt_op_not_sent` or `pinbolt_op_unknown`.
pub const PINBOLT_ASKS_DELIVER: u32 = 4;

/// One conditional write: it applies if, and only if, the row stands at `expected`. Read it only
/// through the pointer that the library gives: later versions may append fields.
#[repr(C)]
pub struct pinbolt_write {
    /// The row's name: 1 to 80 visible ASCII characters.
    pub row: pinbolt_text,
    /// The version that must stand, 16 bytes; absent: the row must not exist.
    pub expected: pinbolt_bytes,
    /// The version that stands afterwards, 16 bytes.
    pub version: pinbolt_bytes,
    /// The new body, up to 65536 bytes; absent: delete the row.
    pub body: pinbolt_bytes,
    /// Unix milliseconds before which the store must not remove the row by itself, up to
    /// `INT64_MAX`; `UINT64_MAX`: never.
    pub keep_until: u64,
}

/// A message to deliver. Read it only through the pointer that the library gives: later versions
/// may append fields. The code and the address are wiped when the question is answered.
#[repr(C)]
pub struct pinbolt_message {
    /// The same for the same message, another for any other: an idempotency key.
    pub id: pinbolt_text,
    /// The phone number (E.164), the e-mail address, or the endpoint on a channel of your own.
    pub to: pinbolt_text,
    /// The code's digits; empty in a message that carries a link alone, and in a notice.
    pub code: pinbolt_text,
    /// The letters by which the person tells this message from another.
    pub reference: pinbolt_text,
    /// The purpose.
    pub purpose: pinbolt_text,
    /// What it carries is valid before this Unix millisecond.
    pub expires: u64,
    /// How it travels: `sms`, `email`, or the name of a channel of your own.
    pub channel: pinbolt_text,
    /// What the page behind a link is given; empty where the purpose sends none. With neither code nor
    /// link it is a notice: an address of the account is being changed, or given up, as its purpose
    /// says.
    pub link: pinbolt_text,
}

/// What an operation asks: `PINBOLT_ASKS_...`. It asks nothing when it is over, and so does NULL or
/// an operation that is busy in another call.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_question(op: *const pinbolt_op) -> u32 {
    guarded(PINBOLT_ASKS_NOTHING, || {
        // SAFETY: C's promise, as pinbolt.h asks for it.
        let asked = unsafe { get(op) }.and_then(|op| op.asked(|asked| Ok(number(&asked))));
        asked.unwrap_or(PINBOLT_ASKS_NOTHING)
    })
}

/// The row to load, until the question is answered. `PINBOLT_WRONG_ANSWER` where another question
/// is open, `PINBOLT_OVER` where none is.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_row(
    op: *const pinbolt_op,
    row: *mut pinbolt_text,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        look(op, row, pinbolt_text::ABSENT, |question| match question {
            Question::Load(row) => Some(*row.get()),
            _ => None,
        })
    }
}

/// The write to make, until the question is answered. `PINBOLT_WRONG_ANSWER` where another question
/// is open, `PINBOLT_OVER` where none is.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_write(
    op: *const pinbolt_op,
    write: *mut *const pinbolt_write,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        look(op, write, ptr::null(), |question| match question {
            Question::Commit(write) => Some(write.as_ptr()),
            _ => None,
        })
    }
}

/// The message to deliver, until the question is answered. `PINBOLT_WRONG_ANSWER` where another
/// question is open, `PINBOLT_OVER` where none is.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_message(
    op: *const pinbolt_op,
    message: *mut *const pinbolt_message,
) -> pinbolt_status {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe {
        look(op, message, ptr::null(), |question| match question {
            Question::Deliver(message) => Some(message.as_ptr()),
            _ => None,
        })
    }
}

/// The hash to run, as a handle of its own: `*work` is yours to free, any thread may run it, and
/// the operation may meanwhile wait, or be freed. `PINBOLT_WRONG_ANSWER` where another question is
/// open, `PINBOLT_OVER` where none is.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_work(
    op: *const pinbolt_op,
    work: *mut *mut pinbolt_work,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let work = unsafe { clear(work, ptr::null_mut()) }?;
        // SAFETY: as above.
        let asked = unsafe { get(op) }?.asked(hash)?;
        hand(work, pinbolt_work::new(asked));
        Ok(())
    })
}

/// Answers a load: the row stands at this version, 16 bytes, with this body, up to 65536 bytes.
/// Both are copied. `now` is when the answer came, in Unix milliseconds, here and in every answer.
///
/// `PINBOLT_LENGTH` for a version or body of another length. `PINBOLT_VALUE` for a `now` that can't
/// be milliseconds, `PINBOLT_WRONG_ANSWER` where another question is open, `PINBOLT_OVER` where none
/// is: here and in every answer. The question stays open.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_found(
    op: *mut pinbolt_op,
    now: u64,
    version: pinbolt_bytes,
    body: pinbolt_bytes,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (op, found) = unsafe { (get(op)?, snapshot(version, body)?) };
        op.answer(now, Answer::Found(Some(found)))
    })
}

/// Answers a load: there is no such row.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_absent(op: *mut pinbolt_op, now: u64) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.answer(now, Answer::Found(None)))
}

/// Answers a load: the store can't be read.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_load_failed(op: *mut pinbolt_op, now: u64) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.answer(now, Answer::LoadFailed))
}

/// Answers a write: it stands, durably.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_applied(op: *mut pinbolt_op, now: u64) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.answer(now, Answer::Applied))
}

/// Answers a write: the row stood at another version, and nothing was written.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_conflict(op: *mut pinbolt_op, now: u64) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.answer(now, Answer::Conflict))
}

/// Answers a write: it may or may not stand. When unsure, this.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_in_doubt(op: *mut pinbolt_op, now: u64) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.answer(now, Answer::InDoubt))
}

/// Answers a write: it surely doesn't stand.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_not_applied(op: *mut pinbolt_op, now: u64) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.answer(now, Answer::NotApplied))
}

/// Answers a hash: it was not run, for lack of a free slot. The guess is given back.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_not_hashed(op: *mut pinbolt_op, now: u64) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.answer(now, Answer::NotHashed))
}

/// Answers a delivery: the gateway took the message.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_sent(op: *mut pinbolt_op, now: u64) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.answer(now, Answer::Sent))
}

/// Answers a delivery: the message was surely not sent.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_not_sent(op: *mut pinbolt_op, now: u64) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.answer(now, Answer::NotSent))
}

/// Answers a delivery: it may or may not have been sent. When unsure, this.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_unknown(op: *mut pinbolt_op, now: u64) -> pinbolt_status {
    // SAFETY: C's promise, as pinbolt.h asks for it.
    entry(|| unsafe { get(op) }?.answer(now, Answer::Unknown))
}

/// Answers a hash with the work that was run, and takes its result. `PINBOLT_NOT_OVER` where the
/// work was not run. `PINBOLT_WRONG_DIGEST` for the work of another hash, which has to be run
/// again; any other status leaves it as it was.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_op_hashed(
    op: *mut pinbolt_op,
    now: u64,
    work: *mut pinbolt_work,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (op, work) = unsafe { (get(op)?, get(work)?) };
        // First, so that a call in vain doesn't take what the work gave.
        op.asked(hash)?;
        milliseconds(now)?;
        op.answer(now, Answer::Hashed(work.take()?))
    })
}

/// The open question, in C's form.
pub(crate) enum Question {
    Load(Kept<pinbolt_text>),
    Commit(Kept<pinbolt_write>),
    Deliver(Kept<pinbolt_message>),
    /// A hash, which has a handle of its own, or none.
    Other,
}

impl Question {
    pub(crate) fn new(asked: Asked<'_>) -> Self {
        match asked {
            Asked::Load(row) => Self::Load(Kept::new(|shelf| shelf.text(row.as_str()))),
            Asked::Commit(write) => Self::Commit(Kept::new(|shelf| write_view(shelf, write))),
            Asked::Deliver(message) => {
                Self::Deliver(Kept::new(|shelf| message_view(shelf, message)))
            }
            Asked::Hash(_) | Asked::Nothing => Self::Other,
        }
    }
}

fn hash(asked: Asked<'_>) -> Result<Work, Error> {
    match asked {
        Asked::Hash(work) => Ok(work),
        _ => Err(Misuse::WrongAnswer.into()),
    }
}

const fn number(asked: &Asked<'_>) -> u32 {
    match asked {
        Asked::Load(_) => PINBOLT_ASKS_LOAD,
        Asked::Commit(_) => PINBOLT_ASKS_COMMIT,
        Asked::Hash(_) => PINBOLT_ASKS_HASH,
        Asked::Deliver(_) => PINBOLT_ASKS_DELIVER,
        Asked::Nothing => PINBOLT_ASKS_NOTHING,
    }
}

/// The body stays where it is: it is long, and the operation or the driver holds it still.
pub(crate) fn write_view(shelf: &mut Shelf, write: &Write) -> pinbolt_write {
    let body = write.body.as_deref();
    pinbolt_write {
        row: shelf.text(write.row.as_str()),
        expected: match &write.expected {
            Some(expected) => shelf.bytes(expected.as_bytes()),
            None => pinbolt_bytes::ABSENT,
        },
        version: shelf.bytes(write.version.as_bytes()),
        body: body.map_or(pinbolt_bytes::ABSENT, |body| pinbolt_bytes {
            data: body.as_ptr(),
            len: body.len(),
        }),
        keep_until: write.keep_until,
    }
}

pub(crate) fn message_view(shelf: &mut Shelf, message: &Message) -> pinbolt_message {
    pinbolt_message {
        id: shelf.text(message.id()),
        to: shelf.text(message.to()),
        code: shelf.text(message.code().unwrap_or_default()),
        reference: shelf.text(&message.reference().to_string()),
        purpose: shelf.text(message.purpose()),
        expires: message.expires(),
        channel: shelf.text(message.channel().name()),
        link: shelf.text(message.link().unwrap_or_default()),
    }
}

/// So no body that was read is too long.
const _: () = assert!(PINBOLT_MAX_LENGTH == Write::MAX_BODY);

/// A row as a store gives it.
///
/// # Safety
/// As [`pinbolt_bytes::read`].
pub(crate) unsafe fn snapshot(
    version: pinbolt_bytes,
    body: pinbolt_bytes,
) -> Result<Snapshot, Error> {
    // SAFETY: the caller's promise.
    let (version, body) = unsafe { (version.read()?, body.read()?) };
    let version = version.ok_or(Misuse::Pointer)?.try_into().map_err(|_| Misuse::Length)?;
    let body = body.ok_or(Misuse::Pointer)?.to_vec();
    Ok(Snapshot { version: Version::from_bytes(version), body })
}

/// What an accessor of a question does.
///
/// # Safety
/// As [`get`] and [`clear`].
unsafe fn look<T>(
    op: *const pinbolt_op,
    out: *mut T,
    empty: T,
    look: impl FnOnce(&Question) -> Option<T>,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: the caller's promises.
        let out = unsafe { clear(out, empty) }?;
        // SAFETY: as above.
        let op = unsafe { get(op) }?;
        *out = op.question(|question| look(question).ok_or_else(|| Misuse::WrongAnswer.into()))?;
        Ok(())
    })
}
