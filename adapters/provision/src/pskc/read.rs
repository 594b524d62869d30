//! A document's elements, read.

use data_encoding::BASE64;
use pinbolt::{oath::Algorithm, op::TokenKind};
use roxmltree::Node;
use zeroize::Zeroizing;

use crate::{OathKey, ProvisionError};

use super::{
    Device, Document, KeyPackage, Lock, MAX_KEYS, MAX_TEXT, PBKDF2, PBKDF2_XENC11, PinPolicy,
    PinUsage, Policy, date,
    lock::{Derivation, Hash, Keys},
    xml::{DSIG, PSKC, XENC, XENC11, child, is, must, parse, pkcs5, text},
};

type Read<T> = Result<T, ProvisionError>;
type Element<'a> = Node<'a, 'a>;

pub(super) fn document(source: &str, lock: Lock<'_>) -> Read<Document> {
    lock.check()?;
    let xml = parse(source)?;
    let root = xml.root_element();
    if !is(root, PSKC, "KeyContainer") {
        return Err(ProvisionError::Structure);
    }
    if root.attribute("Version") != Some("1.0") {
        return Err(ProvisionError::Version);
    }
    let packages = root.children().filter(|node| is(*node, PSKC, "KeyPackage"));
    if packages.clone().nth(MAX_KEYS).is_some() {
        return Err(ProvisionError::TooMany);
    }
    let opener = Opener::new(root, lock)?;
    Ok(Document {
        id: root.attribute("Id").map(bounded).transpose()?,
        key_name: key_name(root)?,
        // Errata 3418: a figure of RFC 6030 has it in the container's namespace.
        signed: child(root, DSIG, "Signature")?.or(child(root, PSKC, "Signature")?).is_some(),
        packages: packages.map(|node| package(node, &opener)).collect::<Read<_>>()?,
    })
}

fn key_name(root: Element<'_>) -> Read<Option<String>> {
    let Some(key) = child(root, PSKC, "EncryptionKey")? else {
        return Ok(None);
    };
    let name = match child(key, XENC11, "DerivedKey")? {
        Some(derived) => child(derived, XENC11, "MasterKeyName")?,
        None => child(key, DSIG, "KeyName")?,
    };
    name.map_or(Ok(None), |name| said(text(name)?))
}

fn package(node: Element<'_>, opener: &Opener) -> Read<KeyPackage> {
    let key = child(node, PSKC, "Key")?;
    let id = key.and_then(|key| key.attribute("Id")).map(bounded).transpose()?;
    let mut package = KeyPackage::empty(id.as_deref().unwrap_or_default());
    if let Some(device) = child(node, PSKC, "DeviceInfo")? {
        package.device = names(device)?;
    }
    if let Some(module) = child(node, PSKC, "CryptoModuleInfo")? {
        package.module_id = named(module, "Id")?;
    }
    if let Some(key) = key {
        package.issuer = named(key, "Issuer")?;
        package.friendly_name = named(key, "FriendlyName")?;
        package.user_id = named(key, "UserId")?;
    }
    package.key = match conditions_and_key(node, key, opener, &mut package) {
        Err(error) if !of_one_key(error) => return Err(error),
        key => key,
    };
    Ok(package)
}

fn names(device: Element<'_>) -> Read<Device> {
    Ok(Device {
        manufacturer: named(device, "Manufacturer")?,
        serial: named(device, "SerialNo")?,
        model: named(device, "Model")?,
        issue: named(device, "IssueNo")?,
        binding: named(device, "DeviceBinding")?,
        user_id: named(device, "UserId")?,
        ..Device::default()
    })
}

fn conditions_and_key(
    node: Element<'_>,
    key: Option<Element<'_>>,
    opener: &Opener,
    package: &mut KeyPackage,
) -> Read<OathKey> {
    if let Some(device) = child(node, PSKC, "DeviceInfo")? {
        package.device.start = time(device, "StartDate")?;
        package.device.expiry = time(device, "ExpiryDate")?;
    }
    let key = key.ok_or(ProvisionError::NoSecret)?;
    package.policy = policy(key)?;
    oath_key(key, opener, &mut package.clock_ahead)
}

/// Whether a fault concerns the one key in which it was found, and not the document.
const fn of_one_key(error: ProvisionError) -> bool {
    use ProvisionError as E;
    matches!(
        error,
        E::Secret
            | E::Algorithm
            | E::Digits
            | E::Period
            | E::Counter
            | E::KeyAlgorithm
            | E::NoSecret
            | E::Policy
            | E::ResponseFormat
            | E::Drift
            | E::Date
    )
}

