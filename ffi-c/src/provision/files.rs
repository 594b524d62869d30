//! Files of other systems, imported account by account.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{ffi::c_void, ptr, slice};
use std::sync::Mutex;

use ::pinbolt::{
    Error, Misuse,
    driver::{Operation, milliseconds},
    op::{Took, Weak},
};
use pinbolt_provision::import::{AccountLines, Fate, Format, Importer, Pass};

use crate::{
    caller::{operator, pinbolt_operator},
    end::Grant,
    guard::{SizeFirst, clear, entry, free_idle, get, guarded, hand, lock, read},
    installation::pinbolt,
    op::pinbolt_op,
    shelf::{Kept, List},
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
    verbs::{entropy, import::weak},
};

/// How another system writes its tokens down: `otpauth` addresses, one a line, of one issuer; the
/// account is the label's name.
pub const PINBOLT_FORMAT_OTPAUTH: u32 = 1;
/// The same: a users file of the OATH Toolkit.
pub const PINBOLT_FORMAT_OATH_USERS: u32 = 2;
/// The same: the file of Google's PAM module, which is of one account.
pub const PINBOLT_FORMAT_GOOGLE_AUTHENTICATOR: u32 = 3;
/// The same: django-otp's rows as Django's serializer writes them, one JSON object a line; the account
/// is the user.
pub const PINBOLT_FORMAT_DJANGO_OTP: u32 = 4;
/// The same: privacyIDEA's export, decrypted, one JSON object a line, of one realm; the account is the
/// user's login.
pub const PINBOLT_FORMAT_PRIVACYIDEA: u32 = 5;

/// What the next line is for: to see which lines stand where. Nothing is given out.
pub const PINBOLT_PASS_SURVEY: u32 = 1;
/// The same: the accounts are given out.
pub const PINBOLT_PASS_ACCOUNTS: u32 = 2;
/// There is no next line.
pub const PINBOLT_PASS_OVER: u32 = 3;

/// What became of a line: nothing is known that stands against taking it.
pub const PINBOLT_FATE_READY: u32 = 1;
/// The same: the account has it now.
pub const PINBOLT_FATE_ADDED: u32 = 2;
/// The same: the account had it before.
pub const PINBOLT_FATE_KEPT: u32 = 3;
/// The same: it was removed or replaced here, and stays so.
pub const PINBOLT_FATE_GONE: u32 = 4;
/// The same: it needs not be taken.
pub const PINBOLT_FATE_SKIPPED: u32 = 5;
/// The same: it is refused, and with it all lines of its account.
pub const PINBOLT_FATE_REFUSED: u32 = 6;
/// The same: nothing is wrong with it, but its account was not taken.
pub const PINBOLT_FATE_HELD_BACK: u32 = 7;
/// The same: the infrastructure failed; run the import again.
pub const PINBOLT_FATE_FAILED: u32 = 8;

/// Reads the file of another system, in passes. One call at a time may use it.
///
/// The lines of one account stand together. The file is read twice at least, from its beginning each
/// time: the passes of the survey find whose lines don't stand together, the last one gives out the
/// accounts. It must not change meanwhile. Memory doesn't grow with it.
pub struct pinbolt_importer {
    importer: Mutex<Importer<AccountOf>>,
}

type AccountOf = Box<dyn FnMut(&str) -> Option<String>>;

/// How a file is read.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_importer_args {
    /// `sizeof(pinbolt_importer_args)`.
    pub size: usize,
    /// Whose a file of Google's is; absent for any other.
    pub account: pinbolt_text,
    /// Given to the callback as it is; it must live as long as the importer.
    pub context: *mut c_void,
    /// Tells whose account a name of the file is, in each pass the same: its id, which is read before
    /// anything else is called; or an absent text. Called by `pinbolt_importer_line` alone. NULL: the
    /// account of that id. Two names of one account are held back. It must return: an exception out of
    /// it aborts the program, a `longjmp` is undefined.
    pub account_of: Option<
        unsafe extern "C-unwind" fn(context: *mut c_void, name: pinbolt_text) -> pinbolt_text,
    >,
    /// How it is written: `PINBOLT_FORMAT_...`.
    pub format: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_importer_args {}

