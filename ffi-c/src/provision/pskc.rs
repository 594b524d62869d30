//! PSKC: token keys in XML, as makers of devices ship them.
#![allow(unsafe_code, reason = "C's pointers go through `guard`")]

use core::{ptr, slice};

use ::pinbolt::{Error, Misuse};
use pinbolt_provision::{
    OathKey, ProvisionError,
    pskc::{Document, KeyPackage, Lock, MAX_KEYS, MAX_LEN, PinPolicy, PinUsage},
};

use super::{key::pinbolt_oath_key, told, written::pinbolt_written};
use crate::{
    guard::{SizeFirst, clear, entry, free, get, guarded, hand, read},
    names::number,
    shelf::{Kept, List},
    status::pinbolt_status,
    text::{pinbolt_bytes, pinbolt_text},
};

/// Where the PIN of a key is typed: into the device, which checks it.
pub const PINBOLT_PIN_USAGE_LOCAL: u32 = 1;
/// Where the PIN of a key is typed: before the code.
pub const PINBOLT_PIN_USAGE_PREPEND: u32 = 2;
/// Where the PIN of a key is typed: after the code.
pub const PINBOLT_PIN_USAGE_APPEND: u32 = 3;

const USAGES: &[(u32, PinUsage)] = &[
    (PINBOLT_PIN_USAGE_LOCAL, PinUsage::Local),
    (PINBOLT_PIN_USAGE_PREPEND, PinUsage::Prepend),
    (PINBOLT_PIN_USAGE_APPEND, PinUsage::Append),
];

/// A PSKC document (RFC 6030) that was read. Its keys are wiped when it is freed. It never changes; any
/// number of threads may use it.
pub struct pinbolt_pskc {
    fields: Kept<pinbolt_pskc_fields>,
    _packages: List<pinbolt_pskc_package>,
    _keys: Vec<Option<Kept<pinbolt_oath_key>>>,
}

/// What a document holds. Read it only through the pointer that the library gives: later versions may
/// append fields.
#[repr(C)]
pub struct pinbolt_pskc_fields {
    /// Its id; absent where it has none.
    pub id: pinbolt_text,
    /// What its key or password is called; absent where nobody said so.
    pub key_name: pinbolt_text,
    /// Its keys: `package_count` pointers.
    pub packages: *const *const pinbolt_pskc_package,
    /// How many.
    pub package_count: usize,
    /// Whether it has a signature. It is **not checked**.
    pub has_signature: bool,
}

/// A key with all that a document says about it; what is absent, or 0 where it says so, isn't said.
/// Texts have at most 1024 bytes. Given by the library it belongs to the document; to write one, make
/// your own and begin with zeros.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_pskc_package {
    /// `sizeof(pinbolt_pskc_package)`.
    pub size: usize,
    /// The key, without names; NULL where it is none that pinbolt can check.
    pub key: *const pinbolt_oath_key,
    /// The key's id.
    pub id: pinbolt_text,
    /// Who issued it.
    pub issuer: pinbolt_text,
    /// A name for people.
    pub friendly_name: pinbolt_text,
    /// Whose it is: as a rule a distinguished name.
    pub user_id: pinbolt_text,
    /// The module in the device.
    pub module_id: pinbolt_text,
    /// Who made the device.
    pub manufacturer: pinbolt_text,
    /// The device's serial number, as a rule what is printed on it.
    pub serial: pinbolt_text,
    /// The device's model.
    pub model: pinbolt_text,
    /// Which of several issues with one serial number the device is.
    pub issue: pinbolt_text,
    /// What the key is bound to in the device.
    pub binding: pinbolt_text,
    /// Whose the device is.
    pub device_user_id: pinbolt_text,
    /// The device isn't to be used before this Unix millisecond; 0 where that isn't said.
    pub device_start: u64,
    /// The device isn't to be used after this Unix millisecond; 0 where that isn't said.
    pub device_expiry: u64,
    /// The key isn't to be used before this Unix millisecond; 0 where that isn't said.
    pub start: u64,
    /// The key isn't to be used after this Unix millisecond; 0 where that isn't said.
    pub expiry: u64,
    /// How many codes it may give; meaningless without `has_transactions`.
    pub transactions: u64,
    /// The id of the package whose key is the PIN; meaningless without `has_pin`, as all of the PIN.
    pub pin_key_id: pinbolt_text,
    /// Where the PIN is typed: `PINBOLT_PIN_USAGE_...`, or 0.
    pub pin_usage: u32,
    /// Wrong PINs in a row, or 0.
    pub pin_max_failures: u32,
    /// The PIN's least length, or 0.
    pub pin_min_length: u32,
    /// The PIN's greatest length, or 0.
    pub pin_max_length: u32,
    /// Steps by which the device's clock was found ahead; negative if it is behind.
    pub clock_ahead: i32,
    /// Why there is no key, `PINBOLT_PROVISION_...`, or 0. It isn't written.
    pub fault: u32,
    /// Whether it may give a number of codes alone.
    pub has_transactions: bool,
    /// Whether a PIN guards it.
    pub has_pin: bool,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_pskc_package {}