/// The key of HOTP or TOTP (RFC 6030, section 4.3.4 and 10).
fn oath_key(key: Element<'_>, opener: &Opener, clock_ahead: &mut i32) -> Read<OathKey> {
    let timed = match key.attribute("Algorithm") {
        Some("urn:ietf:params:xml:ns:keyprov:pskc:hotp")
        | Some("urn:ietf:params:xml:ns:keyprov:pskc#hotp") => false,
        Some("urn:ietf:params:xml:ns:keyprov:pskc:totp")
        | Some("urn:ietf:params:xml:ns:keyprov:pskc#totp") => true,
        _ => return Err(ProvisionError::KeyAlgorithm),
    };
    let (algorithm, digits) = match child(key, PSKC, "AlgorithmParameters")? {
        Some(parameters) => (suite(parameters)?, response(parameters)?),
        None => (Algorithm::Sha1, 6),
    };
    let data = child(key, PSKC, "Data")?.ok_or(ProvisionError::NoSecret)?;
    let secret = child(data, PSKC, "Secret")?.ok_or(ProvisionError::NoSecret)?;
    let secret = match value(secret, opener)? {
        Value::Sealed(bytes) => bytes,
        Value::Plain(_) if opener.locks() => return Err(ProvisionError::NotEncrypted),
        Value::Plain(text) => base64(text).ok_or(ProvisionError::Secret)?,
    };
    let kind = match timed {
        false => {
            let counter = number(data, "Counter", opener, ProvisionError::Counter)?.unwrap_or(0);
            let counter = u64::try_from(counter).map_err(|_| ProvisionError::Counter)?;
            TokenKind::Hotp { counter }
        }
        true => {
            let period = number(data, "TimeInterval", opener, ProvisionError::Period)?;
            let period = u32::try_from(period.unwrap_or(30)).map_err(|_| ProvisionError::Period)?;
            let drift = number(data, "TimeDrift", opener, ProvisionError::Drift)?.unwrap_or(0);
            *clock_ahead = i32::try_from(drift).map_err(|_| ProvisionError::Drift)?;
            TokenKind::Totp { period, start: 0 }
        }
    };
    OathKey::new(kind, algorithm, digits, &secret)
}

fn suite(parameters: Element<'_>) -> Read<Algorithm> {
    let Some(suite) = child(parameters, PSKC, "Suite")? else {
        return Ok(Algorithm::Sha1);
    };
    let name: String = text(suite)?.chars().filter(|c| *c != '-').take(32).collect();
    let name = name.to_ascii_uppercase();
    let hash = name.strip_prefix("HMAC").unwrap_or(&name);
    let known = Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == hash);
    known.ok_or(ProvisionError::Algorithm)
}

fn response(parameters: Element<'_>) -> Read<u8> {
    if child(parameters, PSKC, "ChallengeFormat")?.is_some() {
        return Err(ProvisionError::ResponseFormat);
    }
    let Some(format) = child(parameters, PSKC, "ResponseFormat")? else {
        return Ok(6);
    };
    let checked = !matches!(format.attribute("CheckDigits"), None | Some("false" | "0"));
    if format.attribute("Encoding") != Some("DECIMAL") || checked {
        return Err(ProvisionError::ResponseFormat);
    }
    let length = format.attribute("Length").and_then(|length| length.trim().parse().ok());
    length.ok_or(ProvisionError::Digits)
}

/// RFC 6030, section 5: a key whose policy isn't understood whole mustn't be used.
fn policy(key: Element<'_>) -> Read<Policy> {
    let Some(node) = child(key, PSKC, "Policy")? else {
        return Ok(Policy::default());
    };
    let mut policy = Policy::default();
    let mut usages = node.children().filter(|node| is(*node, PSKC, "KeyUsage")).peekable();
    if usages.peek().is_some() && !usages.any(|usage| text(usage) == Ok("OTP")) {
        return Err(ProvisionError::Policy);
    }
    for node in node.children().filter(Node::is_element) {
        let (name, known) = (node.tag_name().name(), is(node, PSKC, node.tag_name().name()));
        match name {
            "KeyUsage" if known => {}
            "StartDate" if known => once(&mut policy.start, date::parse(text(node)?))?,
            "ExpiryDate" if known => once(&mut policy.expiry, date::parse(text(node)?))?,
            "NumberOfTransactions" if known => {
                once(&mut policy.transactions, text(node)?.parse().ok())?;
            }
            "PINPolicy" if known => once(&mut policy.pin, pin_policy(node)?)?,
            _ => return Err(ProvisionError::Policy),
        }
    }
    Ok(policy)
}