/// The lines of one account. One call at a time may use them.
pub struct pinbolt_account_lines {
    inside: Mutex<Inside>,
    name: Kept<pinbolt_text>,
}

struct Inside {
    lines: AccountLines,
    reports: List<pinbolt_line_report>,
}

/// What became of a line. Read it only through the pointer that the library gives: later versions may
/// append fields.
#[repr(C)]
pub struct pinbolt_line_report {
    /// Its number, from 1.
    pub line: u64,
    /// `PINBOLT_FATE_...`.
    pub fate: u32,
    /// Why it was not taken: `PINBOLT_PROVISION_...`, from 401 on, or the status of the import, below;
    /// 0 where it was taken.
    pub why: u32,
}

/// The arguments of `pinbolt_start_import_lines`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_import_lines_args {
    /// `sizeof(pinbolt_import_lines_args)`.
    pub size: usize,
    /// The lines.
    pub lines: *const pinbolt_account_lines,
    /// Who imports, and why.
    pub by: *const pinbolt_operator,
    /// What is taken although it is too weak: `PINBOLT_WEAK_...`, added up; 0 as a rule.
    pub dangerously_accept: u32,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_import_lines_args {}

/// Begins to read a file, at `now`. `*importer` is yours to free.
///
/// `PINBOLT_VALUE` for a format that is none, for an account where there is none, and for none where
/// there is one.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_importer_open(
    args: *const pinbolt_importer_args,
    now: u64,
    importer: *mut *mut pinbolt_importer,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let place = unsafe { clear(importer, ptr::null_mut()) }?;
        // SAFETY: as above.
        let args = unsafe { read(args) }?;
        // SAFETY: as above.
        let account = unsafe { args.account.read_maybe() }?;
        let format = match (args.format, account) {
            (PINBOLT_FORMAT_OTPAUTH, None) => Format::Otpauth,
            (PINBOLT_FORMAT_OATH_USERS, None) => Format::OathUsers,
            (PINBOLT_FORMAT_GOOGLE_AUTHENTICATOR, Some(name)) => Format::GoogleAuthenticator(name),
            (PINBOLT_FORMAT_DJANGO_OTP, None) => Format::DjangoOtp,
            (PINBOLT_FORMAT_PRIVACYIDEA, None) => Format::PrivacyIdea,
            _ => return Err(Misuse::Value.into()),
        };
        let importer = Mutex::new(Importer::mapped(format, milliseconds(now)?, asked(args)));
        hand(place, pinbolt_importer { importer });
        Ok(())
    })
}

/// Which pass the next line belongs to: `*pass` is `PINBOLT_PASS_...`. Begin each at the file's
/// beginning.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_importer_pass(
    importer: *const pinbolt_importer,
    pass: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (pass, importer) = unsafe { (clear(pass, 0)?, get(importer)?) };
        *pass = match lock(&importer.importer)?.pass() {
            Pass::Accounts => PINBOLT_PASS_ACCOUNTS,
            Pass::Over => PINBOLT_PASS_OVER,
            _ => PINBOLT_PASS_SURVEY,
        };
        Ok(())
    })
}

/// Takes a line, with or without its end, at `now`: where a file doesn't tell which codes were used, all
/// are over until then. `*lines` is an account whose lines are over by it, yours to free; else NULL. Of a
/// line of more than 65536 bytes the first 65537 are enough.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_importer_line(
    importer: *mut pinbolt_importer,
    now: u64,
    line: pinbolt_bytes,
    lines: *mut *mut pinbolt_account_lines,
) -> pinbolt_status {
    /// So much of a line is looked at.
    const MOST: usize = Importer::MAX_LINE + 1;
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let place = unsafe { clear(lines, ptr::null_mut()) }?;
        let line = match (line.data.is_null(), line.len) {
            (true, 0) => &[],
            (true, _) => return Err(Misuse::Pointer.into()),
            // SAFETY: as above.
            (false, len) => unsafe { slice::from_raw_parts(line.data, len.min(MOST)) },
        };
        // SAFETY: as above.
        unsafe { given(importer, now, place, |importer| importer.line(line)) }
    })
}

