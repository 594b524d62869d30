//! A document, written.

use std::fmt::{self, Write};

use data_encoding::BASE64;
use pinbolt::{oath::Algorithm, op::TokenKind};
use zeroize::Zeroizing;

use crate::{OathKey, ProvisionError};

use super::{
    Device, Document, HMAC_SHA256, KeyPackage, Lock, MAX_KEYS, MAX_LEN, MAX_TEXT, PBKDF2, Policy,
    ROUNDS, date,
    lock::{Derivation, Hash, Keys, Sealed, random},
    xml::{DSIG, PKCS5, PSKC, XENC, XENC11},
};

pub(super) fn document(
    document: &Document,
    lock: Lock<'_>,
) -> Result<Zeroizing<String>, ProvisionError> {
    lock.check()?;
    check(document)?;
    let derivation = match lock {
        Lock::Password(_) => {
            let salt = random::<16>()?.to_vec();
            Some(Derivation { hash: Hash::Sha256, salt, rounds: ROUNDS, key_len: 32 })
        }
        _ => None,
    };
    let keys = match (lock, &derivation) {
        (Lock::Key(key), _) => Some(Keys::new(Zeroizing::new(key.to_vec()))?),
        (Lock::Password(password), Some(derivation)) => Some(Keys::new(derivation.key(password)?)?),
        _ => None,
    };
    let page = Page {
        document,
        derivation,
        mac_key: keys.as_ref().map(Keys::sealed_mac_key).transpose()?,
        bits: keys.as_ref().map_or(0, Keys::bits),
        secrets: secrets(document, keys.as_ref())?,
    };
    // Measured first, so that the text is never moved and leaves no copy behind.
    let mut length = Length(0);
    page.write(&mut length).map_err(|_| ProvisionError::TooLong)?;
    if length.0 > MAX_LEN {
        return Err(ProvisionError::TooLong);
    }
    let mut text = Zeroizing::new(String::with_capacity(length.0));
    page.write(&mut *text).map_err(|_| ProvisionError::TooLong)?;
    Ok(text)
}