/// What a document is made of.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct pinbolt_pskc_args {
    /// `sizeof(pinbolt_pskc_args)`.
    pub size: usize,
    /// Its id, an XML name; absent for none.
    pub id: pinbolt_text,
    /// What the key or password is called, so that a reader knows which one to take; absent for none.
    pub key_name: pinbolt_text,
    /// A key of 16, 24 or 32 bytes that seals the secrets; or absent.
    pub key: pinbolt_bytes,
    /// A password that seals them; or absent. With neither they are legible.
    pub password: pinbolt_text,
    /// 1 to 10000 keys: `package_count` pointers.
    pub packages: *const *const pinbolt_pskc_package,
    /// How many.
    pub package_count: usize,
}

// SAFETY: C's, its size first, and all zeros are absent values.
unsafe impl SizeFirst for pinbolt_pskc_args {}

/// Reads a PSKC document of at most 16 MiB, sealed under a `key` that both sides have (16, 24 or 32
/// bytes), under a `password`, or, with both absent, legible. With one of them, a document that has a
/// legible secret is refused. A key that is none for pinbolt spoils none of the others: it stands there
/// without. What is sealed is the secret alone: let somebody who knows decide whose a key is, not the
/// document. Its policy is for you to keep. A signature is not checked. A password may take a second.
/// `*document` is yours to free.
///
/// `PINBOLT_MALFORMED` where it is refused: then `*fault` is why, `PINBOLT_PROVISION_...`, and else 0.
/// `PINBOLT_VALUE` for a key and a password at once.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_pskc_read(
    text: pinbolt_text,
    key: pinbolt_bytes,
    password: pinbolt_text,
    document: *mut *mut pinbolt_pskc,
    fault: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (document, fault) = unsafe { (clear(document, ptr::null_mut()), clear(fault, 0)) };
        let (document, fault) = (document?, fault?);
        // SAFETY: as above.
        let (text, lock) = unsafe { (long(text)?, lock(key, password)?) };
        let read = text.and_then(|text| Document::read(text, lock));
        hand(document, pinbolt_pskc::of(&told(fault, read)?));
        Ok(())
    })
}

/// What a document holds: `*fields` belong to the document.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_pskc_get(
    document: *const pinbolt_pskc,
    fields: *mut *const pinbolt_pskc_fields,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let fields = unsafe { clear(fields, ptr::null()) }?;
        // SAFETY: as above.
        *fields = unsafe { get(document) }?.fields.as_ptr();
        Ok(())
    })
}

/// Whether a host that keeps no conditions may use a package's key at this time (Unix milliseconds): it
/// is within the device's times and the policy's, and the policy has no PIN and no number of codes.
/// `false` for NULL and for a package without a key.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_pskc_holds(
    package: *const pinbolt_pskc_package,
    now: u64,
) -> bool {
    guarded(false, || {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let package = unsafe { read(package).and_then(|package| own_package(package)) };
        package.is_ok_and(|package| package.holds(now))
    })
}