/// Ends a pass, at `now`. `*lines` is the last account, yours to free; or NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_importer_end(
    importer: *mut pinbolt_importer,
    now: u64,
    lines: *mut *mut pinbolt_account_lines,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let place = unsafe { clear(lines, ptr::null_mut()) }?;
        // SAFETY: as above.
        unsafe { given(importer, now, place, Importer::end) }
    })
}

/// Whether the passes so far haven't read the same. What is given out from then on is held back.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_importer_changed(importer: *const pinbolt_importer) -> bool {
    guarded(false, || {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let importer = unsafe { get(importer) };
        importer.and_then(|importer| Ok(lock(&importer.importer)?.changed())).unwrap_or(false)
    })
}

/// Frees an importer and sets `*importer` to NULL. NULL, or a pointer to NULL, is fine. One that
/// another call uses is left as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_importer_free(importer: *mut *mut pinbolt_importer) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free_idle(importer, |importer| &importer.importer) }
}

/// Whose the lines are, as the file has it; it belongs to `lines`. Absent for lines that can't be read,
/// which may be anyone's, and for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_account_lines_name(
    lines: *const pinbolt_account_lines,
) -> pinbolt_text {
    guarded(pinbolt_text::ABSENT, || {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        unsafe { get(lines) }.map_or(pinbolt_text::ABSENT, |lines| *lines.name.get())
    })
}

/// Whether nothing stands against taking the account: a line that is refused holds back all others.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_account_lines_complete(
    lines: *const pinbolt_account_lines,
) -> bool {
    guarded(false, || {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let lines = unsafe { get(lines) };
        lines.and_then(|lines| Ok(lock(&lines.inside)?.lines.complete())).unwrap_or(false)
    })
}

/// Starts importing what the lines hold, as `pinbolt_start_import`: all of it or nothing. The lines may
/// be freed before the operation.
///
/// `PINBOLT_VALUE` for lines that aren't complete, and for a flag that is none.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_start_import_lines(
    installation: *const pinbolt,
    now: u64,
    args: *const pinbolt_import_lines_args,
    op: *mut *mut pinbolt_op,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let op = unsafe { clear(op, ptr::null_mut()) }?;
        // SAFETY: as above.
        let (installation, args) = unsafe { (get(installation)?, read(args)?) };
        // SAFETY: as above.
        let (lines, by) = unsafe { (get(args.lines)?, operator(args.by)?) };
        let weak = weak(args.dangerously_accept)?;
        let (now, seed) = (milliseconds(now)?, entropy()?);
        let inside = lock(&lines.inside)?;
        let moving = inside.lines.moving().zip(inside.lines.account());
        let (moving, account) = moving.ok_or(Misuse::Value)?;
        let import = moving.import(account, (by, weak));
        hand(op, pinbolt_op::new(Operation::start(import, &installation.shared, now, seed)));
        Ok(())
    })
}