/// Whether all of it has a place in a document.
fn check(document: &Document) -> Result<(), ProvisionError> {
    if document.packages.is_empty() || document.packages.len() > MAX_KEYS {
        return Err(ProvisionError::TooMany);
    }
    texts(&[&document.key_name])?;
    // An XML name: it could be referred to.
    let is_id = |id: &str| {
        id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    if document.id.as_deref().is_some_and(|id| id.len() > MAX_TEXT || !is_id(id)) {
        return Err(ProvisionError::Name);
    }
    for package in &document.packages {
        let (device, pin) = (&package.device, &package.policy.pin);
        texts(&[&Some(package.id.clone()), &package.module_id, &package.issuer])?;
        texts(&[&package.friendly_name, &package.user_id])?;
        texts(&[&device.manufacturer, &device.serial, &device.model, &device.issue])?;
        texts(&[&device.binding, &device.user_id])?;
        texts(&[&pin.as_ref().and_then(|pin| pin.key_id.clone())])?;
        let times = [device.start, device.expiry, package.policy.start, package.policy.expiry];
        if times.into_iter().flatten().any(|time| date::write(time).is_none()) {
            return Err(ProvisionError::Date);
        }
        match package.key.as_ref().map_err(|error| *error)?.kind() {
            TokenKind::Hotp { counter } if i64::try_from(counter).is_ok() => {}
            TokenKind::Hotp { .. } => return Err(ProvisionError::Counter),
            // An `xs:int`.
            TokenKind::Totp { period, start: 0 } if i32::try_from(period).is_ok() => {}
            TokenKind::Totp { start: 0, .. } => return Err(ProvisionError::Period),
            _ => return Err(ProvisionError::NoPlace),
        }
    }
    Ok(())
}

fn texts(texts: &[&Option<String>]) -> Result<(), ProvisionError> {
    let fits = |text: &str| {
        (1..=MAX_TEXT).contains(&text.len())
            && text.trim() == text
            && !text.contains(|c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
    };
    match texts.iter().filter_map(|text| text.as_deref()).all(fits) {
        true => Ok(()),
        false => Err(ProvisionError::Name),
    }
}

/// A package's secret as it will stand there.
enum Secret {
    Plain(Zeroizing<String>),
    Sealed(Sealed),
}

fn secrets(document: &Document, keys: Option<&Keys>) -> Result<Vec<Secret>, ProvisionError> {
    let secret = |package: &KeyPackage| {
        let key = package.key.as_ref().map_err(|error| *error)?;
        Ok(match keys {
            Some(keys) => Secret::Sealed(keys.seal(key.secret())?),
            None => Secret::Plain(Zeroizing::new(BASE64.encode(key.secret()))),
        })
    };
    document.packages.iter().map(secret).collect()
}

/// All that is written.
struct Page<'a> {
    document: &'a Document,
    derivation: Option<Derivation>,
    mac_key: Option<String>,
    bits: usize,
    secrets: Vec<Secret>,
}

impl Page<'_> {
    fn write(&self, out: &mut impl Write) -> fmt::Result {
        write!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<KeyContainer Version=\"1.0\"")?;
        if let Some(id) = &self.document.id {
            write!(out, " Id=\"{}\"", Escaped(id))?;
        }
        write!(out, " xmlns=\"{PSKC}\"")?;
        if self.mac_key.is_some() {
            write!(out, " xmlns:ds=\"{DSIG}\" xmlns:xenc=\"{XENC}\"")?;
        }
        if self.derivation.is_some() {
            write!(out, " xmlns:xenc11=\"{XENC11}\" xmlns:pkcs5=\"{PKCS5}\"")?;
        }
        out.write_str(">\n")?;
        self.write_keys(out)?;
        for (package, secret) in self.document.packages.iter().zip(&self.secrets) {
            if let Ok(key) = &package.key {
                self.write_package(out, package, key, secret)?;
            }
        }
        out.write_str("</KeyContainer>\n")
    }

    fn write_keys(&self, out: &mut impl Write) -> fmt::Result {
        let Some(mac_key) = &self.mac_key else {
            return Ok(());
        };
        let name = self.document.key_name.as_deref();
        out.write_str("<EncryptionKey>")?;
        match &self.derivation {
            None => element(out, "ds:KeyName", name.or(Some("Pre-shared-key")))?,
            Some(derivation) => {
                write!(
                    out,
                    "<xenc11:DerivedKey><xenc11:KeyDerivationMethod Algorithm=\"{PBKDF2}\">"
                )?;
                write!(
                    out,
                    "<pkcs5:PBKDF2-params><Salt xmlns=\"\"><Specified>{}</Specified></Salt>",
                    BASE64.encode(&derivation.salt)
                )?;
                write!(out, "<IterationCount xmlns=\"\">{}</IterationCount>", derivation.rounds)?;
                write!(out, "<KeyLength xmlns=\"\">{}</KeyLength>", derivation.key_len)?;
                write!(out, "<PRF xmlns=\"\" Algorithm=\"{HMAC_SHA256}\"/>")?;
                out.write_str("</pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod>")?;
                element(out, "xenc11:MasterKeyName", name)?;
                out.write_str("</xenc11:DerivedKey>")?;
            }
        }
        write!(out, "</EncryptionKey>\n<MACMethod Algorithm=\"{HMAC_SHA256}\"><MACKey>")?;
        self.write_cipher(out, mac_key)?;
        out.write_str("</MACKey></MACMethod>\n")
    }

    fn write_cipher(&self, out: &mut impl Write, value: &str) -> fmt::Result {
        write!(out, "<xenc:EncryptionMethod Algorithm=\"{XENC}aes{}-cbc\"/>", self.bits)?;
        write!(
            out,
            "<xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue></xenc:CipherData>"
        )
    }

    fn write_package(
        &self,
        out: &mut impl Write,
        package: &KeyPackage,
        key: &OathKey,
        secret: &Secret,
    ) -> fmt::Result {
        out.write_str("<KeyPackage>\n")?;
        write_device(out, &package.device)?;
        if package.module_id.is_some() {
            out.write_str("<CryptoModuleInfo>")?;
            element(out, "Id", package.module_id.as_deref())?;
            out.write_str("</CryptoModuleInfo>\n")?;
        }
        let name = if matches!(key.kind(), TokenKind::Hotp { .. }) { "hotp" } else { "totp" };
        writeln!(out, "<Key Id=\"{}\" Algorithm=\"{PSKC}:{name}\">", Escaped(&package.id))?;
        element(out, "Issuer", package.issuer.as_deref())?;
        out.write_str("<AlgorithmParameters>")?;
        if key.algorithm() != Algorithm::Sha1 {
            write!(out, "<Suite>HMAC-{}</Suite>", key.algorithm().name())?;
        }
        write!(out, "<ResponseFormat Length=\"{}\" Encoding=\"DECIMAL\"/>", key.digits())?;
        out.write_str("</AlgorithmParameters>\n")?;
        element(out, "FriendlyName", package.friendly_name.as_deref())?;
        out.write_str("<Data><Secret>")?;
        match secret {
            Secret::Plain(secret) => write!(out, "<PlainValue>{}</PlainValue>", secret.as_str())?,
            Secret::Sealed(Sealed { value, mac }) => {
                out.write_str("<EncryptedValue>")?;
                self.write_cipher(out, value)?;
                write!(out, "</EncryptedValue><ValueMAC>{mac}</ValueMAC>")?;
            }
        }
        out.write_str("</Secret>")?;
        match key.kind() {
            TokenKind::Hotp { counter } => plain(out, "Counter", counter)?,
            TokenKind::Totp { period, .. } => {
                plain(out, "TimeInterval", period)?;
                if package.clock_ahead != 0 {
                    plain(out, "TimeDrift", package.clock_ahead)?;
                }
            }
            _ => {}
        }
        out.write_str("</Data>\n")?;
        element(out, "UserId", package.user_id.as_deref())?;
        write_policy(out, &package.policy)?;
        out.write_str("</Key>\n</KeyPackage>\n")
    }
}