/// Writes a PSKC document. A key seals by AES of its own length, a password by AES-256 under 600000
/// rounds of PBKDF2-HMAC-SHA-256, both with HMAC-SHA-256. A package may be one that was read, in as far
/// as its document lives. `*written` is yours to free.
///
/// `PINBOLT_MALFORMED` for what has no place in a document: then `*fault` is why,
/// `PINBOLT_PROVISION_...`, and else 0. `PINBOLT_VALUE` for a key and a password at once and for a
/// `pin_usage` that is none.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn pinbolt_pskc_write(
    args: *const pinbolt_pskc_args,
    written: *mut *mut pinbolt_written,
    fault: *mut u32,
) -> pinbolt_status {
    entry(|| {
        // SAFETY: C's promises, as pinbolt.h asks for them.
        let (written, fault) = unsafe { (clear(written, ptr::null_mut()), clear(fault, 0)) };
        let (written, fault) = (written?, fault?);
        // SAFETY: as above.
        let args = unsafe { read(args) }?;
        // SAFETY: as above.
        let lock = unsafe { lock(args.key, args.password) }?;
        let mut document = Document::default();
        // SAFETY: as above.
        (document.id, document.key_name) = unsafe { (own(args.id)?, own(args.key_name)?) };
        // SAFETY: as above.
        for package in unsafe { packages(args.packages, args.package_count) }? {
            // SAFETY: as above.
            document.packages.push(unsafe { own_package(read(*package)?) }?);
        }
        let text = told(fault, document.write(lock))?;
        hand(written, pinbolt_written::of(text.as_bytes()));
        Ok(())
    })
}

/// Wipes and frees a document, and sets `*document` to NULL. NULL, or a pointer to NULL, is fine. No
/// thread may be using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pinbolt_pskc_free(document: *mut *mut pinbolt_pskc) {
    // SAFETY: C's promises, as pinbolt.h asks for them.
    unsafe { free(document) }
}

impl pinbolt_pskc {
    fn of(document: &Document) -> Self {
        let own = |key: &OathKey| Kept::new(|_| pinbolt_oath_key::of(key.clone()));
        let keys: Vec<_> =
            document.packages.iter().map(|it| it.key.as_ref().ok().map(own)).collect();
        let packages: List<_> =
            document.packages.iter().zip(&keys).map(|(it, key)| kept(it, key.as_ref())).collect();
        let fields = Kept::new(|shelf| pinbolt_pskc_fields {
            id: shelf.maybe_text(document.id.as_deref()),
            key_name: shelf.maybe_text(document.key_name.as_deref()),
            packages: packages.as_ptr(),
            package_count: packages.len(),
            has_signature: document.signed,
        });
        Self { fields, _packages: packages, _keys: keys }
    }
}

fn kept(it: &KeyPackage, key: Option<&Kept<pinbolt_oath_key>>) -> Kept<pinbolt_pskc_package> {
    // The first millisecond of 1970 is told as the second: 0 is none.
    let time = |time: Option<u64>| time.map_or(0, |time| time.max(1));
    let (device, policy) = (&it.device, &it.policy);
    let pin = policy.pin.clone().unwrap_or_default();
    Kept::new(|shelf| pinbolt_pskc_package {
        size: size_of::<pinbolt_pskc_package>(),
        key: key.map_or(ptr::null(), Kept::as_ptr),
        id: shelf.text(&it.id),
        issuer: shelf.maybe_text(it.issuer.as_deref()),
        friendly_name: shelf.maybe_text(it.friendly_name.as_deref()),
        user_id: shelf.maybe_text(it.user_id.as_deref()),
        module_id: shelf.maybe_text(it.module_id.as_deref()),
        manufacturer: shelf.maybe_text(device.manufacturer.as_deref()),
        serial: shelf.maybe_text(device.serial.as_deref()),
        model: shelf.maybe_text(device.model.as_deref()),
        issue: shelf.maybe_text(device.issue.as_deref()),
        binding: shelf.maybe_text(device.binding.as_deref()),
        device_user_id: shelf.maybe_text(device.user_id.as_deref()),
        device_start: time(device.start),
        device_expiry: time(device.expiry),
        start: time(policy.start),
        expiry: time(policy.expiry),
        transactions: policy.transactions.unwrap_or_default(),
        pin_key_id: shelf.maybe_text(pin.key_id.as_deref()),
        pin_usage: pin.usage.map_or(0, |usage| number(USAGES, &usage)),
        pin_max_failures: pin.max_failures.unwrap_or_default(),
        pin_min_length: pin.min_length.unwrap_or_default(),
        pin_max_length: pin.max_length.unwrap_or_default(),
        clock_ahead: it.clock_ahead,
        fault: it.key.as_ref().err().map_or(0, |why| why.code().into()),
        has_transactions: policy.transactions.is_some(),
        has_pin: policy.pin.is_some(),
    })
}