/// What becomes of each line. `op` is their import once it is over; where it was not run, or still asks,
/// nothing is known that stands against a line of `PINBOLT_FATE_READY`: so a dry run starts the import,
/// asks this, and frees it. `*reports` are `*count` of them, in the lines' order; they belong to
/// `lines`, until this is asked again.
///
/// `PINBOLT_WRONG_RESULT` for another verb's operation.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_account_lines_reports(
    lines: *mut pinbolt_account_lines,
    op: *const pinbolt_op,
    dangerously_accept: u32,
    reports: *mut *const *const pinbolt_line_report,
    count: *mut usize,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (reports, count) = unsafe { (clear(reports, ptr::null()), clear(count, 0)) };
        let (reports, count) = (reports?, count?);
        // SAFETY: as above.
        let lines = unsafe { get(lines) }?;
        let weak = weak(dangerously_accept)?;
        let mut inside = lock(&lines.inside)?;
        let fates = match op.is_null() {
            true => inside.lines.fates(Ok(None), weak),
            // SAFETY: as above.
            false => fates(&inside.lines, unsafe { get(op) }?, weak)?,
        };
        inside.reports = fates.into_iter().map(|told| Kept::new(|_| report(told))).collect();
        (*reports, *count) = (inside.reports.as_ptr(), inside.reports.len());
        Ok(())
    })
}

/// Frees the lines, with what is secret in them, and sets `*lines` to NULL. NULL, or a pointer to NULL,
/// is fine. Lines that another call uses are left as they are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_account_lines_free(lines: *mut *mut pinbolt_account_lines) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free_idle(lines, |lines| &lines.inside) }
}

/// # Safety
/// As [`get`].
unsafe fn given(
    importer: *const pinbolt_importer,
    now: u64,
    place: &mut *mut pinbolt_account_lines,
    take: impl FnOnce(&mut Importer<AccountOf>) -> Option<AccountLines>,
) -> Result<(), Error> {
    // SAFETY: the caller's promise.
    let importer = unsafe { get(importer) }?;
    let now = milliseconds(now)?;
    let mut importer = lock(&importer.importer)?;
    importer.at(now);
    if let Some(lines) = take(&mut importer) {
        hand(place, pinbolt_account_lines::of(lines));
    }
    Ok(())
}

/// Asks C whose account a name is.
fn asked(args: pinbolt_importer_args) -> AccountOf {
    let Some(account_of) = args.account_of else { return Box::new(|name| Some(name.into())) };
    let context = args.context;
    Box::new(move |name| {
        let given = Kept::new(|shelf| shelf.text(name));
        // SAFETY: the host's own callback, with the context that it gave for it; it promises that the
        // text is there until it is read.
        let said = unsafe { account_of(context, *given.get()).read_maybe() };
        said.ok().flatten().map(Into::into)
    })
}

impl pinbolt_account_lines {
    fn of(lines: AccountLines) -> Self {
        let name = Kept::new(|shelf| shelf.maybe_text(lines.name()));
        let reports = core::iter::empty::<Kept<pinbolt_line_report>>().collect();
        Self { inside: Mutex::new(Inside { lines, reports }), name }
    }
}

fn fates(lines: &AccountLines, op: &pinbolt_op, weak: Weak) -> Result<Vec<(u64, Fate)>, Error> {
    let told = op.ended(|end| match end.granted() {
        Ok(Grant::Imported(moved)) => Ok(lines.fates(Ok(Some(&moved.imported)), weak)),
        Ok(_) => Err(Misuse::WrongResult.into()),
        Err(no) => Ok(lines.fates(Err(no.into()), weak)),
    });
    match told {
        Err(Error::Misuse(Misuse::NotOver)) => Ok(lines.fates(Ok(None), weak)),
        told => told,
    }
}

fn report((line, fate): (u64, Fate)) -> pinbolt_line_report {
    let number = match fate {
        Fate::Took(Took::Added) => PINBOLT_FATE_ADDED,
        Fate::Took(Took::Kept) => PINBOLT_FATE_KEPT,
        Fate::Took(_) => PINBOLT_FATE_GONE,
        Fate::Skipped(_) => PINBOLT_FATE_SKIPPED,
        Fate::Refused(_) => PINBOLT_FATE_REFUSED,
        Fate::HeldBack(_) => PINBOLT_FATE_HELD_BACK,
        Fate::Failed(_) => PINBOLT_FATE_FAILED,
        _ => PINBOLT_FATE_READY,
    };
    pinbolt_line_report { line, fate: number, why: fate.why().map_or(0, |why| why.code.into()) }
}