fn write_device(out: &mut impl Write, device: &Device) -> fmt::Result {
    if *device == Device::default() {
        return Ok(());
    }
    out.write_str("<DeviceInfo>")?;
    element(out, "Manufacturer", device.manufacturer.as_deref())?;
    element(out, "SerialNo", device.serial.as_deref())?;
    element(out, "Model", device.model.as_deref())?;
    element(out, "IssueNo", device.issue.as_deref())?;
    element(out, "DeviceBinding", device.binding.as_deref())?;
    element(out, "StartDate", device.start.and_then(date::write).as_deref())?;
    element(out, "ExpiryDate", device.expiry.and_then(date::write).as_deref())?;
    element(out, "UserId", device.user_id.as_deref())?;
    out.write_str("</DeviceInfo>\n")
}

fn write_policy(out: &mut impl Write, policy: &Policy) -> fmt::Result {
    out.write_str("<Policy>")?;
    element(out, "StartDate", policy.start.and_then(date::write).as_deref())?;
    element(out, "ExpiryDate", policy.expiry.and_then(date::write).as_deref())?;
    if let Some(pin) = &policy.pin {
        out.write_str("<PINPolicy")?;
        attribute(out, "PINKeyId", pin.key_id.as_deref().map(Escaped))?;
        attribute(out, "PINUsageMode", pin.usage.map(|usage| usage.name()))?;
        attribute(out, "MaxFailedAttempts", pin.max_failures)?;
        attribute(out, "MinLength", pin.min_length)?;
        attribute(out, "MaxLength", pin.max_length)?;
        out.write_str("/>")?;
    }
    out.write_str("<KeyUsage>OTP</KeyUsage>")?;
    element(out, "NumberOfTransactions", policy.transactions.map(|n| n.to_string()).as_deref())?;
    out.write_str("</Policy>\n")
}

fn element(out: &mut impl Write, name: &str, text: Option<&str>) -> fmt::Result {
    text.map_or(Ok(()), |text| write!(out, "<{name}>{}</{name}>", Escaped(text)))
}

fn attribute(out: &mut impl Write, name: &str, value: Option<impl fmt::Display>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(out, " {name}=\"{value}\""))
}

fn plain(out: &mut impl Write, name: &str, number: impl fmt::Display) -> fmt::Result {
    write!(out, "<{name}><PlainValue>{number}</PlainValue></{name}>")
}

/// A text as XML writes it.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&apos;"),
            c => f.write_char(c),
        })
    }
}

/// Counts what is written.
struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.checked_add(text.len()).ok_or(fmt::Error)?;
        Ok(())
    }
}