/// # Safety
/// Its texts keep what [`pinbolt_text::read`] asks for, and its key what [`get`] does.
unsafe fn own_package(it: pinbolt_pskc_package) -> Result<KeyPackage, Error> {
    let some = |number: u32| Some(number).filter(|number| *number != 0);
    let time = |time: u64| Some(time).filter(|time| *time != 0);
    // SAFETY: the caller's promise.
    let (key, id) = unsafe { (get(it.key)?, it.id.read()?) };
    let mut package = KeyPackage::new(id, key.key());
    // SAFETY: as above.
    let names =
        unsafe { [own(it.issuer)?, own(it.friendly_name)?, own(it.user_id)?, own(it.module_id)?] };
    let [issuer, friendly_name, user_id, module_id] = names;
    package.issuer = issuer.or(package.issuer);
    package.friendly_name = friendly_name.or(package.friendly_name);
    (package.user_id, package.module_id) = (user_id, module_id);
    let device = &mut package.device;
    // SAFETY: as above.
    unsafe {
        (device.manufacturer, device.serial) = (own(it.manufacturer)?, own(it.serial)?);
        (device.model, device.issue) = (own(it.model)?, own(it.issue)?);
        (device.binding, device.user_id) = (own(it.binding)?, own(it.device_user_id)?);
    }
    (device.start, device.expiry) = (time(it.device_start), time(it.device_expiry));
    (package.policy.start, package.policy.expiry) = (time(it.start), time(it.expiry));
    package.policy.transactions = it.has_transactions.then_some(it.transactions);
    package.clock_ahead = it.clock_ahead;
    if it.has_pin {
        let mut pin = PinPolicy::default();
        pin.usage = match it.pin_usage {
            0 => None,
            usage => {
                let known = USAGES.iter().find(|(number, _)| *number == usage);
                Some(known.ok_or(Misuse::Value)?.1)
            }
        };
        // SAFETY: as above.
        pin.key_id = unsafe { own(it.pin_key_id) }?;
        pin.max_failures = some(it.pin_max_failures);
        (pin.min_length, pin.max_length) = (some(it.pin_min_length), some(it.pin_max_length));
        package.policy.pin = Some(pin);
    }
    Ok(package)
}

/// A text longer than any other that is read. What isn't UTF-8 is no XML.
///
/// # Safety
/// As [`pinbolt_text::read`].
unsafe fn long<'a>(text: pinbolt_text) -> Result<Result<&'a str, ProvisionError>, Error> {
    match (text.data.is_null(), text.len) {
        (true, 0) => Ok(Ok("")),
        (true, _) => Err(Misuse::Pointer.into()),
        (false, len) if len > MAX_LEN => Ok(Err(ProvisionError::TooLong)),
        (false, len) => {
            // SAFETY: the caller's promise.
            let bytes = unsafe { slice::from_raw_parts(text.data.cast(), len) };
            Ok(core::str::from_utf8(bytes).map_err(|_| ProvisionError::Xml))
        }
    }
}

/// # Safety
/// As [`pinbolt_text::read`].
unsafe fn lock<'a>(key: pinbolt_bytes, password: pinbolt_text) -> Result<Lock<'a>, Error> {
    // SAFETY: the caller's promise.
    match unsafe { (key.read()?, password.read_maybe()?) } {
        (None, None) => Ok(Lock::Plain),
        (Some(key), None) => Ok(Lock::Key(key)),
        (None, Some(password)) => Ok(Lock::Password(password)),
        _ => Err(Misuse::Value.into()),
    }
}

/// # Safety
/// As [`pinbolt_text::read`].
unsafe fn own(text: pinbolt_text) -> Result<Option<String>, Error> {
    // SAFETY: the caller's promise.
    Ok(unsafe { text.read_maybe() }?.map(Into::into))
}

/// # Safety
/// `data` is NULL or points to `count` pointers that live and stay unwritten for `'a`.
unsafe fn packages<'a>(
    data: *const *const pinbolt_pskc_package,
    count: usize,
) -> Result<&'a [*const pinbolt_pskc_package], Error> {
    match (count, data.is_null() || !data.is_aligned()) {
        (0, _) => Ok(&[]),
        (_, true) => Err(Misuse::Pointer.into()),
        (1..=MAX_KEYS, false) => {
            // SAFETY: the caller's promise.
            Ok(unsafe { slice::from_raw_parts(data, count) })
        }
        _ => Err(Misuse::Length.into()),
    }
}