fn pin_policy(node: Element<'_>) -> Read<Option<PinPolicy>> {
    let mut pin = PinPolicy::default();
    if node.children().any(|child| child.is_element()) {
        return Ok(None);
    }
    for attribute in node.attributes() {
        let value = attribute.value();
        let number = || value.parse().ok();
        match (attribute.namespace(), attribute.name()) {
            (None, "PINKeyId") => once(&mut pin.key_id, said(value)?)?,
            // With `Algorithmic` the PIN is part of what makes the code.
            (None, "PINUsageMode") => {
                once(&mut pin.usage, PinUsage::ALL.into_iter().find(|usage| usage.name() == value))?
            }
            (None, "MaxFailedAttempts") => once(&mut pin.max_failures, number())?,
            (None, "MinLength") => once(&mut pin.min_length, number())?,
            (None, "MaxLength") => once(&mut pin.max_length, number())?,
            (None, "PINEncoding") if value == "DECIMAL" => {}
            _ => return Ok(None),
        }
    }
    Ok(Some(pin))
}

/// Fills an empty place with what is known.
fn once<T>(place: &mut Option<T>, value: Option<T>) -> Read<()> {
    match (&place, value) {
        (None, Some(value)) => {
            *place = Some(value);
            Ok(())
        }
        _ => Err(ProvisionError::Policy),
    }
}

/// What opens a document's values, as far as it is locked.
enum Opener {
    /// Nothing: every value must be legible.
    Nothing,
    /// A key, but the document has no MAC method.
    NoMac,
    /// These keys.
    Keys(Keys),
}

impl Opener {
    fn new(root: Element<'_>, lock: Lock<'_>) -> Read<Self> {
        let derived = match child(root, PSKC, "EncryptionKey")? {
            Some(key) => child(key, XENC11, "DerivedKey")?,
            None => None,
        };
        let key = match (lock, derived) {
            (Lock::Plain, _) => return Ok(Self::Nothing),
            (Lock::Key(key), None) => Zeroizing::new(key.to_vec()),
            (Lock::Password(password), Some(derived)) => derivation(derived)?.key(password)?,
            // A password and no place that says how it becomes a key: nothing is sealed by it.
            (Lock::Password(_), None) if child(root, PSKC, "EncryptionKey")?.is_none() => {
                return Err(ProvisionError::NotEncrypted);
            }
            (Lock::Password(_), None) | (Lock::Key(_), Some(_)) => {
                return Err(ProvisionError::Locked);
            }
        };
        let Some(method) = child(root, PSKC, "MACMethod")? else {
            return Ok(Self::NoMac);
        };
        let hash = Hash::of(method.attribute("Algorithm").ok_or(ProvisionError::Structure)?)?;
        // A key by reference, or none and so the encryption key, as drafts had it.
        let sealed = child(method, PSKC, "MACKey")?.ok_or(ProvisionError::Cipher)?;
        let (bits, sealed) = cipher_value(sealed)?;
        Ok(Self::Keys(Keys::open(key, hash, bits, &sealed)?))
    }

    const fn locks(&self) -> bool {
        !matches!(self, Self::Nothing)
    }
}

fn derivation(derived: Element<'_>) -> Read<Derivation> {
    let method = must(derived, XENC11, "KeyDerivationMethod")?;
    if !matches!(method.attribute("Algorithm"), Some(PBKDF2 | PBKDF2_XENC11)) {
        return Err(ProvisionError::Cipher);
    }
    let part = |parent, name| pkcs5(parent, name)?.ok_or(ProvisionError::Structure);
    let parameters = part(method, "PBKDF2-params")?;
    let salt = part(part(parameters, "Salt")?, "Specified")?;
    let rounds = text(part(parameters, "IterationCount")?)?;
    let key_len = text(part(parameters, "KeyLength")?)?;
    // Some write the name as a text.
    let prf = pkcs5(parameters, "PRF")?;
    let prf =
        prf.map(|prf| prf.attribute("Algorithm").map_or_else(|| text(prf), Ok)).transpose()?;
    let hash = match prf.unwrap_or_default() {
        // RFC 8018, appendix A.2: unless it is said, HMAC-SHA-1.
        "" => Hash::Sha1,
        uri => Hash::of(uri)?,
    };
    Ok(Derivation {
        hash,
        salt: base64(text(salt)?).ok_or(ProvisionError::Structure)?.to_vec(),
        rounds: rounds.parse().map_err(|_| ProvisionError::Rounds)?,
        key_len: key_len.parse().map_err(|_| ProvisionError::Rounds)?,
    })
}

/// A value as it stands in the document.
enum Value<'a> {
    Plain(&'a str),
    Sealed(Zeroizing<Vec<u8>>),
}

fn value<'a>(node: Element<'a>, opener: &Opener) -> Read<Value<'a>> {
    let mac = child(node, PSKC, "ValueMAC")?;
    match (child(node, PSKC, "PlainValue")?, child(node, PSKC, "EncryptedValue")?) {
        // What it would be of isn't said; one that isn't checked mustn't look checked.
        (Some(plain), None) if mac.is_none() => Ok(Value::Plain(text(plain)?)),
        (None, Some(sealed)) => {
            let (bits, sealed) = cipher_value(sealed)?;
            match (opener, mac) {
                (Opener::Nothing, _) => Err(ProvisionError::Locked),
                (Opener::NoMac, _) | (_, None) => Err(ProvisionError::Mac),
                (Opener::Keys(keys), Some(mac)) => {
                    let mac = base64(text(mac)?).ok_or(ProvisionError::Structure)?;
                    keys.unseal(bits, &sealed, &mac).map(Value::Sealed)
                }
            }
        }
        _ => Err(ProvisionError::Structure),
    }
}

/// The bits of the cipher's key, and the initial vector with the blocks.
fn cipher_value(node: Element<'_>) -> Read<(usize, Zeroizing<Vec<u8>>)> {
    let method = must(node, XENC, "EncryptionMethod")?;
    let name = method.attribute("Algorithm").and_then(|uri| uri.strip_prefix(XENC));
    let bits = match name {
        Some("aes128-cbc") => 128,
        Some("aes192-cbc") => 192,
        Some("aes256-cbc") => 256,
        _ => return Err(ProvisionError::Cipher),
    };
    let value = must(must(node, XENC, "CipherData")?, XENC, "CipherValue")?;
    Ok((bits, base64(text(value)?).ok_or(ProvisionError::Structure)?))
}

/// A number: in digits, or sealed as eight octets for a counter and four for all others (RFC 6030,
/// section 4.2). Sealed digits, as some write them, are refused where they could be read as octets.
fn number(
    data: Element<'_>,
    name: &str,
    opener: &Opener,
    fault: ProvisionError,
) -> Read<Option<i64>> {
    let Some(node) = child(data, PSKC, name)? else {
        return Ok(None);
    };
    let number = match value(node, opener)? {
        Value::Plain(text) => text.parse().ok(),
        Value::Sealed(octets) if octets.iter().all(u8::is_ascii_digit) => None,
        Value::Sealed(octets) if name == "Counter" => {
            octets.as_slice().try_into().ok().map(i64::from_be_bytes)
        }
        Value::Sealed(octets) => {
            octets.as_slice().try_into().ok().map(i32::from_be_bytes).map(i64::from)
        }
    };
    number.map(Some).ok_or(fault)
}

/// Base64 with padding, wherever its lines break.
fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut dense = Zeroizing::new(Vec::with_capacity(text.len()));
    dense.extend(text.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut bytes = Zeroizing::new(vec![0; BASE64.decode_len(dense.len()).ok()?]);
    let len = BASE64.decode_mut(&dense, &mut bytes).ok()?;
    bytes.truncate(len);
    Some(bytes)
}

fn named(parent: Element<'_>, name: &str) -> Read<Option<String>> {
    child(parent, PSKC, name)?.map_or(Ok(None), |node| said(text(node)?))
}

fn time(parent: Element<'_>, name: &str) -> Read<Option<u64>> {
    let Some(node) = child(parent, PSKC, name)? else {
        return Ok(None);
    };
    date::parse(text(node)?).map(Some).ok_or(ProvisionError::Date)
}

/// A text, if there is one.
fn said(text: &str) -> Read<Option<String>> {
    bounded(text).map(|text| Some(text).filter(|text| !text.is_empty()))
}

fn bounded(text: &str) -> Read<String> {
    let text = text.trim();
    match text.len() <= MAX_TEXT && !text.contains(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err(ProvisionError::Name),
    }
}
